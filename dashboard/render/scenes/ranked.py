"""Rows compared with each other: bars, dots with intervals, bullets, a waterfall."""

from collections.abc import Sequence
from typing import Any

from dashboard.charts import Chart
from dashboard.render import marks
from dashboard.render.letters import clean
from dashboard.render.scenes import meanings, scales
from dashboard.render.scenes.meanings import column
from dashboard.render.scenes.scene import (
    Axis,
    Bar,
    Bars,
    Dot,
    Dots,
    Entry,
    Item,
    Mark,
    Rule,
    Scene,
    Shade,
    Stripe,
    Tick,
)
from dashboard.words.text import _


def _known(*columns: Sequence[Any]) -> list[float]:
    return [v for part in columns for v in part if v is not None]


def _names(chart: Chart) -> list[str]:
    return [clean(label) if label is not None else "–" for label in column(chart, "label")]


def _rows(names: Sequence[str], urls: Sequence[str | None]) -> Axis:
    return scales.rows([Tick(at, name, url) for at, (name, url) in enumerate(zip(names, urls, strict=True))])


def _shades(chart: Chart) -> list[Shade]:
    """Return the colour of each row: that of its signal or band, ours where a chart has none."""
    if "colour" not in chart.roles:
        return ["accent"] * chart.data.height
    return ["missing" if role is None else str(role) for role in column(chart, "colour")]


def _figures(words: Sequence[str], values: Sequence[Any]) -> tuple[Tick, ...]:
    pairs = enumerate(zip(words, values, strict=True))
    return tuple(Tick(at, word, is_known=value is not None) for at, (word, value) in pairs)


def _gaps(values: Sequence[Any], low: float, high: float) -> list[Item]:
    """Return the hatching of the rows that were not reported, over the whole width: nothing there is a zero."""
    bars = tuple(Bar(at, low, high, "missing") for at, value in enumerate(values) if value is None)
    return [Bars("value", meanings.missing().words, bars, 0.42)] if bars else []


def _intervals(chart: Chart) -> list[Item]:
    edges = zip(column(chart, "lower"), column(chart, "upper"), strict=True)
    found = ((at, a, b) for at, (a, b) in enumerate(edges) if a is not None and b is not None)
    return [Mark(at, a, b, "muted", "interval") for at, a, b in found]


def _reference(chart: Chart) -> list[Item]:
    """Return the line of the reference value, its name above the plot."""
    at = chart.options.get("reference")
    if at is None:
        return []
    figure = marks.figure_text(at, chart.unit, marks.digits([at], "", chart.options.get("digits")))
    name = clean(chart.options.get("reference_name") or _("acuan"))
    return [Rule("x", at, "ink", f"{name} {figure}", "reference")]


def _legend(chart: Chart) -> tuple[Entry, ...]:
    """Return the legend, with what stands beside the values: last period, target, what was due by now."""
    found = [*meanings.legend(chart)]
    if chart.kind == "dots" and any(v is not None for v in column(chart, "previous")):
        found.append(Entry("ring", "missing", _earlier(chart)))
    if any(column(chart, "hollow")):
        found.append(Entry("ring", "ordinary", _("sampel kurang")))
    if chart.kind == "bullet":
        found.append(Entry("tick", "ink", _("target")))
        if any(v is not None for v in column(chart, "path")):
            found.append(Entry("square", "hairline", _("seharusnya sampai kini")))
    if any(v is None for v in column(chart, "value")):
        found.append(meanings.missing())
    return tuple(found)


def _earlier(chart: Chart) -> str:
    return clean(chart.options.get("previous_name") or _("periode lalu"))


def _scene(chart: Chart, x: Axis, items: list[Item], figures: tuple[Tick, ...]) -> Scene:
    y = _rows(_names(chart), column(chart, "link"))
    return Scene(chart.kind, chart.title, chart.unit, chart.alt, x, y, tuple(items), _legend(chart), figures)


def _bars(chart: Chart, words: Sequence[str], thick: float) -> Bars:
    rows = zip(_names(chart), column(chart, "value"), _shades(chart), words, column(chart, "link"), strict=True)
    found = (
        Bar(at, 0.0, value, shade, tip=f"{name}: {word}", url=url)
        for at, (name, value, shade, word, url) in enumerate(rows)
        if value is not None
    )
    return Bars("value", clean(chart.unit or chart.title), tuple(found), thick)


def bars(chart: Chart) -> Scene:
    """Decide horizontal bars from zero with their figures; a row that was not reported says so."""
    values = column(chart, "value")
    words = meanings.words(chart, meanings.figures(chart, "value"))
    others = (column(chart, "upper"), column(chart, "lower"), [chart.options.get("reference")])
    ends = [0.0, *_known(values, *others)]
    low, high = min(ends), max(ends)
    high = high if high > low else low + 1.0
    x = Axis("value", low, high + (high - low) * 0.01, is_shown=False)
    items = [_bars(chart, words, 0.66), Rule("x", 0.0, "hairline", "", "zero"), *_gaps(values, low, high)]
    return _scene(chart, x, [*items, *_intervals(chart), *_reference(chart)], _figures(words, values))


def dots(chart: Chart) -> Scene:
    """Decide a point a row, its interval as a thin line, the last period as a hollow point."""
    values, previous = column(chart, "value"), column(chart, "previous")
    places = meanings.figures(chart, "value")
    words = meanings.words(chart, places)
    others = (previous, column(chart, "lower"), column(chart, "upper"), [chart.options.get("reference")])
    ends = _known(values, *others) or [0.0, 1.0]
    room = ((max(ends) - min(ends)) or abs(max(ends)) or 1.0) * 0.06
    x = scales.value(min(ends) - room if not 0 <= min(ends) < room else 0.0, max(ends) + room, chart.unit)
    low, high = x.low, x.high
    items: list[Item] = []
    for rank, (lower, upper, letter, _name) in enumerate(sorted(chart.options.get("bands") or (), key=lambda b: -b[0])):
        if upper >= low and lower <= high:
            name = clean(letter) if chart.options.get("reference") is None else ""
            items.append(Stripe("x", max(lower, low), min(upper, high), str(min(rank + 1, 5)), name))
    before = tuple(
        Dot(value, at, "missing", is_hollow=True, size=0.68) for at, value in enumerate(previous) if value is not None
    )
    items += [Dots("previous", _earlier(chart), before)] if before else []
    items += _intervals(chart)
    rows = zip(_names(chart), values, previous, column(chart, "colour"), _shades(chart), strict=True)
    hollow, urls, found = column(chart, "hollow"), column(chart, "link"), []
    for at, (name, value, last, role, shade) in enumerate(rows):
        if value is not None:
            tip = f"{name}: {words[at]}"
            tip += "" if last is None else f" ({_earlier(chart)} {marks.figure_text(last, chart.unit, places)})"
            look = {"is_hollow": bool(hollow[at]), "tip": tip, "url": urls[at]}
            found.append(Dot(value, at, shade, meanings.SHAPES.get(str(role), "circle"), size=0.72, **look))
    items += [
        Dots("value", clean(chart.unit or chart.title), tuple(found)),
        *_gaps(values, low, high),
        *_reference(chart),
    ]
    return _scene(chart, x, items, _figures(words, values))


def bullet(chart: Chart) -> Scene:
    """Decide the actual as a bar, its target as a dark tick, what was due by now as a pale bar behind."""
    values, targets, due = (column(chart, role) for role in ("value", "target", "path"))
    places = meanings.figures(chart, "value", "target")
    words = [
        word
        if own is not None
        else f"{word} / {marks.figure_text(goal, chart.unit, places) if goal is not None else '–'}"
        for word, own, goal in zip(meanings.words(chart, places), column(chart, "text"), targets, strict=True)
    ]
    x = scales.value(
        min([0.0, *_known(values)]), max(_known(values, targets, due), default=1.0) * 1.03 or 1.0, chart.unit
    )
    pale = tuple(Bar(at, 0.0, value, "hairline") for at, value in enumerate(due) if value is not None)
    items: list[Item] = [Bars("due", _("seharusnya sampai kini"), pale, 0.78)] if pale else []
    items.append(_bars(chart, words, 0.42))
    items += [Mark(at, goal, goal, "ink", "target") for at, goal in enumerate(targets) if goal is not None]
    return _scene(chart, x, [*items, *_gaps(values, x.low, x.high)], _figures(words, values))


def waterfall(chart: Chart) -> Scene:
    """Decide parts that add up, top down, each beginning where the last one ended."""
    values, names = column(chart, "value"), _names(chart)
    places = meanings.figures(chart, "value")
    bases, at = [], 0.0
    for value in values:
        bases.append(at)
        at += value or 0.0
    shades = ["bad" if (v or 0) < 0 else "c0" for v in values]
    joins = [
        Mark(row + 0.5, base + (v or 0), base + (v or 0), "muted", "join")
        for row, (base, v) in enumerate(zip(bases, values, strict=True))
    ]
    if total := chart.options.get("total"):
        values, names, bases, shades = [*values, at], [*names, clean(total)], [*bases, 0.0], [*shades, "ink"]
    else:
        joins = joins[:-1]
    words = [marks.figure_text(v, chart.unit, places) for v in values]
    ends = [0.0, *bases, *(b + (v or 0) for b, v in zip(bases, values, strict=True))]
    low, high = min(ends), max(ends)
    rows = enumerate(zip(names, values, bases, shades, words, strict=True))
    bars = tuple(
        Bar(row, base, base + value, shade, tip=f"{name}: {word}", is_hatched=value < 0)
        for row, (name, value, base, shade, word) in rows
        if value is not None
    )
    room = 0.02 * ((high - low) or 1.0)
    x = scales.value(low - (room if low < 0 else 0), high + room, chart.unit)
    items = (*joins, Bars("value", clean(chart.unit or chart.title), bars, 0.62))
    y = _rows(names, [None] * len(names))
    return Scene(chart.kind, chart.title, chart.unit, chart.alt, x, y, items, (), _figures(words, values))
