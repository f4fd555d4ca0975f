"""The table of a block on its sheet: real numbers, formulas for what follows from other columns, a row of totals."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from dashboard import theme
from dashboard.charts import Chart
from dashboard.render.workbook import formulas
from dashboard.render.workbook.formulas import Formula
from dashboard.render.workbook.sheet import LINE, Place, decimals, known, lines, pattern, width
from dashboard.snapshot import Column
from dashboard.words.cells import cell
from dashboard.words.text import _

_LEFT = frozenset({"text", "month", "date"})
_MEASURED = 100  # rows that the width of a column is taken from


@dataclass(frozen=True)
class Written:
    """Where a table ended: its last row (totals included) and the widths of its columns in characters."""

    last: int
    widths: tuple[float, ...]


def with_figures(frame: pl.DataFrame, columns: Sequence[Column]) -> tuple[Column, ...]:
    """Return the columns, after them the figures that one of them follows from where the page shows them as words."""
    names = {column.name for column in columns}
    more: list[Column] = []
    for follows in (column.follows for column in columns if column.follows):
        apart = [
            Column(name, label, "amount")
            for name, label in zip(follows.of, follows.labels, strict=False)
            if name not in names and name in frame.columns and frame[name].dtype.is_numeric()
        ]
        more += apart if len(apart) == len(follows.labels) else []
    return (*columns, *more)


def unreported(chart: Chart, columns: Sequence[Column]) -> frozenset[str]:
    """Return the columns of a table in which an empty cell means that nobody reported, as the chart says."""
    roles = {"value", "y"} | {role for role in chart.roles if role.startswith("part:")}
    shown = {chart.roles[role] for role in roles & set(chart.roles)} - {chart.roles.get("x")}
    return frozenset(shown & {c.name for c in columns}) if "forecast" not in chart.roles else frozenset()


def additive(frame: pl.DataFrame, columns: Sequence[Column]) -> frozenset[str]:
    """Return the columns that get a total: those that may be added up, where there is more than one row."""
    sums = {c.name for c in columns[1:] if c.is_additive and frame[c.name].dtype.is_numeric()}
    return frozenset(sums) if frame.height > 1 else frozenset()


def write(place: Place, frame: pl.DataFrame, columns: Sequence[Column], chart: Chart | None) -> Written:
    """Write the table with its head in the row `place.top`, ready to be filtered, and return where it ended."""
    from xlsxwriter.utility import xl_rowcol_to_cell  # noqa: PLC0415

    book, sheet, top, muted = place.book, place.sheet, place.top, theme.LIGHT.muted
    silent = unreported(chart, columns) if chart else frozenset()
    at = {column.name: n for n, column in enumerate(columns)}
    values = {column.name: [known(v) for v in frame[column.name].to_list()] for column in columns}
    sums = additive(frame, columns)
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
        _as_table(place, columns, last)
    for column in columns:
        for row, formula, value in _explained(column, values):
            parts = column.follows.of if column.follows else ()
            cells = [xl_rowcol_to_cell(top + 1 + row, at[part]) for part in parts]
            total = ":".join(xl_rowcol_to_cell(r, at[parts[0]], row_abs=True, col_abs=True) for r in (top + 1, last))
            look = book.look(num_format=pattern(column, value))
            sheet.write_formula(top + 1 + row, at[column.name], formula.text.format(*cells, total=total), look, value)
    if sums:
        last += 1
        _totals(place, columns, values, sums, last)
    return Written(last, tuple(widths))


def _as_table(place: Place, columns: Sequence[Column], last: int) -> None:
    """Make the rows a table of the office, which is called as its sheet is, and so is the range of its cells."""
    from xlsxwriter.utility import quote_sheetname, xl_range_abs  # noqa: PLC0415

    head = {"bold": True, "text_wrap": True, "bg_color": theme.LIGHT.surface, "bottom": 1}
    labels: list[str] = []
    for column in columns:  # a table wants them different
        label, n = column.label or "–", 2
        while label.lower() in {other.lower() for other in labels}:
            label, n = f"{column.label} ({n})", n + 1
        labels.append(label)
    looks = [place.book.look(**head, **({"align": "right"} if c.format not in _LEFT else {})) for c in columns]
    heads = [{"header": label, "header_format": look} for label, look in zip(labels, looks, strict=True)]
    name = re.sub(r"\W+", "_", place.name)
    place.sheet.add_table(
        place.top, 0, last, len(columns) - 1, {"name": f"T_{name}", "columns": heads, "style": None}
    )  # fmt: skip
    cells = xl_range_abs(place.top, 0, last, len(columns) - 1)
    place.book.file.define_name(f"R_{name}", f"={quote_sheetname(place.name)}!{cells}")


def _explained(column: Column, values: dict[str, list[Any]]) -> Iterator[tuple[int, Formula, float]]:
    """Return the cells of a column that its formula explains: row, formula, figure; elsewhere the figure alone is written."""
    if column.follows is None or not set(column.follows.of) <= set(values):
        return
    total = sum(v for v in values[column.follows.of[0]] if isinstance(v, (int, float)))
    for row, given in enumerate(values[column.name]):
        parts = [values[part][row] for part in column.follows.of]
        if not all(isinstance(v, (int, float)) for v in (given, *parts)):
            continue
        formula = formulas.explaining(column.follows.formula, parts, total, given)
        if formula is not None:
            yield row, formula, given


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
