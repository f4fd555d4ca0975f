"""What is foreseen at the end of a line: the dashed way on, and its intervals as a fan that grows pale outwards."""

from typing import Any

import polars as pl

from dashboard.charts import Chart
from dashboard.render import marks
from dashboard.theme import Palette
from dashboard.words import text
from dashboard.words.text import _

Traces = list[dict[str, Any]]
HOVER = "%{customdata}<extra></extra>"
SHADES = (0.28, 0.14)  # of the inner and the outer interval


def fan(chart: Chart, frame: pl.DataFrame, colours: Palette, places: int) -> tuple[Traces, Traces]:
    """Return the intervals, widest first, with the line of the forecast on top, and the label at its end."""
    if "forecast" not in chart.roles:
        return [], []
    shade = colours.categories[0]
    foreseen = frame.filter(pl.col(chart.roles["forecast"]).is_not_null())
    days, values = foreseen[chart.roles["x"]].to_list(), foreseen[chart.roles["forecast"]].to_list()
    if len(days) < 2:  # the first is the last value that is known
        return [], []
    traces: Traces = []
    levels = chart.options["fan_levels"]
    edges = [(foreseen[chart.roles[f"fan_lower_{n}"]], foreseen[chart.roles[f"fan_upper_{n}"]]) for n in levels]
    base = {"type": "scatter", "mode": "lines", "x": days, "hoverinfo": "skip", "line": {"width": 0}}
    for (lower, upper), alpha, level in reversed(list(zip(edges, SHADES, levels, strict=False))):
        name = _("rentang {level}", level=text.pct(level, 0))
        traces.append(base | {"y": lower.to_list(), "name": name})
        traces.append(base | {"y": upper.to_list(), "name": name, "fill": "tonexty", "fillcolor": _pale(shade, alpha)})
    when = marks.period_name(frame[chart.roles["x"]].to_list())
    hovers = []
    for i, (day, value) in enumerate(zip(days, values, strict=True)):
        words = f"{when(day)}: {_('perkiraan')} {marks.figure_text(value, chart.unit, places)}"
        for (lower, upper), level in zip(edges, levels, strict=True):
            ends = "–".join(marks.figure_text(edge[i], "", places) for edge in (lower, upper))
            words += f"<br>{_('rentang {level}', level=text.pct(level, 0))}: {ends}"
        hovers.append(words if i else "")
    look = {"line": {"color": shade, "width": 2, "dash": "dash"}, "name": _("perkiraan")}
    way = {"type": "scatter", "mode": "lines", "x": days, "y": values, "customdata": hovers, "hovertemplate": HOVER}
    traces.append(way | look)
    words = f"<b>{marks.figure_text(values[-1], chart.unit, places)}</b><br>{_('perkiraan')}"
    label = {"text": words, "showarrow": False, "align": "left", "font": {"size": 13, "color": shade}}
    return traces, [label | {"x": days[-1], "y": values[-1], "xanchor": "left", "xshift": 8}]


def _pale(shade: str, alpha: float) -> str:
    red, green, blue = (int(shade[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha})"
