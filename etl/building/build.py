"""A build: one DuckDB file made from the lake and the reference tables alone, checked, then published by renaming it into place.

Alone but for `load.build`, `load.comparison` and `load.change`: they say when it was made, and what the build before it said.
"""

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl

import queries
from etl import reference
from etl.building import changes, order
from etl.building.engine import create_accepted, resolve
from etl.folder import PRODUCT_REFERENCE
from etl.kinds import REGISTERS
from etl.lake import Entry, Lake, canonical, write_atomically
from etl.reading import guard
from queries.builds import current, spoken_of

SCHEMA = Path(__file__).with_name("schema.sql")
KEPT_BUILDS = 5
ROOT = Path(__file__).parents[2]  # of the code: etl/ and queries/ stand in it
MAKES_A_BUILD = (
    *(
        "etl/building/*",
        "etl/statistics/*",
        "etl/kinds.py",
        "etl/lake.py",
        "etl/reference.py",
        "etl/messages.toml",
        "etl/folder.py",
        "etl/trouble.py",
    ),
    *("etl/reading/guard.py", "etl/reading/words.py", "data/reference/thresholds.csv"),
    *(
        "queries/__init__.py",
        "queries/builds.py",
        "queries/escape.py",
        "queries/months.py",
        "queries/rank_simulation.py",
    ),
    *(f"queries/{folder}/*" for folder in sorted(queries.BUILDING_BLOCKS)),
)
_POLARS = {
    "VARCHAR": pl.String,
    "BIGINT": pl.Int64,
    "INTEGER": pl.Int32,
    "DATE": pl.Date,
    "TIMESTAMP": pl.Datetime("us"),
}
_TYPES = {"valid_from": "INTEGER", "valid_to": "INTEGER", "aliases": "VARCHAR", "parent_id": "VARCHAR", "population": "BIGINT",
          "population_year": "INTEGER", "population_source": "VARCHAR", "is_sample": "BOOLEAN", "value": "VARCHAR"}  # fmt: skip


@dataclass(frozen=True)
class Built:
    """The outcome of making a build; with failed checks nothing was published."""

    build_id: str
    path: Path
    files: pl.DataFrame
    rejects: pl.DataFrame
    findings: pl.DataFrame
    failed_checks: list[str]


def create_tables(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Create the empty tables of a build and one table `reference.<name>` for each CSV file of the folder."""
    connection.execute(SCHEMA.read_text(encoding="utf-8"))
    connection.execute("create schema reference")
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig") as file:
            columns = file.readline().strip().split(",")
        types = {
            c: "VARCHAR" if c.endswith("_code") else _TYPES[c] for c in columns if c.endswith("_code") or c in _TYPES
        }
        if path.stem == "thresholds":
            types["value"] = "DOUBLE"
        connection.execute(
            f'create table reference."{path.stem}" as select * from '  # noqa: S608  names of our own files
            "read_csv($path, header = true, delim = ',', quote = '\"', sample_size = -1, "
            f"{'types = $types, ' if types else ''}auto_type_candidates = ['BOOLEAN', 'BIGINT', 'DOUBLE', 'VARCHAR'])",
            {"path": guard.as_pattern(path)} | ({"types": types} if types else {}),
        )
    _add_thresholds(connection)


def _add_thresholds(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the thresholds that a data folder of an earlier version lacks, as they are shipped; `rapor check` names them."""
    shipped = guard.as_pattern(PRODUCT_REFERENCE / "thresholds.csv")
    connection.execute(
        "insert into reference.thresholds by name select key, value, unit, meaning, legal_basis from read_csv($path, header = true) "
        "where key not in (select key from reference.thresholds)",
        {"path": shipped},
    )


def materialise(connection: duckdb.DuckDBPyConnection, asked: str | None = None) -> None:
    """Store the macros, the marts and the macros on marts, each after what it reads; raises ValueError on a circle.

    `asked` is the text of one query: then only what it needs is made. On one thread: the last digit of a sum of decimals
    depends on the order of its terms, and a build must not.
    """
    connection.execute("set threads = 1")
    for path in sorted((queries.ROOT / "macros").glob("*.sql")):
        connection.execute(path.read_text(encoding="utf-8"))
    for part in order.ordered(asked):
        if part.step:
            frame = part.step.make(connection.sql(f"select * from mart.{part.step.reads} order by all").pl())  # noqa: S608
            connection.register("incoming", frame)
            connection.execute(f"create table {part.name} as select * from incoming")  # noqa: S608  names of our own
            connection.unregister("incoming")
        else:
            connection.execute(part.sql)


def publish(data_dir: Path, lake: Lake, manifest: Mapping[str, Entry]) -> Built:
    """Make a build of these files, check it and make it the current one; a build of the same input is published only once."""
    versions = changes.Versions(reference.version(data_dir / "reference"), software())
    fingerprint = _fingerprint(versions, manifest)
    before = current(data_dir)
    if before and (same := _same(before, fingerprint)):
        lake.write_manifest(manifest)
        return same
    warehouse = data_dir / "warehouse"
    warehouse.mkdir(parents=True, exist_ok=True)
    for left in warehouse.glob(".building-*"):  # a killed load leaves a file, and a folder where it ran out of memory
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    now = datetime.now(UTC).replace(tzinfo=None)
    build_id = f"{now:%Y%m%dT%H%M%S}-{fingerprint[:8]}"
    unfinished = warehouse / f".building-{os.getpid()}.duckdb"
    connection = duckdb.connect(unfinished, config={"autoinstall_known_extensions": False})
    try:
        built = _make(connection, data_dir, lake, manifest, (build_id, now, fingerprint))
        if not built.failed_checks:
            changes.insert(connection, before, versions)
        connection.execute("checkpoint")
    finally:
        connection.close()
    if built.failed_checks:
        unfinished.unlink()
        return built
    final = warehouse / f"{build_id}.duckdb"
    _sync(unfinished)
    unfinished.rename(final)
    lake.write_manifest(manifest)
    write_atomically(warehouse / "current", final.name)
    for old in sorted(warehouse.glob("[0-9]*.duckdb"))[:-KEPT_BUILDS]:
        if old != before and old.stem not in spoken_of(data_dir):
            old.unlink()
    return Built(build_id, final, built.files, built.rejects, built.findings, [])


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _fingerprint(versions: changes.Versions, manifest: Mapping[str, Entry]) -> str:
    """Return a hash of all that a build depends on: the reference tables, the code that makes it, and the readings."""
    digest = hashlib.sha256(f"{versions.reference}{versions.software}".encode())
    for sha, entry in sorted(manifest.items()):
        digest.update(f"{sha}{entry.key}".encode())
    return digest.hexdigest()


def software(root: Path = ROOT) -> str:
    """Return a hash of the code that makes a build; what only reads a build, such as the query of a page, is no part of it."""
    digest = hashlib.sha256()
    for pattern in MAKES_A_BUILD:
        for path in sorted(root.glob(pattern)):
            if path.suffix in {".py", ".sql", ".toml", ".csv"}:
                digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _same(path: Path, fingerprint: str) -> Built | None:
    """Return the build of this path if it is of the same input; None also where it is damaged: then a new one is made."""
    try:
        with duckdb.connect(path, read_only=True) as connection:
            rows = connection.execute("select build_id, fingerprint from load.build").fetchall()
            return _built(connection, rows[0][0], path, []) if rows and rows[0][1] == fingerprint else None
    except duckdb.Error:
        return None


def _built(connection: duckdb.DuckDBPyConnection, build_id: str, path: Path, failed: list[str]) -> Built:
    return Built(
        build_id=build_id,
        path=path,
        files=_frame(connection, "load.file"),
        rejects=_frame(connection, "load.reject"),
        findings=_frame(connection, "load.finding"),
        failed_checks=failed,
    )


def _frame(connection: duckdb.DuckDBPyConnection, table: str) -> pl.DataFrame:
    """Return a table without the second that it takes to import what DuckDB's own way needs: a load of nothing new waits for it."""
    relation = connection.sql(f"select * from {table}")  # noqa: S608  names of our own
    schema = {name: _POLARS[str(kind)] for name, kind in zip(relation.columns, relation.types, strict=True)}
    return pl.DataFrame(relation.fetchall(), schema=schema, orient="row")


def _make(
    connection: duckdb.DuckDBPyConnection,
    data_dir: Path,
    lake: Lake,
    manifest: Mapping[str, Entry],
    stamp: tuple[str, datetime, str],
) -> Built:
    connection.execute("set preserve_insertion_order = true")
    create_tables(connection, data_dir / "reference")
    _insert_units(connection)
    _insert_files(connection, lake, manifest)
    create_accepted(connection, lake, manifest)
    registers = reference.registers(data_dir / "reference")
    resolve(connection, registers, _salt(data_dir, connection))
    _roll_up(connection)
    _insert_rejects(connection, lake, manifest, registers)
    _insert_findings(connection, lake, manifest, registers)
    build_id, now, fingerprint = stamp
    connection.execute(
        "insert into load.build select $id, $now, (select max(as_of) from load.file where status <> 'refused'), name, is_sample, "
        "(select min(month) from visit), (select max(month) from visit), $fingerprint from reference.district",
        {"id": build_id, "now": now, "fingerprint": fingerprint},
    )
    materialise(connection)
    failed = []
    for check in queries.files("checks"):
        wrong = connection.sql(check.sql).pl()
        if wrong.height:
            failed.append(f"{check.meaning}: {wrong.height}; {wrong.head(3).to_dicts()}")
    connection.execute("detach lake")
    return _built(connection, build_id, Path(), failed)


def _roll_up(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill the tables of facts, each from the rollup of its name; those of the schema `load` last: they tell of the others."""
    tables = connection.execute(
        "select table_name, schema_name from duckdb_tables() where schema_name in ('main', 'load')"
    )
    schemas = dict(tables.fetchall())
    rollups = {query.name.split("/")[1]: query.sql for query in queries.files("rollups")}
    for name in sorted(rollups, key=lambda name: (schemas[name] == "load", name)):
        connection.execute(
            f'insert into "{schemas[name]}".{name} by name select * from ({rollups[name]}) order by all'  # noqa: S608
        )


def _insert_units(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "insert into unit select unit_id, name, coalesce(short_name, name), kind, parent_id, kecamatan_code, population, "
        "population_year, population_source from reference.units"
    )


def _insert_files(connection: duckdb.DuckDBPyConnection, lake: Lake, manifest: Mapping[str, Entry]) -> None:
    rows = []
    for entry in (entry for _, entry in sorted(manifest.items())):
        reading = lake.reading(entry.key)
        words = reference.say(reading.code, reading.details) if reading.code else {"message": None, "message_en": None}
        rows.append(
            {
                "file_id": reading.file_id, "sha256": reading.sha256, "name": reading.name, "folder": reading.folder,
                "bytes": reading.bytes, "source": ", ".join(reading.sources) or None,
                "source_title": ", ".join(reading.titles) or None,
                "source_title_en": ", ".join(reading.titles_en) or None, "status": reading.status, "reason": words["message"],
                "reason_en": words["message_en"], "rows_read": reading.read, "rows_accepted": reading.accepted,
                "rows_rejected": reading.rejected, "rows_total": reading.totals, "rows_other": reading.other,
                "as_of": datetime.fromisoformat(reading.as_of), "as_of_from": reading.as_of_from,
            }
        )  # fmt: skip
    if rows:
        _insert(connection, "load.file", pl.DataFrame(rows, infer_schema_length=None))


def _insert(connection: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    connection.register("incoming", frame)
    connection.execute(f"insert into {table} by name select * from incoming")  # noqa: S608  names of our own
    connection.unregister("incoming")


def _salt(data_dir: Path, connection: duckdb.DuckDBPyConnection) -> bytes:
    """Return what keeps an employee's id from being worked out from a NIP; made once for a data folder, fixed for sample data."""
    path = data_dir / "lake" / "salt"
    if not path.is_file():
        rows = connection.execute("select is_sample from reference.district").fetchall()
        write_atomically(path, "data contoh" if rows and rows[0][0] else secrets.token_hex(16))
        path.chmod(0o600)
    return path.read_bytes()


def _insert_rejects(
    connection: duckdb.DuckDBPyConnection, lake: Lake, manifest: Mapping[str, Entry], registers: reference.Registers
) -> None:
    parts = [pl.read_parquet(path, glob=False) for path in lake.paths(manifest, "rejects")]
    parts.append(_unresolved(connection, registers))
    rejects = pl.concat([p for p in parts if p.height] or parts[-1:], how="diagonal_relaxed")
    words = [reference.say(code, json.loads(details)) for code, details in rejects.select("code", "details").rows()]
    texts = {"reason": "message", "reason_en": "message_en", "mend": "mend", "mend_en": "mend_en"}
    named = rejects.drop("details").with_columns(
        pl.Series(column, [each[key] for each in words], pl.String) for column, key in texts.items()
    )
    files = connection.sql('select file_id, name as "file" from load.file').pl()
    _insert(connection, "load.reject", named.join(files, on="file_id", how="left").sort(pl.all()))
    connection.execute(
        "update load.file set status = 'partly', rows_accepted = rows_accepted - unresolved.rows, "
        "rows_rejected = rows_rejected + unresolved.rows "
        "from (select file_id, count(distinct (sheet, row)) as rows from lake.unresolved group by file_id) as unresolved "
        "where unresolved.file_id = load.file.file_id"
    )


def _unresolved(connection: duckdb.DuckDBPyConnection, registers: reference.Registers) -> pl.DataFrame:
    """Return the rejects that the registers cause: names of units, services, payers, ratings and people that they don't know."""
    near = {register.code: registers.of(register) for register in REGISTERS}
    found = connection.sql("select * from lake.unresolved").pl()
    details = []
    for code, value in found.select("code", "value").rows():
        name = near[code].nearest(value) if code in near and value else None
        detail = {"nearest": f"Maksudnya {name}?", "nearest_en": f"Is {name} meant?"} if name else {}
        details.append(json.dumps(detail, ensure_ascii=False))
    values = [None if value is None else guard.quoted(value) for value in found["value"]]
    return found.with_columns(pl.Series("details", details, pl.String), pl.Series("value", values, pl.String))


def _insert_findings(
    connection: duckdb.DuckDBPyConnection,
    lake: Lake,
    manifest: Mapping[str, Entry],
    registers: reference.Registers,
) -> None:
    parts = [_observed(lake, manifest, registers)]
    for query in queries.files("findings"):
        found = connection.sql(query.sql).pl()
        fixed = ("code", "unit_id", "period", "file_id", "sheet", "row")
        details = [
            json.dumps({k: v for k, v in row.items() if k not in fixed}, default=str) for row in found.to_dicts()
        ]
        parts.append(found.select(fixed).with_columns(pl.Series("details", details, pl.String)))
    findings = pl.concat([p for p in parts if p.height] or parts[:1], how="diagonal_relaxed")
    words = [reference.say(code, json.loads(details)) for code, details in findings.select("code", "details").rows()]
    severity = [reference.messages()[code]["severity"] for code in findings["code"]]
    named = findings.drop("details").with_columns(
        pl.Series("severity", severity, pl.String),
        *(
            pl.Series(key, [each[key] for each in words], pl.String)
            for key in ("message", "message_en", "mend", "mend_en")
        ),
    )
    files = connection.sql('select file_id, name as "file" from load.file').pl()
    _insert(connection, "load.finding", named.join(files, on="file_id", how="left").sort(pl.all()))


def _observed(lake: Lake, manifest: Mapping[str, Entry], registers: reference.Registers) -> pl.DataFrame:
    """Return what was observed while files were read, and the copies among them."""
    schema = {"code": pl.String, "unit_id": pl.String, "period": pl.Date, "file_id": pl.String, "sheet": pl.String,
              "row": pl.Int32, "details": pl.String}  # fmt: skip
    parts = [pl.read_parquet(path, glob=False) for path in lake.paths(manifest, "observations")]
    rows = [
        {**row, "unit_id": registers.units.find(row["unit"]) if row["unit"] else None, "period": None}
        for part in parts
        for row in part.to_dicts()
    ]
    for sha, entry in sorted(manifest.items()):
        first = canonical(entry.sightings)
        seen = sorted({(s.folder, s.name) for s in entry.sightings} - {(first.folder, first.name)})
        if seen:
            copies = ", ".join(name for _, name in seen)
            rows.append(
                {
                    "code": "duplicate_file",
                    "file_id": sha[:12],
                    "details": json.dumps({"found": copies}, ensure_ascii=False),
                }
            )
    return pl.DataFrame([{c: row.get(c) for c in schema} for row in rows], schema=schema)
