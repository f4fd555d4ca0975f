"""The disk that something stands on: how much room it has, whether it can be written, and what to say of that."""

import errno
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.numbers import format_decimal

from queries.language import _, language

FULL_BYTES = 32 << 20  # with less than this nothing of use can be written any more
LEAST_BYTES = 1 << 30  # with less than this it is time to make room
IS_FULL = {errno.ENOSPC, errno.EDQUOT}


@dataclass(frozen=True)
class Room:
    """What the disk of a folder has: bytes and files that its user may still write, of how many bytes; where it is mounted."""

    free_bytes: int
    all_bytes: int
    free_files: int | None  # None where the file system counts none
    is_read_only: bool
    mount: Path

    @property
    def is_full(self) -> bool:
        """Whether nothing of use can be written."""
        return self.free_bytes < FULL_BYTES or self.free_files == 0

    def is_short(self, needed_bytes: int) -> bool:
        """Whether it is time to make room, where the next work needs so many bytes."""
        return self.free_bytes < max(LEAST_BYTES, needed_bytes) or (
            self.free_files is not None and self.free_files < 1000
        )


def room(path: Path) -> Room:
    """Return what the disk has on which a path stands, or would stand."""
    there = path.absolute()
    while not there.exists():
        there = there.parent
    found = os.statvfs(there)
    files = found.f_favail if found.f_files else None
    is_read_only = bool(found.f_flag & os.ST_RDONLY)
    size = found.f_frsize
    return Room(found.f_bavail * size, found.f_blocks * size, files, is_read_only, _mount(there.resolve()))


def _mount(path: Path) -> Path:
    return next((each for each in (path, *path.parents) if each.is_mount()), path)


def fault(path: Path) -> tuple[str, str] | None:
    """Return what is wrong with the disk of a path and what to do: it is read-only, or full; None where it is neither."""
    found = room(path)
    if found.is_read_only:
        what = _("Disk {mount} hanya dapat dibaca, tidak dapat ditulis.", mount=found.mount)
        return what, _read_only()
    if found.is_full:
        return _full(found.mount), _mend(path)
    return None


@dataclass(frozen=True)
class Wrong:
    """What is wrong with the disk of a place, and what to do; grave where nothing can be written there."""

    place: Path
    what: str
    mend: str
    is_grave: bool


def problems(data_dir: Path, needed_bytes: int) -> Iterator[Wrong]:
    """Yield what is wrong with the disks of a data folder and of what stands for a while, before nothing can be written any more.

    `needed_bytes` is what the next work in the data folder may take.
    """
    seen = set()
    for place, needed in ((data_dir, needed_bytes), (Path(tempfile.gettempdir()), 0)):
        found = room(place)
        if found.mount in seen:
            continue
        seen.add(found.mount)
        if wrong := fault(place):
            yield Wrong(place, *wrong, is_grave=True)
        elif found.is_short(needed):
            what = _("Ruang hampir habis: tersisa {left} dari {all} di disk {mount}.",
                     left=size_words(found.free_bytes), all=size_words(found.all_bytes), mount=found.mount)  # fmt: skip
            mend = _("Kosongkan ruang sebelum penuh: pindahkan cadangan lama, lihat rapor builds.")
            yield Wrong(place, what, mend, is_grave=False)
        elif not os.access(place, os.W_OK):
            what = _("Pengguna ini tidak dapat menulis di folder ini.")
            yield Wrong(place, what, _("Jalankan sebagai pemilik folder data."), is_grave=True)


def explain(error: BaseException, where: Path | None) -> tuple[str, str] | None:
    """Return what happened and what to do where an error says that a disk is full or read-only; None of another error.

    `where` is what was written, if that is known.
    """
    number = error.errno if isinstance(error, OSError) else None
    message = str(error)
    if number == errno.EROFS or "Read-only file system" in message:
        found = fault(where) if where else None
        return found or (_("Disk ini hanya dapat dibaca, tidak dapat ditulis."), _read_only())
    if number in IS_FULL or "No space left" in message or "disk full" in message.casefold():
        return (
            (_full(room(where).mount), _mend(where))
            if where
            else (_("Disk penuh."), _("Kosongkan ruang, lalu ulangi."))
        )
    return None


def _read_only() -> str:
    return _("Pasang lagi disk itu agar dapat ditulis, lalu ulangi. Yang sudah tersimpan tetap terbaca.")


def _full(mount: Path) -> str:
    return _("Disk {mount} penuh.", mount=mount)


def _mend(path: Path) -> str:
    return _("Kosongkan ruang untuk {path}, lalu ulangi. Yang sudah tersimpan tetap terbaca.", path=path)


def size_words(count: int) -> str:
    """Return a number of bytes as a person reads it: '3,2 GB'."""
    gigabytes = count / (1 << 30)
    return (
        f"{format_decimal(gigabytes, format='#,##0.0', locale=language())} GB"
        if gigabytes >= 1
        else f"{count >> 20} MB"
    )
