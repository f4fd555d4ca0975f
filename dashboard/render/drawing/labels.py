"""Where a label can stand beside its point without covering a line, a point or another label."""

from collections.abc import Sequence
from typing import Any

from dashboard.render.drawing.sheet import Sheet

Box = tuple[float, float, float, float]  # left, bottom, right, top in points
_TRIES = [(dx, dy) for dy in (1.0, -1.0, 2.0, -2.0, 3.0, -3.0, 0.0) for dx in (0.0, 1.0, -1.0, 0.5, -0.5)]
_COVERED = 100  # the cost of covering a mark or another label, or of leaving the axes


class Ground:
    """What is taken already on a pair of axes, in points; `beside` finds the freest place near a point."""

    def __init__(self, axes: Any, sheet: Sheet) -> None:
        box = axes.get_window_extent()
        self.axes, self.sheet = axes, sheet
        self.edges: Box = (box.x0, box.y0, box.x1, box.y1)
        self.points: list[tuple[float, float, int]] = []  # x, y, the cost of covering it
        self.boxes: list[Box] = []

    def at(self, x: Any, y: float) -> tuple[float, float]:
        """Return a place of the data in points."""
        across = self.axes.convert_xunits(x)
        return tuple(self.axes.transData.transform((across, y)))

    def mark(self, xs: Sequence[Any], ys: Sequence[float | None], half: float) -> None:
        """Keep labels away from marks of `half` the width and height in points."""
        for x, y in zip(xs, ys, strict=True):
            if y is not None:
                at = self.at(x, y)
                self.boxes.append((at[0] - half, at[1] - half, at[0] + half, at[1] + half))

    def take(self, xs: Sequence[Any], ys: Sequence[float | None], cost: int = 1) -> None:
        """Keep labels away from these points and from the lines between them; a null is a gap."""
        last = None
        for x, y in zip(xs, ys, strict=True):
            if y is None:
                last = None
                continue
            here = self.at(x, y)
            self.points.append((*here, cost))
            if last is not None:
                steps = max(int(abs(here[0] - last[0]) / 6), int(abs(here[1] - last[1]) / 6), 1)
                ways = ((n / steps) for n in range(1, steps))
                across, down = here[0] - last[0], here[1] - last[1]
                self.points += [(last[0] + across * n, last[1] + down * n, cost) for n in ways]
            last = here

    def beside(self, x: Any, y: float, words: str, size: float, weight: int = 400) -> tuple[float, float] | None:
        """Return the offset in points of the middle of a label from its point, where it covers least.

        A label may have to cross a line; None where it would cover a mark or another label, or leave the axes.
        """
        at = self.at(x, y)
        wide, high = self.sheet.measure(words, weight, size) + 2, size * 1.2
        best, least = None, _COVERED
        for dx, dy in _TRIES:
            reach = dx * (wide / 2 + size * (0.7 if abs(dy) < 0.5 else 0.0))
            if abs(dx) < 1 and not dy:
                continue
            middle = (at[0] + reach, at[1] + dy * size * 1.15)
            box = (middle[0] - wide / 2, middle[1] - high / 2, middle[0] + wide / 2, middle[1] + high / 2)
            cost = self._cost(box) + 3 * max(abs(dy) - 1, 0)
            if cost < least:
                best, least = (middle[0] - at[0], middle[1] - at[1], box), cost
        if best is None:
            return None
        self.boxes.append(best[2])
        return best[0], best[1]

    def leader(self, offset: tuple[float, float], shade: str) -> dict[str, Any] | None:
        """Return the look of a thin line from a label to its point, None where it stands right beside it."""
        if abs(offset[1]) < self.sheet.size * 1.8:
            return None
        return {"arrowstyle": "-", "color": shade, "linewidth": 0.5, "shrinkA": 0, "shrinkB": 4}

    def _cost(self, box: Box) -> int:
        left, bottom, right, top = box
        if left < self.edges[0] or right > self.edges[2] or bottom < self.edges[1] or top > self.edges[3]:
            return _COVERED
        cost = sum(price for x, y, price in self.points if left - 1 < x < right + 1 and bottom - 1 < y < top + 1)
        return cost + sum(_COVERED for b in self.boxes if left < b[2] and right > b[0] and bottom < b[3] and top > b[1])
