"""What became of the rows of a table and of their cells: each is in one account alone, and the accounts add up to all of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass

import polars as pl

from etl.lake import CELLS
from etl.reading.texts import each
from etl.reading.words import is_missing
from etl.recognising.recognise import Table
from etl.recognising.values import Value
from etl.remarks import Reject


@dataclass(frozen=True)
class Lines:
    """The rows below the headings of a table.

    `filled` says of each how many cells are filled in columns that the form has a place for (`used`) and in others (`beside`), and
    whether it is a total. `data` holds their cells; `figures` are the columns of each figure of a row, by its place across and measure.
    """

    filled: pl.DataFrame
    data: pl.DataFrame
    figures: Mapping[tuple[int, str], tuple[str, ...]]


@dataclass(frozen=True)
class Account:
    """How many rows, or cells, of a table there are and what became of them: the parts add up to `read`.

    A row is `partly` accepted where something of it is in a record and something was refused; a cell is the one or the other.
    """

    read: int = 0
    accepted: int = 0
    partly: int = 0
    rejected: int = 0
    totals: int = 0
    other: int = 0


@dataclass(frozen=True)
class Accounts:
    """What became of each row (row, fate), of all cells, and how many cells each run of rows has in records."""

    fates: pl.DataFrame
    cells: Account
    runs: pl.DataFrame

    @property
    def rows(self) -> Account:
        """Return the account of the rows."""
        return _tallied(self.fates["fate"])


_FATE = pl.Enum(["accepted", "partly", "rejected", "totals", "other"])


def _tallied(fates: pl.Series) -> Account:
    return Account(len(fates), **dict(fates.cast(pl.String).value_counts().rows()))


def lines(raw: pl.DataFrame, table: Table, is_total: pl.Series, data: pl.DataFrame, figures: Table) -> Lines:
    """Return the rows of a table; `raw` and `table` as they were read, `data` and `figures` with a column of its own for each figure."""
    used = _used(table)
    filled = raw.select(
        "row",
        _count(c for c in raw.columns[1:] if c in used).alias("used"),
        _count(c for c in raw.columns[1:] if c not in used).alias("beside"),
    )
    slots: dict[tuple[int, str], list[str]] = {}
    for across, coordinates in enumerate(places_across(figures.values)):
        for value in figures.values:
            if value.coordinates == coordinates:
                slots.setdefault((across, value.measure), []).append(f"c{value.index}")
    return Lines(
        filled.with_columns(is_total.alias("is_total")), data, {slot: tuple(each) for slot, each in slots.items()}
    )


def places_across(values: Sequence[Value]) -> list[tuple]:
    """Return what the headings of columns of figures say, each once: its place is what a record bears as `across`."""
    return list(dict.fromkeys(value.coordinates for value in values))


def _used(table: Table) -> set[str]:
    """Return the columns that a form has a place for."""
    values = (*table.values, *table.totals, *table.notes)
    own = {*table.fields.values(), *(value.index for value in values), *table.doubles, *table.doubles.values()}
    return {f"c{index}" for index in own}.union(*map(_used, table.beside))


def _count(columns: Iterable[str]) -> pl.Expr:
    filled = [(pl.col(c) != "").cast(pl.Int32) for c in columns]
    return pl.sum_horizontal(filled).cast(pl.Int32) if filled else pl.lit(0, pl.Int32)


def rows_of(records: pl.DataFrame) -> pl.Series:
    """Return the rows of the sheet that records are made of."""
    return records["rows"].explode() if "rows" in records.columns else records["row"]


def account(
    lines: Lines, sheet: str, records: pl.DataFrame, members: pl.DataFrame, rejects: Sequence[Reject]
) -> Accounts:
    """Return what became of the rows of a table: those in a record (or, where records join several rows, members of one), and rejects."""
    filled = lines.filled
    taken = (members if members.height else records)["row"].unique()
    refused = pl.Series("row", list({r.row for r in rejects}), pl.Int32)
    is_taken, is_refused = pl.col("row").is_in(taken.implode()), pl.col("row").is_in(refused.implode())
    fate = (
        pl.when(is_taken & is_refused)
        .then(pl.lit("partly", _FATE))
        .when(is_taken)
        .then(pl.lit("accepted", _FATE))
        .when(is_refused)
        .then(pl.lit("rejected", _FATE))
        .when("is_total")
        .then(pl.lit("totals", _FATE))
        .otherwise(pl.lit("other", _FATE))
    )
    rows = filled.with_columns(fate.alias("fate"))
    lost = _lost(lines, records, members, rejects, rows.filter(pl.col("fate") == "partly")["row"])
    rows = rows.join(lost, on="row", how="left", maintain_order="left")
    rows = rows.with_columns(pl.min_horizontal(pl.col("lost").fill_null(0), "used").alias("lost"))
    in_records, is_total = pl.col("fate").is_in(["accepted", "partly"]), pl.col("fate") == "totals"
    in_form = in_records | (pl.col("fate") == "rejected")
    ((read, accepted, used, totals),) = rows.select(
        (pl.col("used").sum() + pl.col("beside").sum()).alias("read"),
        (pl.col("used") - pl.col("lost")).filter(in_records).sum().alias("accepted"),
        pl.col("used").filter(in_form).sum().alias("used"),
        (pl.col("used") + pl.col("beside")).filter(is_total).sum().alias("totals"),
    ).rows()
    cells = Account(read, accepted, 0, used - accepted, totals, read - used - totals)
    return Accounts(rows.select("row", "fate"), cells, _runs(rows.filter(in_records), sheet))


def _runs(rows: pl.DataFrame, sheet: str) -> pl.DataFrame:
    """Return how many cells rows have in records, one line a run of rows that have the same."""
    runs = rows.select("row", (pl.col("used") - pl.col("lost")).alias("cells")).sort("row")
    return (
        runs.with_columns(pl.col("cells").rle_id().alias("run"))
        .group_by("run", maintain_order=True)
        .agg(pl.col("row").min().alias("first_row"), pl.col("row").max().alias("last_row"), pl.col("cells").first())
        .select(pl.lit("").alias("file_id"), pl.lit(sheet).alias("sheet"), "first_row", "last_row", "cells")
        .cast(pl.Schema(CELLS))
    )


def _lost(
    lines: Lines, records: pl.DataFrame, members: pl.DataFrame, rejects: Sequence[Reject], partly: pl.Series
) -> pl.DataFrame:
    """Return for each row that is partly accepted how many of its cells were refused: figures that are in no record, else those named."""
    if not partly.len():
        return pl.DataFrame(schema={"row": pl.Int32, "lost": pl.Int32})
    within = pl.col("row").is_in(partly.implode())
    named = (
        pl.DataFrame([(r.row, r.col) for r in rejects if r.value], {"row": pl.Int32, "col": pl.String}, orient="row")
        .filter(within)
        .group_by("row")
        .agg(pl.col("col").n_unique().cast(pl.Int32).alias("named"))
    )
    data = lines.data.filter(within)
    there = pl.DataFrame([data["row"], *(~each(data[c], is_missing, pl.Boolean) for c in data.columns[1:])])
    if members.height or "across" not in records.columns:
        any_there = [pl.any_horizontal(columns).cast(pl.Int32) for columns in lines.figures.values()]
        figures = there.select("row", pl.sum_horizontal(pl.lit(0), *any_there).alias("figures"))
        kept = (members if members.height else records).filter(within).group_by("row")
        alive = kept.agg((pl.col("cells").sum() if members.height else pl.len()).cast(pl.Int32).alias("alive"))
        found = figures.join(alive, on="row", how="left").select(
            "row", (pl.col("figures") - pl.col("alive").fill_null(0)).alias("lost")
        )
    else:
        found = _not_in_records(there, lines, records.filter(within))
    return found.join(named, on="row", how="left").select(
        "row",
        pl.when(pl.col("lost") > 0).then("lost").otherwise(pl.col("named").fill_null(0)).cast(pl.Int32).alias("lost"),
    )


def _not_in_records(there: pl.DataFrame, lines: Lines, records: pl.DataFrame) -> pl.DataFrame:
    """Return for each row how many filled cells it has of figures that no record of its place across has."""
    parts = []
    for (across, measure), columns in lines.figures.items():
        own = [c for c in (measure, f"{measure}_text") if c in records.columns]
        is_kept = pl.any_horizontal(pl.lit(False), *(pl.col(c).is_not_null() for c in own))
        kept = records.filter(pl.col("across") == across, is_kept)["row"]
        filled = pl.sum_horizontal(pl.col(c).cast(pl.Int32) for c in columns)
        parts.append(there.select("row", filled.alias("lost")).filter(~pl.col("row").is_in(kept.implode())))
    if not parts:
        return there.select("row", pl.lit(0, pl.Int32).alias("lost"))
    return pl.concat(parts).group_by("row").agg(pl.col("lost").sum()).join(
        there.select("row"), on="row", how="right"
    ).with_columns(pl.col("lost").fill_null(0))  # fmt: skip


def together(accounts: Iterable[tuple[str, Accounts]]) -> tuple[Account, Account]:
    """Return what became of the rows and cells of several tables, each with its sheet; a row of tables side by side is one row."""
    listed = list(accounts)
    rows: list[Account] = []
    for sheet in dict.fromkeys(name for name, _ in listed):
        own = [each for name, each in listed if name == sheet]
        fates = pl.concat([each.fates for each in own])
        rows.append(_tallied(_shared(fates) if len(own) > 1 else fates["fate"]))
    return _sum(rows), _sum([each.cells for _, each in listed])


def _shared(fates: pl.DataFrame) -> pl.Series:
    """Return what became of each row, of which several tables may have a part: of it is accepted what is in a record of any."""
    is_any = {fate: (pl.col("fate") == fate).any() for fate in _FATE.categories}
    is_taken = is_any["accepted"] | is_any["partly"]
    one = (
        pl.when(is_any["partly"] | (is_taken & is_any["rejected"]))
        .then(pl.lit("partly", _FATE))
        .when(is_taken)
        .then(pl.lit("accepted", _FATE))
        .otherwise(pl.col("fate").min())
    )
    return fates.group_by("row").agg(one.alias("fate"))["fate"]


def _sum(accounts: Sequence[Account]) -> Account:
    return Account(*(sum(numbers) for numbers in zip(*map(astuple, accounts), strict=True)))
