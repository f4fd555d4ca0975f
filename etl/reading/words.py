"""How Indonesian spreadsheets write months, quarters, dates, numbers and blanks: text in, plain values out, nothing guessed."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

# A native cell of a workbook is carried as text behind one of these marks, so that it never goes through the text parser.
NUMBER = "\ue000"
DATE = "\ue001"

# A number from here to there may be a year; outside it is a figure, and a day of a spreadsheet outside is none. The districts'
# reports are of this century: the decade before leaves room for a baseline.
FIRST_YEAR, LAST_YEAR = 1990, 2100
_EPOCH = date(1899, 12, 30)  # day 0 of a spreadsheet's calendar, as its days from March 1900 on are counted
_FIRST_DAY, _LAST_DAY = ((date(year, 1, 1) - _EPOCH).days for year in (FIRST_YEAR, LAST_YEAR))

_MONTHS = (
    "januari january jan",
    "februari pebruari february feb peb pebr",
    "maret march mar",
    "april apr",
    "mei may",
    "juni june jun",
    "juli july jul",
    "agustus august agt agu ags agus aug",
    "september sept sep",
    "oktober october okt oct",
    "november nopember nov nop",
    "desember december des dec",
)
MONTHS = {word: number for number, words in enumerate(_MONTHS, start=1) for word in words.split()}
_ORDINALS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_QUARTER = re.compile(r"\b(?:triwulan|triw|tri wulan|tw|kuartal|q)(?: ke)? ?(iv|i{1,3}|[1-4])\b")
_HALF = re.compile(r"\b(?:semester|smt|sem)(?: ke)? ?(ii?|[12])\b")
_YEAR = re.compile(r"\b(?:tahun |thn |ta |th )?((?:19|20)\d\d)\b")
_ISO_MONTH = re.compile(r"\b((?:19|20)\d\d)[-/.]?(0[1-9]|1[0-2])\b")
_MONTH_YEAR = re.compile(r"\b(0?[1-9]|1[0-2])[-/.]((?:19|20)\d\d)\b")
_ISO_DATE = re.compile(r"(?<!\d)(?<!\d[-/. ])((?:19|20)\d\d)([-/._ ]?)(0[1-9]|1[0-2])\2([0-2]\d|3[01])(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})[-/. ](\d{1,2})[-/. ]((?:19|20)\d\d)(?!\d)")
_WORD_DATE = re.compile(r"(?<!\d)(\d{1,2})[ -]([a-z]+)[ -]((?:19|20)\d\d)(?!\d)")
_MONTH_WORD = re.compile(
    r"\b(?:bulan |bln )?(" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b(?:[ '-]+(\d\d)\b(?! ?\d))?"
)

MISSING = {"", "-", "--", "–", "—", "tad", "kosong", "n/a", "na", "nan", "null", "none", "tidak ada data", "belum ada",
           "belum lapor", "belum melapor", "...", "…", "not available", "?"}  # fmt: skip
ZERO = {"nihil"}
FORMULA_ERRORS = {"#div/0!", "#ref!", "#value!", "#n/a", "#name?", "#num!", "#null!"}


@dataclass(frozen=True)
class Period:
    """A part of a period, as far as a text tells it: a year, the first month, and how many months (1, 3, 6 or 12)."""

    year: int | None = None
    month: int | None = None
    months: int | None = None

    def __bool__(self) -> bool:
        return self.year is not None or self.month is not None

    def fill(self, other: "Period") -> "Period":
        """Return this period with what it lacks taken from the other."""
        if self.month is None:
            return Period(self.year or other.year, other.month, other.months)
        return Period(self.year or other.year, self.month, self.months)

    def start(self) -> date | None:
        """Return the first day, or None where the year is not known; a year alone is twelve months from January."""
        return date(self.year, self.month or 1, 1) if self.year else None

    def length_months(self) -> int:
        """Return the number of months that the period covers."""
        return self.months or (1 if self.month else 12)


NO_PERIOD = Period()


@lru_cache(1 << 16)
def label(text: str) -> str:
    """Return a heading or name in the form in which headings are compared: lower case, words and digits, single spaces."""
    text = unicodedata.normalize("NFKD", plain(text)).replace("%", " persen ").replace("\ufffd", "")
    return " ".join(re.findall(r"[a-z0-9]+", text.casefold()))


def plain(cell: str) -> str:
    """Return a cell as a person would read it, without the mark of a native number or date."""
    if cell.startswith(NUMBER):
        number = float(cell[1:])
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
    return cell[1:] if cell.startswith(DATE) else cell


def is_missing(cell: str) -> bool:
    """Tell whether the cell says that there is no value (blank, `-`, TAD, ...); NIHIL is a zero, not a blank."""
    return cell.casefold().strip() in MISSING


@lru_cache(1 << 16)
def find_period(text: str) -> tuple[Period, str]:
    """Return the period that a text names and what is left of the text, as a label, when the period is taken out.

    A cell with a native date gives its month; two months name the span between them, two years name no year.
    """
    if text.startswith(DATE):
        day = date.fromisoformat(text[1:11])
        return Period(day.year, day.month, 1), ""
    raw = unicodedata.normalize("NFKD", plain(text)).casefold().replace("_", " ")
    if without_dates(raw) != raw:
        day = find_date(raw)
        return (Period(day.year, day.month, 1) if day else Period()), label(without_dates(raw))
    for pattern, year_first in ((_ISO_MONTH, True), (_MONTH_YEAR, False)):
        if found := pattern.search(raw):
            year, month = (found[1], found[2]) if year_first else (found[2], found[1])
            return Period(int(year), int(month), 1), label(raw.replace(found[0], " ", 1))
    rest = label(raw)
    year = month = months = None
    for pattern, length in ((_QUARTER, 3), (_HALF, 6)):
        if found := pattern.search(rest):
            month, months = (_ORDINALS[found[1]] - 1) * length + 1, length
            rest = rest.replace(found[0], " ", 1)
            break
    words = list(_MONTH_WORD.finditer(rest))
    if words:
        named = [MONTHS[word[1]] for word in words]
        if month is None and named[0] <= named[-1]:
            month, months = named[0], named[-1] - named[0] + 1
        if words[0][2] and not _YEAR.search(rest):
            year = 2000 + int(words[0][2])
        rest = _MONTH_WORD.sub(" ", rest)
    years = {int(found) for found in _YEAR.findall(rest)}
    if len(years) == 1:
        year = years.pop()
    rest = _YEAR.sub(" ", rest)
    if month is None and year is not None:
        return Period(year, None, None), " ".join(rest.split())
    return Period(year, month, months), " ".join(rest.split())


def without_dates(raw: str) -> str:
    """Return the text without its full dates, which in a file name tell the version and not the period."""
    raw = _DAY_FIRST.sub(" ", _ISO_DATE.sub(" ", raw))
    return _WORD_DATE.sub(lambda found: " " if found[2] in MONTHS else found[0], raw)


def find_date(text: str, month_first: bool = False) -> date | None:
    """Return the first full date in the text (2026-02-05, 05/02/2026, 5 Februari 2026), day first unless told otherwise."""
    if text.startswith(DATE):
        return date.fromisoformat(text[1:11])
    raw = text.casefold()
    if found := _ISO_DATE.search(raw):
        return _date(found[1], found[3], found[4])
    if found := _DAY_FIRST.search(raw):
        first, second = (found[2], found[1]) if month_first else (found[1], found[2])
        return _date(found[3], second, first) or _date(found[3], first, second)
    if (found := _WORD_DATE.search(raw)) and found[2] in MONTHS:
        return _date(found[3], str(MONTHS[found[2]]), found[1])
    return None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def find_moment(text: str, month_first: bool = False) -> datetime | None:
    """Return the date and, where there is one, the time of day that a cell holds."""
    if text.startswith(NUMBER):
        serial = float(text[1:])
        return datetime.fromordinal(_EPOCH.toordinal() + int(serial)) if _FIRST_DAY <= serial < _LAST_DAY else None
    if text.startswith(DATE):
        return datetime.fromisoformat(text[1:])
    day = find_date(text, month_first)
    if day is None:
        return None
    clock = re.search(r"\b(\d{1,2})[:.](\d\d)(?:[:.](\d\d))?\s*$", text)
    if clock and int(clock[1]) < 24 and int(clock[2]) < 60 and not text.strip().endswith(str(day.year)):
        return datetime(day.year, day.month, day.day, int(clock[1]), int(clock[2]))
    return datetime(day.year, day.month, day.day)


# --- numbers -------------------------------------------------------------------------------------------------------

_NUMBER_TEXT = re.compile(r"^[+-]?[\d.,]*\d$")
_GROUPED = re.compile(r"^[+-]?[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*$")


@dataclass(frozen=True)
class Cell:
    """What a cell turned out to be: a value, or a code that says why there is none (`missing` is not a fault)."""

    value: float | int | str | bool | datetime | Period | None = None
    code: str | None = None


def decimal_mark(cells: Iterable[str]) -> str | None:
    """Return the decimal mark that a column of texts uses, or None where no cell proves one or cells contradict each other."""
    proven = set()
    for cell in cells:
        text = _stripped(cell)
        if cell.startswith(NUMBER) or not _NUMBER_TEXT.match(text):
            continue
        if "." in text and "," in text:
            proven.add(max(".,", key=text.rfind))
        else:
            for mark in ".,":
                if text.count(mark) == 1 and not _GROUPED.match(text):
                    proven.add(mark)
                if text.count(mark) > 1 and _GROUPED.match(text):
                    proven.add("," if mark == "." else ".")
    return proven.pop() if len(proven) == 1 else None


def _stripped(cell: str) -> str:
    text = re.sub(r"(?i)^rp\.?\s*|\s*%$|[\s\u00a0']", "", cell)
    if len(text) > 2 and text[0] == "(" and text[-1] == ")":
        text = "-" + text[1:-1]
    return text.replace("\u2212", "-")


def number(cell: str, mark: str | None = None, low: float | None = None, high: float | None = None) -> Cell:
    """Read a decimal number; `mark` is the column's decimal mark. A lone group of three (`12.500`) follows the column.

    Without a proven mark the Indonesian reading (dot groups thousands) holds, unless only the other lies in low..high.
    """
    if is_missing(cell):
        return Cell(code="missing")
    if cell.startswith(NUMBER):
        return _within(float(cell[1:]), low, high)
    lowered = cell.casefold().strip()
    if lowered in ZERO:
        return _within(0.0, low, high)
    if lowered in FORMULA_ERRORS:
        return Cell(code="formula_error")
    text = _stripped(cell)
    if not _NUMBER_TEXT.match(text):
        return Cell(code="not_a_number")
    grouped = _GROUPED.match(text)
    if grouped and text.count(grouped[1]) == 1 and mark is None:
        as_thousand = _within(float(text.replace(grouped[1], "")), low, high)
        as_decimal = _within(float(text.replace(",", ".")), low, high)
        if grouped[1] == ",":
            return as_decimal if as_decimal.code is None else as_thousand
        return as_thousand if as_thousand.code is None else as_decimal
    if mark is None:
        mark = max(".,", key=text.rfind) if "." in text and "," in text else ("," if "," in text else ".")
        if grouped and text.count(grouped[1]) > 1:
            mark = "," if grouped[1] == "." else "."
    other = "," if mark == "." else "."
    whole, _, fraction = text.partition(mark)
    if mark in fraction or (other in whole and not _GROUPED.match(whole)) or other in fraction:
        return Cell(code="not_a_number")
    return _within(float(f"{whole.replace(other, '')}.{fraction or 0}"), low, high)


@lru_cache(1 << 16)
def count(cell: str) -> Cell:
    """Read a whole number that is zero or more: here a dot or comma before three digits always groups thousands."""
    if cell.startswith(NUMBER):
        found = Cell(float(cell[1:]))
    else:
        text = _stripped(cell)
        if _GROUPED.match(text):
            cell = text.replace(".", "").replace(",", "")
        found = number(cell, ",")
        if found.code == "not_a_number":
            found = number(cell, ".")
    if found.code:
        return found
    value = float(found.value)  # ty: ignore[invalid-argument-type]
    if value < 0:
        return Cell(code="negative")
    return Cell(int(value)) if value.is_integer() else Cell(code="not_whole")


def _within(value: float, low: float | None, high: float | None) -> Cell:
    if (low is not None and value < low) or (high is not None and value > high):
        return Cell(code="out_of_range")
    return Cell(value)


# Years of birth in a NIP: of 18, the lowest age of appointment (PP 11/2017, article 23), to 65, the highest of retirement (article
# 239), in reports of 2005 to 2030.
BORN_FROM, BORN_TO = 1940, 2012


def nip(cell: str) -> Cell:
    """Read an 18-digit NIP, without spaces and apostrophes; one that a spreadsheet rounded to 15 digits can't be recovered.

    Digits: birth date 8, appointment year and month 6 (PPPK: digits 13-14 from 21 on), sex 1 (1 or 2), sequence 3.
    """
    if is_missing(cell):
        return Cell(code="nip_missing")
    if cell.startswith(NUMBER) or re.fullmatch(r"[\d.,]+[eE]\+?\d+", cell.strip()):
        return Cell(code="nip_rounded")
    text = re.sub(r"[\s'’`.\u00a0-]", "", cell)
    if not text.isdecimal():
        return Cell(code="nip_malformed")
    if len(text) != 18:
        return Cell(code="nip_rounded" if len(text) == 15 else "nip_length")
    if text.endswith("000"):
        return Cell(code="nip_rounded")
    if _date(text[:4], text[4:6], text[6:8]) is None or not BORN_FROM <= int(text[:4]) <= BORN_TO:
        return Cell(code="nip_birth_date")
    if not (1 <= int(text[12:14]) <= 12 or int(text[12:14]) >= 21):
        return Cell(code="nip_appointment")
    return Cell(text) if text[14] in "12" else Cell(code="nip_sex")


_TRUE = {"ya", "y", "yes", "true", "1", "v", "✓", "√", "ada", "sudah", "lengkap", "tepat", "tepat waktu", "terverifikasi",
         "diverifikasi", "sudah diverifikasi", "valid"}  # fmt: skip
_FALSE = {"tidak", "t", "no", "false", "0", "x", "tidak ada", "belum", "tidak lengkap", "terlambat", "tidak tepat waktu",
          "belum ada", "belum lengkap", "belum terverifikasi", "belum diverifikasi", "tidak terverifikasi"}  # fmt: skip


def yes_no(cell: str) -> Cell:
    """Read a yes or no in the words that forms use."""
    text = plain(cell).casefold().strip()
    if text in _FALSE:
        return Cell(False)
    if is_missing(cell):
        return Cell(code="missing")
    if text in _TRUE:
        return Cell(True)
    return Cell(code="not_yes_no")
