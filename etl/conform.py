"""A recognised table becomes records: fields renamed, columns across unpivoted, cells cast; what can't be understood is a reject.

Pure: a sheet and its table in, accepted records, rejects and observations out. Every row of the sheet is accounted for.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from etl.read import Sheet
from etl.recognise import Level, Table, Value, Vocabulary
from etl.source import Field, Source
from etl.words import (
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

_TOTAL_ROW = (
    r"(?i)^\s*((jumlah|total|jml|grand total|sub\s?total)(\s+(total|seluruhnya|semua|kab|kabupaten|kota|kecamatan|puskesmas)\b.*)?"
    r"|rata[- ]rata|rerata|nrr|ikm|nilai nrr|nrr unsur|ikm unit|nrr tertimbang)\s*[.:]*\s*$"
)
_FOOT_ROW = r"(?i)^\s*(mengetahui|diketahui|menyetujui|keterangan|catatan|sumber\b|legenda|ket\s*[.:]|dibuat oleh|penanggung jawab data)"
_PERSONAL = {"nama", "nama pasien", "nik", "no erm", "no rm", "alamat", "no hp", "email", "tanggal lahir", "no telp", "nomor hp",
             "nama responden", "telepon", "dokter tenaga medis", "diagnosa 1", "umur tahun", "usia"}  # fmt: skip
_RANGE = re.compile(r"^\s*([\d.,]+)\s*%?\s*(?:-|–|—|s/d|s\.d\.|sampai)\s*([\d.,]+)\s*%?\s*$")


@dataclass(frozen=True)
class Reject:
    """A cell or row that could not be understood; `value` is what stood there (of a personal column only its length)."""

    sheet: str
    row: int
    col: str
    value: str
    code: str
    details: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Observation:
    """Something that loaded, yet looks wrong; becomes a finding with the message of its code."""

    code: str
    sheet: str = ""
    row: int | None = None
    unit: str | None = None
    details: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Conformed:
    """The accepted records of one table and what became of each of its rows (the four counts add up to `read`)."""

    source: Source
    sheet: str
    records: pl.DataFrame
    rejects: tuple[Reject, ...]
    observations: tuple[Observation, ...]
    read: int
    accepted: int
    rejected: int
    totals: int
    other: int


def conform(sheet: Sheet, table: Table, vocabulary: Vocabulary) -> Conformed:
    """Return the records of a table. Nothing is coerced: a blank stays missing, a cell that can't be read is rejected."""
    source = table.source
    data = sheet.cells.filter(pl.col("row") > table.header_last)
    data, kinds = _classify(data, table)
    rejects: list[Reject] = []
    totals, unplaced = _unlabelled_totals(data.filter(kinds == "keyless"), data.filter(kinds == "data"), table)
    rejects += [_reject(sheet, row, "", "", "row_without_key") for row in unplaced]
    is_total = (kinds == "total") | data["row"].is_in(totals)
    observations = [Observation("personal_dropped", details={"columns": ", ".join(_personal(table))})] if (
        source.is_personal and _personal(table)
    ) else []  # fmt: skip
    observations += [
        Observation("column_unknown", sheet.name, details={"column": heading})
        for index, heading in table.unknown
        if not source.is_personal and _holds_numbers(data.filter(kinds == "data"), index)
    ]
    rows = data.filter(kinds == "data")
    records, cell_rejects = _cast(_unpivot(_filled_down(rows, table), table), table, sheet)
    if "option" in records.columns:
        records, option_rejects = _options_apart(records, sheet)
        cell_rejects += option_rejects
    rejects += cell_rejects
    records, period_rejects, more = _with_period(records, table, sheet)
    rejects += period_rejects
    observations += more
    records, more = _with_context(records, table, sheet, vocabulary)
    observations += more
    records, duplicate_rejects = _unique(records, source, sheet)
    rejects += duplicate_rejects
    observations += _check_sums(records, source, sheet)
    observations += _check_total_rows(data.filter(is_total), rows, table, sheet)
    accepted = records["row"].n_unique() if records.height else 0
    rejected_rows = {r.row for r in rejects if r.code != "formula_error"} - set(records["row"].to_list())
    return Conformed(
        source=source,
        sheet=sheet.name,
        records=_counted(records, source) if source.counts_rows else records,
        rejects=tuple(rejects),
        observations=tuple(observations),
        read=data.height,
        accepted=accepted,
        rejected=len(rejected_rows),
        totals=int(is_total.sum()),
        other=data.height - accepted - len(rejected_rows) - int(is_total.sum()),
    )


def _reject(sheet: Sheet, row: int, col: str, value: str, code: str, **details: str) -> Reject:
    return Reject(sheet.name, row, col, value, code, details)


def _personal(table: Table) -> list[str]:
    return sorted({heading.split(" / ")[-1] for _, heading in table.unknown} & _PERSONAL)


def _holds_numbers(rows: pl.DataFrame, index: int) -> bool:
    return bool(rows.height) and bool(rows[f"c{index}"].str.contains(f"^{NUMBER}|^[0-9.,]+$").mean() or 0 > 0.5)


# --- rows ------------------------------------------------------------------------------------------------------------


def _columns(values: Iterable[Value]) -> list[str]:
    return [f"c{value.index}" for value in values]


def _classify(data: pl.DataFrame, table: Table) -> tuple[pl.DataFrame, pl.Series]:
    """Return the rows and for each what it is: data, total, keyless (values but no key), or other (blank, notes, signatures)."""
    fields = [f"c{index}" for index in table.fields.values()]
    measured = _columns(table.values)
    beside = [c for c in data.columns[1:] if c not in {*_columns(table.values), *_columns(table.totals)}]
    # A list without measures, such as of employees, has a row wherever two of its columns are filled in.
    has_value = pl.any_horizontal(pl.col(c) != "" for c in [*measured, *_columns(table.totals)]) if measured else (
        pl.sum_horizontal((pl.col(c) != "").cast(pl.Int32) for c in fields) >= 2
    )  # fmt: skip
    has_figure = pl.any_horizontal(pl.col(c).str.contains(rf"^({NUMBER})?[0-9]") for c in measured) if measured else pl.lit(False)
    has_field = pl.any_horizontal(pl.col(c) != "" for c in fields) if fields else pl.lit(True)
    is_total = pl.any_horizontal(pl.col(c).str.contains(_TOTAL_ROW) for c in beside) if beside else pl.lit(False)
    is_foot = pl.any_horizontal(pl.col(c).str.contains(_FOOT_ROW) for c in data.columns[1:])
    is_numbering = pl.all_horizontal(pl.col(c).str.contains(rf"^({NUMBER})?\(?\d{{1,2}}(\.0)?\)?$") for c in data.columns[1:3]) & (
        pl.col("row") == table.header_last + 1
    ) & pl.all_horizontal(pl.col(c).str.contains(rf"^(({NUMBER})?\(?\d{{1,2}}(\.0)?\)?)?$") for c in data.columns[1:])  # fmt: skip
    kind = (
        pl.when((is_foot & ~has_figure).cum_max() | is_numbering | ~(has_value | has_field))
        .then(pl.lit("other"))
        .when(is_total & has_value)
        .then(pl.lit("total"))
        .when(~has_value)
        .then(pl.lit("other"))
        .when(~has_field)
        .then(pl.lit("keyless"))
        .otherwise(pl.lit("data"))
    )
    return data, data.select(kind.alias("kind"))["kind"] if data.height else pl.Series("kind", [], pl.String)


def _amounts(rows: pl.DataFrame, column: str) -> list[float]:
    return [float(c.value) for c in map(count, rows[column].to_list()) if c.code is None]  # ty: ignore[invalid-argument-type]


def _unlabelled_totals(keyless: pl.DataFrame, rows: pl.DataFrame, table: Table) -> tuple[list[int], list[int]]:
    """Part rows with values but no key: sums of their columns and the last line of the table are totals, the others unplaced."""
    sums = {c: sum(_amounts(rows, c)) for c in _columns(table.values)}
    last = rows["row"].max() if rows.height else 0
    totals, unplaced = [], []
    for row in keyless.rows(named=True):
        found = {c: count(row[c]) for c in sums if row[c]}
        is_sum = bool(found) and all(cell.code is None and cell.value == sums[c] for c, cell in found.items())
        (totals if is_sum or row["row"] > last else unplaced).append(row["row"])
    return totals, unplaced


def _check_total_rows(totals: pl.DataFrame, rows: pl.DataFrame, table: Table, sheet: Sheet) -> list[Observation]:
    """Compare the last labelled total with the sum of its column: a total that its parts don't make is worth a look."""
    if not totals.height or table.source.kind != "visit":
        return []
    last = totals.tail(1).rows(named=True)[0]
    for value in table.values:
        stated = count(last[f"c{value.index}"])
        total = sum(_amounts(rows, f"c{value.index}"))
        if stated.code is None and stated.value != total and totals.height == 1:
            details = {"column": value.heading, "expected": f"{total:.0f}", "found": str(stated.value)}
            return [Observation("total_row_differs", sheet.name, last["row"], details=details)]
    return []


def _filled_down(rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Repeat a group's label, written only on its first row, over the rows of the group."""
    filled = [f"c{table.fields[f.name]}" for f in table.source.fields if f.fill_down and f.name in table.fields]
    return rows.with_columns(pl.when(pl.col(c) != "").then(pl.col(c)).forward_fill().fill_null("").alias(c) for c in filled)


# --- columns ---------------------------------------------------------------------------------------------------------


def _unpivot(rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Return one record a row and combination of what the headings say: raw fields, raw measures, `across` (its index)."""
    fields = [pl.col(f"c{index}").alias(name) for name, index in table.fields.items()]
    groups = list(dict.fromkeys(value.coordinates for value in table.values)) or [(Period(), None, None)]
    parts = []
    for position, coordinates in enumerate(groups):
        values = [v for v in table.values if v.coordinates == coordinates]
        _, service, payer = coordinates
        said = [pl.lit(text).alias(name) for name, text in (("service", service), ("payer", payer)) if text is not None]
        part = rows.select(
            "row",
            pl.lit(position, pl.Int32).alias("across"),
            *[f for f in fields if f.meta.output_name() not in {s.meta.output_name() for s in said}],
            *said,
            *(pl.col(f"c{v.index}").alias(v.measure) for v in values),
        )
        parts.append(part)
    return pl.concat(parts, how="diagonal").with_columns(pl.exclude("row", "across").fill_null(""))


def _cast(records: pl.DataFrame, table: Table, sheet: Sheet) -> tuple[pl.DataFrame, list[Reject]]:
    source = table.source
    measures = [m for m in source.measures if m.name in records.columns]
    if measures:
        said = pl.any_horizontal(~pl.col(m.name).map_elements(is_missing, pl.Boolean) for m in measures) if (
            records.height
        ) else pl.lit(True)  # fmt: skip
        records = records.filter(said)
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
            shown = f"({len(plain(text))} karakter)" if column.is_personal and text else plain(text)
            rejects.append(_reject(sheet, row, column.title, shown, code, **_limits(column)))
    fatal = pl.any_horizontal((pl.col(c) != "formula_error").fill_null(False) for c in codes) if codes else pl.lit(False)
    kept = records.filter(~fatal)
    if measures and kept.height:
        kept = kept.filter(pl.any_horizontal(pl.col(c).is_not_null() for c in _result_columns(measures, kept)))
    blank = [f for f in source.fields if f.name in source.required and f.name in table.fields and f.type == "text"]
    for column in blank:
        rejects += [_reject(sheet, row, column.title, "", "key_blank") for row in
                    kept.filter(pl.col(column.name).is_null())["row"].unique(maintain_order=True)]  # fmt: skip
        kept = kept.filter(pl.col(column.name).is_not_null())
    return kept.select(c for c in kept.columns if c[0] not in "_="), rejects


def _result_columns(measures: Sequence[Field], records: pl.DataFrame) -> list[str]:
    return [c for m in measures for c in (m.name, f"{m.name}_text") if c in records.columns]


def _limits(column: Field) -> dict[str, str]:
    limits = {"low": column.low, "high": column.high}
    return {name: f"{value:g}" for name, value in limits.items() if value is not None}


def _values(column: Field, cells: dict[str, Cell], records: pl.DataFrame) -> pl.Series:
    kinds = {"count": pl.Int64, "decimal": pl.Float64, "figure": pl.Float64, "score": pl.Float64, "yes_no": pl.Boolean,
             "moment": pl.Datetime("us"), "year": pl.String, "month": pl.String, "period": pl.String}  # fmt: skip
    known = {t: c.value for t, c in cells.items() if c.value is not None and not (column.type == "figure" and isinstance(c.value, str))}
    if column.type in ("period", "month", "year"):
        known = {t: t for t in known}
    return records[column.name].replace_strict(known, default=None, return_dtype=kinds.get(column.type, pl.String))


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
    readers: dict[str, Callable[[str], Cell]] = {
        "count": count,
        "nip": nip,
        "yes_no": yes_no,
        "score": lambda cell: _score(cell, column),
        "moment": lambda cell: _moment(cell, column),
        "period": lambda cell: _period(cell, column),
        "month": _month,
        "year": _year,
    }
    read_one = readers.get(column.type, _text)
    return lambda cells: [read_one(cell) for cell in cells]


def _text(cell: str) -> Cell:
    return Cell(code="missing") if is_missing(cell) else Cell(plain(cell))


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
    if column.answers and text in column.answers:
        return Cell(float(column.answers[text]))
    leading = re.match(r"^(\d+(?:[.,]\d+)?)\b", plain(cell).strip())
    if not leading:
        return Cell(code="not_a_score")
    read = number(leading[1] if not cell.startswith(NUMBER) else cell, None, column.low, column.high)
    whole = read.value is not None and float(read.value).is_integer()  # ty: ignore[invalid-argument-type]
    return read if read.code == "out_of_range" or whole else Cell(code="not_a_score")


def _moment(cell: str, column: Field) -> Cell:
    if is_missing(cell):
        return Cell(code="missing")
    read = find_moment(cell, column.is_month_first)
    return Cell(read) if read else Cell(code="not_a_date")


def _period(cell: str, column: Field) -> Cell:
    if is_missing(cell):
        return Cell(code="missing")
    return Cell(period) if (period := period_of(cell, column.is_month_first)) else Cell(code="not_a_period")


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
    if bare.isdigit() and 1 <= int(bare) <= 12:
        return Period(None, int(bare), 1)
    if (is_month_first or cell.startswith(DATE)) and (moment := find_moment(cell, is_month_first)):
        return Period(moment.year, moment.month, 1)
    return find_period(cell)[0]


# --- period, unit and the rest of the key ------------------------------------------------------------------------------


def _with_period(records: pl.DataFrame, table: Table, sheet: Sheet) -> tuple[pl.DataFrame, list[Reject], list[Observation]]:
    """Add `period` (its first day) and `period_months`: from the columns, then the headings, then the words around the table."""
    source = table.source
    dated = [f for f in source.fields if f.type in ("period", "month", "year") and f.name in records.columns]
    if not source.months:
        return records, [], []
    groups = list(dict.fromkeys(v.coordinates for v in table.values)) or [(Period(), None, None)]
    keys = ["across", *(f.name for f in dated)]
    distinct = records.select(keys).unique(maintain_order=True)
    periods = []
    for across, *cells in distinct.rows():
        period = Period()
        for column, cell in zip(dated, cells, strict=True):
            if cell is not None:
                part = period_of(cell, column.is_month_first) if column.type != "year" else find_period(cell)[0]
                period = _merge(period, part)
        period = _merge(period, groups[across][0])
        own = period
        for level in table.levels:
            period = _merge(period, level.period)
        periods.append((own, period))
    starts = [p.start() for _, p in periods]
    lengths = [p.length_months() for _, p in periods]
    allowed = [
        start is not None and length in source.months and (p.month is not None or 12 in source.months)
        for start, length, (_, p) in zip(starts, lengths, periods, strict=True)
    ]
    lookup = distinct.with_columns(
        pl.Series("start", starts, pl.Date), pl.Series("period_months", lengths, pl.Int32), pl.Series("known", allowed, pl.Boolean)
    )
    joined = records.join(lookup, on=keys, how="left", nulls_equal=True, maintain_order="left")
    unknown = joined.filter(~pl.col("known"))
    rejects = [
        _reject(sheet, row, "periode", " ".join(plain(c) for c in cells if c), "period_unknown")
        for row, *cells in unknown.select("row", *(f.name for f in dated)).unique(subset="row", maintain_order=True).rows()
    ]
    kept = joined.filter("known").drop(*(f.name for f in dated if f.name != "start"), "known")
    return kept.rename({"start": "period"}), rejects, _contradictions(periods, table, sheet)


def _merge(period: Period, more: Period) -> Period:
    return period.fill(more) if period else more


def _contradictions(periods: Sequence[tuple[Period, Period]], table: Table, sheet: Sheet) -> list[Observation]:
    """Observe a sheet, file or folder name (or title) that names another month or year than the content itself does."""
    own = [p for p, _ in periods]
    years = {p.year for p in own if p.year}
    months = {(p.month, p.length_months()) for p in own if p.month}
    found = []
    for level in table.levels:
        said = level.period
        wrong_year = said.year and years and said.year not in years
        single = len(months) == 1 and all(p.month for p in own)
        wrong_month = said.month and single and not _covers(said, next(iter(months)))
        if wrong_year or wrong_month:
            details = {
                "place": level.place,
                "found": _say(said),
                "expected": ", ".join(sorted({_say(p) for p in own if p})[:3]),
            }
            found.append(Observation("period_contradicts_name", sheet.name, details=details))
    return found


def _covers(said: Period, month: tuple[int, int]) -> bool:
    start, length = said.month or 1, said.length_months()
    return start <= month[0] < start + length or month[0] <= start < month[0] + month[1]


def _say(period: Period) -> str:
    month = f"-{period.month:02d}" if period.month else ""
    return f"{period.year or '????'}{month}"


def _with_context(records: pl.DataFrame, table: Table, sheet: Sheet, vocabulary: Vocabulary) -> tuple[pl.DataFrame, list[Observation]]:
    """Add what the columns don't say but the words around the table do, and the constants of the source."""
    source = table.source
    observations = []
    if "subdistrict" in records.columns:
        of_kecamatan = pl.format("Kecamatan {}", pl.col("subdistrict").str.replace(r"(?i)^kec(amatan|\.)?\s+", ""))
        said_unit = pl.col("unit") if "unit" in records.columns else pl.lit(None, pl.String)
        records = records.with_columns(pl.coalesce(said_unit, of_kecamatan).alias("unit")).drop("subdistrict")
    for name in ("unit", "kecamatan", "payer", "service"):
        if name in records.columns or name not in {f.name for f in source.fields}:
            continue
        said = next((getattr(level, name) for level in table.levels if getattr(level, name)), None)
        if name == "payer" and said is None:
            said = next((label(level_name) for level_name in (sheet.name,) if label(level_name) in vocabulary.payers), None)
        records = records.with_columns(pl.lit(said, pl.String).alias(name))
        if name == "unit" and said:
            observations += _unit_contradictions(said, table.levels, vocabulary, sheet)
    return records.with_columns(pl.lit(text).alias(name) for name, text in source.constants.items()), observations


def _unit_contradictions(said: str, levels: Sequence[Level], vocabulary: Vocabulary, sheet: Sheet) -> list[Observation]:
    def unit_id(name: str) -> str | None:
        return vocabulary.units.get(label(name)) or vocabulary.units.get(vocabulary.unit_in(name) or "")

    return [
        Observation("unit_contradicts_name", sheet.name, unit=said, details={"place": level.place, "found": level.unit, "expected": said})
        for level in levels
        if level.place != "block" and level.unit and unit_id(said) and unit_id(level.unit) not in (None, unit_id(said))
    ]


# --- checks within one table -------------------------------------------------------------------------------------------


def _unique(records: pl.DataFrame, source: Source, sheet: Sheet) -> tuple[pl.DataFrame, list[Reject]]:
    """Reject rows that say the same key twice: a repetition keeps its first row, contradicting rows are all rejected."""
    key = [c for c in (*source.key, "period_months") if c in records.columns]
    if not source.key or source.counts_rows or not records.height:
        return records, []
    measures = _result_columns(source.measures, records) or [c for c in records.columns if c not in {*key, "row", "across"}]
    first = records.with_columns(
        pl.len().over(key).alias("_same"),
        pl.struct(measures).n_unique().over(key).alias("_values"),
        pl.int_range(pl.len()).over(key).alias("_nth"),
        pl.col("row").first().over(key).alias("_first"),
    )
    contradicting = first.filter(pl.col("_values") > 1)
    repeated = first.filter((pl.col("_values") == 1) & (pl.col("_nth") > 0))
    rejects = [
        _reject(sheet, row, ", ".join(key), "", "key_contradicts", times=str(times), first=str(head))
        for row, times, head in contradicting.select("row", "_same", "_first").unique(maintain_order=True).rows()
    ]
    rejects += [
        _reject(sheet, row, ", ".join(key), "", "key_repeated", first=str(head))
        for row, head in repeated.select("row", "_first").unique(maintain_order=True).rows()
    ]
    kept = first.filter((pl.col("_values") == 1) & (pl.col("_nth") == 0))
    return kept.drop("_same", "_values", "_nth", "_first"), rejects


def _check_sums(records: pl.DataFrame, source: Source, sheet: Sheet) -> list[Observation]:
    found = []
    for total, parts in source.parts.items():
        if not {total, *parts} <= set(records.columns):
            continue
        wrong = records.filter(pl.sum_horizontal(parts, ignore_nulls=False) != pl.col(total))
        for row, unit, stated, *amounts in wrong.select("row", "unit", total, *parts).rows():
            details = {"expected": str(sum(amounts)), "found": str(stated)}
            found.append(Observation("parts_differ_from_total", sheet.name, row, unit, details))
    return found


def _options_apart(records: pl.DataFrame, sheet: Sheet) -> tuple[pl.DataFrame, list[Reject]]:
    """Part a DHIS2 category option (`Baru, JKN PBI`) into the measure and the payer; the data element names the service."""
    options = {text: _option(text) for text in records["option"].unique() if text is not None}
    unknown = {text for text, (measure, _) in options.items() if measure is None}
    rejects = [
        _reject(sheet, row, "catoptcombo", text, "option_unknown")
        for row, text in records.filter(pl.col("option").is_in(list(unknown))).select("row", "option").rows()
    ]
    kept = records.filter(~pl.col("option").is_in(list(unknown)))
    measure = kept["option"].replace_strict({t: m for t, (m, _) in options.items()}, default=None, return_dtype=pl.String)
    keyed = kept.with_columns(
        measure.alias("measure"),
        kept["option"].replace_strict({t: p for t, (_, p) in options.items()}, default=None, return_dtype=pl.String).alias("payer"),
        pl.col("data_element").str.replace(r"^.*? - ", "").alias("service"),
    )
    keys = ["unit", "period", "service", "payer"]
    apart = keyed.group_by(keys, maintain_order=True).agg(
        pl.col("row").first(),
        pl.col("across").first(),
        *(
            pl.when((pl.col("measure") == name).any()).then(pl.col("value").filter(pl.col("measure") == name).sum()).alias(name)
            for name in ("new_count", "returning_count", "patients")
        ),
        (pl.len() - pl.struct("measure").n_unique()).alias("_repeated"),
    )
    rejects += [_reject(sheet, row, "dataelement", "", "key_contradicts", times="2", first=str(row)) for row in
                apart.filter(pl.col("_repeated") > 0)["row"]]  # fmt: skip
    return apart.filter(pl.col("_repeated") == 0).drop("_repeated"), rejects


def _option(text: str) -> tuple[str | None, str | None]:
    measures = {"baru": "new_count", "lama": "returning_count", "default": "patients", "total": "patients"}
    parts = [part.strip() for part in text.split(",")]
    found = [measures[label(part)] for part in parts if label(part) in measures]
    rest = [part for part in parts if label(part) not in measures]
    return (found[0] if len(found) == 1 else None), (rest[0] if len(rest) == 1 else None)


def _counted(records: pl.DataFrame, source: Source) -> pl.DataFrame:
    """Count the rows of a register by key: new and returning visits; no personal column is left in what is returned."""
    kinds = pl.col("visit_type").str.to_lowercase().str.strip_chars()
    keys = [c for c in source.key if c in records.columns]
    return (
        records.group_by([*keys, "period_months"], maintain_order=True)
        .agg(
            pl.col("row").first(),
            kinds.eq("baru").sum().cast(pl.Int64).alias("new_count"),
            kinds.eq("lama").sum().cast(pl.Int64).alias("returning_count"),
            pl.len().cast(pl.Int64).alias("patients"),
        )
        .with_columns(pl.lit(0, pl.Int32).alias("across"))
    )
