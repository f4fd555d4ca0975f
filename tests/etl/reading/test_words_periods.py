"""Periods and the order of day and month, whatever the way of writing: every form reads back, a range is never one of its ends."""

import calendar
import random
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.reading.dates import MONTHS, Order, find_moment, order_of
from etl.reading.periods import Period, find_period

YEARS = st.integers(1995, 2095)
ROMAN = ("I", "II", "III", "IV")
WORDS = ("pertama", "kedua", "ketiga", "keempat")
TO = ("s.d.", "s/d", "sd", "s.d", "hingga", "sampai", "sampai dengan", "-", "–")
QUARTERS = ("TW {n}/{y}", "Triwulan.{n} {y}", "TW-{r}-{y}", "Triwulan {r} Tahun {y}", "{y}Q{n}", "{y}-Q{n}", "Q{n} {y}", "Kuartal {r} {y}",
            "TW {r} {y}", "tw{n} {y}", "TRIWULAN KE-{n} TAHUN {y}", "{y} TW {n}", "Triwulan {w} {y}", "TW. {r} / {y}",
            "Kwartal {n}-{y}")  # fmt: skip
HALVES = (
    "Semester {n}/{y}",
    "Smt {n}/{y}",
    "SEMESTER {r} TAHUN {y}",
    "Semester {w} {y}",
    "{y}S{n}",
    "smt.{n} {y}",
    "{y} Semester {r}",
)


def _name(month: int, data: st.DataObject) -> str:
    return data.draw(st.sampled_from(sorted(word for word, number in MONTHS.items() if number == month)))


@given(st.integers(1, 4), YEARS, st.sampled_from(QUARTERS))
def test_every_way_of_writing_a_quarter_is_that_quarter(number: int, year: int, way: str) -> None:
    text = way.format(n=number, r=ROMAN[number - 1], w=WORDS[number - 1], y=year)
    assert find_period(text)[0] == Period(year, 3 * number - 2, 3), text
    assert find_period(text.upper())[0] == Period(year, 3 * number - 2, 3), text


@given(st.integers(1, 2), YEARS, st.sampled_from(HALVES))
def test_every_way_of_writing_a_half_year_is_that_half_year(number: int, year: int, way: str) -> None:
    text = way.format(n=number, r=ROMAN[number - 1], w=WORDS[number - 1], y=year)
    assert find_period(text)[0] == Period(year, 6 * number - 5, 6), text


@given(st.integers(1, 12), st.integers(1, 12), YEARS, st.sampled_from(TO), st.data())
def test_a_range_of_months_is_never_one_of_its_ends(
    first: int, last: int, year: int, to: str, data: st.DataObject
) -> None:
    text = f"{_name(first, data)} {to} {_name(last, data)} {year}"
    found = find_period(text)[0]
    if first <= last:
        assert found == Period(year, first, last - first + 1), text
    else:  # it began in the year before
        assert found == Period(year - 1, first, last + 13 - first), text


@given(st.integers(1, 12), YEARS, st.sampled_from(TO[:-2]), st.data())
def test_up_to_a_month_is_the_sum_since_january(month: int, year: int, to: str, data: st.DataObject) -> None:
    assert find_period(f"Kunjungan {to} {_name(month, data)} {year}")[0] == Period(year, 1, month, is_sum=True)


@given(st.integers(1, 4), st.integers(1, 4), YEARS, st.sampled_from(TO))
def test_a_range_of_quarters_is_never_one_of_its_ends(first: int, last: int, year: int, to: str) -> None:
    for text in (f"TW {ROMAN[first - 1]} {to} TW {ROMAN[last - 1]} {year}", f"Triwulan {first} {to} {last} {year}"):
        found = find_period(text)[0]
        if first <= last:
            assert found == Period(year, 3 * first - 2, 3 * (last - first + 1)), text
        else:
            assert found.fault or found.length_months() > 3, text


@given(st.dates(date(2001, 1, 1), date(2060, 1, 1)), st.integers(0, 500), st.sampled_from(TO), st.sampled_from("/-."))
def test_a_range_of_days_covers_whole_months_or_is_refused(day: date, days: int, to: str, mark: str) -> None:
    end, way = day + timedelta(days=days), f"%d{mark}%m{mark}%Y"
    found = find_period(f"{day.strftime(way)} {to} {end.strftime(way)}")[0]
    months = (end.year - day.year) * 12 + end.month - day.month + 1
    last = calendar.monthrange(end.year, end.month)[1]
    is_whole = day.day <= 4 and end.day >= last - 3  # three days at either end are no day at work
    assert (found.year, found.month, found.months) == (day.year, day.month, months)
    assert found.fault == (None if is_whole else "period_part")


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("1 Januari s.d. 31 Desember 2024", Period(2024, 1, 12)),
        ("2 Januari 2024 – 31 Desember 2024", Period(2024, 1, 12)),
        ("1 - 31 Januari 2024", Period(2024, 1, 1)),
        ("20240101-20240331", Period(2024, 1, 3)),
        ("2024-01 s.d. 2024-03", Period(2024, 1, 3)),
        ("1-15 Maret 2025", Period(2025, 3, 1, fault="period_part")),
        ("Minggu ke-2 Januari 2025", Period(2025, 1, 1, fault="period_part")),
        ("Januari dan Maret 2024", Period(2024, 1, 3, fault="period_mixed")),
        ("TW I (April - Juni)", Period(None, 1, 3, fault="period_mixed")),
        ("Jan, Feb, Mar 2024", Period(2024, 1, 3)),
        ("Semester I (TW I dan TW II) 2025", Period(2025, 1, 6)),
        ("TRIWULAN I BULAN JANUARI 2024", Period(2024, 1, 1)),
        ("Caturwulan II 2024", Period(2024, 5, 4)),
        ("BULAN JANUARI 2024 (dicetak 5 Februari 2024)", Period(2024, 1, 1)),  # the day of the print names no period
        ("Bulan Desember, dicetak 5 Januari 2025", Period(None, 12, 1)),
        ("Peraturan Bupati Nomor 5 Tahun 2019", Period()),
        ("Jumlah siswa SD 2025", Period(2025)),
        ("s/d bulan ini", Period()),
        ("TW 5 2025", Period(2025)),
    ],
)
def test_what_a_text_says_of_a_period(text: str, period: Period) -> None:
    assert find_period(text)[0] == period


DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))


@given(st.lists(DAYS, min_size=1, max_size=40), st.booleans(), st.booleans(), st.randoms(use_true_random=False))
def test_the_order_of_day_and_month_does_not_hang_on_the_order_of_the_rows(
    days: list[date], month_first: bool, is_event: bool, chance: random.Random
) -> None:
    texts = [day.strftime("%m/%d/%Y" if month_first else "%d/%m/%Y") for day in days]
    shuffled = chance.sample(texts, len(texts))
    found = order_of(texts, leans_month_first=month_first, is_event=is_event)
    assert found == order_of(shuffled, leans_month_first=month_first, is_event=is_event)
    assert found == order_of([*texts, *shuffled], leans_month_first=month_first, is_event=is_event)
    if any(day.day > 12 for day in days):
        assert found == Order(month_first)


def test_what_decides_the_order_of_day_and_month() -> None:
    october = [f"10/{day:02d}/2025" for day in range(1, 13)]

    def is_october(day: date) -> bool:
        return (day.year, day.month) == (2025, 10)

    assert order_of([*october, "10/13/2025"]) == Order(month_first=True)
    assert order_of(["25/03/2025", "03/25/2025"]).fault == "date_order_mixed"
    assert order_of(october, [is_october]) == Order(month_first=True)
    assert order_of(["01/07/2025"], latest=date(2025, 3, 1)) == Order(month_first=True)  # 1 July had not come
    # Twelve days of one month under the heading Tanggal, were it not written the month first: neither is certain.
    assert order_of(october, is_event=True).fault == "date_order_unclear"
    assert order_of(october) == Order()  # due on the 10th of each month
    assert order_of(["01/07/2025", "02/07/2025", "03/07/2025"], leans_month_first=True, is_event=True) == Order(
        is_sure=False
    )
    assert order_of(["05/03/2025"], leans_month_first=True) == Order(month_first=True, is_sure=False)


@pytest.mark.parametrize(
    ("text", "here"),
    [
        ("2025-06-30T17:20:11Z", datetime(2025, 7, 1, 0, 20)),
        ("2025-06-30T17:20:11.123+00:00", datetime(2025, 7, 1, 0, 20)),
        ("2025-06-30 17:20 UTC", datetime(2025, 7, 1, 0, 20)),
        ("2025/06/30 5:20:11 PM GMT+7", datetime(2025, 6, 30, 17, 20)),
        ("2025-07-01 00:20 WITA", datetime(2025, 6, 30, 23, 20)),
        ("30/06/2025 12:05:00 AM", datetime(2025, 6, 30, 0, 5)),
        ("30/06/2025 17.20", datetime(2025, 6, 30, 17, 20)),
    ],
)
def test_a_time_with_a_zone_is_the_districts_time(text: str, here: datetime) -> None:
    assert find_moment(text, utc_offset_hours=7) == here
