"""A map on a slide: each area a native shape that stays crisp, its name and figure on it, the areas ranked beside."""

from itertools import pairwise
from math import ceil, cos, radians
from typing import Any

import polars as pl

from dashboard import theme
from dashboard.render import outlines
from dashboard.render.scenes import meanings
from dashboard.render.scenes.scene import Area, Scene
from dashboard.render.slides import xml
from dashboard.render.slides.cells import explained, table
from dashboard.render.slides.sheet import INK, Stage, clean, emu, shade, wide
from dashboard.render.slides.xml import NOTHING, Run, paragraph
from dashboard.snapshot import Column
from dashboard.words.text import _

SIDE = 3.9  # inches of the table


def area_map(scene: Scene, place: Stage) -> None:
    """Draw each area in its colour, name, letter and figure on it, and the areas ranked beside the map."""
    place = explained(place, scene)
    areas: list[Area] = scene.of(Area)
    narrow = cos(radians((scene.y.low + scene.y.high) / 2))  # a degree east at the middle of the map
    room = place.width - SIDE - 0.4
    each = min(room / ((scene.x.high - scene.x.low) * narrow), place.height / (scene.y.high - scene.y.low))
    left = place.left + (room - each * narrow * (scene.x.high - scene.x.low)) / 2

    def at(point: tuple[float, float]) -> tuple[int, int]:
        return emu(left + (point[0] - scene.x.low) * narrow * each), emu(place.top + (scene.y.high - point[1]) * each)

    group = place.slide.shapes.add_group_shape()
    xml.describe(group, clean(scene.title), clean(scene.alt))
    for area in areas:
        _shape(group, area, [[at(point) for point in ring] for ring in area.rings], scene)
    for area in areas:
        largest = max(area.rings, key=lambda ring: outlines.size([list(point) for point in ring]))
        middle, span = _roomiest(largest, 0.38 / each)
        _caption(group, area, at(middle), span * narrow * each, meanings.grade(scene, area.fill))
    _listed(scene, areas, place.part(place.width - SIDE, 0, SIDE, place.height))


def _shape(group: Any, area: Area, paths: list[list[tuple[int, int]]], scene: Scene) -> None:
    flat = [point for path in paths for point in path]
    x, y = (min(p[n] for p in flat) for n in (0, 1))
    box = (x, y, max(p[0] for p in flat) - x, max(p[1] for p in flat) - y)
    letter = meanings.grade(scene, area.fill)
    fill = xml.solid(shade(area.fill)) if area.fill else xml.HATCHED
    alt = f"{area.tip} ({letter})" if letter else area.tip
    xml.shape(group, area.name, alt, box, xml.outline(paths, box).replace("@FILL@", fill))


def _caption(group: Any, area: Area, at: tuple[int, int], span: float, letter: str) -> None:
    """Write the name and the figure of an area in its middle; the figure alone where the name is wider than the area."""
    ink = theme.text_on(shade(area.fill)) if area.fill else INK.ink
    figure = f"{letter} {area.figure}".strip()
    lines = [Run(area.name, 11, ink)] if wide(area.name, 11) < span * 0.98 else []
    paragraphs = "".join(paragraph([part], "ctr") for part in [*lines, Run(figure, 11, ink, bold=True)])
    width = emu(max(wide(area.name, 11) if lines else 0, wide(figure, 11, bold=True)) + 0.15)
    height = emu(0.19 * (len(lines) + 1))
    box = (at[0] - width // 2, at[1] - height // 2, width, height)
    look = f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{NOTHING}'
    xml.shape(group, area.name, "", box, look, paragraphs)


def _roomiest(ring: Any, tall: float) -> tuple[tuple[float, float], float]:
    """Return the middle of the widest place within a ring that is `tall` from top to bottom, and its width."""
    low, high = min(p[1] for p in ring), max(p[1] for p in ring)
    step = (high - low) / 24
    lines = [_longest(ring, low + step * (n + 0.5)) for n in range(24)]
    reach = min(ceil(tall / 2 / step), 11)

    def room(at: int) -> tuple[float, float]:
        beside = lines[at - reach : at + reach + 1]
        return max(line[0] for line in beside), min(line[1] for line in beside)

    def worth(at: int) -> float:  # rather in the middle than a little wider
        left, right = room(at)
        return (right - left) * (1 - 0.2 * abs(at - 11.5) / 11.5)

    best = max(range(reach, 24 - reach), key=worth)
    left, right = room(best)
    if right <= left:
        left, right = lines[best]
        return ((left + right) / 2, low + step * (best + 0.5)), 0.0
    return ((left + right) / 2, low + step * (best + 0.5)), right - left


def _longest(ring: Any, y: float) -> tuple[float, float]:
    """Return from where to where the longest part of a level line lies within a ring."""
    edges = [(a, b) for a, b in pairwise([*ring, ring[0]]) if (a[1] > y) != (b[1] > y)]
    found = sorted(a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]) for a, b in edges)
    pairs = list(zip(found[::2], found[1::2], strict=False))
    return max(pairs, key=lambda pair: pair[1] - pair[0], default=(0.0, 0.0))


def _listed(scene: Scene, areas: list[Area], place: Stage) -> None:
    """Put the areas ranked as a table, those that did not report last."""
    rows = [(area.name, area.value, area.figure, meanings.grade(scene, area.fill) or "–") for area in areas]
    schema = {"name": pl.String, "value": pl.Float64, "text": pl.String, "letter": pl.String}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    columns = [
        Column("name", _("Kecamatan")),
        Column("text", scene.unit if scene.unit and wide(scene.unit, 10) < 1.2 else _("Nilai")),
        Column("letter", _("Kategori")),
    ]
    table(place, frame.sort("value", "name", descending=[True, False], nulls_last=True), columns, scene.title)
