"""A small disk of its own for a test, to be filled up and made read-only; only root may mount one."""

import os
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small(folder: Path, megabytes: float) -> Generator[Path]:
    """Give a folder that is a disk of so many megabytes, in memory; skips the test where none can be mounted."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = shutil.which("mount")
    words = [mount or "mount", "-t", "tmpfs", "-o", f"size={int(megabytes * 1024)}k", "tmpfs", str(folder)]
    made = subprocess.run(words, capture_output=True, text=True, check=False) if mount and os.geteuid() == 0 else None
    if made is None or made.returncode:
        pytest.skip(
            f"no disk of its own for this test: mount wants root and a system that lets it ({made and made.stderr})"
        )
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path, *, left_kb: int = 0) -> Path:
    """Fill a disk up but for so many kilobytes, and return the file that does."""
    room = os.statvfs(disk)
    filler = disk / "penuh"
    with filler.open("wb", buffering=0) as file:
        try:
            for _ in range(max(room.f_bavail * room.f_frsize // 1024 - left_kb, 0) // 4 + (1 if not left_kb else 0)):
                file.write(bytes(4096))
        except OSError:
            pass
    return filler


def make_read_only(disk: Path, *, is_read_only: bool = True) -> None:
    """Have a disk take nothing more, or again something."""
    subprocess.run(["mount", "-o", f"remount,{'ro' if is_read_only else 'rw'}", str(disk)], check=True)
