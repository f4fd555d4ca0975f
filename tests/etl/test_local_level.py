"""The Kalman filter against statsmodels and against fractions, which round nothing; and the values ahead against simulation."""

from fractions import Fraction
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from etl.building.build import current
from etl.statistics.forecast import HISTORY, MODELS
from etl.statistics.local_level import DIFFUSE, Array, Filtered, Model, ahead, filtered

models = st.builds(
    Model,
    st.just("m"),
    level_variance=st.floats(0, 10),
    damping=st.floats(0, 1),
    slope_variance=st.floats(0, 1),
    first_slope_variance=st.floats(0, 1),
)
panels = arrays.arrays(
    float,
    st.tuples(st.integers(1, 4), st.integers(1, 24)),
    elements=st.one_of(st.floats(-1000, 1000, width=32), st.just(np.nan)),
)


def by_statsmodels(values: Array, model: Model) -> tuple[Array, Array, Array, Array]:
    """Return state, covariance, errors one ahead and their squares over their variance of one series, from its first value on."""
    from statsmodels.tsa.statespace.kalman_filter import KalmanFilter  # noqa: PLC0415  seconds, and each run collects this file

    transition, noise = model.matrices()
    kalman = KalmanFilter(k_endog=1, k_states=2, k_posdef=2)
    kalman["design"], kalman["obs_cov"], kalman["selection"] = np.array([[1.0, 0.0]]), np.eye(1), np.eye(2)
    kalman["transition"], kalman["state_cov"] = transition, noise
    kalman.bind(np.ascontiguousarray(values[:, None]))
    kalman.initialize_known(np.array([values[0], 0.0]), np.diag([DIFFUSE, model.first_slope_variance]))
    found = kalman.filter()
    error = found.forecasts_error[0]
    return (
        found.filtered_state.T,
        found.filtered_state_cov.transpose(2, 0, 1),
        error[1:],
        error[1:] ** 2 / found.forecasts_error_cov[0, 0, 1:],
    )


def hold(found: Filtered, values: Array, model: Model, at_least: int) -> None:
    """Compare each row with statsmodels, to 1e-9 of the largest value of the row (an error may be 0)."""
    for i, row in enumerate(values):
        known = np.isfinite(row)
        if known.sum() < at_least:
            assert np.isnan(found.state[i]).all()
            assert np.isnan(found.error[i]).all()
            assert found.errors[i].tolist() == [0] * len(row)
            continue
        first, size = known.argmax(), np.nanmax(np.abs(row))
        state, covariance, error, squares = by_statsmodels(row[first:], model)
        assert np.isnan(found.state[i, :first]).all()
        np.testing.assert_allclose(found.state[i, first:], state, rtol=1e-9, atol=1e-9 * size)
        np.testing.assert_allclose(found.covariance[i, first:], covariance, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(found.error[i, first + 1 :], error, rtol=1e-9, atol=1e-9 * size)
        count = known[first + 1 :].cumsum()
        assert found.errors[i, first + 1 :].tolist() == count.tolist()
        variance = np.where(count >= 2, np.nan_to_num(squares).cumsum() / np.maximum(count, 1), np.nan)
        np.testing.assert_allclose(found.variance[i, first + 1 :], variance, rtol=1e-9, atol=1e-9 * size**2)


@given(values=panels, model=models)
def test_random_series_are_filtered_as_statsmodels_does(values: Array, model: Model) -> None:
    hold(filtered(values, model, 1), values, model, 1)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_the_series_of_the_sample_district_are_filtered_as_statsmodels_does(sample_data: Path, model: Model) -> None:
    with duckdb.connect(str(current(sample_data)), read_only=True) as build:
        rows = build.execute(
            "select list(value order by period) from mart.attainment_path"
            " group by indicator_id, unit_id, period_months having count(value) >= ?",
            [HISTORY],
        ).fetchall()
    assert len(rows) > 100
    for length in {len(row) for (row,) in rows}:
        values = np.array([row for (row,) in rows if len(row) == length], dtype=float)
        hold(filtered(values, model, HISTORY), values, model, HISTORY)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_nothing_is_lost_by_rounding(model: Model) -> None:
    """The same recursion in fractions, as matrices: equal to thirteen digits, though the first variance is a million."""
    values = [Fraction(v) for v in (93, 108, 101, 87, 110, 99, 104, 96)]
    found = filtered(np.array([[float(v) for v in values]]), model, 1)
    T, Q = (np.array([[Fraction(x) for x in row] for row in matrix]) for matrix in model.matrices())
    state = np.array([values[0], Fraction(0)])
    spread = np.array([[Fraction(DIFFUSE), Fraction(0)], [Fraction(0), Fraction(model.first_slope_variance)]])
    for t, value in enumerate(values):
        if t:
            state, spread = T @ state, T @ spread @ T.T + Q
        gain = spread[:, 0] / (spread[0, 0] + 1)
        state, spread = state + gain * (value - state[0]), spread - np.outer(gain, spread[0])
        np.testing.assert_allclose(found.state[0, t], state.astype(float), rtol=1e-13, atol=1e-13)
        np.testing.assert_allclose(found.covariance[0, t], spread.astype(float), rtol=1e-13, atol=1e-13)


def test_a_level_by_hand() -> None:
    """Values 10, missing, 13 with a level that moves by a variance of 1.

    First: the level is 10, its variance 1e6 / (1e6 + 1). Missing: 10, variance 1 more: 2 but for a millionth. Third: the
    prediction 10 has variance 3, the error 3 one of 4; the level is 10 + 3/4 * 3 = 12.25, its variance 3/4, and 3^2 / 4 = 2.25
    the square of the only error.
    """
    found = filtered(np.array([[10.0, np.nan, 13.0]]), Model("m", 1.0), 2)
    assert found.state[0, :, 0] == pytest.approx([10, 10, 12.25], rel=1e-6)
    assert found.covariance[0, :, 0, 0] == pytest.approx([1, 2, 0.75], rel=1e-6)
    assert found.error[0] == pytest.approx([np.nan, np.nan, 3], nan_ok=True)
    assert found.errors[0].tolist() == [0, 0, 1]
    assert np.isnan(found.variance).all()  # one error tells nothing of the spread of others


@given(values=panels, model=models)
def test_the_other_rows_change_nothing(values: Array, model: Model) -> None:
    together = filtered(values, model, 1)
    for i in range(len(values)):
        alone = filtered(values[i : i + 1], model, 1)
        assert together.state[i].tobytes() == alone.state[0].tobytes()
        assert together.covariance[i].tobytes() == alone.covariance[0].tobytes()
        assert together.variance[i].tobytes() == alone.variance[0].tobytes()


def test_a_sum_ahead_has_the_spread_that_simulation_gives() -> None:
    """The closed form of mean and variance, against 40,000 futures drawn step by step."""
    model = Model("m", 0.3, damping=0.85, slope_variance=0.02, first_slope_variance=0.1)
    values = np.random.default_rng(8).normal(100, 10, (1, 9))
    known = filtered(values, model, HISTORY)
    weights = np.array([[1.0, 0.5, 2.0]])
    mean, spread = ahead(known, model, 8, weights)
    random = np.random.default_rng(1)
    state = random.multivariate_normal(known.state[0, 8], known.covariance[0, 8], 40_000)
    transition, noise = model.matrices()
    total = np.zeros(40_000)
    for weight in weights[0]:
        state = state @ transition.T + random.multivariate_normal([0, 0], noise, 40_000)
        total += weight * (state[:, 0] + random.normal(size=40_000))
    assert mean[0] == pytest.approx(total.mean(), abs=4 * total.std() / 200)
    assert spread[0] == pytest.approx(total.var(), rel=0.03)


def test_a_local_level_is_exponential_smoothing_in_the_long_run() -> None:
    """Its gain settles at (sqrt(q^2 + 4 q) - q) / 2 (Durbin & Koopman 2012, section 2.11): for q = 0.3 it is 0.4179."""
    values = np.random.default_rng(2).normal(100, 10, (1, 400))
    level = filtered(values, Model("m", 0.3), HISTORY).state[0, :, 0]
    gain = (np.sqrt(0.3**2 + 4 * 0.3) - 0.3) / 2
    assert gain == pytest.approx(0.4179, abs=1e-4)
    smoothed = level[200]
    for value in values[0, 201:]:
        smoothed += gain * (value - smoothed)
    assert level[-1] == pytest.approx(smoothed, rel=1e-9)
