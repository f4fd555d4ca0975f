"""Numbers as Indonesian spreadsheets write them: the column decides what a mark means, and nothing is guessed."""

from decimal import Decimal

import pytest
from babel.numbers import format_decimal
from hypothesis import assume, given
from hypothesis import strategies as st

from etl.reading.words import NUMBER, Cell, count, decimal_mark, number, plain
from tests.effort import tries


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("87,5 %", 87.5),
        ("87,5%", 87.5),
        ("1.234.567", 1234567),
        ("1,234,567", 1234567),
        ("12.500", 12500),  # no column to ask: the Indonesian reading
        ("0,5", 0.5),
        (",5", 0.5),
        ("75,57", 75.57),
        ("Rp 1.250.000,00", 1250000),
        ("Rp. 1.250.000", 1250000),
        ("Rp1.250", 1250),
        ("(1.250)", -1250),
        ("(12,5)", -12.5),
        ("-3,5", -3.5),
        ("\u22123,5", -3.5),  # a typeset minus
        ("1 234,5", 1234.5),
        ("1\u00a0234,5", 1234.5),
        ("1'234", 1234),
        ("007", 7),
        ("NIHIL", 0),
        ("nihil ", 0),
        (f"{NUMBER}3.532", 3.532),  # a native cell never goes through the text parser
        (f"{NUMBER}12500.0", 12500),
        (f"{NUMBER}-0.25", -0.25),
        (f"{NUMBER}1e-05", 0.00001),
        (f"{NUMBER}0.813%", 81.3),  # a cell in percent is worth what it shows
        ("3 dokumen", 3),
        ("1.150 orang", 1150),
        ("12,5 poin", 12.5),
        ("125 orang/bulan", 125),
        ("3 (tiga) dokumen", 3),
        ("12 (dua belas) bulan", 12),
        ("Level 3", 3),
        ("BB (72,5)", 72.5),
        ("72,5 (BB)", 72.5),
        ("Rp 1.250.000,-", 1250000),
    ],
)
def test_numbers(text: str, value: float) -> None:
    assert number(text) == Cell(value)


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        (
            "missing",
            ["", "-", "–", "--", "TAD", "tad ", "kosong", "n/a", "belum lapor", "...", "NULL"],
        ),
        ("formula_error", ["#DIV/0!", "#REF!", "#VALUE!", "#N/A", "#NAME?", "#ref!"]),
        (
            "not_a_number",
            [
                "WTP",
                "BB",
                "3 dari 5",
                "2/3",
                "10-12",
                "12 + 3",
                "± 40",
                "1,5 juta",
                "40an",
                "10 12",
                "3 Maret",
                "12 (dua) bulan",
                "63..",
                "1.234.56",
                "1.2.3",
                "5,",
                "--5",
                "1e5",
                "%",
                "Rp",
            ],
        ),
    ],
)
def test_what_is_no_number_says_why_and_has_no_value(code: str, texts: list[str]) -> None:
    assert {text: number(text) for text in texts} == dict.fromkeys(texts, Cell(None, code))


def test_one_group_of_three_follows_the_column() -> None:
    # 12.500 beside 1,5: the comma is the decimal mark, so the dot groups; beside 3.25 it is the other way round.
    assert decimal_mark(["12.500", "1,5"]) == ","
    assert number("12.500", ",") == Cell(12500.0)
    assert decimal_mark(["12.500", "3.25"]) == "."
    assert number("12.500", ".") == Cell(12.5)
    assert number("1.234", ".") == Cell(1.234)
    # A cell that goes against its column is refused, not guessed.
    assert number("12.34", ",") == Cell(None, "not_a_number")
    assert number("12,34", ".") == Cell(None, "not_a_number")


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["12.500", "13.250"], None),  # nothing proves it
        (["1,5", "2.5"], None),  # both are proven: the column contradicts itself
        (["1.234,5"], ","),
        (["1,234.5"], "."),
        (["87,5 %", "90 %"], ","),
        (["Rp 1.250,00"], ","),
        (["WTP", "", "-"], None),
        ([f"{NUMBER}1.5", "2,5"], ","),  # a native number says nothing about how texts are written
        ([], None),
    ],
)
def test_the_decimal_mark_is_the_columns(cells: list[str], mark: str | None) -> None:
    assert decimal_mark(cells) == mark


def test_a_range_decides_what_the_column_does_not() -> None:
    assert number("3.532", None, 1, 4) == Cell(3.532)  # an NRR: never 3532
    assert number("3,532", None, 1, 4) == Cell(3.532)
    assert number("87.654", None, 25, 100) == Cell(87.654)
    assert number("3.532") == Cell(3532.0)
    assert number("4,5", ",", 1, 4) == Cell(None, "out_of_range")
    assert number("0", None, 1, 4) == Cell(None, "out_of_range")
    assert number("NIHIL", None, 1, 4) == Cell(None, "out_of_range")
    assert number(f"{NUMBER}90.5", None, 0, 100) == Cell(90.5)
    assert number(f"{NUMBER}100.5", None, 0, 100) == Cell(None, "out_of_range")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.234", Cell(1234)),
        ("1,234", Cell(1234)),
        ("12.500", Cell(12500)),
        ("1.234.567", Cell(1234567)),
        ("12,0", Cell(12)),
        ("12.0", Cell(12)),
        ("NIHIL", Cell(0)),
        ("0", Cell(0)),
        (f"{NUMBER}5.0", Cell(5)),
        (f"{NUMBER}12.5", Cell(None, "not_whole")),
        ("12,5", Cell(None, "not_whole")),
        ("1.23", Cell(None, "not_whole")),
        ("-5", Cell(None, "negative")),
        (f"{NUMBER}-1", Cell(None, "negative")),
        ("12 orang", Cell(12)),
        ("1.150 jiwa", Cell(1150)),
        ("170 px", Cell(170)),
        ("3 dokumen", Cell(None, "not_a_number")),
        ("45 %", Cell(None, "not_a_number")),
        (f"{NUMBER}0.5%", Cell(None, "not_a_number")),
        ("1.234.56", Cell(None, "not_a_number")),
        ("#REF!", Cell(None, "formula_error")),
        ("TAD", Cell(None, "missing")),
        ("", Cell(None, "missing")),
    ],
)
def test_counts(text: str, expected: Cell) -> None:
    found = count(text)
    assert found == expected
    assert found.value is None or isinstance(found.value, int)


@given(st.integers(0, 10**15 - 1))  # more digits than a spreadsheet keeps are refused
def test_every_integer_with_indonesian_thousands_reads_back(whole: int) -> None:
    assert count(format_decimal(whole, locale="id")) == Cell(whole)
    assert count(str(whole)) == Cell(whole)
    assert count(f"{NUMBER}{float(whole)!r}") == Cell(whole)


@given(st.decimals(-(10**9), 10**9, places=2), st.sampled_from(["id", "en"]))
def test_every_decimal_reads_back_with_its_columns_mark(amount: Decimal, locale: str) -> None:
    written = format_decimal(amount, locale=locale, format="#,##0.00", decimal_quantization=False)
    mark = decimal_mark([written])
    assert mark == ("," if locale == "id" else ".")
    assert number(written, mark) == Cell(float(amount))


@given(st.lists(st.decimals(0, 10**7, places=3), min_size=1), st.sampled_from(["id", "en"]))
def test_a_column_of_three_decimals_reads_back_whatever_proves_its_mark(amounts: list[Decimal], locale: str) -> None:
    column = [format_decimal(x, locale=locale, format="#,##0.000") for x in [*amounts, Decimal("1234.5")]]
    assert [number(cell, decimal_mark(column)).value for cell in column[:-1]] == [float(x) for x in amounts]


LETTER = st.characters(categories=["Lu", "Ll", "Lt", "Lo"])
NO_MARK = st.text(st.characters(exclude_categories=["Cs", "Co"]))


@tries(300)
@given(NO_MARK, LETTER, NO_MARK)
def test_text_with_letters_is_never_a_number(before: str, letter: str, after: str) -> None:
    text = before + letter + after
    assume(not text.casefold().startswith("rp") and text.casefold().strip() != "nihil")
    assert number(text).value is None
    assert count(text).value is None


@tries(300)
@given(st.text(st.sampled_from("0123456789.,-–%() nihlRp#/"), max_size=10))
def test_only_nihil_and_written_zeros_are_zero(text: str) -> None:
    for read in (number, count):
        if read(text).value == 0:
            assert text.casefold().strip() == "nihil" or (set("0123456789") & set(text)) == {"0"}, text
    assert number("nihil").value == 0


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_native_number_stays_what_it_is(value: float) -> None:
    assert number(f"{NUMBER}{value!r}") == (Cell(value) if abs(value) < 1e15 else Cell(code="number_too_long"))
    assert float(plain(f"{NUMBER}{value!r}")) == value
