"""What the sender of a sheet does not see: hidden rows and columns that count, formulas that nobody worked out."""

from collections.abc import Iterator, Sequence

import polars as pl

from etl.reading.files import Sheet
from etl.reading.words import NUMBER
from etl.recognising.recognise import Table
from etl.remarks import Observation, Reject
from etl.sifting.rows import classify

_MOST_PLACES = 8  # that a message names


def observed(sheet: Sheet, table: Table, taken: pl.Series) -> list[Observation]:
    """Observe of a table what counts and is not shown: hidden rows among those taken, hidden columns, uncomputed formulas."""
    found = []
    hidden = taken.filter(taken.is_in(sorted(sheet.hidden_rows))).sort().to_list() if sheet.hidden_rows else []
    if hidden:
        how = ("disaring (filter)", "filtered out") if sheet.is_filtered else ("disembunyikan", "hidden")
        details = {"rows": str(len(hidden)), "places": _runs(hidden), "how": how[0], "how_en": how[1]}
        found.append(Observation("hidden_rows", sheet.name, hidden[0], details=details))
    if columns := [value.heading for value in table.values if value.index in sheet.hidden_columns]:
        found.append(Observation("hidden_columns", sheet.name, details={"columns": ", ".join(columns[:_MOST_PLACES])}))
    if cells := _uncomputed(sheet, table):
        details = {"cells": str(len(cells)), "places": _listed([f"{letters(c)}{r}" for r, c in cells])}
        found.append(Observation("formulas_not_computed", sheet.name, cells[0][0], details=details))
    return found


def _uncomputed(sheet: Sheet, table: Table) -> list[tuple[int, int]]:
    """Return the cells that a row of data lacks because their formulas were never worked out; a total's are no loss."""
    asked = {*table.fields.values(), *(value.index for value in table.values)}
    cells = sorted(cell for cell in sheet.uncomputed if cell[0] > table.header_last and cell[1] in asked)
    if not cells:
        return []
    data = sheet.cells.filter(pl.col("row") > table.header_last)
    wide = max((column for _, column in cells), default=0)
    missing = [pl.lit("").alias(f"c{index}") for index in range(sheet.width, wide + 1)]
    rows_by_column: dict[int, list[int]] = {}
    for row, column in cells:
        rows_by_column.setdefault(column, []).append(row)
    filled = data.with_columns(missing).with_columns(
        pl.when(pl.col("row").is_in(rows))
        .then(pl.lit(f"{NUMBER}1.0"))
        .otherwise(pl.col(f"c{column}"))
        .alias(f"c{column}")
        for column, rows in rows_by_column.items()
    )
    beside = set(filled.filter(~classify(filled, table).are("data", "whole", "keyless"))["row"])
    return [cell for cell in cells if cell[0] not in beside]


def shown_first(
    records: pl.DataFrame, key: Sequence[str], sheet: Sheet, titles: str
) -> tuple[pl.DataFrame, list[Reject]]:
    """Return the records without hidden rows whose key a row that is shown has too, and their rejects."""
    is_hidden = pl.col("row").is_in(sorted(sheet.hidden_rows))
    if not sheet.hidden_rows or not records.height:
        return records, []
    shown = pl.when(~is_hidden).then(pl.col("row")).min().over(key)
    doubled = records.with_columns(shown.alias("_shown")).filter(is_hidden & pl.col("_shown").is_not_null())
    if not doubled.height:
        return records, []
    rejects = [
        Reject(sheet.name, row, titles, "", "hidden_doubled", {"first": str(first)})
        for row, first in doubled.select("row", "_shown").unique(maintain_order=True).rows()
    ]
    return records.filter(~(is_hidden & shown.is_not_null())), rejects


def letters(column: int) -> str:
    """Return what a spreadsheet calls a column, counted from 0: 27 is `AB`."""
    found, rest = "", column + 1
    while rest:
        rest, place = divmod(rest - 1, 26)
        found = chr(ord("A") + place) + found
    return found


def _runs(rows: Sequence[int]) -> str:
    """Return row numbers in words, those in a row joined: 3, 5-8."""
    return _listed([str(first) if first == last else f"{first}–{last}" for first, last in _joined(rows)])


def _joined(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    first = last = rows[0]
    for row in rows[1:]:
        if row > last + 1:
            yield first, last
            first = row
        last = row
    yield first, last


def _listed(places: Sequence[str]) -> str:
    return ", ".join(places[:_MOST_PLACES]) + (", …" if len(places) > _MOST_PLACES else "")
