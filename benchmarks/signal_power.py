"""What the signals of visits can see: shares of quiet and of fallen districts in which a page names something, by simulation.

    uv run python -m benchmarks.signal_power [--quiet 1000] [--fallen 300] [--seed 1] [--first 5] [--write FILE]

Districts of 36 months: centres of 600 patients a month, a season of 15 %, 6 % of a centre's own ups and downs, and the chance of
a count. Printed for one, two and three months after a fall is in how many districts the page of visits names what fell, each
with its 95 % interval (Wilson).
"""

import argparse
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

import queries
from benchmarks.false_headlines import begin
from etl.building import build
from queries.months import moved_by

MONTHS, SEASON, OWN, PATIENTS = 36, 0.15, 0.06, 600
FIRST = date(2022, 11, 1)  # so that the last months, August to October 2025, are in no known season
AFTER = (1, 2, 3)
AT_ONCE = 100  # districts that go through the marts together
MARTS = (
    *(
        "unit_line",
        "signal_gap",
        "signal_sum",
        "signal_series",
        "signal_base",
        "signal_season",
        "signal_freed",
        "signal_limit",
    ),
    *("signal_count", "signal_course", "signal_rule", "signal_point"),
)


@dataclass(frozen=True)
class Case:
    """A kind of district: how many centres, how many of them fall by which share, and whether one of the others is late."""

    name: str
    units: int = 20
    fallen: int = 0
    share: float = 0.0
    is_late: bool = False


QUIET = (Case("nothing, 20 units"), Case("nothing, 6 units", units=6))
FALLEN = (
    Case("-20 % of one of 20", fallen=1, share=0.2),
    Case("-10 % of one of 20", fallen=1, share=0.1),
    Case("-30 % of one of 20", fallen=1, share=0.3),
    Case("-20 % of 12 of 20", fallen=12, share=0.2),
    Case("-20 % of all, one late", fallen=20, share=0.2, is_late=True),
)


# What version 0.2 named in districts of the same kind, after 1, 2 and 3 months (5 to 20 districts a share).
BEFORE = {
    ("-20 % of one of 20", "the fall, unit"): (0.02, 0.11, 0.33),
    ("-10 % of one of 20", "the fall, unit"): (0.00, 0.01, 0.02),
    ("-30 % of one of 20", "the fall, unit"): (0.21, 0.67, 0.90),
    ("-20 % of 12 of 20", "any headline"): (0.6, 1.0, 0.4),
    ("-20 % of 12 of 20", "somebody praised"): (0.6, 0.8, 1.0),
    ("-20 % of all, one late", "the fall, district"): (0.0, 0.0, 0.0),
    ("nothing, 20 units", "any headline"): (0.05, 0.00, 0.05),
    ("nothing, 6 units", "any headline"): (0.80, 0.90, 0.35),
}


def opened() -> duckdb.DuckDBPyConnection:
    """Return a build without facts, its marts and macros made."""
    connection = duckdb.connect()
    begin(connection)
    connection.execute("delete from unit where kind <> 'district'")
    build.make_marts(connection)
    return connection


def visits(case: Case, after: int, random: np.random.Generator) -> pl.DataFrame:
    """Return the rows of mart.visit_series of a district in which the fall began `after` months before the end."""
    months = np.arange(MONTHS)
    season = 1 + SEASON * np.sin(2 * np.pi * months / 12)
    usual = PATIENTS * season * (1 + OWN * random.standard_normal((case.units, MONTHS)))
    usual[: case.fallen, MONTHS - after :] *= 1 - case.share
    counts = random.poisson(np.maximum(usual, 0)).astype(float)
    if case.is_late:
        counts[-1, MONTHS - after :] = np.nan
    return pl.DataFrame(
        {
            "unit_id": np.repeat([f"u{u:02}" for u in range(case.units)], MONTHS),
            "month": [moved_by(FIRST, int(m)) for m in months] * case.units,
            "patients": pl.Series(counts.ravel()).fill_nan(None).cast(pl.Int64),
        }
    )


def look(connection: duckdb.DuckDBPyConnection, districts: list[pl.DataFrame]) -> list[pl.DataFrame]:
    """Return the newest points of the page of visits (latest_signals) of each district with these visits.

    All go through the marts together, each as a measure of its own, by which every mart is parted, below an agency of its own.
    """
    names = [f"d{number:04}" for number in range(len(districts))]
    given = pl.concat(  # noqa: F841  read by DuckDB
        [
            rows.with_columns(unit_id=pl.lit(name + "-") + pl.col("unit_id"), parent_id=pl.lit(name))
            for name, rows in zip(names, districts, strict=True)
        ]
    )
    for statement in (
        "delete from unit where kind <> 'district'",
        "insert into unit (unit_id, name, short_name, kind, parent_id) select distinct parent_id, parent_id, parent_id, 'agency', "
        "(select unit_id from unit where kind = 'district') from given",
        "insert into unit (unit_id, name, short_name, kind, parent_id) select distinct unit_id, unit_id, unit_id, 'health_centre', "
        "parent_id from given",
        "create or replace table mart.visit_series as select * exclude (parent_id), null::varchar as service_id, "
        "null::varchar as payer_id, patients is not null as is_reported, false as is_provisional from given",
    ):
        connection.execute(statement)
    for table in ("signal_measures", "known_seasons"):
        connection.execute(f"delete from reference.{table} where measure like 'd%'")  # noqa: S608  names of our own
        connection.execute(
            f"insert into reference.{table} by name select * replace (parent_id as measure) from reference.{table} "  # noqa: S608
            "cross join (select distinct parent_id from given) where measure = 'visits'".replace(
                "*", "* exclude (parent_id)"
            )
        )
    for name in MARTS:
        connection.execute(f"create or replace table mart.{name} as {queries.load(f'marts/{name}').sql}")
        if name == "signal_series":
            connection.execute("update mart.signal_series set measure = split_part(unit_id, '-', 1)")
            connection.execute("delete from mart.signal_series where measure not like 'd%'")
    latest = connection.sql(
        "select of_page.* from (select distinct measure as name from mart.signal_point) as page, "
        "lateral (select * from latest_signals($last, page.name, null, null, page.name, null, null)) as of_page",
        params={"last": moved_by(FIRST, MONTHS - 1)},
    ).pl()
    pages = latest.with_columns(pl.col("unit_id").str.split("-").list.last()).partition_by("measure", as_dict=True)
    return [pages[(name,)] for name in names]


def interval(found: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson)."""
    z, share = 1.96, found / of
    middle, half = share + z * z / (2 * of), z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return (middle - half) / (1 + z * z / of), (middle + half) / (1 + z * z / of)


def _said(rows: pl.DataFrame, case: Case) -> dict[str, bool]:
    heads = rows.filter("is_headline")
    fell = [f"u{u:02}" for u in range(case.fallen)]
    sums = heads.filter("is_sum")
    return {
        "any headline": heads.height > 0,
        "the fall, unit": heads.filter(pl.col("unit_id").is_in(fell), signal="bad").height > 0,
        "the fall, district": sums.filter(signal="bad").height > 0,
        "somebody praised": heads.filter(pl.col("signal") == "good", ~pl.col("unit_id").is_in(fell)).height > 0,
    }


def run(
    cases: tuple[Case, ...], districts: int, seed: int, tell: Callable[[str], None] = print
) -> dict[tuple[str, int, str], tuple[int, int]]:
    """Return for each case, months after the fall and thing said in how many of how many districts it was; tells each."""
    found: dict[tuple[str, int, str], tuple[int, int]] = {}
    with opened() as connection:
        for number, case in enumerate(cases):
            for after in AFTER if case.fallen else AFTER[:1]:
                random = np.random.default_rng([seed, number, after])
                for start in range(0, districts, AT_ONCE):
                    drawn = [visits(case, after, random) for _ in range(min(AT_ONCE, districts - start))]
                    for rows in look(connection, drawn):
                        for what, is_so in _said(rows, case).items():
                            so, of = found.get((case.name, after, what), (0, 0))
                            found[case.name, after, what] = (so + is_so, of + 1)
                for what in ("any headline", "the fall, unit", "the fall, district", "somebody praised"):
                    so, of = found[case.name, after, what]
                    low, high = interval(so, of)
                    was = BEFORE.get((case.name, what))
                    before = f"  before {was[after - 1]:.2f}" if was else ""
                    tell(
                        f"{case.name:<26}{after:>2} months  {what:<20}{so / of:>7.3f}  ({low:.3f} to {high:.3f}, {of}){before}"
                    )
    return found


def write(found: dict[tuple[str, int, str], tuple[int, int]], cases: tuple[Case, ...], path: Path) -> None:
    """Write what a page says of itself: the shares of a fall of one unit and of any headline in quiet districts, by what was run."""
    rows = []
    for case in cases:
        what = "the fall, unit" if case.fallen else "any headline"
        for after in AFTER if case.fallen else AFTER[:1]:
            so, of = found[case.name, after, what]
            low, high = interval(so, of)
            months = after if case.fallen else 0
            rows.append((case.units, case.fallen, round(case.share * 100), months, so / of, low, high, of))
    columns = ["units", "fallen", "fall_pct", "months", "shown", "shown_lower", "shown_upper", "districts"]
    pl.DataFrame(rows, columns, orient="row").with_columns(pl.col("^shown.*$").round(3)).write_csv(path)


def main() -> None:
    """Print the shares of quiet and of fallen districts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quiet", type=int, default=1000)
    parser.add_argument("--fallen", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=len(FALLEN), help="so many kinds of fallen districts")
    parser.add_argument(
        "--write", type=Path, help="the reference table that pages read, of one unit of 20 and of quiet districts"
    )
    given = parser.parse_args()
    found = run(FALLEN[: given.first], given.fallen, given.seed) | run(QUIET, given.quiet, given.seed)
    if given.write:
        write(found, (*(case for case in FALLEN[: given.first] if case.fallen == 1), *QUIET), given.write)


if __name__ == "__main__":
    main()
