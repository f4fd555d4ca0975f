"""A file to which lines of JSON are only ever added, each with the number of its format."""

import errno
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any


def add(path: Path, number: int, said: Mapping[str, Any]) -> None:
    """Add a line, on the disk before anything is said of it; the file is its owner's alone.

    One that finds no room leaves nothing of itself; one that was never finished for another reason is closed by the next.
    """
    line = json.dumps({"format": number, **said}, ensure_ascii=False) + "\n"
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "rb+", buffering=0) as file:
        end = file.seek(0, os.SEEK_END)
        is_open = end > 0 and os.pread(handle, 1, end - 1) != b"\n"
        try:
            content = ("\n" * is_open + line).encode()
            if file.write(content) != len(content):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
            os.fsync(handle)
        except OSError:
            with suppress(OSError):
                os.ftruncate(handle, end)
            raise


def lines(path: Path, number: int) -> Iterator[dict[str, Any]]:
    """Yield what the lines of this format say, the oldest first; one that was never finished says nothing."""
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for line in file:
            try:
                said = json.loads(line)
            except ValueError:
                continue
            if said.pop("format", None) == number:
                yield said
