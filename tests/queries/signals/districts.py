"""Small districts of visits as a build has them, from one list of monthly figures a unit and service."""

import atexit
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import polars as pl

import queries
from etl.building import blank, order
from etl.folder import PRODUCT_REFERENCE
from queries.months import moved_by

Figures = Mapping[
    tuple[str, str], Sequence[float | None]
]  # unit and service -> patients from November 2022 on, None: no row

ASKED = queries.load("signals/latest").sql
STAY_EMPTY = tuple(
    f"mart.{name}"
    for name in ("attainment_", "realisation_", "satisfaction_element", "satisfaction_respondent", "satisfaction_score")
)


def month(index: int) -> date:
    """Return the month `index` months after November 2022: 24 months end in October 2024, in no known season."""
    return moved_by(date(2022, 11, 1), index)


@cache
def _empty() -> Path:
    """Return a build without facts: its macros, and the marts of indicators and surveys, which stay empty here, are made."""
    path = Path(tempfile.mkdtemp(prefix="rapor-district-")) / "empty.duckdb"
    atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
    with duckdb.connect(path) as connection:
        blank.begin(connection, PRODUCT_REFERENCE)
        for part in order.ordered(ASKED):
            if part.name.startswith(STAY_EMPTY):
                connection.execute(part.sql)
    return path


def district(figures: Figures, silent: Sequence[str] = ()) -> duckdb.DuckDBPyConnection:
    """Return the build of a district of these units and of `silent` ones, expected and never heard of; findings of visits made."""
    connection = duckdb.connect()
    connection.execute(f"attach '{_empty()}' as empty (read_only)")
    connection.execute("set threads = 1")  # as a build is made
    connection.execute("copy from database empty to memory")
    connection.execute("detach empty")
    connection.execute(
        "insert into unit (unit_id, name, short_name, kind) values ('kab', 'Kabupaten', 'Kab.', 'district')"
    )
    units = [*dict.fromkeys(unit for unit, _ in figures), *silent]
    for unit in units:
        connection.execute(
            "insert into unit (unit_id, name, short_name, kind, parent_id) values ($u, $u, $u, 'health_centre', 'kab')",
            {"u": unit},
        )
    months = max(map(len, figures.values()))
    rows = [(u, month(i), s, int(v)) for (u, s), line in figures.items() for i, v in enumerate(line) if v is not None]
    visits = pl.DataFrame(rows, ["unit_id", "month", "service_id", "patients"], orient="row")  # noqa: F841  read by DuckDB
    connection.execute("insert into visit by name select *, 'total' as payer_id, 'f' as file_id from visits")
    expected = [(u, month(i)) for u in units for i in range(months)]
    due = pl.DataFrame(expected, ["unit_id", "period"], orient="row")  # noqa: F841  read by DuckDB
    connection.execute(
        "insert into load.expected_report by name select *, 'visit' as report_kind, 1 as period_months, "
        "'on_time' as status, false as is_corrected, 1 as versions from due"
    )
    connection.execute(
        "insert into load.build by name select 'b' as build_id, $last as built_at, $last + interval 2 month as as_of, "
        "'Kab.' as district, true as is_sample, $first as first_month, $last as last_month, 'b' as fingerprint",
        {"first": month(0), "last": month(months - 1)},
    )
    for name in ("outlier", "stale_copy", "service_closed"):
        connection.execute(
            "insert into load.finding by name select code, 'attention' as severity, unit_id, period, file_id, sheet, row, '' as message, "
            f"'' as message_en, '' as mend, '' as mend_en from ({queries.load(f'findings/{name}').sql})"
        )
    for part in order.ordered(ASKED):
        if not part.name.startswith(STAY_EMPTY):
            connection.execute(part.sql)
    return connection


def latest(connection: duckdb.DuckDBPyConnection, until: date, **chosen: object) -> dict[tuple[str, str], dict]:
    """Return the newest points of a page by unit and item ('all' for all services): rows of signals/latest."""
    rows = queries.load("signals/latest").run(connection, period_to=until, **chosen)
    return {(row["unit_id"], row["item_id"]): row for row in rows.to_dicts()}


def points(connection: duckdb.DuckDBPyConnection, unit: str, item: str = "all") -> pl.DataFrame:
    """Return the points of one series of visits."""
    query = "select * from mart.signal_point where unit_id = $unit and item_id = $item order by period"
    return connection.sql(query, params={"unit": unit, "item": item}).pl()
