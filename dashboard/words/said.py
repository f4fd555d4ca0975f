"""Words that remember the figures in them, so that a sentence can be held against what it was made from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from string import Formatter
from typing import Literal, Self

Role = Literal["value", "change", "period"]  # change: a difference to something else; period: which time is meant


@dataclass(frozen=True)
class Figure:
    """A figure as it stands in a sentence: `name` says where in its text, `printed` how, `value` and `unit` what it is.

    `digits` are the decimals that were printed, of a number; a period is the month in which it begins.
    """

    name: str
    printed: str
    value: float | date
    unit: str = ""
    digits: int = 0
    role: Role = "value"


class Said(str):
    """A text with the figures that stand in it, in their order."""

    figures: tuple[Figure, ...]

    def __new__(cls, words: str, figures: Iterable[Figure] = ()) -> Self:
        """Return the words with these figures."""
        said = super().__new__(cls, words)
        said.figures = tuple(figures)
        return said

    def __add__(self, other: str) -> "Said":
        """Return both texts with the figures of both."""
        return Said(str(self) + str(other), (*self.figures, *figures_of(other)))

    def __radd__(self, other: str) -> "Said":
        """Return both texts with the figures of both."""
        return Said(str(other) + str(self), (*figures_of(other), *self.figures))

    def rstrip(self, chars: str | None = None, /) -> "Said":
        """Return the text without these characters at its end, with its figures."""
        return Said(str(self).rstrip(chars), self.figures)


def figures_of(words: object) -> tuple[Figure, ...]:
    """Return the figures of a text, none where it remembers none."""
    return words.figures if isinstance(words, Said) else ()


def filled(template: str, values: Mapping[str, object]) -> Said:
    """Return the text with its values put in; each of their figures is called after its place, in the order of the text."""
    places = [name for _literal, name, _spec, _conversion in Formatter().parse(template) if name]
    figures = [
        replace(figure, name=".".join(part for part in (name, figure.name) if part))
        for name in dict.fromkeys(places)
        for figure in figures_of(values.get(name))
    ]
    return Said(template.format(**values), figures)


def joined(parts: Iterable[str], between: str) -> Said:
    """Return texts one after the other, with the figures of all."""
    every = list(parts)
    return Said(between.join(every), (figure for part in every for figure in figures_of(part)))
