"""The usual pages, made before anybody asks: after a start, after a publish, at the turn of a day.

One thread makes one at a time and rests as long as it worked. It has no lower priority than those that answer: they share Python's
lock, and would wait for one that is not let run.
"""

import logging
import os
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager

from dashboard import access, asking, composing, db, registry
from dashboard.messages import facts
from dashboard.signin import accounts, groups
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


def askers() -> list[asking.Asker]:
    """Return for whom pages are made ahead: who sits at this machine; where people sign in, those who see the whole district."""
    if not asking.signs_in():
        return [asking.asker()]
    asked = {account.role for account in accounts.listed() if not account.is_disabled}
    if os.environ[asking.SIGN_IN] == "oidc":
        asked = {role for _group, role, _of in groups.table()}
    return [asking.Asker("", access.of(code)) for code in access.district_wide() if code in asked]


def _state() -> str:
    """Return a word that changes when the pages have to be made again."""
    homes = [(registry.home(asker.viewer), asker.viewer) for asker in askers()]
    return " ".join(composing.sight(composing.key(home.address, {}, viewer), {}) for home, viewer in homes if home)


def make(ends: threading.Event) -> int:
    """Make each page of the menu for whom it is made, until they are made or it ends; return how many are there."""
    count = 0
    for asker in askers():
        with asking.as_(asker):
            count += _make(ends)
    return count


def _make(ends: threading.Event) -> int:
    """Make each page of the menu for both sizes of screen, for one who asks."""
    count = 0
    pages = [page for page in registry.of(asking.current()) if page.is_listed and composing.is_whole(page.address, {})]
    for page in pages:
        for is_phone in (False, True):
            if ends.is_set():
                return count
            began = time.monotonic()
            count += first.document(page, {}, is_phone=is_phone) is not None
            ends.wait(time.monotonic() - began)
    if any(address == registry.MESSAGES for _title, address in registry.small(asking.current())):
        facts.of_all(asking.current())
    return count
