"""A large district out of the sample one: its health centres many times over, written as readings straight into a lake.

What stands in the lake is what reading reports would have put there: `Lake.add` writes it, a load makes the build of it. Each copy of a
health centre has its own name, people and chance; agencies stay as they are. `parts` writes each row of visits in so many rows, as forms
by day or village do; the rollup sums them.
"""

import csv
import hashlib
import shutil
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl

from etl import load, reference
from etl.building import build
from etl.kinds import KINDS
from etl.lake import Entry, Lake, Outcome, Reading, Sighting
from rapor import sample

A_UNIT = 1290  # rows of visits that a health centre of the sample has: 36 months
SEEN = "2026-11-24T08:00:00"
SOURCES = {"visit": "visits", "response": "survey_recap", "indicator": "indicator_register", "performance": "performance",
           "employee": "employees", "evaluation": "evaluations", "evaluation_indicator": "evaluation_indicators",
           "submission": "submissions"}  # fmt: skip
NIP = "if({0} is null, null, substr({0}, 1, 10) || lpad(cast(hash({0}, number) % 100000000 as varchar), 8, '0'))"


def district(
    folder: Path,
    units: int,
    parts: int = 1,
    of: Path | None = None,
    kinds: Collection[str] = tuple(KINDS),
    months: int = 0,
) -> Path:
    """Write the lake and the registers of a district of so many health centres into a folder; nothing is built yet.

    `of` is a loaded sample district, without it one is made; `kinds` are those of whose rows the lake has any, `months` how many
    of the sample's last months (0: all).
    """
    small = of or folder / "sample"
    if of is None:
        load.load(small, sample.prepare(small))
    shutil.copytree(small / "reference", folder / "reference", dirs_exist_ok=True)
    centres = _register(folder / "reference", units)
    (folder / "inbox").mkdir(exist_ok=True)
    lake, of_sample = Lake(folder), Lake(small)
    lake.pool.mkdir(parents=True)
    lake.keep_salt("data contoh")
    manifest: dict[str, Entry] = {}
    with duckdb.connect() as connection:
        connection.execute("create table centre (unit_id varchar, number integer, name varchar)")
        connection.executemany("insert into centre values ($1, $2, $3)", centres)
        for kind in KINDS:
            paths = [str(path) for path in of_sample.paths(of_sample.manifest(), kind)]
            connection.execute(
                f"create table {kind} as from read_parquet($paths, union_by_name = true)", {"paths": paths}
            )
            if months and "period" in KINDS[kind]:
                connection.execute(
                    f"delete from {kind} where period <= (select max(period) from {kind}) - to_months({months})"  # noqa: S608
                )
        _places(connection, reference.registers(small / "reference").units)
        for name, kind, sql in _files(connection, parts):
            if kind in kinds:
                _add(lake, manifest, name, kind, connection.sql(sql).pl())
    lake.write_manifest(manifest)
    if of is None:
        shutil.rmtree(small)
    return folder


def _register(folder: Path, units: int) -> list[tuple[str, int, str]]:
    """Write the register of units with so many health centres; return (the sample's unit, number, name) of each."""
    path = folder / "units.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    old = [row for row in rows if row["kind"] == "health_centre"]
    kept = [row for row in rows if row["kind"] != "health_centre"]
    centres = [(old[number % len(old)]["unit_id"], number, f"Puskesmas Nomor {number:05}") for number in range(units)]
    new = [
        {**old[number % len(old)], "unit_id": f"pkm-{number:05}", "name": name, "short_name": f"Nomor {number:05}", "aliases": ""}
        for _, number, name in centres
    ]  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(rows[0]))
        out.writeheader()
        out.writerows(kept + new)
    return centres


def _places(connection: duckdb.DuckDBPyConnection, known: reference.Names) -> None:
    """Make a table that says of each name which unit of the sample it is."""
    kinds = [kind for kind in KINDS if "unit" in KINDS[kind]]
    union = " union ".join(f"select unit from {kind} where unit is not null" for kind in kinds)  # noqa: S608  names of our own
    rows = [(name, found) for (name,) in connection.execute(union).fetchall() if (found := known.find(name))]
    connection.execute("create table place (unit varchar, unit_id varchar)")
    connection.executemany("insert into place values ($1, $2)", rows)


def _files(connection: duckdb.DuckDBPyConnection, parts: int) -> Iterator[tuple[str, str, str]]:
    """Yield (name, kind, query) of each file: one a kind, of visits one a month."""
    joined = "left join place using (unit) left join centre using (unit_id)"
    moved = "0.85 + 0.3 * (hash(number, 'level') % 1000) / 1000 + 0.06 * ((hash(number, period) % 1000) / 1000 - 0.5)"
    # The rest of a division goes into the first part, so that the parts add up.
    figures = ", ".join(
        f"cast({c} * ({moved}) as bigint) // {parts} + if(part = 0, cast({c} * ({moved}) as bigint) % {parts}, 0) as {c}"
        for c in ("new_count", "returning_count")
    )
    for (month,) in connection.execute("select distinct period from visit order by 1").fetchall():
        once = f"from visit join place using (unit) where period = date '{month}' order by all"
        said = f"(select distinct on (unit_id, service, payer) * {once})"
        said += f" as said join centre using (unit_id) cross join range({parts}) as part (part)"
        new = f"centre.name as unit, null as kecamatan, null as patients, {figures}"
        sql = f"select said.* exclude (unit_id) replace ({new}) from {said}"  # noqa: S608
        yield f"kunjungan_{month:%Y-%m}.csv", "visit", sql
    for kind in (kind for kind in KINDS if kind != "visit"):
        columns = KINDS[kind]
        new = [
            f"if(number is null, {kind}.{c}, {NIP.format(f'{kind}.{c}')}) as {c}"
            for c in ("nip", "superior_nip")
            if c in columns
        ]
        new += ["coalesce(centre.name, unit) as unit"] if "unit" in columns else []
        staff = (
            ""
            if "unit" in columns
            else "left join (select distinct on (nip) nip, unit from employee) as staff using (nip) "
        )
        sql = f"select {kind}.* replace ({', '.join(new)}) from {kind} {staff}{joined}"  # noqa: S608
        yield f"{kind}.csv", kind, f"select {', '.join(columns)} from ({sql})"  # noqa: S608


def _add(lake: Lake, manifest: dict[str, Entry], name: str, kind: str, rows: pl.DataFrame) -> None:
    """Put the rows of a file into the lake."""
    sha = hashlib.sha256(name.encode()).hexdigest()
    placed = rows.select(*KINDS[kind]).with_columns(
        pl.lit(sha[:12]).alias("file_id"),
        pl.lit("").alias("sheet"),
        pl.int_range(2, pl.len() + 2, dtype=pl.Int32).alias("row"),
    )
    placed = placed.cast(dict(KINDS[kind]))
    reading = Reading(
        sha[:24], sha, name, "inbox", 0, "accepted", sources=(SOURCES[kind],), titles=(kind,), titles_en=(kind,), kinds=(kind,),
        read=rows.height, accepted=rows.height, as_of=SEEN,
    )  # fmt: skip
    cells = pl.DataFrame(
        {"file_id": [sha[:12]], "sheet": [""], "first_row": [2], "last_row": [rows.height + 1], "cells": [0]},
        schema_overrides={"first_row": pl.Int32, "last_row": pl.Int32, "cells": pl.Int32},
    )
    lake.add(Outcome(reading, {kind: placed}, cells=cells))
    manifest[sha] = Entry(sha[:24], (Sighting("inbox", name, datetime.fromisoformat(f"{SEEN}+00:00").timestamp()),))


def publish(folder: Path) -> None:
    """Publish what the lake of a folder has; raises SystemExit where a check failed."""
    lake = Lake(folder)
    if failed := build.publish(folder, lake, lake.manifest()).failed_checks:
        raise SystemExit("; ".join(failed))
