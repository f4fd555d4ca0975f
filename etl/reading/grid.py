"""A sheet as reading hands it on, and the grid in which a reader collects its cells: bounded, whatever the file says."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

import polars as pl

from etl.reading.guard import check_spread, shown_name
from etl.reading.words import NUMBER

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384  # of a sheet, as spreadsheets have it

_FIGURE = re.compile(r"-?[0-9][0-9.,\s%]*")

Range = tuple[int, int, int, int]  # first row, first column, last row, last column; rows from 1, columns from 0


class Unreadable(Exception):
    """The bytes are no report at all; `code` names the message that says why."""

    def __init__(self, code: str, **details: str) -> None:
        super().__init__(code)
        self.code, self.details = code, details


@dataclass(frozen=True)
class Sheet:
    """One sheet: `cells` has a column `row` (1-based, as a spreadsheet shows it) and text columns c0, c1, ...; blank is "".

    `hidden_rows` and `hidden_columns` are not shown to whoever opens the sheet (`is_filtered`: a filter may hide them);
    `uncomputed` are the cells (row, column) with a formula that nobody worked out. Columns are counted from 0, as in `c0`.
    """

    name: str
    cells: pl.DataFrame
    merged: tuple[Range, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    is_filtered: bool = False
    hidden_columns: frozenset[int] = frozenset()
    uncomputed: tuple[tuple[int, int], ...] = ()

    @property
    def width(self) -> int:
        """Return the number of columns of cells."""
        return self.cells.width - 1

    def top(self, rows: int) -> list[tuple[int, list[str]]]:
        """Return the first rows as (row number, cells)."""
        return [(row[0], list(row[1:])) for row in self.cells.head(rows).rows()]


class Grid:
    """The cells of one sheet while it is read; raises TooLarge as soon as the range that holds them is larger than is read."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows: dict[int, list[str]] = {}
        self.merged: list[Range] = []
        self.hidden_rows: set[int] = set()
        self.is_filtered = False
        self.hidden_columns: set[int] = set()
        self.uncomputed: list[tuple[int, int]] = []
        self.is_text = False  # every figure is a text, so that none may be repeated over a merged area
        self._first = self._last = self._widest = self._hidden = 0
        self._line: list[str] = []

    def line(self, number: int) -> list[str]:
        """Return the cells of a row, from the first column on, for the reader to add to."""
        if not 0 < number <= MOST_ROWS:
            raise Unreadable("file_damaged")
        self._measure(number)
        self._line = self.rows.get(number) or self.rows.setdefault(number, [])
        return self._line

    def _measure(self, number: int) -> None:
        self._widest = max(self._widest, len(self._line))
        self._first = min(self._first or number, number)
        self._last = max(self._last, number)
        check_spread(self._last - self._first + 1, self._widest)

    def repeat(self, number: int, times: int, line: list[str]) -> None:
        """Put the same cells in so many rows from a row on."""
        self._line = line
        self._measure(number)
        self._measure(number + times - 1)
        if number + times - 1 > MOST_ROWS:
            raise Unreadable("file_damaged")
        for row in range(number, number + times):
            self.rows[row] = list(line)

    def put(self, line: list[str], column: int, text: str) -> None:
        """Put a text into a row that `line` returned."""
        missing = column - len(line)
        if missing < 0:
            line[column] = text
            return
        if column >= MOST_COLUMNS:
            raise Unreadable("file_damaged")
        if missing:
            line.extend([""] * missing)
        line.append(text)

    def hide_columns(self, first: int, end: int) -> None:
        """Note columns that are not shown, from the first to before the end; raises Unreadable where they are hidden over and over."""
        end = min(end, MOST_COLUMNS)
        self._hidden += max(end - first, 0)
        if self._hidden > 4 * MOST_COLUMNS:
            raise Unreadable("file_damaged")
        self.hidden_columns.update(range(first, end))

    def sheet(self) -> Sheet:
        """Return what was collected, without empty rows; the text of a merged area is in all its cells."""
        self._measure(self._last or 1)
        self._spread_merged()
        numbers = [number for number in sorted(self.rows) if any(self.rows[number])]
        return Sheet(
            shown_name(self.name) if self.name else "",
            frame(numbers, [self.rows[number] for number in numbers]),
            tuple(self.merged),
            frozenset(self.hidden_rows),
            self.is_filtered,
            frozenset(self.hidden_columns),
            tuple(self.uncomputed),
        )

    def _spread_merged(self) -> None:
        """Repeat the text of a merged area in all its cells (a number never: it would count twice)."""
        width = max(map(len, self.rows.values()), default=0)
        room = 2 * (self._last - self._first + 1) * width  # areas that overlap many times over are no sheet's
        for top, left, bottom, right in self.merged:
            row = self.rows.get(top, [])
            text = row[left] if left < len(row) else ""
            if not text or text.startswith(NUMBER) or (self.is_text and _FIGURE.fullmatch(text)):
                continue
            last_row, last_column = min(bottom, self._last), min(right, width - 1)
            room -= (last_row - top + 1) * (last_column - left + 1)
            if room < 0:
                raise Unreadable("file_damaged")
            for number in range(top, last_row + 1):
                line = self.rows.setdefault(number, [])
                line.extend([""] * (last_column + 1 - len(line)))
                line[left : last_column + 1] = [text] * (last_column + 1 - left)


def frame(numbers: Sequence[int], rows: Sequence[Iterable[str]]) -> pl.DataFrame:
    """Return rows of cells as a frame, short rows filled with blanks, without columns that are blank at the right."""
    columns = list(zip_longest(*rows, fillvalue=""))
    while columns and not any(columns[-1]):
        columns.pop()
    series = [pl.Series(f"c{index}", column, pl.String) for index, column in enumerate(columns)]
    return pl.DataFrame([pl.Series("row", numbers, pl.Int32), *series])
