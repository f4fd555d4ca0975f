"""What is known of people's signals: against least squares, exact tests, brute force, and worked by hand."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from scipy import stats

from queries import rank_estimate
from queries.months import moved_by
from queries.rank_estimate import (
    Fit,
    Rules,
    between_variance,
    differ_beyond_chance,
    drawn_to,
    effective,
    estimate,
    kept_apart,
    lasting_chance,
    parted,
    widening,
)
from queries.rank_simulation import rank

RULES = Rules(4, 3, 20.0, 0.3, 30.0, None)
FIRST = date(2025, 1, 1)


def spoken(
    values: dict[str, list[float | None]], lowest: dict[str, list[float | None]] | None = None, **rules: object
) -> pl.DataFrame:
    """Return evaluations of nurses by quarter as mart.accountability_spoken has them; None is a quarter before a person came."""
    rows = []
    for who, quarters in values.items():
        for i, signal in enumerate(quarters):
            if signal is None:
                continue
            low = (lowest or {}).get(who, quarters)[i]
            rows.append(
                {
                    "employee_id": who, "job_group": "nurse", "period": moved_by(FIRST, 3 * i), "period_months": 3,
                    "signal": float(signal), "signal_compared": float(signal), "signal_lowest": None if low is None else float(low),
                    "signal_highest": 100.0 if low != signal else float(signal),
                    "unreported_pct": 10.0 if low != signal else 0.0, "is_skipped": False,
                    **{**RULES.__dict__, **rules},
                }
            )  # fmt: skip
    return pl.DataFrame(rows, schema_overrides={"window_months": pl.Int32})


def last(frame: pl.DataFrame) -> dict[str, dict]:
    """Return the estimates of the last window by person."""
    found = estimate(frame, at=frame["period"].max())  # ty: ignore[invalid-argument-type]
    return {row["employee_id"]: row for row in found.to_dicts()}


def test_levels_are_those_of_least_squares_over_people_and_quarters() -> None:
    random = np.random.default_rng(5)
    values = random.normal(70, 9, (7, 6)) + np.arange(6) * 4
    values[random.random(values.shape) < 0.3] = np.nan
    at = np.argwhere(np.isfinite(values))
    design = np.zeros((len(at), 13))
    design[np.arange(len(at)), at[:, 0]] = 1
    design[np.arange(len(at)), 7 + at[:, 1]] = 1
    design = np.vstack([design, np.r_[np.zeros(7), np.ones(6)]])  # the quarters sum to nothing
    solved = np.linalg.lstsq(design, np.r_[values[np.isfinite(values)], 0], rcond=None)[0]
    fit = parted(values)
    assert fit.level == pytest.approx(solved[:7])
    assert fit.degrees == len(at) - 7 - 5
    assert np.nansum(fit.left**2) == pytest.approx(
        float(
            ((design @ solved)[:-1] - values[np.isfinite(values)])
            @ ((design @ solved)[:-1] - values[np.isfinite(values)])
        )
    )


def test_a_mean_keeps_apart_what_brute_force_says() -> None:
    # 200,000 chains of 5 values at r = 0.6: what is left of squares and of neighbours' products once their mean is gone.
    random = np.random.default_rng(1)
    chain = np.empty((200_000, 5))
    chain[:, 0] = random.standard_normal(200_000)
    for t in range(1, 5):
        chain[:, t] = 0.6 * chain[:, t - 1] + 0.8 * random.standard_normal(200_000)
    left = chain - chain.mean(axis=1, keepdims=True)
    squares, products = kept_apart(5, 0.6)
    assert (left**2).sum(axis=1).mean() == pytest.approx(squares, rel=0.01)
    assert (left[:, 1:] * left[:, :-1]).sum(axis=1).mean() == pytest.approx(products, abs=0.01)
    # Without lasting chance: n - 1 squares, and each of the n - 1 pairs -1 / n.
    assert kept_apart(5, 0.0) == pytest.approx((4, -0.8))


@pytest.mark.parametrize("r", [0.0, 0.3, 0.6])
def test_what_lasts_is_found_over_all_groups_and_told_on_the_high_side(r: float) -> None:
    random = np.random.default_rng(3)
    fits = []
    for _ in range(40):
        chain = np.empty((20, 8))
        chain[:, 0] = random.standard_normal(20)
        for t in range(1, 8):
            chain[:, t] = r * chain[:, t - 1] + np.sqrt(1 - r * r) * random.standard_normal(20)
        fits.append(parted(5 * chain))
    # 40 * 20 * 7 = 5600 pairs, known to 0.015 once the means are allowed for; one error, (1 - r^2) / 75, is added.
    found = lasting_chance(fits, RULES)
    assert r - 0.04 <= found <= r + 0.05


def test_without_evaluations_what_lasts_is_the_usual_and_one_error() -> None:
    none: list[Fit] = []
    assert lasting_chance(none, RULES) == pytest.approx(0.3 + (1 - 0.09) / 30**0.5)  # 0.466


def test_chance_that_lasts_makes_fewer_values() -> None:
    # 8 at 0.6 are worth 8 * 0.4 / 1.6 = 2; 4 at 0.8 would be worth less than one.
    assert effective(np.array([8, 4]), 0.6).tolist() == pytest.approx([2, 1])
    assert effective(np.array([4]), 0.8).tolist() == [1]


@pytest.mark.parametrize(("y", "s2", "mu", "tau2"), [(90, 4, 80, 16), (62.5, 9, 80, 0.25), (80, 1, 80, 30)])
def test_shrinkage_is_the_published_formula(y: float, s2: float, mu: float, tau2: float) -> None:
    # theta = (y/s2 + mu/tau2) / (1/s2 + 1/tau2); the first: (90/4 + 80/16) / (1/4 + 1/16) = 27.5 / 0.3125 = 88.
    theta = (y / s2 + mu / tau2) / (1 / s2 + 1 / tau2)
    found, error, share = drawn_to(y, s2, mu, tau2, people=10**9)
    assert found == pytest.approx(theta)
    assert theta == pytest.approx(88) or y != 90
    assert share == pytest.approx(100 * s2 / (s2 + tau2))
    # In a great group nothing else is in doubt: sqrt(1 / (1/s2 + 1/tau2)).
    assert error == pytest.approx((1 / (1 / s2 + 1 / tau2)) ** 0.5, rel=0.001)


def test_small_groups_are_told_with_wider_intervals() -> None:
    # B = 4 / 20 = 0.2, 10 points off: 5 people: 4 (1 - 0.2 * 4/5) + 2 * 2^2 / 2 = 3.36 + 4 = 7.36; 20: 4 (1 - 0.19) + 8 / 17 = 3.7106.
    assert drawn_to(90, 4, 80, 16, people=5)[1] == pytest.approx(7.36**0.5)
    assert drawn_to(90, 4, 80, 16, people=20)[1] == pytest.approx((3.24 + 8 / 17) ** 0.5)
    assert drawn_to(90, 4, 80, 16, people=5, wide=1.2)[1] == pytest.approx(1.2 * 7.36**0.5)


@pytest.mark.parametrize("degrees", [4, 7.5, 20, 500])
def test_a_variance_of_few_degrees_widens_as_t_does(degrees: float) -> None:
    assert widening(degrees) == pytest.approx(stats.t.ppf(0.975, degrees) / stats.norm.ppf(0.975), rel=0.004)


def test_without_spread_the_group_speaks_and_without_error_the_person() -> None:
    assert drawn_to(90, 4, 80, 0, people=9)[0] == 80
    assert drawn_to(90, 0, 80, 16, people=9)[:2] == (90, 0)
    assert drawn_to(80, 0, 80, 0, people=9) == (80, 0, 0)


def test_the_spread_is_that_of_dersimonian_and_laird() -> None:
    # Six people with 4 to 8 values; within 20: w = n / 20, Q = sum w (y - ybar)^2, C = sum w - sum w^2 / sum w.
    means, values, within = np.array([90.0, 84, 79, 95, 70, 88]), np.array([4.0, 8, 5, 6, 4, 7]), 20.0
    w = values / within
    centre = (w * means).sum() / w.sum()
    q, c = (w * (means - centre) ** 2).sum(), w.sum() - (w**2).sum() / w.sum()
    squares = float((values * (means - centre) ** 2).sum())
    assert between_variance(squares, within, 6, values) == pytest.approx((q - 5) / c)
    # Less between people than chance alone gives: no spread, never a negative one. One person alone has none at all.
    assert between_variance(90.0, within, 6, values) == 0
    assert between_variance(0.0, within, 1, values[:1]) is None


@pytest.mark.parametrize(("people", "degrees"), [(3, 9), (4, 14), (12, 70), (60, 360), (160, 500)])
def test_people_differ_where_the_exact_f_test_says_so(people: int, degrees: int) -> None:
    # The approximation of Paulson puts the 95 % point within 2 % of the exact one.
    point = float(stats.f.ppf(0.95, people - 1, degrees))
    assert differ_beyond_chance(point * 1.02 * (people - 1) * 20, 20.0, people, degrees)
    assert not differ_beyond_chance(point * 0.98 * (people - 1) * 20, 20.0, people, degrees)


def test_where_nobody_varies_any_difference_is_one() -> None:
    assert not differ_beyond_chance(0.0, 0.0, 4, 12)
    assert differ_beyond_chance(3.0, 0.0, 4, 12)
    assert not differ_beyond_chance(3.0, float("nan"), 1, 0)


def test_a_trend_of_all_is_no_merit_of_who_came_late() -> None:
    # All improve 3 points a quarter, about 60, 64 or 68: with 7 quarters or with the last 4 the level is that of the mean quarter (+9).
    start = {"a": 60, "b": 64, "c": 68, "d": 60, "e": 64, "f": 68}
    values: dict[str, list[float | None]] = {
        who: [None if who in "def" and t < 3 else level + 3 * t for t in range(7)] for who, level in start.items()
    }
    found = last(spoken(values))
    assert {who: row["signal_adjusted"] for who, row in found.items()} == pytest.approx(
        {who: level + 9 for who, level in start.items()}
    )
    # What is shown as the own mean stays what was reported: d's last four are 69, 72, 75, 78.
    assert found["d"]["signal_mean"] == pytest.approx(73.5)
    assert found["d"]["period_points"] == pytest.approx(-4.5)


def test_equal_signals_share_a_place() -> None:
    values: dict[str, list[float | None]] = {
        **{f"a{i}": [90.0, 91, 90, 91] for i in range(3)}, **{f"b{i}": [80.0, 79, 80, 79] for i in range(4)},
        "c": [60.0, 62, 60, 62],
    }  # fmt: skip
    found = rank(estimate(spoken(values)).filter(pl.col("window_end") == date(2025, 10, 1)))
    places = dict(found.select("employee_id", "rank_median").iter_rows())
    assert len({places[f"a{i}"] for i in range(3)}) == 1
    assert len({places[f"b{i}"] for i in range(4)}) == 1
    assert places["a0"] < places["b0"] < places["c"] == 8


def test_what_is_unsaid_lowers_the_place_and_not_the_result() -> None:
    values: dict[str, list[float | None]] = {
        "a": [90.0, 92, 90, 92], "b": [80.0, 82, 80, 82], "c": [70.0, 72, 70, 72], "d": [60.0, 62, 60, 62]
    }  # fmt: skip
    open_last: dict[str, list[float | None]] = {"a": [90.0, 92, 90, 28]}
    frame = spoken(values, open_last)
    found, honest = last(frame), last(spoken(values))
    # The last quarter could be 28 and could be 100: 64 / 4 = 16 points less at the least, 72 / 4 = 18 more between least and most.
    assert found["a"]["bound_points"] == pytest.approx(16)
    assert found["a"]["open_points"] == pytest.approx(18)
    for name in ("signal_mean", "signal_adjusted", "signal_shrunken"):
        assert {who: row[name] for who, row in found.items()} == pytest.approx(
            {who: row[name] for who, row in honest.items()}
        )
    places = {
        r["employee_id"]: r for r in rank(estimate(frame).filter(pl.col("window_end") == date(2025, 10, 1))).to_dicts()
    }
    # 75 stands between b and c, and could be first: the interval reaches as far.
    assert (places["a"]["rank_median"], places["a"]["rank_lower"]) == (2, 1)
    assert places["b"]["rank_median"] == 1


def test_above_the_share_that_may_be_unsaid_nobody_is_ranked_and_the_others_are_as_without_that_person() -> None:
    values: dict[str, list[float | None]] = {
        "a": [90.0, 92, 91, 92], "b": [80.0, 82, 80, 83], "c": [70.0, 72, 70, 72], "d": [60.0, 62, 60, 62]
    }  # fmt: skip
    frame = spoken(values)
    silent = frame.with_columns(unreported_pct=pl.when(employee_id="a").then(20.5).otherwise("unreported_pct"))
    found, without = last(silent), last(spoken({who: v for who, v in values.items() if who != "a"}))
    assert not found["a"]["is_comparable"]
    assert found["a"]["signal_mean"] == pytest.approx(91.25)
    assert found["b"]["signal_shrunken"] == pytest.approx(without["b"]["signal_shrunken"])
    at_most = frame.with_columns(unreported_pct=pl.when(employee_id="a").then(20.0).otherwise("unreported_pct"))
    assert last(at_most)["a"]["is_comparable"]


def test_a_window_leaves_out_what_is_older_and_nothing_gives_nothing() -> None:
    values: dict[str, list[float | None]] = {who: [50.0, 90 + i, 91 + i, 90 + i, 92 + i] for i, who in enumerate("abc")}
    found = last(spoken(values, window_months=12))
    assert found["a"]["signal_mean"] == pytest.approx((90 + 91 + 90 + 92) / 4)
    assert found["a"]["window_start"] == date(2025, 4, 1)
    assert found["a"]["latest_month"] == date(2026, 3, 1)
    empty = estimate(spoken(values).clear())
    assert empty.is_empty()
    assert set(rank_estimate.ESTIMATES) <= set(empty.columns)
