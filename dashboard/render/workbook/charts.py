"""Native charts of a workbook, drawn from the figures that stand beside them: a chart description -> an XlsxWriter chart."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from dashboard import theme
from dashboard.charts import Chart
from dashboard.render import marks
from dashboard.render.workbook import ranked
from dashboard.render.workbook.series import (
    COLOURS,
    HEIGHT,
    LETTERS,
    add,
    axis,
    filled,
    framed,
    labels,
    lowest,
    marked,
    places_of,
    short_name,
)
from dashboard.render.workbook.sheet import Area, Book, Place, Source, figures
from dashboard.words import text
from dashboard.words.harmless import harmless
from dashboard.words.text import _


def line(book: Book, chart: Chart, place: Place) -> Any:
    """Draw lines over time: gaps stay open, what is provisional is dotted, signals are marks of their own shape."""
    x = chart.roles["x"]
    days = sorted(chart.data[x].drop_nulls().unique().to_list())
    area, drawn = Area(place, len(days)), book.file.add_chart({"type": "line"})
    at = area.add(_("Periode"), [marks.period_name(days)(day) for day in days])
    number = figures(chart.unit, places_of(chart, "y"))
    series = chart.roles.get("series")
    groups: list[tuple[Any, pl.DataFrame]] = [(None, chart.data)]
    if series:
        names = chart.data[series].drop_nulls().unique(maintain_order=True).to_list()
        groups = [(name, chart.data.filter(pl.col(series) == name)) for name in names]
    for n, (name, rows) in enumerate(groups):
        by_day = {row[x]: row for row in rows.iter_rows(named=True)}
        shade = COLOURS.categories[n % len(COLOURS.categories)]
        _firm(drawn, area, at, chart, [by_day.get(day, {}) for day in days], name, shade, number)
    by_day = {row[x]: row for row in chart.data.iter_rows(named=True)}
    _companions(drawn, area, at, chart, [by_day.get(day, {}) for day in days], number)
    _noted(drawn, area, at, chart, days)
    drawn.set_x_axis(axis("") | {"label_position": "low"})
    drawn.set_y_axis(axis(chart.unit, number) | ({"min": 0} if chart.options.get("zero") else {}))
    drawn.show_blanks_as("gap")
    return framed(drawn, place, HEIGHT)


def _firm(
    drawn: Any, area: Area, at: Source, chart: Chart, rows: Sequence[dict[str, Any]], name: Any, shade: str, number: str
) -> None:
    """Add the line of a series, its provisional end, and its signals."""
    values = [row.get(chart.roles["y"]) for row in rows]
    tentative = [bool(row.get(chart.roles.get("provisional", ""))) for row in rows]
    label = harmless(name) if name is not None else _("Nilai")
    firm = area.add(label, [None if t else v for v, t in zip(values, tentative, strict=True)], number)
    look = {"line": {"color": shade, "width": 2.25}, "marker": {"type": "circle", "size": 3} | filled(shade)}
    add(drawn, at, firm, look)
    if any(tentative):
        joined = [any(tentative[max(i - 1, 0) : i + 2]) for i in range(len(values))]
        ends = [v if j else None for v, j in zip(values, joined, strict=True)]
        late = area.add(f"{label} ({_('data sementara')})", ends, number)
        hollow = {"type": "circle", "size": 7, "fill": {"color": COLOURS.background}, "border": {"color": shade}}
        look = {"line": {"color": shade, "width": 1.5, "dash_type": "round_dot"}, "marker": hollow}
        add(drawn, at, late, look)
    signals = [row.get(chart.roles.get("signal", "")) for row in rows]
    for signal, words, shape in (("good", _("membaik"), "triangle"), ("bad", _("perlu perhatian"), "diamond")):
        if signal in signals:
            points = [v if s == signal else None for v, s in zip(values, signals, strict=True)]
            source = area.add(words, points, number)
            add(drawn, at, source, marked(theme.colour(signal, COLOURS), shape, 10))


def _companions(drawn: Any, area: Area, at: Source, chart: Chart, rows: Sequence[dict[str, Any]], number: str) -> None:
    """Add what the line is compared with, each quieter than the line."""
    quiet = {"color": COLOURS.missing, "width": 1}
    looks: dict[str, tuple[str, dict[str, Any]]] = {
        "previous": (_("tahun lalu"), quiet | {"width": 1.5, "dash_type": "dash"}),
        "mean": (_("rerata"), quiet),
        "lower": (_("batas bawah"), {"color": COLOURS.muted, "width": 1.25, "dash_type": "round_dot"}),
        "upper": (_("batas atas"), {"color": COLOURS.muted, "width": 1.25, "dash_type": "round_dot"}),
        "forecast": (_("perkiraan"), {"color": COLOURS.accent, "width": 2, "dash_type": "dash"}),
        "target": (_("target"), {"color": COLOURS.ink, "width": 1.25}),
    }
    for level in chart.options.get("fan_levels") or ():
        look = {"color": COLOURS.accent, "width": 0.75, "dash_type": "square_dot"}
        looks[f"fan_lower_{level}"] = (_("batas bawah {level} %", level=level), look)
        looks[f"fan_upper_{level}"] = (_("batas atas {level} %", level=level), look)
    for role, (name, look) in looks.items():
        if role in chart.roles:
            add(drawn, at, area.add(name, [row.get(chart.roles[role]) for row in rows], number), {"line": look})
    if (target := chart.options.get("target")) is not None:
        add(drawn, at, area.add(_("target"), [target] * len(rows), number), {"line": looks["target"][1]})
    values = [row.get(chart.roles["y"]) for row in rows]
    known = [v for v in values if v is not None] or [0.0]
    room = (max(known) - min(known)) * 0.35
    for lower, _upper, letter, name in chart.options.get("bands") or ():
        if min(known) - room <= lower <= max(known) + room:
            edge = area.add(f"{letter} · {name} ≥", [lower] * len(rows), number)
            add(drawn, at, edge, {"line": {"color": COLOURS.hairline, "width": 1.5}})


def _noted(drawn: Any, area: Area, at: Source, chart: Chart, days: Sequence[date]) -> None:
    """Add what happened on the way: a thin line at the period that it fell in, with its words."""
    words: dict[date, list[str]] = {}
    for day, note in marks.noted(chart):
        words.setdefault(max(d for d in days if d <= day), []).append(note)
    known = [v for v in chart.data[chart.roles["y"]].to_list() if v is not None]
    if not words or not known:
        return
    notes = [" · ".join(words[day]) if day in words else None for day in days]
    source = area.add(_("Catatan"), [None if note is None else max(known) for note in notes], "General")
    look = marked(COLOURS.accent, "long_dash", 5)
    look["data_labels"] = {"value": True, "custom": labels(notes), "font": LETTERS, "position": "above"}
    upright = {"color": COLOURS.accent, "width": 1, "dash_type": "dash"}
    look["y_error_bars"] = {"type": "percentage", "value": 100, "direction": "minus", "end_style": 0, "line": upright}
    add(drawn, at, source, look)


def stacked(book: Book, chart: Chart, place: Place) -> Any:
    """Draw columns made of parts."""
    x = chart.data[chart.roles["x"]].to_list()
    is_dated = bool(x) and isinstance(x[0], date)
    names = [marks.period_name(x)(v) for v in x] if is_dated else [short_name(v) for v in x]
    area, drawn = Area(place, len(x)), book.file.add_chart({"type": "column", "subtype": "stacked"})
    at = area.add(_("Periode") if is_dated else _("Nama"), names)
    parts = chart.options["parts"]
    number = figures(chart.unit, marks.digits([v for p in parts for v in chart.data[p].to_list()], chart.unit))
    for n, (column, label) in enumerate(parts.items()):
        look = filled(COLOURS.categories[n % len(COLOURS.categories)]) | {"gap": 40}
        add(drawn, at, area.add(label, chart.data[column].to_list(), number), look)
    drawn.set_x_axis(axis(""))
    drawn.set_y_axis(axis(chart.unit, number))
    drawn.show_blanks_as("gap")
    return framed(drawn, place, HEIGHT)


def funnel(book: Book, chart: Chart, place: Place) -> Any:
    """Draw units of unlike size as points among the limits that size alone makes likely; those outside are named."""
    roles = chart.roles
    units = chart.data.filter(pl.col(roles["label"]).is_not_null())
    steps = chart.data.filter(pl.col(roles["label"]).is_null()).sort(roles["size"])
    area, drawn = Area(place, chart.data.height), book.file.add_chart({"type": "scatter", "subtype": "straight"})
    number = figures(chart.unit, places_of(chart, "value"))
    names = units[roles["label"]].to_list()
    area.add(_("Unit"), names)
    size = chart.options["size_name"]
    along = area.add(f"{size} ({_('batas')})", steps[roles["size"]].to_list(), "#,##0")
    limits = {"overall": (_("seluruhnya"), {"color": COLOURS.ink, "width": 1})}
    for start, level, dash in (("", text.number(95), "dash"), ("far_", text.number(99.8, 1), "round_dot")):
        look = {"color": COLOURS.muted, "width": 1, "dash_type": dash}
        limits[f"{start}lower"] = (_("batas bawah {level} %", level=level), look)
        limits[f"{start}upper"] = (_("batas atas {level} %", level=level), look)
    for role, (words, look) in limits.items():
        source = area.add(words, steps[roles[role]].to_list(), number)
        add(drawn, along, source, {"line": look, "marker": {"type": "none"}})
    looks = {
        "ordinary": ("circle", _("dalam rentang wajar")),
        "good": ("triangle", _("di luar rentang wajar, lebih baik")),
    }
    looks |= {"bad": ("diamond", _("di luar rentang wajar, lebih buruk")), "picked": ("square", _("yang dipilih"))}
    across = area.add(size, units[roles["size"]].to_list(), "#,##0")
    sides = [side if side in looks else "ordinary" for side in units[roles["side"]].to_list()]
    for side, (shape, words) in looks.items():
        values = [v if s == side else None for v, s in zip(units[roles["value"]].to_list(), sides, strict=True)]
        if not any(v is not None for v in values):
            continue
        look = marked(theme.colour("accent" if side == "picked" else side, COLOURS), shape, 8)
        if side != "ordinary":
            named = [n if v is not None else None for n, v in zip(names, values, strict=True)]
            look["data_labels"] = {"value": True, "custom": labels(named), "font": LETTERS, "position": "above"}
        add(drawn, across, area.add(words, values, number), look)
    drawn.set_x_axis(axis(size, "#,##0") | {"min": 0})
    drawn.set_y_axis(axis(chart.unit, number) | {"min": lowest(chart)})
    return framed(drawn, place, 440)


KINDS = {
    "line": line,
    "stacked": stacked,
    "funnel": funnel,
    "bars": ranked.bars,
    "dots": ranked.dots,
    "bullet": ranked.bullet,
    "waterfall": ranked.waterfall,
}
