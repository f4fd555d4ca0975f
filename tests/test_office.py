"""The files of a meeting as an office sees them: opened by LibreOffice, printed, and looked at; pictures go to artifacts/."""

from datetime import date, datetime
from pathlib import Path

import pypdfium2
import pytest
from pptx import Presentation

from dashboard.meetings import media
from dashboard.meetings import store as meeting_store
from dashboard.snapshot import ChartBlock, Headline, Meeting, Snapshot, Tile
from dashboard.words import text
from tests import office
from tests.dashboard.render.decks import COLUMNS, TABLE
from tests.dashboard.render.gallery import gallery

pytestmark = pytest.mark.slow

PICTURES = Path(__file__).resolve().parents[1] / "artifacts" / "office"


@pytest.fixture(scope="module")
def frozen() -> Meeting:
    """Return a meeting with every kind of chart and hostile names."""
    blocks = tuple(ChartBlock(name, chart, TABLE, COLUMNS, "Catatan.") for name, chart in gallery().items())
    page = Snapshot(
        "kunjungan", "Kunjungan", "Jan–Okt 2026", (Headline("Kunjungan turun empat bulan.", None, "bad"),),
        (Tile("a", "Kunjungan", "1.234.567", "pasien"),), blocks,
        as_of=datetime(2026, 11, 12), build_id="b1", is_sample=True,
    )  # fmt: skip
    return meeting_store.identify("Rapat", date(2026, 11, 25), "", "id", "bappeda", (page,), datetime(2026, 11, 24))


def _pictures(path: Path, name: str) -> list[str]:
    """Return the words of each page, after a look at it: no page is blank; the first ones stay as pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    document = pypdfium2.PdfDocument(path)
    words = []
    for number, page in enumerate(document, 1):
        picture = page.render(scale=0.8).to_pil()
        assert len(set(picture.convert("L").resize((64, 48)).tobytes())) > 3, f"{name}: page {number} is blank"
        if number <= 30:
            picture.save(PICTURES / f"{name}-{number:02}.png")
        words.append(page.get_textpage().get_text_range())
    return words


@pytest.fixture(scope="module")
def printed(frozen: Meeting, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Path]]:
    """Return the slides and the workbook of the meeting, each with the PDF that an office prints of it."""
    soffice = office.find()
    if soffice is None:
        pytest.skip("LibreOffice is not here: apt-get install " + " ".join(office.PACKAGES))
    folder = tmp_path_factory.mktemp("office")
    paths = {medium: folder / f"rapat-{medium}.{medium}" for medium in ("pptx", "xlsx")}
    for medium, path in paths.items():
        path.write_bytes(media.export(frozen, medium))
    return dict(
        zip(paths, zip(paths.values(), office.as_pdf(soffice, folder, *paths.values()), strict=True), strict=True)
    )


@pytest.mark.by_turns(3)
@pytest.mark.parametrize("medium", ["pptx", "xlsx"])
def test_an_office_opens_and_prints_every_page(printed: dict[str, tuple[Path, Path]], medium: str) -> None:
    path, pdf = printed[medium]
    words = _pictures(pdf, medium)
    if medium == "pptx":
        assert len(words) == len(Presentation(str(path)).slides)
    with text.speaking("id"):
        assert text.number(1234567) in " ".join(words)
    assert "#REF!" not in " ".join(words)
    assert "Err:" not in " ".join(words)


def test_paper_has_no_blank_page(frozen: Meeting, tmp_path: Path) -> None:
    path = tmp_path / "rapat.pdf"
    path.write_bytes(media.export(frozen, "pdf"))
    words = _pictures(path, "pdf")
    assert words
    assert "1.234.567" in " ".join(words)
