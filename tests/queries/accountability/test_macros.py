"""The definitions that the accountability signal stands on, where a case of a query would say too little."""

from pathlib import Path

import duckdb
import numpy as np
import pytest
from scipy import stats

import queries
from etl.building import build

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
    ("y", "s2", "mu", "tau2"), [(90, 4, 80, 16), (62.5, 9, 80, 0.25), (80, 1, 80, 30), (99, 25, 70, 2)]
)
def test_shrinkage_is_the_published_formula(connection, y: float, s2: float, mu: float, tau2: float) -> None:
    # theta = (y/s2 + mu/tau2) / (1/s2 + 1/tau2); the first: (90/4 + 80/16) / (1/4 + 1/16) = 27.5 / 0.3125 = 88.
    theta = (y / s2 + mu / tau2) / (1 / s2 + 1 / tau2)
    assert value(connection, f"shrunken_mean({y}::double, {s2}, {mu}, {tau2}::double)") == pytest.approx(theta)
    error = (1 / (1 / s2 + 1 / tau2)) ** 0.5
    assert value(connection, f"shrunken_error({s2}::double, {tau2}::double)") == pytest.approx(error)
    assert theta == pytest.approx(88) or y != 90


def test_without_spread_the_group_speaks_and_without_error_the_person(connection) -> None:
    assert value(connection, "shrunken_mean(90.0, 4.0, 80.0, 0.0)") == 80
    assert value(connection, "shrunken_mean(90.0, 0.0, 80.0, 16.0)") == 90
    assert value(connection, "shrunken_mean(80.0, 0.0, 80.0, 0.0)") == 80
    assert value(connection, "shrunken_error(0.0, 0.0)") == 0


def test_the_spread_is_that_of_dersimonian_and_laird(connection) -> None:
    # Six people with 4 to 8 periods; within 20: w = n / 20, Q = sum w (y - ybar)^2, C = sum w - sum w^2 / sum w.
    means, periods, within = np.array([90.0, 84, 79, 95, 70, 88]), np.array([4.0, 8, 5, 6, 4, 7]), 20.0
    w = periods / within
    centre = (w * means).sum() / w.sum()
    q, c = (w * (means - centre) ** 2).sum(), w.sum() - (w**2).sum() / w.sum()
    expected = (q - 5) / c
    squares = (periods * (means - centre) ** 2).sum()
    said = f"{squares}::double, {within}, 6, {periods.sum()}, {(periods**2).sum()}"
    assert value(connection, f"between_variance({said})") == pytest.approx(expected)
    # Less between people than chance alone gives: no spread, never a negative one. One person alone has none at all.
    assert value(connection, f"between_variance(90.0, {within}, 6, 34.0, 206.0)") == 0
    assert value(connection, f"between_variance(0.0, {within}, 1, 4.0, 16.0)") is None


@pytest.mark.parametrize(("people", "degrees"), [(3, 9), (4, 14), (12, 70), (60, 360), (160, 500)])
def test_people_differ_where_the_exact_f_test_says_so(connection, people: int, degrees: int) -> None:
    # The approximation of Paulson puts the 95 % point within 2 % of the exact one.
    point = stats.f.ppf(0.95, people - 1, degrees)
    for factor, expected in ((1.02, True), (0.98, False)):
        squares = float(point * factor * (people - 1) * 20)
        assert value(connection, f"differ_beyond_chance({squares!r}::double, 20.0, {people}, {degrees})") is expected


def test_where_nobody_varies_any_difference_is_one(connection) -> None:
    assert value(connection, "differ_beyond_chance(0.0, 0.0, 4, 12)") is False
    assert value(connection, "differ_beyond_chance(3.0, 0.0, 4, 12)") is True
    assert value(connection, "differ_beyond_chance(3.0, null, 1, 0)") is False


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
