"""The table of an answer: groups down, periods across, beside each figure the one it is compared with and the change.

No total is a sum of cells: each is the measure worked out for the whole row, column or table.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from math import isclose
from typing import Any

import polars as pl

from dashboard.access import Viewer
from dashboard.explore.complete import Complete, of
from dashboard.explore.groups import Found, ask, dimension_name, linker, measure_name, title
from dashboard.explore.question import Asked, named, sorted_by
from dashboard.explore.words import figure_format, name_of
from dashboard.filters import Filters
from dashboard.snapshot import IS_TOTAL, Column, Role, TableBlock, mark_of
from dashboard.words import text
from dashboard.words.cells import MOST_ROWS
from dashboard.words.text import _, number
from queries.explore.slices import Slice, compared, moved_by
from queries.explore.tables import Column as Dimension

MOST_COLUMNS = 60
FIGURES = ("value", "compared", "change", "change_pct")
Line = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Side:
    """A measure with its answer: `number` is empty for the first and 2 for the second one, `cells` are those of `found` by key.

    `here` and `there` say how complete the figures are, and those that they are compared with.
    """

    asked: Asked
    found: Found
    here: Complete
    there: Complete
    number: str
    cells: dict[tuple[Any, ...], Line]

    @property
    def slice(self) -> Slice:
        """Return the question of this measure."""
        return self.asked.slice

    def figures(self, row: Any, column: Any) -> Line:
        """Return the figures of a group; `...` stands for all rows, or all columns."""
        if row is ... and column is ...:
            return self.found.whole
        if column is ...:
            return (self.found.by_row or self.found.by_column).get(row) or {}
        if row is ...:
            return self.found.by_column.get(column) or {}
        return self.cells.get((row, column)) or {}


def side(asked: Asked, viewer: Viewer, chosen: Filters, number: str = "") -> Side:
    """Ask for a measure, its totals and how complete they are; raises Refused."""
    slice_ = asked.slice
    found = ask(asked, viewer, chosen)
    other = compared(slice_)
    there = of(other[0], viewer, other[1]) if other else Complete({})
    names = [dimension.name for dimension in slice_.dimensions]
    cells = {tuple(line[name] for name in names): line for line in found.cells.iter_rows(named=True)}
    return Side(asked, found, of(slice_, viewer), there, number, cells)


def table(sides: tuple[Side, ...], chosen: Filters, *notes: str | None) -> TableBlock:
    """Return the table of one measure or of two."""
    first = sides[0]
    slice_ = first.slice
    is_pivot = bool(slice_.row and slice_.column)
    down = _merged(slice_, [side.found.row_order or side.found.column_order for side in sides])
    across = _merged(slice_, [side.found.column_order for side in sides]) if is_pivot else []
    groups = [*across[:MOST_COLUMNS], ...]
    columns = _columns(sides, groups, is_pivot=is_pivot)
    lines = [{"key": key, "d0": name_of(key, slice_)} for key in down] + [{"key": ..., "d0": whole_name(sides)}]
    for line in lines:
        for column in groups:
            for side in sides:
                line.update(_cells(side, line["key"], column))
    rows = _sorted(lines[:-1], first, {c.name for c in columns})
    _link(sides, [*rows[:MOST_ROWS], lines[-1]], groups, chosen)
    frame = _frame([*rows, lines[-1]], columns)
    is_empty = not any(side.found.whole["row_count"] or side.slice.compare for side in sides)
    is_alike = any(line.get(mark_of(c.name)) for line in lines for c in columns if c.name.startswith("change"))
    more = len(across) - MOST_COLUMNS
    too_many = _(
        "{count} kolom; {most} yang pertama ditampilkan, semuanya ada di unduhan di bawah halaman ini.",
        count=number(len(across)), most=number(MOST_COLUMNS),
    ) if more > 0 else None  # fmt: skip
    return TableBlock(
        "tabel",
        title(slice_, *(measure_name(side.slice) for side in sides[1:])),
        frame.clear() if is_empty else frame,
        tuple(columns),
        note=" ".join(words for words in (too_many, *_partial(sides, is_alike=is_alike), *notes) if words) or None,
        empty=_("Tidak ada baris untuk pilihan ini. Hapus salah satu saringan, atau perpanjang periodenya."),
    )


def whole_name(sides: Iterable[Side]) -> str:
    """Return what all groups together are called: a sum where each measure adds up."""
    is_sum = all(s.slice.what.is_additive and s.slice.aggregation in ("usual", "sum") for s in sides)
    return _("Jumlah") if is_sum else _("Semua")


def role_of(kind: str) -> Role:
    """Return what the values of a dimension are to the rows of a table."""
    return "period" if kind == "time" else "name"


def _merged(slice_: Slice, orders: list[list[Any]]) -> list[Any]:
    """Return the groups of all measures: times in their order, categories in that of the first, then what others have."""
    found = list(dict.fromkeys(value for order in orders for value in order))
    is_time = len(orders) > 1 and all(isinstance(value, date) for value in found)
    return sorted(found) if is_time else found


def _suffix(column: Any) -> str:
    return "" if column is ... else f":{'' if column is None else column}"


def _cells(side: Side, row: Any, column: Any) -> Line:
    """Return the figures of a cell under the names of their columns, and what there is to say of each."""
    figures = side.figures(row, column)
    is_swapped = side.slice.row is None  # the groups of a column alone stand in rows
    key = (..., row) if is_swapped else (row, column)
    here, there = side.here.words(*key), side.there.words(*key) if side.slice.compare else None
    names = {figure: f"{figure}{side.number}{_suffix(column)}" for figure in FIGURES}
    line: Line = {names[figure]: figures.get(figure) for figure in FIGURES}
    line |= {mark_of(names["value"]): here, mark_of(names["compared"]): there}
    value, then, change = (figures.get(figure) for figure in FIGURES[:3])
    is_known = value is not None and then is not None and change is not None
    is_plain = not is_known or isclose(value - then, change, rel_tol=1e-9, abs_tol=1e-9)
    changed = None if is_plain else _("dari unit dan bulan yang melapor pada keduanya")
    line |= {mark_of(names[figure]): changed if line[names[figure]] is not None else None for figure in FIGURES[2:]}
    if column is ... and not side.number:
        line["row_count"] = figures.get("row_count")
    return line


def _columns(sides: tuple[Side, ...], groups: list[Any], *, is_pivot: bool) -> list[Column]:
    dimension = next(iter(sides[0].slice.dimensions), None)
    columns = [Column("d0", _head(sides[0].slice, dimension), role=role_of(dimension.kind))] if dimension else []
    for group in groups:
        for side in sides:
            columns += _figures(side, group, is_alone=len(sides) == 1, is_pivot=is_pivot)
    return columns if is_pivot else [*columns, Column("row_count", _("Baris"), "int")]


def _head(slice_: Slice, dimension: Dimension) -> str:
    """Return what stands over the groups of a dimension: 'Unit', 'Triwulan'."""
    name = dimension_name(slice_, dimension)
    return name[:1].upper() + name[1:] if dimension.kind == "time" else named(dimension.label)


def _figures(side: Side, group: Any, *, is_alone: bool, is_pivot: bool) -> list[Column]:
    """Return the columns of one measure in one group: figure, what it is compared with, and the change."""
    slice_, end = side.slice, f"{side.number}{_suffix(group)}"
    form, digits = figure_format(slice_)
    measure = measure_name(slice_)
    if is_pivot:
        period = whole_name([side]) if group is ... else name_of(group, slice_)
        now = period if is_alone else f"{period} · {measure}"
        then = _other(side, group, period) if is_alone else f"{_other(side, group, period)} · {measure}"
        whole = period if group is ... else name_of(group, replace(slice_, period_from=None, period_to=None))
        changed = _("Perubahan {name}", name=whole if is_alone else f"{whole} · {measure}")
    else:
        other = side.found.other[:1].upper() + side.found.other[1:]
        now, then = measure, other if is_alone else f"{other} · {measure}"
        changed = _("Perubahan") if is_alone else _("Perubahan {name}", name=measure)
    columns = [Column(f"value{end}", now, form, digits, link=f"link{end}")]
    if not slice_.compare:
        return columns
    columns.append(Column(f"compared{end}", then, form, digits, role="derived"))
    is_points = slice_.what.is_points
    if is_points or not is_pivot:
        apart = changed if is_pivot else _("Selisih") if is_alone else _("Selisih {name}", name=measure)
        columns.append(Column(f"change{end}", apart, "decimal" if form == "pct" else form, digits, role="derived"))
    if not is_points:
        columns.append(Column(f"change_pct{end}", changed, "pct", role="derived"))
    return columns


def _other(side: Side, group: Any, period: str) -> str:
    """Return what a figure of the pivot is compared with: its own period then, or the same one elsewhere."""
    other = compared(side.slice)
    if other is None or not other[1]:
        return f"{period}, {side.found.other}"
    before, months = other
    if group is ...:
        return text.period(before.period_from, before.period_to)
    return name_of(moved_by(group, -months), before) if isinstance(group, date) else f"{period}, {side.found.other}"


def _sorted(lines: list[Line], first: Side, known: set[str]) -> list[Line]:
    """Return the rows as the address sorts them; those without a figure come last."""
    name, is_down = sorted_by(first.asked.sort)
    if name not in known:
        return lines
    is_time = bool(lines) and isinstance(lines[0]["key"], date)
    key: Callable[[Line], Any] = lambda line: line[name]  # noqa: E731
    if name == "d0":
        key = lambda line: line["key"] if is_time else line["d0"].casefold()  # noqa: E731
    having = sorted((line for line in lines if line[name] is not None), key=key, reverse=is_down)
    return having + [line for line in lines if line[name] is None]


def _link(sides: tuple[Side, ...], lines: list[Line], groups: list[Any], chosen: Filters) -> None:
    """Give each figure that has rows the address of these."""
    for side in sides:
        url = linker(side.asked, chosen)
        for line in lines:
            for group in groups:
                if side.figures(line["key"], group).get("row_count"):
                    key = (line["key"], group) if side.slice.row and side.slice.column else (line["key"],)
                    line[f"link{side.number}{_suffix(group)}"] = url(key if side.slice.dimensions else ())


def _frame(lines: list[Line], columns: list[Column]) -> pl.DataFrame:
    schema: dict[str, Any] = {}
    for column in columns:
        is_number = column.format != "text"
        schema[column.name] = pl.Int64 if column.name == "row_count" else pl.Float64 if is_number else pl.String
        if column.link:
            schema[column.link] = pl.String
        if is_number and any(line.get(mark_of(column.name)) for line in lines):
            schema[mark_of(column.name)] = pl.String
    rows = [{name: line.get(name) for name in schema} | {IS_TOTAL: line["key"] is ...} for line in lines]
    frame = pl.DataFrame(rows, schema=schema | {IS_TOTAL: pl.Boolean})
    whole = [c.name for c in columns if c.format == "int" and (frame[c.name].drop_nulls() % 1 == 0).all()]
    return frame.with_columns(pl.col(whole).cast(pl.Int64))


def _partial(sides: tuple[Side, ...], *, is_alike: bool) -> list[str]:
    """Return what is not whole: reports that are missing; whether a change is of what both have alone."""
    notes = []
    told: set[tuple[str, ...]] = set()
    for side in sides:
        for complete in (side.here, side.there) if side.slice.compare else (side.here,):
            if complete.names and complete.names not in told:
                told.add(complete.names)
                missing, due = complete.counts[..., ...]
                notes.append(
                    _(
                        "* Belum lengkap: {received} dari {due} laporan masuk; belum melapor: {names}.",
                        received=number(due - missing), due=number(due), names=text.some(complete.names),
                    )
                )  # fmt: skip
    if is_alike:
        notes.append(_("* Perubahan dihitung dari unit dan bulan yang melapor pada keduanya."))
    return list(dict.fromkeys(notes))
