"""Held files are kept out of a build before anything is rolled up; what is said of each becomes its reason."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import duckdb
import polars as pl

from etl.building import frames, versions
from etl.building.engine import create_accepted
from etl.building.parts import Replaced
from etl.building.versions import Objection, Version
from etl.lake import Entry, Lake

SHOWN = 3  # findings in the reason of a file
_TYPES = {"period": pl.Date, "period_months": pl.Int32, "changed": pl.Int64, "before": pl.Float64, "after": pl.Float64,
          "is_other_form": pl.Boolean}  # fmt: skip


def settle(connection: duckdb.DuckDBPyConnection, lake: Lake, manifest: Mapping[str, Entry]) -> set[str]:
    """Return the ids of the files that are held, and write `lake.replaced` and `lake.objection`."""
    as_of = dict(connection.execute("select sha256, as_of from load.file").fetchall())
    readings = [(entry, lake.reading(entry.key)) for entry in manifest.values()]
    settled = versions.settle(
        connection,
        [
            Version(
                reading.file_id,
                frozenset(reading.sources),
                as_of[reading.sha256],
                reading.sha256,
                entry.confirmed,
                reading.corrects[:12],
            )
            for entry, reading in readings
            if reading.kinds
        ],
    )
    _table(connection, "replaced", Replaced, settled.replaced)
    _table(connection, "objection", Objection, [each for objections in settled.held.values() for each in objections])
    return set(settled.held)


def leave_out(
    connection: duckdb.DuckDBPyConnection, lake: Lake, manifest: Mapping[str, Entry], held: Collection[str]
) -> None:
    """Leave the files that are held out of `lake.*`, and mark them in load.file."""
    if held:
        create_accepted(connection, lake, {sha: entry for sha, entry in manifest.items() if sha[:12] not in held})
        connection.execute(
            "update load.file set status = 'held' where file_id in (select file_id from lake.objection) and status <> 'refused'"
        )


def give_reasons(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the first findings about a held file its reason."""
    for suffix in ("", "_en"):
        connection.execute(
            f"update load.file set reason{suffix} = array_to_string(said.texts[:{SHOWN}], ' ') "  # noqa: S608
            f"from (select file_id, list(message{suffix} order by period, unit_id, message{suffix}) as texts from load.finding "
            "where code in (select code from lake.objection) group by file_id) as said "
            "where said.file_id = load.file.file_id and status = 'held'"
        )


def _table(connection: duckdb.DuckDBPyConnection, name: str, of: Any, rows: Iterable[Any]) -> None:
    schema = {column: _TYPES.get(column, pl.String) for column in of.__dataclass_fields__}
    frame = pl.DataFrame([vars(row) for row in rows], schema=schema)
    frames.put(connection, f"create table lake.{name} as", frame, "order by all")
