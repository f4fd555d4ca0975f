"""Forgetting a person: his number and name go from the lake, and with them the key that leads from a number to his id.

His rows stay under the id alone, so that sums and the ranks of others stay as they were. The ids of all others move from what the salt
makes of their numbers into `people.json`, and the salt is a new one: from then on nobody who has a list of numbers finds his id again.
Should a file name him anew, his rows are withheld from each build, by a keyed hash of his number that says nothing else.
"""

import hashlib
import json
import re
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl

from etl.building import build
from etl.kinds import KINDS
from etl.lake import FORMAT, Entry, Lake, write_atomically
from etl.lock import only_one
from etl.people import People, id_of, keep, people
from queries import whole
from queries.builds import current, find, seal, seal_of, spoken_of

ASKED = "forget.json"  # in the lake: who is to be forgotten, until that is final
NUMBERS = ("nip", "superior_nip")


class NotFound(Exception):
    """There is no such person in the current build."""


@dataclass(frozen=True)
class Left:
    """What still names a person who was forgotten: snapshots and builds that these or views speak of, and how many readings changed."""

    readings: int
    snapshots: tuple[str, ...]
    builds: tuple[str, ...]


def asked(data_dir: Path) -> dict[str, str]:
    """Return who is to be forgotten, by his id, and since when."""
    path = Lake(data_dir).folder / ASKED
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def ask(data_dir: Path, employee_id: str) -> None:
    """Note that a person is to be forgotten; nothing else changes yet. Raises NotFound."""
    _person(data_dir, employee_id)
    _note(data_dir, asked(data_dir) | {employee_id: datetime.now(UTC).isoformat(timespec="seconds")})


def undo(data_dir: Path, employee_id: str) -> bool:
    """Take that back, as long as it is not final; return whether it was there."""
    now = asked(data_dir)
    found = now.pop(employee_id, None) is not None
    _note(data_dir, now)
    return found


def finish(data_dir: Path, employee_id: str, wait_seconds: float = 600) -> Left:
    """Forget a person for good and publish a build without his name; raises NotFound, LoadBusy.

    Killed in the middle it is run again: what was changed until then is found changed.
    """
    nip, name = _person(data_dir, employee_id)
    with only_one(data_dir, wait_seconds):
        lake = Lake(data_dir)
        keep(lake, _without(lake, nip))
        changed = _rewrite(lake, nip, employee_id)
        for sha in changed:
            (lake.originals / sha).unlink(missing_ok=True)
        manifest = {sha: without_name(entry, name) for sha, entry in lake.manifest().items()}
        lake.write_manifest(manifest, FORMAT)
        built = build.publish(data_dir, lake, manifest)
        if built.failed_checks:
            raise NotFound("; ".join(built.failed_checks))
        kept = _drop_builds(data_dir, {name: pseudonym(employee_id), nip: ""})
    undo(data_dir, employee_id)
    return Left(len(changed), tuple(_snapshots_with(data_dir, name)), tuple(kept))


def _person(data_dir: Path, employee_id: str) -> tuple[str, str]:
    path = current(data_dir)
    if path is None:
        raise NotFound
    with duckdb.connect(path, read_only=True) as connection:
        found = connection.execute("select nip, name from employee where employee_id = ?", [employee_id]).fetchone()
    if found is None or not found[0]:
        raise NotFound
    return found


def _without(lake: Lake, nip: str) -> People:
    """Return the ids of all others as they are, a new salt for those to come, and the mark of whom to withhold."""
    before, salt = people(lake), (lake.salt() or "").encode()
    others = {n for n in _numbers(lake) if n != nip and not n.startswith(":") and not before.withholds(n)}
    now = People({n: id_of(n, salt, before) for n in others}, before.withheld, before.key or secrets.token_hex(16))
    return replace(now, withheld=tuple(dict.fromkeys([*now.withheld, now.mark(nip)])))


def _numbers(lake: Lake) -> set[str]:
    found: set[str] = set()
    for path in _tables(lake):
        frame = pl.read_parquet(path, glob=False)
        for column in {*NUMBERS} & {*frame.columns}:
            found |= set(frame[column].drop_nulls())
    return found


def _tables(lake: Lake) -> list[Path]:
    kinds = [kind for kind, columns in KINDS.items() if {*NUMBERS} & {*columns}]
    return sorted(path for kind in kinds for path in lake.pool.glob(f"*/{kind}.parquet"))


def pseudonym(employee_id: str) -> str:
    """Return what a person is called in the lake from then on, as pages call him who may read no names."""
    return f"Pegawai {hashlib.sha256(employee_id.encode()).hexdigest()[:6].upper()}"


def _rewrite(lake: Lake, nip: str, employee_id: str) -> list[str]:
    """Put the id in the place of the number, and of the name, in all readings; return the hashes of the files that they are of."""
    mark, called = f":{employee_id}", pseudonym(employee_id)
    found = []
    for path in _tables(lake):
        frame = pl.read_parquet(path, glob=False)
        numbers = [column for column in NUMBERS if column in frame.columns]
        if not any((frame[column] == nip).any() for column in numbers):
            continue
        mine = pl.col("nip") == nip
        names = [pl.when(mine).then(pl.lit(called)).otherwise("name").alias("name")] if "name" in frame.columns else []
        changed = frame.with_columns(
            *names, *(pl.when(pl.col(c) == nip).then(pl.lit(mark)).otherwise(c).alias(c) for c in numbers)
        )
        with whole.making(path) as unfinished:
            changed.write_parquet(unfinished, compression="zstd")
        found.append(lake.reading(path.parent.name).sha256)
    return found


def without_name(entry: Entry, name: str) -> Entry:
    """Return a file of the lake without the name in what people said of its cells, which they wrote themselves."""
    wanted = re.compile(re.escape(name), re.IGNORECASE)
    return replace(entry, corrections=tuple(replace(each, why=wanted.sub("…", each.why)) for each in entry.corrections))


def _drop_builds(data_dir: Path, instead: Mapping[str, str]) -> list[str]:
    """Remove the builds before, and the files made of them for analysts; one that a snapshot or a view speaks of stays, without the
    name. Return those in which it stands all the same."""
    now, speakers, left = current(data_dir), spoken_of(data_dir), []
    for path in sorted((data_dir / "warehouse").glob("[0-9]*.duckdb")):
        if path == now:
            continue
        if path.stem in speakers and find(data_dir, path.name):
            left += [] if _renamed(path, instead) else [path.stem]
            continue
        path.unlink()
        seal_of(path).unlink(missing_ok=True)
    for path in (data_dir / "analysis").glob("*"):
        path.unlink()
    return left


def _renamed(path: Path, instead: Mapping[str, str]) -> bool:
    """Write a build anew with other words for some, in no block of which the old ones are left; return whether it could be done."""
    with whole.making(path.with_suffix(".copy")) as changed:
        shutil.copyfile(path, changed)
        with duckdb.connect(changed) as connection:
            could = all(_put(connection, words, other) for words, other in instead.items())
        if could:
            with whole.making(path) as clean:
                with duckdb.connect() as connection:
                    connection.execute(f"attach '{changed}' as old (read_only)")
                    connection.execute(f"attach '{clean}' as new")
                    connection.execute("copy from database old to new")
                seal(clean, path)
    path.with_suffix(".copy").unlink()
    return could


def _put(connection: duckdb.DuckDBPyConnection, words: str, other: str) -> bool:
    """Put other words for some in all texts of a build; return whether they stand nowhere else, in a list or a struct."""
    columns = connection.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns() "
        "where not internal and (schema_name, table_name) in (select schema_name, table_name from duckdb_tables())"
    ).fetchall()
    for schema, table, column, kind in columns:
        place, wanted = f'"{schema}"."{table}"', f'contains(cast("{column}" as varchar), $words)'
        if kind == "VARCHAR":
            change = f'update {place} set "{column}" = replace("{column}", $words, $other) where {wanted}'  # noqa: S608
            connection.execute(change, {"words": words, "other": other})
        elif connection.execute(f"select 1 from {place} where {wanted} limit 1", {"words": words}).fetchall():  # noqa: S608
            return False
    return True


def _snapshots_with(data_dir: Path, name: str) -> list[str]:
    """Return the snapshots in which a name stands; they are sealed, and stay as they were frozen until somebody removes them."""
    written = json.dumps(name, ensure_ascii=False)[1:-1].encode()
    paths = (data_dir / "snapshots").glob("[!.]*/*.json")
    return sorted({path.parent.name for path in paths if written in path.read_bytes()})


def _note(data_dir: Path, now: Mapping[str, str]) -> None:
    path = Lake(data_dir).folder / ASKED
    if now or path.is_file():
        write_atomically(path, json.dumps(now, indent=1))
