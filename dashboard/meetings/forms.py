"""Freezing pages for a meeting, and opening what was frozen: the forms and buttons; what they do is in agenda and store."""

from datetime import UTC, date, datetime
from functools import partial

import streamlit as st

from dashboard import asking, composing, layout, record, registry
from dashboard.access import Viewer
from dashboard.decisions import marks as decision_marks
from dashboard.filters import KEYS, SHARED, Filters
from dashboard.meetings import agenda, brief, comparison_page, media, signing, store
from dashboard.meetings import page as meetings_page
from dashboard.meetings.store import Altered, Newer
from dashboard.render import covers, html
from dashboard.snapshot import ChartBlock, Meeting
from dashboard.words import text
from dashboard.words.text import _


def show(chosen: Filters, viewer: Viewer) -> None:
    """Draw what the URL asks for: the form for one more, one that was frozen, or the list."""
    query = st.query_params
    page = registry.find(query.get(composing.FREEZE))
    if page and page.is_frozen:
        if not composing.freezes(viewer) or not viewer.opens(page.address):
            help_text = _(
                "Yang membekukan halaman untuk rapat adalah peran lain; cuplikannya dapat dibuka di halaman Rapat."
            )
            st.html(html.message(_("Peran Anda tidak membekukan halaman"), help_text))
            return
        _form(page.address, chosen, viewer)
    elif name := query.get("rapat"):
        _opened(name, chosen, viewer)
    else:
        usual = query.get(meetings_page.SEARCH, "")
        words = st.text_input(_("Cari cuplikan"), usual, placeholder=_("judul, halaman, atau tanggal"))
        layout.show(meetings_page.compose(chosen, viewer, {meetings_page.SEARCH: words}))


def _form(address: str, chosen: Filters, viewer: Viewer) -> None:
    """Ask for title, day, notes and pages; freeze, and go to what came of it."""
    own = {*KEYS.values(), *registry.page(address).asked}
    filtered = tuple(sorted((key, value) for key, value in st.query_params.items() if key in own))
    names = {page.address: page.title() for page in registry.of(viewer) if page.is_frozen}
    heading = _("Bekukan untuk rapat")
    st.html(f"<div class='rp-title'><h1>{heading}</h1><p>{text.period(chosen.period_from, chosen.period_to)}</p></div>")
    st.html(html.note(_("Halaman disimpan seperti sekarang dan tidak berubah lagi, walau data baru dimuat."), None))
    forms = {
        agenda.BRIEF: _("Ringkas: paling banyak 12 salindia, lalu lampiran"),
        agenda.WHOLE: _("Lengkap: setiap blok"),
    }
    form = st.radio(_("Bentuk"), list(forms), format_func=forms.__getitem__, horizontal=True)
    pages = st.multiselect(
        _("Halaman, menurut urutan"), list(names), [address], format_func=names.__getitem__,
        placeholder=_("Pilih halaman"),
    )  # fmt: skip
    asked = [(page, filtered if page == address else _shared(filtered)) for page in pages]
    with st.spinner(_("Menyusun halaman…")):
        offered = _offered(asked, viewer)
    usual = [key for key, (_words, is_usual) in offered.items() if is_usual or form == agenda.WHOLE]
    with st.form("freeze", border=False):
        title_now = _("Rapat {period}", period=text.period(chosen.period_from, chosen.period_to))
        title = st.text_input(_("Judul"), title_now, max_chars=120)
        day = st.text_input(_("Tanggal rapat (hh-bb-tttt)"), f"{datetime.now():%d-%m-%Y}", max_chars=10)
        blocks = st.multiselect(
            _("Blok yang dilampirkan") if form == agenda.BRIEF else _("Blok"), list(offered), usual,
            format_func=lambda key: offered[key][0], placeholder=_("Pilih blok"), key=f"blocks-{form}-{'-'.join(pages)}",
        )  # fmt: skip
        earlier = {"": _("tanpa perbandingan")} | _earlier(viewer)
        before = st.selectbox(_("Diawali yang berubah sejak rapat"), list(earlier), format_func=earlier.__getitem__)
        notes = st.text_area(_("Catatan"), max_chars=4000)
        sent = st.form_submit_button(_("Bekukan"), type="primary")
    if not sent:
        return
    held_on = _day(day)
    if not title.strip() or held_on is None or not pages:
        st.html(
            html.message(
                _("Belum dapat dibekukan"), _("Isi judul, tanggal seperti 25-11-2026, dan paling sedikit satu halaman.")
            )
        )
        return
    entries = tuple(_with_blocks(entry, offered, blocks, form) for entry in asked)
    whose = f"{viewer.role}:{viewer.of}" if viewer.of else viewer.role
    wanted = agenda.Agenda(
        title.strip(), agenda.beginning(before) + entries, held_on, notes.strip(), text.language(), whose, form
    )
    with st.spinner(_("Menyusun halaman…")):
        meeting = agenda.compose(wanted, datetime.now(UTC).replace(tzinfo=None))
        try:
            store.write(meetings_page.folder(), meeting)
            record.tried("frozen", {"meeting": meeting.id})
        except signing.Unsigned as wrong:
            st.html(html.message(_("Belum dapat dibekukan"), str(wrong)))
            return
    kept = {key: value for key, value in st.query_params.items() if key != composing.FREEZE}
    st.query_params.from_dict(kept | {"rapat": meeting.id})
    st.rerun()


Offered = dict[tuple[str, str], tuple[str, bool]]


def _offered(asked: list[tuple[str, agenda.Query]], viewer: Viewer) -> Offered:
    """Return (page, block) -> its words and whether a brief takes it along unasked, of all blocks that show anything."""
    found: Offered = {}
    for address, query in asked:
        page = composing.composed(composing.key(address, dict(query), viewer))
        charts = 0
        for block in page.flat():
            if brief.is_empty(block):
                continue
            is_chart = isinstance(block, ChartBlock)
            charts += is_chart
            words = block.chart.title if isinstance(block, ChartBlock) else block.title
            found[address, block.id] = (f"{page.title}: {words}", is_chart and charts <= brief.OF_A_PAGE)
    return found


def _with_blocks(
    entry: tuple[str, agenda.Query], offered: Offered, picked: list[tuple[str, str]], form: str
) -> tuple[str, agenda.Query]:
    """Return a page of the agenda with the blocks picked of it; one whose blocks all go along in full names none."""
    address, query = entry
    every = [block for page, block in offered if page == address]
    own = [block for page, block in picked if page == address]
    if form == agenda.WHOLE and (own == every or not own):
        return entry
    return address, tuple(sorted((*query, (agenda.BLOCKS, ",".join(own)))))


def _earlier(viewer: Viewer) -> dict[str, str]:
    """Return the meetings that the viewer may open, the newest first, as they are named to him."""
    found = meetings_page.openable(viewer)
    return {entry.id: f"{text.date(entry.held_on or entry.created_at)} · {entry.title}" for entry in found}


def _shared(filtered: agenda.Query) -> agenda.Query:
    """Return the filters that go along to another page."""
    shared = {KEYS[name] for name in SHARED}
    return tuple(pair for pair in filtered if pair[0] in shared)


def _day(entry: str) -> date | None:
    try:
        return datetime.strptime(entry.strip().replace("/", "-"), "%d-%m-%Y").date()
    except ValueError:
        return None


def _opened(name: str, chosen: Filters, viewer: Viewer) -> None:
    """Draw a page of a meeting snapshot as it was, with its files to take along."""
    try:
        frozen = store.read(meetings_page.folder(), name)
    except KeyError:
        st.html(
            html.message(_("Cuplikan ini tidak ada"), _("Mungkin sudah dipindahkan; lihat daftarnya di halaman Rapat."))
        )
        return
    except Newer as wrong:
        st.html(html.message(_("Cuplikan ini tidak dapat dibuka"), str(wrong)))
        return
    except Altered as wrong:
        help_text = _("Pulihkan berkasnya dari cadangan, atau bekukan lagi. Yang berubah: {files}", files=str(wrong))
        st.html(html.message(_("Cuplikan ini tidak lagi seperti saat dibekukan"), help_text))
        return
    if not store.may_open(frozen, viewer):
        help_text = _("Cuplikan ini memuat nama atau unit yang tidak boleh dilihat dengan peran Anda.")
        st.html(html.message(_("Cuplikan ini tidak dapat dibuka"), help_text))
        return
    record.once("snapshot_opened", {"meeting": frozen.id})
    if "banding" in st.query_params:
        with text.speaking(frozen.language), st.spinner(_("Membandingkan dengan data sekarang…")):
            now = agenda.again(frozen, datetime.now(UTC).replace(tzinfo=None))
            layout.show(comparison_page.page(frozen, now, viewer))
        return
    pages = covers.shown(frozen)
    position = _position(len(pages))
    with text.speaking(frozen.language):
        st.html(
            html.meeting(
                frozen,
                position,
                [meetings_page.link(chosen, name, n + 1) for n in range(len(pages))],
                f"{meetings_page.link(chosen, name)}&banding=1",
            )
        )
    if viewer.may("export"):
        _files(frozen)
    with text.speaking(frozen.language):
        layout.show(decision_marks.with_forms(pages[position - 1], viewer, frozen.id))


def _position(count: int) -> int:
    number = st.query_params.get("halaman", "1")
    return min(max(int(number), 1), count) if number.isascii() and number.isdigit() else 1


def _files(frozen: Meeting) -> None:
    asker = asking.asker()

    def taken(medium: str) -> bytes:
        if not asker.viewer.may("export"):  # the table of roles may have changed since
            return b""
        record.note("exported", {"meeting": frozen.id, "format": medium}, asker=asker)
        return media.export(frozen, medium)

    with st.container(key="meeting_files", horizontal=True, gap="small"):
        for medium, kind in media.MEDIA.items():
            st.download_button(
                _("Unduh {medium}", medium=medium.upper()),
                data=partial(taken, medium),
                file_name=media.file_name(frozen, medium),
                mime=kind.mime,
                key=f"download_{medium}",
                on_click="ignore",
                type="tertiary",
            )
