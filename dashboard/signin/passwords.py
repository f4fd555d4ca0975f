"""Passwords: what one must be, its argon2 hash, and how many hashes are worked out at once: nobody can take the processor by asking.

Each lane (an address, or a browser that an account has signed in from) works out one at a time and waits in a short queue, and there
are few slots for all: one who asks without end waits behind himself, and the others each have their turn.
"""

import asyncio
import os
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from dashboard.words.text import _
from queries import workers

SHORTEST, LONGEST = 12, 200
# OWASP's first choice for argon2id (46 MiB, one lane), with twice its passes: a tenth of a second.
_hasher = PasswordHasher(time_cost=2, memory_cost=47104, parallelism=1)
_NOBODYS = _hasher.hash(
    secrets.token_urlsafe(16)
)  # worked out where there is no such account, so that it takes as long
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that are taken for another
SLOTS = workers.share(max(1, (os.cpu_count() or 2) // 2))
WAITING = 4  # of one lane
WAITING_IN_ALL = 60


class Busy(Exception):
    """Too many wait already; nothing was worked out."""


def hashed(password: str) -> str:
    """Return the hash of a password as it is kept."""
    return _hasher.hash(password)


def is_right(kept: str | None, password: str) -> bool:
    """Whether a password is the one whose hash is kept; of no account (None) it is never, and takes as long to say."""
    try:
        found = _hasher.verify(kept or _NOBODYS, password[: LONGEST * 4])
    except (VerificationError, InvalidHashError):
        return False
    return found and kept is not None


def made(groups: int = 4) -> str:
    """Return a password that nobody guesses, in groups that can be read out: 'k7mqx-…', some 99 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _each in range(5)) for _group in range(groups))


def fault(password: str, name: str) -> str | None:
    """Return why a password can't be taken, in words; None where it can."""
    if len(password) < SHORTEST:
        return _("Kata sandi terlalu pendek: paling sedikit {n} huruf.", n=SHORTEST)
    if len(password) > LONGEST:
        return _("Kata sandi terlalu panjang: paling banyak {n} huruf.", n=LONGEST)
    if name.casefold() in password.casefold() or len(set(password)) < 5:
        return _("Kata sandi ini mudah ditebak. Pilih beberapa kata yang tidak berhubungan dengan nama akun Anda.")
    return None


@dataclass
class Turns:
    """Who may work a hash out now."""

    slots: asyncio.Semaphore
    lanes: dict[str, tuple[asyncio.Lock, list[object]]] = field(default_factory=dict)
    waiting: int = 0

    @asynccontextmanager
    async def turn(self, lane: str) -> AsyncGenerator[None]:
        """Wait for a lane's turn, and hold it within a block; raises Busy where too many wait."""
        lock, queue = self.lanes.setdefault(lane, (asyncio.Lock(), []))
        if len(queue) > WAITING or self.waiting >= WAITING_IN_ALL:
            raise Busy
        me = object()
        queue.append(me)
        self.waiting += 1
        try:
            async with lock, self.slots:
                yield
        finally:
            self.waiting -= 1
            queue.remove(me)
            if not queue:
                self.lanes.pop(lane, None)


_turns: dict[tuple[int, bool], Turns] = {}


def turns(is_known: bool) -> Turns:
    """Return the turns of the running loop; browsers that have signed in before have slots of their own."""
    key = (id(asyncio.get_running_loop()), is_known)
    return _turns.setdefault(key, Turns(asyncio.Semaphore(SLOTS)))
