"""The forms that write decisions down, and what is said after; their words and rules are in decision, the events in state."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import streamlit as st

from dashboard import asking, db, filters, notes
from dashboard.access import Viewer
from dashboard.decisions import marks, page, store
from dashboard.decisions.page import OPENED, Asked
from dashboard.decisions.values import LONGEST, Decision, Figure, Refused, Seen, Wording, new_id, present, remarks
from dashboard.filters import Filters
from dashboard.meetings import page as meetings_page
from dashboard.render import html
from dashboard.words.text import _

USUAL_DAYS = 30
REPLY = "decision-reply"  # in the session, because it is said once, on the run after the click
DRAFT = "decision-draft"  # in the session, so that a second click on the same form writes nothing twice
MOST_MEETINGS = 20
Reply = tuple[str, str]  # what is so, and what more there is to say


def confirmation() -> None:
    """Say once what came of the last click."""
    reply: Reply | None = st.session_state.pop(REPLY, None)
    if reply:
        st.html(html.message(*reply))


def forms(asked: Asked, chosen: Filters, viewer: Viewer) -> None:
    """Draw the form for a new decision, or those that change the opened one; nothing for who may only read."""
    if not viewer.may("decide"):
        return
    try:
        if asked.is_new:
            if asked.figure is not None and page.why_not(asked.figure, chosen, viewer) is None:
                _new(asked.figure, chosen, viewer)
        elif asked.opened:
            events = store.history(asked.opened, viewer)
            if events:
                _opened(present(events))
    except notes.Unavailable:
        return  # the page above says so already


def _new(figure: Figure, chosen: Filters, viewer: Viewer) -> None:
    newest = marks.newest(marks.series(figure, viewer, chosen))
    draft = st.session_state.setdefault(DRAFT, new_id())
    with st.container(key="decision_form"), st.form("decision", border=False, enter_to_submit=False):
        _fields("new", None)
        meetings = {entry.id: entry.title or entry.id for entry in meetings_page.openable(viewer)}
        named = st.query_params.get(marks.MEETING, "")
        offered = ["", *dict.fromkeys([*([named] if named in meetings else []), *list(meetings)[:MOST_MEETINGS]])]
        st.selectbox(
            _("Rapat (boleh kosong)"),
            offered,
            1 if named in meetings else 0,
            format_func=lambda name: meetings.get(name, _("Tidak dikaitkan dengan rapat")),
            key="decision-new-meeting",
        )
        st.form_submit_button(_("Catat keputusan"), type="primary", on_click=_record, args=(draft, figure, newest))


def _opened(one: Decision) -> None:
    """Draw what can be done with a decision; each click carries the state that it was drawn for, and who clicks is asked again."""
    with st.container(key="decision_form"):
        if one.is_closed:
            st.button(_("Buka kembali"), key="decision-reopen", on_click=_reopen, args=(one.id, one.position))
            return
        with st.expander(_("Selesaikan keputusan")), st.form("decision-close", border=False, enter_to_submit=False):
            st.text_area(_("Hasil"), key="decision-result", max_chars=LONGEST["result"],
                         help=_("Apa yang sudah dilakukan, dan apakah dampaknya tercapai."))  # fmt: skip
            st.form_submit_button(_("Selesaikan"), on_click=_close, args=(one.id, one.position))
        with st.expander(_("Ubah keputusan")), st.form("decision-change", border=False, enter_to_submit=False):
            _fields(f"{one.id}-{one.position}", one.wording)
            st.form_submit_button(_("Simpan perubahan"), on_click=_change, args=(one.id, one.position))


def _fields(form: str, wording: Wording | None) -> None:
    due = wording.due_on if wording else date.today() + timedelta(days=USUAL_DAYS)
    st.text_area(
        _("Keputusan"), wording.what if wording else "", key=f"decision-{form}-what", max_chars=LONGEST["what"],
        placeholder=_("Apa yang dilakukan, di mana"),
    )  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        st.text_input(
            _("Pelaksana: jabatan atau unit, bukan nama orang"), wording.who if wording else "",
            key=f"decision-{form}-who", max_chars=LONGEST["who"], placeholder=_("Kepala Dinas Kesehatan"), width=400,
        )  # fmt: skip
        st.text_input(_("Tenggat (hh-bb-tttt)"), f"{due:%d-%m-%Y}", key=f"decision-{form}-due", max_chars=10, width=200)
    st.text_area(
        _("Dampak yang diharapkan (boleh kosong)"), wording.effect if wording else "", key=f"decision-{form}-effect",
        max_chars=LONGEST["effect"], height=80, placeholder=_("Angka mana, dari berapa menjadi berapa, kapan"),
    )  # fmt: skip


def _worded(form: str) -> Wording:
    """Return what the fields say; raises Refused where the day can't be read."""
    due = day_of(st.session_state[f"decision-{form}-due"])
    if due is None:
        raise Refused(_("Isi tenggat sebagai hari-bulan-tahun, misalnya 31-12-2026."))
    what, who, effect = (st.session_state[f"decision-{form}-{name}"] or "" for name in ("what", "who", "effect"))
    return Wording(what, who, due, effect)


def day_of(entry: str) -> date | None:
    """Return the day of '31-12-2026', '31/12/2026' or '31.12.2026'; None for anything else."""
    try:
        return datetime.strptime(entry.strip().replace("/", "-").replace(".", "-"), "%d-%m-%Y").date()
    except ValueError:
        return None


def _attempt(head: str, act: Callable[[], str]) -> bool:
    """Do it and keep what is to be said on the next run; return whether it was done."""
    try:
        st.session_state[REPLY] = (head, act())
    except (Refused, notes.Unavailable) as why:
        st.session_state[REPLY] = (_("Belum tersimpan"), str(why))
        return False
    return True


def _record(draft: str, figure: Figure, newest: Seen) -> None:
    def act() -> str:
        viewer, wording = asking.current(), _worded("new")
        named = st.session_state["decision-new-meeting"]
        meeting_id = named if named in {entry.id for entry in meetings_page.openable(viewer)} else None
        seen = Seen(newest.value, newest.period, newest.period_months, db.build().id, meeting_id)
        store.record(draft, figure, wording, seen, viewer)
        return " ".join([_("Tampil di halaman ini dan di angkanya."), *remarks(wording, date.today())])

    if _attempt(_("Keputusan dicatat"), act):
        st.session_state.pop(DRAFT, None)
        shared = {filters.KEYS[name] for name in filters.SHARED} | {filters.LANGUAGE_KEY}
        kept = {key: value for key, value in st.query_params.items() if key in shared}
        st.query_params.from_dict(kept | {OPENED: draft})


def _change(decision_id: str, position: int) -> None:
    def act() -> str:
        wording = _worded(f"{decision_id}-{position}")
        store.change(decision_id, position, wording, asking.current())
        return " ".join([_("Yang lama tersimpan di riwayat."), *remarks(wording, date.today())])

    _attempt(_("Perubahan disimpan"), act)


def _close(decision_id: str, position: int) -> None:
    def act() -> str:
        store.close(decision_id, position, st.session_state["decision-result"] or "", asking.current())
        return _("Bila keliru, pilih “Buka kembali” di bawah.")

    _attempt(_("Keputusan selesai"), act)


def _reopen(decision_id: str, position: int) -> None:
    def act() -> str:
        store.reopen(decision_id, position, asking.current())
        return _("Hasil yang lama tersimpan di riwayat.")

    _attempt(_("Dibuka kembali"), act)
