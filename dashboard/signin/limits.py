"""How long one waits after wrong passwords: longer with each, for this account from this place alone, so that nobody can lock another out.

A place is an address, of IPv6 its network; a browser from which the account has signed in before is a place of its own, whatever its
address. What is counted is whatever name was typed, whether or not there is such an account.
"""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

FREE = 4  # wrong ones without a wait
LONGEST_SECONDS = 900.0
FORGOTTEN_SECONDS = 3600.0  # after the last wrong one
MOST = 20_000  # of keys that are counted at once; the longest untouched go first


class Delays:
    """Wrong tries by key, and when the next may be made."""

    def __init__(self, free: int = FREE, clock: Callable[[], float] = time.monotonic) -> None:
        self._free, self._clock = free, clock
        self._tries: OrderedDict[tuple[str, ...], tuple[int, float]] = OrderedDict()
        self._lock = Lock()

    def wait(self, *key: str) -> float:
        """Return the seconds until the next try may be made; 0 now."""
        with self._lock:
            count, at = self._tries.get(key, (0, 0.0))
            since = self._clock() - at
            if count <= self._free or since > FORGOTTEN_SECONDS:
                return 0.0
            return max(0.0, min(2.0 ** (count - self._free), LONGEST_SECONDS) - since)

    def wrong(self, *key: str) -> None:
        """Count a wrong try."""
        with self._lock:
            count, at = self._tries.pop(key, (0, 0.0))
            now = self._clock()
            self._tries[key] = (1 if now - at > FORGOTTEN_SECONDS else count + 1, now)
            while len(self._tries) > MOST:
                self._tries.popitem(last=False)

    def right(self, *key: str) -> None:
        """Forget the wrong tries of a key."""
        with self._lock:
            self._tries.pop(key, None)


PASSWORDS = Delays()
CODES = Delays()


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
