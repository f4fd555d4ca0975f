"""Which function decides which kind of chart."""

from collections.abc import Callable

from dashboard.charts import Chart
from dashboard.render.scenes import cells, funnel, ranked, time
from dashboard.render.scenes.scene import Scene

KINDS: dict[str, Callable[[Chart], Scene]] = {
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


def scene(chart: Chart) -> Scene:
    """Return what a chart shows, for every pen, in the language of the running thread; raises ValueError for a map without outlines."""
    return KINDS[chart.kind](chart)
