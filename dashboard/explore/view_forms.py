"""The form that saves a view of an analysis, and the list of those saved: each one link away, none lost."""

from collections.abc import Callable, Mapping
from urllib.parse import quote, urlencode

import streamlit as st

from dashboard import asking, db, notes, registry
from dashboard.access import Viewer
from dashboard.explore import question, view_store
from dashboard.explore.view_store import Refused, View
from dashboard.render import html
from dashboard.words import text
from dashboard.words.text import _

REPLY = "saved-reply"  # in the session: what the last click did, said once


def show(page: str, query: Mapping[str, str], viewer: Viewer) -> None:
    """Draw the list of saved views and the form for this one; `query` holds the keys and words of the address of what is looked at."""
    try:
        views = view_store.listed(viewer)
        removed = view_store.listed(viewer, removed=True)
    except notes.Unavailable as why:
        st.html(html.message(_("Tampilan tersimpan belum dapat dibaca"), str(why)))
        return
    with st.container(key="saved_views", horizontal=True, gap="small"):
        with st.popover(_("Tampilan tersimpan ({n})", n=text.number(len(views))), key="saved-list"):
            _list(views, removed, viewer)
        with st.popover(_("Simpan tampilan"), key="saved-new"):
            _form(page, urlencode(query, quote_via=quote), viewer)
        others = {
            registry.EXPLORE: (_("Jelajah tanpa SQL"), registry.EXPLORE),
            registry.SQL: (_("Tulis SQL sendiri"), registry.SQL),
        }
        words, address = next(other for name, other in others.items() if name != page)
        if viewer.opens(address):
            st.html(html.way(_spoken(address), words))
    if reply := st.session_state.pop(REPLY, None):
        st.html(html.note(reply, None))


def _spoken(address: str) -> str:
    """Return an address that keeps the reader's language."""
    language = urlencode(question.spoken())
    return f"{address}{'&' if '?' in address else '?'}{language}" if language else address


def _list(views: list[View], removed: list[View], viewer: Viewer) -> None:
    if not views and not removed:
        st.html(html.note(_("Belum ada. Atur tabel dan saringannya, lalu pilih “Simpan tampilan”."), None))
    for view in views:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.html(html.way(_spoken(f"{view.page}?{view.query}"), view.name, about(view)))
            if view.is_of(viewer):
                _button(_("Hapus"), f"remove-{view.id}", _remove, view)
    if removed:
        st.html(html.note(_("Dihapus; dapat dikembalikan:"), None))
    for view in removed:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.html(html.note(view.name, None))
            _button(_("Kembalikan"), f"restore-{view.id}", _restore, view)


def _button(label: str, key: str, act: Callable[[View, str], None], view: View) -> None:
    st.button(label, key=key, type="tertiary", on_click=act, args=(view, text.language()))


def about(view: View) -> str:
    """Return who saved a view and which data it shows."""
    data = _("data terbitan {build}", build=view.build_id) if view.build_id else _("selalu data terbaru")
    seen = _("semua peran") if view.is_shared else _("peran {role} saja", role=view.role)
    return f"{view.owner} · {text.date(view.at)} · {data} · {seen}"


def _form(page: str, query: str, viewer: Viewer) -> None:
    with st.form("save-view", border=False):
        st.text_input(
            _("Nama"), key="save-name", max_chars=view_store.LONGEST_NAME, placeholder=_("misalnya: Gigi per triwulan")
        )
        st.text_input(_("Pemilik"), viewer.role, key="save-owner", max_chars=view_store.LONGEST_NAME)
        st.checkbox(_("Kunci pada data terbitan sekarang"), key="save-pinned")
        st.checkbox(_("Tampilkan juga bagi peran lain"), key="save-shared", value=True)
        about = (page, query, db.build().id, text.language())
        st.form_submit_button(_("Simpan"), on_click=_save, args=about)


# What follows a click runs before the page, which then has not yet said which build it shows and which language it speaks.


def _save(page: str, query: str, shown_build: str, language: str) -> None:
    state = st.session_state
    build = shown_build if state["save-pinned"] else None
    if build:
        query = f"{query}&data={build}" if query else f"data={build}"
    with text.speaking(language):
        _tried(
            lambda: view_store.save(
                state["save-name"], state["save-owner"], page, query, build, state["save-shared"], asking.current()
            ),
            _("Tersimpan sebagai “{name}”.", name=state["save-name"].strip()),
        )


def _remove(view: View, language: str) -> None:
    with text.speaking(language):
        done = _("“{name}” dihapus; dapat dikembalikan dari daftar.", name=view.name)
        _tried(lambda: view_store.remove(view, asking.current()), done)


def _restore(view: View, language: str) -> None:
    with text.speaking(language):
        _tried(lambda: view_store.restore(view, asking.current()), _("“{name}” dikembalikan.", name=view.name))


def _tried(work: Callable[[], object], done: str) -> None:
    try:
        work()
    except (Refused, notes.Unavailable) as why:
        done = str(why)
    st.session_state[REPLY] = done
