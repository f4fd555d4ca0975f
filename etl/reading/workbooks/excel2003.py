"""Excel 2003 XML (SpreadsheetML), which older export libraries write and name `.xls`: all sheets in one pass."""

from collections.abc import Callable
from typing import IO

from etl.reading.grid import MOST_COLUMNS, MOST_ROWS, Grid, Unreadable
from etl.reading.guard import seen
from etl.reading.workbooks.formats import carried
from etl.reading.workbooks.markup import Attributes, Local, Markup
from etl.reading.workbooks.xlsx import check_names, iso_moment

_NAMED = {
    **{"Percent": "0.00%", "Fixed": "0.00", "Standard": "#,##0.00", "General": "", "General Number": ""},
    **dict.fromkeys(("General Date", "Long Date", "Medium Date", "Short Date"), "dd/mm/yyyy"),
    **dict.fromkeys(("Long Time", "Medium Time", "Short Time"), "hh:mm"),
}


def read(stream: IO[bytes]) -> tuple[list[Grid], list[str]]:
    """Return the grids of the visible sheets and the names of the hidden ones; raises Unreadable and TooLarge."""
    book = _Book()
    book.markup.parse(stream)
    check_names([grid.name for grid in book.grids])
    hidden = [grid.name for grid in book.grids if grid.name in book.hidden]
    return [grid for grid in book.grids if grid.name not in book.hidden], hidden


class _Book:
    """One pass over the XML of a workbook."""

    def __init__(self) -> None:
        self.markup = Markup().on(self._start, self._end)
        self.grids: list[Grid] = []
        self.hidden: set[str] = set()
        self._formats: dict[str, str] = {}
        self._grid = Grid("")
        self._local = Local()
        self._style = ""
        self._row = self._column = self._height = 0
        self._next_column = 0
        self._cell: Attributes | None = None
        self._kind: str | None = None
        self._text = ""
        self._is_comment = self._is_hidden = self._is_1904 = False
        self._starts: dict[str, Callable[[Attributes], None]] = {
            **{"Style": self._style_starts, "NumberFormat": self._number_format, "Worksheet": self._sheet},
            **{"Column": self._columns, "Row": self._row_starts, "Cell": self._cell_starts, "Data": self._data},
            **{"Comment": self._comment, "AutoFilterColumn": self._filtered, "Visible": self._clear},
            "Date1904": self._from_1904,
        }
        self._ends: dict[str, Callable[[], None]] = {
            **{"Cell": self._cell_ends, "Data": self._data_ends, "Comment": self._comment_ends, "Row": self._row_ends},
            "Visible": self._visible,
        }

    def _start(self, tag: str, attributes: Attributes) -> None:
        if handler := self._starts.get(self._local[tag]):
            local = self._local
            handler({local[key]: value for key, value in attributes.items()})

    def _end(self, tag: str) -> None:
        if handler := self._ends.get(self._local[tag]):
            handler()

    def _clear(self, _: Attributes) -> None:
        self.markup.texts.clear()

    # --- styles and sheets -------------------------------------------------------------------------------------------

    def _from_1904(self, _: Attributes) -> None:
        self._is_1904 = True

    def _style_starts(self, attributes: Attributes) -> None:
        self._style = attributes.get("ID", "")
        self._formats[self._style] = self._formats.get(attributes.get("Parent", "Default"), "")

    def _number_format(self, attributes: Attributes) -> None:
        code = attributes.get("Format", "")
        self._formats[self._style] = _NAMED.get(code, code)

    def _sheet(self, attributes: Attributes) -> None:
        self._grid = Grid(attributes.get("Name", ""))
        self.grids.append(self._grid)
        self._row = self._next_column = 0

    def _visible(self) -> None:
        if "".join(self.markup.texts).strip() in ("SheetHidden", "SheetVeryHidden"):
            self.hidden.add(self._grid.name)

    def _columns(self, attributes: Attributes) -> None:
        first = _number(attributes, "Index", MOST_COLUMNS) or self._next_column + 1
        self._next_column = first + _number(attributes, "Span", MOST_COLUMNS)
        if attributes.get("Hidden") == "1":
            self._grid.hide_columns(first - 1, self._next_column)

    def _filtered(self, _: Attributes) -> None:
        self._grid.is_filtered = True

    # --- rows and cells ----------------------------------------------------------------------------------------------

    def _row_starts(self, attributes: Attributes) -> None:
        self._row = _number(attributes, "Index", MOST_ROWS) or self._row + 1
        self._height = _number(attributes, "Span", MOST_ROWS)
        self._column = 0
        self._is_hidden = attributes.get("Hidden") == "1"

    def _row_ends(self) -> None:
        self._row += self._height

    def _cell_starts(self, attributes: Attributes) -> None:
        self._column = _number(attributes, "Index", MOST_COLUMNS) or self._column + 1
        self._cell, self._kind, self._text = attributes, None, ""

    def _data(self, attributes: Attributes) -> None:
        self.markup.texts.clear()
        if not self._is_comment and self._cell is not None:
            self._kind = attributes.get("Type", "String")

    def _data_ends(self) -> None:
        if not self._is_comment:
            self._text = "".join(self.markup.texts)

    def _comment(self, _: Attributes) -> None:
        self._is_comment = True

    def _comment_ends(self) -> None:
        self._is_comment = False

    def _cell_ends(self) -> None:
        cell, self._cell = self._cell, None
        if cell is None:
            return
        at = self._column - 1
        if self._text.strip():
            self._grid.put(self._grid.line(self._row), at, self._carried(cell.get("StyleID", "Default")))
            if self._is_hidden:
                self._grid.hidden_rows.add(self._row)
        elif "Formula" in cell and self._kind != "String":
            self._grid.uncomputed.append((self._row, at))
        wide, high = _number(cell, "MergeAcross", MOST_COLUMNS), _number(cell, "MergeDown", MOST_ROWS)
        if wide or high:
            self._grid.merged.append((self._row, at, self._row + high, at + wide))
        self._column += wide

    def _carried(self, style: str) -> str:
        raw = self._text
        if self._kind == "Number":
            try:
                return carried(float(raw), self._formats.get(style, ""), self._is_1904)
            except ValueError:
                return seen(raw)
        if self._kind == "DateTime":
            return raw.strip()[11:19] if raw.strip().startswith("1899-12-31T") else iso_moment(raw)
        if self._kind == "Boolean":
            return "TRUE" if raw.strip() == "1" else "FALSE"
        return seen(raw)


def _number(attributes: Attributes, name: str, most: int) -> int:
    text = attributes.get(name, "0")
    if not (text.isdecimal() and text.isascii() and len(text) < 8) or int(text) > most:
        raise Unreadable("file_damaged")
    return int(text)
