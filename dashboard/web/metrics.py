"""Figures about the running dashboard for Prometheus: what was measured, age of the build, room, sessions, loads, what waits.

Where several processes serve, they write into one folder (PROMETHEUS_MULTIPROC_DIR, which `rapor serve` sets), and whichever is asked
answers for all.
"""

import asyncio
import os
import time
from collections import Counter as Tally
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest, multiprocess
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from dashboard import notes
from dashboard.folder import data_dir
from dashboard.sending import box
from dashboard.signin import sessions
from dashboard.web import health, measured
from queries import builds, disk, journal, loads

SHARED = "PROMETHEUS_MULTIPROC_DIR"


async def metrics(request: Request) -> Response:
    """Answer /metrics."""
    if not await asyncio.to_thread(health.may_know, request):
        return PlainTextResponse("", 404)
    return Response(await asyncio.to_thread(written), media_type=CONTENT_TYPE_LATEST)


def written() -> bytes:
    """Return all figures as Prometheus reads them."""
    asked = CollectorRegistry()
    if folder := os.environ.get(SHARED):
        _bury(Path(folder))
        multiprocess.MultiProcessCollector(asked, folder)
        asked.register(State())
        return generate_latest(asked)
    asked.register(State())
    return generate_latest(measured.OWN) + generate_latest(asked)


def _bury(folder: Path) -> None:
    """Forget what processes had open that are there no more."""
    for path in folder.glob("gauge_live*_*.db"):
        pid = path.stem.rpartition("_")[2]
        if pid.isdecimal() and not Path("/proc", pid).exists():
            multiprocess.mark_process_dead(int(pid), str(folder))


class State(Collector):
    """What is the same whichever process is asked, looked at when it is."""

    def collect(self) -> Iterator[Metric]:
        """Yield each figure; one that can't be had now is not there."""
        every = health.found()
        yield _gauge("rapor_health", "0 is well, 1 asks for attention, 2 can't show figures", {
            each.name: health.GRAVITY.index(each.verdict) for each in every}, "check")  # fmt: skip
        if path := builds.current(data_dir()):
            with suppress(OSError):
                found = path.stat()
                yield _gauge(
                    "rapor_build_age_seconds",
                    "Seconds since the current build was published",
                    time.time() - found.st_mtime,
                )
                yield _gauge("rapor_build_bytes", "Size of the current build", found.st_size)
        rooms = {name: disk.room(place) for name, place in health.places().items()}
        yield _gauge(
            "rapor_disk_free_bytes", "Room left on a disk", {n: r.free_bytes for n, r in rooms.items()}, "place"
        )
        yield _gauge("rapor_disk_size_bytes", "Room of a disk", {n: r.all_bytes for n, r in rooms.items()}, "place")
        states = Tally(each.state for each in box.every())
        yield _gauge("rapor_sendings", "Reports sent by page, by what became of them", dict(states), "state")
        with suppress(notes.Unavailable):
            yield _gauge("rapor_sessions", "Sessions of people that are open", sessions.count())
        done = list(journal.lines(data_dir() / loads.FILE, loads.FORMAT))
        total = CounterMetricFamily("rapor_loads", "Loads by their exit code", labels=["code"])
        for code, count in Tally(str(each.get("code")) for each in done).items():
            total.add_metric([code], count)
        yield total
        if done:
            yield _gauge(
                "rapor_load_last_seconds", "Seconds that the last load took", float(done[-1].get("seconds", 0))
            )


def _gauge(name: str, about: str, value: Any, label: str = "") -> GaugeMetricFamily:
    """Return a figure, or one for each value of a label."""
    made = GaugeMetricFamily(name, about, labels=[label] if label else None)
    for key, each in (value if label else {"": value}).items():
        made.add_metric([key] if label else [], each)
    return made
