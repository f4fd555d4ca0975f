"""An empty build that is copied from the last one says what one says that is made from nothing."""

import os
import re
import shutil
from pathlib import Path

import duckdb

from etl.building import blank
from etl.folder import PRODUCT_REFERENCE

SAID = {
    "tables": "select schema_name, table_name, sql from duckdb_tables() where not internal order by all",
    "macros": "select function_name, parameters, macro_definition from duckdb_functions() where not internal order by all",
}


def _said(folder: Path) -> dict[str, list[tuple]]:
    with duckdb.connect() as connection:
        blank.begin(connection, folder)
        found = {name: connection.sql(sql).fetchall() for name, sql in SAID.items()}
        found["macros"] = [
            (*rest, sorted(re.findall(r"\w+|[^\w\s]", words))) for *rest, words in found["macros"]
        ]  # `exclude (a, b)` is a set
        for (name,) in connection.sql(
            "select table_name from duckdb_tables() where schema_name = 'reference' order by all"
        ).fetchall():
            found[name] = connection.sql(f'select * from reference."{name}" order by all').fetchall()
    return found


def test_a_copied_build_is_one_made_from_nothing(tmp_path: Path) -> None:
    """Of a folder with a register changed, one more, and one less than those shipped."""
    folder = tmp_path / "reference"
    shutil.copytree(PRODUCT_REFERENCE, folder)
    units = folder / "units.csv"
    units.write_text(
        units.read_text(encoding="utf-8").replace("Puskesmas Mengupeh", "Puskesmas Lain"), encoding="utf-8"
    )
    (folder / "own.csv").write_text("code,name\n01,A\n", encoding="utf-8")
    (folder / "payers.csv").unlink()
    blank._begun.discard(os.getpid())
    first, second, third = (_said(folder) for _ in range(3))
    assert second == third
    assert second == first
    assert "own" in second
    assert "payers" not in second
    assert any("Puskesmas Lain" in row for row in second["units"])
