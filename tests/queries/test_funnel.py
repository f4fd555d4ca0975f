"""Intervals and funnel limits against a second method: exact tails of scipy, simulation, and published numbers."""

import math
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from etl.building import blank
from tests import effort
from tests.effort import tries

REFERENCE = Path(__file__).parents[2] / "data" / "reference"


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    blank.begin(connection, REFERENCE)
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


def _limits(
    connection: duckdb.DuckDBPyConnection, kind: str, asked: Sequence[tuple[float, float]], *, is_curve: bool = False
) -> list[tuple[float, ...]]:
    """Return the limits of (middle, n) as counts: far below, below, above, far above."""
    rows = ", ".join(f"('{kind}', {middle!r}::double, {n!r}::double, {is_curve})" for middle, n in asked)
    sql = f"""
        with sizes(of_kind, middle, n, is_curve) as (values {rows})
        select middle, n, list(edge * n order by z) from funnel_limits('sizes') group by middle, n
    """
    found = {(middle, n): tuple(edges) for middle, n, edges in connection.sql(sql).fetchall()}
    return [found[middle, n] for middle, n in asked]


def _units(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["part"] == "unit"]


def test_published_intervals_of_a_count_and_a_proportion(connection) -> None:
    # PHEindicatormethods: byars_lower(100) = 81.36210549052788; wilson(100, 10000) in % = 0.82293361, 1.21469823
    z = stats.norm.ppf(0.975)
    assert _row(connection, f"byar_lower(100, {z})")[0] == pytest.approx(81.36210549052788, rel=1e-12)
    wilson = _row(connection, f"100 * wilson_lower(100, 10000, {z}), 100 * wilson_upper(100, 10000, {z})")
    assert wilson == pytest.approx((0.8229336148148417, 1.2146982255114647), rel=1e-12)


def test_published_funnel_limits_of_a_large_unit(connection) -> None:
    # PHEindicatormethods, testdata_funnel_prop_outputs.csv: overall 80.642448 %, n = 110000 (score limits, which the binomial's
    # quantiles approach as n grows: they differ by z2 (1 - 2p) / 3n and a step, 0.0015 and 0.003 points)
    far_low, low, high, far_high = (
        count / 1100 for count in _limits(connection, "proportion", [(0.80642448, 110000)])[0]
    )
    assert (low, high, far_low, far_high) == pytest.approx((80.408963, 80.875933, 80.274317, 81.010578), abs=0.004)


@pytest.mark.parametrize("x", range(10))
def test_counts_below_ten_have_the_exact_interval(connection, x) -> None:
    # Garwood 1936: lower chi2(0.025; 2x) / 2, upper chi2(0.975; 2x + 2) / 2
    exact = (stats.chi2.ppf(0.025, 2 * x) / 2 if x else 0.0, stats.chi2.ppf(0.975, 2 * x + 2) / 2)
    assert _row(connection, f"count_lower_95({x}), count_upper_95({x})") == pytest.approx(exact, abs=5.1e-5)


@pytest.mark.parametrize("x", [10, 11, 25, 100, 1000, 50000])
def test_byar_is_near_the_exact_interval(connection, x) -> None:
    exact = (stats.chi2.ppf(0.025, 2 * x) / 2, stats.chi2.ppf(0.975, 2 * x + 2) / 2)
    assert _row(connection, f"count_lower_95({x}), count_upper_95({x})") == pytest.approx(exact, rel=0.002)


def _binomial_quantile(n: int, share: Fraction, tail: Fraction) -> int:
    """Return the smallest count that `tail` or more do not exceed, by adding whole numbers."""
    chances, below = range(n + 1), Fraction(0)
    for k in chances:
        below += math.comb(n, k) * share**k * (1 - share) ** (n - k)
        if below >= tail:
            return k
    return n


@pytest.mark.parametrize(
    ("n", "percent", "lower"),
    # 189 of 200 = 94.5 %; 46 of 50 = 92 %; 37 of 50 = 74 %; 979 of 1,000 = 97.9 %
    [(200, 98, 189), (50, 99, 46), (50, 90, 37), (1000, 99, 979)],
)
def test_limits_near_the_ends_are_exact(connection, n, percent, lower) -> None:
    assert _binomial_quantile(n, Fraction(percent, 100), Fraction(1, 1000)) == lower
    found, mirrored = _limits(connection, "proportion", [(percent / 100, n), (1 - percent / 100, n)])
    assert (found[0], mirrored[3]) == pytest.approx((lower, n - lower))


SHARES = (0.001, 0.025, 0.975, 0.999)
ASKED = {
    "proportion": [
        (p, n)
        for n in (10, 13, 20, 35, 50, 80, 150, 400, 2000, 9000)
        for p in (0.03, 0.1, 0.3, 0.5, 0.8, 0.9, 0.95, 0.99)
    ],
    "rate": [(mean / 100, 100) for mean in (0.1, 0.7, 2, 5, 12.5, 40, 90, 300, 5000)],
}


@pytest.mark.parametrize("kind", ASKED)
def test_limits_are_the_quantiles_of_the_exact_distribution(connection, kind) -> None:
    # A second method (scipy), and the curve: between the limit and the next count that is outside.
    known = {
        "proportion": lambda share, p, n: stats.binom.ppf(share, n, p),
        "rate": lambda share, p, n: stats.poisson.ppf(share, n * p),
    }[kind]
    found, curves = (_limits(connection, kind, ASKED[kind], is_curve=is_curve) for is_curve in (False, True))
    for (p, n), limits, curve in zip(ASKED[kind], found, curves, strict=True):
        assert limits == pytest.approx([known(share, p, n) for share in SHARES]), (p, n)
        for side, limit, drawn in zip((-1, -1, 1, 1), limits, curve, strict=True):
            assert -1e-6 <= side * (drawn - limit) <= 1 + 1e-6, (p, n)


def test_a_perfect_small_unit_is_no_finding(connection) -> None:
    # 20 of 20 where the overall figure is 90 % happens with the chance 0.9 ** 20 = 12 %; Wilson alone would stop at 97.2 %.
    assert _limits(connection, "proportion", [(0.9, 20)])[0][2] == 20


def test_dispersion_by_hand(connection) -> None:
    # Ten units of n = 100, rate 1 overall, so s = 1 / 20 and z = 20 * (sqrt(x / 100) - 1). Five of 81 and five of 121 give
    # sqrt = 0.9 and 1.1, z = -2 and 2 about sqrt(1.01) = 1.00498756: z = -2.0997512 and 1.9002488.
    # Winsorising changes nothing (the 10 % points are the same values): phi = (2.0997512^2 + 1.9002488^2) / 2 / 0.678655 =
    # 4.0099504 / 0.678655 = 5.9086729. w = 400 each: tau2 = (10 * 5.9086729 - 9) / (4000 - 10 * 160000 / 4000) =
    # 50.086729 / 3600 = 0.013912980.
    rows = _units(_funnel(connection, [81, 121] * 5, [100] * 10, "rate"))
    assert rows[0]["phi"] == pytest.approx(5.9086729, abs=1e-6)
    assert rows[0]["tau2"] == pytest.approx(0.013912980, abs=1e-8)
    # Poisson of 101: 82 or more but in 2.5 %, 121 or fewer. On the scale sqrt(0.82) = 0.90553851 and sqrt(1.21) = 1.1, 0.09944904 and
    # 0.09501244 from the middle. t / z of 8 degrees by its expansion = 1 + 4.8416 / 32 + (73.7891 + 61.4656 + 3) / 6144 +
    # (170.0817 + 280.3999 + 65.3072 - 15) / 196608 = 1.1763496; sqrt(1 + 400 x 0.013912980 x 1.1763496^2) = 2.9497633:
    # (1.00498756 - 0.29335113)^2 = 0.50642641 and (1.00498756 + 0.28026421)^2 = 1.65187211.
    assert (rows[0]["lower_95"], rows[0]["upper_95"]) == pytest.approx((0.50642641, 1.65187211), abs=1e-6)
    assert {row["standing"] for row in rows} == {"within"}


def test_a_spread_known_from_few_units_is_students(connection) -> None:
    for degrees in (6, 10, 18):
        for z, share in ((1.96, 0.975), (3.09, 0.999)):
            assert _row(connection, f"few_units({z}, {degrees}) * {z}")[0] == pytest.approx(
                stats.t.ppf(share, degrees), rel=0.012
            )


@pytest.mark.parametrize(
    ("counts", "sizes", "standing", "lower"),
    [
        # 186 of 200 beside 20 units at 294 of 300: 98 %, of which so few come about with a chance of 6e-5. 189 of 200.
        ([294] * 20 + [186], [300] * 20 + [200], "far_below", 0.945),
        # Half of the cases beside eight units with all of them: no other was ever without, so the limit is all.
        ([20] * 8 + [10], [20] * 9, "far_below", 1.0),
        # A case less is no finding: 179 of 180, 0.9944^20 = 0.895; P(17 or fewer) = 0.0002, P(18 or fewer) = 0.0056.
        ([20] * 8 + [19], [20] * 9, "within", 0.9),
        # Two far from the others do not hide each other: 300 of 400 and 90 %.
        ([360] * 18 + [300] * 2, [400] * 20, "far_below", 340 / 400),
    ],
)
def test_who_is_judged_does_not_widen_his_own_limits(connection, counts, sizes, standing, lower) -> None:
    rows = _units(_funnel(connection, counts, sizes, "proportion"))
    assert (rows[-1]["standing"], rows[-1]["lower_998"]) == (standing, pytest.approx(lower))
    assert {row["standing"] for row in rows[:8]} == {"within"}
    assert rows[-1]["overall"] == pytest.approx(sum(counts) / sum(sizes))  # the figure of all stays that of all
    assert rows[-1]["units"] == len(counts)


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
    # Districts of 20 units whose shares differ by 1.5 points beside chance, which is three times the variance of chance
    # alone: beyond 99.8 % at most 0.5 % of the units (the spread is estimated from 20 units), beyond 95 % at most 6 %.
    random = np.random.default_rng(20261124)
    outside, far, districts = 0, 0, effort.of(20, 60)
    for _ in range(districts):
        sizes = random.integers(1000, 3000, 20)
        counts = random.binomial(sizes, 0.85 + 0.015 * random.standard_normal(20))
        found = [row["standing"] for row in _units(_funnel(connection, counts.tolist(), sizes.tolist(), "proportion"))]
        outside += sum(s != "within" for s in found)
        far += sum(s.startswith("far") for s in found)
    assert outside <= 0.06 * 20 * districts
    assert far <= 0.005 * 20 * districts


def test_units_that_truly_differ_widen_the_funnel_and_are_called_rarely(connection) -> None:
    # The same with a between-unit deviation of 0.05 on the square-root scale: plain limits would call a third of the units.
    random = np.random.default_rng(7)
    adjusted = plain = 0
    districts = effort.of(8, 20)
    for _ in range(districts):
        sizes = random.integers(2000, 20000, 20)
        rates = (np.sqrt(0.4) + random.normal(0, 0.05, 20)) ** 2
        rows = _units(_funnel(connection, random.poisson(sizes * rates).tolist(), sizes.tolist(), "rate"))
        adjusted += sum(row["standing"] in {"far_above", "far_below"} for row in rows)
        expected = np.array([row["overall"] * row["n"] for row in rows])
        plain += int((np.abs([row["x"] for row in rows] - expected) > 3.09 * np.sqrt(expected)).sum())
    assert plain > 0.3 * 20 * districts
    assert adjusted <= 0.05 * 20 * districts


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
    wide = []
    for limits in _limits(connection, kind, [(overall, n), (overall, 2 * n)], is_curve=True):
        size = n * (1 + len(wide))
        wide.append(
            [
                _row(connection, f"funnel_widened('{kind}', {min(edge / size, 1) if kind == 'proportion' else edge / size!r}::double, "
                     f"{overall!r}::double, {size}, {z}, {tau2!r}::double, 20)")[0]
                for edge, z in zip(limits, (-3.09, -1.96, 1.96, 3.09), strict=True)
            ]
        )  # fmt: skip
    (far_low, low, high, far_high), (big_far_low, big_low, big_high, big_far_high) = wide
    step = 1 / n  # limits are of whole cases, and nearly so on a curve
    assert far_low <= low <= overall + step
    assert overall - step <= high <= far_high
    assert low <= big_low + step
    assert big_high <= high + step
    assert far_low <= big_far_low + step
    assert big_far_high <= far_high + step


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
