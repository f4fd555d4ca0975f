"""The format of a build: a number that stands in it, so that software which does not know it says so and reads nothing."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

BUILD = 3  # what etl's schema.sql writes down


def of_build(connection: "duckdb.DuckDBPyConnection") -> int:
    """Return the format of an open build; one of version 0.1 has no number and is of format 1."""
    tables = "select count(*) from duckdb_tables() where schema_name = 'load' and table_name = 'format'"
    ((has_number,),) = connection.execute(tables).fetchall()
    return connection.execute("select number from load.format").fetchall()[0][0] if has_number else 1
