"""Files that are made to fill a computer: each is refused, or read, in seconds and in bounded memory, in a process that is measured."""

import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.etl.reading import books

SECONDS, MEGABYTES = 10, 480  # of work for one file; of memory in all, some 200 of which are the libraries'

# Reads lengths and contents; writes for each what became of it and the seconds of work, at last the most memory that it took.
PROGRAM = """
import json, sys, time
from etl.reading.files import Unreadable, read
while length := sys.stdin.buffer.readline():
    content, started = sys.stdin.buffer.read(int(length)), time.process_time()
    try:
        became = [sheet.cells.height for sheet in read(content).sheets]
    except Unreadable as refused:
        became = refused.code
    print(json.dumps([became, time.process_time() - started]), flush=True)
print(next(int(line.split()[1]) / 1024 for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def html(body: str) -> bytes:
    return f"<html><table>{body}</table>".encode()


def excel_2003(row: str) -> bytes:
    name = "urn:schemas-microsoft-com:office:spreadsheet"
    return f'<Workbook xmlns="{name}"><Worksheet Name="A"><Table>{row}</Table></Worksheet></Workbook>'.encode()


def corners(first: str, last: str) -> bytes:
    return books.xlsx(f'<row r="1"><c r="{first}"><v>1</v></c></row><row r="1048576"><c r="{last}"><v>1</v></c></row>')


MERGED = "".join(
    f'<row r="{n}"><c r="A{n}" t="str"><v>x</v></c><c r="CV{n}"><v>1</v></c></row>' for n in range(1, 3000)
)
WIDE = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 3000))
ODS_CELL = "<table:table-cell office:value-type='float' office:value='1' table:number-columns-repeated='{0}'/>"
MADE: dict[str, tuple[Callable[[], bytes], object]] = {
    "two kilobytes of an unfinished tag": (lambda: books.xlsx("<c " * 700), "file_damaged"),
    "references in small letters over the whole sheet": (lambda: corners("a1", "xfd1048576"), "file_too_large"),
    "the same under another name": (
        lambda: books.xlsx('<row r="1"><c r="a1"><v>1</v></c></row><row r="1048576"><c r="xfd1048576"><v>1</v></c></row>',
                           part="xl/x/y.bin"),
        "file_too_large",
    ),
    "a cell in the last column of many rows": (lambda: books.xlsx(WIDE), "file_too_large"),
    "areas merged over and over": (
        lambda: books.xlsx(MERGED, after="<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 20_000 + "</mergeCells>"),
        "file_damaged",
    ),
    "columns hidden over and over": (
        lambda: books.xlsx("", before="<cols>" + '<col min="1" max="16384" hidden="1"/>' * 50_000 + "</cols>"),
        "file_damaged",
    ),
    "more rows than a sheet has": (lambda: books.xlsx("<row/>" * 2_000_000), "file_damaged"),
    "a part of blanks": (lambda: books.xlsx(" " * (200 << 20)), "file_too_large"),
    "a cell of blanks": (lambda: books.xlsx('<row><c><v>' + " " * (20 << 20) + "</v></c></row>"), "file_too_large"),
    "an attribute without end": (lambda: books.xlsx('<row r="' + "1" * (20 << 20) + '"/>'), "file_too_large"),
    "a single-quoted open document": (
        lambda: books.ods(f"<table:table-row table:number-rows-repeated='1048576'>{ODS_CELL.format(16384)}</table:table-row>"),
        "file_too_large",
    ),
    "an XLSB over the whole sheet": (lambda: books.xlsb({0: [(0, 0, "x")], 1_048_575: [(16_383, 0, "y")]}), "file_too_large"),
    "a row of 12,000 commas": (lambda: b"a,b\n" + b"1,2\n" * 50_000 + b"," * 12_000, [50_001]),
    "a row of 12,000 cells": (lambda: b"a,b\n" + b"1,2\n" * 50_000 + b"x," * 12_000, "file_too_large"),
    "a quote over the whole file": (lambda: b'a;b;c\n1;"2;3\n' + b"4;5;6\n" * 200_000, "quote_not_closed"),
    "nothing but quotes": (lambda: b'"' * 2_000_000, [1]),
    "spans over everything": (lambda: html("<tr><td colspan=1000 rowspan=65000>x" * 20_000), "file_damaged"),
    "spans in every row": (lambda: html("<tr>" + "<td colspan=16 rowspan=2>x</td>" * 900 + "<tr><td>y" * 2000), "file_too_large"),
    "tables within tables": (lambda: html("<tr><td><table>" * 10_000 + "1"), [1]),
    "nothing but angle brackets": (lambda: html("<tr><td>" + "<" * 1_000_000), [1]),
    "merged areas of Excel 2003": (
        lambda: excel_2003('<Row><Cell Index="16384" MergeDown="1000000"><Data Type="String">x</Data></Cell></Row>' * 20_000),
        "file_too_large",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def measured() -> tuple[dict[str, tuple[object, float]], float]:
    """Return what became of each file with its seconds of work, and the megabytes that the process took at most."""
    contents = {name: make() for name, (make, _) in MADE.items()}
    given = b"".join(b"%d\n%b" % (len(content), content) for content in contents.values())
    done = subprocess.run([sys.executable, "-c", PROGRAM], input=given, capture_output=True, timeout=250, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    *lines, memory = map(json.loads, done.stdout.splitlines())
    return dict(zip(contents, map(tuple, lines), strict=True)), memory


@pytest.mark.parametrize("name", MADE)
def test_it_is_over_in_seconds(name: str, measured: tuple[dict[str, tuple[object, float]], float]) -> None:
    became, seconds = measured[0][name]
    assert became == MADE[name][1]
    assert seconds < SECONDS


def test_they_stay_within_memory(measured: tuple[dict[str, tuple[object, float]], float]) -> None:
    assert measured[1] < MEGABYTES
