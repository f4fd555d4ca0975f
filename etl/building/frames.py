"""Small frames into a build and out of it, without pyarrow and NumPy: a load of a small file would wait for their import."""

from collections.abc import Mapping
from typing import Any

import duckdb
import polars as pl

_TYPES = {
    "VARCHAR": pl.String,
    "BOOLEAN": pl.Boolean,
    "BIGINT": pl.Int64,
    "INTEGER": pl.Int32,
    "DOUBLE": pl.Float64,
    "DATE": pl.Date,
    "TIMESTAMP": pl.Datetime("us"),
}


class _Stream:
    """A frame as nothing but an Arrow stream: a frame that DuckDB knows as one of Polars becomes a table of pyarrow first."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame.cast({pl.Null: pl.String})  # DuckDB takes no column of nothing but nulls without a type

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


def put(connection: duckdb.DuckDBPyConnection, statement: str, frame: pl.DataFrame, order: str = "") -> None:
    """Run a statement that ends where the frame's rows come: `create table x as` or `insert into x by name`; then, their order."""
    connection.register("incoming", _Stream(frame))
    connection.execute(f"{statement} select * from incoming {order}")  # noqa: S608  names of our own
    connection.unregister("incoming")


def of(connection: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, Any] | None = None) -> pl.DataFrame:
    """Return the rows of a query, of which there are few; other types than those of rows of a build are left to Polars."""
    result = connection.execute(
        sql, values
    )  # a relation would be planned twice: to know its columns, and to have its rows
    schema = {name: _TYPES.get(str(kind)) for name, kind, *_ in result.description}
    return pl.DataFrame(result.fetchall(), schema=schema, orient="row", infer_schema_length=None)
