"""The sample district: one simulated truth, written as the report exports of real offices, ugly in the same ways.

Everything is invented but the names of places, and the same at every run. `visits.truth` is what took place and
`visits.reported` what a right reading of the files gives; the other modules have the like for their reports.
"""

import csv
import shutil
from datetime import datetime
from pathlib import Path

from rapor.sample import employee_files, indicators, receipts, satisfaction, visit_books, visit_csv
from rapor.sample.district import REFERENCE
from rapor.sample.office import Row, Sheet, write_workbook


def write(folder: Path) -> list[Path]:
    """Write the report exports of the sample district into the folder (an inbox); returns the paths, sorted."""
    visits = folder / "kunjungan"
    paths = [
        *visit_csv.write(visits),
        *visit_books.write(visits),
        *satisfaction.write(folder / "kepuasan"),
        *indicators.write(folder / "kinerja"),
        *employee_files.write(folder / "pegawai"),
        *receipts.write(folder / "log"),
        _price_list(folder / "lain" / "Daftar Harga Obat 2026.xlsx"),
    ]
    return sorted(paths)


def prepare(data_dir: Path) -> list[Path]:
    """Make a data folder of the sample district: reference tables that say so, and the inbox; returns its files."""
    reference = data_dir / "reference"
    shutil.copytree(REFERENCE, reference, dirs_exist_ok=True)
    district = reference / "district.csv"
    with district.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with district.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, "is_sample": "true"} for row in rows)
    return write(data_dir / "inbox")


def _price_list(path: Path) -> Path:
    """Write a file that is no report, such as people drop into a shared folder."""
    rows: list[Row] = [
        ("No", "Nama Obat", "Satuan", "Harga Satuan (Rp)"),
        (1, "Parasetamol 500 mg", "tablet", 180),
        (2, "Amoksisilin 500 mg", "kaplet", 520),
        (3, "Oralit", "sachet", 750),
    ]
    return write_workbook(path, [Sheet("Harga", rows)], datetime(2026, 2, 3, 10, 0))
