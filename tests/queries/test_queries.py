"""Each folder tests/queries/<area>/<name>/ is a case of the query queries/<area>/<name>.sql (or of the mart marts/<name>).

It holds the input rows, one CSV a table (`visit.csv`, `load.build.csv`, `reference.services.csv` replaces that reference table),
`parameters.toml` (dates as TOML dates) and `expected.csv`: the columns named there, in the order of the rows there.
Lines that begin with `#` are comments: the arithmetic behind the expected figures stands in them.
A folder `<name>@<case>` is one more case of the same query.
"""

import io
import tomllib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import queries
from etl.building import blank, build

HERE = Path(__file__).parent
REFERENCE = HERE.parents[1] / "data" / "reference"
CASES = sorted(path.parent for path in HERE.glob("*/*/expected.csv"))


def _csv(path: Path) -> pl.DataFrame:
    lines = [
        line for line in path.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")
    ]
    return pl.read_csv(io.StringIO("\n".join(lines)), infer_schema=False)


def _typed(texts: pl.Series, dtype: pl.DataType) -> pl.Series:
    if dtype == pl.Date:
        return texts.str.to_date()
    return texts == "true" if dtype == pl.Boolean else texts.cast(dtype)


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: pl.DataFrame) -> None:
    columns = ", ".join(f'"{name}"' for name in rows.columns)
    if table.startswith("reference."):
        connection.execute(f"delete from {table}")
    connection.register("input_rows", rows)
    connection.execute(f"insert into {table} ({columns}) select {columns} from input_rows")
    connection.unregister("input_rows")


@pytest.fixture(scope="module")
def empty() -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a build with its reference tables, macros and empty tables of facts."""
    with duckdb.connect() as opened:
        blank.begin(opened, REFERENCE)
        yield opened


@pytest.fixture
def connection(empty: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """Return an empty build whose rows and marts are taken back after the test."""
    empty.execute("begin")
    yield empty
    empty.execute("rollback")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.relative_to(HERE).as_posix())
def test_the_query_gives_the_rows_worked_out_by_hand(connection: duckdb.DuckDBPyConnection, case: Path) -> None:
    for path in sorted(case.glob("*.csv")):
        if path.stem != "expected":
            _insert(connection, path.stem, _csv(path))
    parameters_file = case / "parameters.toml"
    parameters = tomllib.loads(parameters_file.read_text(encoding="utf-8")) if parameters_file.is_file() else {}
    name = case.relative_to(HERE).as_posix().split("@")[0]
    is_mart = name.startswith("marts/")
    build.make_marts(connection, f"from mart.{name.split('/')[1]}" if is_mart else queries.load(name).sql)
    if is_mart:
        found = connection.sql(f"select * from mart.{name.split('/')[1]} order by all").pl()
    else:
        found = queries.load(name).run(connection, **parameters)
    expected = _csv(case / "expected.csv")
    assert set(expected.columns) <= set(found.columns), found.columns
    expected = expected.select(_typed(expected[column], found.schema[column]) for column in expected.columns)
    assert_frame_equal(found.select(expected.columns), expected, check_exact=False, abs_tol=1e-6)
