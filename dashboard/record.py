"""The record of access: who did what, when. A line for each, in `access.jsonl` of the data folder, sealed as `chained` says.

A file and not the notes: it must take a line while the notes can't be written, and no other program's rights on a database reach it.
A line holds nothing of a person but who did it.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from dashboard import asking, chained, witness
from dashboard.asking import Asker
from dashboard.folder import data_dir
from dashboard.record_kinds import KINDS
from dashboard.words.text import _
from queries import secret

FILE = "access.jsonl"
LONGEST = 200  # characters of a thing that is told
log = logging.getLogger("rapor")


class Unwritable(Exception):
    """The record can't be written; the message says what to do."""


@dataclass(frozen=True)
class Entry:
    """A line of the record: who (the account, its role) did what (a kind of KINDS) when, and what is told of it."""

    number: int
    at: datetime
    kind: str
    actor: str
    role: str
    about: tuple[tuple[str, str], ...]


def add(kind: str, about: Mapping[str, str] | None = None, *, asker: Asker | None = None) -> None:
    """Write down that who asks did something; it is on the disk when this returns. Raises Unwritable.

    Raises KeyError where `record_kinds` has no such kind, or tells no such thing of it.
    """
    told = {name: str(value)[:LONGEST] for name, value in (about or {}).items() if value}
    if unknown := told.keys() - set(KINDS[kind].about):
        raise KeyError(f"{kind} tells nothing of {', '.join(sorted(unknown))}")
    who = asker or asking.asker()
    line = {
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"), "kind": kind,
        "actor": who.name[:LONGEST], "role": who.viewer.role, "about": told,
    }  # fmt: skip
    try:
        head = chained.append(place(), line)
    except (OSError, secret.Exposed) as wrong:
        log.error("the record of access can't be written: %s", type(wrong).__name__)
        raise Unwritable(
            _("Catatan akses tidak dapat ditulis, jadi ini belum dapat ditampilkan. Sampaikan kepada pengelola.")
        ) from wrong
    witness.tell(place(), head)


def tried(kind: str, about: Mapping[str, str] | None = None, *, asker: Asker | None = None) -> None:
    """Write down what shows no names; where that can't be written it goes on, and the log says so."""
    with suppress(Unwritable):
        add(kind, about, asker=asker)


_seen: set[tuple[object, ...]] = set()
_seeing = Lock()


def seen(about: Mapping[str, str]) -> None:
    """Write down that who asks sees names of people, once a day for each view of each asker; raises Unwritable.

    Other processes know nothing of it, so that a view may stand there once more.
    """
    who, today = asking.asker(), datetime.now(UTC).date()
    view = (str(place()), who.name, who.viewer, today, tuple(sorted(about.items())))
    with _seeing:
        if view in _seen:
            return
        add("named_ranking_viewed", about, asker=who)
        _seen.difference_update({each for each in _seen if each[3] != today})
        _seen.add(view)


def entries(since: datetime | None = None, kind: str | None = None, actor: str | None = None) -> Iterator[Entry]:
    """Return what was written, oldest first."""
    for line in chained.lines(place()):
        entry = _entry(line)
        if (since is None or entry.at >= since) and kind in (None, entry.kind) and actor in (None, entry.actor):
            yield entry


def wrong() -> chained.Wrong | None:
    """Return the first thing that is wrong with the record; raises Unwritable where it can't be read."""
    try:
        return chained.wrong(place())
    except (OSError, secret.Exposed) as found:
        raise Unwritable(_("Catatan akses tidak dapat dibaca: {why}.", why=found)) from found


def place() -> Path:
    """Return the file of the record."""
    return data_dir() / FILE


def _entry(line: Mapping[str, object]) -> Entry:
    about = line.get("about")
    told = tuple(sorted((str(k), str(v)) for k, v in about.items())) if isinstance(about, dict) else ()
    try:
        at = datetime.fromisoformat(str(line.get("at")))
    except ValueError:
        at = datetime.min.replace(tzinfo=UTC)
    number = line.get("number")
    return Entry(
        number if isinstance(number, int) else 0,
        at,
        str(line.get("kind")),
        str(line.get("actor")),
        str(line.get("role")),
        told,
    )
