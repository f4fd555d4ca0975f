"""The workbook of a meeting, read back by openpyxl: figures, formulas, print set-up, and names that would do harm.

After a change that is meant: uv run python -m tests.dashboard.render.test_workbook writes golden_workbook.txt anew.
"""

import io
import re
import warnings
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, get_args

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import charts
from dashboard.charts import Chart
from dashboard.parts import usual_columns
from dashboard.render.workbook import book as workbook_book
from dashboard.render.workbook.sheet import SHEET_NAME, Book
from dashboard.snapshot import ChartBlock, Column, Follows, Headline, Meeting, Snapshot, TableBlock, TextBlock, Tile
from dashboard.words import text
from tests.dashboard.render.gallery import HOSTILE, gallery

GOLDEN = Path(__file__).parent / "golden_workbook.txt"
MONTHS = [date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1)]
WORDS: dict[str, Any] = {"title": "Kunjungan naik", "unit": "kunjungan per bulan", "alt": "Garis kunjungan per bulan."}

VISITS = pl.DataFrame(
    {"month": MONTHS, "patients": [100, None, 250], "usual": [110.5, 111.0, 111.5], "link": ["asal?x=1", None, None]}
)
# 12 of at most 10 is (2 * 10 - 12) / 10 = 80 %; 8 of at most 10 by the other rule is 10 / 8 = 125 %; 130 % is capped at 110.
ATTAINED = pl.DataFrame(
    {
        "indicator_name": ["Imunisasi", "Kematian", "Antrean", "Tertahan", "Tanpa target", HOSTILE[0]],
        "realised": ["80 %", "12 kasus", "8 menit", "130 %", "5 %", "belum melapor"],
        "value_ytd": [80.0, 12.0, 8.0, 130.0, 5.0, None],
        "target_ytd": [100.0, 10.0, 10.0, 100.0, 0.0, 50.0],
        "attainment_pct": [80.0, 80.0, 125.0, 110.0, None, None],
    }
)
PAYERS = pl.DataFrame({"label": ["BPJS", "Umum"], "patients": [150, 50], "share_pct": [75.0, 25.0], "rank": [1, 2]})
MONTHLY = (
    Column("month", "Bulan", "month"),
    Column("patients", "Kunjungan", "int", is_additive=True),
    Column("usual", "Wajar", "decimal"),
)


def _meeting(*blocks: Any, **changes: Any) -> Meeting:
    visits = ChartBlock(
        "bulanan", charts.line(VISITS, "month", "patients", **WORDS), VISITS, MONTHLY, "Catatan.", "2 dari 3 bulan"
    )
    attained = TableBlock(
        "capaian", "Capaian: 3 indikator", ATTAINED,
        (
            Column("indicator_name", "Indikator", link="link"), Column("realised", "Realisasi"),
            usual_columns.attainment(1),
        ),
    )  # fmt: skip
    payers = TableBlock(
        "pembayar", "Pembayar", PAYERS,
        (
            Column("label", "Pembayar"), Column("patients", "Kunjungan", "int", is_additive=True),
            Column("share_pct", "Bagian", "pct", follows=Follows("share", ("patients",))), Column("rank", "Peringkat", "int"),
        ),
    )  # fmt: skip
    page = Snapshot(
        "kunjungan", "Kunjungan", "Agu–Okt 2026",
        (Headline("Kunjungan naik", "#bulanan", "good"), Headline(HOSTILE[0], "https://x.example/a", "bad")),
        (Tile("t", "Kunjungan", "350", "kunjungan", "Agu–Okt 2026", "naik 3,2 %", "", "good", "", (1.0, None, 3.0)),
         Tile("u", "Kepuasan", None)),
        blocks or (visits, (attained, payers), TextBlock("cara", "Cara membaca", "Satu.\n\nDua.")),
        (("Kunjungan", "Pasien yang datang."),), "Semua unit", date(2026, 11, 12), "20261112T0800Z", "lengkap", True,
    )  # fmt: skip
    meeting = Meeting(
        "2026-11-20-rapat-12345678", "Rapat & evaluasi", date(2026, 11, 20), "Bawa laporan.", "id", "bupati", (page,),
        "20261112T0800Z", datetime(2026, 11, 13, 1, 2, 3, tzinfo=UTC),
    )  # fmt: skip
    return replace(meeting, **changes)


def _block(name: str, chart: Chart) -> ChartBlock:
    columns = tuple(Column(column, column) for column in chart.data.columns)
    return ChartBlock(name, chart, chart.data, columns)


@cache
def _bytes(language: str = "id") -> bytes:
    with text.speaking(language):
        return workbook_book.xlsx(_meeting())


def _read(data: bytes, *, values: bool = False) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl knows no sparklines
        return openpyxl.load_workbook(io.BytesIO(data), data_only=values)


def _column(sheet: Any, letter: str, first: int, last: int) -> list[Any]:
    return [sheet[f"{letter}{row}"].value for row in range(first, last + 1)]


def _dump(data: bytes) -> str:
    """Return all that a reader can find in the workbook as lines of text."""
    lines = []
    stored = _read(data, values=True)
    for sheet in _read(data).worksheets:
        lines.append(f"== {sheet.title}")
        lines.append(f"freeze {sheet.freeze_panes}, filter {sheet.auto_filter.ref}, print {sheet.print_area}")
        lines.append(f"rows {sheet.print_title_rows}, {sheet.oddFooter.left.text} | {sheet.oddFooter.right.text}")
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    kept = stored[sheet.title][cell.coordinate].value
                    shown = f"{cell.value} -> {kept}" if cell.data_type == "f" else cell.value
                    link = f" [{cell.hyperlink.location}]" if cell.hyperlink else ""
                    lines.append(f"{cell.coordinate} {cell.data_type} {cell.number_format} | {shown}{link}")
    return "\n".join(lines) + "\n"


def test_the_workbook_reads_as_it_did() -> None:
    assert _dump(_bytes()) == GOLDEN.read_text(encoding="utf-8")


def test_an_equal_meeting_gives_equal_bytes_made_when_the_meeting_was_frozen() -> None:
    assert workbook_book.xlsx(_meeting()) == _bytes()
    properties = _read(_bytes()).properties
    assert properties.created == properties.modified == datetime(2026, 11, 13, 1, 2, 3)
    with zipfile.ZipFile(io.BytesIO(_bytes())) as archive:
        assert {entry.date_time[:3] for entry in archive.infolist()} == {(1980, 1, 1)}


def test_figures_are_numbers_dates_are_dates_and_what_nobody_reported_is_never_zero() -> None:
    sheet = _read(_bytes())["kunjungan.bulanan"]
    assert [sheet.cell(5, n).value for n in (1, 2, 3)] == ["Bulan", "Kunjungan", "Wajar"]
    assert _column(sheet, "A", 6, 8) == [datetime(2026, 8, 1), datetime(2026, 9, 1), datetime(2026, 10, 1)]
    assert _column(sheet, "B", 6, 8) == [100, "belum melapor", 250]
    assert _column(sheet, "C", 6, 8) == [110.5, 111, 111.5]
    assert [sheet[f"{c}6"].number_format for c in "ABC"] == ["[$-421]mmm yyyy", "#,##0", "#,##0.0"]
    payers = _read(_bytes())["kunjungan.pembayar"]
    assert [payers[f"{c}5"].number_format for c in "BC"] == ["#,##0", '#,##0.0" %"']
    assert _read(_bytes("en"))["kunjungan.pembayar"]["C5"].number_format == '#,##0.0"%"'


def test_totals_and_shares_are_formulas_that_carry_their_value() -> None:
    formulas, values = _read(_bytes()), _read(_bytes(), values=True)
    visits = formulas["kunjungan.bulanan"]
    assert visits["A9"].value == "Jumlah yang dilaporkan", "September is missing"
    # 100 + 250
    assert (visits["B9"].value, values["kunjungan.bulanan"]["B9"].value) == ("=SUBTOTAL(109,B6:B8)", 350)
    assert visits["C9"].value is None, "what is usual is no count"
    payers, known = formulas["kunjungan.pembayar"], values["kunjungan.pembayar"]
    # 150 + 50; 150 / 200
    assert [payers["A7"].value, payers["B7"].value, known["B7"].value] == ["Jumlah", "=SUBTOTAL(109,B5:B6)", 200]
    assert (payers["C5"].value, known["C5"].value) == ("=B5/SUM($B$5:$B$6)*100", 75)
    assert payers["C7"].value is None, "percentages are never summed"
    assert payers["D7"].value is None, "ranks are never summed"


def test_attainment_is_a_formula_where_a_rule_gives_the_figure_and_the_figure_where_none_does() -> None:
    name = "kunjungan.capaian"
    formulas, values = _read(_bytes())[name], _read(_bytes(), values=True)[name]
    assert [formulas.cell(4, n).value for n in (4, 5)] == ["Realisasi (angka)", "Target (angka)"]
    expected = ["=D5/E5*100", "=(2*E6-D6)/E6*100", "=E7/D7*100", 110, None, None]
    assert _column(formulas, "C", 5, 10) == expected
    assert _column(values, "C", 5, 10) == [80, 80, 125, 110, None, None]


def test_a_sheet_can_be_filtered_and_printed() -> None:
    sheet = _read(_bytes())["kunjungan.bulanan"]
    assert sheet.freeze_panes == "B6"
    assert sheet.tables["T_kunjungan_bulanan"].ref == "A5:C8", "the total stays out of the filter"
    assert sheet.tables["T_kunjungan_bulanan"].autoFilter.ref == "A5:C8"
    names = _read(_bytes()).defined_names
    assert names["R_kunjungan_bulanan"].attr_text == "kunjungan.bulanan!$A$5:$C$8"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0), (
        "as wide as a page, as long as need be"
    )
    assert sheet.print_title_rows == "$5:$5"
    assert (
        sheet.oddFooter.left.text
        == "Data per 12 Nov 2026 · Versi data 20261112T0800Z · Data contoh · Hanya untuk Bupati"
    )
    assert sheet.oddFooter.right.text == "Halaman &P dari &N"
    assert (sheet.oddHeader.left.text, sheet.oddHeader.right.text) == ("Rapat && evaluasi", "Data contoh")
    assert all(s.page_setup.orientation == "landscape" for s in _read(_bytes()).worksheets if s.title != "Data")


def test_every_figure_stands_in_one_long_sheet_and_what_nobody_reported_does_not() -> None:
    """Two months of visits and three usual ones, five attainments, two payers with three figures each: 2 + 3 + 4 + 6 = 15 rows."""
    (_heads, *rows) = _read(_bytes())["Data"].iter_rows(values_only=True)
    assert len(rows) == 15
    assert [value or "" for value in rows[0]] == ["kunjungan", "bulanan", "", "", "Kunjungan", 100, ""]
    assert [row[5] for row in rows if row[1] == "capaian"] == [80, 80, 125, 110]
    assert [row[6] for row in rows if row[4] == "Bagian"] == ["%", "%"]


def test_the_summary_leads_to_the_sheets_and_links_lead_nowhere_else() -> None:
    book = _read(_bytes())
    links = {(s.title, c.coordinate): c.hyperlink for s in book for row in s.iter_rows() for c in row if c.hyperlink}
    assert all(link.target is None for link in links.values()), "nothing leads out of the file"
    places = {link.location for link in links.values()}
    assert places == {f"'{name}'!A1" for name in book.sheetnames}
    lead = next(link for link in links.values() if link.display and "Kunjungan naik" in link.display)
    assert lead.location == "'kunjungan.bulanan'!A1"
    hostile = next(c for row in book["Ringkasan"].iter_rows() for c in row if HOSTILE[0] in str(c.value))
    assert hostile.hyperlink is None
    assert hostile.data_type == "s"


@pytest.mark.parametrize("name", sorted(gallery()))
def test_every_kind_of_chart_is_drawn_or_written_as_cells(name: str) -> None:
    chart = gallery()[name]
    data = workbook_book.xlsx(_meeting(_block(name, chart)))
    sheet = _read(data).worksheets[1]
    if chart.kind in {"matrix", "heat", "area_map"}:
        fills = {c.fill.fgColor.rgb for row in sheet.iter_rows() for c in row if c.fill.patternType == "solid"}
        assert len(fills) >= 4, "coloured by band or state"
        return
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        if chart.kind == "multiples":
            drawn = archive.read("xl/worksheets/sheet2.xml").decode()
            assert drawn.count("<x14:sparkline>") == chart.data["u"].n_unique()
            return
        assert "xl/charts/chart1.xml" in names
        xml = archive.read("xl/charts/chart1.xml").decode()
        assert f'descr="{chart.title}. Uraian: {chart.title}' in archive.read("xl/drawings/drawing1.xml").decode()
    assert "<c:ser>" in xml
    for formula in re.findall(r"<c:f>(.*?)</c:f>", xml):
        assert formula.startswith(("kunjungan.", "'kunjungan.")), (
            "a series reads a place on its own sheet, never words of a file"
        )


def test_every_kind_is_in_the_gallery() -> None:
    assert {chart.kind for chart in gallery().values()} == set(get_args(charts.Kind))


def test_a_chart_leaves_a_gap_where_nobody_reported() -> None:
    with zipfile.ZipFile(io.BytesIO(_bytes())) as archive:
        xml = archive.read("xl/charts/chart1.xml").decode()
    cache_of_values = xml[xml.index("<c:val>") :]
    assert '<c:ptCount val="3"/>' in cache_of_values
    assert re.findall(r'<c:pt idx="(\d)"><c:v>(\d+)</c:v>', cache_of_values) == [("0", "100"), ("2", "250")]


def test_what_a_line_notes_stands_at_its_period() -> None:
    notes = [(date(2026, 9, 17), "=Loket dibuka"), (date(2026, 12, 1), "Selesai"), (date(2020, 1, 1), "Dulu")]
    chart = charts.line(VISITS, "month", "patients", notes=notes, **WORDS)
    with zipfile.ZipFile(io.BytesIO(workbook_book.xlsx(_meeting(_block("n", chart))))) as archive:
        xml = archive.read("xl/charts/chart1.xml").decode()
    labels = re.findall(r'<c:dLbl><c:idx val="(\d)"/>(?:(?!</c:dLbl>).)*<a:t>(.*?)</a:t>', xml)
    # what was before the first month is not there; the last value stands beside its point
    assert labels == [("1", "17 Sep 2026 =Loket dibuka"), ("2", "1 Des 2026 Selesai"), ("2", "250")]


def test_a_matrix_cell_is_a_number_that_shows_its_letter() -> None:
    frame = pl.DataFrame({"u": ["A", "A"], "k": ["x", "y"], "v": [88.25, None], "t": ["88,3*", None], "b": [1, None]})
    for names, letter in (({1: "Sangat tinggi"}, "A"), ({1: "ST · Sangat tinggi"}, "ST")):
        chart = charts.matrix(
            frame, "u", "k", value="v", text="t", band="b", band_names=names, title="M", unit="%", alt="M"
        )
        sheet = _read(workbook_book.xlsx(_meeting(_block("m", chart)))).worksheets[1]
        cells = [c for row in sheet.iter_rows(min_col=7) for c in row if c.value == 88.25]
        assert [c.number_format for c in cells] == [f'#,##0.0"* {letter}"'], "the star says that it is provisional"
        assert any(c.value == "belum melapor" for row in sheet.iter_rows(min_col=7) for c in row)


def test_a_matrix_whose_cells_name_their_bands_says_the_names() -> None:
    frame = pl.DataFrame({"u": ["A"], "k": ["x"], "v": [13], "t": ['13 · Baik "sekali"'], "b": [2]})
    chart = charts.matrix(frame, "u", "k", value="v", text="t", band="b", title="M", unit="orang", alt="M")
    sheet = _read(workbook_book.xlsx(_meeting(_block("m", chart)))).worksheets[1]
    (cell,) = [c for row in sheet.iter_rows(min_col=7) for c in row if c.value == 13]
    assert cell.number_format == '#,##0" · Baik sekali"'


def test_rows_are_as_tall_as_their_words_and_words_stand_off_from_figures() -> None:
    long = "Tambah jam buka poli umum sampai pukul 16.00 dan aktifkan puskesmas keliling dua kali sebulan"
    frame = pl.DataFrame({"n": [1, 2], "what": [long, "Pendek"]})
    block = TableBlock("t", "T", frame, (Column("n", "Nomor", "int"), Column("what", "Keputusan")), long * 3)
    sheet = _read(workbook_book.xlsx(_meeting(block))).worksheets[1]
    heights = [sheet.row_dimensions[row].height or 15 for row in (5, 6, 8)]
    # a cell of 46 digits holds 50 of the 93 letters: two lines; the note of 279 letters goes over the whole table
    assert heights[0] > 29
    assert heights[1] == 15
    assert heights[2] > 60
    assert (sheet["B5"].alignment.horizontal, sheet["B5"].alignment.indent) == ("left", 1)


def test_hostile_words_are_strings_everywhere() -> None:
    frame = pl.DataFrame({"n": [*HOSTILE, "+1", "-1", "@a", "http://x.example", "\x00\x1b[0m"], "patients": range(10)})
    columns = (Column("n", HOSTILE[0]), Column("patients", HOSTILE[1], "int", is_additive=True))
    table = TableBlock("t", HOSTILE[0], frame, columns, "=1+1")
    words = TextBlock("w", HOSTILE[3], "=1+1\n\n" + HOSTILE[1])
    page = replace(
        _meeting().pages[0], blocks=(table, words), title=HOSTILE[0], period=HOSTILE[3], filters=HOSTILE[4],
        completeness="=1", build_id=HOSTILE[0], definitions=((HOSTILE[0], HOSTILE[2]),),
        tiles=(Tile("a", HOSTILE[0], HOSTILE[0], HOSTILE[1], HOSTILE[3]),),
    )  # fmt: skip
    data = workbook_book.xlsx(_meeting(title=HOSTILE[0], notes=HOSTILE[0], build_id=HOSTILE[0], pages=(page,)))
    for sheet in _read(data).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert str(cell.value).startswith("=SUBTOTAL(109,"), cell.coordinate
                if isinstance(cell.value, str):
                    assert not re.search("[\x00-\x1f\u202a-\u202e]", cell.value)
                assert cell.hyperlink is None or cell.hyperlink.target is None
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not [name for name in archive.namelist() if "externalLink" in name]


@given(st.lists(st.text(max_size=60), min_size=1, max_size=12))
def test_names_of_sheets_are_unique_and_taken_by_every_spreadsheet(titles: list[str]) -> None:
    book = Book(None, _meeting())
    names = [book.name(title) for title in titles]
    assert len({name.lower() for name in names}) == len(titles)
    for name in names:
        assert 1 <= len(name.encode("utf-16-le")) // 2 <= SHEET_NAME
        assert not set(name) & set("[]:*?/\\'")


def test_a_block_without_rows_says_what_to_do() -> None:
    empty = TableBlock("t", "Kosong", VISITS.clear(), MONTHLY, empty="Perpanjang periodenya.")
    chart = ChartBlock("c", charts.line(VISITS.clear(), "month", "patients", **WORDS), VISITS.clear(), MONTHLY)
    book = _read(workbook_book.xlsx(_meeting(empty, chart)))
    assert any(c.value == "Perpanjang periodenya." for row in book["kunjungan.t"].iter_rows() for c in row)
    assert any(c.value == "Tidak ada data untuk pilihan ini" for row in book.worksheets[2].iter_rows() for c in row)


if __name__ == "__main__":
    GOLDEN.write_text(_dump(_bytes()), encoding="utf-8")
