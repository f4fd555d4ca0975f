"""Delimited text as programs and people leave it: letters of several kinds, a line that names the delimiter, quotes left open."""

import pytest

from etl.reading.files import Unreadable, read

TABLE = "Unit;Isi\nKab\u00e9;1\n"
ROWS = [(1, "Unit", "Isi"), (2, "Kab\u00e9", "1")]


@pytest.mark.parametrize(
    ("encoding", "mark", "named"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", b"\xef\xbb\xbf", "utf-8"),
        ("cp1252", b"", "cp1252"),
        ("utf-16-le", b"\xff\xfe", "utf-16"),
        ("utf-16-be", b"\xfe\xff", "utf-16"),
        ("utf-16-le", b"", "utf-16"),
        ("utf-16-be", b"", "utf-16"),
    ],
)
def test_letters_are_read_in_the_encoding_that_they_are_in(encoding: str, mark: bytes, named: str) -> None:
    document = read(mark + TABLE.encode(encoding))
    assert document.sheets[0].cells.rows() == ROWS
    assert document.encoding == named


@pytest.mark.parametrize("line", ["sep=;\n", "SEP=;\r\n", '"sep=;"\n'])
def test_a_first_line_may_name_the_delimiter_and_is_no_row(line: str) -> None:
    assert read((line + TABLE).encode()).sheets[0].cells.rows() == ROWS
    assert read(b"sep=|\na,b|c\n").sheets[0].cells.rows() == [(1, "a,b", "c")]


def refusal(text: str) -> tuple[str, dict[str, str]]:
    with pytest.raises(Unreadable) as refused:
        read(text.encode())
    return refused.value.code, refused.value.details


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ('a;b;c\n1;"2;3\n4;5;6\n7;8;9\n', "2"),  # to the end of the file
        ('a;b;c\n1;2;3\n4;"5;6\n7;8;9\n10;"11;12\n', "3"),  # to the next quote
        ('a;b\n1;2\n3;"4\n5;6\n', "3"),  # two columns: only the end of the file tells
    ],
)
def test_a_quote_that_is_never_closed_is_refused_with_its_row(text: str, row: str) -> None:
    assert refusal(text) == ("quote_not_closed", {"found": row})


def test_a_cell_over_several_lines_is_one_cell() -> None:
    assert read(b'a;b;c\n"satu\ndua; tiga";2;3\n4;5;6\n').sheets[0].cells.rows() == [
        *((1, "a", "b", "c"), (2, "satu dua; tiga", "2", "3"), (3, "4", "5", "6")),
    ]


def test_quotes_within_a_cell_are_letters() -> None:
    assert read(b'a;b\nPipa 4" PVC;2\nPipa 6";3\n').sheets[0].cells.rows() == [
        *((1, "a", "b"), (2, 'Pipa 4" PVC', "2"), (3, 'Pipa 6"', "3")),
    ]


def test_blank_cells_at_the_right_take_no_room() -> None:
    assert read(b"a,b\n1,2,,,,\n" + b"," * 12_000 + b"\n3,4\n").sheets[0].cells.rows() == [
        *((1, "a", "b"), (2, "1", "2"), (4, "3", "4")),
    ]


def test_a_row_that_is_far_too_wide_is_named() -> None:
    assert refusal("a,b\n1,2\n" + "x," * 20_000 + "\n") == (
        "row_too_wide",
        {"row": "3", "found": "20000", "limit": "16384"},
    )
