"""Small lines side by side and columns made of parts, as static drawings."""

from datetime import date

from dashboard import theme
from dashboard.charts import Chart
from dashboard.render import marks
from dashboard.render.drawing.sheet import HATCH, MISSING, SHAPES, Sheet, clean, figures, keys, swatch, ticks
from dashboard.render.drawing.time import HALF_MONTH, by_series, drawn, room_left
from dashboard.words.text import _

FACET = (132.0, 54.0)  # points: the width of a small line at ease, and its height with its name


def _columns(count: int, width: float) -> int:
    return max(1, min(count, int(width / FACET[0])))


def multiples_height(chart: Chart, width: float, size: float) -> float:
    """Return the height that all facets need at ease."""
    count = chart.data[chart.roles["facet"]].n_unique()
    return -(-count // _columns(count, width)) * FACET[1] * size / 9 + size * 4


def multiples(chart: Chart, sheet: Sheet) -> None:
    """Draw a small line a facet, all on one scale from zero, each with its name and its last value."""
    x, y = chart.roles["x"], chart.roles["y"]
    facets = by_series(chart.data, chart.roles["facet"])
    days = sorted(set(chart.data[x].to_list()))
    known, places = [v for v in chart.data[y].to_list() if v is not None] or [1.0], figures(chart, "y")
    highest = marks.figure_text(max(known), chart.unit, places)
    when = marks.period_name(days)
    scale = _("skala sama 0–{highest}, {first}–{last}", highest=highest, first=when(days[0]), last=when(days[-1]))
    gaps = [(MISSING, _("belum melapor"))]
    missing = chart.data[y].null_count() > 0
    sheet.head(f"{chart.unit} · {scale}", keys(chart, sheet.colours) + (gaps if missing else []))
    across = _columns(len(facets), sheet.width)
    down = max(-(-len(facets) // across), 1)
    gap, top = sheet.size, sheet.top + 2
    wide, high = (sheet.width + gap) / across, (sheet.height - top) / down
    name_size = min(sheet.size, high * 0.32)
    for i, (name, unsorted) in enumerate(facets):
        part = unsorted.sort(x)
        row, place = divmod(i, across)
        values, at = part[y].to_list(), part[x].to_list()
        signal = part[chart.roles["colour"]].drop_nulls().to_list()[-1:] if "colour" in chart.roles else []
        role = signal[0] if signal and signal[0] in SHAPES else None
        shade = theme.colour(role, sheet.colours) if role else sheet.colours.ordinary
        left, above = place * wide, top + row * high
        bottom = sheet.height - above - high + 4
        box = (left / sheet.width, bottom / sheet.height, (wide - gap) / sheet.width)
        axes = sheet.figure.add_axes((*box, max(high - name_size * 1.5 - 5, 4) / sheet.height))
        axes.set_axis_off()
        axes.set_facecolor("none")
        axes.set_ylim(0, max(known) * 1.12 or 1.0)
        axes.set_xlim(days[0] - HALF_MONTH, days[-1] + HALF_MONTH)
        axes.axhline(0, color=sheet.colours.hairline, linewidth=0.8)
        for day in (d for d, v in zip(at, values, strict=True) if v is None):
            look = {"facecolor": "none", "edgecolor": sheet.colours.missing, "hatch": HATCH, "linewidth": 0}
            axes.axvspan(day - HALF_MONTH, day + HALF_MONTH, alpha=0.5, **look)
        axes.plot(at, drawn(values), color=shade, linewidth=1.4)
        final = next(((d, v) for d, v in zip(reversed(at), reversed(values), strict=True) if v is not None), None)
        if final:
            axes.plot(
                [final[0]], [final[1]], marker=SHAPES.get(role or "", "o"), color=shade, markersize=5 if role else 3
            )
        figure = marks.figure_text(final[1] if final else None, chart.unit, places)
        shown = sheet.fit(figure, wide - gap, 600, name_size)
        used = sheet.measure(shown, 600, name_size) + name_size * 0.6
        ink = shade if role else sheet.colours.ink
        look = {"fontsize": name_size, "color": ink, "va": "center"}
        sheet.words(left, above + name_size * 0.7, sheet.fit(name, wide - gap - used, size=name_size), **look)
        sheet.words(left + wide - gap, above + name_size * 0.7, shown, ha="right", fontweight=600, **look)


def stacked(chart: Chart, sheet: Sheet) -> None:
    """Draw columns made of parts with their totals above, "at least" where a part is missing; without any part it was not reported."""
    frame, parts, colours = chart.data, chart.options["parts"], sheet.colours
    positions = frame[chart.roles["x"]].to_list()
    columns = [frame[column].to_list() for column in parts]
    places = marks.digits([v for column in columns for v in column], chart.unit)
    sums = [None if all(v is None for v in vs) else sum(v or 0 for v in vs) for vs in zip(*columns, strict=True)]
    legend = [
        (swatch(colours.categories[i % 10], colours.muted), clean(label)) for i, label in enumerate(parts.values())
    ]
    if any(s is None for s in sums):
        legend.append((MISSING, _("belum melapor")))
    sheet.head(chart.unit, legend)
    highest = max((s for s in sums if s is not None), default=1.0) or 1.0
    axes = sheet.axes(room_left(sheet, chart, 0, highest), 2, sheet.line * 2.1, sheet.line)
    axes.set_ylim(0, highest * 1.02)
    axes.set_xlim(-0.6, len(positions) - 0.4)
    ticks(axes.yaxis, chart.unit)
    axes.grid(axis="y", color=colours.grid, linewidth=0.7)
    axes.set_axisbelow(True)
    slot = sheet.width * axes.get_position().width / max(len(positions), 1)
    per_point = sheet.height * axes.get_position().height / (highest * 1.02)
    small = sheet.size * 0.86
    bases = [0.0] * len(positions)
    for i, values in enumerate(columns):
        shade = colours.categories[i % 10]
        heights = [v or 0 for v in values]
        axes.bar(range(len(positions)), heights, 0.82, bases, color=shade, edgecolor=colours.background, linewidth=0.5)
        for at, (value, base) in enumerate(zip(values, bases, strict=True)):
            words = marks.figure_text(value, chart.unit, places)
            if value and value * per_point > small * 1.3 and sheet.measure(words, size=small) < slot * 0.8:
                look = {"ha": "center", "va": "center", "fontsize": small, "color": theme.text_on(shade)}
                axes.text(at, base + value / 2, words, **look)
        bases = [b + h for b, h in zip(bases, heights, strict=True)]
    part_missing = [any(v is None for v in values) for values in zip(*columns, strict=True)]
    for at, total in enumerate(sums):
        words = marks.figure_text(total, chart.unit, places) + ("+" if part_missing[at] else "")
        if total is None:
            look = {"facecolor": "none", "edgecolor": colours.missing, "hatch": HATCH, "linewidth": 0, "alpha": 0.5}
            axes.bar(at, highest, 0.82, **look)
        elif sheet.measure(words, 600, small) < slot:
            offset = {"textcoords": "offset points", "ha": "center", "fontsize": small, "annotation_clip": False}
            axes.annotate(words, (at, total), (0, 2), fontweight=600, color=colours.ink, **offset)
    if positions and isinstance(positions[0], date):
        found = marks.month_ticks(positions, max(2, int(slot * len(positions) / (sheet.size * 4))))
        at = [positions.index(day) for day in found["tickvals"]]
        axes.set_xticks(at, [label.replace("<br>", "\n") for label in found["ticktext"]])
    else:
        axes.set_xticks(range(len(positions)), [sheet.wrap(p, slot * 0.95) for p in positions])
