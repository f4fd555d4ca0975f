"""The year-end forecast: series whose answer is known, what must not matter, and intervals that cover what they say."""

import subprocess
import sys
from collections.abc import Iterable
from datetime import date
from math import ceil

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.statistics.forecast import ERRORS, SCHEMA, attainment_forecast
from tests.effort import tries


def series(
    values: Iterable[float | None],
    *,
    indicator: str = "a",
    target: float | None = 100.0,
    kind: str = "sum",
    lower: bool = False,
    percentage: bool = False,
    denominators: Iterable[float] | None = None,
    per_year: int = 4,
) -> pl.DataFrame:
    """Return the path of one indicator from January 2024 on; a None was due and not reported."""
    values = list(values)
    weights = list(denominators) if denominators is not None else [1.0] * len(values)
    months, rows = 12 // per_year, []
    for i, value in enumerate(values):
        year, place = 2024 + i // per_year, i % per_year
        start = i - place
        known = [(v, w) for v, w in zip(values[start : i + 1], weights[start : i + 1], strict=True) if v is not None]
        if kind == "sum":
            to_date = sum(v for v, _ in known)
        else:
            to_date = sum(v * w for v, w in known) / max(sum(w for _, w in known), 1e-9) if kind == "ratio" else value
        rows.append(
            {"indicator_id": indicator, "unit_id": "u", "year": year, "period": date(year, place * months + 1, 1),
             "period_months": months, "kind": kind, "is_lower_better": lower, "is_percentage": percentage, "value": value,
             "denominator": weights[i], "value_ytd": None if value is None else to_date, "target_year": target}
        )  # fmt: skip
    types = {"value": pl.Float64, "value_ytd": pl.Float64, "target_year": pl.Float64, "denominator": pl.Float64}
    return pl.DataFrame(rows, schema_overrides=types | {"period_months": pl.Int32, "year": pl.Int64})


def last(path: pl.DataFrame, indicator: str = "a") -> dict:
    """Return the newest forecast of an indicator."""
    found = attainment_forecast(path.sort(pl.all())).filter(pl.col("indicator_id") == indicator)
    return found.sort("period").row(-1, named=True)


def noisy(n: int, periods: int, seed: int, level: float = 100.0, noise: float = 10.0) -> np.ndarray:
    return np.random.default_rng(seed).normal(level, noise, (n, periods))


def test_a_constant_amount_ends_where_it_must() -> None:
    row = last(series([25.0] * 10))
    # Eight quarters of 25, and two this year: 50 so far, and 25 in each of the two to come.
    assert row["forecast"] == pytest.approx(100)
    assert row["ahead"] == pytest.approx([75, 100])
    assert row["model"] == "level"
    # Nine of nine forecasts one quarter ahead were right; the next two: (9 + 1) / (9 + 2 + 1).
    assert row["probability"] == pytest.approx(10 / 12)


def test_a_missing_quarter_is_not_zero_and_is_still_to_come() -> None:
    row = last(series([25.0] * 8 + [None, 25.0]))
    # 25 known; one quarter of the past and two to come are not: 25 + 3 * 25.
    assert row["forecast"] == pytest.approx(100)
    assert row["ahead"] == pytest.approx([75, 100])


def test_a_year_that_brings_all_at_its_end_is_foreseen_from_last_year() -> None:
    year = [10.0, 10.0, 10.0, 70.0]
    row = last(series(year * 2 + year[:3]))
    assert row["model"] == "last_year"
    # 30 so far; carrying the pace on would say 40.
    assert row["forecast"] == pytest.approx(100)
    assert row["prorated"] == pytest.approx(40)


def test_quotients_are_weighted_by_their_denominators() -> None:
    row = last(series([50.0] * 8 + [50.0, 50.0], kind="ratio", denominators=[100] * 8 + [100, 300], percentage=True))
    assert row["forecast"] == pytest.approx(50)
    step = last(series([50.0] * 8 + [90.0], kind="ratio", denominators=[100.0] * 9, percentage=True))
    # Whatever r is foreseen a quarter: (90 + 3 r) / 4 at the end, (90 + r) / 2 after the next quarter.
    r = 2 * step["ahead"][0] - 90
    assert step["forecast"] == pytest.approx((90 + 3 * r) / 4)
    assert 50 < r < 90


def test_a_level_that_climbs_goes_on_climbing() -> None:
    paths = [series(np.arange(8.0) * 2 + 10 + i, kind="last", indicator=f"i{i:02}") for i in range(25)]
    found = attainment_forecast(pl.concat(paths)).filter(
        pl.col("indicator_id") == "i00", pl.col("period") == date(2025, 4, 1)
    )
    row = found.row(0, named=True)
    # 10, 12, .. 20 in June 2025, two a quarter. A level stays at 20, and 24 would be right; six points prove a trend in part.
    assert row["model"] == "trend"
    assert 22 < row["forecast"] < 24


@pytest.mark.parametrize(
    ("path", "state", "probability"),
    [
        (series([60.0, 50.0], target=100), "reached", 1.0),
        (series([60.0, 50.0], target=100, lower=True), "out_of_reach", 0.0),
        (series([60.0, 60.0], target=90, kind="ratio", percentage=True), "out_of_reach", 0.0),  # (60+60+100+100)/4 = 80
        (series([60.0, 60.0], target=80, kind="ratio", percentage=True), "none", None),  # only just within reach
        (series([60.0, 60.0], target=90, kind="ratio"), "none", None),  # may exceed 100
        (series([60.0, 60.0, 60.0], target=300), "none", None),
    ],
)
def test_what_arithmetic_decides_needs_no_forecast(path: pl.DataFrame, state: str, probability: float | None) -> None:
    row = last(path)
    assert (row["state"], row["probability"]) == (state, probability)
    assert row["forecast"] is None
    assert row["reason"] == ("short_history" if state == "none" else None)


@pytest.mark.parametrize(
    ("values", "kind", "lower", "met"),
    [
        ([25.0] * 4, "sum", False, True),
        ([24.0] * 4, "sum", False, False),
        ([24.0] * 4, "sum", True, True),
        ([5.0, 6.0, 7.0, 101.0], "last", True, False),
    ],
)
def test_a_year_that_is_over_has_an_outcome(values: list[float], kind: str, lower: bool, met: bool) -> None:
    row = last(series(values, kind=kind, lower=lower))
    assert (row["state"], row["is_met"]) == ("complete", met)
    assert row["actual"] == pytest.approx(sum(values) if kind == "sum" else values[-1])


def test_a_year_with_a_gap_has_no_outcome() -> None:
    row = last(series([25.0, None, 25.0, 25.0]))
    assert (row["state"], row["reason"], row["actual"]) == ("none", "gap", None)


def test_without_a_target_there_is_a_forecast_and_no_probability() -> None:
    row = last(series([25.0] * 10, target=None))
    assert row["forecast"] == pytest.approx(100)
    assert row["probability"] is None


def test_shares_stay_within_their_bounds_and_amounts_do_not_fall() -> None:
    values = np.clip(noisy(30, 11, 3, 97, 3), 0, 100)
    path = pl.concat(
        [series(v, kind=k, percentage=True, indicator=f"{k}{i:02}") for k in ("last", "ratio") for i, v in enumerate(values)]
    )  # fmt: skip
    found = attainment_forecast(path).drop_nulls("forecast")
    edges = found.select("forecast", "lower_80", "upper_80", "lower_95", "upper_95")
    assert edges.to_numpy().min() >= 0
    assert edges.to_numpy().max() <= 100
    assert (found["lower_95"] <= found["lower_80"] + 1e-9).all()
    assert (found["upper_95"] >= found["upper_80"] - 1e-9).all()
    amounts = attainment_forecast(
        pl.concat([series(v, indicator=f"{i}") for i, v in enumerate(noisy(30, 10, 4, 5, 3).clip(0))])
    )
    drawn = amounts.filter(pl.col("year") == 2026).join(
        pl.concat([series(v, indicator=f"{i}") for i, v in enumerate(noisy(30, 10, 4, 5, 3).clip(0))]),
        on=["indicator_id", "period"],
    )
    assert (drawn["lower_95"] >= drawn["value_ytd"] - 1e-9).all()


def test_intervals_cover_what_they_say() -> None:
    """Levels with noise, of which the last year's end is drawn but not shown: 240 forecasts after the first quarter."""
    values = noisy(240, 16, 11)
    found = attainment_forecast(
        pl.concat([series(row[:13], indicator=f"i{i:03}", target=400) for i, row in enumerate(values)])
    ).filter(pl.col("year") == 2027)
    truth = pl.DataFrame({"indicator_id": [f"i{i:03}" for i in range(240)], "came": values[:, 12:].sum(axis=1)})
    seen = found.join(truth, on="indicator_id")
    # 80 % and 95 % of 240, with three standard errors of the binomial: 0.026 and 0.014.
    assert seen["came"].is_between(seen["lower_80"], seen["upper_80"]).mean() == pytest.approx(0.80, abs=0.078)
    assert seen["came"].is_between(seen["lower_95"], seen["upper_95"]).mean() == pytest.approx(0.95, abs=0.042)
    met = (seen["came"] >= 400).to_numpy()
    assert np.mean((seen["probability"].to_numpy() - met) ** 2) < 0.25  # better than saying one half to all
    tested = attainment_forecast(
        pl.concat([series(row, indicator=f"i{i:03}", target=400) for i, row in enumerate(values)])
    ).drop_nulls(["forecast", "actual"])
    assert tested["is_within_80"].mean() == pytest.approx(0.80, abs=0.05)
    assert tested["is_within_95"].mean() == pytest.approx(0.95, abs=0.03)


def test_the_width_is_the_order_statistic_of_the_errors_of_the_others() -> None:
    values = noisy(40, 12, 5)
    found = attainment_forecast(
        pl.concat([series(row, indicator=f"i{i:02}", target=400) for i, row in enumerate(values)])
    )
    near = found.filter((pl.col("periods_ahead") == 2) & pl.col("forecast").is_not_null()).sort("indicator_id")
    assert near.height == 80  # June 2025 and June 2026
    rows = near.rows(named=True)
    for row in rows[:10]:
        errors = sorted(
            abs(o["actual"] - o["forecast"]) / o["deviation"] for o in rows if o["indicator_id"] != row["indicator_id"]
        )
        for level, name in ((0.8, "80"), (0.95, "95")):
            # of 78 errors the ceil(79 * 0.8) = 64th and the 76th
            half = errors[ceil(79 * level) - 1] * row["deviation"]
            assert (row[f"upper_{name}"] - row[f"lower_{name}"]) / 2 == pytest.approx(half)
            assert row[f"is_within_{name}"] == (abs(row["actual"] - row["forecast"]) <= half)
        gap = (400 - row["forecast"]) / row["deviation"]
        beyond = sum(e >= abs(gap) for e in errors) / 79
        if abs(gap) < errors[-1]:
            assert row["probability"] == pytest.approx(beyond / 2 if gap > 0 else 1 - beyond / 2)
        assert row["past_errors"] == 78 >= ERRORS


def _many(seed: int) -> list[pl.DataFrame]:
    values = noisy(22, 10, seed)
    return [series(row, indicator=f"i{i:02}", target=390.0) for i, row in enumerate(values)]


def _numbers(frame: pl.DataFrame, indicator: str) -> np.ndarray:
    columns = ["forecast", "lower_80", "upper_80", "lower_95", "upper_95", "deviation"]
    return (
        frame.filter(pl.col("indicator_id") == indicator)
        .sort("period")
        .drop_nulls("forecast")
        .select(columns)
        .to_numpy()
    )


@tries(5)
@given(seed=st.integers(0, 999), factor=st.sampled_from([1e-6, 0.01, 3.7, 1e9]))
def test_the_unit_of_measure_does_not_matter(seed: int, factor: float) -> None:
    paths = _many(seed)
    before = attainment_forecast(pl.concat(paths))
    scaled = paths[3].with_columns(pl.col("value", "value_ytd", "target_year") * factor)
    after = attainment_forecast(pl.concat([*paths[:3], scaled, *paths[4:]]))
    np.testing.assert_allclose(_numbers(after, "i03"), _numbers(before, "i03") * factor, rtol=1e-6)
    np.testing.assert_allclose(_numbers(after, "i07"), _numbers(before, "i07"), rtol=1e-6)
    chances = [f.filter(pl.col("indicator_id") == "i03")["probability"].to_list() for f in (before, after)]
    assert chances[0] == pytest.approx(chances[1], nan_ok=True)


@tries(5)
@given(seed=st.integers(0, 999), order=st.permutations(range(22)))
def test_the_order_of_the_rows_does_not_matter(seed: int, order: list[int]) -> None:
    paths = _many(seed)
    one = attainment_forecast(pl.concat(paths))
    other = attainment_forecast(pl.concat([paths[i] for i in order]).sort("period", descending=True))
    assert one.equals(other)


@tries(4)
@given(seed=st.integers(0, 999), lower=st.booleans())
def test_a_harder_target_is_less_likely(seed: int, lower: bool) -> None:
    paths = _many(seed)
    chances = []
    for target in (1.0, 380.0, 398.0, 402.0, 420.0, 1e6):
        asked = paths[5].with_columns(target_year=pl.lit(target), is_lower_better=pl.lit(lower))
        row = last(pl.concat([*paths[:5], asked, *paths[6:]]), "i05")
        chances.append(row["probability"])
    assert chances == sorted(chances, reverse=not lower)
    assert chances[0] == (0.0 if lower else 1.0)


def test_nothing_known_gives_nothing_quickly() -> None:
    """An empty build does not pay for the libraries."""
    assert attainment_forecast(series([25.0] * 4).clear()).schema == pl.Schema(SCHEMA)
    assert attainment_forecast(series([None, None])).is_empty()
    said = "import sys; import etl.statistics as s; s.STEPS; print('numpy' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["False"]
