"""Which function decides which kind of chart."""

from collections.abc import Callable, MutableMapping
from weakref import WeakKeyDictionary

from dashboard.charts import Chart
from dashboard.render.scenes import cells, funnel, multiples, ranked, time
from dashboard.render.scenes.scene import Scene
from queries.language import language

KINDS: dict[str, Callable[[Chart], Scene]] = {
    "line": time.line,
    "multiples": multiples.multiples,
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
# A chart never changes: what was decided on it, by language, stays with it as long as anybody keeps it.
_decided: MutableMapping[Chart, dict[str, Scene]] = WeakKeyDictionary()


def scene(chart: Chart) -> Scene:
    """Return what a chart shows, for every pen, in the language of the running thread; raises ValueError for a map without outlines."""
    known = _decided.setdefault(chart, {})
    if language() not in known:
        known[language()] = KINDS[chart.kind](chart)
    return known[language()]
