"""Draws small plots side by side over the same periods."""

from dashboard.render.drawing.frame import Frame
from dashboard.render.drawing.sheet import Sheet
from dashboard.render.scenes.scene import Dots, Line, Panel, Rule, Scene, Stripe

AT_EASE = (13.0, 6.0)  # sizes of a letter: the width of a small plot, and its height with its name


def _columns(count: int, width: float, size: float) -> int:
    """Return how many panels stand in a row: as many as have room, the rows filled evenly."""
    most = max(1, min(count, int(width / (AT_EASE[0] * size))))
    return -(-count // -(-count // most)) if count else 1


def panels_height(scene: Scene, width: float, size: float) -> float:
    """Return the height that all panels need at ease."""
    count = len(scene.panels)
    return -(-count // _columns(count, width, size)) * AT_EASE[1] * size + size * 4


def panels(scene: Scene, sheet: Sheet) -> None:
    """Draw each panel with its name and its last figure over it."""
    sheet.head(scene.unit, scene.legend)
    across = _columns(len(scene.panels), sheet.width, sheet.size)
    down = max(-(-len(scene.panels) // across), 1)
    gap, top = sheet.size, sheet.top + 2
    wide, high = (sheet.width + gap) / across, (sheet.height - top) / down
    size = min(sheet.size, high * 0.32)
    for i, panel in enumerate(scene.panels):
        row, column = divmod(i, across)
        left, above = column * wide, top + row * high
        box = (left, above + size * 1.5, left + wide - gap, max(above + high - 4, above + size * 1.5 + 4))
        _panel(panel, Frame(box, scene.x, panel.y), sheet)
        ink = panel.shade if panel.is_signal else "ink"
        figure = sheet.fit(panel.figure, wide - gap, size, 600)
        room = wide - gap - sheet.measure(figure, size, 600) - size * 0.6
        sheet.words((left, above + size * 0.7), sheet.fit(panel.name, room, size), shade=ink, size=size, url=panel.url)
        sheet.words((left + wide - gap, above + size * 0.7), figure, anchor="end", shade=ink, size=size, weight=600)


def _panel(panel: Panel, frame: Frame, sheet: Sheet) -> None:
    left, top, right, bottom = frame.box
    zero = frame.down(0) if frame.y.low <= 0 <= frame.y.high else bottom
    sheet.path([[(left, zero), (right, zero)]], "hairline", 0.8)
    for item in panel.items:
        if isinstance(item, Stripe):
            sheet.add(sheet.hatched((frame.across(item.low), top, frame.across(item.high), bottom)))
        elif isinstance(item, Rule):
            sheet.path([[(left, frame.down(item.at)), (right, frame.down(item.at))]], item.shade, 0.8)
        elif isinstance(item, Line):
            sheet.path(frame.runs(item.points), item.shade, item.width)
        elif isinstance(item, Dots):
            for dot in item.dots:
                ink = sheet.inks.of(dot.shade)
                sheet.add(sheet.shape(frame.at(dot.x, dot.y), dot.shape, sheet.size * dot.size / 2, ink, ink, 0))
    if sheet.is_touched:
        sheet.add(sheet.linked(sheet.box(frame.box, "transparent"), panel.url, f"{panel.name}: {panel.figure}"))
