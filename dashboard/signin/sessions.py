"""Open sessions: a random token in the browser's cookie, of which only the hash is kept; looked at anew every second.

A session ends when it was not used for IDLE_SECONDS, after LONGEST_SECONDS, when its owner or an administrator ends it, and with any
change of its account.
"""

import hashlib
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from secrets import token_urlsafe
from threading import Lock
from typing import Literal

import sqlalchemy as sa

from dashboard import access, asking, roles
from dashboard.asking import Asker
from dashboard.notes import Unavailable, reading, writing
from dashboard.signin import groups
from dashboard.signin.accounts import Account, account_table, device_table, now, session_table

IDLE_SECONDS = 3600
LONGEST_SECONDS = 12 * 3600
SECOND_SECONDS = 300  # to give the code of the second step
FRESH_SECONDS = 1.0  # how old may be what is known of a session
TOUCH_SECONDS = 60  # it is noted that a session is used, at most so often
Step = Literal["whole", "code"]  # `code`: the password was right, the second step waits


@dataclass(frozen=True)
class Person:
    """Whom a session is of: `session` is the hash of its token, `subject` an account's id or what a provider calls the person."""

    session: str
    subject: str
    name: str
    role: str
    of: str
    step: Step
    must_change: bool
    is_local: bool
    browser: str
    began_at: int
    seen_at: int

    def asker(self) -> Asker:
        """Return who asks; one whose role or units are not known sees nothing."""
        try:
            viewer = asking.viewer_of(self.role, self.of) or access.NOBODY
        except roles.Unclear:
            viewer = access.NOBODY
        return Asker(self.name, viewer)


def hash_of(token: str) -> str:
    """Return the hash of a token, as it is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


# --- beginning and ending ---


def begin(account: Account, step: Step, browser: str, instead_of: str = "") -> str:
    """Return the token of a new session of an account; the session of the hash `instead_of` ends."""
    return _begin(account.id, account.name, None, step, browser, instead_of)


def begin_of_groups(subject: str, name: str, told: Sequence[str], browser: str, instead_of: str = "") -> str:
    """Return the token of a new session of one whom a provider knows, with the groups that it told."""
    return _begin(subject, name, list(told), "whole", browser, instead_of)


def _begin(subject: str, name: str, told: list[str] | None, step: Step, browser: str, instead_of: str) -> str:
    token, at = token_urlsafe(32), int(time.time())
    row = {
        "hash": hash_of(token), "subject": subject, "name": name[:255], "groups": told, "step": step, "browser": browser[:64],
        "began_at": at, "seen_at": at,
    }  # fmt: skip
    with writing() as connection:
        gone = session_table.c.began_at < at - LONGEST_SECONDS
        connection.execute(sa.delete(session_table).where(gone | (session_table.c.hash == instead_of)))
        connection.execute(sa.insert(session_table).values(row))
    _forget()
    return token


def end(session: str) -> None:
    """End a session by its hash."""
    with writing() as connection:
        connection.execute(sa.delete(session_table).where(session_table.c.hash == session))
    _forget()


def end_others(subject: str, keep: str) -> int:
    """End all sessions of a person but one; return how many ended."""
    with writing() as connection:
        others = sa.delete(session_table).where(session_table.c.subject == subject, session_table.c.hash != keep)
        ended = connection.execute(others).rowcount
    _forget()
    return ended


# --- looking ---

_known: dict[str, tuple[Person, float]] = {}
_lock = Lock()


def _forget() -> None:
    with _lock:
        _known.clear()


def changed() -> None:
    """Look at every session anew: an account was changed in this process."""
    _forget()


def look(token: str) -> Person | None:
    """Return whom a token is of now, or was less than a second ago; None of one that is of no open session."""
    session = hash_of(token)
    with _lock:
        person, at = _known.get(session, (None, 0.0))
    if person is not None and time.monotonic() - at < FRESH_SECONDS:
        return person
    asked_at = time.monotonic()
    person = next(iter(_open([session])), None)
    with _lock:
        if person is None:
            _known.pop(session, None)
        else:
            _known[session] = (person, asked_at)
    return person


def still_open(asked: Collection[str]) -> set[str]:
    """Return those of the sessions (hashes) that are open."""
    return {person.session for person in _open(list(asked))} if asked else set()


def of_person(subject: str) -> list[Person]:
    """Return the open sessions of a person, the one last used first."""
    return sorted(_read(session_table.c.subject == subject), key=lambda person: -person.seen_at)


def count() -> int:
    """Return how many sessions of people are open."""
    return sum(person.step == "whole" for person in _read(sa.true()))


def _open(asked: list[str]) -> list[Person]:
    return _read(session_table.c.hash.in_(asked))


def _read(condition: sa.ColumnElement[bool]) -> list[Person]:
    at = int(time.time())
    with reading(session_table) as connection:
        if connection is None:
            return []
        joined = session_table.outerjoin(account_table, session_table.c.subject == account_table.c.id)
        columns = (
            *session_table.c,
            account_table.c.role,
            account_table.c.of,
            account_table.c.must_change,
            account_table.c.is_disabled,
        )
        rows = connection.execute(sa.select(*columns).select_from(joined).where(condition)).all()
    found = (_person(tuple(row), at) for row in rows)
    return [person for person in found if person is not None]


def _person(row: tuple, at: int) -> Person | None:
    """Return whom a row is of; None of a session that is over, and of an account that is gone or disabled."""
    session, subject, name, told, step, browser, began_at, seen_at, role, of, must_change, is_disabled = row
    longest, idle = (SECOND_SECONDS, SECOND_SECONDS) if step != "whole" else (LONGEST_SECONDS, IDLE_SECONDS)
    if not (began_at <= at + 60 and at - began_at < longest and at - seen_at < idle):
        return None
    if told is not None:
        role, of = groups.role_of(told)
        must_change = False
    elif role is None or is_disabled:
        return None
    return Person(session, subject, name, role, of, step, bool(must_change), told is None, browser, began_at, seen_at)


def touch(person: Person) -> None:
    """Note that a session is used, now and then; where that can't be written, it ends an hour after it last could."""
    at = int(time.time())
    if at - person.seen_at < TOUCH_SECONDS:
        return
    with suppress(Unavailable), writing() as connection:
        connection.execute(sa.update(session_table).where(session_table.c.hash == person.session).values(seen_at=at))
    _forget()


# --- browsers that are known ---


def remember(account: Account) -> str:
    """Return a token by which a browser is known as one from which the account has signed in."""
    token = token_urlsafe(24)
    with writing() as connection:
        connection.execute(sa.insert(device_table).values(hash=hash_of(token), account=account.id, at=now()))
        newest = (
            sa.select(device_table.c.hash).where(device_table.c.account == account.id)
            .order_by(device_table.c.at.desc()).limit(20)
        )  # fmt: skip
        kept = [row[0] for row in connection.execute(newest)]
        old = device_table.c.account == account.id, device_table.c.hash.not_in(kept)
        connection.execute(sa.delete(device_table).where(*old))
    return token


def is_known(account: Account | None, token: str) -> bool:
    """Whether a browser is one from which an account has signed in."""
    if account is None or not token:
        return False
    with reading(device_table) as connection:
        if connection is None:
            return False
        same = (device_table.c.hash == hash_of(token), device_table.c.account == account.id)
        return connection.scalar(sa.select(device_table.c.at).where(*same)) is not None
