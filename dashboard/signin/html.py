"""The pages of signing in as HTML: small, without Streamlit and without a script; whatever is not ours is escaped here."""

import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from urllib.parse import urlencode

from dashboard import theme
from dashboard.words import text
from dashboard.words.text import _

STATIC = Path(__file__).parents[1] / "static"
MOST = 50  # units that a page or a list names at once; the others are looked for
WEIGHTS = {"400": "400", "500": "500", "600": "600 700"}


def page(title: str, body: str, path: str, query: Mapping[str, str], *, links: Sequence[tuple[str, str]] = ()) -> str:
    """Return a whole page at a path; `links` (words, address) stand in its head. Addresses are relative to the first page."""
    up = "../" * path.strip("/").count("/") or "./"
    languages = ""
    for code, label in (("id", "ID"), ("en", "EN")):
        on = " aria-current='true'" if code == text.language() else ""
        there = {key: value for key, value in query.items() if key != "bahasa"} | (
            {} if code == "id" else {"bahasa": code}
        )
        url = path.strip("/") + (f"?{urlencode(there)}" if there else "")
        languages += f"<a href='{escape(url)}' hreflang='{code}' lang='{code}'{on}>{label}</a>"
    nav = ""
    for words, url in links:
        on = " aria-current='page'" if url.partition("?")[0] == path.strip("/") else ""
        nav += f"<a href='{escape(url)}'{on}>{escape(words)}</a>"
    head = (
        f"<meta charset='utf-8'><meta name='viewport' content='width=device-width, initial-scale=1'><base href='{up}'>"
        f"<title>{escape(title)} · Rapor</title><link rel='icon' href='app/static/icon.png'><style>{style()}</style>"
    )
    switch = f"<div class='rp-language' role='group' aria-label='{_('Bahasa')}'>{languages}</div>"
    brand = f"<div class='rp-brand'><b>Rapor</b> <span>{escape(district())}</span></div>"
    menu = f"<nav aria-label='{_('Akun')}'>{nav}</nav>"
    return (
        f"<!doctype html><html lang='{text.language()}'><head>{head}</head><body>"
        f"<header>{brand}{menu}{switch}</header><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )


@cache
def style() -> str:
    """Return our letters, colours and the rules of these pages."""
    faces = "".join(
        f"@font-face{{font-family:'Fira Sans';font-weight:{span};font-display:swap;"
        f"src:url(app/static/fonts/fira-sans-{weight}.woff2) format('woff2')}}"
        for weight, span in WEIGHTS.items()
    )
    return faces + theme.variables() + (STATIC / "signin.css").read_text(encoding="utf-8")


def district() -> str:
    """Return the name of the district; nothing where there is no build."""
    from dashboard import db  # noqa: PLC0415  its caches ask for a running Streamlit

    try:
        return db.build().district
    except Exception:  # a page of signing in stands whatever became of the data
        return ""


@cache
def static(name: str) -> str:
    """Return the address of a file of ours; it changes with the file, which a browser keeps for ever."""
    return f"app/static/{name}?{zlib.crc32((STATIC / name).read_bytes()):08x}"


def script(name: str, **told: str) -> str:
    """Return a script of ours, which runs when the page stands, and what it is told."""
    data = "".join(f" data-{key}='{escape(words)}'" for key, words in told.items())
    return f"<script src='{static(name)}' defer{data}></script>"


def notice(words: str, kind: str = "bad") -> str:
    """Return a line about what came of a form: `bad` is read out at once, `good` when there is time."""
    role = "alert" if kind == "bad" else "status"
    return f"<p class='rp-notice rp-{kind}' role='{role}'>{escape(words)}</p>"


def field(name: str, label: str, kind: str = "text", hint: str = "", value: str = "", **attributes: str) -> str:
    """Return a field under its label; a hint is read with it. Attributes in Python's spelling: `maxlength`, `autocomplete`."""
    more = "".join(f" {key}='{escape(words)}'" for key, words in attributes.items())
    given = f" value='{escape(value)}'" if value else ""
    about = f"<small id='{name}-petunjuk'>{escape(hint)}</small>" if hint else ""
    points = f" aria-describedby='{name}-petunjuk'" if hint else ""
    return (
        f"<p class='rp-field'><label for='{name}'>{escape(label)}</label>"
        f"<input id='{name}' name='{name}' type='{kind}'{given} required{points}{more}>{about}</p>"
    )


def search(action: str, label: str, sought: str) -> str:
    """Return what looks for words (`cari`) at an address of ours, in the reader's language."""
    english = "<input type='hidden' name='bahasa' value='en'>" if text.language() == "en" else ""
    words = field("cari", label, "search", value=sought, maxlength="100").replace(" required", "")
    button = f"<button class='rp-quiet'>{escape(_('Cari'))}</button>"
    return f"<form method='get' action='{escape(action)}' role='search'>{english}{words}{button}</form>"


def is_sought(name: str, sought: str) -> bool:
    """Whether a name has all words looked for."""
    return all(word in name.casefold() for word in sought.casefold().split())


def narrowed(action: str, units: Mapping[str, str], sought: str) -> tuple[list[tuple[str, str]], str]:
    """Return which units a list offers, MOST of those with the words looked for, and what looks for the others."""
    found = [(unit, name) for unit, name in units.items() if is_sought(name, sought)]
    if len(units) <= MOST:
        return found, ""
    if not found:
        words = _("Tidak ada unit dengan kata itu.")
    else:
        shown = text.number(min(len(found), MOST))
        words = _(
            "Daftar di bawah memuat {n} dari {all} unit; lainnya lewat pencarian.", n=shown, all=text.number(len(units))
        )
    return found[:MOST], search(action, _("Cari unit"), sought) + paragraph(words)


def choice(name: str, label: str, options: Sequence[tuple[str, str]], chosen: str = "", identity: str = "") -> str:
    """Return a list (code, words) to choose one of, under its label."""
    of = identity or name
    each = "".join(
        f"<option value='{escape(code)}'{' selected' if code == chosen else ''}>{escape(words)}</option>"
        for code, words in options
    )
    return f"<p class='rp-field'><label for='{of}'>{escape(label)}</label><select id='{of}' name='{name}'>{each}</select></p>"


def form(
    action: str,
    body: str,
    button: str,
    hidden: Mapping[str, str] | None = None,
    *,
    is_quiet: bool = False,
    about: str = "",
) -> str:
    """Return a form that is sent to an address by its button; `about` tells who can't see what the button is for."""
    kept = "".join(
        f"<input type='hidden' name='{escape(key)}' value='{escape(value)}'>" for key, value in (hidden or {}).items()
    )
    css = " class='rp-quiet'" if is_quiet else ""
    named = f" aria-label='{escape(f'{button}: {about}')}'" if about else ""
    return f"<form method='post' action='{escape(action)}'>{kept}{body}<button{css}{named}>{escape(button)}</button></form>"


def fold(head: str, body: str) -> str:
    """Return what is opened when it is wanted."""
    return f"<details><summary>{escape(head)}</summary>{body}</details>"


def part(head: str, body: str) -> str:
    """Return a part of a page under its heading."""
    return f"<section><h2>{escape(head)}</h2>{body}</section>"


def paragraph(words: str) -> str:
    """Return words as a paragraph."""
    return f"<p>{escape(words)}</p>"


def secret(words: str, about: str) -> str:
    """Return what is shown once, to be copied."""
    return f"<p class='rp-secret'><span>{escape(about)}</span> <code>{escape(words)}</code></p>"


def way(url: str, words: str) -> str:
    """Return a link as a button."""
    return f"<p><a class='rp-button' href='{escape(url)}'>{escape(words)}</a></p>"


def rows(head: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """Return a table; its cells are HTML, and a phone shows a row as a list."""
    top = "".join(f"<th scope='col'>{escape(words)}</th>" for words in head)
    body = "".join(
        "<tr>"
        + "".join(f"<td data-label='{escape(words)}'>{cell}</td>" for words, cell in zip(head, row, strict=True))
        + "</tr>"
        for row in cells
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
