"""Columns of texts, of which each word is looked at once however often it stands there: as texts, or as codes of their words."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl


def words(texts: pl.Series) -> pl.Series:
    """Return the distinct texts of a column, as texts."""
    return texts.unique().cast(pl.String)


def known(texts: pl.Series, values: Mapping[str, Any], kind: Any) -> pl.Series:
    """Return for each text its value, null where none is known; a column of texts from one of codes is one of codes, too."""
    coded = pl.Categorical if texts.dtype == pl.Categorical and kind == pl.String else kind
    return texts.replace_strict(values, default=None, return_dtype=coded)


def each(texts: pl.Series, read: Callable[[str], Any], kind: Any) -> pl.Series:
    """Return for each text what reading it gives."""
    return known(texts, {text: read(text) for text in words(texts).drop_nulls()}, kind)


def says(column: str, pattern: str) -> pl.Expr:
    """Return whether a pattern stands in the texts of a column; a missing text is missing."""
    return pl.col(column).map_batches(lambda texts: matched(texts, pattern), return_dtype=pl.Boolean)


def matched(texts: pl.Series, pattern: str) -> pl.Series:
    """Return whether a pattern stands in each of the texts."""
    if texts.dtype != pl.Categorical:
        return texts.str.contains(pattern)
    distinct = texts.unique()
    return texts.is_in(distinct.filter(distinct.cast(pl.String).str.contains(pattern)).implode())


def kind_in(frame: pl.DataFrame) -> type[pl.DataType]:
    """Return how a frame keeps texts of few words: as codes where any of its columns does."""
    return pl.Categorical if pl.Categorical in frame.dtypes else pl.String


def written_out(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with texts in the place of codes."""
    return frame.cast({pl.Categorical: pl.String})


def kept(frame: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    """Return these rows of a frame: the frame itself, and no copy, where that is all of them."""
    return frame if rows.all(ignore_nulls=False) else frame.filter(rows)


def doubled(frame: pl.DataFrame, key: Sequence[str]) -> pl.Series:
    """Tell of each row whether another says the same in these columns."""
    numbers = _numbered(frame, key)
    if numbers is None:
        return frame.select(pl.struct(key).is_duplicated().alias("doubled"))["doubled"]
    if numbers.n_unique() == frame.height:
        return pl.repeat(False, frame.height, eager=True)
    return numbers.is_duplicated()


def combined(frame: pl.DataFrame, key: Sequence[str]) -> tuple[pl.DataFrame, pl.Series]:
    """Return what the rows say in these columns, each once, as they first stand; and for each row its place among them."""
    numbers = _numbered(frame, key)
    if numbers is None:
        numbers = frame.select(pl.struct(key).rank("dense").alias("number"))["number"]
    first = numbers.to_frame("number").with_row_index("row").group_by("number", maintain_order=True).first()
    places = pl.int_range(first.height, dtype=pl.UInt32, eager=True)
    return frame.select(key)[first["row"]], numbers.replace_strict(first["number"], places, return_dtype=pl.UInt32)


def _numbered(frame: pl.DataFrame, key: Sequence[str]) -> pl.Series | None:
    """Return one number a row, the same where rows say the same in these columns; None where there are not so many numbers."""
    unsigned, size = pl.UInt64, 1
    number = pl.repeat(0, frame.height, dtype=unsigned, eager=True)
    for name in key if frame.height else ():
        distinct = frame[name].unique()
        size *= len(distinct)
        if size >= 1 << 64:
            return None
        places = pl.int_range(len(distinct), dtype=unsigned, eager=True)
        place = frame[name].replace_strict(distinct, places, return_dtype=unsigned)
        number = pl.select((pl.lit(number) * pl.lit(len(distinct), unsigned) + pl.lit(place)).alias("number"))["number"]
    return number
