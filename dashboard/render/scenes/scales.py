"""How far axes reach, and where their ticks stand: decided once for every medium."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from math import floor, gcd, log10

from dashboard.render import marks
from dashboard.render.scenes.scene import Axis, Kind, Tick
from dashboard.words import text
from queries.months import between, starts

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
WHOLE = (1.0, 2.0, 5.0, 10.0)


def steps(low: float, high: float, most: int = 5, *, whole: bool = False) -> list[float]:
    """Return round figures from the last one at or below low up to high; whole numbers alone for things that are counted.

    `most` steps lie between low and high: an axis begins at the first, as offices count the ticks of theirs from its end.
    """
    rough = ((high - low) or abs(high) or 1.0) / most
    size = 10.0 ** floor(log10(rough))
    step = next(s * size for s in (WHOLE if whole else STEPS) if s * size >= rough * (1 - 1e-9))
    step = max(step, 1.0) if whole else step
    first, last = floor(low / step + 1e-9), floor(high / step + 1e-9)
    return [round(n * step, 12) for n in range(first, last + 1)]


def places(values: Sequence[float]) -> int:
    """Return how many decimals tell these figures apart."""
    return next((n for n in range(4) if all(abs(v - round(v, n)) < 1e-9 for v in values)), 3)


def value(
    low: float, high: float, unit: str, *, most: int = 5, whole: bool = False, is_ruled: bool = True, name: str = ""
) -> Axis:
    """Return an axis of figures from a tick at or below low to high, its ticks as a reader of the language writes them."""
    found = steps(low, high, most, whole=whole)
    digits = places(found)
    write = text.pct if unit.strip().startswith("%") else text.number
    ticks = tuple(Tick(at, write(at, digits)) for at in found)
    return Axis("value", found[0], high, ticks, is_ruled=is_ruled, name=name)


def logarithm(low: float, high: float, name: str) -> Axis:
    """Return a logarithmic axis with ticks at 1, 2 and 5 of each decade."""
    found = [step * 10.0**n for n in range(10) for step in (1, 2, 5) if low <= step * 10**n <= high]
    return Axis("logarithm", low, high, tuple(Tick(at, text.number(at)) for at in found), name=name)


def every(days: Sequence[date]) -> list[date]:
    """Return every period from the first to the last at the step of the nearest two, so that a gap is as wide as it is long."""
    unique = sorted(set(days))
    if len(unique) < 2 or any(day.day != 1 for day in unique):
        return unique
    return starts(unique[0], unique[-1], gcd(*(between(a, b) for a, b in pairwise(unique))))


def time(days: Sequence[date], low: float, high: float) -> Axis:
    """Return a time axis with a tick a period: the word of the period, and on a second line its year where it changes."""
    when, ticks, year = marks.period_name(days), [], None
    for day in sorted(set(days)):
        word, _space, number = when(day).rpartition(" ")
        ticks.append(Tick(day.toordinal(), f"{word}\n{number}" if day.year != year else word))
        year = day.year
    return Axis("time", low, high, tuple(ticks))


def periods(axis: Axis) -> list[str]:
    """Return the name of each period of a time axis with its year."""
    found, year = [], ""
    for tick in axis.ticks:
        word, _line, number = tick.words.partition("\n")
        year = number or year
        found.append(f"{word} {year}".strip())
    return found


def thinned(axis: Axis, most: int) -> tuple[Tick, ...]:
    """Return at most so many ticks of a time axis, the last among them, each new year written."""
    step = max(1, -(-len(axis.ticks) // max(most, 1)))
    chosen, found, year, written = set(range(len(axis.ticks))[::-1][::step]), [], "", ""
    for n, tick in enumerate(axis.ticks):
        word, _line, number = tick.words.partition("\n")
        year = number or year
        if n in chosen:
            found.append(Tick(tick.at, f"{word}\n{year}" if year and year != written else word, tick.url))
            written = year
    return tuple(found)


def rows(ticks: Sequence[Tick], kind: Kind = "rows") -> Axis:
    """Return an axis of names, half a row before the first to half a row after the last."""
    return Axis(kind, -0.5, max(len(ticks), 1) - 0.5, tuple(ticks))


def nearest(at: Sequence[float]) -> float:
    """Return how near the nearest two of some places lie; 30 (days) where there are fewer than two."""
    unique = sorted(set(at))
    return min((b - a for a, b in pairwise(unique)), default=30.0)
