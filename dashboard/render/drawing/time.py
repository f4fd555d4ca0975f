"""A development over time as a static drawing."""

from datetime import date, timedelta
from typing import Any

import polars as pl

from dashboard import theme
from dashboard.charts import Chart
from dashboard.render import marks
from dashboard.render.drawing.labels import Ground
from dashboard.render.drawing.sheet import (
    HATCH,
    MISSING,
    SHAPES,
    Sheet,
    clean,
    figures,
    keys,
    pale,
    readable,
    spread,
    swatch,
    ticks,
)
from dashboard.words import text
from dashboard.words.text import _

HALF_MONTH = timedelta(days=15)
FAN = (0.28, 0.14)  # the inner and the outer interval
MOST_NOTES = 3
NOTE_LINES = 3  # words of days close to each other stand on lines of their own
Label = tuple[Any, float, str, str, int]  # x, y, words, colour, weight


def by_series(frame: pl.DataFrame, series: str | None) -> list[tuple[str, pl.DataFrame]]:
    """Return (name, rows) of each series, in the order in which they first appear."""
    if series is None:
        return [("", frame)]
    names = frame[series].drop_nulls().unique(maintain_order=True)
    return [(str(name), frame.filter(pl.col(series) == name)) for name in names]


def month_axis(axes: Any, days: list[date], sheet: Sheet, width: float) -> None:
    """Set the ticks of a time axis: as many months as there is room for, the last among them."""
    most = max(2, int(width / (sheet.size * 5)))
    found = marks.month_ticks(days, most)
    axes.set_xticks(found["tickvals"], [label.replace("<br>", "\n") for label in found["ticktext"]])
    axes.tick_params(axis="x", pad=2)


def line(chart: Chart, sheet: Sheet) -> None:
    """Draw a line a series with its target, limits, bands, signals, gaps and what is foreseen; all named beside their end."""
    frame = chart.data.sort(chart.roles["x"])
    days: list[date] = frame[chart.roles["x"]].to_list()
    groups = by_series(frame, chart.roles.get("series"))
    single = len(groups) == 1
    sheet.head(chart.unit, _line_keys(chart, frame, sheet, single))
    labels = _labels(chart, frame, groups, sheet)
    right = max((sheet.measure(words, weight) for _x, _y, words, _shade, weight in labels), default=0) + sheet.size
    limit = sheet.width * 0.3
    labels = [(x, y, sheet.fit(words, limit, weight), shade, weight) for x, y, words, shade, weight in labels]
    low, high = _span(chart, frame)
    above = 3 + sheet.line * min(len(marks.noted(chart)), NOTE_LINES)
    axes = sheet.axes(room_left(sheet, chart, low, high), min(right, limit + sheet.size) + 4, sheet.line * 2.1, above)
    axes.set_ylim(low, high)
    ticks(axes.yaxis, chart.unit)
    axes.grid(axis="y", color=sheet.colours.grid, linewidth=0.7)
    axes.set_axisbelow(True)
    across = sheet.width * axes.get_position().width
    month_axis(axes, days, sheet, across)
    room = (max(days) - min(days)) * 0.02 + timedelta(days=6)
    last = max([*days, *(day for day, _words in marks.noted(chart))])
    axes.set_xlim(min(days) - room - _bands(chart, sheet, axes, days, across), last + room)
    if single:
        _gaps(chart, frame, axes, sheet)
        _companions(chart, frame, axes, sheet)
        _fan(chart, frame, axes, sheet)
    ground = Ground(axes, sheet)
    _dated_notes(chart, (min(days), last), axes, sheet)
    for position, (_name, rows) in enumerate(groups):
        _series(chart, rows, axes, _shade(position, len(groups), sheet), sheet)
        ground.take(rows[chart.roles["x"]].to_list(), rows[chart.roles["y"]].to_list(), cost=5)
    for role in ("upper", "lower", "previous", "mean", "target"):
        if single and role in chart.roles:
            ground.take(days, frame[chart.roles[role]].to_list())
    if (target := chart.options.get("target")) is not None:
        axes.axhline(target, color=sheet.colours.ink, linewidth=1, zorder=2)
        ground.take([days[0], days[-1]], [target, target])
    for _name, rows in groups if "signal" in chart.roles else []:
        marked = rows.filter(pl.col(chart.roles["signal"]).is_in(list(SHAPES)))
        ground.mark(marked[chart.roles["x"]].to_list(), marked[chart.roles["y"]].to_list(), 3.2)
    for _name, rows in groups:
        _notes(chart, rows, axes, ground, sheet)
    _name_ends(axes, labels, sheet)


def _dated_notes(chart: Chart, span: tuple[date, date], axes: Any, sheet: Sheet) -> None:
    """Draw a vertical line at each day that the chart notes, with its words above the plot."""
    middle = span[0] + (span[1] - span[0]) / 2
    for n, (day, note) in enumerate(marks.noted(chart)):
        axes.axvline(day, color=sheet.colours.accent, linewidth=1, linestyle=(0, (4, 2)), zorder=2)
        words = sheet.fit(note, sheet.width * 0.35, size=sheet.size * 0.92)
        look = {"color": sheet.colours.accent, "fontsize": sheet.size * 0.92, "va": "bottom", "annotation_clip": False}
        look |= {"ha": "right" if day > middle else "left", "textcoords": "offset points"}
        axes.annotate(words, (day, 1), (0, 1 + n % NOTE_LINES * sheet.line), xycoords=("data", "axes fraction"), **look)


def _shade(position: int, count: int, sheet: Sheet) -> str:
    return sheet.colours.categories[position % 10] if count <= 10 else sheet.colours.ordinary


def room_left(sheet: Sheet, chart: Chart, low: float, high: float) -> float:
    """Return the room for the figures of the y axis."""
    places = 1 if high - low < 10 else 0
    write = text.pct if chart.unit.strip().startswith("%") else text.number
    return max(sheet.measure(write(v, places)) for v in (low, high, (low + high) / 2)) * 0.92 + sheet.size * 0.9


def _span(chart: Chart, frame: pl.DataFrame) -> tuple[float, float]:
    """Return the span of all that is drawn, with room; bands far away don't squeeze the line."""
    values = marks.line_values(chart, frame)
    low, high = min(values, default=0.0), max(values, default=1.0)
    if bands := chart.options.get("bands"):
        room = max((high - low) * 0.35, 4)
        return max(low - room, min(b[0] for b in bands)), min(high + room, max(b[1] for b in bands))
    room = ((high - low) or abs(high) or 1.0) * 0.08
    if chart.options.get("zero") or 0 <= low < (high - low) * 0.35:
        return min(0.0, low), high + room
    return low - room, high + room


def _line_keys(chart: Chart, frame: pl.DataFrame, sheet: Sheet, single: bool) -> list[tuple[dict[str, Any], str]]:
    colours, shade = sheet.colours, sheet.colours.categories[0]
    found = keys(chart, colours)
    provisional = chart.roles.get("provisional")
    if provisional and frame[provisional].fill_null(value=False).any():
        look = {"marker": "o", "markerfacecolor": colours.background, "markeredgecolor": shade, "markeredgewidth": 1.2}
        found.append((look, _("data sementara")))
    levels = chart.options.get("fan_levels") or ()
    if single and "forecast" in chart.roles and frame[chart.roles["forecast"]].count() > 1:
        for alpha, level in zip(FAN, levels, strict=False):
            found.append(
                (swatch(pale(shade, alpha, sheet.colours), "none"), _("rentang {level}", level=text.pct(level, 0)))
            )
    if single and _missing(chart, frame):
        found.append((MISSING, _("belum melapor")))
    return found


def _missing(chart: Chart, frame: pl.DataFrame) -> list[date]:
    """Return the months that nobody reported; what is foreseen is no gap."""
    gaps = frame.filter(pl.col(chart.roles["y"]).is_null())
    if "forecast" in chart.roles:
        gaps = gaps.filter(pl.col(chart.roles["forecast"]).is_null())
    return gaps[chart.roles["x"]].to_list()


def _gaps(chart: Chart, frame: pl.DataFrame, axes: Any, sheet: Sheet) -> None:
    for day in _missing(chart, frame):
        look = {"facecolor": "none", "edgecolor": sheet.colours.missing, "hatch": HATCH, "linewidth": 0, "alpha": 0.5}
        axes.axvspan(day - HALF_MONTH, day + HALF_MONTH, **look)


def _bands(chart: Chart, sheet: Sheet, axes: Any, days: list[date], across: float) -> timedelta:
    """Draw the bands; return the time that the axis needs at its left for their names, so that no line runs over them."""
    bands = sorted(chart.options.get("bands") or (), key=lambda band: -band[0])
    low, high = axes.get_ylim()
    shown = [(rank, max(b[0], low), min(b[1], high), b) for rank, b in enumerate(bands) if b[1] > low and b[0] < high]
    if not shown:
        return timedelta()
    small, widest = sheet.size * 0.88, 0.0
    per_point = sheet.height * axes.get_position().height / (high - low)
    for rank, bottom, top, (_lower, _upper, letter, name) in shown:
        axes.axhspan(
            bottom, top, color=theme.colour(min(rank + 1, 5), sheet.colours), alpha=0.15, linewidth=0, zorder=0
        )
        if (top - bottom) * per_point < small * 1.1:
            continue
        words = sheet.fit(f"{letter} · {name}", across * 0.25, size=small)
        widest = max(widest, sheet.measure(words, size=small))
        place = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "va": "center"}
        look = {"fontsize": small, "color": sheet.colours.muted, "annotation_clip": False}
        axes.annotate(words, (0, (bottom + top) / 2), (3, 0), **place, **look)
    share = min((widest + small) / across, 0.4)
    return (max(days) - min(days) + timedelta(days=12)) * (share / (1 - share))


def _series(chart: Chart, rows: pl.DataFrame, axes: Any, shade: str, sheet: Sheet) -> None:
    """Draw a series: provisional ends dotted and hollow, points between two gaps and signals as marks."""
    days, values = rows[chart.roles["x"]].to_list(), rows[chart.roles["y"]].to_list()
    provisional = chart.roles.get("provisional")
    tentative = rows[provisional].fill_null(value=False).to_list() if provisional else [False] * rows.height
    firm = [v if not t else None for v, t in zip(values, tentative, strict=True)]
    known = [False, *(v is not None for v in firm), False]
    alone = [i for i in range(rows.height) if known[i + 1] and not known[i] and not known[i + 2]]
    axes.plot(days, drawn(firm), color=shade, linewidth=1.8, zorder=4, solid_joinstyle="round")
    axes.plot([days[i] for i in alone], [values[i] for i in alone], "o", color=shade, markersize=4, zorder=4)
    if any(tentative):
        joined = [any(tentative[max(i - 1, 0) : i + 2]) for i in range(rows.height)]
        ends = [v if j else None for v, j in zip(values, joined, strict=True)]
        axes.plot(days, drawn(ends), color=shade, linewidth=1.8, linestyle=(0, (1, 1.2)), zorder=3)
        late = [(d, v) for d, v, t in zip(days, values, tentative, strict=True) if t and v is not None]
        look = {"marker": "o", "linestyle": "none", "markersize": 5, "markeredgewidth": 1.4, "zorder": 5}
        look |= {"markerfacecolor": sheet.colours.background, "markeredgecolor": shade}
        axes.plot([d for d, _v in late], [v for _d, v in late], **look)
    if "signal" in chart.roles:
        for day, value, signal in zip(days, values, rows[chart.roles["signal"]].to_list(), strict=True):
            if signal in SHAPES and value is not None:
                fill = theme.colour(signal, sheet.colours)
                look = {
                    "markersize": 7,
                    "markeredgecolor": sheet.colours.background,
                    "markeredgewidth": 0.7,
                    "zorder": 6,
                }
                axes.plot([day], [value], marker=SHAPES[signal], color=fill, **look)


def drawn(values: list[Any]) -> list[float]:
    """Return values with a gap for each null."""
    return [float("nan") if v is None else v for v in values]


def _companion_looks(sheet: Sheet) -> dict[str, tuple[str, dict[str, Any]]]:
    colours = sheet.colours
    return {
        "previous": (_("tahun lalu"), {"color": colours.missing, "linewidth": 1.2, "linestyle": (0, (4, 2.5))}),
        "mean": (_("rerata"), {"color": colours.missing, "linewidth": 0.9}),
        "lower": (_("batas bawah"), {"color": colours.muted, "linewidth": 1.1, "linestyle": (0, (1, 2))}),
        "upper": (_("batas atas"), {"color": colours.muted, "linewidth": 1.1, "linestyle": (0, (1, 2))}),
        "target": (_("target"), {"color": colours.ink, "linewidth": 1}),
    }


def _companions(chart: Chart, frame: pl.DataFrame, axes: Any, sheet: Sheet) -> None:
    """Draw what the line is compared with, each quieter than the line; limits break where they begin anew."""
    days = frame[chart.roles["x"]].to_list()
    segments = frame[chart.roles["segment"]].to_list() if "segment" in chart.roles else [None] * len(days)
    for role, (_name, look) in _companion_looks(sheet).items():
        if role not in chart.roles:
            continue
        values = frame[chart.roles[role]].to_list()
        xs, ys = [], []
        for i, (day, value) in enumerate(zip(days, values, strict=True)):
            if role in {"mean", "lower", "upper"} and i and segments[i] != segments[i - 1]:
                xs.append(day)
                ys.append(None)
            if value is None and role == "target" and "forecast" in chart.roles:
                continue  # on to the year's target, over months to come
            xs.append(day)
            ys.append(value)
        axes.plot(xs, drawn(ys), zorder=2, **look)


def _fan(chart: Chart, frame: pl.DataFrame, axes: Any, sheet: Sheet) -> None:
    """Draw the way on, dashed, and its intervals, paler outwards."""
    if "forecast" not in chart.roles:
        return
    foreseen = frame.filter(pl.col(chart.roles["forecast"]).is_not_null())
    if foreseen.height < 2:  # the first is the last value that is known
        return
    shade, days = sheet.colours.categories[0], foreseen[chart.roles["x"]].to_list()
    for alpha, level in reversed(list(zip(FAN, chart.options["fan_levels"], strict=False))):
        edges = [drawn(foreseen[chart.roles[f"fan_{side}_{level}"]].to_list()) for side in ("lower", "upper")]
        axes.fill_between(days, *edges, color=pale(shade, alpha, sheet.colours), linewidth=0, zorder=1)
    ways = foreseen[chart.roles["forecast"]].to_list()
    axes.plot(days, ways, color=shade, linewidth=1.6, linestyle=(0, (4, 2)), zorder=3)


def _notes(chart: Chart, rows: pl.DataFrame, axes: Any, ground: Ground, sheet: Sheet) -> None:
    """Write the words beside the newest signals where nothing is covered: one label a run of the same words."""
    if "signal" not in chart.roles or "signal_note" not in chart.roles:
        return
    days, values, kinds, notes = (rows[chart.roles[r]].to_list() for r in ("x", "y", "signal", "signal_note"))
    texts = [n if k in SHAPES and v is not None else None for n, k, v in zip(notes, kinds, values, strict=True)]
    ends = [i for i, words in enumerate(texts) if words and (i + 1 == len(texts) or texts[i + 1] != words)]
    for i in ends[-MOST_NOTES:]:
        words = sheet.fit(texts[i], sheet.width * 0.35)
        offset = ground.beside(days[i], values[i], words, sheet.size)
        if offset is None:
            continue
        look = {"color": theme.colour(kinds[i], sheet.colours), "ha": "center", "va": "center", "zorder": 7}
        look["bbox"] = {"facecolor": sheet.colours.background, "alpha": 0.8, "linewidth": 0, "pad": 0.5}
        leader = ground.leader(offset, look["color"])
        axes.annotate(words, (days[i], values[i]), offset, textcoords="offset points", arrowprops=leader, **look)


def _labels(chart: Chart, frame: pl.DataFrame, groups: list[tuple[str, pl.DataFrame]], sheet: Sheet) -> list[Label]:
    """Return what stands at the right: the last value of each line, and the names of what it is compared with."""
    x, y, places = chart.roles["x"], chart.roles["y"], figures(chart, "y")
    labels: list[Label] = []
    for position, (name, rows) in enumerate(groups):
        known = rows.filter(pl.col(y).is_not_null())
        if known.height:
            words = f"{marks.figure_text(known[y][-1], chart.unit, places)} {clean(name)}".strip()
            shade = _shade(position, len(groups), sheet)
            labels.append((known[x][-1], known[y][-1], words, shade, 600))
    if len(groups) > 1:
        return labels + _target_label(chart, frame)
    for role, (name, look) in _companion_looks(sheet).items():
        if role not in chart.roles:
            continue
        known = frame.filter(pl.col(chart.roles[role]).is_not_null())
        if known.height:
            value = known[chart.roles[role]][-1]
            words = f"{name} {marks.figure_text(value, chart.unit, places)}"
            labels.append((known[x][-1], value, words, sheet.colours.ink if role == "target" else look["color"], 400))
    if "forecast" in chart.roles:
        known = frame.filter(pl.col(chart.roles["forecast"]).is_not_null())
        if known.height > 1:
            value = known[chart.roles["forecast"]][-1]
            words = f"{marks.figure_text(value, chart.unit, places)} {_('perkiraan')}"
            labels.append((known[x][-1], value, words, sheet.colours.categories[0], 600))
    return labels + _target_label(chart, frame)


def _target_label(chart: Chart, frame: pl.DataFrame) -> list[Label]:
    target = chart.options.get("target")
    if target is None:
        return []
    words = _("target {value}", value=marks.figure_text(target, chart.unit, marks.digits([target], chart.unit)))
    return [(frame[chart.roles["x"]][-1], target, words, theme.LIGHT.ink, 400)]


def _name_ends(axes: Any, labels: list[Label], sheet: Sheet) -> None:
    """Write the labels in the right margin, moved apart, with a thin line to where each belongs."""
    if not labels:
        return
    box = axes.get_window_extent()
    size = min(sheet.size, sheet.height * 0.95 / len(labels) / 1.15)
    places = [axes.transData.transform((axes.convert_xunits(x), y)) for x, y, *_rest in labels]
    at = spread([p[1] for p in places], [size * 1.2] * len(labels), box.y0 - size * 1.5, box.y1 + size * 0.7)
    for (x, y, words, pen, weight), place, wanted in zip(labels, places, at, strict=True):
        offset = (box.x1 - place[0] + size * 0.7, wanted - place[1])
        leader = None
        if abs(offset[1]) > size * 0.4 or offset[0] > size * 3:
            leader = {"arrowstyle": "-", "color": sheet.colours.hairline, "linewidth": 0.7, "shrinkA": 1, "shrinkB": 2}
        shade = sheet.colours.muted if pen == sheet.colours.missing else readable(pen, sheet.colours)
        look = {"fontsize": size, "fontweight": weight, "color": shade, "va": "center", "annotation_clip": False}
        axes.annotate(words, (x, y), offset, textcoords="offset points", arrowprops=leader, zorder=1.5, **look)
