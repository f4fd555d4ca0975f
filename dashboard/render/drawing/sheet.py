"""The sheet that a static drawing is made on: a matplotlib figure in points, our fonts, and labels that fit."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from dashboard import theme
from dashboard.charts import Chart
from dashboard.render import marks
from dashboard.theme import Palette
from dashboard.words import text
from dashboard.words.text import _

FONTS = Path(__file__).parents[2] / "static" / "fonts"
FAMILIES = ("Fira Sans", "DejaVu Sans")  # the second for the letters that the first lacks, and only these
OURS = {400: "fira-sans-400.ttf", 600: "fira-sans-600.ttf"}
FALLBACK = "dejavu-sans-400.ttf"
HATCH = "////"
SHAPES = {"good": "^", "bad": "v", "attention": "v"}
MISSING: dict[str, Any] = {"hatch": HATCH}  # the look of what was not reported in a legend
WORST = ("4", "5", "bad", "attention")  # cells of these carry a corner, too: in grey they would look like the best
# Control characters, and those that turn the direction of all that follows.
_HARMFUL = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc]+")
_NAMED = re.compile("[\u00a0\u2007\u202f]")


@cache
def register() -> None:
    """Make our fonts known to matplotlib, before any of the same name that the machine may have."""
    from matplotlib import font_manager  # noqa: PLC0415

    manager = font_manager.fontManager
    for name, weight in ((OURS[400], 400), (OURS[600], 600), (FALLBACK, 400), (FALLBACK, 600)):
        manager.addfont(str(FONTS / name))
        manager.ttflist.insert(0, replace(manager.ttflist.pop(), weight=weight))


@cache
def _font(name: str) -> Any:
    from matplotlib.ft2font import FT2Font  # noqa: PLC0415

    return FT2Font(name)


def clean(words: object) -> str:
    """Return words on one line without control characters; a letter that no font of ours has is shown as a box."""
    plain = _HARMFUL.sub(" ", _NAMED.sub("\u00a0", str(words))).strip()
    return plain if plain.isascii() else "".join(c if ord(c) in _widths(400) else "\u25a1" for c in plain)


@cache
def advance(words: str, weight: int) -> float:
    """Return the width of words as a multiple of the size of the letters."""
    known = _widths(weight)
    return sum(known.get(ord(c), 1.0) for c in words)


@cache
def _widths(weight: int) -> dict[int, float]:
    """Return the width of each letter that our fonts have."""
    found = {}
    for name in (FALLBACK, OURS[weight]):
        font = _font(str(FONTS / name))
        for code in font.get_charmap():
            found[code] = font.load_char(code, flags=_unscaled()).horiAdvance / font.units_per_EM
    return found


def _unscaled() -> Any:
    from matplotlib.ft2font import LoadFlags  # noqa: PLC0415

    return LoadFlags.NO_SCALE


def grey(colours: Palette) -> Palette:
    """Return the palette in greys of the same lightness, the bands from light (best) to dark (worst)."""

    def plain(shade: str) -> str:
        level = theme.luminance(shade)
        value = round(255 * (1.055 * level ** (1 / 2.4) - 0.055 if level > 0.0031308 else level * 12.92))
        return f"#{value:02X}{value:02X}{value:02X}"

    greys = {name: plain(getattr(colours, name)) for name in theme.NAMED}
    steps = (
        "#4A4A4A",
        "#7A7A7A",
        "#A3A3A3",
        "#C6C6C6",
        "#303030",
        "#8E8E8E",
        "#B5B5B5",
        "#5E5E5E",
        "#D5D5D5",
        "#6C6C6C",
    )
    bands = ("#F0F0F0", "#CFCFCF", "#A6A6A6", "#757575", "#3C3C3C")
    return replace(colours, **greys, bands=bands, categories=steps)


@dataclass
class Sheet:
    """A figure of `width` x `height` points; `size` is that of its letters. `top` is what is used up from above."""

    figure: Any
    width: float
    height: float
    size: float
    colours: Palette
    top: float = 0.0

    @property
    def line(self) -> float:
        """Return the height of a line of words."""
        return self.size * 1.25

    def measure(self, words: str, weight: int = 400, size: float | None = None) -> float:
        """Return the width of words in points, that of the longest line."""
        return max((advance(part, weight) for part in words.split("\n")), default=0.0) * (size or self.size)

    def fit(self, words: object, room: float, weight: int = 400, size: float | None = None) -> str:
        """Return words cut to `room` points."""
        shown = clean(words)
        if self.measure(shown, weight, size) <= room:
            return shown
        low, high = 0, len(shown)
        while low < high:
            middle = (low + high + 1) // 2
            fits = self.measure(shown[:middle].rstrip() + "…", weight, size) <= room
            low, high = (middle, high) if fits else (low, middle - 1)
        return shown[:low].rstrip() + "…"

    def wrap(self, words: object, room: float, lines: int = 2, size: float | None = None) -> str:
        """Return words broken into at most so many lines of `room` points, the last one cut."""
        shown, parts = clean(words), []
        while shown and len(parts) < lines - 1 and self.measure(shown, size=size) > room:
            cut = self.fit(shown, room, size=size)
            at = shown.rfind(" ", 0, len(cut))
            if at <= len(cut) // 3:
                break
            parts.append(shown[:at])
            shown = shown[at + 1 :]
        return "\n".join([*parts, self.fit(shown, room, size=size)])

    def axes(self, left: float, right: float, bottom: float, top: float = 0.0) -> Any:
        """Return axes with these margins in points, below what is used up already."""
        from matplotlib.ticker import NullLocator  # noqa: PLC0415

        across = max(self.width - left - right, 8.0)
        down = max(self.height - self.top - top - bottom, 8.0)
        box = (left / self.width, bottom / self.height, across / self.width, down / self.height)
        axes = self.figure.add_axes(box)
        axes.set_facecolor("none")
        axes.tick_params(length=0, labelsize=self.size * 0.92, labelcolor=self.colours.muted, pad=3)
        for side in axes.spines.values():
            side.set_visible(False)
        axes.xaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_minor_locator(NullLocator())
        return axes

    def words(self, x: float, y: float, words: str, **look: Any) -> Any:
        """Write words at a place in points from the left and from above."""
        return self.figure.text(x / self.width, 1 - y / self.height, words, **({"fontsize": self.size} | look))

    def head(self, unit: str, keys: Sequence[tuple[dict[str, Any], str]]) -> None:
        """Write the unit and the legend above the plot, in as many lines as they need."""
        small, x, y = self.size * 0.92, 0.0, self.line * 0.7
        shown = self.fit(unit, self.width, size=small)
        if shown:
            self.words(0, y, shown, color=self.colours.muted, fontsize=small, va="center")
            x = self.measure(shown, size=small) + self.size * 1.6
        for look, name in keys:
            label = self.fit(name, self.width - self.size * 1.6, size=small)
            wide = self.size * 1.5 + self.measure(label, size=small)
            if x and x + wide > self.width:
                x, y = 0.0, y + self.line
            self._chip(x, y, look)
            self.words(x + self.size * 1.4, y, label, color=self.colours.ink, fontsize=small, va="center")
            x += wide + self.size * 1.4
        if shown or keys:
            self.top = max(self.top, y + self.line * 0.9)

    def _chip(self, x: float, y: float, look: dict[str, Any]) -> None:
        from matplotlib.lines import Line2D  # noqa: PLC0415
        from matplotlib.patches import Rectangle  # noqa: PLC0415

        side = self.size * 0.8
        if look is MISSING:
            corner, box = (x / self.width, 1 - (y + side / 2) / self.height), (side / self.width, side / self.height)
            edge: dict[str, Any] = {"edgecolor": self.colours.missing, "hatch": HATCH, "linewidth": 0.6}
            self.figure.add_artist(Rectangle(corner, *box, facecolor=self.colours.surface, **edge))
            return
        at = ([(x + side / 2) / self.width], [1 - y / self.height])
        base: dict[str, Any] = {"markersize": side, "linestyle": "none", "markeredgewidth": 0.6}
        plain = {key: value for key, value in look.items() if key != "corner"}
        self.figure.add_artist(Line2D(*at, **(base | plain)))
        if look.get("corner"):
            at = ([(x + side * 0.74) / self.width], [1 - (y - side * 0.24) / self.height])
            mark: dict[str, Any] = {"markersize": side * 0.5, "markeredgewidth": 0, "markerfacecolor": look["corner"]}
            self.figure.add_artist(Line2D(*at, marker=[(-1, 1), (1, 1), (1, -1)], linestyle="none", **mark))


def pale(shade: str, alpha: float, colours: Palette) -> str:
    """Return a colour laid so thinly (0..1) over the background."""
    over, under = ([int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (shade, colours.background))
    return "#" + "".join(f"{round(o * alpha + u * (1 - alpha)):02X}" for o, u in zip(over, under, strict=True))


def swatch(fill: str, edge: str) -> dict[str, Any]:
    """Return the look of a filled square in a legend."""
    return {"marker": "s", "markerfacecolor": fill, "markeredgecolor": edge}


def keys(chart: Chart, colours: Palette) -> list[tuple[dict[str, Any], str]]:
    """Return what the colours of a chart mean, those that occur in it, for `Sheet.head`."""
    role = next((r for r in ("state", "band", "colour", "signal", "side") if r in chart.roles), None)
    if role is None:
        return []
    used = {None if v is None else str(v) for v in chart.data[chart.roles[role]].to_list()}
    if role == "state":
        pairs = [(fill, name) for state, (name, fill) in chart.options["states"].items() if state in used]
    else:
        names = marks.signal_names()
        names |= {str(band): name for band, name in (chart.options.get("band_names") or {}).items()}
        if role == "side":
            names = {"good": _("di luar rentang wajar, lebih baik"), "bad": _("di luar rentang wajar, lebih buruk")}
        elif role == "signal":
            del names["ordinary"]
        pairs = [(fill, name) for fill, name in names.items() if fill in used]
        pairs += [("missing", _("belum melapor"))] if role == "band" and None in used else []
    found = []
    for fill, group in groupby(pairs, key=lambda pair: pair[0]):
        name = ", ".join(dict.fromkeys(clean(name) for _fill, name in group))
        shade = colours.background if fill == "empty" else theme.colour(fill, colours)
        if role == "state" and fill in {"good", "ordinary"}:
            shade = pale(shade, 0.2, colours)
        look = swatch(shade, colours.muted)
        if fill in SHAPES and (role in {"signal", "side"} or chart.kind in {"dots", "multiples"}):
            look = {"marker": SHAPES[fill], "markerfacecolor": shade, "markeredgecolor": shade}
        elif fill == "missing":
            look = MISSING
        elif fill in WORST and chart.kind in {"matrix", "heat"}:
            look["corner"] = theme.text_on(shade)
        found.append((look, name))
    return found


def readable(shade: str, colours: Palette) -> str:
    """Return a colour for words: the shade, or ink where it is too pale to be read."""
    return shade if theme.contrast(shade, colours.background) >= 3.5 else colours.ink


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


def ticks(axis: Any, unit: str, most: int = 5, *, whole: bool = False) -> None:
    """Set round ticks with figures as a reader writes them; whole numbers alone for things that are counted."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator  # noqa: PLC0415

    low, high = sorted(axis.get_view_interval())
    steps = MaxNLocator(nbins=most, steps=[1, 2, 5, 10] if whole else [1, 2, 2.5, 5, 10], integer=whole).tick_values(
        low, high
    )
    inside = [float(v) for v in steps if low - 1e-9 <= v <= high + 1e-9]
    places = next((n for n in range(4) if all(abs(v - round(v, n)) < 1e-9 for v in inside)), 3)
    percent = unit.strip().startswith("%")
    write = (lambda v, _at: text.pct(v, places)) if percent else (lambda v, _at: text.number(v, places))
    axis.set_major_locator(FixedLocator(inside))
    axis.set_major_formatter(FuncFormatter(write))


def figures(chart: Chart, *roles: str) -> int:
    """Return how many decimals the figures of these roles need."""
    known = [v for role in roles if role in chart.roles for v in chart.data[chart.roles[role]].to_list()]
    return marks.digits(known, chart.unit, chart.options.get("digits"))


def column(chart: Chart, role: str) -> list[Any]:
    """Return the values of a role, or nulls where the chart has none."""
    return chart.data[chart.roles[role]].to_list() if role in chart.roles else [None] * chart.data.height
