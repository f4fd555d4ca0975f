"""Cells as a static drawing: matrix by band, heat by state."""

from typing import Any

from dashboard import theme
from dashboard.charts import Chart
from dashboard.render.drawing.sheet import HATCH, WORST, Sheet, clean, column, keys, pale
from dashboard.words.text import _

LABELS = 0.3  # of the width, at most


def cells_height(chart: Chart, width: float, size: float) -> float:
    """Return the height that all rows need at ease, with room for names of columns that stand upright."""
    rows, columns = (chart.data[chart.roles[role]].n_unique() for role in ("row", "column"))
    names = max((len(str(c)) for c in chart.data[chart.roles["column"]].unique()), default=1)
    upright = min(names, 22) * size * 0.52 if names * size * 0.55 > width * 0.72 / max(columns, 1) else size * 2.6
    return rows * size * 1.9 + upright + size * 4.2


def matrix(chart: Chart, sheet: Sheet) -> None:
    """Draw a cell a row and column in its band's colour, with its text; a null band was not reported."""
    _cells(chart, sheet, [None if b is None else str(b) for b in column(chart, "band")])


def heat(chart: Chart, sheet: Sheet) -> None:
    """Draw a cell a row and column in the colour of its state."""
    states = chart.options["states"]
    _cells(chart, sheet, [states[s][1] if s in states else None for s in column(chart, "state")])


def _cells(chart: Chart, sheet: Sheet, fills: list[str | None]) -> None:
    sheet.head(chart.unit, keys(chart, sheet.colours))
    rows, columns, words = (column(chart, role) for role in ("row", "column", "text"))
    row_names, column_names = list(dict.fromkeys(rows)), list(dict.fromkeys(columns))
    axes, shown, size = _grid(chart, sheet, row_names, column_names)
    places = {name: i for i, name in enumerate(column_names)}
    order = {name: i for i, name in enumerate(row_names[:shown])}
    slot = sheet.width * axes.get_position().width / max(len(column_names), 1)
    tall = sheet.height * axes.get_position().height / max(shown, 1)
    widest = max((sheet.measure(clean(w), size=size) for w in words if w is not None), default=1.0) or 1.0
    letters = max(min(size, tall / 1.2, size * slot * 0.92 / widest), sheet.size * 0.5)
    for row, place, word, fill in zip(rows, columns, words, fills, strict=True):
        if row in order:
            shown_word = None if word is None else sheet.fit(word, slot * 0.96, size=letters)
            _cell(axes, sheet, (places[place], order[row]), shown_word, fill, (slot, tall, letters))


def _grid(chart: Chart, sheet: Sheet, rows: list[Any], columns: list[Any]) -> tuple[Any, int, float]:
    """Return axes with the names of rows and columns, how many rows there is room for, and the size of their letters."""
    smallest, room = sheet.size * 0.66, sheet.height - sheet.top
    size = max(min(sheet.size, (room - sheet.line * 2) / max(len(rows), 1) / 1.1), smallest)
    names = [sheet.fit(r, sheet.width * LABELS, size=size) for r in rows]
    left = max((sheet.measure(n, size=size) for n in names), default=0.0) + sheet.size * 0.8
    slot = (sheet.width - left) / max(len(columns), 1)
    over = chart.options.get("column_title")
    upright = not over and any(
        sheet.measure(sheet.wrap(c, slot * 0.95, 2)) > slot or _cut(sheet, c, slot) for c in columns
    )
    heads, tall = [], sheet.line
    if upright:
        lines = max(int(slot * 0.95 / (sheet.size * 1.2)), 1)
        heads = [sheet.wrap(c, room * 0.34, lines) for c in columns]
        tall = max((sheet.measure(h) for h in heads), default=0.0) + sheet.size * 0.6
    elif not over:
        heads = [sheet.wrap(c, slot * 0.95) for c in columns]
        tall = sheet.line * max((h.count("\n") + 1 for h in heads), default=1)
    shown, bottom = len(rows), 1.0
    if (room - tall - bottom) / max(shown, 1) < size * 1.05:
        size, bottom = smallest, sheet.line
        shown = min(shown, max(int((room - tall - bottom) / (smallest * 1.12)), 1))
    axes = sheet.axes(left, 1, bottom, tall)
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.set_ylim(shown - 0.5, -0.5)
    axes.xaxis.tick_top()
    ink = sheet.colours.ink
    axes.set_yticks(range(shown), names[:shown], fontsize=size, color=ink)
    letters = min(sheet.size, slot * 0.8) if upright else sheet.size
    turned = 90 if upright else 0
    up = {"va": "bottom" if upright or any("\n" in h for h in heads) else "baseline"}
    axes.set_xticks(range(len(heads)), heads, **up, rotation=turned, fontsize=letters, color=ink, linespacing=1.0)
    if over:
        words = sheet.fit(over, sheet.width - left)
        axes.annotate(words, (0.5, 1), (0, 3), "axes fraction", "offset points", ha="center")
    if shown < len(rows):
        rest = _("{n} baris lainnya ada di tabel", n=len(rows) - shown)
        sheet.words(0, sheet.height - sheet.line * 0.2, rest, color=sheet.colours.muted, fontsize=sheet.size * 0.92)
    return axes, shown, size


def _cut(sheet: Sheet, name: Any, slot: float) -> bool:
    """Return whether a name is too long for two lines over its column."""
    return sheet.wrap(name, slot * 0.95).endswith("…") and not clean(name).endswith("…")


def _cell(
    axes: Any,
    sheet: Sheet,
    at: tuple[int, int],
    words: str | None,
    fill: str | None,
    sizes: tuple[float, float, float],
) -> None:
    """Draw a cell; what was not reported is hatched, the worst carry a corner."""
    from matplotlib.patches import Polygon, Rectangle  # noqa: PLC0415

    (x, y), (slot, tall, letters), colours = at, sizes, sheet.colours
    shade = {None: colours.surface, "missing": colours.surface, "empty": colours.background}.get(fill)
    shade = shade or theme.colour(fill, colours)
    if fill in {"good", "ordinary"}:  # what is as it should be stays quiet
        shade = pale(shade, 0.2, colours)
    edge: dict[str, Any] = {"edgecolor": colours.hairline if fill == "empty" else colours.background, "linewidth": 1}
    axes.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=shade, **edge))
    if fill in {None, "missing"}:
        look: dict[str, Any] = {
            "facecolor": "none",
            "edgecolor": colours.missing,
            "hatch": HATCH,
            "linewidth": 0,
            "alpha": 0.5,
        }
        axes.add_patch(Rectangle((x - 0.47, y - 0.47), 0.94, 0.94, **look))
    ink = theme.text_on(shade)
    if fill in WORST:
        side = min(0.3 * tall, 0.3 * slot, sheet.size * 0.6)
        corner = [(x + 0.47, y - 0.46), (x + 0.47 - side / slot, y - 0.46), (x + 0.47, y - 0.46 + side / tall)]
        axes.add_patch(Polygon(corner, facecolor=ink, linewidth=0, alpha=0.55 if fill == "4" else 1))
    if words is not None:
        axes.text(x, y, words, ha="center", va="center", fontsize=letters, color=ink)
