"""A file to which lines of JSON are only ever added, each with the number of its format."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


def add(path: Path, number: int, said: Mapping[str, Any]) -> None:
    """Add a line, on the disk before anything is said of it; the file is its owner's alone."""
    line = json.dumps({"format": number, **said}, ensure_ascii=False) + "\n"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


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
