"""The record of access in words, for the page and the terminal."""

from collections.abc import Callable
from datetime import datetime

from dashboard import registry
from dashboard.chained import Wrong
from dashboard.record import Entry
from dashboard.record_kinds import ABOUT, KINDS
from dashboard.words.text import _


def broken(wrong: Wrong) -> str:
    """Return what is wrong with the record, in words."""
    words: dict[str, Callable[[], str]] = {
        "altered": lambda: _("Baris {n} diubah sesudah ditulis.", n=wrong.number),
        "inserted": lambda: _("Baris {n} disisipkan: bukan Rapor yang menulisnya.", n=wrong.number),
        "removed": lambda: _("Baris {n} sampai {until} dihapus.", n=wrong.number, until=wrong.until),
        "cut": lambda: _(
            "Ujungnya dipotong: baris {n} sampai {until} tidak ada lagi.", n=wrong.number, until=wrong.until
        ),
        "foreign": lambda: _(
            "Baris {n} dan sesudahnya ditulis dengan kunci lain; tidak dapat dinilai.", n=wrong.number
        ),
        "unknown": lambda: _("Banyaknya baris tidak tercatat di samping kunci, jadi ujungnya tidak dapat dinilai."),
    }
    return words[wrong.fault]()


def told(entry: Entry) -> str:
    """Return what a line tells beside who did what."""
    return " · ".join(f"{ABOUT[name]()}: {_value(name, value)}" for name, value in entry.about if name in ABOUT)


def _value(name: str, value: str) -> str:
    page = registry.find(value) if name == "page" else None
    if page:
        return page.title()
    words = {
        ("result", "0"): lambda: _("terbit"), ("result", "1"): lambda: _("tidak terbit"),
        ("result", "3"): lambda: _("terbit, ada yang ditolak"), ("result", "4"): lambda: _("terbit, ada yang ditahan"),
        ("way", "password"): lambda: _("kata sandi"),
        ("way", "mail:message"): lambda: _("surel ke unit"), ("way", "mail:digest"): lambda: _("surel ringkasan"),
        ("way", "hand"): lambda: _("disampaikan sendiri"), ("change", "revoked"): lambda: _("dicabut"),
        ("state", "asked"): lambda: _("diminta"), ("state", "undone"): lambda: _("dibatalkan"), ("state", "final"): lambda: _("selesai"),
        ("change", "created"): lambda: _("dicatat"), ("change", "changed"): lambda: _("diubah"),
        ("change", "closed"): lambda: _("selesai"), ("change", "reopened"): lambda: _("dibuka kembali"),
    }  # fmt: skip
    return words[name, value]() if (name, value) in words else value


def title(kind: str) -> str:
    """Return what a kind of line is called."""
    return KINDS[kind].title() if kind in KINDS else kind


def moment(at: datetime) -> str:
    """Return day and time where this runs."""
    return f"{at.astimezone():%Y-%m-%d %H:%M:%S}"


def who(entry: Entry) -> str:
    """Return the account that did it; what nobody did here was done to a file."""
    return entry.actor or _("di luar Rapor")


def line(entry: Entry) -> str:
    """Return a line as a sentence."""
    parts = (moment(entry.at), f"{who(entry)} ({entry.role})" if entry.role else who(entry), title(entry.kind))
    return "  ".join([*parts, told(entry)]).rstrip()
