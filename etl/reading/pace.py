"""How far reading a large file is: a reader says it as it goes, and whoever waits for the file listens."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

_listeners: list[Callable[[float], None]] = []


@contextmanager
def heard(listener: Callable[[float], None]) -> Generator[None]:
    """Have a listener told, within the block, which share of a file (0 to 1) was read."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def told(done: int, whole: int) -> None:
    """Say how much of a file was read; of a whole that is not known nothing."""
    if whole > 0:
        for listener in _listeners:
            listener(min(done / whole, 1.0))
