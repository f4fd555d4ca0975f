"""Whether the dashboard does its work: what `/healthz` answers to anybody, and in detail to whoever may know.

`fail` (503): figures can't be shown. `warn` (200): they are shown, and somebody has to act; what can still be read is not taken away
by a proxy that goes by the code.
"""

import asyncio
import hmac
import json
import logging
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

from dashboard import asking, db, notes
from dashboard.folder import data_dir
from dashboard.signin.sessions import session_table
from queries import builds, disk, secret

Verdict = Literal["ok", "warn", "fail"]
GRAVITY: tuple[Verdict, ...] = ("ok", "warn", "fail")
TOKEN, FRESH = "RAPOR_MONITOR_TOKEN", "RAPOR_FRESH_DAYS"
USUAL_FRESH_DAYS = 45  # a month's reports, and two weeks for what comes late
KEPT_SECONDS = 3.0  # so that who asks often costs nothing
log = logging.getLogger("rapor")
_lock = threading.Lock()
_kept: list[tuple[float, str, list["Found"]]] = []


@dataclass(frozen=True)
class Found:
    """What one thing is like: its verdict and, in a word for a program, why."""

    name: str
    verdict: Verdict
    why: str = ""


def found() -> list[Found]:
    """Return what everything is like, as it was a moment ago at most."""
    with _lock:
        at, of = time.monotonic(), str(data_dir())
        if not _kept or at - _kept[0][0] > KEPT_SECONDS or _kept[0][1] != of:
            _kept[:] = [(at, of, [_build(), _notes(), *_disks()])]
        return _kept[0][2]


def verdict(every: list[Found]) -> Verdict:
    """Return the gravest verdict of all."""
    return max((each.verdict for each in every), key=GRAVITY.index)


def _build() -> Found:
    try:
        build, path = db.build(), db.current_path()
        is_whole = builds.is_whole(path)
    except db.NoBuild:
        return Found("build", "fail", "none")
    except db.OlderBuild:
        return Found("build", "warn", "older")
    except (*db.Damaged, OSError):
        is_whole = False
    if not is_whole:
        return Found("build", "fail", "unreadable")
    age = time.time() - path.stat().st_mtime
    if build.is_sample:
        return Found("build", "ok", "sample")
    return Found("build", "warn", "old") if age > fresh_days() * 86_400 else Found("build", "ok")


def fresh_days() -> int:
    """Return after how many days without a new build it is time to ask why: RAPOR_FRESH_DAYS."""
    text = os.environ.get(FRESH, "").strip()
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 6 else USUAL_FRESH_DAYS


def _notes() -> Found:
    try:
        with notes.reading(session_table):
            return Found("notes", "ok")
    except notes.Unavailable:
        return Found("notes", "fail" if asking.signs_in() else "warn", "unreadable")  # sessions stand there, too


def _disks() -> Iterator[Found]:
    for name, place in places().items():
        room = disk.room(place)
        needed = builds.room_needed(data_dir()) if name == "data" else 0
        why = "read-only" if room.is_read_only else "full" if room.is_full else "short" if room.is_short(needed) else ""
        yield Found(f"disk_{name}", "warn" if why else "ok", why)


def places() -> dict[str, Path]:
    """Return the places whose room is looked at: the data folder's disk, and where files stand for a while."""
    return {"data": data_dir(), "temporary": Path(tempfile.gettempdir())}


def may_know(request: Request) -> bool:
    """Whether who asks may know more than a verdict: at this machine alone, with the monitor's token, or who manages accounts."""
    if not asking.signs_in():
        return True
    word, _space, given = request.headers.get("authorization", "").partition(" ")
    try:
        known = secret.given(TOKEN)
    except (OSError, secret.Exposed):
        log.error("the monitor's token can't be read, or others may read it")
        known = None
    if known and word.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), known.encode()):
        return True
    return asking.asker().viewer.may("manage")


async def healthz(request: Request) -> Response:
    """Answer /healthz."""
    every = await asyncio.to_thread(found)
    told: dict[str, object] = {"status": verdict(every)}
    if await asyncio.to_thread(may_know, request):
        told["checks"] = {each.name: {"status": each.verdict, "why": each.why} for each in every}
    code = 503 if verdict(every) == "fail" else 200
    return Response(json.dumps(told), code, media_type="application/json", headers={"cache-control": "no-store"})
