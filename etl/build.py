"""A build: one DuckDB file made from the lake and the reference tables alone, checked, then published by renaming it into place."""

import re
from pathlib import Path

import duckdb

import queries

SCHEMA = Path(__file__).with_name("schema.sql")
_MART = re.compile(r"\bmart\.(\w+)")


def create_tables(connection: duckdb.DuckDBPyConnection, reference: Path) -> None:
    """Create the empty tables of a build and one table `reference.<name>` for each CSV file of the folder."""
    connection.execute(SCHEMA.read_text(encoding="utf-8"))
    connection.execute("create schema reference")
    for path in sorted(reference.glob("*.csv")):
        connection.execute(
            f'create table reference."{path.stem}" as '  # noqa: S608  the name is a file's of ours
            "select * from read_csv($path, header = true, delim = ',', quote = '\"', sample_size = -1)",
            {"path": str(path)},
        )


def materialise(connection: duckdb.DuckDBPyConnection) -> None:
    """Store the macros and the marts, each mart after those that it reads; raises ValueError on a circle."""
    for path in sorted((queries.ROOT / "macros").glob("*.sql")):
        connection.execute(path.read_text(encoding="utf-8"))
    waiting = {query.name.split("/")[1]: query for query in queries.files("marts")}
    while waiting:
        ready = [name for name, query in waiting.items() if not (set(_MART.findall(query.sql)) - {name}) & set(waiting)]
        if not ready:
            raise ValueError(f"marts that read each other in a circle: {', '.join(sorted(waiting))}")
        for name in ready:
            connection.execute(f'create table mart."{name}" as {waiting.pop(name).sql}')
