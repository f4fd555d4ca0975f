"""What an analyst takes along: the answer or its rows as a file, made by a process of its own, and the SQL that makes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from dashboard import db, record, registry
from dashboard.access import Viewer
from dashboard.explore import downloads, refusals
from dashboard.explore.groups import measure_name
from dashboard.explore.question import Asked, answerable, named, sql_link
from dashboard.render import html
from dashboard.roles import Withheld
from dashboard.words import text
from dashboard.words.text import _
from queries.explore.beside import beside, both_sql
from queries.explore.slices import Refused, answer_sql, labelled_sql, rows_sql
from queries.sandbox import process as sandbox
from queries.sandbox.process import Limits, Run

MEDIA = {  # how a file is written -> its ending, its kind
    "csv_semicolon": ("csv", "text/csv"),
    "csv": ("csv", "text/csv"),
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "parquet": ("parquet", "application/vnd.apache.parquet"),
}
LIMITS = Limits(seconds=900, memory_mb=1536, rows=None)
POLL_SECONDS = 0.5
JOB = "export-job"  # in the session: a process that runs can't be kept in an address


@dataclass
class Job:
    """A file that is being made: its run, how many rows there will be, where it is offered once it is there."""

    run: Run
    name: str
    form: str
    sql: str
    rows: int | None = None
    address: str | None = None


def form_name(form: str) -> str:
    """Return what a form of file is called."""
    return {
        "csv_semicolon": _("CSV untuk Excel Indonesia (titik koma, koma desimal)"),
        "csv": _("CSV (koma, titik desimal)"),
        "xlsx": _("Excel (XLSX)"),
        "parquet": _("Parquet"),
    }[form]


def show(asked: Asked, viewer: Viewer) -> None:
    """Draw the choice of what to take along, and the SQL of the answer."""
    build, asked = asked.build, answerable(asked)
    try:
        sqls = {is_rows: sql_of(asked, is_rows) for is_rows in ([True] if asked.look == "rows" else [False, True])}
    except Refused:
        return
    with st.container(key="explore_exports"):
        if viewer.may("export"):
            _choice(asked, sqls, viewer)
        sql = sqls[asked.look == "rows"]
        st.code(sql, language="sql")
        if viewer.opens(registry.SQL):
            st.html(html.way(sql_link(sql, build), _("Buka di halaman SQL"), _("Di terminal: rapor query --sql")))


def _choice(asked: Asked, sqls: Mapping[bool, str], viewer: Viewer) -> None:
    """Draw the forms of a file, and how far one is that is being made."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        form = st.selectbox(_("Unduh sebagai"), list(MEDIA), format_func=form_name, key="export-form", width=420)
        rows_too = asked.look == "groups" and st.selectbox(
            _("isi"), [False, True], key="export-rows", width=240,
            format_func=lambda is_rows: _("baris di baliknya") if is_rows else _("hitungan di atas"),
        )  # fmt: skip
        is_rows = asked.look == "rows" or bool(rows_too)
        if st.button(_("Siapkan berkas"), key="export-start"):
            begin(sqls[is_rows], name_of(asked, is_rows), form, viewer)
    progress(*sqls.values())


def sql_of(asked: Asked, is_rows: bool) -> str:
    """Return the SELECT of the answer, or of its rows, columns called as on the page; raises Refused."""
    slice_ = asked.slice
    mark = _("Data contoh") if db.build().is_sample else None
    if is_rows:
        columns = [column for column in slice_.of.columns.values() if column.kind != "key"]
        return labelled_sql(rows_sql(slice_), {column.name: named(column.label) for column in columns}, mark)
    labels = {dimension.name: named(dimension.label) for dimension in slice_.dimensions}
    labels["value"] = measure_name(slice_)
    if slice_.compare:
        labels |= {"compared": _("Pembanding"), "change": _("Selisih"), "change_pct": _("Perubahan (%)")}
    labels["row_count"] = _("Banyak baris")
    if asked.second is None:
        return labelled_sql(answer_sql(slice_), labels, mark)
    second, _left = beside(slice_, *asked.second)
    named_twice = {name: label for name, label in labels.items() if name not in (d.name for d in slice_.dimensions)}
    other = measure_name(second)
    labels |= {f"{name}_2": other if name == "value" else f"{label} · {other}" for name, label in named_twice.items()}
    return labelled_sql(both_sql(slice_, second), labels, mark)


def name_of(asked: Asked, is_rows: bool) -> str:
    """Return the name of the file without its ending: table, measure, build, and that it is sample data."""
    build = db.build()
    what = "baris" if is_rows else asked.slice.measure
    parts = ["rapor", asked.slice.table, what, build.id, "data-contoh" if build.is_sample else ""]
    return "-".join(part for part in parts if part).replace("_", "-")


def begin(
    sql: str, name: str, form: str, viewer: Viewer, limits: Limits = LIMITS, page: str = registry.EXPLORE
) -> None:
    """Start to make a file of a page; one that is still being made is stopped. Raises record.Unwritable, Withheld."""
    if not viewer.may("export"):
        raise Withheld(page)
    stop()
    record.note("exported", {"page": page, "format": form, "build": db.build().id})
    ending, _mime = MEDIA[form]
    target = downloads.folder() / f"{name}.{ending}"
    run = Run.start(db.analysis_file(viewer), sql, target, limits, form)
    job = Job(run, target.name, form, sql)
    run.belongs_to(job)
    st.session_state[JOB] = job


def stop() -> None:
    """End what is being made, and forget it."""
    job: Job | None = st.session_state.pop(JOB, None)
    if job is not None:
        job.run.stop()


def progress(*current: str) -> None:
    """Draw how far a file is, and when it is there where to fetch it; one of another SELECT than the current ones is said to be."""
    job: Job | None = st.session_state.get(JOB)
    if job is not None:
        if job.sql not in current:
            st.html(html.note(_("Berkas ini dari pilihan sebelumnya, bukan dari yang tampak sekarang."), None))
        every = POLL_SECONDS if not job.run.is_over else None
        st.fragment(_progress, run_every=every)(text.language())


def _progress(language: str) -> None:
    """Draw it in a language: a piece of the page that runs by itself does not hear which one the page speaks."""
    job: Job | None = st.session_state.get(JOB)
    if job is not None:
        with text.speaking(language):
            _draw(job)


def _draw(job: Job) -> None:
    rows = text.number(job.run.rows)
    if not job.run.is_over:
        seconds = text.number(job.run.seconds)
        words = _("Menulis {name}: {rows} baris, {seconds} detik", name=job.name, rows=rows, seconds=seconds)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.html(html.note(in_line(job.run) or words, None))
            st.button(_("Hentikan"), on_click=stop, key="export-stop")
        return
    try:
        result = job.run.result()
    except sandbox.Refused as wrong:
        st.html(html.message(*refusals.say(wrong)))
    else:
        if job.address is None:
            job.address = downloads.offer(result.path, job.name, MEDIA[job.form][1])
            st.rerun()  # the page, once: this piece then no longer asks by itself
        size = _size(result.path)
        st.html(html.download(job.address, job.name, _("{rows} baris, {size}", rows=rows, size=size)))


def in_line(run: Run) -> str | None:
    """Return the place of a run that waits for others, in words; None of one that doesn't wait."""
    place = run.place
    return _("Menunggu giliran: nomor {n} dalam antrean", n=text.number(place)) if place else None


def _size(path: Path) -> str:
    kilobytes = path.stat().st_size / 1000
    return f"{text.number(kilobytes / 1000, 1)} MB" if kilobytes >= 1000 else f"{text.number(max(kilobytes, 1))} kB"
