"""Draws cells by row and column in the colour of their band or state."""

from dashboard.render.drawing.frame import Frame
from dashboard.render.drawing.sheet import Sheet
from dashboard.render.letters import clean
from dashboard.render.scenes.meanings import WORST
from dashboard.render.scenes.scene import Axis, Cell, Scene
from dashboard.words.text import _

NAMES = 0.3  # of the width, at most
SMALLEST = 0.66  # of the letters' size


def grid_height(scene: Scene, width: float, size: float) -> float:
    """Return the height that all rows need at ease, with room for names of columns that stand upright."""
    names = max((len(tick.words) for tick in scene.x.ticks), default=1)
    is_upright = names * size * 0.55 > width * 0.72 / max(len(scene.x.ticks), 1)
    heads = min(names, 22) * size * 0.52 if is_upright else size * 2.6
    return len(scene.y.ticks) * size * 1.9 + heads + size * 4.2


def grid(scene: Scene, sheet: Sheet) -> None:
    """Draw the cells under the names of their columns; where not all rows have room, the last line says how many are left."""
    sheet.head(scene.unit, scene.legend)
    rows, columns = scene.y.ticks, scene.x.ticks
    smallest, room = sheet.size * SMALLEST, sheet.height - sheet.top
    size = max(min(sheet.size, (room - sheet.line * 2) / max(len(rows), 1) / 1.1), smallest)
    names = [sheet.fit(tick.words, sheet.width * NAMES, size) for tick in rows]
    left = max((sheet.measure(n, size) for n in names), default=0.0) + sheet.size * 0.8
    slot = (sheet.width - left - 1) / max(len(columns), 1)
    heads, tall, is_upright = _heads(scene, sheet, slot, room)
    shown, bottom = len(rows), 1.0
    if (room - tall - bottom) / max(shown, 1) < size * 1.05:
        size, bottom = smallest, sheet.line
        shown = min(shown, max(int((room - tall - bottom) / (smallest * 1.12)), 1))
    box = (left, sheet.top + tall, sheet.width - 1, sheet.height - bottom)
    frame = Frame(box, scene.x, Axis("rows", -0.5, shown - 0.5))
    for tick, head in zip(columns, heads, strict=False):
        x, lines = frame.across(tick.at), head.count("\n")
        letters = min(sheet.size, slot * 0.8) if is_upright else sheet.size
        y = box[1] - sheet.size * (0.35 if is_upright else 0.6 + lines * 0.6)
        sheet.words(
            (x, y), head, anchor="start" if is_upright else "middle", size=letters, turn=is_upright, url=tick.url
        )
    if scene.over:
        over = sheet.fit(scene.over, sheet.width - left)
        sheet.words(((box[0] + box[2]) / 2, box[1] - sheet.size * 0.6), over, anchor="middle")
    for tick, name in zip(rows[:shown], names, strict=False):
        sheet.words((left - sheet.size * 0.6, frame.down(tick.at)), name, anchor="end", size=size, url=tick.url)
    high = (box[3] - box[1]) / max(shown, 1)
    widest = max((sheet.measure(c.words or "", size) for c in scene.of(Cell)), default=1.0) or 1.0
    letters = max(min(size, high / 1.2, size * slot * 0.92 / widest), sheet.size * 0.5)
    for cell in scene.of(Cell):
        if cell.row < shown:
            _cell(cell, sheet, frame, (slot, high, letters))
    if shown < len(rows):
        rest = _("{n} baris lainnya ada di tabel", n=len(rows) - shown)
        sheet.words((0, sheet.height - sheet.line * 0.5), rest, shade="muted", size=sheet.small)


def _heads(scene: Scene, sheet: Sheet, slot: float, room: float) -> tuple[list[str], float, bool]:
    """Return the names over the columns, the room that they take, and whether they stand upright."""
    names = [tick.words for tick in scene.x.ticks]
    if scene.over:
        return [], sheet.line, False
    wrapped = [sheet.wrap(name, slot * 0.95) for name in names]
    if any(
        sheet.measure(w) > slot or (w.endswith("…") and not clean(n).endswith("…"))
        for w, n in zip(wrapped, names, strict=True)
    ):
        lines = max(int(slot * 0.95 / (sheet.size * 1.2)), 1)
        heads = [sheet.wrap(name, room * 0.34, lines=lines) for name in names]
        return heads, max((sheet.measure(h) for h in heads), default=0.0) + sheet.size * 0.7, True
    return wrapped, sheet.line * max((h.count("\n") + 1 for h in wrapped), default=1), False


def _cell(cell: Cell, sheet: Sheet, frame: Frame, sizes: tuple[float, float, float]) -> None:
    """Draw a cell; what was not reported is hatched, what is as it should be stays quiet, the worst carry a corner."""
    (slot, high, letters), inks = sizes, sheet.inks
    x, y = frame.at(cell.column, cell.row)
    box = (x - slot / 2 + 0.5, y - high / 2 + 0.5, x + slot / 2 - 0.5, y + high / 2 - 0.5)
    is_missing = cell.fill in {None, "missing"}
    fill = "surface" if is_missing else "background" if cell.fill == "empty" else str(cell.fill)
    is_quiet = fill in {"good", "ordinary"}
    colour = inks.pale(fill, 0.2) if is_quiet else inks.of(fill)
    edge = f' stroke="{inks.of("hairline")}" stroke-width=".5"' if cell.fill == "empty" else ""
    sheet.add(sheet.linked(sheet.box(box, colour, edge), cell.url, cell.tip))
    if is_missing:
        sheet.add(sheet.hatched(box))
    ink = inks.of("ink") if is_missing or is_quiet or cell.fill == "empty" else inks.on(fill)
    if cell.fill in WORST:
        side = min(0.3 * high, 0.3 * slot, sheet.size * 0.6)
        corner = ((box[2], box[1]), (box[2] - side, box[1]), (box[2], box[1] + side))
        sheet.add(sheet.polygon([corner], ink, ' opacity=".55"' if cell.fill == "4" else ""))
    if cell.words is not None:
        sheet.words((x, y), sheet.fit(cell.words, slot * 0.96, letters), anchor="middle", fill=ink, size=letters)
