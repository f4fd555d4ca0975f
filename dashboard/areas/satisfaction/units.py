"""The units of Kepuasan beside each other: how sure their index is, and whether enough people were asked."""

import polars as pl

from dashboard import charts, registry
from dashboard.areas.satisfaction.blocks import SATISFACTION, grade_bands, is_unsure, reporting_of, sample_words
from dashboard.filters import Filters
from dashboard.parts.funnel import OF_CHANCE, between
from dashboard.parts.row_words import Row, with_text
from dashboard.snapshot import ChartBlock, Column, keys
from dashboard.words import text
from dashboard.words.text import _, n_

LOW_GRADES = ("C", "D")


def _with_words(units: pl.DataFrame, chosen: Filters) -> pl.DataFrame:
    return with_text(
        units,
        link=lambda row: chosen.toggle(registry.SATISFACTION, unit=row["unit_id"]),
        sample=sample_words,
        interval=lambda row: (
            _("tidak diketahui (rekap)")
            if row["index"] is not None and row["lower"] is None
            else between(row["lower"], row["upper"], 2)
        ),
        sure_grade=lambda row: text.MISSING if is_unsure(row) else row["grade"],
        reported=lambda row: (
            None
            if row["reported_index"] is None
            else text.number(row["reported_index"], 2) + (f" ({_('berbeda')})" if row["is_reported_different"] else "")
        ),
    )


def is_low(row: Row) -> bool:
    """Return whether the grade alone needs attention, whatever the interval: C or D."""
    return row["grade"] in LOW_GRADES and not is_unsure(row)


def _standing(overall: float | None) -> pl.Expr:
    """Return where a unit stands to the index of all: surely above or below only where its interval leaves that out."""
    sure = pl.col("is_representative").fill_null(value=True) & ~pl.col("is_doubtful") & pl.col("lower").is_not_null()
    if overall is None:
        return pl.lit("ordinary")
    above = pl.when(sure & (pl.col("lower") > overall)).then(pl.lit("good"))
    below = above.when(sure & (pl.col("upper") < overall)).then(pl.lit("bad"))
    return below.when(~sure).then(pl.lit("missing")).otherwise(pl.lit("ordinary"))  # not judged is not alike


def units_compared(
    units: pl.DataFrame, grades: pl.DataFrame, newest: Row, chosen: Filters, overall: float | None
) -> ChartBlock:
    """Return the units' indices with interval beside the index of all units; a sample too small is hollow, without grade.

    `overall` is the index over all respondents of these units, None where it is not known.
    """

    def words(row: Row) -> str:
        if row["index"] is None:
            return _("belum melapor") if not row["is_reported"] else _("tidak dapat dihitung")
        grade = "*" if is_unsure(row) else f" {row['grade'] or ''}"
        warned = f" · {_('perlu perhatian')}" if is_low(row) else ""
        return f"{text.number(row['index_rounded'], 2)}{grade}".strip() + warned

    names = {
        "good": _("jelas di atas gabungan"),
        "bad": _("jelas di bawah gabungan"),
        "ordinary": _("setara"),
        "missing": _("belum dapat dinilai"),
    }

    def standing(row: Row) -> str:
        if row["index"] is None:
            return words(row)
        if is_unsure(row):
            return _("diragukan") if row["is_doubtful"] else _("tidak representatif")
        where = names[row["colour"]] if row["lower"] is not None else _("kisaran tidak diketahui")
        return f"{where} · {_('perlu perhatian')}" if is_low(row) else where

    frame = _with_words(units, chosen).with_columns(
        colour=_standing(overall), is_small=~pl.col("is_representative").fill_null(value=True) | pl.col("is_doubtful")
    )
    frame = with_text(frame, words=words, standing=standing)
    chart = charts.dots(
        frame,
        "short_name",
        "index_rounded",
        title=_compared_title(frame, chosen, names),
        unit=_("IKM dengan kisaran 95 % dan mutu; * tidak representatif"),
        alt=_(
            "Titik indeks kepuasan setiap unit dengan kisaran 95 %, dari yang tertinggi, di atas pita mutu pelayanan."
        ),
        lower="lower",
        upper="upper",
        colour="colour",
        colour_names=names,
        hollow="is_small",
        reference=overall,
        reference_name=_("gabungan"),
        bands=grade_bands(grades),
        text="words",
        link="link",
        digits=2,
    )
    columns = (
        Column("short_name", _("Unit"), link="link", role="name"),
        Column("index_rounded", _("IKM"), "decimal", 2),
        Column("interval", _("Kisaran 95 %")),
        Column("standing", _("Kedudukan")),
        Column("sure_grade", _("Mutu")),
        Column("index_previous", _("Periode sebelumnya"), "decimal", 2, role="derived"),
        Column("change_points", _("Perubahan (poin)"), "decimal", 2, role="derived"),
        Column("reported", _("IKM dilaporkan")),
        Column("elements_in_use", _("Unsur dipakai"), "int"),
        Column("respondents", _("Responden"), "int"),
        Column("required", _("Sampel minimal"), "int"),
        Column("sample", _("Sampel")),
    )
    note = _(
        "Urutan unit yang setara tidak berarti. Dari {n} unit, sekitar {expected} tampak berbeda hanya karena kebetulan. "
        "Berongga: tidak representatif (sampel kurang), tanpa mutu. Tanpa garis kisaran: laporan berupa rekap.",
        n=text.number(frame["index"].count()),
        expected=text.number(max(round(frame["index"].count() * OF_CHANCE), 1)),
    )
    about = keys("unit_id", "service_id", period="period", period_months="months", signal="signal", words="finding")
    return ChartBlock("unit", chart, frame, columns, note, reporting_of(units, newest), shows=SATISFACTION, keys=about)


def _compared_title(frame: pl.DataFrame, chosen: Filters, names: dict[str, str]) -> str:
    """Return where the chosen unit stands, else how many units are surely apart from all together."""
    for row in frame.filter(pl.col("unit_id").is_in([chosen.unit] if chosen.unit else [])).iter_rows(named=True):
        return f"{row['short_name']}: {row['standing']}"
    if frame["index"].count() < 2:
        return _("Unit belum dapat dibandingkan")
    parts = []
    if low := [row["short_name"] for row in frame.iter_rows(named=True) if is_low(row)]:
        parts.append(_("{units} bermutu C atau D", units=text.some(low, 2)))
    for side in ("bad", "good"):
        found = frame.filter(pl.col("colour") == side)["short_name"].to_list()
        if found:
            parts.append(n_("{n} unit {standing}", "{n} unit {standing}", len(found), standing=names[side]))
    return text.joined(parts, ", ") or _("Tidak ada unit yang jelas berbeda dari gabungan")


def sample(units: pl.DataFrame, newest: Row, chosen: Filters) -> ChartBlock:
    """Return respondents against the required sample by unit, the furthest below first."""
    frame = units.filter(pl.col("is_reported")).with_columns(
        ratio=pl.col("respondents") / pl.col("required"),
        colour=pl.when(~pl.col("is_representative"))
        .then(pl.lit("bad"))
        .when(pl.col("required").is_null() | pl.col("is_doubtful"))
        .then(pl.lit("missing"))
        .otherwise(pl.lit("2")),  # pale enough for the dark mark of the sample to show on it
    )
    frame = with_text(
        _with_words(frame.sort("ratio", "short_name", nulls_last=True), chosen),
        words=lambda row: (
            text.number(row["respondents"])
            if row["required"] is None
            else _("{n} dari {required}", n=text.number(row["respondents"]), required=text.number(row["required"]))
        ),
    )
    known = frame.filter(pl.col("required").is_not_null())
    short = known.filter(~pl.col("is_representative")).height
    title = _("Sampel minimal belum diketahui: jumlah pengguna layanan tidak dilaporkan")
    if known.height:
        title = _("Semua {n} unit mencapai sampel minimal", n=text.number(known.height))
    doubtful = known.filter("is_doubtful").height
    if doubtful:
        title = n_(
            "{n} unit diragukan: respondennya lebih banyak daripada kunjungannya",
            "{n} unit diragukan: respondennya lebih banyak daripada kunjungannya",
            doubtful,
        )
    if short:
        title = _("{n} dari {total} unit kurang responden", n=text.number(short), total=text.number(known.height))
    chart = charts.bullet(
        frame,
        "short_name",
        "respondents",
        "required",
        title=title,
        unit=_("responden, garis tegak: sampel minimal"),
        alt=_("Batang responden setiap unit terhadap sampel minimal, dari yang paling kurang."),
        colour="colour",
        text="words",
        link="link",
    )
    columns = (
        Column("short_name", _("Unit"), link="link", role="name"),
        Column("respondents", _("Responden"), "int"),
        Column("required", _("Sampel minimal"), "int"),
        Column("served", _("Kunjungan pada periode"), "int"),
        Column("served_months", _("Bulan kunjungan dilaporkan"), "int"),
        Column("sample", _("Sampel")),
    )
    note = _(
        "Jingga: kurang; hijau: cukup; abu-abu: jumlah pengguna tidak diketahui atau diragukan. "
        "Sampel minimal menurut tabel Krejcie-Morgan untuk kunjungan unit pada periode itu."
    )
    about = keys("unit_id", "service_id", period="period", period_months="months")
    return ChartBlock(
        "sampel", chart, frame, columns, note, reporting_of(units, newest), shows=SATISFACTION, keys=about
    )
