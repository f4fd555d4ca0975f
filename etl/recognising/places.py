"""In which cell a reject stands: a reading names the row and what the column means, and the table says where that column is."""

import re
from collections.abc import Iterator, Sequence

import polars as pl

from etl.kinds import names
from etl.reading.files import Sheet
from etl.reading.guard import HIDDEN, quoted
from etl.reading.words import plain
from etl.recognising.recognise import Table
from etl.recognising.source import Source

Place = tuple[int, int]  # row from 1, column from 0
Tables = Sequence[tuple[Sheet, Table]]
_HIDDEN_LENGTH = re.compile(r"\((\d+) karakter\)")


def cells_of(sheet: Sheet, tables: Tables, row: int, title: str, value: str) -> list[Place]:
    """Return the cells (row, column) of a sheet that a reject means, several where it may be any of them; none where it has no row.

    Where the cell of that row is blank, what stands above it counts for it, as in cells that are merged or filled down.
    """
    cells = next((list(each[1:]) for each in sheet.cells.filter(pl.col("row") == row).iter_rows()), None)
    if cells is None:
        return []
    columns = [column for column in columns_of(sheet, tables, row, title) if column < len(cells)]
    if not value:
        filled = [column for column in columns if cells[column]] or [n for n, cell in enumerate(cells) if cell]
        return [(row, (filled or columns or [0])[0])]
    for where in (columns, range(len(cells))):
        if found := [column for column in where if holds(cells[column], value)]:
            return [(row, column) for column in found]
    return list(_above(sheet, columns, row, value))


def blank_cells(sheet: Sheet, tables: Tables, row: int, title: str, _value: str = "") -> list[Place]:
    """Return the blank cells of a row in the columns that a title means."""
    cells = next((list(each[1:]) for each in sheet.cells.filter(pl.col("row") == row).iter_rows()), [])
    return [
        (row, column) for column in columns_of(sheet, tables, row, title) if column < len(cells) and not cells[column]
    ]


def _above(sheet: Sheet, columns: Sequence[int], row: int, value: str) -> Iterator[Place]:
    for column in columns:
        above = (
            sheet.cells.filter((pl.col("row") <= row) & (pl.col(f"c{column}") != ""))
            .select("row", f"c{column}")
            .tail(1)
        )
        yield from ((at, column) for at, text in above.iter_rows() if holds(text, value))


def columns_of(sheet: Sheet, tables: Tables, row: int, title: str) -> list[int]:
    """Return the columns of a table that a title means: those of its field, of the measure, or under that heading."""
    found: dict[int, None] = {}
    for part, table in tables:
        if part.name != sheet.name or row <= table.header_last:
            continue
        for each in (table, *table.beside):
            named = [(index, called) for name, index in each.fields.items() for called in _titles(each.source, name)]
            named += [(value.index, each.source.title_of(value.measure)) for value in (*each.values, *each.notes)]
            named += [(value.index, value.heading) for value in (*each.values, *each.notes)]
            found.update((index, None) for index, name in named if title and name in (title, *title.split(", ")))
    return list(found)


def _titles(source: Source, field: str) -> list[str]:
    """Return what a field is called by a reading and, where it holds a name of a register, by a build."""
    return [
        source.title_of(field),
        *(of.title for kind, column, of in names() if (kind, column) == (source.kind, field)),
    ]


def holds(cell: str, value: str) -> bool:
    """Tell whether a cell holds what a reject quotes, of a cell of a person only how long it is."""
    text = plain(cell)
    if HIDDEN.fullmatch(value):
        return len(text) == int(_HIDDEN_LENGTH.fullmatch(value)[1])  # ty: ignore[not-subscriptable]
    return value in (text, quoted(text), text.strip())
