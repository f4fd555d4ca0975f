"""The cookies of signing in, what a request tells of its sender, and whether it comes from a page of ours.

Over TLS (at the server, or at a proxy that `rapor serve --proxy` names: its X-Forwarded-* headers alone are believed) a cookie bears
the prefix __Host-, which no other name of the same domain can set, and is never sent without TLS.
"""

import re
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

SESSION, DEVICE, PROVIDER = "rapor", "rapor-peramban", "rapor-penyedia"
HOST = "__Host-"
DEVICE_SECONDS = 180 * 24 * 3600
NEXT = re.compile(r"(?:[a-z][a-z-]{0,60}(?:/[A-Za-z0-9_-]{1,80}){0,2})?(?:\?[A-Za-z0-9_.~%+&=,:;!*'()/@-]{0,1500})?")


def is_secure(scope: Scope) -> bool:
    """Whether a request came over TLS."""
    return scope.get("scheme") in ("https", "wss")


def named(name: str, scope: Scope) -> str:
    """Return the name that a cookie has for a request."""
    return f"{HOST}{name}" if is_secure(scope) else name


def read(name: str, scope: Scope) -> str:
    """Return the value of a cookie of ours; nothing where there is none."""
    for part in "; ".join(Headers(scope=scope).getlist("cookie")).split(";"):
        key, _is, value = part.strip().partition("=")
        if key == named(name, scope):
            return value.strip('"')
    return ""


def with_session(scope: Scope, token: str) -> Scope:
    """Return the request with one session cookie, under its plain name: that of the token, which was looked at. Others are left out."""
    kept = [
        part.strip()
        for part in "; ".join(Headers(scope=scope).getlist("cookie")).split(";")
        if part.strip() and part.strip().partition("=")[0] not in (SESSION, f"{HOST}{SESSION}")
    ]
    others = [(key, value) for key, value in scope["headers"] if key != b"cookie"]
    return {**scope, "headers": [*others, (b"cookie", "; ".join([*kept, f"{SESSION}={token}"]).encode("latin-1"))]}


def put(answer: Response, name: str, value: str, scope: Scope, seconds: int | None = None) -> None:
    """Set a cookie that scripts can't read and other sites' forms don't send; without `seconds` it ends with the browser."""
    answer.set_cookie(
        named(name, scope), value, max_age=seconds, path="/", secure=is_secure(scope), httponly=True, samesite="lax"
    )


def drop(answer: Response, name: str, scope: Scope) -> None:
    """Take a cookie back."""
    answer.delete_cookie(named(name, scope), path="/", secure=is_secure(scope), httponly=True, samesite="lax")


def address(scope: Scope) -> str:
    """Return the address that a request came from, as a declared proxy says or as it is."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def browser(headers: Mapping[str, str]) -> str:
    """Return the browser and the system of a request in two words, by which its owner knows it again."""
    agent = headers.get("user-agent", "")
    kinds = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
    systems = (
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    )
    found = [next((name for sign, name in each if sign in agent), "") for each in (kinds, systems)]
    return " · ".join(filter(None, found)) or "–"


def is_from_here(scope: Scope) -> bool:
    """Whether a form was sent by a page of ours: browsers say so with each. What Gate lets pass names no other origin."""
    headers = Headers(scope=scope)
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    return site == "same-origin" if site is not None else origin is not None and origin != "null"


def way_back(asked: str) -> str:
    """Return where one goes after signing in, relative to the first page: an address of ours, whatever was asked."""
    return asked if NEXT.fullmatch(asked) else ""
