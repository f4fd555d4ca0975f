"""The frame of a plot: where a place of the data stands on the sheet, its grid, and the words of its axes."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10

from dashboard.render.drawing.sheet import Box, Point, Sheet
from dashboard.render.scenes.scales import thinned
from dashboard.render.scenes.scene import Axis, Tick
from dashboard.render.scenes.scene import Point as Place


@dataclass(frozen=True)
class Frame:
    """A plot within its box; rows count downwards, all other y upwards. `inset` is room kept free at the left."""

    box: Box
    x: Axis
    y: Axis
    inset: float = 0.0

    def across(self, value: float) -> float:
        """Return where an x stands."""
        left, right = self.box[0] + self.inset, self.box[2]
        return left + _share(self.x, value) * (right - left)

    def down(self, value: float) -> float:
        """Return where a y stands."""
        share = _share(self.y, value)
        return self.box[1] + (share if self.y.kind == "rows" else 1 - share) * (self.box[3] - self.box[1])

    def at(self, x: float, y: float) -> Point:
        """Return where a point stands."""
        return self.across(x), self.down(y)

    def runs(self, points: Sequence[Place]) -> list[list[Point]]:
        """Return the parts of a line between its gaps."""
        found: list[list[Point]] = [[]]
        for x, y in points:
            if y is None:
                found.append([])
            else:
                found[-1].append(self.at(x, y))
        return [run for run in found if run]


def _share(axis: Axis, value: float) -> float:
    if axis.kind == "logarithm":
        return (log10(value) - log10(axis.low)) / (log10(axis.high) - log10(axis.low) or 1.0)
    return (value - axis.low) / ((axis.high - axis.low) or 1.0)


def grid(sheet: Sheet, frame: Frame) -> None:
    """Draw the fine lines at the ticks of the axis that is ruled."""
    left, top, right, bottom = frame.box
    runs: list[list[Point]] = []
    if frame.y.is_ruled:
        runs += [[(left, frame.down(t.at)), (right, frame.down(t.at))] for t in frame.y.ticks]
    if frame.x.is_ruled:
        runs += [[(frame.across(t.at), top), (frame.across(t.at), bottom)] for t in frame.x.ticks]
    sheet.path(runs, "grid", 0.7)


def below(sheet: Sheet, frame: Frame) -> None:
    """Write the ticks of the x axis under the plot: periods as many as have room, figures where they don't meet."""
    left, _top, right, bottom = frame.box
    y = bottom + sheet.line * 0.8
    if frame.x.kind == "time":
        most = max(2, int((right - left - frame.inset) / (sheet.size * 4.6)))
        for tick in thinned(frame.x, most):
            lines = tick.words.count("\n")
            _under(sheet, frame, tick, y + lines * sheet.small * 0.6)
        return
    last = float("-inf")
    for tick in frame.x.ticks:
        half = sheet.measure(tick.words, sheet.small) / 2
        if frame.across(tick.at) - half > last:
            _under(sheet, frame, tick, y)
            last = frame.across(tick.at) + half + sheet.size * 0.5
    if frame.x.name:
        middle = (left + right) / 2
        words = sheet.fit(frame.x.name, right - left, sheet.small)
        sheet.words((middle, y + sheet.line * 1.1), words, anchor="middle", shade="muted", size=sheet.small)


def _under(sheet: Sheet, frame: Frame, tick: Tick, y: float) -> None:
    """Write a tick under its place, moved inwards where it would leave the sheet."""
    half = sheet.measure(tick.words, sheet.small) / 2
    x = min(max(frame.across(tick.at), half), sheet.width - half)
    sheet.words((x, y), tick.words, anchor="middle", shade="muted", size=sheet.small)


def beside(sheet: Sheet, frame: Frame) -> None:
    """Write the figures of the y axis at the left of the plot."""
    for tick in frame.y.ticks:
        at = (frame.box[0] - sheet.size * 0.45, frame.down(tick.at))
        sheet.words(at, tick.words, anchor="end", shade="muted", size=sheet.small)


def room_left(sheet: Sheet, axis: Axis) -> float:
    """Return the room that the figures of the y axis need."""
    return max((sheet.measure(t.words, sheet.small) for t in axis.ticks), default=0.0) + sheet.size * 0.6
