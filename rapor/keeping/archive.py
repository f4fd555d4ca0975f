"""A backup: what can't be made again of a data folder, in one .tar.gz or folder, whose every byte is accounted for.

Consistent without stopping anything: what a load adds never changes, and the list of what counts is taken first.
"""

import gzip
import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import IO, Any

from etl.lake import Lake, spoilt
from etl.trouble import newer
from queries.builds import spoken_of
from queries.language import _

FORMAT = 1
MANIFEST = "rapor-backup.json"
NOTES = "notes.sqlite"
_DAMAGE = (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile)
_CHUNK = 1 << 20


class Altered(Exception):
    """A backup is not what was written; `files` name what was altered, is missing or was added, with a word on it each."""

    def __init__(self, files: list[str]) -> None:
        self.files = files
        super().__init__("; ".join(files))


@dataclass(frozen=True)
class Backup:
    """What a backup says of itself; `notes` is 'here', 'elsewhere' (RAPOR_NOTES_URL) or 'none', `files` name -> hash, bytes, time."""

    made_at: str
    rapor: str
    notes: str
    files: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def bytes(self) -> int:
        """Return how large its files are together."""
        return sum(each["bytes"] for each in self.files.values())


def write(data_dir: Path, target: Path, *, with_build: bool = False, with_inbox: bool = False) -> Backup:
    """Write a backup of a data folder and read it back; raises FileExistsError, Damaged, and Altered where it was not written whole.

    A name that ends with .tar.gz or .tgz becomes one file, another one a folder; only the owner may read them.
    """
    if target.exists():
        raise FileExistsError(_("{path} sudah ada; cadangan tidak ditimpa.", path=target))
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}-{os.getpid()}")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".rapor-") as scratch:
        files = _gather(data_dir, Path(scratch), with_build=with_build, with_inbox=with_inbox)
        descriptions = {name: _described(path) for name, path in sorted(files.items())}
        notes = "elsewhere" if os.environ.get("RAPOR_NOTES_URL") else "here" if NOTES in files else "none"
        backup = Backup(datetime.now(UTC).isoformat(timespec="seconds"), version("rapor"), notes, descriptions)
        listed = Path(scratch) / MANIFEST
        listed.write_bytes(_sealed(backup))
        try:
            _put(unfinished, {MANIFEST: listed, **dict(sorted(files.items()))}, is_file=_is_file(target))
            check(unfinished, is_file=_is_file(target))
            unfinished.rename(target)
        finally:
            _remove(unfinished)
    return backup


def check(place: Path, into: Path | None = None, *, is_file: bool | None = None) -> Backup:
    """Return what a backup says of itself where every byte is as it was written; with `into`, its files are put there.

    Raises Altered, naming files, and Damaged where a newer Rapor wrote it.
    """
    backup: Backup | None = None
    wrong, seen, last = [], set(), MANIFEST
    try:
        for name, stream in _members(place, place.is_file() if is_file is None else is_file):
            last = name
            if backup is None:
                backup = _understood(place, name, stream.read())
            elif name not in backup.files or name in seen:
                wrong.append(_("{file}: bukan bagian cadangan", file=name))
            else:
                seen.add(name)
                if _copy(stream, into / name if into else None) != backup.files[name]["sha256"]:
                    wrong.append(_("{file}: berubah", file=name))
                elif into:
                    os.utime(into / name, (backup.files[name]["modified"],) * 2)
    except _DAMAGE:
        wrong.append(_("{file}: terpotong atau rusak mulai dari sini", file=last))
    if backup is None:
        raise Altered(wrong or [_("{file}: hilang", file=MANIFEST)])
    wrong += [_("{file}: hilang", file=name) for name in backup.files if name not in seen]
    if wrong:
        raise Altered(wrong)
    return backup


def restore(place: Path, data_dir: Path) -> Backup:
    """Make a data folder of a backup, whole or not at all; raises FileExistsError where the folder holds anything, and as `check`."""
    if data_dir.exists() and not (data_dir.is_dir() and not any(data_dir.iterdir())):
        raise FileExistsError(_("{path} tidak kosong; yang ada tidak ditimpa.", path=data_dir))
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    with unpacked(place, data_dir.parent) as (backup, folder):
        (folder / "inbox").mkdir(exist_ok=True)
        if data_dir.exists():
            data_dir.rmdir()
        folder.rename(data_dir)
    return backup


@contextmanager
def unpacked(place: Path, beside: Path) -> Generator[tuple[Backup, Path]]:
    """Give the files of a verified backup in a folder of their own, which is taken away unless it was renamed; raises as `check`."""
    folder = Path(tempfile.mkdtemp(dir=beside, prefix=".rapor-"))  # only its owner may read it
    try:
        yield check(place, folder), folder
    finally:
        _remove(folder)


# --- what belongs into a backup --------------------------------------------------------------------------------------


def _gather(data_dir: Path, scratch: Path, *, with_build: bool, with_inbox: bool) -> dict[str, Path]:
    """Return name in the backup -> file; of what may change meanwhile a copy in the scratch folder."""
    found: dict[str, Path] = {}

    def copied(*names: str) -> None:
        for name in names:
            if (data_dir / name).is_file():
                (scratch / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(data_dir / name, scratch / name)
                found[name] = scratch / name

    copied("lake/manifest.json")
    lake, pool = Lake(scratch), Lake(data_dir)
    for entry in lake.manifest().values():
        if not pool.has(entry.key):
            raise spoilt(pool.pool / entry.key, entry.sightings[0].name)
        found |= _below(data_dir, f"lake/pool/{entry.key}")
    copied("lake/salt", "upgrades.json", *_below(data_dir, "reference"), *_below(data_dir, "sources"))
    if not os.environ.get("RAPOR_NOTES_URL") and (data_dir / NOTES).is_file():
        _copy_notes(data_dir / NOTES, scratch / NOTES)
        found[NOTES] = scratch / NOTES
    found |= _below(data_dir, "snapshots")
    copied(*_below(data_dir, "warehouse/pins"))
    builds = spoken_of(data_dir)
    if with_build:
        copied("warehouse/current")
        if "warehouse/current" in found:
            builds.add(Path((scratch / "warehouse/current").read_text(encoding="utf-8").strip()).stem)
    for build in sorted(builds):
        name = f"warehouse/{Path(build).name}.duckdb"
        if (data_dir / name).is_file():
            found[name] = data_dir / name
    return found | (_below(data_dir, "inbox") if with_inbox else {})


def _below(data_dir: Path, folder: str) -> dict[str, Path]:
    """Return the files below a folder by their names in the data folder, but for hidden ones, which are not finished."""
    paths = sorted(path for path in (data_dir / folder).rglob("*") if path.is_file())
    names = {path.relative_to(data_dir): path for path in paths}
    return {name.as_posix(): path for name, path in names.items() if not any(p.startswith(".") for p in name.parts)}


def _copy_notes(source: Path, target: Path) -> None:
    """Copy the notes store as it is between two writes, while others go on writing."""
    with closing(sqlite3.connect(source, timeout=30)) as notes, closing(sqlite3.connect(target)) as copy:
        notes.backup(copy)


# --- bytes -----------------------------------------------------------------------------------------------------------


def _is_file(target: Path) -> bool:
    return target.name.endswith((".tar.gz", ".tgz"))


def _private(path: str | Path, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _put(place: Path, files: Mapping[str, Path], *, is_file: bool) -> None:
    if not is_file:
        place.mkdir(mode=0o700)
        for name, path in files.items():
            with path.open("rb") as stream:
                _copy(stream, place / name)
        return
    with (
        open(place, "xb", opener=_private) as raw,
        gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=3) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for name, path in files.items():
            with path.open("rb") as stream:
                entry = tarfile.TarInfo(name)
                entry.size, entry.mode = os.fstat(stream.fileno()).st_size, 0o600
                tar.addfile(entry, stream)
    with place.open("rb") as raw:
        os.fsync(raw.fileno())


def _members(place: Path, is_file: bool) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield name and content of each file of a backup, the manifest first; raises FileNotFoundError, and _DAMAGE for a spoilt file."""
    if not is_file:
        names = sorted(path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file())
        for name in sorted(names, key=lambda name: name != MANIFEST):
            with (place / name).open("rb") as stream:
                yield name, stream
        return
    with gzip.open(place, "rb") as packed:
        with tarfile.open(fileobj=packed, mode="r|") as tar:
            for entry in tar:
                if (stream := tar.extractfile(entry)) is not None:
                    yield entry.name, stream
        while packed.read(_CHUNK):
            pass  # to the end, where the sum of all bytes stands


def _copy(stream: IO[bytes], target: Path | None) -> str:
    """Return the hash of a stream; written to the target, which only its owner may read."""
    digest = hashlib.sha256()
    if target is None:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
        return digest.hexdigest()
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(target, "xb", opener=_private) as file:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _described(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    stat = path.stat()
    return {"sha256": digest, "bytes": stat.st_size, "modified": stat.st_mtime}


def _dump(values: Mapping[str, Any]) -> bytes:
    return (json.dumps(values, ensure_ascii=False, indent=1) + "\n").encode()


def _sealed(backup: Backup) -> bytes:
    values = {
        "format": FORMAT, "rapor": backup.rapor, "made_at": backup.made_at, "notes": backup.notes, "files": dict(backup.files),
    }  # fmt: skip
    return _dump(values | {"seal": hashlib.sha256(_dump(values)).hexdigest()})


def _understood(place: Path, name: str, written: bytes) -> Backup:
    try:
        values = json.loads(written) if name == MANIFEST else {}
        number = values["format"]
        if number > FORMAT:
            raise newer(place, number, FORMAT)
        backup = Backup(values["made_at"], values["rapor"], values["notes"], values["files"])
        is_whole = _sealed(backup) == written
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Altered([_("{file}: tidak terbaca", file=MANIFEST)]) from None
    paths = [PurePosixPath(each) for each in backup.files]
    if not is_whole or any(path.is_absolute() or ".." in path.parts for path in paths):
        raise Altered([_("{file}: berubah", file=MANIFEST)])
    return backup


def _remove(place: Path) -> None:
    if place.is_dir():
        shutil.rmtree(place, ignore_errors=True)
    else:
        place.unlink(missing_ok=True)
