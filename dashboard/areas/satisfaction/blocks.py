"""The blocks of Kepuasan: frames of the satisfaction queries in, charts and tables out."""

from datetime import date
from typing import Any

import polars as pl

from dashboard import charts, registry
from dashboard.filters import Filters
from dashboard.parts import signal_chart, unit_changes, usual_columns
from dashboard.parts.funnel import between
from dashboard.parts.row_words import Row, with_text
from dashboard.snapshot import ChartBlock, Column, Shown, TableBlock, keys
from dashboard.words import text
from dashboard.words.text import _, n_

SATISFACTION = Shown("satisfaction")
ITSELF = Shown("satisfaction", is_itself=True)

# The four letters on the five-step scale of colours, the middle one left out.
BAND_OF_GRADE = {"A": 1, "B": 2, "C": 4, "D": 5}
Bands = list[tuple[float, float, str, str]]


def grade_bands(grades: pl.DataFrame) -> Bands:
    """Return the bands of the index as a chart wants them, each up to where the next one begins."""
    rows = grades.sort("lower").rows(named=True)
    tops = [row["lower"] for row in rows[1:]] + [100.0]
    return [
        (row["lower"], top, row["grade"], text.named(row["name"], row["name_en"]))
        for row, top in zip(rows, tops, strict=True)
    ]


def grade_name(grade: str | None, grades: pl.DataFrame) -> str:
    """Return 'B (Baik)'."""
    for row in grades.rows(named=True):
        if row["grade"] == grade:
            return f"{grade} ({text.named(row['name'], row['name_en'])})"
    return grade or text.MISSING


def grade_names(grades: pl.DataFrame) -> dict[int, str]:
    """Return band -> 'B · Baik'."""
    rows = grades.sort("lower", descending=True).rows(named=True)
    return {BAND_OF_GRADE[row["grade"]]: f"{row['grade']} · {text.named(row['name'], row['name_en'])}" for row in rows}


def when(row: Row) -> str:
    """Return the period of a row: 'TW III 2026'."""
    return text.span(row["period"], row["period_months"])


def reporting(newest: Row) -> str:
    """Return how many units reported the newest period."""
    return _(
        "{received} dari {expected} unit melapor {period}",
        received=text.number(newest["units_reporting"]),
        expected=text.number(newest["units_expected"]),
        period=when(newest),
    )


def reporting_of(units: pl.DataFrame, newest: Row) -> str:
    """Return how many of the units shown reported the newest period; they may be more than the one chosen."""
    return _(
        "{received} dari {expected} unit melapor {period}",
        received=text.number(int(units["is_reported"].sum())),
        expected=text.number(units.height),
        period=when(newest),
    )


def pick_period(chosen: Filters, period: date) -> str:
    """Return the link that makes one survey period that of this page, or the usual one again where it is that."""
    return chosen.toggle(registry.SATISFACTION, period_from=period, period_to=period)


def index_over_time(
    trend: pl.DataFrame, grades: pl.DataFrame, newest: Row, limits: pl.DataFrame, changes: pl.DataFrame, chosen: Filters
) -> ChartBlock:
    """Return the index by period over the grade bands; `limits` (rows of signals/series) and `changes` (visits/changes) are of one unit."""
    partial = pl.col("is_running") | (pl.col("units_reporting") < pl.col("units_expected"))
    judged = signal_chart.judged(limits, "period")
    tentative = partial | ~pl.col("is_whole").fill_null(value=True)
    frame = with_text(
        trend.join(judged, on="period", how="left").with_columns(is_tentative=tentative).sort("period"),
        usual=lambda row: between(row["lower"], row["upper"], 2),
        when=when,
        link=lambda row: pick_period(chosen, row["period"]),
        reports=lambda row: _(
            "{received} dari {expected} unit",
            received=text.number(row["units_reporting"]),
            expected=text.number(row["units_expected"]),
        ),
    )
    title = _(
        "IKM {period}: {index}, mutu {grade}",
        period=when(newest),
        index=text.number(newest["index_rounded"], 2),
        grade=grade_name(newest["grade"], grades),
    )
    roles: dict[str, Any] = {}
    if judged.height:
        roles = {"limits": ("lower", "upper"), "mean": "mean", "segment": "begun"}
        roles |= {"signal": "signal", "signal_note": "happened"}
    chart = charts.line(
        frame,
        "period",
        "index_rounded",
        title=title,
        unit=_("IKM, skala 25–100"),
        alt=_("Garis indeks kepuasan per periode di atas pita mutu pelayanan; periode tanpa laporan dibiarkan kosong."),
        bands=grade_bands(grades),
        provisional="is_tentative",
        link="link",
        height=320,
        digits=2,
        notes=unit_changes.marks(changes),
        **roles,
    )
    columns = (
        Column("when", _("Periode"), link="link", role="period"),
        Column("index_rounded", _("IKM"), "decimal", 2),
        *(usual_columns.judged() if roles else ()),
        Column("grade", _("Mutu")),
        Column("change_points", _("Perubahan (poin), unit yang sama"), "decimal", 2, role="derived"),
        Column("respondents", _("Responden"), "int"),
        Column("reports", _("Unit melapor")),
        Column("units_representative", _("Unit dengan sampel cukup"), "int"),
    )
    note = _("Dihitung dari semua responden. Titik berongga: belum semua unit melapor. Skala tidak mulai dari 25.")
    if roles:
        note = (
            _("Garis tipis: yang biasa; titik-titik: batas wajar deret ini sendiri; segitiga: di luar kewajaran.")
            + " "
            + note
        )
    note = " ".join(part for part in (unit_changes.sentences(changes, is_summed=False), note) if part)
    about = keys(period="period", period_months="months", units_reporting="reports")
    return ChartBlock(
        "ikm", chart, frame.sort("period", descending=True), columns, note, reporting(newest), shows=ITSELF, keys=about
    )


def elements(frame: pl.DataFrame, newest: Row) -> ChartBlock:
    """Return the elements, weakest first, each beside the period before over the units that reported both."""
    frame = with_text(
        frame.with_columns(before=pl.col("mean_score") - pl.col("change")).sort("mean_score", "element"),
        label=lambda row: f"{row['element'].upper()} {text.named(row['name'], row['name_en'])}",
    )
    title = _("Nilai unsur belum dapat dihitung")
    if frame.height:
        weakest = frame.row(0, named=True)
        title = _(
            "Unsur terlemah: {name}, {score} dari 4",
            name=text.named(weakest["name"], weakest["name_en"]),
            score=text.number(weakest["mean_score"], 2),
        )
    chart = charts.dots(
        frame,
        "label",
        "mean_score",
        title=title,
        unit=_("nilai rata-rata jawaban, skala 1–4"),
        alt=_("Titik nilai rata-rata setiap unsur, dari yang terlemah, di samping periode sebelumnya."),
        previous="before",
        previous_name=_("periode sebelumnya"),
    )
    columns = (
        Column("label", _("Unsur"), role="name"),
        Column("mean_score", _("Nilai rata-rata"), "decimal", 3),
        Column("change", _("Perubahan, unit yang sama"), "decimal", 3, role="derived"),
        Column("answered", _("Responden menjawab"), "int"),
        Column("units_reporting", _("Unit melapor"), "int", role="reports"),
        Column("like_units", _("Unit yang dibandingkan"), "int", role="derived"),
    )
    note = _("Lingkaran berongga: periode sebelumnya, berjarak sebesar perubahan pada unit yang melapor di keduanya.")
    about = keys("element", period="period")
    return ChartBlock("unsur", chart, frame, columns, note, reporting(newest), shows=SATISFACTION, keys=about)


def sample_words(row: Row) -> str:
    """Return what is known of a unit's sample."""
    if not row["is_reported"]:
        return _("belum melapor")
    if row["required"] is None:
        return _("jumlah pengguna tidak diketahui")
    if row["is_doubtful"]:
        return _(
            "diragukan: {n} responden, {served} kunjungan",
            n=text.number(row["respondents"]),
            served=text.number(row["served"]),
        )
    return _("cukup") if row["is_representative"] else _("tidak representatif")


def is_unsure(row: Row) -> bool:
    """Whether a unit's sample is too small, or more answered than were served."""
    return row["is_representative"] is False or row["is_doubtful"]


def unit_by_period(periods: pl.DataFrame, grades: pl.DataFrame, chosen: Filters) -> ChartBlock:
    """Return unit x period by grade, from left to right; too small a sample has no grade's colour."""
    names = grade_names(grades)
    states = {grade: (names[band], str(band)) for grade, band in BAND_OF_GRADE.items() if band in names}
    states |= {
        "small": (_("tidak representatif atau diragukan (*)"), "empty"),
        "missing": (_("belum melapor"), "missing"),
    }
    state = pl.when(pl.col("index").is_null()).then(pl.lit("missing"))
    state = (
        state.when(~pl.col("is_representative") | pl.col("is_doubtful"))
        .then(pl.lit("small"))
        .otherwise(pl.col("grade"))
    )
    frame = with_text(
        periods.with_columns(state=state),
        sample=sample_words,
        sure_grade=lambda row: text.MISSING if is_unsure(row) else row["grade"],
        when=when,
        words=lambda row: (
            None
            if row["index"] is None
            else text.number(row["index_rounded"], 2) + ("*" if is_unsure(row) else f" {row['grade'] or ''}")
        ),
        cell_link=lambda row: chosen.toggle(
            registry.SATISFACTION, unit=row["unit_id"], period_from=row["period"], period_to=row["period"]
        ),
        row_link=lambda row: chosen.toggle(registry.SATISFACTION, unit=row["unit_id"]),
        column_link=lambda row: pick_period(chosen, row["period"]),
    )
    order = frame.select("period", "period_months", "when").unique().sort("period", "period_months")
    latest = frame.sort("period").group_by("unit_id", maintain_order=True).agg(latest=pl.col("index_rounded").last())
    frame = frame.join(order.with_row_index("place").select("when", "place"), on="when").join(latest, on="unit_id")
    frame = frame.sort("latest", "short_name", "place", nulls_last=False)
    # The first row decides the order of the columns: every period once, oldest first, whichever unit it is from.
    below = frame.filter(pl.col("state").is_in(["C", "D"]))["unit_id"].n_unique()
    title = _("Tidak ada unit dengan mutu C atau D dalam dua tahun terakhir")
    if below:
        title = n_(
            "{n} unit pernah bermutu C atau D dalam dua tahun terakhir",
            "{n} unit pernah bermutu C atau D dalam dua tahun terakhir",
            below,
        )
    chart = charts.heat(
        frame,
        "short_name",
        "when",
        state="state",
        text="words",
        title=title,
        unit=_("IKM dan mutu; * tidak representatif; diarsir: belum melapor"),
        alt=_("Tabel indeks kepuasan menurut unit dan periode, diwarnai menurut mutu."),
        states=states,
        link="cell_link",
        row_link="row_link",
        column_link="column_link",
    )
    columns = (
        Column("short_name", _("Unit"), link="row_link", role="name"),
        Column("when", _("Periode"), link="cell_link", role="period"),
        Column("index_rounded", _("IKM"), "decimal", 2),
        Column("sure_grade", _("Mutu")),
        Column("respondents", _("Responden"), "int"),
        Column("required", _("Sampel minimal"), "int"),
        Column("sample", _("Sampel")),
    )
    hint = _("Pilih satu sel untuk melihat baris survei asalnya.")
    about = keys("unit_id", "service_id", period="period", period_months="months")
    return ChartBlock("unit-periode", chart, frame, columns, hint=hint, shows=SATISFACTION, keys=about)


def origin(rows: pl.DataFrame) -> TableBlock:
    """Return the survey rows behind the index of the chosen unit."""
    answers = tuple(f"u{i}" for i in range(1, 10))
    used = [name for name in answers if rows[name].null_count() < rows.height]
    frame = with_text(rows, service_label=lambda row: text.named(row["service"], row["service_en"]))
    columns = (
        Column("month", _("Bulan"), "month", role="period"),
        Column("service_label", _("Layanan"), role="name"),
        Column("respondents", _("Responden"), "int"),
        *(Column(name, name.upper(), "decimal", 2) for name in used),
        Column("reported_index", _("IKM dilaporkan"), "decimal", 2),
        *usual_columns.origin(),
    )
    empty = _("Belum ada baris survei untuk unit dan periode ini. Periksa halaman Mutu data.")
    about = keys("unit_id", as_of="as_of", period_months="months")
    return TableBlock("baris", _("Baris survei di balik angka ini"), frame, columns, empty=empty, keys=about)
