"""Units of unlike size against what their size alone makes likely, as a static drawing."""

from typing import Any

import polars as pl

from dashboard import theme
from dashboard.charts import Chart
from dashboard.render import funnel_frame, marks
from dashboard.render.drawing.labels import Ground
from dashboard.render.drawing.sheet import MISSING, SHAPES, Sheet, clean, keys, spread, ticks
from dashboard.words import text
from dashboard.words.text import _

LIMITS = ("far_upper", "upper", "overall", "lower", "far_lower")


def funnel(chart: Chart, sheet: Sheet) -> None:
    """Draw limit curves, the overall line, and a point a unit; those outside are shapes with their name beside them."""
    label, size, value = (chart.roles[role] for role in ("label", "size", "value"))
    curves, points = funnel_frame.curves(chart), funnel_frame.points(chart)
    named = chart.data.filter(pl.col(label).is_not_null())
    places = marks.digits(named[value].to_list(), chart.unit, chart.options.get("digits"))
    colours = sheet.colours
    look = {
        "linestyle": "none",
        "marker": "o",
        "markerfacecolor": colours.ordinary,
        "markeredgecolor": colours.ordinary,
    }
    legend = [*keys(chart, colours), (look, _("dalam rentang wajar"))]
    if "hollow" in chart.roles and points[chart.roles["hollow"]].any():
        legend.append((look | {"markerfacecolor": colours.background}, _("terlalu kecil untuk dinilai")))
    if missing := named.height - points.height:
        words = f"{_('belum melapor')}: {text.number(missing)}"
        legend.append((MISSING, words))
    sheet.head(chart.unit, legend)
    ends = _ends(chart, curves, places)
    right = max((sheet.measure(words) for _at, words in ends), default=0.0) + sheet.size
    low, high = funnel_frame.span(chart, curves, points)
    axes = sheet.axes(
        sheet.measure(marks.figure_text(high, chart.unit, 1)) + sheet.size * 0.9, right, sheet.line * 2.6, 3
    )
    sizes = [*curves[size].to_list(), *points[size].to_list()] or [1.0]
    if funnel_frame.is_logarithmic(sizes):
        axes.set_xscale("log")
        axes.set_xlim(min(sizes) * 0.88, max(sizes) * 1.14)
        _decades(axes)
    else:
        room = (max(sizes) - min(sizes) or max(sizes) or 1.0) * 0.04
        axes.set_xlim(max(min(sizes) - room, 0), max(sizes) + room)
        ticks(axes.xaxis, "", whole=max(sizes) > 5)
    axes.set_ylim(low, high)
    ticks(axes.yaxis, chart.unit)
    axes.grid(axis="y", color=colours.grid, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.set_xlabel(sheet.fit(chart.options["size_name"], sheet.width * 0.8), color=colours.muted, labelpad=2)
    ground = Ground(axes, sheet)
    _curves(chart, curves, axes, ground, sheet)
    _points(chart, points, axes, ground, sheet)
    _names(chart, points, axes, ground, sheet)
    box = axes.get_window_extent()
    wanted = [axes.transData.transform((axes.get_xlim()[1], at))[1] for at, _words in ends]
    placed = spread(wanted, [sheet.size * 1.1] * len(ends), box.y0 - sheet.size, box.y1 + sheet.size)
    for (_at, words), y in zip(ends, placed, strict=True):
        sheet.words(box.x1 + sheet.size * 0.5, sheet.height - y, words, va="center", color=colours.muted)


def _decades(axes: Any) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator  # noqa: PLC0415

    low, high = axes.get_xlim()
    found = [step * 10**n for n in range(8) for step in (1, 2, 5) if low <= step * 10**n <= high]
    axes.xaxis.set_major_locator(FixedLocator(found))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _at: text.number(v)))


def _curves(chart: Chart, curves: pl.DataFrame, axes: Any, ground: Ground, sheet: Sheet) -> None:
    """Draw the overall line, solid, the limits of 95 % dotted and those of 99.8 % dashed."""
    muted = {"color": sheet.colours.muted, "linewidth": 1.1}
    xs = curves[chart.roles["size"]].to_list()
    for role in LIMITS:
        ys = curves[chart.roles[role]].to_list()
        dash = {"linestyle": (0, (4, 2)) if role.startswith("far") else (0, (1, 1.6))}
        look = {"color": sheet.colours.ink, "linewidth": 0.9} if role == "overall" else muted | dash
        axes.plot(xs, [float("nan") if y is None else y for y in ys], zorder=2, **look)
        ground.take(xs, ys)


def _points(chart: Chart, points: pl.DataFrame, axes: Any, ground: Ground, sheet: Sheet) -> None:
    hollow = points[chart.roles["hollow"]].to_list() if "hollow" in chart.roles else [False] * points.height
    xs, ys, kinds = (points[chart.roles[r]].to_list() for r in ("size", "value", "side"))
    for x, y, kind, empty in zip(xs, ys, kinds, hollow, strict=True):
        shade = theme.colour(kind, sheet.colours) if kind in SHAPES else sheet.colours.ordinary
        look = {"marker": SHAPES.get(kind, "o"), "markersize": sheet.size * (0.9 if kind in SHAPES else 0.6)}
        look |= {"markerfacecolor": sheet.colours.background if empty else shade, "markeredgecolor": shade}
        axes.plot([x], [y], linestyle="none", markeredgewidth=1, zorder=4, **look)
    ground.mark(xs, ys, sheet.size * 0.42)


def _names(chart: Chart, points: pl.DataFrame, axes: Any, ground: Ground, sheet: Sheet) -> None:
    """Write the name and figure of each unit outside beside its point."""
    found = points.filter(pl.col(chart.roles["side"]).is_in(list(SHAPES))).sort(chart.roles["value"])
    places = marks.digits(points[chart.roles["value"]].to_list(), chart.unit, chart.options.get("digits"))
    for row in found.iter_rows(named=True):
        x, y = row[chart.roles["size"]], row[chart.roles["value"]]
        figure = marks.figure_text(y, chart.unit, places)
        words, offset = figure, None
        for share in (0.3, 0.2, 0.12):
            words = f"{sheet.fit(row[chart.roles['label']], sheet.width * share)} {figure}"
            offset = ground.beside(x, y, words, sheet.size)
            if offset:
                break
        else:
            words, offset = figure, ground.beside(x, y, figure, sheet.size) or (0.0, sheet.size)
        look = {"color": theme.colour(row[chart.roles["side"]], sheet.colours), "ha": "center", "va": "center"}
        leader = ground.leader(offset, look["color"])
        axes.annotate(clean(words), (x, y), offset, textcoords="offset points", arrowprops=leader, zorder=6, **look)


def _ends(chart: Chart, curves: pl.DataFrame, places: int) -> list[tuple[float, str]]:
    """Return the names of the lines where they end; two limits at the same place are one."""
    if curves.is_empty():
        return []
    last = curves.row(-1, named=True)
    shown = {
        "far_upper": text.pct(99.8),
        "upper": text.pct(95, 0),
        "lower": text.pct(95, 0),
        "far_lower": text.pct(99.8),
    }
    overall = last[chart.roles["overall"]]
    name = chart.options.get("overall_name") or _("rerata")
    found = [] if overall is None else [(overall, f"{clean(name)} {marks.figure_text(overall, chart.unit, places)}")]
    for role, words in shown.items():
        at = last[chart.roles[role]]
        if at is not None and at not in {y for y, _w in found}:
            found.append((at, words))
    return found
