"""Files of every kind become cells of text with their row numbers; native numbers and dates stay what they are."""

import io
from collections.abc import Callable
from datetime import date, datetime

import polars as pl
import pytest
import xlsxwriter
import xlwt
from hypothesis import given
from hypothesis import strategies as st

from etl.reading.files import Document, Unreadable, read
from etl.reading.words import DATE, NUMBER


def rows(document: Document, sheet: int = 0) -> list[tuple]:
    return document.sheets[sheet].cells.rows()


def workbook(write: Callable[[xlsxwriter.Workbook], object]) -> bytes:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    write(book)
    book.close()
    return content.getvalue()


# --- text ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_each_delimiter_is_found(delimiter: str) -> None:
    text = "\r\n".join(delimiter.join(row) for row in (["Nama", "Baru", "Lama"], ["Muara Tebo", "12", "34"]))
    assert rows(read(text.encode())) == [(1, "Nama", "Baru", "Lama"), (2, "Muara Tebo", "12", "34")]


def test_the_delimiter_is_the_one_that_divides_the_rows_evenly() -> None:
    # Every data row has one comma a number, the title has one too; only the semicolon gives all rows three cells.
    text = "Judul, kunjungan;;\nNama;Baru;Lama\nA;1,5;2,5\nB;3,5;4,5\n"
    assert rows(read(text.encode()))[2:] == [(3, "A", "1,5", "2,5"), (4, "B", "3,5", "4,5")]


@pytest.mark.parametrize(
    ("encoded", "encoding"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("cp1252", "cp1252"), ("utf-16", "utf-16")],
)
def test_each_encoding_is_found_and_no_mark_is_left(encoded: str, encoding: str) -> None:
    document = read("Nama;Café – catatan\nA;1\n".encode(encoded))
    assert rows(document) == [(1, "Nama", "Café – catatan"), (2, "A", "1")]
    assert document.encoding == encoding


def test_non_breaking_spaces_and_line_breaks_are_spaces() -> None:
    assert rows(read('a;b\n Puskesmas\u00a0 Muara Tebo ;1\n"baris\nkedua";2\n'.encode()))[1:] == [
        (2, "Puskesmas Muara Tebo", "1"),
        (3, "baris kedua", "2"),
    ]


def test_ragged_rows_are_filled_with_blanks_and_empty_rows_keep_their_number() -> None:
    assert rows(read(b"a,b,c\n\n1,2\n1,2,3,4\n,,\n5\n")) == [
        (1, "a", "b", "c", ""),
        (3, "1", "2", "", ""),
        (4, "1", "2", "3", "4"),
        (6, "5", "", "", ""),
    ]


def test_quotes_hold_delimiters_and_doubled_quotes() -> None:
    assert rows(read(b'nama;kata\n"a;b";"dia bilang ""ya"""\n')) == [(1, "nama", "kata"), (2, "a;b", 'dia bilang "ya"')]


def test_a_text_cell_can_not_pass_for_a_native_number_or_date() -> None:
    forged = f"a;b;c\n{NUMBER}5;{DATE}2024-01-01;x{NUMBER}7\n"
    assert rows(read(forged.encode()))[1] == (2, "5", "2024-01-01", "x7")


def test_long_files_are_read_whole_and_in_order() -> None:
    text = "a;b\n" + "".join(f"x{i};{i}\n" for i in range(200_500))  # more than one chunk of rows
    cells = read(text.encode()).sheets[0].cells
    assert cells.height == 200_501
    assert cells.row(-1) == (200_501, "x200499", "200499")
    assert cells["row"].is_sorted()


CELL = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Co", "Zs", "Zl", "Zp"]), max_size=8)


@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=6))
def test_what_was_written_is_what_is_read(table: list[tuple[str, str, str]]) -> None:
    content = pl.DataFrame(table, schema=["kolom", "baru", "lama"], orient="row").write_csv(
        separator=";", quote_style="always"
    )
    kept = [(n, *row) for n, row in enumerate([("kolom", "baru", "lama"), *table], start=1) if any(row)]
    assert rows(read(content.encode())) == kept


# --- workbooks -------------------------------------------------------------------------------------------------------


def test_merged_headings_reach_over_their_cells() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Kunjungan")
        sheet.merge_range(0, 0, 1, 0, "Puskesmas")
        sheet.merge_range(0, 1, 0, 2, "Januari")
        sheet.write_row(1, 1, ["Baru", "Lama"])
        sheet.write_row(2, 0, ["Muara Tebo", 10, 20])
        sheet.merge_range(3, 1, 3, 2, 30)  # a number stays in one cell: twice it would count twice

    document = read(workbook(write))
    assert document.sheets[0].name == "Kunjungan"
    assert rows(document) == [
        (1, "Puskesmas", "Januari", "Januari"),
        (2, "Puskesmas", "Baru", "Lama"),
        (3, "Muara Tebo", f"{NUMBER}10.0", f"{NUMBER}20.0"),
        (4, "", f"{NUMBER}30.0", ""),
    ]


def test_native_cells_keep_what_they_are_and_texts_stay_texts() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [3.532, "3.532", -2, 1e-5])
        sheet.write_formula(1, 0, "=SUM(A1:A1)", None, 3.532)
        sheet.write_boolean(1, 1, True)
        sheet.write_string(1, 2, f"{NUMBER}5")
        sheet.write_datetime(2, 0, datetime(2024, 1, 5), book.add_format({"num_format": "dd/mm/yyyy"}))
        sheet.write_datetime(2, 1, datetime(2024, 1, 5, 8, 15), book.add_format({"num_format": "dd/mm/yyyy hh:mm"}))
        sheet.write_string(4, 0, "  akhir\u00a0 baris ")

    assert rows(read(workbook(write))) == [
        (1, f"{NUMBER}3.532", "3.532", f"{NUMBER}-2.0", f"{NUMBER}1e-05"),
        (2, f"{NUMBER}3.532", "TRUE", "5", ""),
        (3, f"{DATE}2024-01-05", f"{DATE}2024-01-05T08:15:00", "", ""),
        (5, "akhir baris", "", "", ""),
    ]


def test_the_row_numbers_are_the_spreadsheets_own_where_the_sheet_begins_low() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet().write_row(9, 2, ["Nama", "Baru"])

    assert rows(read(workbook(write))) == [(10, "", "", "Nama", "Baru")]


def test_hidden_sheets_are_named_and_not_read_and_empty_ones_are_left_out() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("Data").write(0, 0, "isi")
        hidden = book.add_worksheet("Rahasia")
        hidden.write(0, 0, "nama pasien")
        hidden.hide()
        book.add_worksheet("Master").very_hidden()
        book.add_worksheet("Kosong")

    document = read(workbook(write))
    assert [sheet.name for sheet in document.sheets] == ["Data"]
    assert document.hidden == ("Rahasia", "Master")


def test_an_old_workbook() -> None:
    content = io.BytesIO()
    book = xlwt.Workbook()
    sheet = book.add_sheet("JKN PBI")
    sheet.write_merge(0, 0, 0, 1, "Kunjungan")
    sheet.write(1, 0, "Januari")
    sheet.write(1, 1, 12.5)
    sheet.write(2, 0, date(2024, 1, 5), xlwt.easyxf(num_format_str="dd/mm/yyyy"))
    hidden = book.add_sheet("Sembunyi")
    hidden.write(0, 0, "x")
    hidden.visibility = 1
    book.save(content)
    document = read(content.getvalue())
    assert document.sheets[0].name == "JKN PBI"
    assert rows(document) == [
        (1, "Kunjungan", "Kunjungan"),
        (2, "Januari", f"{NUMBER}12.5"),
        (3, f"{DATE}2024-01-05", ""),
    ]
    assert document.hidden == ("Sembunyi",)


# --- what is no report -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b" \r\n \n", "file_empty"),
        (b";;;\n;;;\n", "file_empty"),
        (b'{"data": []}', "file_not_a_table"),
        (b"\xef\xbb\xbf [1, 2]", "file_not_a_table"),
        (b"<!DOCTYPE html><table>", "file_not_a_table"),
        (b"\x00\x01\x02;\x03", "file_not_a_table"),
        (b"PK\x03\x04 and then nothing", "file_damaged"),
        (b"\xd0\xcf\x11\xe0 and then nothing", "file_damaged"),
    ],
)
def test_what_is_no_table_says_why_whatever_its_name(content: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(content)
    assert refused.value.code == code


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.99])
def test_a_workbook_cut_off_in_transfer_is_damaged(part: float) -> None:
    whole = workbook(lambda book: book.add_worksheet().write_row(0, 0, ["a", "b", 1]))
    with pytest.raises(Unreadable) as refused:
        read(whole[: int(len(whole) * part)])
    assert refused.value.code == "file_damaged"


def test_a_workbook_without_any_cell_has_no_sheets() -> None:
    assert read(workbook(lambda book: book.add_worksheet())).sheets == ()
