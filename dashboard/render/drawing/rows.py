"""Draws rows compared with each other: names at the left, marks, figures in a column of their own at the right."""

from dashboard.render.drawing import frame as frames
from dashboard.render.drawing.frame import Frame
from dashboard.render.drawing.sheet import Sheet
from dashboard.render.scenes.scene import Bars, Dots, Item, Mark, Rule, Scene, Stripe
from dashboard.words.text import _

NAMES = 0.34  # of the width, at most
FIGURES = 0.3
ROW = 2.1  # sizes of a letter that a row takes at ease
LONG_ROW = 2.7
OVER_ROW = 3.0  # with its words over the mark
BESIDE = 0.62  # of the width that names and figures may take beside the plot
SMALLEST = 0.72  # of the letters' size


def rows_height(scene: Scene, width: float, size: float) -> float:
    """Return the height that all rows need at ease, under a legend of one line."""
    is_long = any(len(tick.words) * size * 0.5 > width * NAMES for tick in scene.y.ticks)
    row = size * (OVER_ROW if _is_crowded(scene, width, size) else LONG_ROW if is_long else ROW)
    axis = size * 1.8 if scene.x.is_shown else 0
    return max(len(scene.y.ticks), 1) * row + size * 2.8 + axis + (size * 1.4 if _is_named(scene) else 0)


def _is_named(scene: Scene) -> bool:
    """Return whether words stand above the plot."""
    return any(rule.part == "reference" for rule in scene.of(Rule)) or any(s.words for s in scene.of(Stripe))


def _is_crowded(scene: Scene, width: float, size: float) -> bool:
    """Return whether names and figures beside the plot would leave too little of it: a phone."""
    names = max((len(tick.words) for tick in scene.y.ticks), default=0) * size * 0.5
    figures = max((len(tick.words) for tick in scene.figures), default=0) * size * 0.52
    return min(names, width * NAMES) + min(figures, width * FIGURES) > width * BESIDE or (figures > width * FIGURES)


def rows(scene: Scene, sheet: Sheet) -> None:
    """Draw a scene of rows; where not all have room, the last line says how many are left to the table."""
    sheet.head(scene.unit, scene.legend)
    sheet.top += sheet.line if _is_named(scene) else sheet.size * 0.3
    count, is_over = len(scene.y.ticks), _is_crowded(scene, sheet.width, sheet.size)
    bottom = sheet.line * 1.4 if scene.x.is_shown else 2.0
    lines = 2.3 if is_over else 1.15
    size = min(sheet.size, (sheet.height - sheet.top - bottom) / max(count, 1) / lines)
    shown, smallest = count, sheet.size * SMALLEST
    if size < smallest:
        size, bottom = smallest, bottom + sheet.line
        shown = max(int((sheet.height - sheet.top - bottom) / (smallest * lines)), 1)
        rest = _("{n} baris lainnya ada di tabel", n=count - shown)
        sheet.words((0, sheet.height - sheet.line * 0.5), rest, shade="muted", size=sheet.small)
    row = (sheet.height - sheet.top - bottom) / max(shown, 1)
    names = [
        sheet.wrap(t.words, sheet.width * NAMES, size, 2 if row >= size * 2.4 else 1) for t in scene.y.ticks[:shown]
    ]
    figures = [sheet.fit(t.words, sheet.width * FIGURES, size) for t in scene.figures[:shown]]
    left = max((sheet.measure(n, size) for n in names), default=0.0) + size * 0.8
    right = max((sheet.measure(f, size) for f in figures), default=0.0) + size * 0.6
    left, right = (size * 0.4, size * 0.4) if is_over else (left, right)
    box = (left, sheet.top, sheet.width - right, sheet.height - bottom)
    y = type(scene.y)("rows", -0.5, shown - 0.5)
    frame = Frame(box, scene.x, y)
    frames.grid(sheet, frame)
    _Rows(sheet, frame, row, shown, size, row * 0.22 if is_over else 0.0).draw(scene.items)
    for at, tick in enumerate(scene.y.ticks[:shown]):
        middle, known = frame.down(at), scene.figures[at].is_known if scene.figures else True
        figure = scene.figures[at].words if scene.figures else ""
        shade = "ink" if known else "muted"
        if is_over:
            above = middle - row * 0.18
            shown_figure = sheet.fit(figure, sheet.width * 0.7, size)
            room = sheet.width - sheet.measure(shown_figure, size) - size
            sheet.words((0, above), sheet.fit(tick.words, room, size), size=size, url=tick.url)
            sheet.words((sheet.width, above), shown_figure, anchor="end", size=size, shade=shade)
        else:
            sheet.words((left - size * 0.7, middle), names[at], anchor="end", size=size, url=tick.url, leading=1.05)
            sheet.words((box[2] + size * 0.6, middle), figures[at] if figures else "", size=size, shade=shade)
    if scene.x.is_shown:
        frames.below(sheet, frame)


class _Rows:
    """Draws the items of rows; `drop` is how far the marks stand under the middle of their row."""

    def __init__(self, sheet: Sheet, frame: Frame, row: float, shown: int, size: float, drop: float) -> None:
        self.sheet, self.frame, self.row, self.shown, self.size, self.drop = sheet, frame, row, shown, size, drop
        self.room = row * (0.5 if drop else 1.0)

    def draw(self, items: tuple[Item, ...]) -> None:
        for item in items:
            if isinstance(item, Stripe):
                self._stripe(item)
            elif isinstance(item, Bars):
                self._bars(item)
            elif isinstance(item, Dots):
                self._dots(item)
            elif isinstance(item, Mark):
                self._mark(item)
            elif isinstance(item, Rule):
                self._rule(item)

    def _down(self, at: float) -> float:
        return self.frame.down(at) + self.drop

    def _stripe(self, item: Stripe) -> None:
        box = (self.frame.across(item.low), self.frame.box[1], self.frame.across(item.high), self.frame.box[3])
        self.sheet.add(self.sheet.box(box, self.sheet.inks.of(item.shade), ' opacity=".13"'))
        if self.sheet.measure(item.words, self.size * 0.85) < box[2] - box[0]:
            at = ((box[0] + box[2]) / 2, box[1] - self.size * 0.5)
            self.sheet.words(at, item.words, anchor="middle", shade="muted", size=self.size * 0.85)

    def _bars(self, item: Bars) -> None:
        sheet, half = self.sheet, item.thick * self.room / 2
        for bar in item.bars:
            if bar.at >= self.shown:
                continue
            ends = sorted((self.frame.across(bar.start), self.frame.across(bar.end)))
            box = (ends[0], self._down(bar.at) - half, ends[1], self._down(bar.at) + half)
            if bar.shade == "missing" and not bar.tip:
                sheet.add(sheet.hatched(box))
                continue
            fill = sheet.inks.of("background") if bar.is_hatched else sheet.inks.of(bar.shade)
            edge = f' stroke="{sheet.inks.of(bar.shade if bar.is_hatched else "muted")}" stroke-width=".4"'
            sheet.add(sheet.linked(sheet.box(box, fill, "" if item.part == "due" else edge), bar.url, bar.tip))
            if bar.is_hatched:  # a part that takes away: told apart in grey
                sheet.add(sheet.box(box, f"url(#{sheet.key}m)"))

    def _dots(self, item: Dots) -> None:
        sheet = self.sheet
        for dot in item.dots:
            if dot.y < self.shown:
                shade = sheet.inks.of(dot.shade)
                fill = sheet.inks.of("background") if dot.is_hollow else shade
                at = (self.frame.across(dot.x), self._down(dot.y))
                drawn = sheet.shape(at, dot.shape, min(self.size, self.room) * dot.size / 2, fill, shade, 1.2)
                sheet.add(sheet.linked(drawn, dot.url, dot.tip))

    def _mark(self, item: Mark) -> None:
        if item.at > self.shown - 0.5:
            return
        y, start, end = self._down(item.at), self.frame.across(item.start), self.frame.across(item.end)
        if item.part == "target":
            self.sheet.path([[(start, y - self.room * 0.36), (start, y + self.room * 0.36)]], item.shade, 1.8)
        elif item.part == "interval":
            self.sheet.path([[(start, y), (end, y)]], item.shade, 1.1)
        else:
            self.sheet.path([[(start, y - self.row / 2), (start, y + self.row / 2)]], item.shade, 0.6)

    def _rule(self, item: Rule) -> None:
        """Draw the line of a reference value, its name above the plot, or that of zero."""
        sheet, x = self.sheet, self.frame.across(item.at)
        sheet.path([[(x, self.frame.box[1]), (x, self.frame.box[3])]], item.shade, 0.9)
        if item.words:
            words = sheet.fit(item.words, sheet.width * 0.6, sheet.small)
            half = sheet.measure(words, sheet.small) / 2
            x = min(max(x, half), sheet.width - half)
            sheet.words((x, sheet.top - sheet.line * 0.5), words, anchor="middle", shade="muted", size=sheet.small)
