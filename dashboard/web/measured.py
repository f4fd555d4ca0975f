"""How long answers and pages take, and how many pages are open: counted as they go by, for `dashboard/web/metrics.py` to tell.

No label is of a person: a page is called by its address alone, what is no page of ours "other".
"""

import time
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache

from prometheus_client import CollectorRegistry, Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import registry
from dashboard.explore import downloads
from dashboard.render import body
from dashboard.signin import guard
from dashboard.web import logs
from queries.sandbox import process

SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16)
OTHER = "other"
OWN = CollectorRegistry()
_http = Histogram(
    "rapor_http_seconds", "Seconds until an answer was sent whole", ["what", "code"], buckets=SECONDS, registry=OWN
)
_runs = Histogram(
    "rapor_page_seconds", "Seconds in which a page was run for a browser", ["page"], buckets=SECONDS, registry=OWN
)
_open = Gauge("rapor_open_pages", "Pages open in browsers now", registry=OWN, multiprocess_mode="livesum")
_waits = Gauge("rapor_queries_waiting", "Queries that wait for their turn", registry=OWN, multiprocess_mode="livesum")


@contextmanager
def run(page: str) -> Generator[None]:
    """Measure the run of a page."""
    started = time.perf_counter()
    try:
        yield
    finally:
        _runs.labels(page).observe(time.perf_counter() - started)


class Measured:
    """ASGI middleware, before all others, that measures each answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            with _open.track_inprogress():
                await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, code = time.perf_counter(), 500

        async def told(message: Message) -> None:
            nonlocal code
            if message["type"] == "http.response.start":
                code = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, told)
        finally:
            seconds, what = time.perf_counter() - started, what_of(scope["path"])
            _http.labels(what, str(code)).observe(seconds)
            _waits.set(process.waiting())
            logs.answered(what, code, seconds)


@cache
def _known() -> dict[str, str]:
    """Return what an address is called by the first word of its path: that of a page of ours."""
    pages = [*(page.address for page in registry.PAGES), *(small.address for small in registry.SMALL)]
    others = (registry.START, guard.SIGN_IN, guard.SIGN_OUT, guard.ACCOUNT, "pengelola", body.FOLDER, downloads.ADDRESS)
    others += (guard.HEALTH, guard.METRICS)
    return {"": registry.START, "_stcore": "streamlit", "static": "static", "app": "static"} | {
        word: word for word in (*pages, *others)
    }


def what_of(path: str) -> str:
    """Return what an address is of, in a word that says nothing of who asks or for what."""
    return _known().get(path.strip("/").partition("/")[0], OTHER)
