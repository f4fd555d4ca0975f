"""Rows compared with each other as a static drawing: bars, dots with intervals, bullets, a waterfall."""

from collections.abc import Sequence
from typing import Any

from dashboard import theme
from dashboard.charts import Chart
from dashboard.render import marks
from dashboard.render.drawing.sheet import HATCH, MISSING, SHAPES, Sheet, clean, column, figures, keys, swatch, ticks
from dashboard.words.text import _

LABELS = 0.34  # of the width, at most
FIGURES = 0.3
ROW = 2.1  # lines of letters, at ease


def rows_height(chart: Chart, width: float, size: float) -> float:
    """Return the height that all rows need at ease."""
    rows = chart.data.height + (1 if chart.options.get("total") else 0)
    long = any(len(label or "") * size * 0.5 > width * LABELS for label in column(chart, "label"))
    row = size * (2.7 if long else ROW)
    axis = 0 if chart.kind == "bars" else size * 1.8
    return max(rows, 1) * row + size * 2.8 + axis + (size * 1.4 if chart.options.get("reference") is not None else 0)


def _known(*columns: Sequence[Any]) -> list[float]:
    return [v for part in columns for v in part if v is not None]


def _figure_words(chart: Chart, places: int) -> list[str]:
    """Return the figure of each row as it is written beside its mark."""
    pairs = zip(column(chart, "text"), column(chart, "value"), strict=True)
    return [clean(t) if t is not None else marks.figure_text(v, chart.unit, places) for t, v in pairs]


class _Rows:
    """Axes with a row a label, row 0 on top, the figures in a column of their own at the right."""

    def __init__(
        self, chart: Chart, sheet: Sheet, labels: list[Any], words: list[str], *, axis: bool, figures: bool = True
    ) -> None:
        extra = _extra_keys(chart, sheet)
        sheet.head(chart.unit, keys(chart, sheet.colours) + extra)
        reference = chart.options.get("reference")
        if reference is not None or chart.options.get("bands"):
            sheet.top += sheet.line
        bottom = sheet.line * 1.3 if axis else 2.0
        room = sheet.height - sheet.top - bottom
        size = min(sheet.size, room / max(len(labels), 1) / 1.15)
        smallest = sheet.size * 0.72
        self.shown = len(labels)
        if size < smallest:  # not all fit: say how many are left to the table
            size = smallest
            bottom += sheet.line
            self.shown = max(int((room - sheet.line) / (smallest * 1.15)), 1)
        self.size, self.chart, self.sheet = size, chart, sheet
        row = (sheet.height - sheet.top - bottom) / max(self.shown, 1)
        lines = 2 if row >= size * 2.4 else 1
        names = [sheet.wrap(n or "–", sheet.width * LABELS, lines, size) for n in labels[: self.shown]]
        left = max((sheet.measure(n, size=size) for n in names), default=0.0) + size * 0.8
        texts = [sheet.fit(w, sheet.width * FIGURES, size=size) for w in words[: self.shown]]
        right = max((sheet.measure(w, size=size) for w in texts), default=0.0) + size * 0.6 if figures else 2.0
        self.axes = sheet.axes(left, right, bottom)
        self.axes.set_ylim(self.shown - 0.5, -0.5)
        self.axes.set_yticks(range(self.shown), names, fontsize=size, color=sheet.colours.ink, linespacing=1.0)
        self.rows = range(self.shown)
        self.texts = texts
        if not axis:
            self.axes.set_xticks([])
        if self.shown < len(labels):
            left_out = _("{n} baris lainnya ada di tabel", n=len(labels) - self.shown)
            sheet.words(
                0, sheet.height - sheet.line * 0.3, left_out, color=sheet.colours.muted, fontsize=sheet.size * 0.92
            )

    def scale(self, low: float, high: float, *, axis: bool) -> None:
        """Set the span of the values; with an axis, its ticks and grid."""
        self.axes.set_xlim(low, high)
        if axis:
            ticks(self.axes.xaxis, self.chart.unit, 5 if self.sheet.width > 320 else 3)
            self.axes.grid(axis="x", color=self.sheet.colours.grid, linewidth=0.7)
            self.axes.set_axisbelow(True)

    def write(self, values: list[Any]) -> None:
        """Write the figures in the right margin; what is missing in italics."""
        for row, word in zip(self.rows, self.texts, strict=True):
            known = values[row] is not None
            self.axes.annotate(
                word,
                (1, row),
                (self.size * 0.6, 0),
                xycoords=("axes fraction", "data"),
                textcoords="offset points",
                va="center",
                fontsize=self.size,
                color=self.sheet.colours.ink if known else self.sheet.colours.muted,
                annotation_clip=False,
            )

    def missing(self, values: list[Any], low: float, high: float) -> None:
        """Hatch the rows that were not reported over the whole width: nothing there is a zero."""
        for row in self.rows:
            if values[row] is None:
                look = {"facecolor": "none", "edgecolor": self.sheet.colours.missing, "hatch": HATCH, "linewidth": 0}
                self.axes.barh(row, high - low, left=low, height=0.42, alpha=0.5, zorder=1, **look)

    def reference(self) -> None:
        """Draw the line of the reference value, its name above."""
        at = self.chart.options.get("reference")
        if at is None:
            return
        figure = marks.figure_text(at, self.chart.unit, marks.digits([at], "", self.chart.options.get("digits")))
        sheet = self.sheet
        name = sheet.fit(f"{self.chart.options.get('reference_name') or _('acuan')} {figure}", sheet.width * 0.6)
        self.axes.axvline(at, color=sheet.colours.ink, linewidth=0.9, zorder=4)
        box = self.axes.get_position()
        low, high = self.axes.get_xlim()
        half = sheet.measure(name) * 0.92 / 2
        x = (box.x0 + box.width * (at - low) / ((high - low) or 1)) * sheet.width
        x = min(max(x, half), sheet.width - half)
        look = {"ha": "center", "va": "bottom", "color": sheet.colours.muted, "fontsize": sheet.size * 0.92}
        sheet.words(x, sheet.top - 1, name, **look)


def _extra_keys(chart: Chart, sheet: Sheet) -> list[tuple[dict[str, Any], str]]:
    """Return the legend of what stands beside the values: last period, interval, target, what was due by now."""
    colours, found = sheet.colours, []
    hollow = {"marker": "o", "markerfacecolor": colours.background, "markeredgecolor": colours.missing}
    if chart.kind == "dots" and any(v is not None for v in column(chart, "previous")):
        found.append((hollow, clean(chart.options.get("previous_name") or _("periode lalu"))))
    if chart.kind == "bullet":
        tick = {"marker": "|", "markeredgecolor": colours.ink, "markersize": sheet.size * 1.1, "markeredgewidth": 1.6}
        found.append((tick, _("target")))
        if any(v is not None for v in column(chart, "path")):
            found.append((swatch(colours.hairline, colours.hairline), _("seharusnya sampai kini")))
    if chart.kind != "waterfall" and any(v is None for v in column(chart, "value")):
        found.append((MISSING, _("belum melapor")))
    return found


def _shades(chart: Chart, sheet: Sheet) -> list[str]:
    if "colour" not in chart.roles:
        return [sheet.colours.accent] * chart.data.height
    return [theme.colour(role, sheet.colours) for role in column(chart, "colour")]


def _interval(chart: Chart, rows: _Rows, sheet: Sheet) -> None:
    if "lower" not in chart.roles or "upper" not in chart.roles:
        return
    lower, upper = column(chart, "lower"), column(chart, "upper")
    known = [r for r in rows.rows if lower[r] is not None and upper[r] is not None]
    look = {"color": sheet.colours.muted, "linewidth": 1.1, "zorder": 3}
    rows.axes.hlines(known, [lower[r] for r in known], [upper[r] for r in known], **look)


def bars(chart: Chart, sheet: Sheet) -> None:
    """Draw horizontal bars from zero with their figures; a row that was not reported says so."""
    values = column(chart, "value")
    texts = _figure_words(chart, figures(chart, "value"))
    rows = _Rows(chart, sheet, column(chart, "label"), texts, axis=False)
    others = (column(chart, "upper"), column(chart, "lower"), [chart.options.get("reference")])
    ends = [0.0, *_known(values, *others)]
    low, high = min(ends), max(ends)
    high = high if high > low else low + 1.0
    rows.scale(low, high + (high - low) * 0.01, axis=False)
    shades = _shades(chart, sheet)
    known = [r for r in rows.rows if values[r] is not None]
    look = {"edgecolor": sheet.colours.muted, "linewidth": 0.4, "height": 0.66, "zorder": 2}
    rows.axes.barh(known, [values[r] for r in known], color=[shades[r] for r in known], **look)
    rows.axes.axvline(0, color=sheet.colours.hairline, linewidth=0.8)
    rows.missing(values, low, high)
    _interval(chart, rows, sheet)
    rows.write(values)
    rows.reference()


def dots(chart: Chart, sheet: Sheet) -> None:
    """Draw a point a row, its interval as a thin line, the last period as a hollow point."""
    values, previous = column(chart, "value"), column(chart, "previous")
    texts = _figure_words(chart, figures(chart, "value"))
    rows = _Rows(chart, sheet, column(chart, "label"), texts, axis=True)
    others = (previous, column(chart, "lower"), column(chart, "upper"), [chart.options.get("reference")])
    ends = _known(values, *others) or [0.0, 1.0]
    room = ((max(ends) - min(ends)) or abs(max(ends)) or 1.0) * 0.06
    low, high = min(ends) - room, max(ends) + room
    rows.scale(low, high, axis=True)
    for rank, (lower, upper, letter, _name) in enumerate(sorted(chart.options.get("bands") or (), key=lambda b: -b[0])):
        if upper >= low and lower <= high:
            start, end = max(lower, low), min(upper, high)
            rows.axes.axvspan(start, end, color=theme.colour(min(rank + 1, 5), sheet.colours), alpha=0.13, linewidth=0)
            look = {"ha": "center", "va": "bottom", "fontsize": rows.size * 0.85, "color": sheet.colours.muted}
            if (end - start) / (high - low) > 0.02 and chart.options.get("reference") is None:
                at = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points"}
                rows.axes.annotate(clean(letter), ((start + end) / 2, 1), (0, 2), **at, **look)
    area = (rows.size * 0.72) ** 2
    edge = {"linewidths": 1.2, "zorder": 5}
    before = [r for r in rows.rows if previous[r] is not None]
    look = {"facecolors": sheet.colours.background, "edgecolors": sheet.colours.missing, "zorder": 4}
    rows.axes.scatter([previous[r] for r in before], before, s=area * 0.9, **(edge | look))
    shades, hollow = _shades(chart, sheet), column(chart, "hollow")
    _interval(chart, rows, sheet)
    roles = column(chart, "colour")
    for shape in ("o", "^", "v"):
        known = [r for r in rows.rows if values[r] is not None and SHAPES.get(str(roles[r]), "o") == shape]
        fills = [sheet.colours.background if hollow[r] else shades[r] for r in known]
        look = {"marker": shape, "facecolors": fills, "edgecolors": [shades[r] for r in known]}
        rows.axes.scatter([values[r] for r in known], known, s=area, **look, **edge)
    rows.missing(values, low, high)
    rows.write(values)
    rows.reference()


def bullet(chart: Chart, sheet: Sheet) -> None:
    """Draw the actual as a bar, its target as a dark tick, what was due by now as a pale bar behind."""
    values, targets, due = (column(chart, role) for role in ("value", "target", "path"))
    places = figures(chart, "value", "target")
    texts = [
        word
        if own is not None
        else f"{word} / {marks.figure_text(goal, chart.unit, places) if goal is not None else '–'}"
        for word, own, goal in zip(_figure_words(chart, places), column(chart, "text"), targets, strict=True)
    ]
    rows = _Rows(chart, sheet, column(chart, "label"), texts, axis=True)
    low, high = min([0.0, *_known(values)]), max(_known(values, targets, due), default=1.0) * 1.03
    rows.scale(low, high or 1.0, axis=True)
    pale = [r for r in rows.rows if due[r] is not None]
    rows.axes.barh(pale, [due[r] for r in pale], color=sheet.colours.hairline, height=0.78, zorder=1)
    known, shades = [r for r in rows.rows if values[r] is not None], _shades(chart, sheet)
    look = {"edgecolor": sheet.colours.muted, "linewidth": 0.4, "height": 0.42, "zorder": 2}
    rows.axes.barh(known, [values[r] for r in known], color=[shades[r] for r in known], **look)
    goals = [r for r in rows.rows if targets[r] is not None]
    look = {"colors": sheet.colours.ink, "linewidth": 1.8, "zorder": 4}
    at = [targets[r] for r in goals]
    rows.axes.vlines(at, [r - 0.36 for r in goals], [r + 0.36 for r in goals], **look)
    rows.missing(values, low, high)
    rows.write(values)


def waterfall(chart: Chart, sheet: Sheet) -> None:
    """Draw parts that add up, top down, each beginning where the last one ended."""
    values, labels = column(chart, "value"), column(chart, "label")
    places, colours = figures(chart, "value"), sheet.colours
    bases, at = [], 0.0
    for value in values:
        bases.append(at)
        at += value or 0.0
    shades = [colours.bad if (v or 0) < 0 else colours.categories[0] for v in values]
    if total := chart.options.get("total"):
        values, labels, bases, shades = [*values, at], [*labels, total], [*bases, 0.0], [*shades, colours.ink]
    rows = _Rows(chart, sheet, labels, [marks.figure_text(v, chart.unit, places) for v in values], axis=True)
    ends = [0.0, *bases, *(b + (v or 0) for b, v in zip(bases, values, strict=True))]
    low, high = min(ends), max(ends)
    rows.scale(low - (0.02 * (high - low) if low < 0 else 0), high + 0.02 * ((high - low) or 1.0), axis=True)
    known = [r for r in rows.rows if values[r] is not None]
    starts = [bases[r] for r in known]
    # a part that takes away is hatched, too: told apart in grey
    for row, start in zip(known, starts, strict=True):
        taken = values[row] < 0
        look = {"color": shades[row]} if not taken else {"facecolor": "white", "edgecolor": shades[row], "hatch": HATCH}
        rows.axes.barh(row, values[row], left=start, height=0.62, zorder=2, **look)
    joins = [b + (values[r] or 0) for r, b in enumerate(bases[: rows.shown])]
    for row in list(rows.rows)[: len(chart.data) - (0 if total else 1)]:
        if row + 1 < rows.shown:
            rows.axes.vlines(joins[row], row, row + 1, colors=colours.muted, linewidth=0.6, zorder=1)
    rows.write(values)
