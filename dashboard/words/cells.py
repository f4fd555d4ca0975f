"""The values of a table as a reader sees them."""

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from dashboard.snapshot import Column
from dashboard.words import text

MOST_ROWS = 200  # of a table on a screen; files have them all

_FORMATS: dict[str, Callable[[Any, int], str]] = {
    "int": lambda value, _digits: text.number(value),
    "decimal": lambda value, digits: text.number(value, digits or 1),
    "amount": lambda value, digits: text.number(value, 0 if float(value).is_integer() else digits or 2),
    "pct": lambda value, digits: text.pct(value, digits or 1),
    "month": lambda value, _digits: text.month(value),
    "date": lambda value, _digits: text.date(value),
    "spark": lambda value, _digits: _bars(course(value)),
}
_HEIGHTS = "▁▂▃▄▅▆▇█"


def course(value: str) -> tuple[float | None, ...]:
    """Return the figures of a cell that holds a course: '91.1 - 87.4'."""
    return tuple(None if part == "-" else float(part) for part in value.split())


def _bars(values: Sequence[float | None]) -> str:
    """Return a course as a row of bars, for where nothing can be drawn; a gap where a figure is missing."""
    known = [value for value in values if value is not None]
    if not known:
        return text.MISSING
    low, span = min(known), (max(known) - min(known)) or 1
    top = len(_HEIGHTS) - 1
    return "".join(" " if v is None else _HEIGHTS[round((v - low) / span * top)] for v in values)


def cell(value: Any, column: Column) -> str:
    """Return a value as a reader sees it; null is an en dash."""
    if value is None:
        return text.MISSING
    write = _FORMATS.get(column.format)
    return write(value, column.digits) if write else str(value)


def filled(frame: pl.DataFrame, columns: Sequence[Column]) -> tuple[Column, ...]:
    """Return the columns that say anything, the first in any case: one without a value has no place on slides and paper.

    Nor has a course, whose bars their letters lack.
    """
    silent = {None, "", text.MISSING}

    def says(values: pl.Series) -> bool:
        if values.dtype == pl.String:
            return not set(values.unique().to_list()) <= silent
        return values.null_count() < len(values)

    return tuple(c for n, c in enumerate(columns) if n == 0 or (c.format != "spark" and says(frame[c.name])))
