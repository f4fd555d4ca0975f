"""Whose turn it is: so many analysts' processes run at once, the others wait in the order in which they came."""

import os
import threading
from collections import deque

from queries import workers

SETTING = "RAPOR_QUERIES"
USUAL = 3  # each may take a gigabyte and two threads


def most() -> int:
    """Return how many may run at once in this process: its share of RAPOR_QUERIES, at least one."""
    text = os.environ.get(SETTING, "").strip()
    return workers.share(int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else USUAL)


class Turns:
    """A queue of whoever wants to run; each is told when, and asked whether it still wants to."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: deque[object] = deque()
        self._running = 0

    def join(self, who: object) -> None:
        """Stand at the end of the queue."""
        with self._changed:
            self._waiting.append(who)

    def place(self, who: object) -> int:
        """Return the place in the queue, 1 for who is next; 0 for who doesn't wait."""
        with self._changed:
            return next((place for place, each in enumerate(self._waiting, 1) if each is who), 0)

    def waiting(self) -> int:
        """Return how many wait."""
        with self._changed:
            return len(self._waiting)

    def leave(self, who: object) -> None:
        """Leave the queue without running."""
        with self._changed:
            self._waiting = deque(each for each in self._waiting if each is not who)
            self._changed.notify_all()

    def take(self, who: object) -> bool:
        """Wait for one's turn, and take it; False for who left the queue meanwhile."""
        with self._changed:
            while True:
                if not any(each is who for each in self._waiting):
                    return False
                if self._waiting[0] is who and self._running < most():
                    self._waiting.popleft()
                    self._running += 1
                    self._changed.notify_all()
                    return True
                self._changed.wait()

    def end(self) -> None:
        """Let the next one run."""
        with self._changed:
            self._running -= 1
            self._changed.notify_all()
