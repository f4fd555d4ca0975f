"""Which of several processes that serve one data folder this is, and its share of what a machine allows for all of them."""

import os

NUMBER, COUNT = "RAPOR_WORKER", "RAPOR_WORKERS"  # `rapor serve --workers` sets them; numbers begin at 1


def number() -> int:
    """Return the number of this process; 1 where it serves alone."""
    return _positive(NUMBER)


def count() -> int:
    """Return how many processes serve together."""
    return _positive(COUNT)


def share(total: int) -> int:
    """Return what this process may take of what all may take together; at least one."""
    each, rest = divmod(total, count())
    return max(1, each + (number() <= rest))


def _positive(name: str) -> int:
    text = os.environ.get(name, "")
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 4 else 1
