"""CSV, XLSX, XLS and ODS become sheets of text cells with their row numbers; native numbers and dates stay what they are."""

import csv
import html
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import polars as pl
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from etl.reading.guard import TooLarge, check_size, check_workbook, column_number, seen, shown_name
from etl.reading.words import DATE, NUMBER

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods")
_WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_DELIMITERS = ";,\t|"
_SHEET = re.compile(r'<sheet\b[^>]*?\bname="([^"]*)"[^>]*?\br:id="([^"]*)"')
_RELATION = re.compile(r'<Relationship\b[^>]*?\bId="([^"]*)"[^>]*?\bTarget="([^"]*)"')
_RELATION_REVERSED = re.compile(r'<Relationship\b[^>]*?\bTarget="([^"]*)"[^>]*?\bId="([^"]*)"')
_ERROR_CELL = re.compile(r'<c\b(?=[^>]*\bt="e")[^>]*?\br="([A-Z]+[0-9]+)"[^>]*>.*?<v>([^<]*)</v>', re.DOTALL)
_CHUNK_ROWS = 200_000


class Unreadable(Exception):
    """The bytes are no report at all; `code` names the message that says why."""

    def __init__(self, code: str, **details: str) -> None:
        super().__init__(code)
        self.code, self.details = code, details


@dataclass(frozen=True)
class Sheet:
    """One sheet: `cells` has a column `row` (1-based, as a spreadsheet shows it) and text columns c0, c1, ...; blank is ""."""

    name: str
    cells: pl.DataFrame

    @property
    def width(self) -> int:
        """Return the number of columns of cells."""
        return self.cells.width - 1

    def top(self, rows: int) -> list[tuple[int, list[str]]]:
        """Return the first rows as (row number, cells)."""
        return [(row[0], list(row[1:])) for row in self.cells.head(rows).rows()]


@dataclass(frozen=True)
class Document:
    """The sheets of a file that hold something, the names of its hidden sheets (not read), and the text encoding."""

    sheets: tuple[Sheet, ...]
    hidden: tuple[str, ...] = ()
    encoding: str | None = None


def read(content: bytes) -> Document:
    """Return the sheets of a file, by what the bytes are and not by what the file name says; raises Unreadable."""
    if not content.strip():
        raise Unreadable("file_empty")
    try:
        check_size(len(content))
        check_workbook(content if content.startswith(_WORKBOOK_STARTS) else b"")
    except TooLarge as error:
        raise Unreadable("file_too_large", found=error.found, limit=error.limit) from error
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise Unreadable("file_damaged") from error
    if content.startswith(_WORKBOOK_STARTS):
        return _read_workbook(content)
    return _read_text(content)


def _read_workbook(content: bytes) -> Document:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        visible = [m.name for m in workbook.sheets_metadata if m.visible == SheetVisibleEnum.Visible]
        errors = _error_cells(content)
        sheets = tuple(_sheet(shown_name(name), _filled(workbook, name, errors.get(name, {}))) for name in visible)
    except PasswordError as error:
        raise Unreadable("file_locked") from error
    except (CalamineError, ValueError) as error:
        raise Unreadable("file_damaged") from error
    hidden = tuple(shown_name(m.name) for m in workbook.sheets_metadata if m.name not in visible)
    return Document(tuple(s for s in sheets if s.cells.height), hidden)


def _error_cells(content: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """Return the cells of an XLSX whose formula failed (`#REF!`, ...), by sheet name; the reader gives them as blank."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return {}
    errors: dict[str, dict[tuple[int, int], str]] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            return {}
        relations = dict(_RELATION.findall(_xml(archive, "xl/_rels/workbook.xml.rels")))
        relations |= {
            key: target for target, key in _RELATION_REVERSED.findall(_xml(archive, "xl/_rels/workbook.xml.rels"))
        }
        for name, key in _SHEET.findall(_xml(archive, "xl/workbook.xml")):
            target = relations.get(key, "").removeprefix("/xl/")
            sheet = _xml(archive, f"xl/{target}") if f"xl/{target}" in archive.namelist() else ""
            if ' t="e"' not in sheet:
                continue
            found = {_position(ref): error for ref, error in _ERROR_CELL.findall(sheet)}
            errors[html.unescape(name)] = found
    return errors


def _xml(archive: zipfile.ZipFile, name: str) -> str:
    return archive.read(name).decode("utf-8", errors="replace")


def _position(reference: str) -> tuple[int, int]:
    """Return row and column, both from 0, of a reference such as `AB12`."""
    letters = reference.rstrip("0123456789")
    return int(reference[len(letters) :]) - 1, column_number(letters) - 1


def _filled(workbook: CalamineWorkbook, name: str, errors: dict[tuple[int, int], str]) -> list[list[str]]:
    """Return the cells of a sheet, the text of a merged area repeated in all its cells (a number never: it would count twice)."""
    sheet = workbook.get_sheet_by_name(name)
    rows = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for (row, column), error in errors.items():
        if row < len(rows) and column < len(rows[row]) and not rows[row][column]:
            rows[row][column] = error
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if top >= len(rows) or left >= len(rows[top]):
            continue
        text = rows[top][left]
        if not text or text.startswith(NUMBER):
            continue
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [text] * len(row[left : right + 1])
    return rows


def _cell(value: object) -> str:
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return f"{NUMBER}{value!r}"
    if isinstance(value, datetime | date):
        return f"{DATE}{value.isoformat()}"
    if isinstance(value, time | timedelta):
        return str(value)
    return "" if value is None else _clean(str(value))


def _clean(text: str) -> str:
    """Return the text as it is seen, on one line, trimmed; the marks of native cells, not seen either, can't be forged."""
    return seen(text)


def _read_text(content: bytes) -> Document:
    text, encoding = _decoded(content)
    if text.lstrip()[:1] in "{[" or text.lstrip()[:5].casefold() in ("<?xml", "<html", "<!doc"):
        raise Unreadable("file_not_a_table", found=text.lstrip()[:1])
    delimiter = _delimiter(text)
    frames = [_sheet("", rows, numbers) for rows, numbers in _chunks(text, delimiter)]
    cells = [frame.cells for frame in frames if frame.cells.height]
    if not cells:
        raise Unreadable("file_empty")
    joined = pl.concat(cells, how="diagonal").with_columns(pl.exclude("row").fill_null(""))
    return Document((Sheet("", joined),), (), encoding)


def _decoded(content: bytes) -> tuple[str, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace"), "utf-16"
    if b"\x00" in content[:4096]:
        raise Unreadable("file_not_a_table", found="biner")
    try:
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace"), "cp1252"


def _delimiter(text: str) -> str:
    """Return the delimiter that gives most of the first records the same number of columns, above one."""
    head = "\n".join(text[:65536].splitlines()[:60])

    def evenness(delimiter: str) -> tuple[float, int]:
        try:
            widths = Counter(len(row) for row in csv.reader(io.StringIO(head), delimiter=delimiter) if row)
        except csv.Error:
            return (0.0, 0)
        width, records = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]), default=(0, 0))
        return (records / max(sum(widths.values()), 1), width) if width > 1 else (0.0, 0)

    return max(_DELIMITERS, key=evenness)


def _chunks(text: str, delimiter: str) -> Iterator[tuple[list[list[str]], list[int]]]:
    csv.field_size_limit(10_000_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    numbers: list[int] = []
    try:
        for number, row in enumerate(reader, start=1):
            rows.append([_clean(cell) for cell in row])
            numbers.append(number)
            if len(rows) == _CHUNK_ROWS:
                yield rows, numbers
                rows, numbers = [], []
    except csv.Error as error:
        raise Unreadable("file_damaged") from error
    yield rows, numbers


def _sheet(name: str, rows: list[list[str]], numbers: list[int] | None = None) -> Sheet:
    """Return the sheet without its empty rows; the row numbers are those of the file."""
    numbers = numbers or list(range(1, len(rows) + 1))
    width = max((len(row) for row in rows), default=0)
    kept = [(n, *row, *[""] * (width - len(row))) for n, row in zip(numbers, rows, strict=True) if any(row)]
    schema = {"row": pl.Int32} | {f"c{i}": pl.String for i in range(width)}
    return Sheet(name, pl.DataFrame(kept, schema=schema, orient="row"))
