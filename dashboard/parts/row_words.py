"""What blocks do to frames before they are shown: words beside the figures of a row."""

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

Row = Mapping[str, Any]


def with_text(frame: pl.DataFrame, **columns: Callable[[Row], str | None]) -> pl.DataFrame:
    """Return the frame with text columns, each made from a row as a dict; a null stays null."""
    rows = frame.rows(named=True)
    series = [pl.Series(name, [say(row) for row in rows], dtype=pl.String) for name, say in columns.items()]
    return frame.with_columns(series)
