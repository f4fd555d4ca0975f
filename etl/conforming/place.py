"""Whose and of when: the period, unit, payer and service of each record, from the columns, then the words around the table."""

import re
from collections.abc import Sequence

import polars as pl

from etl.conforming.agency import ownership
from etl.conforming.cells import read_back, span
from etl.conforming.recognise import Level, Table, Vocabulary
from etl.conforming.remarks import Observation, Reject
from etl.kinds import KINDS
from etl.reading.files import Sheet
from etl.reading.words import Period, count, label


def with_period(
    records: pl.DataFrame, table: Table, sheet: Sheet
) -> tuple[pl.DataFrame, list[Reject], list[Observation]]:
    """Add `period` (its first day) and `period_months`: from the columns, then the headings, then the words around the table."""
    source = table.source
    records = _spanned(records)
    dated = [f for f in source.fields if f.type in ("period", "month", "quarter", "year") and f.name in records.columns]
    if not source.months:
        return records, [], []
    groups = list(dict.fromkeys(v.coordinates for v in table.values)) or [(Period(), None, None)]
    keys = ["across", *(f.name for f in dated)]
    distinct = records.select(keys).unique(maintain_order=True)
    periods = []
    for across, *cells in distinct.rows():
        period = Period()
        for cell in cells:
            if cell is not None:
                period = _merge(period, read_back(cell))
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
        pl.Series("start", starts, pl.Date),
        pl.Series("period_months", lengths, pl.Int32),
        pl.Series("known", allowed, pl.Boolean),
    )
    joined = records.join(lookup, on=keys, how="left", nulls_equal=True, maintain_order="left")
    unknown = joined.filter(~pl.col("known"))
    rejects = [
        Reject(sheet.name, row, "periode", " ".join(_say(read_back(c)) for c in cells if c), "period_unknown")
        for row, *cells in unknown.select("row", *(f.name for f in dated))
        .unique(subset="row", maintain_order=True)
        .rows()
    ]
    kept = joined.filter("known").drop(*(f.name for f in dated if f.name != "start"), "known")
    return kept.rename({"start": "period"}), rejects, _contradictions(periods, table, sheet)


def _spanned(records: pl.DataFrame) -> pl.DataFrame:
    """Make one period of the columns of its first and its last month."""
    if not {"period_from", "period_until"} <= set(records.columns):
        return records.drop("period_from", "period_until", strict=False)
    ends = records.select("period_from", "period_until").unique()
    spans = [span(*pair) for pair in ends.rows()]
    joined = records.join(
        ends.with_columns(pl.Series("_span", spans, pl.String)),
        on=["period_from", "period_until"], how="left", nulls_equal=True, maintain_order="left",
    )  # fmt: skip
    own = pl.col("period") if "period" in records.columns else pl.lit(None, pl.String)
    return joined.with_columns(pl.coalesce(own, "_span").alias("period")).drop("_span", "period_from", "period_until")


def _merge(period: Period, more: Period) -> Period:
    return period.fill(more) if period else more


def _contradictions(periods: Sequence[tuple[Period, Period]], table: Table, sheet: Sheet) -> list[Observation]:
    """Observe a sheet, file or folder name (or title) that names another month or year than the content itself does."""
    own = [p for p, _ in periods]
    years = {p.year for p in own if p.year}
    months = {(p.month, p.length_months()) for p in own if p.month}
    found = []
    for level in table.levels:
        period = level.period
        wrong_year = period.year and years and period.year not in years
        single = len(months) == 1 and all(p.month for p in own)
        wrong_month = period.month and single and not _covers(period, next(iter(months)))
        if wrong_year or wrong_month:
            details = {
                "place": level.place,
                "found": _say(period),
                "expected": ", ".join(sorted({_say(p) for p in own if p})[:3]),
            }
            found.append(Observation("period_contradicts_name", sheet.name, details=details))
    return found


def _covers(period: Period, month: tuple[int, int]) -> bool:
    start, length = period.month or 1, period.length_months()
    return start <= month[0] < start + length or month[0] <= start < month[0] + month[1]


def _say(period: Period) -> str:
    month = f"-{period.month:02d}" if period.month else ""
    return f"{period.year or '????'}{month}"


def with_context(
    records: pl.DataFrame, table: Table, sheet: Sheet, vocabulary: Vocabulary
) -> tuple[pl.DataFrame, list[Observation]]:
    """Add what the columns don't say but the words around the table do, and the constants of the source."""
    source = table.source
    observations = []
    if "subdistrict" in records.columns:
        of_kecamatan = pl.format("Kecamatan {}", pl.col("subdistrict").str.replace(r"(?i)^kec(amatan|\.)?\s+", ""))
        own_unit = pl.col("unit") if "unit" in records.columns else pl.lit(None, pl.String)
        records = records.with_columns(pl.coalesce(own_unit, of_kecamatan).alias("unit")).drop("subdistrict")
    for name in ("unit", "kecamatan", "payer", "service"):
        if name in records.columns or name not in {f.name for f in source.fields}:
            continue
        value = next((getattr(level, name) for level in table.levels if getattr(level, name)), None)
        if name == "payer" and value is None and label(sheet.name) in vocabulary.payers:
            value = label(sheet.name)
        records = records.with_columns(pl.lit(value, pl.String).alias(name))
        if name == "unit" and value:
            observations += _unit_contradictions(value, table.levels, vocabulary, sheet)
    if "respondents" in table.source.required and "respondents" not in records.columns:
        said = next((level.respondents for level in table.levels if level.respondents), "")
        records = records.with_columns(pl.lit(_people(said), pl.Int64).alias("respondents"))
    if "ownership" in KINDS[source.kind]:
        block = next((level.title for level in table.levels if level.place == "block"), "")
        records = records.with_columns(
            pl.when(pl.col("unit").is_null()).then(pl.lit(ownership(block))).alias("ownership")
        )
    return records.with_columns(pl.lit(text).alias(name) for name, text in source.constants.items()), observations


def _people(text: str) -> int | None:
    """Return how many people a text such as `150 orang` says."""
    found = count(re.sub(r"(?i)\s*(orang|jiwa|responden)\W*$", "", text))
    return int(found.value) if found.code is None and found.value is not None else None  # ty: ignore[invalid-argument-type]


def _unit_contradictions(unit: str, levels: Sequence[Level], vocabulary: Vocabulary, sheet: Sheet) -> list[Observation]:
    def unit_id(name: str) -> str | None:
        return vocabulary.units.get(label(name)) or vocabulary.units.get(vocabulary.unit_in(name) or "")

    return [
        Observation(
            "unit_contradicts_name",
            sheet.name,
            unit=unit,
            details={"place": level.place, "found": level.unit, "expected": unit},
        )
        for level in levels
        if level.place != "block" and level.unit and unit_id(unit) and unit_id(level.unit) not in (None, unit_id(unit))
    ]
