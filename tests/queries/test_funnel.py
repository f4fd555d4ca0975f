"""Intervals and funnel limits against a second method: exact tails of scipy, simulation, and published numbers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import queries
from etl.building import build
from tests.effort import tries

REFERENCE = Path(__file__).parents[2] / "data" / "reference"
LEVELS = ((1.96, 0.025), (3.09, 0.001))


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    build.create_tables(connection, REFERENCE)
    for path in sorted((queries.ROOT / "macros").glob("*.sql")):
        connection.execute(path.read_text(encoding="utf-8"))
    return connection


def _row(connection: duckdb.DuckDBPyConnection, expressions: str) -> tuple[Any, ...]:
    return connection.sql(f"select {expressions}").fetchall()[0]


def _funnel(
    connection: duckdb.DuckDBPyConnection,
    counts: Sequence[float | None],
    sizes: Sequence[float],
    kind: str,
    smallest: float = 0,
    polarity: str = "higher",
) -> list[dict[str, Any]]:
    rows = ", ".join(
        f"({i}, {'null' if x is None else x}, {n})" for i, (x, n) in enumerate(zip(counts, sizes, strict=True))
    )
    sql = f"""
        with given_rows(unit_id, x, n) as (values {rows})
        select * from funnel('given_rows', '{kind}', 1, '{polarity}', {smallest}) order by part desc, unit_id, n
    """
    return connection.sql(sql).pl().to_dicts()


def _units(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["part"] == "unit"]


def test_published_intervals_of_a_count_and_a_proportion(connection) -> None:
    # PHEindicatormethods: byars_lower(100) = 81.36210549052788; wilson(100, 10000) in % = 0.82293361, 1.21469823
    z = stats.norm.ppf(0.975)
    assert _row(connection, f"byar_lower(100, {z})")[0] == pytest.approx(81.36210549052788, rel=1e-12)
    wilson = _row(connection, f"100 * wilson_lower(100, 10000, {z}), 100 * wilson_upper(100, 10000, {z})")
    assert wilson == pytest.approx((0.8229336148148417, 1.2146982255114647), rel=1e-12)


def test_published_funnel_limits_of_a_large_unit(connection) -> None:
    # PHEindicatormethods, testdata_funnel_prop_outputs.csv: overall 80.642448 %, n = 110000 (score limits, which Wilson's
    # approach as n grows: the two differ by z2 (1 - 2p) / 2n = 0.001 points at 95 % and 0.0027 at 99.8 %)
    found = _row(
        connection,
        ", ".join(
            f"100 * funnel_{s}('proportion', 0.80642448, 110000, {z})" for z in (1.96, 3.09) for s in ("lower", "upper")
        ),
    )
    assert found == pytest.approx((80.408963, 80.875933, 80.274317, 81.010578), abs=0.003)


@pytest.mark.parametrize("x", range(10))
def test_counts_below_ten_have_the_exact_interval(connection, x) -> None:
    # Garwood 1936: lower chi2(0.025; 2x) / 2, upper chi2(0.975; 2x + 2) / 2
    exact = (stats.chi2.ppf(0.025, 2 * x) / 2 if x else 0.0, stats.chi2.ppf(0.975, 2 * x + 2) / 2)
    assert _row(connection, f"count_lower_95({x}), count_upper_95({x})") == pytest.approx(exact, abs=5.1e-5)


@pytest.mark.parametrize("x", [10, 11, 25, 100, 1000, 50000])
def test_byar_is_near_the_exact_interval(connection, x) -> None:
    exact = (stats.chi2.ppf(0.025, 2 * x) / 2, stats.chi2.ppf(0.975, 2 * x + 2) / 2)
    assert _row(connection, f"count_lower_95({x}), count_upper_95({x})") == pytest.approx(exact, rel=0.002)


@pytest.mark.parametrize(("z", "tail"), LEVELS)
def test_no_limit_calls_more_units_than_its_share_by_the_exact_distribution(connection, z, tail) -> None:
    # Every n and p of a grid: the chance of a count beyond the limit, exactly, against 2.5 % or 0.1 %.
    grid = [
        (n, p) for n in (10, 13, 20, 35, 50, 80, 150, 400, 2000) for p in (0.03, 0.1, 0.3, 0.5, 0.8, 0.9, 0.95, 0.99)
    ]
    values = ", ".join(f"({n}, {p})" for n, p in grid)
    sql = f"select n * funnel_lower('proportion', p, n, {z}), n * funnel_upper('proportion', p, n, {z}) from (values {values}) t(n, p)"
    worst = 0.0
    for (n, p), (lower, upper) in zip(grid, connection.sql(sql).fetchall(), strict=True):
        below = stats.binom.cdf(np.ceil(lower - 1e-9) - 1, n, p)
        above = stats.binom.sf(np.floor(upper + 1e-9), n, p)
        worst = max(worst, below, above)
    assert worst <= tail * 1.1
    means = (10, 12.5, 20, 40, 90, 300, 5000)
    values = ", ".join(f"({m})" for m in means)
    limits = ", ".join(f"100 * funnel_{side}('rate', m / 100.0, 100, {z})" for side in ("lower", "upper"))
    sql = f"select {limits} from (values {values}) t(m)"
    for mean, (lower, upper) in zip(means, connection.sql(sql).fetchall(), strict=True):
        below = stats.poisson.cdf(np.ceil(lower - 1e-9) - 1, mean)
        above = stats.poisson.sf(np.floor(upper + 1e-9), mean)
        assert max(below, above) <= tail * 1.1, mean


def test_a_perfect_small_unit_is_no_finding(connection) -> None:
    # 20 of 20 where the overall figure is 90 % happens with the chance 0.9 ** 20 = 12 %; Wilson alone would stop at 97.2 %.
    assert _row(connection, "funnel_upper('proportion', 0.9, 20, 1.96), wilson_upper(18, 20, 1.96) < 0.99") == (
        1.0,
        True,
    )


def test_dispersion_by_hand(connection) -> None:
    # Ten units of n = 100, rate 1 overall, so s = 1 / 20 and z = 20 * (sqrt(x / 100) - 1). Five of 81 and five of 121 give
    # sqrt = 0.9 and 1.1, z = -2 and 2 about sqrt(1.01) = 1.00498756: z = -2.0997512 and 1.9002488.
    # Winsorising changes nothing (the 10 % points are the same values): phi = (2.0997512^2 + 1.9002488^2) / 2 / 0.678655 =
    # 4.0099504 / 0.678655 = 5.9086729. w = 400 each: tau2 = (10 * 5.9086729 - 9) / (4000 - 10 * 160000 / 4000) =
    # 50.086729 / 3600 = 0.013912980.
    rows = _units(_funnel(connection, [81, 121] * 5, [100] * 10, "rate"))
    assert rows[0]["phi"] == pytest.approx(5.9086729, abs=1e-6)
    assert rows[0]["tau2"] == pytest.approx(0.013912980, abs=1e-8)
    # limits (1.00498756 -+ 1.96 * sqrt(0.0025 + 0.013912980))^2 = (1.00498756 -+ 0.25110178)^2 = 0.56834377, 1.57776044
    assert (rows[0]["lower_95"], rows[0]["upper_95"]) == pytest.approx((0.56834377, 1.57776044), abs=1e-6)
    assert {row["standing"] for row in rows} == {"within"}


def test_winsorising_keeps_one_outlier_from_hiding_itself(connection) -> None:
    # Nine units at 100 and one at 400: the 90 % point of z caps the outlier, so it is still far outside.
    rows = _units(_funnel(connection, [100, 98, 102, 95, 105, 99, 101, 103, 97, 104, 96, 100, 400], [100] * 13, "rate"))
    assert rows[-1]["standing"] == "far_above"
    assert sum(row["standing"] in {"far_above", "far_below"} for row in rows) == 1


@pytest.mark.by_turns(2)
@pytest.mark.parametrize("kind", ["proportion", "rate"])
def test_noise_is_called_no_more_often_than_said(connection, kind) -> None:
    # 30 districts of 20 units that differ by chance alone: beyond 95 % at most 5 %, beyond 99.8 % at most 0.2 % (and a margin).
    random = np.random.default_rng(20261123)
    outside = far = 0
    for _ in range(30):
        sizes = random.integers(30, 600, 20)
        counts = random.binomial(sizes, 0.85) if kind == "proportion" else random.poisson(sizes * 0.4)
        found = [row["standing"] for row in _units(_funnel(connection, counts.tolist(), sizes.tolist(), kind))]
        outside += sum(s != "within" for s in found)
        far += sum(s.startswith("far") for s in found)
    assert outside <= 0.06 * 600
    assert far <= 0.005 * 600


def test_winsorising_takes_away_what_the_constant_gives_back(connection) -> None:
    # The same expectation by numerical integration over the normal density.
    edge = stats.norm.ppf(0.9)
    by_integration = stats.norm.expect(lambda z: np.clip(z, -edge, edge) ** 2, lb=-12, ub=12)
    assert _row(connection, "winsorised_variance()")[0] == pytest.approx(by_integration, abs=1e-6)


def test_ordinary_spread_between_units_is_called_as_rarely_as_said(connection) -> None:
    # 60 districts of 20 units whose shares differ by 1.5 points beside chance, which is three times the variance of chance
    # alone: beyond 99.8 % at most 0.5 % of the units (the spread is estimated from 20 units), beyond 95 % at most 6 %.
    random = np.random.default_rng(20261124)
    outside = far = 0
    for _ in range(60):
        sizes = random.integers(1000, 3000, 20)
        counts = random.binomial(sizes, 0.85 + 0.015 * random.standard_normal(20))
        found = [row["standing"] for row in _units(_funnel(connection, counts.tolist(), sizes.tolist(), "proportion"))]
        outside += sum(s != "within" for s in found)
        far += sum(s.startswith("far") for s in found)
    assert outside <= 0.06 * 1200
    assert far <= 0.005 * 1200


def test_units_that_truly_differ_widen_the_funnel_and_are_called_rarely(connection) -> None:
    # The same with a between-unit deviation of 0.05 on the square-root scale: plain limits would call a third of the units.
    random = np.random.default_rng(7)
    adjusted = plain = 0
    for _ in range(20):
        sizes = random.integers(2000, 20000, 20)
        rates = (np.sqrt(0.4) + random.normal(0, 0.05, 20)) ** 2
        rows = _units(_funnel(connection, random.poisson(sizes * rates).tolist(), sizes.tolist(), "rate"))
        adjusted += sum(row["standing"] in {"far_above", "far_below"} for row in rows)
        expected = np.array([row["overall"] * row["n"] for row in rows])
        plain += int((np.abs([row["x"] for row in rows] - expected) > 3.09 * np.sqrt(expected)).sum())
    assert plain > 0.3 * 400
    assert adjusted <= 0.05 * 400


def test_too_few_units_have_no_limits_and_small_ones_no_standing(connection) -> None:
    rows = _funnel(connection, [10, 20, 30], [100, 100, 100], "rate")
    assert {row["lower_95"] for row in rows} == {None}
    assert {row["standing"] for row in rows} == {None}
    counts = [50, 52, 48, 51, 49, 50, 53, 47, 0, None]
    rows = _units(_funnel(connection, counts, [100] * 8 + [5, 100], "proportion", smallest=10))
    assert (rows[8]["is_small"], rows[8]["standing"], rows[8]["signal"]) == (True, None, "none")
    assert (rows[9]["value"], rows[9]["standing"], rows[9]["units"]) == (None, None, 8)


def test_polarity_decides_what_is_good(connection) -> None:
    counts, sizes = [50, 52, 48, 51, 49, 50, 53, 47, 95], [100] * 9
    up = _units(_funnel(connection, counts, sizes, "proportion"))[-1]
    down = _units(_funnel(connection, counts, sizes, "proportion", polarity="lower"))[-1]
    assert (up["standing"], up["signal"], down["signal"]) == ("far_above", "good", "bad")


def test_no_rows_are_no_error(connection) -> None:
    assert _funnel(connection, [None] * 9, [100] * 9, "rate")[0]["overall"] is None
    assert _units(_funnel(connection, [0] * 9, [100] * 9, "proportion"))[0]["standing"] == "within"
    assert _units(_funnel(connection, [100] * 9, [100] * 9, "proportion"))[0]["standing"] == "within"


counts_of = st.integers(11, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts_of)
def test_wilson_holds_its_estimate_and_is_symmetric_in_the_complement(connection, pair) -> None:
    x, n = pair
    low, high, other_low, other_high = _row(
        connection, ", ".join(f"wilson_{s}({c}, {n}, 1.96)" for c in (x, n - x) for s in ("lower", "upper"))
    )
    assert low - 1e-12 <= x / n <= high + 1e-12
    assert (low, high) == pytest.approx((1 - other_high, 1 - other_low), abs=1e-12)


@given(st.integers(0, 100_000))
def test_the_interval_of_a_count_holds_it_and_grows_with_it(connection, x) -> None:
    low, high, next_low, next_high = _row(
        connection, f"count_lower_95({x}), count_upper_95({x}), count_lower_95({x + 1}), count_upper_95({x + 1})"
    )
    assert low <= x <= high
    assert low <= next_low
    assert high <= next_high


@tries(10)
@given(st.sampled_from(["proportion", "rate"]), st.floats(0.02, 0.98), st.integers(10, 5000), st.floats(0, 0.01))
def test_limits_narrow_as_units_grow_and_hold_the_overall_figure(connection, kind, overall, n, tau2) -> None:
    found = _row(
        connection,
        ", ".join(
            f"funnel_wide_{side}('{kind}', {overall!r}::double, {size}, {z}, {tau2!r}::double)"
            for size in (n, 2 * n)
            for z in (1.96, 3.09)
            for side in ("lower", "upper")
        ),
    )
    low, high, far_low, far_high, big_low, big_high, big_far_low, big_far_high = found
    assert far_low <= low <= overall <= high <= far_high
    assert low <= big_low + 1e-12
    assert big_high <= high + 1e-12
    assert far_low <= big_far_low + 1e-12
    assert big_far_high <= far_high + 1e-12


@tries(8)
@given(st.lists(counts_of, min_size=8, max_size=12), st.randoms(use_true_random=False))
def test_the_funnel_does_not_depend_on_the_order_of_its_units(connection, pairs, random) -> None:
    shuffled = pairs.copy()
    random.shuffle(shuffled)

    def key(row: dict[str, Any]) -> tuple[Any, ...]:
        return (row["x"], row["n"], row["standing"], round(row["lower_95"], 9), round(row["tau2"], 12))

    one, two = (
        sorted(map(key, _units(_funnel(connection, [x for x, _ in p], [n for _, n in p], "proportion"))))
        for p in (pairs, shuffled)
    )
    assert one == two
