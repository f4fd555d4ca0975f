"""A scene -> a Plotly figure: what it draws is what was decided, in our colours, with our words."""

import json
import re
from pathlib import Path
from typing import Any

import plotly as plotly_package
import plotly.graph_objects as go
import pytest

from dashboard import theme
from dashboard.charts import Chart
from dashboard.render import plotly
from dashboard.render.scenes.kinds import scene
from dashboard.render.scenes.scene import Bars, Dots, Line, Rule, Stripe
from dashboard.words import text
from tests.dashboard.render.gallery import gallery

PROJECT = Path(__file__).resolve().parents[3]
DRAWN = {name: chart for name, chart in gallery().items() if chart.kind in plotly.KINDS}


def drawn(chart: Chart, look: str = "light") -> go.Figure:
    """Return the figure as the library checks it: it refuses a property that it does not know."""
    specification = plotly.specification(chart, look)
    return go.Figure(data=specification["data"], layout=specification["layout"])


@pytest.mark.parametrize("name", DRAWN)
def test_each_trace_is_what_was_decided(name: str) -> None:
    with text.speaking("id"):
        decided, figure = scene(DRAWN[name]), drawn(DRAWN[name])
    items = decided.items
    traces = list(figure.data)
    wanted = [[y for _x, y in item.points] for item in items if isinstance(item, Line)]
    lines = [list(t.y) for t in traces if t.type == "scatter" and t.mode == "lines"]
    assert [ys for ys in wanted if ys not in lines] == []
    bars = [[(b.at, b.start, round(b.end - b.start, 9)) for b in item.bars] for item in items if isinstance(item, Bars)]
    assert [_bars(trace) for trace in traces if trace.type == "bar"] == bars
    dots = [[dot.y for dot in item.dots] for item in items if isinstance(item, Dots)]
    assert [list(t.y) for t in traces if t.type == "scatter" and t.mode == "markers" and t.marker.opacity == 1] == dots
    shapes = figure.layout.shapes
    assert len([s for s in shapes if s.type == "line"]) == sum(isinstance(item, Rule) for item in decided.items)
    gaps = [item for item in decided.items if isinstance(item, Stripe) and item.is_gap]
    assert len([s for s in shapes if s.name == "gap"]) == len(gaps)
    if decided.y.kind == "value":
        assert tuple(figure.layout.yaxis.range) == (decided.y.low, decided.y.high)
        assert list(figure.layout.yaxis.ticktext) == [tick.words for tick in decided.y.ticks]


def _bars(trace: Any) -> list[tuple[float, float, float]]:
    at, size = (trace.y, trace.x) if trace.orientation == "h" else (trace.x, trace.y)
    return [(a, b, round(s, 9)) for a, b, s in zip(at, trace.base, size, strict=True)]


@pytest.mark.parametrize("look", ["light", "dark"])
def test_every_figure_has_our_template_and_our_separators(look: str) -> None:
    layout = drawn(DRAWN["line"], look).layout
    assert layout.font.family.startswith("Fira Sans")
    assert layout.font.color == theme.palette(look).ink
    assert layout.separators == ",."
    with text.speaking("en"):
        assert drawn(DRAWN["line"], look).layout.separators == ".,"


def test_words_of_a_file_are_escaped_and_marks_lead_by_their_trace() -> None:
    said = str(plotly.specification(DRAWN["bars"]))
    assert "<script" not in said
    assert "&lt;script&gt;" in said
    assert plotly.leading([None, "?a=1"]) == {"meta": {"links": [None, "?a=1"]}}
    assert plotly.leading([None]) == {}


def test_what_has_nothing_to_zoom_into_has_no_figure() -> None:
    with pytest.raises(ValueError, match="zoom"):
        plotly.specification(gallery()["heat"])


def test_the_bundle_is_the_one_that_the_figures_are_checked_by() -> None:
    """Its version is that of the library in Python, which knows the same properties; it draws all types of trace that we use."""
    shipped = (PROJECT / "dashboard/static/plotly/plotly-basic.min.js").read_text(encoding="utf-8")
    known = (Path(plotly_package.__file__).parent / "package_data/plotly.min.js").read_text(encoding="utf-8")
    (version,) = re.findall(r"plotly\.js \(basic - minified\) v([\d.]+)", shipped[:200])
    assert f"plotly.js v{version}" in known[:200]
    assert plotly.BUNDLE.endswith(f"?{version}")
    assert {trace["type"] for chart in DRAWN.values() for trace in plotly.specification(chart)["data"]} <= {
        "scatter",
        "bar",
    }


def test_days_travel_as_text() -> None:
    sent = json.loads(plotly.as_json(DRAWN["line"]))
    assert sent["layout"]["xaxis"]["range"][0].startswith("2023-12-")
    assert sent["config"]["displayModeBar"] is False
