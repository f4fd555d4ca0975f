"""Draws a snapshot on the screen: the frame, the answer, the tiles, the blocks, each with the table behind it."""

import logging
import zlib
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from dashboard import asking, composing, db, filters, record, registry, roles, theme
from dashboard.access import Viewer
from dashboard.composing import Key
from dashboard.kept import Kept
from dashboard.render import body, html, masthead, plotly, table
from dashboard.signin import guard
from dashboard.snapshot import Block, ChartBlock, Snapshot, TableBlock, TextBlock
from dashboard.words import text
from dashboard.words.text import _

STATIC = Path(__file__).parent / "static"
SCRIPTS = ("links.js", "page.js", "ask.js", "interactive.js", "rests.js")
_pages: Kept[str] = Kept(32_000_000)
log = logging.getLogger("rapor")


@contextmanager
def guarded() -> Generator[None]:
    """Say calmly what to do where a page can't be shown; the log names a fault's kind and place, never its data."""
    try:
        yield
    except db.NoBuild as missing:
        log.warning("no build: %s", missing)
        st.html(nothing_yet(asking.current()))
    except roles.Withheld:
        st.html(withheld(asking.current()))
    except db.OlderBuild as older:
        log.warning("an older build: %s", older)
        st.html(html.message(_("Halaman ini belum dapat ditampilkan"), f"{older.what} {older.mend}"))
    except record.Unwritable as unwritten:
        st.html(html.message(_("Halaman ini belum dapat ditampilkan"), str(unwritten)))
    except Exception as fault:
        log.error("a page failed: %s at %s", type(fault).__name__, _place(fault))
        help_text = _(
            "Muat ulang halaman ini atau pilih periode lain. "
            "Bila tetap terjadi, jalankan `rapor check` dan sampaikan hasilnya kepada pengelola."
        )
        st.html(html.message(_("Halaman ini belum dapat ditampilkan"), help_text))


def nothing_yet(viewer: Viewer) -> str:
    """Return what stands in place of a page where nothing is published: what to do, by what the reader may."""
    title, ways = _("Belum ada data yang dapat ditampilkan"), registry.small(viewer, is_short=True)
    if not ways:
        return html.message(title, _("Belum ada laporan yang dimuat. Sampaikan kepada pengelola."))
    english = "?bahasa=en" if text.language() == "en" else ""
    help_text = _("Mulai di sini, di peramban ini; atau coba kabupaten contoh dengan perintah `rapor demo`.")
    links = [(words, path + english) for words, path in reversed(ways)]  # what is to be set up comes first
    return html.message(title, help_text, ways=links, is_loaded=True)


def withheld(viewer: Viewer) -> str:
    """Return what stands in place of a page that the reader's role does not have: which it has."""
    role, pages = roles.known(viewer.role), registry.of(viewer)
    if role is None or not pages:
        help_text = _("Peran Anda tidak dikenal atau belum mempunyai halaman. Sampaikan kepada pengelola.")
        return html.message(_("Tidak ada halaman untuk Anda"), help_text)
    help_text = _(
        "Peran {role} membuka halaman di bawah. Bila memerlukan yang lain, sampaikan kepada pengelola.",
        role=role.title(),
    )
    english = f"?{filters.LANGUAGE_KEY}=en" if text.language() == "en" else ""
    ways = [(page.title(), f"{page.address}{english}") for page in pages]
    return html.message(_("Halaman ini bukan bagian peran Anda"), help_text, ways=ways)


def enter(address: str) -> None:
    """Raise Withheld unless the reader's role has the page at an address."""
    if not asking.current().opens(address):
        raise roles.Withheld(address)


def _place(fault: Exception) -> str:
    """Return 'file.py:line' of where a fault arose."""
    place = fault.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    return f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else "?"


def header(current: str) -> None:
    """Draw the name of the district, the pages (which keep the filters) and the language switch."""
    st.html(f"<style>{style()}</style>")
    names = (*SCRIPTS, *(("session.js",) if asking.signs_in() else ()))
    scripts = "".join(f'<script src="{script(name)}"></script>' for name in names)
    st.html(scripts, unsafe_allow_javascript=True)
    st.html(frame(current, dict(st.query_params), asking.current(), who()))


def who() -> str:
    """Return who is signed in, as the head of a page shows it; nothing where nobody signs in."""
    return masthead.signed_in(asking.asker().name, guard.ACCOUNT, guard.SIGN_OUT) if asking.signs_in() else ""


def frame(current: str, query: Mapping[str, str], viewer: Viewer, signed_in: str = "") -> str:
    """Return the head of every page as HTML."""
    shared = {filters.KEYS[name] for name in filters.SHARED} | {filters.LANGUAGE_KEY}
    kept = {key: value for key, value in query.items() if key in shared}
    try:
        build = db.build()
        district, is_sample = build.district, build.is_sample
    except db.NoBuild:
        district, is_sample = "", False
    return masthead.header(
        district,
        is_sample=is_sample,
        pages=[
            (page.title(), page.address, page.address == current)
            for page in registry.of(viewer)
            if page.is_listed or page.is_own or page.needs
        ],
        counted=[
            masthead.Counted(
                page.title(),
                page.address,
                page.address == current,
                page.count(viewer),
                *_new(page, current, query, kept, viewer),
            )
            for page in registry.of(viewer)
            if page.is_counted
        ],
        kept=kept,
        here={key: value for key, value in query.items() if key != filters.LANGUAGE_KEY},
        who=signed_in,
        small=registry.small(viewer, is_short=True),
    )


def _new(
    page: registry.Page, current: str, query: Mapping[str, str], kept: Mapping[str, str], viewer: Viewer
) -> tuple[str, str]:
    """Return where a new one of what a page counts is made, and what that is called; nothing for who may not make any."""
    if page.address == registry.MEETINGS:
        # this page is frozen as it was asked for, of the current build; else the first one
        is_this = current in registry.frozen() and viewer.opens(current) and filters.BUILD_KEY not in query
        asked = {key: value for key, value in query.items() if key != composing.FREEZE} if is_this else dict(kept)
        first = next((one.address for one in registry.of(viewer) if one.is_frozen), "")
        if not composing.freezes(viewer) or not first:
            return "", ""
        shown = current if is_this else first
        return f"{page.address}?{urlencode(asked | {composing.FREEZE: shown})}", _("Rapat baru")
    if not viewer.may("decide") or not viewer.opens(registry.OVERVIEW):
        return "", ""
    start = f"?{urlencode(kept)}" if kept else ""  # what needs one, each with its form
    return f"{registry.OVERVIEW}{start}#perhatian", _("Keputusan baru")


@cache
def style() -> str:
    """Return the colours and rules of every page."""
    return theme.variables() + (STATIC / "style.css").read_text(encoding="utf-8")


@cache
def script(name: str) -> str:
    """Return the address of a script of ours; it changes with the script, which a browser keeps for ever."""
    return f"app/static/{name}?{zlib.crc32((STATIC / name).read_bytes()):08x}"


def open_page(address: str, above: Callable[[Viewer], None] | None = None) -> Snapshot:
    """Draw the page at an address as its reader asks for it, under its filters and what `above` draws; return it."""
    viewer = asking.current()
    filters.pick(viewer, *composing.filters_of(address, dict(st.query_params)))
    if above:
        above(viewer)
    return page(address, viewer)


def page(address: str, viewer: Viewer) -> Snapshot:
    """Compose the page that the address asks for, draw it as one piece and return it."""
    query = dict(st.query_params)
    composing.looked(address, query, viewer)
    key = composing.key(address, query, viewer)
    st.html(whole(key, query))
    return composing.composed(key)


def whole(key: Key, query: Mapping[str, str]) -> str:
    """Return a page as one piece of HTML; it is kept, so that a rerun with the same choice costs a few milliseconds."""
    sight = composing.sight(key, query)

    def make() -> str:
        return body.page(composing.linked(key, query), composing.parts(key, query), sight)

    return _pages.of(sight, make)


def show(snapshot: Snapshot) -> None:
    """Draw a page that its address alone does not tell, part by part: its charts can be explored, its tables stand in it."""
    st.html(html.status(snapshot) + html.title(snapshot) + (html.tiles(snapshot.tiles) if snapshot.tiles else ""))
    blocks(snapshot)
    st.html(html.footer(snapshot))


def blocks(snapshot: Snapshot) -> None:
    """Draw the blocks of such a page alone."""
    for position, row in enumerate(snapshot.blocks):
        if isinstance(row, tuple):
            with st.container(key=f"pair_{position}"):
                for column, block in zip(st.columns(len(row), gap="large"), row, strict=True):
                    with column:
                        _block(block, snapshot)
        else:
            _block(row, snapshot)


def _block(block: Block, snapshot: Snapshot) -> None:
    with st.container(key=f"block_{block.id}", gap="small"):
        if isinstance(block, TextBlock):
            st.html(html.text_block(block))
        elif isinstance(block, TableBlock):
            st.html(body.head(block))
            _table(block, snapshot)
            _note(body.hinted(block), None)
            if block.more:
                st.html(html.way(*block.more))
        elif block.chart.data.is_empty():
            st.html(body.head(block) + body.nothing(snapshot))
        else:
            _chart(block)
            with st.expander(_("Lihat tabel")):
                _table(block, snapshot)


def _chart(block: ChartBlock) -> None:
    """Draw a chart under its finding, as Plotly does or as the table that it is."""
    chart = block.chart
    if chart.kind in {"matrix", "heat"}:
        st.html(body.head(block) + html.cells(chart))
    elif chart.kind in plotly.KINDS:
        st.html(body.head(block) + body.plot(chart, st.context.theme.type or "light"))
    else:
        st.html(body.head(block, is_drawn=True) + body.carried(chart))
    _note(body.hinted(block), block.completeness)


def _note(words: str | None, completeness: str | None) -> None:
    if words or completeness:
        st.html(html.note(words, completeness))


def _table(block: ChartBlock | TableBlock, snapshot: Snapshot) -> None:
    if block.table.is_empty():
        st.html(body.nothing(snapshot, block.empty if isinstance(block, TableBlock) else None))
        return
    title = block.chart.title if isinstance(block, ChartBlock) else block.title
    asker, about = asking.asker(), {"page": snapshot.page, "block": block.id, "format": "csv"}

    def taken() -> bytes:
        if not asker.viewer.may("export"):  # the table of roles may have changed since
            return b""
        record.note("exported", about, asker=asker)
        return table.as_csv(block.table, block.columns, snapshot)

    st.html(table.as_html(block.table, block.columns, title))
    _note(body.rest(block, has_files=asker.viewer.may("export")), None)
    if not asker.viewer.may("export"):
        return
    st.download_button(
        _("Unduh CSV"),
        data=taken,
        file_name=table.file_name(snapshot, block.id),
        mime="text/csv",
        key=f"csv_{block.id}",
        on_click="ignore",
        type="tertiary",
    )
