"""Rows that say the same of the same, summed: what stands beside the rows of a reading that has many of them."""

import polars as pl

from etl.kinds import KINDS, SUMMED

NAME = "_sums.parquet"  # after the name of the kind
WORTH = 10_000  # records of a reading and kind, from which on sums that are half as many stand beside them


def worth(kind: str, records: pl.DataFrame) -> pl.DataFrame | None:
    """Return the sums of the records of a kind; None where they spare little, or none may be summed."""
    if kind not in SUMMED or records.height < WORTH:
        return None
    sums = summed(kind, records)
    return sums if sums.height <= records.height / 2 else None


def summed(kind: str, records: pl.DataFrame) -> pl.DataFrame:
    """Return the records of a kind with one for those that agree in all but what is summed; what is blank in one is blank in all."""
    how = SUMMED[kind]
    blank = [pl.col(name).is_null().alias(f"{name}?") for name, way in how.items() if way == "sum"]
    figures = [getattr(pl.col(name), way)() for name, way in how.items()]
    keys = [name for name in KINDS[kind] if name not in how]
    sums = (
        records.with_columns(blank)
        .group_by(*keys, *(f"{name}?" for name, way in how.items() if way == "sum"))
        .agg(figures)
    )
    there = [
        pl.when(pl.col(f"{name}?")).then(None).otherwise(pl.col(name)).alias(name)
        for name, way in how.items()
        if way == "sum"
    ]
    return sums.with_columns(there).select(*KINDS[kind]).sort("row", *keys)
