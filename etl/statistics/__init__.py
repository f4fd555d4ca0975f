"""Marts that SQL can't make well, from marts that it can: simulation and forecast.

A step reads one mart and makes another; the build runs it between them. Frames in, frames out, the same input the same output.
"""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from queries import rank_estimate, rank_simulation


@dataclass(frozen=True)
class Step:
    """How `mart.<name>` comes from `mart.<reads>`: `make` is pure, gives its columns also for no rows, and draws with a fixed seed."""

    name: str
    reads: str
    make: Callable[[pl.DataFrame], pl.DataFrame]


def _forecast(path: pl.DataFrame) -> pl.DataFrame:
    from etl.statistics.forecast import attainment_forecast  # noqa: PLC0415  brings NumPy

    return attainment_forecast(path)


STEPS: tuple[Step, ...] = (
    Step("accountability_estimate", "accountability_spoken", rank_estimate.estimate),
    Step("accountability_rank", "accountability_estimate", rank_simulation.rank),
    Step("attainment_forecast", "attainment_path", _forecast),
)
