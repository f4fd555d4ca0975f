"""Small lines side by side: each at its own level, so that what moves is seen in a small unit as in a large one."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil, floor
from statistics import median

import polars as pl

from dashboard.charts import Chart
from dashboard.render import marks
from dashboard.render.scenes import meanings, scales
from dashboard.render.scenes.scene import Axis, Dot, Dots, Item, Line, Panel, Rule, Scene, Stripe
from dashboard.render.scenes.time import HALF_MONTH, alone, end_of, groups_of, points_of, whole
from dashboard.words import text
from dashboard.words.text import _

LEAST = (0.8, 1.2)  # of its level each plot reaches from and to, so that what hardly moves is not drawn as a storm
MOST = 4.0  # times its level: where one goes further, the others would be flat; all then share one scale


def multiples(chart: Chart) -> Scene:
    """Decide a small line a facet with its name and last value, each at its own level (`level`, else its median); the scale is one:
    equal heights are equal percentages of it. Values that have no such level (below zero, or far beyond it) share one from zero."""
    x, y = chart.roles["x"], chart.roles["y"]
    days = scales.every(chart.data[x].to_list())
    when, places = marks.period_name(days), meanings.figures(chart, "y")
    dates = {"first": when(days[0]), "last": when(days[-1])}
    groups = [(name, whole(rows, x)) for name, rows in groups_of(chart.data, chart.roles["facet"])]
    levels = [_level(chart, rows) for _name, rows in groups]
    if (ends := _reach(levels, [_known(rows, y) for _name, rows in groups])) is not None:
        low, high = ends
        reach = {"low": text.number(low * 100, 0), "high": text.pct(high * 100, 0)}
        scale = _(
            "garis mendatar: {level}; tinggi {low}–{high} darinya, {first}–{last}", level=_name(chart), **reach, **dates
        )
        uprights = [Axis("value", low * (one or 0), high * (one or 1), is_shown=False) for one in levels]
    else:
        known = _known(chart.data, y) or [1.0]
        highest = marks.figure_text(max(known), chart.unit, places)
        scale = _("skala sama 0–{highest}, {first}–{last}", highest=highest, **dates)
        one = replace(scales.value(min(0.0, *known), max(known) * 1.12 or 1.0, chart.unit, most=3), is_ruled=False)
        uprights, levels = [one] * len(groups), [None] * len(groups)
    axis = scales.time(days, days[0].toordinal() - HALF_MONTH, days[-1].toordinal() + HALF_MONTH)
    panels = [
        _panel(chart, name, rows, places, level, upright)
        for (name, rows), level, upright in zip(groups, levels, uprights, strict=True)
    ]
    legend = meanings.legend(chart) + ((meanings.missing(),) if chart.data[y].null_count() else ())
    unit = f"{chart.unit} · {scale}"
    return Scene(chart.kind, chart.title, unit, chart.alt, axis, uprights[0], (), legend, panels=tuple(panels))


def _known(rows: pl.DataFrame, y: str) -> list[float]:
    return [float(value) for value in rows[y] if value is not None]


def _level(chart: Chart, rows: pl.DataFrame) -> float | None:
    """Return the level that is usual for a facet; None where nothing is known of it."""
    said = rows[chart.roles["level"]].drop_nulls() if "level" in chart.roles else ()
    known = _known(rows, chart.roles["y"])
    return float(said[-1]) if len(said) else median(known) if known else None


def _name(chart: Chart) -> str:
    return _("biasanya") if "level" in chart.roles else _("median")


def _reach(levels: Sequence[float | None], values: Sequence[Sequence[float]]) -> tuple[float, float] | None:
    """Return from where to where, in multiples of its own level, every facet is drawn; None where that would show nothing."""
    pairs = [(level, known) for level, known in zip(levels, values, strict=True) if level is not None and known]
    if not pairs or any(level <= 0 or min(known) < 0 or max(known) > MOST * level for level, known in pairs):
        return None
    low = min(LEAST[0], *(min(known) / level for level, known in pairs))
    high = max(LEAST[1], *(max(known) / level for level, known in pairs))
    return max(floor(low * 10 - 0.2) / 10, 0.0), ceil(high * 10 + 0.2) / 10  # whole tenths, with room for the line


def _panel(chart: Chart, name: str, rows: pl.DataFrame, places: int, level: float | None, upright: Axis) -> Panel:
    x, y = chart.roles["x"], chart.roles["y"]
    points = points_of(rows, x, y)
    kinds = rows[chart.roles["colour"]].drop_nulls().to_list()[-1:] if "colour" in chart.roles else []
    kind = kinds[0] if kinds and kinds[0] in meanings.SHAPES else None
    shade = kind or "ordinary"
    items: list[Item] = [
        Stripe("x", p - HALF_MONTH, p + HALF_MONTH, "missing", is_gap=True) for p, v in points if v is None
    ]
    items += [Rule("y", level, "missing", _name(chart), "reference")] if level is not None else []
    items += [Line("value", name, points, shade, 1.4), *alone(points, shade, name)]
    end = end_of(rows, x, y)
    figure = marks.figure_text(end[1] if end else None, chart.unit, places)
    url = next(filter(None, rows[chart.roles["link"]]), None) if "link" in chart.roles else None
    if end:
        dot = Dot(*end, shade, meanings.SHAPES.get(kind or "", "circle"), size=0.55 if kind else 0.35)
        items.append(Dots("unit", name, (dot,)))
    return Panel(name, figure, shade, tuple(items), upright, kind is not None, url)
