"""A level that moves, with or without a damped slope: what is known of it after each period, by the Kalman filter.

Local level and damped local trend of Durbin & Koopman 2012 (ch. 3), the state-space form of exponential smoothing; missing periods
are nan. Variances are relative to that of one period's noise, which is estimated from the errors one period ahead.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

Array = np.ndarray
# Variance of the first level, of which nothing is known (Durbin & Koopman 2012, section 2.9: an arbitrarily large one): what is
# guessed of it before the first value counts for a millionth of what that value says.
DIFFUSE = 1e6
LEAST_ERRORS = 2  # one error alone tells nothing of the spread of others


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
    """Return what is known of each row after each period; rows with fewer known values than `at_least` (1 or more) stay nan.

    The first known value is the first level, so that the result moves with origin and unit of the values. A missing value only
    predicts (Durbin & Koopman 2012, section 4.10). All rows go through a period together, each by operations on its own numbers
    alone: the others change nothing, not even a last digit.
    """
    n, periods = values.shape
    known = np.isfinite(values)
    first = np.where(known.sum(axis=1) >= at_least, known.argmax(axis=1), periods)
    found, error, squares = (
        np.full((5, n, periods), np.nan),
        np.full((n, periods), np.nan),
        np.full((n, periods), np.nan),
    )
    now = np.full((5, n), np.nan)  # level, slope, variance of the level, covariance, variance of the slope
    for t in range(periods):
        now = _predicted(now, model)
        begins, seen = first == t, known[:, t] & (first < t)
        now[:, begins] = np.array([0.0, 0.0, DIFFUSE, 0.0, model.first_slope_variance])[:, None]
        now[0, begins] = values[begins, t]
        error[seen, t] = values[seen, t] - now[0, seen]
        squares[seen, t] = error[seen, t] ** 2 / (now[2, seen] + 1)
        now = found[:, :, t] = np.where(known[:, t], _updated(now, values[:, t]), now)
    level, slope, of_level, of_both, of_slope = found
    errors = np.isfinite(squares).cumsum(axis=1)
    variance = np.nan_to_num(squares).cumsum(axis=1) / np.maximum(errors, 1)
    return Filtered(
        np.stack([level, slope], axis=-1),
        np.stack([of_level, of_both, of_both, of_slope], axis=-1).reshape(n, periods, 2, 2),
        error,
        np.where(errors >= LEAST_ERRORS, variance, np.nan),
        errors,
    )


def _predicted(now: Array, model: Model) -> Array:
    """Return what is known of the next period: `T a` and `T P T' + Q` (Durbin & Koopman 2012, 4.24), written out for T and Q."""
    level, slope, of_level, of_both, of_slope = now
    d = model.damping
    return np.array(
        [
            level + d * slope,
            d * slope,
            of_level + 2 * d * of_both + d**2 * of_slope + model.level_variance,
            d * (of_both + d * of_slope),
            d**2 * of_slope + model.slope_variance,
        ]
    )


def _updated(now: Array, value: Array) -> Array:
    """Return what is known once a value is seen: `a + M v / F` and `P - M M' / F` (Durbin & Koopman 2012, 4.24).

    Of the level seen with a noise of 1, M is the first column of P and F = P11 + 1; P1j - P11 P1j / F is P1j / F, which does
    without the difference of two large numbers.
    """
    level, slope, of_level, of_both, of_slope = now
    total, surprise = of_level + 1, value - level
    return np.array(
        [
            level + of_level * (surprise / total),
            slope + of_both * (surprise / total),
            of_level / total,
            of_both / total,
            of_slope - of_both**2 / total,
        ]
    )


def ahead(known: Filtered, model: Model, t: int, weights: Array) -> tuple[Array, Array]:
    """Return the mean of `sum(weights * values ahead)` as seen after period `t`, and its variance in those of one period's noise.

    `weights` is series x steps, the first column the period after `t`; a row without a state gives nan.
    """
    ways, added = _futures(model, weights.shape[1])
    bearing = weights @ ways
    mean = (bearing * known.state[:, t]).sum(axis=1)
    spread = np.einsum("ni,nij,nj->n", bearing, known.covariance[:, t], bearing)
    spread += np.einsum("nh,hk,nk->n", weights, added, weights)
    return mean, spread


@cache
def _futures(model: Model, steps: int) -> tuple[Array, Array]:
    """Return how the values ahead come from the state (steps x 2), and their covariance given the state (steps x steps).

    Value h is `Z T^h a`, its own noise of 1, and what moved the level: `sum over m of Z T^(h - m) Q T'^(k - m) Z'` with value k.
    """
    transition, noise = model.matrices()
    powers = [np.linalg.matrix_power(transition, h) for h in range(steps + 1)]
    added = np.eye(steps)
    for h in range(steps):
        for k in range(steps):
            added[h, k] += sum(powers[h - m][0] @ noise @ powers[k - m][0] for m in range(min(h, k) + 1))
    return np.array([power[0] for power in powers[1:]]), added
