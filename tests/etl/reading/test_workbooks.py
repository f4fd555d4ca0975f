"""Workbooks of every format: what a cell shows, which rows are hidden, which formulas nobody worked out, what is locked."""

import io
from typing import Any

import pytest
import xlsxwriter
import xlwt

from etl.reading.files import Document, Sheet, Unreadable, read
from etl.reading.words import DATE, NUMBER
from tests.etl.reading import books


def sheet(content: bytes) -> Sheet:
    (found,) = read(content).sheets
    return found


def rows(content: bytes) -> list[tuple]:
    return sheet(content).cells.rows()


def refusal(content: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        read(content)
    return refused.value.code


def cells(*values: str) -> str:
    return "".join(f'<row r="{n}"><c r="A{n}" {value}</c></row>' for n, value in enumerate(values, start=1))


# --- what a number shows ---------------------------------------------------------------------------------------------

SHOWN = [
    ("0%", "0.813", f"{NUMBER}0.813%"),
    ("0,0%", "0.5", f"{NUMBER}0.5%"),
    ("0.00%;[Red]-0.00%", "-0.25", f"{NUMBER}-0.25%"),
    ("0.0&quot;%&quot;", "81.3", f"{NUMBER}81.3"),  # a sign that is written beside: 81.3 stays 81.3
    ("0.0\\%", "81.3", f"{NUMBER}81.3"),
    ("[&lt;=1]0%;0.0", "0.9", f"{NUMBER}0.9%"),
    ("[&lt;=1]0%;0.0", "90", f"{NUMBER}90.0"),
    ("0.00", "1.1", f"{NUMBER}1.10"),
    ("#,##0.00", "1234.5", f"{NUMBER}1234.50"),
    ("0.00", "1.125", f"{NUMBER}1.125"),  # what is stored says more than what is shown
    ("0.00", "70", f"{NUMBER}70.0"),
    ("00000", "123", f"{NUMBER}00123"),
    ("00000", "123456", f"{NUMBER}123456.0"),
    ("General", "1.1", f"{NUMBER}1.1"),
    ("0&quot; hari&quot;", "5", f"{NUMBER}5.0"),  # d, m, y, h and s in quotes make no date
    ("dd/mm/yyyy", "45296", f"{DATE}2024-01-05"),
    ("[$-421]dd mmmm yyyy;@", "45296.34375", f"{DATE}2024-01-05T08:15:00"),
    ("hh:mm", "0.34375", "08:15:00"),
    ("[h]:mm", "1.5", "1 day, 12:00:00"),
    ("dd/mm/yyyy", "-3", f"{NUMBER}-3.0"),
    ("dd/mm/yyyy", "1e300", f"{NUMBER}1e+300"),
]


@pytest.mark.parametrize(("code", "value", "carried"), SHOWN)
def test_a_number_is_carried_as_its_format_shows_it(code: str, value: str, carried: str) -> None:
    content = books.xlsx(cells(f's="1"><v>{value}</v>'), styles=books.styles(code))
    assert rows(content) == [(1, carried)]
    assert rows(books.xlsb({0: [(0, 1, float(value))]}, (code.replace("&quot;", '"').replace("&lt;", "<"),))) == [
        (1, carried)
    ]


def test_an_old_workbook_tells_its_formats_errors_and_hidden_rows() -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("A")
    for row, (value, code) in enumerate([(0.813, "0.0%"), (1.1, "0.00"), (123, "00000"), (7, "General")]):
        page.write(row, 0, value, xlwt.easyxf(num_format_str=code))
    page.row(2).hidden = True
    page.col(3).hidden = True
    page.write_merge(4, 5, 0, 1, "Puskesmas")
    content = io.BytesIO()
    book.save(content)
    found = sheet(content.getvalue())
    assert found.cells.rows() == [
        *((1, f"{NUMBER}0.813%"), (2, f"{NUMBER}1.10"), (3, f"{NUMBER}00123"), (4, f"{NUMBER}7.0")),
        (5, "Puskesmas"),  # where no other cell is, no merged one is needed
    ]
    assert (found.hidden_rows, found.hidden_columns, found.merged) == ({3}, {3}, ((5, 0, 6, 1),))


def test_an_open_document_shows_what_its_cells_show() -> None:
    def cell(kind: str, value: str, shown: str, more: str = "") -> str:
        return (
            f'<table:table-cell office:value-type="{kind}" {value} {more}><text:p>{shown}</text:p></table:table-cell>'
        )

    line = [
        cell("percentage", "office:value='0.813'", "81,3%"),  # single quotes are quotes, too
        cell("float", 'office:value="1.1"', "1,10"),
        cell("float", 'office:value="123"', "00123"),
        cell("float", 'office:value="1234.5"', "1.234,50"),
        cell("currency", 'office:value="1500"', "Rp1.500"),
        cell("date", 'office:date-value="2024-01-05"', "05/01/24"),
        cell("date", 'office:date-value="2024-01-05T08:15:00"', "05/01/24"),
        cell("time", 'office:time-value="PT8H15M00S"', "8:15"),
        cell("string", "", "#REF!", 'table:formula="of:=X1"'),
        cell("string", "", "satu<text:s/>dua</text:p><text:p>tiga"),
        cell("string", "", "isi</text:p><office:annotation><text:p>catatan</text:p></office:annotation><text:p>"),
        '<table:table-cell table:formula="of:=1+1"/>',
    ]
    found = sheet(books.ods(f"<table:table-row>{''.join(line)}</table:table-row>"))
    assert found.cells.row(0)[1:] == (
        *(f"{NUMBER}0.813%", f"{NUMBER}1.10", f"{NUMBER}00123", f"{NUMBER}1234.5", f"{NUMBER}1500.0"),
        *(f"{DATE}2024-01-05", f"{DATE}2024-01-05T08:15:00", "08:15:00", "#REF!", "satu dua tiga", "isi"),
    )
    assert found.uncomputed == ((1, 11),)


def test_days_may_be_counted_from_1904() -> None:
    settings = '<workbookPr date1904="1"/>'
    content = books.xlsx(cells('s="1"><v>43834</v>'), styles=books.styles("dd/mm/yyyy"), settings=settings)
    assert rows(content) == [(1, f"{DATE}2024-01-05")]  # 45296 - 1462 days between the two first days


# --- how a sheet may be written --------------------------------------------------------------------------------------

ROW = '<row r="2"><c r="B2"><v>5</v></c><c r="C2" t="inlineStr"><is><t>isi</t></is></c></row>'


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"part": "xl/lembar/satu.dat"},
        {"kind": books.STRICT},
        {"prefix": "x"},
    ],
)
def test_a_sheet_is_found_through_its_relation_whatever_its_part_and_prefix(written: dict[str, Any]) -> None:
    row = ROW.replace("<", "<x:").replace("<x:/", "</x:") if "prefix" in written else ROW
    assert rows(books.xlsx(row, **written)) == [(2, "", f"{NUMBER}5.0", "isi")]


def test_references_may_be_small_or_missing() -> None:
    content = books.xlsx('<row><c><v>1</v></c><c><v>2</v></c></row><row><c r="c2"><v>3</v></c><c><v>4</v></c></row>')
    assert rows(content) == [
        (1, f"{NUMBER}1.0", f"{NUMBER}2.0", "", ""),
        (2, "", "", f"{NUMBER}3.0", f"{NUMBER}4.0"),
    ]


def test_texts_of_runs_are_joined_and_readings_beside_them_left_out() -> None:
    runs = "<r><t>Pus</t></r> <r><rPr><b/></rPr><t>kesmas</t></r><rPh sb='0' eb='1'><t>baca</t></rPh>"
    content = books.xlsx(
        f'<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is>{runs}</is></c><c r="C1" t="e"><v>#REF!</v></c>'
        '<c r="D1" t="b"><v>1</v></c><c r="E1" t="str"><f>A1</f><v>  dua  kata </v></c><c r="F1" t="d"><v>2024-01-05</v></c></row>',
        strings=f"<si>{runs}</si>",
        after="<headerFooter><oddHeader>kepala</oddHeader></headerFooter>",
    )
    assert rows(content) == [(1, "Puskesmas", "Puskesmas", "#REF!", "TRUE", "dua kata", f"{DATE}2024-01-05")]


def test_hidden_rows_and_columns_are_known_and_whether_a_filter_hides_them() -> None:
    line = '<row r="{0}" {1}><c r="A{0}"><v>1</v></c></row>'
    written = [line.format(1, ""), line.format(2, 'hidden="1"'), line.format(3, 'ht="0"'), '<row r="4" hidden="1"/>']
    cols = '<cols><col min="2" max="3" hidden="1"/></cols>'
    found = sheet(books.xlsx(*written, before=cols))
    assert (found.hidden_rows, found.hidden_columns, found.is_filtered) == ({2, 3}, {1, 2}, False)
    filtered = '<autoFilter ref="A1:A3"><filterColumn colId="0"><filters><filter val="1"/></filters></filterColumn></autoFilter>'
    assert sheet(books.xlsx(*written, after=filtered)).is_filtered
    assert not sheet(books.xlsx(*written, after='<autoFilter ref="A1:A3"/>')).is_filtered
    rows_of_ods = '<table:table-row table:visibility="{}"><table:table-cell office:value-type="float" office:value="1"/></table:table-row>'
    assert sheet(books.ods(rows_of_ods.format("collapse"))).hidden_rows == {1}
    assert sheet(books.ods(rows_of_ods.format("filter"))).is_filtered


def test_formulas_without_a_result_are_told_from_those_with_an_empty_one() -> None:
    found = sheet(
        books.xlsx(
            '<row r="1"><c r="A1"><f>1+1</f></c><c r="B1"><f>1+1</f><v/></c><c r="C1" t="str"><f>""</f><v></v></c>'
            '<c r="D1"><f>1+1</f><v>2</v></c><c r="E1" s="1"/></row>'
        )
    )
    assert found.uncomputed == ((1, 0), (1, 1))
    assert found.cells.rows() == [(1, "", "", "", f"{NUMBER}2.0")]


def test_zeros_of_a_program_that_works_nothing_out_are_no_results() -> None:
    """XlsxWriter writes 0 for a formula whose result it is not given; where it is given one, its zeros are results."""

    def written(*results: int | None) -> Sheet:
        content = io.BytesIO()
        book = xlsxwriter.Workbook(content)
        page = book.add_worksheet()
        for row, result in enumerate(results):
            page.write_string(row, 0, "x")
            page.write_formula(row, 1, "=1+1", None, *([] if result is None else [result]))
        book.close()
        return sheet(content.getvalue())

    assert written(None, None).uncomputed == ((1, 1), (2, 1))
    assert written(None, None).cells.rows() == [(1, "x"), (2, "x")]
    assert written(0, 5).uncomputed == ()


def test_formulas_of_an_old_workbook_that_no_spreadsheet_has_opened() -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("A")
    page.write(0, 0, "x")
    page.write(0, 1, xlwt.Formula("1+1"))
    content = io.BytesIO()
    book.save(content)
    assert sheet(content.getvalue()).uncomputed == ((1, 1),)


def test_two_sheets_of_one_name_are_refused() -> None:
    assert refusal(books.xlsx(ROW, names=("Januari", "JANUARI"))) == "sheet_repeated"


# --- Excel 2003 XML --------------------------------------------------------------------------------------------------


def spreadsheet(body: str, styles: str = "", encoding: str = "utf-8", declared: str = "") -> bytes:
    name = "urn:schemas-microsoft-com:office:spreadsheet"
    text = f'\n<?xml version="1.0"{declared}?>\n<Workbook xmlns="{name}" xmlns:ss="{name}"><Styles>{styles}</Styles>{body}</Workbook>'
    return text.encode(encoding)


def test_excel_2003_xml_has_indexes_spans_formats_and_hidden_rows() -> None:
    style = '<Style ss:ID="p"><NumberFormat ss:Format="Percent"/></Style><Style ss:ID="f"><NumberFormat ss:Format="Fixed"/></Style>'
    found = sheet(
        spreadsheet(
            '<Worksheet ss:Name="Rekap"><Table><Column ss:Index="5" ss:Hidden="1"/>'
            '<Row ss:Index="2"><Cell ss:MergeAcross="1"><Data ss:Type="String">Puskesmas &amp; <B>Pustu</B></Data></Cell>'
            '<Cell><Data ss:Type="String">Nilai</Data><Comment><ss:Data>catatan</ss:Data></Comment></Cell></Row>'
            '<Row ss:Hidden="1"><Cell ss:Index="3" ss:StyleID="p"><Data ss:Type="Number">0.813</Data></Cell></Row>'
            '<Row><Cell ss:StyleID="f"><Data ss:Type="Number">1.1</Data></Cell>'
            '<Cell><Data ss:Type="DateTime">2024-01-05T00:00:00.000</Data></Cell>'
            '<Cell><Data ss:Type="Boolean">1</Data></Cell><Cell ss:Formula="=1+1"/><Cell><Data ss:Type="Error">#REF!</Data></Cell></Row>'
            "</Table></Worksheet>",
            style,
        )
    )
    assert found.name == "Rekap"
    assert found.cells.rows() == [
        (2, "Puskesmas & Pustu", "Puskesmas & Pustu", "Nilai", "", ""),
        (3, "", "", f"{NUMBER}0.813%", "", ""),
        (4, f"{NUMBER}1.10", f"{DATE}2024-01-05", "TRUE", "", "#REF!"),
    ]
    assert (found.hidden_rows, found.hidden_columns, found.uncomputed) == ({3}, {4}, ((4, 3),))


def test_excel_2003_xml_in_windows_letters_and_its_hidden_sheets() -> None:
    data = '<Table><Row><Cell><Data ss:Type="String">Kab\u00e9</Data></Cell></Row></Table>'
    hidden = "<WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions>"
    body = f'<Worksheet ss:Name="A">{data}</Worksheet><Worksheet ss:Name="B">{data}{hidden}</Worksheet>'
    document = read(spreadsheet(body, "", "cp1252", ' encoding="windows-1252"'))
    assert ([s.name for s in document.sheets], document.hidden) == (["A"], ("B",))
    assert document.sheets[0].cells.rows() == [(1, "Kab\u00e9")]


# --- web pages -------------------------------------------------------------------------------------------------------


def page(body: str, head: str = "") -> Document:
    return read(f"<html><head>{head}</head><body>{body}</body></html>".encode())


def test_cells_of_a_page_span_rows_and_columns_and_hold_markup() -> None:
    (found,) = page(
        "<p>LAPORAN<br>TAHUN 2024</p><table><tr><th rowspan=2>Puskesmas<th colspan=2>Januari</tr><tr><th>Baru<th>Lama</tr>"
        '<tr style="display: none"><td><font><b>Mu</b>ara &amp; Tebo</font><td rowspan="2">1.003<td>&nbsp;7</tr>'
        "<tr><td>Suo<td>8</tr></table><script>var x = 1;</script>"
    ).sheets
    assert found.cells.rows() == [
        *((1, "LAPORAN", "", ""), (2, "TAHUN 2024", "", "")),
        *((3, "Puskesmas", "Januari", "Januari"), (4, "Puskesmas", "Baru", "Lama")),
        *((5, "Muara & Tebo", "1.003", "7"), (6, "Suo", "", "8")),  # a figure is never repeated
    ]
    assert found.hidden_rows == {5}


def test_tables_of_a_page_with_headings_of_their_own_are_sheets_of_their_own() -> None:
    table = "<table><tr><th>Puskesmas<th>Bulan<th>Jumlah</tr><tr><td>Suo<td>{0}<td>{1}</tr></table>"
    block = "<table><tr><td>Tahun<td>: 2024</tr></table>"
    first, second = page(f"{block}{table.format('Mei', 1)}<p>Lampiran</p>{table.format('Juni', 2)}<p>Kepala</p>").sheets
    assert [s.name for s in (first, second)] == ["Tabel 1", "Tabel 2"]
    assert [row[1:] for row in first.cells.rows()] == [
        *(("Tahun", ": 2024", ""), ("Puskesmas", "Bulan", "Jumlah"), ("Suo", "Mei", "1")),
    ]
    assert [row[1:] for row in second.cells.rows()] == [
        *(("Tahun", ": 2024", ""), ("Lampiran", "", ""), ("Puskesmas", "Bulan", "Jumlah"), ("Suo", "Juni", "2")),
        ("Kepala", "", ""),
    ]


def test_a_page_says_its_letters_itself() -> None:
    text = '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"><table><tr><td>Kab\u00e9\u2019<td>2</table>'
    assert rows(text.encode("cp1252")) == [(1, "Kab\u00e9\u2019", "2")]
    assert rows(text.encode("utf-16")) == [(1, "Kab\u00e9\u2019", "2")]


def test_a_page_saved_with_its_pictures_is_a_page() -> None:
    message = (
        'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n\n--b\nContent-Type: text/html; charset="utf-8"\n'
        "Content-Transfer-Encoding: quoted-printable\n\n<table><tr><td>Kab=C3=A9<td>2</table>\n--b--\n"
    )
    assert rows(message.encode()) == [(1, "Kab\u00e9", "2")]


# --- what is locked, or is none ----------------------------------------------------------------------------------------

CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (CONTAINER + "EncryptedPackage".encode("utf-16-le") + bytes(480), "file_locked"),
        (CONTAINER, "file_damaged"),
        (
            books.ods("", manifest="<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"),
            "file_locked",
        ),
        (books.zipped({"mimetype": "x", "encrypted-package": b"\x00"}), "file_locked"),
        (books.zipped({"[Content_Types].xml": "", "word/document.xml": ""}), "file_not_a_table"),
        (books.zipped({"laporan.csv": "a;b\n"}), "zip_within"),
        (b"%PDF-1.7 ...", "file_not_a_table"),
        (b"\xff\xd8\xff\xe0 jpeg", "file_not_a_table"),
        (b"<html><body><p>Sesi habis</p></body></html>", "file_not_a_table"),
        (b"<?xml version='1.0'?><catatan/>", "file_not_a_table"),
        (b"[05/01/24, 08.15.20] Ani: halo\n", "file_is_a_chat"),
        ("\u200e05/01/24 08.15 - Ani: halo\n".encode(), "file_is_a_chat"),
        (books.xlsx('<!DOCTYPE a [<!ENTITY b "c">]>'), "file_damaged"),
    ],
)
def test_what_can_not_be_read_says_why(content: bytes, code: str) -> None:
    assert refusal(content) == code


def test_a_zip_with_a_password_is_locked() -> None:
    content = bytearray(books.xlsx(ROW))
    place = -1
    while (place := content.find(b"PK\x01\x02", place + 1)) >= 0:
        content[place + 8] |= 1
    assert refusal(bytes(content)) == "file_locked"


def test_entities_are_refused_not_resolved() -> None:
    declared = '<!DOCTYPE a [<!ENTITY b "c">]>'
    content = (
        spreadsheet('<Worksheet ss:Name="A"><Table/></Worksheet>')
        .lstrip()
        .replace(b"<Workbook", declared.encode() + b"<Workbook")
    )
    assert refusal(content) == "file_entities"
