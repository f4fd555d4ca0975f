"""How long one waits after wrong passwords: longer with each, for this account from this place alone, so that nobody can lock another out.

A place is an address, of IPv6 its network; a browser from which the account has signed in before is a place of its own, whatever its
address. What is counted is whatever name was typed, whether or not there is such an account. It stands in the notes store, under a hash:
all processes and machines that serve one district count together, and a restart forgets nothing.
"""

import hashlib
import ipaddress
import time
from collections.abc import Callable

import sqlalchemy as sa

from dashboard import notes
from dashboard.notes import writing

FREE = 4  # wrong ones without a wait
LONGEST_SECONDS = 900.0
FORGOTTEN_SECONDS = 3600.0  # after the last wrong one
MOST = 20_000  # of keys that are counted at once; the longest untouched go first
delay_table = sa.Table(
    "account_delay",
    notes.TABLES,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("at", sa.Float, nullable=False, index=True),
)


class Delays:
    """Wrong tries of a kind by key, and when the next may be made."""

    def __init__(self, kind: str, free: int = FREE, clock: Callable[[], float] = time.time) -> None:
        self._kind, self._free, self._clock = kind, free, clock

    def take(self, *key: str) -> float:
        """Return the seconds until a try may be made; 0 where it may be now: it counts as a wrong one until `right` takes it back.

        So of many at once each counts, whichever process they reach.
        """
        kept, now = self._hash(key), self._clock()
        with writing() as connection:
            found = connection.execute(sa.select(delay_table).where(delay_table.c.hash == kept)).one_or_none()
            count, since = (found.count, max(0.0, now - found.at)) if found else (0, 0.0)
            if since > FORGOTTEN_SECONDS:
                count = 0
            if count > self._free:
                wait = min(2.0 ** (count - self._free), LONGEST_SECONDS) - since
                if wait > 0:
                    return wait
            row = {"count": count + 1, "at": now}
            if found:
                connection.execute(sa.update(delay_table).where(delay_table.c.hash == kept).values(row))
            else:
                oldest = sa.select(delay_table.c.hash).order_by(delay_table.c.at.desc()).offset(MOST - 1)
                gone = [each[0] for each in connection.execute(oldest)]
                connection.execute(
                    sa.delete(delay_table).where(
                        (delay_table.c.at < now - FORGOTTEN_SECONDS) | delay_table.c.hash.in_(gone)
                    )
                )
                connection.execute(sa.insert(delay_table).values(hash=kept, **row))
        return 0.0

    def right(self, *key: str) -> None:
        """Forget the wrong tries of a key."""
        with writing() as connection:
            connection.execute(sa.delete(delay_table).where(delay_table.c.hash == self._hash(key)))

    def _hash(self, key: tuple[str, ...]) -> str:
        return hashlib.sha256("\0".join((self._kind, *key)).encode()).hexdigest()


PASSWORDS = Delays("password")
CODES = Delays("code")


def place(address: str) -> str:
    """Return the place of an address: itself, of IPv6 its /64, which one household or office has whole."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
