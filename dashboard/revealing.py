"""A NIP shown whole: to who has the right, of one person, on a press with its reason, written down first, and for that view alone.

It is in no address, file, snapshot or log, and nothing keeps it: the session holds only whose it is, until the next run.
"""

import re

import streamlit as st

from dashboard import access, asking, db, record
from dashboard.access import Viewer
from dashboard.filters import KEYS
from dashboard.render import html
from dashboard.words.text import _

WORDS, PRESSED, REFUSED = "reveal-words", "reveal-pressed", "reveal-refused"  # in the session, for one run
SHORTEST, LONGEST = 8, 120


def show(viewer: Viewer) -> None:
    """Draw the form for the person whom the address names, and the NIP on the run after its press; nothing without the right."""
    employee = st.query_params.get(KEYS["employee"], "")
    pressed, refused = st.session_state.pop(PRESSED, None), st.session_state.pop(REFUSED, None)
    if not employee or not viewer.may("reveal") or db.nip(viewer, employee) is None:
        return
    with st.container(key="reveal"):
        if refused:
            st.html(html.message(_("NIP belum ditampilkan"), refused))
        if pressed == employee:
            words = _("Hanya tampil sekarang; melihatnya sudah tercatat beserta alasannya.")
            st.html(html.message(_("NIP {nip}", nip=spaced(db.nip(viewer, employee) or "")), words))
            return
        with st.expander(_("Tampilkan NIP utuh")), st.form("reveal", border=False, enter_to_submit=False):
            st.text_input(
                _("Alasan (tercatat)"), key=WORDS, max_chars=LONGEST,
                placeholder=_("misalnya: menyiapkan surat tugas"),
                help=_("Tulis keperluannya, tanpa nama dan nomor. Auditor membaca siapa melihat, kapan, dan alasan ini."),
            )  # fmt: skip
            st.form_submit_button(_("Tampilkan"), on_click=_press, args=(employee,))


def _press(employee: str) -> None:
    """Write down who asks now, then have the next run show it."""
    viewer, words = asking.current(), (st.session_state.get(WORDS) or "").strip()
    nip = db.nip(viewer, employee) if viewer.may("reveal") else None
    if nip is None:
        return
    if wrong := why_not(words, db.fetch("accountability/person", viewer, employee=employee)["employee_name"][0]):
        st.session_state[REFUSED] = wrong
        return
    try:
        record.add("revealed", {"employee": access.pseudonym(employee) or "", "reason": words})
    except record.Unwritable as unwritten:
        st.session_state[REFUSED] = str(unwritten)
        return
    st.session_state[PRESSED] = employee


def why_not(words: str, name: str | None) -> str | None:
    """Return why a reason can't be taken: it says nothing, or it would put a person into the record; None where it can."""
    if len(words) < SHORTEST:
        return _("Tulis alasannya dulu, misalnya: menyiapkan surat tugas.")
    names = {part for part in re.findall(r"[^\W\d_]{4,}", (name or "").lower())}
    if re.search(r"\d{6}", words) or names & set(re.findall(r"[^\W\d_]{4,}", words.lower())):
        return _("Tulis alasannya tanpa nama dan nomor pegawai.")
    return None


def spaced(nip: str) -> str:
    """Return a NIP as it is printed: 19900101 201501 2 003."""
    return f"{nip[:8]} {nip[8:14]} {nip[14]} {nip[15:]}" if len(nip) == 18 else nip
