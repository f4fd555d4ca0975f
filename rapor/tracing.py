"""`rapor trace`: where a figure comes from, the same as the page Asal angka."""
# ruff: noqa: PLC0415  a command imports only what it needs

import json
import sys
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from queries.language import _
from rapor import comparing, querying
from rapor.terminal import DEFAULT_DATA, DataDir, command, fail, say

if TYPE_CHECKING:
    from dashboard.snapshot import TableBlock
    from queries.tracing import Trace

PARAMETERS = (
    *("period_from", "period_to", "agency", "unit", "indicator", "service"),
    *("payer", "job_group", "employee", "element", "report_kind"),
)


class TraceFormat(StrEnum):
    """How a trace is written: all of it as text or JSON, its rows as CSV."""

    table = "table"
    csv = "csv"
    json = "json"


def trace(
    kind: Annotated[
        str, typer.Argument(metavar="ANGKA", help="Jenis angka; nama yang salah dijawab dengan daftarnya.")
    ],
    parameters: Annotated[
        list[str] | None,
        typer.Option("-p", "--parameter", metavar="NAMA=NILAI", help="Parameter; boleh berulang. Bulan: 2026-01."),
    ] = None,
    form: Annotated[
        TraceFormat, typer.Option("--format", help="Bentuk hasil; csv: semua baris asalnya.")
    ] = TraceFormat.table,
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Menelusuri asal satu angka: definisi, rumus, masukan, kelengkapan, perubahan, temuan, dan baris berkasnya.

    ANGKA: attainment, attainment_mean, visits, satisfaction, satisfaction_element, reporting, completeness,
    accountability, accountability_mean, evaluations, files, rejects.
    Tanpa period_from dan period_to, periodenya seperti di dasbor. Nama dan NIP pegawai tidak ditampilkan.
    """
    from queries import arguments, tracing

    kinds = tracing.kinds()
    if kind not in kinds:
        there = _("Yang ada: {names}", names=", ".join(kinds))
        fail(_("Tidak ada jenis angka {kind!r}.", kind=kind), f"{arguments.nearest(kind, kinds)}{there}")
    asked = querying.asked_for(parameters or [], PARAMETERS)
    if kind.startswith("accountability") and not asked.get("employee"):
        fail(
            _("Sinyal akuntabilitas perlu seorang pegawai."),
            _("Tulis: -p employee=ID, dari alamat halaman pegawai di dasbor."),
        )
    with querying.published(data_dir) as build:
        querying.expect_page(build.viewer, "trace")
        if form is TraceFormat.csv:
            querying.expect_export(build.viewer)
        found = tracing.collect(kind, build.fetch, dict.fromkeys(PARAMETERS) | build.usual_period | asked)
    if form is TraceFormat.csv:
        from dashboard.render import table
        from dashboard.snapshot import Snapshot
        from dashboard.tracing import tables as trace_tables

        rows = trace_tables.rows(found)
        page = Snapshot(page="asal", title=rows.title, period="", is_sample=build.is_sample)
        sys.stdout.buffer.write(table.as_csv(rows.table, rows.columns, page))
    elif form is TraceFormat.json:
        sys.stdout.write(_as_json(found))
    else:
        _print(found)


def _tables(found: "Trace") -> "list[TableBlock]":
    from dashboard.tracing import tables as trace_tables

    return [
        trace_tables.inputs(found),
        trace_tables.reports(found),
        trace_tables.files(found),
        trace_tables.changes(found.comparison, found.changes),
        trace_tables.issues(found),
        *trace_tables.corrections(found),
        trace_tables.rows(found),
    ]


def _as_json(found: "Trace") -> str:
    """Return the trace as JSON: the figure and its words, and each table under its id with all rows."""
    from dashboard.tracing import words

    values: dict[str, Any] = {
        "kind": found.kind,
        "subject": words.subject(found),
        "period": words.period(found),
        "value": found.parts.value,
        "shown": words.value(found),
        "equation": words.equation(found),
        "definition": dict(words.definition(found)),
        "completeness": words.completeness(found)[0],
        "freshness": words.freshness(found),
        "changed": words.changed(found.comparison, found.changes)[0],
    }
    for block in _tables(found):
        values[block.id] = comparing.labelled_rows(block)
    return json.dumps(values, ensure_ascii=False, indent=2, default=_plain) + "\n"


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _print(found: "Trace") -> None:
    from dashboard.tracing import words

    say(words.subject(found), "bold")
    figure = " ".join(filter(None, [words.value(found) or _("belum dapat dihitung"), words.measure(found)]))
    say(f"{figure} · {words.period(found)}")
    if equation := words.equation(found):
        say(_("Perhitungan: {equation}", equation=equation))
    for term, text in words.definition(found):
        say(f"{term}: {text}")
    for sentence in (
        words.freshness(found),
        words.completeness(found)[0],
        words.changed(found.comparison, found.changes)[0],
    ):
        say(sentence)
    for block in _tables(found):
        comparing.print_block(block, "csv")


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    command(
        app,
        "trace",
        "rapor trace visits -p unit=pkm-mengupeh -p period_from=2026-05 -p period_to=2026-05",
        "rapor trace attainment -p unit=pkm-mengupeh",
        "rapor trace satisfaction -p element=u3 --format json",
        "rapor trace reporting --format csv > laporan.csv",
    )(trace)
