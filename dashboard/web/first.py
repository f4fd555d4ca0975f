"""What a page's address answers at once: the page itself, to be read before anything runs in the browser.

The header, the filters as they look and the page with its drawings stand over Streamlit's own page, from the functions that the live
page uses; static/first.js starts that one after the first picture, and takes the cover off when it shows the same. A page that is not
made in time, or can't be made, goes out as words to wait by. The one place that touches Streamlit's page: where it is not as it was
when this was written, it goes out as it is.
"""

import asyncio
import gzip
import logging
import re
from collections.abc import Mapping
from functools import cache, partial
from hashlib import blake2s
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard import registry, theme
from dashboard.kept import Kept
from dashboard.web.packed import STREAMLIT
from dashboard.words import text
from dashboard.words.text import _

if TYPE_CHECKING:
    from dashboard.composing import Key

INDEX = STREAMLIT / "index.html"
LATEST_SECONDS = 0.45  # to make a page that was not asked for yet; who asks next finds it made
# What is edited; each stands there once.
LANGUAGE, TITLE, ROOT, HEAD = '<html lang="en">', "<title>Streamlit</title>", '<div id="root"></div>', "</head>"
WITHOUT_SCRIPT = "You need to enable JavaScript to run this app."
# What starts the app, moved to where it waits for the first picture; and the letters that our pages do not use.
APP = re.compile(
    r'<script type="module" [^>]*></script>|<link rel="modulepreload" [^>]*>|<link rel="stylesheet" [^>]*>'
)
OTHER_LETTERS = re.compile(r'<link\s+rel="preload"\s[^>]*as="font"[^>]*>')
LETTERS = {400: "400", 500: "500", 600: "600 700"}
WHO = "<!--rp-who-->"  # in the place of who is signed in
SCRIPTS = ("first.js", "page.js", "links.js", "rests.js")
STYLE = """<style>
:root { color-scheme: light dark; }
body { margin: 0; background: light-dark(%(light)s, %(dark)s); color: light-dark(%(ink)s, %(dark_ink)s); }
.rp-first { max-width: 1240px; margin: 0 auto; padding: 24px; font: 15px/1.5 "Fira Sans", "Noto Sans", "Segoe UI", sans-serif; }
.rp-first h1 { font-size: 22px; font-weight: 600; }
</style>"""
_documents: Kept[bytes] = Kept(32_000_000)
log = logging.getLogger("rapor")


class First:
    """ASGI middleware that answers for the addresses of pages."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_asked = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        page = _page(scope["path"]) if is_asked else None
        if page is None:
            await self.app(scope, receive, send)
            return
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        headers = Headers(scope=scope)
        made = asyncio.create_task(asyncio.to_thread(_looked_at, page, query, is_phone=is_phone(headers)))
        done, _waits = await asyncio.wait({made}, timeout=LATEST_SECONDS)
        packed = made.result() if done else None
        await _answer(packed or _plain(page.address, _language(query)), headers)(scope, receive, send)


def _page(path: str) -> registry.Page | None:
    """Return the page at a path, by the name that it has now."""
    address = path.strip("/")
    found = _home() if address in ("", registry.START) else registry.find(address)
    return found if found and address in ("", registry.START, found.address) else None


def _home() -> registry.Page | None:
    from dashboard import asking  # noqa: PLC0415

    return registry.home(asking.current())


def _language(query: Mapping[str, str]) -> str:
    return "en" if query.get("bahasa") == "en" else "id"


def is_phone(headers: Mapping[str, str]) -> bool:
    """Return whether a phone most likely asks; a wrong guess is a drawing that is made anew in another width."""
    return headers.get("sec-ch-ua-mobile") == "?1" or "Mobi" in headers.get("user-agent", "")


def _answer(packed: bytes, headers: Mapping[str, str]) -> Response:
    """Return a document as it is asked for; nothing but its name where the browser has it already."""
    name = f'W/"{blake2s(packed, digest_size=8).hexdigest()}"'
    is_packed = "gzip" in headers.get("accept-encoding", "")
    if headers.get("if-none-match") == name:
        answer = Response(status_code=304)
    else:
        answer = Response(packed if is_packed else gzip.decompress(packed), media_type="text/html")
        if is_packed:
            answer.headers["content-encoding"] = "gzip"
    answer.headers.update({"cache-control": "private, no-cache", "etag": name})
    answer.headers["vary"] = "accept-encoding, user-agent, sec-ch-ua-mobile"
    return answer


# --- the page itself ---


def _looked_at(page: registry.Page, query: Mapping[str, str], *, is_phone: bool) -> bytes | None:
    """Return the document for who asks, and have it written down where it names people; None where that can't be done."""
    from dashboard import asking, composing, record  # noqa: PLC0415  as below

    try:
        composing.looked(page.address, query, asking.current())
    except record.Unwritable:
        return None
    return document(page, query, is_phone=is_phone)


def document(page: registry.Page, query: Mapping[str, str], *, is_phone: bool) -> bytes | None:
    """Return the document of a page, packed; None of a page with forms, and of one that can't be shown, which its words say later."""
    from dashboard import asking, composing, db, layout, roles  # noqa: PLC0415  their caches ask for a running Streamlit

    if not composing.is_whole(page.address, query):
        return None
    with text.speaking(_language(query)):
        try:
            key = composing.key(page.address, query, asking.current())
            sight = composing.sight(key, query)
            made = _documents.of((sight, is_phone), lambda: _made(key, query, is_phone=is_phone))
            return _signed(made, layout.who()) or None
        except (db.NoBuild, db.OlderBuild, roles.Withheld):
            return None
        except Exception as fault:
            log.warning("no first answer of %s: %s", page.address, type(fault).__name__)
            return None


def _signed(made: bytes, who: str) -> bytes:
    """Return a document for one who is signed in: it is kept without a name, for all who see the same."""
    return (
        gzip.compress(gzip.decompress(made).replace(WHO.encode(), who.encode()), 6, mtime=0) if made and who else made
    )


def _made(key: "Key", query: Mapping[str, str], *, is_phone: bool) -> bytes:
    from dashboard import asking, composing, filters, layout  # noqa: PLC0415
    from dashboard.render import body  # noqa: PLC0415
    from dashboard.web import pieces  # noqa: PLC0415

    inline = body.Inline(partial(pieces.drawing, key), is_phone)
    snapshot = composing.linked(key, query)
    shown = body.page(snapshot, composing.parts(key, query), composing.sight(key, query), inline)
    bar = filters.looks(key.chosen, key.viewer, composing.filters_of(key.address, query), query)
    frame = layout.frame(key.address, query, key.viewer, WHO if asking.signs_in() else "")
    cover = f"<div id='rp-first' class='stHtml'><main class='rp-cover'>{frame}{bar}{shown}</main></div>"
    style = f"{_faces()}{layout.style()}{(layout.STATIC / 'first.css').read_text(encoding='utf-8')}"
    letters = "".join(f'<link rel="preload" href="{_letters(weight)}" as="font" crossorigin>' for weight in LETTERS)
    scripts = "".join(f'<script defer src="{layout.script(name)}"></script>' for name in SCRIPTS)
    whole = covered(_index(), registry.page(key.address), cover, f"{letters}<style>{style}</style>{scripts}")
    return gzip.compress(whole.encode(), mtime=0) if whole else b""


def _faces() -> str:
    """Return our letters, as .streamlit/config.toml names them, shown as soon as they are there."""
    return "".join(
        f"@font-face{{font-family:'Fira Sans';font-weight:{span};font-display:swap;src:url({_letters(weight)}) format('woff2')}}"
        for weight, span in LETTERS.items()
    )


def _letters(weight: int) -> str:
    return f"app/static/fonts/fira-sans-{weight}.woff2"


def covered(index: str, page: registry.Page, cover: str, head: str) -> str | None:
    """Return Streamlit's page with a cover over it, its app waiting in a template; None where it is not what we know."""
    named, app = _named(index, page), APP.findall(index)
    is_known = named and sum(part.startswith("<script") for part in app) == 1 == index.count('type="module"')
    if not is_known or not named:
        return None
    template = f'<template id="rp-app">{"".join(app)}</template>'
    bare = OTHER_LETTERS.sub("", APP.sub("", named))
    return bare.replace(HEAD, f"{head}{HEAD}").replace(ROOT, f"{cover}{ROOT}{template}")


def _named(index: str, page: registry.Page) -> str | None:
    """Return Streamlit's page in the reader's language under the name of one of ours; None where it is not what we know."""
    if any(index.count(part) != 1 for part in (LANGUAGE, TITLE, ROOT, HEAD)):
        return None
    needs = escape(_("Rapor memerlukan JavaScript. Hidupkan di pengaturan peramban, lalu muat ulang halaman ini."))
    return (
        index.replace(LANGUAGE, f'<html lang="{text.language()}">')
        .replace(TITLE, f"<title>{escape(page.title())} · Rapor</title>")
        .replace(WITHOUT_SCRIPT, needs)
    )


# --- words to wait by ---


@cache
def _plain(address: str, language: str) -> bytes:
    """Return the page without its contents, packed."""
    return gzip.compress(edited(_index(), registry.page(address), language).encode(), mtime=0)


@cache
def _index() -> str:
    return INDEX.read_text(encoding="utf-8")


def edited(index: str, page: registry.Page, language: str) -> str:
    """Return Streamlit's page with the language, name and first words of one of ours; as it is, where it is not what we know."""
    from dashboard import layout  # noqa: PLC0415

    with text.speaking(language):
        named, title, waits = _named(index, page), escape(page.title()), escape(_("Halaman ini sedang dimuat …"))
    if not named:
        return index
    colours = {
        "light": theme.LIGHT.background,
        "dark": theme.DARK.background,
        "ink": theme.LIGHT.ink,
        "dark_ink": theme.DARK.ink,
    }
    first = f'<main class="rp-first"><p>Rapor</p><h1>{title}</h1><p role="status">{waits}</p></main>'
    rests = f'<script defer src="{layout.script("rests.js")}"></script>'
    return named.replace(HEAD, f"{STYLE % colours}{rests}{HEAD}").replace(ROOT, f'<div id="root">{first}</div>')
