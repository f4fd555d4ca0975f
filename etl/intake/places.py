"""Which files there are to be read, and which things in a folder are none: links, pipes, devices, closed folders."""

import errno
import hashlib
import os
import stat
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from etl.reading import guard
from queries.language import _

NAMES_OF_PROGRAMS = (".", "~$")  # how the names begin of hidden files and of the lock files of office programs
_CLOSED = {errno.EACCES, errno.EPERM}


class NoFile(Exception):
    """What stands here is not read; `code` names the message that says why, `details` fill it."""

    def __init__(self, code: str, **details: str) -> None:
        super().__init__(code)
        self.code, self.details = code, details


def discover(paths: Sequence[Path]) -> tuple[list[Path], dict[Path, NoFile]]:
    """Return all files at and below the paths in a fixed order, and what is not read with the reason.

    Hidden files and the lock files of office programs are left out. A link is followed to a file of its own folder only,
    and to a folder only where the caller names it. Raises FileNotFoundError for a path that is not there.
    """
    found: set[Path] = set()
    refused: dict[Path, NoFile] = {}
    for path in paths:
        if not os.path.lexists(path):
            raise FileNotFoundError(_("Tidak ada berkas atau folder {path}.", path=path))
        for each, code in _below(path) if path.is_dir() else [(path, _refusal(path))]:
            if each.name.startswith(NAMES_OF_PROGRAMS):
                continue
            if code:
                refused[each] = NoFile(code)
            else:
                found.add(each)
    return sorted(found), {path: refused[path] for path in sorted(refused) if path not in found}


def _below(root: Path) -> Iterator[tuple[Path, str | None]]:
    """Yield what stands below a folder, each with the code that says why it is not read."""
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.name.startswith(NAMES_OF_PROGRAMS) and not entry.is_dir(follow_symlinks=False):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(Path(entry.path))
                    else:
                        yield Path(entry.path), _refusal(Path(entry.path))
        except OSError as error:
            yield folder, code_of(error)


def _refusal(path: Path) -> str | None:
    """Return the code that says why this is no file to be read, None where it is one; opens nothing."""
    try:
        if path.is_symlink() and (path.is_dir() or not path.resolve(strict=True).is_relative_to(path.parent.resolve())):
            return "file_is_a_link"
        return None if stat.S_ISREG(path.stat().st_mode) else "file_not_regular"
    except (OSError, RuntimeError) as error:  # a link in a circle, one to nowhere
        return "file_is_a_link" if path.is_symlink() else code_of(error)


def code_of(error: BaseException) -> str:
    """Return the code that says why something could not be opened."""
    if isinstance(error, FileNotFoundError):
        return "file_changing"
    return "file_closed" if isinstance(error, OSError) and error.errno in _CLOSED else "file_not_read"


@contextmanager
def opened(path: Path) -> Generator[BufferedReader]:
    """Give a regular file open for reading, and nothing else: never waits for a pipe or a device.

    What a link out of its folder was put in place of since `discover` looked is refused too. Raises NoFile.
    """
    try:
        real = path.resolve(strict=True) if path.is_symlink() and not _refusal(path) else path
        number = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except OSError as error:
        raise NoFile("file_is_a_link" if error.errno == errno.ELOOP else code_of(error)) from error
    with os.fdopen(number, "rb") as file:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise NoFile("file_not_regular")
        yield file


def hashed(path: Path) -> tuple[str, float]:
    """Return the hash of a file and when it was modified; raises NoFile, also for one that is too large to be read."""
    with opened(path) as file:
        found = os.fstat(file.fileno())
        try:
            guard.check_size(found.st_size, file.read(4096))
            file.seek(0)
            return hashlib.file_digest(file, "sha256").hexdigest(), found.st_mtime
        except guard.TooLarge as error:
            raise NoFile("file_too_large", found=error.found, limit=error.limit) from error
        except OSError as error:
            raise NoFile(code_of(error)) from error
