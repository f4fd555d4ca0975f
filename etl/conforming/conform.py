"""A recognised table becomes records: fields renamed, columns across unpivoted, cells cast; what can't be understood is a reject.

Pure: a sheet and its table in, accepted records, rejects and observations out. Every row of the sheet is accounted for.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

from etl.conforming.accounts import Account, Accounts, Lines, account, lines
from etl.conforming.apart import columns_apart, lines_apart, measures_apart, units_apart, years_apart
from etl.conforming.cells import cast, result_columns
from etl.conforming.columns import unpivot
from etl.conforming.counting import counted, is_apart, named_beside_unnamed, other_types, put_together, without_deleted
from etl.conforming.doubts import doubts
from etl.conforming.halves import doubts_of_register, half_reported, part_of_month, with_amounts
from etl.conforming.place import with_context, with_period
from etl.conforming.surveys import elements_apart, on_scale, stated_index
from etl.lake import MEMBER
from etl.reading.dates import find_moment
from etl.reading.files import Sheet
from etl.reading.guard import HIDDEN
from etl.reading.texts import doubled, matched, words, written_out
from etl.reading.words import NUMBER, label
from etl.recognising.figures import NAMED, columns_rival, instead, stand_ins
from etl.recognising.recognise import Table, Vocabulary
from etl.recognising.source import Source
from etl.remarks import Observation, Reject, Remarks, Sent
from etl.sifting.blanks import filled_down, with_names, without_blanks, without_shifted
from etl.sifting.rows import classify
from etl.sifting.sums import by_figures, check_totals
from etl.sifting.unseen import observed, shown_first

__all__ = ["Conformed", "Observation", "Reject", "conform"]

# What is said of a list's keys where it stands beside figures: an indicator stands there once a period.
_OF_KEYS = {"key_contradicts", "key_repeated", "key_blank", "row_without_key"}
_PERSONAL = {"nama", "nama pasien", "nik", "no erm", "no rm", "alamat", "no hp", "email", "tanggal lahir", "no telp", "nomor hp",
             "nama responden", "telepon", "dokter tenaga medis", "diagnosa 1", "umur tahun", "usia"}  # fmt: skip


@dataclass(frozen=True)
class Conformed:
    """The accepted records of one table and what became of each of its rows and cells.

    `members` names the rows of a record that counts or joins several: sheet, row, record_row (the row that the record bears), cells
    (how many of the row's figures are in it).
    """

    source: Source
    sheet: str
    records: pl.DataFrame
    rejects: tuple[Reject, ...]
    observations: tuple[Observation, ...]
    members: pl.DataFrame
    lines: Lines
    beside: tuple["Conformed", ...] = ()

    @cached_property
    def accounts(self) -> Accounts:
        """Return what became of the rows and of the cells."""
        return account(self.lines, self.sheet, self.records, self.members, self.rejects)

    @property
    def rows(self) -> Account:
        """Return what became of the rows."""
        return self.accounts.rows

    @property
    def cells(self) -> Account:
        """Return what became of the cells."""
        return self.accounts.cells


def conform(sheet: Sheet, table: Table, vocabulary: Vocabulary, sent: Sent | None = None) -> Conformed:
    """Return the records of a table. Nothing is coerced: a blank stays missing, a cell that can't be read is rejected.

    `sent` is when the report was made, where that is known: no figure is of a later period.
    """
    source = table.source
    given, read_as = sheet.cells, table
    sheet, table = measures_apart(*columns_apart(lines_apart(sheet, table), table))
    sheet, table = years_apart(*units_apart(sheet, table, vocabulary))
    data = sheet.cells.slice(int((sheet.cells["row"] <= table.header_last).sum()))
    index = stated_index(sheet, table)
    said = Remarks()
    kinds = said.of(by_figures(classify(data, table), data, table, vocabulary, sheet.name))
    rows, blank = filled_down(data, kinds, table, sheet)
    unplaced = data.filter(kinds.are("keyless"))["row"].to_list()
    said.add(Reject(sheet.name, row, "", "", "row_without_key") for row in unplaced)
    under = data.filter(kinds.are("below"))["row"].to_list()
    said.add(Reject(sheet.name, row, "", "", "row_below_notes") for row in under)
    said.add(_columns_observed(rows, table, sheet))
    records = said.of(unpivot(rows, table, sheet))
    records = said.of(without_shifted(records, rows, table, sheet))
    records = said.of(on_scale(records, table, sheet, index))
    records = said.of(cast(records, table, sheet, vocabulary.utc_offset_hours, sent.latest if sent else None))
    records = said.of(with_names(records, table, sheet))
    records = _not_revised(records, source)
    records = said.of(without_blanks(records, blank, sheet))
    records = said.of(without_deleted(records, sheet))
    records = said.of(with_period(records, table, sheet, sent))
    records = said.of(with_context(records, table, sheet, vocabulary))
    records = said.of(elements_apart(written_out(records) if source.named_by else records, source, sheet, index))
    if is_apart(source, records, vocabulary):
        records = written_out(records)
        records = said.of(put_together(records, table, sheet, vocabulary))
    else:
        records = said.of(_unique(records, rows, table, sheet))
    records = said.of(named_beside_unnamed(records, table, sheet))
    said.add(half_reported(records, table, sheet, {(r.row, r.col) for r in said.rejects}))
    said.add(_check_sums(records, source, sheet))
    said.add(doubts(records, rows, table, sheet))
    said.add(check_totals(kinds, data, table, sheet))
    if source.counts_rows:
        said.add(other_types(records, source, sheet))
        said.add(part_of_month(records, sheet, sent))
        said.add(doubts_of_register(rows, table, sheet))
        records = said.of(with_amounts(records, source, sheet))
        records = counted(_without_people(records, vocabulary), source)
    records, members = _apart(records, sheet, source)
    taken = (members if members.height else records)["row"].unique()
    said.add(observed(sheet, table, taken))
    beside = tuple(_beside(conform(sheet, other, vocabulary)) for other in table.beside)
    if any(other.rejects for other in beside):
        rows_taken = set(taken)
        said.add(r for other in beside for r in other.rejects if r.row in rows_taken and r.code not in _OF_KEYS)
    below = given.filter(pl.col("row") > table.header_last)
    return Conformed(
        source=source,
        sheet=sheet.name,
        records=records,
        rejects=tuple(said.rejects),
        observations=tuple(said.observations),
        members=members,
        lines=lines(below, read_as, kinds.are("sum", "line"), data, table),
        beside=beside,
    )


def _not_revised(records: pl.DataFrame, source: Source) -> pl.DataFrame:
    """Return the records with the figure before a revision as the figure where the column of the revised one is blank."""
    for name in (measure.name for measure in source.measures if f"{measure.name}_before" in records.columns):
        there = [c for c in (name, f"{name}_text") if c in records.columns]
        is_blank = pl.all_horizontal(pl.col(there).is_null()) if there else pl.lit(value=True)
        for end in ("", "_text"):
            if (before := f"{name}_before{end}") in records.columns:
                now = pl.col(f"{name}{end}") if f"{name}{end}" in records.columns else pl.lit(None)
                records = records.with_columns(
                    pl.when(is_blank).then(before).otherwise(now).alias(f"={name}{end}"),
                    pl.when(~is_blank).then(before).alias(before),
                )
        records = records.drop(there).rename({c: c[1:] for c in records.columns if c.startswith("=")})
    return records


def _beside(found: Conformed) -> Conformed:
    """Return what a list gives that stands beside figures; a list of its own outweighs it."""
    return replace(found, records=found.records.with_columns(pl.lit(True).alias("is_beside")))


def _apart(records: pl.DataFrame, sheet: Sheet, source: Source) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the records without the rows that each of them holds, and those rows as `members`."""
    if "rows" not in records.columns:
        return records, pl.DataFrame(schema=MEMBER).drop("file_id")
    pairs = records.select(pl.col("rows").alias("row"), pl.col("row").alias("record_row")).explode("row")
    members = (
        pairs.with_columns(pl.lit(1).alias("cells"))
        if source.counts_rows
        else pairs.group_by("record_row", "row", maintain_order=True).agg(pl.len().alias("cells"))
    )
    kinds = {"row": pl.Int32, "record_row": pl.Int32, "cells": pl.Int32}
    return records.drop("rows"), members.select(pl.lit(sheet.name).alias("sheet"), *kinds).cast(
        pl.Schema({"sheet": pl.String, **kinds})
    )


def _columns_observed(rows: pl.DataFrame, table: Table, sheet: Sheet) -> list[Observation]:
    """Observe columns that are left out: personal ones of a register, figures under a heading that nobody knows, and shares of a
    target where what was realised is missing."""
    source = table.source
    dropped = ", ".join(_personal(table)) if source.is_personal else ""
    found = [Observation("personal_dropped", details={"columns": dropped})] if dropped else []
    if table.doubt:
        found.append(Observation("title_in_doubt", sheet.name, details={"found": table.doubt}))
    if source.counts_rows:
        return found
    read = {index for other in table.beside for index in other.fields.values()}
    code = {"visit": "column_unknown", "performance": "column_unread"}.get(source.kind, "column_left_out")
    rivals = columns_rival(source, table.unknown)
    found += [
        Observation("columns_rival", sheet.name, details={"column": heading, "wanted": rivals[index].title})
        if index in rivals
        else Observation(code, sheet.name, details={"column": heading})
        for index, heading in table.unknown
        if not source.is_personal  # of such a list what nobody knows is not kept either
        and index not in read
        and heading.split(" / ")[-1] not in _PERSONAL
        and _holds_numbers(rows, index)
    ]
    headings = {value.index: value.heading for value in (*table.values, *table.notes)}
    doubtful = {
        "share_without_figure": instead(source, table.values, table.notes),
        "share_as_figure": stand_ins(source, table.values),
    }
    return found + [
        Observation(code, sheet.name, details={"column": headings[index], "wanted": wanted.title})
        for code, columns in doubtful.items()
        for index, wanted in columns.items()
        if _holds_numbers(rows, index)
    ]


def _personal(table: Table) -> list[str]:
    return sorted({heading.split(" / ")[-1] for _, heading in table.unknown} & _PERSONAL)


def _holds_numbers(rows: pl.DataFrame, index: int) -> bool:
    """Tell whether most rows of a column hold a number: then a heading that nobody knows is worth a finding."""
    numbers = matched(rows[f"c{index}"], f"^{NUMBER}|^[0-9.,]+$").sum()
    return numbers > rows.height / 2


# --- checks within one table -------------------------------------------------------------------------------------------


def _unique(records: pl.DataFrame, rows: pl.DataFrame, table: Table, sheet: Sheet) -> tuple[pl.DataFrame, list[Reject]]:
    """Reject rows that say the same key twice: a repetition keeps its first row, contradicting rows are all rejected.

    Where a column that nobody knows breaks down the visits of most rows, no row is all visits of its unit: all are rejected.
    """
    source = table.source
    key = [c for c in (*source.key, "period_months", NAMED) if c in records.columns]
    if not source.key or source.counts_rows or not records.height:
        return records, []
    titles = ", ".join(source.title_of(name) for name in source.key if name in records.columns)
    records, hidden = shown_first(records, key, sheet, titles)
    measures = result_columns(source.measures, records) or [
        c for c in records.columns if c not in {*key, "row", "across"}
    ]
    is_doubled = doubled(records, key)
    if not is_doubled.any():
        return records, hidden
    first = (
        records.with_columns(is_doubled.alias("_doubled"))
        .with_row_index("_place")
        .filter("_doubled")
        .with_columns(
            pl.len().over(key).alias("_same"),
            pl.struct(measures).n_unique().over(key).alias("_values"),
            pl.int_range(pl.len()).over(key).alias("_nth"),
            pl.col("row").first().over(key).alias("_first"),
            (pl.col("row").n_unique().over(key) == 1).alias("_of_one_row"),
        )
    )
    contradicting = first.filter(pl.col("_values") > 1)
    is_most = 2 * first.height >= records.height
    if source.kind == "visit" and is_most and (heading := _breaks_down(first, key, rows, table)):
        refused = records["row"].unique(maintain_order=True)
        rejects = [Reject(sheet.name, row, "", "", "broken_down", {"column": heading}) for row in refused]
        return records.clear(), rejects
    if source.kind == "visit" and is_most and (heading := _of_days(first, rows, table, source)):
        refused = first["row"].unique(maintain_order=True)
        rejects = hidden + [
            Reject(sheet.name, row, heading, "", "days_not_months", {"column": heading}) for row in refused
        ]
        return records.filter(~is_doubled), rejects
    repeated = first.filter((pl.col("_values") == 1) & (pl.col("_nth") > 0))
    rejects = hidden + [
        Reject(
            sheet.name,
            row,
            titles,
            "",
            "columns_contradict" if is_one else "key_contradicts",
            {"times": str(times), "first": str(head)},
        )
        for row, times, head, is_one in contradicting.select("row", "_same", "_first", "_of_one_row")
        .unique(maintain_order=True)
        .rows()
    ]
    rejects += [
        Reject(sheet.name, row, titles, "", "key_repeated", {"first": str(head)})
        for row, head in repeated.select("row", "_first").unique(maintain_order=True).rows()
    ]
    kept = first.filter((pl.col("_values") == 1) & (pl.col("_nth") == 0))["_place"]
    is_kept = pl.int_range(pl.len()).is_in(kept.implode()) | ~is_doubled
    return records.filter(is_kept), rejects


def _of_days(doubled_rows: pl.DataFrame, rows: pl.DataFrame, table: Table, source: Source) -> str | None:
    """Return what the column of months is called where it holds a date in each of these rows, and more than one day."""
    if "period" not in table.fields:
        return None
    texts = rows.filter(pl.col("row").is_in(doubled_rows["row"].implode()))[f"c{table.fields['period']}"]
    found = {find_moment(text) for text in words(texts)}
    return source.title_of("period") if None not in found and len(found) > 1 else None


def _breaks_down(doubled_rows: pl.DataFrame, key: list[str], rows: pl.DataFrame, table: Table) -> str | None:
    """Return the heading of a column of texts that nobody knows, which tells apart most rows of a table that share their key."""
    for index, heading in table.unknown:
        texts = rows.select("row", pl.col(f"c{index}").alias("_text"))
        told = doubled_rows.join(texts, on="row").select(*key, "_text")
        is_text = 2 * matched(texts["_text"], r"^[^\W\d_]").sum() > texts.height
        if is_text and not told.is_duplicated().any():
            return heading
    return None


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


def _without_people(records: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """Keep of the names of units, services and payers in a register only what is known, or stands in three rows or more.

    A row that has slipped a column has a patient's name there; of that only the length is kept.
    """
    known = {
        "unit": lambda text: label(text) in vocabulary.units or vocabulary.unit_in(text),
        "service": lambda text: label(text) in vocabulary.services,
        "payer": lambda text: label(text) in vocabulary.payers,
    }
    for name in known.keys() & set(records.columns):
        rare = records.group_by(name).len().filter(pl.col("len") < 3)[name].drop_nulls()
        hidden = {
            text: f"({len(text)} karakter)" for text in rare if not known[name](text) and not HIDDEN.fullmatch(text)
        }
        records = records.with_columns(pl.col(name).replace(hidden))
    return records
