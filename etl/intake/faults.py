"""Faults of ours while a file was read: where in the code they happened, kept for whoever mends them, without a word of the file."""

import os
import traceback
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path("log") / "faults"
KEPT = 50
MOST_LINES = 60


def without_data(error: BaseException) -> dict[str, Any]:
    """Return what an error is and where it was raised: kinds of errors, files, lines and functions; never what it says."""
    chain, lines = [], []
    each: BaseException | None = error
    while each is not None and len(chain) < 5:
        chain.append(type(each).__name__)
        lines += [f"{type(each).__name__}:", *_places(each)]
        each = each.__cause__ or each.__context__
    return {"kind": chain[0], "lines": lines[:MOST_LINES]}


def _places(error: BaseException) -> list[str]:
    found = traceback.extract_tb(error.__traceback__)
    return [f"  {shown(place.filename)}:{place.lineno} {place.name}" for place in found]


def shown(name: str) -> str:
    """Return the path of a module without the folders that it is installed in."""
    path = Path(name)
    if path.is_relative_to(ROOT):
        return path.relative_to(ROOT).as_posix().rpartition("site-packages/")[2]
    return Path(*path.parts[-3:]).as_posix() if path.is_absolute() else name


def keep(data_dir: Path, file_id: str, lines: Sequence[str], details: Mapping[str, object]) -> Path:
    """Write a fault down for its file, readable by the owner alone; the newest are kept. Returns its path."""
    folder = data_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{datetime.now(UTC):%Y-%m-%d}-{file_id}.txt"
    head = [f"{name}: {value}" for name, value in details.items()]
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write("\n".join([*head, "", *lines]) + "\n")
    for old in kept(data_dir)[:-KEPT]:
        old.unlink(missing_ok=True)
    return path


def kept(data_dir: Path) -> list[Path]:
    """Return the faults that are kept, the oldest first."""
    return sorted((data_dir / FOLDER).glob("*.txt"), key=lambda path: (path.name[:10], path.stat().st_mtime))
