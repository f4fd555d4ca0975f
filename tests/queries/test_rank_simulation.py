"""Ranks drawn from signals with errors: against exact probabilities, brute force, and what must hold for any group."""

from datetime import date
from math import erf, sqrt

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from queries.rank_simulation import DRAWS, RANKS, placed, quarter, rank, seed, simulate
from tests.effort import tries

WINDOW = date(2026, 7, 1)
FOUR_SIGMA = 4 * 100 * sqrt(0.25 / DRAWS)  # of a probability in %, at its widest: 2 points


def frame(signals: list[float], errors: list[float], group: str = "nurse", window: date = WINDOW) -> pl.DataFrame:
    """Return estimates of people p00, p01, ..."""
    return pl.DataFrame(
        {
            "employee_id": [f"p{i:02d}" for i in range(len(signals))],
            "job_group": group,
            "window_end": window,
            "is_ranked": True,
            "place_signal": signals,
            "place_error": errors,
            "best_signal": signals,
            "is_bounded": False,
        }
    )


@pytest.mark.parametrize(("a", "b", "error_a", "error_b"), [(80, 78, 2, 1.5), (80, 80, 3, 1), (60, 75, 5, 5)])
def test_of_two_people_the_chance_to_be_first_is_the_exact_one(
    a: float, b: float, error_a: float, error_b: float
) -> None:
    # P(A above B) = Phi((a - b) / sqrt(error_a^2 + error_b^2)). A quarter of two is one: the first place, and the last.
    exact = 50 * (1 + erf((a - b) / sqrt(error_a**2 + error_b**2) / sqrt(2)))
    found = simulate(np.array([a, b]), np.array([error_a, error_b]), seed=1)
    assert found.top_quarter_pct[0] == pytest.approx(exact, abs=FOUR_SIGMA)
    assert found.bottom_quarter_pct[0] == pytest.approx(100 - exact, abs=FOUR_SIGMA)
    assert found.top_quarter_pct.sum() == pytest.approx(100)


def test_equal_people_share_the_middle() -> None:
    found = simulate(np.full(8, 75.0), np.full(8, 2.0), seed=1)
    # Each place is as likely as any other, 12.5 %: the median is the 4th or 5th, two of eight make a quarter, and 2.5 % cut off no place.
    assert set(found.median) <= {4, 5}
    assert found.top_quarter_pct == pytest.approx(25, abs=FOUR_SIGMA)
    assert found.bottom_quarter_pct == pytest.approx(25, abs=FOUR_SIGMA)
    assert set(found.lower) == {1}
    assert set(found.upper) == {8}


def test_who_can_not_be_told_apart_by_anything_shares_a_place() -> None:
    found = simulate(np.array([90.0, 80, 80, 80, 80, 70]), np.full(6, 4.0), seed=1)
    for shares in (found.median, found.lower, found.upper, found.top_quarter_pct, found.bottom_quarter_pct):
        assert len(set(shares[1:5])) == 1
    # The places of all six still add up: a quarter of six is one.
    assert found.top_quarter_pct.sum() == pytest.approx(100)


def test_silence_gains_nothing_by_the_doubt_that_draws_all_to_the_middle() -> None:
    signals, errors = np.array([90.0, 86, 82, 78, 74, 70]), np.full(6, 12.0)
    honest = simulate(signals, errors, seed=1)
    assert honest.median[5] < 6  # in so much doubt the last is not last in half of the draws
    open_last = placed(signals, errors, np.array([90.0, 86, 82, 78, 74, 95]), np.arange(6) == 5, seed=1)
    assert open_last.median[5] == 6  # with something unsaid: the order of the least
    assert open_last.lower[5] == 1
    assert open_last.upper[5] == 6
    assert open_last.median[:5].tolist() == honest.median[:5].tolist()


def test_equal_people_without_doubt_are_not_ranked_by_their_order() -> None:
    found = simulate(np.array([90.0, 80, 80, 80, 80, 70]), np.zeros(6), seed=1)
    assert (found.median[0], found.lower[0], found.upper[0]) == (1, 1, 1)
    assert (found.median[5], found.lower[5], found.upper[5]) == (6, 6, 6)
    assert set(found.lower[1:5]) == {2}
    assert set(found.upper[1:5]) == {5}


def test_the_places_are_those_of_brute_force() -> None:
    signals, errors = [92.0, 88.5, 88.0, 84.0, 83.0, 79.5, 71.0], [2.0, 1.0, 3.0, 2.5, 0.5, 2.0, 4.0]
    generator = np.random.default_rng(20260701)
    places: list[list[int]] = [[] for _ in signals]
    for _draw in range(20_000):
        drawn = [generator.normal(signal, error) for signal, error in zip(signals, errors, strict=True)]
        for i, value in enumerate(drawn):
            places[i].append(1 + sum(other > value for other in drawn))
    found = simulate(np.array(signals), np.array(errors), seed=5)
    assert found.median.tolist() == [int(np.median(p)) for p in places]
    # 0.0x % more or less may move an end of the interval by one place where a probability lies close to 2.5 %.
    for got, share in ((found.lower, 2.5), (found.upper, 97.5)):
        expected = [np.percentile(p, share, method="inverted_cdf") for p in places]
        assert np.abs(got - expected).max() <= 1
    assert quarter(7) == 1
    assert found.top_quarter_pct == pytest.approx([100 * p.count(1) / len(p) for p in places], abs=FOUR_SIGMA)
    assert found.bottom_quarter_pct == pytest.approx([100 * p.count(7) / len(p) for p in places], abs=FOUR_SIGMA)


@pytest.mark.parametrize(("people", "size"), [(1, 1), (3, 1), (4, 1), (7, 1), (8, 2), (31, 7)])
def test_a_quarter_is_at_most_one_in_four_and_at_least_one(people: int, size: int) -> None:
    assert quarter(people) == size


def test_one_person_alone_is_first_and_last() -> None:
    found = rank(frame([80.0], [2.0])).row(0, named=True)
    assert (found["rank_median"], found["rank_lower"], found["rank_upper"]) == (1, 1, 1)
    assert (found["top_quarter_pct"], found["bottom_quarter_pct"]) == (100, 100)


def test_no_rows_give_no_ranks_in_the_same_columns() -> None:
    assert rank(frame([], []).cast({"job_group": pl.String, "window_end": pl.Date})).schema == RANKS
    assert rank(frame([80.0], [2.0]).with_columns(is_ranked=pl.lit(False))).is_empty()


def test_each_group_and_window_has_luck_of_its_own() -> None:
    seeds = {seed(group, window) for group in ("nurse", "midwife") for window in (WINDOW, date(2026, 4, 1))}
    assert len(seeds) == 4


people = st.lists(
    st.tuples(st.floats(0, 100, width=32), st.floats(0.125, 10, width=32)), min_size=2, max_size=12
)  # signals and errors in points


@tries(25)
@given(people, st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_other_rows_matter(group: list[tuple[float, float]], random) -> None:
    signals, errors = zip(*group, strict=True)
    nurses = frame(list(signals), list(errors))
    others = pl.concat(
        [frame([50.0, 60.0], [1.0, 1.0], "midwife"), frame([50.0, 60.0], [1.0, 1.0], window=date(2026, 4, 1))]
    )
    every = pl.concat([nurses, others])
    mixed = every[random.sample(range(every.height), every.height)]
    found = rank(mixed).filter((pl.col("job_group") == "nurse") & (pl.col("window_end") == WINDOW))
    assert_frame_equal(found.sort("employee_id"), rank(nurses), check_exact=True)


@tries(25)
@given(people, st.floats(0.01, 1000), st.floats(-500, 500))
def test_units_do_not_matter(group: list[tuple[float, float]], scale: float, shift: float) -> None:
    signals, errors = (np.array(column) for column in zip(*group, strict=True))
    one, other = simulate(signals, errors, 3), simulate(signals * scale + shift, errors * scale, 3)
    # Rounding to seven digits swaps two draws of ten thousand at most; a median that lies on the edge moves by one.
    assert np.abs(one.median - other.median).max() <= 1
    assert one.top_quarter_pct == pytest.approx(other.top_quarter_pct, abs=0.1)
    assert one.bottom_quarter_pct == pytest.approx(other.bottom_quarter_pct, abs=0.1)


@tries(25)
@given(people, st.integers(0, 11), st.floats(0.25, 40))
def test_a_higher_signal_never_ranks_lower(group: list[tuple[float, float]], who: int, gain: float) -> None:
    signals, errors = (np.array(column) for column in zip(*group, strict=True))
    who %= len(signals)
    before = simulate(signals, errors, 3)
    signals[who] += gain
    after = simulate(signals, errors, 3)
    assert after.median[who] <= before.median[who]
    assert after.top_quarter_pct[who] >= before.top_quarter_pct[who] - 0.1
    others = np.arange(len(signals)) != who
    assert (after.median[others] >= before.median[others]).all()
