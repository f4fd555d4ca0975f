"""What the tables of one file say of the same: a figure that two of them state counts once, or not at all where they differ."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from etl.conforming.conform import Conformed
from etl.reading.words import label
from etl.remarks import Observation, Reject

_NAMES = ("unit", "service", "payer")
_KEY = ["unit", "period", "service", "payer"]
_MEASURES = ("new_count", "returning_count", "patients")


def between(found: Sequence[Conformed]) -> list[Conformed]:
    """Return the tables of a file without the figures of visits that another of them states, each a reject where it stands.

    A register counts its rows, which stand in one table each. A total of one table is held against the parts in others.
    """
    places = [
        n
        for n, each in enumerate(found)
        if each.source.kind == "visit" and not each.source.counts_rows and each.records.height
    ]
    tables = list(found)
    if len(places) < 2:
        return tables
    figures = pl.concat([_figures(found[place].records, place) for place in places], how="vertical")
    over = [*_KEY, "measure"]
    several = figures.filter(pl.col("table").n_unique().over(over) > 1).with_columns(
        (pl.col("amount").n_unique().over(over) > 1).alias("differs"),
        pl.struct("table", "row").first().over(over).alias("first"),
        pl.struct("table", "row").last().over(over).alias("last"),
    )
    gone = several.filter(pl.col("differs") | (pl.col("table") != pl.col("first").struct.field("table")))
    for place in gone["table"].unique(maintain_order=True):
        tables[place] = _without(found[place], gone.filter(pl.col("table") == place), found)
    kept = figures.join(gone.select("table", "row", *_KEY), on=["table", "row", *_KEY], how="anti", nulls_equal=True)
    for place, seen in _totals(kept, found):
        tables[place] = replace(tables[place], observations=(*tables[place].observations, seen))
    return tables


def _figures(records: pl.DataFrame, place: int) -> pl.DataFrame:
    """Return one row a figure of a table: names as labels, the measure and the amount."""
    missing = [pl.lit(None, pl.String).alias(name) for name in _NAMES if name not in records.columns]
    known = {text: label(text) for name in _NAMES if name in records.columns for text in records[name].unique() if text}
    named = records.with_columns(missing).with_columns(pl.col(name).cast(pl.String).replace(known) for name in _NAMES)
    return pl.concat(
        [
            named.filter(pl.col(measure).is_not_null()).select(
                pl.lit(place, pl.Int64).alias("table"), "row", *_KEY, pl.lit(measure).alias("measure"),
                pl.col(measure).cast(pl.Int64).alias("amount"),
            )
            for measure in _MEASURES if measure in named.columns
        ]
    )  # fmt: skip


def _without(of: Conformed, gone: pl.DataFrame, found: Sequence[Conformed]) -> Conformed:
    """Return a table without these figures' records, with a reject for each of their rows and the account that follows."""
    known = {
        text: label(text) for name in _NAMES if name in of.records.columns for text in of.records[name].unique() if text
    }
    missing = [pl.lit(None, pl.String).alias(name) for name in _NAMES if name not in of.records.columns]
    marked = of.records.with_row_index("_at").with_columns(missing)
    marked = marked.with_columns(pl.col(name).cast(pl.String).replace(known) for name in _NAMES)
    lost = marked.join(gone.select("row", *_KEY).unique(), on=["row", *_KEY], how="semi", nulls_equal=True)["_at"]
    records = of.records.with_row_index("_at").filter(~pl.col("_at").is_in(lost.to_list())).drop("_at")
    rejects = [
        Reject(of.sheet, row, "", str(amount), "two_tables_differ" if differs else "two_tables_agree", _place(other, found))
        for row, amount, differs, other in gone.select(
            "row", "amount", "differs",
            pl.when(pl.col("first").struct.field("table") == pl.col("table")).then("last").otherwise("first").alias("other"),
        ).unique("row", keep="first", maintain_order=True).rows()
    ]  # fmt: skip
    members = of.members
    if members.height:  # what is refused of a record is refused of each row that it joins
        joined = members.group_by("record_row").agg("row").rows_by_key("record_row", unique=True)
        rejects = [replace(reject, row=row) for reject in rejects for row in joined[reject.row][0]]
        members = members.filter(pl.col("record_row").is_in(records["row"].unique().implode()))
    return replace(of, records=records, members=members, rejects=(*of.rejects, *rejects))


def _place(other: dict[str, int], found: Sequence[Conformed]) -> dict[str, str]:
    return {"found": found[other["table"]].sheet or "-", "first": str(other["row"])}


def _totals(figures: pl.DataFrame, found: Sequence[Conformed]) -> list[tuple[int, Observation]]:
    """Return what is said of totals that the parts in other tables do not make up, each with its table."""
    amounts = figures.group_by("table", "row", *_KEY, maintain_order=True).agg(
        pl.when(pl.col("measure").is_in(["new_count", "returning_count"]).sum() == 2)
        .then(pl.col("amount").filter(pl.col("measure") != "patients").sum())
        .otherwise(pl.col("amount").filter(pl.col("measure") == "patients").first())
        .alias("amount")
    )
    is_whole = pl.col("service").is_null() & pl.col("payer").is_null()
    parts = (
        amounts.filter(~is_whole)
        .group_by("unit", "period", pl.col("service").is_null().alias("by_payer"))
        .agg(pl.col("amount").sum().alias("made"))
    )
    wrong = amounts.filter(is_whole).join(parts, on=["unit", "period"], nulls_equal=True, maintain_order="left")
    wrong = wrong.filter(pl.col("amount") != pl.col("made"))
    return [
        (table, Observation("total_of_other_tables", found[table].sheet, row, unit,
                            {"month": f"{period:%Y-%m}", "found": str(amount), "expected": str(made)}))
        for table, row, unit, period, amount, made in wrong.select("table", "row", "unit", "period", "amount", "made").rows()
    ]  # fmt: skip
