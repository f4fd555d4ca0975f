"""What a build says differently from the build before it: each figure that is new, revised or gone, and what caused it.

The only part of a build that is not a function of lake and reference alone: it also depends on the build it is held against.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from queries import comparing
from queries.builds import is_whole


@dataclass(frozen=True)
class Versions:
    """Hashes of what makes a build out of its files: the reference tables, and the software."""

    reference: str
    software: str


def insert(connection: duckdb.DuckDBPyConnection, previous: Path | None, versions: Versions) -> None:
    """Fill load.comparison and load.change of the build that is being made; `previous` is opened read-only.

    Where there is no previous build, or it is damaged or of another schema, nothing is compared and load.comparison says which.
    """
    state, found = ("none", (None, None)) if previous is None else _hold_against(connection, previous, versions)
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
    connection: duckdb.DuckDBPyConnection, previous: Path, versions: Versions
) -> tuple[str, tuple[str | None, datetime | None]]:
    if not is_whole(previous):
        return "damaged", (None, None)
    quoted = str(previous).replace("'", "''")
    try:
        connection.execute(f"attach '{quoted}' as before (read_only)")
    except duckdb.Error:
        return "damaged", (None, None)
    here = connection.sql("select current_database()").fetchall()[0][0]
    connection.execute("begin")
    try:
        found = _compare(connection, here, versions)
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


def _compare(connection: duckdb.DuckDBPyConnection, here: str, versions: Versions) -> tuple[str, datetime]:
    ((build_id, built_at, reference, software),) = connection.execute(
        "select build_id, built_at, reference_version, software_version from before.load.build, before.load.comparison"
    ).fetchall()
    causes = {
        "is_reference_changed": reference != versions.reference,
        "is_software_changed": software != versions.software,
    }
    comparing.insert(connection, here, "load.change", **causes)
    return build_id, built_at
