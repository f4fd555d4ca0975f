"""A build: one DuckDB file made from the lake and the reference tables alone, checked, then published by renaming it into place.

Alone but for `load.build`, `load.comparison` and `load.change`: they say when it was made, and what the build before it said.
"""

import hashlib
import os
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from graphlib import TopologicalSorter
from importlib.metadata import version
from pathlib import Path

import duckdb
import polars as pl

import queries
from etl import people, reference
from etl.building import changes, engines, facts, frames, memory, order, shelf
from etl.building.previous import Previous
from etl.folder import ADDED, PRODUCT_REFERENCE, SIMULATED
from etl.kinds import REGISTERS
from etl.lake import Entry, Lake, write_atomically
from etl.reading import guard
from queries.builds import current, is_whole
from queries.edits import LIVE
from queries.edits import version as tables_version
from queries.registers import registers

SCHEMA = Path(__file__).with_name("schema.sql")
ROOT = Path(__file__).parents[2]  # of the code: etl/ and queries/ stand in it
MAKES_A_BUILD = (
    *(
        "etl/building/*",
        "etl/spark/*",
        "etl/statistics/*",
        "etl/kinds.py",
        "etl/lake.py",
        "etl/sums.py",
        "etl/people.py",
        "etl/reference.py",
        "etl/messages.toml",
        "etl/ruled.py",
        "etl/folder.py",
        "etl/lock.py",
        "etl/trouble.py",
        "etl/validity.py",
    ),
    *("etl/reading/guard.py", "etl/reading/names.py", "etl/reading/words.py", "etl/reading/texts.py"),
    "data/reference/thresholds.csv",
    *("etl/reading/dates.py", "etl/reading/periods.py"),
    *("data/reference/payers.csv", "data/reference/services.csv"),
    *(
        "queries/__init__.py",
        "queries/builds.py",
        "queries/disk.py",
        "queries/edits.py",
        "queries/formats.py",
        "queries/journal.py",
        "queries/escape.py",
        "queries/language.py",
        "queries/months.py",
        "queries/registers.py",
        "queries/replicas.py",
        "queries/scratch.py",
        "queries/registers.toml",
        "queries/rank_estimate.py",
        "queries/rank_simulation.py",
        "queries/whole.py",
    ),
    *(f"queries/{folder}/*" for folder in sorted(queries.BUILDING_BLOCKS)),
)
WORKERS = 2  # marts made side by side: a quiet machine of two cores makes them in little more than half the time
LIBRARIES = ("duckdb", "numpy", "polars", "rapidfuzz")  # what their versions may say otherwise
_TYPES = {"valid_from": "INTEGER", "valid_to": "INTEGER", "aliases": "VARCHAR", "parent_id": "VARCHAR", "population": "BIGINT",
          "population_year": "INTEGER", "population_source": "VARCHAR", "is_sample": "BOOLEAN", "value": "VARCHAR"}  # fmt: skip

_TEXTS = ("text", "code", "names", "choice", "fixed", "day", "month")


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
    """Create the empty tables of a build and one table `reference.<name>` for each CSV file of the folder.

    What was simulated of the code itself is as shipped: a data folder of an earlier version holds what was true of another code.
    """
    connection.execute(SCHEMA.read_text(encoding="utf-8"))
    connection.execute("create schema reference")
    shipped = {name: PRODUCT_REFERENCE / f"{name}.csv" for name in (*SIMULATED, *ADDED)}
    own = {path.stem: path for path in folder.glob("*.csv") if path.stem not in (*SIMULATED, *LIVE)}
    for _, path in sorted((shipped | own).items()):
        with path.open(encoding="utf-8-sig") as file:
            columns = file.readline().strip().split(",")
        declared = registers()[path.stem].columns if path.stem in registers() else {}
        types = {
            c: "VARCHAR" for c in columns if c in declared and declared[c].type in _TEXTS
        }  # a name may be a number
        types |= {
            c: "VARCHAR" if c.endswith("_code") else _TYPES[c] for c in columns if c.endswith("_code") or c in _TYPES
        }
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
    _add_thresholds(connection)
    _add_needed(connection, folder)


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


def create_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Store the definitions that read no fact but units."""
    for path in sorted((queries.ROOT / "macros").glob("*.sql")):
        connection.execute(path.read_text(encoding="utf-8"))


def materialise(connection: duckdb.DuckDBPyConnection, asked: str | None = None, known: Previous | None = None) -> None:
    """Store the macros, then the marts and the macros on marts; see `make_marts`."""
    create_macros(connection)
    make_marts(connection, asked, known)


def make_marts(connection: duckdb.DuckDBPyConnection, asked: str | None = None, known: Previous | None = None) -> None:
    """Store the marts and the macros on marts, each after what it reads; raises ValueError on a circle.

    `asked` is the text of one query: then only what it needs is made. A mart whose inputs the build before has the same (`known`)
    is copied from it. Marts that don't read each other are made side by side, each on one thread: the last digit of a sum of
    decimals depends on the order of its terms, and a build must not.
    """
    connection.execute("set threads = 1")
    parts = {part.name: part for part in order.ordered(asked)}
    if asked is not None:  # within the caller's transaction, which no other connection sees
        for part in parts.values():
            _make_part(connection, part, None)
        return
    waiting = TopologicalSorter({name: part.reads & parts.keys() for name, part in parts.items()})
    waiting.prepare()
    ((here,),) = connection.execute("select current_database()").fetchall()
    with ThreadPoolExecutor(WORKERS) as pool:
        running: dict[Future[None], str] = {}
        while waiting.is_active():
            for name in waiting.get_ready():
                can_be_copied = known is not None and known.holds(parts[name].reads)
                made = pool.submit(_beside, connection.cursor(), here, parts[name], known if can_be_copied else None)
                running[made] = name
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                future.result()
                waiting.done(running.pop(future))


def _beside(connection: duckdb.DuckDBPyConnection, database: str, part: order.Part, known: Previous | None) -> None:
    """Make a part by a connection of its own."""
    with connection:
        connection.execute(f'use "{database}"')
        _make_part(connection, part, known)


def _make_part(connection: duckdb.DuckDBPyConnection, part: order.Part, known: Previous | None) -> None:
    """Make a mart or a macro on marts; a mart that `known` has is copied from there if it can be read."""
    if known and part.name.startswith("mart.") and known.copy(connection, part.name):
        return
    if part.step:
        frame = connection.sql(f"select * from mart.{part.step.reads} order by all").pl()  # noqa: S608  names of our own
        frames.put(connection, f"create table {part.name} as", part.step.make(frame))
    else:
        connection.execute(part.sql)


def publish(data_dir: Path, lake: Lake, manifest: Mapping[str, Entry]) -> Built:
    """Make a build of these files, check it and make it the current one; a build of the same input is published only once."""
    versions = changes.Versions(tables_version(data_dir / "reference") + people.version(lake), software())
    fingerprint = _fingerprint(versions, manifest)
    before = current(data_dir)
    if before and is_whole(before) and (same := _same(before, fingerprint)):
        lake.write_manifest(manifest)
        return same
    warehouse = data_dir / "warehouse"
    warehouse.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC).replace(tzinfo=None)
    build_id = f"{now:%Y%m%dT%H%M%S}-{fingerprint[:8]}"
    unfinished = warehouse / f".building-{os.getpid()}.duckdb"
    connection = duckdb.connect(config=memory.settings())
    try:
        # Without a log of what is written, and written to the file once: a build that isn't finished is thrown away.
        quoted = str(unfinished).replace("'", "''")
        connection.execute(f"attach '{quoted}' as making (recovery_mode no_wal_writes)")
        connection.execute("use making")
        connection.execute("set checkpoint_threshold = '1 GiB'")
        connection.execute(f"set temp_directory = '{quoted}.tmp'")
        state = changes.attach(connection, before)
        known = _known(connection, lake, versions) if state == changes.ATTACHED else None
        stamp = (build_id, now, fingerprint)
        built = _make(connection, data_dir, lake, manifest, stamp, known, unfinished.with_suffix(".engine"))
        if not built.failed_checks:
            changes.insert(connection, state, versions, known)
        connection.execute("checkpoint")
        connection.close()
        if built.failed_checks:
            return built
        final = shelf.put(data_dir, unfinished, build_id)
    finally:
        connection.close()
        shelf.throw_away(unfinished)  # where it was not finished, or may not be published: its room is free at once
    try:
        lake.write_manifest(manifest)
        write_atomically(warehouse / "current", final.name)
    except OSError:
        shelf.throw_away(final)
        raise
    shelf.clear(data_dir, final, before)
    return Built(build_id, final, built.files, built.rejects, built.findings, [])


def _fingerprint(versions: changes.Versions, manifest: Mapping[str, Entry]) -> str:
    """Return a hash of all that a build depends on: the reference tables, the code that makes it, and the readings."""
    digest = hashlib.sha256(f"{versions.reference}{versions.software}".encode())
    for sha, entry in sorted(manifest.items()):
        digest.update(f"{sha}{entry.key}{entry.is_withdrawn}{entry.confirmed}".encode())
    return digest.hexdigest()


def _known(connection: duckdb.DuckDBPyConnection, lake: Lake, versions: changes.Versions) -> Previous | None:
    """Return the build attached as `before`, to be held against; None where other software or reference tables made it."""
    try:
        ((reference_version, software_version, fingerprint),) = connection.execute(
            "select reference_version, software_version, fingerprint from before.load.comparison, before.load.build"
        ).fetchall()
    except (duckdb.Error, ValueError):
        return None
    if (reference_version, software_version) != (versions.reference, versions.software):
        return None
    files = lake.manifest()
    return Previous(connection, files if fingerprint == _fingerprint(versions, files) else None)


def software(root: Path = ROOT) -> str:
    """Return a hash of the code that makes a build; what only reads a build, such as the query of a page, is no part of it."""
    libraries = [f"{name} {version(name)}" for name in LIBRARIES]
    digest = hashlib.sha256(" ".join(libraries).encode())
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
        files=files_of(connection),
        rejects=frames.of(connection, "from load.reject"),
        findings=frames.of(connection, "from load.finding"),
        failed_checks=failed,
    )


def files_of(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Return what became of each file of a build: load.file."""
    return frames.of(connection, "from load.file")


def empty(data_dir: Path) -> duckdb.DuckDBPyConnection:
    """Return a build in memory that nothing was filled into yet, for `facts_of`."""
    connection = duckdb.connect(config=memory.settings())
    _create(connection, data_dir)
    return connection


def facts_of(
    connection: duckdb.DuckDBPyConnection, data_dir: Path, lake: Lake, manifest: Mapping[str, Entry]
) -> duckdb.DuckDBPyConnection:
    """Fill an empty build with these files: facts, files, rejects and findings as a whole build has them, but no marts."""
    now = datetime.now(UTC).replace(tzinfo=None)
    _fill(connection, data_dir, lake, manifest, ("", now, ""), None, None)
    return connection


def _create(connection: duckdb.DuckDBPyConnection, data_dir: Path) -> None:
    connection.execute("set preserve_insertion_order = true")
    create_tables(connection, data_dir / "reference")
    create_macros(connection)  # what is due is a fact, and a definition says when


def _fill(
    connection: duckdb.DuckDBPyConnection,
    data_dir: Path,
    lake: Lake,
    manifest: Mapping[str, Entry],
    stamp: tuple[str, datetime, str],
    known: Previous | None,
    scratch: Path | None,
) -> None:
    """Fill a build but for its marts, by the engine that the data folder asks for; by DuckDB without a scratch folder for another."""
    with engines.opened(data_dir, scratch) if scratch else nullcontext() as engine:
        facts.fill(connection, data_dir, lake, manifest, known, engine)
    build_id, now, fingerprint = stamp
    connection.execute(
        "insert into load.build select $id, $now, (select max(as_of) from load.file where status in ('accepted', 'partly')), "
        "name, is_sample, (select min(month) from visit), (select max(month) from visit), $fingerprint from reference.district",
        {"id": build_id, "now": now, "fingerprint": fingerprint},
    )


def _make(
    connection: duckdb.DuckDBPyConnection,
    data_dir: Path,
    lake: Lake,
    manifest: Mapping[str, Entry],
    stamp: tuple[str, datetime, str],
    known: Previous | None,
    scratch: Path,
) -> Built:
    build_id, _, _ = stamp
    _create(connection, data_dir)
    _fill(connection, data_dir, lake, manifest, stamp, known, scratch)
    materialise(connection, known=known)
    failed = []
    for check in queries.files("checks"):
        if known and known.holds(order.read_by(check.sql)):
            continue  # it held in the build before
        wrong = frames.of(connection, check.sql)
        if wrong.height:
            failed.append(f"{check.meaning}: {wrong.height}; {wrong.head(3).to_dicts()}")
    connection.execute("detach lake")
    return _built(connection, build_id, Path(), failed)
