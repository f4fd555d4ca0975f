"""Draws lines, columns and points over two axes: developments, parts of a whole, a funnel."""

from collections.abc import Sequence
from itertools import pairwise

from dashboard.render.drawing import frame as frames
from dashboard.render.drawing.frame import Frame
from dashboard.render.drawing.labels import Ground
from dashboard.render.drawing.sheet import Point, Sheet, spread
from dashboard.render.scenes.scene import Bars, Dots, Fan, Item, Line, Note, Rule, Scene, Stripe

ENDS = 0.3  # of the width, at most, for what stands at the right
BESIDE = 0.35
NOTE_LINES = 3  # words of days close to each other stand on lines of their own
BAND_NAMES = 0.4


def plot(scene: Scene, sheet: Sheet) -> None:
    """Draw a scene with two axes."""
    sheet.head(scene.unit, scene.legend)
    ends = [note for note in scene.of(Note) if note.stands == "end"]
    wide = (sheet.measure(n.words, weight=600 if n.is_strong else 400) for n in ends)
    right = min(max(wide, default=0.0), sheet.width * ENDS) + sheet.size * (1.1 if ends else 0.4)
    noted = [rule for rule in scene.of(Rule) if rule.part == "note"]
    totals = any(note.stands == "beside" for note in scene.of(Note)) and bool(scene.of(Bars))
    above = sheet.size * 0.5 + sheet.line * (min(len(noted), NOTE_LINES) + (0.6 if totals else 0))
    left, bottom = (
        frames.room_left(sheet, scene.y),
        sheet.line * (2.6 if scene.x.name or scene.x.kind == "time" else 2.3),
    )
    names = _columns(scene, sheet, sheet.width - left - right) if scene.x.kind == "columns" else []
    bottom = sheet.line * (max((n.count("\n") for n in names), default=0) + 1.5) if names else bottom
    box = (left, sheet.top + above, sheet.width - right, sheet.height - bottom)
    frame = Frame(box, scene.x, scene.y, _inset(scene, sheet, box))
    frames.grid(sheet, frame)
    ground = Ground(box)
    for item in scene.items:
        _item(item, sheet, frame, ground)
    _days(noted, sheet, frame)
    if names:
        for tick, words in zip(scene.x.ticks, names, strict=True):
            at = (frame.across(tick.at), box[3] + sheet.line * (0.8 + words.count("\n") * 0.5))
            sheet.words(at, words, anchor="middle", shade="muted", size=sheet.small)
    else:
        frames.below(sheet, frame)
    frames.beside(sheet, frame)
    for note in scene.of(Note):
        if note.stands == "beside" and totals:
            _total(note, sheet, frame)
        elif note.stands == "beside":
            _beside(note, sheet, frame, ground)
    _ends(ends, sheet, frame)
    _touch(scene, sheet, frame)
    for item in scene.of(Dots):
        if item.part == "unit":  # over the zones that are touched
            _dots(item, sheet, frame, ground)


def _columns(scene: Scene, sheet: Sheet, room: float) -> list[str]:
    slot = room / max(len(scene.x.ticks), 1)
    return [sheet.wrap(tick.words, slot * 0.95, sheet.small, 3) for tick in scene.x.ticks]


def _inset(scene: Scene, sheet: Sheet, box: tuple[float, float, float, float]) -> float:
    """Return the room at the left that the names of bands take, so that no line runs over them."""
    names = [s.words for s in scene.of(Stripe) if s.axis == "y" and s.words]
    across = box[2] - box[0]
    wide = max(
        (sheet.measure(sheet.fit(n, across * 0.25, sheet.size * 0.88), sheet.size * 0.88) for n in names), default=0
    )
    return min(wide + sheet.size, across * BAND_NAMES) if wide else 0.0


def _item(item: Item, sheet: Sheet, frame: Frame, ground: Ground) -> None:
    if isinstance(item, Stripe):
        _stripe(item, sheet, frame)
    elif isinstance(item, Fan):
        upper = [frame.at(x, high) for x, _low, high in item.edges]
        lower = [frame.at(x, low) for x, low, _high in reversed(item.edges)]
        sheet.add(sheet.polygon([[*upper, *lower]], sheet.inks.pale(item.shade, item.ink)))
    elif isinstance(item, Line):
        runs = frame.runs(item.points)
        join = ' stroke-linejoin="round"' if item.part == "value" else ""
        if item.part.startswith("far"):  # limits reach farther than the points that the axis is made for
            runs = _within(runs, frame)
        sheet.path(runs, item.shade, item.width, item.dash, join=join)
        ground.take(runs, 5 if item.part in {"value", "late"} else 1)
    elif isinstance(item, Bars):
        _bars(item, sheet, frame)
    elif isinstance(item, Dots) and item.part != "unit":
        _dots(item, sheet, frame, ground)
    elif isinstance(item, Rule) and item.axis == "y":
        run = [(frame.box[0], frame.down(item.at)), (frame.box[2], frame.down(item.at))]
        sheet.path([run], item.shade)
        ground.take([run])


def _within(runs: Sequence[Sequence[Point]], frame: Frame) -> list[list[Point]]:
    """Return the parts of lines inside the plot, cut where they leave it above or below."""
    top, bottom, found = frame.box[1], frame.box[3], []
    for run in runs:
        part: list[Point] = []
        for a, b in pairwise(run):
            cut = _cut(a, b, top, bottom)
            if cut is None:
                found.append(part)
                part = []
                continue
            if not part or part[-1] != cut[0]:
                found.append(part)
                part = [cut[0]]
            part.append(cut[1])
        found.append(part)
    return [part for part in found if part]


def _cut(a: Point, b: Point, top: float, bottom: float) -> tuple[Point, Point] | None:
    """Return the part of a stroke between two heights; None where it lies outside."""
    (low, high) = (a, b) if a[1] <= b[1] else (b, a)
    if high[1] < top or low[1] > bottom:
        return None

    def at(y: float) -> Point:
        return low[0] + (high[0] - low[0]) * (y - low[1]) / ((high[1] - low[1]) or 1.0), y

    first = at(top) if low[1] < top else low
    last = at(bottom) if high[1] > bottom else high
    return (first, last) if a[1] <= b[1] else (last, first)


def _stripe(item: Stripe, sheet: Sheet, frame: Frame) -> None:
    """Draw a band with its name at the left, or the hatching of a period that nobody reported."""
    left, top, right, bottom = frame.box
    if item.axis == "x":
        box = (max(frame.across(item.low), left), top, min(frame.across(item.high), right), bottom)
        sheet.add(sheet.hatched(box))
        return
    box = (left, frame.down(item.high), right, frame.down(item.low))
    sheet.add(sheet.box(box, sheet.inks.of(item.shade), ' opacity=".15"'))
    small = sheet.size * 0.88
    if box[3] - box[1] >= small * 1.1:
        words = sheet.fit(item.words, frame.inset - sheet.size * 0.7, small)
        sheet.words((left + 3, (box[1] + box[3]) / 2), words, shade="muted", size=small)


def _bars(item: Bars, sheet: Sheet, frame: Frame) -> None:
    """Draw columns, each with its figure where there is room."""
    small = sheet.size * 0.86
    for bar in item.bars:
        left, right = frame.across(bar.at - item.thick / 2), frame.across(bar.at + item.thick / 2)
        top, bottom = frame.down(bar.end), frame.down(bar.start)
        edge = f' stroke="{sheet.inks.of("background")}" stroke-width=".5"'
        sheet.add(sheet.box((left, top, right, bottom), sheet.inks.of(bar.shade), edge))
        if (
            bottom - top > small * 1.3
            and sheet.measure(bar.words, small) < (right - left) * 0.98
            and bar.end > bar.start
        ):
            middle = ((left + right) / 2, (top + bottom) / 2)
            sheet.words(middle, bar.words, anchor="middle", fill=sheet.inks.on(bar.shade), size=small)


def _dots(item: Dots, sheet: Sheet, frame: Frame, ground: Ground) -> None:
    width = 1.4 if item.part == "late" else 0.8
    for dot in item.dots:
        at = frame.at(dot.x, dot.y)
        shade, background = sheet.inks.of(dot.shade), sheet.inks.of("background")
        fill = background if dot.is_hollow else shade
        edge = background if item.part == "signal" else shade
        drawn = sheet.shape(at, dot.shape, sheet.size * dot.size / 2, fill, edge, width)
        sheet.add(sheet.linked(drawn, dot.url, dot.tip))
        ground.mark(at, sheet.size * dot.size / 2 + 0.5)


def _days(noted: list[Rule], sheet: Sheet, frame: Frame) -> None:
    """Draw a vertical line at each day that the chart notes, with its words above the plot."""
    left, top, right, bottom = frame.box
    for n, rule in enumerate(noted):
        x = frame.across(rule.at)
        sheet.path([[(x, top), (x, bottom)]], rule.shade, 1, "dash")
        words = sheet.fit(rule.words, sheet.width * BESIDE, sheet.small)
        y = top - sheet.line * (0.5 + n % NOTE_LINES)
        side = "end" if x > (left + right) / 2 else "start"
        sheet.words((x, y), words, anchor=side, shade=rule.shade, size=sheet.small)


def _beside(note: Note, sheet: Sheet, frame: Frame, ground: Ground) -> None:
    """Write words beside their point where nothing is covered; a thin line leads there where they stand apart."""
    at = frame.at(note.x, note.y)
    if note.figure:
        tries = [f"{sheet.fit(note.words, sheet.width * share)} {note.figure}" for share in (0.3, 0.2, 0.12)] + [
            note.figure
        ]
    else:
        tries = [sheet.fit(note.words, sheet.width * BESIDE)]
    for words in tries:
        middle = ground.beside(at, sheet.measure(words), sheet.size)
        if middle:
            break
    else:
        return
    down = middle[1] - at[1]
    if abs(down) >= sheet.size * 1.8:
        sheet.path([[(middle[0], middle[1] - (0.6 if down > 0 else -0.6) * sheet.size), at]], note.shade, 0.5)
    sheet.words(middle, words, anchor="middle", shade=note.shade, halo=True, url=note.url)


def _total(note: Note, sheet: Sheet, frame: Frame) -> None:
    """Write a total over its column where there is room."""
    small = sheet.size * 0.86
    slot = (frame.box[2] - frame.box[0]) / max(frame.x.high - frame.x.low, 1)
    if sheet.measure(note.words, small, 600) + small * 0.4 < slot:
        x, y = frame.at(note.x, note.y)
        sheet.words((x, y - small * 0.65), note.words, anchor="middle", size=small, weight=600)


def _ends(ends: list[Note], sheet: Sheet, frame: Frame) -> None:
    """Write the labels in the right margin, moved apart, with a thin line to where each belongs."""
    if not ends:
        return
    _left, top, right, bottom = frame.box
    size = min(sheet.size, sheet.height * 0.95 / len(ends) / 1.15)
    places = [frame.at(note.x, note.y) for note in ends]
    wanted = [min(max(y, top), bottom) for _x, y in places]
    at = spread(wanted, [size * 1.2] * len(ends), top - size * 0.7, bottom + size * 1.5)
    start = right + size * 0.7
    for note, place, y in zip(ends, places, at, strict=True):
        if abs(y - place[1]) > size * 0.4 or right - place[0] > size * 3:
            sheet.path([[(place[0] + 2, min(max(place[1], top), bottom)), (start - 2, y)]], "hairline", 0.7)
        weight = 600 if note.is_strong else 400
        words = sheet.fit(note.words, sheet.width - start, size, weight)
        sheet.words((start, y), words, shade=note.shade, size=size, weight=weight, url=note.url)


def _touch(scene: Scene, sheet: Sheet, frame: Frame) -> None:
    """Draw the zones that say all that stands at an x when they are touched: from the middle to each neighbour."""
    if not sheet.is_touched:
        return
    left, top, right, bottom = frame.box
    order = sorted(scene.touch, key=lambda touch: touch.x)
    at = [frame.across(touch.x) for touch in order]
    for n, touch in enumerate(order):
        start = (at[n - 1] + at[n]) / 2 if n else left
        end = (at[n] + at[n + 1]) / 2 if n + 1 < len(at) else right
        zone = sheet.box((start, top, max(end, start + 1), bottom), "transparent")
        sheet.add(sheet.linked(zone, touch.url, touch.words))
