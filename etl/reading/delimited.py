"""Delimited text (CSV, TSV): its encoding, its delimiter, and its rows as cells.

Lines that hold one row each and nothing odd are read many at once; the others by `csv`, which also begins every file.
"""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from mmap import MADV_DONTNEED, PAGESIZE, mmap

import polars as pl

from etl.reading.grid import MOST_COLUMNS, Sheet, Unreadable, frame
from etl.reading.guard import MOST_CELLS, check_spread, most_cells_of_text, seen

_DELIMITERS = ";,\t|"
_CHUNK_ROWS = 200_000
_SEP_LINE = re.compile(r'"?sep=(.)"?[ \t;,]*(?:\r\n|\n|\r)', re.IGNORECASE)
_CAREFUL, _QUICK = (
    1 << 16,
    1 << 25,
)  # bytes read by `csv` before the rest is tried many lines at once, and so many at once
_TALL = 1 << 22  # bytes from which on columns of few words are kept as codes of these words
_FEW_WORDS = 1 / 8  # of the rows looked at: then a column has few words
_WIDEST_LINES = 1000  # columns of lines read many at once
_LONGEST_LINE = 1 << 20
_MARKS = {"utf-8": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
_PLAIN = r"^(?:[!-~]+(?: [!-~]+)*)?$"  # what reads as it stands


@dataclass(frozen=True)
class Text:
    """The text of a file: its bytes from `start` on, in a codec in which a line ends with one byte; `encoding` is what it came in."""

    content: bytes | mmap
    codec: str
    encoding: str
    start: int = 0

    def head(self, letters: int) -> str:
        """Return the first letters."""
        return self.content[self.start : self.start + 4 * letters].decode(self.codec, errors="replace")[:letters]

    def whole(self, start: int | None = None) -> str:
        """Return all letters from a byte on."""
        return self.content[self.start if start is None else start :].decode(self.codec, errors="replace")


def decoded(content: bytes | mmap) -> Text:
    """Return the text of a file; raises Unreadable where it is no text."""
    head = content[:4096]
    for codec, mark in _MARKS.items():
        if head.startswith(mark):
            if codec == "utf-8":
                return Text(content, codec, codec, len(mark))
            return Text(content[len(mark) :].decode(codec, errors="replace").encode(), "utf-8", "utf-16")
    if b"\x00" in head:
        return Text(_wide(content[:]).encode(), "utf-8", "utf-16")
    codec = "utf-8" if _is_utf8(content) else "cp1252"
    return Text(content, codec, codec)


def _is_utf8(content: bytes | mmap) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), _QUICK):
            decoder.decode(content[start : start + _QUICK])
            _leave(content, start)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _leave(content: bytes | mmap, end: int) -> None:
    """Let the system take back the memory of the pages up to a byte: they are read no more."""
    if isinstance(content, mmap) and (pages := end - end % PAGESIZE):
        content.madvise(MADV_DONTNEED, 0, pages)


def _wide(content: bytes) -> str:
    """Return a text of two bytes a letter that does not say so: of Latin letters every second byte is zero."""
    head = content[: 4096 - len(content[:4096]) % 2]
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = len(head) / 2
    if min(even, odd) <= half / 20 and max(even, odd) >= half / 2:
        return content.decode("utf-16-le" if odd > even else "utf-16-be", errors="replace")
    raise Unreadable("file_not_a_table", found="biner")


def read(text: Text) -> Sheet:
    """Return the one sheet of a text; rows are numbered as a spreadsheet that opens the file shows them."""
    head = text.head(1 << 16)
    said, start = _SEP_LINE.match(head), text.start
    if said:
        start += len(said[0].encode(text.codec))
        head = head[said.end() :]
    parts: list[pl.DataFrame] = []
    height = width = 0
    for part in _Lines(text, said[1] if said else delimiter(head)).parts(start):
        height, width = height + part.height, max(width, part.width - 1)
        check_spread(height, width, most_cells_of_text(len(text.content)))
        parts.append(part)
    if not height:
        raise Unreadable("file_empty")
    return Sheet("", _joined(parts))


def _joined(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """Return the parts below each other, a column that is coded in one of them coded in all."""
    coded = {name for part in parts for name, kind in part.schema.items() if kind == pl.Categorical}
    if len(parts) > 1:
        alike = [part.cast({n: pl.Categorical for n in coded & set(part.columns)}) if coded else part for part in parts]
        parts.clear()
        cells = pl.concat(alike, how="diagonal").rechunk()
    else:
        cells = parts[0]
    blank = [name for name, missing in zip(cells.columns, cells.null_count().row(0), strict=True) if missing]
    return cells.with_columns(pl.col(blank).fill_null("")) if blank else cells


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


class _Lines:
    """The rows of a text, from its first line on."""

    def __init__(self, text: Text, mark: str) -> None:
        self.text, self.mark = text, mark
        self.content, self.end = text.content, len(text.content)
        self.number = 0  # of the last row
        self.width = 0  # of the first row that has several cells
        self.columns = 1  # of the widest lines read at once
        self.coded: dict[str, bool] = {}  # columns of few words

    def parts(self, at: int) -> Iterator[pl.DataFrame]:
        """Yield the rows that hold something, some at a time, with their numbers."""
        size, is_first = _CAREFUL, True
        while at < self.end:
            end = self.content.find(b"\n", min(at + size, self.end) - 1) + 1 or self.end
            chunk = self.content[at:end]
            part = None if is_first else self._at_once(chunk)
            if part is None and size > _CAREFUL:
                size = max(size >> 4, _CAREFUL)
                continue
            if part is not None:
                size = min(size << 4, _QUICK)
                yield part
            else:
                letters = chunk.decode(self.text.codec, errors="replace")
                if end < self.end and not self._is_closed(letters):
                    letters, end = self.text.whole(at), self.end
                yield from self._one_by_one(letters)
                size = size << 4 if is_first else _CAREFUL
            _leave(self.content, at)
            at, is_first = end, False

    # --- many lines at once ---------------------------------------------------------------------------------------------

    def _at_once(self, chunk: bytes) -> pl.DataFrame | None:
        """Return the rows of lines that hold one row each, None where they may not."""
        if (
            self.mark not in _DELIMITERS
            or b"\x00" in chunk
            or b"\x01" in chunk
            or (b"\r" in chunk and chunk.count(b"\r") != chunk.count(b"\r\n"))
        ):
            return None
        if self.text.codec != "utf-8":
            chunk = chunk.decode(self.text.codec, errors="replace").encode()
        lines = chunk.count(b"\n") + (not chunk.endswith(b"\n"))
        cells = None if b'"' in chunk else self._cells(chunk, lines)
        if cells is None and self._measured(chunk):
            cells = self._cells(chunk, lines)
        if cells is None:
            return None
        cells = cells.with_columns(pl.all().fill_null(""))
        if not self.width and self.columns > 1:
            rows = csv.reader(io.StringIO(chunk.decode(), newline=""), delimiter=self.mark)
            self.width = next((len(row) for row in rows if len(row) > 1), 0)
        cells = cells.with_columns(*map(_seen, cells.get_columns()))
        first_number, self.number = self.number + 1, self.number + lines
        numbers = pl.int_range(first_number, self.number + 1, dtype=pl.Int32, eager=True).alias("row")
        cells = cells.insert_column(0, numbers).filter(pl.any_horizontal(pl.exclude("row") != ""))
        if not self.coded and self.end > _TALL:
            words = cells.drop("row").head(_CHUNK_ROWS)
            self.coded = {c.name: c.n_unique() <= max(_FEW_WORDS * words.height, 1) for c in words.get_columns()}
            cells = cells.cast({name: pl.Categorical for name, is_coded in self.coded.items() if is_coded})
        return self._without_blanks(cells)

    def _cells(self, chunk: bytes, lines: int) -> pl.DataFrame | None:
        """Return the cells of so many lines, None where they are no rows of as many columns as are looked for, or spread too wide."""
        if lines * self.columns > MOST_CELLS:
            return None
        names = (f"c{index}" for index in range(self.columns))
        schema = {name: pl.Categorical if self.coded.get(name) else pl.String for name in names}
        first = self.mark.encode() * (self.columns - 1) + b"\n"  # says how many columns there are
        try:
            cells = pl.read_csv(first + chunk, separator=self.mark, has_header=False, schema=schema, glob=False)
        except pl.exceptions.PolarsError:
            return None
        return cells.slice(1).rechunk() if cells.height == lines + 1 else None

    def _measured(self, chunk: bytes) -> bool:
        """Count the columns of the widest line; tells whether each line holds a row, quoted as it should be, of no more than are read."""
        mark = re.escape(self.mark)
        try:
            lines = pl.read_csv(
                b"\n" + chunk,
                separator="\x01",
                has_header=False,
                schema={"line": pl.String},
                quote_char=None,
                glob=False,
            )["line"].drop_nulls()
        except pl.exceptions.PolarsError:
            return False
        quoted = lines.filter(lines.str.contains('"', literal=True))
        cell = rf'(?:"(?:[^"]|"")*"|[^"{mark}]*)'
        if not quoted.str.contains(f"^{cell}(?:{mark}{cell})*$").all():
            return False
        marks, lengths = lines.str.count_matches(self.mark, literal=True), lines.str.len_bytes()
        if (marks >= _WIDEST_LINES).any() or (lengths > _LONGEST_LINE).any():
            return False
        self.columns = 1 + (marks.unique().sort().to_list() or [0])[-1]
        return True

    @staticmethod
    def _without_blanks(cells: pl.DataFrame) -> pl.DataFrame:
        """Leave out the columns that are blank at the right."""
        names = cells.columns
        while len(names) > 1 and not (cells[names[-1]] != "").any():
            names.pop()
        return cells.select(names)

    # --- row by row -----------------------------------------------------------------------------------------------------

    def _one_by_one(self, letters: str) -> Iterator[pl.DataFrame]:
        csv.field_size_limit(10_000_000)
        reader = csv.reader(io.StringIO(letters, newline=""), delimiter=self.mark)
        rows: list[list[str]] = []
        numbers: list[int] = []
        widest = line = last_line = 0
        most = most_cells_of_text(self.end)
        number = before = self.number
        try:
            for number, row in enumerate(reader, start=before + 1):
                if reader.line_num > line + 1 and _swallowed(row, self.mark, self.width):
                    raise Unreadable("quote_not_closed", found=str(number))
                last_line, line = line, reader.line_num
                self.width = self.width or (len(row) if len(row) > 1 else 0)
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
                    check_spread(len(rows), widest, most)
                    yield frame(numbers, rows)
                    rows, numbers, widest = [], [], 0
        except csv.Error as error:
            if "field limit" in str(error):  # of one cell: the rest of the file
                raise Unreadable("quote_not_closed", found=str(number + 1)) from error
            raise Unreadable("file_damaged") from error
        if reader.line_num > last_line + 1 and _is_open(letters, self.mark, last_line):
            raise Unreadable("quote_not_closed", found=str(number))
        self.number = number
        check_spread(len(rows), widest, most)
        yield frame(numbers, rows)

    def _is_closed(self, letters: str) -> bool:
        """Tell whether the last line ends a row: what follows it begins one."""
        try:
            *_, last = csv.reader(io.StringIO(f"{letters}x", newline=""), delimiter=self.mark)
        except csv.Error:
            return False
        return last == ["x"]


def _seen(cells: pl.Series) -> pl.Series:
    """Return cells as they are seen (see `guard.seen`), each text looked at once."""
    texts = (cells.unique() if cells.dtype == pl.Categorical else cells).cast(pl.String)
    odd = texts.filter(~texts.str.contains(_PLAIN)).unique().to_list()
    changed = {text: shown for text in odd if (shown := seen(text)) != text}
    return cells.replace(changed) if changed else cells


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
