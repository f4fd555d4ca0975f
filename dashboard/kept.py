"""What was made and may be asked for again: kept up to so much, the longest unused let go first, made once at a time."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """A store of what was made by what it was made from: up to so many bytes of texts, or of what `size` measures."""

    def __init__(self, most: int, size: Callable[[Value], int] | None = None) -> None:
        self.most, self._size = most, size or _bytes
        self.held = 0
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._turns: dict[Hashable, Lock] = {}
        self._lock = Lock()

    def get(self, key: Hashable) -> Value | None:
        """Return what is kept by a key, and note that it was used."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def of(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return what is kept by a key; where there is nothing, make it, while others who ask for the same wait."""
        found = self.get(key)
        if found is not None:
            return found
        with self._lock:
            turn = self._turns.setdefault(key, Lock())
        try:
            with turn:
                found = self.get(key)
                return found if found is not None else self._put(key, make())
        finally:
            with self._lock:
                self._turns.pop(key, None)

    def _put(self, key: Hashable, value: Value) -> Value:
        with self._lock:
            self._values[key] = value
            self.held += self._size(value)
            while self.held > self.most and self._values:
                self.held -= self._size(self._values.popitem(last=False)[1])
        return value

    def clear(self) -> None:
        """Let everything go."""
        with self._lock:
            self._values.clear()
            self.held = 0


def one(_value: object) -> int:
    """Return the size of a thing where things are counted."""
    return 1


def _bytes(value: Any) -> int:
    """Return the bytes of a value, of a text the most that it takes in memory: one a letter where all are Latin, else more."""
    return len(value) if isinstance(value, bytes) else len(value) * (1 if value.isascii() else 2)
