"""What the record of access writes down: each kind, what it is called, and which things may be told of it.

Nothing of a person but who did it: an employee is his pseudonym; a unit, a page, a meeting, a build are their own names.
"""

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.words.text import _


@dataclass(frozen=True)
class Kind:
    """`title` says it in the reader's language; `about` are the keys of what may be told."""

    title: Callable[[], str]
    about: tuple[str, ...] = ()


_VIEW = ("page", "agency", "unit", "period")
KINDS = {
    "sign_in": Kind(lambda: _("Masuk ke Rapor"), ("way",)),
    "sign_in_failed": Kind(lambda: _("Gagal masuk"), ("way", "reason")),
    "sign_out": Kind(lambda: _("Keluar dari Rapor"), ("reason",)),
    "account_added": Kind(lambda: _("Akun dibuat"), ("account", "role", "of")),
    "account_changed": Kind(lambda: _("Akun diubah"), ("account", "change")),
    "role_changed": Kind(lambda: _("Peran akun diubah"), ("account", "role", "before", "of")),
    "roles_changed": Kind(lambda: _("Tabel peran berubah"), ("digest",)),
    "named_ranking_viewed": Kind(lambda: _("Melihat nama pegawai"), _VIEW),
    "revealed": Kind(lambda: _("Membuka NIP"), ("employee", "reason")),
    "exported": Kind(lambda: _("Mengunduh"), (*_VIEW, "block", "format", "table", "build", "meeting")),
    "frozen": Kind(lambda: _("Membekukan halaman"), ("meeting", "pages")),
    "snapshot_opened": Kind(lambda: _("Membuka cuplikan rapat"), ("meeting",)),
    "decided": Kind(lambda: _("Keputusan"), ("decision", "change")),
    "replied": Kind(lambda: _("Hak jawab"), ("employee",)),
    "loaded": Kind(lambda: _("Memuat laporan"), ("files", "build", "result")),
    "returned": Kind(lambda: _("Mengembalikan berkas dengan tandanya"), ("files",)),
    "corrected": Kind(lambda: _("Membetulkan sel laporan"), ("change",)),
    "ruled": Kind(lambda: _("Menetapkan berkas"), ("ruling",)),
    "register_changed": Kind(lambda: _("Mengubah daftar rujukan"), ("table", "change")),
    "published": Kind(lambda: _("Menerbitkan data"), ("build",)),
    "message_sent": Kind(lambda: _("Mengirim pesan"), ("unit", "way")),
    "subscribed": Kind(lambda: _("Langganan kalender"), ("unit", "change")),
    "forgotten": Kind(lambda: _("Melupakan pegawai"), ("employee", "state")),
}
# What may be told, as a reader knows it.
ABOUT = {
    "page": lambda: _("halaman"),
    "agency": lambda: _("perangkat daerah"),
    "unit": lambda: _("kode unit"),
    "period": lambda: _("periode"),
    "way": lambda: _("cara"),
    "reason": lambda: _("alasan"),
    "account": lambda: _("akun"),
    "role": lambda: _("peran"),
    "of": lambda: _("cakupan"),
    "change": lambda: _("perubahan"),
    "before": lambda: _("sebelumnya"),
    "digest": lambda: _("sidik"),
    "employee": lambda: _("pegawai"),
    "block": lambda: _("bagian"),
    "format": lambda: _("bentuk"),
    "table": lambda: _("tabel"),
    "build": lambda: _("data terbitan"),
    "meeting": lambda: _("cuplikan"),
    "pages": lambda: _("halaman"),
    "decision": lambda: _("keputusan"),
    "files": lambda: _("berkas"),
    "result": lambda: _("hasil"),
    "ruling": lambda: _("ketetapan"),
    "state": lambda: _("keadaan"),
}
