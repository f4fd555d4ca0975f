"""Builds that a test fills by hand, and the words of a page."""

from pathlib import Path

import duckdb

from etl.building import build
from etl.folder import PRODUCT_REFERENCE


def begin(folder: Path) -> duckdb.DuckDBPyConnection:
    """Return a build of the folder with its reference tables and empty fact tables, to be filled."""
    (folder / "warehouse").mkdir()
    connection = duckdb.connect(str(folder / "warehouse" / "one.duckdb"))
    build.create_tables(connection, PRODUCT_REFERENCE)
    return connection


def publish(folder: Path, connection: duckdb.DuckDBPyConnection) -> Path:
    """Make the marts of a filled build, make it the folder's current one, and return the folder."""
    build.materialise(connection)
    connection.close()
    (folder / "warehouse" / "current").write_text("one.duckdb", encoding="utf-8")
    return folder


def shown(test: object) -> str:
    """Return all words of a page."""
    return " ".join(element.proto.body for element in test.get("html")).replace("\u00a0", " ")  # ty: ignore[missing-attribute]
