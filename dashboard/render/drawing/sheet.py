"""The sheet that a drawing is made on: strokes, shapes and words in points from the top left, our letters, the legend.

An element is text of SVG; everything that came from a file is escaped here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Literal

from dashboard import theme
from dashboard.render.letters import fit, measure, wrap
from dashboard.render.scenes.scene import Dash, Entry, Shade
from dashboard.theme import Palette

DASHES: dict[Dash, str] = {"solid": "", "dash": "4 2.5", "dot": "1.2 2", "dense": "1.8 2.2"}
Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True)
class Inks:
    """Colours by what they mean: those of a palette, or the variables of the page, which follow its light and dark."""

    palette: Palette | None

    def of(self, shade: Shade) -> str:
        """Return a colour; 'name/0.28' is one laid thinly over the background."""
        name, _slash, thin = shade.partition("/")
        if thin:
            return self.pale(name, float(thin))
        return theme.shade(name, self.palette) if self.palette else f"var(--rp-{theme.variable(name)})"

    def pale(self, shade: Shade, ink: float) -> str:
        """Return a colour laid so thinly (0..1) over the background."""
        if self.palette:
            return theme.pale(theme.shade(shade, self.palette), ink, self.palette)
        return f"color-mix(in srgb,var(--rp-{theme.variable(shade)}) {ink * 100:g}%,var(--rp-background))"

    def on(self, shade: Shade) -> str:
        """Return the ink that reads best on a colour."""
        return (
            theme.text_on(theme.shade(shade, self.palette)) if self.palette else f"var(--rp-on-{theme.variable(shade)})"
        )

    def words(self, shade: Shade) -> str:
        """Return a colour for words: the shade, or ink where it is too pale to be read."""
        name = "muted" if shade == "missing" else shade
        if self.palette and theme.contrast(theme.shade(name, self.palette), self.palette.background) < 3.5:
            return self.palette.ink
        return self.of(name)


@dataclass
class Sheet:
    """A drawing of `width` x `height` points, its letters of `size`; `top` is what is used up from above.

    With `is_touched` marks say their words when touched, with `leads` they lead where they lead.
    """

    width: float
    height: float
    size: float
    inks: Inks
    key: str
    is_touched: bool = False
    leads: bool = False
    top: float = 0.0
    drawn: list[str] = field(default_factory=list)

    @property
    def line(self) -> float:
        """Return the height of a line of words."""
        return self.size * 1.25

    @property
    def small(self) -> float:
        """Return the size of the letters on axes and in the legend."""
        return self.size * 0.92

    def measure(self, words: str, size: float | None = None, weight: int = 400) -> float:
        """Return the width of words in points, that of the longest line."""
        return measure(words, size or self.size, weight)

    def fit(self, words: object, room: float, size: float | None = None, weight: int = 400) -> str:
        """Return words cut to `room` points."""
        return fit(words, room, size or self.size, weight)

    def wrap(self, words: object, room: float, size: float | None = None, lines: int = 2) -> str:
        """Return words broken into at most so many lines of `room` points."""
        return wrap(words, room, size or self.size, lines)

    def add(self, element: str) -> None:
        """Draw an element."""
        self.drawn.append(element)

    def path(
        self,
        points: Sequence[Sequence[Point]],
        shade: Shade,
        width: float = 1.0,
        dash: Dash = "solid",
        *,
        join: str = "",
    ) -> None:
        """Draw strokes through runs of points."""
        d = "".join(
            "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in run) + ("h0" if len(run) == 1 else "")
            for run in points
            if run
        )
        if d:
            dashed = f' stroke-dasharray="{DASHES[dash]}"' if DASHES[dash] else ""
            self.add(
                f'<path d="{d}" fill="none" stroke="{self.inks.of(shade)}" stroke-width="{_n(width)}"{dashed}{join}/>'
            )

    def polygon(self, runs: Sequence[Sequence[Point]], fill: str, more: str = "") -> str:
        """Return a closed shape of rings."""
        d = "".join("M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in run) + "Z" for run in runs if run)
        return f'<path d="{d}" fill="{fill}"{more}/>'

    def box(self, box: Box, fill: str, more: str = "") -> str:
        """Return a filled rectangle."""
        left, top, right, bottom = box
        place = f'x="{_n(left)}" y="{_n(top)}" width="{_n(max(right - left, 0))}" height="{_n(max(bottom - top, 0))}"'
        return f'<rect {place} fill="{fill}"{more}/>'

    def hatched(self, box: Box) -> str:
        """Return the hatching of what was not reported."""
        return self.box(box, f"url(#{self.key}h)", ' opacity=".55"')

    def shape(self, at: Point, shape: str, reach: float, fill: str, edge: str, width: float = 1.0) -> str:
        """Return a mark of a shape, `reach` points to either side."""
        x, y = at
        look = f'fill="{fill}" stroke="{edge}" stroke-width="{_n(width)}"'
        if shape == "circle":
            return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(reach)}" {look}/>'
        forms = {"up": ((0, -1), (1, 0.8), (-1, 0.8)), "down": ((0, 1), (1, -0.8), (-1, -0.8))}
        corners = forms.get(shape, ((0, -1.1), (1.1, 0), (0, 1.1), (-1.1, 0)))
        d = "M" + "L".join(f"{_n(x + dx * reach)} {_n(y + dy * reach)}" for dx, dy in corners) + "Z"
        return f'<path d="{d}" {look}/>'

    def words(
        self,
        at: Point,
        words: str,
        *,
        anchor: Anchor = "start",
        shade: Shade = "ink",
        fill: str = "",
        size: float | None = None,
        weight: int = 400,
        halo: bool = False,
        url: str | None = None,
        turn: bool = False,
        leading: float = 1.2,
    ) -> None:
        """Write words whose middle height is at a place, lines below each other around it."""
        if not words:
            return
        x, y = at
        letters = size or self.size
        lines = words.split("\n")
        base = y + letters * 0.35 - (len(lines) - 1) * letters * leading / 2
        ink = fill or self.inks.words(shade)
        look = f' fill="{ink}"' if ink != self.inks.of("ink") else ""
        look += f' font-size="{_n(letters)}"' if abs(letters - self.size) > 0.01 else ""
        look += f' text-anchor="{anchor}"' if anchor != "start" else ""
        look += f' font-weight="{weight}"' if weight != 400 else ""
        if halo:
            edge = self.inks.of("background")
            look += f' paint-order="stroke" stroke="{edge}" stroke-width="{_n(letters * 0.3)}" stroke-linejoin="round"'
        for n, part in enumerate(lines):
            place = f'x="{_n(x)}" y="{_n(base + n * letters * leading)}"'
            if turn:
                across = x + letters * 0.35 + (n - (len(lines) - 1) / 2) * letters * leading
                place = f'transform="translate({_n(across)} {_n(y)}) rotate(-90)"'
            self.add(self.linked(f"<text {place}{look}>{escape(part)}</text>", url))

    def linked(self, element: str, url: str | None, tip: str = "") -> str:
        """Return an element that says its words when touched and leads to a URL, where the drawing does."""
        if tip and self.is_touched:
            words = f"<title>{escape(tip)}</title>"
            element = element.replace("/>", f' class="rp-tip">{words}</{element[1 : element.index(" ")]}>', 1)
        return f'<a href="{escape(url)}">{element}</a>' if url and self.leads else element

    def head(self, unit: str, entries: Sequence[Entry]) -> None:
        """Write the unit and the legend above the plot, in as many lines as they need."""
        small, x, y = self.small, 0.0, self.line * 0.7
        shown = self.wrap(unit, self.width, small)
        if shown:
            lines = shown.count("\n")
            self.words((0, y + lines * small * 0.6), shown, shade="muted", size=small)
            y += lines * small * 1.2
            x = self.measure(shown.rpartition("\n")[2], small) + self.size * 1.6
        for entry in entries:
            label = self.fit(entry.words, self.width - self.size * 1.6, small)
            wide = self.size * 1.5 + self.measure(label, small)
            if x and x + wide > self.width:
                x, y = 0.0, y + self.line
            self.chip((x + self.size * 0.4, y), entry)
            self.words((x + self.size * 1.4, y), label, size=small, url=entry.url)
            x += wide + self.size * 1.4
        if shown or entries:
            self.top = max(self.top, y + self.line * 0.9)

    def chip(self, at: Point, entry: Entry) -> None:
        """Draw the look of an entry of the legend."""
        half, (x, y) = self.size * 0.4, at
        box = (x - half, y - half, x + half, y + half)
        fill, edge = self.inks.of(entry.shade), f' stroke="{self.inks.of("muted")}" stroke-width=".6"'
        if entry.look in {"circle", "up", "down", "diamond"}:
            self.add(self.shape(at, entry.look, half, fill, fill))
        elif entry.look == "ring":
            self.add(self.shape(at, "circle", half * 0.85, self.inks.of("background"), fill, 1.2))
        elif entry.look == "tick":
            self.path([[(x, y - half * 1.3), (x, y + half * 1.3)]], entry.shade, 1.8)
        elif entry.look in {"missing", "hatched"}:
            self.add(self.box(box, self.inks.of("surface"), edge))
            self.add(self.hatched(box))
        elif entry.look == "pale":
            self.add(self.box(box, self.inks.pale(entry.shade, 0.2), edge))
        else:
            self.add(self.box(box, fill, edge))
        if entry.is_worst:
            corner = ((box[2], box[1]), (box[2], box[1] + half), (box[2] - half, box[1]))
            self.add(self.polygon([corner], self.inks.on(entry.shade)))


def _n(value: float) -> str:
    """Return a coordinate, to a hundredth of a point."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))


def spread(wanted: Sequence[float], gap: Sequence[float], low: float, high: float) -> list[float]:
    """Return places as near as can be to those wanted, `gap` apart (each its own height), between low and high."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    places = list(wanted)
    at = low
    for i in order:
        places[i] = max(places[i], at + gap[i] / 2)
        at = places[i] + gap[i] / 2
    at = high
    for i in reversed(order):
        places[i] = min(places[i], at - gap[i] / 2)
        at = places[i] - gap[i] / 2
    return places
