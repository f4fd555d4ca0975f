"""The blocks of Kepuasan: frames of the satisfaction queries in, charts and tables out."""

import polars as pl

from dashboard import charts, text
from dashboard.filters import Filters
from dashboard.snapshot import ChartBlock, Column, TableBlock
from dashboard.text import _
from dashboard.views.frames import Row, with_text

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


def index_over_time(trend: pl.DataFrame, grades: pl.DataFrame, newest: Row) -> ChartBlock:
    """Return the index by period over the grade bands."""
    partial = pl.col("is_running") | (pl.col("units_reporting") < pl.col("units_expected"))
    frame = with_text(
        trend.with_columns(is_tentative=partial),
        when=when,
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
    chart = charts.line(
        frame,
        "period",
        "index_rounded",
        title=title,
        unit=_("IKM, skala 25–100"),
        alt=_("Garis indeks kepuasan per periode di atas pita mutu pelayanan; periode tanpa laporan dibiarkan kosong."),
        bands=grade_bands(grades),
        provisional="is_tentative",
        height=320,
        digits=2,
    )
    columns = (
        Column("when", _("Periode")),
        Column("index_rounded", _("IKM"), "decimal", 2),
        Column("grade", _("Mutu")),
        Column("change_points", _("Perubahan (poin), unit yang sama"), "decimal", 2),
        Column("respondents", _("Responden"), "int"),
        Column("reports", _("Unit melapor")),
        Column("units_representative", _("Unit dengan sampel cukup"), "int"),
    )
    note = _("Dihitung dari semua responden. Titik berongga: belum semua unit melapor. Skala tidak mulai dari 25.")
    return ChartBlock("ikm", chart, frame.sort("period", descending=True), columns, note, reporting(newest))


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
        Column("label", _("Unsur")),
        Column("mean_score", _("Nilai rata-rata"), "decimal", 3),
        Column("change", _("Perubahan, unit yang sama"), "decimal", 3),
        Column("answered", _("Responden menjawab"), "int"),
        Column("units_reporting", _("Unit melapor"), "int"),
        Column("like_units", _("Unit yang dibandingkan"), "int"),
    )
    note = _("Lingkaran berongga: periode sebelumnya, berjarak sebesar perubahan pada unit yang melapor di keduanya.")
    return ChartBlock("unsur", chart, frame, columns, note, reporting(newest))


def _sample_words(row: Row) -> str:
    """Return what is known of a unit's sample."""
    if not row["is_reported"]:
        return _("belum melapor")
    if row["required"] is None:
        return _("jumlah pengguna tidak diketahui")
    return _("cukup") if row["is_representative"] else _("sampel kurang")


def _with_words(units: pl.DataFrame, chosen: Filters) -> pl.DataFrame:
    return with_text(
        units,
        link=lambda row: chosen.link("satisfaction", unit=row["unit_id"], service=chosen.service),
        sample=_sample_words,
        interval=lambda row: (
            text.MISSING if row["lower"] is None else f"{text.number(row['lower'], 2)}–{text.number(row['upper'], 2)}"
        ),
        reported=lambda row: (
            None
            if row["reported_index"] is None
            else text.number(row["reported_index"], 2) + (f" ({_('berbeda')})" if row["is_reported_different"] else "")
        ),
    )


def units_compared(units: pl.DataFrame, grades: pl.DataFrame, newest: Row, chosen: Filters) -> ChartBlock:
    """Return the units' indices with interval, letter and whether the sample is enough; a chosen unit stands out."""

    def words(row: Row) -> str:
        if row["index"] is None:
            return _("belum melapor") if not row["is_reported"] else _("tidak dapat dihitung")
        figure = f"{text.number(row['index_rounded'], 2)} {row['grade'] or ''}".strip()
        return figure + "*" * (row["is_representative"] is False)

    grey = pl.when(~pl.col("is_representative")).then(pl.lit("missing")).otherwise(pl.col("signal"))
    if chosen.unit is not None:
        grey = pl.when(pl.col("unit_id") == chosen.unit).then(pl.col("signal")).otherwise(pl.lit("missing"))
    frame = with_text(_with_words(units, chosen).with_columns(colour=grey.replace("none", "ordinary")), words=words)
    known = frame.filter(pl.col("index").is_not_null())
    title = _("Unit belum dapat dibandingkan")
    if known.height > 1:
        high, low = known.row(0, named=True), known.row(-1, named=True)
        title = _(
            "Tertinggi {high} ({most} {grade}), terendah {low} ({least} {grade_low})",
            high=high["short_name"],
            most=text.number(high["index_rounded"], 2),
            grade=high["grade"],
            low=low["short_name"],
            least=text.number(low["index_rounded"], 2),
            grade_low=low["grade"],
        )
    chart = charts.dots(
        frame,
        "short_name",
        "index_rounded",
        title=title,
        unit=_("IKM dengan selang 95 % dan mutu; * sampel kurang"),
        alt=_(
            "Titik indeks kepuasan setiap unit dengan selang 95 %, dari yang tertinggi, di atas pita mutu pelayanan."
        ),
        lower="lower",
        upper="upper",
        colour="colour",
        bands=grade_bands(grades),
        text="words",
    )
    columns = (
        Column("short_name", _("Unit"), link="link"),
        Column("index_rounded", _("IKM"), "decimal", 2),
        Column("grade", _("Mutu")),
        Column("interval", _("Selang 95 %")),
        Column("change_points", _("Perubahan (poin)"), "decimal", 2),
        Column("sample", _("Sampel")),
    )
    note = _(
        "Selang yang bertumpang tindih berarti bedanya mungkin kebetulan. Abu-abu pucat: sampel kurang. "
        "Tanpa garis selang: laporan berupa rekap."
    )
    return ChartBlock("unit", chart, frame, columns, note, reporting_of(units, newest))


def sample(units: pl.DataFrame, newest: Row, chosen: Filters) -> ChartBlock:
    """Return respondents against the required sample by unit, the furthest below first."""
    frame = units.filter(pl.col("is_reported")).with_columns(
        ratio=pl.col("respondents") / pl.col("required"),
        colour=pl.when(~pl.col("is_representative"))
        .then(pl.lit("bad"))
        .when(pl.col("required").is_null())
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
    )
    columns = (
        Column("short_name", _("Unit"), link="link"),
        Column("respondents", _("Responden"), "int"),
        Column("required", _("Sampel minimal"), "int"),
        Column("served", _("Kunjungan pada periode"), "int"),
        Column("served_months", _("Bulan kunjungan dilaporkan"), "int"),
        Column("sample", _("Sampel")),
    )
    note = _(
        "Jingga: kurang; hijau: cukup; abu-abu: jumlah pengguna tidak diketahui. "
        "Sampel minimal menurut tabel Krejcie-Morgan untuk kunjungan unit pada periode itu."
    )
    return ChartBlock("sampel", chart, frame, columns, note, reporting_of(units, newest))


def unit_by_period(periods: pl.DataFrame, grades: pl.DataFrame, chosen: Filters) -> ChartBlock:
    """Return unit x period by grade; a cell without a report says so, and leads to the unit in that period."""
    frame = with_text(
        periods.with_columns(band=pl.col("grade").replace_strict(BAND_OF_GRADE, default=None, return_dtype=pl.Int64)),
        sample=_sample_words,
        when=when,
        words=lambda row: (
            None
            if row["index"] is None
            else f"{text.number(row['index_rounded'], 2)} {row['grade'] or ''}"
            + "*" * (row["is_representative"] is False)
        ),
        cell_link=lambda row: chosen.link(
            "satisfaction",
            unit=row["unit_id"],
            service=chosen.service,
            period_from=row["period"],
            period_to=row["period"],
        ),
    )
    order = frame.select("period", "period_months", "when").unique().sort("period", "period_months")
    latest = frame.sort("period").group_by("unit_id", maintain_order=True).agg(latest=pl.col("index_rounded").last())
    frame = frame.join(order.with_row_index("place").select("when", "place"), on="when").join(latest, on="unit_id")
    frame = frame.sort("latest", "short_name", "place", nulls_last=False)
    # The first row decides the order of the columns: every period once, oldest first, whichever unit it is from.
    below = frame.filter(pl.col("grade").is_in(["C", "D"]))["unit_id"].n_unique()
    title = _("Tidak ada unit dengan mutu C atau D dalam dua tahun terakhir")
    if below:
        title = _("{n} unit pernah bermutu C atau D dalam dua tahun terakhir", n=text.number(below))
    chart = charts.matrix(
        frame,
        "short_name",
        "when",
        value="index_rounded",
        text="words",
        band="band",
        title=title,
        unit=_("IKM dan mutu; * sampel kurang; diarsir: belum melapor"),
        alt=_("Tabel indeks kepuasan menurut unit dan periode, diwarnai menurut mutu."),
        link="cell_link",
        band_names=grade_names(grades),
    )
    columns = (
        Column("short_name", _("Unit")),
        Column("when", _("Periode"), link="cell_link"),
        Column("index_rounded", _("IKM"), "decimal", 2),
        Column("grade", _("Mutu")),
        Column("respondents", _("Responden"), "int"),
        Column("required", _("Sampel minimal"), "int"),
        Column("sample", _("Sampel")),
    )
    return ChartBlock("unit-periode", chart, frame, columns, _("Pilih satu sel untuk melihat baris survei asalnya."))


def unit_table(units: pl.DataFrame, newest: Row, chosen: Filters) -> TableBlock:
    """Return everything that is known of each unit in the newest period."""
    columns = (
        Column("short_name", _("Unit"), link="link"),
        Column("index_rounded", _("IKM"), "decimal", 2),
        Column("grade", _("Mutu")),
        Column("interval", _("Selang 95 %")),
        Column("index_previous", _("Periode sebelumnya"), "decimal", 2),
        Column("change_points", _("Perubahan (poin)"), "decimal", 2),
        Column("reported", _("IKM dilaporkan")),
        Column("elements_in_use", _("Unsur dipakai"), "int"),
        Column("respondents", _("Responden"), "int"),
        Column("required", _("Sampel minimal"), "int"),
        Column("sample", _("Sampel")),
    )
    title = _("Rincian unit {period}", period=when(newest))
    return TableBlock("rincian", title, _with_words(units, chosen), columns, note=reporting(newest))


def origin(rows: pl.DataFrame) -> TableBlock:
    """Return the survey rows behind the index of the chosen unit."""
    answers = tuple(f"u{i}" for i in range(1, 10))
    used = [name for name in answers if rows[name].null_count() < rows.height]
    frame = with_text(rows, service_label=lambda row: text.named(row["service"], row["service_en"]))
    columns = (
        Column("month", _("Bulan"), "month"),
        Column("service_label", _("Layanan")),
        Column("respondents", _("Responden"), "int"),
        *(Column(name, name.upper(), "decimal", 2) for name in used),
        Column("reported_index", _("IKM dilaporkan"), "decimal", 2),
        Column("file", _("Berkas")),
        Column("sheet", _("Lembar")),
        Column("row", _("Baris")),
    )
    empty = _("Belum ada baris survei untuk unit dan periode ini. Periksa halaman Mutu data.")
    return TableBlock("baris", _("Baris survei di balik angka ini"), frame, columns, empty=empty)
