"""A scene as a chart of an office: which series it takes, what is written at their points. Slides and workbooks draw these."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

from dashboard.render.office.series import Label, Native, Series, Side, Value
from dashboard.render.scenes import scales
from dashboard.render.scenes.scene import (
    Axis,
    Bar,
    Bars,
    Dash,
    Dot,
    Dots,
    Fan,
    Item,
    Line,
    Mark,
    Note,
    Rule,
    Scene,
    Shade,
    Stripe,
)
from dashboard.words import text
from dashboard.words.text import _

KINDS = {
    "line": "lines", "stacked": "columns", "bars": "rows", "bullet": "rows", "waterfall": "rows", "dots": "points",
    "funnel": "points",
}  # fmt: skip
MOST_NOTED = 2  # days with their words on the chart itself; more have a number there
TOTAL = 0.05  # of the axis, the room over a column in which its total stands
THIN = 0.75  # points of the edges of an interval


def native(scene: Scene, shown: int | None = None) -> Native:
    """Return a scene as an office's chart, of rows the first `shown`."""
    kind = KINDS[scene.kind]
    if kind in {"lines", "columns"}:
        names = scales.periods(scene.x) if scene.x.kind == "time" else [tick.words for tick in scene.x.ticks]
        series = _columns(scene) if kind == "columns" else lines(scene.x, scene.y, scene.items, scene)
        return Native(kind, tuple(names), tuple(series), scene.x, scene.y, is_stacked=kind == "columns")
    count = len(scene.y.ticks) if shown is None else shown
    names = _unlike([tick.words for tick in scene.y.ticks[:count]])
    if kind == "rows":
        series = tuple(_rows(scene, count, is_stacked=is_stacked(scene)))
        return Native(kind, names, series, scene.y, scene.x, is_stacked(scene))
    is_ranked = scene.y.kind == "rows"
    down = Axis("rows", -0.5, count - 0.5, scene.y.ticks[:count], is_shown=False) if is_ranked else scene.y
    return Native(kind, names, tuple(_points(scene, down)), scene.x, down)


def is_stacked(scene: Scene) -> bool:
    """Return whether bars begin where others end."""
    return any(bar.start for item in scene.of(Bars) for bar in _known(item))


def _known(item: Bars) -> list[Bar]:
    """Return the bars without those that only hatch a row that nobody reported."""
    return [bar for bar in item.bars if bar.shade != "missing" or bar.tip]


def _unlike(names: Sequence[str]) -> tuple[str, ...]:
    """Return names each unlike the others, as an office wants them."""
    found: list[str] = []
    for name in names:
        while name in found:
            name += "\u00a0"  # noqa: PLW2901
        found.append(name)
    return tuple(found)


# --- over periods or names ---


def lines(x: Axis, y: Axis, items: Sequence[Item], scene: Scene | None = None) -> list[Series]:
    """Return what is drawn over the periods of an axis, each item as the series that it takes."""
    at, found = {tick.at: n for n, tick in enumerate(x.ticks)}, []
    noted = [item for item in items if isinstance(item, Rule) and item.axis == "x"]
    for item in items:
        if isinstance(item, Line):
            named = next((one.name for one in reversed(found) if item.part == "late"), "")
            found += _line(replace(item, name=f"{named}, {item.name}") if named else item, at)
        elif isinstance(item, Fan):
            for name, n in ((f"{item.name}, {_('bawah')}", 0), (item.name, 1)):
                edge = _along([(e[0], e[1 + n]) for e in item.edges], at)
                look: dict[str, Any] = {"line": f"{item.shade}/{item.ink + 0.3:g}", "width": THIN, "is_named": n == 1}
                found.append(Series(name, edge, **look))
        elif isinstance(item, Dots) and item.part == "alone":  # a point between two gaps has no line
            found[-1] = replace(found[-1], mark=item.dots[0])
        elif isinstance(item, Dots) and item.part != "unit":
            for name, dots in _looks(item, scene):
                values = _along([(dot.x, dot.y) for dot in dots], at, is_joined=False)
                found.append(Series(name, values, mark=dots[0], is_named=item.part in {"late", "signal"}))
        elif isinstance(item, Stripe) and item.axis == "y" and y.low < item.low < y.high:
            label = {0: Label(f"{item.words} ▲", "right", "muted")}
            name = _("{band} mulai {edge}", band=item.words, edge=text.number(item.low, scales.places([item.low])))
            found.append(Series(name, (item.low,) * len(at), line=item.shade, dash="dot", labels=label))
        elif isinstance(item, Rule):
            found.append(
                _day(item, noted, x, y)
                if item.axis == "x"
                else Series(item.words, (item.at,) * len(at), line=item.shade)
            )
    return _said(found, items, at)


def _line(item: Line, at: Mapping[float, int]) -> list[Series]:
    """Return a line, each part of it that begins anew where another one ends as a series of its own."""
    parts: list[list[tuple[float, Value]]] = [[]]
    for n, (x, y) in enumerate(item.points):
        if y is None and n + 1 < len(item.points) and item.points[n + 1][0] == x:
            parts.append([])
        else:
            parts[-1].append((x, y))
    drawn = [part for part in parts if any(y is not None for _x, y in part)]
    look: dict[str, Any] = {"line": item.shade, "width": item.width, "dash": item.dash}
    return [
        Series(
            f"{item.name} {n}" if n > 1 else item.name,
            _along(part, at),
            is_named=n == 1 and item.part != "late",
            **look,
        )
        for n, part in enumerate(drawn, 1)
    ]


def _along(
    points: Sequence[tuple[float, Value]], at: Mapping[float, int], *, is_joined: bool = True
) -> tuple[Value, ...]:
    """Return the figure at each period; periods that a line passes without a point of its own lie on its way."""
    values: list[Value] = [None] * len(at)
    for (x0, y0), (x1, y1) in pairwise(points) if is_joined else ():
        first, last = at[x0], at[x1]
        for n in range(first + 1, last):
            values[n] = None if y0 is None or y1 is None else y0 + (y1 - y0) * (n - first) / (last - first)
    for x, y in points:
        values[at[x]] = y
    return tuple(values)


def _looks(item: Dots, scene: Scene | None) -> list[tuple[str, list[Dot]]]:
    """Return the points of each look, with what the legend says of it."""
    groups: dict[tuple[Shade, str, bool], list[Dot]] = {}
    for dot in item.dots:
        groups.setdefault((dot.shade, dot.shape, dot.is_hollow), []).append(dot)
    if item.part in {"late", "alone", "previous"}:
        return [(item.name, dots) for dots in groups.values()]
    legend = scene.legend if scene else ()
    found = []
    for (shade, _shape, is_hollow), dots in groups.items():
        named = next((e.words for e in legend if e.look != "ring" and e.shade == shade), item.name)
        rings = {e.shade: e.words for e in legend if e.look == "ring"} if is_hollow else {}
        unsure = rings.get("ordinary", "")
        name = unsure if unsure and shade == "ordinary" else f"{named}, {unsure}" if unsure else named
        found.append((name, dots))
    return found


def _day(rule: Rule, noted: Sequence[Rule], x: Axis, y: Axis) -> Series:
    """Return what happened on a day: a line from the top of the plot at its period, its words there; many have a number."""
    n = max((n for n, tick in enumerate(x.ticks) if tick.at <= rule.at), default=0)
    day = text.date(date.fromordinal(int(rule.at)))
    words = rule.words if day in rule.words else f"{day} {rule.words}"
    is_few, number = len(noted) <= MOST_NOTED, noted.index(rule) + 1
    label = Label(words if is_few else str(number), "left" if n > len(x.ticks) / 3 else "right", rule.shade, not is_few)
    values = tuple(y.high if each == n else None for each in range(len(x.ticks)))
    reach = tuple((round(y.high - y.low, 9), 0.0) if each == n else None for each in range(len(x.ticks)))
    name = words if is_few else f"{number}: {words}"
    return Series(name, values, edge=rule.shade, labels={n: label}, reach=reach, is_named=not is_few)


def _said(series: list[Series], items: Sequence[Item], at: Mapping[float, int]) -> list[Series]:
    """Return the series with the words about their points."""
    found, last = list(series), len(at) - 1
    for note in [item for item in items if isinstance(item, Note) and item.x in at]:
        n = at[note.x]
        here = [i for i, one in enumerate(found) if one.values[n] == note.y and n not in one.labels and not one.reach]
        here.sort(key=lambda i: (found[i].mark is None) if note.stands == "beside" else found[i].line != note.shade)
        if here:
            is_end = note.stands == "end" and n == last
            side: Side = "right" if is_end else "above" if note.stands == "end" else _side(items, note)
            label = Label(note.words, side, note.shade, note.is_strong, is_end, note.figure)
            found[here[0]] = replace(found[here[0]], labels={**found[here[0]].labels, n: label})
    return found


def _side(items: Sequence[Item], note: Note) -> Side:
    """Return where words on a point cross its line least: below a dip, above a peak."""
    points = next((i.points for i in items if isinstance(i, Line) and (note.x, note.y) in i.points), ())
    n = points.index((note.x, note.y)) if points else 0
    beside = [y for _x, y in (*points[max(n - 1, 0) : n], *points[n + 1 : n + 2]) if y is not None]
    return "below" if beside and sum(beside) / len(beside) > note.y else "above"


def _columns(scene: Scene) -> list[Series]:
    """Return the parts of columns, and over them the place of their totals."""
    count, found = len(scene.x.ticks), []
    for item in scene.of(Bars):
        bars = {int(bar.at): bar for bar in item.bars}
        values = tuple(bars[n].end - bars[n].start if n in bars else None for n in range(count))
        labels = {n: Label(bar.words, "middle") for n, bar in bars.items()}
        fills = tuple(dict.fromkeys(bar.shade for bar in item.bars)) or ("missing",)
        parts = tuple(v if v is None else round(v, 9) for v in values)
        found.append(Series(item.name, parts, fills=fills, edge="background", labels=labels))
    totals = {int(note.x): Label(note.words, "base", note.shade, note.is_strong) for note in scene.of(Note)}
    room = round(scene.y.high * TOTAL, 9)
    place = tuple(room if n in totals else None for n in range(count))
    return [*found, Series(_("tempat angka"), place, labels=totals, is_named=False)]


def _rows(scene: Scene, count: int, *, is_stacked: bool) -> list[Series]:
    """Return bars, what was due behind them, the outline of a target before them, and the place of the figures."""
    found = []
    marks = [mark for mark in scene.of(Mark) if mark.at < count]
    for item in scene.of(Bars):
        bars = {int(bar.at): bar for bar in _known(item) if bar.at < count}
        if not bars:
            continue
        fills = tuple(bars[n].shade if n in bars else "missing" for n in range(count))
        if is_stacked:
            found += _floating(
                item.name, [(bars[n].start, bars[n].end) if n in bars else None for n in range(count)], fills
            )
            continue
        values = tuple(bars[n].end if n in bars else None for n in range(count))
        ends = {int(mark.at): mark for mark in marks if mark.part == "interval"} if item.part == "value" else {}
        reach = tuple(
            (round(v - ends[n].start, 9), round(ends[n].end - v, 9)) if n in ends and v is not None else None
            for n, v in enumerate(values)
        )
        found.append(Series(item.name, values, fills=fills, reach=reach if ends else ()))
    goals = {int(mark.at): mark.end for mark in marks if mark.part == "target"}
    if goals:
        found.append(Series(_("target"), tuple(goals.get(n) for n in range(count)), edge="ink"))
    if not is_stacked:
        found.append(_beyond(scene, count, (scene.x.high,) * count, "past"))
    return found


def _floating(name: str, spans: Sequence[tuple[float, float] | None], fills: tuple[Shade, ...]) -> list[Series]:
    """Return bars that begin anywhere: an unseen foot, the part of each above zero, and that below."""

    def part(span: tuple[float, float] | None, sign: int) -> Value:
        if span is None:
            return None
        low, high = sorted(span)
        return round(max(high, 0.0) - max(low, 0.0) if sign > 0 else min(low, 0.0) - min(high, 0.0), 9) or None

    feet = [0.0 if s is None or s[0] * s[1] <= 0 else min(s, key=abs) for s in spans]
    foot = Series(_("mulai dari"), tuple(feet), is_named=False)
    above, below = (tuple(part(span, sign) for span in spans) for sign in (1, -1))
    under = Series(_("{name}, di bawah nol", name=name), below, fills=fills, is_named=False)
    return [foot, Series(name, above, fills=fills), *([under] if any(below) else [])]


def _beyond(scene: Scene, count: int, at: tuple[float, ...], side: Side, **more: Any) -> Series:
    """Return the place of the figures of rows."""
    ticks = scene.figures[:count]
    labels = {n: Label(tick.words, side, "ink" if tick.is_known else "muted") for n, tick in enumerate(ticks)}
    return Series(_("tempat angka"), at, labels=labels, is_named=False, **more)


# --- over two axes ---


def _points(scene: Scene, down: Axis) -> list[Series]:
    """Return curves, points by their look, intervals as one broken line, and the words of rows at either end."""
    x, is_ranked = scene.x, down.kind == "rows"
    found: list[Series] = []
    if is_ranked:
        rows = tuple(tick.at for tick in down.ticks)
        names = {n: Label(tick.words, "left") for n, tick in enumerate(down.ticks)}
        found.append(Series(_("nama"), rows, (x.low,) * len(rows), labels=names, is_named=False))
        found.append(_beyond(scene, len(rows), rows, "right", xs=(x.high,) * len(rows)))
    elif x.kind == "logarithm":  # an office writes the decades of such an axis alone
        ticks = {n: Label(tick.words, "below", "muted") for n, tick in enumerate(x.ticks)}
        at = tuple(tick.at for tick in x.ticks)
        found.append(Series(_("sumbu"), (down.low,) * len(at), at, labels=ticks, is_named=False))
    marks = [mark for mark in scene.of(Mark) if mark.at < down.high]
    for item in scene.items:
        if isinstance(item, Line):
            xs, ys = tuple(x for x, _y in item.points), tuple(y for _x, y in item.points)
            look: dict[str, Any] = {
                "line": item.shade,
                "width": item.width,
                "dash": item.dash,
                "is_named": "lower" not in item.part,
            }
            found.append(Series(_named(item), ys, xs, **look))
        elif isinstance(item, Stripe) and x.low < item.low < x.high:
            found.append(_upright(item.low, f"{item.words} ▸" if item.words else "", "missing", "dot", down))
        elif isinstance(item, Rule) and item.words:
            found.append(_upright(item.at, item.words, item.shade, "solid", down))
        elif isinstance(item, Mark) and item == marks[0]:
            ends = tuple(v for mark in marks for v in (mark.start, mark.end, None))
            at = tuple(v for mark in marks for v in (mark.at, mark.at, None))
            found.append(Series(_("rentang"), at, ends, line=item.shade, width=1.1))
        elif isinstance(item, Dots):
            kept = replace(item, dots=tuple(dot for dot in item.dots if not is_ranked or dot.y < down.high))
            found += [_marked(name, dots, scene, down) for name, dots in _looks(kept, scene)]
    return _ended(found, scene)


def _named(line: Line) -> str:
    """Return the name of a limit, the lower one apart from the upper one."""
    return f"{line.name}, {_('bawah')}" if "lower" in line.part else line.name


def _upright(at: float, words: str, shade: Shade, dash: Dash, down: Axis) -> Series:
    label = {0: Label(words, "above", "muted")} if words else {}
    return Series(
        words or _("batas"), (down.low, down.high), (at, at), line=shade, dash=dash, labels=label, is_named=False
    )


def _marked(name: str, dots: Sequence[Dot], scene: Scene, down: Axis) -> Series:
    """Return points of a look, those that are written about with their words."""
    middle, labels = (scene.x.low + scene.x.high) / 2, {}
    if scene.x.kind == "logarithm":
        middle = (scene.x.low * scene.x.high) ** 0.5
    notes = {(note.x, note.y): note for note in scene.of(Note) if note.stands == "beside"}
    for n, dot in enumerate(dots):
        if note := notes.get((dot.x, dot.y)):
            side: Side = "left" if dot.x > middle else "right"
            labels[n] = Label(note.words, side, note.shade, figure=note.figure)
    called = tuple(down.ticks[int(d.y)].words if down.kind == "rows" else d.tip.partition(": ")[0] for d in dots)
    return Series(name, tuple(d.y for d in dots), tuple(d.x for d in dots), called, mark=dots[0], labels=labels)


def _ended(series: list[Series], scene: Scene) -> list[Series]:
    """Return curves with their names where they end."""
    found = list(series)
    for note in [note for note in scene.of(Note) if note.stands == "end"]:
        for i, one in enumerate(found):
            if one.line and one.values and (one.xs[-1], one.values[-1]) == (note.x, note.y) and not one.labels:
                label = Label(note.words, "right", note.shade, is_end=True)
                found[i] = replace(one, labels={len(one.values) - 1: label})
                break
    return found
