"""XLSX and XLSM (transitional and strict): each sheet in one pass over its XML, through the relationships that name its part."""

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from etl.reading.grid import MOST_COLUMNS, MOST_ROWS, Grid, Range, Unreadable
from etl.reading.guard import MOST_CELLS, TooLarge, seen, shown_name
from etl.reading.words import DATE
from etl.reading.workbooks.formats import BUILT_IN, carried
from etl.reading.workbooks.markup import Attributes, Local, Markup, Parts

_TRUE = {"1", "true", "on"}
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_OF_A_CELL = {"c", "v", "f", "is", "t", "r", "rPr"}


@dataclass(frozen=True)
class _Book:
    strings: list[str]
    styles: list[str]  # the number format of each style
    is_1904: bool
    is_uncomputed: bool  # the program that wrote it leaves formulas for the spreadsheet to work out


def read(parts: Parts) -> tuple[list[Grid], list[str]]:
    """Return the grids of the visible sheets and the names of the hidden ones; raises Unreadable and TooLarge."""
    home = target(relations(parts, ""), "officeDocument") or "xl/workbook.xml"
    named = relations(parts, home)
    names, settings = _workbook(parts, home)
    check_names([name for name, *_ in names])
    strings, styles = target(named, "sharedStrings"), target(named, "styles")
    book = _Book(
        _strings(parts, strings) if strings and strings in parts else [],
        _styles(parts, styles) if styles and styles in parts else [],
        settings.get("date1904", "").casefold() in _TRUE,
        settings.get("fullCalcOnLoad", "").casefold() in _TRUE,
    )
    grids, hidden = [], []
    for name, state, relation in names:
        kind, part = named.get(relation, ("worksheet", ""))
        if kind != "worksheet":
            continue  # a sheet that is a chart or a dialogue
        if state != "visible":
            hidden.append(name)
        else:
            grids.append(_Sheet(Grid(name), book).read(parts, part))
    return grids, hidden


def check_names(names: Sequence[str]) -> None:
    """Raise Unreadable where two sheets have one name: it is not clear which is right."""
    times = Counter(name.casefold() for name in names)
    if repeated := next((name for name in names if times[name.casefold()] > 1), None):
        raise Unreadable("sheet_repeated", found=shown_name(repeated))


def relations(parts: Parts, part: str) -> dict[str, tuple[str, str]]:
    """Return what a part names: the kind and the part, by relation."""
    folder, name = posixpath.split(part)
    rels, found = posixpath.join(folder, "_rels", f"{name}.rels"), {}

    def start(tag: str, attributes: Attributes) -> None:
        if local[tag] == "Relationship" and attributes.get("TargetMode", "").casefold() != "external":
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", ""))).lstrip("/")
            found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], target)

    local = Local()
    if rels in parts:
        parts.parse(rels, Markup().on(start))
    return found


def target(named: dict[str, tuple[str, str]], kind: str) -> str | None:
    """Return the part of a kind, among those that a part names."""
    return next((part for of, part in named.values() if of == kind), None)


def _workbook(parts: Parts, home: str) -> tuple[list[tuple[str, str, str]], Attributes]:
    """Return name, state and relation of each sheet, and the settings that change what a cell says."""
    sheets: list[tuple[str, str, str]] = []
    settings: Attributes = {}

    def start(tag: str, attributes: Attributes) -> None:
        if local[tag] == "sheet":
            relation = next((value for key, value in attributes.items() if local[key] == "id"), "")
            sheets.append((attributes.get("name", ""), attributes.get("state", "visible"), relation))
        elif local[tag] in ("workbookPr", "calcPr"):
            settings.update(attributes)

    local = Local()
    parts.parse(home, Markup().on(start))
    return sheets, settings


def _styles(parts: Parts, name: str) -> list[str]:
    own: dict[str, str] = {}
    numbers: list[str] = []
    within = ""

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal within
        kind = local[tag]
        if kind in ("numFmts", "cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
            within = kind
        elif kind == "numFmt" and within == "numFmts":
            own[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif kind == "xf" and within == "cellXfs":
            numbers.append(attributes.get("numFmtId", "0"))

    local = Local()
    parts.parse(name, Markup().on(start))
    known = {str(number): code for number, code in BUILT_IN.items()} | own
    return [known.get(number, "") for number in numbers]


def _strings(parts: Parts, name: str) -> list[str]:
    """Return the shared texts, without the readings that Japanese sheets give beside them."""
    strings: list[str] = []
    pieces: list[str] = []
    spoken = total = 0

    def start(tag: str, _: Attributes) -> None:
        nonlocal spoken
        kind = local[tag]
        if kind == "si":
            pieces.clear()
            spoken = 0
        elif kind == "rPh":
            spoken += 1
        elif kind == "t":
            markup.texts.clear()

    def end(tag: str) -> None:
        nonlocal spoken, total
        kind = local[tag]
        if kind == "t" and not spoken:
            pieces.extend(markup.texts)
        elif kind == "rPh":
            spoken -= 1
        elif kind == "si":
            strings.append(seen("".join(pieces)))
            total += len(strings[-1]) + 8
            if total > MOST_CELLS * 10:
                raise TooLarge(f"{total >> 20} juta huruf", f"{MOST_CELLS * 10 >> 20} juta huruf")

    local, markup = Local(), Markup()
    parts.parse(name, markup.on(start, end))
    return strings


class _Sheet:
    """One pass over the XML of a sheet. A cell is put down where the next begins: so the parser calls as little as it can."""

    def __init__(self, grid: Grid, book: _Book) -> None:
        self.grid, self.book = grid, book
        self.row, self.column = 0, -1
        self.line: list[str] | None = None  # none until a cell of the row holds something
        self.row_text = ""
        self.cell: Attributes | None = None  # what the tag of the cell says that is met now
        self.has_value = self.is_formula = self.is_hidden = False
        self.formulas = 0
        self.zeros: list[tuple[int, int]] = []
        self.columns: dict[str, int] = {}
        self.known: dict[tuple[str, str | None], dict[str, str]] = defaultdict(
            dict
        )  # what came before, by type and style
        self.markup = Markup()
        self.inline: list[str] = []
        self.is_spoken = self.is_inline = False
        self.kinds: dict[str, Callable[[Attributes], None]] = {
            **{"f": self._formula, "is": self._inline_text, "row": self._row},
            **{"mergeCell": self._merged, "col": self._hidden_columns, "filterColumn": self._filtered},
            **{"sheetPr": self._properties, "rPh": self._spoken},
        }

    def read(self, parts: Parts, part: str) -> Grid:
        """Return the grid, filled."""
        kinds, local, texts = self.kinds, Local(), self.markup.texts
        put, clear = self._put, texts.clear

        def start(tag: str, attributes: Attributes) -> None:
            kind = local[tag]
            if kind == "c":  # nearly all that there is are cells and their values
                if self.cell is not None:
                    put(self.cell)
                self.cell = attributes
                self.has_value = self.is_formula = False
            elif kind == "v":
                self.has_value = True
                clear()
            elif handler := kinds.get(kind):
                handler(attributes)
            elif self.cell is not None and not self.is_inline and kind not in _OF_A_CELL:
                put(self.cell)

        parts.parse(part, self.markup.on(start))
        if self.cell is not None:
            put(self.cell)
        if self.book.is_uncomputed and self.formulas and len(self.zeros) == self.formulas:
            for row, column in self.zeros:  # programs that work nothing out write 0 for every formula
                self.grid.rows[row][column] = ""
            self.grid.uncomputed += self.zeros
        texts.clear()
        return self.grid

    # --- what the parser meets ---------------------------------------------------------------------------------------

    def _row(self, attributes: Attributes) -> None:
        if self.cell is not None:
            self._put(self.cell)
        number = attributes.get("r", "")
        self.row = int(number) if number.isdecimal() and number.isascii() and len(number) < 8 else self.row + 1
        if self.row > MOST_ROWS:
            raise Unreadable("file_damaged")
        self.row_text, self.column = str(self.row), -1
        self.line = None
        self.is_hidden = attributes.get("hidden") in _TRUE or attributes.get("ht") == "0"

    def _placed(self, reference: str | None) -> int:
        """Return the column of a cell whose tag says none, or one that was not met yet."""
        if reference is None:
            if self.column + 1 >= MOST_COLUMNS:
                raise Unreadable("file_damaged")
            return self.column + 1
        row, column = position(reference)
        if row != self.row:
            self.row, self.row_text, self.line = row, str(row), None
        self.columns[reference[: -len(self.row_text)]] = column
        return column

    def _formula(self, _: Attributes) -> None:
        self.is_formula = True

    def _inline_text(self, _: Attributes) -> None:
        self.inline.clear()
        self.is_spoken, self.is_inline = False, True
        self.markup.texts.clear()
        self.markup.expat.EndElementHandler = self._inline_end

    def _inline_end(self, tag: str) -> None:
        kind = tag.rpartition(":")[2]
        texts = self.markup.texts
        if kind == "t" and not self.is_spoken:
            self.inline.extend(texts)
        elif kind == "rPh":
            self.is_spoken = False
        elif kind == "is":
            self.markup.expat.EndElementHandler = None
            texts[:] = self.inline
            self.has_value, self.is_inline = True, False
            return
        texts.clear()

    def _spoken(self, _: Attributes) -> None:
        self.is_spoken = True

    def _merged(self, attributes: Attributes) -> None:
        if self.cell is not None:
            self._put(self.cell)
        self.grid.merged.append(area(attributes.get("ref", "")))

    def _hidden_columns(self, attributes: Attributes) -> None:
        if attributes.get("hidden") in _TRUE or attributes.get("width") == "0":
            first, last = (int(attributes.get(name, "0")) for name in ("min", "max"))
            self.grid.hide_columns(max(first, 1) - 1, last)

    def _filtered(self, _: Attributes) -> None:
        self.grid.is_filtered = True

    def _properties(self, attributes: Attributes) -> None:
        self.grid.is_filtered |= attributes.get("filterMode") in _TRUE

    # --- cells -------------------------------------------------------------------------------------------------------

    def _put(self, cell: Attributes) -> None:
        self.cell = None
        reference, kind, texts = cell.get("r"), cell.get("t"), self.markup.texts
        is_of_row = reference is not None and reference.endswith(self.row_text)
        column = self.columns.get(reference[: -len(self.row_text)]) if is_of_row else None
        self.column = column = self._placed(reference) if column is None else column
        raw = texts[0] if len(texts) == 1 else "".join(texts)
        if not self.has_value or not raw:
            if self.is_formula and (not self.has_value or kind != "str"):
                self.grid.uncomputed.append((self.row, column))
            return
        if self.is_formula:
            self.formulas += 1
            if self.book.is_uncomputed and raw == "0" and kind in (None, "n"):
                self.zeros.append((self.row, column))
        if kind == "s":
            try:
                text = self.book.strings[int(raw)]
            except (ValueError, IndexError) as error:
                raise Unreadable("file_damaged") from error
        else:
            is_number = kind is None or kind == "n"
            known = self.known[kind or "n", cell.get("s") if is_number else None]
            text = known.get(raw)
            if text is None:
                text = known[raw] = self._number(raw, cell.get("s") or "") if is_number else _text(kind or "", raw)
        if self.line is None:
            self.line = self.grid.line(self.row)
            if self.is_hidden:
                self.grid.hidden_rows.add(self.row)
        if len(self.line) == column:
            self.line.append(text)
        else:
            self.grid.put(self.line, column, text)

    def _number(self, raw: str, style: str) -> str:
        try:
            value = float(raw)
        except ValueError:
            return seen(raw)
        index = int(style) if style.isdecimal() and style.isascii() and len(style) < 7 else 0
        code = self.book.styles[index] if index < len(self.book.styles) else ""
        return carried(value, code, self.book.is_1904)


def _text(kind: str, raw: str) -> str:
    if kind == "b":
        return "TRUE" if raw.strip() in _TRUE else "FALSE"
    if kind == "d":
        return iso_moment(raw)
    return seen(raw)


def iso_moment(raw: str) -> str:
    """Return a date as XML writes it (`2024-01-05T08:15:00.000`) as a cell carries it; a time of day or other text stays text."""
    found = re.match(r"\s*(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(\.\d+)?)?", raw)
    if not found:
        return seen(raw)
    clock = found[2] if found[2] and (found[2] != "00:00:00" or (found[3] or "").strip(".0")) else None
    return f"{DATE}{found[1]}T{clock}" if clock else f"{DATE}{found[1]}"


def position(reference: str) -> tuple[int, int]:
    """Return row (from 1) and column (from 0) of a reference such as `AB12`, in whatever letters; raises Unreadable."""
    found = _REFERENCE.fullmatch(reference)
    if not found:
        raise Unreadable("file_damaged")
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    if column > MOST_COLUMNS:
        raise Unreadable("file_damaged")
    return int(found[2]), column - 1


def area(reference: str) -> Range:
    """Return the range that a reference such as `A1:B2` names; raises Unreadable."""
    first, _, last = reference.partition(":")
    (top, left), (bottom, right) = position(first), position(last or first)
    return (min(top, bottom), min(left, right), max(top, bottom), max(left, right))
