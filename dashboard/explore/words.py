"""How values of an analysis are named and written: categories in the reader's language, times by their grain, figures by their measure."""

from datetime import date
from typing import Any

import polars as pl

from dashboard import db
from dashboard.explore import question
from dashboard.explore.question import named
from dashboard.snapshot import Column, Follows, Format, Role
from dashboard.words import text
from dashboard.words.text import _
from queries.explore.slices import GRAINS, Condition, Slice, moved_by
from queries.explore.tables import Column as Declared
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


def within(label: str) -> str:
    """Return a label as it stands within a sentence: 'perangkat daerah', 'klaster ILP'; what is all capitals stays."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


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


def condition(condition: Condition, slice_: Slice) -> tuple[str, str]:
    """Return the column of a condition and what it asks of it: ('Layanan', 'adalah Gigi dan mulut')."""
    column = slice_.of.columns[condition.column]
    words = f"{question.operator_name(condition.operator)} {_values(column, condition, slice_)}".strip()
    return named(column.label), words


def _values(column: Declared, condition: Condition, slice_: Slice) -> str:
    """Return the values of a condition as a reader writes them; of many only the first."""
    values = condition.values
    if condition.operator == "between":
        bounds = [_bound(column, value) if value else "…" for value in values]
        return bounds[0] if bounds[0] == bounds[1] else " – ".join(bounds)
    if column.kind == "flag":
        return ", ".join(_("ya") if value == "true" else _("tidak") for value in values)
    names = [name_of(value or None, slice_) for value in values]
    return ", ".join(names[:3]) + (f" +{len(names) - 3}" if len(names) > 3 else "")


def _bound(column: Declared, value: str) -> str:
    if column.kind == "time":
        return text.month(date.fromisoformat(value))
    if column.kind != "number":
        return value
    figure = float(value.replace(",", "."))
    return text.number(figure, 0 if figure.is_integer() else 2)
