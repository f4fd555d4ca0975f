"""A chart as an inline drawing of the page: in the colours of the page, light and dark, at one of a few widths."""

import re
from functools import cache
from html import escape

from dashboard import theme
from dashboard.charts import Chart
from dashboard.render.drawing import svg

# Pixels that a drawing is made for; in a box of another width it is scaled a little. The first response draws for the boxes of
# a usual phone, and for those of a wide window, side by side and alone.
WIDTHS = (296, 356, 430, 510, 584, 690, 830, 1010, 1232)
PHONE, PAIR, FULL = 356, 584, 1232
LETTERS = 12.0
CELLS = {"matrix", "heat"}  # a table reads better than a drawing of one, and its cells lead on
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")
_HEAD = re.compile(r"<svg\b[^>]*>\s*(?:<title>.*?</title>\s*)?(?:<desc>.*?</desc>)?", re.DOTALL)
_STYLE = re.compile(r"<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL)  # it would hold for the whole page
_BOX = re.compile(r'viewBox="[^"]*"')


def tall(chart: Chart, width: int) -> int:
    """Return the height in pixels of a drawing of this width."""
    return round(svg.height(chart, width, size=LETTERS))


def drawn(chart: Chart, width: int) -> str:
    """Return the drawing as an <svg> that fills its box, with its text alternative; raises ValueError where a map has no outlines."""
    drawing = svg.svg(chart, width, tall(chart, width), size=LETTERS, text="text")
    coloured = _COLOUR.sub(lambda found: _variables().get(found[0].lower(), found[0]), _STYLE.sub("", drawing))
    box = _BOX.search(coloured)
    # A <title> of the whole drawing would hang at the pointer wherever it rests; the heading above says the same.
    head = f'<svg class="rp-chart" {box[0] if box else ""} role="img" aria-label="{escape(chart.alt)}" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
    return _HEAD.sub(lambda _found: head, coloured, count=1)


@cache
def _variables() -> dict[str, str]:
    """Return each colour of the light look -> the variable that holds it in both."""
    light = theme.LIGHT
    found = {colour.lower(): f"var(--rp-category-{n})" for n, colour in enumerate(light.categories, 1)}
    found |= {colour.lower(): f"var(--rp-band-{n})" for n, colour in enumerate(light.bands, 1)}
    return found | {getattr(light, name).lower(): f"var(--rp-{name})" for name in theme.NAMED}
