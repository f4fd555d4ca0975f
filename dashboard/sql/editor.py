"""The SQL editor: the text of one SELECT, its run in a process of its own, and what is done with the rows."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import streamlit as st

from dashboard import asking, composing, db, layout, registry
from dashboard.access import Viewer
from dashboard.explore import downloads, files, question, refusals, view_forms
from dashboard.explore.question import named
from dashboard.explore.view_store import LONG_NUMBER
from dashboard.filters import Filters
from dashboard.render import html, table
from dashboard.snapshot import Column
from dashboard.sql import page
from dashboard.words import text
from dashboard.words.text import _
from queries.explore.tables import tables
from queries.sandbox import process as sandbox
from queries.sandbox.process import Limits, Run

SQL, BUILD = "sql", "data"
TEXT = "console-text"
LONGEST_IN_ADDRESS = 6000
MOST_ROWS = 5000  # on the screen; a file has them all
LIMITS = Limits(seconds=60, memory_mb=1024, rows=MOST_ROWS)
KEPT_RUNS = 30


@dataclass
class Session:
    """What this reader ran: a process, its rows and past texts can't be kept in an address. `past` has (text, words), newest first.

    `address_text` is the text that the address had, `build` the build that was asked.
    """

    run: Run | None = None
    folder: Path | None = None
    sql: str = ""
    is_plan: bool = False
    frame: pl.DataFrame | None = None
    about: dict = field(default_factory=dict)
    refusal: tuple[str, str, str] | None = None
    past: list[tuple[str, str]] = field(default_factory=list)
    address_text: str | None = None
    build: str = ""

    def forget(self) -> None:
        """End what runs and let go of the answer."""
        if self.run is not None:
            self.run.stop()
        self.run, self.frame, self.refusal = None, None, None


def show(chosen: Filters, viewer: Viewer) -> None:
    """Draw the editor, the run, and what came of it."""
    composing.looked(registry.SQL, {}, viewer)
    session: Session = st.session_state.setdefault("console", Session())
    _follow(session)
    layout.show(page.compose(chosen, viewer))
    with st.container(key="console"):
        with st.spinner(_("Menyiapkan data analisis…"), show_time=True):
            db.analysis_file(viewer)
        _schema(viewer)
        _starts(session, viewer)
        st.text_area(_("Perintah SQL (satu SELECT)"), key=TEXT, height=160, max_chars=20_000)
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            about = (
                session,
                db.analysis_file(viewer),
            )  # of the build that is shown: a click runs before the page names it
            st.button(_("Jalankan"), type="primary", on_click=_start, args=about, shortcut="Ctrl+Enter")
            st.button(_("Lihat rencana"), on_click=_start, args=(*about, True))
        view_forms.show(registry.SQL, {SQL: st.session_state[TEXT]}, viewer)
    if session.run is not None:
        st.fragment(_running, run_every=files.POLL_SECONDS)(session, text.language())
    elif session.refusal:
        st.html(html.message(*session.refusal))
    elif session.frame is not None:
        _result(session, chosen, viewer)


def _follow(session: Session) -> None:
    """Take over the text of the address where it has changed by a link or the way back; the rows of another text or build go."""
    address_text, build = st.query_params.get(SQL), db.build().id
    is_new = address_text is not None and address_text != session.address_text
    if (is_new and address_text != session.sql) or build != session.build:
        session.forget()
    if is_new or TEXT not in st.session_state:
        st.session_state[TEXT] = (
            address_text or session.sql or next((sql for *_names, sql in page.examples(asking.current())), "")
        )
    session.address_text, session.build = address_text, build


def _schema(viewer: Viewer) -> None:
    """Draw the tables with what their columns mean; a click on a column puts its name at the end of the text."""
    with st.expander(_("Tabel dan kolom"), key="console_schema"):
        names = {of.name: f"{of.name} — {named(of.title)}" for of in question.offered(viewer).values()}
        if not names:
            return
        name = st.selectbox(_("Tabel"), list(names), format_func=names.__getitem__, key="console-table", width=420)
        of = tables()[name]
        st.html(html.note(named(of.note) if of.note[0] else named(of.title), None))
        columns = [name, *of.columns]
        st.pills(_("Sisipkan ke perintah"), columns, key="console-insert", on_change=_insert)
        rows = pl.DataFrame(
            [(c.name, named(c.label), named(c.meaning)) for c in of.columns.values()],
            schema=["column", "label", "meaning"],
            orient="row",
        )
        shown = (Column("column", _("Kolom"), role="name"), Column("label", _("Nama")), Column("meaning", _("Arti")))
        st.html(table.as_html(rows, shown, _("Kolom tabel {name}", name=name)))


def _insert() -> None:
    picked = st.session_state["console-insert"]
    if picked:
        before = st.session_state[TEXT]
        gap = "" if not before or before[-1].isspace() else " "
        st.session_state[TEXT] = f"{before}{gap}{picked}"
        st.session_state["console-insert"] = None


def _starts(session: Session, viewer: Viewer) -> None:
    """Draw texts to begin with: examples, and what was run before."""
    with st.container(horizontal=True, gap="small"):
        examples = {sql: text.named(name, english) for name, english, sql in page.examples(viewer)}
        st.selectbox(
            _("Contoh"), list(examples), index=None, format_func=examples.__getitem__, key="console-example",
            placeholder=_("pilih contoh"), on_change=_take, args=("console-example",), width=420,
        )  # fmt: skip
        if session.past:
            past = dict(session.past)
            st.selectbox(
                _("Riwayat"), list(past), index=None, format_func=past.__getitem__, key="console-past",
                placeholder=_("yang pernah dijalankan"), on_change=_take, args=("console-past",), width=420,
            )  # fmt: skip


def _take(key: str) -> None:
    if taken := st.session_state[key]:
        st.session_state[TEXT] = taken
        st.session_state[key] = None


def _start(session: Session, file: Path, is_plan: bool = False) -> None:
    """Run the text as it stands on an analysis file; one that still runs is stopped."""
    if not asking.current().opens(registry.SQL):
        return
    session.forget()
    session.sql, session.is_plan = st.session_state[TEXT], is_plan
    if len(session.sql) <= LONGEST_IN_ADDRESS and not LONG_NUMBER.search(session.sql):
        st.query_params[SQL] = session.sql
    else:
        st.query_params.pop(SQL, None)
    session.address_text = st.query_params.get(SQL)
    session.folder = downloads.folder()
    session.run = Run.start(file, session.sql, session.folder / "hasil.parquet", LIMITS, explain=is_plan)
    session.run.belongs_to(session)


def _stop(session: Session) -> None:
    if session.run is not None:
        session.run.stop()


def _running(session: Session, language: str) -> None:
    """Draw how long a run has taken and the way to stop it; when it has ended, draw the page anew."""
    if session.run is not None:
        with text.speaking(language):  # a piece of the page that runs by itself does not hear which one the page speaks
            _followed(session, session.run)


def _followed(session: Session, run: Run) -> None:
    if not run.is_over:
        rows, seconds = text.number(run.rows), text.number(run.seconds, 1)
        with st.container(horizontal=True, vertical_alignment="center", key="console_running"):
            words = _("Berjalan: {seconds} detik, {rows} baris", seconds=seconds, rows=rows)
            st.html(html.note(files.in_line(run) or words, None))
            st.button(_("Hentikan"), on_click=_stop, args=(session,), key="console-stop")
        return
    try:
        result = run.result()
        session.frame = pl.read_parquet(result.path)
        session.about = {"seconds": result.seconds, "is_cut": result.is_cut}
        words = _("{n} baris", n=text.number(result.rows))
    except sandbox.Refused as wrong:
        session.refusal = refusals.say(wrong, session.sql)
        words = session.refusal[0]
    first = " ".join(session.sql.split())
    entry = (session.sql, f"{first[:70]}{'…' if len(first) > 70 else ''} · {words}")
    session.past = [entry, *(kept for kept in session.past if kept[0] != session.sql)][:KEPT_RUNS]
    session.run = None
    if session.folder is not None:
        shutil.rmtree(session.folder, ignore_errors=True)  # the rows are in memory now
    st.rerun()


def _result(session: Session, chosen: Filters, viewer: Viewer) -> None:
    frame = session.frame
    assert frame is not None  # noqa: S101  the caller looked
    if session.is_plan:
        st.html(html.note(_("Rencana DuckDB untuk perintah ini; tidak ada yang dihitung."), None))
        st.code("\n".join(str(value) for value in frame[frame.columns[-1]]), language=None)
        return
    about = session.about | _choose_chart(frame)
    snapshot = page.page(frame, about, chosen, viewer)
    for headline in snapshot.headlines:
        st.html(html.note(headline.text, None))
    layout.blocks(snapshot)
    if not viewer.may("export"):
        return
    with st.container(key="console_exports", horizontal=True, gap="small", vertical_alignment="bottom"):
        form = st.selectbox(
            _("Unduh semua baris sebagai"),
            list(files.MEDIA),
            format_func=files.form_name,
            key="console-form",
            width=340,
        )
        if st.button(_("Siapkan berkas"), key="console-export"):
            files.begin(session.sql, f"rapor-sql-{db.build().id}", form, viewer, page=registry.SQL)
    files.progress(session.sql)


def _choose_chart(frame: pl.DataFrame) -> dict[str, str | None]:
    """Draw the choice of a chart where the rows make one, and return it."""
    may = page.drawable(frame)
    if frame.height < 2 or not may["x"] or not may["y"]:
        return {}
    names = {"none": _("Tanpa grafik"), "line": _("Garis"), "bars": _("Batang"), "dots": _("Titik")}
    kinds = [kind for kind in names if kind != "line" or may["days"]]
    with st.container(key="console_chart", horizontal=True, gap="small"):
        kind = st.selectbox(
            _("Grafik"), kinds, index=kinds.index("line" if may["days"] else "bars"), format_func=names.__getitem__,
            key="console-chart", width=160,
        )  # fmt: skip
        if kind == "none":
            return {}
        along = may["days"] if kind == "line" else may["x"]
        x = st.selectbox(_("Mendatar"), along, key=f"console-x-{kind}", width=196)
        y = st.selectbox(_("Angka"), may["y"], key="console-y", width=196)
        series = None
        if kind == "line" and may["series"]:
            series = st.selectbox(_("Garis menurut"), may["series"], key="console-series", width=196)
    return {"chart": kind, "x": x, "y": y, "series": series}
