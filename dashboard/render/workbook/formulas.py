"""The formulas by which a column follows from others: as a spreadsheet writes them, and as they are worked out here.

A name stands for one or more of them, as an attainment has three by the polarity of its indicator: of these the one that
gives the figure of a cell holds in it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isclose


@dataclass(frozen=True)
class Formula:
    """`text` is the spreadsheet's: {0}, {1} are the cells, {total} the whole column of the first; `value` the figure.

    `value` takes the figures of the cells and the sum of the first column.
    """

    text: str
    value: Callable[..., float]


FORMULAS: dict[str, tuple[Formula, ...]] = {
    # value and target since January; more is better, less is better, less is better as a quotient
    "attainment": (
        Formula("={0}/{1}*100", lambda value, target, _all: value / target * 100),
        Formula("=(2*{1}-{0})/{1}*100", lambda value, target, _all: (2 * target - value) / target * 100),
        Formula("={1}/{0}*100", lambda value, target, _all: target / value * 100),
    ),
    "share": (Formula("={0}/SUM({total})*100", lambda part, all_: part / all_ * 100),),
    "quotient": (Formula("={0}/{1}*100", lambda part, of, _all: part / of * 100),),
    "remainder": (Formula("=({1}-{0})/{1}*100", lambda missing, of, _all: (of - missing) / of * 100),),
    "growth": (Formula("=({0}/{1}-1)*100", lambda now, then, _all: (now / then - 1) * 100),),
}  # each in percent


def explaining(name: str, parts: Sequence[float], total: float, given: float) -> Formula | None:
    """Return the formula of that name which gives the figure from its parts; None where none does."""
    for formula in FORMULAS[name]:
        try:
            found = formula.value(*parts, total)
        except ZeroDivisionError:
            continue
        if isclose(found, given, rel_tol=1e-9, abs_tol=1e-9):
            return formula
    return None
