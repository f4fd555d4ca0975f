"""A level that moves, with or without a damped slope, filtered by statsmodels: what is known of it after each period.

Local level and damped local trend of Durbin & Koopman 2012 (ch. 3), the state-space form of exponential smoothing; missing periods
are nan. Variances are relative to that of one period's noise, which is estimated from the errors one period ahead.
"""

from dataclasses import dataclass

import numpy as np

Array = np.ndarray
DIFFUSE = 1e6  # variance of the first level, of which nothing is known


@dataclass(frozen=True)
class Model:
    """`damping` multiplies the slope each period (0: no slope); `is_seasonal`: of the differences from a year ago."""

    name: str
    level_variance: float
    damping: float = 0.0
    slope_variance: float = 0.0
    first_slope_variance: float = 0.0
    is_seasonal: bool = False

    def matrices(self) -> tuple[Array, Array]:
        """Return the transition and the covariance of what is added to (level, slope) in a period."""
        transition = np.array([[1.0, self.damping], [0.0, self.damping]])
        return transition, np.diag([self.level_variance, self.slope_variance])


@dataclass(frozen=True, eq=False)
class Filtered:
    """After each period (series x periods): the state (2), its covariance (2 x 2), the error of the forecast one period
    ahead, and the variance of the noise with the number of errors that it is estimated from (nan under two)."""

    state: Array
    covariance: Array
    error: Array
    variance: Array
    errors: Array


def filtered(values: Array, model: Model, at_least: int) -> Filtered:
    """Return what is known of each row after each period; rows with fewer known values than `at_least` stay nan.

    The first known value is the first level, so that the result moves with origin and unit of the values.
    """
    n, periods = values.shape
    state, covariance = np.full((n, periods, 2), np.nan), np.full((n, periods, 2, 2), np.nan)
    error, squares = np.full((n, periods), np.nan), np.full((n, periods), np.nan)
    enough = np.flatnonzero(np.isfinite(values).sum(axis=1) >= max(at_least, 2))
    if len(enough):
        from statsmodels.tsa.statespace.kalman_filter import KalmanFilter  # noqa: PLC0415  takes seconds to import

        transition, noise = model.matrices()
        for i in enough:
            first = int(np.flatnonzero(np.isfinite(values[i]))[0])
            kalman = KalmanFilter(k_endog=1, k_states=2, k_posdef=2)
            kalman["design"], kalman["obs_cov"], kalman["selection"] = np.array([[1.0, 0.0]]), np.eye(1), np.eye(2)
            kalman["transition"], kalman["state_cov"] = transition, noise
            kalman.bind(np.ascontiguousarray(values[i, first:, None]))
            kalman.initialize_known(np.array([values[i, first], 0.0]), np.diag([DIFFUSE, model.first_slope_variance]))
            found = kalman.filter()
            state[i, first:], covariance[i, first:] = (
                found.filtered_state.T,
                found.filtered_state_cov.transpose(2, 0, 1),
            )
            error[i, first + 1 :] = found.forecasts_error[0, 1:]
            squares[i, first + 1 :] = found.forecasts_error[0, 1:] ** 2 / found.forecasts_error_cov[0, 0, 1:]
    errors = np.isfinite(squares).cumsum(axis=1)
    variance = np.nan_to_num(squares).cumsum(axis=1) / np.maximum(errors, 1)
    return Filtered(state, covariance, error, np.where(errors >= 2, variance, np.nan), errors)


def ahead(known: Filtered, model: Model, t: int, weights: Array) -> tuple[Array, Array]:
    """Return the mean of `sum(weights * values ahead)` as seen after period `t`, and its variance in those of one period's noise.

    `weights` is series x steps, the first column the period after `t`; a row without a state gives nan.
    """
    steps = weights.shape[1]
    transition, noise = model.matrices()
    powers = [np.linalg.matrix_power(transition, h) for h in range(steps + 1)]
    ways = np.array([power[0] for power in powers[1:]])
    added = np.eye(steps)  # covariance of the values ahead, given the state: their own noise, and what moves the level
    for h in range(steps):
        for k in range(steps):
            added[h, k] += sum(powers[h - m][0] @ noise @ powers[k - m][0] for m in range(min(h, k) + 1))
    bearing = weights @ ways
    mean = (bearing * known.state[:, t]).sum(axis=1)
    spread = np.einsum("ni,nij,nj->n", bearing, known.covariance[:, t], bearing)
    spread += np.einsum("nh,hk,nk->n", weights, added, weights)
    return mean, spread
