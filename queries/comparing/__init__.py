"""Two builds held against each other, figure by figure: the part that the making of a build and the dashboard share."""

from collections.abc import Container

import duckdb

import queries


def insert(
    connection: duckdb.DuckDBPyConnection,
    now: str,
    table: str,
    *,
    alike: Container[str] = (),
    is_reference_changed: bool,
    is_software_changed: bool,
) -> None:
    """Put into a table of the shape of load.change what the build attached as `now` says otherwise than the one attached as `before`.

    `alike` are the names of queries/figures that both are known to give the same.

    Raises duckdb.CatalogException or BinderException where one of them is of another schema. Leaves `now` in use.
    """
    (compare,) = queries.files("comparing")
    for figures in queries.files("figures"):
        if figures.name in alike:
            continue
        for name, database in (("figures_before", "before"), ("figures_now", now)):
            connection.execute(f'use "{database}"')
            connection.execute(f"create or replace temp table {name} as {figures.sql}")
        values = {"is_reference_changed": is_reference_changed, "is_software_changed": is_software_changed}
        connection.execute(f"insert into {table} {compare.sql}", {"kind": figures.name.split("/")[1], **values})
    connection.execute("drop table if exists temp.figures_before")
    connection.execute("drop table if exists temp.figures_now")
