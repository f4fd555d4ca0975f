"""Every query x a viewer of some units: nothing of a unit, a person, a file or an indicator outside of them comes back.

Two ways of looking: no word of what comes back names what is outside, and the same comes back of a build that lacks all that is
outside, so that no figure is made of it. A query that is new is walked as it is; what it may do otherwise is said here with its reason.
"""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import queries
from queries import builds
from tests import effort
from tests.sights import Sight

# Folders whose queries no viewer's question reaches: they make a build, or hold two of them against each other for all.
MAKES_BUILDS = {
    "rollups", "macros", "marts", "functions", "findings", "checks", "versions", "figures", "comparing", "preview",
}  # fmt: skip
NAMES_OF_TABLES = "values of a reference table, the same for everybody"
RULES = "what the district has set, the same for everybody"
# Queries that take no units, and why that tells nothing of one.
WHOLE = {
    "overview/units_of": "the register's tree, from which a viewer's units themselves come; no viewer's question asks it",
    "accountability/held_by_few": "who is not to be told by his position; what masks names reads it, and gives none of it on",
    "overview/services": NAMES_OF_TABLES,
    "overview/job_groups": NAMES_OF_TABLES,
    "overview/kecamatan": NAMES_OF_TABLES,
    "overview/payers": NAMES_OF_TABLES,
    "explore/names": NAMES_OF_TABLES,
    "forms/choices": NAMES_OF_TABLES,
    "attainment/rules": RULES,
    "attainment/bands": RULES,
    "accountability/weights": RULES,
    "messages/clock": RULES,
    "satisfaction/grades": RULES,
    "trace/definition": RULES,
    "visits/calendar": "days of the calendar",
    "signals/power": "a simulation that benchmarks/signal_power.py wrote, of no unit",
    "attainment/backtest": "how far forecasts of all series together were off, by quarters ahead: of no unit",
}
# Queries of which a figure is made of others' figures too, and why it tells none of them.
BESIDE = {
    "accountability/ranking": "how many others can't be told apart, counted over the whole group; they are not named",
    "accountability/person_history": "the mean of a job group over the district, left out where one or two are out of sight",
    "accountability/person_neighbours": "how many others can't be told apart, counted over the whole group; they are not named",
    "accountability/trial": "people out of sight stand in it without name or unit, for ranks are drawn among all; access.in_sight",
}
QUERIES = [name for name in queries.names() if name.split("/")[0] not in MAKES_BUILDS]
SCOPES = (
    "pupr",
    "pkm-mengupeh",
    "",
    *(("dinkes",) if effort.of(0, 1) else ()),
)  # an agency, a unit, nobody; an agency with units
USUAL = {"period_from": date(2026, 1, 1), "period_to": date(2026, 10, 1), "month": date(2026, 9, 1)}


def _cut(build: Path, target: Path, units: list[str]) -> duckdb.DuckDBPyConnection:
    """Return a copy of a build without any row of a unit, person or file that is outside; words of the registers stay."""
    shutil.copy(build, target)
    cut = duckdb.connect(str(target))
    cut.execute("set threads = 1")
    cut.execute("create temp table inside as select unnest($units::varchar[]) as unit_id", {"units": units})
    cut.execute("create temp table people as from employee select employee_id where unit_id in (from inside)")
    cut.execute(
        "create temp table files as from mart.quality_file select file_id where unit_ids = [] or list_has_any(unit_ids, $units)",
        {"units": units},
    )
    held = cut.execute(
        "select c.schema_name, c.table_name, list(c.column_name) from duckdb_columns() c join duckdb_tables() t"
        " using (database_name, schema_name, table_name) where not t.temporary and c.schema_name in ('main', 'mart', 'load')"
        " and c.table_name not in ('unit', 'indicator') group by all"
    ).fetchall()
    for schema, table, columns in held:
        for column, inside in (
            ("unit_id", "inside"), ("owner_unit_id", "inside"), ("employee_id", "people"), ("file_id", "files"),
        ):  # fmt: skip
            if column in columns:
                cut.execute(
                    f'delete from "{schema}"."{table}" where {column} is not null and {column} not in (from {inside})'
                )
                break
    return cut


@pytest.fixture(scope="module", params=SCOPES, ids=lambda unit: unit or "nobody")
def seen(
    request: pytest.FixtureRequest, sample_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Sight, duckdb.DuckDBPyConnection]]:
    """Return what somebody sees of the sample build, and the build without the rest."""
    build = builds.current(sample_data)
    assert build is not None
    with duckdb.connect(str(build), read_only=True) as whole:
        whole.execute("set threads = 1")
        rows = (
            queries.load("overview/units_of").run(whole, unit=request.param)
            if request.param
            else pl.DataFrame({"unit_id": []})
        )
        units = rows["unit_id"].to_list()
        with _cut(build, tmp_path_factory.mktemp("cut") / "cut.duckdb", units) as cut:
            yield Sight(whole, units), cut


def _asked(query: queries.Query, sight: Sight) -> Iterator[dict[str, object]]:
    """Give the questions that a query is tried with: the usual one, and one for each thing outside and inside that it may be asked of."""
    usual: dict[str, object] = {**USUAL, "units": sight.units}
    yield usual
    of = {
        "agency": ("from unit select unit_id where kind = 'agency'"),
        "unit": ("from unit select unit_id where kind <> 'agency'"),
        "employee": ("from employee select employee_id order by employee_id"),
        "indicator": ("from indicator select indicator_id order by indicator_id"),
        "kecamatan": ("from reference.kecamatan select kecamatan_code"),
        "job_group": ("from reference.job_groups select job_group"),
        "report_kind": ("from reference.report_kinds select report_kind"),
    }
    for key in [name for name in of if name in query.parameters]:
        values = sight.rows(of[key])
        inside, outside = ([v for v in values if (v in sight.outside) is out] for out in (False, True))
        yield usual | {key: (outside or inside)[-1]}
        if key in ("employee", "indicator", "job_group") and outside and inside:
            yield usual | {key: inside[0]}


def _run(query: queries.Query, connection: duckdb.DuckDBPyConnection, asked: dict[str, object]) -> pl.DataFrame:
    return query.run(connection.cursor(), **{name: asked.get(name) for name in query.parameters})


def test_every_query_takes_units_or_says_why_not() -> None:
    without = {name for name in QUERIES if "units" not in queries.load(name).parameters}
    assert without == set(WHOLE)
    assert set(BESIDE) <= set(QUERIES)


@pytest.mark.parametrize("name", [name for name in QUERIES if name not in WHOLE])
def test_nothing_outside_of_the_units_comes_back(seen: tuple[Sight, duckdb.DuckDBPyConnection], name: str) -> None:
    query, (sight, cut) = queries.load(name), seen
    for number, asked in enumerate(_asked(query, sight)):
        found = _run(query, sight.whole, asked)
        texts = {
            str(value)
            for column in found.get_columns()
            if column.dtype == pl.String or column.dtype.is_nested()
            for value in column.unique().to_list()
            if value is not None
        }
        assert not texts & sight.outside, asked
        assert not sight.named(" ".join(texts)), asked
        if number == 0 and name not in BESIDE:
            assert_frame_equal(found, _run(query, cut, asked))
