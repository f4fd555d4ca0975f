"""Calendars that programs fetch by themselves: a secret address opens the due dates of some units and nothing else, until it is revoked.

A calendar program can't sign in. Of the address 256 bits are by chance, and a hash of them is kept. Where accounts are Rapor's own it
ends with the account, and with the account's right to these units; the account of a provider nobody can look up.
"""

import os
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256

import sqlalchemy as sa

from dashboard import asking, notes
from dashboard.access import Asker, Viewer
from dashboard.notes import reading, writing
from dashboard.signin import accounts

BYTES = 32
MOST = 20  # of one account
_subscription = sa.Table(
    "calendar_subscription",
    notes.TABLES,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("account", sa.String(255), nullable=False, index=True),
    sa.Column("unit", sa.String(128), nullable=False),  # empty: all that the account covered
    sa.Column("units", sa.JSON, nullable=True),  # these; null for the district
    sa.Column("made_at", sa.String(32), nullable=False),
    sa.Column("used_on", sa.String(10), nullable=True),
)


class TooMany(Exception):
    """An account has as many subscriptions as it may."""


@dataclass(frozen=True)
class Subscription:
    """A calendar of a unit, or of `units` (None: the district's); `hash` tells it from others and opens nothing."""

    hash: str
    account: str
    unit: str
    units: tuple[str, ...] | None
    made_at: datetime
    used_on: date | None

    @property
    def viewer(self) -> Viewer:
        """Return who a program is that has the address: one who covers these units, and has no role."""
        return Viewer("", units=(self.unit,) if self.unit else self.units)


def make(asker: Asker, unit: str) -> str:
    """Return the secret of a new subscription of one who asks: of a unit that he covers, or of all ('').

    Raises KeyError of a unit that he does not cover, TooMany, notes.Unavailable.
    """
    viewer = asker.viewer
    if unit and viewer.units is not None and unit not in viewer.units:
        raise KeyError(unit)
    if len([one for one in listed() if one.account == asker.name]) >= MOST:
        raise TooMany
    secret = secrets.token_urlsafe(BYTES)
    units = None if viewer.units is None else list(viewer.units)
    with writing() as connection:
        connection.execute(sa.insert(_subscription).values(
            hash=_hash(secret), account=asker.name, unit=unit, units=units, used_on=None,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        ))  # fmt: skip
    return secret


def listed() -> list[Subscription]:
    """Return all subscriptions, the newest first."""
    with reading(_subscription) as connection:
        if connection is None:
            return []
        return [
            _of(row) for row in connection.execute(sa.select(_subscription).order_by(_subscription.c.made_at.desc()))
        ]


def revoke(which: str, account: str | None) -> Subscription | None:
    """End a subscription, of an account or of any (None), and return what it was; None where there is none."""
    found = next((one for one in listed() if one.hash == which and account in (None, one.account)), None)
    if found:
        with writing() as connection:
            connection.execute(sa.delete(_subscription).where(_subscription.c.hash == which))
    return found


def opened(secret: str) -> Subscription | None:
    """Return what a secret opens, and note the day; None of one that opens nothing, or no more."""
    found = next((one for one in listed() if secrets.compare_digest(one.hash, _hash(secret))), None)
    if found is None or not _is_held(found):
        return None
    today = date.today()
    if found.used_on != today:
        with writing() as connection:
            used = sa.update(_subscription).where(_subscription.c.hash == found.hash)
            connection.execute(used.values(used_on=today.isoformat()))
    return found


def _is_held(subscription: Subscription) -> bool:
    """Whether the account of a subscription may still see all that it opens, as far as that can be looked up."""
    if os.environ.get(asking.SIGN_IN) != "local":
        return True
    account = accounts.find(subscription.account)
    if account is None or account.is_disabled:
        return False
    viewer = asking.viewer_of(account.role, account.of)
    wanted = subscription.viewer.units
    if viewer is None or viewer.employee is not None:
        return False
    return viewer.units is None or (wanted is not None and set(wanted) <= set(viewer.units))


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _of(row: sa.Row) -> Subscription:
    units = None if row.units is None else tuple(row.units)
    used_on = date.fromisoformat(row.used_on) if row.used_on else None
    return Subscription(row.hash, row.account, row.unit, units, datetime.fromisoformat(row.made_at), used_on)
