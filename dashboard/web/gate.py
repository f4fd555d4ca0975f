"""What a request must be before anything answers it, and what every answer tells the browser: nobody else's page reaches Rapor.

A name that is not ours leads nowhere, or any web site could have its own name point here (DNS rebinding) and read the figures; a
request that another site's page makes is refused before Streamlit asks the internet for this machine's address.
"""

import base64
import hashlib
import ipaddress
import os
import re
import socket
from functools import cache

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.web.packed import STREAMLIT

HOSTS = "RAPOR_HOSTS"  # names by which browsers reach this machine, beside its own; with commas between
INDEX = STREAMLIT / "index.html"
# What only a machine asks, and Streamlit's own uploader: nothing here uses it, and it keeps what anybody sends in memory.
CLOSED = ("/_stcore/metrics", "/_stcore/script-health-check", "/_stcore/agent", "/_stcore/upload_file")
# The browser asks for it before anything else; nobody may embed the dashboard, so there is nothing to tell.
HOST_CONFIG = {
    "allowedOrigins": [], "useExternalAuthToken": False, "enableCustomParentMessages": False, "enforceDownloadInNewTab": False,
    "metricsUrl": "", "blockErrorDialogs": False, "resourceCrossOriginMode": None,
}  # fmt: skip
UNKNOWN_HOST = (
    "Nama {host} tidak dikenal di sini. Pengelola menambahkannya: rapor serve --host {host}\n"
    "The name {host} is not known here. An administrator adds it: rapor serve --host {host}\n"
)
OTHER_SITE = "Permintaan dari situs lain ditolak.\nA request from another site is refused.\n"
NAMED = re.compile(r"[a-z0-9._-]{1,253}")


class Gate:
    """ASGI middleware, before all others."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if refused := _refusal(scope["path"], headers):
            await _refuse(scope, receive, send, refused)
            return

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered = MutableHeaders(scope=message)
                for name, value in security_headers().items():
                    answered.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, told)


def _refusal(path: str, headers: Headers) -> Response | None:
    """Return the answer to a request that nothing else may see; None of one that goes on."""
    host, origin = headers.get("host", ""), headers.get("origin")
    if not is_ours(name_of(host)):
        shown = name_of(host) if NAMED.fullmatch(name_of(host)) else "?"
        return PlainTextResponse(UNKNOWN_HOST.format(host=shown), 421)
    if origin is not None and _place(origin.partition("://")[2]) != _place(host):
        return PlainTextResponse(OTHER_SITE, 403)
    if path.startswith(CLOSED):
        return PlainTextResponse("", 404)
    return None


class HostConfig:
    """ASGI middleware, behind the guard, that answers which other page may embed the dashboard."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_asked = scope["type"] == "http" and scope["path"] == "/_stcore/host-config"
        await (JSONResponse(HOST_CONFIG) if is_asked else self.app)(scope, receive, send)


async def _refuse(scope: Scope, receive: Receive, send: Send, answer: Response) -> None:
    """Send an answer; a socket is closed before it opens, which a browser sees as 403."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    answer.headers.update(security_headers())
    await answer(scope, receive, send)


def name_of(host: str) -> str:
    """Return the name in a Host header, without its port, in small letters: 'rapor.local:8501', '[::1]:8501'."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.rpartition(":")[0].lower() if ":" in host else host.lower()


def _place(netloc: str) -> str:
    """Return name and port of an address; the ports that browsers leave out are left out."""
    return re.sub(r":(80|443)$", "", netloc.lower())


def is_ours(name: str) -> bool:
    """Whether this machine may be called so. An address of numbers is no name, so no other site can have it point here."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name in _names(os.environ.get(HOSTS, ""))
    return True


@cache
def _names(added: str) -> frozenset[str]:
    """Return the names of this machine, and those that were added."""
    own = socket.gethostname().lower()
    listed = {part.strip().lower() for part in added.split(",")}
    return frozenset({"localhost", own, own.partition(".")[0], f"{own.partition('.')[0]}.local"} | listed - {""})


@cache
def security_headers() -> dict[str, str]:
    """Return what every answer tells the browser: nothing from elsewhere, in no other page, no script but from a file of ours."""
    scripts = " ".join(f"'sha256-{each}'" for each in _inline_scripts(INDEX.read_text(encoding="utf-8")))
    policy = (
        f"default-src 'self'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; frame-src 'self'; object-src 'none'; "
        "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )
    return {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }


def _inline_scripts(html: str) -> list[str]:
    """Return the SHA-256 of each script that Streamlit's page itself holds, as a policy names it."""
    texts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    return [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts]
