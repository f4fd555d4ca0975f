"""A column of values: what its headings say of it, and which columns total others or only part them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from etl.reading.periods import NO_PERIOD, Period
from etl.recognising.source import Source


@dataclass(frozen=True)
class Value:
    """A column of values: which measure it is and, where headings say so, of which period, service, payer and unit.

    `details` say which part of that figure it is (men, women); `span` marks a sum since January: `before` this month or `to_date`.
    `group` is the payer that a heading above names for several: JKN over PBI and Non-PBI.
    """

    index: int
    measure: str
    heading: str
    period: Period = NO_PERIOD
    service: str | None = None
    payer: str | None = None
    unit: str | None = None
    details: frozenset[tuple[str, str]] = frozenset()
    span: str | None = None
    group: str | None = None

    @property
    def coordinates(self) -> tuple[Period, str | None, str | None, str | None]:
        """Return what the headings above the column say, apart from the measure and the detail."""
        return (self.period, self.service, self.payer, self.unit)


def without_lone_details(values: Sequence[Value], source: Source) -> tuple[list[Value], list[tuple[int, str]]]:
    """Part off the columns that are only a part of their figure: the one word of its group, with no other part beside it.

    A part that may stand for the whole (`Rawat jalan` alone) is declared as neutral too, and is the figure.
    """
    kept, lone = [], []
    stated = {(v.measure, v.coordinates, v.span, v.details) for v in values}
    words: dict[tuple, set[tuple[str, str]]] = defaultdict(set)
    for value in values:
        for group, word in value.details:
            words[(value.measure, value.coordinates, value.span, group)].add((group, word))
    for value in values:
        single = {
            (group, word)
            for group, word in value.details
            if len(words[(value.measure, value.coordinates, value.span, group)]) == 1
        }
        whole = value.details - single
        if not single:
            kept.append(value)
        elif all(word in source.neutral for _, word in single) and (
            (value.measure, value.coordinates, value.span, whole) not in stated
        ):
            kept.append(replace(value, details=whole))
        else:
            lone.append((value.index, value.heading))
    return kept, lone


def arranged(values: Sequence[Value]) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
    """Part the finest columns from those that total them, and from those that split the same figure in another way.

    A column totals others where these say the same and more: `Jumlah` beside services, `Umum` over its payers. Two ways to split
    one figure (services and payers side by side) would count it twice: the services stay.
    """
    is_by_month = any(v.period.month and v.period.length_months() == 1 for v in values)
    groups = {(v.period, v.service, v.unit, v.group) for v in values if v.group}
    plain_values = [
        v
        for v in values
        if not v.span
        and not (is_by_month and v.period and v.period.length_months() > 1)
        and (v.period, v.service, v.unit, v.payer) not in groups
    ]
    masks: dict[tuple[bool, ...], set[tuple]] = defaultdict(set)
    for value in plain_values:
        masks[tuple(map(bool, value.coordinates))].add(value.coordinates)
    covered: dict[tuple[bool, ...], set[tuple]] = defaultdict(set)
    for mask, found in masks.items():
        for coarser in masks:
            if coarser != mask and all(m or not c for m, c in zip(mask, coarser, strict=True)):
                covered[coarser] |= {_projected(coordinates, coarser) for coordinates in found}
    finest = [v for v in plain_values if v.coordinates not in covered[tuple(map(bool, v.coordinates))]]
    kept: list[tuple[bool, ...]] = []
    for mask in sorted(
        {tuple(map(bool, v.coordinates)) for v in finest}, key=lambda m: (m[1], sum(m), m), reverse=True
    ):
        own = {v.coordinates for v in finest if tuple(map(bool, v.coordinates)) == mask}
        if not any(
            _overlap(own, {v.coordinates for v in finest if tuple(map(bool, v.coordinates)) == other}) for other in kept
        ):
            kept.append(mask)
    stays = {id(v) for v in finest if tuple(map(bool, v.coordinates)) in kept}
    return tuple(v for v in values if id(v) in stays), tuple(v for v in values if id(v) not in stays)


def _projected(coordinates: tuple, mask: tuple[bool, ...]) -> tuple:
    return tuple(
        c if m else (NO_PERIOD if n == 0 else None) for n, (c, m) in enumerate(zip(coordinates, mask, strict=True))
    )


def _overlap(some: set[tuple], others: set[tuple]) -> bool:
    """Tell whether columns of two kinds may count the same patients: nothing that both say differs."""
    some_mask, other_mask = (tuple(map(bool, next(iter(found)))) for found in (some, others))
    common = tuple(a and b for a, b in zip(some_mask, other_mask, strict=True))
    return not {_projected(c, common) for c in some}.isdisjoint({_projected(c, common) for c in others})


def covers(total: Value, value: Value) -> bool:
    """Tell whether a column totals another: what it says, the other says too, and more."""
    if total.coordinates == value.coordinates:
        return False
    pairs = [(total.service, value.service), (total.unit, value.unit)]
    is_payer = not total.payer or total.payer in (value.payer, value.group)
    return _covers_period(total.period, value.period) and is_payer and all(not t or t == v for t, v in pairs)


def _covers_period(whole: Period, part: Period) -> bool:
    if not whole or whole == part:
        return True
    if not part or (whole.year and part.year and whole.year != part.year):
        return False
    first = whole.month or 1
    return part.month is not None and first <= part.month < first + whole.length_months()
