"""What the sheets of a workbook share: looks, names, cells that hold what they seem to, and where things stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from math import isfinite
from typing import Any

from dashboard import theme
from dashboard.snapshot import Column, Meeting, Snapshot
from dashboard.words import text
from dashboard.words.harmless import harmless
from dashboard.words.text import _

FONT = "Calibri"
SHEET_NAME = 31  # characters that a sheet's name may have
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_LOCALES = {"id": "421", "en": "409"}
_WIDEST = 46.0
LINE = 15.0  # points of a line of words
NARROW = 1.12  # letters that stand where one digit does, on average


def chosen(page: Snapshot) -> str:
    """Return what a page shows: what was chosen, and the period where that does not say it."""
    return " · ".join(words for words in (page.filters, "" if page.period in page.filters else page.period) if words)


def percent(places: int) -> str:
    """Return the format of figures that already are percentages."""
    return decimals(places) + ('" %"' if text.language() == "id" else '"%"')


def decimals(places: int) -> str:
    """Return the format of numbers with so many decimals."""
    return "#,##0" + ("." + "0" * places if places else "")


def months(pattern: str = "mmm yyyy") -> str:
    """Return the format of dates, their months named in the reader's language."""
    return f"[$-{_LOCALES[text.language()]}]{pattern}"


def figures(unit: str, places: int) -> str:
    """Return the format of the figures of a chart of this unit."""
    return percent(places) if unit.strip().startswith("%") else decimals(places)


def pattern(column: Column, value: Any = None) -> str:
    """Return the number format of a cell."""
    match column.format:
        case "int":
            return decimals(0)
        case "decimal":
            return decimals(column.digits or 1)
        case "amount":
            return decimals(0 if value is None or float(value).is_integer() else column.digits or 2)
        case "pct":
            return percent(column.digits or 1)
        case "month":
            return months()
        case "date":
            return months("d mmm yyyy")
    return "General"


def known(value: Any) -> Any:
    """Return a value that a cell can hold; what is no number is none."""
    if isinstance(value, float) and not isfinite(value):
        return None
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    if value is None or isinstance(value, (bool, int, float, date)):
        return value
    if isinstance(value, (list, tuple)):
        value = ", ".join(str(item) for item in value)
    return harmless(value)


@dataclass
class Book:
    """A workbook in the making; `looks` are its formats, each made once."""

    file: Any
    meeting: Meeting
    looks: dict[tuple[tuple[str, Any], ...], Any] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    def look(self, **properties: Any) -> Any:
        """Return the format of these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self.looks:
            self.looks[key] = self.file.add_format({"font_name": FONT, "valign": "top"} | properties)
        return self.looks[key]

    def name(self, words: str) -> str:
        """Return a name for a sheet that no other has and that every spreadsheet takes."""
        base = " ".join(harmless(words).translate(_FORBIDDEN).split()) or "Rapor"
        for n in range(1, len(self.names) + 2):
            end = "" if n == 1 else f" {n}"
            room = SHEET_NAME - len(end)
            short = base.encode("utf-16-le")[: room * 2].decode("utf-16-le", "ignore").rstrip() + end
            if short.lower() not in self.names:
                break
        self.names.add(short.lower())
        return short

    def write(self, sheet: Any, row: int, column: int, value: Any, **properties: Any) -> None:
        """Write a value as what it is: a string is never run, a date is a date, nothing is an empty cell."""
        value, look = known(value), self.look(**properties)
        if value is None or value == "":
            sheet.write_blank(row, column, None, look)
        elif isinstance(value, bool):
            sheet.write_string(row, column, _("ya") if value else _("tidak"), look)
        elif isinstance(value, (int, float)):
            sheet.write_number(row, column, value, look)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, look)
        else:
            sheet.write_string(row, column, value, look)

    def passage(
        self, sheet: Any, row: int, words: str, width: float, *, last: int, size: int = 11, **properties: Any
    ) -> None:
        """Write words over the columns 0 .. `last`, `width` characters wide, in as many lines as they need."""
        shown = harmless(words)
        look = self.look(font_size=size, text_wrap=True, **properties)
        sheet.set_row(row, lines(shown, width - 2, size) * size * 1.4 + 2)
        if last:
            sheet.merge_range(row, 0, row, last, "", look)
        sheet.write_string(row, 0, shown, look)

    def grow(self, sheet: Any, row: int, cells: Iterable[tuple[Any, float]], *, bold: bool = False) -> None:
        """Make a row as tall as the words of its cells need, each given with the width of its column in characters."""
        most = max((lines(harmless(words), wide - 1, 12 if bold else 11) for words, wide in cells if words), default=1)
        if most > 1:
            sheet.set_row(row, min(most * LINE + 2, 400))

    def go(self, sheet: Any, row: int, column: int, target: str, words: str, **properties: Any) -> None:
        """Write words that lead to the top of another sheet of this workbook."""
        look = self.look(font_color=theme.LIGHT.accent, underline=1, **properties)
        sheet.write_url(row, column, f"internal:'{target}'!A1", look, harmless(words, 2_000))


@dataclass
class Place:
    """A sheet, the row where its table's head stands, and the column that is free."""

    book: Book
    sheet: Any
    name: str
    top: int
    column: int = 0


class Area:
    """Columns of figures side by side under their heads, for a native chart to be drawn from."""

    def __init__(self, place: Place, rows: int) -> None:
        self.place, self.rows, self.column = place, rows, place.column
        self.top = place.top

    def add(self, label: str, values: Sequence[Any], number: str = "General") -> "Source":
        """Write a column and return where it is."""
        book, sheet, at = self.place.book, self.place.sheet, self.column
        muted = theme.LIGHT.muted
        book.write(sheet, self.top, at, label, text_wrap=True, font_color=muted, bottom=1, bottom_color=muted)
        for row, value in enumerate(values, self.top + 1):
            if known(value) is not None:
                book.write(sheet, row, at, value, num_format=number, font_color=muted)
        sheet.set_column(at, at, min(max(10, *(len(str(v)) for v in (label, "") if v)), 16))
        self.column += 1
        return Source(self.place.name, self.top, at, max(len(values), 1))


@dataclass(frozen=True)
class Source:
    """Where a column of figures is: its head in the row `top`, its values below."""

    sheet: str
    top: int
    column: int
    rows: int

    @property
    def head(self) -> list[Any]:
        """Return the place of the head, as XlsxWriter wants it."""
        return [self.sheet, self.top, self.column]

    @property
    def values(self) -> list[Any]:
        """Return the place of the values, as XlsxWriter wants it."""
        return [self.sheet, self.top + 1, self.column, self.top + self.rows, self.column]


def lines(words: str, width: float, size: float = 11) -> int:
    """Return how many lines words take in a cell `width` digits wide, broken between words where they can be."""
    room, count, at = max(width * NARROW * 11 / size, 4), 1, 0
    for word in words.split(" "):
        if at and at + 1 + len(word) > room:
            count, at = count + 1, 0
        at += len(word) + (1 if at else 0)
        while at > room:  # one word wider than the cell
            count, at = count + 1, at - int(room)
    return count


def width(label: str, shown: Sequence[str]) -> float:
    """Return the width in characters that a column wants; long words are broken."""
    head = max((len(word) for word in label.split()), default=4) + 3  # room for the button of the filter
    return min(max(head, *(len(words) for words in shown), 7) + 1.5, _WIDEST) if shown else min(max(head, 8), _WIDEST)
