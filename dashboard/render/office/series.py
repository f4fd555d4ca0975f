"""What charts of an office are made of: series of figures and their looks, over names or over two axes, in our colours.

A series is what a reader edits: its name, its figures, how they look. What stands nowhere in the data (the place of a word) is no
figure of it, and its series is not named in a legend.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from dashboard import theme
from dashboard.render.scenes import scales
from dashboard.render.scenes.scene import Axis, Dash, Dot, Shade

Side = Literal["right", "left", "above", "below", "middle", "base", "past"]
Value = float | None
# As an office draws our marks: it has no triangle that points downwards.
FORMS = {"circle": "circle", "up": "triangle", "down": "diamond", "diamond": "square"}


@dataclass(frozen=True)
class Label:
    """Words at a point of a series; `base` and `past` are inside the foot of a bar and beyond its end."""

    words: str
    side: Side = "right"
    shade: Shade = "ink"
    is_strong: bool = False
    is_end: bool = False  # at the right end of the plot, where labels are moved apart
    figure: str = ""  # follows the words, and stays where these are cut


@dataclass(frozen=True)
class Series:
    """Figures and their look: a line, a mark at each, a fill (one for all or one each), or an edge alone.

    `xs` and `names` belong to points over two axes; `reach` is how far bars of an interval go below and above each figure.
    """

    name: str
    values: tuple[Value, ...]
    xs: tuple[Value, ...] = ()
    names: tuple[str, ...] = ()
    line: Shade | None = None
    width: float = 1.0
    dash: Dash = "solid"
    mark: Dot | None = None
    fills: tuple[Shade, ...] = ()
    edge: Shade | None = None
    labels: Mapping[int, Label] = field(default_factory=dict)
    reach: tuple[tuple[float, float] | None, ...] = ()
    is_named: bool = True


@dataclass(frozen=True)
class Native:
    """A chart: `lines`, `columns` or `rows` of figures over names (`figures` is their axis), or `points` over two axes."""

    kind: str
    names: tuple[str, ...]
    series: tuple[Series, ...]
    across: Axis
    figures: Axis
    is_stacked: bool = False


def step(axis: Axis) -> float:
    """Return how far apart the ticks of an axis are."""
    return min((b.at - a.at for a, b in pairwise(axis.ticks)), default=axis.high - axis.low)


def places(axis: Axis) -> int:
    """Return how many decimals its ticks have."""
    return scales.places([tick.at for tick in axis.ticks])


def shade(name: Shade, *, for_words: bool = False) -> str:
    """Return a colour; 'name/0.28' is laid thinly over the ground. Words are never as pale as a line may be."""
    name, _slash, thin = ("muted" if for_words and name == "missing" else name).partition("/")
    colour = theme.shade(name, theme.LIGHT)
    if for_words and theme.contrast(colour, theme.LIGHT.background) < 3.5:
        return theme.LIGHT.ink
    return theme.pale(colour, float(thin), theme.LIGHT) if thin else colour
