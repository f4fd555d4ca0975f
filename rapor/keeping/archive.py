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
import time
import zlib
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import IO, Any

from dashboard import notes as notes_store
from etl.lake import Lake, spoilt
from etl.lock import LoadBusy, only_one
from etl.trouble import newer
from queries import secret
from queries.builds import spoken_of
from queries.language import _

FORMAT = 1
MANIFEST = "rapor-backup.json"
NOTES = "notes.sqlite"
SCRATCH = ".rapor-"  # how the name of a folder begins in which a command puts together what it makes
SCRATCH_OF_UNDO = ".rapor-undo-"  # in a data folder, made by one who holds its lock
IDLE_SECONDS = 3600  # a scratch folder in which nothing was written for so long was left by a killed command
LONGEST_PART, LONGEST_NAME = 255, 3000  # bytes of a name in a backup; Linux takes 255 between two slashes, 4096 in all
_DAMAGE = (tarfile.TarError, EOFError, zlib.error)
_CHUNK = 1 << 20


class Altered(Exception):
    """A backup is not what was written; `files` name what was altered, is missing or was added, with a word on it each."""

    def __init__(self, files: list[str]) -> None:
        self.files = [each.encode("utf-8", "replace").decode() for each in files]  # a name may be of any bytes
        super().__init__("; ".join(self.files))


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
    sweep(target.parent)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=SCRATCH) as scratch:
        files = _gather(data_dir, Path(scratch), with_build=with_build, with_inbox=with_inbox)
        descriptions = {name: _described(path) for name, path in sorted(files.items())}
        notes = "elsewhere" if secret.is_given("RAPOR_NOTES_URL") else "here" if NOTES in files else "none"
        backup = Backup(datetime.now(UTC).isoformat(timespec="seconds"), version("rapor"), notes, descriptions)
        listed = Path(scratch) / MANIFEST
        listed.write_bytes(_sealed(backup))
        unfinished = Path(scratch) / "unfinished"
        _put(unfinished, {MANIFEST: listed, **dict(sorted(files.items()))}, is_file=_is_file(target))
        check(unfinished)
        unfinished.rename(target)
    return backup


def check(place: Path, into: Path | None = None) -> Backup:
    """Return what a backup says of itself where every byte is as it was written; with `into`, its files are put there.

    Raises Altered, naming files, and Damaged where a newer Rapor wrote it.
    """
    backup: Backup | None = None
    wrong, seen, last = [], set(), MANIFEST
    try:
        for name, stream in _members(place):
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
    """Make a data folder of a backup, whole or not at all; raises FileExistsError where the folder holds anything, and as `check`.

    A folder that is there stays the same one, since it may be a mount point or the one that somebody works in:
    the files are put together in it, then moved up, `reference` last, without which it is no data folder.
    """
    data_dir = data_dir.resolve()
    sweep(data_dir.parent)
    sweep(data_dir)
    is_there = data_dir.exists()
    if is_there and not (data_dir.is_dir() and not any(data_dir.iterdir())):
        raise _not_empty(data_dir)
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    with unpacked(place, data_dir if is_there else data_dir.parent) as (backup, folder):
        (folder / "inbox").mkdir(exist_ok=True)
        if is_there:
            _move_up(folder)
        else:
            folder.rename(data_dir)
    return backup


@contextmanager
def unpacked(place: Path, beside: Path, prefix: str = SCRATCH) -> Generator[tuple[Backup, Path]]:
    """Give the files of a verified backup in a folder of their own, which is taken away unless it was renamed; raises as `check`."""
    folder = Path(tempfile.mkdtemp(dir=beside, prefix=prefix))  # only its owner may read it
    try:
        yield check(place, folder), folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _move_up(folder: Path) -> None:
    """Move what a folder holds into the one that it stands in, which only its owner may read then; raises FileExistsError."""
    data_dir = folder.parent
    if any(path != folder for path in data_dir.iterdir()):
        raise _not_empty(data_dir)
    with suppress(PermissionError):  # a folder of somebody else, who says who may read it
        data_dir.chmod(0o700)
    moved: list[Path] = []
    try:
        for path in sorted(folder.iterdir(), key=lambda path: path.name == "reference"):
            path.rename(data_dir / path.name)
            moved.append(path)
    except BaseException:
        for path in moved:
            (data_dir / path.name).rename(path)
        raise


def _not_empty(data_dir: Path) -> FileExistsError:
    return FileExistsError(_("{path} tidak kosong; yang ada tidak ditimpa.", path=data_dir))


# --- what a killed command leaves ------------------------------------------------------------------------------------


def tidy(data_dir: Path) -> None:
    """Remove what killed commands left in a data folder; what an undoing left at once, unless somebody holds its lock."""
    sweep(data_dir)
    if any(data_dir.glob(f"{SCRATCH_OF_UNDO}*")):
        with suppress(LoadBusy, OSError), only_one(data_dir, wait_seconds=0):
            for left in data_dir.glob(f"{SCRATCH_OF_UNDO}*"):
                shutil.rmtree(left, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Remove the scratch folders of killed commands: they hold names of employees and the salt of their pseudonyms."""
    for left in folder.glob(f"{SCRATCH}*"):
        with suppress(OSError):  # somebody else's, or gone in this moment
            written = max(path.lstat().st_ctime for path in (left, *left.rglob("*")))
            if left.is_dir() and not left.is_symlink() and time.time() - written > IDLE_SECONDS:
                shutil.rmtree(left, ignore_errors=True)


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
    pool = Lake(data_dir)
    pool.manifest()  # one that is spoilt or newer is named where it stands
    for entry in Lake(scratch).manifest().values():
        if not pool.has(entry.key):
            raise spoilt(pool.pool / entry.key, entry.sightings[0].name)
        found |= _below(data_dir, f"lake/pool/{entry.key}")
    copied(
        "lake/salt",
        "lake/people.json",
        "access.jsonl",
        "registers.jsonl",
        "names.jsonl",
        "upgrades.json",
        *_below(data_dir, "reference"),
        *_below(data_dir, "sources"),
        *_below(data_dir, "brand"),
    )
    if not secret.is_given("RAPOR_NOTES_URL") and (data_dir / NOTES).is_file():
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
    return found | ({**_below(data_dir, "inbox"), **_below(data_dir, "sending")} if with_inbox else {})


def _below(data_dir: Path, folder: str) -> dict[str, Path]:
    """Return the files below a folder by their names in the data folder, but for hidden ones, which are not finished."""
    paths = sorted(path for path in (data_dir / folder).rglob("*") if path.is_file())
    names = {path.relative_to(data_dir): path for path in paths}
    return {name.as_posix(): path for name, path in names.items() if not any(p.startswith(".") for p in name.parts)}


def _copy_notes(source: Path, target: Path) -> None:
    """Copy the notes store as it is between two writes, while others go on writing."""
    with (
        notes_store.readable(source) as place,
        closing(sqlite3.connect(place, timeout=30)) as kept,
        closing(sqlite3.connect(target)) as copy,
    ):
        kept.backup(copy)


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


def _members(place: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield name and content of each file of a backup, the manifest first; raises FileNotFoundError, and _DAMAGE for a spoilt file."""
    if place.is_dir():
        names = sorted(path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file())
        for name in sorted(names, key=lambda name: name != MANIFEST):
            with (place / name).open("rb") as stream:
                yield name, stream
        return
    with place.open("rb") as raw, tarfile.open(fileobj=_Unpacking(raw), mode="r|") as tar:  # ty: ignore[no-matching-overload]
        for entry in tar:
            if (stream := tar.extractfile(entry)) is not None:
                yield entry.name, stream
        while rest := tar.fileobj.read(_CHUNK):  # to the end, where the sum of all bytes stands
            if rest.count(0) != len(rest):
                raise tarfile.ReadError


class _Unpacking:
    """What a gzip file of one member holds; raises EOFError, and zlib.error for a spoilt one and for bytes that follow it."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw, self._member = raw, zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)

    def read(self, size: int) -> bytes:
        """Return at most so many bytes, none at the end."""
        while not self._member.eof:
            packed = self._member.unconsumed_tail or self._raw.read(_CHUNK)
            if plain := self._member.decompress(packed, size):
                return plain
            if not packed and not self._member.eof:
                raise EOFError
        if self._member.unused_data or self._raw.read(1):
            raise zlib.error
        return b""


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
        is_text = all(isinstance(each, str) for each in (backup.made_at, backup.rapor, backup.notes))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Altered([_("{file}: tidak terbaca", file=MANIFEST)]) from None
    if not is_whole:
        raise Altered([_("{file}: berubah", file=MANIFEST)])
    if not is_text:
        raise Altered([_("{file}: tidak terbaca", file=MANIFEST)])
    folders = {"inbox"} | {str(above) for each in backup.files for above in PurePosixPath(each).parents}
    wrong = [each for each, of in backup.files.items() if each in folders or not _is_name(each) or not _describes(of)]
    if wrong:
        raise Altered([_("{file}: tidak terbaca", file=f"{MANIFEST}: {json.dumps(each[:80])}") for each in wrong])
    return backup


def _is_name(name: str) -> bool:
    """Tell whether a name in a backup is that of a file below the data folder, in the one way to write it."""
    path, size = PurePosixPath(name), len(os.fsencode(name))
    is_plain = path.as_posix() == name and path.parts and not path.is_absolute()
    fits = size <= LONGEST_NAME and all(len(os.fsencode(part)) <= LONGEST_PART for part in path.parts)
    return bool(is_plain and fits and ".." not in path.parts and "\0" not in name)


def _describes(of: object) -> bool:
    """Tell whether this is what a backup says of a file; a time is in seconds, no larger than a float can hold exactly."""
    if not isinstance(of, dict) or not isinstance(of.get("sha256"), str):
        return False
    size, modified = of.get("bytes"), of.get("modified")
    has_time = isinstance(modified, int | float) and abs(modified) <= 2**53
    return isinstance(size, int) and size >= 0 and has_time
