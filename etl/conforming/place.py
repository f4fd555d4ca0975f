"""Whose and of when: the period, unit, payer and service of each record, from the columns, then the words around the table."""

import re
from collections.abc import Sequence

import polars as pl

from etl.conforming.cells import PERIODS, read_back, result_columns, span
from etl.kinds import KINDS
from etl.reading.files import Sheet
from etl.reading.periods import Period
from etl.reading.texts import combined, each, kept, kind_in
from etl.reading.words import count, label
from etl.recognising.agency import ownership
from etl.recognising.around import Level
from etl.recognising.recognise import Table, Vocabulary
from etl.recognising.source import Source
from etl.remarks import Observation, Reject, Sent

# A target may lie as far ahead as the longest plan of a district, of 20 years (UU 25/2004), and a few years of its drafting.
TARGET_YEARS_AHEAD = 25
_KECAMATAN = re.compile(r"(?i)^kec(amatan|\.)?\s+")

_MOST_PERIODS = 3  # that are named one by one


def with_period(
    records: pl.DataFrame, table: Table, sheet: Sheet, sent: Sent | None = None
) -> tuple[pl.DataFrame, list[Reject], list[Observation]]:
    """Add `period` (its first day) and `period_months`: from the columns, then the headings, then the words around the table.

    A row whose period can't be told, or can't be of this form, or had not begun when the file was sent, is refused with its reason.
    """
    source = table.source
    records = _spanned(records)
    dated = [f for f in source.fields if f.type in PERIODS and f.name in records.columns]
    if not source.months:
        return records, [], []
    groups = list(dict.fromkeys(v.coordinates for v in table.values)) or [(Period(), None, None)]
    keys = ["across", *(f.name for f in dated)]
    distinct, places = combined(records, keys)
    periods, unlike = [], []
    # Words around the table that name the sum of some columns (`Realisasi s.d. Juni`) are of those: of the others the year is.
    sums = {own for own, *_ in groups if own.is_sum and own.month}
    said_of_all = _periods_around(table)
    levels = {
        own: [
            Period(said.year)
            if not own and any(said.month == s.month and said.months == s.months for s in sums)
            else said
            for said in said_of_all
        ]
        for own, *_ in groups
    }
    for across, *cells in distinct.rows():
        period = Period()
        told = [read_back(cell) for cell in cells if cell is not None]
        unlike.append(" / ".join(_span(p).replace("????-", "bulan ") for p in told) if _disagree(told) else None)
        for said in told:
            period = _merge(period, said)
        own = groups[across][0]  # what a heading says to be of the whole year is not of the row's quarter
        period = own.fill(period) if own.months == 12 else _merge(period, own)
        for level in levels[own]:
            period = _merge(period, level)
        periods.append(period)
    lookup = pl.DataFrame(
        [
            pl.Series("start", [p.start() for p in periods], pl.Date),
            pl.Series("period_months", [p.length_months() for p in periods], pl.Int32),
            pl.Series("fault", [_fault(p, source.months) for p in periods], pl.Categorical),
            pl.Series("said", [_span(p) for p in periods], pl.Categorical),
            pl.Series("unlike", unlike, pl.Categorical),
        ]
    )
    joined = records.with_columns(column.gather(places) for column in lookup.get_columns())
    joined, ahead = _not_begun(joined, table, sheet, sent)
    months = " / ".join(map(str, source.months))
    rejects = [
        Reject(sheet.name, row, "periode", said, fault, {"found": said, "months": str(length), "expected": months})
        for row, fault, said, length in joined.filter(pl.col("fault").is_not_null())
        .select("row", "fault", "said", "period_months")
        .unique(subset="row", maintain_order=True)
        .rows()
    ]
    dated_rows = kept(joined, joined["fault"].is_null()).drop(
        *(f.name for f in dated if f.name != "start"), "fault", "said"
    )
    dated_rows = _once_a_year(dated_rows, source, [n for n, (own, *_) in enumerate(groups) if own.months == 12])
    summed = sorted({_span(p) for p in periods if p.is_sum and p.length_months() > 1 and not _fault(p, source.months)})
    seen = [Observation("period_is_sum", sheet.name, details={"found": said}) for said in summed]
    after = sorted({_span(p) for p in periods if sent and sent.dated < (p.start() or sent.dated) <= sent.modified})
    seen += [
        Observation("period_after_report", sheet.name, details={"found": said, "expected": f"{sent.dated:%d/%m/%Y}"})
        for said in after
        if sent and "target" not in records.columns
    ]
    clashes = dated_rows.filter(pl.col("unlike").is_not_null())
    if clashes.height:
        row, found, start = clashes.select("row", "unlike", "start").row(0)
        details = {"rows": str(clashes["row"].n_unique()), "found": found, "expected": f"{start:%Y-%m}"}
        seen.append(Observation("periods_disagree", sheet.name, row, details=details))
    dated_rows = dated_rows.drop("unlike")
    return dated_rows.rename({"start": "period"}), rejects + ahead, _contradictions(periods, table, sheet) + seen


def _periods_around(table: Table) -> list[Period]:
    """Return what the places around the table say of its period: since January where one says that figures are summed up.

    Where a column of its own holds such sums, those words are of that column.
    """
    said = [level.period for level in table.levels]
    is_running = any(level.is_running for level in table.levels)
    has_own = any(v.span for v in (*table.values, *table.totals))
    return [period.summed() for period in said] if is_running and not has_own else said


def _once_a_year(records: pl.DataFrame, source: Source, yearly: list[int]) -> pl.DataFrame:
    """Return the records with one for what each quarter's row repeats of its year, such as the year's target."""
    if not yearly:
        return records
    of_year = pl.col("across").is_in(yearly)
    said = [c for c in (*source.key, "start", "period_months") if c in records.columns]
    said += result_columns(source.measures, records)
    once = records.filter(of_year).unique(said, keep="first", maintain_order=True)
    return pl.concat([records.filter(~of_year), once]).sort("across", maintain_order=True)


def _spanned(records: pl.DataFrame) -> pl.DataFrame:
    """Make one period of the columns of its first and its last month."""
    for pair in (("period_from", "period_until"), ("month_from", "month_until")):
        if set(pair) <= set(records.columns):
            ends = records.select(pair).unique()
            spans = ends.with_columns(pl.Series("_span", [span(*row) for row in ends.rows()], pl.String))
            records = records.join(spans, on=pair, how="left", nulls_equal=True, maintain_order="left")
            own = pl.col("period") if "period" in records.columns else pl.lit(None, kind_in(records))
            records = records.with_columns(pl.coalesce(own, "_span").alias("period")).drop("_span")
        records = records.drop(pair, strict=False)
    return records


def _merge(period: Period, more: Period) -> Period:
    return period.fill(more) if period else more


def _disagree(periods: Sequence[Period]) -> bool:
    """Tell whether columns of one row name different years or months."""
    years = {p.year for p in periods if p.year and not p.runs_over()}
    dated = [p for p in periods if p.month]
    return len(years) > 1 or any(not (a.covers(b) or b.covers(a)) for a in dated for b in dated)


def _fault(period: Period, allowed: Sequence[int]) -> str | None:
    """Return the code of why figures can't be booked on a period, None where they can."""
    length = period.length_months()
    if period.fault:
        return period.fault
    if not period:
        return "period_unknown"
    if not period.year:
        return "year_missing"
    if not period.month and 12 not in allowed:
        return "month_missing"
    if length not in allowed:
        return "period_cumulative" if period.is_sum else "period_length"
    return "period_uneven" if ((period.month or 1) - 1) % length else None


def _not_begun(
    records: pl.DataFrame, table: Table, sheet: Sheet, sent: Sent | None
) -> tuple[pl.DataFrame, list[Reject]]:
    """Mark the rows of periods that had not begun on the day of the report; of a plan ahead only what is said to be realised goes.

    A zero there was written before anything was counted: it is no figure, and where forms have trailing zeros they take it out.
    """
    if sent is None:
        return records, []
    late = (pl.col("start") > sent.latest) & pl.col("fault").is_null()
    planned = {"target", "target_max", "target_text", "target_before", "target_before_text"}
    realised = [c for c in result_columns(table.source.measures, records) if c not in planned]
    counted = [
        pl.col(c).fill_null(0) != 0 if records[c].dtype.is_numeric() else pl.col(c).is_not_null() for c in realised
    ]
    said = pl.any_horizontal(counted) if counted else pl.lit(False)
    if "target" not in records.columns or not records.filter(late).height:
        if table.source.trailing_zero and "is_nil" in records.columns:
            late = late & (said | pl.col("is_nil"))
        marked = pl.when(late).then(pl.lit("period_future")).otherwise("fault")
        return records.with_columns(marked.alias("fault")), []
    too_far = late & (pl.col("start").dt.year() > sent.latest.year + TARGET_YEARS_AHEAD)
    has_plan = pl.any_horizontal(pl.col(c).is_not_null() for c in planned & set(records.columns))
    rejects = [
        Reject(sheet.name, row, "periode", text, "period_future", {"found": text})
        for row, text in records.filter(late & ~too_far & has_plan & said)
        .select("row", "said")
        .unique(maintain_order=True)
        .rows()
    ]
    records = records.with_columns(
        pl.when(too_far | (late & ~has_plan)).then(pl.lit("period_future")).otherwise("fault").alias("fault"),
        *(pl.when(late).then(None).otherwise(c).alias(c) for c in realised),
    )
    return records, rejects


def _contradictions(periods: Sequence[Period], table: Table, sheet: Sheet) -> list[Observation]:
    """Observe a sheet, file or folder name (or title) that names another month or year than the figures are booked on."""
    booked = [period for period in periods if period]
    years = {year for p in booked if p.year for year in range(p.year, p.year + 2) if year == p.year or p.runs_over()}
    months = {(p.month, p.length_months()) for p in booked if p.month}
    found = []
    for level in table.levels:
        period = level.period
        wrong_year = period.year and years and period.year not in years
        single = len(months) == 1 and all(p.month for p in booked)
        wrong_month = period.month and single and not _covers(period, next(iter(months)))
        if wrong_year or wrong_month:
            details = {
                "place": level.place,
                "found": _span(period),
                "expected": ", ".join(sorted({_span(p) for p in booked})[:3]),
            }
            found.append(Observation("period_contradicts_name", sheet.name, details=details))
    return found


def once_a_file(seen: Sequence[Observation]) -> list[Observation]:
    """Return observations in which what several sheets say against one name of their file or folder is said once, of all of them."""
    by_name: dict[tuple[str, str], list[Observation]] = {}
    for one in seen:
        if one.code == "period_contradicts_name" and one.details["place"] in ("file", "folder"):
            by_name.setdefault((one.details["place"], one.details["found"]), []).append(one)
    kept = []
    for one in seen:
        same = by_name.get((one.details.get("place", ""), one.details.get("found", "")), [])
        if one not in same or len(same) == 1:
            kept.append(one)
        elif one is same[0]:
            said = sorted({other.details["expected"] for other in same})
            expected = (
                ", ".join(said) if len(said) <= _MOST_PERIODS else f"{said[0]} – {said[-1]} ({len(said)} periode)"
            )
            kept.append(Observation(one.code, details={**one.details, "expected": expected}))
    return kept


def _covers(period: Period, month: tuple[int | None, int]) -> bool:
    start, length = period.month or 1, period.length_months()
    first = month[0] or 1
    return start <= first < start + length or first <= start < first + month[1]


def _span(period: Period) -> str:
    """Return a period as year and month, or both ends of it, as far as they are known; nothing where nothing is."""
    if not period:
        return ""
    first = f"{period.year or '????'}" + (f"-{period.month:02d}" if period.month else "")
    if not period.month or period.length_months() == 1:
        return first
    years, month = divmod(period.month + period.length_months() - 2, 12)
    return f"{first} – {period.year + years if period.year else '????'}-{month + 1:02d}"


def with_context(
    records: pl.DataFrame, table: Table, sheet: Sheet, vocabulary: Vocabulary
) -> tuple[pl.DataFrame, list[Observation]]:
    """Add what the columns don't say but the words around the table do, and the constants of the source."""
    source = table.source
    observations = []
    if "subdistrict" in records.columns:
        of_kecamatan = each(records["subdistrict"], lambda text: f"Kecamatan {_KECAMATAN.sub('', text)}", pl.String)
        own_unit = pl.col("unit") if "unit" in records.columns else pl.lit(None, kind_in(records))
        records = records.with_columns(pl.coalesce(own_unit, of_kecamatan).alias("unit")).drop("subdistrict")
    for name in ("unit", "kecamatan", "payer", "service"):
        if name in records.columns or name not in {f.name for f in source.fields}:
            continue
        value = next((getattr(level, name) for level in table.levels if getattr(level, name)), None)
        is_a_service = any(level.service == label(sheet.name) for level in table.levels)
        is_a_payer = vocabulary.payers.get(label(sheet.name), "total") != "total"
        if name == "payer" and value is None and is_a_payer and not is_a_service:
            value = label(sheet.name)
        records = records.with_columns(pl.lit(value, kind_in(records)).alias(name))
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
    kind = kind_in(records)
    return records.with_columns(pl.lit(text, kind).alias(name) for name, text in source.constants.items()), observations


def _people(text: str) -> int | None:
    """Return how many people a text such as `150 orang` says."""
    found = count(re.sub(r"(?i)\s*(orang|jiwa|responden)\W*$", "", text))
    return int(found.value) if found.code is None and found.value is not None else None


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
