"""XLS and XLSB: the binary workbooks. XLS is read with its formats by xlrd, and without them by calamine where that fails."""

import io
import struct
from collections.abc import Iterable
from datetime import date, datetime

import xlrd
from python_calamine import CalamineWorkbook, PasswordError, SheetVisibleEnum

from etl.reading.grid import Grid, Unreadable
from etl.reading.guard import seen
from etl.reading.words import DATE
from etl.reading.workbooks.formats import carried
from etl.reading.workbooks.markup import Parts
from etl.reading.workbooks.xlsb import Look, looks

_LOCKED = (
    "EncryptedPackage",
    "EncryptionInfo",
)  # streams of a workbook with a password, in the container of the old format
_FORMULA, _FILTER_MODE, _END = 0x0006, 0x009B, 0x000A
_NO_TEXT = 3  # the kind of result of a formula whose text is empty
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}


def read_xls(content: bytes) -> tuple[list[Grid], list[str]]:
    """Return the grids of the visible sheets and the names of the hidden ones; raises Unreadable and TooLarge."""
    if any(name.encode("utf-16-le") in content for name in _LOCKED):
        raise Unreadable("file_locked")
    try:
        book = xlrd.open_workbook(
            file_contents=content, formatting_info=True, ragged_rows=True, on_demand=True, logfile=io.StringIO()
        )
        sheets = [book.sheet_by_index(index) for index in range(book.nsheets)]
        grids = [_grid(book, sheet, index) for index, sheet in enumerate(sheets) if not sheet.visibility]
        hidden = [sheet.name for sheet in sheets if sheet.visibility]
    except xlrd.XLRDError as error:
        if "encrypted" in str(error):
            raise Unreadable("file_locked") from error
        return read_plainly(content)
    except (
        xlrd.compdoc.CompDocError,
        ArithmeticError,
        AssertionError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
        struct.error,
    ):
        return read_plainly(content)  # what xlrd trips over in a file that is not quite as it should be
    _check_names([sheet.name for sheet in sheets])
    return grids, hidden


def _check_names(names: Iterable[str]) -> None:
    shown = [name.casefold() for name in names]
    if repeated := next((name for name in shown if shown.count(name) > 1), None):
        raise Unreadable("sheet_repeated", found=repeated)


def _grid(book: xlrd.Book, sheet: xlrd.sheet.Sheet, index: int) -> Grid:
    grid = Grid(sheet.name)
    codes = [
        book.format_map[xf.format_key].format_str if xf.format_key in book.format_map else "" for xf in book.xf_list
    ]
    empty: list[tuple[int, int]] = []
    numbers: dict[tuple[int, float], str] = {}
    for row in range(sheet.nrows):
        line: list[str] | None = None
        values, kinds = sheet.row_values(row), sheet.row_types(row)
        for column, (value, kind) in enumerate(zip(values, kinds, strict=True)):
            if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                continue
            if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
                style = sheet.cell_xf_index(row, column)
                text = numbers.get((style, value))
                if text is None:
                    code = codes[style] if style < len(codes) else ""
                    text = numbers[(style, value)] = carried(float(value), code, bool(book.datemode))
            elif kind == xlrd.XL_CELL_TEXT:
                text = seen(value)
            else:
                text = _ERRORS.get(value, "#VALUE!") if kind == xlrd.XL_CELL_ERROR else "TRUE" if value else "FALSE"
            if not text:
                empty.append((row + 1, column))
                continue
            line = grid.line(row + 1) if line is None else line
            grid.put(line, column, text)
        if line is not None and row in sheet.rowinfo_map and sheet.rowinfo_map[row].hidden:
            grid.hidden_rows.add(row + 1)
    grid.hidden_columns.update(column for column, info in sheet.colinfo_map.items() if info.hidden)
    grid.merged += [(top + 1, left, bottom, right - 1) for top, bottom, left, right in sheet.merged_cells]
    if empty or grid.hidden_rows:
        results, grid.is_filtered = _records(book, index)
        if results and not any(results.values()):  # no spreadsheet has worked out any formula of the sheet
            grid.uncomputed += sorted(set(results) & set(empty))
    return grid


def _records(book: xlrd.Book, index: int) -> tuple[dict[tuple[int, int], bool], bool]:
    """Return for each formula of a sheet whether it has a result, and whether a filter is on."""
    at, mem = book._sh_abs_posn[index], memoryview(book.mem or b"")
    results: dict[tuple[int, int], bool] = {}
    is_filtered = False
    depth = 0
    while at + 4 <= len(mem):
        kind, length = struct.unpack_from("<HH", mem, at)
        if kind == _FORMULA and length >= 14:
            row, column = struct.unpack_from("<HH", mem, at + 4)
            result = bytes(mem[at + 10 : at + 18])
            results[(row + 1, column)] = not (result[6:] == b"\xff\xff" and result[0] == _NO_TEXT)
        elif kind == _FILTER_MODE:
            is_filtered = True
        elif kind in (0x0809, 0x0409, 0x0209, 0x0009):
            depth += 1  # charts stand within sheets
        elif kind == _END:
            depth -= 1
            if depth == 0:
                break
        at += 4 + length
    return results, is_filtered


def read_xlsb(content: bytes, parts: Parts) -> tuple[list[Grid], list[str]]:
    """Return the same of an XLSB; its own records tell formats and hidden rows, where they can be followed."""
    return read_plainly(content, looks(parts))


def read_plainly(content: bytes, seen_looks: dict[str, Look] | None = None) -> tuple[list[Grid], list[str]]:
    """Return the same by values alone, where nothing else tells how they look."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        _check_names(book.sheet_names)
        visible = [m.name for m in book.sheets_metadata if m.visible == SheetVisibleEnum.Visible]
        grids = [_plain_grid(book, name, (seen_looks or {}).get(name)) for name in visible]
        return grids, [m.name for m in book.sheets_metadata if m.name not in visible]
    except (KeyboardInterrupt, SystemExit, MemoryError, Unreadable):
        raise
    except PasswordError as error:
        raise Unreadable("file_locked") from error
    except BaseException as error:  # a panic of calamine is no Exception
        if type(error).__name__ == "PanicException" or isinstance(error, Exception):
            raise Unreadable("file_damaged") from error
        raise


def _plain_grid(book: CalamineWorkbook, name: str, look: Look | None) -> Grid:
    grid = Grid(name)
    sheet = book.get_sheet_by_name(name)
    first = (sheet.start or (0, 0))[1]
    codes = look.codes if look else {}
    for number, row in enumerate(sheet.iter_rows(), start=1):
        line: list[str] | None = None
        for column, value in enumerate(row, start=first):
            text = _cell(value, codes.get((number, column), ""))
            if text:
                line = grid.line(number) if line is None else line
                grid.put(line, column, text)
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        grid.merged.append((top + 1, left, bottom + 1, right))
    if look:
        grid.hidden_rows |= look.hidden_rows & set(grid.rows)
        grid.hidden_columns |= look.hidden_columns
        grid.is_filtered = look.is_filtered
    grid.has_formats = look is not None
    return grid


def _cell(value: object, code: str) -> str:
    if isinstance(value, str):
        return seen(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return carried(float(value), code)
    if isinstance(value, datetime | date):
        return f"{DATE}{value.isoformat()}"
    return "" if value is None else seen(str(value))
