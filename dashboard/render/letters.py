"""Our letters: what can be shown of a file's words, how wide words are, and how they are cut to their room."""

import re
from functools import cache
from pathlib import Path
from typing import Any

FONTS = Path(__file__).parents[1] / "static" / "fonts"
FAMILIES = ("Fira Sans", "DejaVu Sans")  # the second for the letters that the first lacks, and only these
_OURS = {400: "fira-sans-400.ttf", 600: "fira-sans-600.ttf"}
_FALLBACK = "dejavu-sans-400.ttf"
FILES = (*_OURS.values(), _FALLBACK)
# Control characters, and those that turn the direction of all that follows.
_HARMFUL = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc]+")
_NAMED = re.compile("[\u00a0\u2007\u202f]")


def clean(words: object) -> str:
    """Return words on one line without control characters; a letter that no font of ours has is shown as a box."""
    plain = _HARMFUL.sub(" ", _NAMED.sub("\u00a0", str(words))).strip()
    return plain if plain.isascii() else "".join(c if ord(c) in _widths(400) else "\u25a1" for c in plain)


@cache
def _widths(weight: int) -> dict[int, float]:
    """Return the width of each letter that our fonts have, as a multiple of their size."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    found = {}
    for name in (_FALLBACK, _OURS[weight]):
        tables: Any = TTFont(FONTS / name, lazy=True)
        size, across = tables["head"].unitsPerEm, tables["hmtx"].metrics
        found |= {code: across[letter][0] / size for code, letter in tables.getBestCmap().items()}
    return found


@cache
def advance(words: str, weight: int = 400) -> float:
    """Return the width of words as a multiple of the size of the letters."""
    known = _widths(weight)
    return sum(known.get(ord(c), 1.0) for c in words)


def measure(words: str, size: float, weight: int = 400) -> float:
    """Return the width of words in letters of this size, that of the longest line."""
    return max((advance(part, weight) for part in words.split("\n")), default=0.0) * size


def fit(words: object, room: float, size: float, weight: int = 400) -> str:
    """Return words cut to their room."""
    shown = clean(words)
    if measure(shown, size, weight) <= room:
        return shown
    low, high = 0, len(shown)
    while low < high:
        middle = (low + high + 1) // 2
        fits = measure(shown[:middle].rstrip() + "…", size, weight) <= room
        low, high = (middle, high) if fits else (low, middle - 1)
    return shown[:low].rstrip() + "…"


def wrap(words: object, room: float, size: float, lines: int = 2) -> str:
    """Return words broken into at most so many lines of their room, the last one cut."""
    shown, parts = clean(words), []
    while shown and len(parts) < lines - 1 and measure(shown, size) > room:
        cut = fit(shown, room, size)
        at = shown.rfind(" ", 0, len(cut))
        if at <= len(cut) // 3:
            break
        parts.append(shown[:at])
        shown = shown[at + 1 :]
    return "\n".join([*parts, fit(shown, room, size)])
