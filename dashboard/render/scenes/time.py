"""Developments over time: a line with all that it is compared with, columns made of parts."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from dashboard.charts import Chart
from dashboard.render import marks
from dashboard.render.letters import clean
from dashboard.render.scenes import meanings, scales
from dashboard.render.scenes.scene import (
    Axis,
    Bar,
    Bars,
    Dash,
    Dot,
    Dots,
    Entry,
    Fan,
    Item,
    Line,
    Note,
    Part,
    Point,
    Rule,
    Scene,
    Shade,
    Stripe,
    Tick,
    Touch,
)
from dashboard.words import text
from dashboard.words.text import _

HALF_MONTH = 15.0  # days to either side of a month that nobody reported
INK = (0.28, 0.14)  # of the inner and the outer interval of what is foreseen
MOST_NOTES = 3  # of signals beside their points, the newest
MOST_COLOURS = 10
COMPANIONS: tuple[tuple[Part, Shade, float, Dash], ...] = (
    ("previous", "missing", 1.2, "dash"),
    ("mean", "missing", 0.9, "solid"),
    ("lower", "muted", 1.1, "dot"),
    ("upper", "muted", 1.1, "dot"),
    ("target", "ink", 1.0, "solid"),
)
LIMITS = ("mean", "lower", "upper")


def names() -> dict[str, str]:
    """Return what a line is compared with, in words."""
    return {
        "previous": _("tahun lalu"),
        "mean": _("rerata"),
        "lower": _("batas bawah"),
        "upper": _("batas atas"),
        "target": _("target"),
        "forecast": _("perkiraan"),
    }


def groups_of(frame: pl.DataFrame, series: str | None) -> list[tuple[str, pl.DataFrame]]:
    """Return (name, rows) of each series, in the order in which they first appear."""
    if series is None:
        return [("", frame)]
    parts = frame.filter(pl.col(series).is_not_null()).partition_by(series, maintain_order=True)
    return [(clean(part[series][0]), part) for part in parts]


def whole(frame: pl.DataFrame, x: str) -> pl.DataFrame:
    """Return the rows by period, one of nulls for each period between them that has none: nobody reported it."""
    days = pl.DataFrame({x: scales.every(frame[x].to_list())}, schema={x: frame.schema[x]})
    return days.join(frame, on=x, how="left", maintain_order="left")


def line(chart: Chart) -> Scene:
    """Decide a line a series with its target, limits, bands, signals, gaps and what is foreseen."""
    x_name = chart.roles["x"]
    groups = [(name, whole(rows, x_name)) for name, rows in groups_of(chart.data, chart.roles.get("series"))]
    is_single = len(groups) == 1
    frame = groups[0][1] if is_single else chart.data.sort(x_name)
    days: list[date] = scales.every(frame[x_name].to_list())
    y = scales.value(*span(chart, frame), chart.unit)
    low, high = y.low, y.high
    items: list[Item] = [*_bands(chart, low, high)]
    if is_single:
        items += [Stripe("x", d - HALF_MONTH, d + HALF_MONTH, "missing", is_gap=True) for d in _missing(chart, frame)]
        items += [*_companions(chart, frame), *_foreseen(chart, frame)]
    noted = [(day.toordinal(), clean(words)) for day, words in marks.noted(chart)]
    items += [Rule("x", day, "accent", words, "note") for day, words in noted]
    for position, (name, rows) in enumerate(groups):
        items += _series(chart, rows, name, _shade(position, len(groups)))
    if (target := chart.options.get("target")) is not None:
        words = _("target {value}", value=marks.figure_text(target, chart.unit, marks.digits([target], chart.unit)))
        items.append(Rule("y", target, "ink", words, "target"))
    for _name, rows in groups:
        items += _signal_notes(chart, rows)
    items += _ends(chart, frame, groups)
    first, last = min(days).toordinal(), max(max(days).toordinal(), *(day for day, _w in noted), 0)
    room = (max(days) - min(days)).days * 0.02 + 6
    x = scales.time(days, first - room, last + room)
    legend = (*meanings.legend(chart), *_entries(chart, frame, is_single=is_single))
    touch = tuple(_touch(chart, frame, groups))
    return Scene(chart.kind, chart.title, chart.unit, chart.alt, x, y, tuple(items), legend, touch=touch)


def _shade(position: int, count: int) -> Shade:
    return f"c{position % MOST_COLOURS}" if count <= MOST_COLOURS else "ordinary"


def span(chart: Chart, frame: pl.DataFrame) -> tuple[float, float]:
    """Return the span of all that is drawn, with room; bands far away don't squeeze the line, zero is kept where it is near."""
    values = marks.line_values(chart, frame)
    low, high = min(values, default=0.0), max(values, default=1.0)
    if bands := chart.options.get("bands"):
        room = max((high - low) * 0.35, 4)
        return max(low - room, min(b[0] for b in bands)), min(high + room, max(b[1] for b in bands))
    room = ((high - low) or abs(high) or 1.0) * 0.08
    if chart.options.get("zero") or 0 <= low < (high - low) * 0.35:
        return min(0.0, low), high + room
    return low - room, high + room


def _bands(chart: Chart, low: float, high: float) -> list[Item]:
    found: list[Item] = []
    for rank, (lower, upper, letter, name) in enumerate(sorted(chart.options.get("bands") or (), key=lambda b: -b[0])):
        if upper > low and lower < high:
            words = f"{clean(letter)} · {clean(name)}"
            found.append(Stripe("y", max(lower, low), min(upper, high), str(min(rank + 1, 5)), words))
    return found


def _missing(chart: Chart, frame: pl.DataFrame) -> list[int]:
    """Return the months that nobody reported; what is foreseen is no gap."""
    gaps = frame.filter(pl.col(chart.roles["y"]).is_null())
    if "forecast" in chart.roles:
        gaps = gaps.filter(pl.col(chart.roles["forecast"]).is_null())
    return [day.toordinal() for day in gaps[chart.roles["x"]]]


def points_of(frame: pl.DataFrame, x: str, y: str) -> tuple[Point, ...]:
    """Return the points of a line, null where nothing was reported."""
    return tuple((day.toordinal(), value) for day, value in zip(frame[x], frame[y], strict=True))


def _companions(chart: Chart, frame: pl.DataFrame) -> list[Item]:
    """Return what the line is compared with, each quieter than the line; limits break where they begin anew."""
    x, found = chart.roles["x"], []
    segments = (
        frame[chart.roles["segment"]].forward_fill().to_list() if "segment" in chart.roles else [None] * frame.height
    )
    for part, shade, width, dash in COMPANIONS:
        if part not in chart.roles:
            continue
        points: list[Point] = []
        for i, point in enumerate(points_of(frame, x, chart.roles[part])):
            if part in LIMITS and i and segments[i] != segments[i - 1]:
                points.append((point[0], None))
            if point[1] is None and part == "target" and "forecast" in chart.roles:
                continue  # on to the year's target, over months to come
            points.append(point)
        found.append(Line(part, names()[part], tuple(points), shade, width, dash))
    return found


def _foreseen(chart: Chart, frame: pl.DataFrame) -> list[Item]:
    """Return the way on, dashed, over its intervals, paler outwards."""
    rows = _ahead(chart, frame)
    if rows.height < 2:  # the first is the last value that is known
        return []
    at = [day.toordinal() for day in rows[chart.roles["x"]]]
    found: list[Item] = []
    for ink, level in reversed(list(zip(INK, chart.options["fan_levels"], strict=False))):
        edges = (rows[chart.roles[f"fan_{side}_{level}"]].to_list() for side in ("lower", "upper"))
        room = tuple((x, a, b) for x, a, b in zip(at, *edges, strict=True) if a is not None and b is not None)
        found.append(Fan(_("rentang {level}", level=text.pct(level, 0)), room, "c0", ink))
    way = points_of(rows, chart.roles["x"], chart.roles["forecast"])
    return [*found, Line("forecast", names()["forecast"], way, "c0", 1.6, "dash")]


def _ahead(chart: Chart, frame: pl.DataFrame) -> pl.DataFrame:
    if "forecast" not in chart.roles:
        return frame.clear()
    return frame.filter(pl.col(chart.roles["forecast"]).is_not_null())


def _series(chart: Chart, rows: pl.DataFrame, name: str, shade: Shade) -> list[Item]:
    """Return a series: provisional ends dotted and hollow, points between two gaps and signals as marks."""
    points = points_of(rows, chart.roles["x"], chart.roles["y"])
    late = chart.roles.get("provisional")
    is_late = rows[late].fill_null(value=False).to_list() if late else [False] * len(points)
    firm = [(x, None if t else y) for (x, y), t in zip(points, is_late, strict=True)]
    named = name or clean(chart.unit or chart.title)
    found: list[Item] = [Line("value", named, tuple(firm), shade, 1.8)]
    found += alone(firm, shade, named)
    if any(is_late):
        joined = [any(is_late[max(i - 1, 0) : i + 2]) for i in range(len(points))]
        ends = tuple((x, y if j else None) for (x, y), j in zip(points, joined, strict=True))
        found.append(Line("late", _("data sementara"), ends, shade, 1.8, "dense"))
        dots = (
            Dot(x, y, shade, is_hollow=True) for (x, y), t in zip(points, is_late, strict=True) if t and y is not None
        )
        found.append(Dots("late", _("data sementara"), tuple(dots)))
    if "signal" in chart.roles:
        kinds = rows[chart.roles["signal"]].to_list()
        pairs = zip(points, kinds, strict=True)
        dots = (
            Dot(x, y, kind, meanings.SHAPES[kind], size=0.85)
            for (x, y), kind in pairs
            if kind in meanings.SHAPES and y is not None
        )
        found.append(Dots("signal", _("sinyal"), tuple(dots)))
    return found


def alone(points: Sequence[Point], shade: Shade, name: str) -> list[Item]:
    """Return the points between two gaps, through which no line goes."""
    known = [False, *(y is not None for _x, y in points), False]
    alone = [p for i, p in enumerate(points) if known[i + 1] and not known[i] and not known[i + 2]]
    return [Dots("alone", name, tuple(Dot(x, y, shade, size=0.45) for x, y in alone if y is not None))] if alone else []


def _signal_notes(chart: Chart, rows: pl.DataFrame) -> list[Item]:
    """Return the words beside the newest signals: one label a run of the same words."""
    if "signal" not in chart.roles or "signal_note" not in chart.roles:
        return []
    points = points_of(rows, chart.roles["x"], chart.roles["y"])
    kinds, notes = (rows[chart.roles[role]].to_list() for role in ("signal", "signal_note"))
    own = [
        n if k in meanings.SHAPES and p[1] is not None else None for n, k, p in zip(notes, kinds, points, strict=True)
    ]
    last = [i for i, words in enumerate(own) if words and (i + 1 == len(own) or own[i + 1] != words)]
    return [Note(points[i][0], points[i][1] or 0.0, clean(own[i]), kinds[i]) for i in last[-MOST_NOTES:]]


def end_of(rows: pl.DataFrame, x: str, y: str) -> tuple[float, float] | None:
    """Return the last known point."""
    pairs = zip(reversed(rows[x].to_list()), reversed(rows[y].to_list()), strict=True)
    return next(((day.toordinal(), value) for day, value in pairs if value is not None), None)


def _ends(chart: Chart, frame: pl.DataFrame, groups: list[tuple[str, pl.DataFrame]]) -> list[Item]:
    """Return what stands at the right: the last value of each line, and the names of what it is compared with."""
    x, y, places = chart.roles["x"], chart.roles["y"], meanings.figures(chart, "y")
    found: list[Item] = []
    for position, (name, rows) in enumerate(groups):
        if end := end_of(rows, x, y):
            words = f"{marks.figure_text(end[1], chart.unit, places)} {name}".strip()
            found.append(Note(*end, words, _shade(position, len(groups)), "end", is_strong=True))
    if len(groups) == 1:
        for part, shade, _width, _dash in COMPANIONS:
            if part in chart.roles and (end := end_of(frame, x, chart.roles[part])):
                words = f"{names()[part]} {marks.figure_text(end[1], chart.unit, places)}"
                found.append(Note(*end, words, "muted" if shade == "missing" else shade, "end"))
        rows = _ahead(chart, frame)
        if rows.height > 1 and (end := end_of(rows, x, chart.roles["forecast"])):
            words = f"{marks.figure_text(end[1], chart.unit, places)} {names()['forecast']}"
            found.append(Note(*end, words, "c0", "end", is_strong=True))
    if (target := chart.options.get("target")) is not None:
        words = _("target {value}", value=marks.figure_text(target, chart.unit, marks.digits([target], chart.unit)))
        found.append(Note(frame[x][-1].toordinal(), target, words, "ink", "end"))
    return found


def _entries(chart: Chart, frame: pl.DataFrame, *, is_single: bool) -> list[Entry]:
    """Return the legend of what lies beside or on the line."""
    found = []
    late = chart.roles.get("provisional")
    if late and frame[late].fill_null(value=False).any():
        found.append(Entry("ring", "c0", _("data sementara")))
    if is_single:
        found += [
            Entry("square", f"c0/{f.ink}", f.name) for f in reversed(_foreseen(chart, frame)) if isinstance(f, Fan)
        ]
        found += [meanings.missing()] if _missing(chart, frame) else []
    return found


def _touch(chart: Chart, frame: pl.DataFrame, groups: list[tuple[str, pl.DataFrame]]) -> list[Touch]:
    """Return what is said at each period: every line's figure there, and what it is compared with."""
    x, y, places = chart.roles["x"], chart.roles["y"], meanings.figures(chart, "y")
    when = marks.period_name(frame[x].to_list())
    said: dict[date, list[str]] = {}
    urls: dict[date, str | None] = {}
    for name, rows in groups:
        for row in rows.iter_rows(named=True):
            words = f"{name}: " if name else ""
            words += marks.figure_text(row[y], chart.unit, places)
            foreseen = row.get(chart.roles.get("forecast", ""))
            if row[y] is None and foreseen is not None:
                words = f"{names()['forecast']} {marks.figure_text(foreseen, chart.unit, places)}"
                for level in chart.options["fan_levels"]:
                    ends = [row[chart.roles[f"fan_{side}_{level}"]] for side in ("lower", "upper")]
                    figures = "–".join(marks.figure_text(edge, "", places) for edge in ends)
                    words += f"\n{_('rentang {level}', level=text.pct(level, 0))}: {figures}"
            elif row[y] is not None and row.get(chart.roles.get("provisional", "")):
                words += f" ({_('data sementara')})"
            said.setdefault(row[x], []).append(words)
            urls[row[x]] = urls.get(row[x]) or row.get(chart.roles.get("link", ""))
    if len(groups) == 1:
        for row in frame.iter_rows(named=True):
            for part in ("previous", "target"):
                if part in chart.roles and (value := row[chart.roles[part]]) is not None:
                    said[row[x]].append(f"{names()[part]} {marks.figure_text(value, chart.unit, places)}")
    return [Touch(day.toordinal(), "\n".join([when(day), *lines]), urls[day]) for day, lines in said.items()]


def stacked(chart: Chart) -> Scene:
    """Decide columns made of parts with their totals above, "at least" where a part is missing; without any part it was not reported."""
    x_name, parts = chart.roles["x"], chart.options["parts"]
    is_dated = chart.data.schema[x_name] == pl.Date and not chart.data.is_empty()
    frame = whole(chart.data, x_name) if is_dated else chart.data
    positions = frame[x_name].to_list()
    columns = [frame[column].to_list() for column in parts]
    places = marks.digits([v for column in columns for v in column], chart.unit)
    found = list(zip(*columns, strict=True))
    sums = [None if all(v is None for v in values) else sum(v or 0 for v in values) for values in found]
    highest = max((s for s in sums if s is not None), default=1.0) or 1.0
    urls = frame[chart.roles["link"]].to_list() if "link" in chart.roles else [None] * frame.height
    bases = [0.0] * len(positions)
    items: list[Item] = [
        Stripe("x", at - 0.41, at + 0.41, "missing", is_gap=True) for at, s in enumerate(sums) if s is None
    ]
    for i, (label, values) in enumerate(zip(parts.values(), columns, strict=True)):
        bars = []
        for at, (value, base) in enumerate(zip(values, bases, strict=True)):
            if value is not None:
                words = marks.figure_text(value, chart.unit, places)
                bars.append(Bar(at, base, base + value, f"c{i % MOST_COLOURS}", words, url=urls[at]))
        items.append(Bars("share", clean(label), tuple(bars), 0.82, is_across=False))
        bases = [base + (value or 0) for base, value in zip(bases, values, strict=True)]
    when = marks.period_name(positions) if is_dated else clean
    touch = []
    for at, (total, values) in enumerate(zip(sums, found, strict=True)):
        shown = marks.figure_text(total, chart.unit, places) + ("+" if total is not None and None in values else "")
        lines = [
            f"{clean(n)}: {marks.figure_text(v, chart.unit, places)}"
            for n, v in zip(parts.values(), values, strict=True)
        ]
        touch.append(Touch(at, "\n".join([f"{when(positions[at])}: {shown}", *lines]), urls[at]))
        if total is not None:
            items.append(Note(at, total, shown, "ink", is_strong=True))
    x = _columns(positions, is_dated=is_dated)
    y = scales.value(0.0, highest * 1.02, chart.unit)
    legend = [Entry("square", f"c{i % MOST_COLOURS}", clean(label)) for i, label in enumerate(parts.values())]
    legend += [meanings.missing()] if None in sums else []
    return Scene(chart.kind, chart.title, chart.unit, chart.alt, x, y, tuple(items), tuple(legend), touch=tuple(touch))


def _columns(positions: Sequence[object], *, is_dated: bool) -> Axis:
    """Return an axis of columns: a period each, of which a pen writes as many as have room, or names, which are all written."""
    if not is_dated:
        return scales.rows([Tick(at, clean(name)) for at, name in enumerate(positions)], "columns")
    days: list[date] = [day for day in positions if isinstance(day, date)]
    order = {day.toordinal(): at for at, day in enumerate(days)}
    ticks = tuple(Tick(order[int(tick.at)], tick.words) for tick in scales.time(days, 0, 1).ticks)
    return Axis("time", -0.5, max(len(days), 1) - 0.5, ticks)
