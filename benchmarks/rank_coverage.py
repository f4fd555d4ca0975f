"""How often the 95 % interval of a rank holds the true one, and how often people are told apart who do not differ, before and now.

    uv run python benchmarks/rank_coverage.py [--districts 40]

Each case is a kind of district: job groups of so many people with so many evaluations, of which chance lasts from one to the next
by so much (autocorrelation), and who truly differ by so much. `before` takes no account of what lasts and of what all quarters
share. Where nobody differs any order is as true as another: one is drawn. Groups without ranks have no interval to be wrong.
"""

import argparse
import math
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from queries import rank_estimate, rank_simulation
from queries.months import moved_by

NOISE = 5.0  # points, of an evaluation
FIRST = date(2024, 10, 1)
RULES = {
    "window_months": None, "evaluations_needed": 4, "people_needed": 3, "unreported_most_pct": 20.0,
    "usual_autocorrelation": 0.3, "usual_pairs": 30.0,
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A kind of district; `differ` is the spread of the true signals and `shared` what a quarter moves all, in points."""

    people: int
    periods: int
    lasting: float
    differ: float
    groups: int = 12
    shared: float = 0.0
    trend: float = 0.0
    late: bool = False  # half of a group has only the last four evaluations


CASES = {
    "20 people, 8 evaluations, as much between as within": Case(20, 8, 0, NOISE),
    "the same, chance lasts 0.6": Case(20, 8, 0.6, NOISE),
    "the same, chance lasts 0.6, one group alone": Case(20, 8, 0.6, NOISE, groups=1),
    "the same, chance lasts 0.3": Case(20, 8, 0.3, NOISE),
    "nobody differs": Case(20, 8, 0, 0),
    "nobody differs, one group alone": Case(20, 8, 0, 0, groups=1),
    "nobody differs, chance lasts 0.6": Case(20, 8, 0.6, 0),
    "nobody differs, chance lasts 0.6, one group alone": Case(20, 8, 0.6, 0, groups=1),
    "4 evaluations, little between": Case(20, 4, 0, NOISE / 3),
    "4 evaluations, little between, lasts 0.6": Case(20, 4, 0.6, NOISE / 3),
    "groups of 5": Case(5, 8, 0, NOISE),
    "groups of 5, lasts 0.6": Case(5, 8, 0.6, NOISE),
    "groups of 3": Case(3, 8, 0, NOISE),
    "groups of 3, lasts 0.6": Case(3, 8, 0.6, NOISE),
    "half came late, all improve 3 points a quarter": Case(16, 7, 0, NOISE, trend=3, late=True),
    "the same, lasts 0.6": Case(16, 7, 0.6, NOISE, trend=3, late=True),
    "quarters move all by 8 points": Case(20, 8, 0, NOISE, shared=8),
}


@dataclass
class Told:
    """Of groups: how many there were and were told apart; of people: whose interval holds, and who of the late are on top."""

    groups: int = 0
    apart: int = 0
    people: int = 0
    held: int = 0
    width: float = 0.0
    late_on_top: float = 0.0
    early_on_top: float = 0.0


def district(case: Case, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the true signals (groups x people) and the evaluations (groups x people x periods), nan before a person came."""
    true = random.normal(0, case.differ or 1e-9, (case.groups, case.people))
    noise = np.empty((case.groups, case.people, case.periods))
    noise[..., 0] = random.standard_normal(true.shape)
    for t in range(1, case.periods):
        step = random.standard_normal(true.shape)
        noise[..., t] = case.lasting * noise[..., t - 1] + math.sqrt(1 - case.lasting**2) * step
    shared = case.shared * random.standard_normal((case.groups, 1, case.periods)) + case.trend * np.arange(case.periods)
    values = 70 + true[..., None] + NOISE * noise + shared
    if case.late:
        values[:, case.people // 2 :, : case.periods - 4] = np.nan
    return true, values


def spoken(values: np.ndarray) -> pl.DataFrame:
    """Return evaluations as mart.accountability_spoken has them."""
    group, person, period = (part.ravel() for part in np.indices(values.shape))
    frame = pl.DataFrame({
        "employee_id": [f"{g:03d}-{p:03d}" for g, p in zip(group, person, strict=True)],
        "job_group": [f"{g:03d}" for g in group],
        "period": [moved_by(FIRST, 3 * int(t)) for t in period], "period_months": 3, "signal": values.ravel(),
    }).filter(pl.col("signal").is_not_nan())  # fmt: skip
    same = {f"signal_{name}": pl.col("signal") for name in ("compared", "lowest", "highest")}
    rules = [pl.lit(value, pl.Int64 if value is None else None).alias(name) for name, value in RULES.items()]
    return frame.with_columns(unreported_pct=pl.lit(0.0), is_skipped=pl.lit(value=False), **same).with_columns(rules)


def before(values: np.ndarray) -> tuple[bool, np.ndarray, np.ndarray]:
    """Return whether a group was told apart, its shrunken signals and their errors, by means of independent evaluations."""
    count = np.isfinite(values).sum(axis=1).astype(float)
    level = np.nanmean(values, axis=1)
    degrees = float((count - 1).sum())
    within = float(np.nansum((values - level[:, None]) ** 2)) / degrees
    common = float((count * level).sum() / count.sum())
    off = float((count * (level - common) ** 2).sum())
    between = rank_estimate.between_variance(off, within, len(level), count) or 0.0
    error2 = within / count
    mean = float((level / (error2 + between)).sum() / (1 / (error2 + between)).sum())
    share = error2 / (error2 + between)
    is_apart = rank_estimate.differ_beyond_chance(off, within, len(level), degrees)
    return is_apart, mean + (1 - share) * (level - mean), np.sqrt(error2 * (1 - share))


def tell(told: Told, case: Case, true: np.ndarray, is_apart: bool, found: rank_simulation.Ranks | None) -> None:
    """Take up what was said of a group whose people truly have these signals."""
    told.groups += 1
    if not is_apart or found is None:
        return
    told.apart += 1
    rank = 1 + (-true).argsort().argsort()
    told.people += case.people
    told.held += int(((found.lower <= rank) & (rank <= found.upper)).sum())
    told.width += float((found.upper - found.lower + 1).sum()) / case.people
    if case.late:
        half = case.people // 2
        told.early_on_top += float(found.top_quarter_pct[:half].mean())
        told.late_on_top += float(found.top_quarter_pct[half:].mean())


def tried(case: Case, districts: int) -> tuple[Told, Told]:
    """Return what was told before and now, of so many districts."""
    random = np.random.default_rng(20260701)
    old, new = Told(), Told()
    for _ in range(districts):
        true, values = district(case, random)
        frame = spoken(values)
        now = rank_estimate.estimate(frame, at=frame["period"].max())  # ty: ignore[invalid-argument-type]
        for (name,), people in now.sort("employee_id").group_by("job_group", maintain_order=True):
            g = int(str(name))
            is_apart, signals, errors = before(values[g])
            tell(old, case, true[g], is_apart, rank_simulation.simulate(signals, errors, 1, 2000) if is_apart else None)
            columns = (people[c].to_numpy() for c in ("place_signal", "place_error"))
            is_ranked = bool(people["is_ranked"].all())
            tell(new, case, true[g], is_ranked, rank_simulation.simulate(*columns, 1, 2000) if is_ranked else None)
    return old, new


def shown(told: Told, case: Case) -> str:
    """Return the share of groups told apart, of intervals that hold with their own 95 % interval, and how wide they are."""
    apart, apart_low, apart_high = share(told.apart, told.groups)
    words = f"{apart:6.3f} ({apart_low:.3f}-{apart_high:.3f})"
    if not told.people:
        return words + f"{'-':>23}{'-':>8}"
    held, low, high = share(told.held, told.people)
    words += f"{held:9.3f} ({low:.3f}-{high:.3f}){100 * told.width / told.apart / case.people:7.0f}%"
    return words + (
        f"  top quarter: early {told.early_on_top / told.apart:.0f} %, late {told.late_on_top / told.apart:.0f} %"
        if case.late
        else ""
    )


def share(count: int, of: int) -> tuple[float, float, float]:
    """Return a share with its 95 % interval (Wilson)."""
    z2, p = rank_estimate.NORMAL_95**2, count / of
    centre, half = (
        (p + z2 / 2 / of) / (1 + z2 / of),
        math.sqrt(z2 * (p * (1 - p) / of + z2 / 4 / of**2)) / (1 + z2 / of),
    )
    return p, max(0.0, centre - half), min(1.0, centre + half)


def main() -> None:
    """Print both methods for each case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--districts", type=int, default=40)
    given = parser.parse_args()
    print(f"{'':<52}{'':<8}{'told apart':<22}{'interval holds':>18}{'width':>10}")
    for name, case in CASES.items():
        old, new = tried(case, given.districts * (6 if case.groups == 1 else 1))
        print(f"{name:<52}before  {shown(old, case)}\n{'':<52}now     {shown(new, case)}", flush=True)


if __name__ == "__main__":
    main()
