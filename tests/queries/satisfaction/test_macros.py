"""The definitions behind the satisfaction figures, at the edges of their tables."""

from pathlib import Path

import duckdb
import pytest

from etl.building import blank

REFERENCE = Path(__file__).parents[3] / "data" / "reference"


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    blank.begin(connection, REFERENCE)
    return connection


def _one(connection: duckdb.DuckDBPyConnection, expression: str) -> object:
    return connection.sql(f"select {expression}").fetchall()[0][0]


@pytest.mark.parametrize(
    ("index", "grade"),
    [
        (100, "A"),
        (88.31, "A"),
        (88.305, "A"),  # rounds to 88.31
        (88.304, "B"),  # 88.30, the top of B
        (76.605, "B"),  # between 76.60 and 76.61: rounds up
        (76.604, "C"),
        (65, "C"),
        (64.995, "C"),  # between 64.99 and 65.00: rounds up, although the nearest double lies below
        (64.994, "D"),
        (25, "D"),
        (24.99, None),  # cannot come from answers 1 to 4
        (None, None),
    ],
)
def test_no_index_falls_into_the_gaps_of_the_grade_table(connection, index, grade) -> None:
    value = "null" if index is None else f"{index}::double"
    assert _one(connection, f"satisfaction_grade({value}, 2026)") == grade


def test_the_grades_of_a_year_are_those_in_force_in_it(connection) -> None:
    # 82 is A after KepmenPAN 25/2004 (from 81.26) and B after PermenPANRB 14/2017 (from 76.61).
    assert _one(connection, "satisfaction_grade(82.0, 2016)") == "A"
    assert _one(connection, "satisfaction_grade(82.0, 2017)") == "B"


@pytest.mark.parametrize(
    ("served", "respondents"),
    [
        (1, 1),  # the smallest tabled population is 10, and nobody can ask more than were served
        (9, 9),
        (10, 10),
        (50, 44),
        (200, 132),
        (1000, 278),
        (999_999, 384),
        (1_000_000, 384),
        (5_000_000, 384),  # beyond the table its last line
        (0, None),
        (None, None),
    ],
)
def test_the_required_sample_is_that_of_the_next_larger_population(connection, served, respondents) -> None:
    assert _one(connection, f"sample_required({'null' if served is None else served})") == respondents


@pytest.mark.parametrize(
    ("df", "t"), [(5, 2.570582), (9, 2.262157), (29, 2.045230), (1000, 1.962339), (3, 3.182446), (1, 12.706205)]
)
def test_the_interval_uses_students_t(connection, df, t) -> None:
    # Exact values from tables of Student's t: four decimals up to 30 degrees, the expansion above.
    assert _one(connection, f"t_975({df})") == pytest.approx(t, abs=6e-5)
