"""What a native chart of a slide is made of: series, their looks, the axis of figures, and the workbook that holds them.

The workbook holds names as text and figures as numbers; nothing in it is ever a formula or a link.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil, floor, log10
from typing import Any

from dashboard.render.slides.sheet import INK, clean
from dashboard.words import text

SHEET = "Data"


@dataclass(frozen=True)
class Label:
    """Words beside a point: `place` is r, l, t, b, ctr, inEnd, outEnd or inBase."""

    words: str
    place: str = "r"
    colour: str = INK.ink
    size: float = 11.0
    bold: bool = False


@dataclass(frozen=True)
class Mark:
    """A marker: its form (circle, triangle, diamond, square, dash), size in points, fill (None: pale) and line."""

    form: str
    size: int
    fill: str | None
    line: str


@dataclass(frozen=True)
class Series:
    """A row of figures and how they look: a line (None: none drawn), marks, fills, labels, error bars.

    `xs` and `names` belong to a scatter: where each point stands, and what it is called in the workbook.
    """

    name: str
    values: Sequence[float | None]
    line: str | None = None
    points: float = 2.25
    dash: str = "solid"
    mark: Mark | None = None
    fill: str | None = None
    edge: str | None = None
    edge_points: float = 1.25
    fills: Mapping[int, str] = field(default_factory=dict)
    labels: Mapping[int, Label] = field(default_factory=dict)
    xs: Sequence[float | None] = ()
    names: Sequence[str] = ()
    below: Sequence[float | None] = ()
    above: Sequence[float | None] = ()
    is_named: bool = True


@dataclass(frozen=True)
class Scale:
    """The axis of figures: its ends, the step of its ticks, how they are written; `base` where it is logarithmic."""

    low: float
    high: float
    step: float
    form: str
    base: float | None = None
    is_shown: bool = True
    is_ruled: bool = True
    title: str = ""


def scale(low: float, high: float, unit: str, *, most: int = 5, zero: bool = False) -> Scale:
    """Return round ends and steps around what is to be shown."""
    low, high = (min(low, 0.0), max(high, 0.0)) if zero else (low, high)
    reach = (high - low) or abs(high) or 1.0
    rough = reach / most
    size = 10.0 ** floor(log10(rough))
    step = next(s * size for s in (1, 2, 5, 10) if s * size >= rough * 0.999)
    fine = step / 5  # ticks are counted from the low end, which is round; the high one need not be
    ends = (floor(low / step + 1e-9) * step, ceil(high / fine - 1e-9) * fine)
    if ends[0] == ends[1]:
        ends = (ends[0], ends[0] + step)
    return Scale(
        round(ends[0], 9),
        round(ends[1], 9),
        step,
        form(unit, low, high, 0 if step >= 1 and step % 1 == 0 else 2 if step < 0.1 else 1),
    )


def form(unit: str, low: float, high: float, places: int) -> str:
    """Return how an axis writes its figures; thousands as the reader's language has them, whatever the machine's is."""
    percent = unit.strip().startswith("%")
    is_indonesian = text.language() == "id"
    sign = "" if not percent else '" %"' if is_indonesian else '"%"'
    if places:  # PowerPoint itself has the last word on the decimal comma: it takes the machine's
        return f"[$-{421 if is_indonesian else 409}]0.{'0' * places}{sign}"
    if percent:
        return f"0{sign}"
    if max(abs(low), abs(high)) < 1000:
        return "0"
    if low < 0:
        return "#,##0"  # a format with conditions would lose the sign
    mark = "." if is_indonesian else ","
    return f'[>=1000000]#"{mark}"000"{mark}"000;[>=1000]#"{mark}"000;0'


@dataclass(frozen=True)
class Placed:
    """Where a series stands in the workbook: the letters of its columns."""

    names: str
    x: str
    y: str
    plus: str
    minus: str


def placed(series: Sequence[Series], *, is_scatter: bool = False) -> list[Placed]:
    """Return the columns of each series: in a scatter its names and x come first, error bars come last."""
    found, at = [], 0 if is_scatter else 1
    for one in series:
        first = at + 2 if is_scatter else at
        found.append(Placed(*(_letters(n) for n in (first - 2, first - 1, first, first + 1, first + 2))))
        at = first + (3 if one.above else 1)
    return found


def _letters(position: int) -> str:
    """Return the letters of a column, 0 -> A."""
    if position < 0:
        return ""
    head, tail = divmod(position, 26)
    return (_letters(head - 1) if head else "") + chr(65 + tail)


def workbook(categories: Sequence[str] | None, series: Sequence[Series], created_at: datetime) -> bytes:
    """Return the workbook of a chart; without categories it is that of a scatter."""
    from xlsxwriter import Workbook  # noqa: PLC0415

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    book.set_properties({"created": created_at.replace(tzinfo=None)})
    sheet = book.add_worksheet(SHEET)

    def fill(column: str, head: str, values: Sequence[Any]) -> None:
        sheet.write_string(f"{column}1", clean(head))
        for row, value in enumerate(values, 2):
            if isinstance(value, str):
                sheet.write_string(f"{column}{row}", clean(value))
            elif value is not None:
                sheet.write_number(f"{column}{row}", value)

    if categories is not None:
        fill("A", "", categories)
    for one, at in zip(series, placed(series, is_scatter=categories is None), strict=True):
        if categories is None:
            fill(at.names, "", one.names)
            fill(at.x, "x", one.xs)
        fill(at.y, one.name, one.values)
        if one.above:
            fill(at.plus, "+", one.above)
            fill(at.minus, "−", one.below)
    book.close()
    return out.getvalue()
