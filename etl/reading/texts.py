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


def doubled(frame: pl.DataFrame, key: Sequence[str]) -> pl.Series:
    """Tell of each row whether another says the same in these columns; looked at as one number a row where it can be."""
    number, size = pl.lit(0, pl.UInt64), 1
    for name in key:
        distinct = frame[name].unique()
        codes = pl.int_range(len(distinct), dtype=pl.UInt64, eager=True)
        number = number * len(distinct) + frame[name].replace_strict(distinct, codes, return_dtype=pl.UInt64)
        size *= max(len(distinct), 1)
    if size >= 1 << 64:
        return frame.select(pl.struct(key).is_duplicated().alias("doubled"))["doubled"]
    numbers = frame.select(number.alias("number"))["number"]
    if numbers.n_unique() == frame.height:
        return pl.repeat(False, frame.height, eager=True)
    return numbers.is_duplicated()
