"""The file that an analysis runs on: the tables of explore/*.sql of one build, with only what one viewer may see.

It is made once for a build and a kind of viewer, beside the builds, and goes when its build goes.
"""

import hashlib
import secrets
import time
from collections.abc import Callable, Collection, Sequence
from functools import cache
from pathlib import Path

import duckdb
import polars as pl

import queries
from queries import builds
from queries.explore.tables import DECLARED, FOLDER, Table, tables

Protect = Callable[[pl.DataFrame], pl.DataFrame]
PERSONAL = ("employee_name",)  # a table with one of these goes through the viewer's protection
OWED = f"{FOLDER}/owed"  # which reports are in, beside the tables that an analyst asks of
LEFT_SECONDS = 3600  # after which an unfinished file was left behind by a maker that was killed


def place(
    data_dir: Path, build_id: str, units: Sequence[str] | None, sees_names: bool, asked: Collection[str] | None = None
) -> Path:
    """Return where the file of a build and a kind of viewer is, whether it is there yet or not; `asked` as `make` has it."""
    own = [f"table {name}" for name in sorted(tables()) if asked is not None and name not in asked]
    who = "|".join(["names" if sees_names else "", *(["all"] if units is None else sorted(units)), *own])
    digest = hashlib.sha256(f"{who}|{_version()}".encode()).hexdigest()
    return data_dir / "analysis" / f"{build_id}-{digest[:12]}.duckdb"


def make(
    build: duckdb.DuckDBPyConnection, target: Path, units: Sequence[str] | None, protect: Protect,
    asked: Collection[str] | None = None,
) -> Path:  # fmt: skip
    """Write the file from an open build, whole or not at all, and return it; one that is there is left as it is.

    `units` are the unit ids that the viewer covers (None: all); `protect` turns names into what the viewer may read; `asked` are the
    tables that his role has (None: all).
    """
    if target.is_file():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".making-{secrets.token_hex(6)}.duckdb")
    try:
        with duckdb.connect(unfinished, config=builds.OPENED) as file:
            for table in [table for name, table in tables().items() if asked is None or name in asked]:
                _copy(build, file, table, list(units) if units is not None else None, protect)
            owed = build.sql(queries.load(OWED).sql, params={"units": list(units) if units is not None else None})
            _insert(file, "owed", owed.to_arrow_table())
            _insert(
                file, "build", build.sql("select build_id, as_of, district, is_sample from load.build").to_arrow_table()
            )
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)
        unfinished.with_name(f"{unfinished.name}.wal").unlink(missing_ok=True)
    return target


def tidy(data_dir: Path) -> None:
    """Remove the files of builds that are gone, those of an older make, and what a killed maker left."""
    warehouse = data_dir / "warehouse"
    for path in (data_dir / "analysis").glob("*.duckdb*"):
        if path.name.startswith("."):
            is_left = path.stat().st_mtime < time.time() - LEFT_SECONDS
        else:
            is_left = not (warehouse / f"{path.stem.rpartition('-')[0]}.duckdb").is_file()
        if is_left:
            path.unlink(missing_ok=True)


def _copy(
    build: duckdb.DuckDBPyConnection,
    file: duckdb.DuckDBPyConnection,
    table: Table,
    units: list[str] | None,
    protect: Protect,
) -> None:
    query = queries.load(f"{FOLDER}/{table.name}")
    answer = build.sql(query.sql, params={"units": units})
    if any(name in table.columns for name in PERSONAL):
        _insert(file, table.name, protect(pl.DataFrame(answer.to_arrow_table())))
    else:
        _insert(file, table.name, answer.to_arrow_reader(100_000))
    _comment(file, "table", table.name, f"{table.title[0]}. {query.title}: {query.meaning} ({query.grain})")
    for column in table.columns.values():
        _comment(file, "column", f'{table.name}."{column.name}"', f"{column.label[0]}: {column.meaning[0]}")


def _insert(file: duckdb.DuckDBPyConnection, name: str, rows: object) -> None:
    file.register("incoming", rows)
    file.execute(f"create table {name} as select * from incoming")  # noqa: S608  names of our own
    file.unregister("incoming")


def _comment(file: duckdb.DuckDBPyConnection, kind: str, name: str, words: str) -> None:
    quoted = words.replace("'", "''")
    file.execute(f"comment on {kind} {name} is '{quoted}'")


@cache
def _version() -> str:
    """Return a hash of what decides how such a file looks."""
    digest = hashlib.sha256(DECLARED.read_bytes() + Path(__file__).read_bytes())
    for name in (*(f"{FOLDER}/{name}" for name in tables()), OWED):
        digest.update(queries.load(name).sql.encode())
    return digest.hexdigest()
