"""What the rollups of a nation would take: a year of 10,292 health centres and 514 districts, scaled down, on DuckDB and on Spark.

    uv run --group spark python benchmarks/national.py                 a 1,000th, a 300th and a 100th
    uv run --group spark python benchmarks/national.py 1000 100 30     other scales
    uv run python benchmarks/national.py --engine duckdb 1000 100      one engine alone

A scale of 100 takes each hundredth health centre of data/regions and leaves its year whole: a file a month, a row of the lake a visit
(400 million a year in all; a register is summed while it is read, so that a real lake has fewer rows), and each hundredth district
with its list of employees (4.7 million in all) and their evaluations of four quarters. Both engines make the same rollups over the same
lake, each in a process of its own; their rows are held against each other. Prints seconds and memory of each, the line through them
(least squares), and what that line says of the whole nation. Spark runs on this machine, in local mode.
"""

import argparse
import csv
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl

import queries
from etl import folder
from etl.building import blank, facts, memory
from etl.folder import PRODUCT_REFERENCE
from etl.kinds import KINDS
from etl.lake import Entry, Lake, Outcome, Reading, Sighting

PROJECT = Path(__file__).resolve().parents[1]
REGIONS = PROJECT / "data" / "regions"
VISITS, EMPLOYEES, YEAR = 400_000_000, 4_700_000, 2025
MONTHS = [date(YEAR, month, 1) for month in range(1, 13)]
SERVER_MEMORY = "4g"
_HASHED = "select count(*), sum(hash(rows)) from ({}) as rows"


def _regions(name: str) -> list[dict[str, str]]:
    with (REGIONS / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _put(lake: Lake, manifest: dict[str, Entry], name: str, source: str, day: date, **records: pl.DataFrame) -> None:
    """Put a file into the lake as its reading would be."""
    sha = hashlib.sha256(name.encode()).hexdigest()
    with_place = {}
    for kind, frame in records.items():
        placed = frame.with_columns(
            file_id=pl.lit(sha[:12]), sheet=pl.lit(""), row=pl.int_range(2, frame.height + 2, dtype=pl.Int32)
        )
        lacking = [
            pl.lit(None, dtype).alias(column) for column, dtype in KINDS[kind].items() if column not in placed.columns
        ]
        with_place[kind] = placed.with_columns(lacking).select(
            pl.col(c).cast(dtype) for c, dtype in KINDS[kind].items()
        )
    rows = sum(frame.height for frame in records.values())
    reading = Reading(sha[:24], sha, name, "", rows * 60, "accepted", sources=(source,), titles=(source,), titles_en=(source,),
                      kinds=tuple(records), read=rows, accepted=rows, as_of=f"{day}T08:00:00", as_of_from="content")  # fmt: skip
    lake.add(Outcome(reading, with_place))
    manifest[sha] = Entry(
        sha[:24], (Sighting("", name, datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()),)
    )


def make(data: Path, scale: int) -> dict[str, int]:
    """Make a data folder with a part of the nation's year; return what stands in it."""
    centres, districts = _regions("health_centres"), _regions("districts")
    some, dice = centres[::scale], np.random.default_rng(18)
    few = districts[::scale]
    units = [
        {"unit_id": f"pkm-{number}", "name": f"{each['name']} {each['district_code']}", "kind": "health_centre", "parent_id": folder.ROOT}
        for number, each in enumerate(some)
    ] + [
        {"unit_id": f"dinkes-{each['district_code']}", "name": f"Dinas Kesehatan {each['name']}", "kind": "agency",
         "parent_id": folder.ROOT} for each in few
    ]  # fmt: skip
    folder.init(
        data,
        "Indonesia",
        folder.Filled(
            "00.00", units, pl.DataFrame(schema=dict.fromkeys(("kecamatan_code", "name", "bps_code"), pl.String)), "7"
        ),
    )
    (data / "lake").mkdir()
    services, payers = (pl.read_csv(PRODUCT_REFERENCE / f"{name}.csv")["name"] for name in ("services", "payers"))
    lake, manifest, visits = Lake(data), {}, 0
    a_month = round(VISITS / len(centres) / len(MONTHS))
    for unit in units[: len(some)]:
        for month in MONTHS:
            new = dice.integers(0, 2, a_month)
            frame = pl.DataFrame({
                "unit": [unit["name"]] * a_month, "period": [month] * a_month, "period_months": [1] * a_month,
                "service": services.gather(dice.integers(0, len(services), a_month)),
                "payer": payers.gather(dice.integers(0, len(payers), a_month)),
                "new_count": new, "returning_count": 1 - new, "patients": [1] * a_month,
            })  # fmt: skip
            _put(
                lake,
                manifest,
                f"kunjungan {unit['unit_id']} {month:%Y-%m}.csv",
                "visits",
                _day_after(month),
                visit=frame,
            )
            visits += a_month
    a_district = round(EMPLOYEES / len(districts))
    groups = pl.read_csv(PRODUCT_REFERENCE / "job_groups.csv")["name"]
    for number, unit in enumerate(units[len(some) :]):
        nips = [f"19{number:04d}{person:06d}200501" for person in range(a_district)]
        people = pl.DataFrame({"nip": nips, "name": nips, "position": groups.gather(dice.integers(0, len(groups), a_district)),
                               "unit": [unit["name"]] * a_district, "superior_nip": nips[:1] * a_district})  # fmt: skip
        _put(lake, manifest, f"pegawai {unit['unit_id']}.csv", "employees", date(YEAR, 1, 5), employee=people)
        for month in MONTHS[::3]:
            rated = pl.DataFrame({
                "nip": nips, "period": [month] * a_district, "period_months": [3] * a_district,
                "result_rating": dice.choice(["Sesuai ekspektasi", "Di atas ekspektasi"], a_district),
                "behaviour_rating": dice.choice(["Sesuai ekspektasi", "Di bawah ekspektasi"], a_district),
            })  # fmt: skip
            _put(
                lake,
                manifest,
                f"evaluasi {unit['unit_id']} {month:%Y-%m}.csv",
                "evaluations",
                _day_after(month, 3),
                evaluation=rated,
            )
    lake.write_manifest(manifest)
    size = sum(path.stat().st_size for path in lake.pool.rglob("*") if path.is_file())
    people = a_district * len(few)
    return {"centres": len(some), "districts": len(few), "files": len(manifest), "visits": visits, "employees": people,
            "rows": visits + 5 * people, "lake_bytes": size}  # fmt: skip


def _day_after(month: date, months: int = 1) -> date:
    return date(month.year + (month.month + months > 12), (month.month + months - 1) % 12 + 1, 6)


def _peak(pid: int | str) -> int:
    """Return the most memory that a process had, in bytes, since it was last set back."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) * 1024 if found else 0


def _children() -> list[str]:
    return Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()


def _work() -> float:
    """Return the seconds of work of this process and of the server that it started, on whatever cores."""
    ticks = [Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[11:13] for child in _children()]
    return time.process_time() + sum(int(each) for pair in ticks for each in pair) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _engine(name: str, scratch: Path) -> Generator[Any]:
    if name == "duckdb":
        yield lambda *_given: lambda _name, sql: sql
        return
    from etl.spark import rollups  # noqa: PLC0415

    with rollups.opened("", SERVER_MEMORY, scratch) as engine:
        yield engine


def run(data: Path, name: str) -> dict[str, Any]:
    """Fill a build's facts, then make its rollups once more by themselves; return seconds, memory, and a hash of all rows."""
    lake = Lake(data)
    manifest = lake.manifest()
    connection = duckdb.connect(str(data / f"{name}.duckdb"), config=memory.settings())
    connection.execute("set preserve_insertion_order = true")
    blank.begin(connection, data / "reference")
    spent = {"rollups": 0.0}

    def timed(*_given: object) -> Any:
        spent["before"] = time.monotonic() - began
        return lambda _name, sql: sql

    began = time.monotonic()
    facts.fill(connection, data, lake, manifest, engine=timed)
    whole = time.monotonic() - began
    Path("/proc/self/clear_refs").write_text("5")
    result: dict[str, Any] = {"fill": whole, "before": spent["before"], "seconds": {}}
    hashes = {}
    scratch = data / "scratch"
    with _engine(name, scratch) as engine:
        rollup = engine(connection, lake, manifest)
        if name == "spark":
            started = time.monotonic()
            rollup._session()  # the start of the server is told apart
            result["start"] = time.monotonic() - started
        worked = _work()
        rollups = sorted(
            queries.files("rollups"), key=lambda query: (query.name.endswith("expected_report"), query.name)
        )
        for query in rollups:
            table = query.name.split("/")[1]
            started = time.monotonic()
            rows = rollup(table, query.sql)
            connection.execute(f"create temp table made as select * from ({rows}) order by all")  # noqa: S608
            result["seconds"][table] = time.monotonic() - started
            hashes[table] = [str(each) for each in connection.execute(_HASHED.format("from made")).fetchall()[0]]
            connection.execute("drop table made")
        result["work"] = _work() - worked
        server = max([0, *map(_peak, _children())])
    result |= {
        "memory": _peak("self"),
        "server": server,
        "hashes": hashes,
        "build": (data / f"{name}.duckdb").stat().st_size,
    }
    connection.close()
    return result


def _line(rows: Sequence[float], values: Sequence[float]) -> tuple[float, float]:
    """Return what is fixed, and what each row adds."""
    slope, fixed = np.polyfit(rows, values, 1)
    return float(fixed), float(slope)


def _told(of: dict[str, Any]) -> str:
    slowest = sorted(of["seconds"].items(), key=lambda each: -each[1])[:3]
    most = ", ".join(f"{table} {seconds:.1f}" for table, seconds in slowest)
    server = (
        f" and {of['server'] / 2**20:.0f} of its server, which started in {of['start']:.1f} s" if of["server"] else ""
    )
    return (
        f"rollups {sum(of['seconds'].values()):.1f} s, {of['work']:.1f} s of work ({most}), at most "
        f"{of['memory'] / 2**20:.0f} MiB{server}; names and versions before {of['before']:.1f} s, all facts by DuckDB "
        f"{of['fill']:.1f} s, {of['build'] / 2**20:.0f} MiB of them"
    )


def main() -> None:
    """Print a line a scale and engine, the slopes, and what they say of the nation."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scales", nargs="*", type=int, default=[1000, 300, 100])
    parser.add_argument("--engine", choices=("duckdb", "spark"), action="append")
    parser.add_argument("--run", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.run:
        print(json.dumps(run(Path(given.run[0]), given.run[1])))
        return
    engines = given.engine or ["duckdb", "spark"]
    centres, districts = len(_regions("health_centres")), len(_regions("districts"))
    print(f"the nation: {districts} districts, {centres} health centres, {VISITS} visits a year, {EMPLOYEES} employees")
    points: dict[str, list[tuple[int, float, float, float, float]]] = {name: [] for name in engines}
    for scale in given.scales:
        with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as temporary:
            data = Path(temporary) / "data"
            there = make(data, scale)
            print(f"\n1/{scale}: {there}", flush=True)
            said = {}
            for name in engines:
                command = [sys.executable, __file__, "--run", str(data), name]
                out = subprocess.run(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True, check=True).stdout  # noqa: S603
                of = said[name] = json.loads(out.splitlines()[-1])
                rollups = sum(of["seconds"].values())
                points[name].append(
                    (there["rows"], rollups, of["work"], of["memory"] + of["server"], of["fill"] - rollups)
                )
                print(f"  {name:6} {_told(of)}", flush=True)
            if len(engines) == 2:
                print(f"  rows of all rollups equal: {said['duckdb']['hashes'] == said['spark']['hashes']}", flush=True)
    whole = VISITS + 5 * EMPLOYEES
    for name, measured in points.items() if len(given.scales) > 1 else ():
        rows, *columns = zip(*measured, strict=True)
        seconds, work, memory, rest = (_line(rows, values) for values in columns)
        print(
            f"\n{name}: {seconds[0]:.1f} s + {seconds[1] * 1e6:.2f} s a million rows, of work on all cores {work[0]:.1f} s + "
            f"{work[1] * 1e6:.2f} s; memory {memory[0] / 2**20:.0f} MiB + {memory[1] * 1e6 / 2**20:.1f} MiB a million rows.\n"
            f"  The line says of the nation's {whole / 1e6:.0f} million: {(seconds[0] + seconds[1] * whole) / 60:.0f} minutes here, "
            f"{(work[0] + work[1] * whole) / 3600:.1f} hours of one core.\n"
            f"  What else of the facts is DuckDB's and Python's: {rest[0]:.1f} s + {rest[1] * 1e6:.1f} s a million rows"
        )


if __name__ == "__main__":
    main()
