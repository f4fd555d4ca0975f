"""What XmR charts do when nothing happens: the reference tables signal_surprise.csv and signal_alarms.csv, by simulation.

`python -m etl.statistics.false_alarms data/reference` writes both anew; a test holds them to the SQL of the charts.
"""

import sys
from pathlib import Path

import numpy as np
import polars as pl

# Lengths of the series: each up to a year of months, then wider apart, to five years; threshold signal_min_points is 6.
POINTS = (6, 7, 8, 9, 10, 11, 12, 14, 16, 20, 24, 30, 36, 48, 60)
# Chances whose statistic is told: 1, 2, 5 a power of ten, down to where the draws still hold twenty.
CHANCES = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 5e-3, 2e-3, 1e-3, 5e-4, 2e-4, 1e-4, 5e-5, 2e-5, 1e-5)
RUN_CHANCE = 0.005  # the last points together are a signal from here on, as shipped in threshold signal_run_chance; one of CHANCES
DRAWS = 2_000_000  # series a length: 20 beyond the smallest chance, so that it is known to a quarter (1 / sqrt(20))
SEED = 20261123  # any number: another moves the last digits of the tables
AT_ONCE = 100_000  # series drawn together: of 60 points 48 MB

# The method (Wheeler, Understanding Variation), as in queries/macros/xmr.sql: limits are three standard deviations of one point
# from the mean, in mean moving ranges 3 / d2 with d2 = 1.128 for two points; 3.267 is their D4, above which a range is dropped.
WIDTH, SCREEN, SIGMAS = 2.66, 3.267, 3
# The rules of NHS England, Making Data Count: a point outside; two of three in the outer third, on one side; seven on one side;
# seven that only rise or fall.
LONGEST_RUN = 7
# A slow drift is the slope of a year of points or more, in its standard errors. Weighed a little less than a run it costs a fall of 20 %
# in three months 1 chance in 100 of being seen, and 0.5 % a month over three years is seen in 74 of 100 cases instead of 34.
DRIFT_POINTS, DRIFT_WEIGHT = 12, 0.85
OUTER_THIRD = 2 / 3
LAST_POINTS, CLOSE_POINTS = 3, 2


def charts(series: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and half width of the limits (2.66 mean moving range, ranges >= 3.267 means dropped once), one a row."""
    ranges = np.abs(np.diff(series, axis=1))
    kept = np.where(ranges < SCREEN * ranges.mean(axis=1, keepdims=True), ranges, np.nan)
    return series.mean(axis=1), WIDTH * np.nanmean(kept, axis=1)


def statistic(series: np.ndarray) -> np.ndarray:
    """Return how far the last 1..7 points stand from the mean, or how steep the series is, the farthest, in standard errors.

    Negative where that heads to the other side of the mean than the newest alone stands on.
    """
    mean, half_width = charts(series)
    newest_first = np.cumsum((series - mean[:, None])[:, ::-1][:, :LONGEST_RUN], axis=1)
    sizes = np.sqrt(np.arange(1, newest_first.shape[1] + 1))
    runs = SIGMAS * newest_first / (half_width[:, None] * sizes)
    found = (
        np.column_stack([runs, DRIFT_WEIGHT * drift(series, half_width)]) if series.shape[1] >= DRIFT_POINTS else runs
    )
    highest, lowest = found.max(axis=1), found.min(axis=1)
    return np.maximum(highest, -lowest) * np.where(np.sign(highest + lowest) == np.sign(runs[:, 0]), 1, -1)


def drift(series: np.ndarray, half_width: np.ndarray) -> np.ndarray:
    """Return the slope of each row in its standard errors, half_width being three standard deviations of a point."""
    points = series.shape[1]
    places = np.arange(points) - (points - 1) / 2
    return SIGMAS * (series @ places) / (half_width * np.sqrt(points * (points**2 - 1) / 12))


def alarms(series: np.ndarray) -> np.ndarray:
    """Return for each row whether some rule for special causes holds at its last point."""
    mean, half_width = charts(series)
    gaps = (series - mean[:, None]) / half_width[:, None]
    side, outside = np.sign(gaps), np.abs(gaps) > 1
    close = ~outside & (np.abs(gaps) > OUTER_THIRD)
    last = slice(-LAST_POINTS, None)
    two_of_three = (
        close[:, -1] & (close[:, last].sum(axis=1) >= CLOSE_POINTS) & (np.abs(side[:, last].sum(axis=1)) == LAST_POINTS)
    )
    found = outside[:, -1] | two_of_three
    if series.shape[1] >= LONGEST_RUN:
        steps = np.sign(np.diff(series[:, -LONGEST_RUN:], axis=1)).sum(axis=1)
        found |= np.abs(side[:, -LONGEST_RUN:].sum(axis=1)) == LONGEST_RUN
        found |= np.abs(steps) == LONGEST_RUN - 1
    return found


def simulate(points: int, draws: int, seed: int) -> tuple[np.ndarray, float]:
    """Return the statistics of so many series of normal noise, and the share of them with an alarm at the last point.

    An alarm is a rule, or last points that together are as rare as RUN_CHANCE.
    """
    random = np.random.default_rng([seed, points])
    found, rang, left = [], [], draws
    while left:
        series = random.standard_normal((min(left, AT_ONCE), points))
        found.append(statistic(series))
        rang.append(alarms(series))
        left -= len(series)
    statistics = np.concatenate(found)
    sizes = np.abs(statistics)
    is_run = statistics >= np.quantile(sizes, 1 - RUN_CHANCE)
    return sizes, float((np.concatenate(rang) | is_run).mean())


def main(folder: Path, draws: int = DRAWS, seed: int = SEED) -> None:
    """Write the two reference tables."""
    surprise, rates = [], []
    for points in POINTS:
        found, rate = simulate(points, draws, seed)
        bounds = np.quantile(found, [1 - chance for chance in CHANCES])
        surprise += [(points, chance, round(float(bound), 4)) for chance, bound in zip(CHANCES, bounds, strict=True)]
        rates.append((points, round(rate, 5)))
    pl.DataFrame(surprise, ["points", "p_value", "statistic"], orient="row").write_csv(folder / "signal_surprise.csv")
    pl.DataFrame(rates, ["points", "alarm_rate"], orient="row").write_csv(folder / "signal_alarms.csv")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
