"""Words, numbers and dates as a reader sees them: Indonesian first, English from the catalogues in locale/en/*.po.

A msgid is the Indonesian text itself. Nothing here knows the screen; `use` names the language for the running thread.
"""

from collections.abc import Iterable
from datetime import date as Date
from datetime import datetime
from functools import cache, lru_cache
from math import isnan
from pathlib import Path

from babel.dates import format_date
from babel.numbers import format_decimal

from dashboard.words.said import Figure, Role, Said, filled, joined
from queries.language import LANGUAGES, language, read, speaking, use  # noqa: F401  one language for page and terminal
from queries.months import last_month
from queries.months import quarter as quarter_of

MISSING = "–"
CATALOGUES = Path(__file__).parent / "locale"


@cache
def catalogue(code: str) -> dict[str, tuple[str, ...]]:
    """Return msgid -> translation, of a counted thing its forms, of all .po files of a language; the first file wins."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted((CATALOGUES / code).glob("*.po")):
        found = read(path.read_text(encoding="utf-8")) | found
    return found


def _(msgid: str, **values: object) -> str:
    """Return the text in the reader's language, the values formatted in afterwards."""
    text = catalogue(language()).get(msgid, (msgid,))[0]
    return filled(text, values) if values else text


def n_(one: str, many: str, n: int, **values: object) -> str:
    """Return the text for n things, {n} being the number; the msgid is `one`, Indonesian says `many` unless n is 1."""
    forms = catalogue(language()).get(one, (one, many))
    return filled(forms[0 if n == 1 else -1], {"n": number(n), **values})


def named(name: str | None, name_en: str | None = None) -> str:
    """Return the name of a thing of the data in the reader's language, the Indonesian one where there is no other."""
    chosen = name_en if language() == "en" and name_en else name
    return chosen or MISSING


def some(names: Iterable[str], at_most: int = 3) -> str:
    """Return the first different names, and how many more there are."""
    every = list(dict.fromkeys(names))
    shown = joined(every[:at_most], ", ")
    rest = len(every) - at_most
    return shown if rest <= 0 else _("{names} dan {n} lainnya", names=shown, n=number(rest))


def _figure(printed: str, value: float, unit: str = "", digits: int = 0, role: Role = "value") -> Said:
    plain = value if isinstance(value, int | float) else float(value)
    return Said(printed, (Figure("", printed, plain, unit, digits, role),))


def _when(printed: str, start: Date | datetime) -> Said:
    return Said(printed, (Figure("", printed, start, role="period"),))


def number(x: float | None, digits: int = 0) -> str:
    """Return 1.234.567,9 (English: 1,234,567.9) with exactly `digits` decimals."""
    if x is None or isnan(x):
        return MISSING
    return _figure(_printed(round(x, digits) + 0.0, digits, language()), x, digits=digits)


@lru_cache(maxsize=50_000)
def _printed(x: float, digits: int, code: str) -> str:
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(x, format=pattern, locale=code).replace("-", "−")


@lru_cache(maxsize=10_000)
def _dated(d: Date | datetime, pattern: str, code: str) -> str:
    return format_date(d, pattern, locale=code)


def signed(x: float | None, digits: int = 0) -> str:
    """Return a number that says its sign: +3,2, −3,2, 0,0."""
    text = number(x, digits)
    return _figure(f"+{text}", x, digits=digits) if x is not None and round(x, digits) > 0 else text


def pct(x: float | None, digits: int = 1) -> str:
    """Return a figure that already is a percentage as 81,4 % (English: 81.4%)."""
    if x is None or isnan(x):
        return MISSING
    return _figure(str(number(x, digits)) + (" %" if language() == "id" else "%"), x, "%", digits)


def change(x: float | None, digits: int = 1, unit: str = "%") -> str:
    """Return 'naik 3,2 %', 'turun 3,2 %' or 'tetap' for a difference; unit may be '%', 'poin' or empty."""
    if x is None or isnan(x):
        return MISSING
    size = abs(x)
    amount = pct(size, digits) if unit == "%" else f"{number(size, digits)} {_(unit) if unit else ''}".strip()
    amount = _figure(str(amount), x, unit, digits, "change")
    if round(size, digits) == 0:
        return _figure(_("tetap"), x, unit, digits, "change")
    return _("naik {amount}", amount=amount) if x > 0 else _("turun {amount}", amount=amount)


def month(d: Date | None) -> str:
    """Return 'Okt 2026'."""
    return MISSING if d is None else _when(_dated(d, "MMM y", language()), d)


def month_name(d: Date | None) -> str:
    """Return 'Oktober 2026'."""
    return MISSING if d is None else _when(_dated(d, "MMMM y", language()), d)


def year(number: int) -> str:
    """Return '2026'."""
    return _when(str(number), Date(number, 1, 1))


def quarter(d: Date | None) -> str:
    """Return 'TW III 2026' (English: 'Q3 2026')."""
    if d is None:
        return MISSING
    n = quarter_of(d)
    return _when(f"TW {('I', 'II', 'III', 'IV')[n - 1]} {d.year}" if language() == "id" else f"Q{n} {d.year}", d)


def date(d: Date | datetime | None) -> str:
    """Return '12 Nov 2026'."""
    return MISSING if d is None else _when(_dated(d, "d MMM y", language()), d)


def day(d: Date | datetime | None) -> str:
    """Return 'Kam, 12 Nov 2026'."""
    return MISSING if d is None else _when(_dated(d, "EEE, d MMM y", language()), d)


def period(a: Date | None, b: Date | None) -> str:
    """Return 'Jan–Okt 2026', 'Nov 2025–Okt 2026', or one month where both are the same."""
    if a is None or b is None:
        return MISSING
    if (a.year, a.month) == (b.year, b.month):
        return month(a)
    first = _dated(a, "MMM", language()) if a.year == b.year else month(a)
    return _when(f"{first}–{month(b)}", a)


def through(first: Date, last: Date, months: int) -> str:
    """Return the months from the first period's start to the end of the last period, which covers so many months."""
    return period(first, last_month(last, max(months, 1)))


def span(start: Date | None, months: int) -> str:
    """Return the period of so many months: 'Okt 2026', 'TW III 2026', 'Jul–Des 2026', '2026'."""
    if start is None:
        return MISSING
    if months == 12 and start.month == 1:
        return year(start.year)
    if months == 3 and start.month % 3 == 1:
        return quarter(start)
    return period(start, last_month(start, max(months, 1)))
