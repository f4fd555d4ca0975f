"""Who may reach anything at all, once people sign in: ASGI middleware behind the gate of hosts and before every page, socket and file.

Without a session nothing answers but the pages of signing in, their letters and their sign, and the calendar of a secret address.
With one, what answers knows who asks (`dashboard/asking.py`). Of an open socket the session is looked at with each message, and it
closes within a second of its end.
"""

import asyncio
import logging
import re
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import asking, notes
from dashboard.signin import cookies, sessions, sockets
from dashboard.signin.sessions import Person

SIGN_IN, SIGN_OUT, ACCOUNT, MANAGE = "masuk", "keluar", "akun", "pengelola/akun"
SECOND, PROVIDER, BACK = f"{SIGN_IN}/kode", f"{SIGN_IN}/penyedia", f"{SIGN_IN}/kembali"
# What a monitor asks; what it is told beyond a verdict is decided there (`dashboard/web/health.py`).
HEALTH, METRICS = "healthz", "metrics"
OPEN = {f"/{path}" for path in (SIGN_IN, SECOND, PROVIDER, BACK, HEALTH, METRICS)} | {
    "/app/static/icon.png",
    *(f"/app/static/fonts/fira-sans-{weight}.woff2" for weight in ("400", "500", "600")),
}
# A calendar program can't sign in: this address is open to who has the secret in it (`dashboard/messages/subscriptions.py`).
CALENDAR = re.compile(r"/langganan/[A-Za-z0-9_-]{43}\.ics")
FIRST = {f"/{path}" for path in (ACCOUNT, SIGN_OUT)}  # of one who has to change his first password
STATIC = ("/static/", "/app/static/")  # the same for everybody
PERSON = "rapor.person"  # the key of a request under which what answers finds whom it is of
SIGN_IN_FIRST = "Masuk dulu.\nSign in first.\n"
NOT_NOW = "Akun belum dapat diperiksa; coba lagi sebentar lagi.\nAccounts can't be looked up now; try again soon.\n"
log = logging.getLogger("rapor")


class Guard:
    """ASGI middleware, after Gate."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or not asking.signs_in():
            await self.app(scope, receive, send)
            return
        if scope["type"] == "http" and is_calendar(scope):
            with asking.as_(asking.NOBODY):
                await self.app({**scope, PERSON: None}, receive, _unkept(scope["path"], send))
            return
        token = cookies.read(cookies.SESSION, scope)
        try:
            person = await asyncio.to_thread(_looked_at, token) if token else None
        except notes.Unavailable as fault:
            log.error("sessions can't be read: %s", type(fault).__name__)
            await _refuse(scope, receive, send, PlainTextResponse(NOT_NOW, 503))
            return
        if refused := _refusal(scope, person):
            await _refuse(scope, receive, send, refused)
            return
        known = {**(cookies.with_session(scope, token) if person else scope), PERSON: person}
        if scope["type"] == "websocket" and person:  # what runs behind it asks anew each time
            await sockets.follow(self.app, known, receive, send, person, lambda: _is_open(token))
            return
        with asking.as_(await asyncio.to_thread(person.asker) if person else asking.NOBODY):
            await self.app(known, receive, _unkept(scope["path"], send))


def _looked_at(token: str) -> Person | None:
    """Return whom a token is of, and note that it is used."""
    person = sessions.look(token)
    if person is not None:
        sessions.touch(person)
    return person if person is None or person.step == "whole" else None


def _is_open(token: str) -> bool:
    return _looked_at(token) is not None


def _refusal(scope: Scope, person: Person | None) -> Response | None:
    """Return the answer to one who may not go on: where a page is opened the way to sign in, else a word; None of one who may."""
    path = scope["path"]
    if path in OPEN and scope["type"] == "http":
        return None
    if person is None:
        back = path.lstrip("/") + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
        return _lead(scope, SIGN_IN, 401, back)
    if person.must_change and path not in FIRST:
        return _lead(scope, ACCOUNT, 403)
    return None


def is_calendar(scope: Scope) -> bool:
    """Whether a request is for the calendar of a secret; what answers it looks at nothing but the secret."""
    return scope["method"] in ("GET", "HEAD") and CALENDAR.fullmatch(scope["path"]) is not None


def _lead(scope: Scope, address: str, status: int, back: str = "") -> Response:
    headers = Headers(scope=scope)
    opens = scope["type"] == "http" and scope["method"] in ("GET", "HEAD") and "text/html" in headers.get("accept", "")
    if not opens or headers.get("sec-fetch-mode", "navigate") != "navigate":
        return PlainTextResponse(SIGN_IN_FIRST, status)
    english = "bahasa=en" in scope["query_string"].decode("latin-1").split("&")
    asked = "&".join(
        ["bahasa=en"] * english + [f"next={quote(cookies.way_back(back), safe='')}"] * bool(cookies.way_back(back))
    )
    return RedirectResponse(f"{up(scope)}{address}{f'?{asked}' if asked else ''}", 303)


def up(scope: Scope) -> str:
    """Return the relative way from a request's address to the first page: a proxy may serve Rapor below a path of its own."""
    return "../" * (scope["path"].count("/") - 1) or "./"


def _unkept(path: str, send: Send) -> Send:
    """Return `send` such that no browser keeps what depends on who asks."""

    async def told(message: Message) -> None:
        if message["type"] == "http.response.start" and not path.startswith(STATIC):
            MutableHeaders(scope=message)["cache-control"] = "no-store"
        await send(message)

    return told


async def _refuse(scope: Scope, receive: Receive, send: Send, answer: Response) -> None:
    """Send an answer that no browser keeps; a socket is closed before it opens, which a browser sees as 403."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    answer.headers["cache-control"] = "no-store"
    await answer(scope, receive, send)


def of_cookies(held: dict[str, str]) -> asking.Asker:
    """Return who asks by the cookies of the handshake of a socket, as the guard passed them on; NOBODY where that is over."""
    try:
        person = _looked_at(held.get(cookies.SESSION, ""))
    except notes.Unavailable as fault:
        log.error("sessions can't be read: %s", type(fault).__name__)
        person = None
    return person.asker() if person and not person.must_change else asking.NOBODY
