"""How long the marts of a large district take, mart by mart, and what they cost in memory and on disk.

    uv run python benchmarks/build_size.py [--employees 600] [--months 36] [--indicators 370] [--slowest 10]

The district is generated (rapor/sample/noise): monthly visits, indicators and evaluations, quarterly surveys. With the
defaults there are 600 employees x 36 monthly evaluations and about 800 series of visits, satisfaction and attainment.
"""

import argparse
import re
import resource
import tempfile
import time
from pathlib import Path
from typing import Any, cast

import duckdb

from etl.building import blank, build
from etl.folder import PRODUCT_REFERENCE
from rapor.sample import noise
from rapor.sample.district import MONTHS

_MART = re.compile(r'\s*create table mart\."?(\w+)')


class Timed:
    """A connection that notes how long each mart took: from the end of the one before, so with the Python of a step."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Begin to count."""
        self.seconds: dict[str, float] = {}
        self._connection = connection
        self._since = time.perf_counter()

    def execute(self, sql: str, *given: Any) -> Any:
        """Run a statement, and note the mart that it creates."""
        result = self._connection.execute(sql, *given)
        made = _MART.match(sql)
        now = time.perf_counter()
        if made:
            self.seconds[made[1]] = now - self._since
        self._since = now
        return result

    def __getattr__(self, name: str) -> Any:
        """Leave everything else to the connection."""
        return getattr(self._connection, name)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Fill a build, make its marts, and print what they took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--employees", type=int, default=600)
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--indicators", type=int, default=370)
    parser.add_argument("--slowest", type=int, default=10)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "size.duckdb"
        connection = duckdb.connect(path)
        blank.begin(connection, PRODUCT_REFERENCE)
        connection.execute("insert into unit by name select * exclude (aliases) from reference.units")
        # So that every month counts: the district's weights hold from 2025 on.
        connection.execute("update reference.accountability_weights set valid_from = 2020")
        noise.fill(
            connection, 1, employees=given.employees, months=given.months, indicators=given.indicators,
            reporting_months=1, evaluated_from=MONTHS[-given.months],
        )  # fmt: skip
        for table in ("visit", "response", "realisation", "evaluation", "evaluation_indicator"):
            print(f"{table:<32}{_rows(connection, table):>12,} rows")
        filled, began = _peak_mb(), time.perf_counter()
        timed = Timed(connection)
        build.make_marts(cast("duckdb.DuckDBPyConnection", timed))
        total = time.perf_counter() - began
        connection.execute("checkpoint")
        print(f"\n{'mart':<32}{'seconds':>12}{'rows':>12}")
        for name, seconds in sorted(timed.seconds.items(), key=lambda item: -item[1])[: given.slowest]:
            print(f"{name:<32}{seconds:>12.2f}{_rows(connection, f'mart.{name}'):>12,}")
        print(f"{f'all {len(timed.seconds)} marts':<32}{total:>12.2f}")
        print(f"series watched: {_series(connection):,}")
        connection.close()
        print(f"peak memory {_peak_mb():.0f} MB (facts alone {filled:.0f} MB), file {path.stat().st_size / 1e6:.1f} MB")


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return connection.execute(f"select count(*) from {table}").fetchall()[0][0]  # noqa: S608  names of our own


def _series(connection: duckdb.DuckDBPyConnection) -> int:
    return _rows(connection, "(select distinct measure, unit_id, item_id from mart.signal_point)")


if __name__ == "__main__":
    main()
