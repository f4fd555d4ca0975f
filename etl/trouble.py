"""What stops the work that no report is to blame for: a full disk, a folder that can't be written, a damaged file of our own."""

import errno

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


def explain(error: BaseException) -> tuple[str, str]:
    """Return what happened and what to do, for the person at the keyboard."""
    if isinstance(error, Damaged | OlderBuild):
        return error.what, error.mend
    message = str(error)
    where = getattr(error, "filename", None) or ""
    number = error.errno if isinstance(error, OSError) else None
    if number in (errno.ENOSPC, errno.EDQUOT) or "No space left" in message or "disk full" in message.casefold():
        return (
            _("Ruang penyimpanan penuh; data terbitan sebelumnya tetap dipakai."),
            _("Kosongkan ruang pada disk folder data, lalu ulangi."),
        )
    if number in (errno.EACCES, errno.EPERM, errno.EROFS) or "Permission denied" in message or "Read-only" in message:
        what = _("Tidak dapat dibuka atau ditulis: {where}", where=where or message)
        return what, _("Periksa hak akses folder data, lalu ulangi.")
    return (
        _("Tidak dapat diselesaikan ({kind}): {why}", kind=type(error).__name__, why=message),
        _("Jalankan rapor check; rincian teknis: ulangi dengan RAPOR_DEBUG=1."),
    )
