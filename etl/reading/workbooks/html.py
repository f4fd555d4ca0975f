"""Tables of a web page, which local web applications export and name `.xls`: rows as a spreadsheet would show the page."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes

from lxml import etree  # ty: ignore[missing-module-member]

from etl.reading.grid import MOST_COLUMNS, MOST_ROWS, Grid, Unreadable
from etl.reading.guard import seen
from etl.reading.periods import find_period
from etl.reading.words import label

_BLOCK = 1 << 18
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_NO_TEXT = {"script", "style", "title", "xml", "select", "template"}
_BREAKS = {"p", "div", "br", "h1", "h2", "h3", "h4", "h5", "h6", "li", "center", "hr", "caption"}
_FIGURES_FROM = 4  # columns of a table that no heading cell tells from a block of labels such as `Puskesmas : Melati`


def decoded(content: bytes) -> str | None:
    """Return the text of a page in the encoding that it names for itself, None where it names none that is known or true."""
    found = _CHARSET.search(content[:4096])
    if found is None or b"\x00" in content[:4096]:
        return None
    try:
        return content.decode(found[1].decode("ascii").replace("iso-8859-1", "cp1252"), "strict")
    except (LookupError, UnicodeDecodeError):
        return None


def saved_page(content: bytes) -> tuple[bytes, str]:
    """Return the page within a page that a browser has saved as one file (MHTML), as bytes and as text; empty where there is none."""
    for part in message_from_bytes(content).walk():
        if part.get_content_type() == "text/html" and isinstance(page := part.get_payload(decode=True), bytes):
            try:
                return b"", page.decode(part.get_content_charset("utf-8"), "replace")
            except LookupError:
                return page, page.decode("utf-8", "replace")
    return b"", ""


def read(text: str) -> list[Grid]:
    """Return a grid for each table with headings of its own; what stands before the first belongs to all that say nothing else of it."""
    page = _Page()
    parser = etree.HTMLParser(target=page, encoding="utf-8", no_network=True, huge_tree=True)
    content = text.encode("utf-8", "replace")
    for start in range(0, len(content), _BLOCK):
        parser.feed(content[start : start + _BLOCK])
    parser.close()
    page.finish()
    return page.grids()


@dataclass
class _Line:
    """A row as the page has it: its cells by column, the table that it stands in (0: none)."""

    number: int
    table: int
    cells: dict[int, str] = field(default_factory=dict)
    width: int = 0
    is_hidden: bool = False


class _Page:
    """What the parser meets, as rows one below another."""

    def __init__(self) -> None:
        self.lines: list[_Line] = []
        self.merged: list[tuple[int, int, int, int, int]] = []  # the table, then the range
        self.headed: set[int] = set()  # tables with heading cells
        self._tables: list[int] = []  # those open, the innermost last
        self._count = 0
        self._taken: dict[int, int] = {}  # by column: the last row that a cell from above reaches
        self._line: _Line | None = None
        self._cell: tuple[int, int] | None = None  # columns and rows that the open cell spans
        self._text: list[str] = []
        self._silent = 0

    # --- what the parser calls ---------------------------------------------------------------------------------------

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take the beginning of an element."""
        if self._silent or tag in _NO_TEXT:
            self._silent += 1
        elif tag == "table":
            self._close_row()
            self._count += 1
            self._tables.append(self._count)
            self._taken = {}
        elif tag == "tr":
            self._open_row(bool(_HIDDEN.search(attributes.get("style", ""))))
        elif tag in ("td", "th"):
            self._close_cell()
            if self._line is None:
                self._open_row(False)
            if tag == "th" and self._tables:
                self.headed.add(self._tables[-1])
            self._cell = (_span(attributes, "colspan", 1000), _span(attributes, "rowspan", 65_534))
        elif tag in _BREAKS:
            self._break()

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        if self._silent:
            self._silent -= 1
        elif tag in ("td", "th"):
            self._close_cell()
        elif tag == "tr":
            self._close_row()
        elif tag == "table" and self._tables:
            self._close_row()
            self._tables.pop()
            self._taken = {}
        elif tag in _BREAKS:
            self._break()

    def data(self, text: str) -> None:
        """Take text."""
        if not self._silent:
            self._text.append(text)

    def close(self) -> None:
        """Take the end of the page."""

    # --- rows and cells ----------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Take what is left at the end of the page."""
        self._close_row()

    def _break(self) -> None:
        if self._cell is None:
            self._close_row()
        else:
            self._text.append(" ")

    def _open_row(self, is_hidden: bool) -> None:
        self._close_row()
        self._line = _Line(len(self.lines) + 1, self._tables[-1] if self._tables else 0, is_hidden=is_hidden)
        self.lines.append(self._line)

    def _close_row(self) -> None:
        self._close_cell()
        self._line = None

    def _close_cell(self) -> None:
        text, spans = seen("".join(self._text)), self._cell
        self._text, self._cell = [], None
        if spans is None:
            if text:  # outside a cell: a row of its own
                line = _Line(len(self.lines) + 1, 0, {0: text})
                self.lines.append(line)
            return
        line = self._line
        if line is None:
            return
        column = line.width
        while self._taken.get(column, 0) >= line.number:
            column += 1
        wide, high = spans
        if column >= MOST_COLUMNS:
            raise Unreadable("file_damaged")
        wide = min(wide, MOST_COLUMNS - column)
        line.width = column + wide
        if text:
            line.cells[column] = text
        if high > 1:
            last = min(line.number + high - 1, MOST_ROWS)
            self._taken.update(dict.fromkeys(range(column, column + wide), last))
        if wide > 1 or high > 1:
            self.merged.append((line.table, line.number, column, line.number + high - 1, column + wide - 1))

    # --- grids -------------------------------------------------------------------------------------------------------

    def grids(self) -> list[Grid]:
        """Return the sheets of the page."""
        tables = self._with_figures()
        first = min((line.number for line in self.lines if line.table in tables), default=0)
        head = [line for line in self.lines if line.number < first]
        parts: list[list[_Line]] = []
        seen_tables: set[int] = set()
        waiting: list[_Line] = []
        for line in self.lines[len(head) :]:
            if line.table in tables and line.table not in seen_tables:
                seen_tables.add(line.table)
                parts.append([*_still_said(head, waiting), *waiting, line])
                waiting = []
            elif line.table in tables:
                parts[-1] += [*waiting, line]
                waiting = []
            else:
                waiting.append(line)
        if parts:
            parts[-1] += waiting
        return [self._grid(f"Tabel {n}" if len(parts) > 1 else "", part) for n, part in enumerate(parts, start=1)]

    def _with_figures(self) -> set[int]:
        """Return the tables that begin a sheet: those with heading cells; where no table has them, wide ones, else the first."""
        known = {line.table for line in self.lines if line.table}
        widest = dict.fromkeys(known, 0)
        for line in self.lines:
            if line.table:
                widest[line.table] = max(widest[line.table], line.width)
        headed = self.headed & known
        wide = {table for table in headed or known if widest[table] >= (3 if headed else _FIGURES_FROM)}
        return wide or headed or ({min(known)} if known else set())

    def _grid(self, name: str, lines: list[_Line]) -> Grid:
        grid = Grid(name)
        numbers = set()
        for line in lines:
            numbers.add(line.number)
            if not line.cells:
                continue
            row = grid.line(line.number)
            for column, text in line.cells.items():
                grid.put(row, column, text)
            if line.is_hidden:
                grid.hidden_rows.add(line.number)
        grid.merged = [area[1:] for area in self.merged if area[1] in numbers]
        grid.is_text = True
        return grid


def _still_said(head: Sequence[_Line], own: Sequence[_Line]) -> list[_Line]:
    """Return of the lines at the head of a page those that hold for a table with lines of its own: none that these say anew."""
    anew = {about for line in own for about in _about(line)}
    return [line for line in head if not _about(line) & anew]


def _about(line: _Line) -> set[str]:
    """Return what a line is about: the label or word that it begins with, a month, a year."""
    text = " ".join(line.cells.values())
    period = find_period(text)[0]
    named = {"a month": period.month, "a year": period.year}
    return {label(text.partition(":")[0]), *label(text).split()[:1], *(about for about in named if named[about])}


def _span(attributes: Mapping[str, str], name: str, most: int) -> int:
    text = attributes.get(name, "1").strip()
    return min(max(int(text), 1), most) if text.isdecimal() and text.isascii() and len(text) < 8 else 1
