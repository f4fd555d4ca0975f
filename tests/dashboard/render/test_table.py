"""Tables on the screen and in a spreadsheet."""

import csv
import io
from base64 import b64decode
from datetime import date

import polars as pl
import pytest

from dashboard.render import html, table
from dashboard.snapshot import Column, Snapshot, Tile

FRAME = pl.DataFrame(
    {
        "unit": ["=HYPERLINK(1)", "Suo-Suo <x>"],
        "month": [date(2026, 10, 1), date(2026, 9, 1)],
        "patients": [12345, None],
        "change": [-3.25, 1.5],
        "url": ["kunjungan?unit=a&b=c", None],
    }
)
COLUMNS = (
    Column("unit", "Unit", link="url"),
    Column("month", "Bulan", "month"),
    Column("patients", "Kunjungan", "int"),
    Column("change", "Perubahan", "decimal", 2),
)


def _rows(*, is_sample: bool) -> list[list[str]]:
    snapshot = Snapshot("kunjungan", "Kunjungan", "2026", build_id="b1", is_sample=is_sample)
    written = table.as_csv(FRAME, COLUMNS, snapshot)
    assert written.startswith(b"\xef\xbb\xbf"), "a spreadsheet reads UTF-8 by its mark"
    return list(csv.reader(io.StringIO(written[3:].decode())))


def test_a_csv_holds_plain_numbers_and_no_formula() -> None:
    assert _rows(is_sample=False) == [
        ["Unit", "Bulan", "Kunjungan", "Perubahan"],
        ["'=HYPERLINK(1)", "2026-10-01", "12345", "-3.25"],
        ["Suo-Suo <x>", "2026-09-01", "", "1.5"],
    ]


def test_sample_data_says_so_in_every_row_and_in_the_file_name() -> None:
    assert [row[-1] for row in _rows(is_sample=True)] == ["Data contoh"] * 3
    snapshot = Snapshot("kunjungan", "Kunjungan", "2026", build_id="b1", is_sample=True)
    assert table.file_name(snapshot, "tren") == "rapor-kunjungan-tren-b1-data-contoh.csv"


@pytest.mark.parametrize("words", ["=1+1", "+62", "-x", "@a", "\t=1", "  =1"])
def test_text_that_a_spreadsheet_would_run_is_marked(words: str) -> None:
    assert table.safe(words) == "'" + words


def test_numbers_are_not_text() -> None:
    assert table.safe(-3) == -3


def test_a_table_on_the_screen_is_escaped_linked_and_formatted() -> None:
    shown = table.as_html(FRAME, COLUMNS, "Kunjungan")
    assert "Suo-Suo &lt;x&gt;" in shown
    assert "<x>" not in shown
    assert 'href="kunjungan?unit=a&amp;b=c"' in shown
    for words in ("Okt 2026", "12.345", "−3,25", "–"):
        assert f">{words}<" in shown


def test_a_tile_without_a_report_says_so() -> None:
    shown = html.tiles((Tile("a", "Kunjungan", None, unit="pasien"),))
    assert "belum melapor" in shown
    assert "pasien" not in shown


def test_a_sparkline_needs_two_values_and_leaves_gaps_open() -> None:
    assert html.sparkline((None, 3.0)) == ""
    image = html.sparkline((1.0, 2.0, None, 4.0))
    path = b64decode(image.split("base64,")[1].split("'")[0]).decode()
    assert path.count("M") == 2  # the line is lifted once, at the gap
