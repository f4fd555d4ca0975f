"""Open websockets and the sessions that they are of: one whose session ends is closed, whether or not anything is sent.

One task looks each second, in one question, which of the sessions that have sockets are open.
"""

import asyncio
import logging
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import notes
from dashboard.signin import sessions

EVERY_SECONDS = 1.0
ENDED = 4401  # the code with which a socket closes
log = logging.getLogger("rapor")
_open: dict[asyncio.Event, str] = {}
_watching: asyncio.Task | None = None


async def follow(
    app: ASGIApp, scope: Scope, receive: Receive, send: Send, session: str, is_open: Callable[[], bool]
) -> None:
    """Run a socket until its session ends; each message is passed on after a look at the session."""
    ended = asyncio.Event()
    _open[ended] = session
    _watch()
    is_closed = False

    async def close() -> Message:
        nonlocal is_closed
        if not is_closed:
            is_closed = True
            await send({"type": "websocket.close", "code": ENDED})
        return {"type": "websocket.disconnect", "code": ENDED}

    async def heard() -> Message:
        if ended.is_set():
            return await close()
        message, over = asyncio.ensure_future(receive()), asyncio.ensure_future(ended.wait())
        try:
            await asyncio.wait({message, over}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            over.cancel()
        if not message.done():
            message.cancel()
            return await close()
        if message.result()["type"] == "websocket.receive" and not await _holds(is_open):
            ended.set()
            return await close()
        return message.result()

    async def told(message: Message) -> None:
        if not (ended.is_set() and message["type"] == "websocket.send"):
            await send(message)

    try:
        await app(scope, heard, told)
    finally:
        _open.pop(ended, None)


async def _holds(is_open: Callable[[], bool]) -> bool:
    """Whether a session is open; where that can't be looked up, it is not."""
    try:
        return await asyncio.to_thread(is_open)
    except notes.Unavailable:
        return False


def _watch() -> None:
    """Have the one task run while there are sockets."""
    global _watching  # noqa: PLW0603  one task of the loop
    if _watching is None or _watching.done() or _watching.get_loop() is not asyncio.get_running_loop():
        _watching = asyncio.create_task(_look_each_second())


async def _look_each_second() -> None:
    while _open:
        await asyncio.sleep(EVERY_SECONDS)
        asked = set(_open.values())
        try:
            still = await asyncio.to_thread(sessions.still_open, asked)
        except notes.Unavailable as fault:
            log.error("sessions can't be read: %s", type(fault).__name__)
            continue  # each message is looked at by itself
        for event, session in list(_open.items()):
            if session in asked and session not in still:
                event.set()
