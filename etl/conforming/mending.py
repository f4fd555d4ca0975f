"""Cells that people mended are read as they say; what is kept of a file stays as it came, so that any of it can be taken back."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from etl.reading.files import Sheet
from etl.recognising.places import Place, blank_cells, cells_of
from etl.recognising.recognise import Table
from etl.remarks import Observation
from etl.ruled import Mend


def mended(
    tables: Sequence[tuple[Sheet, Table]], mends: Sequence[Mend]
) -> tuple[list[tuple[Sheet, Table]], list[Observation]]:
    """Return the tables with the cells as they are to be read, and an observation of each that is not found, or not one alone.

    A merged area is one cell.
    """
    put: dict[int, dict[Place, str]] = {}
    lost = []
    for sheet_name, row, title, found, value in mends:
        hits = [
            (number, place)
            for number, (sheet, table) in enumerate(tables)
            if sheet.name == sheet_name
            for place in _cells(sheet, table, row, title, found)
        ]
        if len(hits) == 1:
            number, place = hits[0]
            put.setdefault(number, {}).update(dict.fromkeys(_whole(tables[number][0], place), value))
        else:
            details = {"column": title, "found": found, "value": value}
            lost.append(Observation("correction_unplaced", sheet_name, row, details=details))
    changed = [
        (_with(sheet, put[number]) if number in put else sheet, table) for number, (sheet, table) in enumerate(tables)
    ]
    return changed, lost


def _cells(sheet: Sheet, table: Table, row: int, title: str, found: str) -> Sequence[Place]:
    if row <= table.header_last:
        return ()
    return (cells_of if found else blank_cells)(sheet, [(sheet, table)], row, title, found)


def _whole(sheet: Sheet, place: Place) -> list[Place]:
    row, column = place
    for top, left, bottom, right in sheet.merged:
        if top <= row <= bottom and left <= column <= right:
            return [(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1) if c < sheet.width]
    return [place]


def _with(sheet: Sheet, put: dict[Place, str]) -> Sheet:
    columns = []
    for column in dict.fromkeys(column for _, column in put):
        name, own = f"c{column}", {row: value for (row, at), value in put.items() if at == column}
        given = pl.col("row").replace_strict(own, default=None, return_dtype=pl.String)
        columns.append(pl.coalesce(given, pl.col(name)).alias(name))
    return replace(sheet, cells=sheet.cells.with_columns(columns))
