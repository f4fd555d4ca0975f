"""Series drawn by the build's own SQL, and the same charts worked out a second way, point by point."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from statistics import fmean

import duckdb
import polars as pl

import queries
from etl.building import blank
from etl.folder import PRODUCT_REFERENCE
from queries.months import moved_by

SCHEMA = {
    "measure": pl.String, "unit_id": pl.String, "item_id": pl.String, "period": pl.Date, "period_months": pl.Int64,
    "value": pl.Float64, "is_provisional": pl.Boolean, "is_sum": pl.Boolean, "target": pl.Float64,
    "is_slip": pl.Boolean, "is_rounded": pl.Boolean, "coverage": pl.Float64, "units_counted": pl.Int64, "units_expected": pl.Int64,
}  # fmt: skip

MARTS = (
    *("unit_line", "signal_base", "signal_season", "signal_freed", "signal_limit", "signal_count", "signal_course"),
    *("signal_rule", "signal_point"),
)


def connect() -> duckdb.DuckDBPyConnection:
    """Return a build without facts and marts, its macros made."""
    connection = duckdb.connect()
    blank.begin(connection, PRODUCT_REFERENCE)
    return connection


def month(index: int) -> date:
    """Return the month `index` months after January 2023."""
    return moved_by(date(2023, 1, 1), index)


def series(
    values: Sequence[float | None], *, unit: str = "a", measure: str = "attainment", item: str = "x", **more: object
) -> pl.DataFrame:
    """Return the rows of one watched series, a month each."""
    rows = [
        {"measure": measure, "unit_id": unit, "item_id": item, "period": month(i), "period_months": 1, "value": value,
         "is_provisional": False, "is_sum": False, "target": None, "is_slip": False, "is_rounded": False, "coverage": 1.0,
         "units_counted": None, "units_expected": None} | more
        for i, value in enumerate(values)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=SCHEMA)


def points(connection: duckdb.DuckDBPyConnection, *frames: pl.DataFrame) -> pl.DataFrame:
    """Return mart.signal_point of these series."""
    connection.register("given", pl.concat(frames))
    connection.execute("create or replace table mart.signal_series as select * from given")
    connection.unregister("given")
    for name in MARTS:
        connection.execute(f"create or replace table mart.{name} as {queries.load(f'marts/{name}').sql}")
    return connection.sql("select * from mart.signal_point order by measure, unit_id, item_id, period").pl()


def limits(values: Sequence[float]) -> tuple[float, float]:
    """Return mean and half width, ranges of 3.267 times their mean or more dropped once."""
    ranges = [abs(b - a) for a, b in pairwise(values)]
    kept = [r for r in ranges if r < 3.267 * fmean(ranges)]
    return fmean(values), 2.66 * fmean(kept if any(kept) else ranges)


def rules(values: Sequence[float]) -> list[str | None]:
    """Return for each point the first rule that it belongs to, by looking at every window of 7 and of 3 points."""
    mean, half = limits(values)
    tiny = 1e-9 * abs(mean)
    side = [0 if abs(v - mean) <= tiny else 1 if v > mean else -1 for v in values]
    outside = [abs(v - mean) > half + tiny for v in values]
    close = [not o and abs(v - mean) > half * 2 / 3 for o, v in zip(outside, values, strict=True)]
    heading: dict[int, int] = {}  # of the trend in which a point lies
    two, shift = set(), set()
    for start in range(len(values) - 6):
        window = range(start, start + 7)
        steps = {(values[i + 1] > values[i]) - (values[i + 1] < values[i]) for i in window[:-1]}
        if steps in ({1}, {-1}):
            heading |= dict.fromkeys(window[1:], steps.pop())
        shift |= set(window) if {side[i] for i in window} in ({1}, {-1}) else set()
    for i in [i for i in range(len(values) - 1) if i + 1 in heading and i not in heading]:
        heading[i] = (values[i + 1] > values[i]) - (values[i + 1] < values[i])
    for start in range(len(values) - 2):
        window = range(start, start + 3)
        if sum(close[i] for i in window) >= 2 and {side[i] for i in window} in ({1}, {-1}):
            two |= {i for i in window if close[i]}
    return [
        "outside" if outside[i] and heading.get(i, side[i]) == side[i] else "trend" if i in heading
        else "two_of_three" if i in two else "shift" if i in shift else None
        for i in range(len(values))
    ]  # fmt: skip
