"""A chart description -> a drawing for slides and paper: one SVG that needs nothing else, by matplotlib.

The same chart gives the same bytes: ids are numbered from a digest of the drawing, nothing tells the time.
"""

import io
import re
from collections.abc import Callable
from hashlib import sha256
from html import escape
from threading import Lock
from typing import Any, Literal

from dashboard import theme
from dashboard.charts import Chart
from dashboard.render.drawing import cells, funnel, map, panels, ranked, time
from dashboard.render.drawing.sheet import FAMILIES, Sheet, clean, grey, register

_grey = grey
_KINDS: dict[str, Callable[[Chart, Sheet], None]] = {
    "line": time.line,
    "multiples": panels.multiples,
    "stacked": panels.stacked,
    "bars": ranked.bars,
    "dots": ranked.dots,
    "bullet": ranked.bullet,
    "waterfall": ranked.waterfall,
    "matrix": cells.matrix,
    "heat": cells.heat,
    "area_map": map.area_map,
    "funnel": funnel.funnel,
}
_HEIGHTS: dict[str, Callable[[Chart, float, float], float]] = {
    "multiples": panels.multiples_height,
    "bars": ranked.rows_height,
    "dots": ranked.rows_height,
    "bullet": ranked.rows_height,
    "waterfall": ranked.rows_height,
    "matrix": cells.cells_height,
    "heat": cells.cells_height,
}
# matplotlib keeps its settings for the whole process.
_LOCK = Lock()
_ID = re.compile(r' id="([^"]+)"')
_PLACES = re.compile(r' (?:d|x|y|width|height|cx|cy|r|points)="[^"]*"|translate\([^)]*\)')
_LONG = re.compile(r"\d+\.\d+")
_GROUP = re.compile(r"<g(?: [^>]*)?>\n?|</g>\n?")
_USED = re.compile(r'(?:href="#|url\(#)([^")]+)')


def height(chart: Chart, width: float, *, size: float = 9.0) -> float:
    """Return the height in points in which a drawing of this width shows all that there is, in letters of `size` points."""
    wanted = _HEIGHTS.get(chart.kind)
    return wanted(chart, width, size) if wanted else max(210.0, min(width * 0.42, 330.0))


def svg(
    chart: Chart,
    width: float,
    height: float,
    *,
    grey: bool = False,
    size: float = 9.0,
    text: Literal["paths", "text"] = "paths",
) -> str:
    """Return the drawing as an <svg> element, `width` x `height` points, with its title and text alternative.

    `size` is that of the letters in points, drawn as outlines; as text (`text="text"`) they need our fonts at hand.
    Raises ValueError where a map carries no outlines.
    """
    import matplotlib as mpl  # noqa: PLC0415
    from matplotlib.backends.backend_svg import FigureCanvasSVG  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    colours = _grey(theme.LIGHT) if grey else theme.LIGHT
    settings: Any = {
        "font.family": list(FAMILIES),
        "font.size": size,
        "text.parse_math": False,
        "text.color": colours.ink,
        "svg.fonttype": "path" if text == "paths" else "none",
        "svg.hashsalt": "rapor",
        "hatch.color": colours.missing,
        "hatch.linewidth": 0.6,
        "path.simplify": False,
    }
    out = io.StringIO()
    with _LOCK, mpl.rc_context(settings):
        register()
        figure = Figure(figsize=(width / 72, height / 72), dpi=72)
        FigureCanvasSVG(figure)
        figure.patch.set_visible(False)
        _KINDS[chart.kind](chart, Sheet(figure, width, height, size, colours))
        figure.savefig(out, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    return _slim(out.getvalue(), chart)


def _slim(drawn: str, chart: Chart) -> str:
    """Return the element alone, with its words, its ids numbered and unlike those of other drawings on the page."""
    body = drawn[drawn.index("<svg") :]
    body = re.sub(r"<!--.*?-->\s*|<metadata>.*?</metadata>\s*", "", body, flags=re.DOTALL)
    body = _PLACES.sub(lambda m: _LONG.sub(lambda n: f"{float(n[0]):.2f}".rstrip("0").rstrip("."), m[0]), body)
    body = re.sub(r' d="[^"]*"', lambda m: re.sub(r"\s*([A-Za-z])\s*", r"\1", m[0][4:-1]).join((' d="', '"')), body)
    body = re.sub(r'(<use [^>]*?)transform="translate\(([\d.]+)[ ,]0\)"', r'\1x="\2"', body)
    key = "r" + sha256(body.encode()).hexdigest()[:5]
    used = {name: f"{key}{n:x}" for n, name in enumerate(dict.fromkeys(_USED.findall(body)))}
    body = _ID.sub(lambda m: f' id="{used[m[1]]}"' if m[1] in used else "", body)
    body = re.sub(r'(href="#|url\(#)([^")]+)', lambda m: m[1] + used[m[2]], body)
    body = _without_bare_groups(body)
    words = f"<title>{escape(clean(chart.title))}</title>\n<desc>{escape(clean(chart.alt))}</desc>"
    end = body.index(">")
    return f'{body[:end]} role="img">\n{words}{body[end + 1 :]}'


def _without_bare_groups(body: str) -> str:
    """Return the drawing without groups that carry nothing: matplotlib puts one around all that it draws."""
    kept: list[bool] = []

    def keep(found: re.Match[str]) -> str:
        if found[0].startswith("</"):
            return found[0] if kept.pop() else ""
        kept.append(not re.fullmatch(r"<g>\n?", found[0]))
        return found[0] if kept[-1] else ""

    return _GROUP.sub(keep, body)
