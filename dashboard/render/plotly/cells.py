"""Cells and areas as Plotly traces: matrix by band, heat by state, a map drawn from its own outlines (no tiles)."""

from typing import Any

from dashboard import theme
from dashboard.charts import AREA_CODE, Chart
from dashboard.render import marks, outlines
from dashboard.theme import Palette

Traces = list[dict[str, Any]]
Parts = tuple[Traces, dict[str, Any]]
# The width of a letter of a name as a share of the map's, on the narrowest screen.
LETTER = 0.026


def matrix(chart: Chart, colours: Palette) -> Parts:
    """Draw a cell a row and column in its band's colour, with its text."""
    bands = chart.data[chart.roles["band"]].to_list()
    return _cells(chart, colours, [None if b is None else theme.colour(b, colours) for b in bands])


def heat(chart: Chart, colours: Palette) -> Parts:
    """Draw a cell a row and column in the colour of its state."""
    states = chart.options["states"]
    found = chart.data[chart.roles["state"]].to_list()
    return _cells(chart, colours, [theme.colour(states[s][1], colours) if s in states else None for s in found])


def _cells(chart: Chart, colours: Palette, fills: list[str | None]) -> Parts:
    rows, columns, words = (chart.data[chart.roles[role]].to_list() for role in ("row", "column", "text"))
    row_names, column_names = list(dict.fromkeys(rows)), list(dict.fromkeys(columns))
    xs, ys = [column_names.index(c) for c in columns], [row_names.index(r) for r in rows]
    texts = [w if w is not None else marks.figure_text(None, chart.unit, 0) for w in words]
    look = {"type": "rect", "line": {"color": colours.background, "width": 1}, "layer": "below"}
    shapes = [
        look | {"x0": x - 0.5, "x1": x + 0.5, "y0": y - 0.5, "y1": y + 0.5, "fillcolor": fill or colours.surface}
        for x, y, fill in zip(xs, ys, fills, strict=True)
    ]
    trace = {
        "type": "scatter",
        "mode": "text",
        "x": xs,
        "y": ys,
        "text": ["–" if w is None else w for w in words],
        "textfont": {"size": 12, "color": [theme.text_on(f) if f else colours.muted for f in fills]},
        "customdata": [f"{r}, {c}: {w}" for r, c, w in zip(rows, columns, texts, strict=True)],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    across = {"tickvals": list(range(len(column_names))), "ticktext": marks.ticks([str(c) for c in column_names], 14)}
    down = {"tickvals": list(range(len(row_names))), "ticktext": marks.ticks([str(r) for r in row_names])}
    layout = {
        "xaxis": across | {"side": "top", "range": [-0.5, len(column_names) - 0.5], "showgrid": False},
        "yaxis": down | {"range": [len(row_names) - 0.5, -0.5], "showgrid": False},
        "height": 64 + 28 * len(row_names),
        "shapes": shapes,
    }
    return [trace], layout


def area_map(chart: Chart, colours: Palette) -> Parts:
    """Draw each area as a polygon in its band's colour; raises ValueError where the chart carries no outlines."""
    geometry = chart.options.get("geometry")
    if not geometry:
        raise ValueError("a map needs the outlines of its areas: pass geometry=db.areas()")
    roles = chart.roles
    known = {row[roles["area"]]: row for row in chart.data.iter_rows(named=True)}
    whole = _width([point for feature in geometry["features"] for ring in outlines.rings(feature) for point in ring])
    traces, over, notes = [], [], []
    for feature in geometry["features"]:
        code, name = feature["properties"][AREA_CODE], feature["properties"]["name"]
        row = known.get(code, {})
        band, url = row.get(roles["band"]), row.get(roles.get("link", ""))
        words = row.get(roles["text"])
        hover = words if words is not None else marks.figure_text(None, chart.unit, 0)
        fill = theme.colour(band, colours) if band is not None else colours.surface
        trace = {"type": "scatter", "mode": "lines", "fill": "toself", "hoveron": "fills", "name": name}
        trace |= {"line": {"color": colours.background, "width": 1.5}, "hoverinfo": "text", "text": f"{name}: {hover}"}
        if band is None:
            trace["fillpattern"] = {
                "shape": "/",
                "fgcolor": colours.missing,
                "bgcolor": fill,
                "size": 6,
                "solidity": 0.2,
            }
        rings = outlines.rings(feature)
        traces.append(trace | {"fillcolor": fill} | _path(rings) | marks.leading([url]))
        if code == chart.options.get("picked"):  # over all others, whose edges would cover half of its own
            edge = {"mode": "lines", "line": {"color": colours.ink, "width": 3}, "hoverinfo": "skip"}
            over.append({"type": "scatter", "name": name} | edge | _path(rings))
        largest = max(rings, key=outlines.size)
        x, y = outlines.centre(largest)
        ink = theme.text_on(fill) if band is not None else colours.ink
        figure = f"<b>{words if words is not None else '–'}</b>"
        fits = LETTER * len(name) < 0.6 * _width(largest) / whole
        label = f"{name}<br>{figure}" if fits else figure
        font = {"size": 11, "color": ink}
        notes.append(marks.note(marks.linked(label, url, ink), colours, x=x, y=y, align="center", font=font))
    hidden = {"visible": False, "showgrid": False}
    layout = {
        "xaxis": hidden,
        "yaxis": hidden | {"scaleanchor": "x", "scaleratio": 1},
        "height": 380,
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "annotations": notes,
    }
    return traces + over, layout


def _path(rings: list[outlines.Ring]) -> dict[str, list[float | None]]:
    """Return the rings as one path, parted by nulls."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for ring in rings:
        xs += [*(point[0] for point in ring), None]
        ys += [*(point[1] for point in ring), None]
    return {"x": xs[:-1], "y": ys[:-1]}


def _width(points: outlines.Ring) -> float:
    return max(p[0] for p in points) - min(p[0] for p in points)
