"""Which builds of a data folder are kept, by the order in which they were published; and what killed loads left is swept."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from etl.lake import Lake, write_atomically
from etl.lock import LoadBusy, only_one
from queries import scratch, whole
from queries.builds import find, seal, seal_of, spoken_of

KEPT_BUILDS = 5
RECORD = "published"  # in the warehouse: the file names of its builds, a line each, the newest last


def put(data_dir: Path, unfinished: Path, build_id: str) -> Path:
    """Move a finished build to its place, with its hash, as the newest that was published; returns its path."""
    final = data_dir / "warehouse" / f"{build_id}.duckdb"
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())
    try:
        seal(unfinished, final)
        record = [*(name for name in _published(data_dir) if name != final.name), final.name]
        write_atomically(data_dir / "warehouse" / RECORD, "".join(f"{name}\n" for name in record))
    except OSError:
        seal_of(final).unlink(missing_ok=True)
        raise
    return unfinished.rename(final)


def clear(data_dir: Path, *needed: Path | None) -> None:
    """Remove all builds but the newest published ones, those needed, and those that views and snapshots speak of.

    The order is that of the record, not of the clock: a build is named by the time that it was made, and clocks are set back.
    """
    there = {path.name for path in (data_dir / "warehouse").glob("[0-9]*.duckdb")}
    recorded = [name for name in _published(data_dir) if name in there]
    in_order = [*sorted(there - set(recorded)), *recorded]
    speakers = spoken_of(data_dir)
    for name in in_order[:-KEPT_BUILDS]:
        old = data_dir / "warehouse" / name
        if old not in needed and old.stem not in speakers:
            old.unlink()
            seal_of(old).unlink(missing_ok=True)


def _published(data_dir: Path) -> list[str]:
    path = data_dir / "warehouse" / RECORD
    names = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
    return [name for name in names if find(data_dir, name)]


def throw_away(unfinished: Path) -> None:
    """Remove a build that is not finished, with what lies beside it; nothing where it has its name already."""
    for left in unfinished.parent.glob(f"{unfinished.name}*"):
        shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)
    seal_of(unfinished).unlink(missing_ok=True)


def tidy(data_dir: Path) -> None:
    """Remove what killed processes left half written, unless somebody is at work on the data folder just now."""
    scratch.sweep()
    if (data_dir / "lake").is_dir():
        with suppress(LoadBusy, OSError), only_one(data_dir, 0):
            Lake(data_dir).tidy()
            sweep(data_dir)


def sweep(data_dir: Path) -> None:
    """Remove what killed processes left half written in a data folder; only for one who holds its lock."""
    warehouse = data_dir / "warehouse"
    for left in warehouse.glob(".*-*"):  # a file, or a folder where it ran out of memory
        shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink(missing_ok=True)
    for left in (data_dir / "lake").glob(".*-[0-9]*"):
        left.unlink(missing_ok=True)
    for room in ("", "reference", "sources", "sending"):
        whole.sweep(data_dir / room)
    for left in warehouse.glob("*.sha256"):
        if not left.with_suffix(".duckdb").exists():
            left.unlink(missing_ok=True)
