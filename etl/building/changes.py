"""What a build says differently from the build before it: each figure that is new, revised or gone, and what caused it.

The only part of a build that is not a function of lake and reference alone: it also depends on the build it is held against.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

import queries
from etl.building import order
from etl.building.previous import Previous
from queries import comparing
from queries.builds import is_whole


@dataclass(frozen=True)
class Versions:
    """Hashes of what makes a build out of its files: the reference tables, and the software."""

    reference: str
    software: str


ATTACHED = "attached"


def attach(connection: duckdb.DuckDBPyConnection, previous: Path | None) -> str:
    """Attach the build before as `before`, read-only; return `attached`, `none` where there is none, or `damaged`."""
    if previous is None:
        return "none"
    if not is_whole(previous):
        return "damaged"
    quoted = str(previous).replace("'", "''")
    try:
        connection.execute(f"attach '{quoted}' as before (read_only)")
    except duckdb.Error:
        return "damaged"
    return ATTACHED


def insert(
    connection: duckdb.DuckDBPyConnection, state: str, versions: Versions, known: Previous | None = None
) -> None:
    """Fill load.comparison and load.change of the build that is being made, and detach the one attached as `before`.

    `state` is what `attach` said. Where there is no build before, or it is damaged or of another schema, nothing is compared and
    load.comparison says which. Figures whose tables are the same in both (`known`) are not compared.
    """
    found: tuple[str | None, datetime | None] = (None, None)
    if state == ATTACHED:
        state, found = _hold_against(connection, versions, known)
    connection.execute(
        "insert into load.comparison values ($state, $id, $at, $reference, $software)",
        {
            "state": state,
            "id": found[0],
            "at": found[1],
            "reference": versions.reference,
            "software": versions.software,
        },
    )


def _hold_against(
    connection: duckdb.DuckDBPyConnection, versions: Versions, known: Previous | None
) -> tuple[str, tuple[str | None, datetime | None]]:
    here = connection.sql("select current_database()").fetchall()[0][0]
    connection.execute("begin")
    try:
        found = _compare(connection, here, versions, known)
        connection.execute("commit")
    except (duckdb.CatalogException, duckdb.BinderException):
        connection.execute("rollback")
        return "other_schema", (None, None)
    except duckdb.Error:
        connection.execute("rollback")
        return "damaged", (None, None)
    finally:
        connection.execute(f'use "{here}"')
        connection.execute("detach before")
    return "compared", found


def _compare(
    connection: duckdb.DuckDBPyConnection, here: str, versions: Versions, known: Previous | None
) -> tuple[str, datetime]:
    ((build_id, built_at, reference, software),) = connection.execute(
        "select build_id, built_at, reference_version, software_version from before.load.build, before.load.comparison"
    ).fetchall()
    causes = {
        "is_reference_changed": reference != versions.reference,
        "is_software_changed": software != versions.software,
    }
    # What a query of figures takes from load.file, it takes from the files of the facts that it reads.
    alike = {q.name for q in queries.files("figures") if known and known.holds(order.read_by(q.sql) - {"load.file"})}
    comparing.insert(connection, here, "load.change", alike=alike, **causes)
    return build_id, built_at
