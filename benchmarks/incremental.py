"""How long one small file takes on top of the loaded sample district: published, and only looked at.

    uv run python benchmarks/incremental.py

Prints a line a kind of report: seconds on the clock of `rapor load FILE` and of `rapor load --preview FILE`, each a program of its
own as a clerk starts it, and seconds of work of both cores. Aims: under 3 and under 1. Run with nothing else on the machine.
"""

import csv
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from etl import load
from etl.reading.files import read
from rapor import sample

PROJECT = Path(__file__).resolve().parents[1]


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8-sig").splitlines()


def _one(inbox: Path, pattern: str) -> Path:
    return sorted(inbox.glob(pattern))[-1]


def _small_files(inbox: Path, folder: Path) -> dict[str, Path]:
    """Write a small report of each kind out of the sample's own, with figures that differ from those."""
    visits = _lines(_one(inbox, "kunjungan/2026/kunjungan_puskesmas_2026-10.csv"))
    corrected = [row.rsplit(",", 3) for row in visits[1:] if "Mengupeh" in row]
    results = _lines(_one(inbox, "kinerja/2026/realisasi_kinerja_2026.csv"))
    ratings = _lines(_one(inbox, "pegawai/evaluasi/evaluasi_kinerja_TW_III_2026.csv"))
    answers = _lines(_one(inbox, "kepuasan/form/*2026*.csv"))
    staff = read(_one(inbox, "pegawai/*Dinas Kesehatan*.xlsx").read_bytes()).sheets[0].cells.rows()[1:31]
    texts = {
        "kunjungan_PKM_Mengupeh_2026-10_perbaikan.csv": [
            visits[0], *(f"{a},{int(new) + 1},{old},{int(new) + 1 + int(old)}" for a, new, old, _ in corrected),
        ],
        "realisasi_kinerja_perbaikan_2026.csv": [results[0], *(row.replace("20,45", "20,15") for row in results[1:7])],
        "SKM Puskesmas Mengupeh 2026 (Jawaban).csv": answers[:60],
        "evaluasi_kinerja_TW_III_2026_perbaikan.csv": [
            ratings[0], *(row.replace("Sesuai Ekspektasi;", "Di Atas Ekspektasi;") for row in ratings[1:20]),
        ],
    }  # fmt: skip
    written = {}
    for name, rows in texts.items():
        written[name] = folder / name
        written[name].write_text("\n".join(rows) + "\n", encoding="utf-8")
    with (folder / "Data Pegawai Tambahan 2026.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([cell.replace("Kasubbag", "Kepala Subbagian") for cell in row[1:]] for row in staff)
    return {**written, "Data Pegawai Tambahan 2026.csv": folder / "Data Pegawai Tambahan 2026.csv"}


def _timed(data: Path, *words: str | Path) -> tuple[float, float]:
    """Return seconds on the clock and of work; ends the program where the command fails."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    command = [sys.executable, "-m", "rapor", "load", *map(str, words), "--data-dir", str(data)]
    code = subprocess.run(command, cwd=PROJECT, capture_output=True, check=False).returncode  # noqa: S603
    seconds, now = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if code not in (0, 3, 4):
        raise SystemExit(f"{' '.join(command)} ended with {code}")
    return seconds, now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime


def main() -> None:
    """Print one line a kind of report."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        data, small = folder / "data", folder / "small"
        small.mkdir()
        load.load(data, sample.prepare(data))
        if not (data / "inbox").is_dir():
            raise SystemExit("the sample district has no inbox")
        print(f"load average {os.getloadavg()[0]:.1f} before the first line")
        print(f"{'report':<48}{'published s':>12}{'work s':>8}{'preview s':>11}{'work s':>8}")
        for name, path in _small_files(data / "inbox", small).items():
            of_its_own = shutil.copytree(data, folder / "one")
            looked, published = _timed(of_its_own, "--preview", path), _timed(of_its_own, path)
            print(f"{name:<48}{published[0]:>12.2f}{published[1]:>8.2f}{looked[0]:>11.2f}{looked[1]:>8.2f}")
            shutil.rmtree(of_its_own)


if __name__ == "__main__":
    main()
