"""The inbox is watched: a file is looked at once it has come whole, and again when it is changed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from etl import folder, regions
from rapor.watching import arrived, sight

A, B = Path("a.csv"), Path("b.csv")


def test_a_file_has_come_when_two_looks_agree() -> None:
    assert arrived({}, {A: (5, 1)}, {}) == []  # just begun
    assert arrived({A: (5, 1)}, {A: (9, 2)}, {}) == []  # still growing
    assert arrived({A: (9, 2)}, {A: (9, 2)}, {}) == [A]
    assert arrived({A: (9, 2)}, {A: (9, 2)}, {A: (9, 2)}) == []  # looked at before
    assert arrived({A: (9, 3), B: (1, 1)}, {A: (9, 3)}, {A: (9, 2), B: (1, 1)}) == [A]  # changed since; B is gone


def test_what_was_sent_by_the_page_is_looked_at_there(tmp_path: Path) -> None:
    for name in ("a.csv", "kiriman/abc/b.csv", "2026/c.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert sorted(path.name for path in sight(tmp_path)) == ["a.csv", "c.csv"]


def test_a_file_that_comes_is_loaded(tmp_path: Path) -> None:
    tebo = regions.find("15.09")
    assert tebo is not None
    data = tmp_path / "data"
    folder.init(data, tebo.name, regions.filled(tebo))
    command = [sys.executable, "-m", "rapor", "watch", "--load", "--every", "0.2", "--data-dir", str(data)]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "PYTHONUNBUFFERED": "1"})
        try:
            _until(lambda: "Menunggui" in (tmp_path / "log").read_text())
            head = "Bulan;Nama Puskesmas;Poli;Baru;Lama;Total Kunjungan\n"
            (data / "inbox" / "kunjungan 2026.csv").write_text(head + "Januari;PKM Mengupeh;UMUM;70;70;140\n")
            _until(lambda: "1 berkas diterima" in (tmp_path / "log").read_text())
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)
    assert (data / "warehouse" / "current").is_file()


def _until(is_so: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.1)
