"""How many pages may be live at once, so that memory has an end: a page holds a seat while its socket is open.

Where all seats are taken, a page that is newly opened takes that of the one that was silent longest, if nobody did anything there for
QUIET_SECONDS; else it is not connected. Either page can still be read, says in calm words that it rests, and asks for a seat again on
a press (`static/rests.js`); by itself a page that lost its seat gets one back only while some are free.
"""

import asyncio
import os
import time
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from queries import workers

SETTING, USUAL = "RAPOR_VIEWERS", 400  # of all processes of a machine together
QUIET_SECONDS = 600.0
RESTS = 1013  # "try again later": the code with which a socket closes


@dataclass(eq=False)
class Seat:
    """A page that is live: when somebody last did something there, and whether it has to go."""

    used_at: float = field(default_factory=time.monotonic)
    gone: asyncio.Event = field(default_factory=asyncio.Event)


_taken: set[Seat] = set()


def most() -> int:
    """Return how many pages this process keeps live: its share of RAPOR_VIEWERS."""
    text = os.environ.get(SETTING, "").strip()
    return workers.share(int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else USUAL)


def live() -> int:
    """Return how many pages are live in this process."""
    return len(_taken)


def take(*, is_new: bool) -> Seat | None:
    """Return a seat; None where there is none. One that had been open before (not `is_new`) has nobody give up his own."""
    if len(_taken) >= most():
        longest = min(_taken, key=lambda seat: seat.used_at)
        if not is_new or time.monotonic() - longest.used_at < QUIET_SECONDS:
            return None
        leave(longest)
    seat = Seat()
    _taken.add(seat)
    return seat


def leave(seat: Seat) -> None:
    """Give a seat up."""
    _taken.discard(seat)
    seat.gone.set()


class Seats:
    """ASGI middleware, behind the guard: who is not signed in takes no seat."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        named = Headers(scope=scope).get("sec-websocket-protocol", "").split(",")
        seat = take(is_new=len(named) < 3)  # the third names the run of Streamlit that the page had
        if seat is None:
            await receive()
            await send({"type": "websocket.close", "code": RESTS})  # before it opens: a browser sees 403
            return
        try:
            await self.app(scope, _heard(seat, receive, send), send)
        finally:
            leave(seat)


def _heard(seat: Seat, receive: Receive, send: Send) -> Receive:
    """Return `receive` such that what is received keeps the seat, and the socket closes when the seat is gone."""
    is_closed = False

    async def heard() -> Message:
        nonlocal is_closed
        message, gone = asyncio.ensure_future(receive()), asyncio.ensure_future(seat.gone.wait())
        try:
            await asyncio.wait({message, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
        if message.done():
            seat.used_at = time.monotonic()
            return message.result()
        message.cancel()
        if not is_closed:
            is_closed = True
            await send({"type": "websocket.close", "code": RESTS})
        return {"type": "websocket.disconnect", "code": RESTS}

    return heard
