"""A map on a slide: each area a native shape that stays crisp, its name and figure on it, the areas ranked beside."""

from math import cos, radians
from typing import Any

import polars as pl

from dashboard import theme
from dashboard.render import outlines
from dashboard.render.office.series import shade
from dashboard.render.scenes import meanings
from dashboard.render.scenes.scene import Area, Scene
from dashboard.render.slides import xml
from dashboard.render.slides.cells import explained, table
from dashboard.render.slides.sheet import INK, Stage, clean, emu, wide
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
        largest = max(area.rings, key=outlines.size)
        _caption(group, area, [at(point) for point in largest], meanings.grade(scene, area.fill))
    _listed(scene, areas, place.part(place.width - SIDE, 0, SIDE, place.height))


def _shape(group: Any, area: Area, paths: list[list[tuple[int, int]]], scene: Scene) -> None:
    flat = [point for path in paths for point in path]
    x, y = (min(p[n] for p in flat) for n in (0, 1))
    box = (x, y, max(p[0] for p in flat) - x, max(p[1] for p in flat) - y)
    letter = meanings.grade(scene, area.fill)
    fill = xml.solid(shade(area.fill)) if area.fill else xml.HATCHED
    alt = f"{area.tip} ({letter})" if letter else area.tip
    xml.shape(group, area.name, alt, box, xml.outline(paths, box).replace("@FILL@", fill))


def _caption(group: Any, area: Area, shape: list[tuple[int, int]], letter: str) -> None:
    """Write the name and the figure of an area where there is room in it; the figure alone where there is none for both."""
    ink, figure = theme.text_on(shade(area.fill)) if area.fill else INK.ink, f"{letter} {area.figure}".strip()
    for words in ([Run(area.name, 11, ink), Run(figure, 11, ink, bold=True)], [Run(figure, 11, ink, bold=True)]):
        size = (emu(max(wide(one.words, 11, bold=one.bold) for one in words) + 0.1), emu(0.19 * len(words)))
        if middle := outlines.room(shape, *size):
            break
    x, y = middle or outlines.centre(shape)
    box = (round(x - size[0] / 2), round(y - size[1] / 2), *size)
    look = f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{NOTHING}'
    xml.shape(group, area.name, "", box, look, "".join(paragraph([one], "ctr") for one in words))


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
