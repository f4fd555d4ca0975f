"""Ranks of people whose signals are only known so well: drawn many times, then read off (Goldstein and Spiegelhalter 1996).

It stands beside the queries because both the build and the page that tries other weights draw, and must draw alike.
"""

import zlib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    import numpy as np

DRAWS = 10_000  # a share is then off by 0.5 points at most, as a standard error: 100 sqrt(0.5 * 0.5 / 10,000)
INTERVAL = (0.025, 0.975)  # 95 % of the draws, as Goldstein and Spiegelhalter draw it
MEDIAN = 0.5
QUARTERS = 4  # parts of a group, of which the highest and the lowest are told
# Where nobody's signal is in doubt, equal people are told apart by chance and not by their order; in spreads of the group. About
# a hundred times the rounding of single precision (1.2e-7), and far under any difference that counts.
_LEAST_ERROR = 1e-5
_SAME = 9  # digits at which two people are the same
_AT_ONCE = 500  # draws that fit into a processor's cache: of 60 people 120 kB; twice as fast as all of them
RANKS = pl.Schema(
    {
        "employee_id": pl.String,
        "job_group": pl.String,
        "window_end": pl.Date,
        "rank_median": pl.Int32,
        "rank_lower": pl.Int32,
        "rank_upper": pl.Int32,
        "top_quarter_pct": pl.Float64,
        "bottom_quarter_pct": pl.Float64,
    }
)


@dataclass(frozen=True, eq=False)
class Ranks:
    """An array each, one entry a person; rank 1 is the highest signal, the interval holds 95 % of the draws."""

    median: "np.ndarray"
    lower: "np.ndarray"
    upper: "np.ndarray"
    top_quarter_pct: "np.ndarray"
    bottom_quarter_pct: "np.ndarray"


def quarter(people: int) -> int:
    """Return how many people make a quarter: at most one in four, at least one."""
    return max(1, people // QUARTERS)


def seed(job_group: str, window_end: date) -> int:
    """Return the seed of a group's draws: its own, so that no other group or window has a part in the result."""
    return zlib.crc32(f"{job_group} {window_end:%Y-%m}".encode())


def simulate(signals: "np.ndarray", errors: "np.ndarray", seed: int, draws: int = DRAWS) -> Ranks:
    """Return the ranks of people whose signals are normal with these means and standard deviations, in points.

    The same seed gives the n-th person the same luck whatever the means, so that a higher signal never ranks lower.
    """
    import numpy as np  # noqa: PLC0415  a page that draws nothing does without it

    people = len(signals)
    if people == 0:
        none = np.zeros(0, dtype=np.int32)
        return Ranks(none, none, none, none.astype(float), none.astype(float))
    centre, scale = np.mean(signals), max(np.std(signals), np.max(errors)) or 1.0
    means = ((np.asarray(signals) - centre) / scale).astype(np.float32)
    spread = np.maximum(np.asarray(errors) / scale, _LEAST_ERROR).astype(np.float32)
    generator = np.random.default_rng(seed)
    places = np.zeros(people * people, dtype=np.int64)  # how often each person came at each place, a row a person
    for start in range(0, draws, _AT_ONCE):
        luck = generator.standard_normal((min(_AT_ONCE, draws - start), people), dtype=np.float32)
        order = np.argsort(-(means + spread * luck), axis=1)
        came = (order * people + np.arange(people)).ravel()
        if people <= len(luck):
            places += np.bincount(came, minlength=people * people)
        else:  # the table of a large group is far larger than what a batch says: only what was said is touched
            np.add.at(places, came, 1)
    # Who can't be told from each other by anything shares the places that luck gave them.
    _alike, who, size = np.unique(
        np.round(np.column_stack([signals, errors]), _SAME), axis=0, return_inverse=True, return_counts=True
    )
    who, together = who.ravel(), np.argsort(who.ravel(), kind="stable")
    shared = np.add.reduceat(places.reshape(people, people)[together], np.cumsum(size) - size, axis=0)
    share = np.cumsum(shared / size[:, None], axis=1) / draws  # a row for all that are alike

    def at(probability: float) -> np.ndarray:
        return (np.argmax(share >= probability - 1e-12, axis=1) + 1).astype(np.int32)[who]

    size_of_quarter = quarter(people)
    below = share[:, people - size_of_quarter - 1] if people > size_of_quarter else np.zeros(len(size))
    top = share[:, size_of_quarter - 1]
    return Ranks(at(MEDIAN), at(INTERVAL[0]), at(INTERVAL[1]), (100 * top)[who], (100 * (1 - below))[who])


def placed(signals: "np.ndarray", errors: "np.ndarray", best: "np.ndarray", is_open: "np.ndarray", seed: int) -> Ranks:
    """Return the ranks of people by the least that their signals could be; `best` is the most.

    Who left something unsaid (`is_open`) has no better place than the order of the signals gives: doubt draws all to the middle,
    and silence must gain nothing by it. Such an interval reaches from the best place of the most to the worst of the least.
    """
    import numpy as np  # noqa: PLC0415

    found = simulate(signals, errors, seed)
    if not is_open.any():
        return found
    order = 1 + (np.round(signals, _SAME)[None, :] > np.round(signals, _SAME)[:, None]).sum(axis=1)
    median = np.where(is_open, np.maximum(found.median, order), found.median).astype(np.int32)
    most = simulate(np.where(is_open, best, signals), errors, seed)
    lower = np.where(is_open, np.minimum(found.lower, most.lower), found.lower).astype(np.int32)
    return Ranks(median, lower, np.maximum(found.upper, median), found.top_quarter_pct, found.bottom_quarter_pct)


def rank(estimates: pl.DataFrame) -> pl.DataFrame:
    """Return the ranks of the people that can be ranked, one row an employee and window_end, in the columns RANKS.

    `estimates` has employee_id, job_group, window_end, is_ranked, is_bounded, and in points place_signal, place_error,
    best_signal. Each group and window is drawn by itself, its people in the order of their ids: other rows and their order change nothing.
    """
    kept = estimates.filter(pl.col("is_ranked") & pl.col("job_group").is_not_null()).sort("employee_id")
    parts = []
    for (group, window_end), people in kept.group_by("job_group", "window_end", maintain_order=True):
        signals, errors, best = (people[name].to_numpy() for name in ("place_signal", "place_error", "best_signal"))
        is_open = people["is_bounded"].to_numpy()
        found = placed(signals, errors, best, is_open, seed(str(group), window_end))
        columns = people.select("employee_id", "job_group", "window_end").with_columns(
            pl.Series("rank_median", found.median),
            pl.Series("rank_lower", found.lower),
            pl.Series("rank_upper", found.upper),
            pl.Series("top_quarter_pct", found.top_quarter_pct),
            pl.Series("bottom_quarter_pct", found.bottom_quarter_pct),
        )
        parts.append(columns.cast(RANKS))
    return pl.concat(parts) if parts else pl.DataFrame(schema=RANKS)
