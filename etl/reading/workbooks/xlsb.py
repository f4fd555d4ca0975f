"""XLSB: the same workbook as records ([MS-XLSB]); each sheet in one pass over its own."""

import struct
from collections.abc import Iterator
from typing import IO

from etl.reading.grid import MOST_COLUMNS, Grid, Unreadable
from etl.reading.guard import seen
from etl.reading.workbooks.formats import BUILT_IN, ERRORS, carried
from etl.reading.workbooks.markup import Parts
from etl.reading.workbooks.xlsx import check_names, relations, target

_ROW, _RK, _ERROR, _BOOLEAN, _REAL, _TEXT, _SHARED = 0, 2, 3, 4, 5, 6, 7
_FORMULA_TEXT, _FORMULA_NUMBER, _FORMULA_BOOLEAN, _FORMULA_ERROR, _RICH = 8, 9, 10, 11, 62
_STRING, _FORMAT, _XF, _COLUMN, _BOOK, _SHEET, _FILTER_COLUMN, _MERGED = 19, 44, 47, 60, 153, 156, 163, 176
_CELL_XFS, _CELL_XFS_END = 617, 618
_LONGEST = 16 << 20  # bytes of one record


def read(parts: Parts) -> tuple[list[Grid], list[str]]:
    """Return the grids of the visible sheets and the names of the hidden ones; raises Unreadable and TooLarge."""
    home = target(relations(parts, ""), "officeDocument") or "xl/workbook.bin"
    named = relations(parts, home)
    styles, shared = target(named, "styles"), target(named, "sharedStrings")
    codes = _codes(parts, styles) if styles and styles in parts else []
    strings = (
        [seen(_text(r, 1)[0]) for k, r in _records(parts, shared) if k == _STRING] if shared and shared in parts else []
    )
    sheets, is_1904 = _sheets(parts, home)
    check_names([name for name, *_ in sheets])
    grids, hidden = [], []
    for name, is_hidden, relation in sheets:
        kind, part = named.get(relation, ("worksheet", ""))
        if kind == "worksheet" and is_hidden:
            hidden.append(name)
        elif kind == "worksheet":
            grids.append(_grid(Grid(name), parts, part, codes, strings, is_1904))
    return grids, hidden


def _records(parts: Parts, name: str) -> Iterator[tuple[int, bytes]]:
    """Yield kind and content of each record of a part."""
    with parts.open(name) as stream:
        while head := stream.read(1):
            kind = head[0]
            if kind & 0x80:
                kind = (kind & 0x7F) | (stream.read(1)[0] & 0x7F) << 7
            size = 0
            for place in range(4):
                digit = stream.read(1)[0]
                size |= (digit & 0x7F) << 7 * place
                if not digit & 0x80:
                    break
            yield kind, _content(stream, size)


def _content(stream: IO[bytes], size: int) -> bytes:
    content = stream.read(size) if size <= _LONGEST else b""
    if len(content) < size:
        raise Unreadable("file_damaged")
    return content


def _text(record: bytes, at: int) -> tuple[str, int]:
    """Return the text that stands at a place of a record, and where it ends; a text that is none is empty."""
    (length,) = struct.unpack_from("<I", record, at)
    if length == 0xFFFFFFFF:
        return "", at + 4
    end = at + 4 + 2 * length
    return record[at + 4 : end].decode("utf-16-le"), end


def _sheets(parts: Parts, home: str) -> tuple[list[tuple[str, bool, str]], bool]:
    """Return name, whether it is hidden, and relation of each sheet; and whether days are counted from 1904."""
    found, is_1904 = [], False
    for kind, record in _records(parts, home):
        if kind == _SHEET:
            relation, end = _text(record, 8)
            found.append((_text(record, end)[0], struct.unpack_from("<I", record)[0] != 0, relation))
        elif kind == _BOOK:
            is_1904 = bool(record[0] & 1)
    return found, is_1904


def _codes(parts: Parts, name: str) -> list[str]:
    """Return the number format of each style."""
    known, styles, is_within = dict(BUILT_IN), [], False
    for kind, record in _records(parts, name):
        if kind == _FORMAT:
            known[struct.unpack_from("<H", record)[0]] = _text(record, 2)[0]
        elif kind in (_CELL_XFS, _CELL_XFS_END):
            is_within = kind == _CELL_XFS
        elif kind == _XF and is_within:
            styles.append(struct.unpack_from("<H", record, 2)[0])
    return [known.get(style, "") for style in styles]


def _grid(grid: Grid, parts: Parts, part: str, codes: list[str], strings: list[str], is_1904: bool) -> Grid:
    row, is_hidden, line = 0, False, None
    for kind, record in _records(parts, part):
        if kind == _ROW:
            row, line = struct.unpack_from("<I", record)[0] + 1, None
            is_hidden = len(record) > 11 and bool(record[11] & 0x10)
        elif _RK <= kind <= _FORMULA_ERROR or kind == _RICH:
            column, style = struct.unpack_from("<II", record)
            value = _value(kind, record, strings)
            if isinstance(value, float):
                style &= 0xFFFFFF
                value = carried(value, codes[style] if style < len(codes) else "", is_1904)
            if isinstance(value, str) and value:
                if line is None:
                    line = grid.line(row)
                    if is_hidden:
                        grid.hidden_rows.add(row)
                grid.put(line, column, value)
        elif kind == _COLUMN:
            first, last, _, _, flags = struct.unpack_from("<IIIIH", record)
            if flags & 1:
                grid.hide_columns(first, min(last, MOST_COLUMNS) + 1)
        elif kind == _MERGED:
            top, bottom, left, right = struct.unpack_from("<4I", record)
            grid.merged.append((top + 1, left, bottom + 1, right))
        elif kind == _FILTER_COLUMN:
            grid.is_filtered = True
    return grid


def _value(kind: int, record: bytes, strings: list[str]) -> str | float:
    if kind in (_REAL, _FORMULA_NUMBER):
        return struct.unpack_from("<d", record, 8)[0]
    if kind == _RK:
        return _short_number(struct.unpack_from("<I", record, 8)[0])
    if kind == _SHARED:
        return strings[struct.unpack_from("<I", record, 8)[0]]
    if kind in (_ERROR, _FORMULA_ERROR):
        return ERRORS.get(record[8], "#VALUE!")
    if kind in (_BOOLEAN, _FORMULA_BOOLEAN):
        return "TRUE" if record[8] else "FALSE"
    return seen(_text(record, 9 if kind == _RICH else 8)[0])


def _short_number(packed: int) -> float:
    """Return the number that 30 bits stand for: a whole number or the upper half of a decimal, perhaps in hundredths."""
    if packed & 2:
        whole = packed >> 2
        value = float(whole - (1 << 30) if whole & (1 << 29) else whole)
    else:
        value = struct.unpack("<d", struct.pack("<II", 0, packed & ~3))[0]
    return value / 100 if packed & 1 else value
