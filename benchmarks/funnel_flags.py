"""How often a funnel calls a unit that is as the others are, and how often one that is not, by simulation through queries/macros.

    uv run python benchmarks/funnel_flags.py [--districts 60] [--seed 1]

Districts of 20 units of 30 to 600 cases about 85 %; units differ by chance alone, or beside it with a deviation of 0.05 or 0.15 on
the arcsine scale; in each the first unit is then put 15 and 30 points down. Printed are shares beyond the 99.8 % limits, each with its
95 % interval (Wilson), and what the funnels before had on the same kind of draws: Wilson's limits, the judged unit among the others.
"""

import argparse

import duckdb
import numpy as np
import polars as pl

from benchmarks.signal_power import interval
from etl.building import blank
from etl.folder import PRODUCT_REFERENCE

UNITS, SMALLEST, LARGEST, SHARE = 20, 30, 600, 0.85
DOWN = (0.0, 0.15, 0.30)
# spread -> shares called of the units that are as the others, and of one 15 and 30 points down (300 districts, version 0.2)
BEFORE = {0.0: (0.0007, 0.84, 0.98), 0.05: (0.0035, 0.29, 0.96), 0.15: (0.0063, 0.02, 0.11)}


def called(connection: duckdb.DuckDBPyConnection, counts: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Return of each unit whether it lies beyond the 99.8 % limits."""
    given_rows = pl.DataFrame({"unit_id": range(len(sizes)), "x": counts, "n": sizes})
    connection.register("given_rows", given_rows)
    sql = "select standing from funnel('given_rows', 'proportion', 1, 'higher', 0) where part = 'unit' order by unit_id"
    return np.array([row[0].startswith("far_") for row in connection.sql(sql).fetchall()])


def run(districts: int, seed: int) -> None:
    """Print the shares of each spread."""
    connection = duckdb.connect()
    blank.begin(connection, PRODUCT_REFERENCE)
    for number, (spread, before) in enumerate(BEFORE.items()):
        random, found = np.random.default_rng([seed, number]), dict.fromkeys(DOWN, 0)
        for _ in range(districts):
            sizes = random.integers(SMALLEST, LARGEST, UNITS)
            shares = np.sin(np.clip(np.arcsin(SHARE**0.5) + spread * random.standard_normal(UNITS), 0, np.pi / 2)) ** 2
            counts = random.binomial(sizes, shares)
            for down in DOWN:
                counts[0] = random.binomial(sizes[0], max(shares[0] - down, 0.01))
                is_called = called(connection, counts, sizes)
                found[down] += int(is_called[0] if down else is_called.sum())
        for down, was in zip(DOWN, before, strict=True):
            of = districts if down else districts * UNITS
            low, high = interval(found[down], of)
            what = f"one {down:.0%} down" if down else "as the others"
            print(
                f"spread {spread:<5} {what:<14} before {was:<7} now {found[down] / of:.4f} ({low:.4f} to {high:.4f}, {of})",
                flush=True,
            )


def main() -> None:
    """Print how often a funnel calls whom."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--districts", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    run(given.districts, given.seed)


if __name__ == "__main__":
    main()
