"""The definitions that attainment stands on, where a case of a query would say too little."""

from pathlib import Path

import duckdb
import pytest

from etl.building import blank

REFERENCE = Path(__file__).parents[3] / "data" / "reference"


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    """Return an empty build with its macros."""
    opened = duckdb.connect()
    blank.begin(opened, REFERENCE)
    return opened


def value(connection: duckdb.DuckDBPyConnection, expression: str) -> object:
    """Return what an expression is worth."""
    return connection.sql(f"select {expression}").fetchall()[0][0]


def test_the_wilson_interval_is_the_published_one(connection: duckdb.DuckDBPyConnection) -> None:
    # Newcombe 1998 (Statistics in Medicine 17), table I, method 3: 81 of 263 is 0.2553 to 0.3662; 0 of 20 is 0 to 0.1611.
    assert value(connection, "wilson_lower(81, 263, 1.959964)") == pytest.approx(0.2553, abs=5e-5)
    assert value(connection, "wilson_upper(81, 263, 1.959964)") == pytest.approx(0.3662, abs=5e-5)
    assert value(connection, "wilson_lower(0, 20, 1.959964)") == pytest.approx(0, abs=1e-12)
    assert value(connection, "wilson_upper(0, 20, 1.959964)") == pytest.approx(0.1611, abs=5e-5)
    assert value(connection, "wilson_upper(20, 20, 1.959964)") == pytest.approx(1)
    assert value(connection, "wilson_lower(0, 0, 1.959964)") is None
    assert value(connection, "wilson_upper(0, 0, 1.959964)") is None


@pytest.mark.parametrize(
    ("pct", "band"),
    [("91", 1), ("90.996", 1), ("90.994", 2), ("76", 2), ("66", 3), ("51", 4), ("50.99", 5), ("-8", 5), ("null", None)],
)
def test_an_attainment_falls_into_the_band_that_it_is_shown_in(
    connection: duckdb.DuckDBPyConnection, pct: str, band: int | None
) -> None:
    # Permendagri 86/2017: 91, 76, 66, 51 and more, after rounding to two decimals.
    assert value(connection, f"attainment_band({pct}, 2026)") == band


@pytest.mark.parametrize(
    ("unit", "factor"),
    [("%", 100), ("Persen", 100), ("per 1.000 penduduk", 1000), ("per 100.000 KH", 100000), ("orang", 1), ("", 1)],
)
def test_a_quotient_is_multiplied_by_what_its_unit_says(
    connection: duckdb.DuckDBPyConnection, unit: str, factor: float
) -> None:
    assert value(connection, f"ratio_factor('{unit}')") == factor


def test_a_register_that_goes_round_in_a_circle_ends(connection: duckdb.DuckDBPyConnection) -> None:
    cursor = connection.cursor()
    cursor.execute("begin")
    cursor.execute(
        "insert into unit (unit_id, name, short_name, kind, parent_id)"
        " values ('a', 'A', 'A', 'agency', 'b'), ('b', 'B', 'B', 'agency', 'a')"
    )
    found = cursor.sql("select distinct ancestor_id from unit_ancestors() where unit_id = 'a' order by 1").fetchall()
    cursor.execute("rollback")
    assert found == [("a",), ("b",)]


def test_a_viewer_of_some_units_sees_only_those_of_an_agency(connection: duckdb.DuckDBPyConnection) -> None:
    cursor = connection.cursor()
    cursor.execute("begin")
    cursor.execute(
        "insert into unit (unit_id, name, short_name, kind, parent_id) values ('d', 'D', 'D', 'agency', null),"
        " ('x', 'X', 'X', 'health_centre', 'd'), ('y', 'Y', 'Y', 'health_centre', 'd')"
    )
    seen = [
        cursor.sql(f"select unit_id from unit where in_scope(unit_id, {scope}) order by 1").fetchall()
        for scope in ("null, null, null", "'d', null, ['y']", "null, 'x', ['y']", "'d', 'x', null")
    ]
    cursor.execute("rollback")
    assert seen == [[("d",), ("x",), ("y",)], [("y",)], [], [("x",)]]
