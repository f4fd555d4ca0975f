"""Delimited text (CSV, TSV): its encoding, its delimiter, and its rows as cells."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

import polars as pl

from etl.reading.grid import MOST_COLUMNS, Sheet, Unreadable, frame
from etl.reading.guard import check_spread, seen

_DELIMITERS = ";,\t|"
_CHUNK_ROWS = 200_000
_SEP_LINE = re.compile(r'"?sep=(.)"?[ \t;,]*(?:\r\n|\n|\r)', re.IGNORECASE)


def decoded(content: bytes) -> tuple[str, str]:
    """Return the text of a file and its encoding; raises Unreadable where it is no text."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, errors="replace"), encoding.removesuffix("-le").removesuffix(
                "-be"
            )
    if b"\x00" in content[:4096]:
        return _wide(content), "utf-16"
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace"), "cp1252"


def _wide(content: bytes) -> str:
    """Return a text of two bytes a letter that does not say so: of Latin letters every second byte is zero."""
    head = content[: 4096 - len(content[:4096]) % 2]
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = len(head) / 2
    if min(even, odd) <= half / 20 and max(even, odd) >= half / 2:
        return content.decode("utf-16-le" if odd > even else "utf-16-be", errors="replace")
    raise Unreadable("file_not_a_table", found="biner")


def read(text: str) -> Sheet:
    """Return the one sheet of a text; rows are numbered as a spreadsheet that opens the file shows them."""
    said = _SEP_LINE.match(text)
    if said:
        text = text[said.end() :]
    frames = list(_frames(text, said[1] if said else delimiter(text)))
    height = sum(part.height for part in frames)
    if not height:
        raise Unreadable("file_empty")
    check_spread(height, max(part.width for part in frames) - 1)
    joined = pl.concat(frames, how="diagonal") if len(frames) > 1 else frames[0]
    return Sheet("", joined.with_columns(pl.exclude("row").fill_null("")))


def delimiter(text: str) -> str:
    """Return the delimiter that gives most of the first records the same number of columns, above one."""
    head = "\n".join(text[:65536].splitlines()[:60])

    def evenness(mark: str) -> tuple[float, int]:
        try:
            widths = Counter(len(row) for row in csv.reader(io.StringIO(head), delimiter=mark) if row)
        except csv.Error:
            return (0.0, 0)
        width, records = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]), default=(0, 0))
        return (records / max(sum(widths.values()), 1), width) if width > 1 else (0.0, 0)

    return max(_DELIMITERS, key=evenness)


def _frames(text: str, mark: str) -> Iterator[pl.DataFrame]:
    csv.field_size_limit(10_000_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    rows: list[list[str]] = []
    numbers: list[int] = []
    widest = width = line = last_line = number = 0
    try:
        for number, row in enumerate(reader, start=1):
            if reader.line_num > line + 1 and _swallowed(row, mark, width):
                raise Unreadable("quote_not_closed", found=str(number))
            last_line, line = line, reader.line_num
            width = width or (len(row) if len(row) > 1 else 0)
            cells = [seen(cell) for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            if not cells:
                continue
            if len(cells) > MOST_COLUMNS:
                raise Unreadable("row_too_wide", row=str(number), found=str(len(cells)), limit=str(MOST_COLUMNS))
            if len(cells) > widest:
                widest = len(cells)
                check_spread(len(rows) + 1, widest)
            rows.append(cells)
            numbers.append(number)
            if len(rows) == _CHUNK_ROWS:
                check_spread(len(rows), widest)
                yield frame(numbers, rows)
                rows, numbers, widest = [], [], 0
    except csv.Error as error:
        if "field limit" in str(error):  # of one cell: the rest of the file
            raise Unreadable("quote_not_closed", found=str(number + 1)) from error
        raise Unreadable("file_damaged") from error
    if reader.line_num > last_line + 1 and _is_open(text, mark, last_line):
        raise Unreadable("quote_not_closed", found=str(number))
    check_spread(len(rows), widest)
    yield frame(numbers, rows)


def _swallowed(row: list[str], mark: str, width: int) -> bool:
    """Tell whether a cell over several lines holds whole rows: its quote was never closed, or only by the next one."""
    most = max(2, width - 1)
    return any(
        following.count(mark) >= most
        for cell in row
        if "\n" in cell or "\r" in cell
        for following in cell.splitlines()[1:]
    )


def _is_open(text: str, mark: str, first_line: int) -> bool:
    """Tell whether a quote in the last record, which begins after so many lines, is never closed."""
    lines = islice(io.StringIO(text, newline=""), first_line, None)
    try:
        list(csv.reader(lines, delimiter=mark, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False
