"""The values of a frozen page as JSON that says what they were, so that what is read back is what was written."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from math import isfinite
from typing import Any

import polars as pl

from dashboard import charts, snapshot
from dashboard.snapshot import Snapshot
from dashboard.words.said import Figure

_CLASSES = {
    kind.__name__: kind
    for kind in (
        charts.Chart, snapshot.Shown, snapshot.Tile, snapshot.Headline, snapshot.Column, snapshot.Follows, snapshot.Key,
        snapshot.ChartBlock, snapshot.TableBlock, snapshot.TextBlock, snapshot.Claim, Figure, Snapshot,
    )
}  # fmt: skip
_DTYPES: dict[str, Any] = {
    str(dtype): dtype
    for dtype in (
        pl.String, pl.Boolean, pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64,
        pl.Float32, pl.Float64, pl.Date, pl.Datetime("us"), pl.Null, pl.List(pl.String),
    )
}  # fmt: skip


def encode(value: Any) -> Any:
    """Return a value as JSON has it; raises TypeError of what a meeting never holds."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if isfinite(value) else {"$float": repr(value)}
    if isinstance(value, datetime):
        return {"$datetime": value.isoformat()}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, pl.DataFrame):
        return {"$frame": [[s.name, str(s.dtype), encode(tuple(s.to_list()))] for s in _known(value)]}
    if isinstance(value, Mapping):
        return {"$map": [[encode(key), encode(item)] for key, item in value.items()]}
    if isinstance(value, (tuple, list)):
        items = [encode(item) for item in value]
        return {"$tuple": items} if isinstance(value, tuple) else items
    if is_dataclass(value) and type(value).__name__ in _CLASSES:
        return {"$" + type(value).__name__: {f.name: encode(getattr(value, f.name)) for f in fields(value)}}
    raise TypeError(f"a meeting snapshot can't hold a {type(value).__name__}")


def _known(frame: pl.DataFrame) -> Iterator[pl.Series]:
    """Return the columns, decimals as floats and other kinds as text, so that what is read back is what was written."""
    for column in frame.iter_columns():
        if isinstance(column.dtype, pl.Decimal):
            yield column.cast(pl.Float64)
        elif str(column.dtype) in _DTYPES:
            yield column
        else:
            yield column.cast(pl.String)


def decode(value: Any) -> Any:
    """Return the value of what `encode` returned."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    ((tag, inner),) = value.items()
    match tag:
        case "$float":
            return float(inner)
        case "$datetime":
            return datetime.fromisoformat(inner)
        case "$date":
            return date.fromisoformat(inner)
        case "$tuple":
            return tuple(decode(item) for item in inner)
        case "$map":
            return {decode(key): decode(item) for key, item in inner}
        case "$frame":
            columns = [pl.Series(name, list(decode(items)), dtype=_DTYPES[dtype]) for name, dtype, items in inner]
            return pl.DataFrame(columns)
    return _CLASSES[tag.removeprefix("$")](**{name: decode(item) for name, item in inner.items()})
