"""How long a long list of visits takes to read, beside DuckDB's typed `read_csv` of the same file; and a file that is no report.

    uv run python benchmarks/reading.py [ROWS]

Writes a CSV of so many rows (10 million unless said: health centres x 60 months x services x payers) and a register that knows its
names, then prints a line a task: seconds on the clock, how many times those of DuckDB, and the most memory held at once by the
program, by the process that reads, and by both together. Aims: `read, conform` 5 times, `load` (with lake, trace, marts and
publishing) 12 times, 1.5 GB; a foreign file of 1 MB refused in under 3 seconds. Run with nothing else on the machine.
"""

import csv
import itertools
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from mmap import ACCESS_READ, mmap
from pathlib import Path

import duckdb

from etl import load, reference
from etl.conforming.report import read_report
from etl.folder import PRODUCT_REFERENCE
from etl.lake import Sighting
from etl.recognising.source import load_all

PROJECT = Path(__file__).resolve().parents[1]
MONTHS = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
]
YEARS = range(2020, 2025)
HEADINGS = ["Puskesmas", "Bulan", "Tahun", "Jenis Pelayanan", "Cara Bayar", "Kunjungan Baru", "Kunjungan Lama"]
TYPES = dict(zip(HEADINGS, ["VARCHAR", "VARCHAR", "INTEGER", "VARCHAR", "VARCHAR", "BIGINT", "BIGINT"], strict=True))
FOREIGN_BYTES = 1 << 20
LOOK_SECONDS = 0.02


def _names(table: str) -> list[str]:
    with (PRODUCT_REFERENCE / f"{table}.csv").open(encoding="utf-8-sig") as file:
        return [row["name"] for row in csv.DictReader(file) if next(iter(row.values())) != "total"]


def write_visits(path: Path, reference_folder: Path, rows: int) -> None:
    """Write so many rows of visits, and beside them a register of reference tables that knows the health centres."""
    shutil.copytree(PRODUCT_REFERENCE, reference_folder)
    services, payers = _names("services"), _names("payers")
    months = [(month, year) for year in YEARS for month in MONTHS]
    units = [f"Puskesmas Uji {n:03d}" for n in range(1, 2 + rows // (len(months) * len(services) * len(payers)))]
    register = reference_folder / "units.csv"
    with register.open(encoding="utf-8-sig") as file:
        columns = next(csv.reader(file))
    with register.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        for n, name in enumerate(units):
            writer.writerow(
                {"unit_id": f"uji{n}", "name": name, "short_name": name, "kind": "health_centre", "parent_id": "dinkes"}
            )
    ends = [f";{a};{b}\n" for a, b in ((n * 7 % 899, n * 13 % 883) for n in range(997))]
    middles = [";".join(parts) for parts in itertools.product(services, payers)]
    made = itertools.product(units, months, middles)
    with path.open("w", encoding="utf-8") as file:
        file.write(";".join(HEADINGS) + "\n")
        for start in range(0, rows, 100_000):
            some = itertools.islice(made, min(100_000, rows - start))
            file.writelines(
                f"{unit};{m};{y};{rest}{ends[(start + n) % 997]}" for n, (unit, (m, y), rest) in enumerate(some)
            )


def write_foreign(folder: Path) -> list[Path]:
    """Write a CSV and a workbook of 1 MB each that are no report of any kind."""
    import openpyxl  # noqa: PLC0415  of the developers alone

    chosen, plain = random.Random(1), folder / "sensor.csv"  # noqa: S311  no secret
    with plain.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["sensor", "waktu", "suhu", "kelembapan", "catatan"])
        while file.tell() < FOREIGN_BYTES:
            writer.writerow([f"S{chosen.randrange(10**6)}", chosen.random(), chosen.random(), chosen.random(), "ok"])
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Data")
    sheet.append(["sensor", "waktu", "suhu", "kelembapan", "catatan"])
    for n in range(21_000):  # about 1 MB, packed
        sheet.append([f"S{n}", chosen.random(), chosen.random(), chosen.random(), f"baik {chosen.random():.9f}"])
    book.save(folder / "sensor.xlsx")
    return [plain, folder / "sensor.xlsx"]


# --- what is measured, each in a program of its own --------------------------------------------------------------------


def by_duckdb(path: Path, _: Path) -> str:
    """Read the file with the types of its columns told."""
    connection = duckdb.connect()
    connection.execute("create table visit as from read_csv($path, delim = ';', header = true, columns = $types)",
                       {"path": str(path), "types": TYPES})  # fmt: skip
    ((rows,),) = connection.execute("select count(*) from visit").fetchall()
    return f"{rows:,} rows"


def read_and_conform(path: Path, data_dir: Path) -> str:
    """Read the file as the process does that reads reports."""
    named = Sighting(path.parent.name, path.name, path.stat().st_mtime)
    registers = reference.registers(data_dir / "reference")
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        outcome = read_report("key", "0" * 64, content, named, load_all(), registers)
    return f"{outcome.reading.accepted:,} accepted"


def whole_load(path: Path, data_dir: Path) -> str:
    """Load the file and publish a build."""
    report = load.load(data_dir, [path])
    (file,) = report.files
    return f"{file.rows_accepted:,} accepted, {file.rows_published:,} published, exit code {report.exit_code}"


TASKS: dict[str, Callable[[Path, Path], str]] = {
    "DuckDB read_csv": by_duckdb, "read, conform": read_and_conform, "load": whole_load,
}  # fmt: skip


def _held(process: int) -> int:
    """Return the memory that a process holds, in MB; 0 where it is gone."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    return next((int(line.split()[1]) >> 10 for line in status.splitlines() if line.startswith("VmRSS")), 0)


def _children(process: int) -> list[int]:
    found = []
    for tasks in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            found += map(int, tasks.read_text(encoding="ascii").split())
        except OSError:
            continue
    return found


def _watch(process: subprocess.Popen[str], peaks: list[int]) -> None:
    """Keep the most memory that the program, its children, and all of them held."""
    while process.poll() is None:
        own, others = _held(process.pid), sum(map(_held, _children(process.pid)))
        peaks[:] = [max(*pair) for pair in zip(peaks, (own, others, own + others), strict=True)]
        time.sleep(LOOK_SECONDS)


def measured(task: str, path: Path, data_dir: Path) -> tuple[float, list[int], str]:
    """Return the seconds that a task takes in a program of its own, its most memory in MB (own, children, all), and what it says."""
    command = [sys.executable, __file__, "--task", task, str(path), str(data_dir)]
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)  # noqa: S603
    peaks = [0, 0, 0]
    watching = threading.Thread(target=_watch, args=(process, peaks))
    watching.start()
    said = process.communicate()[0].strip().splitlines()
    watching.join()
    if process.returncode:
        return 0.0, peaks, f"ended with {process.returncode}"
    return float(said[-1].split("|")[0]), peaks, said[-1].split("|")[1]


def main() -> None:
    """Print one line a task, and one a foreign file."""
    if sys.argv[1:2] == ["--task"]:
        began = time.perf_counter()
        said = TASKS[sys.argv[2]](Path(sys.argv[3]), Path(sys.argv[4]))
        print(f"{time.perf_counter() - began}|{said}")
        return
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    with tempfile.TemporaryDirectory() as temporary:
        folder, data_dir = Path(temporary), Path(temporary) / "data"
        path = folder / "kunjungan_puskesmas.csv"
        write_visits(path, data_dir / "reference", rows)
        print(f"{rows:,} rows, {path.stat().st_size >> 20} MB")
        print(f"{'':<18}{'seconds':>8}{'times':>7}{'own MB':>9}{'reader MB':>11}{'both MB':>9}")
        first = 0.0
        for task in TASKS:
            seconds, peaks, said = measured(task, path, data_dir)
            first = first or seconds
            print(f"{task:<18}{seconds:>8.2f}{seconds / first:>7.1f}{peaks[0]:>9}{peaks[1]:>11}{peaks[2]:>9}  {said}")
        for foreign in write_foreign(folder):
            began = time.perf_counter()
            command = [sys.executable, "-m", "rapor", "load", str(foreign), "--data-dir", str(data_dir), "--preview"]
            code = subprocess.run(command, cwd=PROJECT, capture_output=True, check=False).returncode  # noqa: S603
            print(
                f"{foreign.name:<18}{time.perf_counter() - began:>8.2f}  {foreign.stat().st_size >> 10} kB, exit code {code}"
            )


if __name__ == "__main__":
    main()
