"""Number formats of cells, as far as they change what a number means: percents, dates, fixed decimals, leading zeros."""

import math
import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache

from etl.reading.words import DATE, NUMBER

PERCENT, MOMENT, DURATION, DECIMALS, ZEROS = "percent", "moment", "duration", "decimals", "zeros"

# The formats that a workbook may name by number alone (ECMA-376, part 1, 18.8.30); those left out say nothing of a number.
BUILT_IN = {
    **{2: "0.00", 4: "#,##0.00", 9: "0%", 10: "0.00%", 46: "[h]:mm:ss"},
    **dict.fromkeys((*range(14, 18), *range(27, 37), *range(50, 59)), "dd/mm/yyyy"),
    **dict.fromkeys((*range(18, 23), 45, 47), "hh:mm"),
}
# What a cell shows whose formula failed, by the numbers that the binary workbooks have for it.
ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_LITERAL = re.compile(r'"[^"]*"?|\\.|_.|\*.', re.DOTALL)  # what is shown as it is, or is only room
_BRACKET = re.compile(r"\[[^\]]*\]")
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[0-9.]+)\]")
_LAST_SERIAL = 2_958_465  # 31 December 9999


@dataclass(frozen=True)
class Shown:
    """What a format makes of a number: a kind, and of how many decimals or digits."""

    kind: str
    digits: int = 0


@lru_cache(4096)
def _sections(code: str) -> tuple[tuple[str, float, Shown | None], ...]:
    """Return the sections of a format, each with the comparison that a number must meet (none: by sign)."""
    found = []
    for section in _LITERAL.sub("", code).split(";")[:4]:
        condition = _CONDITION.search(section)
        sign, bound = (condition[1], _bound(condition[2])) if condition else ("", 0.0)
        found.append((sign, bound, _shown(section)))
    return tuple(found)


def _bound(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _shown(section: str) -> Shown | None:
    if _ELAPSED.search(section):
        return Shown(DURATION)
    bare = re.sub("general", "", _BRACKET.sub("", section), flags=re.IGNORECASE).strip()
    if "%" in bare:
        return Shown(PERCENT)
    if re.search("[dmyhs]", bare, re.IGNORECASE):
        return Shown(MOMENT)
    if found := re.fullmatch(r"[#0,]*0\.(0+)", bare):
        return Shown(DECIMALS, len(found[1]))
    return Shown(ZEROS, len(bare)) if re.fullmatch("0{2,}", bare) else None


def shown(code: str, value: float) -> Shown | None:
    """Return what a format makes of this number, None where it stays what it is."""
    sections = _sections(code)
    for sign, bound, kind in sections:
        if sign and _meets(value, sign, bound):
            return kind
    plain = [kind for sign, _, kind in sections if not sign] or [sections[-1][2]]
    if len(plain) > 2 and value == 0:
        return plain[2]
    return plain[1] if len(plain) > 1 and value < 0 else plain[0]


def _meets(value: float, sign: str, bound: float) -> bool:
    return {
        "<": value < bound, ">": value > bound, "<=": value <= bound, ">=": value >= bound, "=": value == bound,
        "<>": value != bound,
    }[sign]  # fmt: skip


def carried(value: float, code: str, is_1904: bool = False) -> str:
    """Return a number as a cell carries it: a percent with its sign, a date as a date, with the zeros that are shown."""
    if not math.isfinite(value):
        return str(value)
    kind = shown(code, value) if code else None
    if kind is None:
        return f"{NUMBER}{value!r}"
    if kind.kind == PERCENT:
        return f"{NUMBER}{value!r}%"
    if kind.kind in (MOMENT, DURATION):
        return moment(value, kind.kind, is_1904)
    return f"{NUMBER}{_with_zeros(value, kind)}"


def _with_zeros(value: float, kind: Shown) -> str:
    is_whole = float(value).is_integer()
    if kind.kind == ZEROS:
        return f"{value:0{kind.digits}.0f}" if is_whole and 0 <= value < 10**kind.digits else repr(value)
    text = repr(value)
    short = "e" not in text and not is_whole and len(text) - text.index(".") - 1 < kind.digits
    return f"{value:.{kind.digits}f}" if short else text


def moment(value: float, kind: str, is_1904: bool) -> str:
    """Return the date, the time of day or the duration that a number of days stands for; one outside the calendar stays a number."""
    if kind == DURATION and abs(value) <= _LAST_SERIAL:
        return str(timedelta(milliseconds=round(value * 86_400_000)))
    if not 0 <= value <= _LAST_SERIAL:
        return f"{NUMBER}{value!r}"
    if value < 1 and not is_1904:
        return str((datetime.min + timedelta(milliseconds=min(round(value * 86_400_000), 86_399_999))).time())
    # Spreadsheets count a 29 February 1900 that never was: before it the calendar begins a day later.
    first = datetime(1904, 1, 1) if is_1904 else datetime(1899, 12, 30) if value >= 60 else datetime(1899, 12, 31)
    try:
        when = first + timedelta(milliseconds=round(value * 86_400_000))
    except OverflowError:
        return f"{NUMBER}{value!r}"
    return f"{DATE}{(when.date() if when.time() == time() else when).isoformat()}"
