"""Where a label can stand beside its point without covering a line, a point or another label."""

from collections.abc import Sequence

from dashboard.render.drawing.sheet import Box, Point

_TRIES = [(dx, dy) for dy in (-1.0, 1.0, -2.0, 2.0, -3.0, 3.0, 0.0) for dx in (0.0, 1.0, -1.0, 0.5, -0.5)]
_COVERED = 100.0  # the cost of covering a mark or another label, or of leaving the plot
_STEP = 6.0  # points between two places of a line that a label should not cover


class Ground:
    """What is taken already within the edges of a plot; `beside` finds the freest place near a point."""

    def __init__(self, edges: Box) -> None:
        self.edges = edges
        self.points: list[tuple[float, float, float]] = []  # x, y, the cost of covering it
        self.boxes: list[Box] = []

    def mark(self, at: Point, half: float) -> None:
        """Keep labels away from a mark of `half` the width and height."""
        self.boxes.append((at[0] - half, at[1] - half, at[0] + half, at[1] + half))

    def take(self, runs: Sequence[Sequence[Point]], cost: float = 1.0) -> None:
        """Keep labels away from these lines."""
        for run in runs:
            last: Point | None = None
            for here in run:
                self.points.append((*here, cost))
                if last is not None:
                    across, down = here[0] - last[0], here[1] - last[1]
                    count = max(int(abs(across) / _STEP), int(abs(down) / _STEP), 1)
                    ways = (n / count for n in range(1, count))
                    self.points += [(last[0] + across * way, last[1] + down * way, cost) for way in ways]
                last = here

    def beside(self, at: Point, wide: float, size: float) -> Point | None:
        """Return the middle of a label where it covers least.

        A label may have to cross a line; None where it would cover a mark or another label, or leave the plot.
        """
        wide, high = wide + 2, size * 1.2
        best, least = None, _COVERED
        for dx, dy in _TRIES:
            reach = dx * (wide / 2 + size * (0.7 if abs(dy) < 0.5 else 0.0))
            if abs(dx) < 1 and not dy:
                continue
            x, y = at[0] + reach, at[1] + dy * size * 1.15
            box = (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
            cost = self._cost(box) + 3 * max(abs(dy) - 1, 0)
            if cost < least:
                best, least = (x, y, box), cost
        if best is None:
            return None
        self.boxes.append(best[2])
        return best[0], best[1]

    def _cost(self, box: Box) -> float:
        left, top, right, bottom = box
        if left < self.edges[0] or right > self.edges[2] or top < self.edges[1] or bottom > self.edges[3]:
            return _COVERED
        if any(left < b[2] and right > b[0] and top < b[3] and bottom > b[1] for b in self.boxes):
            return _COVERED
        return sum(price for x, y, price in self.points if left - 1 < x < right + 1 and top - 1 < y < bottom + 1)
