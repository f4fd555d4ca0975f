"""The forms of the right of reply: an employee writes, the head of his unit answers. Who asks is asked again on every click."""

from collections.abc import Callable
from html import escape

import streamlit as st

from dashboard import asking, db, notes
from dashboard.access import Viewer
from dashboard.filters import KEYS
from dashboard.render import html
from dashboard.replies import store
from dashboard.replies.blocks import ASKED, FORM, NEW
from dashboard.replies.store import LONGEST, Reply
from dashboard.words.text import _

SAID = "reply-said"  # in the session: said once, on the run after the click
WORDS = "reply-words"


def show(viewer: Viewer) -> None:
    """Draw what came of the last click, and the form that the address asks for."""
    said: tuple[str, str] | None = st.session_state.pop(SAID, None)
    if said:
        st.html(html.message(*said))
    named = st.query_params.get(ASKED)
    if not named:
        return
    try:
        if named == NEW:
            _write(viewer)
        else:
            _answer(named, viewer)
    except notes.Unavailable as why:
        st.html(html.message(_("Catatan belum dapat dibuka"), str(why)))


def _write(viewer: Viewer) -> None:
    if viewer.employee is None:
        return
    with st.container(key="reply_form"):
        st.html(html.named(FORM, _("Tulis tanggapan")))
        with st.form("reply", border=False, enter_to_submit=False):
            st.text_area(
                _("Tanggapan"), key=WORDS, max_chars=LONGEST,
                placeholder=_("Periode dan indikatornya, apa yang tidak benar, apa yang seharusnya"),
                help=_("Kepala unit, pimpinan di atasnya dan pengelola kepegawaian membacanya bersama nama Anda; orang lain tidak."),
            )  # fmt: skip
            st.form_submit_button(
                _("Kirim tanggapan"), type="primary", on_click=_act, args=(_("Tanggapan dikirim"), _new)
            )
        for one in store.own(viewer):
            if not one.is_withdrawn and not one.answer:
                label = _("Tarik tanggapan: {words}", words=one.words.splitlines()[0][:60])
                st.button(
                    label, key=f"withdraw-{one.id}", on_click=_act, args=(_("Tanggapan ditarik"), _withdrawn, one.id)
                )


def _answer(named: str, viewer: Viewer) -> None:
    one = next((each for each in store.of(st.query_params.get(KEYS["employee"], ""), viewer) if each.id == named), None)
    if one is None or not viewer.may("decide"):
        return
    with st.container(key="reply_form"), st.form("reply", border=False, enter_to_submit=False):
        st.html(html.named(FORM, _("Jawab")) + f"<blockquote class='rp-quote'>{escape(one.words)}</blockquote>")
        st.text_area(
            _("Jawaban"), key=WORDS, max_chars=LONGEST, placeholder=_("Apa yang diperbaiki, atau mengapa tetap")
        )
        st.form_submit_button(
            _("Kirim jawaban"), type="primary", on_click=_act, args=(_("Jawaban dikirim"), _answered, one)
        )


def _act(head: str, act: Callable[..., str], *args: object) -> None:
    """Do it for who asks now, and keep what is to be said on the next run."""
    try:
        st.session_state[SAID] = (head, act(asking.current(), *args))
    except (store.Refused, notes.Unavailable) as why:
        st.session_state[SAID] = (_("Belum tersimpan"), str(why))
        return
    st.query_params.pop(ASKED, None)


def _new(viewer: Viewer) -> str:
    store.write(st.session_state[WORDS] or "", db.build().id, viewer)
    return _("Kepala unit Anda melihatnya; jawabannya muncul di halaman ini.")


def _withdrawn(viewer: Viewer, reply_id: str) -> str:
    store.withdraw(reply_id, viewer)
    return _("Orang lain tidak melihatnya lagi.")


def _answered(viewer: Viewer, one: Reply) -> str:
    store.answer(one.id, st.session_state[WORDS] or "", viewer)
    return _("Pegawai itu melihat jawabannya di halamannya sendiri.")
