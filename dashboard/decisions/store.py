"""Decisions, written down as events that are only ever added: what a past moment knew can be read again."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, fields, replace
from datetime import UTC, date, datetime
from itertools import groupby, takewhile
from typing import Any

import sqlalchemy as sa

from dashboard import access, registry
from dashboard import record as access_record
from dashboard.decisions.values import (
    Decision,
    Event,
    EventKind,
    Figure,
    Refused,
    Seen,
    Wording,
    checked,
    covers,
    may_decide,
    plain,
    present,
    text_of,
)
from dashboard.notes import Taken, Unavailable, events_table, reading, writing
from dashboard.words.text import _

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)
ADDED = "added"  # what a transaction wrote, for the record of access once it is kept
_event = events_table("decision_event", "decision_id")


@contextmanager
def as_of(moment: datetime) -> Generator[None]:
    """Read the store as it was at a moment (with its zone), and call its day today, within a `with` block."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)


def today() -> date:
    """Return the day, where this runs, that overdue is reckoned from."""
    return (_moment.get() or datetime.now(UTC)).astimezone().date()


def record(decision_id: str, figure: Figure, wording: Wording, seen: Seen, viewer: access.Viewer) -> None:
    """Write a new decision down; one that is there already is left as it is.

    Here and below raises Refused, also of one that the viewer may not make or whose unit he does not cover, and Unavailable.
    """
    may_decide(viewer, figure)
    wording = checked(wording)
    content = {"figure": asdict(figure), "wording": plain(wording), "seen": plain(seen)}
    with _writing() as connection:
        if not _events(connection, decision_id):
            _add(connection, decision_id, 1, "created", viewer.role, content)


def change(decision_id: str, seen_position: int, wording: Wording, viewer: access.Viewer) -> None:
    """Word an open decision anew; the words before are kept. `seen_position` is the state that the writer looked at."""
    may_decide(viewer)
    wording = checked(wording)
    with _writing() as connection:
        now = _current(connection, decision_id, seen_position, viewer)
        if now.is_closed:
            raise Refused(_("Keputusan ini sudah selesai; buka kembali sebelum mengubahnya."))
        if wording != now.wording:
            _add(connection, decision_id, now.position + 1, "changed", viewer.role, {"wording": plain(wording)})


def close(decision_id: str, seen_position: int, result: str, viewer: access.Viewer) -> None:
    """Say that a decision is carried out, and what came of it."""
    may_decide(viewer)
    result = text_of("result", result)
    if not result:
        raise Refused(_("Isi hasilnya dulu: apa yang sudah dilakukan."))
    with _writing() as connection:
        now = _current(connection, decision_id, seen_position, viewer)
        if now.is_closed:
            raise Refused(_("Keputusan ini sudah selesai."))
        _add(connection, decision_id, now.position + 1, "closed", viewer.role, {"result": result})


def reopen(decision_id: str, seen_position: int, viewer: access.Viewer) -> None:
    """Open a closed decision again; its result stays in the history."""
    may_decide(viewer)
    with _writing() as connection:
        now = _current(connection, decision_id, seen_position, viewer)
        if not now.is_closed:
            raise Refused(_("Keputusan ini masih terbuka."))
        _add(connection, decision_id, now.position + 1, "reopened", viewer.role, {})


def listed(viewer: access.Viewer, units: Sequence[str] | None = None) -> list[Decision]:
    """Return the decisions on units that the viewer covers, the nearest day first; with `units` only those on them."""
    if not viewer.opens(registry.DECISIONS):
        return []
    decisions = [present(events) for events in _histories()]
    kept = [d for d in decisions if covers(viewer, d.figure) and (units is None or d.figure.unit_id in units)]
    return sorted(kept, key=lambda d: (d.wording.due_on, d.at, d.id))


def history(decision_id: str, viewer: access.Viewer) -> list[Event]:
    """Return all that happened to a decision, oldest first; nothing where there is none that the viewer may see."""
    found = next(iter(_histories(decision_id)), []) if viewer.opens(registry.DECISIONS) else []
    return found if found and covers(viewer, present(found).figure) else []


def of_figure(figure: Figure, viewer: access.Viewer) -> list[Decision]:
    """Return the decisions on a figure, on whichever page it was seen, the newest first."""
    same = [d for d in listed(viewer) if replace(d.figure, page="") == replace(figure, page="")]
    return sorted(same, key=lambda d: (d.at, d.id), reverse=True)


def stamp() -> int:
    """Return a number that changes with every event, for what is kept by it; -1 where the store can't be read."""
    try:
        with reading(_event) as connection:
            return 0 if connection is None else connection.scalar(sa.select(sa.func.max(_event.c.number))) or 0
    except Unavailable:
        return -1


def _histories(decision_id: str | None = None) -> list[list[Event]]:
    """Return the events of each decision, or of one, oldest first; those after the moment that is read are left out."""
    with reading(_event) as connection:
        found = _events(connection, decision_id) if connection is not None else []
    moment = _moment.get()
    whole = [list(events) for _id, events in groupby(found, lambda event: event.decision_id)]
    known = [list(takewhile(lambda e: moment is None or e.at <= moment, events)) for events in whole]
    return [events for events in known if events]


@contextmanager
def _writing() -> Generator[sa.Connection]:
    """Give a connection within a transaction that waits for other writers; raises Refused, Unavailable."""
    try:
        with writing() as connection:
            yield connection
            added = connection.info.pop(ADDED, [])
    except Taken:
        raise Refused(_moved()) from None
    for event in added:
        access_record.tried("decided", event)


def _moved() -> str:
    return _("Keputusan ini baru saja diubah orang lain; lihat keadaan terbarunya, lalu ulangi bila masih perlu.")


def _current(connection: sa.Connection, decision_id: str, seen_position: int, viewer: access.Viewer) -> Decision:
    events = _events(connection, decision_id)
    if not events or not covers(viewer, present(events).figure):  # who may not see it is told no more
        raise Refused(_("Keputusan ini tidak ditemukan."))
    if len(events) != seen_position:
        raise Refused(_moved())
    return present(events)


def _events(connection: sa.Connection, decision_id: str | None = None) -> list[Event]:
    asked = sa.select(*(_event.c[f.name] for f in fields(Event))).order_by(_event.c.decision_id, _event.c.position)
    if decision_id is not None:
        asked = asked.where(_event.c.decision_id == decision_id)
    return [
        Event(row.decision_id, row.position, row.kind, datetime.fromisoformat(row.at), row.by, row.said)
        for row in connection.execute(asked)
    ]


def _add(connection: sa.Connection, decision_id: str, position: int, kind: EventKind, by: str, content: Any) -> None:
    at = datetime.now(UTC).isoformat(timespec="microseconds")
    row = {"decision_id": decision_id, "position": position, "kind": kind, "at": at, "by": by, "said": content}
    connection.execute(sa.insert(_event).values(**row))
    connection.info.setdefault(ADDED, []).append({"decision": decision_id, "change": kind})
