"""What XmR charts do when nothing happens: the reference tables signal_surprise.csv and signal_alarms.csv, by simulation.

`python -m etl.statistics.false_alarms data/reference` writes both anew; a test holds them to the SQL of the charts.
"""

import sys
from pathlib import Path

import numpy as np
import polars as pl

POINTS = (6, 7, 8, 9, 10, 11, 12, 14, 16, 20, 24, 30, 36, 48, 60)
CHANCES = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 5e-3, 2e-3, 1e-3, 5e-4, 2e-4, 1e-4, 5e-5, 2e-5, 1e-5)
LONGEST_RUN = 7


def charts(series: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and half width of the limits (2.66 mean moving range, ranges >= 3.267 means dropped once), one a row."""
    ranges = np.abs(np.diff(series, axis=1))
    kept = np.where(ranges < 3.267 * ranges.mean(axis=1, keepdims=True), ranges, np.nan)
    return series.mean(axis=1), 2.66 * np.nanmean(kept, axis=1)


def statistic(series: np.ndarray) -> np.ndarray:
    """Return how far the last 1..7 points stand from the mean, the farthest of them, in standard errors of a mean of as many."""
    mean, half_width = charts(series)
    newest_first = np.cumsum((series - mean[:, None])[:, ::-1][:, :LONGEST_RUN], axis=1)
    sizes = np.sqrt(np.arange(1, newest_first.shape[1] + 1))
    return (3 * np.abs(newest_first) / (half_width[:, None] * sizes)).max(axis=1)


def alarms(series: np.ndarray) -> np.ndarray:
    """Return for each row whether some rule for special causes holds at its last point."""
    mean, half_width = charts(series)
    gaps = (series - mean[:, None]) / half_width[:, None]
    side, outside = np.sign(gaps), np.abs(gaps) > 1
    close = ~outside & (np.abs(gaps) > 2 / 3)
    last = slice(-3, None)
    two_of_three = close[:, -1] & (close[:, last].sum(axis=1) >= 2) & (np.abs(side[:, last].sum(axis=1)) == 3)
    found = outside[:, -1] | two_of_three
    if series.shape[1] >= LONGEST_RUN:
        steps = np.sign(np.diff(series[:, -LONGEST_RUN:], axis=1)).sum(axis=1)
        found |= np.abs(side[:, -LONGEST_RUN:].sum(axis=1)) == LONGEST_RUN
        found |= np.abs(steps) == LONGEST_RUN - 1
    return found


def simulate(points: int, draws: int, seed: int) -> tuple[np.ndarray, float]:
    """Return the statistics of so many series of normal noise, and the share of them with an alarm at the last point."""
    random = np.random.default_rng([seed, points])
    found, rang, left = [], 0, draws
    while left:
        series = random.standard_normal((min(left, 100_000), points))
        found.append(statistic(series))
        rang += int(alarms(series).sum())
        left -= len(series)
    return np.concatenate(found), rang / draws


def main(folder: Path, draws: int = 2_000_000, seed: int = 20261123) -> None:
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
