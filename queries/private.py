"""A data folder is for its owner alone: what is written there is, and what of an older one others may read is found and closed."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

OTHERS = 0o077  # group and all
# What Rapor writes in a data folder. Into the inbox others may put reports, a group too, but not everybody may read it.
ROOMS = {
    **dict.fromkeys(("lake", "sending", "warehouse", "analysis", "snapshots", "log", "backups"), OTHERS),
    **dict.fromkeys(
        (
            "notes.sqlite",
            "notes.sqlite-wal",
            "notes.sqlite-shm",
            "upgrades.json",
            "access.jsonl",
            "registers.jsonl",
            "names.jsonl",
        ),
        OTHERS,
    ),
    "inbox": 0o007,
}


@contextmanager
def for_owner() -> Generator[None]:
    """Have all that is written meanwhile be readable by its owner alone."""
    before = os.umask(OTHERS)
    try:
        yield
    finally:
        os.umask(before)


def open_to_others(data_dir: Path) -> list[Path]:
    """Return what Rapor wrote in a data folder and others than its owner may read; nothing where the folder itself is closed."""
    if not data_dir.is_dir():
        return []
    reach = data_dir.stat().st_mode
    found = [(data_dir / name, others & reach) for name, others in ROOMS.items()]
    return [path for path, others in found if path.exists() and path.stat().st_mode & others]


def close(data_dir: Path) -> list[Path]:
    """Take from others what `open_to_others` finds, with all that is in it; returns it."""
    found = open_to_others(data_dir)
    for path in found:
        others = ROOMS[path.name]
        for each in [path, *path.rglob("*")] if path.is_dir() else [path]:
            if not each.is_symlink():
                each.chmod(each.stat().st_mode & 0o7777 & ~others)
    return found
