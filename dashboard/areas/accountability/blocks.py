"""The blocks beside a job group's ranking: the official matrix, the weights, reporting discipline, gaps."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboard import charts, registry
from dashboard.areas.accountability.words import missing_reasons, own_signal, ratings
from dashboard.filters import Filters
from dashboard.parts import row_links, usual_columns
from dashboard.snapshot import ChartBlock, Column, Follows, Shown, TableBlock, keys
from dashboard.words import text
from dashboard.words.text import _, n_

EVALUATIONS = Shown("evaluations")
REPORTING = Shown("reporting", is_itself=True)

UNITS_DRAWN = 12


def common_names(frame: pl.DataFrame, column: str) -> pl.Series:
    """Return a name column in the reader's language; the English one stands beside it as `<column>_en`."""
    pairs = zip(frame[column], frame[f"{column}_en"], strict=True)
    return pl.Series(column, [text.named(name, name_en) for name, name_en in pairs], dtype=pl.String)


def matrix_block(matrix: pl.DataFrame, facts: Mapping[str, Any]) -> ChartBlock:
    """Return the official matrix with the people in each cell."""
    names = ratings()
    without = int(matrix.filter(pl.col("predicate").is_null())["people"].sum() or 0)
    order = list(names)
    cells = matrix.filter(pl.col("predicate").is_not_null()).with_columns(
        predicate_name=common_names(matrix.filter(pl.col("predicate").is_not_null()), "predicate"),
        band=6 - pl.col("predicate_rank"),
        result_name=pl.col("result").replace_strict(names, default=pl.col("result")),
        behaviour_name=pl.col("behaviour").replace_strict(names, default=pl.col("behaviour")),
        result_order=pl.col("result").replace_strict({name: -i for i, name in enumerate(order)}, default=0),
        behaviour_order=pl.col("behaviour").replace_strict({name: i for i, name in enumerate(order)}, default=9),
    )
    cells = cells.sort("result_order", "behaviour_order").with_columns(
        words=pl.Series(
            [
                f"{text.number(n)} · {name}"
                for n, name in cells.sort("result_order", "behaviour_order")
                .select("people", "predicate_name")
                .iter_rows()
            ],
            dtype=pl.String,
        )
    )
    total = int(cells["people"].sum() or 0)
    top = (
        cells.group_by("predicate_name")
        .agg(pl.col("people").sum(), pl.col("predicate_rank").first())
        .sort("people", "predicate_rank", descending=True)
    )
    if total:
        most = top.row(0, named=True)
        title = _(
            "Predikat resmi terbanyak: {predicate}, {n} dari {total} orang",
            predicate=most["predicate_name"],
            n=text.number(most["people"]),
            total=text.number(total),
        )
    else:
        title = _("Belum ada predikat resmi pada periode ini")
    legal = ", ".join(sorted({basis for basis in cells["legal_basis"] if basis}))
    chart = charts.matrix(
        cells,
        "result_name",
        "behaviour_name",
        value="people",
        text="words",
        band="band",
        title=title,
        unit=_("orang · baris: hasil kerja, kolom: perilaku kerja"),
        alt=_(
            "Matriks tiga kali tiga hasil kerja dan perilaku kerja dengan jumlah orang tiap predikat. {finding}",
            finding=title,
        ),
    )
    columns = (
        Column("result_name", _("Hasil kerja"), role="name"),
        Column("behaviour_name", _("Perilaku kerja"), role="name"),
        Column("predicate_name", _("Predikat resmi")),
        Column("people", _("Orang"), "int", is_additive=True),
    )
    gone = (
        n_(
            "{n} orang tanpa predikat karena ada penilaian yang kosong.",
            "{n} orang tanpa predikat karena ada penilaian yang kosong.",
            without,
        )
        if without
        else None
    )
    note = _(
        "Penilaian terakhir tiap orang. Dasar: {legal}. Predikat berasal dari matriks, tidak pernah dari rata-rata.",
        legal=legal or text.MISSING,
    )
    return ChartBlock("matrix", chart, cells, columns, note, gone, shows=EVALUATIONS, keys=keys("result", "behaviour"))


def weights_block(weights: pl.DataFrame) -> TableBlock:
    """Return the weights of the signal in force, with their legal basis."""
    table = weights.with_columns(
        component_name=common_names(weights, "name"), meaning=common_names(weights, "definition")
    )
    return TableBlock(
        "weights",
        _("Bobot sinyal akuntabilitas"),
        table,
        (
            Column("component_name", _("Komponen"), role="name"),
            Column("weight_pct", _("Bobot"), "pct", 1),
            Column("meaning", _("Cara menghitung")),
            Column("legal_basis", _("Dasar")),
        ),
        note=own_signal(),
        empty=_("Belum ada bobot yang berlaku pada periode ini. Isi data/reference/accountability_weights.csv."),
        keys=keys("component"),
    )


def discipline_block(reports: pl.DataFrame, chosen: Filters) -> ChartBlock:
    """Return the share of reports on time by unit, the least punctual first."""
    behind = reports.filter(pl.col("on_time") < pl.col("timed")).height
    if reports.is_empty():
        title = _("Belum ada laporan yang jatuh tempo")
    elif behind:
        title = _(
            "{n} dari {all} unit tidak selalu melapor tepat waktu",
            n=text.number(behind),
            all=text.number(reports.height),
        )
    else:
        title = _("Semua unit selalu melapor tepat waktu")
    parts = reports.select("on_time", "timed", "timeliness_pct").iter_rows()
    data = reports.with_columns(
        colour=pl.when(pl.col("missing") > 0).then(pl.lit("attention")).otherwise(pl.lit("plain")),
        words=pl.Series(
            [f"{text.pct(share, 0)} ({on_time}/{timed})" for on_time, timed, share in parts], dtype=pl.String
        ),
        link=row_links.each(chosen, registry.QUALITY, "unit", reports["unit_id"]),
    )
    chart = charts.bars(
        data.head(UNITS_DRAWN),
        "unit_short_name",
        "timeliness_pct",
        colour="colour",
        text="words",
        link="link",
        title=title,
        unit=_("% laporan yang masuk sampai tenggat, semua jenis laporan"),
        alt=_("Batang mendatar ketepatan waktu laporan tiap unit, yang terendah di atas. {finding}", finding=title),
    )
    columns = (
        Column("unit_name", _("Unit"), link="link", role="name"),
        Column("expected", _("Jatuh tempo"), "int", is_additive=True),
        Column("received", _("Masuk"), "int", role="reports", is_additive=True),
        Column("on_time", _("Tepat waktu"), "int", is_additive=True),
        Column("late", _("Terlambat"), "int", is_additive=True),
        Column("missing", _("Belum masuk"), "int", is_additive=True),
        Column("corrected", _("Diperbaiki"), "int", is_additive=True),
        Column("completeness_pct", _("Kelengkapan"), "pct", 1, follows=Follows("quotient", ("received", "expected"))),
        Column("timeliness_pct", _("Ketepatan"), "pct", 1, follows=Follows("quotient", ("on_time", "expected"))),
    )
    note = _("Jingga: ada laporan yang belum masuk. Dalam kurung: laporan tepat waktu dari yang jatuh tempo.")
    more = data.height - UNITS_DRAWN
    shown = n_(
        "{n} unit lain yang lebih tepat waktu ada di tabel.", "{n} unit lain yang lebih tepat waktu ada di tabel.", more
    )
    return ChartBlock(
        "discipline", chart, data, columns, note, shown if more > 0 else None, shows=REPORTING, keys=keys("unit_id")
    )


def gaps_block(gaps: pl.DataFrame, chosen: Filters) -> TableBlock:
    """Return the evaluations without a predicate, or reported with another one than the matrix gives."""
    why, names = missing_reasons(), ratings()
    reasons = [
        why.get(reason, reason) if reason else _("Predikat yang dilaporkan berbeda dari matriks")
        for reason in gaps["missing_reason"]
    ]
    spans = [text.span(start, months) for start, months in gaps.select("period", "period_months").iter_rows()]
    table = gaps.with_columns(
        reason=pl.Series(reasons, dtype=pl.String),
        span=pl.Series(spans, dtype=pl.String),
        predicate_name=common_names(gaps, "predicate"),
        result_name=pl.col("result_rating").replace_strict(names, default=None, return_dtype=pl.String),
        behaviour_name=pl.col("behaviour_rating").replace_strict(names, default=None, return_dtype=pl.String),
        link=row_links.each(
            chosen, registry.ACCOUNTABILITY, "employee", gaps["employee_id"], job_group=chosen.job_group
        ),
    )
    return TableBlock(
        "gaps",
        n_(
            "{n} penilaian tanpa predikat atau dengan predikat yang berbeda",
            "{n} penilaian tanpa predikat atau dengan predikat yang berbeda",
            gaps.height,
        )
        if gaps.height
        else _("Semua penilaian mempunyai predikat yang sesuai dengan matriks"),
        table,
        (
            Column("employee_name", _("Pegawai"), link="link", role="name"),
            Column("unit_short_name", _("Unit"), role="name"),
            Column("span", _("Periode"), role="period"),
            Column("reason", _("Sebab")),
            Column("result_name", _("Hasil kerja"), role="name"),
            Column("behaviour_name", _("Perilaku kerja"), role="name"),
            Column("predicate_name", _("Predikat resmi")),
            Column("predicate_reported", _("Predikat dilaporkan")),
            *usual_columns.origin(row="int"),
        ),
        empty=_("Tidak ada temuan: setiap penilaian dalam periode ini lengkap."),
        shows=EVALUATIONS,
        keys=keys("employee_id", "unit_id", period="period", period_months="months"),
    )
