"""A meeting -> a PDF: its words and figures, tags, fonts, outline, footer; the same bytes; hostile names harmless."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from io import BytesIO
from typing import Any

import polars as pl
import pytest
from pypdf import PdfReader

from dashboard.render import paper
from dashboard.snapshot import ChartBlock, Column, Headline, Meeting, Snapshot, TableBlock, TextBlock, Tile
from dashboard.words import text
from tests.dashboard.render.gallery import HOSTILE, UNITS, gallery

pytestmark = pytest.mark.slow

CREATED = datetime(2026, 11, 13, 8, 0, tzinfo=UTC)
AS_OF = date(2026, 11, 12)


@pytest.fixture(autouse=True)
def _indonesian():
    with text.speaking("id"):
        yield


def block(name: str) -> ChartBlock:
    chart = gallery()[name]
    columns = tuple(
        Column(c, f"Kolom {c}", "decimal" if dtype.is_float() else "month" if dtype == pl.Date else "text", 1)
        for c, dtype in chart.data.schema.items()
    )
    table = chart.data.with_columns(pl.col(pl.Boolean).cast(pl.String), pl.col(pl.Int64).cast(pl.String))
    return ChartBlock(name, chart, table, columns, note="Catatan gambar.", completeness="18 dari 20 melapor")


def meeting() -> Meeting:
    tiles = (
        Tile(
            "a", "Kunjungan", "12.345", "pasien", "Okt 2026", "turun 4,0 %", "tahun lalu", "bad", "18 dari 20 melapor"
        ),
        Tile("b", "Kepuasan", None),
    )
    long = pl.DataFrame(
        {"u": [UNITS[n % 9] for n in range(230)], "v": [None if n == 3 else n * 1.5 for n in range(230)]}
    )
    shown = (Column("u", "Unit"), Column("v", "Nilai rerata", "decimal", 1))
    first = Snapshot(
        "visits",
        "Kunjungan pasien",
        "Jan–Okt 2026",
        (Headline("Kunjungan turun empat bulan berturut-turut", "#x", "bad"), Headline(HOSTILE[1])),
        tiles,
        (
            block("line"),
            (block("bars"), block("matrix")),
            TextBlock("t", "Cara membaca", "Satu.\n\nDua #panic()."),
        ),
        (("Kunjungan", "jumlah pasien yang dilayani"), (HOSTILE[0], HOSTILE[2])),
        "Dinas Kesehatan",
        AS_OF,
        "20261112T010203Z",
        "18 dari 20 puskesmas sudah melapor",
        True,
        3,
    )
    second = Snapshot(
        "attainment",
        "Capaian",
        "TW III 2026",
        (),
        (),
        (
            block("bullet"),
            TableBlock("tt", "Semua unit", long, shown, "Catatan tabel."),
            TableBlock("te", "Keputusan", long.head(0), shown, None, "Belum ada keputusan."),
        ),
        (("Kunjungan", "jumlah pasien yang dilayani"),),
        as_of=AS_OF,
        build_id="20261112T010203Z",
        is_sample=True,
    )
    title = f"Rapat <b>Oktober</b> {HOSTILE[4]}"
    notes = f"Baris satu\nBaris dua {HOSTILE[0]}"
    return Meeting(
        "2026-11-20-rapat-1a2b", title, date(2026, 11, 20), notes, "id", "bupati", (first, second), "B-1", CREATED
    )


@cache
def printed() -> bytes:
    with text.speaking("id"):
        return paper.pdf(meeting())


@pytest.fixture(scope="module")
def made() -> bytes:
    return printed()


@pytest.fixture(scope="module")
def reader(made: bytes) -> Any:
    return PdfReader(BytesIO(made))


@pytest.fixture(scope="module")
def pages(reader: Any) -> list[str]:
    return [re.sub(r"\s+", " ", page.extract_text().replace("\u200b", "")) for page in reader.pages]


def test_an_equal_meeting_gives_equal_bytes(made: bytes) -> None:
    assert paper.pdf(meeting()) == made
    assert paper.pdf(replace(meeting(), created_at=CREATED.replace(year=2027))) != made


def test_it_is_tagged_for_readers_that_speak(reader: Any) -> None:
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].lower().startswith("id")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    kinds, told = _structure(root["/StructTreeRoot"])
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure", "/P"} <= kinds
    alternatives = {name: gallery()[name].alt for name in ("line", "bars", "matrix", "bullet")}
    assert [name for name, alt in alternatives.items() if alt not in told] == []
    assert b"pdfuaid:part" in root["/Metadata"].get_data().replace(b"&gt;", b">")


def _structure(root: Any) -> tuple[set[str], set[str]]:
    kinds: set[str] = set()
    told: set[str] = set()
    left = [root]
    while left:
        node = left.pop().get_object()
        if isinstance(node, list):
            left += [child for child in node if not isinstance(child, int)]
        elif hasattr(node, "get"):
            kinds.add(str(node.get("/S")))
            told.add(str(node.get("/Alt")))
            if "/K" in node and not isinstance(node["/K"], int):
                left.append(node["/K"])
    return kinds, told


def test_every_font_is_embedded(reader: Any) -> None:
    fonts = {}
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            files = {"/FontFile", "/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"].get_object())
            fonts[str(inner["/BaseFont"])] = bool(files)
    assert all(fonts.values())
    assert {"FiraSans-Regular", "FiraSans-SemiBold"} <= {name.split("+")[1] for name in fonts}


def test_a4_landscape_with_a_foot_and_that_it_is_sample_data_on_every_page(reader: Any, pages: list[str]) -> None:
    sizes = {(round(float(p.mediabox.width)), round(float(p.mediabox.height))) for p in reader.pages}
    assert sizes == {(842, 595)}
    n = len(pages)
    assert n < 24
    for i, page in enumerate(pages):
        assert f"Halaman {i + 1} dari {n}" in page
        assert "Data contoh" in page
        assert "Data per 12 Nov 2026 · Versi data" in page


def test_the_cover_says_what_this_is(pages: list[str]) -> None:
    for words in (
        "Rapat <b>Oktober</b>",
        "20 Nov 2026",
        "Jan–Okt 2026 · TW III 2026",
        "Dinas Kesehatan",
        "B-1",
        "Baris satu",
    ):
        assert words in pages[0]


def test_contents_and_bookmarks_name_every_block(reader: Any, pages: list[str]) -> None:
    names = [item.title for item in _flat(reader.outline)]
    expected = [
        "Kunjungan pasien · Dinas Kesehatan",
        "Kunjungan turun empat bulan berturut-turut",
        "Capaian per unit",
        "Matriks capaian",
    ]
    expected += ["Cara membaca", "Capaian", "Capaian terhadap target", "Semua unit", "Keputusan", "Definisi dan sumber"]
    assert [name for name in names if name != "Daftar isi"] == expected
    assert [name for name in expected if name not in pages[1]] == []


def _flat(outline: list) -> list:
    return [item for part in outline for item in (_flat(part) if isinstance(part, list) else [part])]


def test_figures_stand_in_the_drawings_and_in_the_tables(pages: list[str]) -> None:
    whole = " ".join(pages)
    for words in ("12.345 pasien", "turun 4,0 %", "belum melapor", "batas atas 1.400", "98,2 % / 100,0 %", "1.460,0"):
        assert words in whole
    assert "Kunjungan turun empat bulan berturut-turut" in pages[2], (
        "the headline stands on the first page of its section"
    )


def test_a_long_table_repeats_its_head_and_says_what_it_leaves_out(pages: list[str]) -> None:
    assert sum("Nilai rerata" in page for page in pages) > 2
    assert "30 baris lainnya ada di buku kerja (XLSX)." in " ".join(pages)
    assert "Belum ada keputusan." in " ".join(pages)


def test_definitions_are_said_once(pages: list[str]) -> None:
    assert pages[-1].count("jumlah pasien yang dilayani") == 1


def test_hostile_names_are_words(made: bytes, pages: list[str]) -> None:
    whole = " ".join(pages)
    for name in (*HOSTILE[:2], "#panic() $x$ *b*"):
        assert name in whole
    assert not re.search(rb"/(JavaScript|JS|Launch|EmbeddedFile|URI)\b", made)
    assert "\u202e" not in whole


def test_metadata(reader: Any) -> None:
    facts = reader.metadata
    assert facts.title.startswith("Rapat <b>Oktober</b>")
    assert facts.creation_date == CREATED


def test_in_english() -> None:
    with text.speaking("en"):
        found: Any = PdfReader(BytesIO(paper.pdf(replace(meeting(), pages=meeting().pages[1:], language="en"))))
    whole = " ".join(page.extract_text() for page in found.pages)
    assert found.trailer["/Root"]["/Lang"].startswith("en")
    for words in ("Contents", "Page 1 of", "Definitions and sources", "The table behind the drawing", "98.2% / 100.0%"):
        assert words in whole
    assert "Halaman" not in whole


def test_a_meeting_without_anything_still_is_a_document() -> None:
    empty = replace(meeting(), title=" ", held_on=None, notes="", pages=())
    found: Any = PdfReader(BytesIO(paper.pdf(empty)))
    assert found.metadata.title == "Bahan rapat"


def test_short_tables_share_a_page_and_leave_out_what_says_nothing() -> None:
    frame = pl.DataFrame({"what": ["Tambah jam buka"], "who": ["Dinas Kesehatan"], "nothing": [None]})
    columns = (Column("what", "Keputusan"), Column("who", "Pelaksana"), Column("nothing", "Lembar"))
    blocks = tuple(TableBlock(f"t{n}", f"Daftar {n}", frame, columns) for n in range(3))
    page = replace(meeting().pages[1], blocks=blocks)
    with text.speaking("id"):
        found: Any = PdfReader(BytesIO(paper.pdf(replace(meeting(), pages=(page,)))))
    whole = [page.extract_text() for page in found.pages]
    assert sum(all(f"Daftar {n}" in words and "Tambah jam buka" in words for n in range(3)) for words in whole) == 1
    assert "Lembar" not in " ".join(whole)
