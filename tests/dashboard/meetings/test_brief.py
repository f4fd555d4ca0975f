"""The brief of a meeting, on the sample district: twelve slides at most, nothing followed up is cut, nothing stands twice or empty."""

import io
import re
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pypdf
import pytest
from pptx import Presentation

from dashboard.access import Viewer
from dashboard.decisions import store as decision_store
from dashboard.decisions.values import Figure, Seen, Wording
from dashboard.meetings import agenda, brief, media
from dashboard.meetings import store as meeting_store
from dashboard.render import covers
from dashboard.snapshot import Meeting
from tests.dashboard.render.decks import words_of

MOST_SLIDES = 12
DECISIONS = 40  # more than three slides hold
PAGES = [{"page": name} for name in ("ringkasan", "capaian", "kunjungan")]


@pytest.fixture(scope="module")
def made(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Meeting:
    """Return a brief of three pages after forty decisions, every other of them late."""
    folder = tmp_path_factory.mktemp("ringkas")
    for name in ("warehouse", "reference"):
        shutil.copytree(sample_data / name, folder / name)
    asks = [{"minta": "Tambah tenaga gizi", "pilihan": ["setujui", "tunda"], "angka": "59 %", "pemilik": "Dinkes"}]
    asked = {"title": "Rapat", "viewer": "bupati", "page": [*PAGES, {"page": "kunjungan", "blok": "unit,layanan"}]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAPOR_DATA", str(folder))
        for n in range(DECISIONS):
            due = date.today() + timedelta(days=30 if n % 2 else -30)
            wording = Wording(f"Keputusan ke-{n} " + "yang panjang sekali " * 8, "Kepala Dinas Kesehatan", due)
            decision_store.record(
                f"d{n}", Figure("kunjungan", "visits", "pkm-mengupeh"), wording, Seen(), Viewer("bupati")
            )
        meeting = agenda.compose(agenda.of(asked | {"permintaan": asks}), datetime.now(UTC).replace(tzinfo=None))
        assert agenda.again(meeting, meeting.created_at).id == meeting.id
    return meeting


def test_it_comes_back_as_it_was_frozen(made: Meeting, tmp_path: Path) -> None:
    meeting_store.write(tmp_path, made)
    again = meeting_store.read(tmp_path, made.id)
    assert made.brief is not None
    assert again.brief is not None
    assert (again.brief.asks, again.brief.appendix) == (made.brief.asks, made.brief.appendix)
    assert [sheet.title for sheet in again.brief.sheets] == [sheet.title for sheet in made.brief.sheets]
    assert again.pages[0].title == made.pages[0].title
    assert meeting_store.identify(
        again.title, again.held_on, again.notes, again.language, again.viewer, again.pages, again.created_at,
        again.settings, again.brief,
    ).id == made.id  # fmt: skip


def test_a_deck_has_twelve_slides_and_every_decision_late_first(made: Meeting) -> None:
    slides = list(Presentation(io.BytesIO(media.export(made, "pptx"))).slides)
    titles = [slide.shapes.title.text for slide in slides]
    assert titles.index("Lampiran") <= MOST_SLIDES
    assert "Untuk: Bupati" in " ".join(words_of(slides[0]))
    cells = [c.text for s in slides for shape in s.shapes if shape.has_table for r in shape.table.rows for c in r.cells]
    numbers = [int(found[1]) for text in cells if (found := re.match(r"Keputusan ke-(\d+) ", text))]
    assert sorted(numbers) == list(range(DECISIONS))
    assert [n % 2 for n in numbers] == sorted(n % 2 for n in numbers), "those that are late stand first"
    assert "Tambah tenaga gizi" in " ".join(cells)


def test_the_appendix_holds_what_was_chosen_once_and_nothing_empty(made: Meeting) -> None:
    assert made.brief is not None
    shown = [(page.page, page.filters, block.id) for page in covers.printed(made) for block in page.flat()]
    assert len(set(shown)) == len(shown)
    assert {("kunjungan", "unit"), ("kunjungan", "layanan")} <= {(page, block) for page, _f, block in shown}
    assert ("kunjungan", "bulanan") not in {(page, block) for page, _f, block in shown}, "that is on a sheet already"
    assert not any(brief.is_empty(block) for page in covers.printed(made) for block in page.flat())
    assert "pegawai" not in {page.page for page in made.pages}, "a brief names nobody"


def test_paper_is_short_before_its_appendix_and_a_phone_sees_the_asks_first(made: Meeting) -> None:
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(media.export(made, "pdf"))).pages]
    assert 2 <= next(n for n, words in enumerate(pages) if "Lampiran" in words and "Definisi dan sumber" in words) <= 8
    assert "Tambah tenaga gizi" in pages[0]
    html = media.export(made, "html").decode()
    assert 0 < html.index("Tambah tenaga gizi") < html.index("Keputusan ke-0 ") < html.index("<h2 id='isi'>")
