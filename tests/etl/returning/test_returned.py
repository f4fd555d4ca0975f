"""A workbook goes back with marks and nothing else of it changes: values, formats, formulas, merged ranges, parts to the byte."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Mapping
from functools import cache
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.worksheet.formula import ArrayFormula
from xlsxwriter import Workbook

from etl.folder import PRODUCT_REFERENCE
from etl.lake import Sighting
from etl.reading.files import read
from etl.recognising.source import load_all
from etl.reference import registers
from etl.returning.note import AUTHOR, TITLE, Note
from etl.returning.package import marked
from etl.returning.returned import given_back
from tests.effort import tries
from tests.etl.reading import books

SHA = "ab" * 32
KNOWN = cache(lambda: (load_all(), registers(PRODUCT_REFERENCE)))


def fault(sheet: str, row: int | None, col: str, value: str, reason: str = "Bukan angka.") -> dict[str, Any]:
    return {"sheet": sheet, "row": row, "col": col, "value": value, "reason": reason, "mend": "Tulis angka saja."}


def back(content: bytes, *wrong: Mapping[str, Any], name: str = "laporan.xlsx") -> tuple[bytes, bool]:
    return given_back(content, SHA, Sighting("masuk", name, 1.8e9), wrong, *KNOWN())


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def described(content: bytes) -> dict[str, Any]:
    """Return all that the sender put into a workbook, as openpyxl reads it, without our sheet and comments."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {
        "names": {name: str(each.value) for name, each in book.defined_names.items()},
        **{
            sheet.title: (
                [
                    (c.coordinate, getattr(c.value, "text", c.value), c.number_format, c.data_type, c.font.b, c.fill.fgColor.rgb)
                    for row in sheet.iter_rows() for c in row if c.value is not None or c.has_style
                ],
                sorted(map(str, sheet.merged_cells.ranges)),
                {name: str(each.value) for name, each in sheet.defined_names.items()},
                {c.coordinate: c.comment.text for row in sheet.iter_rows() for c in row if c.comment and c.comment.author != AUTHOR},
                sheet.sheet_state, sheet.freeze_panes, str(sheet.auto_filter.ref), sheet.print_area,
            )
            for sheet in book.worksheets if sheet.title != TITLE
        },
    }  # fmt: skip


def visits(**settings: Any) -> bytes:
    """Return a report of visits with a figure that is none, a total by formula, a hidden sheet, names of its own and a comment."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Okt '26"
    page["A1"] = "LAPORAN KUNJUNGAN BULAN OKTOBER 2026"
    page.merge_cells("A1:E1")
    for row in (["Puskesmas", "Poli", "Baru", "Lama", "Jumlah"], ["Mengupeh", "UMUM", "dua", 4, "=C3+D3"],
                ["Mengupeh", "GIGI", 5, 6, "=C4+D4"]):  # fmt: skip
        page.append(row)
    page["D4"].number_format = "#,##0"
    page.print_title_rows = "1:2"
    page.print_area = "A1:E4"
    page["D3"].comment = Comment("dari bidan", "Siti")
    page.freeze_panes = "A3"
    hidden = book.create_sheet("Rumus")
    hidden["A1"], hidden.sheet_state = 0.5, "hidden"
    hidden.print_area = "A1:A1"
    for name, value in settings.items():
        setattr(book, name, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


WRONG = fault("Okt '26", 3, "Baru", "dua")


def test_the_cell_is_marked_listed_and_linked_and_all_else_is_as_it_was() -> None:
    content = visits()
    given, is_own = back(content, WRONG, fault("", None, "", "", "Periode tidak disebut."))
    assert is_own
    assert described(given) == described(content)
    book = openpyxl.load_workbook(io.BytesIO(given))
    assert book.sheetnames == [TITLE, "Okt '26", "Rumus"]
    assert book.active.title == TITLE
    assert not book["Okt '26"].sheet_view.tabSelected  # else what is typed would go into both
    assert book["Okt '26"]["C3"].comment.text == "Tertulis: dua\nBukan angka.\nPerbaikan: Tulis angka saja."
    assert book["Okt '26"]["D3"].comment.text == "dari bidan"
    rows = [[c.value for c in row] for row in book[TITLE].iter_rows()]
    assert rows[1][0] == f"Kode berkas asal: {SHA}"
    assert rows[-2:] == [
        ["1", "Okt '26 C3", "dua", "Bukan angka.", "Tulis angka saja."],
        ["2", "seluruh berkas", "", "Periode tidak disebut.", "Tulis angka saja."],
    ]
    assert [c.hyperlink.location for row in book[TITLE].iter_rows() for c in row if c.hyperlink] == ["'Okt ''26'!C3"]
    before, after = parts(content), parts(given)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {
        "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
        *(name for name in before if "comments/comment1" in name or name.endswith(".vml")),
    }  # fmt: skip


def test_a_mark_in_a_merged_area_stands_where_it_is_seen() -> None:
    given, _ = back(visits(), fault("Okt '26", 1, "", "LAPORAN KUNJUNGAN BULAN OKTOBER 2026"))
    page = openpyxl.load_workbook(io.BytesIO(given))["Okt '26"]
    assert [c.coordinate for row in page.iter_rows() for c in row if c.comment and c.comment.author == AUTHOR] == ["A1"]


def test_what_came_back_is_read_as_the_same_report_and_names_the_file_that_it_corrects() -> None:
    content = visits()
    before, after = read(content), read(back(content, WRONG)[0])
    assert [sheet.cells.rows() for sheet in before.sheets] == [sheet.cells.rows() for sheet in after.sheets]
    assert (before.corrects, after.corrects, after.returned, after.hidden) == ("", SHA, TITLE, before.hidden)


def test_a_file_that_goes_back_twice_has_one_list_and_one_comment_a_cell_after_excel_saved_it_too() -> None:
    once = openpyxl.load_workbook(io.BytesIO(back(visits(), WRONG)[0]))
    once["Okt '26"]["C3"] = 2
    saved = io.BytesIO()
    once.save(saved)  # with shared texts, as a spreadsheet program does
    twice, is_own = back(saved.getvalue(), fault("Okt '26", 4, "Lama", "6", "Terlalu besar."))
    book = openpyxl.load_workbook(io.BytesIO(twice))
    assert is_own
    assert book.sheetnames == [TITLE, "Okt '26", "Rumus"]
    ours = {
        c.coordinate for row in book["Okt '26"].iter_rows() for c in row if c.comment and c.comment.author == AUTHOR
    }
    assert ours == {"D4"}
    assert described(twice) == described(saved.getvalue())
    assert read(twice).corrects == SHA


@pytest.mark.parametrize(
    ("text", "shown"),
    [("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"), ("a\x00\x0b<b>&\u202e", "a <b>& "), ("_x0041_", "_x0041_")],
)
def test_nothing_said_runs_or_breaks_the_file(text: str, shown: str) -> None:
    given, _ = back(visits(), fault("Okt '26", 4, "Poli", text))
    book = openpyxl.load_workbook(io.BytesIO(given))
    cells = [c for row in book[TITLE].iter_rows() for c in row]
    assert all(c.data_type != "f" for c in cells)
    assert not any(b"<f>" in part for name, part in parts(given).items() if "rapor" in name)
    assert any(re.sub(r"\s", "", str(c.value)) == re.sub(r"\s", "", shown) for c in cells) or text.startswith("_x")


STRANGE: dict[str, bytes] = {
    "prefix": books.xlsx(
        "<x:row r='3'><x:c r='C3' t='inlineStr'><x:is><x:t>dua</x:t></x:is></x:c></x:row>", prefix="x"
    ),
    "strict": books.xlsx('<row r="3"><c r="C3" t="inlineStr"><is><t>dua</t></is></c></row>', kind=books.STRICT),
}


@pytest.mark.parametrize("name", STRANGE)
def test_workbooks_that_no_library_writes_come_back_edited_or_made_anew(name: str) -> None:
    content = STRANGE[name]
    if name == "prefix":  # with types, so that it can be edited
        page = parts(content)
        page["[Content_Types].xml"] = (
            b"<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'><Override PartName='/xl/workbook.xml' "
            b"ContentType='application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml'/></Types>"
        )
        content = books.zipped(page)
    given, is_own = back(content, fault("A", 3, "", "dua"))
    assert is_own == (name == "prefix")
    assert [s.cells.rows() for s in read(given).sheets] == [s.cells.rows() for s in read(content).sheets]
    assert b"dua" in b"".join(part for part_name, part in parts(given).items() if "omments" in part_name)


def test_macros_never_go_back_and_it_is_said() -> None:
    page = parts(visits())
    page["xl/vbaProject.bin"] = b"macro"
    types = page["[Content_Types].xml"].replace(b"spreadsheetml.sheet.main+xml", b"x").replace(
        b"application/vnd.openxmlformats-officedocument.x", b"application/vnd.ms-excel.sheet.macroEnabled.main+xml")  # fmt: skip
    page["[Content_Types].xml"] = types.replace(
        b"</Types>",
        b'<Override PartName="/xl/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>',
    )
    page["xl/_rels/workbook.xml.rels"] = page["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="m" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/>'
        b"</Relationships>",
    )
    given, is_own = back(books.zipped(page), WRONG, name="laporan.xlsm")
    after = parts(given)
    assert is_own
    assert not [name for name in after if "vba" in name.casefold()]
    assert b"macroEnabled" not in after["[Content_Types].xml"]
    assert b"vbaProject" not in after["xl/_rels/workbook.xml.rels"] + after["[Content_Types].xml"]
    assert any(
        "Makro" in str(c.value) for row in openpyxl.load_workbook(io.BytesIO(given))[TITLE].iter_rows() for c in row
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"Puskesmas;Poli;Baru;Lama\nMengupeh;UMUM;dua;007\nMengupeh;=1+1;1,5;4\n"),
        ("a.xls", b"<html><table><tr><td>Puskesmas</td><td>Baru</td></tr><tr><td>Mengupeh</td><td>dua</td></tr></table></html>"),
        ("a.ods", books.ods("<table:table-row><table:table-cell office:value-type='string'><text:p>dua</text:p></table:table-cell>"
                            "<table:table-cell office:value-type='float' office:value='2.5'><text:p>2,5</text:p></table:table-cell>"
                            "</table:table-row>")),
        ("a.xlsb", books.xlsb({0: [(0, 0, "dua"), (1, 1, 45_000.0), (2, 2, 0.125), (3, 3, 7.0)]}, ("d/m/yyyy", "0.0%", "000"))),
    ],
)  # fmt: skip
def test_other_formats_come_back_as_a_plain_workbook_that_says_so(name: str, content: bytes) -> None:
    before = read(content)
    row = next(each[0] for each in before.sheets[0].cells.rows() if "dua" in each)
    given, is_own = back(content, fault(before.sheets[0].name, row, "", "dua"), name=name)
    after = read(given)
    assert not is_own
    assert [s.cells.rows() for s in after.sheets] == [s.cells.rows() for s in before.sheets]
    book = openpyxl.load_workbook(io.BytesIO(given))
    assert any(name in str(c.value) for each in book[TITLE].iter_rows() for c in each)
    assert [c.value for each in book.worksheets[1].iter_rows() for c in each if c.comment] == ["dua"]
    assert not [c for sheet in book for each in sheet.iter_rows() for c in each if c.data_type == "f"]


# --- for any workbook ------------------------------------------------------------------------------------------------------

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)
CELL = st.one_of(
    WORDS, st.integers(-(10**9), 10**9), st.floats(allow_nan=False, allow_infinity=False, width=32), st.booleans(),
    st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2060, 1, 1)).map(lambda d: d.replace(microsecond=0)),
    st.sampled_from(["=A1", "=SUM(A1:B2)", "=1/0", "{=A1:A2}"]),
)  # fmt: skip
FORMATS = ("General", "0.00", "0%", "dd/mm/yyyy", '#,##0;[Red]-#,##0;"-"', "@")
GRID = st.dictionaries(
    st.tuples(st.integers(0, 6), st.integers(0, 5)), st.tuples(CELL, st.sampled_from(FORMATS)), max_size=12
)


class Made:
    """A workbook, which a failing test does not print whole."""

    def __init__(self, content: bytes, names: list[str]) -> None:
        self.content, self.names = content, names

    def __repr__(self) -> str:
        return f"Made({self.names}, {len(self.content)} bytes)"


@st.composite
def workbooks(draw: st.DrawFn) -> "Made":
    out = io.BytesIO()
    names = draw(
        st.lists(st.sampled_from(["A", "Lembar 2", "O'K", "é<&>", "Data"]), min_size=1, max_size=3, unique=True)
    )
    with Workbook(out, {"in_memory": True}) as book:
        for number, name in enumerate(names):
            page = book.add_worksheet(name)
            for (row, column), (value, code) in draw(GRID).items():
                style = book.add_format({"num_format": code, "bold": row % 2 == 0})
                if isinstance(value, dt.datetime):
                    page.write_datetime(row, column, value, style)
                else:
                    page.write(row, column, value, style)
            if draw(st.booleans()):
                page.merge_range(8, 0, 9, 2, "gabung")
            if draw(st.booleans()):
                page.write_comment(0, 0, "catatan saya", {"author": "Siti"})
            if draw(st.booleans()):
                page.print_area(0, 0, 5, 5)
                page.repeat_rows(0)
            if draw(st.booleans()):
                page.insert_textbox(3, 3, "kotak")
                page.set_header("&LJudul")
            if number and draw(st.booleans()):
                page.hide()
        draw(st.sampled_from(book.worksheets()[:1])).activate()
        if draw(st.booleans()):
            book.define_name("tarif", f"='{names[0].replace(chr(39), chr(39) * 2)}'!$A$1")
    return Made(out.getvalue(), names)


@tries(40)
@given(workbooks(), st.data())
def test_marking_alters_no_value_format_formula_or_merged_range(made: Made, data: st.DataObject) -> None:
    content, names = made.content, made.names
    places = data.draw(
        st.lists(st.tuples(st.sampled_from(names), st.integers(1, 12), st.integers(0, 8), WORDS), max_size=6)
    )
    notes = [Note(sheet, row, column, words, words, words) for sheet, row, column, words in places]
    given_ = marked(content, SHA, notes, ())
    assert described(given_) == described(content)
    before, after = parts(content), parts(given_)
    touched = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
    for name in before.keys() - touched:
        if not re.search(r"worksheets/|comments|vmlDrawing", name):
            assert after[name] == before[name], name
    for name in before:
        if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name):
            bare = re.sub(rb'<legacyDrawing xmlns:r="[^"]*" r:id="rIdRapor\d"/>', b"", after[name])
            assert bare == before[name].replace(b'tabSelected="1"', b'tabSelected="0"')
    assert [s.cells.rows() for s in read(given_).sheets] == [s.cells.rows() for s in read(content).sheets]


def test_array_formulas_stay() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = ArrayFormula("A1:A2", "=B1:B2*2")
    out = io.BytesIO()
    book.save(out)
    assert described(marked(out.getvalue(), SHA, [Note("Sheet", 1, 0, "x", "y", "z")], ())) == described(out.getvalue())
