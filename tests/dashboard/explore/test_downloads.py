"""Files on offer take no more than they may, and what a killed process left is swept."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from dashboard import access, asking
from dashboard.asking import Asker
from dashboard.explore import downloads
from queries import scratch

SITI, BUDI = (Asker(name, access.Viewer("bappeda")) for name in ("siti", "budi"))


@pytest.fixture(autouse=True)
def _room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(downloads, "_offered", {})
    scratch._own.cache_clear()
    monkeypatch.setenv(downloads.SETTING, "4")


def _offered(asker: Asker, megabytes: float) -> Path:
    path = downloads.folder() / "a.csv"
    path.write_bytes(b"x" * int(megabytes * (1 << 20)))
    with asking.as_(asker):
        downloads.offer(path, "a.csv", "text/csv")
    return path


def test_the_oldest_file_goes_where_there_are_too_many_bytes_of_one_or_of_all() -> None:
    first, second = _offered(SITI, 1.5), _offered(BUDI, 1.5)
    third = _offered(SITI, 1)  # hers are 2.5 of 2 MB: her oldest goes
    assert [path.exists() for path in (first, second, third)] == [False, True, True]
    fourth = _offered(Asker("ani", SITI.viewer), 1.9)  # all are 4.4 of 4 MB: the oldest of all goes
    assert [path.exists() for path in (second, third, fourth)] == [False, True, True]
    large = _offered(BUDI, 5)  # larger than all may be, and still what was just asked for
    assert [path.exists() for path in (third, fourth, large)] == [False, False, True]


def test_what_a_killed_process_left_is_swept_and_what_a_living_one_holds_is_not(tmp_path: Path) -> None:
    code = "from dashboard.explore import downloads; print(downloads.folder(), flush=True); import time; time.sleep(60)"
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    holders = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment) for _ in "ab"
    ]
    try:
        alive, killed = (Path(holder.stdout.readline().strip()) for holder in holders if holder.stdout)
        os.kill(holders[1].pid, signal.SIGKILL)
        holders[1].wait()
        shutil.rmtree(downloads.folder())  # this process starts
        assert alive.is_dir()
        assert not killed.parent.parent.exists()
    finally:
        for holder in holders:
            holder.kill()
            holder.wait()
