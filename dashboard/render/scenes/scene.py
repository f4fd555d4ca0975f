"""A chart decided once: what stands where, in the units of its data. Every pen draws this; none looks at the chart.

x and y are numbers: days count as their ordinals, rows from 0 at the top, columns from 0 at the left.
"""

from dataclasses import dataclass
from typing import Literal

# A colour by what it means: a signal, a band "1".."5", a category "c0".."c9", or a name of the palette (`theme.shade`).
Shade = str
Dash = Literal["solid", "dash", "dot", "dense"]
Shape = Literal["circle", "up", "down", "diamond"]
Kind = Literal["value", "logarithm", "time", "rows", "columns"]
# What a line is to its chart; those of "limits" and what a line is compared with are quieter than the line itself.
Part = Literal[
    "value", "late", "previous", "mean", "lower", "upper", "target", "forecast", "overall", "far_lower", "far_upper", "edge",
]  # fmt: skip
Point = tuple[float, float | None]


@dataclass(frozen=True)
class Tick:
    """A place on an axis, and what is written there; `url` where its words lead, `is_known` unless nothing was reported."""

    at: float
    words: str
    url: str | None = None
    is_known: bool = True


@dataclass(frozen=True)
class Axis:
    """From where to where an axis reaches, and its ticks. A time axis has all its periods: a pen writes as many as have room."""

    kind: Kind
    low: float
    high: float
    ticks: tuple[Tick, ...] = ()
    is_shown: bool = True
    is_ruled: bool = False
    name: str = ""


@dataclass(frozen=True)
class Line:
    """A line through points, broken at each null y; `tips` say each point in words, `urls` where it leads."""

    part: Part
    name: str
    points: tuple[Point, ...]
    shade: Shade
    width: float = 1.0
    dash: Dash = "solid"


@dataclass(frozen=True)
class Fan:
    """The room between two edges: (x, lower, upper), `ink` 0..1 how thick it is laid."""

    name: str
    edges: tuple[tuple[float, float, float], ...]
    shade: Shade
    ink: float


@dataclass(frozen=True)
class Dot:
    """A point: what it says when touched, and where it leads. `size` as a multiple of the letters."""

    x: float
    y: float
    shade: Shade
    shape: Shape = "circle"
    is_hollow: bool = False
    size: float = 0.5
    tip: str = ""
    url: str | None = None


@dataclass(frozen=True)
class Dots:
    """Points of one kind: `part` is value, late (provisional), alone (between two gaps), signal, previous or unit."""

    part: Literal["value", "late", "alone", "signal", "previous", "unit"]
    name: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class Bar:
    """A bar at a row or column from `start` to `end`; a hatched one takes away."""

    at: float
    start: float
    end: float
    shade: Shade
    words: str = ""
    tip: str = ""
    url: str | None = None
    is_hatched: bool = False


@dataclass(frozen=True)
class Bars:
    """Bars of one kind, `thick` (0..1) of the room of a row; `part` is value, due (by now), or a part of a whole."""

    part: Literal["value", "due", "share"]
    name: str
    bars: tuple[Bar, ...]
    thick: float
    is_across: bool = True


@dataclass(frozen=True)
class Mark:
    """A short stroke across a row: the target of a bullet (upright), or an interval (along the row, from start to end)."""

    at: float
    start: float
    end: float
    shade: Shade
    part: Literal["target", "interval", "join"]


@dataclass(frozen=True)
class Stripe:
    """A stripe over the whole plot from low to high of an axis: a band with its name, or a hatched period nobody reported."""

    axis: Literal["x", "y"]
    low: float
    high: float
    shade: Shade
    words: str = ""
    is_gap: bool = False


@dataclass(frozen=True)
class Rule:
    """A straight line over the whole plot at a value of an axis, its words at its end or above the plot."""

    axis: Literal["x", "y"]
    at: float
    shade: Shade
    words: str
    part: Literal["target", "reference", "note", "zero"]


@dataclass(frozen=True)
class Note:
    """Words about a point; `stands` beside it, where they cover least, or at the right end of the plot with a thin line to it."""

    x: float
    y: float
    words: str
    shade: Shade
    stands: Literal["beside", "end"] = "beside"
    is_strong: bool = False
    url: str | None = None
    figure: str = ""  # follows the words, and stays where these are cut


@dataclass(frozen=True)
class Cell:
    """A cell of a row and column: `fill` is a signal, band or state, None where nothing was reported."""

    column: int
    row: int
    fill: str | None
    words: str | None
    tip: str = ""
    url: str | None = None
    value: float | None = None


@dataclass(frozen=True)
class Area:
    """An area of a map: its rings in degrees, its fill as of a cell, its name and figure."""

    rings: tuple[tuple[tuple[float, float], ...], ...]
    fill: str | None
    name: str
    figure: str
    tip: str = ""
    url: str | None = None
    is_picked: bool = False
    value: float | None = None


@dataclass(frozen=True)
class Entry:
    """An entry of the legend: what a look means. `look` is a square, a shape, a ring, a tick or the hatching of what is missing."""

    look: Literal["square", "circle", "up", "down", "diamond", "ring", "tick", "missing", "pale", "hatched"]
    shade: Shade
    words: str
    is_worst: bool = False  # a corner, too: in grey it would look like the best
    url: str | None = None


@dataclass(frozen=True)
class Touch:
    """What is said of all that stands at an x, where the pointer or a finger comes near it, and where it leads."""

    x: float
    words: str
    url: str | None = None


Item = Line | Fan | Dots | Bars | Mark | Stripe | Rule | Note | Cell | Area


@dataclass(frozen=True)
class Panel:
    """A small plot among others over the same periods: its name, its last figure, what is drawn, and how high it reaches."""

    name: str
    figure: str
    shade: Shade
    items: tuple[Item, ...]
    y: Axis
    is_signal: bool = False
    url: str | None = None


@dataclass(frozen=True)
class Scene:
    """All that a chart shows, in the order in which it is drawn: what comes later lies on top.

    `figures` stand in a column of their own at the right, a row each. `over` are words over all columns instead of their names.
    """

    kind: str
    title: str
    unit: str
    alt: str
    x: Axis
    y: Axis
    items: tuple[Item, ...]
    legend: tuple[Entry, ...] = ()
    figures: tuple[Tick, ...] = ()
    touch: tuple[Touch, ...] = ()
    panels: tuple[Panel, ...] = ()
    over: str = ""

    def of(self, kind: type) -> list:
        """Return the items of a kind, in their order."""
        return [item for item in self.items if isinstance(item, kind)]
