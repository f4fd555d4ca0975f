"""The reference tables as a data folder has them now, and the edits that made them so: who changed which rows, when and why."""

import csv
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TextIO

from queries import journal
from queries.escape import on_one_line

HISTORY, FORMAT = "registers.jsonl", 1
# The tables that the dashboard reads as they are now: no build holds them, or an old one would bring old rights and addresses back.
LIVE = ("roles", "role_groups", "contacts")
Row = Mapping[str, str | None]


@dataclass(frozen=True)
class Change:
    """One row: as it was read (None: there was none) and as it is to be (None: it goes)."""

    before: Row | None
    after: Row | None


@dataclass(frozen=True)
class Edit:
    """The changes of one table that are kept together; `undoes` is the id of the edit that they take back."""

    table: str
    changes: tuple[Change, ...]
    by: str = ""
    role: str = ""
    why: str = ""
    undoes: str = ""
    id: str = ""
    at: str = ""


def columns(data_dir: Path, table: str) -> list[str]:
    """Return the names of the columns of a table, in its order; none where there is no such table."""
    try:
        with _opened(data_dir, table) as file:
            return next(csv.reader(file), [])
    except FileNotFoundError:
        return []


def rows(data_dir: Path, table: str) -> list[Row]:
    """Return the rows of a table as they are now, a blank cell as None; none where there is no such table."""
    path = data_dir / "reference" / f"{table}.csv"
    try:
        state = path.stat()
    except FileNotFoundError:
        return []
    return list(_rows(path, state.st_mtime_ns, state.st_size))


@lru_cache(maxsize=64)
def _rows(path: Path, _changed_at: int, _size: int) -> tuple[Row, ...]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return tuple({name: row[name] or None for name in row if name} for row in csv.DictReader(file))


def _opened(data_dir: Path, table: str) -> TextIO:
    return (data_dir / "reference" / f"{table}.csv").open(encoding="utf-8-sig", newline="")


def with_names(row: Row, names: Iterable[str]) -> Row:
    """Return a row that is also known by these names."""
    known = [*(row["aliases"] or "").split("|"), *(on_one_line(name.replace("|", " ")) for name in names)]
    return {**row, "aliases": "|".join(dict.fromkeys(filter(None, known)))}


def history(data_dir: Path) -> Iterator[Edit]:
    """Yield the edits, the oldest first; a line that was never finished is none."""
    for said in journal.lines(data_dir / HISTORY, FORMAT):
        changes = tuple(Change(**each) for each in said.pop("changes"))
        yield Edit(changes=changes, **said)


def version(folder: Path) -> str:
    """Return a hash of the reference tables in a folder that a build is made of."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.stem not in LIVE:
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
