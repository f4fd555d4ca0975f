"""Units of unlike size against what their size alone makes likely, as Plotly traces."""

from math import log10
from typing import Any

import polars as pl

from dashboard import theme
from dashboard.charts import Chart
from dashboard.render import funnel_frame, marks
from dashboard.theme import Palette
from dashboard.words import text
from dashboard.words.text import _

Traces = list[dict[str, Any]]
SHAPES = {"good": "triangle-up", "bad": "triangle-down", "picked": "diamond"}
HOVER = "%{customdata}<extra></extra>"
LABEL_HEIGHT = 16


def funnel(chart: Chart, colours: Palette) -> tuple[Traces, dict[str, Any]]:
    """Draw limit curves, the overall line, a point a unit; those outside and the chosen one are shapes with their name."""
    size = chart.roles["size"]
    curves, points = funnel_frame.curves(chart), funnel_frame.points(chart)
    traces = _curves(chart, curves, colours) + _points(chart, points, colours)
    sizes = [*curves[size].to_list(), *points[size].to_list()] or [1.0]
    is_log = funnel_frame.is_logarithmic(sizes)
    low, high = funnel_frame.span(chart, curves, points)
    ends = [min(sizes), max(sizes)]
    room = (ends[1] - ends[0] or ends[1] or 1.0) * 0.04
    spread = [log10(ends[0]) - 0.05, log10(ends[1]) + 0.05] if is_log else [max(ends[0] - room, 0), ends[1] + room]
    axis = {"type": "log", "dtick": 1} if is_log else {"nticks": 5, "tickformat": ",.0f"}
    layout: dict[str, Any] = {
        "xaxis": axis | {"range": spread, "title": _axis_title(chart, colours), "showgrid": False},
        "yaxis": {"range": [low, high], "autorange": False, "nticks": 6},
        "height": 340,
        "margin": {"l": 8, "r": 56, "t": 16, "b": 8},
        "annotations": _curve_names(chart, curves, colours) + _names(chart, points, colours, spread, is_log, low, high),
    }
    return traces, layout


def _axis_title(chart: Chart, colours: Palette) -> dict[str, Any]:
    return {"text": chart.options["size_name"], "font": {"size": 12, "color": colours.muted}, "standoff": 4}


def _places(chart: Chart) -> int:
    values = chart.data.filter(pl.col(chart.roles["label"]).is_not_null())[chart.roles["value"]].to_list()
    return marks.digits(values, chart.unit, chart.options.get("digits"))


def _curves(chart: Chart, curves: pl.DataFrame, colours: Palette) -> Traces:
    """Return the overall line, solid, the limits of 95 % dotted and those of 99.8 % dashed."""
    looks = {
        "overall": {"color": colours.ink, "width": 1},
        "lower": {"color": colours.muted, "width": 1.5, "dash": "dot"},
        "upper": {"color": colours.muted, "width": 1.5, "dash": "dot"},
        "far_lower": {"color": colours.muted, "width": 1.5, "dash": "dash"},
        "far_upper": {"color": colours.muted, "width": 1.5, "dash": "dash"},
    }
    base = {"type": "scatter", "mode": "lines", "x": curves[chart.roles["size"]].to_list(), "hoverinfo": "skip"}
    return [
        base | {"y": curves[chart.roles[role]].to_list(), "line": look, "name": role}
        for role, look in looks.items()
        if curves[chart.roles[role]].null_count() < curves.height
    ]


def _points(chart: Chart, points: pl.DataFrame, colours: Palette) -> Traces:
    """Return a point a unit: grey, hollow where too small to be judged, a coloured shape where outside or chosen."""
    kinds = points[chart.roles["side"]].to_list()
    hollow = points[chart.roles["hollow"]].to_list() if "hollow" in chart.roles else [False] * points.height
    shades = [_shade(kind, colours) for kind in kinds]
    marker = {
        "symbol": [SHAPES.get(kind, "circle") for kind in kinds],
        "size": [13 if kind in SHAPES else 9 for kind in kinds],
        "color": [colours.background if h else shade for h, shade in zip(hollow, shades, strict=True)],
        "line": {"color": shades, "width": 1.5},
        "opacity": 1,
    }
    names, values = points[chart.roles["label"]].to_list(), points[chart.roles["value"]].to_list()
    own = points[chart.roles["text"]].to_list() if "text" in chart.roles else [None] * points.height
    words = [t or marks.figure_text(v, chart.unit, _places(chart)) for t, v in zip(own, values, strict=True)]
    hover = {"customdata": [f"{n}: {w}" for n, w in zip(names, words, strict=True)], "hovertemplate": HOVER}
    place = {"x": points[chart.roles["size"]].to_list(), "y": values}
    links = points[chart.roles["link"]].to_list() if "link" in chart.roles else []
    trace = {"type": "scatter", "mode": "markers", "marker": marker, "name": _("unit")}
    return [trace | place | hover | marks.leading(links)]


def _shade(kind: str | None, colours: Palette) -> str:
    """Return the colour of a point: better, worse, the one that the reader chose; grey for all others."""
    if kind == "picked":
        return colours.accent
    return theme.colour(kind, colours) if kind in SHAPES else colours.ordinary


def _curve_names(chart: Chart, curves: pl.DataFrame, colours: Palette) -> Traces:
    """Return the names of the lines in the right margin, where the curves end; parted where they lie close."""
    if curves.is_empty():
        return []
    last = curves.row(-1, named=True)
    overall = marks.figure_text(last[chart.roles["overall"]], chart.unit, _places(chart))
    shown = {"far_upper": text.pct(99.8), "upper": text.pct(95, 0), "overall": f"<b>{overall}</b>"}
    shown |= {"lower": text.pct(95, 0), "far_lower": text.pct(99.8)}
    notes, seen = [], set()
    for role, words in shown.items():
        at = last[chart.roles[role]]
        if at is None or (at, words) in seen or (role != "overall" and at in {y for y, _w in seen}):
            continue  # two limits that both end at 100 % are one line
        seen.add((at, words))
        place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 4, "y": at, "yanchor": "middle"}
        notes.append(marks.note(words, colours, **place, font={"size": 11, "color": colours.muted}))
    return notes


def _names(
    chart: Chart, points: pl.DataFrame, colours: Palette, spread: list[float], is_log: bool, low: float, high: float
) -> Traces:
    """Return the name of each unit outside beside its point, moved up where two would cover each other."""
    found = points.filter(pl.col(chart.roles["side"]).is_in(list(SHAPES))).sort(chart.roles["value"])
    links = found[chart.roles["link"]].to_list() if "link" in chart.roles else [None] * found.height
    scale, at = 270 / ((high - low) or 1.0), float("-inf")
    notes = []
    for row, link in zip(found.iter_rows(named=True), links, strict=True):
        x = log10(row[chart.roles["size"]]) if is_log else row[chart.roles["size"]]
        is_right = x > (spread[0] + spread[1]) / 2
        wanted = row[chart.roles["value"]] * scale
        at = max(wanted, at + LABEL_HEIGHT)
        ink = _shade(row[chart.roles["side"]], colours)
        words = marks.linked(marks.ticks([row[chart.roles["label"]]], 24)[0], link, ink)
        place = {"x": x, "y": row[chart.roles["value"]], "yanchor": "middle", "yshift": round(at - wanted)}
        place |= {"xanchor": "right", "xshift": -10} if is_right else {"xanchor": "left", "xshift": 10}
        notes.append(marks.over_lines(marks.note(words, colours, **place, font={"size": 12, "color": ink}), colours))
    return notes
