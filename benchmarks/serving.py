"""The dashboard as a process of its own, for the benchmarks that ask it something."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


@contextmanager
def served(data_dir: Path, workers: int = 1) -> Generator[tuple[str, int]]:
    """Yield the address of the dashboard on a loaded folder, and its process id; it ends with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "rapor", "serve", "--port", str(port), "--no-browser", "--data-dir", str(data_dir)]
    command += ["--workers", str(workers)] if workers > 1 else []
    server = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL)  # noqa: S603  our own program
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2)
                break
            except OSError:
                time.sleep(0.2)
        yield f"127.0.0.1:{port}", server.pid
    finally:
        server.terminate()
        server.wait()


def memory_of(pid: int) -> int:
    """Return the memory that a process and those that it started hold, in MB, what they share divided among them."""
    every = [pid, *_below(pid)]
    total = 0
    for each in every:
        try:
            told = Path(f"/proc/{each}/smaps_rollup").read_text(encoding="ascii")
        except OSError:
            continue
        total += next(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:"))
    return total >> 10


def work_of(pid: int) -> float:
    """Return the seconds of processor that a process and those that it started have taken."""
    total = 0.0
    for each in (pid, *_below(pid)):
        with suppress(OSError):
            told = Path(f"/proc/{each}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            total += int(told[11]) + int(told[12])
    return total / os.sysconf("SC_CLK_TCK")


def _below(pid: int) -> list[int]:
    children = [int(each) for task in Path(f"/proc/{pid}/task").glob("*/children") for each in task.read_text().split()]
    return [*children, *(each for child in children for each in _below(child))]
