"""The usual pages, made before anybody asks: after a start, after a publish, at the turn of a day.

One thread makes one at a time and rests as long as it worked. It has no lower priority than those that answer: they share Python's
lock, and would wait for one that is not let run.
"""

import logging
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager

from dashboard import asking, composing, db, registry
from dashboard.web import first

EVERY_SECONDS = 5.0  # it is looked whether anything is new
log = logging.getLogger("rapor")


@contextmanager
def running() -> Generator[None]:
    """Keep the usual pages made while the block runs."""
    ends = threading.Event()
    thread = threading.Thread(target=_watch, args=(ends,), name="warming", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ends.set()


def _watch(ends: threading.Event) -> None:
    made = ""
    while not ends.is_set():
        try:
            state = _state()
            if state != made:
                make(ends)
                made = state
        except db.NoBuild:
            made = ""
        except Exception as fault:
            log.warning("pages were not made ahead: %s", type(fault).__name__)
        ends.wait(EVERY_SECONDS)


def _state() -> str:
    """Return a word that changes when the pages have to be made again."""
    viewer = asking.current()
    home = registry.home(viewer)
    return composing.sight(composing.key(home.address, {}, viewer), {}) if home else ""


def make(ends: threading.Event) -> int:
    """Make each page of the menu for both sizes of screen, until they are made or it ends; return how many are there."""
    count = 0
    pages = [page for page in registry.of(asking.current()) if page.is_listed and composing.is_whole(page.address, {})]
    for page in pages:
        for is_phone in (False, True):
            if ends.is_set():
                return count
            began = time.monotonic()
            count += first.document(page, {}, is_phone=is_phone) is not None
            ends.wait(time.monotonic() - began)
    return count
