"""What a build of a large lake costs, and what a new month on top of it: seconds, memory, and whether both say the same.

    uv run python benchmarks/large_lake.py [--rows 1000000 10000000 100000000] [--units 1000] [--of DIR] [--compare]

A lake of so many rows of visits is written (benchmarks/large.py), all months but the last are published, then the last is added and
published, as a load does once files are read. Each build is a process of its own; CPU seconds are of both cores. `--compare`: then the
whole is built from nothing too, and held against it table by table. `--of` is a loaded sample district (`rapor demo --no-serve`).
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from benchmarks import large  # noqa: E402  the project's folder must be on the path first
from etl.lake import Lake  # noqa: E402
from queries.builds import current  # noqa: E402

PUBLISH = """
import resource, sys, time
from pathlib import Path
from etl.building import build
from etl.lake import Lake
files = Lake(Path(sys.argv[2])).manifest()
began = time.perf_counter()
built = build.publish(Path(sys.argv[1]), Lake(Path(sys.argv[1])), files)
used = resource.getrusage(resource.RUSAGE_SELF)
if built.failed_checks:
    raise SystemExit(built.failed_checks)
print("\\n", time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1e6)
"""
COLUMNS = ("rows", "facts", "lake MB", "build MB", "all s", "CPU s", "GB", "month s", "CPU s", "GB")


def publish(folder: Path, files: Path) -> list[float]:
    """Publish the files that a manifest names; return seconds, CPU seconds and GB at the peak."""
    command = [sys.executable, "-c", PUBLISH, str(folder), str(files)]
    done = subprocess.run(command, cwd=PROJECT, stdout=subprocess.PIPE, check=True, text=True)  # noqa: S603  our own program
    return [float(word) for word in done.stdout.splitlines()[-1].split()]


def built(folder: Path) -> Path:
    """Return the current build; ends the program where there is none."""
    path = current(folder)
    if path is None:
        raise SystemExit(f"nothing is published in {folder}")
    return path


def differing(one: Path, other: Path) -> list[str]:
    """Return the tables that two builds do not have the same, row by row in their order."""
    with duckdb.connect() as both:
        for name, path in (("one", one), ("other", other)):
            both.execute(f"attach '{path}' as {name} (read_only)")
        tables = both.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where database_name = 'one' and "
            "(schema_name <> 'load' or table_name not in ('build', 'comparison', 'change')) order by 1"
        ).fetchall()
        differ = (
            "select 1 where (select count(*) from one.{0}) <> (select count(*) from other.{0}) union all "
            "(select 1 from one.{0} as a positional join other.{0} as b where a is distinct from b limit 1)"
        )
        return [name for (name,) in tables if both.execute(differ.format(name)).fetchall()]


def measure(folder: Path, rows: int, units: int, of: Path | None, *, is_compared: bool) -> None:
    """Print a line of what the builds of one lake took."""
    parts = max(1, round(rows / (units * large.A_UNIT)))
    large.district(folder, units, parts, of, kinds=("visit",))
    lake = Lake(folder)
    manifest = lake.manifest()
    newest = max(manifest, key=lambda sha: manifest[sha].named.name)
    Lake(folder / "all").write_manifest(manifest)
    Lake(folder / "before").write_manifest({sha: entry for sha, entry in manifest.items() if sha != newest})
    (lake.folder / "manifest.json").unlink()
    spent = publish(folder, folder / "before") + publish(folder, folder / "all")
    build = built(folder)
    with duckdb.connect(build, read_only=True) as opened:
        facts = opened.sql("select count(*) from visit").fetchall()[0][0]
    there = sum(lake.reading(entry.key).accepted for entry in manifest.values())
    sizes = [sum(path.stat().st_size for path in lake.pool.rglob("*")) / 1e6, build.stat().st_size / 1e6]
    figures = [there, facts, *sizes, *spent]
    print("".join(f"{figure:>13,.{0 if number < 4 else 1}f}" for number, figure in enumerate(figures)), flush=True)
    if is_compared:
        kept = shutil.copy(build, folder / "month.duckdb")
        shutil.rmtree(folder / "warehouse")
        (lake.folder / "manifest.json").unlink()
        again = publish(folder, folder / "all")
        differ = differing(Path(kept), built(folder)) or "none"
        print(f"from nothing {again[0]:.1f} s, {again[1]:.1f} CPU s; tables that differ: {differ}", flush=True)


def main() -> None:
    """Print one line a lake."""
    parser = argparse.ArgumentParser(description="What builds of large lakes cost.")
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 10_000_000, 100_000_000])
    parser.add_argument("--units", type=int, default=1000)
    parser.add_argument("--of", type=Path)
    parser.add_argument("--compare", action="store_true")
    asked = parser.parse_args()
    print("".join(f"{name:>13}" for name in COLUMNS), flush=True)
    for rows in asked.rows:
        with tempfile.TemporaryDirectory(dir=asked.of and asked.of.parent) as temporary:
            measure(Path(temporary), rows, asked.units, asked.of, is_compared=asked.compare)


if __name__ == "__main__":
    main()
