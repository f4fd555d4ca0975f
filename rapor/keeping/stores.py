"""The stores of a data folder, the formats that they are in, and how an older one becomes one of today, and back.

upgrades.json of the data folder holds each upgrade: what it changed, and the backup that was made before.
"""

import errno
import hashlib
import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from dashboard import notes
from dashboard.explore import view_store
from dashboard.meetings import store as meeting_store
from etl import lake as lakes
from etl.building import build
from etl.lock import only_one
from etl.trouble import Damaged, newer
from queries import formats
from queries.builds import current
from queries.language import _
from rapor.keeping import archive

RECORD = "upgrades.json"
BACKUPS = "backups"
LAKE = "lake/manifest.json"
NUMBERS = {  # store -> the format that this Rapor writes; docs/upgrading.md says the same
    "lake": lakes.FORMAT,
    "build": formats.BUILD,
    "notes": notes.VERSION,
    "saved_views": view_store.FORMAT,
    "snapshots": meeting_store.FORMAT,
    "backup": archive.FORMAT,
}


class Moved(Exception):
    """An upgrade can't be taken back: `files` were changed since, `backup` holds them as they were before."""

    def __init__(self, files: list[str], backup: Path) -> None:
        self.files, self.backup = files, backup
        super().__init__(", ".join(files))


@dataclass(frozen=True)
class Store:
    """A store and the lowest and highest format in it; `where` is its place in the data folder."""

    name: str
    where: str
    lowest: int
    highest: int

    @property
    def known(self) -> int:
        """Return the format that this Rapor writes."""
        return NUMBERS[self.name]


def title(store: Store) -> str:
    """Return what a store is called."""
    return {
        "lake": _("laporan yang dimuat"),
        "build": _("data terbitan"),
        "notes": _("catatan keputusan"),
        "saved_views": _("tampilan tersimpan"),
        "snapshots": _("cuplikan rapat"),
    }[store.name]


def found(data_dir: Path) -> list[Store]:
    """Return the stores that the folder has; raises Damaged for one whose format can't be read."""
    read: dict[tuple[str, str], Callable[[Path], list[int]]] = {
        ("lake", LAKE): _of_lake,
        ("build", "warehouse"): _of_build,
        ("notes", archive.NOTES): lambda folder: [row[0] for row in _notes(folder, "notes_version", "version")],
        ("saved_views", archive.NOTES): _of_saved_views,
        ("snapshots", "snapshots"): _of_snapshots,
    }
    there = []
    for (name, where), numbers in read.items():
        try:
            if each := numbers(data_dir):
                if not all(type(number) is int and number >= 1 for number in each):
                    raise TypeError(each)
                there.append(Store(name, where, min(each), max(each)))
        except (ValueError, KeyError, TypeError, AttributeError, duckdb.Error, sqlite3.Error) as error:
            what = _("{path}: tidak dapat dibaca ({why}).", path=data_dir / where, why=type(error).__name__)
            raise Damaged(what, _("Jalankan rapor check, atau pulihkan dari cadangan.")) from error
    return there


def older(data_dir: Path) -> list[Store]:
    """Return the stores that an upgrade would change; raises Damaged where one was written by a newer Rapor, or the lake is lost.

    A snapshot is none of them: it is sealed, and is read in the format that it was frozen in.
    """
    there = found(data_dir)
    for each in there:
        if each.highest > each.known:
            raise newer(data_dir / each.where, each.highest, each.known)
    ahead = [each for each in there if each.lowest < each.known and each.name in _STEPS]
    if any(each.name == "build" for each in ahead) and _is_lake_lost(data_dir):
        what = _(
            "{path} tidak ada atau kosong, padahal data terbitan dibuat dari laporan.",
            path=data_dir / LAKE,
        )
        raise Damaged(what, _("Pulihkan folder lake dari cadangan, atau muat semua laporan lagi: rapor load"))
    return ahead


def upgrade(data_dir: Path, progress: Callable[[str], None]) -> Path:
    """Make a verified backup, then bring each older store to the format of today; returns the backup.

    `progress` hears what is being done. Raises LoadBusy, Damaged, archive.Altered; what was done until then can be taken back.
    """
    with only_one(data_dir, wait_seconds=600):
        steps, entries = older(data_dir), record(data_dir)
        now = datetime.now(UTC)
        backup = data_dir / BACKUPS / f"{now:%Y%m%dT%H%M%S}-before-upgrade.tar.gz"
        backup.parent.mkdir(mode=0o700, exist_ok=True)
        progress(_("Membuat cadangan"))
        archive.write(data_dir, backup, with_build=True)
        entry: dict[str, Any] = {
            "at": now.isoformat(timespec="seconds"), "rapor": version("rapor"), "undone_at": None,
            "backup": backup.relative_to(data_dir).as_posix(), "steps": {}, "files": {},
        }  # fmt: skip
        entries.append(entry)
        for each in steps:
            progress(_("Meningkatkan {store}", store=title(each)))
            file, step = _STEPS[each.name]
            entry["steps"][each.name] = [each.lowest, each.known]
            entry["files"][file] = (
                None  # not known yet: should this process be killed now, it can be taken back all the same
            )
            _write_record(data_dir, entries)
            step(data_dir)
            entry["files"][file] = _hash(data_dir / file)
            _write_record(data_dir, entries)
    return backup


def undo(data_dir: Path) -> list[str]:
    """Take the last upgrade back and return the files put back; an empty list where there is none.

    Raises Moved where what it changed was changed again since, FileNotFoundError without its backup, LoadBusy, archive.Altered.
    """
    with only_one(data_dir, wait_seconds=600):
        entries = record(data_dir)
        last = next((each for each in reversed(entries) if each["undone_at"] is None), None)
        if last is None:
            return []
        backup = data_dir / last["backup"]
        if not backup.is_file():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(backup))
        with archive.unpacked(backup, data_dir, archive.SCRATCH_OF_UNDO) as (_manifest, folder):
            if moved := [name for name, sha in last["files"].items() if _is_moved(name, sha, data_dir, folder)]:
                raise Moved(moved, backup)
            builds = [path.relative_to(folder).as_posix() for path in (folder / "warehouse").glob("*.duckdb")]
            missing = [name for name in builds if not (data_dir / name).exists()]
            for name in (*missing, *last["files"]):  # the build first, then what names it
                if (folder / name).is_file():
                    (folder / name).replace(data_dir / name)
                else:
                    (data_dir / name).unlink(missing_ok=True)
        last["undone_at"] = datetime.now(UTC).isoformat(timespec="seconds")
        _write_record(data_dir, entries)
        return list(last["files"])


def _is_moved(name: str, sha: str | None, data_dir: Path, before: Path) -> bool:
    """Tell whether a file was changed since the upgrade wrote it; `sha` is None where the upgrade was killed in that step."""
    now = _hash(data_dir / name)
    if now == _hash(before / name):
        return False  # the step never came to it, or an undoing that was killed put it back already
    if sha is None:  # the step changes no report that counts; any other build can be made again from them
        return name == LAKE and lakes.Lake(data_dir).manifest() != lakes.Lake(before).manifest()
    return now != sha


def record(data_dir: Path) -> list[dict[str, Any]]:
    """Return the upgrades of a folder, the oldest first; raises Damaged where they can't be read."""
    path = data_dir / RECORD
    try:
        entries = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
        names = [name for each in entries for name in (each["backup"], *each["files"].keys())]
        is_ours = isinstance(entries, list) and all("undone_at" in each for each in entries)
        if not is_ours or any(Path(name).is_absolute() or ".." in Path(name).parts for name in names):
            raise ValueError(path)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        mend = _(
            "Pulihkan berkas itu dari cadangan; bila dihapus, peningkatan yang lalu tidak dapat dikembalikan lagi."
        )
        raise Damaged(_("{path} rusak.", path=path), mend) from error
    return entries


def _write_record(data_dir: Path, entries: list[dict[str, Any]]) -> None:
    lakes.write_atomically(data_dir / RECORD, json.dumps(entries, ensure_ascii=False, indent=1) + "\n")


def _hash(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


# --- the format that a store is in -----------------------------------------------------------------------------------


def _of_lake(data_dir: Path) -> list[Any]:
    return [lakes.Lake(data_dir).format()] if (data_dir / LAKE).is_file() else []


def _of_build(data_dir: Path) -> list[int]:
    path = current(data_dir)
    if path is None:
        return []
    with duckdb.connect(path, read_only=True) as connection:
        return [formats.of_build(connection)]


def _is_lake_lost(data_dir: Path) -> bool:
    """Tell whether the lake names no report though the current build was made from some."""
    path = current(data_dir)
    if path is None or lakes.Lake(data_dir).manifest():
        return False
    with duckdb.connect(path, read_only=True) as connection:
        return connection.execute("select 1 from load.file limit 1").fetchone() is not None


def _notes(data_dir: Path, table: str, column: str) -> list[tuple]:
    """Return a column of a table of the notes store of the folder; nothing where it is not there, or kept elsewhere."""
    if not (data_dir / archive.NOTES).is_file():
        return []
    with notes.readable(data_dir / archive.NOTES) as place, closing(sqlite3.connect(place)) as kept:
        if not kept.execute("select 1 from sqlite_master where name = ?", (table,)).fetchall():
            return []
        return kept.execute(f"select {column} from {table}").fetchall()  # noqa: S608  names of our own


def _of_saved_views(data_dir: Path) -> list[int]:
    events = (json.loads(text) for (text,) in _notes(data_dir, view_store.TABLE, "said"))
    return [event.get("format", 1) for event in events if "query" in event]


def _of_snapshots(data_dir: Path) -> list[int]:
    manifests = sorted((data_dir / "snapshots").glob(f"[!.]*/{meeting_store.MANIFEST}"))
    return [json.loads(path.read_text(encoding="utf-8")).get("format", 1) for path in manifests]


# --- from an older format to that of today ---------------------------------------------------------------------------


def _upgrade_lake(data_dir: Path) -> None:
    """Write the format's number into the manifest: from an older one to that of today; readings stay as they are."""
    lake = lakes.Lake(data_dir)
    lake.write_manifest(lake.manifest(), lakes.FORMAT)


def _upgrade_build(data_dir: Path) -> None:
    """Publish a build of today's format from the lake; the older one stays beside it."""
    lake = lakes.Lake(data_dir)
    built = build.publish(data_dir, lake, lake.manifest())
    if built.failed_checks:
        what = _("Data baru tidak diterbitkan: {checks}", checks="; ".join(built.failed_checks))
        raise Damaged(what, _("Data terbitan sebelumnya tetap dipakai; kembali dengan: rapor upgrade --undo"))


_STEPS: dict[str, tuple[str, Callable[[Path], None]]] = {  # store -> the file that a step changes, and the step
    "lake": (LAKE, _upgrade_lake),
    "build": ("warehouse/current", _upgrade_build),
}
