"""A chart description -> a Plotly figure for the screen. Every figure carries our own template; nothing is fetched."""

from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go

from dashboard import theme
from dashboard.charts import Chart
from dashboard.render.plotly import cells, funnel, ranked, time
from dashboard.theme import Palette
from dashboard.words import text

Parts = tuple[list[dict[str, Any]], dict[str, Any]]
_KINDS: dict[str, Callable[[Chart, Palette], Parts]] = {
    "line": time.line,
    "multiples": time.multiples,
    "stacked": time.stacked,
    "bars": ranked.bars,
    "dots": ranked.dots,
    "bullet": ranked.bullet,
    "waterfall": ranked.waterfall,
    "matrix": cells.matrix,
    "heat": cells.heat,
    "area_map": cells.area_map,
    "funnel": funnel.funnel,
}
# No mode bar, no zoom by wheel: a page scrolls. Numbers and months are formatted before they get here.
CONFIG = {"displayModeBar": False, "scrollZoom": False, "responsive": True, "doubleClick": False, "showTips": False}


def specification(chart: Chart, look: str = "light") -> dict[str, Any]:
    """Return the figure as a plain dict of data and layout."""
    traces, layout = _KINDS[chart.kind](chart, theme.palette(look))
    merged = theme.template(look) | {"separators": ",." if text.language() == "id" else ".,"}
    for key, value in layout.items():
        base = merged.get(key) or (merged["xaxis"] if key.startswith("xaxis") else None)
        base = base or (merged["yaxis"] if key.startswith("yaxis") else None)
        merged[key] = base | value if isinstance(base, dict) and isinstance(value, dict) else value
    if chart.height:
        merged["height"] = chart.height
    return {"data": traces, "layout": merged}


def figure(chart: Chart, theme: str = "light") -> go.Figure:
    """Return the validated figure; raises ValueError where Plotly does not know a property."""
    return go.Figure(specification(chart, theme))
