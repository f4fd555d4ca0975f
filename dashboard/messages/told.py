"""What each unit was told, and how: so that nothing is sent twice, and a page says what is new. In the notes store; never a text.

A mail is claimed before it is sent and settled after: who stops in between leaves a claim, which is not sent again by itself.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal

import sqlalchemy as sa

from dashboard import notes
from dashboard.notes import reading, writing

Way = Literal["mail", "hand"]
State = Literal["claimed", "sent", "failed"]
BY_HAND = ""  # to whom, where a person passed it on
_told = sa.Table(
    "message_told",
    notes.TABLES,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("unit", sa.String(128), nullable=False),
    sa.Column("digest", sa.String(32), nullable=False),
    sa.Column("recipient", sa.String(64), nullable=False),  # a hash of the address
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("items", sa.JSON, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.UniqueConstraint("unit", "digest", "recipient"),
)


@dataclass(frozen=True)
class Told:
    """What a unit was told up to now, and when last; of mails those of one address."""

    items: frozenset[str] = frozenset()
    at: datetime | None = None


def hashed(address: str) -> str:
    """Return what an address is kept as."""
    return sha256(address.strip().casefold().encode()).hexdigest()[:32]


def to(unit: str, address: str | None = None) -> Told:
    """Return what a unit was told: at an address, or in any way where none is given. Raises notes.Unavailable."""
    which = _told.c.unit == unit
    return _read(which if address is None else which & (_told.c.recipient == hashed(address))).get(unit, Told())


def every() -> dict[str, Told]:
    """Return what each unit was told in any way. Raises notes.Unavailable."""
    return _read(sa.true())


def _read(which: sa.ColumnElement[bool]) -> dict[str, Told]:
    condition = which & _told.c.state.in_(("sent", "claimed"))
    found: dict[str, Told] = {}
    with reading(_told) as connection:
        if connection is None:
            return {}
        rows = connection.execute(sa.select(_told.c.unit, _told.c["items"], _told.c.at).where(condition))
        for unit, items, at in rows:
            before = found.get(unit, Told())
            moment = datetime.fromisoformat(at)
            found[unit] = Told(before.items | frozenset(items), max(before.at or moment, moment))
    return found


def claim(unit: str, digest: str, address: str, items: Collection[str]) -> bool:
    """Take a message as one's own to send; False where it was sent, or somebody sends it. Raises notes.Unavailable."""
    who = hashed(address)
    same = (_told.c.unit == unit) & (_told.c.digest == digest) & (_told.c.recipient == who)
    try:
        with writing() as connection:
            again = sa.update(_told).where(same & (_told.c.state == "failed")).values(state="claimed", at=_now())
            if connection.execute(again).rowcount:
                return True
            connection.execute(sa.insert(_told).values(
                unit=unit, digest=digest, recipient=who, state="claimed", items=sorted(items), at=_now()
            ))  # fmt: skip
            return True
    except notes.Taken:
        return False


def settle(unit: str, digest: str, address: str, state: State) -> None:
    """Write down what became of a claimed message."""
    same = (_told.c.unit == unit) & (_told.c.digest == digest) & (_told.c.recipient == hashed(address))
    with writing() as connection:
        connection.execute(sa.update(_told).where(same).values(state=state, at=_now()))


def unsettled() -> list[str]:
    """Return the units with a mail of which nobody knows whether it went out."""
    with reading(_told) as connection:
        if connection is None:
            return []
        return list(connection.scalars(sa.select(_told.c.unit).where(_told.c.state == "claimed").distinct()))


def by_hand(unit: str, digest: str, items: Collection[str]) -> None:
    """Write down that a person passed a message on; once for the same state."""
    if claim(unit, digest, BY_HAND, items):
        settle(unit, digest, BY_HAND, "sent")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
