"""An empty build: its tables, those of the registers, and the definitions that read no fact but units."""

from pathlib import Path

import duckdb

import queries
from etl import reference
from etl.building import frames
from etl.folder import ADDED, PRODUCT_REFERENCE, SIMULATED
from etl.kinds import REGISTERS
from etl.reading import guard
from queries.edits import LIVE
from queries.registers import registers

SCHEMA = Path(__file__).with_name("schema.sql")
_TYPES = {"valid_from": "INTEGER", "valid_to": "INTEGER", "aliases": "VARCHAR", "parent_id": "VARCHAR", "population": "BIGINT",
          "population_year": "INTEGER", "population_source": "VARCHAR", "is_sample": "BOOLEAN", "value": "VARCHAR"}  # fmt: skip

_TEXTS = ("text", "code", "names", "choice", "fixed", "day", "month")


def begin(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Make the empty tables of a build, one table `reference.<name>` for each CSV file of the folder, and the definitions."""
    connection.execute(SCHEMA.read_text(encoding="utf-8"))
    connection.execute("create schema reference")
    for path in _registers(folder).values():
        _read(connection, path)
    _add_thresholds(connection)
    _add_needed(connection, folder)
    for path in sorted((queries.ROOT / "macros").glob("*.sql")):
        connection.execute(path.read_text(encoding="utf-8"))


def _registers(folder: Path) -> dict[str, Path]:
    """Return the files of a folder's registers, by table.

    What was simulated of the code itself is as shipped: a data folder of an earlier version holds what was true of another code.
    """
    shipped = {name: PRODUCT_REFERENCE / f"{name}.csv" for name in (*SIMULATED, *ADDED)}
    own = {path.stem: path for path in folder.glob("*.csv") if path.stem not in (*SIMULATED, *LIVE)}
    return dict(sorted((shipped | own).items()))


def _read(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Make the table of a register from its file."""
    with path.open(encoding="utf-8-sig") as file:
        columns = file.readline().strip().split(",")
    declared = registers()[path.stem].columns if path.stem in registers() else {}
    types = {c: "VARCHAR" for c in columns if c in declared and declared[c].type in _TEXTS}  # a name may be a number
    types |= {c: "VARCHAR" if c.endswith("_code") else _TYPES[c] for c in columns if c.endswith("_code") or c in _TYPES}
    if path.stem == "thresholds":
        types["value"] = "DOUBLE"
    if path.stem == "units":  # of other tables these are years
        types |= {c: "VARCHAR" for c in ("valid_from", "valid_until") if c in columns}
    connection.execute(
        f'create table reference."{path.stem}" as select * from '  # noqa: S608  names of our own files
        "read_csv($path, header = true, delim = ',', quote = '\"', sample_size = -1, "
        f"{'types = $types, ' if types else ''}auto_type_candidates = ['BOOLEAN', 'BIGINT', 'DOUBLE', 'VARCHAR'])",
        {"path": guard.as_pattern(path)} | ({"types": types} if types else {}),
    )


def _add_thresholds(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the thresholds that a data folder of an earlier version lacks, as they are shipped; `rapor check` names them."""
    shipped = guard.as_pattern(PRODUCT_REFERENCE / "thresholds.csv")
    connection.execute(
        "insert into reference.thresholds by name select key, value, unit, meaning, legal_basis from read_csv($path, header = true) "
        "where key not in (select key from reference.thresholds)",
        {"path": shipped},
    )


def _add_needed(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Add the rows of registers that the code itself counts under, where a data folder of an earlier version lacks them."""
    for register in REGISTERS:
        if register.needed and (folder / f"{register.table}.csv").is_file():
            lacking = f"where {register.key} not in (select {register.key} from reference.{register.table})"  # noqa: S608
            rows = reference.complete(folder, register)
            frames.put(connection, f"insert into reference.{register.table} by name", rows, lacking)
