"""The tables of Asal angka: inputs, reports, files, changes, findings, rows. The page draws them, the terminal prints them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import polars as pl

from dashboard import access, roles
from dashboard.parts import usual_columns
from dashboard.parts.row_words import Row, with_text
from dashboard.snapshot import Column, TableBlock, keys
from dashboard.tracing import columns as trace_columns
from dashboard.tracing import words
from dashboard.words import text
from dashboard.words.text import _, n_
from queries.tracing import Trace


@dataclass(frozen=True)
class Links:
    """Where a row leads: an input row to its own trace, a file to its findings; without them nothing is a link."""

    origin: Callable[[Row], str | None] = lambda _row: None
    file: Callable[[str], str | None] = lambda _file_id: None


def inputs(trace: Trace, links: Links | None = None) -> TableBlock:
    """Return what goes into the figure, with values; words.equation says how."""
    say, columns, about = trace_columns.INPUTS[trace.measure.traced.inputs]()
    to = links or Links()
    frame = trace.parts.inputs
    if frame.height:
        frame = with_text(frame, **say, origin_link=to.origin)
    return TableBlock(
        "masukan",
        _("Masukan angka ini"),
        frame,
        _known(frame, columns),
        empty=_("Tidak ada masukan: angka ini belum dapat dihitung untuk pilihan ini."),
        keys=about,
    )


def _known(frame: pl.DataFrame, columns: Iterable[Column]) -> tuple[Column, ...]:
    """Return the columns that say something: one that is empty in every row only takes room."""
    return tuple(c for c in columns if frame.is_empty() or any(value not in (None, "") for value in frame[c.name]))


def reports(trace: Trace) -> TableBlock:
    """Return the reports that have not come in."""
    frame = with_text(
        trace.missing,
        kind_name=lambda r: text.named(r["report_kind_name"], r["report_kind_name_en"]),
        span=lambda r: text.span(r["period"], r["period_months"]),
    )
    columns = (
        Column("unit_name", _("Unit"), role="name"),
        Column("span", _("Periode"), role="period"),
        Column("kind_name", _("Jenis laporan"), role="name"),
        Column("due_on", _("Tenggat"), "date"),
    )
    sentence, _signal = words.completeness(trace)
    empty = sentence if trace.reports.is_empty() else _("Semua laporan yang jatuh tempo sudah diterima.")
    title = _("Kelengkapan: yang belum melapor")
    about = keys("unit_id", "report_kind", period="period", period_months="months")
    return TableBlock("kelengkapan", title, frame, columns, empty=empty, keys=about)


def files(trace: Trace, links: Links | None = None) -> TableBlock:
    """Return the files that the rows stand in, the newest first."""
    to = links or Links()
    frame = with_text(trace.files, link=lambda r: to.file(r["file_id"]))
    columns = (
        Column("file", _("Berkas"), link="link", role="name"),
        Column("as_of", _("Tanggal laporan"), "date", role="as_of"),
        Column("rows", _("Baris dipakai"), "int"),
    )
    empty = _("Tidak ada berkas untuk pilihan ini.")
    return TableBlock("berkas", _("Kemutakhiran: berkas asal"), frame, columns, empty=empty, keys=keys("file_id"))


def changes(comparison: Row, found: pl.DataFrame, links: Links | None = None) -> TableBlock:
    """Return what differs from the build before: before and after, cause and file; revised past values first."""
    to = links or Links()
    kinds, states, causes = words.change_kinds(), words.states(), words.causes()

    def what(row: Row) -> str:
        names = [text.named(row["item_name"], row["item_name_en"])] if row["item_name"] else []
        names += [text.named(row["part_name"], row["part_name_en"])] if row["part_name"] else []
        if row["kind"] == "signal" and row["item_id"]:
            names = [access.pseudonym(row["item_id"]) or ""]
        if row["state"] == "new":
            names.append(n_("{n} angka", "{n} angka", row["figures"]))
        return " · ".join([kinds[row["kind"]], *names])

    def side(row: Row, when: str) -> str | None:
        number, wording = row[f"value_{when}"], row[f"text_{when}"]
        if number is None:
            return wording
        return f"{words.amount(number)} ({wording})" if wording and row["kind"] != "index" else words.amount(number)

    frame = with_text(
        found,
        state_name=lambda r: states[r["state"]],
        what=what,
        span=lambda r: text.through(r["period"], r["last_period"], r["period_months"]),
        before=lambda r: side(r, "before"),
        after=lambda r: side(r, "after"),
        cause_name=lambda r: causes[r["cause"]],
        link=lambda r: to.file(r["file_id"]) if r["file_id"] else None,
    )
    columns = (
        Column("what", _("Angka"), role="name"),
        Column("short_name", _("Unit"), role="name"),
        Column("span", _("Periode"), role="period"),
        Column("state_name", _("Perubahan")),
        Column("before", _("Sebelumnya")),
        Column("after", _("Sekarang")),
        Column("cause_name", _("Sebab")),
        Column("file", _("Berkas"), link="link", role="origin"),
        Column("row", _("Baris"), role="origin"),
    )
    sentence, _signal = words.changed(comparison, found)
    return TableBlock(
        "changes",
        _("Yang berubah sejak data terbitan sebelumnya"),
        frame,
        columns,
        note=sentence if found.height else None,
        empty=sentence,
        keys=keys("unit_id", "item_id", period="period", period_months="months"),
        is_comparison=True,
    )


def change_row(what: str, period: str, state: str, before: str | None, after: str | None, file: str) -> Row:
    """Return a row of `changes` in words, where the build that would say more is gone."""
    return {
        "what": what, "short_name": None, "span": period, "state_name": state, "before": before, "after": after,
        "cause_name": None, "file": file, "row": None,
    }  # fmt: skip


def issues(trace: Trace, links: Links | None = None) -> TableBlock:
    """Return the rejects and findings that touch the figure, with what mends them."""
    to = links or Links()
    frame = with_text(
        trace.issues,
        said=lambda r: text.named(r["message"], r["message_en"]),
        mending=lambda r: text.named(r["mend"], r["mend_en"]),
        issue_name=lambda r: _("ditolak") if r["issue"] == "reject" else _("temuan"),
        link=lambda r: to.file(r["file_id"]) if r["file_id"] else None,
    )
    columns = (
        Column("said", _("Yang ditemukan"), role="name"),
        Column("issue_name", _("Jenis")),
        Column("mending", _("Cara memperbaiki")),
        Column("unit_short_name", _("Unit"), role="name"),
        *usual_columns.origin("link"),
        Column("col", _("Kolom"), role="origin"),
        Column("value", _("Isi sel")),
    )
    empty = _("Tidak ada penolakan atau temuan pada berkas asal angka ini.")
    title, about = _("Penolakan dan temuan yang menyentuh angka ini"), keys("code", "unit_id", period="period")
    return TableBlock("temuan", title, frame, _known(frame, columns), empty=empty, keys=about)


def corrections(trace: Trace, links: Links | None = None) -> tuple[TableBlock, ...]:
    """Return the cells in the rows of the figure that people mended: as they were sent, as they are read; nothing where none was."""
    if trace.corrections.is_empty():
        return ()
    to = links or Links()
    frame = with_text(
        trace.corrections,
        said=lambda r: text.MISSING if r["value"] is None else r["value"],
        whose=lambda r: role.title() if (role := roles.known(r["role"])) else r["role"],
        link=lambda r: to.file(r["file_id"]),
    )
    columns = (
        Column("col", _("Kolom"), role="name"),
        Column("found", _("Seperti dikirim")),
        Column("said", _("Dibetulkan menjadi")),
        Column("why", _("Mengapa")),
        Column("whose", _("Oleh peran")),
        Column("corrected_at", _("Tanggal"), "date"),
        *usual_columns.origin("link"),
    )
    title = n_("{n} sel yang dibetulkan di balik angka ini", "{n} sel yang dibetulkan di balik angka ini", frame.height)
    return (TableBlock("pembetulan", title, frame, columns, keys=keys("file_id", "sheet", "row", "col")),)


def rows(trace: Trace, links: Links | None = None) -> TableBlock:
    """Return the rows of files with sheet, row and the values of their columns; the CSV holds all of them."""
    say, columns, about = trace_columns.ROWS[trace.measure.traced.rows]()
    to = links or Links()
    frame = with_text(trace.parts.rows, **say, link=lambda r: to.file(r["file_id"]) if r["file_id"] else None)
    place = usual_columns.origin("link")[: 1 if trace.measure.traced.rows == "file_states" else None]
    return TableBlock(
        "baris",
        n_("{n} baris di balik angka ini", "{n} baris di balik angka ini", frame.height),
        frame,
        _known(frame, (*columns, *place)),
        empty=_("Tidak ada baris laporan untuk pilihan ini."),
        keys=about,
    )
