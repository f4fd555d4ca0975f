"""One file becomes what the lake keeps of it: its reading, the accepted records by kind, its rejects and observations."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, timedelta
from mmap import mmap
from pathlib import Path
from typing import Any

import polars as pl

from etl.conforming import kept
from etl.conforming.accounts import together
from etl.conforming.between import between
from etl.conforming.conform import Conformed, Observation, Reject, conform
from etl.conforming.mending import mended
from etl.conforming.place import once_a_file
from etl.kinds import HAS_COLUMN, KINDS
from etl.lake import CELLS, MEMBER, OBSERVATION, REJECT, Outcome, Reading, Sighting
from etl.reading import guard
from etl.reading.age import as_of, modified
from etl.reading.dates import FIRST_YEAR
from etl.reading.files import ENDINGS, Document, Unreadable, read
from etl.reading.texts import kind_in
from etl.reading.words import label
from etl.recognising.headings import is_reference
from etl.recognising.recognise import Nearest
from etl.recognising.source import Source
from etl.recognising.tables import MOST_ROWS_OF_A_NOTE, tables_of
from etl.reference import Registers
from etl.remarks import Sent
from etl.stating import meant

NUMBERS_OF_STAFF = ("nip", "superior_nip")


def read_report(
    key: str, sha: str, content: bytes | mmap, named: Sighting, sources: Sequence[Source], registers: Registers
) -> Outcome:
    """Return what one file gives; what its bytes are decides how it is read, and a file that is no report is refused, never raised."""
    bare = Reading(key, sha, named.name, named.folder, len(content), "refused", as_of=modified(named).isoformat())
    ending = Path(named.name).suffix.casefold()
    if ending not in ENDINGS:
        return Outcome(replace(bare, code="file_type", details={"found": ending or named.name}))
    try:
        document = read(content)
    except Unreadable as error:
        return Outcome(replace(bare, code=error.code, details=error.details))
    bare = replace(bare, corrects=document.corrects)
    outcome = _read_document(bare, document, (), named, sources, registers)
    is_private = bool(outcome.rejects.height) and any(guard.is_of_patients(sheet.cells) for sheet in document.sheets)
    return replace(outcome, reading=replace(outcome.reading, is_of_patients=is_private))


def read_kept(
    before: Reading, key: str, cells: pl.DataFrame, named: Sighting, sources: Sequence[Source], registers: Registers
) -> Outcome:
    """Return what a file gives under the rules of today, from what was kept of its cells when it was read before."""
    bare = Reading(
        key, before.sha256, named.name, named.folder, before.bytes, "refused", as_of=modified(named).isoformat()
    )
    bare = replace(bare, corrects=before.corrects)
    document, others = kept.document(cells)
    outcome = _read_document(bare, document, others, named, sources, registers)
    if (
        outcome.reading.as_of_from != "content" and before.as_of_from == "content"
    ):  # its date stood in a sheet that is not kept
        dated = replace(outcome.reading, as_of=before.as_of, as_of_from=before.as_of_from)
        outcome = replace(outcome, reading=dated)
    reading = outcome.reading
    dropped = before.cells.get("read", 0) - reading.cells.get("read", 0)
    if reading.cells and dropped > 0:  # columns of persons, of which nothing is kept
        counted = {"read": before.cells["read"], "other": reading.cells["other"] + dropped}
        reading = replace(reading, cells={**reading.cells, **counted})
    return replace(outcome, reading=reading, kept=cells)


def _read_document(
    bare: Reading,
    document: Document,
    others: Sequence[str],
    named: Sighting,
    sources: Sequence[Source],
    registers: Registers,
) -> Outcome:
    """Return what the sheets of a file give; `others` are the names of sheets of which nothing was kept."""
    if named.stated_source:
        sources = meant(sources, named.stated_source)
    tables, nearest, unread = tables_of(document, sources, registers, named)
    if not tables:
        code, details = _why(nearest)
        return Outcome(replace(bare, code=code, details=details, encoding=document.encoding))
    as_read, (tables, unplaced) = tables, mended(tables, named.mended)
    dated, dated_from = as_of(document, named)
    here = modified(named) + timedelta(hours=registers.utc_offset_hours)
    sent = Sent(dated.date(), here.date()) if here.year >= FIRST_YEAR else None  # some archives say 1980 of every file
    conformed = between([conform(sheet, table, registers.vocabulary, sent) for sheet, table in tables])
    tables_beside = [*conformed, *(beside for c in conformed for beside in c.beside)]
    records, observations = _records(tables_beside, bare.file_id, sent)
    seen = once_a_file([*unplaced, *(o for c in conformed for o in c.observations), *observations])
    recognised = {sheet.name for sheet, _ in tables}
    seen += [Observation("hidden_sheet", details={"found": name}) for name in document.hidden]
    others = [
        *others,
        *(
            s.name
            for s in document.sheets
            if s.name not in recognised and s.cells.height > MOST_ROWS_OF_A_NOTE and not is_reference(label(s.name))
        ),
    ]
    seen += [Observation("sheet_not_recognised", name) for name in others]
    seen += [Observation("table_not_recognised", part.name, int(part.cells["row"][0])) for part in unread]
    rejects = [r for c in conformed for r in c.rejects]
    unworked = next((o.details for o in seen if o.code == "formulas_not_computed"), None)
    rows, cells = together((c.sheet, c.accounts) for c in conformed)
    is_used = bool(rows.accepted + rows.partly)
    used = {c.source.name: c.source for c in conformed}
    reading = replace(
        bare,
        status="refused" if not is_used else "partly" if rejects else "accepted",
        code=None if is_used else "formulas_not_computed" if unworked else "no_rows" if rejects else "not_filled",
        details={} if is_used else unworked or {"source": ", ".join(s.title for s in used.values())},
        sources=tuple(used),
        titles=tuple(s.title for s in used.values()),
        titles_en=tuple(s.title_en for s in used.values()),
        kinds=tuple(sorted(records)),
        read=rows.read,
        accepted=rows.accepted,
        partly=rows.partly,
        rejected=rows.rejected,
        totals=rows.totals,
        other=rows.other,
        cells=asdict(cells),
        as_of=dated.isoformat(),
        as_of_from=dated_from,
        encoding=document.encoding,
    )
    # The column that parts such a table may be of persons, and without it the table would read as another one.
    is_parted = any(r.code == "broken_down" for r in rejects)
    members, runs = (
        pl.concat(parts).with_columns(pl.lit(bare.file_id).alias("file_id"))
        for parts in ([c.members for c in conformed], [c.accounts.runs for c in conformed])
    )
    return Outcome(
        reading,
        records,
        _rejects(rejects, bare.file_id),
        _observations(seen, bare.file_id),
        members.select(list(MEMBER)),
        runs.select(list(CELLS)),
        kept.keep(document, [] if is_parted else as_read, others, registers.vocabulary),
    )


def _why(nearest: Nearest | None) -> tuple[str, dict[str, str]]:
    """Return the code and the details of a refusal: what was understood, and what is missing."""
    if nearest is None:
        return "nothing_recognised", {}
    understood = {"understood": ", ".join(nearest.understood) or "-"}
    if nearest.source is None:
        return (
            ("form_of_indicators", {**understood, "found": nearest.other})
            if nearest.other
            else ("form_unclear", understood)
        )
    if nearest.other:
        return "other_visits", {**understood, "found": nearest.other}
    return "not_recognised", {**understood, "source": nearest.source.title, "missing": ", ".join(nearest.missing)}


def _records(
    conformed: Sequence[Conformed], file_id: str, sent: Sent | None = None
) -> tuple[dict[str, pl.DataFrame], list[Observation]]:
    frames: dict[str, list[pl.DataFrame]] = {}
    observations = []
    for kind in dict.fromkeys(c.source.kind for c in conformed):
        parts = [
            c.records.with_columns(pl.lit(c.sheet, kind_in(c.records)).alias("sheet"), *_has_columns(kind, c.records))
            for c in conformed
            if c.source.kind == kind and c.records.height
        ]
        if not parts:
            continue
        joined = pl.concat(parts, how="diagonal_relaxed")
        joined = joined.with_columns(pl.lit(file_id, kind_in(joined)).alias("file_id"))
        if any(c.source.trailing_zero for c in conformed if c.source.kind == kind):
            joined, zero = without_trailing_zeros(joined, sent.latest if sent else None)
            observations += zero
        if kind == "performance" and len(parts) > 1:
            observations += _contradicting(joined)
        columns = KINDS[kind]
        missing = [
            pl.lit(None, kind_in(joined) if dtype == pl.String else dtype).alias(name)
            for name, dtype in columns.items()
            if name not in joined.columns
        ]
        if kind == "response" and "respondents" not in joined.columns:
            joined = joined.with_columns(pl.lit(1, pl.Int64).alias("respondents"))
            missing = [m for m in missing if m.meta.output_name() != "respondents"]
        frames[kind] = [
            guard.without_numbers(
                joined.with_columns(missing).select(_of_type(joined, name, dtype) for name, dtype in columns.items()),
                NUMBERS_OF_STAFF,
            )
        ]
    return {kind: pl.concat(parts) for kind, parts in frames.items()}, observations


def _has_columns(kind: str, records: pl.DataFrame) -> list[pl.Expr]:
    return [pl.lit(column in records.columns).alias(flag) for flag, column in HAS_COLUMN.get(kind, {}).items()]


def _of_type(frame: pl.DataFrame, name: str, dtype: Any) -> pl.Expr:
    """Return a column in the type that its kind declares; codes of words are texts."""
    is_coded = dtype == pl.String and frame.schema.get(name, pl.Categorical) == pl.Categorical
    return pl.col(name) if is_coded else pl.col(name).cast(dtype)


def _contradicting(records: pl.DataFrame) -> list[Observation]:
    """Observe figures of one indicator, unit and period that two tables of a file give otherwise: the first of them counts."""
    key = [c for c in ("code", "indicator", "unit", "period", "period_months") if c in records.columns]
    found = []
    for measure in {"target", "realisation"} & set(records.columns):
        said = records.filter(pl.col(measure).is_not_null()).sort("sheet", "row")
        first = [pl.col(c).first().over(key).alias(f"_{c}") for c in (measure, "sheet", "row")]
        for sheet, row, value, other, there, place in (
            said.with_columns(first).filter(pl.col(measure) != pl.col(f"_{measure}"))
            .select("sheet", "row", measure, f"_{measure}", "_sheet", "_row").rows()
        ):  # fmt: skip
            details = {
                "found": f"{value:g}",
                "expected": f"{other:g}",
                "place": " ".join(filter(None, [there, str(place)])),
            }
            found.append(Observation("tables_contradict", sheet, row, details=details))
    return sorted(found, key=lambda each: (each.sheet, each.row or 0))


def without_trailing_zeros(records: pl.DataFrame, sent: date | None = None) -> tuple[pl.DataFrame, list[Observation]]:
    """Return visit records without the last months that are zero throughout for a unit: those were not reported yet.

    A month with some patient in any service is kept whole, and so is a file of one month: there a zero is a zero, unless the month
    had not begun when the file was `sent`.
    """
    if records["period"].n_unique() < 2 and not (sent and records["period"].max() > sent):  # ty: ignore[unsupported-operator]
        return records, []
    known = [c for c in ("new_count", "returning_count", "patients") if c in records.columns]
    is_nil = pl.col("is_nil").any() if "is_nil" in records.columns else pl.lit(False)
    amount = (pl.sum_horizontal(known).sum() + is_nil.cast(pl.Int64)).alias("amount")
    months = records.group_by("unit", "period").agg(amount)
    last = months.filter(pl.col("amount") > 0).group_by("unit").agg(pl.col("period").max().alias("last"))
    empty = months.join(last, on="unit", how="left", nulls_equal=True).filter(
        pl.col("last").is_null() | (pl.col("period") > pl.col("last"))
    )
    if not empty.height:
        return records, []
    kept = records.join(
        empty.select("unit", "period"), on=["unit", "period"], how="anti", nulls_equal=True, maintain_order="left"
    )
    groups = empty.group_by("period").agg(pl.len()).sort("period").rows()
    units = empty["unit"].n_unique()
    words = ", ".join(f"{month:%Y-%m} ({count} unit)" for month, count in groups)
    single = empty["unit"][0] if units == 1 else None
    return kept, [Observation("trailing_zero", unit=single, details={"months": words, "units": str(units)})]


def _rejects(rejects: Sequence[Reject], file_id: str) -> pl.DataFrame:
    rows = [{**asdict(r), "value": guard.quoted(r.value), **_stored(r, file_id)} for r in rejects]
    return pl.DataFrame(rows, schema=REJECT)


def _observations(observations: Sequence[Observation], file_id: str) -> pl.DataFrame:
    rows = [{**asdict(o), **_stored(o, file_id)} for o in observations]
    return pl.DataFrame(rows, schema=OBSERVATION).unique(maintain_order=True)


def _stored(remark: Reject | Observation, file_id: str) -> dict[str, str]:
    """Return what the lake writes otherwise of a remark than the remark has it: its file, and its details as JSON."""
    details = {name: guard.quoted(text) for name, text in remark.details.items()}
    return {"file_id": file_id, "details": json.dumps(details)}
