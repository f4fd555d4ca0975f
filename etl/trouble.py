"""What stops the work that no report is to blame for: a full disk, a folder that can't be written, a damaged file of our own."""

import errno
import os
import re
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from queries import disk
from queries.formats import OlderBuild
from queries.language import _


class Damaged(Exception):
    """A file of the data folder can't be read: `what` says which and why, `mend` what to do."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(what)
        self.what, self.mend = what, mend


def newer(what: object, found: int, known: int) -> Damaged:
    """Return what to raise for a store in a format that only a newer Rapor knows."""
    words = _(
        "{what}: format {found}, sedangkan Rapor ini mengenal sampai format {known}.",
        what=what,
        found=found,
        known=known,
    )
    return Damaged(words, _("Folder ini ditulis oleh Rapor yang lebih baru: perbarui Rapor dulu."))


def place_of(error: BaseException) -> Path | None:
    """Return the file that an error names: of a library's own error it stands in its words."""
    if isinstance(error, OSError) and error.filename:
        return Path(os.fsdecode(error.filename))
    quoted = re.search(r"""["'](/[^"'\n]+)["']""", str(error))
    return Path(quoted[1]) if quoted else None


@contextmanager
def told(data_dir: Path) -> Generator[None]:
    """Say of a disk that is full or read-only which it is, where work on a data folder fails for that; raises Damaged."""
    try:
        yield
    except Exception as error:
        place = place_of(error)
        is_inside = place is None or place.is_relative_to(data_dir.absolute())
        if said := disk.explain(error, data_dir if is_inside else place):
            raise Damaged(*said) from error
        raise


def explain(error: BaseException) -> tuple[str, str]:
    """Return what happened and what to do, for the person at the keyboard."""
    if isinstance(error, Damaged | OlderBuild):
        return error.what, error.mend
    message = str(error)
    where = getattr(error, "filename", None) or ""
    if said := disk.explain(error, place_of(error)):
        return said
    number = error.errno if isinstance(error, OSError) else None
    if number in (errno.EACCES, errno.EPERM) or "Permission denied" in message:
        what = _("Tidak dapat dibuka atau ditulis: {where}", where=where or message)
        return what, _("Periksa hak akses folder data, lalu ulangi.")
    return (
        _("Tidak dapat diselesaikan ({kind}): {why}", kind=type(error).__name__, why=message),
        _("Jalankan rapor check; rincian teknis: ulangi dengan RAPOR_DEBUG=1."),
    )
