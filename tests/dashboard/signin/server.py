"""The dashboard as it is served, whose guards a request may name to be without: `python -m tests.dashboard.signin.server PORT`.

So one server shows of each attack that it is refused, and that it is the guard that refuses it.
"""

import asyncio
import sys
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import uvicorn
from streamlit.web.server.starlette import starlette_websocket
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from dashboard.signin import cookies, guard, limits, sessions, sockets
from dashboard.web import gate, packed, server

WITHOUT = "x-without"
_without: ContextVar[str] = ContextVar("without", default="")


def _instead(module: Any, name: str, of: str, other: Callable) -> None:
    """Have requests without a guard of that name find another function in its place."""
    own = getattr(module, name)

    def chosen(*arguments: Any, **named: Any) -> Any:
        return (other if of in _without.get().split() else own)(*arguments, **named)

    setattr(module, name, chosen)


def take_away() -> None:
    """Make each guard one that a request can be without."""
    _instead(gate, "_refusal", "gate", lambda *_all: None)
    _instead(gate, "security_headers", "headers", dict)
    _instead(guard, "_refusal", "guard", lambda *_all: None)
    _instead(guard, "_unkept", "no-store", lambda _path, send: send)
    _instead(cookies, "is_from_here", "from-here", lambda _scope: True)
    _instead(cookies, "way_back", "way-back", lambda asked: asked)
    _instead(sockets, "follow", "follow", lambda app, scope, receive, send, *_all: app(scope, receive, send))
    _instead(sockets, "own_run", "own-run", lambda scope, _person: scope)
    _instead(limits.Delays, "take", "delays", lambda *_all: 0.0)
    _instead(starlette_websocket, "_is_origin_allowed", "gate", lambda *_all: True)
    _instead(
        packed, "file_at", "paths", lambda path: packed.FOLDERS["/app/static/"] / path.removeprefix("/app/static/")
    )
    _instead(sessions, "token_urlsafe", "new-token", lambda _bytes: "ditanam")


class Chosen:
    """ASGI middleware that reads which guards a request is without."""

    def __init__(self, app: Any) -> None:
        self.app, self.behind = app, ProxyHeadersMiddleware(app, "*")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        named = dict(scope.get("headers") or ()).get(WITHOUT.encode(), b"").decode()
        _without.set(named)
        await (self.behind if "proxy" in named.split() else self.app)(scope, receive, send)


if __name__ == "__main__":
    take_away()
    settings = uvicorn.Config(Chosen(server.app), "127.0.0.1", int(sys.argv[1]), log_level="error", proxy_headers=False)
    asyncio.run(uvicorn.Server(settings).serve())
