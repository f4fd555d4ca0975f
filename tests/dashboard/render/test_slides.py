"""The deck of a meeting, read back: figures of native charts, cells, notes, words for those who can't see, equal bytes."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from pptx import Presentation

from dashboard.render.slides import deck as slides_deck
from dashboard.render.slides.sheet import TITLE_SIZES, broken, emu
from dashboard.render.slides.words import TITLE_ROOM
from dashboard.snapshot import Column, Headline, Meeting, TableBlock, TextBlock
from dashboard.words import text
from tests.dashboard.render.decks import (
    COLUMNS,
    FORMULA,
    HEADS,
    NOTE,
    TABLE,
    cells_of,
    chart_block,
    meeting_of,
    native,
    opened,
    words_of,
)
from tests.dashboard.render.gallery import HOSTILE, UNITS, gallery

pytestmark = pytest.mark.slow

GOLDEN = Path(__file__).with_name("golden_slides.txt")


@pytest.fixture(scope="module")
def everything() -> Meeting:
    blocks = [chart_block(name, chart) for name, chart in gallery().items()]
    long = TableBlock("t", "Yang perlu diputuskan", pl.concat([TABLE] * 8), COLUMNS, "Catatan tabel.")
    empty = TableBlock("e", "Kosong", TABLE.clear(), COLUMNS, empty="Pilih periode lain.")
    return meeting_of(*blocks, long, empty, TextBlock("x", "Cara membaca", f"Satu.\n\n{HOSTILE[1]}"))


@pytest.fixture(scope="module")
def made(everything: Meeting) -> bytes:
    with text.speaking("id"):
        return slides_deck.pptx(everything)


@pytest.fixture(scope="module")
def deck(made: bytes) -> Any:
    return Presentation(io.BytesIO(made))


def test_an_equal_meeting_gives_equal_bytes_that_know_one_moment(everything: Meeting, made: bytes) -> None:
    with text.speaking("id"):
        assert slides_deck.pptx(everything) == made
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 11, 23, 10, 5, 8)}
        books = [name for name in archive.namelist() if name.endswith(".xlsx")]
        assert books
        for name in books:
            with zipfile.ZipFile(io.BytesIO(archive.read(name))) as book:
                assert book.read("docProps/core.xml").count(b"2026-11-23T10:05:08Z") == 2
        core = archive.read("docProps/core.xml").decode()
    assert core.count("2026-11-23T10:05:08Z") == 3
    assert "2013" not in core


def test_one_slide_a_message_after_cover_agenda_and_notes(deck: Any, everything: Meeting) -> None:
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    blocks = len(gallery()) + 3
    # cover, agenda, notes, figures of the first page (the second has none), a slide a block
    assert len(titles) == 4 + blocks
    assert titles[1:3] == ["Agenda", "Catatan"]
    assert titles[4] == gallery()["line"].title
    assert titles[-3:] == ["Yang perlu diputuskan", "Kosong", "Cara membaca"]
    assert (deck.slide_width, deck.slide_height) == (emu(13.333), emu(7.5))


def test_the_agenda_leads_to_the_slides_that_it_names(deck: Any) -> None:
    agenda, all_slides = deck.slides[1], list(deck.slides)
    targets = []
    for place in agenda.shapes._spTree.xpath(".//a:hlinkClick"):
        assert place.get("action") == "ppaction://hlinksldjump"
        rel = agenda.part.rels[place.rId]
        targets.append(next(n for n, slide in enumerate(all_slides, 1) if slide.part is rel.target_part))
    numbers = [n for words in words_of(agenda) if words.replace("\n", "").isdigit() for n in words.split("\n")]
    assert [str(n) for n in targets] == numbers
    assert targets[0] == 4
    assert targets[-1] == len(all_slides)


def test_titles_take_two_lines_at_most_and_no_placeholder_is_empty(deck: Any) -> None:
    for slide in deck.slides:
        (run,) = slide.shapes.title.text_frame.paragraphs[0].runs
        assert run.text.strip()
        room = 11 if slide is deck.slides[0] else TITLE_ROOM
        assert len(broken(run.text, room, run.font.size.pt, bold=True)) <= 2
        assert run.font.size.pt >= TITLE_SIZES[-1]
        for shape in [*slide.placeholders, *slide.notes_slide.placeholders]:
            is_picture = shape.placeholder_format.type == 101  # the notes' picture of the slide fills itself
            assert is_picture or shape.text_frame.text.strip(), shape.name


def test_every_slide_says_as_of_when_which_build_which_page_and_that_it_is_sample_data(deck: Any) -> None:
    count = len(deck.slides)
    for n, slide in enumerate(deck.slides, 1):
        words = words_of(slide)
        assert "Data per 12 Nov 2026 · Versi data b20261112-abc · Hanya untuk Bupati" in words
        assert "Data contoh" in words
        assert f"{n}/{count}" in [
            w for w in slide.shapes._spTree.xpath("string(.//p:ph[@type='sldNum']/../../..)").split()
        ]


def test_nothing_lies_outside_the_slide(deck: Any) -> None:
    for slide in deck.slides:
        for shape in slide.shapes:
            right, bottom = shape.left + shape.width, shape.top + shape.height
            assert shape.left >= 0
            assert shape.top >= 0
            assert right <= deck.slide_width, shape.name
            assert bottom <= deck.slide_height, shape.name


def test_what_is_drawn_is_also_said(deck: Any) -> None:
    described = []
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_chart or shape.has_table or shape.shape_type == 6:
                alt = shape._element._nvXxPr.cNvPr.get("descr")
                assert alt, shape.name
                described.append(alt)
    for chart in gallery().values():
        if chart.kind != "multiples":
            assert chart.alt in described


def test_the_notes_hold_definition_source_caveats_and_filters(deck: Any) -> None:
    notes = deck.slides[4].notes_slide.notes_text_frame.text.split("\n")
    assert notes == [
        "Kunjungan turun empat bulan berturut-turut",
        "Uraian: Kunjungan turun empat bulan berturut-turut <b>&",
        "Catatan: 18 dari 20 puskesmas melapor",
        f"Catatan: {NOTE}",
        "Yang dipilih: Jan–Okt 2026 · Jan–Okt 2026 · semua unit",
        "Kelengkapan: 18 dari 20 unit",
        "Definisi dan sumber:",
        "Capaian: Realisasi dibagi target.",
        "Sumber: Formulir F1",
        "Sumber: Rapor, halaman Ringkasan. Data per 12 Nov 2026 · Versi data b20261112-abc",
        "Data contoh",
    ]
    whole = deck.slides[3].notes_slide.notes_text_frame.text
    assert HEADS[0].text.strip() in whole, "a title that was cut is whole in the notes"


def test_the_subtitle_says_unit_period_and_completeness(deck: Any) -> None:
    assert "pasien per bulan · Jan–Okt 2026 · semua unit · 18 dari 20 puskesmas melapor" in words_of(deck.slides[4])


def test_a_tile_says_all_that_belongs_to_its_figure(deck: Any) -> None:
    cards = words_of(deck.slides[3])
    lines = "Capaian\n81,4 %\nJan–Okt 2026\n▲ naik 3,2 poin (membaik)\ntarget 85 %\n18 dari 20 puskesmas"
    assert lines in [card.replace("\u00a0", " ") for card in cards]
    assert "Kepuasan\nbelum melapor\nTW III 2026" in cards


def test_a_table_fits_its_figures_to_the_right_and_says_what_is_left() -> None:
    block = TableBlock("t", "Tabel", pl.concat([TABLE] * 8), COLUMNS, "Catatan.")
    slide = opened(meeting_of(block)).slides[-1]
    cells = cells_of(slide)
    assert cells[:2] == [["Unit", "Pasien", "Capaian", "Bulan"], [UNITS[0], "1.234.567", "98,2 %", "Okt 2026"]]
    assert cells[3][1:3] == ["–", "–"]
    (table,) = (shape.table for shape in slide.shapes if shape.has_table)
    sides = [table.cell(1, n)._tc.xpath("string(.//a:pPr/@algn)") for n in range(4)]
    assert sides == ["l", "r", "r", "l"]
    assert f"{72 - (len(cells) - 1)} baris lagi di lampiran/XLSX" in words_of(slide)


def test_a_short_table_of_long_words_is_whole_and_without_the_columns_that_say_nothing() -> None:
    long = "Tambah jam buka poli umum sampai pukul 16.00 dan aktifkan puskesmas keliling ke desa terjauh"
    names = [f"k{n}" for n in range(9)]
    frame = pl.DataFrame({"what": [long, long]} | {name: ["Kepala Dinas Kesehatan"] * 2 for name in names})
    frame = frame.with_columns(nothing=pl.lit(None, pl.String))
    columns = [Column(name, f"Kolom {name}") for name in frame.columns]
    slide = opened(meeting_of(TableBlock("t", "Keputusan", frame, tuple(columns)))).slides[-1]
    cells = cells_of(slide)
    assert [line[0] for line in cells[1:]] == [long, long]
    assert cells[0] == [f"Kolom {name}" for name in ("what", *names)]
    assert not any("lampiran" in words for words in words_of(slide))


def test_a_long_headline_is_parted_at_a_clause() -> None:
    first = (
        "Kunjungan Sungai Bengkal 1.071 pada Oktober 2026, 28 % di bawah biasanya 1.493, "
        "jauh di luar batas wajarnya sendiri 1.313–1.673"
    )
    page = replace(
        meeting_of().pages[0],
        headlines=(Headline(f"{first}; sudah 5 bulan di bawahnya, sejak Juni 2026 (sementara).", None, "bad"),),
    )
    slide = opened(replace(meeting_of(), pages=(page,))).slides[-1]
    assert slide.shapes.title.text_frame.text.replace("\u00a0", " ") == first
    assert "▼  Sudah 5 bulan di bawahnya, sejak Juni 2026 (sementara)." in words_of(slide)


def test_columns_that_do_not_fit_are_counted() -> None:
    wide = TABLE.with_columns(pl.lit(1000.5 * n).alias(f"x{n}") for n in range(30))
    columns = COLUMNS + tuple(Column(f"x{n}", f"Kolom {n}", "decimal", 1) for n in range(30))
    slide = opened(meeting_of(TableBlock("t", "Tabel", wide, columns))).slides[-1]
    shown = len(cells_of(slide)[0])
    assert 10 < shown < 34
    assert f"{34 - shown} kolom lagi di lampiran/XLSX" in words_of(slide)


def test_english_reads_english() -> None:
    block = TableBlock("t", "Table", pl.concat([TABLE] * 8), COLUMNS)
    slide = opened(meeting_of(chart_block("x", gallery()["line"]), block, language="en")).slides[-1]
    assert cells_of(slide)[1][1:] == ["1,234,567", "98.2%", "Oct 2026"]
    assert any("more rows in the appendix/XLSX" in words for words in words_of(slide))
    assert set(slide.shapes._spTree.xpath(".//a:rPr/@lang")) == {"en-US"}
    assert any("12 Nov 2026" in words and "Data per" not in words for words in words_of(slide))


def test_hostile_words_stay_words(made: bytes, deck: Any) -> None:
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        for name in archive.namelist():
            data = archive.read(name)
            if name.endswith((".rels", ".xml")):
                assert b'TargetMode="External"' not in data, name
                assert b"\x07" not in data
                assert "\u202e".encode() not in data
        books = [archive.read(name) for name in archive.namelist() if name.endswith(".xlsx")]
    found = set()
    for data in books:
        sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", cell.value
                assert cell.hyperlink is None
                found.add(cell.value)
    assert FORMULA in found, "a formula of a name is text in the workbook of its chart"
    assert deck.slides[0].shapes.title.text_frame.text == f"Rapat evaluasi {HOSTILE[1]}"


def test_the_workbook_of_a_chart_holds_what_the_chart_shows(deck: Any) -> None:
    for slide in deck.slides:
        for chart in native(slide):
            book = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).worksheets[0]
            for series in chart.plots[0].series:
                for place in series._element.xpath(".//c:numRef"):
                    cells = book[place.find("{*}f").text.split("!")[1].replace("$", "")]
                    shown = {int(p.get("idx")): float(p.find("{*}v").text) for p in place.findall(".//{*}pt")}
                    held = {n: row[0].value for n, row in enumerate(cells) if row[0].value is not None}
                    assert held == pytest.approx(shown)


# --- golden ---


def dump(deck: Any) -> str:
    """Return what a deck says and shows: titles, shapes, words, cells, series; the same on every machine."""
    lines: list[str] = []
    for n, slide in enumerate(deck.slides, 1):
        lines.append(f"# {n} {slide.shapes.title.text_frame.text}")
        for shape in slide.shapes:
            if shape.has_chart:
                for series in shape.chart.plots[0].series:
                    values = " ".join("-" if v is None else f"{v:.6g}" for v in series.values)
                    lines.append(f"  {series.name}: {values}")
            elif shape.has_table:
                lines += ["  | " + " | ".join(cell.text for cell in row.cells) for row in shape.table.rows]
            elif shape.shape_type == 6:
                lines += [f"  @ {one.name}: {one.text_frame.text!r}" for one in shape.shapes]
            elif shape.has_text_frame and shape != slide.shapes.title:
                lines += [f"  {line}" for line in shape.text_frame.text.split("\n") if line.strip()]
    return "\n".join(lines) + "\n"


def test_the_deck_says_what_it_said(deck: Any) -> None:
    assert dump(deck) == GOLDEN.read_text(encoding="utf-8"), "look at the slides; then write the dump anew"
