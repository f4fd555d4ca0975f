"""XmR charts: published limits, every rule by hand and against a second method, what is left out, and how often noise rings."""

import math
from collections.abc import Iterator
from datetime import date

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.statistics import false_alarms
from tests.effort import tries
from tests.queries.signals.charts import SCHEMA, connect, limits, month, points, rules, series

PUBLISHED = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]  # NHSRplotthedots, vignette "deviations"
# Ordinary ups and downs about 10: moving ranges 2, 1, 2, 1, ... with no run of seven.
QUIET = [10, 12, 9, 11, 8, 10, 12, 9, 11, 8, 10, 12, 9, 11, 8, 10]


@pytest.fixture(scope="module")
def build() -> Iterator[duckdb.DuckDBPyConnection]:
    with connect() as connection:
        yield connection


def test_limits_are_the_published_ones(build: duckdb.DuckDBPyConnection) -> None:
    found = points(build, series(PUBLISHED))
    assert [round(found[c][0], 2) for c in ("lower", "mean", "upper")] == [-0.72, 1.94, 4.60]
    assert found["rule"].to_list()[4] == "outside"
    screened, all_ranges = build.execute(
        "select xmr_half_width(xmr_screened(xmr_moving_ranges($x))), xmr_half_width(xmr_moving_ranges($x))",
        {"x": PUBLISHED},
    ).fetchall()[0]
    mean = sum(PUBLISHED) / len(PUBLISHED)
    assert (round(mean - screened, 2), round(mean + screened, 2)) == (-0.72, 4.60)
    assert (round(mean - all_ranges, 2), round(mean + all_ranges, 2)) == (-3.06, 6.95)


def test_a_change_of_level_and_a_trend_are_told_with_their_beginning(build: duckdb.DuckDBPyConnection) -> None:
    # Ten points about 10, then seven about 20: the mean lies between, both runs are on one side of it.
    shifted = points(build, series([10, 11, 9, 10, 12, 9, 10, 11, 9, 10, 20, 21, 19, 20, 21, 19, 20]))
    last = shifted.row(-1, named=True)
    assert (last["since"], last["run_points"], last["direction"], last["signal"]) == (month(10), 7, "up", "good")
    # 2, 4, ... 14 rises from the low point before it: seven points, six steps.
    rising = points(build, series([8, 9, 7, 9, 8, 2, 4, 6, 8, 10, 12, 14]))
    trend = rising.filter(pl.col("rule") == "trend")
    assert trend["since"].to_list() == [month(5)] * trend.height
    assert set(trend["run_points"]) == {7}
    assert set(trend["direction"]) == {"up"}


def test_no_point_of_a_falling_line_is_praised(build: duckdb.DuckDBPyConnection) -> None:
    # Twelve periods that lose 5 each: mean 72.5, ranges 5, half width 13.3: the first points lie above 85.8, the last below 59.2.
    falling = points(build, series([100.0 - 5 * i for i in range(12)]))
    assert set(falling["signal"]) == {"bad"}
    assert set(falling["direction"]) == {"down"}
    assert falling["rule"].to_list() == ["trend"] * 9 + ["outside"] * 2 + [
        "drift"
    ]  # twelve points tell a straight line
    assert set(falling["since"].head(9)) == {month(0)}


def test_polarity_decides_what_is_good(build: duckdb.DuckDBPyConnection) -> None:
    values = [10, 11, 9, 10, 12, 9, 10, 11, 9, 10, 12, 9, 10, 30]
    assert points(build, series(values))["signal"][-1] == "good"
    build.execute("update reference.signal_measures set polarity = 'lower' where measure = 'attainment'")
    assert points(build, series(values))["signal"][-1] == "bad"
    build.execute("update reference.signal_measures set polarity = 'higher' where measure = 'attainment'")


@pytest.mark.parametrize(
    ("target", "expected"), [(3.0, "passing"), (10.0, "uncertain"), (20.0, "failing"), (None, None)]
)
def test_assurance_compares_the_target_with_the_limits(
    build: duckdb.DuckDBPyConnection, target: float | None, expected: str | None
) -> None:
    # QUIET: mean 10, mean moving range (2+3+2+3+2) x 3 / 15 = 2.4; limits 10 -+ 2.66 x 2.4 = 3.616 .. 16.384
    found = points(build, series(QUIET, target=target))
    assert [round(found[c][0], 3) for c in ("lower", "mean", "upper")] == [3.616, 10, 16.384]
    assert set(found["assurance"]) == {expected}


def test_too_few_points_have_no_limits_and_a_few_have_trial_ones(build: duckdb.DuckDBPyConnection) -> None:
    few = points(build, series(QUIET[:5]))
    assert not few["has_limits"].any()
    assert few.select("mean", "lower", "upper", "rule", "p_value", "assurance").null_count().sum_horizontal()[0] == 30
    assert set(few["signal"]) == {"none"}
    assert points(build, series(QUIET[:11]))["is_trial"].all()
    assert not points(build, series(QUIET[:12]))["is_trial"].any()


def test_a_missing_period_is_no_point_and_no_zero(build: duckdb.DuckDBPyConnection) -> None:
    gaps = points(build, series([*QUIET[:6], None, *QUIET[6:]]))
    whole = points(build, series(QUIET))
    assert gaps["points"][0] == len(QUIET)
    assert gaps["mean"][0] == whole["mean"][0]
    assert gaps["lower"][0] == whole["lower"][0]
    assert gaps.row(6, named=True)["signal"] == "none"


def test_limits_begin_anew_at_a_declared_rebase(build: duckdb.DuckDBPyConnection) -> None:
    values = [*QUIET[:12], *(v + 100 for v in QUIET[:12])]
    build.execute("delete from reference.signal_rebases")
    assert points(build, series(values))["rule"].null_count() < len(values)
    build.execute(
        "insert into reference.signal_rebases (measure, unit_id, item_id, from_period, reason, reason_en) "
        "values ('attainment', 'a', null, '2024-01-01', 'Alat baru', 'New equipment')"
    )
    found = points(build, series(values), series(values, unit="b"))
    build.execute("delete from reference.signal_rebases")
    mine, other = found.filter(pl.col("unit_id") == "a"), found.filter(pl.col("unit_id") == "b")
    assert mine["rule"].null_count() == len(values)
    assert mine["mean"][12] - mine["mean"][11] == pytest.approx(100)
    assert mine["rebase_reason"].to_list() == [None] * 12 + ["Alat baru"] * 12
    assert other["rule"].null_count() < len(values)


def test_a_series_that_never_varies_has_no_signal_until_it_does(build: duckdb.DuckDBPyConnection) -> None:
    same = points(build, series([100.0] * 12))
    assert same["rule"].null_count() == 12
    # One jump of 40 among twelve ranges: dropped, only standstill would be left; so half width 2.66 x 40 / 12 = 8.867 about 96.923.
    odd = points(build, series([*[100.0] * 12, 60.0])).row(-1, named=True)
    assert (odd["rule"], odd["direction"]) == ("outside", "down")
    assert odd["upper"] - odd["mean"] == pytest.approx(8.866667, abs=1e-6)


def _visits(dip: dict[tuple[str, int], float], units: int = 9) -> list[pl.DataFrame]:
    """Return units whose visits go up and down in turn, each about a level of its own."""
    frames = []
    for u in range(units):
        values = [
            1000 * (u + 1) * (1 + 0.01 * ((7 * i + 3 * u) % 5 - 2)) * dip.get(("all", i), 1) * dip.get((f"u{u}", i), 1)
            for i in range(24)
        ]
        frames.append(series(values, unit=f"u{u}", measure="visits", item="all"))
    return frames


def test_what_all_units_do_in_a_month_is_no_news_about_one(build: duckdb.DuckDBPyConnection) -> None:
    together = points(build, *_visits({("all", 14): 0.8}))
    assert together.filter(period=month(14))["rule"].null_count() == 9
    assert together.filter(period=month(14))["factor"][0] == pytest.approx(0.8, abs=0.02)
    lower, upper, value = together.filter(period=month(14), unit_id="u3").select("lower", "upper", "value").row(0)
    assert lower < value < upper  # the limits follow the month
    alone = points(build, *_visits({("u3", 14): 0.8}))
    assert alone.filter(period=month(14), rule="outside")["unit_id"].to_list() == ["u3"]
    few = points(build, *_visits({("all", 14): 0.8}, units=5))
    assert set(few.filter(period=month(14))["rule"]) == {"outside"}


def test_a_known_season_of_a_sum_is_shown_and_not_judged(build: duckdb.DuckDBPyConnection) -> None:
    values = [1000 + 10 * ((7 * i) % 5 - 2) for i in range(24)]
    values[15] = 700  # April 2024, the month of Idul Fitri
    found = points(build, series(values, measure="visits", item="all", is_sum=True))
    dip = found.filter(period=date(2024, 4, 1)).row(0, named=True)
    assert (dip["season"], dip["rule"], dip["signal"], dip["p_value"]) == ("Idul Fitri", None, "none", None)
    assert dip["points"] == 24 - 4  # nor do April and December of both years make the limits
    assert found["rule"].null_count() == 24


RARE = [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 1, 0, 0, 0, 1, *[0] * 8]


def test_counts_near_zero_ring_by_their_exact_chance_alone(build: duckdb.DuckDBPyConnection) -> None:
    # 5 in 24 months, mean 0.20833: P(2 or fewer) = 0.81194 x (1 + 0.20833 + 0.02170) = 0.99870 is more than 0.99865, so 0 to 2.
    # Neither the ones and twos nor the zeros after them are a signal, and the page states 0.005 for such a chart.
    found = points(build, series([float(v) for v in RARE], measure="visits", item="all"))
    assert set(found["rule"]) == {None}
    assert set(found.select("lower", "upper", "alarm_rate").rows()) == {(0.0, 2.0, 0.005)}
    # 12 in 12 months, 5 of them in the newest: P(5 or more of 12 in one month of twelve) = 1 - cdf = 0.001931, on either side and
    # for seven looks 6 x 0.001931 = 0.01158. No limit: P(5 or fewer) of a Poisson of 1 is 0.9994.
    line = [1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 5]
    newest = points(build, series([float(v) for v in line], measure="visits", item="all")).row(-1, named=True)
    exact = 1 - sum(math.comb(12, k) * 11 ** (12 - k) for k in range(5)) / 12**12
    assert newest["p_value"] == pytest.approx(6 * exact, rel=1e-3)
    assert (newest["lower"], newest["upper"], newest["rule"]) == (0, 5, None)
    assert points(build, series([*line[:-1], 7.0], measure="visits", item="all"))["rule"][-1] == "outside"
    # Where cases come in clusters chance does more: 12 every third month is no news the fourth time.
    clustered = points(build, series([12.0, 0.0, 0.0] * 8, measure="visits", item="all"))
    assert set(clustered["rule"]) == {None}


def test_counts_near_zero_ring_as_rarely_as_said(build: duckdb.DuckDBPyConnection) -> None:
    # 600 charts a mean: at most 0.5 % at the newest point, that is 3; 9 or more come about in 1 of 250 trials.
    random = np.random.default_rng(15)
    for mean in (0.3, 1, 2, 5):
        found = _drawn(build, random.poisson(mean, (600, 24)).astype(float) - 50, measure="visits")
        assert found.filter(period=month(23))["rule"].count() < 9, mean


# Up and down by 1 and 2, without a run: about 0.
UPS = [0, 2, -1, 1, -2, 0, 2, -1, 1, -2, 0, 1, -1, 2, -2, 0, 1, -1]


@pytest.mark.parametrize("sign", [-1, 1])
def test_a_slow_drift_is_said_as_one(build: duckdb.DuckDBPyConnection, sign: int) -> None:
    # 18 months about 100, then 1 more or less a month for 18: a line from the 18th month on says more than any one step.
    line = [100.0 + up for up in UPS] + [100.0 + up + sign * (i + 1) for i, up in enumerate(UPS)]
    newest = points(build, series(line)).row(-1, named=True)
    assert (newest["rule"], newest["direction"]) == ("drift", "up" if sign > 0 else "down")
    assert month(15) <= newest["since"] <= month(21)
    # The same change at once is no drift.
    at_once = points(build, series([100.0 + up for up in UPS] + [100.0 + up + sign * 10 for up in UPS[:6]]))
    assert "drift" not in set(at_once["rule"].tail(6))


def test_an_old_step_is_a_proposal_until_somebody_decides(build: duckdb.DuckDBPyConnection) -> None:
    # 18 months about 100 and 18 about 80. Within the year it is a signal; after it the question whether to begin anew.
    line = [100.0 + up for up in UPS] + [80.0 + up for up in UPS]
    newest = points(build, series(line)).row(-1, named=True)
    assert (newest["rule"], newest["signal"], newest["p_value"]) == (None, "ordinary", 1)
    assert (newest["step_since"], newest["step_before"], newest["step_after"]) == (
        month(18),
        pytest.approx(100),
        pytest.approx(80),
    )
    recent = points(build, series(line[:28])).row(-1, named=True)
    assert (recent["signal"], recent["step_since"]) == ("bad", None)
    # A new fall after it is a signal, as before.
    fallen = points(build, series([*line[:33], 60.0, 61.0, 60.0])).row(-1, named=True)
    assert (fallen["signal"], fallen["step_since"]) == ("bad", None)
    # Yes is a row with its reason: the question is gone, and so are the old limits.
    build.execute(
        "insert into reference.signal_rebases (measure, unit_id, item_id, from_period, reason, reason_en) "
        "values ('attainment', 'a', 'x', $since, 'Layanan dipindahkan', 'Service moved')",
        {"since": month(18)},
    )
    begun = points(build, series(line)).row(-1, named=True)
    build.execute("delete from reference.signal_rebases")
    assert (begun["rule"], begun["step_since"], begun["mean"]) == (None, None, pytest.approx(80))


WHOLE = st.lists(st.integers(0, 12), min_size=6, max_size=40)


@tries(12)
@given(WHOLE)
def test_the_rules_are_those_of_a_second_method(build: duckdb.DuckDBPyConnection, values: list[int]) -> None:
    found = points(build, series([float(v) for v in values]))
    mean, half = limits(values)
    assert found["mean"][0] == pytest.approx(mean, abs=1e-9)
    assert found["upper"][0] - found["mean"][0] == pytest.approx(half, abs=1e-9)
    # What the points together or the slope add ('run', 'drift') is of the chance, tested beside the second method of it.
    classical = build.sql("select rule from mart.signal_rule order by period").fetchall()
    assert [rule for (rule,) in classical] == rules(values)


@tries(6)
@given(WHOLE, st.sampled_from([0.5, 4.0, -2.0]), st.sampled_from([0.0, 64.0]))
def test_units_of_measure_and_company_change_nothing(
    build: duckdb.DuckDBPyConnection, values: list[int], scale: float, offset: float
) -> None:
    alone = points(build, series([float(v) for v in values]))
    other = points(build, series([v * scale + offset for v in values], unit="b"), series(QUIET, unit="c"))
    other = other.filter(unit_id="b")
    assert other["rule"].to_list() == alone["rule"].to_list()
    assert other["p_value"].to_list() == pytest.approx(alone["p_value"].to_list(), nan_ok=True)
    if scale < 0:
        turned = {"up": "down", "down": "up", None: None}
        assert other["direction"].to_list() == [turned[d] for d in alone["direction"]]


def _noise(count: int, length: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, length))


def _drawn(build: duckdb.DuckDBPyConnection, noise: np.ndarray, measure: str = "attainment") -> pl.DataFrame:
    count, length = noise.shape
    frame = pl.DataFrame(
        {
            "measure": [measure] * noise.size, "unit_id": np.repeat([f"u{i:05}" for i in range(count)], length),
            "item_id": ["x"] * noise.size, "period": [month(i) for i in range(length)] * count,
            "period_months": [1] * noise.size, "value": noise.ravel() + 50.0, "is_provisional": [False] * noise.size,
            "is_sum": [False] * noise.size, "target": [None] * noise.size, "is_slip": [False] * noise.size,
            "is_rounded": [False] * noise.size,
            "coverage": [1.0] * noise.size, "units_counted": [None] * noise.size, "units_expected": [None] * noise.size,
        },
        schema=SCHEMA,
    )  # fmt: skip
    return points(build, frame)


def test_noise_rings_as_often_as_the_page_says(build: duckdb.DuckDBPyConnection) -> None:
    count, length = 6000, 24
    noise = _noise(count, length, seed=1)
    found = _drawn(build, noise)
    last = found.filter(period=month(length - 1))
    # The second method sees the same alarms at the last point, series by series.
    query = "select rule is not null from mart.signal_rule where period = $period order by unit_id"
    classical = [rang for (rang,) in build.execute(query, {"period": month(length - 1)}).fetchall()]
    assert (np.array(classical) == false_alarms.alarms(noise)).all()
    # 1.801 % of 6,000 is 108, standard deviation sqrt(6000 x 0.01801 x 0.98199) = 10.3; four of them on either side.
    stated = last["alarm_rate"][0]
    assert stated == pytest.approx(0.01801)
    assert abs(last["rule"].is_not_null().sum() - count * stated) < 4 * (count * stated * (1 - stated)) ** 0.5
    # Somewhere in 24 points of noise a rule holds in about 18 of 100 charts.
    anywhere = found.group_by("unit_id").agg(pl.col("rule").is_not_null().any())["rule"].mean()
    assert anywhere == pytest.approx(0.18, abs=0.02)
    # The chance that is stated for a point is how often noise gives as much.
    for chance in (0.5, 0.1, 0.02):
        assert (last["p_value"] <= chance).mean() == pytest.approx(
            chance, abs=4 * (chance * (1 - chance) / count) ** 0.5
        )


@pytest.mark.parametrize("length", [8, 12, 36])
def test_the_reference_tables_are_those_of_a_new_simulation(build: duckdb.DuckDBPyConnection, length: int) -> None:
    statistics, rate = false_alarms.simulate(length, 40_000, seed=7)
    stated = build.execute("select alarm_rate from reference.signal_alarms where points = $n", {"n": length}).fetchall()
    assert rate == pytest.approx(stated[0][0], abs=4 * (rate / 40_000) ** 0.5)
    bounds = build.execute(
        "select p_value, statistic from reference.signal_surprise where points = $n and p_value >= 0.001", {"n": length}
    ).fetchall()
    for chance, bound in bounds:
        assert (statistics >= bound).mean() == pytest.approx(chance, abs=4 * (chance / 40_000) ** 0.5)
