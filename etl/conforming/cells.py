"""Cells become values: each column is read by its type, and a cell that can't be read is a reject with its reason."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import polars as pl

from etl.conforming import days
from etl.reading.dates import Order, find_moment, is_ambiguous, numeric
from etl.reading.files import Sheet
from etl.reading.guard import masked
from etl.reading.periods import ROMAN, Period, find_period
from etl.reading.texts import each, known, says, words
from etl.reading.texts import kept as with_rows
from etl.reading.words import (
    NUMBER,
    Cell,
    count,
    decimal_mark,
    is_missing,
    is_pending,
    label,
    lone_group,
    nip,
    number,
    plain,
    sign_of,
    yes_no,
)
from etl.recognising.recognise import Table
from etl.recognising.source import Field
from etl.remarks import Observation, Reject

DAY = "day"  # the column of the days of a register
LONGEST_ANSWER = 60  # characters of a choice on a form with people: a longer text is what somebody wrote himself
PERIODS = ("period", "month", "quarter", "year", "date")  # the types of columns that say of when a row is
# A day, with or without a time of day in no zone: a register has many times of few days.
_DAY_ALONE = re.compile(r"\s*(\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4})(?:[ tT]+[\d:. ]*)?$")
_RANGE = re.compile(
    r"(?i)^\s*([\d.,]+)\s*%?\s*(?:-|–|—|s/d|s\.d\.?|sampai(?: dengan)?|hingga)\s*([\d.,]+)\s*"
    r"(?:%|orang|hari|jam|menit|kali|km|ha|unit)?\s*$"
)
# A predicate, maybe with the range of figures that it stands for: `A (80 - 90)`.
_PREDICATE = re.compile(
    r"(?P<name>[A-Za-z][A-Za-z +-]{0,23}?)\s*(?:\(\s*[<>≥≤=]*\s*\d[\d.,]*\s*(?:(?:-|–|s/d|s\.d\.?)\s*\d[\d.,]*\s*)?\))?"
)
# What counts the lines of a list, before the name: `1. `, `a) `, `1.2. `; one file has it and another does not.
_COUNTER = re.compile(r"^\s*\(?(?:\d{1,2}(?:\.\d{1,2})*[.)]\s*|(?:[a-z]|[ivx]{1,4})[.)]\s+)(?=[A-Za-z])")


def cast(
    records: pl.DataFrame, table: Table, sheet: Sheet, utc_offset_hours: float | None = None, sent: date | None = None
) -> tuple[pl.DataFrame, list[Reject], list[Observation]]:
    """Return the records with typed columns, the rejects and observations; a bad cell rejects its record, a failed formula only itself.

    Times with a zone become those of the district; nothing happened after the day on which the file was `sent`.
    """
    source = table.source
    measures = [m for m in source.measures if m.name in records.columns]
    if measures:
        filled = pl.DataFrame([~each(records[m.name], is_missing, pl.Boolean) for m in measures])
        records = with_rows(records, filled.select(pl.any_horizontal(pl.all())).to_series())
        # NIHIL says that there was nothing: unlike a 0 it is never taken for a month not yet reported.
        nil = pl.any_horizontal(says(m.name, r"(?i)^\s*nihil\s*$") for m in measures)
        records = records.with_columns(nil.alias("is_nil"))
    records = records.with_columns(_written_beside(records[n.name]) for n in source.notes if n.name in records.columns)
    rejects: list[Reject] = []
    seen: list[Observation] = []
    codes: list[str] = []
    columns = [f for f in (*source.fields, *source.measures) if f.name in records.columns]
    marks = _marks(
        {f.name: words(records[f.name]).to_list() for f in columns if f.type in ("decimal", "figure") and f.low is None}
    )
    written = records
    for column in columns:
        texts = words(records[column.name]).to_list()
        is_dated = column.type in days.DATED
        order = (
            days.order_in(column, texts, table, sheet, sent, _beside(column, columns, written)) if is_dated else Order()
        )
        cells = dict(zip(texts, _reader(column, texts, order, marks, utc_offset_hours)(texts), strict=True))
        if column.type == "period":
            cells |= _numbered(
                texts, says_month=bool(set(days.heading_of(column, table, sheet).split()) & {"bulan", "bln"})
            )
        if is_dated:
            seen += days.observed(column, texts, order, sheet)
            cells |= {text: Cell(code="date_swapped") for text in days.swapped(texts)}
        if column.name not in source.required:
            cells = {t: Cell(code="missing") if c.code == "nip_missing" else c for t, c in cells.items()}
        faults = {t: c.code for t, c in cells.items() if c.code not in (None, "missing")}
        raw = records[column.name]
        of_register = column.type == "date" and source.counts_rows
        records = records.with_columns(
            known(raw, *_values(column, cells)),
            *([_days(raw, order, utc_offset_hours)] if of_register else ()),
            *(_figure_parts(raw, cells) if column.type == "figure" else ()),
        )
        if not faults:
            continue
        records = records.with_columns(
            known(raw, faults, pl.String).alias(f"_{column.name}"), raw.alias(f"={column.name}")
        )
        codes.append(f"_{column.name}")
        for row, text, code in records.filter(pl.col(f"_{column.name}").is_not_null()).select(
            "row", f"={column.name}", f"_{column.name}"
        ).unique(maintain_order=True).rows():  # fmt: skip
            is_hidden = (source.is_personal if column.is_personal is None else column.is_personal) and text
            is_hidden = is_hidden or (source.is_personal and len(plain(text)) > LONGEST_ANSWER)
            shown = f"({len(plain(text))} karakter)" if is_hidden else plain(text)
            rejects.append(Reject(sheet.name, row, column.title, shown, code, _limits(column)))
    fatal = (
        pl.any_horizontal((pl.col(c) != "formula_error").fill_null(False) for c in codes) if codes else pl.lit(False)
    )
    kept = records.filter(~fatal) if codes else records
    if measures and kept.height:
        has_result = pl.any_horizontal(pl.col(c).is_not_null() for c in result_columns(measures, kept))
        kept = with_rows(kept, kept.select(has_result.alias("has_result"))["has_result"])
    return kept.select(c for c in kept.columns if c[0] not in "_="), rejects, seen


def _beside(column: Field, columns: Sequence[Field], records: pl.DataFrame) -> list[tuple[str, str]]:
    """Return the dates of a column, each with what a column of months says in its row."""
    month = next((f.name for f in columns if f.type == "month" and f.name != column.name), None)
    return records.select(column.name, month).unique().rows() if month else []


def _days(texts: pl.Series, order: Order, utc_offset_hours: float | None) -> pl.Series:
    """Return the days that the cells of a register name, as `day`."""
    moments = ((text, find_moment(text, order.month_first, utc_offset_hours)) for text in words(texts))
    return known(texts, {text: moment.date() for text, moment in moments if moment}, pl.Date).alias(DAY)


def _written_beside(texts: pl.Series) -> pl.Series:
    """Return what is written beside figures as it may be kept: blanks as missing, a date as its day, numbers of people masked."""
    kept = {t: masked(re.sub("T00:00:00$", "", plain(t))) for t in words(texts) if not is_missing(t)}
    return known(texts, kept, pl.String)


def result_columns(measures: Sequence[Field], records: pl.DataFrame) -> list[str]:
    """Return the columns that hold what was measured, figures as text (`<name>_text`) among them."""
    return [c for m in measures for c in (m.name, f"{m.name}_text") if c in records.columns]


def _limits(column: Field) -> dict[str, str]:
    limits = {"low": column.low, "high": column.high}
    return {name: f"{value:g}" for name, value in limits.items() if value is not None}


def _values(column: Field, cells: dict[str, Cell]) -> tuple[dict[str, Any], Any]:
    """Return the values of the cells of a column, and of which type they are."""
    kinds = {"count": pl.Int64, "decimal": pl.Float64, "figure": pl.Float64, "score": pl.Float64, "yes_no": pl.Boolean,
             "moment": pl.Datetime("us"), "year": pl.String, "month": pl.String, "quarter": pl.String, "period": pl.String,
             "date": pl.String}  # fmt: skip
    values = {
        t: c.value
        for t, c in cells.items()
        if c.value is not None and not (column.type == "figure" and isinstance(c.value, str))
    }
    if column.type in PERIODS:
        values = {t: _written(period) for t, period in values.items() if isinstance(period, Period)}
    return values, kinds.get(column.type, pl.String)


def _written(period: Period) -> str:
    """Return a period as a key: year, month, number of months, each as far as it is known, whether it is a sum, its fault."""
    return f"{period.year or ''}/{period.month or ''}/{period.months or ''}/{'sum' if period.is_sum else ''}/{period.fault or ''}"


def read_back(key: str) -> Period:
    """Return the period that a key stands for."""
    *numbers, is_sum, fault = key.split("/")
    year, month, months = (int(part) if part else None for part in numbers)
    return Period(year, month, months, bool(is_sum), fault or None)


def span(first: str | None, last: str | None) -> str | None:
    """Return the key of the period from the first to the last month that two keys name, None where they name no span of one year."""
    if first is None or last is None:
        return None
    start, end = read_back(first), read_back(last)
    if (
        start.month is None
        or end.month is None
        or end.month < start.month
        or (start.year or end.year) != (end.year or start.year)
    ):
        return None
    return _written(Period(start.year or end.year, start.month, end.month - start.month + (end.months or 1)))


def _figure_parts(raw: pl.Series, cells: dict[str, Cell]) -> list[pl.Series]:
    """Return the columns beside a figure: the text of a predicate such as WTP, and the upper bound of a range `20 - 28`."""
    texts = {t: c.value for t, c in cells.items() if isinstance(c.value, str)}
    name = raw.name
    parts = [known(raw, texts, pl.String).alias(f"{name}_text")]
    if name == "target":
        signed = {t: plain(t).strip() for t, cell in cells.items() if sign_of(t)[0] and cell.value is not None}
        parts = [known(raw, texts | signed, pl.String).alias(f"{name}_text")]
        bounds = {t: upper for t in cells if (upper := _upper_bound(t)) is not None}
        parts.append(known(raw, bounds, pl.Float64).alias("target_max"))
    return parts


def _upper_bound(text: str) -> float | None:
    found = _RANGE.match(text)
    upper = number(found[2]) if found else Cell(code="missing")
    return float(upper.value) if upper.code is None else None


def _marks(columns: Mapping[str, Sequence[str]]) -> dict[str, tuple[str | None, frozenset[str]]]:
    """Return for each column of figures its decimal mark, and the marks of lone groups (`12.500`) that may mean two numbers in it.

    A column that proves nothing itself follows what all others prove, where that is the reading that it would have alone.
    """
    proven = {name: decimal_mark(texts) for name, texts in columns.items()}
    lone = {name: {mark for text in texts if (mark := lone_group(text))} for name, texts in columns.items()}
    marks = {mark for mark in proven.values() if mark}
    open_marks = {mark for name, found in lone.items() if not proven[name] for mark in found}
    found: dict[str, tuple[str | None, frozenset[str]]] = {}
    for name, own in lone.items():
        mark = proven[name]
        if len(marks) > 1 or (not mark and len(open_marks) > 1 and own):
            doubtful = own
        elif not mark and "." in marks:  # 12.500 beside 87.5: thousands, or three decimals
            doubtful, mark = own & {"."}, "."
        else:
            doubtful = set()
        found[name] = (mark, frozenset(doubtful))
    return found


def _reader(
    column: Field,
    texts: Sequence[str],
    order: Order,
    marks: Mapping[str, tuple[str | None, frozenset[str]]],
    utc_offset_hours: float | None,
) -> Callable[[Sequence[str]], list[Cell]]:
    """Return what reads the distinct cells of a column; decimal mark and order of dates are the column's, never a single cell's."""
    if column.type in ("decimal", "figure"):
        mark, doubtful = marks.get(column.name) or (decimal_mark(texts), frozenset())
        read = _figure if column.type == "figure" else _number
        return lambda cells: [
            Cell(code="two_decimal_styles") if lone_group(cell) in doubtful else read(cell, mark, column)
            for cell in cells
        ]
    readers: dict[str, Callable[[str], Cell]] = {
        "count": count,
        "nip": nip,
        "yes_no": yes_no,
        "score": lambda cell: _score(cell, column),
        "moment": lambda cell: _dated(
            cell, order, lambda: find_moment(cell, order.month_first, utc_offset_hours), "not_a_date"
        ),
        "date": lambda cell: _dated(
            cell, order, lambda: _day(cell, order.month_first, utc_offset_hours), "not_a_period"
        ),
        "period": lambda cell: _dated(cell, order, lambda: period_of(cell, order.month_first), "not_a_period"),
        "quarter": _quarter,
        "month": _month,
        "year": _year,
    }
    read_one = readers.get(column.type, lambda cell: _text(cell, column))
    return lambda cells: [read_one(cell) for cell in cells]


def _text(cell: str, column: Field) -> Cell:
    if is_missing(cell) or (column.refused and is_pending(cell)):
        return Cell(code="missing")
    is_refused = column.refused and re.fullmatch(column.refused, label(cell))
    text = _COUNTER.sub("", plain(cell)) if column.name == "indicator" else plain(cell)
    return Cell(code=column.refused_as) if is_refused else Cell(text)


def _number(cell: str, mark: str | None, column: Field) -> Cell:
    """Read a number; that of a target may stand behind a sign or word for its bound: `≥ 90`, `minimal 90`."""
    sign, rest = sign_of(cell) if column.name in ("target", "target_before") else ("", cell)
    return number(rest if sign else cell, mark, column.low, column.high)


def _figure(cell: str, mark: str | None, column: Field) -> Cell:
    """Read a number, a predicate (a short text in letters such as WTP, BB or `Baik`) or, of a target, a range (its lower bound)."""
    if column.name == "target" and (found := _RANGE.match(cell)):
        return number(found[1], mark, column.low, column.high)
    read = _number(cell, mark, column)
    if read.code == "not_a_number" and is_pending(cell):
        return Cell(code="missing")
    if read.code == "not_a_number" and (said := _PREDICATE.fullmatch(cell.strip())):
        return Cell(said["name"].strip())
    return read


def _score(cell: str, column: Field) -> Cell:
    """Read an answer: a whole number of the scale, `4. Sangat baik`, or the answer's words."""
    if is_missing(cell):
        return Cell(code="missing")
    text = label(cell)
    words = re.sub(r"^(?:\d|[a-e]) | \d$", "", text)
    said = column.answers.get(words) if column.answers else None
    leading = re.match(r"^\W*(\d+(?:[.,]\d+)?)\b", plain(cell).strip())
    if said is not None and not (leading and re.match(r"[1-9]$", leading[1])):
        return Cell(float(said))
    if not leading:
        return Cell(code="not_a_score")
    read = number(leading[1] if not cell.startswith(NUMBER) else cell, None, column.low, column.high)
    whole = read.value is not None and float(read.value).is_integer()
    if read.code != "out_of_range" and said is not None and read.value != said:
        return Cell(code="score_contradicts")  # a form that numbers its answers the other way round
    return read if read.code == "out_of_range" or whole else Cell(code="not_a_score")


def _dated(cell: str, order: Order, read: Callable[[], Period | datetime | None], code: str) -> Cell:
    """Read a cell of a column with dates; one that reads as two days is refused where the column does not tell which."""
    if is_missing(cell):
        return Cell(code="missing")
    if order.fault and (is_ambiguous(cell) or (order.fault == "date_order_mixed" and numeric(cell))):
        return Cell(code=order.fault)
    found = read()
    return Cell(found) if found else Cell(code=code)


def _day(cell: str, month_first: bool, utc_offset_hours: float | None) -> Period:
    """Return the month of a day or of a moment, else what the words of a cell say."""
    found = _DAY_ALONE.match(cell)
    if found:
        return _month_of(found[1], month_first, None)
    return _month_of(cell, month_first, utc_offset_hours)


@lru_cache(1 << 16)
def _month_of(cell: str, month_first: bool, utc_offset_hours: float | None) -> Period:
    moment = find_moment(cell, month_first, utc_offset_hours)
    return Period(moment.year, moment.month, 1) if moment else find_period(cell, month_first)[0]


def _numbered(texts: Sequence[str], says_month: bool) -> dict[str, Cell]:
    """Return what the cells of a column of periods are that are a number alone: months, where the heading says so or one is above 4.

    Else they may as well be quarters, and are no period.
    """
    numbers = {
        text: int(plain(text)) for text in texts if plain(text).strip().isdecimal() and len(plain(text).strip()) < 3
    }
    romans = {text: ROMAN[roman] for text in texts if (roman := text.strip(" .").casefold()) in ROMAN}
    if says_month or max([*numbers.values(), *romans.values()], default=0) > 4:
        return {text: Cell(Period(None, month, 1)) for text, month in (numbers | romans).items() if 1 <= month <= 12}
    return dict.fromkeys(numbers | romans, Cell(code="not_a_period"))


def _quarter(cell: str) -> Cell:
    if is_missing(cell):
        return Cell(code="missing")
    return Cell(period) if (period := quarter_of(cell)) else Cell(code="not_a_period")


def _month(cell: str) -> Cell:
    if is_missing(cell):
        return Cell(code="missing")
    month = ROMAN.get(cell.strip(" .").casefold())
    return (
        Cell(Period(None, month, 1))
        if month
        else Cell(period)
        if (period := period_of(cell))
        else Cell(code="not_a_month")
    )


def _year(cell: str) -> Cell:
    if is_missing(cell):
        return Cell(code="missing")
    period = find_period(cell)[0]
    return Cell(period) if period.year and not period.month else Cell(code="not_a_year")


def period_of(cell: str, month_first: bool = False) -> Period:
    """Return the period of a cell: a month number 1..12, or what its words or dates say."""
    bare = plain(cell).strip()
    if bare.isdecimal() and 1 <= int(bare) <= 12:
        return Period(None, int(bare), 1)
    return find_period(cell, month_first)[0]


def quarter_of(cell: str) -> Period:
    """Return the period of a cell under a heading that says quarter: 1..4 or I..IV is a quarter there, never a month."""
    bare = plain(cell).strip()
    quarter = find_period(f"triwulan {bare}")[0]
    return Period() if quarter.months is None and bare.isdecimal() and len(bare) < 3 else quarter
