"""Rows compared with each other as Plotly traces: bars, dots with intervals, bullets, a waterfall."""

from html import escape
from typing import Any

from dashboard import theme
from dashboard.charts import Chart
from dashboard.render import marks
from dashboard.theme import Palette
from dashboard.words.text import _

Traces = list[dict[str, Any]]
Parts = tuple[Traces, dict[str, Any]]
ROW_HEIGHT = 28
TWO_LINES = 38
OVER_THE_PLOT = 36  # px a row whose name and figures stand over its mark
BESIDE = 240  # px that names and figures may take beside a plot: a phone has some 360
NAME_WIDTH, FIGURE_WIDTH = 7, 6.5  # px a letter
HOVER = "%{customdata}<extra></extra>"


def _column(chart: Chart, role: str) -> list[Any]:
    """Return the values of a role, or nulls where the chart has none."""
    return chart.data[chart.roles[role]].to_list() if role in chart.roles else [None] * chart.data.height


def _known(*columns: list[Any]) -> list[float]:
    return [v for column in columns for v in column if v is not None]


def _words(chart: Chart, places: int) -> list[str]:
    """Return the figure of each row as it is written beside its mark."""
    own = _column(chart, "text")
    values = _column(chart, "value")
    return [t if t is not None else marks.figure_text(v, chart.unit, places) for v, t in zip(values, own, strict=True)]


def _hover(chart: Chart, words: list[str]) -> dict[str, Any]:
    pairs = zip(_column(chart, "label"), words, strict=True)
    return {"customdata": [f"{label}: {word}" for label, word in pairs], "hovertemplate": HOVER}


def _rows_axis(labels: list[Any], links: list[Any], colours: Palette) -> dict[str, Any]:
    """Return the y axis: row 0 at the top, labels shortened, linked where there are links."""
    shown = [marks.linked(t, url, colours.ink) for t, url in zip(map(marks.two_lines, labels), links, strict=True)]
    ticks = {"tickmode": "array", "tickvals": list(range(len(labels))), "ticktext": shown, "showgrid": False}
    return ticks | {
        "range": [len(labels) - 0.4, -0.6],
        "autorange": False,
        "tickfont": {"size": 13, "color": colours.ink},
    }


def _axis(chart: Chart, colours: Palette) -> dict[str, Any]:
    return _rows_axis(_column(chart, "label"), _column(chart, "link"), colours)


def _leading(chart: Chart) -> dict[str, Any]:
    return marks.leading(_column(chart, "link"))


def _height(chart: Chart, axis: bool) -> int:
    is_broken = any(len(label or "") > marks.LABEL_LENGTH for label in _column(chart, "label"))
    row = TWO_LINES if is_broken else ROW_HEIGHT
    return row * max(chart.data.height, 1) + (48 if axis else 24)


def _shades(chart: Chart, colours: Palette) -> list[str]:
    if "colour" not in chart.roles:
        return [colours.accent] * chart.data.height
    return [theme.colour(role, colours) for role in _column(chart, "colour")]


def _reference(chart: Chart, colours: Palette) -> tuple[Traces, Traces]:
    """Return the line of the reference value, and its label above the plot."""
    at = chart.options.get("reference")
    if at is None:
        return [], []
    figure = marks.figure_text(at, chart.unit, marks.digits([at], "", chart.options.get("digits")))
    words = f"{chart.options.get('reference_name') or _('acuan')} {figure}"
    label = marks.note(words, colours, x=at, y=1, yref="paper", yanchor="bottom", xanchor="center")
    return [marks.rule("x", at, colours.ink)], [label]


def _interval(chart: Chart, colours: Palette) -> dict[str, Any]:
    if "lower" not in chart.roles or "upper" not in chart.roles:
        return {}
    values, lower, upper = (_column(chart, role) for role in ("value", "lower", "upper"))
    above = [u - v if u is not None and v is not None else None for u, v in zip(upper, values, strict=True)]
    below = [v - b if b is not None and v is not None else None for b, v in zip(lower, values, strict=True)]
    look = {"color": colours.muted, "thickness": 1.5, "width": 0}
    return {"error_x": {"type": "data", "symmetric": False, "array": above, "arrayminus": below} | look}


def _side_figures(words: list[str], values: list[Any], colours: Palette) -> Traces:
    """Return the figures in a column right of the plot, in place whatever the width."""
    notes = []
    for i, (word, value) in enumerate(zip(words, values, strict=True)):
        font = {"size": 12, "color": colours.ink if value is not None else colours.muted}
        shown = word if value is not None else f"<i>{word}</i>"
        notes.append(marks.note(shown, colours, x=1, xref="paper", xanchor="left", xshift=4, y=i, font=font))
    return notes


def _margin(chart: Chart, words: list[str] | None = None) -> dict[str, int]:
    right = 12 + int(FIGURE_WIDTH * max((len(w) for w in words), default=4)) if words is not None else 8
    return {"l": 8, "r": right, "t": 28 if chart.options.get("reference") is not None else 4, "b": 4}


def bars(chart: Chart, colours: Palette) -> Parts:
    """Draw horizontal bars from zero with their figures; a row that was not reported says so."""
    values, upper = _column(chart, "value"), _column(chart, "upper")
    words = _words(chart, marks.digits(values, chart.unit, chart.options.get("digits")))
    ends = [0.0, *_known(values, upper, _column(chart, "lower"), [chart.options.get("reference")])]
    low, high = min(ends), max(ends)
    room = (high - low or 1.0) * 0.02  # the figures stand in the margin, whose width is in pixels: whole on a phone too
    rows = list(range(len(values)))
    bar = {"type": "bar", "orientation": "h", "x": values, "y": rows}
    bar["marker"] = {"color": _shades(chart, colours), "line": {"color": colours.muted, "width": 0.5}}
    figures = {
        "type": "scatter",
        "mode": "text",
        "x": [max(v, v if u is None else u, 0) if v is not None else 0 for v, u in zip(values, upper, strict=True)],
        "y": rows,
        "text": [f" {w}" if v is not None else f" <i>{w}</i>" for v, w in zip(values, words, strict=True)],
        "textposition": "middle right",
        "textfont": {"size": 12, "color": [colours.ink if v is not None else colours.muted for v in values]},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
    shapes, notes = _reference(chart, colours)
    layout = {
        "xaxis": {"range": [low - (room if low < 0 else 0), high + room], "visible": False},
        "yaxis": _axis(chart, colours),
        "height": _height(chart, axis=False) + (24 if shapes else 0),
        "bargap": 0.3,
        "margin": _margin(chart, words),
        "shapes": shapes,
        "annotations": notes,
    }
    return [bar | _hover(chart, words) | _interval(chart, colours) | _leading(chart), figures], layout


def _is_crowded(labels: list[Any], words: list[str]) -> bool:
    """Tell whether names and figures beside the plot would leave too little of it on a phone."""
    name = min(max((len(label or "") for label in labels), default=0), marks.LABEL_LENGTH)
    return NAME_WIDTH * name + FIGURE_WIDTH * max((len(word) for word in words), default=0) > BESIDE


def _over_the_rows(chart: Chart, words: list[str], colours: Palette) -> tuple[dict[str, Any], Traces, list[float]]:
    """Return height, axis and margin of rows that carry their name and figures over the mark; these words; the marks' y."""
    labels, links = _column(chart, "label"), _column(chart, "link")
    notes = []
    for i, (label, url, word) in enumerate(zip(labels, links, words, strict=True)):
        place = {"xref": "paper", "y": i - 0.2, "yanchor": "middle"}
        name = marks.linked(escape(marks.short(label, 40)), url, colours.ink)
        notes.append(marks.note(name, colours, x=0, xanchor="left", font={"size": 13, "color": colours.ink}, **place))
        notes.append(marks.note(word, colours, x=1, xanchor="right", font={"size": 12, "color": colours.ink}, **place))
    rows = [i + 0.2 for i in range(len(labels))]
    axis = {"tickmode": "array", "tickvals": rows, "showticklabels": False, "showgrid": True, "autorange": False}
    layout = {
        "yaxis": axis | {"range": [len(labels) - 0.4, -0.6]},
        "height": OVER_THE_PLOT * max(len(labels), 1) + 48,
        "margin": {"l": 8, "r": 8, "t": 28 if chart.options.get("reference") is not None else 4, "b": 4},
    }
    return layout, notes, rows


def dots(chart: Chart, colours: Palette) -> Parts:
    """Draw a point a row, its interval as a thin line, the last period as a hollow point; names beside, or over it."""
    values, previous = _column(chart, "value"), _column(chart, "previous")
    places = marks.digits(values, chart.unit, chart.options.get("digits"))
    words = _words(chart, places)
    earlier = chart.options.get("previous_name") or _("periode lalu")
    hovers = [
        word if p is None else f"{word} ({earlier} {marks.figure_text(p, chart.unit, places)})"
        for word, p in zip(words, previous, strict=True)
    ]
    reference = [chart.options.get("reference")]
    ends = _known(values, previous, _column(chart, "lower"), _column(chart, "upper"), reference) or [0.0, 1.0]
    room = ((max(ends) - min(ends)) or abs(max(ends)) or 1.0) * 0.08
    low, high = min(ends) - room, max(ends) + room
    frame: dict[str, Any]
    if _is_crowded(_column(chart, "label"), words):
        frame, written, rows = _over_the_rows(chart, words, colours)
    else:
        axis = _axis(chart, colours) | {"showgrid": True}
        frame = {"yaxis": axis, "height": _height(chart, axis=True), "margin": _margin(chart, words)}
        written, rows = _side_figures(words, values, colours), list(range(len(values)))
    base = {"type": "scatter", "mode": "markers", "y": rows}
    traces: Traces = []
    if "previous" in chart.roles:
        hollow = {"size": 9, "color": colours.background, "line": {"color": colours.missing, "width": 1.5}}
        traces.append(base | {"x": previous, "marker": hollow, "hoverinfo": "skip", "name": earlier})
    shades = _shades(chart, colours)
    fills = [colours.background if h else s for h, s in zip(_column(chart, "hollow"), shades, strict=True)]
    point = {"x": values, "marker": {"size": 10, "color": fills, "line": {"color": shades, "width": 1.5}}}
    traces.append(base | point | _hover(chart, hovers) | _interval(chart, colours) | _leading(chart))
    shapes, notes = _reference(chart, colours)
    layout = {
        "xaxis": {"range": [low, high], "showgrid": True, "nticks": 4},
        "yaxis": frame["yaxis"],
        "height": frame["height"] + (24 if shapes else 0),
        "margin": frame["margin"],
        "shapes": _bands(chart, colours, low, high) + shapes,
        "annotations": written + notes,
    }
    return traces, layout


def _bands(chart: Chart, colours: Palette, low: float, high: float) -> Traces:
    shapes = []
    for rank, (lower, upper, letter, _name) in enumerate(sorted(chart.options.get("bands") or (), key=lambda b: -b[0])):
        if upper >= low and lower <= high:
            edges = {"y0": 0, "y1": 1, "yref": "paper", "x0": max(lower, low), "x1": min(upper, high)}
            shapes += marks.band(edges, theme.colour(min(rank + 1, 5), colours), letter, colours)
    return shapes


def bullet(chart: Chart, colours: Palette) -> Parts:
    """Draw the actual as a bar, its target as a dark tick, what was due by now as a pale bar behind."""
    values, targets, due = (_column(chart, role) for role in ("value", "target", "path"))
    places = marks.digits([*values, *targets], chart.unit, chart.options.get("digits"))
    words = [
        word
        if own is not None
        else f"{word} / {marks.figure_text(goal, chart.unit, places) if goal is not None else '–'}"
        for word, own, goal in zip(_words(chart, places), _column(chart, "text"), targets, strict=True)
    ]
    rows = list(range(len(values)))
    flat = {"type": "bar", "orientation": "h", "y": rows}
    traces: Traces = []
    if "path" in chart.roles:
        traces.append(flat | {"x": due, "width": 0.8, "marker": {"color": colours.hairline}, "hoverinfo": "skip"})
    fill = {"color": _shades(chart, colours), "line": {"color": colours.muted, "width": 0.5}}
    traces.append(flat | {"x": values, "width": 0.42, "marker": fill} | _hover(chart, words) | _leading(chart))
    tick = {"symbol": "line-ns", "size": 20, "line": {"color": colours.ink, "width": 2}}
    traces.append({"type": "scatter", "mode": "markers", "x": targets, "y": rows, "marker": tick, "hoverinfo": "skip"})
    layout = {
        "barmode": "overlay",
        "xaxis": {"range": [0, max(_known(values, targets, due), default=1.0) * 1.04], "showgrid": True, "nticks": 4},
        "yaxis": _axis(chart, colours),
        "height": _height(chart, axis=True),
        "margin": _margin(chart, words),
        "annotations": _side_figures(words, values, colours),
    }
    return traces, layout


def waterfall(chart: Chart, colours: Palette) -> Parts:
    """Draw parts that add up, top down, each beginning where the last one ended."""
    values, labels = _column(chart, "value"), _column(chart, "label")
    places = marks.digits(values, chart.unit)
    bases, at = [], 0.0
    for value in values:
        bases.append(at)
        at += value or 0.0
    shades = [colours.bad if (v or 0) < 0 else colours.categories[0] for v in values]
    total = chart.options.get("total")
    if total:
        values, labels, bases, shades = [*values, at], [*labels, total], [*bases, 0.0], [*shades, colours.ink]
    words = [marks.figure_text(v, chart.unit, places) for v in values]
    rows = list(range(len(values)))
    hover = {"customdata": [f"{n}: {w}" for n, w in zip(labels, words, strict=True)], "hovertemplate": HOVER}
    bar = {"type": "bar", "orientation": "h", "x": values, "base": bases, "y": rows, "marker": {"color": shades}}
    ends = [0.0, *bases, *(b + (v or 0) for b, v in zip(bases, values, strict=True))]
    layout = {
        "xaxis": {"range": [min(ends), max(ends) * 1.02], "nticks": 4, "showgrid": True},
        "yaxis": _rows_axis(labels, [None] * len(labels), colours),
        "height": _height(chart, axis=True),
        "bargap": 0.35,
        "margin": _margin(chart, words),
        "annotations": _side_figures(words, values, colours),
    }
    return [bar | hover], layout
