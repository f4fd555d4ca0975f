"""Zip files of many reports, a chat's export among them: each member becomes a file of its own, in a folder named like the zip."""

import calendar
import os
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import datetime
from io import BufferedReader
from pathlib import Path, PurePosixPath

from etl.intake.places import NAMES_OF_PROGRAMS, NoFile, opened
from etl.reading import guard
from queries import scratch

MOST_MEMBERS = 5000
MOST_DIRECTORY = 2 << 20  # bytes of the table of contents; a member takes about a hundred of them
_ENDS, _ENDS_64 = b"PK\x05\x06", b"PK\x06\x07"
_TAIL = 22 + (
    1 << 16
)  # bytes at the end of a zip within which its table of contents is told: the record, and a comment
_ASIDE = {"__macosx", "thumbs.db", "desktop.ini"}  # what systems add for themselves
_OFFICE = {
    "[content_types].xml",
    "mimetype",
    "content.xml",
    "encrypted-package",
}  # a member that makes a zip a workbook or document
_FIRST_DATE = datetime(1980, 1, 2)  # programs that write no date write the first of 1980


@contextmanager
def unpacked(files: Sequence[Path], place: Path | None = None) -> Generator[tuple[list[Path], dict[Path, NoFile]]]:
    """Give the files with the members of each zip instead of the zip, and what of the zips is not read, with the reason.

    Members are kept below `place` (default: in the folder of this process) until the end, dated as the zip has it.
    """
    kept: list[Path] = []
    barred: dict[Path, NoFile] = {}
    if place:
        place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".zip-", dir=place or scratch.own(), ignore_cleanup_errors=True) as folder:
        for number, path in enumerate(files):
            home = Path(folder, str(number))
            members = _members(path, home, barred) if path.suffix.casefold() in (".zip", "") else None
            kept += [path] if members is None else members
        yield kept, barred


def _members(path: Path, home: Path, barred: dict[Path, NoFile]) -> list[Path] | None:
    """Return the members of a zip as files, None where the file is no zip of files."""
    try:
        with opened(path) as file:
            if file.read(4) not in (b"PK\x03\x04", _ENDS):
                return None
            _check_directory(file, os.fstat(file.fileno()).st_size)
            file.seek(0)
            with zipfile.ZipFile(file) as archive:
                if any(name.casefold() in _OFFICE for name in archive.namelist()):
                    return None
                infos = [info for info in archive.infolist() if not info.is_dir() and not _is_aside(info.filename)]
                if not infos or len(infos) > MOST_MEMBERS:
                    raise NoFile("zip_members", found=str(len(infos)), limit=str(MOST_MEMBERS))
                return _written(archive, infos, path, home, barred)
    except NoFile as error:
        if path.exists():
            barred[path] = error
    except (zipfile.BadZipFile, ValueError, LookupError, EOFError, OSError, struct.error):
        barred[path] = NoFile("file_damaged")
    return []


def _check_directory(file: BufferedReader, size: int) -> None:
    """Raise NoFile for a zip whose table of contents is larger than any that is read: it would fill the memory."""
    file.seek(max(size - _TAIL, 0))
    tail = file.read(_TAIL)
    at = tail.rfind(_ENDS)
    if at < 0 or len(tail) < at + 22:
        raise NoFile("file_damaged")
    (length,) = struct.unpack_from("<I", tail, at + 12)
    if length > MOST_DIRECTORY or _ENDS_64 in tail[max(at - 20, 0) : at]:
        raise NoFile("zip_members", found=f"{length // 100}+", limit=str(MOST_MEMBERS))


def _is_aside(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return not parts or parts[0].casefold() in _ASIDE or parts[-1].casefold() in _ASIDE or (
        parts[-1].startswith(NAMES_OF_PROGRAMS) and parts[-1] not in (".", "..")
    )  # fmt: skip


def _written(
    archive: zipfile.ZipFile, infos: Sequence[zipfile.ZipInfo], path: Path, home: Path, barred: dict[Path, NoFile]
) -> list[Path]:
    """Write the members that may be read, each in a folder of its own, so that two of one name stay apart."""
    found, room = [], guard.MOST_UNPACKED
    for place, info in enumerate(infos):
        parts = PurePosixPath(info.filename.replace("\\", "/")).parts
        target = home / str(place) / path.name / (_name(parts[-1]) or "?")
        try:
            _check(info, parts, room)
            target.parent.mkdir(parents=True, mode=0o700)
            with archive.open(info) as source, target.open("xb") as kept:
                shutil.copyfileobj(source, kept, 1 << 20)
        except NoFile as error:
            barred[target] = error
        except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, NotImplementedError, RuntimeError):
            barred[target] = NoFile("file_damaged")
        else:
            room -= info.file_size
            _date(target, info, path)
            found.append(target)
    return found


def _name(name: str) -> str:
    """Return a member's name as a file's name: without what no name may hold, no longer than a file system takes."""
    stem, dot, ending = name.replace("\x00", "").strip().rpartition(".")
    return f"{stem.encode()[:200].decode(errors='ignore')}{dot}{ending.encode()[:40].decode(errors='ignore')}"


def _check(info: zipfile.ZipInfo, parts: Sequence[str], room: int) -> None:
    if parts[0] == "/" or ":" in parts[0] or ".." in parts:
        raise NoFile("member_outside")
    if info.flag_bits & 1:
        raise NoFile("file_locked")
    try:
        guard.check_size(info.file_size)
        guard.check_part(info.compress_size, info.file_size)
        if info.file_size > room:
            raise guard.TooLarge(f"{info.file_size >> 20} MB", f"{room >> 20} MB")
    except guard.TooLarge as error:
        raise NoFile("file_too_large", found=error.found, limit=error.limit) from error


def _date(target: Path, info: zipfile.ZipInfo, path: Path) -> None:
    """Give a member the time that the zip has for it, else the zip's own; the zip's clock has no zone and is taken as UTC."""
    try:
        when = datetime(*info.date_time)
        modified = calendar.timegm(info.date_time) if when >= _FIRST_DATE else path.stat().st_mtime
    except ValueError:
        modified = path.stat().st_mtime
    os.utime(target, (modified, modified))
