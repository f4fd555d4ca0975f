"""Draws a snapshot on the screen: the frame, the answer, the tiles, the blocks, each with the table behind it."""

import logging
import zlib
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from dashboard import access, db, filters, registry, theme
from dashboard.access import Viewer
from dashboard.decisions import marks as decision_marks
from dashboard.decisions import store as decision_store
from dashboard.filters import Filters
from dashboard.render import html, table
from dashboard.render import plotly as plotly_figure
from dashboard.snapshot import Block, ChartBlock, Snapshot, TableBlock, TextBlock
from dashboard.tracing import links as trace_links
from dashboard.words import text
from dashboard.words.cells import MOST_ROWS
from dashboard.words.text import _

STATIC = Path(__file__).parent / "static"
FREEZE = "bekukan"  # the key of the address of the page Rapat that names the page to freeze
# What a drawing is kept by: the build, the page, what was chosen, who looks, the language.
Key = tuple[Any, ...]
log = logging.getLogger("rapor")


@contextmanager
def guarded() -> Generator[None]:
    """Say calmly what to do where a page can't be shown; the log names a fault's kind and place, never its data."""
    try:
        yield
    except db.NoBuild as missing:
        log.warning("no build: %s", missing)
        help_text = _("Muat laporan dengan perintah `rapor load`, atau coba kabupaten contoh dengan `rapor demo`.")
        st.html(html.message(_("Belum ada data yang dapat ditampilkan"), help_text))
    except db.OlderBuild as older:
        log.warning("an older build: %s", older)
        st.html(html.message(_("Halaman ini belum dapat ditampilkan"), f"{older.what} {older.mend}"))
    except Exception as fault:
        log.error("a page failed: %s at %s", type(fault).__name__, _place(fault))
        help_text = _(
            "Muat ulang halaman ini atau pilih periode lain. "
            "Bila tetap terjadi, jalankan `rapor check` dan sampaikan hasilnya kepada pengelola."
        )
        st.html(html.message(_("Halaman ini belum dapat ditampilkan"), help_text))


def _place(fault: Exception) -> str:
    """Return 'file.py:line' of where a fault arose."""
    place = fault.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    return f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else "?"


def header(current: str) -> None:
    """Draw the name of the district, the pages (which keep the filters) and the language switch."""
    st.html(f"<style>{theme.variables()}{_static('style.css')}</style>")
    st.html(f'<script src="{_script("links.js")}"></script>', unsafe_allow_javascript=True)
    shared = {filters.KEYS[name] for name in filters.SHARED} | {filters.LANGUAGE_KEY}
    query = dict(st.query_params)
    try:
        build = db.build()
        district, is_sample = build.district, build.is_sample
    except db.NoBuild:
        district, is_sample = "", False
    st.html(
        html.header(
            district,
            is_sample=is_sample,
            pages=[(page.title(), page.address, page.address == current) for page in registry.PAGES if page.is_listed],
            kept={key: value for key, value in query.items() if key in shared},
            here={key: value for key, value in query.items() if key != filters.LANGUAGE_KEY},
        )
    )


@st.cache_data(show_spinner=False)
def _static(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


@st.cache_data(show_spinner=False)
def _script(name: str) -> str:
    """Return the address of a script of ours; it changes with the script, which a browser keeps for ever."""
    return f"app/static/{name}?{zlib.crc32((STATIC / name).read_bytes()):08x}"


def open_page(address: str, *more_filters: str) -> Snapshot:
    """Draw the page at an address as its reader asks for it, under its filters; return it."""
    viewer = access.current()
    chosen = filters.pick(viewer, *registry.page(address).filters, *more_filters)
    return page(address, chosen, viewer)


def page(address: str, chosen: Filters, viewer: Viewer, keys: Sequence[str] = ()) -> Snapshot:
    """Compose a page, draw it and return it; both are kept, so that a rerun with the same choice costs a few milliseconds.

    A page is a function of build, choice, viewer, language, day, notes store and what the address says under its own keys
    (and `keys`).
    """
    entry, query = registry.page(address), dict(st.query_params)
    values = tuple((key, query[key]) for key in (*entry.asked, *keys) if query.get(key))
    today = (decision_store.today(), decision_store.stamp())  # of what people decide, and what is overdue
    key = (str(db.current_path()), address, chosen, viewer, text.language(), today, values)
    snapshot = _composed(key)
    links = {}
    is_current = filters.BUILD_KEY not in query  # a meeting freezes the current build, not one that is pinned
    if is_current and snapshot.page in registry.frozen():
        asked = {name: value for name, value in query.items() if name != FREEZE} | {FREEZE: snapshot.page}
        links |= {
            "freeze_link": f"{registry.MEETINGS}?{urlencode(asked)}",
            "meetings_link": chosen.link(registry.MEETINGS),
        }
    if entry.table:
        explore = registry.page(registry.EXPLORE)
        links["explore_link"] = f"{chosen.link(explore.address)}&{explore.asked[0]}={entry.table}"
    snapshot = replace(snapshot, extra=snapshot.extra | links)
    show(snapshot, key)
    return snapshot


@st.cache_resource(max_entries=200, show_spinner=False)
def _composed(key: Key) -> Snapshot:
    _path, address, chosen, viewer, _language, _today, values = key
    snapshot = registry.page(address).compose(chosen, viewer, dict(values))
    return decision_marks.marked(trace_links.marked(snapshot, chosen), chosen, viewer)


def show(snapshot: Snapshot, key: Key | None = None) -> None:
    """Draw the whole page; what is drawn is kept under `key`, where there is one."""
    look = st.context.theme.type or "light"
    st.html(html.status(snapshot) + html.title(snapshot) + (html.tiles(snapshot.tiles, look) if snapshot.tiles else ""))
    blocks(snapshot, key)
    st.html(html.footer(snapshot))


def blocks(snapshot: Snapshot, key: Key | None = None) -> None:
    """Draw the blocks of a page alone."""
    look = st.context.theme.type or "light"
    for position, row in enumerate(snapshot.blocks):
        if isinstance(row, tuple):
            with st.container(key=f"pair_{position}"):
                for column, block in zip(st.columns(len(row), gap="large"), row, strict=True):
                    with column:
                        _block(block, snapshot, look, key)
        else:
            _block(row, snapshot, look, key)


def _block(block: Block, snapshot: Snapshot, look: str, key: Key | None) -> None:
    with st.container(key=f"block_{block.id}", gap="small"):
        if isinstance(block, TextBlock):
            st.html(html.text_block(block))
        elif isinstance(block, TableBlock):
            st.html(html.block_head(block.id, block.title, "", None, block.trace, block.decide))
            _table(block, snapshot, key)
            _note(_hinted(block), None)
            if block.more:
                st.html(html.way(*block.more))
        elif block.chart.data.is_empty():
            st.html(html.block_head(block.id, block.chart.title, block.chart.unit, None, block.trace, block.decide))
            st.html(html.message(_("Tidak ada data untuk pilihan ini"), html.widen(snapshot.filters)))
        else:
            (_drawn if key else _draw)((key, look), block.id, block)
            with st.expander(_("Lihat tabel")):
                _table(block, snapshot, key)


def _draw(_key: Key, block_id: str, _block: ChartBlock) -> None:
    """Draw a chart under its finding; the second part of the key is the look, light or dark."""
    chart = _block.chart
    head = html.block_head(block_id, chart.title, chart.unit, html.legend(chart), _block.trace, _block.decide)
    if chart.kind in {"matrix", "heat"}:
        st.html(head + html.cells(chart))
    else:
        st.html(head)
        figure = plotly_figure.figure(chart, _key[1])
        st.plotly_chart(figure, theme=None, config=plotly_figure.CONFIG, key=f"chart_{block_id}", alt=chart.alt)
    _note(_hinted(_block), _block.completeness)


@st.cache_data(max_entries=500, show_spinner=False)
def _drawn(key: Key, block_id: str, _block: ChartBlock) -> None:
    _draw(key, block_id, _block)


def _hinted(block: ChartBlock | TableBlock) -> str | None:
    return " ".join(words for words in (block.note, block.hint) if words) or None


def _note(words: str | None, completeness: str | None) -> None:
    if words or completeness:
        st.html(html.note(words, completeness))


def _table(block: ChartBlock | TableBlock, snapshot: Snapshot, key: Key | None) -> None:
    title = block.chart.title if isinstance(block, ChartBlock) else block.title
    if block.table.is_empty():
        empty = block.empty if isinstance(block, TableBlock) else None
        help_text = "" if empty else html.widen(snapshot.filters)
        st.html(html.message(empty or _("Tidak ada data untuk pilihan ini"), help_text))
        return
    st.html((_table_kept if key else _table_html)(key, block.id, block, title))
    if block.table.height > MOST_ROWS:
        most = text.number(MOST_ROWS)
        count = text.number(block.table.height)
        words = _("{count} baris; {most} yang pertama ditampilkan, semuanya ada di unduhan.", count=count, most=most)
        _note(words, None)
    st.download_button(
        _("Unduh CSV"),
        data=lambda: table.as_csv(block.table, block.columns, snapshot),
        file_name=table.file_name(snapshot, block.id),
        mime="text/csv",
        key=f"csv_{block.id}",
        on_click="ignore",
        type="tertiary",
    )


def _table_html(_key: Key | None, block_id: str, _block: ChartBlock | TableBlock, title: str) -> str:
    return table.as_html(_block.table, _block.columns, title)


@st.cache_data(max_entries=500, show_spinner=False)
def _table_kept(key: Key | None, block_id: str, _block: ChartBlock | TableBlock, title: str) -> str:
    return _table_html(key, block_id, _block, title)
