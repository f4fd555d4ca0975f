"""Developments over time as native charts of a slide: line, small multiples, stacked columns."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from math import gcd
from typing import Any

import polars as pl

from dashboard import theme
from dashboard.charts import Chart
from dashboard.render import marks
from dashboard.render.html import SIGNALS
from dashboard.render.scenes.meanings import figures
from dashboard.render.slides import chart as slides_chart
from dashboard.render.slides.cells import explained, table
from dashboard.render.slides.series import Label, Mark, Scale, Series, scale
from dashboard.render.slides.sheet import INK, Run, Stage, clean, fit, paragraph, wide, words
from dashboard.snapshot import Column
from dashboard.words import text
from dashboard.words.text import _
from queries.months import between, starts

FORMS = {"good": "triangle", "bad": "diamond"}
DASHES = ("solid", "dash", "sysDot", "dashDot")
MOST_NOTES = 2  # of signals beside their points
MOST_FACETS = 8
MOST_NAMED = 2  # of days that are noted with their words on the chart itself


def grid_of(days: Sequence[date]) -> list[date]:
    """Return every period from the first to the last at the step of the nearest two, so that a gap is as wide as it is long."""
    unique = sorted(set(days))
    if len(unique) < 2 or any(day.day != 1 for day in unique):
        return unique
    return starts(unique[0], unique[-1], gcd(*(between(a, b) for a, b in pairwise(unique))))


def _groups(frame: pl.DataFrame, series: str | None) -> list[tuple[str, pl.DataFrame]]:
    if series is None:
        return [("", frame)]
    names = frame[series].drop_nulls().unique(maintain_order=True)
    return [(clean(name), frame.filter(pl.col(series) == name)) for name in names]


def _along(rows: pl.DataFrame, x: str, column: str, days: Sequence[date]) -> list[Any]:
    known = dict(zip(rows[x], rows[column], strict=True))
    return [known.get(day) for day in days]


def line(chart: Chart, place: Stage) -> None:
    """Draw a line a series; limits, target, bands, forecast and its ranges as series of their own, signals as marks."""
    x = chart.roles["x"]
    frame = chart.data.sort(x)
    days = grid_of(frame[x].to_list())
    groups = _groups(frame, chart.roles.get("series"))
    places, single = figures(chart, "y"), len(groups) == 1
    low, high = _span(chart, frame)
    axis = scale(low, high, chart.unit)
    drawn = _companions(chart, frame, days, axis) if single else []
    for position, (name, rows) in enumerate(groups):
        drawn.append(_series(chart, rows, days, name, position, places))
    if not single:
        _part_labels(drawn, axis, place.height)
    if single and "forecast" in chart.roles:
        drawn += _forecast(chart, frame, days, places)
    for position, (_name, rows) in enumerate(groups):
        drawn += _tentative(chart, rows, days, INK.categories[position % 10], is_named=position == 0)
        drawn += _signals(chart, rows, days)
    if (target := chart.options.get("target")) is not None:
        figure = marks.figure_text(target, chart.unit, marks.digits([target], chart.unit))
        drawn.append(Series(_("target {value}", value=figure), [target] * len(days), line=INK.ink, points=1))
    drawn += _noted(chart, days, axis)
    place = explained(place, _key(chart, frame, days, single=single))
    when = marks.period_name(days)
    slides_chart.lines(
        place, [when(day) for day in days], drawn, axis, name=chart.title, alt=chart.alt,
        skip=_skip(len(days), place.width), right=1.45 if "forecast" in chart.roles else 1.0,
    )  # fmt: skip


def _noted(chart: Chart, days: Sequence[date], axis: Scale) -> list[Series]:
    """Return what happened on the way: a dashed vertical line each, its words beside its top; many have a number there."""
    found = []
    happened = marks.noted(chart)
    few = len(happened) <= MOST_NAMED
    for number, (day, note) in enumerate(happened, 1):
        at = max((i for i, each in enumerate(days) if each <= day), default=0)
        here = [axis.high if i == at else None for i in range(len(days))]
        down = [round(axis.high - axis.low, 9) if i == at else None for i in range(len(days))]
        none = [0.0 if i == at else None for i in range(len(days))]
        words_ = note if text.date(day) in note else f"{text.date(day)} {note}"
        shown = fit(words_, 4.5, 11)
        side = "l" if at > len(days) / 3 else "r"
        label = {at: Label(shown if few else str(number), side, INK.accent, 11, bold=not few)}
        name = shown if few else f"{number}: {shown}"
        found.append(Series(name, here, labels=label, above=none, below=down, is_named=not few))
    return found


def _skip(count: int, width: float, each: float = 0.78) -> int:
    return max(1, -(-count * each // max(width - 1.5, 0.8)).__int__())


def _span(chart: Chart, frame: pl.DataFrame) -> tuple[float, float]:
    values = marks.line_values(chart, frame)
    low, high = min(values, default=0.0), max(values, default=1.0)
    room = ((high - low) or abs(high) or 1.0) * 0.08
    if chart.options.get("zero") or 0 <= low < (high - low) * 0.35:
        return min(0.0, low), high + room / 2
    return low - room, high + room


def _series(chart: Chart, rows: pl.DataFrame, days: Sequence[date], name: str, position: int, places: int) -> Series:
    x, y = chart.roles["x"], chart.roles["y"]
    values = _along(rows, x, y, days)
    shade = INK.categories[position % 10]
    known = [False, *(v is not None for v in values), False]
    is_alone = any(known[i] and not (known[i - 1] or known[i + 1]) for i in range(1, len(known) - 1))
    mark = Mark("circle", 5, shade, shade) if is_alone else None  # a point between two gaps has no line
    last = max((i for i, v in enumerate(values) if v is not None), default=None)
    labels = {}
    if last is not None and not ("forecast" in chart.roles and not name):
        labels[last] = Label(marks.figure_text(values[last], chart.unit, places), "r", shade, 12, bold=True)
    named = name or chart.unit or chart.title
    return Series(named, values, line=shade, dash=DASHES[position % 4], mark=mark, labels=labels)


def _tentative(chart: Chart, rows: pl.DataFrame, days: Sequence[date], shade: str, *, is_named: bool) -> list[Series]:
    """Return the provisional values as pale points on the line."""
    if "provisional" not in chart.roles:
        return []
    x = chart.roles["x"]
    values, late = (_along(rows, x, chart.roles[role], days) for role in ("y", "provisional"))
    own = [v if is_late else None for v, is_late in zip(values, late, strict=True)]
    if all(v is None for v in own):
        return []
    return [Series(_("data sementara"), own, mark=Mark("circle", 9, None, shade), is_named=is_named)]


def _part_labels(drawn: list[Series], axis: Scale, height: float) -> None:
    """Take away the last figures that would cover another one's."""
    near, kept = (axis.high - axis.low) * 0.22 / max(height - 1, 0.5), []
    for i, one in enumerate(drawn):
        for at in list(one.labels):
            value = one.values[at]
            if value is None or any(abs(value - other) < near for other in kept):
                drawn[i] = replace(one, labels={})
            else:
                kept.append(value)


def _companions(chart: Chart, frame: pl.DataFrame, days: Sequence[date], axis: Scale) -> list[Series]:
    """Return what the line is compared with, each quieter than the line; limits begin anew where their segment does."""
    looks: dict[str, tuple[str, str, float, str]] = {
        "previous": (_("tahun lalu"), INK.missing, 1.5, "dash"),
        "mean": (_("rerata"), INK.missing, 1.0, "solid"),
        "lower": (_("batas bawah"), INK.muted, 1.5, "sysDot"),
        "upper": (_("batas atas"), INK.muted, 1.5, "sysDot"),
        "target": (_("target"), INK.ink, 1.0, "solid"),
    }
    x, found = chart.roles["x"], []
    for rank, (lowest, _highest, letter, name) in enumerate(
        sorted(chart.options.get("bands") or (), key=lambda b: -b[0])
    ):
        if axis.low < lowest < axis.high:
            shade = theme.colour(min(rank + 1, 5), INK)
            edge = text.number(lowest, 0 if float(lowest).is_integer() else 2)
            label = {0: Label(f"{clean(letter)} ▲", "t", INK.muted, 10)}
            named = _("{letter} · {name} mulai {edge}", letter=clean(letter), name=clean(name), edge=edge)
            found.append(Series(named, [lowest] * len(days), line=shade, points=1, dash="sysDot", labels=label))
    segments = _along(frame, x, chart.roles["segment"], days) if "segment" in chart.roles else [None] * len(days)
    for role, (name, shade, points, dash) in looks.items():
        if role not in chart.roles:
            continue
        values = _along(frame, x, chart.roles[role], days)
        if all(v is None for v in values):
            continue
        if role == "target" and "forecast" in chart.roles:
            values = _bridged(values)
        parts = list(dict.fromkeys(segments)) if role in {"mean", "lower", "upper"} else [None]
        for n, part in enumerate(parts):
            own = [v if len(parts) == 1 or s == part else None for v, s in zip(values, segments, strict=True)]
            if any(v is not None for v in own):
                shown = name if n == 0 else f"{name} {n + 1}"
                found.append(Series(shown, own, line=shade, points=points, dash=dash, is_named=n == 0))
    return found


def _bridged(values: list[Any]) -> list[Any]:
    """Return the values, those between two known ones on the way from one to the next: a target of months to come."""
    known = [i for i, v in enumerate(values) if v is not None]
    for a, b in pairwise(known):
        for i in range(a + 1, b):
            values[i] = values[a] + (values[b] - values[a]) * (i - a) / (b - a)
    return values


def _forecast(chart: Chart, frame: pl.DataFrame, days: Sequence[date], places: int) -> list[Series]:
    x, shade, found = chart.roles["x"], INK.categories[0], []
    ahead = _along(frame, x, chart.roles["forecast"], days)
    known = [i for i, v in enumerate(ahead) if v is not None]
    if len(known) < 2:
        return []
    label = Label(
        f"{marks.figure_text(ahead[known[-1]], chart.unit, places)} {_('perkiraan')}", "r", shade, 12, bold=True
    )
    found.append(Series(_("perkiraan"), ahead, line=shade, dash="dash", labels={known[-1]: label}))
    for level in chart.options.get("fan_levels") or ():
        name = _("rentang {level}", level=text.pct(level, 0))
        for side in ("lower", "upper"):
            edge = _along(frame, x, chart.roles[f"fan_{side}_{level}"], days)
            shown = f"{name}, {_('bawah') if side == 'lower' else _('atas')}"
            found.append(Series(shown, edge, line=shade, points=0.75, dash="sysDash", is_named=False))
    return found


def _signals(chart: Chart, rows: pl.DataFrame, days: Sequence[date]) -> list[Series]:
    """Return the signals as points of a form of their own, the newest with their words."""
    if "signal" not in chart.roles:
        return []
    x = chart.roles["x"]
    values, kinds = (_along(rows, x, chart.roles[role], days) for role in ("y", "signal"))
    notes = _along(rows, x, chart.roles["signal_note"], days) if "signal_note" in chart.roles else [None] * len(days)
    texts = [n if k in FORMS and v is not None else None for n, k, v in zip(notes, kinds, values, strict=True)]
    ends = [i for i, word in enumerate(texts) if word and (i + 1 == len(texts) or texts[i + 1] != word)][-MOST_NOTES:]
    names, found = marks.signal_names(), []
    for kind, form in FORMS.items():
        own = [v if k == kind else None for v, k in zip(values, kinds, strict=True)]
        if any(v is not None for v in own):
            shade = theme.colour(kind, INK)
            labels = {i: Label(fit(texts[i], 2.6, 11), _side(values, i), shade, 11) for i in ends if kinds[i] == kind}
            mark = Mark(form, 11, shade, INK.background)
            found.append(Series(_("sinyal: {meaning}", meaning=names[kind]), own, mark=mark, labels=labels))
    return found


def _side(values: Sequence[float | None], at: int) -> str:
    """Return where the words on a point cross the line least: below a dip, above a peak."""
    beside = [v for v in (*values[max(at - 1, 0) : at], *values[at + 1 : at + 2]) if v is not None]
    own = values[at]
    return "b" if beside and own is not None and sum(beside) / len(beside) > own else "t"


def _key(chart: Chart, frame: pl.DataFrame, days: Sequence[date], *, single: bool) -> list[Run]:
    """Return the words on what a legend can't say: hollow points, gaps, ranges of a forecast."""
    parts: list[Run] = []
    if not single:
        return parts
    values = _along(frame, chart.roles["x"], chart.roles["y"], days)
    ahead = _along(frame, chart.roles["x"], chart.roles["forecast"], days) if "forecast" in chart.roles else values
    gaps = [day for day, v, f in zip(days, values, ahead, strict=True) if v is None and f is None]
    if gaps:
        when = marks.period_name(days)
        named = ", ".join(when(day) for day in gaps[:6]) + (" …" if len(gaps) > 6 else "")
        parts.append(Run(f"{_('belum melapor')}: {named}     ", 11, INK.muted))
    if "forecast" in chart.roles and chart.options.get("fan_levels"):
        levels = ", ".join(text.pct(level, 0) for level in chart.options["fan_levels"])
        parts.append(Run(_("garis halus: rentang perkiraan {levels}", levels=levels), 11, INK.muted))
    return parts


def multiples(chart: Chart, place: Stage) -> None:
    """Draw a small line a facet on one scale from zero; more than fit are a table of the latest periods."""
    x, y = chart.roles["x"], chart.roles["y"]
    facets = _groups(chart.data, chart.roles["facet"])
    if len(facets) > MOST_FACETS:
        _as_table(chart, facets, place)
        return
    days = grid_of(chart.data[x].to_list())
    when, places = marks.period_name(days), figures(chart, "y")
    across = 4 if len(facets) > 6 else 3 if len(facets) > 4 else max(min(len(facets), 2), 1)
    down = max(-(-len(facets) // across), 1)
    known = [v for v in chart.data[y].to_list() if v is not None] or [1.0]
    axis = scale(min(0.0, *known), max(known), chart.unit, most=3)
    wide_, tall = place.width / across, (place.height - 0.25) / down
    caption = _("Skala sama, {low}–{high}; {first}–{last}", low=text.number(axis.low), high=text.number(axis.high),
             first=when(days[0]), last=when(days[-1]))  # fmt: skip
    words(place.part(0, 0, place.width, 0.22), [paragraph([Run(caption, 11, INK.muted)])], _("Skala"))
    for i, (name, unsorted) in enumerate(facets):
        rows = unsorted.sort(x)
        left, top = (i % across) * wide_, 0.25 + (i // across) * tall
        kinds = rows[chart.roles["colour"]].drop_nulls().to_list()[-1:] if "colour" in chart.roles else []
        kind = kinds[0] if kinds and kinds[0] in FORMS else "none"
        shade = theme.colour(kind, INK) if kind in FORMS else INK.ordinary
        values = _along(rows, x, y, days)
        last = next((v for v in reversed(values) if v is not None), None)
        figure = f" {marks.figure_text(last, chart.unit, places)} {SIGNALS[kind]}".rstrip()
        head = fit(name, wide_ - 0.3 - wide(figure, 12, bold=True), 12)
        ink = shade if kind in FORMS else INK.ink
        words(
            place.part(left, top + 0.06, wide_ - 0.2, 0.24),
            [paragraph([Run(head, 12, ink), Run(figure, 12, ink, bold=True)])],
            name,
        )
        own = Series(name, values, line=shade, points=2)
        slides_chart.lines(
            place.part(left, top + 0.3, wide_ - 0.2, tall - 0.36), [when(day) for day in days], [own], axis,
            name=name, alt=f"{chart.alt} {name}:{figure}", legend=False, skip=max(len(days) - 1, 1), letters=9,
        )  # fmt: skip


def _as_table(chart: Chart, facets: list[tuple[str, pl.DataFrame]], place: Stage) -> None:
    x, y = chart.roles["x"], chart.roles["y"]
    days = grid_of(chart.data[x].to_list())[-12:]
    when, places = marks.period_name(days), figures(chart, "y")
    lines = [[name, *_along(rows, x, y, days)] for name, rows in facets]
    names = ["facet", *(f"p{i}" for i in range(len(days)))]
    frame = pl.DataFrame(lines, schema=dict.fromkeys(names, pl.Float64) | {"facet": pl.String}, orient="row")
    kind = "pct" if chart.unit.strip().startswith("%") else "decimal" if places else "int"
    columns = [
        Column("facet", _("Nama")),
        *(Column(n, when(d), kind, places) for n, d in zip(names[1:], days, strict=True)),
    ]
    table(place, frame, columns, chart.title)


def stacked(chart: Chart, place: Stage) -> None:
    """Draw columns made of parts, from the bottom up."""
    frame, parts = chart.data, chart.options["parts"]
    positions = frame[chart.roles["x"]].to_list()
    dated = bool(positions) and isinstance(positions[0], date)
    if dated:
        frame = frame.sort(chart.roles["x"])
        days = grid_of(positions)
        names = [marks.period_name(days)(day) for day in days]
        found = {column: _along(frame, chart.roles["x"], column, days) for column in parts}
    else:
        each = (place.width - 1) / max(len(positions), 1)
        names = [fit(str(p) if p is not None else text.MISSING, max(each * 2, 0.8), 11) for p in positions]
        found = {column: frame[column].to_list() for column in parts}
    lists = list(found.values())
    sums = [sum(v for v in column if v is not None) for column in zip(*lists, strict=True)]
    gaps = [
        name for name, column in zip(names, zip(*lists, strict=True), strict=True) if all(v is None for v in column)
    ]
    gap_runs = [Run(f"{_('belum melapor')}: {', '.join(gaps[:6])}", 11, INK.muted)] if gaps else []
    place = explained(place, gap_runs)
    drawn = [
        Series(clean(label), found[column], fill=INK.categories[i % 10], edge=INK.background)
        for i, (column, label) in enumerate(parts.items())
    ]
    axis = scale(0.0, max(sums, default=1.0) or 1.0, chart.unit, zero=True)
    skip = _skip(len(names), place.width) if dated else 1
    slides_chart.columns(place, names, drawn, axis, name=chart.title, alt=chart.alt, skip=skip)
