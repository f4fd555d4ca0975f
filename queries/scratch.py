"""Where a process keeps what it needs for a while: a folder of its own, gone with it; what a killed one left, the next takes away."""

import fcntl
import os
import shutil
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

PREFIX, HELD = "rapor-scratch-", ".held"  # how a process's folder begins, and the file in it that the process holds
FORMER = "rapor-unduh-"  # how it began in version 0.2
COPY, COPY_SECONDS = "rapor-copy-", 600  # of a store that is read where nothing can be written
LEFT_SECONDS = 86_400  # an empty folder that is as old as this was left by a process killed in the instant of making it


def folder() -> tempfile.TemporaryDirectory[str]:
    """Return an empty folder for one piece of work, which goes with the block that it is used in."""
    return tempfile.TemporaryDirectory(dir=own())


def own() -> Path:
    """Return the folder of this process, which goes with it where it ends well; else the next process takes it away."""
    return Path(_own(os.getpid()).name)


@cache
def _own(_process: int) -> tempfile.TemporaryDirectory[str]:
    sweep()
    made = tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True)
    place = Path(made.name) / HELD
    held = os.open(place.with_suffix(".new"), os.O_WRONLY | os.O_CREAT, 0o600)  # let go by the system with the process
    fcntl.flock(held, fcntl.LOCK_EX)
    place.with_suffix(".new").rename(place)  # held before anybody looks
    return made


def sweep_copies(place: Path) -> None:
    """Remove what a killed process copied for an instant, once that is long over."""
    for path in place.glob(f"{COPY}*"):
        with suppress(OSError):
            if path.lstat().st_uid == os.getuid() and path.stat().st_mtime < time.time() - COPY_SECONDS:
                shutil.rmtree(path, ignore_errors=True)


def sweep() -> None:
    """Remove the folders that no process holds any more."""
    place = Path(tempfile.gettempdir())
    for path in (*place.glob(f"{PREFIX}*"), *place.glob(f"{FORMER}*")):
        with suppress(OSError):  # held, or gone meanwhile, or not empty
            if path.lstat().st_uid != os.getuid() or path.is_symlink():
                continue
            if (path / HELD).is_file():
                with (path / HELD).open() as file:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(path, ignore_errors=True)
            elif path.stat().st_mtime < time.time() - LEFT_SECONDS:
                path.rmdir()
