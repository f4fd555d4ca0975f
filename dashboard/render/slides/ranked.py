"""Rows compared with each other as native charts of a slide: bars, dots with intervals, bullets, a waterfall."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dashboard import theme
from dashboard.charts import Chart
from dashboard.render import marks
from dashboard.render.html import SIGNALS
from dashboard.render.scenes.meanings import column, figures
from dashboard.render.slides import chart as slides_chart
from dashboard.render.slides.cells import explained, key, rest
from dashboard.render.slides.series import Label, Mark, Scale, Series, scale
from dashboard.render.slides.sheet import INK, Run, Stage, clean, fit, paragraph, stroke, wide, words
from dashboard.words.text import _

LEAST = 0.145  # inches of a row
NAMES = 3.4  # inches, of the widest name of a row


def _fitting(chart: Chart, place: Stage) -> tuple[Chart, Stage]:
    """Return the chart with the rows that fit, and the place without the line that says how many others there are."""
    most = max(int((place.height - 0.6) / LEAST), 1)
    if chart.data.height <= most:
        return chart, place
    rest(place.part(0, place.height - 0.22, place.width, 0.22), chart.data.height - most)
    return replace(chart, data=chart.data.head(most)), place.part(0, 0, place.width, place.height - 0.25)


def _size(chart: Chart, place: Stage) -> float:
    row = place.height / max(chart.data.height, 1)
    return 12.0 if row > 0.3 else 10.0 if row > 0.22 else 9.0


def _figure_words(chart: Chart) -> list[str]:
    """Return the figure of each row as it is written beside its mark, with the mark of its signal."""
    values, own = column(chart, "value"), column(chart, "text")
    places = figures(chart, "value", "target") if chart.kind == "bullet" else figures(chart, "value")
    found = []
    for value, word, role in zip(values, own, column(chart, "colour"), strict=True):
        mark = SIGNALS.get(role, "") if isinstance(role, str) and role in {"good", "bad"} else ""
        figure = clean(word) if word is not None else marks.figure_text(value, chart.unit, places)
        found.append(f"{figure} {mark}".strip())
    return found


def _names(chart: Chart, size: float) -> list[str]:
    """Return the names of the rows, cut to their room, each unlike the others as a chart needs them."""
    found: list[str] = []
    for name in column(chart, "label"):
        shown = fit(str(name) if name is not None else "–", NAMES - 0.15, size)
        while shown in found:
            shown += "\u00a0"
        found.append(shown)
    return found


def _room(names: Sequence[str], size: float) -> float:
    return min(max(wide(name, size) for name in names) + 0.25, NAMES) if names else 1.0


def _shades(chart: Chart) -> dict[int, str]:
    if "colour" not in chart.roles:
        return {}
    return {i: theme.colour(role, INK) for i, role in enumerate(column(chart, "colour"))}


def _ends(*lists: Sequence[Any]) -> list[float]:
    return [v for values in lists for v in values if v is not None]


def _apart(first: Sequence[float | None], second: Sequence[float | None]) -> list[float | None]:
    return [round(a - b, 9) if a is not None and b is not None else None for a, b in zip(first, second, strict=True)]


def bars(chart: Chart, place: Stage) -> None:
    """Draw horizontal bars from zero with their figures; a row that was not reported says so."""
    place = explained(place, key(chart))
    chart, place = _fitting(chart, place)
    size, texts = _size(chart, place), _figure_words(chart)
    names, values = _names(chart, size), column(chart, "value")
    lower, upper = column(chart, "lower"), column(chart, "upper")
    reference = chart.options.get("reference")
    if reference is not None:
        place = place.part(0, 0.26, place.width, place.height - 0.26)
    right = max((wide(words_, size, bold=True) for words_ in texts), default=0.5) + 0.2
    axis = scale(min(_ends(values, lower, [0.0])), max(_ends(values, upper, [reference], [0.0])), chart.unit, zero=True)
    ends = _ends(values, upper, lower, [reference, 0.0])
    axis = replace(
        axis,
        low=min(ends) * 1.15 if min(ends) < 0 else 0.0,
        high=(max(ends) or 1.0) * 1.01,
        is_shown=False,
        is_ruled=False,
    )
    series = Series(chart.unit or chart.title, values, fill=INK.accent, fills=_shades(chart))
    if any(v is not None for v in upper):
        series = replace(series, above=_apart(upper, values), below=_apart(values, lower))
        axis = replace(axis, high=axis.high * 1.18)
        drawn = [series, _beside(texts, values, axis, size)]
        right = 0.1
    else:
        labels = {i: Label(word, "outEnd", size=size) for i, word in enumerate(texts) if values[i] is not None}
        drawn = [replace(series, labels=labels)]
        names = _with_gaps(names, values)
    inner = slides_chart.rows(
        place, names, drawn, axis, name=chart.title, alt=chart.alt, left=_room(names, size), right=right, letters=size
    )
    if reference is not None:
        _reference(chart, place, inner, axis, reference)


def _with_gaps(names: list[str], values: Sequence[Any]) -> list[str]:
    """Return the names, those without a figure with the words on it, because a bar that is not there has no label."""
    return [name if v is not None else f"{name} ({_('belum melapor')})" for name, v in zip(names, values, strict=True)]


def _beside(texts: Sequence[str], values: Sequence[Any], axis: Scale, size: float) -> Series:
    """Return a row of bars that can't be seen and carry the figures, all at the right end of the plot."""
    shown = {
        i: Label(word, "inEnd", INK.ink if values[i] is not None else INK.muted, size) for i, word in enumerate(texts)
    }
    return Series(_("tempat angka"), [axis.high] * len(texts), labels=shown, is_named=False)


def _reference(chart: Chart, place: Stage, inner: tuple[float, ...], axis: Scale, at: float) -> None:
    """Draw the line of the reference value over the plot, and its words above it."""
    left = inner[0] + (at - axis.low) / (axis.high - axis.low) * inner[2]
    figure = marks.figure_text(at, chart.unit, marks.digits([at], "", chart.options.get("digits")))
    caption = f"{chart.options.get('reference_name') or _('acuan')} {figure}"
    stroke(place.part(left, inner[1] - 0.04, 0, inner[3] + 0.08), INK.ink, caption, alt=caption, points=1)
    room = wide(clean(caption), 11) + 0.2
    corner = min(max(left - room / 2, 0), place.width - room)
    words(
        place.part(corner, inner[1] - 0.27, room, 0.22),
        [paragraph([Run(clean(caption), 11, INK.muted)], "ctr")],
        caption,
    )


def dots(chart: Chart, place: Stage) -> None:
    """Draw a point a row with its interval, the last period as a hollow grey one, names left and figures right."""
    parts = key(chart)
    if "previous" in chart.roles:
        parts += [Run("○ ", 11, INK.missing), Run(f"{_earlier(chart)}     ", 11, INK.muted)]
    if "hollow" in chart.roles and any(column(chart, "hollow")):
        parts += [Run("● ", 11, theme.pale(INK.ordinary, 0.3, INK)), Run(_("sampel kurang"), 11, INK.muted)]
    place = explained(place, parts)
    chart, place = _fitting(chart, place)
    size, texts = _size(chart, place), _figure_words(chart)
    names, values = _names(chart, size), column(chart, "value")
    lower, upper, previous = (column(chart, role) for role in ("lower", "upper", "previous"))
    reference = chart.options.get("reference")
    found = _ends(values, lower, upper, previous, [reference]) or [0.0, 1.0]
    room = ((max(found) - min(found)) or abs(max(found)) or 1.0) * 0.05
    axis = scale(min(found) - room, max(found) + room, chart.unit, most=6)
    at = [float(n) for n in range(len(names))]
    bottom = len(names) - 0.5
    drawn = [
        Series(_("nama"), at, xs=[axis.low] * len(at), names=names, is_named=False,
               labels={i: Label(name, "l", size=size) for i, name in enumerate(names)}),
        Series(_("angka"), at, xs=[axis.high] * len(at), names=texts, is_named=False,
               labels={i: Label(word, "r", INK.ink if values[i] is not None else INK.muted, size) for i, word in enumerate(texts)}),
    ]  # fmt: skip
    for lowest, _highest, letter, name in sorted(chart.options.get("bands") or (), key=lambda band: band[0]):
        if axis.low < lowest < axis.high:
            label = {0: Label(f"{clean(letter)} ▸", "t", INK.muted, 10)}
            drawn.append(
                Series(
                    f"{letter} · {name}",
                    [-0.5, bottom],
                    xs=[lowest] * 2,
                    line=INK.missing,
                    points=1,
                    dash="sysDot",
                    labels=label,
                )
            )
    if reference is not None:
        figure = marks.figure_text(reference, chart.unit, marks.digits([reference], "", chart.options.get("digits")))
        named = f"{chart.options.get('reference_name') or _('acuan')} {figure}"
        drawn.append(
            Series(
                named,
                [-0.5, bottom],
                xs=[reference] * 2,
                line=INK.ink,
                points=1,
                labels={0: Label(named, "t", INK.muted, 10)},
            )
        )
    if "previous" in chart.roles:
        drawn.append(Series(_earlier(chart), at, xs=previous, names=names, mark=Mark("circle", 7, None, INK.missing)))
    drawn += _judged(chart, at, names, values, lower, upper)
    right = max((wide(word, size) for word in texts), default=0.5) + 0.25
    left = _room(names, size)
    inner = (left, 0.3, place.width - left - right, place.height - 0.7)
    down = Scale(-0.5, bottom, 1.0, "0", is_shown=False, is_ruled=False)
    slides_chart.scatter(place, drawn, axis, down, name=chart.title, alt=chart.alt, inner=inner, is_down=True)


def _earlier(chart: Chart) -> str:
    return chart.options.get("previous_name") or _("periode lalu")


def _judged(
    chart: Chart, at: Sequence[float], names: Sequence[str], values: Sequence[Any], lower: Sequence[Any], upper: Sequence[Any]
) -> list[Series]:  # fmt: skip
    """Return the intervals as one broken line, and the points by their signal, pale where they are not sure."""
    found = []
    if any(v is not None for v in upper):
        ends = [v for low, high in zip(lower, upper, strict=True) for v in (low, high, None)]
        places = [v for n in at for v in (n, n, None)]
        called = [name for name in names for _n in range(3)]
        found.append(Series(_("rentang"), places, xs=ends, names=called, line=INK.ink, points=1.25))
    meanings = marks.signal_names()
    meanings |= chart.options.get("band_names") or {}
    forms = {"good": "triangle", "bad": "diamond"}
    kinds = list(zip(column(chart, "colour"), (bool(h) for h in column(chart, "hollow")), strict=True))
    for role, is_unsure in dict.fromkeys(kinds):
        own = [v if kind == (role, is_unsure) else None for v, kind in zip(values, kinds, strict=True)]
        if all(v is None for v in own):
            continue
        shade = theme.colour(role, INK) if "colour" in chart.roles else INK.accent
        name = meanings.get(role) or chart.unit or chart.title
        name = f"{name}, {_('sampel kurang')}" if is_unsure else name
        mark = Mark(forms.get(role, "circle"), 10, None if is_unsure else shade, shade)
        found.append(Series(name, at, xs=own, names=names, mark=mark))
    return found


def bullet(chart: Chart, place: Stage) -> None:
    """Draw the actual as a bar inside the outline of its target, what was due by now as a pale bar behind both."""
    parts = key(chart)
    parts += [Run("□ ", 11, INK.ink), Run(f"{_('target')}     ", 11, INK.muted)]
    if "path" in chart.roles:
        parts += [Run("■ ", 11, INK.hairline), Run(_("seharusnya sampai kini"), 11, INK.muted)]
    place = explained(place, parts)
    chart, place = _fitting(chart, place)
    size = _size(chart, place)
    names, values, targets = _names(chart, size), column(chart, "value"), column(chart, "target")
    due = column(chart, "path")
    places = figures(chart, "value", "target")
    texts = [
        word
        if own is not None
        else f"{word} / {marks.figure_text(goal, chart.unit, places) if goal is not None else '–'}"
        for word, own, goal in zip(_figure_words(chart), column(chart, "text"), targets, strict=True)
    ]
    axis = scale(0.0, max(_ends(values, targets, due), default=1.0), chart.unit, zero=True)
    reach = axis.high
    share = max((wide(word, 11) for word in texts), default=1.0) + 0.2
    left = _room(names, size)
    high = round(reach * (1 + share / max(place.width - left - share, 1.0)), 6)
    axis = replace(axis, high=high, is_shown=False, is_ruled=False)
    drawn = [Series(_("seharusnya sampai kini"), due, fill=INK.grid)] if "path" in chart.roles else []
    drawn += [
        Series(
            chart.unit or chart.title, values, fill=INK.accent, fills=_shades(chart), edge=INK.muted, edge_points=0.5
        ),
        Series(_("target"), targets, edge=INK.ink),
        _beside(texts, values, axis, size),
    ]
    slides_chart.rows(
        place, names, drawn, axis, name=chart.title, alt=chart.alt, left=left, right=0.1, letters=size, least=60
    )


def waterfall(chart: Chart, place: Stage) -> None:
    """Draw parts that add up, top down, each beginning where the last one ended; the names carry the figures."""
    values, labels = list(column(chart, "value")), list(column(chart, "label"))
    places = marks.digits(values, chart.unit)
    spans, at = [], 0.0
    for value in values:
        spans.append((at, round(at + (value or 0.0), 9)))
        at = spans[-1][1]
    if total := chart.options.get("total"):
        values, labels, spans = [*values, at], [*labels, total], [*spans, (0.0, at)]
    size = 12.0 if len(values) <= 14 else 10.0
    names = [
        f"{fit(str(n), NAMES - 1.2, size)}: {marks.figure_text(v, chart.unit, places)}"
        for n, v in zip(labels, values, strict=True)
    ]
    last = len(values) - 1 if total else -1
    kinds = ["total" if i == last else "less" if (v or 0) < 0 else "more" for i, v in enumerate(values)]
    drawn = [Series(_("mulai dari"), [_base(*span) for span in spans], is_named=False)]
    looks = {
        "more": (_("menambah"), INK.categories[0]),
        "less": (_("mengurangi"), INK.bad),
        "total": (total or "", INK.ink),
    }
    for kind, (name, shade) in looks.items():
        if kind not in kinds:
            continue
        for is_above in (True, False):
            sizes = [
                _share(*span, is_above=is_above) if k == kind and v is not None else None
                for k, v, span in zip(kinds, values, spans, strict=True)
            ]
            if any(sizes) or (is_above and kind == "total"):
                shown = name if is_above else _("{name}, di bawah nol", name=name)
                drawn.append(Series(shown, sizes, fill=shade, is_named=is_above))
    place = explained(
        place,
        [
            part
            for kind, (name, shade) in looks.items()
            if kind in kinds
            for part in (Run("■ ", 11, shade), Run(f"{clean(name)}     ", 11, INK.muted))
        ],
    )
    ends = [v for span in spans for v in span]
    axis = scale(min(ends, default=0.0), max(ends, default=1.0), chart.unit, zero=True)
    slides_chart.rows(
        place, names, drawn, axis, name=chart.title, alt=chart.alt, stacked=True,
        left=min(_room(names, size), NAMES) if names else 1.0, right=0.3, letters=size,
    )  # fmt: skip


def _base(first: float, last: float) -> float:
    """Return from where on a floating bar begins, counted from zero; nothing where it crosses zero."""
    return min(first, last) if min(first, last) > 0 else max(first, last) if max(first, last) < 0 else 0.0


def _share(first: float, last: float, *, is_above: bool) -> float | None:
    """Return the part of a floating bar on one side of zero."""
    low, high = sorted((first, last))
    size = max(high, 0.0) - max(low, 0.0) if is_above else min(low, 0.0) - min(high, 0.0)
    return round(size, 9) or None
