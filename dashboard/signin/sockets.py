"""Open websockets and the sessions that they are of: one whose session ends is closed, whether or not anything is sent.

One task looks each second, in one question, which of the sessions that have sockets are open. A browser that lost its line asks for
the run of Streamlit that it had, with what was typed in it; that is given back to the same person alone.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import notes
from dashboard.signin import sessions
from dashboard.signin.sessions import Person

EVERY_SECONDS = 1.0
ENDED = 4401  # the code with which a socket closes
log = logging.getLogger("rapor")
RUNS = 10_000  # of which it is known whose they are
_open: dict[asyncio.Event, str] = {}
_owners: OrderedDict[str, str] = OrderedDict()  # the id of a run -> the person
_watching: asyncio.Task | None = None


async def follow(
    app: ASGIApp, scope: Scope, receive: Receive, send: Send, person: Person, is_open: Callable[[], bool]
) -> None:
    """Run a socket until its session ends; each message is passed on after a look at the session."""
    ended = asyncio.Event()
    _open[ended] = person.session
    _watch()
    is_closed, is_learnt = False, False

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
        nonlocal is_learnt
        if message["type"] == "websocket.send":
            if ended.is_set():
                return
            is_learnt = is_learnt or _learn(message.get("bytes") or b"", person)
        await send(message)

    try:
        await app(own_run(scope, person), heard, told)
    finally:
        _open.pop(ended, None)


def own_run(scope: Scope, person: Person) -> Scope:
    """Return the handshake without the run that it asks for, where that is not known to be the person's."""
    asked = [part.strip() for part in Headers(scope=scope).get("sec-websocket-protocol", "").split(",")]
    if len(asked) < 3 or _owners.get(asked[2]) == person.subject:
        return scope
    others = [(key, value) for key, value in scope["headers"] if key != b"sec-websocket-protocol"]
    kept = ", ".join(asked[:2]).encode("latin-1")
    return {**scope, "headers": [*others, (b"sec-websocket-protocol", kept)], "subprotocols": asked[:2]}


def _learn(sent: bytes, person: Person) -> bool:
    """Note whose a run is, from what its page is sent at its beginning; whether that was said."""
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg  # noqa: PLC0415  signing in is there before Streamlit

    message = ForwardMsg.FromString(sent)
    if message.WhichOneof("type") != "new_session":
        return False
    _owners[message.new_session.initialize.session_id] = person.subject
    while len(_owners) > RUNS:
        _owners.popitem(last=False)
    return True


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
