"""The blocks of Mutu data: reports by unit and month, kinds of report, freshness, what mends what, files."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboard import charts, registry
from dashboard.filters import Filters
from dashboard.parts import row_links
from dashboard.snapshot import ChartBlock, Column, Follows, Shown, TableBlock, keys
from dashboard.words import text
from dashboard.words.text import _, n_

(KIND,) = registry.page(registry.QUALITY).asked  # names the kind of report whose matrix is shown


def named_kind(row: Mapping[str, Any]) -> str:
    """Return the name of a row's report kind in the reader's language."""
    return text.named(row["report_kind_name"], row["report_kind_name_en"])


def states() -> dict[str, tuple[str, str]]:
    """Return what became of a report -> its name and colour."""
    return {
        "on_time": (_("tepat waktu"), "ordinary"),
        "received": (_("masuk, waktu tidak tercatat"), "ordinary"),
        "corrected": (_("masuk, lalu diperbaiki"), "good"),
        "late": (_("terlambat"), "attention"),
        "missing": (_("belum melapor"), "missing"),
        "not_due": (_("belum jatuh tempo"), "empty"),
        "not_owed": (_("tidak wajib melapor"), "empty"),
    }


MOST_BEHIND = 5  # units named as behind
LETTERS = {"on_time": "✓", "received": "•", "corrected": "✎", "late": "+{days}", "not_due": "·", "not_owed": ""}


def matrix_block(
    matrix: pl.DataFrame,
    fresh: pl.DataFrame,
    kind_name: str,
    kind: str | None,
    chosen: Filters,
) -> ChartBlock:
    """Return units by period: on time, late with its days, missing, corrected; the units with most gaps on top.

    The newest period stands first: on a phone the others are a swipe away. The heads pick a unit
    or a period; the kind of report stays.
    """
    names, data = states(), _cells(matrix, kind, chosen)
    title = _matrix_title(data, kind_name)
    chart = charts.heat(
        data,
        "unit_short_name",
        "column",
        state="state",
        text="words",
        hover="hover",
        states=names,
        row_link="row_link",
        column_link="column_link",
        title=title,
        unit=_("unit × periode; + hari setelah tenggat"),
        alt=_("Matriks unit dan periode dengan keadaan setiap laporan. {finding}", finding=title),
    )
    columns = (
        Column("unit_name", _("Unit"), link="row_link", role="name"),
        Column("column", _("Periode"), link="column_link", role="period"),
        Column("state_name", _("Keadaan")),
        Column("due_on", _("Tenggat"), "date"),
        Column("received_at", _("Diterima"), "date"),
        Column("days_after_due", _("Hari setelah tenggat"), "int"),
        Column("versions", _("Versi"), "int"),
    )
    note = _(
        "✓ tepat waktu · + hari terlambat · ✎ diganti versi baru · belum: belum melapor · titik: belum jatuh tempo."
    )
    shown = data.filter(pl.col("state") != "not_owed")
    about = keys("unit_id", period="period", period_months="months")
    return ChartBlock(
        "reports",
        chart,
        shown,
        columns,
        note,
        freshness(fresh) or None,
        shows=Shown("completeness", kind),
        keys=about,
    )


def _cells(matrix: pl.DataFrame, kind: str | None, chosen: Filters) -> pl.DataFrame:
    """Return a row a unit and period, the units with most gaps first, with the words, state and links of its cell."""
    names = states()
    if not matrix.is_empty():
        worst = matrix.group_by("unit_id").agg(
            gaps=(pl.col("status") == "missing").sum(), lates=(pl.col("status") == "late").sum()
        )
        matrix = matrix.join(worst, on="unit_id").sort(
            ["gaps", "lates", "unit_short_name", "unit_id", "period"], descending=[True, True, False, False, True]
        )
    grid = full_grid(matrix)
    spans = {
        (start, n): text.span(start, n) for start, n in grid.select("period", "period_months").unique().iter_rows()
    }
    rows = [row | {"column": spans[row["period"], row["period_months"]]} for row in grid.iter_rows(named=True)]
    letters = LETTERS | {"missing": _("belum")}
    words = [letters[r["state"]].format(days=max(r["days_after_due"] or 0, 0)) for r in rows]
    unit_links = [_of_kind(kind, chosen.toggle(registry.QUALITY, unit=r["unit_id"])) for r in rows]
    return grid.with_columns(
        column=pl.Series([r["column"] for r in rows], dtype=pl.String),
        words=pl.Series(words, dtype=pl.String),
        state_name=pl.Series([names[r["state"]][0] for r in rows], dtype=pl.String),
        hover=pl.Series([cell_words(r, names) for r in rows], dtype=pl.String),
        row_link=pl.Series(unit_links, dtype=pl.String),
        column_link=pl.Series([_of_kind(kind, _pick_period(chosen, r)) for r in rows], dtype=pl.String),
    )


def _matrix_title(cells: pl.DataFrame, kind_name: str) -> str:
    if cells.is_empty():
        return _("Belum ada laporan yang diharapkan pada periode ini")
    missing, late = (cells.filter(pl.col("status") == status).height for status in ("missing", "late"))
    if not missing and not late:
        return _("{kind}: semua masuk tepat waktu", kind=kind_name)
    return _(
        "{kind}: {missing} belum masuk, {late} terlambat",
        kind=kind_name,
        missing=text.number(missing),
        late=text.number(late),
    )


def _of_kind(kind: str | None, url: str) -> str:
    return f"{url}&{KIND}={kind}" if kind else url


def _pick_period(chosen: Filters, row: Mapping[str, Any]) -> str:
    return chosen.toggle(registry.QUALITY, period_from=row["period"], period_to=row["period"])


def full_grid(matrix: pl.DataFrame) -> pl.DataFrame:
    """Return every unit at every period, units in their order, months from left to right; what was not owed has the state not_owed.

    A chart's columns stand in the order in which they first appear, and the first unit may lack some of them.
    """
    units = matrix.select("unit_id", "unit_name", "unit_short_name").unique(maintain_order=True)
    periods = matrix.select("period", "period_months").unique().sort("period", "period_months")
    cells = matrix.drop("unit_name", "unit_short_name")
    grid = units.join(periods, how="cross").join(
        cells, on=["unit_id", "period", "period_months"], how="left", maintain_order="left"
    )
    return grid.with_columns(pl.col("state").fill_null("not_owed"))


def cell_words(row: Mapping[str, Any], names: Mapping[str, tuple[str, str]]) -> str:
    """Return what a cell of the matrix says when asked: unit, period, state, due and received."""
    parts = [f"{row['unit_short_name']}, {row['column']}: {names[row['state']][0]}"]
    if row["due_on"]:
        parts.append(_("tenggat {date}", date=text.date(row["due_on"])))
    if row["received_at"]:
        parts.append(_("diterima {date}", date=text.date(row["received_at"])))
    return " · ".join(parts)


def kinds_block(kinds: pl.DataFrame, chosen: Filters) -> TableBlock:
    """Return completeness and timeliness of each kind of report; a kind chosen shows its matrix."""
    table = kinds.with_columns(
        name=pl.Series([named_kind(r) for r in kinds.iter_rows(named=True)], dtype=pl.String),
        link=pl.Series(
            [f"{chosen.link(registry.QUALITY)}&{KIND}={kind}" for kind in kinds["report_kind"]], dtype=pl.String
        ),
    )
    return TableBlock(
        "kinds",
        _("Kelengkapan dan ketepatan menurut jenis laporan"),
        table,
        (
            Column("name", _("Jenis laporan"), link="link", role="name"),
            Column("missing", _("Belum masuk"), "int", is_additive=True),
            Column("late", _("Terlambat"), "int", is_additive=True),
            Column("expected", _("Jatuh tempo"), "int", is_additive=True),
            Column(
                "completeness_pct", _("Kelengkapan"), "pct", 1, follows=Follows("remainder", ("missing", "expected"))
            ),
            Column("timeliness_pct", _("Ketepatan"), "pct", 1),
            Column("corrected", _("Diperbaiki"), "int", is_additive=True),
        ),
        empty=_("Belum ada laporan yang jatuh tempo pada periode ini. Perpanjang periodenya."),
        hint=_("Pilih satu jenis laporan untuk melihat matriksnya."),
        more=(chosen.link(registry.DUE), _("Kalender laporan: siapa jatuh tempo kapan")),
        shows=Shown("completeness"),
        keys=keys("report_kind", received="reports"),
    )


def freshness(fresh: pl.DataFrame) -> str:
    """Return the newest period that came in, and which units are behind it with their own; empty without a report."""
    known = fresh.drop_nulls("newest_period")
    if known.is_empty():
        return ""
    newest = known.sort("newest_period").row(-1, named=True)
    behind = fresh.filter(pl.col("newest_period").is_null() | (pl.col("newest_period") < newest["newest_period"]))
    period = text.span(newest["newest_period"], newest["period_months"])
    if behind.is_empty():
        return _("Laporan terbaru dari setiap unit: {period}.", period=period)
    units = [
        "{} ({})".format(
            row["unit_short_name"],
            text.span(row["newest_period"], row["period_months"]) if row["newest_period"] else _("belum pernah"),
        )
        for row in behind.head(MOST_BEHIND).iter_rows(named=True)
    ]
    return _(
        "Laporan terbaru: {period} dari {n} unit; tertinggal: {units}.",
        period=period,
        n=text.number(fresh.height - behind.height),
        units=", ".join(units) + (", …" if behind.height > MOST_BEHIND else ""),
    )


def issue_names() -> dict[str, str]:
    """Return kind of issue -> its name."""
    return {"reject": _("Baris ditolak"), "finding": _("Temuan")}


def mending_block(mending: pl.DataFrame) -> TableBlock:
    """Return what mends the rejects and findings, each step once."""
    names = issue_names()
    rows = list(mending.iter_rows(named=True))
    table = mending.with_columns(
        step=pl.Series([text.named(r["mend"], r["mend_en"]) for r in rows], dtype=pl.String),
        what=pl.Series([names[r["issue"]] for r in rows], dtype=pl.String),
        instance=pl.Series([text.named(r["example"], r["example_en"]) for r in rows], dtype=pl.String),
    )
    count = int(mending["issues"].sum() or 0)
    title = _(
        "Yang perlu diperbaiki: {n} hal dalam {steps} langkah", n=text.number(count), steps=text.number(len(rows))
    )
    return TableBlock(
        "mending",
        title if rows else _("Yang perlu diperbaiki"),
        table,
        (
            Column("step", _("Langkah perbaikan"), role="name"),
            Column("issues", _("Jumlah"), "int"),
            Column("instance", _("Contoh")),
            Column("what", _("Jenis")),
            Column("files", _("Berkas"), "int"),
        ),
        empty=_("Tidak ada temuan."),
        shows=Shown("rejects"),
        keys=keys("code"),
    )


def issues_block(issues: pl.DataFrame, chosen: Filters, files: pl.DataFrame) -> TableBlock:
    """Return each reject and finding with file, sheet, row, column, value and reason."""
    names = issue_names()
    rows = list(issues.iter_rows(named=True))
    table = issues.with_columns(
        what=pl.Series([names[r["issue"]] for r in rows], dtype=pl.String),
        reason=pl.Series([text.named(r["message"], r["message_en"]) for r in rows], dtype=pl.String),
        step=pl.Series([text.named(r["mend"], r["mend_en"]) for r in rows], dtype=pl.String),
        link=row_links.each(chosen, registry.QUALITY, "file", issues["file_id"], "#issues"),
    )
    one = next((name for file_id, name in files.select("file_id", "file").iter_rows() if file_id == chosen.file), None)
    return TableBlock(
        "issues",
        _("Rincian untuk berkas {file}", file=one) if one else _("Rincian baris ditolak dan temuan"),
        table,
        (
            Column("file", _("Berkas"), link="link", role="origin"),
            Column("reason", _("Sebab"), role="name"),
            Column("step", _("Langkah perbaikan"), role="name"),
            Column("sheet", _("Lembar"), role="origin"),
            Column("row", _("Baris"), "int", role="origin"),
            Column("col", _("Kolom"), role="origin"),
            Column("value", _("Nilai")),
            Column("what", _("Jenis")),
            Column("unit_short_name", _("Unit"), role="name"),
            Column("period", _("Periode"), "month", role="period"),
        ),
        note=_("Nomor identitas orang hanya ditampilkan tiga angka terakhir."),
        empty=_("Tidak ada temuan."),
        shows=Shown("rejects"),
        keys=keys("code", "unit_id"),
    )


def file_statuses() -> dict[str, str]:
    """Return status of a file -> its name."""
    return {
        "held": _("ditahan sampai disahkan"),
        "refused": _("ditolak"),
        "partly": _("diterima sebagian"),
        "accepted": _("diterima"),
        "withdrawn": _("ditarik, tidak dipakai"),
        "unchanged": _("sudah pernah dimuat"),
    }


def _why(row: Mapping[str, Any]) -> str | None:
    return text.named(row["reason"], row["reason_en"]) if row["reason"] else None


def files_block(files: pl.DataFrame, chosen: Filters) -> TableBlock:
    """Return the files that came in, what was refused first, with the reason."""
    names = file_statuses()
    rows = list(files.iter_rows(named=True))
    table = files.with_columns(
        status_name=pl.Series(
            [names.get(r["status"], r["status"]) for r in rows],
            dtype=pl.String,
        ),
        why=pl.Series([_why(r) for r in rows], dtype=pl.String),
        form=pl.Series(
            [text.named(r["source_title"], r["source_title_en"]) if r["source_title"] else None for r in rows],
            dtype=pl.String,
        ),
        link=row_links.each(chosen, registry.QUALITY, "file", files["file_id"], "#issues"),
    )
    refused = files.filter(pl.col("status") == "refused").height
    title = n_("{n} berkas masuk", "{n} berkas masuk", files.height)
    return TableBlock(
        "files",
        _("{files}, {refused} di antaranya ditolak", files=title, refused=text.number(refused)) if refused else title,
        table,
        (
            Column("file", _("Berkas"), link="link", role="name"),
            Column("status_name", _("Keadaan")),
            Column("why", _("Sebab")),
            Column("form", _("Jenis laporan")),
            Column("rows_read", _("Baris"), "int", is_additive=True),
            Column("rows_accepted", _("Diterima"), "int", is_additive=True),
            Column("rows_partly", _("Sebagian"), "int", is_additive=True),
            Column("rows_rejected", _("Ditolak"), "int", is_additive=True),
            Column("rows_total", _("Baris jumlah"), "int", is_additive=True),
            Column("rows_other", _("Lainnya"), "int", is_additive=True),
            Column("rows_published", _("Diterbitkan"), "int", is_additive=True),
            Column("rows_superseded", _("Digantikan"), "int", is_additive=True),
            Column("rows_unpublished", _("Tidak diterbitkan"), "int", is_additive=True),
            Column("cells_read", _("Sel berisi"), "int", is_additive=True),
            Column("cells_accepted", _("Sel diterima"), "int", is_additive=True),
            Column("cells_rejected", _("Sel ditolak"), "int", is_additive=True),
            Column("cells_total", _("Sel jumlah"), "int", is_additive=True),
            Column("cells_other", _("Sel lainnya"), "int", is_additive=True),
            Column("rejects", _("Nilai ditolak"), "int", is_additive=True),
            Column("findings", _("Temuan"), "int"),
            Column("as_of", _("Tanggal laporan"), "date", role="as_of"),
            Column("folder", _("Folder"), role="origin"),
        ),
        empty=_("Belum ada berkas. Kirim berkas laporan di halaman Kirim."),
        more=(chosen.link(registry.BURDEN), _("Beban lapor: seberapa banyak diminta, dan yang dapat dikurangi")),
        shows=Shown("files"),
        keys=keys("file_id"),
    )
