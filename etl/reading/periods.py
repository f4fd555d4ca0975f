"""Periods as offices write them: text in, a year, months, a span or a sum from January out; a range is never one of its ends."""

import calendar
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from etl.reading.dates import ISO_DATE, MONTHS, NUMERIC_DATE, with_century
from etl.reading.words import DATE, as_date, label, plain

# An appraisal from 2 January to 30 December is of the whole year: it begins on its first day at work, and ends on its last.
SPARE_DAYS = 3


@dataclass(frozen=True)
class Period:
    """A part of a period, as far as a text tells it: a year, the first month, and how many months it covers.

    `is_sum`: the text says that figures are summed up from January on (`s.d. TW II`). `fault` is the code of a message where
    the text names no period that a figure can be booked on: parts of months, or several periods at once.
    """

    year: int | None = None
    month: int | None = None
    months: int | None = None
    is_sum: bool = False
    fault: str | None = None

    def __bool__(self) -> bool:
        return self.year is not None or self.month is not None

    def fill(self, other: "Period") -> "Period":
        """Return this period with what it lacks taken from the other."""
        if self.month is None:
            return replace(other, year=self.year or other.year, is_sum=self.is_sum or other.is_sum)
        return replace(self, year=self.year or other.year_of(self.month))

    def narrowed(self, other: "Period") -> "Period":
        """Return the other where it lies within this period (January below TW I), else this one with what it lacks."""
        is_within = self.month and other.month and other.length_months() < self.length_months() and self.covers(other)
        return other.fill(self) if is_within else self.fill(other)

    def year_of(self, month: int) -> int | None:
        """Return the year in which a month lies within this period, as in November 2024 to January 2025; None where two do."""
        if not self.year or not self.month or not self.runs_over():
            return self.year
        return self.year + (month < self.month) if self.length_months() <= 12 else None

    def summed(self) -> "Period":
        """Return the months from January to the end of this period, as figures cover that are summed up."""
        if not self.month or self.runs_over():
            return self
        return replace(self, month=1, months=self.month - 1 + self.length_months(), is_sum=True)

    def start(self) -> date | None:
        """Return the first day, or None where the year is not known; a year alone is twelve months from January."""
        return date(self.year, self.month or 1, 1) if self.year else None

    def length_months(self) -> int:
        """Return the number of months that the period covers."""
        return self.months or (1 if self.month else 12)

    def runs_over(self) -> bool:
        """Tell whether the period ends in the year after."""
        return (self.month or 1) + self.length_months() > 13

    def covers(self, other: "Period") -> bool:
        """Tell whether the months of the other lie within this period; a year that one of them lacks plays no part."""
        same = self.year is None or other.year is None
        start, first = ((0 if same else p.year * 12) + (p.month or 1) for p in (self, other))  # ty: ignore[unsupported-operator]
        return start <= first and first + other.length_months() <= start + self.length_months()


NO_PERIOD = Period()

_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
ROMAN = {roman: number for number, roman in enumerate(_ROMAN, start=1)}
_ORDINALS = {roman: ROMAN[roman] for roman in _ROMAN[:4]} | {str(n): n for n in range(1, 5)}
for _number, _words in enumerate(("satu pertama kesatu", "dua kedua", "tiga ketiga", "empat keempat"), start=1):
    _ORDINALS |= dict.fromkeys(_words.split(), _number)
_ORDINAL = "(" + "|".join(sorted(_ORDINALS, key=len, reverse=True)) + r")\b"
_MONTH = "(" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b"
_YEAR = r"((?:19|20)\d\d)"
_KE = r"((?:[ .:/(–-]{0,3}(?:yang )?ke)?[ .:/(–-]{0,3})"
_UP_TO = r"(?:s ?[./-]? ?d\b\.?|sampai(?: (?:dengan|dgn))?\b|hingga\b|until\b|through\b)"
_TO = rf"(?:{_UP_TO}|to\b|[-–—~])"

# What a text may hold of a period, in the order in which it is looked for at each place.
_PIECES = {
    "law": re.compile(rf"\b(?:nomor|no)\b[ .:]{{0,3}}\S{{1,24}} (?:tahun|thn) {_YEAR}\b"),
    "days": re.compile(rf"(?<![\d/.-])(\d{{1,2}}) ?{_TO} ?(\d{{1,2}})[ .-]?{_MONTH}(?:[ .,-]*{_YEAR}\b)?"),
    "numbered_days": re.compile(rf"(?<![\d/.-])(\d{{1,2}}) ?(?:{_UP_TO}|[–—~]|-(?=[\d ]+/)) ?{NUMERIC_DATE}"),
    "iso_date": re.compile(ISO_DATE.replace(r"(?<!\d[-/. ])", "")),
    "numeric_date": re.compile(NUMERIC_DATE),
    "day": re.compile(rf"(?<!\d)(\d{{1,2}})[ /-]{_MONTH}(?:[ /-]{_YEAR}(?!\d))?"),
    "glued": re.compile(rf"\b{_YEAR}(?:[ ./-]?(q|tw)|(s)){_ORDINAL}"),
    "quarter": re.compile(rf"\b(triwulan|tri wulan|triw|trw|tw|kuartal|kwartal|quarter|q){_KE}{_ORDINAL}"),
    "half": re.compile(rf"\b(semester|smtr|smt|sem){_KE}{_ORDINAL}"),
    "third": re.compile(rf"\b(caturwulan|catur wulan|cawu){_KE}{_ORDINAL}"),
    "week": re.compile(
        rf"\b(?:minggu|pekan|week)(?:[ .-]{{0,3}}ke[ .-]{{0,3}}|[ .-]{{0,3}}(?!\d[ .-]*{_MONTH}))(?:{_ORDINAL}|v\b|5\b|kelima\b)"
    ),
    "iso_month": re.compile(rf"\b{_YEAR}[-/.]?(0[1-9]|1[0-2])\b"),
    "month_year": re.compile(rf"\b(0?[1-9]|1[0-2])[-/.]{_YEAR}\b"),
    "numbered_month": re.compile(
        rf"\b(?:bulan|bln)(?: ke)?[ .-]{{1,2}}(1[0-2]|0?[1-9])(?=[ ,/-]+(?:tahun |thn )?{_YEAR}\b)"
    ),
    "month": re.compile(rf"\b(?:bulan |bln )?{_MONTH}(?:[ '’-]+(\d\d)\b(?! ?\d)(?![ .-]*{_MONTH}))?"),
    "year": re.compile(rf"\b(?:tahun |thn |ta |th )?{_YEAR}\b"),
    "up_to": re.compile(rf"\b{_UP_TO}"),
    "to": re.compile(r"\bto\b|[-–—~]"),
    "and": re.compile(r"\bdan\b|\band\b|[&,/+]"),
    "ordinal": re.compile(rf"\b{_ORDINAL}"),
    "between": re.compile(r"\b(?:bulan|bln|tahun|thn|tgl|tanggal|dengan)\b"),
}
# A word that begins none of these is another word, whatever follows.
_OPENS = re.compile(
    rf"[\d&,/+~–—-]|bulan|bln|tahun|thn|ta|th|tgl|dengan|dan|and|s|hingga|until|through|to|tri|trw|tw|kuar|kwar|qu?|catur|cawu|no"
    rf"|minggu|pekan|week|{_ORDINAL.removesuffix(chr(92) + 'b')}|{_MONTH.removesuffix(chr(92) + 'b')}"
)
_TOKEN = re.compile(r"[a-z0-9]+|[^\sa-z0-9]")
_DATES = {"numbered_days", "iso_date", "numeric_date"}
_LENGTHS = {"quarter": 3, "half": 6, "third": 4}
# A text is seen as a row of signs: S names months or days, o is a bare ordinal, Y a year, U `s.d.`, T a dash, A `dan`, b a word
# between, k a week, x any other word. What stands together as one period is then a pattern of signs.
_SIGNS = {"law": "x", "year": "Y", "up_to": "U", "to": "T", "and": "A", "between": "b", "ordinal": "o", "week": "k"}
_TOGETHER = re.compile(r"S(?:[YTUAb]*(?:S|(?<=[TUAS])o))*")
_YEAR_AFTER, _YEAR_BEFORE = re.compile(r"(?=(S)[ATb]?(Y))"), re.compile(r"(?=(Y)[ATb]?(S))")


@dataclass(frozen=True)
class _Piece:
    """A part of a text: months (of a date: days within one) where `unit` says which kind; its years, its place in the text."""

    sign: str
    start: int
    end: int
    unit: str = ""
    year: int | None = None
    month: int = 0
    months: int = 1
    first: int = 1
    last: int = 31


@lru_cache(1 << 16)
def find_period(text: str, month_first: bool = False) -> tuple[Period, str]:
    """Return the period that a text names and what is left of the text, as a label, when the period is taken out.

    A cell with a native date gives its month; a date beside a named period is the day of the report and says nothing.
    """
    if text.startswith(DATE):
        day = date.fromisoformat(text[1:11])
        return Period(day.year, day.month, 1), ""
    raw = unicodedata.normalize("NFKD", with_century(plain(text))).casefold().replace("_", " ")
    pieces = _pieces(raw, month_first)
    signs = "".join(piece.sign for piece in pieces)
    groups = [g for found in _TOGETHER.finditer(signs) for g in _parted(pieces, found.start(), found.end())]
    named = [group for group in groups if group.is_sum or not group.is_date] or groups
    years = {p.year for p in pieces if p.sign == "Y"} | {p.year for g in named for p in g.pieces if p.year}
    rest = _without(raw, [p for p in pieces if p.sign == "Y"], groups)
    if not named:
        year = years.pop() if len(years) == 1 else None
        return Period(year), rest
    period = _one_of([group.period() for group in named])
    if period.year is None and len(years) == 1:
        period = replace(period, year=years.pop())
    return replace(period, fault="period_part") if "k" in signs else period, rest


def _pieces(raw: str, month_first: bool) -> list[_Piece]:
    """Return the parts of a text in their order, each period with the year that stands beside it."""
    found: list[_Piece] = []
    position = 0
    for token in _TOKEN.finditer(raw):
        if token.start() < position:
            continue
        for kind, pattern in _PIECES.items() if _OPENS.match(token[0]) else ():
            match = pattern.match(raw, token.start())
            piece = _piece(kind, match, month_first) if match else None
            if match and (
                piece or kind in _DATES
            ):  # what is written as a date and is none, such as 31/02/2026, is no month either
                found.append(piece or _Piece("x", match.start(), match.end()))
                position = match.end()
                break
        else:
            if token[0].isalnum():
                found.append(_Piece("x", token.start(), token.end()))
    if any(p.sign == "Y" for p in found):  # the 24 of `Jan 24` is a year only where no other stands
        found = [replace(p, year=None) if p.unit == "short" else p for p in found]
    found = [replace(p, unit="month") if p.unit == "short" else p for p in found]
    used: set[int] = set()
    signs = "".join(p.sign for p in found)
    for pattern, of_year, of_piece in ((_YEAR_AFTER, 2, 1), (_YEAR_BEFORE, 1, 2)):
        for match in pattern.finditer(signs):
            year, piece = match.start(of_year), match.start(of_piece)
            if year not in used and found[piece].year is None:
                used.add(year)
                found[piece] = replace(found[piece], year=found[year].year)
    return found


def _piece(kind: str, found: re.Match[str], month_first: bool) -> _Piece | None:
    """Return what a match says, None where its numbers make no period, such as a fifth quarter or a 31 February."""
    bare = _Piece(_SIGNS.get(kind, "S"), found.start(), found.end())
    if kind in ("days", "day"):
        first, last, month, year = found.groups() if kind == "days" else (found[1], *found.groups())
        known = replace(bare, unit="date", month=MONTHS[month], year=int(year) if year else None)
        return _within(known, int(first), int(last))
    if kind in ("iso_date", "numeric_date", "numbered_days"):
        *before, one, two, year = found.groups() if kind != "iso_date" else (found[4], found[3], found[1])
        day = (month_first and as_date(year, one, two)) or as_date(year, two, one) or as_date(year, one, two)
        known = replace(bare, unit="date", year=day.year, month=day.month) if day else None
        return _within(known, int(before[0]) if before else day.day, day.day) if known and day else None
    if kind == "glued":
        return _nth(bare, "half" if found[3] else "quarter", found[4], int(found[1]))
    if kind in _LENGTHS:
        is_word = found[1] == "sem" and not found[2] and not found[3].isdigit()  # `semi` is no half-year
        return None if is_word else _nth(bare, kind, found[3])
    if kind in ("iso_month", "month_year"):
        year, month = found.groups() if kind == "iso_month" else (found[2], found[1])
        return replace(bare, unit="month", year=int(year), month=int(month))
    if kind == "numbered_month":
        return replace(bare, unit="month", month=int(found[1]))
    if kind == "month":
        return replace(bare, unit="short", month=MONTHS[found[1]], year=2000 + int(found[2]) if found[2] else None)
    if kind == "year":
        return replace(bare, year=int(found[1]))
    return replace(bare, month=_ORDINALS[found[1]]) if kind == "ordinal" else bare


def _within(piece: _Piece, first: int, last: int) -> _Piece | None:
    return replace(piece, first=first, last=last) if 1 <= first <= last <= 31 else None


def _nth(bare: _Piece, unit: str, ordinal: str, year: int | None = None) -> _Piece | None:
    length, number = _LENGTHS[unit], _ORDINALS[ordinal]
    known = replace(bare, sign="S", unit=unit, month=(number - 1) * length + 1, months=length, year=year)
    return known if number * length <= 12 else None


@dataclass(frozen=True)
class _Group:
    """The pieces of a text that stand together as one period, `listed` where `dan` or a comma joins them, not `s.d.` or a dash."""

    pieces: tuple[_Piece, ...]
    start: int
    is_sum: bool = False
    is_listed: bool = False

    @property
    def is_date(self) -> bool:
        """Tell whether this is a single day, which names no period where another does."""
        piece = self.pieces[0]
        return len(self.pieces) == 1 and piece.unit == "date" and piece.first == piece.last and piece.year is not None

    def period(self) -> Period:
        """Return the months from the first piece to the last; of a list they must follow one another."""
        first, last = self.pieces[0], self.pieces[-1]
        if (
            len(self.pieces) == 1
            and not self.is_sum
            and (self.is_date or first.unit != "date" or first.first == first.last)
        ):
            return Period(first.year, first.month, first.months)
        begin = (
            last.year if self.is_sum else first.year,
            1 if self.is_sum else first.month,
            1 if self.is_sum else first.first,
        )
        turns = begin[1] > last.month
        year = begin[0] if begin[0] or not last.year else last.year - turns
        years = last.year - year if year and last.year else int(turns)
        length = years * 12 + last.month + last.months - begin[1]
        end = calendar.monthrange(year or 2001, (last.month + last.months - 2) % 12 + 1)[1] - SPARE_DAYS
        is_whole = begin[2] <= 1 + SPARE_DAYS and last.last >= end
        follows = all(
            (b.month + 12 * (b.month <= a.month)) == a.month + a.months
            for a, b in zip(self.pieces, self.pieces[1:], strict=False)
        )
        is_row = self.is_listed or len(self.pieces) > 2
        nested = first.unit != last.unit and first.month <= last.month < first.month + first.months
        if length < 1 or nested or (is_row and not follows):
            return Period(year, begin[1], max(length, 1), fault="period_mixed")
        return Period(year, begin[1], length, self.is_sum, None if is_whole else "period_part")


def _parted(pieces: list[_Piece], start: int, end: int) -> list[_Group]:
    """Return the groups of pieces that stand together: a month beside its quarter is another, but where `s.d.` joins them."""
    groups: list[_Group] = []
    joint = ""
    for place in range(start, end):
        piece = pieces[place]
        if piece.sign not in "So":
            joint += piece.sign
            continue
        last = groups[-1].pieces[-1] if groups else None
        if piece.sign == "o":
            named = _nth(piece, last.unit, str(piece.month)) if last and last.unit in _LENGTHS else None
            if named is None:
                joint += "x"
                continue
            piece = replace(named, year=piece.year)
        if last and "x" not in joint and (last.unit == piece.unit or "U" in joint):
            listed = groups[-1].is_listed or ("A" in joint and not set(joint) & set("UT"))
            groups[-1] = replace(groups[-1], pieces=(*groups[-1].pieces, piece), is_listed=listed)
        else:
            groups.append(_Group((piece,), piece.start))
        joint = ""
    before = start - 1
    while before >= 0 and pieces[before].sign == "b":
        before -= 1
    if before >= 0 and pieces[before].sign == "U" and len(groups[0].pieces) == 1:
        groups[0] = replace(groups[0], is_sum=True, start=pieces[before].start)
    return groups


def _one_of(periods: Sequence[Period]) -> Period:
    """Return the period that several names of one text agree on: the narrowest within all others, a sum where one ends with them."""
    sums = [p for p in periods if p.is_sum]
    narrowest = min(periods, key=lambda p: (p not in sums if sums else False, p.length_months()))
    agree = all((narrowest.covers(p) if narrowest.is_sum else p.covers(narrowest)) for p in periods)
    known = next((p.year for p in periods if p.year), None)
    return replace(narrowest, year=narrowest.year or known, fault=narrowest.fault if agree else "period_mixed")


def _without(raw: str, years: Sequence[_Piece], groups: Sequence[_Group]) -> str:
    """Return what is left of a text, as a label, without its years and all that its periods take up."""
    left = list(raw)
    for start, end in [(p.start, p.end) for p in years] + [(g.start, g.pieces[-1].end) for g in groups]:
        left[start:end] = " " * (end - start)
    return label("".join(left))
