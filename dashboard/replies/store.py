"""Replies of employees to their own record, as events that are only ever added: written, withdrawn, answered."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from itertools import groupby
from typing import Any, Literal

import sqlalchemy as sa

from dashboard import db
from dashboard.access import Viewer
from dashboard.notes import Taken, Unavailable, events_table, reading, url, writing
from dashboard.words.harmless import harmless_lines
from dashboard.words.text import _

LONGEST = 1000
RECORD = "accountability/person"  # who may read this result set of an employee may read what he replies
Kind = Literal["written", "withdrawn", "answered"]
_event = events_table("reply_event", "reply_id")


class Refused(Exception):
    """What can't be written so; the message says why and what would do."""


@dataclass(frozen=True)
class Reply:
    """`employee` is the id of whose record it is about; `build_id` the data that he saw; `answered_by` a role."""

    id: str
    employee: str
    words: str
    build_id: str
    at: datetime
    position: int = 1
    is_withdrawn: bool = False
    answer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None


def write(words: str, build_id: str, viewer: Viewer) -> str:
    """Keep what an employee says of his own record and return its id; raises Refused, notes.Unavailable."""
    if viewer.employee is None:
        raise Refused(_("Hanya pegawai itu sendiri yang menanggapi catatannya."))
    reply_id = secrets.token_hex(8)
    content = {"employee": viewer.employee, "words": _clean(words), "build_id": build_id}
    _add(reply_id, 1, "written", viewer, content)
    return reply_id


def withdraw(reply_id: str, viewer: Viewer) -> None:
    """Take back what one wrote; who reads the history still finds it. Raises Refused, notes.Unavailable."""
    one = _found(reply_id)
    if one.employee != viewer.employee:
        raise Refused(_("Hanya pegawai itu sendiri yang menarik tanggapannya."))
    if not one.is_withdrawn:
        _add(reply_id, one.position + 1, "withdrawn", viewer, {})


def answer(reply_id: str, words: str, viewer: Viewer) -> None:
    """Answer a reply, or answer it anew; raises Refused, notes.Unavailable."""
    one = _found(reply_id)
    if not (viewer.may("decide") and reads(one.employee, viewer)) or one.is_withdrawn:
        raise Refused(_("Tanggapan ini dijawab oleh kepala unit pegawai itu."))
    _add(reply_id, one.position + 1, "answered", viewer, {"answer": _clean(words)})


def own(viewer: Viewer) -> list[Reply]:
    """Return what the viewer himself wrote, the newest first."""
    return [one for one in _all() if viewer.employee is not None and one.employee == viewer.employee]


def of(employee: str, viewer: Viewer) -> list[Reply]:
    """Return what an employee wrote and did not withdraw, for who reads his record by name, the newest first."""
    return (
        [one for one in _all() if one.employee == employee and not one.is_withdrawn] if reads(employee, viewer) else []
    )


def waiting(viewer: Viewer) -> list[Reply]:
    """Return what nobody has answered yet of the employees whose records the viewer reads by name, the oldest first."""
    asked = [one for one in _all() if not one.is_withdrawn and not one.answer]
    return sorted((one for one in asked if reads(one.employee, viewer)), key=lambda one: (one.at, one.id))


def reads(employee: str, viewer: Viewer) -> bool:
    """Whether a viewer reads the record of an employee by name, other than his own."""
    return viewer.sees_names and not db.fetch(RECORD, viewer, employee=employee, period_to=None).is_empty()


def forget(employee: str) -> int:
    """Take away all that an employee wrote and what was answered; return how many replies. For who is forgotten, and final."""
    found = [one.id for one in _all() if one.employee == employee]
    if found:
        with writing() as connection:
            connection.execute(sa.delete(_event).where(_event.c.reply_id.in_(found)))
        _listed.cache_clear()
    return len(found)


def stamp() -> int:
    """Return a number that changes with every event; -1 where the store can't be read."""
    try:
        with reading(_event) as connection:
            return 0 if connection is None else connection.scalar(sa.select(sa.func.max(_event.c.number))) or 0
    except Unavailable:
        return -1


def _clean(words: str) -> str:
    clean = harmless_lines(words).strip()
    if not clean:
        raise Refused(_("Tulis dulu tanggapannya."))
    if len(clean) > LONGEST:
        raise Refused(_("Paling panjang {most} huruf, ini {found}.", most=LONGEST, found=len(clean)))
    return clean


def _found(reply_id: str) -> Reply:
    for one in _all():
        if one.id == reply_id:
            return one
    raise Refused(_("Tanggapan ini tidak ditemukan."))


def _add(reply_id: str, position: int, kind: Kind, viewer: Viewer, content: Mapping[str, Any]) -> None:
    at = datetime.now(UTC).isoformat(timespec="microseconds")
    row = {"reply_id": reply_id, "position": position, "kind": kind, "at": at, "by": viewer.role, "said": dict(content)}
    try:
        with writing() as connection:
            connection.execute(sa.insert(_event).values(**row))
    except Taken:
        raise Refused(_("Tanggapan ini baru saja diubah orang lain; muat ulang halaman.")) from None


def _all() -> list[Reply]:
    """Return every reply as it stands now, the newest first."""
    return list(_listed(stamp(), str(url())))


@lru_cache(maxsize=4)
def _listed(_stamp: int, _place: str) -> tuple[Reply, ...]:
    with reading(_event) as connection:
        asked = sa.select(_event).order_by(_event.c.reply_id, _event.c.position)
        rows = connection.execute(asked).mappings().all() if connection is not None else []
    found = [_present(list(events)) for _id, events in groupby(rows, lambda row: row["reply_id"])]
    return tuple(sorted(found, key=lambda one: (one.at, one.id), reverse=True))


def _present(events: list[Any]) -> Reply:
    first, at = events[0], datetime.fromisoformat(events[0]["at"])
    reply = Reply(first["reply_id"], first["said"]["employee"], first["said"]["words"], first["said"]["build_id"], at)
    for event in events[1:]:
        reply = replace(reply, position=event["position"])
        if event["kind"] == "withdrawn":
            reply = replace(reply, is_withdrawn=True)
        else:
            moment = datetime.fromisoformat(event["at"])
            reply = replace(reply, answer=event["said"]["answer"], answered_by=event["by"], answered_at=moment)
    return reply
