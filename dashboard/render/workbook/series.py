"""What the native charts of a workbook share: series, points, labels, axes, the frame."""

from collections.abc import Sequence
from math import floor
from typing import Any

from dashboard import theme
from dashboard.charts import Chart
from dashboard.render import marks
from dashboard.render.workbook.sheet import Place, Source
from dashboard.words.harmless import harmless

COLOURS = theme.LIGHT
WIDTH = 640  # pixels
HEIGHT = 360
LETTERS = {"name": "Calibri", "size": 9, "color": COLOURS.muted}


def add(drawn: Any, at: Source, values: Source, look: dict[str, Any]) -> None:
    """Add a series that reads its name, its categories and its values from cells."""
    drawn.add_series({"name": values.head, "categories": at.values, "values": values.values} | look)


def filled(shade: str) -> dict[str, Any]:
    """Return the look of what is filled with a colour."""
    return {"fill": {"color": shade}, "border": {"color": shade}}


def marked(shade: str, shape: str, size: int) -> dict[str, Any]:
    """Return the look of points without a line."""
    return {"line": {"none": True}, "marker": {"type": shape, "size": size} | filled(shade)}


def points(chart: Chart) -> list[dict[str, Any]]:
    """Return the look of each point by its signal or band; a hollow one is not sure enough to be judged."""
    n, colour, hollow = chart.data.height, chart.roles.get("colour"), chart.roles.get("hollow")
    shades = chart.data[colour].to_list() if colour else ["ordinary"] * n
    unsure = chart.data[hollow].to_list() if hollow else [False] * n
    looks = []
    for shade, is_hollow in zip(shades, unsure, strict=True):
        fill = theme.colour(shade, COLOURS)
        looks.append({"fill": {"color": COLOURS.background if is_hollow else fill}, "border": {"color": fill}})
    return looks


def labels(words: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the words beside points, nothing where there are none; what begins with = would be taken for a formula."""
    shown = [None if w is None else short_name(w) for w in words]
    return [{"value": f" {w}" if w.startswith("=") else w} if w else {"delete": True} for w in shown]


def short_name(words: Any) -> str:
    """Return a name cut to what fits beside a chart."""
    return marks.short(harmless(words), 30)


def axis(unit: str, number: str | None = None) -> dict[str, Any]:
    """Return the look of an axis; the one of figures has their format and a grid."""
    look: dict[str, Any] = {
        "num_font": LETTERS,
        "line": {"color": COLOURS.hairline},
        "major_tick_mark": "none",
        "minor_tick_mark": "none",
        "major_gridlines": {"visible": number is not None, "line": {"color": COLOURS.grid, "width": 0.75}},
    }
    if number:
        look["num_format"] = number
    if words := harmless(unit, 120).lstrip("="):
        look |= {"name": words, "name_font": LETTERS | {"bold": False}}
    return look


def framed(drawn: Any, place: Place, height: int, *, is_alone: bool = False) -> Any:
    """Set the title (from its cell), the legend and the size."""
    drawn.set_title({"name": [place.name, 0, 0], "name_font": {"size": 11, "bold": True, "color": COLOURS.ink}})
    drawn.set_size({"width": WIDTH, "height": height})
    drawn.set_chartarea({"border": {"color": COLOURS.hairline}})
    if not is_alone:
        drawn.set_legend({"position": "bottom", "font": LETTERS})
    drawn.show_hidden_data()
    return drawn


def places_of(chart: Chart, role: str) -> int:
    """Return how many decimals the figures of a role need."""
    return marks.digits(chart.data[chart.roles[role]].to_list(), chart.unit, chart.options.get("digits"))


def lowest(chart: Chart) -> int:
    """Return where the axis of points begins: somewhat below the lowest, at zero where that is near."""
    roles = [chart.roles[role] for role in ("value", "lower", "upper", "previous", "far_lower") if role in chart.roles]
    known = [v for column in roles for v in chart.data[column].to_list() if v is not None] or [0.0]
    low = min(known) - (max(known) - min(known)) * 0.1
    return floor(low) if low < 0 or low > max(known) * 0.25 else 0
