"""The head of every page as HTML: the district, the pages that a reader has, who is signed in, the languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from dashboard.words import text
from dashboard.words.text import _


@dataclass(frozen=True)
class Counted:
    """An entry of the menu that says how many there are: title, path, whether it is the current page, how to make a new one.

    That is empty for who may not make any.
    """

    title: str
    path: str
    is_current: bool
    count: int
    new_url: str
    new_words: str


def header(
    district: str,
    is_sample: bool,
    pages: Sequence[tuple[str, str, bool]],
    counted: Sequence[Counted],
    kept: Mapping[str, str],
    here: Mapping[str, str],
    who: str = "",
    small: Sequence[tuple[str, str]] = (),
) -> str:
    """Return the frame: brand, pages (title, path, is current) with filters kept, small ones (title, path), who is signed in, languages."""
    badge = f"<span class='rp-badge'>{_('Data contoh')}</span>" if is_sample else ""
    brand = f"<div class='rp-brand'><b>Rapor</b> <span>{escape(district)}</span> {badge}</div>"
    query = f"?{urlencode(kept)}" if kept else ""
    links = ""
    for name, path, current in pages:
        on = " aria-current='page'" if current else ""
        links += f"<a href='{escape((path or './') + query)}'{on}>{escape(name)}</a>"
    for one in counted:
        on = " aria-current='page'" if one.is_current else ""
        number = f" <b>{one.count}</b>" if one.count else ""
        new = f"href='{escape(one.new_url)}' title='{escape(one.new_words)}' aria-label='{escape(one.new_words)}'"
        links += f"<a href='{escape(one.path + query)}'{on}>{escape(one.title)}{number}</a>"
        links += f"<a class='rp-new' {new}>+</a>" if one.new_url else ""
    english = "?bahasa=en" if text.language() == "en" else ""
    for title, path in small:
        links += f"<a href='{escape(path + english)}' data-muat=''>{escape(title)}</a>"
    everywhere = [(name, current) for name, _path, current in pages] + [(one.title, one.is_current) for one in counted]
    here_now = next((name for name, current in everywhere if current), _("Halaman"))
    menu = f"<details class='rp-menu'><summary>{escape(here_now)}</summary></details>"
    languages = ""
    for code, label in (("id", "ID"), ("en", "EN")):
        url = "?" + urlencode(dict(here) | ({"bahasa": code} if code != "id" else {}))
        on = " aria-current='true'" if code == text.language() else ""
        languages += f"<a href='{escape(url)}' hreflang='{code}' lang='{code}'{on}>{label}</a>"
    nav = f"<nav aria-label='{_('Halaman')}'>{links}</nav>"
    switch = f"<div class='rp-language' role='group' aria-label='{_('Bahasa')}'>{languages}</div>"
    return f"<header class='rp-header'>{brand}{menu}{nav}{who}{switch}</header>"


def signed_in(name: str, account: str, out: str) -> str:
    """Return who is signed in, with the ways to his account and out, which load a page of their own."""
    english = "?bahasa=en" if text.language() == "en" else ""
    asked = f"{_('Akun Anda')}: {name}"
    return (
        f"<div class='rp-who' role='group' aria-label='{_('Akun')}'>"
        f"<a href='{account}{english}' data-muat='' aria-label='{escape(asked)}'>{escape(name)}</a>"
        f"<a href='{out}{english}' data-muat=''>{_('Keluar')}</a></div>"
    )
