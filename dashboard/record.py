"""The record of access: who did what, when. A line for each, in `access.jsonl` of the data folder, sealed as `chained` says.

A file and not the notes: it must take a line while the notes can't be written, and no other program's rights on a database reach it.
A line holds nothing of a person but who did it. `roles.csv` is watched here, too: that it changed is a line before the next one.
"""

import hashlib
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from dashboard import chained, witness
from dashboard.access import NOBODY, Asker
from dashboard.folder import PROJECT, data_dir
from dashboard.record_kinds import KINDS
from dashboard.words.text import _
from queries import secret

FILE = "access.jsonl"
LONGEST = 200  # characters of a thing that is told
NUMBERS = re.compile(r"\d{16,}")  # a NIK, a NIP: of a person, wherever somebody typed it
OUTSIDE = Asker("", NOBODY)  # whoever edits a file
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
    told = {name: NUMBERS.sub("…", str(value))[:LONGEST] for name, value in (about or {}).items() if value}
    if unknown := told.keys() - set(KINDS[kind].about):
        raise KeyError(f"{kind} tells nothing of {', '.join(sorted(unknown))}")
    who = asker or _asks()
    if kind != "roles_changed":
        _watch_roles()
    line = {
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"), "kind": kind,
        "actor": who.name[:LONGEST], "role": who.viewer.role, "about": told,
    }  # fmt: skip
    try:
        head = chained.append(place(), line)
    except (OSError, secret.Exposed) as wrong:
        log.warning("the record of access can't be written: %s", type(wrong).__name__)
        raise Unwritable(
            _("Catatan akses tidak dapat ditulis, jadi ini belum dapat ditampilkan. Sampaikan kepada pengelola.")
        ) from wrong
    witness.tell(place(), head)


def tried(kind: str, about: Mapping[str, str] | None = None, *, asker: Asker | None = None) -> None:
    """Write down what has its own record, too; where that can't be written it goes on, and the log says so."""
    with suppress(Unwritable):
        add(kind, about, asker=asker)


def note(kind: str, about: Mapping[str, str] | None = None, *, asker: Asker | None = None) -> None:
    """Write down that somebody does something; raises Unwritable for who may read names, for others it goes on."""
    who = asker or _asks()
    (add if who.viewer.sees_names else tried)(kind, about, asker=who)


_done: set[tuple[object, ...]] = set()
_doing = Lock()


def once(kind: str, about: Mapping[str, str], *, asker: Asker | None = None) -> None:
    """Write down as `note` does what is looked at again and again: once a day for each thing and asker.

    Other processes know nothing of it, so that it may stand there once more.
    """
    who, today = asker or _asks(), datetime.now(UTC).date()
    view = (today, str(place()), who, kind, tuple(sorted(about.items())))
    with _doing:
        if view in _done:
            return
        note(kind, about, asker=who)
        _done.difference_update({each for each in _done if each[0] != today})
        _done.add(view)


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


def state() -> int:
    """Return a number that changes with each line, for what is kept by it."""
    try:
        return place().stat().st_size
    except OSError:
        return 0


def place() -> Path:
    """Return the file of the record."""
    return data_dir() / FILE


def _asks() -> Asker:
    from dashboard import asking  # noqa: PLC0415  it asks for Streamlit, which a command has no need of

    return asking.asker()


_roles: dict[str, str] = {}  # the record -> what was last written of its table of roles


def _watch_roles() -> None:
    """Write down that the table of roles is another one than the last line on it says; who edited the file nobody knows."""
    own = data_dir() / "reference" / "roles.csv"
    table = own if own.is_file() else PROJECT / "data" / "reference" / "roles.csv"
    if not table.is_file():
        return
    digest, of = hashlib.sha256(table.read_bytes()).hexdigest()[:16], str(place())
    if _roles.get(of) == digest:
        return
    told = [dict(entry.about).get("digest", "") for entry in entries(kind="roles_changed")]
    if not told or told[-1] != digest:  # another process may have written it
        add("roles_changed", {"digest": digest}, asker=OUTSIDE)
    _roles[of] = digest


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
