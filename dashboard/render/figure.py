"""A chart as an inline drawing of the page: in the colours of the page, light and dark, at one of a few widths."""

from dashboard.charts import Chart
from dashboard.render.drawing import svg

# Pixels that a drawing is made for; in a box of another width it is scaled a little. The first response draws for the boxes of
# a usual phone, and for those of a wide window, side by side and alone.
WIDTHS = (296, 356, 430, 510, 584, 690, 830, 1010, 1232)
PHONE, PAIR, FULL = 356, 584, 1232
CARRIED = (PHONE, 690)  # of a drawing that its box brings along
LETTERS = 12.0
CELLS = {"matrix", "heat"}  # a table reads better than a drawing of one, and its cells lead on


def tall(chart: Chart, width: int) -> int:
    """Return the height in pixels of a drawing of this width."""
    return round(svg.height(chart, width, size=LETTERS))


def drawn(chart: Chart, width: int) -> str:
    """Return the drawing as an <svg> that fills its box, with its text alternative; raises ValueError where a map has no outlines."""
    return svg.svg(chart, width, tall(chart, width), look="page", size=LETTERS)
