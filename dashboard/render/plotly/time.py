"""Developments over time as Plotly traces: line, small multiples, stacked columns."""

from datetime import date, timedelta
from html import escape
from typing import Any

import polars as pl

from dashboard import theme
from dashboard.charts import Chart
from dashboard.render import marks
from dashboard.render.plotly import forecast
from dashboard.theme import Palette
from dashboard.words.text import _

Traces = list[dict[str, Any]]
Parts = tuple[Traces, dict[str, Any]]
DIRECT_LABELS = 4
HALF_MONTH = timedelta(days=15)
MOST_SIGNAL_LABELS = 2
NOTE_HEIGHT, NOTE_LINES = 16, 3  # px; words of days close to each other stand on lines of their own
LIMITS = ("mean", "lower", "upper")
NAME_MONTHS = 5  # points that the name of a limit covers to either side of its own on a phone
SHAPES = {"good": "triangle-up", "bad": "triangle-down"}
HOVER = "%{customdata}<extra></extra>"


def line(chart: Chart, colours: Palette) -> Parts:
    """Draw a line a series, with its target, limits, bands, signals and gaps."""
    x, y = chart.roles["x"], chart.roles["y"]
    frame = chart.data.sort(x)
    groups = groups_of(frame, chart.roles.get("series"))
    named = len(groups) <= DIRECT_LABELS
    traces: Traces = []
    notes: Traces = []
    shapes = _band_shapes(chart, frame, colours)
    if len(groups) == 1:
        shapes += _gap_shapes(chart, frame, colours)
        traces, notes = _companions(chart, frame, colours)
    foreseen, labels = forecast.fan(chart, frame, colours, _places(chart))
    traces += foreseen
    for position, (name, rows) in enumerate(groups):
        shade = colours.categories[position % 10] if named else colours.missing
        traces += _series(chart, rows, name, shade, colours)
        if named:
            labels += _last_label(chart, rows, name, shade) if not foreseen else []
            notes += _signal_labels(chart, rows, colours)
    target = chart.options.get("target")
    if target is not None:
        shapes.append(marks.rule("y", target, colours.ink))
        words = _("target {value}", value=marks.figure_text(target, chart.unit, marks.digits([target], chart.unit)))
        notes.append(marks.note(words, colours, x=0, xref="paper", xanchor="left", y=target, yanchor="bottom"))
    upright, dated = _dated_notes(chart, colours)
    shapes += upright
    notes += dated
    widest = max((len(part) for label in labels for part in marks.plain(label["text"]).split("\n")), default=4)
    layout: dict[str, Any] = {
        "xaxis": marks.month_ticks(frame[x].to_list())
        | _span([*frame[x], *(day for day, _words in marks.noted(chart))]),
        "yaxis": {"rangemode": "tozero" if chart.options.get("zero") else "normal", "nticks": 6},
        "hovermode": "x unified" if named else "closest",
        "height": 300,
        "margin": {"l": 8, "r": min(16 + 7 * widest, 128), "t": 16 + NOTE_HEIGHT * min(len(dated), NOTE_LINES), "b": 8},
        "shapes": shapes,
        "annotations": notes + _apart(labels, frame[y].to_list()),
    }
    if chart.options.get("bands"):
        layout["yaxis"] = {"nticks": 6, "range": list(_band_range(chart, frame)), "autorange": False}
    return traces, layout


def _dated_notes(chart: Chart, colours: Palette) -> tuple[Traces, Traces]:
    """Return a vertical line at each day that the chart notes, and its words above the plot."""
    shown = marks.noted(chart)
    days = [*chart.data[chart.roles["x"]], *(day for day, _words in shown)]
    lines = [marks.rule("x", day.isoformat(), colours.accent, dash="dash") for day, _words in shown]
    middle = min(days) + (max(days) - min(days)) / 2
    labels = []
    for n, (day, words) in enumerate(shown):
        place: dict[str, Any] = {
            "x": day.isoformat(),
            "y": 1,
            "yref": "paper",
            "yanchor": "bottom",
            "yshift": NOTE_HEIGHT * (n % NOTE_LINES),
        }
        place |= {"xanchor": "right" if day > middle else "left", "font": {"size": 12, "color": colours.accent}}
        labels.append(marks.over_lines(marks.note(escape(marks.short(words, 32)), colours, **place), colours))
    return lines, labels


def _span(days: list[date]) -> dict[str, Any]:
    """Return the range of the x axis: the months alone, because Plotly would make room for the labels too."""
    room = (max(days) - min(days)) * 0.015 + timedelta(days=5)
    return {"range": [min(days) - room, max(days) + room]}


def groups_of(frame: pl.DataFrame, series: str | None) -> list[tuple[str, pl.DataFrame]]:
    """Return (name, rows) of each series, in the order in which they first appear."""
    if series is None:
        return [("", frame)]
    names = frame[series].drop_nulls().unique(maintain_order=True)
    return [(str(name), frame.filter(pl.col(series) == name)) for name in names]


def _places(chart: Chart) -> int:
    return marks.digits(chart.data[chart.roles["y"]].to_list(), chart.unit, chart.options.get("digits"))


def _series(chart: Chart, rows: pl.DataFrame, name: str, shade: str, colours: Palette) -> Traces:
    """Return the line of a series: provisional ends dotted and hollow, points between two gaps and signals as marks."""
    places, n = _places(chart), rows.height
    days, values = rows[chart.roles["x"]].to_list(), rows[chart.roles["y"]].to_list()
    words = [f"{name} {marks.figure_text(v, chart.unit, places)}".strip() for v in values]
    when = marks.period_name(chart.data[chart.roles["x"]].to_list())
    custom = [f"{when(d)}: {w}" for d, w in zip(days, words, strict=True)]
    provisional = chart.roles.get("provisional")
    tentative = rows[provisional].fill_null(value=False).to_list() if provisional else [False] * n
    firm = [v if not t else None for v, t in zip(values, tentative, strict=True)]
    known = [False, *(v is not None for v in firm), False]
    alone = [known[i + 1] and not known[i] and not known[i + 2] for i in range(n)]
    base = {"type": "scatter", "mode": "lines+markers", "x": days, "name": name, "connectgaps": False}
    marker = {"color": shade, "size": [7 if a else 0 for a in alone], "opacity": 1}
    look = {"line": {"color": shade, "width": 2}, "marker": marker, "customdata": custom, "hovertemplate": HOVER}
    base |= marks.leading(rows[chart.roles["link"]].to_list() if "link" in chart.roles else [])
    traces: Traces = [base | {"y": firm} | look]
    if any(tentative):
        joined = [any(tentative[max(i - 1, 0) : i + 2]) for i in range(n)]
        ends = [v if j else None for v, j in zip(values, joined, strict=True)]
        hollow = {"color": colours.background, "line": {"color": shade, "width": 2}, "opacity": 1}
        hollow["size"] = [8 if t else 0 for t in tentative]
        dotted = {"line": {"color": shade, "width": 2, "dash": "dot"}, "marker": hollow}
        late = [f"{c} ({_('data sementara')})" if t else "" for c, t in zip(custom, tentative, strict=True)]
        traces.append(base | {"y": ends, "customdata": late, "hovertemplate": HOVER} | dotted)
    return traces + _signals(chart, rows, colours)


def _signals(chart: Chart, rows: pl.DataFrame, colours: Palette) -> Traces:
    """Return the signals as shapes, so that they are told apart in grey, too: better points up, worse points down."""
    if "signal" not in chart.roles:
        return []
    x, y, signal = (chart.roles[role] for role in ("x", "y", "signal"))
    found = rows.filter(pl.col(signal).is_in(["good", "bad"]) & pl.col(y).is_not_null())
    if found.is_empty():
        return []
    marker = {"size": 11, "color": [theme.colour(s, colours) for s in found[signal]]}
    marker["symbol"] = [SHAPES[s] for s in found[signal]]
    marker["line"] = {"color": colours.background, "width": 1}
    mark = {"type": "scatter", "mode": "markers", "x": found[x].to_list(), "y": found[y].to_list(), "marker": marker}
    return [mark | {"hoverinfo": "skip", "name": _("sinyal")}]


def _signal_labels(chart: Chart, rows: pl.DataFrame, colours: Palette) -> Traces:
    """Return the words beside the newest signals: one label a run of the same words, none over the last value."""
    if "signal" not in chart.roles or "signal_note" not in chart.roles:
        return []
    x, y, signal, note = (chart.roles[role] for role in ("x", "y", "signal", "signal_note"))
    days, values, kinds, notes = (rows[column].to_list() for column in (x, y, signal, note))
    texts = [n if k in SHAPES and v is not None else None for n, k, v in zip(notes, kinds, values, strict=True)]
    ends = [i for i, words in enumerate(texts) if words and (i + 1 == len(texts) or texts[i + 1] != words)]
    known = [v for v in values if v is not None]
    middle = (min(known) + max(known)) / 2 if known else 0.0
    labels = []
    for i in ends[-MOST_SIGNAL_LABELS:]:
        is_high = values[i] >= middle
        font = {"size": 12, "color": theme.colour(kinds[i], colours)}
        place = {"x": days[i], "y": values[i], "xanchor": "right" if i * 2 > len(days) else "left"}
        # towards the middle of the plot, where there is room whatever the limits are
        place |= {"yanchor": "top" if is_high else "bottom", "yshift": -8 if is_high else 8}
        labels.append(marks.over_lines(marks.note(marks.short(texts[i], 30), colours, **place, font=font), colours))
    return labels


def _last_label(chart: Chart, rows: pl.DataFrame, name: str, shade: str) -> Traces:
    """Return the last known value, and the name of the series under it, beside the end of the line."""
    x, y = chart.roles["x"], chart.roles["y"]
    known = rows.filter(pl.col(y).is_not_null())
    if known.is_empty():
        return []
    figure = marks.figure_text(known[y][-1], chart.unit, _places(chart))
    words = f"<b>{figure}</b>" + (f"<br>{marks.short(name, 15)}" if name else "")
    place = {"x": known[x][-1], "y": known[y][-1], "xanchor": "left", "xshift": 8}
    return [{"text": words, "showarrow": False, "align": "left", "font": {"size": 13, "color": shade}} | place]


def _apart(labels: Traces, values: list[float | None]) -> Traces:
    """Return the labels moved apart where they would cover each other: 36 px each on a plot of some 230 px."""
    known = [v for v in values if v is not None]
    if len(labels) < 2 or not known:
        return labels
    scale = 230 / ((max(known) - min(known)) or 1.0)
    at, moved = float("-inf"), []
    for label in sorted(labels, key=lambda one: one["y"]):
        wanted = label["y"] * scale
        at = max(wanted, at + 36)
        moved.append(label | {"yshift": round(at - wanted)})
    return moved


def _companions(chart: Chart, frame: pl.DataFrame, colours: Palette) -> tuple[Traces, Traces]:
    """Return what the line is compared with, each quieter than the line, and its labels."""
    looks = {
        "previous": (_("tahun lalu"), {"color": colours.missing, "width": 1.5, "dash": "dash"}),
        "mean": (_("rerata"), {"color": colours.missing, "width": 1}),
        "lower": (_("batas bawah"), {"color": colours.muted, "width": 1.5, "dash": "dot"}),
        "upper": (_("batas atas"), {"color": colours.muted, "width": 1.5, "dash": "dot"}),
        "target": (_("target"), {"color": colours.ink, "width": 1}),
    }
    places, traces, notes = _places(chart), [], []
    days = frame[chart.roles["x"]].to_list()
    for role, (name, look) in looks.items():
        if role not in chart.roles:
            continue
        values = frame[chart.roles[role]].to_list()
        trace = {"type": "scatter", "mode": "lines", "x": days, "y": values, "line": look, "name": name}
        trace["connectgaps"] = role == "target" and "forecast" in chart.roles  # on to the year's, over months to come
        if role in LIMITS:
            trace |= _in_segments(chart, frame, values)
        if role in {"previous", "target"}:
            words = [f"{name} {marks.figure_text(v, chart.unit, places)}" for v in values]
            trace |= {"customdata": words, "hovertemplate": HOVER}
        else:
            trace |= {"hoverinfo": "skip"}
        traces.append(trace)
        # between its limits the mean has no room for a name: the words below the chart tell which line it is
        if any(v is not None for v in values) and not (role == "mean" and "upper" in chart.roles):
            day, value, is_above = _clearest(days, values, frame[chart.roles["y"]].to_list())
            above = {"upper": True, "lower": False}.get(role, is_above)
            anchor = "center"
            if role in {"upper", "lower"}:
                day, value, anchor = _beyond(days, values, frame[chart.roles["y"]].to_list(), is_above=above)
            font = {"size": 11, "color": colours.muted}
            place = {"x": day, "xanchor": anchor, "y": value, "yanchor": "bottom" if above else "top"}
            if role == "target":
                place |= {"x": 0, "xref": "paper", "xanchor": "left", "yanchor": "bottom"}
            notes.append(marks.over_lines(marks.note(name, colours, **place, font=font), colours))
    return traces, notes


def _in_segments(chart: Chart, frame: pl.DataFrame, values: list[Any]) -> dict[str, list[Any]]:
    """Return the points of a limit with a break wherever limits begin anew: no slope between two of them."""
    days = frame[chart.roles["x"]].to_list()
    segments = frame[chart.roles["segment"]].to_list() if "segment" in chart.roles else [None] * len(days)
    x, y = [], []
    for i, (day, value) in enumerate(zip(days, values, strict=True)):
        if i and segments[i] != segments[i - 1]:
            x.append(day)
            y.append(None)
        x.append(day)
        y.append(value)
    return {"x": x, "y": y}


def _clearest(days: list[date], values: list[Any], line: list[Any]) -> tuple[date, float, bool]:
    """Return where a companion lies furthest from the line, and whether above it: there its name covers neither."""
    known = [(d, v, y) for d, v, y in zip(days, values, line, strict=True) if v is not None]
    inner = known[1:-1] or known
    day, value, beside = max(inner, key=lambda k: abs(k[1] - k[2]) if k[2] is not None else -1.0)
    return day, value, beside is None or value >= beside


def _beyond(days: list[date], values: list[Any], line: list[Any], *, is_above: bool) -> tuple[date, float, str]:
    """Return where a limit reaches farthest out, beyond it and the line nearby, and the side of the name that stands there.

    Nothing is drawn farther out, so that its name lies on no line, on a phone as well.
    """
    farthest = max if is_above else min
    edge = farthest(v for v in values if v is not None)
    at = values.index(edge)
    near = slice(max(at - NAME_MONTHS, 0), at + NAME_MONTHS + 1)
    side = "left" if at < NAME_MONTHS else "right" if at >= len(days) - NAME_MONTHS else "center"
    return days[at], farthest(v for v in [*values[near], *line[near]] if v is not None), side


def _gap_shapes(chart: Chart, frame: pl.DataFrame, colours: Palette) -> Traces:
    """Return a pale column behind each month that nobody reported: a gap, never a zero; what is foreseen is no gap."""
    gaps = frame.filter(pl.col(chart.roles["y"]).is_null())
    if "forecast" in chart.roles:
        gaps = gaps.filter(pl.col(chart.roles["forecast"]).is_null())
    days: list[date] = gaps[chart.roles["x"]].to_list()
    look: dict[str, Any] = {"type": "rect", "y0": 0, "y1": 1, "yref": "paper", "layer": "below", "name": "gap"}
    look |= {"fillcolor": colours.missing, "opacity": 0.18, "line": {"width": 0}}
    return [look | {"x0": d - HALF_MONTH, "x1": d + HALF_MONTH} for d in days]


def _band_range(chart: Chart, frame: pl.DataFrame) -> tuple[float, float]:
    """Return the span of the values, with room, so that bands far away don't squeeze the line."""
    columns = [chart.roles[r] for r in ("y", "lower", "upper", "target") if r in chart.roles]
    values = [v for c in columns for v in frame[c].to_list() if v is not None] or [0.0, 100.0]
    room = max((max(values) - min(values)) * 0.35, 4)
    bands = chart.options["bands"]
    lowest, highest = min(b[0] for b in bands), max(b[1] for b in bands)
    return max(min(values) - room, lowest), min(max(values) + room, highest)


def _band_shapes(chart: Chart, frame: pl.DataFrame, colours: Palette) -> Traces:
    bands = chart.options.get("bands") or ()
    if not bands:
        return []
    low, high = _band_range(chart, frame)
    shapes = []
    for rank, (lower, upper, letter, name) in enumerate(sorted(bands, key=lambda band: -band[0])):
        if upper < low or lower > high:
            continue
        edges = {"x0": 0, "x1": 1, "xref": "paper", "y0": max(lower, low), "y1": min(upper, high)}
        shapes += marks.band(edges, theme.colour(min(rank + 1, 5), colours), f"{letter} · {name}", colours)
    return shapes


def multiples(chart: Chart, colours: Palette) -> Parts:
    """Draw a small line a facet in a grid of two columns, all on one scale from zero."""
    x, y = chart.roles["x"], chart.roles["y"]
    facets = groups_of(chart.data, chart.roles["facet"])
    rows = max(-(-len(facets) // 2), 1)
    known = [v for v in chart.data[y].to_list() if v is not None] or [1.0]
    days = sorted(set(chart.data[x].to_list()))
    when = marks.period_name(days)
    traces, notes, layout = [], [], {}
    for i, (name, unsorted) in enumerate(facets):
        part = unsorted.sort(x)
        row, column = divmod(i, 2)
        key, top, left = "" if i == 0 else str(i + 1), 1 - row / rows, column * 0.52
        edge = {"showticklabels": False}
        layout[f"xaxis{key}"] = edge | {
            "domain": [left, left + 0.48],
            "anchor": f"y{key}",
            "range": [days[0], days[-1]],
        }
        layout[f"yaxis{key}"] = edge | {
            "domain": [top - 0.72 / rows, top - 0.26 / rows],
            "anchor": f"x{key}",
            "nticks": 2,
        }
        layout[f"yaxis{key}"] |= {"range": [0, max(known) * 1.05]}
        values = part[y].to_list()
        signal = part[chart.roles["colour"]].drop_nulls().to_list()[-1:] if "colour" in chart.roles else []
        is_signal = bool(signal) and signal[0] in {"good", "bad"}
        shade = theme.colour(signal[0], colours) if is_signal else colours.ordinary
        words = [marks.figure_text(v, chart.unit, _places(chart)) for v in values]
        custom = [f"{name}, {when(d)}: {w}" for d, w in zip(part[x], words, strict=True)]
        line_look = {"type": "scatter", "mode": "lines", "line": {"color": shade, "width": 2}, "connectgaps": False}
        axes = {"xaxis": f"x{key}", "yaxis": f"y{key}", "customdata": custom, "hovertemplate": HOVER, "name": name}
        links = part[chart.roles["link"]].to_list() if "link" in chart.roles else []
        traces.append(line_look | axes | {"x": part[x].to_list(), "y": values} | marks.leading(links))
        ink = shade if is_signal else colours.ink
        label = marks.linked(marks.ticks([name], 20)[0], next(filter(None, links), None), ink)
        last = next((w for v, w in zip(reversed(values), reversed(words), strict=True) if v is not None), words[-1])
        place = {"xref": "paper", "yref": "paper", "x": left, "y": top, "xanchor": "left", "yanchor": "top"}
        notes.append(marks.note(f"{label}  <b>{last}</b>", colours, **place, font={"size": 12, "color": ink}))
    layout |= {"annotations": notes, "height": max(rows * 88, 120), "margin": {"l": 4, "r": 4, "t": 4, "b": 4}}
    return traces, layout


def stacked(chart: Chart, colours: Palette) -> Parts:
    """Draw columns made of parts, named by a legend in reading order."""
    frame = chart.data
    positions = frame[chart.roles["x"]].to_list()
    parts = chart.options["parts"]
    places = marks.digits([v for column in parts for v in frame[column].to_list()], chart.unit)
    leading = marks.leading(frame[chart.roles["link"]].to_list() if "link" in chart.roles else [])
    traces = []
    for i, (column, label) in enumerate(parts.items()):
        values = frame[column].to_list()
        marker = {"color": colours.categories[i % 10], "line": {"color": colours.background, "width": 1}}
        custom = [f"{label} {marks.figure_text(v, chart.unit, places)}" for v in values]
        trace = {"type": "bar", "x": positions, "y": values, "name": label, "marker": marker}
        traces.append(trace | {"customdata": custom, "hovertemplate": HOVER} | leading)
    dated = bool(positions) and isinstance(positions[0], date)
    layout = {
        "barmode": "stack",
        "bargap": 0.15,
        "xaxis": marks.month_ticks(positions)
        if dated
        else {"tickangle": -40 if len(positions) > 8 else 0, "automargin": True},
        "yaxis": {"rangemode": "tozero", "nticks": 6},
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
        "height": 300,
        "hovermode": "x unified",
        "margin": {"l": 8, "r": 8, "t": 40, "b": 8},
    }
    return traces, layout
