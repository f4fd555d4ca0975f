"""The groups of a slice: asked for with their totals, put in order, and shown as a table whose cells lead to their rows."""

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
from dashboard.explore.words import figure_format, name_of
from dashboard.filters import Filters
from dashboard.snapshot import Column, Role, TableBlock
from dashboard.words.cells import MOST_ROWS
from dashboard.words.text import _, number
from queries.explore.slices import GRAINS, Condition, Slice, answer_sql, cells_sql, moved_by

MOST_COLUMNS = 60
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
        alone = db.ask(viewer, cells_sql(replace(slice_, row=None))) if slice_.row else cells
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


def table(asked: Asked, found: Found, chosen: Filters) -> TableBlock:
    """Return the table of the groups: rows by columns, or where figures are compared one line a group."""
    slice_ = asked.slice
    is_flat = slice_.column is None or slice_.compare is not None
    frame, columns, note = (_flat if is_flat else _pivot)(asked, found, chosen)
    notes = [note] if note else []
    if slice_.of.note[0]:
        notes.append(named(slice_.of.note))
    return TableBlock(
        "tabel",
        title(slice_),
        frame,
        columns,
        note=" ".join(notes) or None,
        empty=_("Tidak ada baris untuk pilihan ini. Hapus salah satu saringan, atau perpanjang periodenya."),
    )


def title(slice_: Slice) -> str:
    """Return what is counted, and by what."""
    names = [named(dimension.label).lower() for dimension in slice_.dimensions]
    if not names:
        return measure_name(slice_)
    if len(names) == 1:
        return _("{measure} menurut {dimension}", measure=measure_name(slice_), dimension=names[0])
    return _("{measure} menurut {row} dan {column}", measure=measure_name(slice_), row=names[0], column=names[1])


def _flat(asked: Asked, found: Found, chosen: Filters) -> tuple[pl.DataFrame, tuple[Column, ...], str]:
    """Return one line a group in the order of the page, the whole last."""
    slice_ = asked.slice
    form, digits = figure_format(slice_)
    names = [dimension.name for dimension in slice_.dimensions]
    url = linker(asked, chosen)
    lines = []
    for group in _lines(slice_, found):
        key = tuple(group[name] for name in names)
        labels = {f"d{i}": name_of(value, slice_) for i, value in enumerate(key)}
        is_known = group.get("row_count")
        lines.append(labels | _figures(group) | {"link": url(key) if is_known and len(lines) < MOST_ROWS else None})
    if names:
        lines.append({"d0": _whole_name(slice_)} | _figures(found.whole) | {"link": url(())})
    schema: dict[str, Any] = {f"d{i}": pl.String for i in range(len(names))}
    schema |= {"value": pl.Float64, "compared": pl.Float64, "change": pl.Float64, "change_pct": pl.Float64}
    schema |= {"row_count": pl.Int64, "link": pl.String}
    columns = [
        Column(f"d{i}", named(dimension.label), role=role_of(dimension.kind))
        for i, dimension in enumerate(slice_.dimensions)
    ]
    columns.append(Column("value", measure_name(slice_), form, digits, link="link"))
    if slice_.compare:
        columns.append(Column("compared", found.other[:1].upper() + found.other[1:], form, digits, role="derived"))
        columns.append(Column("change", _("Selisih"), "decimal" if form == "pct" else form, digits, role="derived"))
        if not slice_.what.is_points:
            columns.append(Column("change_pct", _("Perubahan"), "pct", role="derived"))
    columns.append(Column("row_count", _("Baris"), "int"))
    if not names:
        lines = [_figures(found.whole) | {"link": url(())}]
    kept = {c.name for c in columns} | {"link"}
    frame = pl.DataFrame(lines, schema={name: kind for name, kind in schema.items() if name in kept})
    return frame if found.whole["row_count"] or slice_.compare else frame.clear(), tuple(columns), ""


def _lines(slice_: Slice, found: Found) -> list[Row]:
    """Return the groups in order; a time in between without a row is there, and empty."""
    names = [dimension.name for dimension in slice_.dimensions]
    if not names:
        return []
    by_key = {tuple(row[name] for name in names): row for row in found.cells.iter_rows(named=True)}
    if len(names) == 1:
        order = [(value,) for value in found.row_order or found.column_order]
    else:
        order = [(row, column) for row in found.row_order for column in found.column_order if (row, column) in by_key]
    order += [key for key in by_key if key not in set(order)]
    return [by_key.get(key) or dict(zip(names, key, strict=True)) for key in order]


def _figures(group: Row) -> Row:
    return {name: group.get(name) for name in ("value", "compared", "change", "change_pct", "row_count")}


def _whole_name(slice_: Slice) -> str:
    return _("Jumlah") if slice_.what.is_additive and slice_.aggregation in ("usual", "sum") else _("Semua")


def role_of(kind: str) -> Role:
    """Return what the values of a dimension are to the rows of a table."""
    return "period" if kind == "time" else "name"


def _pivot(asked: Asked, found: Found, chosen: Filters) -> tuple[pl.DataFrame, tuple[Column, ...], str]:
    """Return rows by columns, worked out anew at the right and at the bottom."""
    slice_ = asked.slice
    form, digits = figure_format(slice_)
    row_name, column_name = (dimension.name for dimension in slice_.dimensions)
    across = found.column_order[:MOST_COLUMNS]
    url = linker(asked, chosen)
    cells = {(row[row_name], row[column_name]): row["value"] for row in found.cells.iter_rows(named=True)}
    lines = []
    for place, row in enumerate(found.row_order):
        is_linked = place < MOST_ROWS
        line = {"d0": name_of(row, slice_), "total": found.by_row[row]["value"] if row in found.by_row else None}
        line["total_link"] = url((row, ...)) if is_linked and row in found.by_row else None
        for i, column in enumerate(across):
            line[f"c{i}"] = cells.get((row, column))
            line[f"l{i}"] = url((row, column)) if is_linked and (row, column) in cells else None
        lines.append(line)
    last: Row = {"d0": _whole_name(slice_), "total": found.whole["value"], "total_link": url(())}
    for i, column in enumerate(across):
        last[f"c{i}"] = found.by_column[column]["value"] if column in found.by_column else None
        last[f"l{i}"] = url((..., column)) if column in found.by_column else None
    schema: dict[str, Any] = {"d0": pl.String}
    of_row = slice_.of.columns[row_name]
    columns = [Column("d0", named(of_row.label), role=role_of(of_row.kind))]
    for i, column in enumerate(across):
        schema |= {f"c{i}": pl.Float64, f"l{i}": pl.String}
        columns.append(Column(f"c{i}", name_of(column, slice_), form, digits, link=f"l{i}"))
    schema |= {"total": pl.Float64, "total_link": pl.String}
    columns.append(Column("total", _whole_name(slice_), form, digits, link="total_link"))
    note = ""
    if len(found.column_order) > MOST_COLUMNS:
        note = _(
            "{count} kolom; {most} yang pertama ditampilkan, semuanya ada di unduhan di bawah halaman ini.",
            count=number(len(found.column_order)),
            most=number(MOST_COLUMNS),
        )
    return pl.DataFrame([*lines, last] if lines else [], schema=schema), tuple(columns), note


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
