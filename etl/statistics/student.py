"""Student's t of a whole number of degrees of freedom: how likely a value is exceeded, and which value is, to twelve digits.

The tail is a regularised incomplete beta function, by its continued fraction (NIST Digital Library of Mathematical Functions,
https://dlmf.nist.gov/8.17 (v)), so that small chances are as accurate as large ones.
"""

from functools import cache
from math import comb, hypot, isinf, isnan, pi, sqrt

ROUNDING = 2.0**-52  # the spacing of doubles at 1: a step that changes less changes nothing
LEAST = 1e-100  # chance whose value is sought: the density at the value of one of 1e-160 is no longer a double


def exceeds(value: float, degrees: int) -> float:
    """Return the chance 0..1 that a t of so many degrees (1 or more) is greater than `value`; nan for nan.

    With x = degrees / (degrees + value^2) it is I_x(degrees / 2, 1 / 2) / 2 for a positive value (Abramowitz & Stegun 1964,
    26.5.27 and 26.7.1). Where the fraction for that converges slowly, it is one half less I_(1 - x)(1 / 2, degrees / 2) / 2.
    """
    if isnan(value):
        return value
    if value < 0:
        return 1 - exceeds(-value, degrees)
    if isinf(value):
        return 0.0
    root, half = sqrt(degrees), degrees / 2
    length = hypot(root, value)
    cosine, sine = root / length, value / length  # of the angle whose tangent is value / root: x is the cosine squared
    front = _at_zero(degrees) * cosine**degrees * sine
    if cosine**2 < (half + 1) / (
        half + 2.5
    ):  # (a + 1) / (a + b + 2): under it the fraction converges fast (DLMF 8.17 (v))
        return front / root * _fraction(half, 0.5, cosine**2)
    return 0.5 - front * root * _fraction(0.5, half, sine**2)


@cache
def exceeded(chance: float, degrees: int) -> float:
    """Return the value that a t of so many degrees exceeds with this chance; raises ValueError for one under LEAST, or of 1 and more.

    By Newton's method: to the right of 0 the chance is convex in the value, so that steps from 0 on rise to it and never pass it.
    """
    if not LEAST <= chance < 1:
        raise ValueError(f"a chance between {LEAST} and 1 is needed, not {chance}")
    if chance > 0.5:
        return -exceeded(1 - chance, degrees)
    root, value, step = sqrt(degrees), 0.0, 1.0
    while step > ROUNDING * value:
        density = _at_zero(degrees) * (root / hypot(root, value)) ** (degrees + 1)
        step = (exceeds(value, degrees) - chance) / density
        value += step
    return value


@cache
def _at_zero(degrees: int) -> float:
    """Return the density at 0, gamma((n + 1) / 2) / (sqrt(n pi) gamma(n / 2)) of n degrees.

    Of whole and half numbers the quotient is made of central binomials (DLMF 5.5.5), which are exact.
    """
    m = degrees // 2
    if degrees % 2:
        return 4**m / comb(2 * m, m) / (pi * sqrt(degrees))
    return m * comb(2 * m, m) / 4**m / sqrt(degrees)


def _fraction(a: float, b: float, x: float) -> float:
    """Return 1 / (1 + d1 / (1 + d2 / ...)) of the incomplete beta function I_x(a, b) (DLMF 8.17.22 and 8.17.23).

    By the modified Lentz method (Thompson & Barnett 1986, J. Comput. Phys. 64, 490): the value times the quotient of a rising
    numerator and denominator, a pair of terms at a time, until it stays.
    """
    above, below = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    value, m, change = below, 0, 2.0
    while abs(change - 1) > ROUNDING:
        m += 1
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        change = 1.0
        for term in (even, odd):
            above, below = 1 + term / above, 1 / (1 + term * below)
            change *= above * below
        value *= change
    return value
