"""Cells become values: each column is read by its type, and a cell that can't be read is a reject with its reason."""

import re
from collections.abc import Callable, Sequence

import polars as pl

from etl.conforming.recognise import Table
from etl.conforming.remarks import Reject
from etl.conforming.source import Field
from etl.reading.files import Sheet
from etl.reading.guard import masked
from etl.reading.words import (
    DATE,
    NUMBER,
    Cell,
    Period,
    count,
    decimal_mark,
    find_moment,
    find_period,
    is_missing,
    label,
    nip,
    number,
    plain,
    yes_no,
)

LONGEST_ANSWER = 60  # characters of a choice on a form with people: a longer text is what somebody wrote himself
_RANGE = re.compile(r"^\s*([\d.,]+)\s*%?\s*(?:-|–|—|s/d|s\.d\.|sampai)\s*([\d.,]+)\s*%?\s*$")


def cast(records: pl.DataFrame, table: Table, sheet: Sheet) -> tuple[pl.DataFrame, list[Reject]]:
    """Return the records with typed columns and the rejects; a bad cell rejects its record, a failed formula only itself."""
    source = table.source
    measures = [m for m in source.measures if m.name in records.columns]
    if measures:
        has_value = pl.any_horizontal(~pl.col(m.name).map_elements(is_missing, pl.Boolean) for m in measures) if (
            records.height
        ) else pl.lit(True)  # fmt: skip
        records = records.filter(has_value)
        # NIHIL says that there was nothing: unlike a 0 it is never taken for a month not yet reported.
        nil = pl.any_horizontal(pl.col(m.name).str.to_lowercase().str.strip_chars() == "nihil" for m in measures)
        records = records.with_columns(nil.alias("is_nil"))
    records = records.with_columns(_written_beside(records[n.name]) for n in source.notes if n.name in records.columns)
    rejects: list[Reject] = []
    codes: list[str] = []
    for column in [f for f in (*source.fields, *source.measures) if f.name in records.columns]:
        texts = records[column.name].unique().to_list()
        cells = dict(zip(texts, _reader(column, texts)(texts), strict=True))
        if column.name not in source.required:
            cells = {t: Cell(code="missing") if c.code == "nip_missing" else c for t, c in cells.items()}
        faults = {t: c.code for t, c in cells.items() if c.code not in (None, "missing")}
        records = records.with_columns(
            _values(column, cells, records).alias(column.name),
            records[column.name].replace_strict(faults, default=None, return_dtype=pl.String).alias(f"_{column.name}"),
            records[column.name].alias(f"={column.name}"),
        )
        if column.type == "figure":
            records = records.with_columns(_figure_parts(column.name, cells, records))
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
    kept = records.filter(~fatal)
    if measures and kept.height:
        kept = kept.filter(pl.any_horizontal(pl.col(c).is_not_null() for c in result_columns(measures, kept)))
    blank = [f for f in source.fields if f.name in source.required and f.name in table.fields and f.type == "text"]
    for column in blank:
        rejects += [Reject(sheet.name, row, column.title, "", "key_blank") for row in
                    kept.filter(pl.col(column.name).is_null())["row"].unique(maintain_order=True)]  # fmt: skip
        kept = kept.filter(pl.col(column.name).is_not_null())
    return kept.select(c for c in kept.columns if c[0] not in "_="), rejects


def _written_beside(texts: pl.Series) -> pl.Series:
    """Return what is written beside figures as it may be kept: blanks as missing, a date as its day, numbers of people masked."""
    kept = {t: masked(re.sub("T00:00:00$", "", plain(t))) for t in texts.unique().to_list() if not is_missing(t)}
    return texts.replace_strict(kept, default=None, return_dtype=pl.String)


def result_columns(measures: Sequence[Field], records: pl.DataFrame) -> list[str]:
    """Return the columns that hold what was measured, figures as text (`<name>_text`) among them."""
    return [c for m in measures for c in (m.name, f"{m.name}_text") if c in records.columns]


def _limits(column: Field) -> dict[str, str]:
    limits = {"low": column.low, "high": column.high}
    return {name: f"{value:g}" for name, value in limits.items() if value is not None}


def _values(column: Field, cells: dict[str, Cell], records: pl.DataFrame) -> pl.Series:
    kinds = {"count": pl.Int64, "decimal": pl.Float64, "figure": pl.Float64, "score": pl.Float64, "yes_no": pl.Boolean,
             "moment": pl.Datetime("us"), "year": pl.String, "month": pl.String, "quarter": pl.String, "period": pl.String}  # fmt: skip
    known = {
        t: c.value
        for t, c in cells.items()
        if c.value is not None and not (column.type == "figure" and isinstance(c.value, str))
    }
    if column.type in ("period", "month", "quarter", "year"):
        known = {t: _written(period) for t, period in known.items() if isinstance(period, Period)}
    return records[column.name].replace_strict(known, default=None, return_dtype=kinds.get(column.type, pl.String))


def _written(period: Period) -> str:
    """Return a period as a key: year, month and number of months, each as far as it is known."""
    return f"{period.year or ''}/{period.month or ''}/{period.months or ''}"


def read_back(key: str) -> Period:
    """Return the period that a key stands for."""
    year, month, months = (int(part) if part else None for part in key.split("/"))
    return Period(year, month, months)


def span(first: str | None, last: str | None) -> str | None:
    """Return the key of the period from the first to the last month that two keys name, None where they name no span of one year."""
    if first is None or last is None:
        return None
    start, end = read_back(first), read_back(last)
    if start.month is None or end.month is None or end.month < start.month or (start.year or end.year) != (end.year or start.year):
        return None
    return _written(Period(start.year or end.year, start.month, end.month - start.month + (end.months or 1)))


def _figure_parts(name: str, cells: dict[str, Cell], records: pl.DataFrame) -> list[pl.Series]:
    """Return the columns beside a figure: the text of a predicate such as WTP, and the upper bound of a range `20 - 28`."""
    texts = {t: c.value for t, c in cells.items() if isinstance(c.value, str)}
    raw = records[f"={name}"] if f"={name}" in records.columns else records[name]
    parts = [raw.replace_strict(texts, default=None, return_dtype=pl.String).alias(f"{name}_text")]
    if name == "target":
        bounds = {t: upper for t in cells if (upper := _upper_bound(t)) is not None}
        parts.append(raw.replace_strict(bounds, default=None, return_dtype=pl.Float64).alias("target_max"))
    return parts


def _upper_bound(text: str) -> float | None:
    found = _RANGE.match(text)
    upper = number(found[2]) if found else Cell(code="missing")
    return float(upper.value) if upper.code is None else None  # ty: ignore[invalid-argument-type]


def _reader(column: Field, texts: Sequence[str]) -> Callable[[Sequence[str]], list[Cell]]:
    """Return what reads the distinct cells of a column; the decimal mark is the column's, never a single cell's."""
    if column.type in ("decimal", "figure"):
        mark = decimal_mark(texts)
        read = _figure if column.type == "figure" else number
        return lambda cells: [read(cell, mark, column.low, column.high) for cell in cells]
    is_month_first = column.is_month_first and not any(_day_over_twelve(text) for text in texts)
    readers: dict[str, Callable[[str], Cell]] = {
        "count": count,
        "nip": nip,
        "yes_no": yes_no,
        "score": lambda cell: _score(cell, column),
        "moment": lambda cell: _moment(cell, is_month_first),
        "period": lambda cell: _period(cell, is_month_first),
        "quarter": _quarter,
        "month": _month,
        "year": _year,
    }
    read_one = readers.get(column.type, lambda cell: _text(cell, column.refused))
    return lambda cells: [read_one(cell) for cell in cells]


def _text(cell: str, refused: str | None) -> Cell:
    if is_missing(cell):
        return Cell(code="missing")
    return Cell(code="column_shifted") if refused and re.fullmatch(refused, label(cell)) else Cell(plain(cell))


def _day_over_twelve(text: str) -> bool:
    """Tell whether a date proves that its column writes the day first, as `25/03/2024` does."""
    found = re.match(r"\s*(\d{1,2})[-/.]\d{1,2}[-/.]\d{4}", text)
    return bool(found) and int(found[1]) > 12


def _figure(cell: str, mark: str | None, low: float | None, high: float | None) -> Cell:
    """Read a number, a range (its lower bound) or a predicate: a short text in letters such as WTP, BB or `Baik`."""
    if found := _RANGE.match(cell):
        return number(found[1], mark, low, high)
    read = number(cell, mark, low, high)
    if read.code == "not_a_number" and re.fullmatch(r"[A-Za-z][A-Za-z +-]{0,23}", cell.strip()):
        return Cell(cell.strip())
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
    whole = read.value is not None and float(read.value).is_integer()  # ty: ignore[invalid-argument-type]
    if read.code != "out_of_range" and said is not None and read.value != said:
        return Cell(code="score_contradicts")  # a form that numbers its answers the other way round
    return read if read.code == "out_of_range" or whole else Cell(code="not_a_score")


def _moment(cell: str, is_month_first: bool) -> Cell:
    if is_missing(cell):
        return Cell(code="missing")
    read = find_moment(cell, is_month_first)
    return Cell(read) if read else Cell(code="not_a_date")


def _period(cell: str, is_month_first: bool) -> Cell:
    if is_missing(cell):
        return Cell(code="missing")
    return Cell(period) if (period := period_of(cell, is_month_first)) else Cell(code="not_a_period")


def _quarter(cell: str) -> Cell:
    if is_missing(cell):
        return Cell(code="missing")
    return Cell(period) if (period := quarter_of(cell)) else Cell(code="not_a_period")


def _month(cell: str) -> Cell:
    if is_missing(cell):
        return Cell(code="missing")
    return Cell(period) if (period := period_of(cell, False)) else Cell(code="not_a_month")


def _year(cell: str) -> Cell:
    if is_missing(cell):
        return Cell(code="missing")
    period = find_period(cell)[0]
    return Cell(period) if period.year and not period.month else Cell(code="not_a_year")


def period_of(cell: str, is_month_first: bool = False) -> Period:
    """Return the period of a cell: a month number 1..12, a date (its month), or what the words say."""
    bare = plain(cell).strip()
    if bare.isdecimal() and 1 <= int(bare) <= 12:
        return Period(None, int(bare), 1)
    if (is_month_first or cell.startswith(DATE)) and (moment := find_moment(cell, is_month_first)):
        return Period(moment.year, moment.month, 1)
    return find_period(cell)[0]


def quarter_of(cell: str) -> Period:
    """Return the period of a cell under a heading that says quarter: 1..4 or I..IV alone is a quarter, never a month."""
    return (
        find_period(f"triwulan {plain(cell)}")[0]
        if re.fullmatch(r"\s*([1-4]|[Ii]{1,3}|[Ii][Vv])\s*", plain(cell))
        else period_of(cell)
    )
