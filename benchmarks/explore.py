"""How fast an analyst is answered: facets and a two-dimension group-by over millions of visit rows, loaded by the real ETL.

    uv run python benchmarks/explore.py [--rows 10000000] [--folder FOLDER]

Writes the reports of a large province (one CSV a month), loads and publishes them, makes the analyst's file, and prints the
milliseconds of each question, the first time and the best of five. With --folder the data is kept there and used again.
"""

import argparse
import csv
import random
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb

from etl import load
from queries.explore import viewer_file
from queries.explore.slices import Condition, Slice, cells_sql, facet_sql, files_sql, moved_by, rows_sql
from queries.explore.tables import tables

REFERENCE = Path(__file__).parents[1] / "data" / "reference"
UNITS = 1000
LAST = date(2026, 10, 1)
SERVICES = (
    "UMUM", "GIGI", "KIA", "KB", "MTBS", "IMUNISASI", "LANSIA", "PTM", "TB PARU", "GIZI",
    "UGD", "RAWAT INAP", "LABORATORIUM", "FARMASI", "FISIOTERAPI", "SANITASI", "PKPR", "PERSALINAN", "PSIKOLOGI", "MCU",
)  # fmt: skip
PIVOT = (("kecamatan", "service"), ("kecamatan", None), (None, "service"), (None, None))
PAYERS = ("JKN PBI", "JKN Non-PBI", "Umum", "Gratis")
UNIT_COLUMNS = (
    "unit_id", "name", "short_name", "kind", "parent_id", "kecamatan_code", "population", "population_year",
    "population_source", "aliases",
)  # fmt: skip
A_MONTH = UNITS * len(SERVICES) * len(PAYERS)


def prepare(folder: Path, months: int) -> list[Path]:
    """Write the registers and one report a month; return the reports."""
    shutil.copytree(REFERENCE, folder / "reference", dirs_exist_ok=True)
    with (folder / "reference" / "units.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(UNIT_COLUMNS)
        out.writerow(["provinsi", "Provinsi Contoh", "Provinsi", "district", "", "", 4_000_000, 2025, "perkiraan", ""])
        for agency in range(20):
            out.writerow(
                [f"dinkes-{agency:02}", f"Dinas Kesehatan {agency:02}", "", "agency", "provinsi", "", "", "", "", ""]
            )
        for unit in range(UNITS):
            kecamatan = f"15.09.{unit % 12 + 1:02}"
            out.writerow([f"pkm-{unit:04}", f"Puskesmas Nomor {unit:04}", f"Nomor {unit:04}", "health_centre",
                          f"dinkes-{unit % 20:02}", kecamatan, 4000, 2025, "perkiraan", ""])  # fmt: skip
    random.seed(20261128)
    paths = []
    for back in range(months):
        month = moved_by(LAST, -back)
        path = folder / "inbox" / f"kunjungan_{month:%Y-%m}.csv"
        path.parent.mkdir(exist_ok=True)
        with path.open("w", encoding="utf-8") as file:
            file.write("Unit;Bulan;Tahun;Layanan;Pembayar;Baru;Lama\n")
            for unit in range(UNITS):
                for service in SERVICES:
                    for payer in PAYERS:
                        new, old = int(random.expovariate(0.1)), int(random.expovariate(0.03))
                        file.write(
                            f"Puskesmas Nomor {unit:04};{month.month};{month.year};{service};{payer};{new};{old}\n"
                        )
        paths.append(path)
    return paths


def questions() -> dict[str, list[str]]:
    """Return what is asked, each as the queries that a page sends for it."""
    visits = Slice("visits", "patients", "unit", "month", "month", period_from=moved_by(LAST, -200), period_to=LAST)
    chosen = replace(
        visits,
        conditions=(
            Condition("payer", "in", ("Umum (bayar sendiri)",)),
            Condition("service", "not_in", ("Gigi dan mulut",)),
        ),
    )
    facets = [column.name for column in tables()["visits"].of_kind("category")]
    return {
        "group-by unit x month": [cells_sql(visits)],
        "group-by service x payer": [cells_sql(replace(visits, row="service", column="payer"))],
        "group-by service x quarter, filtered": [cells_sql(replace(chosen, row="service", column="month", grain="quarter"))],
        f"all {len(facets)} facets": [facet_sql(visits, name) for name in facets],
        f"all {len(facets)} facets, filtered": [facet_sql(chosen, name) for name in facets],
        "pivot with totals": [cells_sql(replace(visits, row=r, column=c)) for r, c in PIVOT],
        "first 100 rows of a slice": [rows_sql(replace(chosen, unit="pkm-0001"), 100)],
        "its files": [files_sql(chosen)],
    }  # fmt: skip


def timed(work: Callable[[], object]) -> float:
    """Return the milliseconds that a piece of work takes."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def main() -> None:
    """Print how long loading took, then one line a question."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "warehouse" / "current").is_file():
            paths = prepare(folder, -(-given.rows // A_MONTH))
            spent = timed(lambda: load.load(folder, paths)) / 1000
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
            print(f"load and build: {spent:,.0f} s, {len(paths) * A_MONTH / spent:,.0f} rows/s, peak {peak:.1f} GB")
        build = folder / "warehouse" / (folder / "warehouse" / "current").read_text(encoding="utf-8").strip()
        target = viewer_file.place(folder, build.stem, None, sees_names=False)
        with duckdb.connect(build, read_only=True) as source:
            spent = timed(lambda: viewer_file.make(source, target, None, lambda frame: frame)) / 1000
        print(f"analyst's file: {spent:,.1f} s, {target.stat().st_size / 1e6:,.0f} MB")
        with duckdb.connect(target, read_only=True, config={"threads": 2}) as file:
            rows = file.execute("select count(*) from visits").fetchall()[0][0]
            print(f"{rows:,} rows\n{'':<40}{'first':>10}{'best of 5':>12}  ms")
            for name, asked in questions().items():
                spent_ms = [timed(lambda asked=asked: [file.sql(q).to_arrow_table() for q in asked]) for _ in range(6)]
                print(f"{name:<40}{spent_ms[0]:>10,.0f}{min(spent_ms[1:]):>12,.0f}")


if __name__ == "__main__":
    main()
