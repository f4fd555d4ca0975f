"""What a slide shows in two dimensions: the funnel as a native scatter, the map as native shapes that stay crisp."""

from dataclasses import replace
from itertools import pairwise
from math import ceil, floor, log10
from typing import Any

import polars as pl

from dashboard import theme
from dashboard.charts import AREA_CODE, Chart
from dashboard.render import funnel_frame, marks, outlines
from dashboard.render.slides import chart as slides_chart
from dashboard.render.slides.cells import HATCHED, explained, key, table
from dashboard.render.slides.series import Label, Mark, Series, form, scale
from dashboard.render.slides.sheet import (
    DRAWING,
    INK,
    SHAPED,
    Run,
    Stage,
    clean,
    describe,
    emu,
    paragraph,
    parsed,
    solid,
    wide,
)
from dashboard.snapshot import Column
from dashboard.words.text import _

FORMS = {"good": "triangle", "bad": "diamond", "picked": "square"}
MOST_NAMES = 8  # beside their points


def funnel(chart: Chart, place: Stage) -> None:
    """Draw limit curves, the overall line and a point a unit; those outside and the chosen one with their names."""
    roles = chart.roles
    label, size, value = (roles[role] for role in ("label", "size", "value"))
    curves, points = funnel_frame.curves(chart), funnel_frame.points(chart)
    silent = chart.data.filter(pl.col(label).is_not_null() & pl.col(value).is_null())
    parts = []
    if silent.height:
        named = ", ".join(clean(name) for name in silent[label].head(4)) + (" …" if silent.height > 4 else "")
        parts.append(Run(f"{_('belum melapor')}: {named}", 11, INK.muted))
    place = explained(place, parts)
    looks: dict[str, tuple[str, str, float, str]] = {
        "overall": (_("rerata semua unit"), INK.ink, 1.0, "solid"),
        "upper": (_("batas 95 %"), INK.muted, 1.25, "sysDot"),
        "lower": (_("batas 95 %, bawah"), INK.muted, 1.25, "sysDot"),
        "far_upper": (_("batas 99,8 %"), INK.muted, 1.25, "dash"),
        "far_lower": (_("batas 99,8 %, bawah"), INK.muted, 1.25, "dash"),
    }
    drawn = [
        Series(
            name, curves[roles[role]].to_list(), xs=curves[size].to_list(), line=shade, points=width, dash=dash,
            is_named="lower" not in role,
        )
        for role, (name, shade, width, dash) in looks.items()
        if curves[roles[role]].null_count() < curves.height
    ]  # fmt: skip
    drawn += _units(chart, points)
    sizes = [*curves[size].to_list(), *points[size].to_list()] or [1.0]
    shown = [v for one in drawn for v in one.values if v is not None] or [0.0, 1.0]
    low, high = min(shown), max(shown)
    if chart.unit.strip().startswith("%") and low >= 0 and high <= 100:
        low, high = max(low - 2, 0.0), min(high + 2, 100.0)
    down = scale(low, high, chart.unit, most=6)
    across = replace(scale(min(sizes), max(sizes), "", most=6), title=chart.options["size_name"], is_ruled=False)
    if funnel_frame.is_logarithmic(sizes):
        ends = (10.0 ** floor(log10(min(sizes))), 10.0 ** ceil(log10(max(sizes))))
        across = replace(across, low=ends[0], high=ends[1], base=10.0, form=form("", *ends, 0))
    inner = (0.75, 0.0, place.width - 1.3, place.height - 0.75)
    slides_chart.scatter(place, drawn, across, down, name=chart.title, alt=chart.alt, inner=inner, legend=True)


def _units(chart: Chart, points: pl.DataFrame) -> list[Series]:
    """Return the units by what they are: a form and a colour each, hollow where too small to be judged."""
    roles = chart.roles
    names = {
        "good": _("di luar rentang wajar, lebih baik"),
        "bad": _("di luar rentang wajar, lebih buruk"),
        "picked": _("unit yang dipilih"),
        "ordinary": _("dalam rentang wajar"),
    }
    places = marks.digits(points[roles["value"]].to_list(), chart.unit, chart.options.get("digits"))
    widest = float(points[roles["size"]].max() or 0.0)  # ty: ignore
    found, middle = [], widest * 0.4
    side = pl.col(roles["side"])
    unsure = pl.col(roles["hollow"]).fill_null(value=False) if "hollow" in roles else pl.lit(value=False)
    kinds = [(kind, name, ~unsure & (side == kind)) for kind, name in names.items() if kind in FORMS]
    kinds.append(("ordinary", names["ordinary"], ~unsure & (~side.is_in(list(FORMS)) | side.is_null())))
    kinds.append(("none", _("terlalu kecil untuk dinilai"), unsure))
    for kind, name, which in kinds:
        rows = points.filter(which)
        if rows.is_empty():
            continue
        shade = INK.accent if kind == "picked" else theme.colour("ordinary" if kind == "none" else kind, INK)
        mark = Mark(FORMS.get(kind, "circle"), 10 if kind in FORMS else 7, None if kind == "none" else shade, shade)
        called, values, xs = ([*rows[roles[role]]] for role in ("label", "value", "size"))
        called = [clean(n) for n in called]
        labels = {
            i: Label(_called(n, v, chart, places), "l" if x > middle else "r", shade, 10)
            for i, (n, v, x) in enumerate(zip(called, values, xs, strict=True))
            if i < MOST_NAMES and kind in FORMS
        }
        found.append(Series(name, values, xs=xs, names=called, mark=mark, labels=labels))
    return found


def _called(name: str, value: float, chart: Chart, places: int) -> str:
    return f"{marks.short(name, 28)} {marks.figure_text(value, chart.unit, places)}"


def area_map(chart: Chart, place: Stage) -> None:
    """Draw each area as a shape in its band's colour with its letter, and the areas ranked beside the map.

    Raises ValueError where the chart carries no outlines.
    """
    geometry = chart.options.get("geometry")
    if not geometry:
        raise ValueError("a map needs the outlines of its areas: pass geometry=db.areas()")
    place = explained(place, key(chart))
    roles, side = chart.roles, 3.9
    known = {row[roles["area"]]: row for row in chart.data.iter_rows(named=True)}
    points = [p for feature in geometry["features"] for ring in outlines.rings(feature) for p in ring]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    room = place.width - side - 0.4
    each = min(room / (east - west), place.height / (north - south))
    left = place.left + (room - each * (east - west)) / 2

    def at(point: Any) -> tuple[int, int]:
        return emu(left + (point[0] - west) * each), emu(place.top + (north - point[1]) * each)

    group = place.slide.shapes.add_group_shape()
    describe(group, chart.title, chart.alt)
    listed, labels = [], []
    for feature in geometry["features"]:
        code, name = feature["properties"][AREA_CODE], clean(feature["properties"]["name"])
        row = known.get(code, {})
        band, figure = row.get(roles["band"]), row.get(roles["text"])
        words = clean(figure) if figure is not None else _("belum melapor")
        letter = _letter(chart, band)
        fill = solid(theme.colour(band, INK)) if band is not None else HATCHED
        rings = outlines.rings(feature)
        paths = [[at(point) for point in ring] for ring in rings]
        number = place.slide.shapes._next_shape_id
        alt = f"{name}: {words}" + (f" ({letter})" if letter else "")
        group._element.append(_area(paths, fill, name, alt, number))
        largest = max(rings, key=outlines.size)
        middle, span = _roomiest(largest, 0.38 / each)
        ink = theme.text_on(theme.colour(band, INK)) if band is not None else INK.ink
        labels.append((at(middle), span * each, name, f"{letter} {words}".strip() if band is not None else words, ink))
        listed.append({"name": name, "value": row.get(roles["value"]), "text": words, "letter": letter or "–"})
    for at_, span, name, words, ink in labels:
        group._element.append(_caption(at_, span, name, words, ink, place.slide.shapes._next_shape_id))
    group._element.recalculate_extents()
    _listed(chart, place.part(place.width - side, 0, side, place.height), listed)


def _roomiest(ring: list[Any], tall: float) -> tuple[tuple[float, float], float]:
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


def _longest(ring: list[Any], y: float) -> tuple[float, float]:
    """Return from where to where the longest part of a level line lies within a ring."""
    edges = [(a, b) for a, b in pairwise([*ring, ring[0]]) if (a[1] > y) != (b[1] > y)]
    found = sorted(a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]) for a, b in edges)
    pairs = list(zip(found[::2], found[1::2], strict=False))
    return max(pairs, key=lambda pair: pair[1] - pair[0], default=(0.0, 0.0))


def _letter(chart: Chart, band: Any) -> str:
    """Return the letter of a band, as its name has it before the dot, or its number."""
    if band is None:
        return ""
    name = (chart.options.get("band_names") or {}).get(band, "")
    return clean(name.split("·")[0]) if "·" in name else str(band)


def _area(paths: list[list[tuple[int, int]]], fill: str, name: str, alt: str, number: int) -> Any:
    flat = [point for path in paths for point in path]
    x, y = min(p[0] for p in flat), min(p[1] for p in flat)
    w, h = max(p[0] for p in flat) - x, max(p[1] for p in flat) - y
    drawn = ""
    for path in paths:
        spots = [f'<a:pt x="{px - x}" y="{py - y}"/>' for px, py in path]
        drawn += (
            f"<a:moveTo>{spots[0]}</a:moveTo>"
            + "".join(f"<a:lnTo>{spot}</a:lnTo>" for spot in spots[1:])
            + "<a:close/>"
        )
    line = f'<a:ln w="19050">{solid(INK.background)}</a:ln>'
    guides = '<a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l="0" t="0" r="r" b="b"/>'
    shape = f'<a:custGeom>{guides}<a:pathLst><a:path w="{w}" h="{h}">{drawn}</a:path></a:pathLst></a:custGeom>'
    return _shape(number, name, alt, (x, y, w, h), shape + fill + line, "")


def _caption(at: tuple[int, int], span: float, name: str, figure: str, ink: str, number: int) -> Any:
    """Return the name and the figure of an area in its middle; the figure alone where the name is wider than the area."""
    lines = [Run(name, 11, ink)] if wide(name, 11) < span * 0.98 else []
    paragraphs = "".join(paragraph([part], "ctr") for part in [*lines, Run(figure, 11, ink, bold=True)])
    width = emu(max(wide(name, 11) if lines else 0, wide(figure, 11, bold=True)) + 0.15)
    height = emu(0.19 * (len(lines) + 1))
    place = (at[0] - width // 2, at[1] - height // 2, width, height)
    shape = '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/>'
    return _shape(number, name, "", place, shape, paragraphs)


def _shape(number: int, name: str, alt: str, at: tuple[int, int, int, int], look: str, paragraphs: str) -> Any:
    from xml.sax.saxutils import quoteattr  # noqa: PLC0415

    descr = f" descr={quoteattr(clean(alt))}" if alt else ""
    body = '<a:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"/><a:lstStyle/>'
    kind = ' txBox="1"' if paragraphs else ""
    return parsed(
        f'<p:sp {SHAPED} {DRAWING}><p:nvSpPr><p:cNvPr id="{number}" name={quoteattr(clean(name))}{descr}/>'
        f'<p:cNvSpPr{kind}/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm><a:off x="{at[0]}" y="{at[1]}"/>'
        f'<a:ext cx="{at[2]}" cy="{at[3]}"/></a:xfrm>{look}</p:spPr>'
        f"<p:txBody>{body}{paragraphs or paragraph([])}</p:txBody></p:sp>"
    )


def _listed(chart: Chart, place: Stage, areas: list[dict[str, Any]]) -> None:
    """Put the areas ranked as a table, those that did not report last."""
    schema = {"name": pl.String, "value": pl.Float64, "text": pl.String, "letter": pl.String}
    frame = pl.DataFrame(areas, schema=schema).sort("value", "name", descending=[True, False], nulls_last=True)
    columns = [
        Column("name", _("Kecamatan")),
        Column("text", chart.unit if wide(chart.unit, 10) < 1.2 and chart.unit else _("Nilai")),
        Column("letter", _("Kategori")),
    ]
    table(place, frame, columns, chart.title)
