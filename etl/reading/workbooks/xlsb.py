"""How the cells of an XLSB look, from its own records ([MS-XLSB]): formats, hidden rows; and how far a sheet spreads."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from etl.reading.grid import MOST_COLUMNS, MOST_ROWS, Unreadable
from etl.reading.guard import check_spread
from etl.reading.workbooks.formats import BUILT_IN
from etl.reading.workbooks.markup import Parts
from etl.reading.workbooks.xlsx import relations, target

_ROW, _FIRST_CELL, _LAST_CELL, _BLANK = 0, 1, 11, 1
_BUNDLE_SHEET, _FORMAT, _XF, _COLUMN, _FILTER_COLUMN = 156, 44, 47, 60, 163
_CELL_XFS, _CELL_XFS_END, _SHEET_DATA_END = 617, 618, 146
_LONGEST = 16 << 20  # bytes of one record


@dataclass
class Look:
    """How the cells of a sheet look: number formats by row (from 1) and column (from 0), and what is not shown."""

    codes: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    is_filtered: bool = False


def looks(parts: Parts) -> dict[str, Look]:
    """Return the look of each sheet by its name; none where the records can't be followed. Raises TooLarge."""
    try:
        home = target(relations(parts, ""), "officeDocument") or "xl/workbook.bin"
        named = relations(parts, home)
        styles = target(named, "styles")
        codes = _codes(parts, styles) if styles and styles in parts else []
        return {
            name: _look(parts, named[relation][1], codes)
            for name, relation in _sheets(parts, home)
            if relation in named and named[relation][0] == "worksheet"
        }
    except (struct.error, IndexError, UnicodeDecodeError, Unreadable):
        return {}


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


def _sheets(parts: Parts, home: str) -> list[tuple[str, str]]:
    found = []
    for kind, record in _records(parts, home):
        if kind == _BUNDLE_SHEET:
            relation, end = _text(record, 8)
            found.append((_text(record, end)[0], relation))
    return found


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


def _look(parts: Parts, name: str, codes: list[str]) -> Look:
    look = Look()
    row = first_row = last_row = last_column = 0
    for kind, record in _records(parts, name):
        if kind == _ROW:
            row = struct.unpack_from("<I", record)[0] + 1
            if len(record) > 11 and record[11] & 0x10:
                look.hidden_rows.add(row)
        elif _FIRST_CELL <= kind <= _LAST_CELL and kind != _BLANK:
            column, style = struct.unpack_from("<II", record)
            first_row, last_row = first_row or row, max(last_row, row)
            last_column = max(last_column, column)
            if last_row > MOST_ROWS or last_column > MOST_COLUMNS:
                raise Unreadable("file_damaged")
            check_spread(last_row - first_row + 1, last_column + 1)
            style &= 0xFFFFFF
            if style < len(codes) and codes[style]:
                look.codes[(row, column)] = codes[style]
        elif kind == _COLUMN:
            first, last, _, _, flags = struct.unpack_from("<IIIIH", record)
            if flags & 1:
                look.hidden_columns.update(range(first, min(last + 1, MOST_COLUMNS)))
        elif kind == _FILTER_COLUMN:
            look.is_filtered = True
    return look
