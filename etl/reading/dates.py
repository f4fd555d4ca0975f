"""Days as offices write them: text in, a date or a moment out; which of two numbers is the day is decided for a whole column."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from etl.reading.words import DATE, MONTHS, NUMBER, as_date, native

# A number in this range may be a year, outside it is a figure; a number of days that leads outside is no date. Reports are of this
# century, the decade before leaves room for a baseline.
FIRST_YEAR, LAST_YEAR = 1990, 2100
_EPOCH = date(1899, 12, 30)  # day 0 of a spreadsheet's calendar, as its days from March 1900 on are counted
_FIRST_DAY, _LAST_DAY = ((date(year, 1, 1) - _EPOCH).days for year in (FIRST_YEAR, LAST_YEAR))

ISO_DATE = r"(?<!\d)(?<!\d[-/. ])((?:19|20)\d\d)([-/._ ]?)(0[1-9]|1[0-2])\2([0-2]\d|3[01])(?!\d)"
NUMERIC_DATE = r"(?<!\d)(\d{1,2})[-/. ](\d{1,2})[-/. ]((?:19|20)\d\d)(?!\d)"
_ISO_DATE = re.compile(ISO_DATE)
_NUMERIC_DATE = re.compile(NUMERIC_DATE)
_WORD_DATE = re.compile(r"(?<!\d)(\d{1,2})[ /-]([a-z]+)[ /-]((?:19|20)\d\d)(?!\d)")
_CLOCK = re.compile(
    r"(?:^|[\st])(\d{1,2})[:.](\d\d)(?:[:.](\d\d)(?:[.,]\d+)?)?\s*(?P<half>[ap]\.?m\.?)?"
    r"\s*(?P<zone>z|utc|gmt|wib|wita|wit|(?:utc|gmt)?\s*(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d\d)?)?$"
)
_ZONES = {"z": 0, "utc": 0, "gmt": 0, "wib": 7, "wita": 8, "wit": 9}


_SHORT_YEAR = re.compile(
    r"(?i)\s*(?P<day>\d{1,2})(?P<mark>[-/])(?P<month>\d{1,2}|[a-z]{3,9})(?P=mark)(?P<year>\d\d)(?P<clock>[\sT]+\d{1,2}[:.]\d\d.*)?\s*"
)
_FIRST_SHORT, _LAST_SHORT = 15, 49  # of a year in two digits: before, it may as well be a day


def with_century(cell: str) -> str:
    """Return a cell that is a date with a year of two digits (`01/03/25`, `1-Mar-25`) with the whole year, any other as it is."""
    found = _SHORT_YEAR.fullmatch(cell) if len(cell) < 40 else None
    if not found or not _FIRST_SHORT <= int(found["year"]) <= _LAST_SHORT:
        return cell
    if not found["month"].isdecimal() and found["month"].casefold() not in MONTHS:
        return cell
    return f"{found['day']}{found['mark']}{found['month']}{found['mark']}20{found['year']}{found['clock'] or ''}"


def without_dates(raw: str) -> str:
    """Return the text without its full dates, which in a file name tell the version and not the period."""
    raw = _NUMERIC_DATE.sub(" ", _ISO_DATE.sub(" ", raw))
    return _WORD_DATE.sub(lambda found: " " if found[2] in MONTHS else found[0], raw)


def find_date(text: str, month_first: bool = False) -> date | None:
    """Return the first full date in the text (2026-02-05, 05/02/2026, 5 Februari 2026), day first unless told otherwise."""
    if text.startswith(DATE):
        return date.fromisoformat(text[1:11])
    raw = with_century(text).casefold()
    if found := _ISO_DATE.search(raw):
        return as_date(found[1], found[3], found[4])
    if found := _NUMERIC_DATE.search(raw):
        first, second = (found[2], found[1]) if month_first else (found[1], found[2])
        return as_date(found[3], second, first) or as_date(found[3], first, second)
    if (found := _WORD_DATE.search(raw)) and found[2] in MONTHS:
        return as_date(found[3], str(MONTHS[found[2]]), found[1])
    return None


def find_moment(text: str, month_first: bool = False, utc_offset_hours: float | None = None) -> datetime | None:
    """Return the date and, where there is one, the time of day that a cell holds.

    A time with a zone (`17:20Z`, `GMT+7`, `WITA`) becomes the time of the district where its offset from UTC is given.
    """
    if text.startswith(NUMBER):
        serial = native(text)
        return datetime.fromordinal(_EPOCH.toordinal() + int(serial)) if _FIRST_DAY <= serial < _LAST_DAY else None
    if text.startswith(DATE):
        return datetime.fromisoformat(text[1:]).replace(tzinfo=None)
    day = find_date(text, month_first)
    if day is None:
        return None
    midnight = datetime(day.year, day.month, day.day)
    clock = _CLOCK.search(text.casefold().strip())
    if not clock or text.strip().endswith(str(day.year)):
        return midnight
    hour, minute = int(clock[1]), int(clock[2])
    if clock["half"]:
        hour = hour % 12 + (12 if clock["half"].startswith("p") else 0)
    if hour > 23 or minute > 59:
        return midnight
    moment = midnight.replace(hour=hour, minute=minute)
    offset = _offset(clock)
    if offset is None or utc_offset_hours is None:
        return moment
    return moment + timedelta(hours=utc_offset_hours) - offset


def _offset(clock: re.Match[str]) -> timedelta | None:
    """Return how far the zone of a time of day is from UTC, None where it names none."""
    if not clock["zone"]:
        return None
    if clock["sign"]:
        ahead = timedelta(hours=int(clock["hours"]), minutes=int(clock["minutes"] or 0))
        return ahead if clock["sign"] == "+" else -ahead
    return timedelta(hours=_ZONES[clock["zone"]])


# --- the order of day and month --------------------------------------------------------------------------------------

# Different days that show an order: of three a month apart each the one reading makes a run, of five hardly any other.
WEAK_RUN, STRONG_RUN = 3, 5
_WITHIN = 0.8  # of the different days of a column, to lie in the period that the report says it is of ...
_OUTSIDE = 0.5  # ... while as many at most do under the other reading: reports hold stray days of the month before


@dataclass(frozen=True)
class Order:
    """How a column writes its dates: the month first or not; `fault` is a code where that can't be told, `is_sure` where it can."""

    month_first: bool = False
    is_sure: bool = True
    fault: str | None = None


def numeric(text: str) -> tuple[int, int, int] | None:
    """Return (first number, second number, year) of a date such as 05/03/2024, None of any other text."""
    return next(_numeric(text), None)


def _numeric(text: str) -> Iterator[tuple[int, int, int]]:
    if text[:1] not in (NUMBER, DATE) and not _ISO_DATE.search(text):
        for found in _NUMERIC_DATE.finditer(with_century(text)):
            one, two, year = int(found[1]), int(found[2]), int(found[3])
            if 0 < min(one, two) <= 12 and max(one, two) <= 31:
                yield one, two, year


def is_ambiguous(text: str) -> bool:
    """Tell whether a date reads as two different days, according to which number is the month."""
    parts = numeric(text)
    return parts is not None and max(parts[:2]) <= 12 and parts[0] != parts[1]


def order_of(
    texts: Iterable[str], stated: Iterable[Callable[[date], bool]] = (), leans_month_first: bool = False, is_event: bool = False,
    latest: date | None = None, beside: Iterable[tuple[str, Callable[[date], bool]]] = (),
) -> Order:  # fmt: skip
    """Return the order of day and month of a column's dates; the order of the rows plays no part.

    A number above 12 proves it; else the month that stands `beside` each date in its row, the periods that the report says it is of
    (`stated`: is this day in it?), then the day
    after which nothing can have happened; then, of what happens day by day (`is_event`), a run of days within one month. Last
    the lean: a column headed in Indonesian writes the day first, a form's `Timestamp` the month.
    """
    dates = {parts for text in texts for parts in _numeric(text)}
    firsts, seconds = any(first > 12 for first, _, _ in dates), any(second > 12 for _, second, _ in dates)
    if firsts and seconds:
        return Order(fault="date_order_mixed")
    if firsts or seconds:
        return Order(month_first=seconds)
    open_dates = {parts for parts in dates if parts[0] != parts[1]}
    if not open_dates:
        return Order(leans_month_first)
    pairs = [(parts, is_in) for text, is_in in beside for parts in _numeric(text) if parts in open_dates]
    if pairs:
        as_days = sum(is_in(date(year, second, first)) for (first, second, year), is_in in pairs) / len(pairs)
        as_months = sum(is_in(date(year, first, second)) for (first, second, year), is_in in pairs) / len(pairs)
        if max(as_days, as_months) >= _WITHIN and min(as_days, as_months) <= _OUTSIDE:
            return Order(month_first=as_months > as_days)
    days = {date(year, second, first) for first, second, year in open_dates}  # none above 12, so all are days
    swapped = {date(year, first, second) for first, second, year in open_dates}
    for is_within in stated:
        inside, other = (sum(map(is_within, reading)) / len(reading) for reading in (days, swapped))
        if max(inside, other) >= _WITHIN and min(inside, other) <= _OUTSIDE:
            return Order(month_first=other > inside)
    if latest and (max(days) > latest) != (max(swapped) > latest):
        return Order(month_first=max(days) > latest)
    run = _run(days, swapped) if is_event else None
    if run is None:
        return Order(leans_month_first, is_sure=not leans_month_first)
    month_first, length = run
    if month_first == leans_month_first:
        return Order(month_first)
    if month_first and length >= STRONG_RUN:
        return Order(fault="date_order_unclear")
    return Order(is_sure=length >= STRONG_RUN)


def _run(days: set[date], swapped: set[date]) -> tuple[bool, int] | None:
    """Return (month first, days) where one reading puts all days into one month and the other spreads them over as many."""
    for month_first, near, far in ((False, days, swapped), (True, swapped, days)):
        spread = len({(day.year, day.month) for day in far})
        if len({(day.year, day.month) for day in near}) == 1 and spread == len(far) >= WEAK_RUN:
            return month_first, spread
    return None
