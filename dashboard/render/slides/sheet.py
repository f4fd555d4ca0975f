"""The slides that a deck is made of: words that fit, shapes in inches.

The letters are Arial (the theme's only font): it is on every office computer, and Liberation Sans, which stands in for it
elsewhere, has its widths, so that what fits here fits there. Fira Sans would be replaced by whatever the machine has.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from dashboard import theme
from dashboard.render.slides import xml
from dashboard.render.slides.xml import HARMFUL, emu

FONT = "Arial"
WIDTH, HEIGHT = 13.333, 7.5  # inches
LEFT, ACROSS = 0.5, 12.333  # of all that stands on a slide
TITLE_SIZES = (24.0, 22.0, 20.0, 18.0)
INK = theme.LIGHT
_PERCENT = re.compile(r"(?<=\d) %")
# Thousandths of the size of the letters, from the space to the tilde: Helvetica's metrics (Adobe AFM), which Arial shares.
_WIDTHS = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 "
    "584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 "
    "667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 "
    "556 500 722 500 500 500 334 260 334 584"
)
_KNOWN = {chr(32 + i): int(width) / 1000 for i, width in enumerate(_WIDTHS.split())} | {"\u00a0": 0.278, "…": 1.0}
_BOLD = 1.07


def clean(words: object) -> str:
    """Return words on one line without control characters and those that turn the direction of what follows."""
    return HARMFUL.sub(" ", str(words)).strip()


def whole(words: object) -> str:
    """Return clean words in which a figure and its percent sign stay on one line."""
    return _PERCENT.sub("\u00a0%", clean(words))


def wide(words: str, size: float, *, bold: bool = False) -> float:
    """Return the width of words in inches, letters of `size` points."""
    return sum(_KNOWN.get(c, 0.6) for c in words) * size / 72 * (_BOLD if bold else 1.0)


@cache
def fit(words: str, room: float, size: float, bold: bool = False) -> str:
    """Return clean words cut to `room` inches."""
    shown = clean(words)
    if wide(shown, size, bold=bold) <= room:
        return shown
    low, high = 0, len(shown)
    while low < high:
        middle = (low + high + 1) // 2
        fits = wide(shown[:middle].rstrip() + "…", size, bold=bold) <= room
        low, high = (middle, high) if fits else (low, middle - 1)
    return shown[:low].rstrip() + "…"


def broken(words: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """Return the lines that a word processor would make of clean words in `room` inches."""
    lines, line = [], ""
    for word in clean(words).split(" "):
        longer = f"{line} {word}" if line else word
        if wide(longer, size, bold=bold) <= room:
            line = longer
            continue
        lines += [line] if line else []
        line = word
        while wide(line, size, bold=bold) > room:  # one word wider than the line is broken anywhere
            cut = max(len(fit(line, room, size, bold)) - 1, 1)
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line] if line else lines


def within(words: str, room: float, size: float, lines: int, *, bold: bool = False) -> str:
    """Return clean words that take at most so many lines of `room` inches, cut where they would take more."""
    parts = broken(words, room, size, bold=bold)
    if len(parts) <= lines:
        return clean(words)
    head = " ".join(parts[: lines - 1])
    rest = clean(words)[len(head) :].strip()
    return f"{head} {fit(rest, room, size, bold)}".strip()


@dataclass(frozen=True)
class Stage:
    """The part of a slide that a block is drawn on, in inches from the slide's corner."""

    slide: Any
    left: float
    top: float
    width: float
    height: float
    created_at: datetime

    def part(self, left: float, top: float, width: float, height: float) -> "Stage":
        """Return a piece of it, its corner counted from this one's."""
        return Stage(self.slide, self.left + left, self.top + top, width, height, self.created_at)


def coloured(colour: str) -> Any:
    """Return a colour as python-pptx wants it."""
    from pptx.dml.color import RGBColor  # noqa: PLC0415

    return RGBColor.from_string(colour.lstrip("#"))


def words(
    place: Stage,
    paragraphs: Sequence[str],
    name: str,
    *,
    anchor: str = "t",
    fill: str | None = None,
    inset: float = 0.0,
) -> None:
    """Write paragraphs (of `xml.paragraph`) into a box that keeps its size."""
    box = place.slide.shapes.add_textbox(emu(place.left), emu(place.top), emu(place.width), emu(place.height))
    xml.describe(box, clean(name))
    xml.fill(box, paragraphs, anchor, inset)
    if fill:
        box.fill.solid()
        box.fill.fore_color.rgb = coloured(fill)


def stroke(place: Stage, colour: str, name: str, *, alt: str = "", points: float = 0.75) -> None:
    """Draw a straight line over the diagonal of a place without height or without width."""
    from pptx.util import Pt  # noqa: PLC0415

    ends = (place.left, place.top, place.left + place.width, place.top + place.height)
    line = place.slide.shapes.add_connector(1, *(emu(end) for end in ends))
    line.line.color.rgb = coloured(colour)
    line.line.width = Pt(points)
    xml.unstyled(line)
    xml.describe(line, clean(name), clean(alt))


def picture(place: Stage, image: bytes, name: str) -> None:
    """Put an image into a place, as large as it fits, at its upper right."""
    shape = place.slide.shapes.add_picture(io.BytesIO(image), 0, 0)
    scale = min(emu(place.width) / shape.width, emu(place.height) / shape.height)
    shape.width, shape.height = int(shape.width * scale), int(shape.height * scale)
    shape.left, shape.top = emu(place.left + place.width) - shape.width, emu(place.top)
    xml.describe(shape, clean(name), clean(name))


def box(place: Stage, colour: str, name: str) -> None:
    """Draw a filled rectangle."""
    shape = place.slide.shapes.add_shape(1, emu(place.left), emu(place.top), emu(place.width), emu(place.height))
    shape.fill.solid()
    shape.fill.fore_color.rgb = coloured(colour)
    shape.line.fill.background()
    xml.unstyled(shape)
    xml.describe(shape, clean(name))
