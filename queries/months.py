"""Arithmetic of months: a month is the date of its first day, a period a month and how many months it covers."""

from datetime import date, timedelta


def first_of_month(day: date) -> date:
    """Return the month that a day lies in."""
    return date(day.year, day.month, 1)


def first_of_year(day: date) -> date:
    """Return January of the year that a day lies in."""
    return date(day.year, 1, 1)


def moved_by(month: date, months: int) -> date:
    """Return the month that lies so many months later, earlier where the number is negative."""
    years, index = divmod(month.month - 1 + months, 12)
    return date(month.year + years, index + 1, 1)


def between(first: date, last: date) -> int:
    """Return how many months later `last` is than `first`: 0 for the same month, negative where it is earlier."""
    return (last.year - first.year) * 12 + last.month - first.month


def starts(first: date, last: date, step: int = 1) -> list[date]:
    """Return every `step`-th month from `first` on, none after `last`; none at all where `last` is earlier."""
    return [moved_by(first, months) for months in range(0, between(first, last) + 1, step)]


def last_month(start: date, months: int) -> date:
    """Return the last month of a period."""
    return moved_by(start, months - 1)


def last_day(start: date, months: int) -> date:
    """Return the last day of a period."""
    return moved_by(start, months) - timedelta(days=1)


def quarter(day: date) -> int:
    """Return the quarter, 1 to 4, that a day lies in."""
    return (day.month + 2) // 3
