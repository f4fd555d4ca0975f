"""Replies as blocks of a page: one's own, those to a person's record, and those that wait for an answer."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from dashboard import db, notes, registry, roles
from dashboard.access import Viewer
from dashboard.filters import KEYS, Filters
from dashboard.replies import store
from dashboard.replies.store import Reply
from dashboard.snapshot import Column, Snapshot, TableBlock
from dashboard.words import text
from dashboard.words.text import _, n_

ASKED = "tanggapan"  # the key of the address that opens the form: "baru", or the reply that is answered
NEW = "baru"
FORM = "tulis"  # where the form stands
OWN, OF_EMPLOYEE, WAITING = "own_replies", "replies", "waiting"  # blocks
_SHOWN = ("on", "words", "answer")


def marked(snapshot: Snapshot, chosen: Filters, viewer: Viewer) -> Snapshot:
    """Return the page of people with what they reply, on the screen alone: a meeting takes none of it along."""
    if snapshot.page != registry.ACCOUNTABILITY:
        return snapshot
    shown = of_employee(chosen.employee, viewer) if chosen.employee else waiting(chosen, viewer)
    return replace(snapshot, blocks=(*shown, *snapshot.blocks)) if shown else snapshot


def own(viewer: Viewer) -> TableBlock:
    """Return what the viewer replied to his own record, and what was answered, with the way to write one."""
    try:
        mine = store.own(viewer)
    except notes.Unavailable as why:
        return _table(OWN, _("Tanggapan saya"), (), str(why), None)
    way = (f"{registry.OWN}?{ASKED}={NEW}#{FORM}", _("Tulis tanggapan"))
    empty = _("Bila ada yang tidak benar di halaman ini, tulis tanggapan: kepala unit membacanya dan menjawab.")
    return _table(OWN, _("Tanggapan saya"), mine, empty, way)


def of_employee(employee: str, viewer: Viewer) -> tuple[TableBlock, ...]:
    """Return what an employee says of his record, for who reads it by name; nothing where he says nothing."""
    try:
        found = store.of(employee, viewer)
    except notes.Unavailable as why:
        return (_table(OF_EMPLOYEE, _("Tanggapan pegawai"), (), str(why), None),)
    if not found:
        return ()
    newest = next((one for one in reversed(found) if not one.answer), found[0])
    link = f"{registry.ACCOUNTABILITY}?{KEYS['employee']}={employee}&{ASKED}={newest.id}#{FORM}"
    way = (link, _("Jawab")) if viewer.may("decide") else None
    return (_table(OF_EMPLOYEE, _("Tanggapan pegawai"), found, "", way),)


def waiting(chosen: Filters, viewer: Viewer) -> tuple[TableBlock, ...]:
    """Return whose replies nobody has answered, for who reads them by name; nothing where there is none."""
    try:
        found = store.waiting(viewer)
    except notes.Unavailable:
        return ()  # a person's page says so
    if not found:
        return ()
    rows = [
        {
            "on": text.date(one.at.astimezone().date()),
            "who": db.fetch(store.RECORD, viewer, employee=one.employee, period_to=None)["employee_name"][0],
            "words": one.words,
            "link": chosen.link(registry.ACCOUNTABILITY, employee=one.employee),
        }
        for one in found
    ]
    title = n_(
        "{n} tanggapan pegawai menunggu jawaban", "{n} tanggapan pegawai menunggu jawaban", len(found)
    )  # fmt: skip
    columns = (
        Column("on", _("Tanggal"), role="period"),
        Column("who", _("Pegawai"), link="link", role="name"),
        Column("words", _("Tanggapan")),
    )
    return (TableBlock(WAITING, title, pl.DataFrame(rows), columns),)


def _table(name: str, title: str, found: Sequence[Reply], empty: str, way: tuple[str, str] | None) -> TableBlock:
    rows = [
        {
            "on": text.date(one.at.astimezone().date()),
            "words": one.words + (f" ({_('ditarik')})" if one.is_withdrawn else ""),
            "answer": _answered(one),
        }
        for one in found
    ]
    columns = (
        Column("on", _("Tanggal"), role="period"),
        Column("words", _("Tanggapan")),
        Column("answer", _("Jawaban")),
    )
    frame = pl.DataFrame(rows, schema=dict.fromkeys(_SHOWN, pl.String))
    return TableBlock(name, title, frame, columns, empty=empty, more=way)


def _answered(one: Reply) -> str | None:
    if not one.answer or one.answered_at is None:
        return None
    role = roles.find(one.answered_by)
    by = role.title() if role else one.answered_by
    return f"{one.answer} ({by}, {text.date(one.answered_at.astimezone().date())})"
