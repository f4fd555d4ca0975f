"""How what two reports say of one unit and period fits together: part by part, and totals beside what they sum up."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

TOTAL, ALL = "total", "="
Scope = tuple[str | None, date, int]  # unit, first day, months; of what has no period the year 1
Figure = tuple[float | None, str | None]  # a number, what is no number
Block = dict[str, Figure]  # by part: service and payer, indicator, employee


@dataclass(frozen=True)
class Replaced:
    """What a newer file replaced of an older one in one unit and period; `part` is None where it is all that the older one said."""

    kind: str
    file_id: str
    newer_file_id: str
    unit_id: str | None
    period: date | None
    period_months: int
    part: str | None
    changed: int
    before: float | None
    after: float | None
    is_other_form: bool


def coarse_apart(scope: Scope, parts: Mapping[str, tuple[str, Figure]], share: float) -> Iterator[Replaced]:
    """Yield what does not count because another file says the same more finely, or as a total that its parts do not make up."""
    standing = dict(parts)

    def out(part: str, by: str) -> Replaced:
        file_id, figure = standing.pop(part)
        return Replaced(
            "visit", file_id, standing[by][0], *scope, part, 1, figure[0], standing[by][1][0], is_other_form=True
        )

    for coarse in sorted(standing, key=lambda part: (-part.split("/").count(TOTAL), part)):
        if coarse not in standing or TOTAL not in coarse.split("/"):
            continue
        file_id, (figure, _) = standing[coarse]
        finer = [p for p, (other, _) in standing.items() if other != file_id and refines(p, coarse)]
        if not finer:
            continue
        total = sum_of(standing[p][1] for p in finer)
        if total is not None and total >= share * (figure or 0):
            yield out(coarse, finer[0])
        else:
            yield from [out(part, coarse) for part in sorted(finer)]
    by_service = [p for p in standing if p.endswith(f"/{TOTAL}") and p.split("/")[0] != TOTAL]
    by_payer = [p for p in standing if p.startswith(f"{TOTAL}/") and p.split("/")[1] != TOTAL]
    for part in sorted(by_payer):
        others = [p for p in by_service if standing[p][0] != standing[part][0]]
        if others:
            yield out(part, others[0])


def meet(parts: Iterable[str], block: Block) -> bool:
    """Tell whether two reports speak of something in common: the same part, or a total and its parts."""
    return any(p in block for p in parts) or any(refines(p, q) or refines(q, p) for p in parts for q in block)


def refines(part: str, coarse: str) -> bool:
    """Tell whether a part is one of those that a total sums up: `gigi/jkn_pbi` of `gigi/total` and of `total/total`."""
    if part == coarse or TOTAL not in coarse:
        return False
    pairs = list(zip(part.split("/"), coarse.split("/"), strict=False))
    return all(whole in (TOTAL, own) for own, whole in pairs)


def sum_of(figures: Iterable[Figure]) -> float | None:
    """Return the sum of the numbers that are known; None where none is."""
    known = [figure for figure, _ in figures if figure is not None]
    return sum(known) if known else None


def told(figures: Iterable[Figure], least: float) -> float | None:
    """Return the sum of counts of patients as a finding says it: a small one (under `least`) is the middle of what it can be."""
    middle = least // 2 + least % 2
    return sum_of((middle if figure and 0 < figure < least else figure, word) for figure, word in figures)
