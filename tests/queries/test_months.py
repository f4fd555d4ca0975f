"""The arithmetic of months, against dates that a calendar gives."""

from datetime import date, timedelta

import pytest

from queries import months


@pytest.mark.parametrize(
    ("by", "found"),
    [(0, date(2026, 1, 1)), (1, date(2026, 2, 1)), (-1, date(2025, 12, 1)), (11, date(2026, 12, 1)), (12, date(2027, 1, 1)),
     (-13, date(2024, 12, 1)), (35, date(2028, 12, 1))],
)  # fmt: skip
def test_a_month_moved(by: int, found: date) -> None:
    assert months.moved_by(date(2026, 1, 1), by) == found
    assert months.between(date(2026, 1, 1), found) == by
    assert months.moved_by(found, -by) == date(2026, 1, 1)


def test_months_from_one_to_another() -> None:
    november, february = date(2025, 11, 1), date(2026, 2, 1)
    assert months.starts(november, february) == [november, date(2025, 12, 1), date(2026, 1, 1), february]
    assert months.starts(november, february, 2) == [november, date(2026, 1, 1)]
    assert months.starts(november, november) == [november]
    assert months.starts(february, november) == []


def test_the_end_of_a_period() -> None:
    assert months.last_month(date(2026, 1, 1), 1) == date(2026, 1, 1)
    assert months.last_month(date(2026, 10, 1), 6) == date(2027, 3, 1)
    assert months.last_day(date(2026, 10, 1), 3) == date(2026, 12, 31)
    assert months.last_day(date(2024, 2, 1), 1) == date(2024, 2, 29)  # a leap year


def test_every_day_of_two_years_lies_in_its_month_quarter_and_year() -> None:
    for day in (date(2024, 1, 1) + timedelta(days=n) for n in range(366 + 365)):
        first, quarter = months.first_of_month(day), months.quarter(day)
        assert first <= day <= months.last_day(first, 1)
        start = months.moved_by(months.first_of_year(day), 3 * (quarter - 1))
        assert start <= day <= months.last_day(start, 3)
