"""ODS and flat ODS (`.fods`): all sheets in one pass over the XML; what a cell shows tells its zeros."""

import re
from collections.abc import Callable
from typing import IO

from etl.reading.grid import MOST_COLUMNS, MOST_ROWS, Grid, Unreadable
from etl.reading.guard import seen
from etl.reading.words import NUMBER
from etl.reading.workbooks.markup import Attributes, Local, Markup, Parts
from etl.reading.workbooks.xlsx import check_names, iso_moment

# Within a cell, yet not what it says: comments, drawings, and tables inside a cell.
_BESIDE = {
    "annotation",
    "frame",
    "shapes",
    "custom-shape",
    "rect",
    "line",
    "g",
    "control",
    "caption",
    "ellipse",
    "path",
}
_CLOCK = re.compile(r"(-?)PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?")
_FIXED = re.compile(r"-?\d+[.,]\d+|0\d+")
_ERRORS = ("#REF!", "#DIV/0!", "#VALUE!", "#N/A", "#NAME?", "#NUM!", "#NULL!")


def read(parts: Parts) -> tuple[list[Grid], list[str]]:
    """Return the grids of the visible sheets and the names of the hidden ones; raises Unreadable and TooLarge."""
    if "META-INF/manifest.xml" in parts:
        parts.parse("META-INF/manifest.xml", Markup().on(_refuse_locked))
    if "encrypted-package" in parts:
        raise Unreadable("file_locked")
    with parts.open("content.xml") as stream:
        return read_xml(stream)


def _refuse_locked(tag: str, _: Attributes) -> None:
    if tag.rpartition(":")[2] == "encryption-data":
        raise Unreadable("file_locked")


def read_xml(stream: IO[bytes]) -> tuple[list[Grid], list[str]]:
    """Return the same of the XML alone."""
    book = _Book()
    book.markup.parse(stream)
    check_names([name for name, _ in book.tables])
    hidden = [name for name, style in book.tables if style in book.hidden_styles]
    return [grid for grid in book.grids if grid.name not in hidden], hidden


class _Book:
    """One pass over the XML of a workbook."""

    def __init__(self) -> None:
        self.markup = Markup().on(self._start, self._end)
        self.grids: list[Grid] = []
        self.tables: list[tuple[str, str]] = []  # name and style
        self.hidden_styles: set[str] = set()
        self._style = ""
        self._grid = Grid("")
        self._tables = self._beside = 0
        self._row = self._times = self._column = 0
        self._line: list[str] = []
        self._visibility = "visible"
        self._cell: Attributes | None = None
        self._paragraphs: list[str] = []
        self._names: dict[str, dict[str, str]] = {}
        self._local = Local()
        self._starts: dict[str, Callable[[Attributes], None]] = {
            **{"table": self._table, "table-row": self._row_starts, "table-column": self._columns},
            **{"table-cell": self._cell_starts, "covered-table-cell": self._cell_starts, "style": self._style_starts},
            **{"table-properties": self._table_properties, "p": self._paragraph, "s": self._spaces},
            **{"tab": self._blank, "line-break": self._blank},
        }
        self._ends: dict[str, Callable[[], None]] = {
            **{"table": self._table_ends, "table-row": self._row_ends, "p": self._paragraph_ends},
            **{"table-cell": self._cell_ends, "covered-table-cell": self._cell_ends},
        }

    def _start(self, tag: str, attributes: Attributes) -> None:
        kind = self._local[tag]
        if self._beside or (kind in _BESIDE and self._cell is not None) or kind == "shapes":
            self._beside += 1
        elif handler := self._starts.get(kind):
            local = self._local
            handler({local[key]: value for key, value in attributes.items()})

    def _end(self, tag: str) -> None:
        if self._beside:
            self._beside -= 1
        elif handler := self._ends.get(self._local[tag]):
            handler()

    # --- sheets and styles -------------------------------------------------------------------------------------------

    def _style_starts(self, attributes: Attributes) -> None:
        self._style = attributes.get("name", "")

    def _table_properties(self, attributes: Attributes) -> None:
        if attributes.get("display") == "false":
            self.hidden_styles.add(self._style)

    def _table(self, attributes: Attributes) -> None:
        if self._cell is not None:
            self._beside += 1  # a table within a cell
            return
        self._grid = Grid(attributes.get("name", ""))
        self.grids.append(self._grid)
        self.tables.append((self._grid.name, attributes.get("style-name", "")))
        self._row, self._times, self._column = 1, 1, 0

    def _table_ends(self) -> None:
        self._grid = Grid("")

    def _columns(self, attributes: Attributes) -> None:
        times = _times(attributes, "number-columns-repeated", MOST_COLUMNS)
        if attributes.get("visibility") in ("collapse", "filter"):
            self._grid.hide_columns(self._column, self._column + times)
        self._column += times

    # --- rows and cells ----------------------------------------------------------------------------------------------

    def _row_starts(self, attributes: Attributes) -> None:
        self._times = _times(attributes, "number-rows-repeated", MOST_ROWS)
        self._column, self._line = 0, []
        self._visibility = attributes.get("visibility", "visible")

    def _row_ends(self) -> None:
        if self._line:
            self._grid.repeat(self._row, self._times, self._line)
            if self._visibility != "visible":
                self._grid.hidden_rows.update(range(self._row, self._row + self._times))
                self._grid.is_filtered |= self._visibility == "filter"
        self._row += self._times

    def _cell_starts(self, attributes: Attributes) -> None:
        self._cell = attributes
        self._paragraphs.clear()
        self.markup.texts.clear()

    def _paragraph(self, _: Attributes) -> None:
        self.markup.texts.clear()

    def _spaces(self, _: Attributes) -> None:
        self.markup.texts.append(" ")

    def _blank(self, _: Attributes) -> None:
        self.markup.texts.append(" ")

    def _paragraph_ends(self) -> None:
        if self._cell is not None:
            self._paragraphs.append("".join(self.markup.texts))
        self.markup.texts.clear()

    def _cell_ends(self) -> None:
        cell, self._cell = self._cell, None
        if cell is None:
            return
        times = _times(cell, "number-columns-repeated", MOST_COLUMNS) if "number-columns-repeated" in cell else 1
        text = _text(cell, " ".join(self._paragraphs)) if "value-type" in cell else ""
        if text:
            for column in range(self._column, self._column + times):
                self._grid.put(self._line, column, text)
        elif "formula" in cell and ("value" not in cell and not self._paragraphs):
            self._grid.uncomputed.append((self._row, self._column))
        if "number-columns-spanned" in cell or "number-rows-spanned" in cell:
            wide = _times(cell, "number-columns-spanned", MOST_COLUMNS)
            high = _times(cell, "number-rows-spanned", MOST_ROWS)
            if wide > 1 or high > 1:
                self._grid.merged.append((self._row, self._column, self._row + high - 1, self._column + wide - 1))
        self._column += times


def _times(attributes: Attributes, name: str, most: int) -> int:
    text = attributes.get(name, "1")
    if not (text.isdecimal() and text.isascii() and 0 < len(text) < 10):
        raise Unreadable("file_damaged")
    return min(max(int(text), 1), most)


def _text(cell: Attributes, shown: str) -> str:
    kind = cell["value-type"]
    if kind in ("float", "currency", "percentage", "fraction", "scientific"):
        return _number(cell.get("value", ""), kind, shown.strip())
    if kind == "date":
        return iso_moment(cell.get("date-value", shown))
    if kind == "time":
        return _clock(cell.get("time-value", "")) or seen(shown)
    if kind == "boolean":
        return "TRUE" if cell.get("boolean-value") == "true" else "FALSE"
    if "formula" in cell and (shown in _ERRORS or shown.startswith("Err:")):
        return shown if shown in _ERRORS else "#VALUE!"
    return seen(cell.get("string-value") or shown)


def _number(raw: str, kind: str, shown: str) -> str:
    try:
        value = float(raw)
    except ValueError:
        return seen(shown)
    if kind == "percentage":
        return f"{NUMBER}{value!r}%"
    text = shown.replace(",", ".")
    is_longer = len(text) > len(repr(value)) or text[0:1] == "0"
    if _FIXED.fullmatch(shown) and is_longer and not (value.is_integer() and "." in text) and float(text) == value:
        return f"{NUMBER}{text}"
    return f"{NUMBER}{value!r}"


def _clock(raw: str) -> str:
    found = _CLOCK.fullmatch(raw)
    if not found:
        return ""
    hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    return f"{found[1]}{hours:02d}:{minutes:02d}:{seconds:02d}"
