"""XLS: the old binary workbook, read by xlrd with its formats and hidden rows."""

import io
import struct

import xlrd
from xlrd.compdoc import CompDoc, CompDocError

from etl.reading.grid import Grid, Unreadable
from etl.reading.guard import seen
from etl.reading.workbooks.formats import ERRORS, carried
from etl.reading.workbooks.xlsx import check_names

_LOCKED = (
    "EncryptedPackage",
    "EncryptionInfo",
)  # streams of a workbook with a password, in the container of the old format
_FORMULA, _FILTER_MODE, _END = 0x0006, 0x009B, 0x000A
_NO_TEXT = 3  # the kind of result of a formula whose text is empty


def read(content: bytes) -> tuple[list[Grid], list[str]]:
    """Return the grids of the visible sheets and the names of the hidden ones; raises Unreadable and TooLarge."""
    if any(name.encode("utf-16-le") in content for name in _LOCKED):
        raise Unreadable("file_locked")
    try:
        _check_chains(content)
        book = xlrd.open_workbook(file_contents=content, formatting_info=True, ragged_rows=True, on_demand=True,
                                  logfile=io.StringIO(), ignore_workbook_corruption=True)  # fmt: skip
        sheets = [book.sheet_by_index(index) for index in range(book.nsheets)]
        grids = [_grid(book, sheet, index) for index, sheet in enumerate(sheets) if not sheet.visibility]
    except (xlrd.XLRDError, CompDocError) as error:
        raise Unreadable("file_locked" if "encrypted" in str(error) else "file_damaged") from error
    except (
        AssertionError,
        AttributeError,
        TypeError,
    ) as error:  # what xlrd trips over in a file that is not as it should be
        raise Unreadable("file_damaged") from error
    check_names([sheet.name for sheet in sheets])
    return grids, [sheet.name for sheet in sheets if sheet.visibility]


def _check_chains(content: bytes) -> None:
    """Raise Unreadable for a container whose short streams run in a circle: reading one would never end."""
    following = CompDoc(content, logfile=io.StringIO(), ignore_workbook_corruption=True).SSAT
    walked = [0] * len(following)
    for start in range(len(following)):
        place = start
        while 0 <= place < len(following) and not walked[place]:
            walked[place] = start + 1
            place = following[place]
        if 0 <= place < len(following) and walked[place] == start + 1:
            raise Unreadable("file_damaged")


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
                text = ERRORS.get(value, "#VALUE!") if kind == xlrd.XL_CELL_ERROR else "TRUE" if value else "FALSE"
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
