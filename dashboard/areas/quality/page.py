"""Mutu data: what came in, what mends it, who reported when, how fresh the figures are."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboard import db, registry
from dashboard.access import Viewer
from dashboard.areas.quality.blocks import (
    KIND,
    files_block,
    issues_block,
    kinds_block,
    matrix_block,
    mending_block,
    named_kind,
)
from dashboard.areas.register import page as register
from dashboard.filters import Filters
from dashboard.parts import funnel, measure_definitions, page_frame
from dashboard.snapshot import Headline, Shown, Snapshot, Tile
from dashboard.tracing.changes import changes_block
from dashboard.words import measure_words, text
from dashboard.words.text import _, n_

FIRST_KIND = "visit"
MOST_HEADLINES = 4


def compose(chosen: Filters, viewer: Viewer, asked: Mapping[str, str] | None = None) -> Snapshot:
    """Return the page; `asked` may name the kind of report that the matrix of units and months shows."""
    given = chosen.parameters()
    facts = db.fetch("quality/summary", viewer).row(0, named=True)
    kinds = db.fetch("quality/report_kinds", viewer, **given)
    kind = pick_kind(kinds, (asked or {}).get(KIND))
    matrix = db.fetch("quality/report_matrix", viewer, report_kind=kind, **given)
    fresh = db.fetch("quality/freshness", viewer, report_kind=kind, **given)
    files = db.fetch("quality/files", viewer)
    mending = db.fetch("quality/mending", viewer, **given)
    issues = db.fetch("quality/issues", viewer, **given)
    timely = db.fetch("quality/timeliness_funnel", viewer, **given | {"report_kind": None, "unit": None, "area": None})
    kind_name = next((named_kind(row) for row in kinds.iter_rows(named=True) if row["report_kind"] == kind), "")
    lines = headlines(facts, kinds, mending, fresh, kind_name, text.period(chosen.period_from, chosen.period_to))
    pointer = register.pointer(chosen, viewer)
    return Snapshot(
        page=registry.QUALITY,
        title=_("Mutu data"),
        headlines=(*lines[: MOST_HEADLINES - len(pointer)], *pointer),
        tiles=tiles(facts, kinds, chosen),
        blocks=(
            matrix_block(matrix, fresh, kind_name, kind, chosen),
            (kinds_block(kinds, chosen), funnel.timeliness_block(timely, chosen)),
            mending_block(mending),
            issues_block(issues, chosen, files),
            files_block(files, chosen),
            changes_block(chosen, viewer),
        ),
        definitions=(*definitions(viewer), funnel.definition()),
        **page_frame.frame(chosen, viewer),
    )


def pick_kind(kinds: pl.DataFrame, wanted: str | None) -> str | None:
    """Return the kind of report asked for where there is one, else the visit reports, else the first kind there is."""
    there = kinds["report_kind"].to_list()
    return next((kind for kind in (wanted, FIRST_KIND, *there) if kind in there), None)


def headlines(
    facts: Mapping[str, Any],
    kinds: pl.DataFrame,
    mending: pl.DataFrame,
    fresh: pl.DataFrame,
    kind_name: str,
    period: str,
) -> tuple[Headline, ...]:
    """Return the answer: files refused, reports missing in the period, the most frequent fault."""
    lines = []
    if facts["files"] == 0:
        return (Headline(_("Belum ada berkas yang dimuat."), "#files"),)
    if facts["refused"]:
        sentence = n_(
            "{n} dari {all} berkas yang dimuat ditolak seluruhnya; sebabnya ada di daftar berkas.",
            "{n} dari {all} berkas yang dimuat ditolak seluruhnya; sebabnya ada di daftar berkas.",
            facts["refused"],
            all=text.number(facts["files"]),
        )
        lines.append(Headline(sentence, "#files", "bad"))
    if facts["held"]:
        sentence = n_(
            "{n} berkas ditahan karena mengurangi atau banyak mengubah angka lama; angka lama tetap dipakai.",
            "{n} berkas ditahan karena mengurangi atau banyak mengubah angka lama; angka lama tetap dipakai.",
            facts["held"],
        )
        lines.insert(0, Headline(sentence, "#files", "bad"))
    missing, expected = (int(kinds[name].sum() or 0) for name in ("missing", "expected"))
    if missing:
        sentence = n_(
            "{n} dari {all} laporan yang jatuh tempo pada {period} belum masuk.",
            "{n} dari {all} laporan yang jatuh tempo pada {period} belum masuk.",
            missing,
            all=text.number(expected),
            period=period,
        )
        lines.append(Headline(sentence, "#kinds", "bad"))
    elif expected:
        sentence = n_(
            "Satu-satunya laporan yang jatuh tempo pada {period} sudah masuk.",
            "Semua {n} laporan yang jatuh tempo pada {period} sudah masuk.",
            expected,
            period=period,
        )
        lines.append(Headline(sentence, "#kinds", "good"))
    behind = fresh.filter(pl.col("missing") > 0).filter(
        pl.col("months_behind").is_null() | (pl.col("months_behind") > 0)
    )
    if not behind.is_empty():
        newest = behind.sort("newest_expected").row(-1, named=True)
        sentence = n_(
            "{kind} {period} belum masuk dari {n} dari {all} unit: {units}.",
            "{kind} {period} belum masuk dari {n} dari {all} unit: {units}.",
            behind.height,
            kind=kind_name,
            period=text.span(newest["newest_expected"], newest["period_months"]),
            all=text.number(fresh.height),
            units=", ".join(behind["unit_short_name"].head(3)) + (", …" if behind.height > 3 else ""),
        )
        lines.append(Headline(sentence, "#reports", "bad"))
    urgent = mending.filter(pl.col("severity") == "attention")
    if not urgent.is_empty():
        top = urgent.row(0, named=True)
        sentence = _(
            "Yang paling sering perlu diperbaiki ({n} dari {all} hal): {mend}",
            n=text.number(top["issues"]),
            all=text.number(int(mending["issues"].sum())),
            mend=text.named(top["mend"], top["mend_en"]),
        )
        lines.append(Headline(sentence, "#mending", "none"))
    return tuple(lines)


def _became(facts: Mapping[str, Any]) -> str:
    """Return what became of the files, those that are held where there are any."""
    counts = {name: text.number(facts[name]) for name in ("accepted", "partly", "refused", "held")}
    if facts["held"]:
        return _("{accepted} diterima, {partly} sebagian, {refused} ditolak, {held} ditahan", **counts)
    return _("{accepted} diterima, {partly} sebagian, {refused} ditolak", **counts)


def tiles(facts: Mapping[str, Any], kinds: pl.DataFrame, chosen: Filters) -> tuple[Tile, ...]:
    """Return four figures: files, rows accepted, completeness and timeliness of reports."""
    period = text.period(chosen.period_from, chosen.period_to)
    expected, received, timed, on_time = (
        int(kinds[name].sum() or 0) for name in ("expected", "received", "timed", "on_time")
    )
    read, accepted = facts["rows_read"], facts["rows_accepted"]
    return (
        Tile(
            "files",
            measure_words.name("files"),
            text.number(facts["files"]),
            "",
            _("seluruh data"),
            comparison=_became(facts),
            signal="bad" if facts["refused"] or facts["held"] else "none",
            link="#files",
            shows=Shown("files"),
        ),
        Tile(
            "rows",
            measure_words.name("rejects"),
            text.number(accepted) if read else None,
            "",
            _("seluruh data"),
            comparison=_(
                "{partly} sebagian, {rejected} ditolak",
                partly=text.number(facts["rows_partly"]),
                rejected=text.number(facts["rows_rejected"]),
            ),
            completeness=_(
                "{n} temuan, {attention} perlu perhatian",
                n=text.number(facts["findings"]),
                attention=text.number(facts["findings_attention"]),
            ),
            link="#mending",
            shows=Shown("rejects"),
        ),
        Tile(
            "completeness",
            measure_words.name("completeness"),
            text.pct(100 * received / expected) if expected else None,
            "",
            period,
            completeness=_("{n} dari {all} laporan masuk", n=text.number(received), all=text.number(expected)),
            link="#reports",
            shows=Shown("completeness"),
        ),
        Tile(
            "timeliness",
            measure_words.name("reporting"),
            text.pct(100 * on_time / timed) if timed else None,
            "",
            period,
            completeness=_("{n} dari {all} laporan sampai tenggat", n=text.number(on_time), all=text.number(timed)),
            link="#reports",
            shows=Shown("reporting", is_itself=True),
        ),
    )


def definitions(viewer: Viewer) -> tuple[tuple[str, str], ...]:
    """Return what the page's terms mean."""
    return (
        measure_definitions.of("completeness", viewer),
        measure_definitions.of("reporting", viewer),
        (
            _("Baris ditolak"),
            _("Baris yang tidak dapat dibaca. Barisnya disimpan bersama sebabnya, tidak diubah menjadi nol."),
        ),
        (_("Temuan"), _("Baris yang dimuat tetapi tampak janggal, misalnya angka yang sama pada dua bulan.")),
        (_("Diperbaiki"), _("Versi baru suatu laporan menggantikan versi lama; versi lama tetap disimpan.")),
    )
