"""How values of an analysis are named and written: categories in the reader's language, times by their grain, figures by their measure."""

from datetime import date
from typing import Any

import polars as pl

from dashboard import db
from dashboard.explore.question import named
from dashboard.snapshot import Column, Follows, Format, Role
from dashboard.words import text
from dashboard.words.text import _
from queries.explore.slices import GRAINS, Slice, moved_by
from queries.explore.tables import Table

_ROLES: dict[str, Role] = {"category": "name", "text": "name", "key": "id", "origin": "origin"}


def name_of(value: Any, slice_: Slice) -> str:
    """Return a dimension's value as a reader knows it."""
    if value is None:
        return _("(kosong)")
    if isinstance(value, date):
        span = text.span(value, GRAINS[slice_.grain])
        months = part_of(value, slice_)
        return _("{span} (hanya {months})", span=span, months=text.period(*months)) if months else span
    return _english(str(value))


def part_of(start: date, slice_: Slice) -> tuple[date, date] | None:
    """Return the months of a quarter, half-year or year that were chosen, where that is not all of it; None where it is.

    Only of tables by month: a report on a quarter says nothing of its months.
    """
    if "period_months" in slice_.of.columns:
        return None
    end = moved_by(start, GRAINS[slice_.grain] - 1)
    first, last = max(start, slice_.period_from or start), min(end, slice_.period_to or end)
    return None if (first, last) == (start, end) else (first, last)


def seen(texts: pl.Series) -> pl.Series:
    """Return categories in the reader's language; missing ones stay missing."""
    return pl.Series(texts.name, [None if t is None else _english(t) for t in texts], dtype=pl.String)


def _english(name: str) -> str:
    return name if text.language() == "id" else db.english_names().get(name, name)


def figure_format(slice_: Slice) -> tuple[Format, int]:
    """Return how the figures of a slice are written, and with how many decimals."""
    measure = slice_.what
    if slice_.aggregation in ("mean", "median") and measure.format == "int":
        return "decimal", 1
    return measure.format, measure.digits


def bare(value: float | None, slice_: Slice) -> str:
    """Return a figure as text, without its unit."""
    form, digits = figure_format(slice_)
    if form == "pct":
        return text.pct(value, digits)
    if form == "amount" and value is not None:
        digits = 0 if float(value).is_integer() else 2
    return text.number(value, digits)


def shape(of: Table, name: str, dtype: pl.DataType) -> Column:
    """Return how a column of the table itself is shown, and what it is to its row."""
    kind, label = of.columns[name].kind, named(of.columns[name].label)
    if kind == "time":
        return Column(name, label, "month", role="period")
    if dtype == pl.Date:
        return Column(name, label, "date")
    if kind == "number":
        is_additive = any(m.column == name and m.is_additive for m in of.measures.values())
        formula, *others = of.follows.get(name, ("",))
        follows = Follows(formula, tuple(others)) if formula else None
        form: Format = "amount" if dtype.is_float() else "int"
        return Column(name, label, form, is_additive=is_additive, follows=follows)
    return Column(name, label, role=_ROLES.get(kind, "value"))


def origin_columns(slice_: Slice) -> tuple[str, ...]:
    """Return the columns that say which file a row came from."""
    return tuple(column.name for column in slice_.of.of_kind("origin"))
