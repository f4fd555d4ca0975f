"""A map drawn from its own outlines, as a static drawing: no tiles, nothing fetched."""

from math import hypot
from typing import Any

from dashboard import theme
from dashboard.charts import AREA_CODE, Chart
from dashboard.render import marks, outlines
from dashboard.render.drawing.sheet import HATCH, WORST, Sheet, clean, keys, spread

Point = tuple[float, float]


def area_map(chart: Chart, sheet: Sheet) -> None:
    """Draw each area in its band's colour, its name and figure inside, or beside the map where there is no room.

    Raises ValueError where the chart has no outlines.
    """
    from matplotlib.patches import PathPatch  # noqa: PLC0415
    from matplotlib.path import Path  # noqa: PLC0415

    geometry = chart.options.get("geometry")
    if not geometry:
        raise ValueError("a map needs the outlines of its areas: pass geometry=db.areas()")
    colours, roles = sheet.colours, chart.roles
    sheet.head(chart.unit, keys(chart, colours))
    known = {row[roles["area"]]: row for row in chart.data.iter_rows(named=True)}
    axes = _map_axes(sheet, [p for feature in geometry["features"] for ring in outlines.rings(feature) for p in ring])
    outside = []
    for feature in geometry["features"]:
        row = known.get(feature["properties"][AREA_CODE], {})
        band, words = row.get(roles["band"]), row.get(roles["text"])
        fill = colours.surface if band is None else theme.colour(band, colours)
        rings = outlines.rings(feature)
        path = Path.make_compound_path(*(Path(ring, closed=True) for ring in rings))
        axes.add_patch(PathPatch(path, facecolor=fill, edgecolor=colours.background, linewidth=1.2))
        if band is None:
            look: dict[str, Any] = {"facecolor": "none", "edgecolor": colours.missing, "hatch": HATCH, "linewidth": 0.6}
            axes.add_patch(PathPatch(path, alpha=0.6, **look))
        figure = clean(words) if words is not None else marks.figure_text(None, chart.unit, 0)
        name = clean(feature["properties"]["name"])
        shape = [tuple(axes.transData.transform(point)) for point in max(rings, key=outlines.size)]
        ink = theme.text_on(fill) if band is not None else colours.ink
        is_worst = str(band) in WORST
        if not _inside(sheet, shape, name, figure, ink, is_worst):
            middle = outlines.centre([list(point) for point in shape])
            outside.append((middle, ("\u25bc " if is_worst else "") + figure, name))
    _beside(sheet, axes, outside)


def _map_axes(sheet: Sheet, points: outlines.Ring) -> Any:
    axes = sheet.axes(2, 2, 2, 2)
    axes.set_axis_off()
    axes.set_aspect("equal")
    axes.set_xlim(min(p[0] for p in points), max(p[0] for p in points))
    axes.set_ylim(min(p[1] for p in points), max(p[1] for p in points))
    axes.apply_aspect()
    return axes


def _inside(sheet: Sheet, shape: list[Point], name: str, figure: str, ink: str, is_worst: bool) -> bool:
    """Write name and figure where the shape (in points) has room for them; return whether it has."""
    size = sheet.size
    figure_wide = sheet.measure(figure, 600) + (2 * size if is_worst else 0)
    broken = name.replace(" ", "\n", 1)
    for words, small in ((name, size), (broken, size), (broken, size * 0.8)):
        lines = words.count("\n") + 2
        wide, tall = max(sheet.measure(words, size=small), figure_wide) + 3, lines * size * 1.15
        at = _room(shape, wide, tall)
        if at is None:
            continue
        x, top = at[0], sheet.height - at[1] - tall / 2
        look = {"ha": "center", "va": "top", "color": ink}
        sheet.words(x, top, words, fontsize=small, linespacing=1.0, **look)
        bottom = top + (lines - 1) * size * 1.12
        sheet.words(x, bottom, figure, fontweight=600, **look)
        if is_worst:
            sheet.words(x - figure_wide / 2 + size * 0.4, bottom + 1, "\u25bc", fontsize=size * 0.7, **look)
        return True
    return False


def _room(shape: list[Point], wide: float, tall: float) -> Point | None:
    """Return the middle of a box of this size within the shape, as near to its centroid as can be; None without room."""
    ring = [list(point) for point in shape]
    middle, best = outlines.centre(ring), None
    low, high = min(p[1] for p in shape), max(p[1] for p in shape)
    steps = 24
    for n in range(1, steps):
        y = low + (high - low) * n / steps
        spans = [_crossings(shape, y + tall * part) for part in (-0.5, -0.25, 0, 0.25, 0.5)]
        for left, right in spans[2]:
            for others in (spans[0], spans[1], spans[3], spans[4]):
                inner = max(
                    ((max(left, a), min(right, b)) for a, b in others), key=lambda s: s[1] - s[0], default=(0, -1)
                )
                left, right = inner  # noqa: PLW2901
            if right - left < wide:
                continue
            x = min(max(middle[0], left + wide / 2), right - wide / 2)
            far = hypot(x - middle[0], y - middle[1])
            if best is None or far < best[0]:
                best = (far, (x, y))
    return best[1] if best else None


def _crossings(shape: list[Point], y: float) -> list[tuple[float, float]]:
    """Return the spans of x within the shape at a height."""
    found = []
    for (x0, y0), (x1, y1) in zip(shape, shape[1:] + shape[:1], strict=True):
        if (y0 > y) != (y1 > y):
            found.append(x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    found.sort()
    return list(zip(found[::2], found[1::2], strict=False))


def _beside(sheet: Sheet, axes: Any, found: list[tuple[Point, str, str]]) -> None:
    """Write what has no room inside at the nearer side of the map, with a thin line to its area."""
    from matplotlib.lines import Line2D  # noqa: PLC0415

    box = axes.get_position()
    unknown = marks.figure_text(None, "", 0)
    left, right = box.x0 * sheet.width, (box.x0 + box.width) * sheet.width
    for is_right in (False, True):
        here = [label for label in found if (label[0][0] > (left + right) / 2) == is_right]
        ys = spread([at[1] for at, *_rest in here], [sheet.line] * len(here), 0, sheet.height - sheet.top)
        for ((x, y), figure, name), level in zip(here, ys, strict=True):
            edge = right + sheet.size * 2 if is_right else left - sheet.size * 2
            room = max((sheet.width - edge if is_right else edge) - sheet.size, sheet.size * 4)
            words = f"{name} {figure}"
            if sheet.measure(words) > room:  # the hatching says it, too
                short = sheet.fit(name, max(room - sheet.measure(figure) - sheet.size * 0.3, sheet.size * 3))
                words = sheet.fit(name, room) if figure == unknown else f"{short} {figure}"
            wide = sheet.measure(words) + 4
            edge = min(edge, sheet.width - wide) if is_right else max(edge, wide)
            xs, way = [x / sheet.width, edge / sheet.width], [y / sheet.height, level / sheet.height]
            line: dict[str, Any] = {"color": sheet.colours.ink, "linewidth": 0.6, "marker": "o", "markevery": [0]}
            sheet.figure.add_artist(Line2D(xs, way, markersize=2.5, **line))
            side = {"ha": "left" if is_right else "right", "va": "center", "color": sheet.colours.ink}
            sheet.words(edge + (2 if is_right else -2), sheet.height - level, words, **side)
