"""A chart -> a drawing: one <svg> element that needs nothing but our letters. The same chart gives the same bytes."""

from collections.abc import Callable
from hashlib import sha256
from html import escape
from typing import Literal

from dashboard import theme
from dashboard.charts import Chart
from dashboard.render.drawing.grid import grid, grid_height
from dashboard.render.drawing.map import area_map
from dashboard.render.drawing.panels import panels, panels_height
from dashboard.render.drawing.plot import plot
from dashboard.render.drawing.rows import rows, rows_height
from dashboard.render.drawing.sheet import Inks, Sheet
from dashboard.render.letters import FAMILIES, clean
from dashboard.render.scenes.kinds import scene
from dashboard.render.scenes.scene import Scene

Look = Literal["paper", "grey", "page", "file"]
_PENS: dict[str, Callable[[Scene, Sheet], None]] = {
    "multiples": panels,
    "bars": rows,
    "dots": rows,
    "bullet": rows,
    "waterfall": rows,
    "matrix": grid,
    "heat": grid,
    "area_map": area_map,
}
_HEIGHTS: dict[str, Callable[[Scene, float, float], float]] = {
    "multiples": panels_height,
    "bars": rows_height,
    "dots": rows_height,
    "bullet": rows_height,
    "waterfall": rows_height,
    "matrix": grid_height,
    "heat": grid_height,
}
LEAST, MOST = 23, 30  # sizes of a letter that a plot is high
_PALETTES = {"paper": theme.LIGHT, "grey": theme.grey(theme.LIGHT), "page": None, "file": None}


def height(chart: Chart, width: float, *, size: float = 9.0) -> float:
    """Return the height in points in which a drawing of this width shows all that there is, in letters of `size` points."""
    wanted = _HEIGHTS.get(chart.kind)
    return wanted(scene(chart), width, size) if wanted else max(LEAST * size, min(width * 0.42, MOST * size))


def svg(chart: Chart, width: float, height: float, *, look: Look = "paper", size: float = 9.0) -> str:
    """Return the drawing as an <svg> element with its text alternative: on paper of `width` x `height` points, else as wide as its box.

    On a page, and in a file of one, its colours are the page's variables and its marks say their words when touched;
    on a page they lead where they lead, too.
    Raises ValueError where a map carries no outlines.
    """
    decided = scene(chart)
    key = "r" + sha256(f"{chart.title}{chart.kind}{chart.alt}{width}{look}".encode()).hexdigest()[:6]
    is_touched = look in {"page", "file"}
    sheet = Sheet(width, height, size, Inks(_PALETTES[look]), key, is_touched, leads=look == "page")
    _PENS.get(chart.kind, plot)(decided, sheet)
    drawn = "".join(sheet.drawn)
    space, box = "http://www.w3.org/2000/svg", f'viewBox="0 0 {width:g} {height:g}"'
    letters = f'font-family="{", ".join(FAMILIES)}, sans-serif" font-size="{size:g}" fill="{sheet.inks.of("ink")}"'
    title, alt = escape(clean(chart.title)), escape(clean(chart.alt))
    if is_touched:  # a <title> of the whole drawing would hang at the pointer wherever it rests
        role = "group" if "<a " in drawn else "img"
        head = f'<svg xmlns="{space}" class="rp-chart" {box} role="{role}" aria-label="{alt}" {letters}>'
    else:
        size_of = f'width="{width:g}" height="{height:g}"'
        head = f'<svg xmlns="{space}" {size_of} {box} role="img" {letters}><title>{title}</title><desc>{alt}</desc>'
    return f"{head}{_hatching(sheet, drawn)}{drawn}</svg>"


def _hatching(sheet: Sheet, drawn: str) -> str:
    """Return the patterns that a drawing uses: fine for what was not reported, dark for what takes away."""
    found = ""
    for name, shade in (("h", "missing"), ("m", "bad")):
        if f"url(#{sheet.key}{name})" in drawn:
            line = f'<path d="M-1 1l2-2M0 4l4-4M3 5l2-2" stroke="{sheet.inks.of(shade)}" stroke-width=".8"/>'
            found += (
                f'<pattern id="{sheet.key}{name}" width="4" height="4" patternUnits="userSpaceOnUse">{line}</pattern>'
            )
    return f"<defs>{found}</defs>" if found else ""
