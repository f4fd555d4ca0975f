"""What a page's address answers at once: Streamlit's own page, in the reader's language, under our name, with words to wait by.

The one place that touches that page. Where it is not as it was when this was written, it goes out as it is.
"""

import gzip
from collections.abc import Mapping
from functools import cache
from html import escape
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard import registry, theme
from dashboard.packed import STREAMLIT
from dashboard.words import text
from dashboard.words.text import _

INDEX = STREAMLIT / "index.html"
# What is edited; each stands there once.
LANGUAGE, TITLE, ROOT = '<html lang="en">', "<title>Streamlit</title>", '<div id="root"></div>'
WITHOUT_SCRIPT = "You need to enable JavaScript to run this app."
STYLE = """<style>
:root { color-scheme: light dark; }
body { margin: 0; background: light-dark(%(light)s, %(dark)s); color: light-dark(%(ink)s, %(dark_ink)s); }
.rp-first { max-width: 1240px; margin: 0 auto; padding: 24px; font: 15px/1.5 "Fira Sans", "Noto Sans", "Segoe UI", sans-serif; }
.rp-first h1 { font-size: 22px; font-weight: 600; }
</style>"""


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
        asked = parse_qs(scope["query_string"].decode("latin-1"))
        language = (asked.get("bahasa") or ["id"])[-1]
        await _answer(page, "en" if language == "en" else "id", Headers(scope=scope))(scope, receive, send)


def _page(path: str) -> registry.Page | None:
    """Return the page at a path, by the name that it has now."""
    address = path.strip("/")
    found = registry.HOME if address in ("", registry.START) else registry.find(address)
    return found if found and address in ("", registry.START, found.address) else None


def _answer(page: registry.Page, language: str, headers: Mapping[str, str]) -> Response:
    whole, packed = _document(page.address, language)
    is_packed = "gzip" in headers.get("accept-encoding", "")
    answer = Response(packed if is_packed else whole, media_type="text/html")
    answer.headers.update({"cache-control": "no-cache", "vary": "accept-encoding"})
    if is_packed:
        answer.headers["content-encoding"] = "gzip"
    return answer


@cache
def _document(address: str, language: str) -> tuple[bytes, bytes]:
    """Return the page as it is sent, and the same packed."""
    whole = edited(INDEX.read_text(encoding="utf-8"), registry.page(address), language).encode()
    return whole, gzip.compress(whole, mtime=0)


def edited(html: str, page: registry.Page, language: str) -> str:
    """Return Streamlit's page with the language, name and first words of one of ours; as it is, where it is not what we know."""
    if any(html.count(part) != 1 for part in (LANGUAGE, TITLE, ROOT, "</head>")):
        return html
    with text.speaking(language):
        title = escape(page.title())
        waits = escape(_("Halaman ini sedang dimuat …"))
        needs = escape(_("Rapor memerlukan JavaScript. Hidupkan di pengaturan peramban, lalu muat ulang halaman ini."))
    colours = {
        "light": theme.LIGHT.background,
        "dark": theme.DARK.background,
        "ink": theme.LIGHT.ink,
        "dark_ink": theme.DARK.ink,
    }
    first = f'<main class="rp-first"><p>Rapor</p><h1>{title}</h1><p role="status">{waits}</p></main>'
    return (
        html.replace(LANGUAGE, f'<html lang="{language}">')
        .replace(TITLE, f"<title>{title} · Rapor</title>")
        .replace("</head>", f"{STYLE % colours}</head>")
        .replace(ROOT, f'<div id="root">{first}</div>')
        .replace(WITHOUT_SCRIPT, needs)
    )
