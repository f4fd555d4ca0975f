"""Student's t against its closed forms, a printed table and the incomplete beta function of SciPy."""

from math import atan, inf, isnan, nan, pi, sqrt, tan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from etl.statistics.student import exceeded, exceeds

degrees = st.integers(1, 200)
chances = st.floats(-12, -0.31).map(lambda power: 10**power)  # 1e-12 to 0.49


@pytest.mark.parametrize(
    ("chance", "printed"),
    [  # table of Student's t as printed everywhere since Fisher & Yates 1938, for 1, 2, 5, 10, 30 and 120 degrees
        (0.1, [3.078, 1.886, 1.476, 1.372, 1.310, 1.289]),
        (0.025, [12.706, 4.303, 2.571, 2.228, 2.042, 1.980]),
        (0.0005, [636.619, 31.599, 6.869, 4.587, 3.646, 3.373]),
    ],
)
def test_the_values_are_those_of_the_printed_table(chance: float, printed: list[float]) -> None:
    assert [round(exceeded(chance, n), 3) for n in (1, 2, 5, 10, 30, 120)] == printed


@given(value=st.floats(-12, 30).map(lambda power: 10**power))
def test_one_and_two_degrees_have_closed_forms(value: float) -> None:
    # Of one degree it is Cauchy's: the angle left over, as a share of a half turn.
    assert exceeds(value, 1) == pytest.approx(atan(1 / value) / pi, rel=1e-13)
    # Of two, (1 - s) / 2 with s = value / sqrt(2 + value^2); as (1 - s)(1 + s) = 2 / (2 + value^2), without a difference:
    s = value / sqrt(2 + value**2)
    assert exceeds(value, 2) == pytest.approx(1 / ((2 + value**2) * (1 + s)), rel=1e-13)


@given(chance=chances)
def test_one_and_two_degrees_have_closed_inverses(chance: float) -> None:
    assert exceeded(chance, 1) == pytest.approx(1 / tan(pi * chance), rel=1e-12)
    assert exceeded(chance, 2) == pytest.approx((1 - 2 * chance) / sqrt(2 * chance * (1 - chance)), rel=1e-12)


@given(value=st.floats(-12, 30).map(lambda power: 10**power), n=degrees)
def test_the_chance_is_that_of_the_incomplete_beta_function(value: float, n: int) -> None:
    if value > 1:
        expected = special.betainc(n / 2, 0.5, n / (n + value**2)) / 2
    else:  # the other end of the same function, where 1 - x would lose the digits of x
        expected = 0.5 - special.betainc(0.5, n / 2, value**2 / (n + value**2)) / 2
    assert exceeds(value, n) == pytest.approx(expected, rel=1e-12, abs=1e-300)
    assert exceeds(-value, n) == pytest.approx(1 - expected, rel=1e-12)


@given(chance=chances, n=degrees)
def test_the_value_is_that_of_scipy(chance: float, n: int) -> None:
    assert exceeded(chance, n) == pytest.approx(stats.t.isf(chance, n), rel=1e-11)


@pytest.mark.parametrize("level", [0.80, 0.95])
def test_the_intervals_that_forecasts_use_are_those_of_scipy(level: float) -> None:
    found = [exceeded((1 - level) / 2, n) for n in range(1, 201)]
    assert found == pytest.approx(stats.t.ppf((1 + level) / 2, range(1, 201)), rel=1e-12)


@given(chance=st.floats(-100, -0.31).map(lambda power: 10**power), n=degrees)
def test_the_value_is_exceeded_with_the_chance_asked_for(chance: float, n: int) -> None:
    value = exceeded(chance, n)
    assert exceeds(value, n) == pytest.approx(chance, rel=1e-12)
    if chance > 1e-12:  # 1 - chance keeps four digits of it
        assert exceeded(1 - chance, n) == pytest.approx(-value, rel=1e-4)


@given(n=degrees)
def test_the_middle_and_the_ends(n: int) -> None:
    assert (exceeds(0.0, n), exceeds(inf, n), exceeds(-inf, n)) == (0.5, 0.0, 1.0)
    assert exceeded(0.5, n) == 0.0
    assert isnan(exceeds(nan, n))


@pytest.mark.parametrize("chance", [-0.1, 0.0, 1e-101, 1.0, nan])
def test_what_is_no_chance_is_refused(chance: float) -> None:
    with pytest.raises(ValueError, match="between"):
        exceeded(chance, 5)
