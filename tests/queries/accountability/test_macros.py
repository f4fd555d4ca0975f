"""The definitions that the accountability signal stands on, where a case of a query would say too little."""

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


@pytest.mark.parametrize(
    ("lower", "upper", "mean", "tier"),
    [
        (66.0, 70.0, 65.0, "above"),
        (60.0, 64.0, 65.0, "below"),
        (64.0, 66.0, 65.0, "comparable"),
        # where nobody varies an interval has no width; a mean that differs in the fourteenth digit is the same mean
        (79.05, 79.05, 79.05000000000003, "comparable"),
        (79.05000000000003, 79.05000000000003, 79.05, "comparable"),
    ],
)
def test_a_tier_is_not_decided_by_the_last_digits(
    connection, lower: float, upper: float, mean: float, tier: str
) -> None:
    assert value(connection, f"tier_of(true, true, {lower!r}::double, {upper!r}::double, {mean!r}::double)") == tier


def test_without_ranks_nobody_stands_out_and_without_enough_evaluations_nobody_is_ranked(connection) -> None:
    assert value(connection, "tier_of(true, false, 90, 95, 80)") == "comparable"
    assert value(connection, "tier_of(false, false, null, null, 80)") == "unranked"
    assert value(connection, "tier_of(null, null, null, null, null)") == "unranked"


@pytest.mark.parametrize(
    ("tier", "is_bounded", "is_low", "best", "expected"),
    [
        ("below", False, True, "below", "below"),  # nothing unsaid: what is low is low
        ("below", True, True, "below", "below"),  # low even if all that is unsaid were well done
        ("below", True, True, "comparable", "open"),
        ("comparable", True, True, None, "open"),  # no ranks in the group: the own least alone is low
        ("comparable", True, False, "comparable", "comparable"),
        ("above", True, False, "above", "above"),  # high at the least
    ],
)
def test_silence_is_neither_a_proof_nor_a_way_out(
    connection, tier: str, is_bounded: bool, is_low: bool, best: str | None, expected: str
) -> None:
    said = "null" if best is None else f"'{best}'"
    assert value(connection, f"bounded_tier('{tier}', {is_bounded}, {is_low}, {said})") == expected


@pytest.mark.parametrize(
    ("holders", "others", "is_due"), [(3, 4, True), (2, 3, False), (2, 2, True), (1, 1, False), (0, 0, False)]
)
def test_a_list_of_a_group_takes_nearly_all_of_two_others_at_least(
    connection, holders: int, others: int, is_due: bool
) -> None:
    assert value(connection, f"is_group_indicator({holders}, {others})") is is_due


@pytest.mark.parametrize(
    ("trial", "component", "weight"),
    [
        ("null", "result", 50),
        ("'result:40,timeliness:30'", "result", 40),
        ("'result:40,timeliness:30'", "timeliness", 30),
        ("'result:40,timeliness:30'", "evidence", 0),
        ("'myresult:40'", "result", 0),
        ("'result:12.5'", "result", 12.5),
    ],
)
def test_a_trial_names_the_weights_that_count(connection, trial: str, component: str, weight: float) -> None:
    assert value(connection, f"tried_weight({trial}, '{component}', 50.0)") == weight


@pytest.mark.parametrize(("rating", "score"), [("'below'", 0), ("'meets'", 50), ("'above'", 100), ("null", None)])
def test_a_rating_is_scored_by_the_reference_table(connection, rating: str, score: float | None) -> None:
    assert value(connection, f"rating_score({rating})") == score


def test_a_threshold_that_is_missing_is_an_error_and_not_a_number(connection) -> None:
    with pytest.raises(duckdb.Error, match='baris "tidak_ada" tidak ada'):
        value(connection, "threshold('tidak_ada')")
