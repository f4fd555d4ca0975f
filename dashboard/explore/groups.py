"""The groups of a slice: asked for with their totals, put in order, each with the address of its rows."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import quote

import polars as pl

from dashboard import db, filters
from dashboard.access import Viewer
from dashboard.explore import question
from dashboard.explore.question import Asked, named
from dashboard.explore.words import within
from dashboard.filters import Filters
from dashboard.words import text
from dashboard.words.text import _
from queries.explore.slices import GRAINS, Condition, Slice, answer_sql, moved_by
from queries.explore.tables import Column

Row = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Found:
    """`cells` has a row a group (dimensions, value, row_count, and what it is compared with); groups in `row_order`, `column_order`.

    `by_row` and `by_column` are the same measure worked out for a whole row or column, `whole` for everything; `other` is
    what the figures are compared with.
    """

    cells: pl.DataFrame
    by_row: dict[Any, Row]
    by_column: dict[Any, Row]
    whole: Row
    row_order: list[Any]
    column_order: list[Any]
    other: str = ""


def ask(asked: Asked, viewer: Viewer, chosen: Filters) -> Found:
    """Return the groups with their totals, none of which is a sum of groups; raises Refused."""
    slice_ = asked.slice
    cells = db.ask(viewer, answer_sql(slice_))
    whole = db.ask(viewer, answer_sql(replace(slice_, row=None, column=None))).row(0, named=True)
    by_row = by_column = {}
    if slice_.row:
        by_row = _keyed(
            db.ask(viewer, answer_sql(replace(slice_, column=None))) if slice_.column else cells, slice_.row
        )
    if slice_.column:
        alone = db.ask(viewer, answer_sql(replace(slice_, row=None))) if slice_.row else cells
        by_column = _keyed(alone, slice_.column)
    orders = _order(slice_, slice_.row, by_row), _order(slice_, slice_.column, by_column)
    return Found(cells, by_row, by_column, whole, *orders, other_name(slice_, viewer, chosen))


def other_name(slice_: Slice, viewer: Viewer, chosen: Filters) -> str:
    """Return what the figures are compared with: a time, a unit by its name, or all that the viewer may see."""
    if slice_.compare == "unit":
        return units(viewer, chosen).get(slice_.compare_unit or "", "")
    if slice_.compare == "district" and viewer.units is not None:
        return _("seluruh unit Anda")
    return question.comparison_name(slice_.compare) if slice_.compare else ""


def units(viewer: Viewer, chosen: Filters) -> dict[str, str]:
    """Return id -> name of the units that a figure can be compared with."""
    return filters.options("unit", viewer, replace(chosen, agency=None, area=None))


def measure_name(slice_: Slice) -> str:
    """Return what the figures are called."""
    name = named(slice_.what.label)
    return name if slice_.aggregation == "usual" else f"{name} ({question.aggregation_name(slice_.aggregation)})"


def dimension_name(slice_: Slice, dimension: Column) -> str:
    """Return what the groups of a dimension are called within a sentence: 'unit', 'triwulan'."""
    is_time = dimension.kind == "time"
    return question.grain_name(slice_.grain) if is_time else within(named(dimension.label))


def _keyed(frame: pl.DataFrame, name: str) -> dict[Any, Row]:
    return {row[name]: row for row in frame.iter_rows(named=True)}


def _order(slice_: Slice, name: str | None, groups: dict[Any, Row]) -> list[Any]:
    """Return the values of a dimension: times from the first to the last without a gap, categories by their figure."""
    if name is None:
        return []
    if slice_.of.columns[name].kind == "time":
        return _times(slice_, [value for value in groups if value is not None])
    return sorted(groups, key=lambda value: _rank(groups[value]["value"], value))


def _rank(figure: float | None, value: Any) -> tuple[bool, float, str]:
    return figure is None, -(figure or 0), str(value)


def _times(slice_: Slice, known: list[date]) -> list[date]:
    if not known:
        return []
    step, at, last = GRAINS[slice_.grain], min(known), max(known)
    if slice_.of.time == "month" and slice_.of.grain == slice_.grain == "month":  # visits: due in every month chosen
        at, last = min(at, slice_.period_from or at), max(last, slice_.period_to or last)
    found = []
    while at <= last:
        found.append(at)
        at = moved_by(at, step)
    return found


def title(slice_: Slice, *others: str) -> str:
    """Return what is counted, and by what; `others` are measures beside it."""
    measure = text.joined([measure_name(slice_), *others], _(" dan "))
    names = [dimension_name(slice_, dimension) for dimension in slice_.dimensions]
    if not names:
        return measure
    if len(names) == 1:
        return _("{measure} menurut {dimension}", measure=measure, dimension=names[0])
    return _("{measure} menurut {row} dan {column}", measure=measure, row=names[0], column=names[1])


def linker(asked: Asked, chosen: Filters) -> Callable[[tuple[Any, ...]], str]:
    """Return the function from the values of a group (`...`: any) to the relative URL of its rows; cheap, for many cells."""
    slice_ = asked.slice
    names = [dimension.name for dimension in slice_.dimensions]
    kept = {name: [c for c in slice_.conditions if c.column == name] for name in names}
    others = tuple(c for c in slice_.conditions if c.column not in names)
    bare = question.link(chosen, replace(asked, look="rows", part=1, slice=replace(slice_, conditions=())))
    first = quote(question.conditions_text(others))
    pieces: dict[tuple[str, Any], str] = {}

    def piece(name: str, value: Any) -> str:
        if (name, value) not in pieces:
            conditions = kept[name] if value is ... else [_only(slice_, name, value, kept[name])]
            pieces[name, value] = quote(question.conditions_text(conditions))
        return pieces[name, value]

    def url(key: tuple[Any, ...]) -> str:
        values = dict(zip(names, key, strict=False)) if key else {}
        parts = [first, *(piece(name, values.get(name, ...)) for name in names)]
        conditions = "%3B".join(part for part in parts if part)
        return f"{bare}&{question.CONDITIONS}={conditions}" if conditions else bare

    return url


def _only(slice_: Slice, name: str, value: Any, kept: list[Condition]) -> Condition:
    """Return the condition that holds for the rows of one group alone, of the times in it those that were chosen."""
    if isinstance(value, date):
        first, last = value.isoformat(), moved_by(value, GRAINS[slice_.grain] - 1).isoformat()
        for condition in kept:
            if condition.operator == "between":
                lower, upper = condition.values
                first, last = max(first, lower or first), min(last, upper or last)
        return Condition(name, "between", (first, last))
    return Condition(name, "in", ("" if value is None else str(value),))
