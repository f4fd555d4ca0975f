"""Draws a map from its own outlines: no tiles, nothing fetched."""

from math import cos, radians

from dashboard.render import marks, outlines
from dashboard.render.drawing.sheet import Point, Sheet, spread
from dashboard.render.scenes.meanings import WORST
from dashboard.render.scenes.scene import Area, Scene

MARK = "\u25bc"  # beside the figures of the worst


def area_map(scene: Scene, sheet: Sheet) -> None:
    """Draw each area in its colour, its name and figure inside, or beside the map where there is no room."""
    sheet.head(scene.unit, scene.legend)
    areas = scene.of(Area)
    place = _Place(scene, sheet)
    for area in sorted(
        areas, key=lambda area: area.is_picked
    ):  # over all others, whose edges would cover half of its own
        is_known = area.fill is not None
        runs = [[place.at(point) for point in ring] for ring in area.rings]
        edge = sheet.inks.of("ink" if area.is_picked else "background")
        line = f' stroke="{edge}" stroke-width="{2.5 if area.is_picked else 1.2}" stroke-linejoin="round"'
        drawn = sheet.polygon(runs, sheet.inks.of(area.fill if is_known else "surface"), line)
        sheet.add(sheet.linked(drawn, area.url, area.tip))
        if not is_known:
            sheet.add(sheet.polygon(runs, f"url(#{sheet.key}h)", ' opacity=".6" pointer-events="none"'))
    outside = []
    for area in areas:
        largest: tuple[Point, ...] = max(area.rings, key=outlines.size)
        shape = [place.at(point) for point in largest]
        if not _inside(area, shape, sheet):
            middle = outlines.centre(shape)
            outside.append((middle, _figure(area), area))
    _beside(outside, place, sheet)


class _Place:
    """Where a place of the map stands: as large as fits, a degree east as long as it is at the middle of the map."""

    def __init__(self, scene: Scene, sheet: Sheet) -> None:
        self.x, self.y = scene.x, scene.y
        self.narrow = cos(radians((scene.y.low + scene.y.high) / 2))
        wide, high = (self.x.high - self.x.low) * self.narrow or 1.0, (self.y.high - self.y.low) or 1.0
        room = sheet.height - sheet.top - 4
        self.scale = min((sheet.width - 2 * max(_aside(scene, sheet), 2)) / wide, room / high)
        self.left = (sheet.width - wide * self.scale) / 2
        self.right = self.left + wide * self.scale
        self.top = sheet.top + 2 + (room - high * self.scale) / 2

    def at(self, point: Point) -> Point:
        x = self.left + (point[0] - self.x.low) * self.narrow * self.scale
        return x, self.top + (self.y.high - point[1]) * self.scale


def _aside(scene: Scene, sheet: Sheet) -> float:
    """Return the room at each side that names in two lines and their figures need; no more than leaves the map half."""
    words = (line for area in scene.of(Area) for line in _broken(area.name, _figure(area)).split("\n"))
    return min(max(map(sheet.measure, words), default=0.0) + 4 + sheet.size, sheet.width * 0.28)


def _figure(area: Area) -> str:
    return (f"{MARK} " if area.fill in WORST else "") + area.figure


def _broken(name: str, figure: str) -> str:
    first, space, last = name.rpartition(" ")
    return f"{first}\n{last} {figure}" if space else f"{name} {figure}"


def _inside(area: Area, shape: list[Point], sheet: Sheet) -> bool:
    """Write name and figure where the shape has room for them; return whether it has."""
    size, figure = sheet.size, _figure(area)
    figure_wide = sheet.measure(figure, size, 600)
    broken = area.name.replace(" ", "\n", 1)
    ink = sheet.inks.on(area.fill) if area.fill else sheet.inks.of("ink")
    for words, small in ((area.name, size), (broken, size), (broken, size * 0.8)):
        lines = words.count("\n") + 2
        wide, tall = max(sheet.measure(words, small), figure_wide) + 3, lines * size * 1.15
        at = outlines.room(shape, wide, tall)
        if at is None:
            continue
        x, y = at
        above = y - size * 0.575
        sheet.words((x, above), words, anchor="middle", fill=ink, size=small, url=area.url, leading=1.1)
        below = above + (lines - 1) / 2 * size * 1.15 + size * 0.55
        sheet.words((x, below), figure, anchor="middle", fill=ink, weight=600, url=area.url)
        return True
    return False


def _beside(found: list[tuple[Point, str, Area]], place: _Place, sheet: Sheet) -> None:
    """Write what has no room inside at the nearer side of the map, with a thin line to its area."""
    for is_right in (False, True):
        here = [label for label in found if (label[0][0] > (place.left + place.right) / 2) == is_right]
        free = sheet.width - place.right if is_right else place.left
        lead = sheet.size * (2 if free > sheet.size * 9 else 0.8)
        edge = place.right + lead if is_right else place.left - lead
        room = max(free - lead - 4, sheet.size * 4)
        named = [_named(area, figure, room, sheet) for _middle, figure, area in here]
        gaps = [sheet.line + words.count("\n") * sheet.size * 1.1 for words in named]
        ys = spread([at[1] for at, *_rest in here], gaps, sheet.top, sheet.height)
        for ((x, y), _figure, area), words, level in zip(here, named, ys, strict=True):
            wide = max(map(sheet.measure, words.split("\n"))) + 4
            edge = min(edge, sheet.width - wide) if is_right else max(edge, wide)  # what has less room than it asks for
            ink = sheet.inks.of("ink")
            sheet.path([[(x, y), (edge, level)]], "ink", 0.6)
            sheet.add(sheet.shape((x, y), "circle", 1.2, ink, ink, 0))
            anchor = "start" if is_right else "end"
            sheet.words(
                (edge + (2 if is_right else -2), level), words, anchor=anchor, halo=True, url=area.url, leading=1.1
            )


def _named(area: Area, figure: str, room: float, sheet: Sheet) -> str:
    """Return name and figure in one line, in two, or cut."""
    unknown = marks.figure_text(None, "", 0)
    words = f"{area.name} {figure}"
    for shown in (words, _broken(area.name, figure)):
        if max(map(sheet.measure, shown.split("\n"))) <= room:
            return shown
    short = sheet.fit(area.name, max(room - sheet.measure(figure) - sheet.size * 0.3, sheet.size * 3))
    return sheet.fit(area.name, room) if figure == unknown else f"{short} {figure}"  # the hatching says it, too
