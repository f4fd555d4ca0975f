"""The table of a block on its sheet: real numbers, formulas for what follows from other columns, a row of totals."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import isclose
from typing import Any

import polars as pl

from dashboard import theme
from dashboard.charts import Chart
from dashboard.render.table import cell
from dashboard.render.workbook.sheet import LINE, Place, decimals, known, lines, pattern, width
from dashboard.snapshot import Column
from dashboard.words.text import _

# Counts of which each row holds its own share: they may be added up. A name that is not here is never summed.
ADDITIVE = frozenset(
    {
        "patients", "new_count", "returning_count", "not_broken_down", "like_patients", "like_patients_last_year",
        "expected", "received", "on_time", "late", "missing", "corrected", "people", "below", "comparable", "above",
        "unranked", "must", "should", "sound", "unregistered", "rows_read", "rows_accepted", "rejects",
    }
)  # fmt: skip
_LEFT = frozenset({"text", "month", "date"})
_MEASURED = 100  # rows that the width of a column is taken from


@dataclass(frozen=True)
class Rule:
    """How a column follows from others; it is written as a formula only in the cells where it gives their figure."""

    result: str
    parts: tuple[str, ...]
    formula: str
    value: Callable[..., float]


# The last argument of `value` is the sum of the first part over all rows, {total} its formula.
RULES = (
    Rule("attainment_pct", ("value_ytd", "target_ytd"), "={0}/{1}*100", lambda r, t, _all: r / t * 100),
    Rule("attainment_pct", ("value_ytd", "target_ytd"), "=(2*{1}-{0})/{1}*100", lambda r, t, _all: (2 * t - r) / t * 100),
    Rule("attainment_pct", ("value_ytd", "target_ytd"), "={1}/{0}*100", lambda r, t, _all: t / r * 100),
    Rule("share_pct", ("patients",), "={0}/SUM({total})*100", lambda n, total: n / total * 100),
    Rule(
        "change_pct", ("like_patients", "like_patients_last_year"), "=({0}/{1}-1)*100",
        lambda now, then, _all: (now / then - 1) * 100,
    ),
    Rule(
        "change_pct", ("patients", "patients_last_year"), "=({0}/{1}-1)*100",
        lambda now, then, _all: (now / then - 1) * 100,
    ),
    Rule("completeness_pct", ("received", "expected"), "={0}/{1}*100", lambda n, of, _all: n / of * 100),
    Rule("completeness_pct", ("missing", "expected"), "=({1}-{0})/{1}*100", lambda n, of, _all: (of - n) / of * 100),
    Rule("timeliness_pct", ("on_time", "expected"), "={0}/{1}*100", lambda n, of, _all: n / of * 100),
)  # fmt: skip


@dataclass(frozen=True)
class Written:
    """Where a table ended: its last row (totals included) and the widths of its columns in characters."""

    last: int
    widths: tuple[float, ...]


def with_figures(frame: pl.DataFrame, columns: Sequence[Column]) -> tuple[Column, ...]:
    """Return the columns, after them the figures that an attainment follows from where the page shows them as words."""
    names = {column.name for column in columns}
    if "attainment_pct" not in names:
        return tuple(columns)
    labels = {"value_ytd": _("Realisasi (angka)"), "target_ytd": _("Target (angka)")}
    more = [
        Column(name, label, "amount")
        for name, label in labels.items()
        if name not in names and name in frame.columns and frame[name].dtype.is_numeric()
    ]
    return (*columns, *more) if len(more) == len(labels) else tuple(columns)


def unreported(chart: Chart, columns: Sequence[Column]) -> frozenset[str]:
    """Return the columns of a table in which an empty cell means that nobody reported, as the chart says."""
    roles = {"value", "y"} | {role for role in chart.roles if role.startswith("part:")}
    shown = {chart.roles[role] for role in roles & set(chart.roles)} - {chart.roles.get("x")}
    return frozenset(shown & {c.name for c in columns}) if "forecast" not in chart.roles else frozenset()


def additive(frame: pl.DataFrame, columns: Sequence[Column], chart: Chart | None) -> frozenset[str]:
    """Return the columns that may be added up: counts known as such, parts of a stacked chart, steps of a waterfall."""
    names = {c.name for c in columns if c.format == "int" and c.name in ADDITIVE}
    if chart is not None and not chart.unit.strip().startswith("%"):
        if chart.kind == "stacked":
            names |= {column for role, column in chart.roles.items() if role.startswith("part:")}
        elif chart.kind == "waterfall":
            names.add(chart.roles["value"])
    shown = {c.name for c in columns[1:] if frame[c.name].dtype.is_numeric()}
    return frozenset(names & shown) if frame.height > 1 else frozenset()


def write(place: Place, frame: pl.DataFrame, columns: Sequence[Column], chart: Chart | None) -> Written:
    """Write the table with its head in the row `place.top`, ready to be filtered, and return where it ended."""
    from xlsxwriter.utility import xl_rowcol_to_cell  # noqa: PLC0415

    book, sheet, top, muted = place.book, place.sheet, place.top, theme.LIGHT.muted
    silent = unreported(chart, columns) if chart else frozenset()
    at = {column.name: n for n, column in enumerate(columns)}
    values = {column.name: [known(v) for v in frame[column.name].to_list()] for column in columns}
    sums = additive(frame, columns, chart)
    widths = [_width(column, values[column.name]) for column in columns]
    heads = max((lines(c.label, w - 3, 12) for c, w in zip(columns, widths, strict=True)), default=1)
    sheet.set_row(top, LINE * heads + 4)
    is_right = [column.format not in _LEFT for column in columns]
    for n, column in enumerate(columns):
        apart = (
            {"align": "left", "indent": 1} if n and is_right[n - 1] and not is_right[n] else {}
        )  # words after a figure
        right = {"align": "right"} if is_right[n] else apart
        head = {"bold": True, "text_wrap": True, "bg_color": theme.LIGHT.surface, "bottom": 1}
        book.write(sheet, top, n, column.label, **head, **right)
        looked = apart | ({"text_wrap": True} if widths[n] >= 40 else {})
        for row, value in enumerate(values[column.name], top + 1):
            if value is None and column.name in silent:
                book.write(sheet, row, n, _("belum melapor"), italic=True, font_color=muted, align="right")
            elif isinstance(value, date):
                book.write(sheet, row, n, value, num_format=pattern(column), **{"align": "left"} | apart)
            elif isinstance(value, str):
                book.write(sheet, row, n, value, **looked)
            else:
                book.write(sheet, row, n, value, num_format=pattern(column, value))
        sheet.set_column(n, n, widths[n])
    prose = [n for n, wide in enumerate(widths) if wide >= 40 and columns[n].format == "text"]
    for row in range(frame.height) if prose else ():
        book.grow(sheet, top + 1 + row, ((values[columns[n].name][row], widths[n]) for n in prose))
    last = top + frame.height
    if frame.height:
        sheet.autofilter(top, 0, last, len(columns) - 1)
    for row, rule, value in _explained(values):
        cells = [xl_rowcol_to_cell(top + 1 + row, at[part]) for part in rule.parts]
        first = at[rule.parts[0]]
        total = ":".join(xl_rowcol_to_cell(r, first, row_abs=True, col_abs=True) for r in (top + 1, last))
        look = book.look(num_format=pattern(columns[at[rule.result]], value))
        sheet.write_formula(top + 1 + row, at[rule.result], rule.formula.format(*cells, total=total), look, value)
    if sums:
        last += 1
        _totals(place, columns, values, sums, last)
    return Written(last, tuple(widths))


def _explained(values: dict[str, list[Any]]) -> Iterator[tuple[int, Rule, float]]:
    """Return the cells that a rule explains: row, rule, figure."""
    done: set[tuple[int, str]] = set()
    for rule in RULES:
        if not {rule.result, *rule.parts} <= set(values):
            continue
        total = sum(v for v in values[rule.parts[0]] if isinstance(v, (int, float)))
        for row, given in enumerate(values[rule.result]):
            parts = [values[part][row] for part in rule.parts]
            if (row, rule.result) in done or not all(isinstance(v, (int, float)) for v in (given, *parts)):
                continue
            try:
                follows = isclose(rule.value(*parts, total), given, rel_tol=1e-9, abs_tol=1e-9)
            except ZeroDivisionError:
                continue
            if follows:
                done.add((row, rule.result))
                yield row, rule, given


def _totals(
    place: Place, columns: Sequence[Column], values: dict[str, list[Any]], sums: frozenset[str], row: int
) -> None:
    """Write the totals under the table: of the rows that the filter leaves."""
    from xlsxwriter.utility import xl_range  # noqa: PLC0415

    is_partial = any(None in values[name] for name in sums)
    for n, column in enumerate(columns):
        look = {"bold": True, "top": 1}
        if n == 0:
            words = _("Jumlah yang dilaporkan") if is_partial else _("Jumlah")
            place.book.write(place.sheet, row, n, words, **look)
        elif column.name in sums:
            total = sum(v for v in values[column.name] if v is not None)
            number = pattern(column) if column.format == "int" else pattern(column, total)
            cells = xl_range(place.top + 1, n, row - 1, n)
            shown = place.book.look(num_format=number, **look)
            place.sheet.write_formula(row, n, f"=SUBTOTAL(109,{cells})", shown, total)
        else:
            place.book.write(place.sheet, row, n, None, **look)


def _width(column: Column, values: Sequence[Any]) -> float:
    shown = [cell(v, column) if not isinstance(v, str) else v for v in values[:_MEASURED] if v is not None]
    return width(column.label, shown or [decimals(0)])
