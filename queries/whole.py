"""A file that is written whole or not at all: who reads it sees the old or the new one, and a full disk leaves nothing behind."""

import os
import re
import secrets
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

_UNFINISHED = re.compile(r"\..+-\d+-[0-9a-f]{6}")  # how one is called that has not got its name yet
LEFT_SECONDS = 3600


@contextmanager
def making(path: Path) -> Generator[Path]:
    """Give the place where a file is made that gets its name at the end; where that fails it goes, and the error says which file."""
    place = path.with_name(f".{path.name}-{os.getpid()}-{secrets.token_hex(3)}")
    try:
        yield place
        place.replace(path)
    except OSError as error:
        if not error.filename:  # a write that found no room doesn't say where
            error.filename = str(path)
        raise
    finally:
        place.unlink(missing_ok=True)


def write(path: Path, content: bytes | str) -> Path:
    """Write a file whole, on the disk before it has its name; returns its path."""
    with making(path) as place, place.open("wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
        file.flush()
        os.fsync(file.fileno())
    return path


def sweep(folder: Path) -> None:
    """Remove what killed processes left unfinished in a folder, once nobody can be at it any more."""
    for left in folder.glob(".*"):
        if _UNFINISHED.fullmatch(left.name) and left.stat().st_mtime < time.time() - LEFT_SECONDS:
            left.unlink(missing_ok=True)
