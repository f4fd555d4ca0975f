"""Units of unlike size against what their size alone makes likely."""

from collections.abc import Sequence

import polars as pl

from dashboard.charts import Chart
from dashboard.render import marks
from dashboard.render.letters import clean
from dashboard.render.scenes import meanings, scales
from dashboard.render.scenes.scene import Axis, Dash, Dot, Dots, Entry, Item, Line, Note, Part, Scene, Shape
from dashboard.words import text
from dashboard.words.text import _

LOG_FROM = 30  # times: sizes further apart than this would crowd the small units at one edge
SHAPES: dict[str, Shape] = {"good": "up", "bad": "down", "picked": "diamond"}
LIMITS: tuple[tuple[Part, Dash], ...] = (
    ("far_upper", "dash"), ("upper", "dot"), ("overall", "solid"), ("lower", "dot"), ("far_lower", "dash"),
)  # fmt: skip


def funnel(chart: Chart) -> Scene:
    """Decide limit curves, the overall line, and a point a unit; those outside and the chosen one are shapes with their name."""
    size, value = chart.roles["size"], chart.roles["value"]
    curves, points, named = (
        _curves(chart),
        _points(chart),
        chart.data.filter(pl.col(chart.roles["label"]).is_not_null()),
    )
    places = marks.digits(named[value].to_list(), chart.unit, chart.options.get("digits"))
    low, high = _span(chart, curves, points)
    x = _sizes([*curves[size].to_list(), *points[size].to_list()] or [1.0], clean(chart.options["size_name"]))
    items: list[Item] = []
    for part, dash in LIMITS:
        way = tuple(zip(curves[size].to_list(), curves[chart.roles[part]].to_list(), strict=True))
        look = ("ink", 0.9) if part == "overall" else ("muted", 1.1)
        if any(y is not None for _x, y in way):
            items.append(Line(part, _name(part, chart), way, *look, dash))
    items.append(_units(chart, points, places))
    items += _names(chart, points, places)
    items += _ends(chart, curves, places)
    y = scales.value(low, high, chart.unit)
    legend = _legend(chart, points, named.height - points.height)
    return Scene(chart.kind, chart.title, chart.unit, chart.alt, x, y, tuple(items), legend)


def _curves(chart: Chart) -> pl.DataFrame:
    """Return the rows of the limits and of the overall line, by size."""
    label, size = pl.col(chart.roles["label"]), pl.col(chart.roles["size"])
    return chart.data.filter(label.is_null() & size.is_not_null()).sort(chart.roles["size"])


def _points(chart: Chart) -> pl.DataFrame:
    """Return the rows of the units that have both a value and a size."""
    label, size, value = (pl.col(chart.roles[role]) for role in ("label", "size", "value"))
    return chart.data.filter(label.is_not_null() & value.is_not_null() & size.is_not_null())


def _sizes(sizes: Sequence[float], name: str) -> Axis:
    """Return the axis of sizes, logarithmic where they lie far apart."""
    if min(sizes) > 0 and max(sizes) / min(sizes) > LOG_FROM:
        return scales.logarithm(min(sizes) * 0.88, max(sizes) * 1.14, name)
    room = (max(sizes) - min(sizes) or max(sizes) or 1.0) * 0.04
    low, high = max(min(sizes) - room, 0), max(sizes) + room
    return scales.value(low, high, "", whole=max(sizes) > 5, is_ruled=False, name=name)


def _span(chart: Chart, limits: pl.DataFrame, units: pl.DataFrame) -> tuple[float, float]:
    """Return the span of the points and the limits of 95 %, and of 99.8 % as far as these leave the points room."""
    inner = [units[chart.roles["value"]].to_list()]
    inner += [limits[chart.roles[role]].to_list() for role in ("lower", "upper", "overall")]
    known = [v for part in inner for v in part if v is not None] or [0.0, 1.0]
    low, high = min(known), max(known)
    room = (high - low) or abs(high) or 1.0
    edges = [v for role in ("far_lower", "far_upper") for v in limits[chart.roles[role]].to_list() if v is not None]
    far = [v for v in edges if low - room <= v <= high + room]
    low, high = min([low, *far]), max([high, *far])
    edge = ((high - low) or 1.0) * 0.06
    return (max(low - edge, 0.0) if low >= 0 else low - edge), high + edge


def _units(chart: Chart, points: pl.DataFrame, places: int) -> Dots:
    found = []
    for row in points.iter_rows(named=True):
        kind, value = row[chart.roles["side"]], row[chart.roles["value"]]
        is_out = kind in SHAPES
        shade = {"picked": "accent"}.get(kind, kind) if is_out else "ordinary"
        words = row.get(chart.roles.get("text", "")) or marks.figure_text(value, chart.unit, places)
        look = {
            "tip": f"{clean(row[chart.roles['label']])}: {clean(words)}",
            "url": row.get(chart.roles.get("link", "")),
        }
        is_hollow = bool(row.get(chart.roles.get("hollow", "")))
        shape = SHAPES.get(kind, "circle")
        found.append(Dot(row[chart.roles["size"]], value, shade, shape, is_hollow, 0.9 if is_out else 0.6, **look))
    return Dots("unit", clean(chart.unit or chart.title), tuple(found))


def _names(chart: Chart, points: pl.DataFrame, places: int) -> list[Item]:
    """Return the name and figure of each unit outside, and of the chosen one."""
    found: list[Item] = []
    for row in (
        points.filter(pl.col(chart.roles["side"]).is_in(list(SHAPES))).sort(chart.roles["value"]).iter_rows(named=True)
    ):
        value, kind = row[chart.roles["value"]], row[chart.roles["side"]]
        url, name = row.get(chart.roles.get("link", "")), clean(row[chart.roles["label"]])
        shade = {"picked": "accent"}.get(kind, kind)
        figure = marks.figure_text(value, chart.unit, places)
        found.append(Note(row[chart.roles["size"]], value, name, shade, url=url, figure=figure))
    return found


def _name(part: Part, chart: Chart) -> str:
    if part == "overall":
        return clean(chart.options.get("overall_name") or _("rerata"))
    return text.pct(99.8) if part.startswith("far") else text.pct(95, 0)


def _ends(chart: Chart, curves: pl.DataFrame, places: int) -> list[Item]:
    """Return the names of the lines where they end; two limits at the same place are one."""
    if curves.is_empty():
        return []
    last, at, found = curves.row(-1, named=True), set(), []
    for part in ("overall", "far_upper", "upper", "lower", "far_lower"):
        y = last[chart.roles[part]]
        if y is None or (y in at and part != "overall"):
            continue
        at.add(y)
        name = _name(part, chart)
        words = f"{name} {marks.figure_text(y, chart.unit, places)}" if part == "overall" else name
        found.append(Note(last[chart.roles["size"]], y, words, "muted", "end"))
    return found


def _legend(chart: Chart, points: pl.DataFrame, missing: int) -> tuple[Entry, ...]:
    found = [*meanings.legend(chart), Entry("circle", "ordinary", _("dalam rentang wajar"))]
    if (points[chart.roles["side"]] == "picked").any():
        found.append(Entry("diamond", "accent", _("unit yang dipilih")))
    if "hollow" in chart.roles and points[chart.roles["hollow"]].any():
        found.append(Entry("ring", "ordinary", _("terlalu kecil untuk dinilai")))
    if missing:
        found.append(Entry("missing", "missing", f"{_('belum melapor')}: {text.number(missing)}"))
    return tuple(found)
