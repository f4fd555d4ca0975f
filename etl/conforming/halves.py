"""Figures of which only a part is there: new visits without returning ones. What is blank is not reported, never a zero."""

from collections.abc import Collection, Iterator, Sequence

import polars as pl

from etl.conforming.cells import DAY
from etl.reading.files import Sheet
from etl.reading.words import count
from etl.recognising.recognise import Table
from etl.recognising.source import Source
from etl.remarks import Observation, Reject, Sent

_AMOUNTS = {"jumlah", "jml", "total", "banyaknya", "frekuensi"}
_CANCELLED = [
    "batal",
    "dibatalkan",
    "dibatal",
    "pembatalan",
    "cancel",
    "cancelled",
    "canceled",
    "tidak hadir",
    "tidak datang",
]
# A register of this many days, none of them in the first or the last ten days of its month, is of a part of the month.
_DAYS_OF_A_PART, _FIRST_DAYS, _LAST_DAYS = 5, 10, 21


def half_reported(
    records: pl.DataFrame, table: Table, sheet: Sheet, refused: Collection[tuple[int, str]]
) -> Iterator[Reject | Observation]:
    """Yield what is said of records with a blank part: without a stated sum their whole is unknown, and the cell is refused.

    `refused` are the row and column of the cells that were refused already. Where the stated sum is that of the other parts, a formula
    may have taken the blank for a zero: that is observed, as is a table that has but one part.
    """
    source = table.source
    measured: dict[tuple, set[str]] = {}
    for value in table.values:
        measured.setdefault(value.coordinates, set()).add(value.measure)
    for total, parts in source.parts.items():
        if source.counts_rows or not {*parts} <= set(records.columns):
            continue
        there = [number for number, own in enumerate(measured.values()) if {*parts} <= own]
        stated = pl.col(total) if total in records.columns else pl.lit(None, pl.Int64)
        known = pl.sum_horizontal(parts)
        is_half = pl.any_horizontal(pl.col(p).is_null() for p in parts) & pl.any_horizontal(
            pl.col(p).is_not_null() for p in parts
        )
        half = records.filter(is_half & pl.col("across").is_in(there))
        for row, *amounts in half.filter(stated.is_null()).select("row", *parts).unique(maintain_order=True).rows():
            blank, filled = ([source.title_of(p) for p, a in zip(parts, amounts, strict=True) if (a is None) == is_blank]
                             for is_blank in (True, False))  # fmt: skip
            yield from (
                Reject(sheet.name, row, title, "", "part_blank", {"found": ", ".join(filled)})
                for title in blank
                if (row, title) not in refused
            )
        summed = half.filter((stated == known) & (known > 0))
        if summed.height:
            rows = {"rows": str(summed["row"].n_unique()), "column": source.title_of(total)}
            yield Observation("part_blank_in_total", sheet.name, summed["row"][0], details=rows)
    for total, parts in source.parts.items():
        alone = {
            p for own in measured.values() if total not in own and len(own & {*parts}) == 1 for p in own & {*parts}
        }
        if alone and not source.types.keys() & set(records.columns) and "visit_type" not in table.fields:
            names = [
                ", ".join(source.title_of(p) for p in parts if (p in alone) == is_there) for is_there in (True, False)
            ]
            yield Observation("part_alone", sheet.name, details={"found": names[0], "missing": names[1]})


def lone_types(long: pl.DataFrame, keys: Sequence[str], source: Source, sheet: Sheet) -> list[Observation]:
    """Observe the keys that have rows of new or of returning visits alone, and no stated sum: the others may be missing."""
    has = {
        name: (pl.col("_measure") == name).any().alias(name) for name in ("new_count", "returning_count", "patients")
    }
    there = long.group_by(keys, maintain_order=True).agg(pl.col("row").first(), *has.values())
    found = []
    for name, other in (("new_count", "returning_count"), ("returning_count", "new_count")):
        alone = there.filter(pl.col(name) & ~pl.col(other) & ~pl.col("patients"))
        if alone.height:
            details = {
                "rows": str(alone.height),
                "found": source_word(source, name),
                "missing": source_word(source, other),
            }
            found.append(Observation("type_alone", sheet.name, alone["row"][0], details=details))
    return found


def lone_details(long: pl.DataFrame, keys: Sequence[str], source: Source, sheet: Sheet) -> list[Observation]:
    """Observe the keys that have rows of one of two details (men) and none of the other, and no stated sum."""
    words = {word for part in long["_part"].unique() for word in part.split("|") if word}
    groups: dict[str, set[str]] = {}
    for word in words:
        groups.setdefault(source.detail_of(word) or "", set()).add(word)
    lone = []
    for pair in (of for group, of in groups.items() if group and len(of) == 2):
        has = [pl.col("_part").str.split("|").list.contains(word).any().alias(word) for word in sorted(pair)]
        is_stated = (pl.col("_parts") == 0).any().alias("_stated")
        there = long.group_by([*keys, "_measure"], maintain_order=True).agg(pl.col("row").first(), is_stated, *has)
        one, other = map(pl.col, sorted(pair))
        lone += there.filter(~pl.col("_stated") & (one != other))["row"].to_list()
    return [Observation("detail_blank", sheet.name, min(lone), details={"rows": str(len(set(lone)))})] if lone else []


def source_word(source: Source, measure: str) -> str:
    """Return the first word by which rows name a measure."""
    return next((word for word, of in source.types.items() if of == measure), measure)


def part_of_month(records: pl.DataFrame, sheet: Sheet, sent: Sent | None) -> Iterator[Observation]:
    """Yield the units and months of a register whose days are of a part of the month alone, though the month was over when it was sent."""
    if DAY not in records.columns:
        return
    day = pl.col(DAY).dt.day()
    spans = records.group_by("unit", "period", maintain_order=True).agg(
        pl.col("row").first(), day.min().alias("first"), day.max().alias("last"), day.n_unique().alias("days")
    )
    is_over = pl.col("period").dt.month_end() <= sent.latest if sent else pl.lit(True)
    is_part = (pl.col("first") > _FIRST_DAYS) | (pl.col("last") < _LAST_DAYS)
    for unit, month, row, first, last, _ in spans.filter(
        is_over & is_part & (pl.col("days") >= _DAYS_OF_A_PART)
    ).rows():
        details = {"found": f"{month:%Y-%m}", "days": f"{first}–{last}"}
        yield Observation("part_of_month", sheet.name, row, unit, details)


def doubts_of_register(rows: pl.DataFrame, table: Table, sheet: Sheet) -> Iterator[Observation]:
    """Yield the columns of a register by which a row may be more than one visit, or none."""
    for index, heading in table.unknown:
        cells = rows.select("row", pl.col(f"c{index}").alias("cell"))
        if heading.split(" / ")[-1] in _AMOUNTS:
            more = {t for t in cells["cell"].unique() if isinstance(value := count(t).value, int) and value > 1}
            code, found = "register_with_amounts", cells.filter(pl.col("cell").is_in(list(more)))
        else:
            code, found = (
                "register_cancelled",
                cells.filter(pl.col("cell").str.to_lowercase().str.strip_chars().is_in(_CANCELLED)),
            )
        if found.height:
            yield Observation(code, sheet.name, found["row"][0], details={"rows": str(found.height), "column": heading})


def with_amounts(records: pl.DataFrame, source: Source, sheet: Sheet) -> tuple[pl.DataFrame, list[Reject]]:
    """Return the rows of a tally that say how many visits they are, and a reject for each that does not; of a register all rows."""
    if "amount" not in records.columns:
        return records, []
    title = source.title_of("amount")
    blank = records.filter(pl.col("amount").is_null())["row"].unique(maintain_order=True)
    return records.filter(pl.col("amount").is_not_null()), [
        Reject(sheet.name, row, title, "", "key_blank") for row in blank
    ]
