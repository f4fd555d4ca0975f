"""Cells by band or state, and areas of a map."""

from dashboard.charts import AREA_CODE, Chart
from dashboard.render import marks, outlines
from dashboard.render.letters import clean
from dashboard.render.scenes import meanings, scales
from dashboard.render.scenes.meanings import column
from dashboard.render.scenes.scene import Area, Axis, Cell, Scene, Tick
from dashboard.words.text import _


def matrix(chart: Chart) -> Scene:
    """Decide a cell a row and column in its band's colour, with its text; a null band was not reported."""
    bands = column(chart, "band")
    said = [
        _("belum melapor") if b is None else clean(w or "") for b, w in zip(bands, column(chart, "text"), strict=True)
    ]
    return _cells(chart, [None if b is None else str(b) for b in bands], column(chart, "text"), said)


def heat(chart: Chart) -> Scene:
    """Decide a cell a row and column in the colour of its state."""
    states, found = chart.options["states"], column(chart, "state")
    said = [clean(states[s][0]) if s in states else _("belum melapor") for s in found]
    fills = [states[s][1] if s in states else None for s in found]
    words = [
        word if word or fill in {None, "missing", "empty"} else name[:1].upper()  # colour alone says nothing in grey
        for word, fill, name in zip(column(chart, "text"), fills, said, strict=True)
    ]
    return _cells(chart, fills, words, said)


def _cells(chart: Chart, fills: list[str | None], words: list[str | None], said: list[str]) -> Scene:
    rows, columns = column(chart, "row"), column(chart, "column")
    down, across = ({name: n for n, name in enumerate(dict.fromkeys(names))} for names in (rows, columns))
    values, urls, hovers = (column(chart, role) for role in ("value", "link", "hover"))
    parts = zip(rows, columns, fills, words, said, hovers, urls, values, strict=True)
    cells = tuple(
        Cell(
            across[c],
            down[r],
            fill,
            None if word is None else clean(word),
            clean(hover or f"{r}, {c}: {state}"),
            url,
            value,
        )
        for r, c, fill, word, state, hover, url, value in parts
    )
    x, y = (
        scales.rows([Tick(at, clean(name), links.get(name)) for name, at in names.items()], kind)
        for names, kind, links in ((across, "columns", _links(chart, "column")), (down, "rows", _links(chart, "row")))
    )
    over = clean(chart.options.get("column_title") or "")
    return Scene(chart.kind, chart.title, chart.unit, chart.alt, x, y, cells, meanings.legend(chart), over=over)


def _links(chart: Chart, role: str) -> dict[str, str | None]:
    """Return the name of each row or column that has a link -> the link."""
    link = chart.roles.get(f"{role}_link")
    return dict(chart.data.select(chart.roles[role], link).iter_rows()) if link else {}


def area_map(chart: Chart) -> Scene:
    """Decide each area in its band's colour with its name and figure; raises ValueError where the chart has no outlines."""
    geometry = chart.options.get("geometry")
    if not geometry:
        raise ValueError("a map needs the outlines of its areas: pass geometry=db.areas()")
    roles = chart.roles
    known = {row[roles["area"]]: row for row in chart.data.iter_rows(named=True)}
    areas = []
    for feature in geometry["features"]:
        code, name = feature["properties"][AREA_CODE], clean(feature["properties"]["name"])
        row = known.get(code, {})
        band, words = row.get(roles["band"]), row.get(roles["text"])
        figure = clean(words) if words is not None else marks.figure_text(None, chart.unit, 0)
        rings = tuple(tuple((p[0], p[1]) for p in ring) for ring in outlines.rings(feature))
        fill, picked = None if band is None else str(band), code == chart.options.get("picked")
        url, value = row.get(roles.get("link", "")), row.get(roles["value"])
        areas.append(Area(rings, fill, name, figure, f"{name}: {figure}", url, picked, value))
    points = [point for area in areas for ring in area.rings for point in ring]
    x, y = (Axis("value", min(p[n] for p in points), max(p[n] for p in points), is_shown=False) for n in (0, 1))
    return Scene(chart.kind, chart.title, chart.unit, chart.alt, x, y, tuple(areas), meanings.legend(chart))
