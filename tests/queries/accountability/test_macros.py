"""The definitions that the accountability signal stands on, where a case of a query would say too little."""

from pathlib import Path

import duckdb
import pytest

import queries
from etl import build

REFERENCE = Path(__file__).parents[3] / "data" / "reference"


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    """Return an empty build with its macros."""
    opened = duckdb.connect()
    build.create_tables(opened, REFERENCE)
    for path in sorted((queries.ROOT / "macros").glob("*.sql")):
        opened.execute(path.read_text(encoding="utf-8"))
    return opened


def value(connection: duckdb.DuckDBPyConnection, expression: str) -> object:
    """Return what an expression is worth."""
    return connection.sql(f"select {expression}").fetchall()[0][0]


@pytest.mark.parametrize(
    ("lower", "upper", "mean", "tier"),
    [
        (66.0, 70.0, 65.0, "above"),
        (60.0, 64.0, 65.0, "below"),
        (64.0, 66.0, 65.0, "comparable"),
        # four equal signals have an interval without width; a mean that differs in the fourteenth digit is the same mean
        (79.05, 79.05, 79.05000000000003, "comparable"),
        (79.05000000000003, 79.05000000000003, 79.05, "comparable"),
    ],
)
def test_a_tier_is_not_decided_by_the_last_digits(
    connection, lower: float, upper: float, mean: float, tier: str
) -> None:
    assert value(connection, f"tier_of(4, 4, {lower!r}::double, {upper!r}::double, {mean!r}::double)") == tier


@pytest.mark.parametrize(("rating", "score"), [("'below'", 0), ("'meets'", 50), ("'above'", 100), ("null", None)])
def test_a_rating_is_scored_by_the_reference_table(connection, rating: str, score: float | None) -> None:
    assert value(connection, f"rating_score({rating})") == score


def test_a_threshold_that_is_missing_is_an_error_and_not_a_number(connection) -> None:
    with pytest.raises(duckdb.Error, match='baris "tidak_ada" tidak ada'):
        value(connection, "threshold('tidak_ada')")
