"""The blocks of Kunjungan: frames of the visit queries in, charts and tables out."""

from datetime import date
from typing import Any, Literal

import polars as pl

from dashboard import charts, registry
from dashboard.filters import Filters
from dashboard.parts import signal_chart, signal_words, unit_changes, usual_columns
from dashboard.parts.funnel import between, funnel_block
from dashboard.parts.row_words import Row, with_text
from dashboard.snapshot import ChartBlock, Column, Follows, Shown, keys
from dashboard.words import measure_words, text
from dashboard.words.text import _, n_

VISITS = Shown("visits")
ITSELF = Shown("visits", is_itself=True)

STANDS_OUT = ("bad", "good")
_GROWTH = Follows("growth", ("like_patients", "like_patients_last_year"))
MOST_FACETS = 8  # the others are in the table: twenty small lines make a page that nobody reads to its end


def signed_pct(x: float) -> str:
    """Return '+3,2 %' or '−3,2 %': short enough to stand beside a bar on a phone."""
    return ("+" if round(x, 1) > 0 else "") + text.pct(x)


def pick_month(chosen: Filters, month: date) -> str:
    """Return the link that makes one month the period of this page, or the usual period again where it is that month."""
    return chosen.toggle(registry.VISITS, period_from=month, period_to=month)


def monthly(
    trend: pl.DataFrame, limits: pl.DataFrame, changes: pl.DataFrame, complete: str, chosen: Filters
) -> ChartBlock:
    """Return the monthly line between its limits; without limits beside last year's. An incomplete month is hollow.

    `limits` are rows of signals/series, none where there is too little data or a payer is chosen; `changes` those of visits/changes.
    """
    partial = pl.col("units_reporting") < pl.col("units_expected")
    judged = signal_chart.judged(limits, "month")
    tentative = pl.col("is_provisional") | partial | ~pl.col("is_whole").fill_null(value=True)
    frame = with_text(
        trend.join(judged, on="month", how="left").with_columns(is_tentative=tentative),
        reporting=_reporting,
        usual=lambda row: between(row["lower"], row["upper"], 0),
        link=lambda row: pick_month(chosen, row["month"]),
    ).sort("month")
    is_judged = judged.height > 0
    note = _("Titik berongga: data sementara atau belum semua unit melapor. Skala tidak mulai dari nol.")
    if is_judged:
        legend = _(
            "Garis tipis: yang biasa; titik-titik: batas wajar deret ini sendiri, yang mengikuti musim dan unit yang melapor; segitiga: "
            "di luar kewajaran."
        )
        note = " ".join(part for part in (legend, signal_chart.seasons(limits), note) if part)
    else:
        words = _("Garis putus: bulan yang sama tahun lalu, hanya unit yang melapor pada kedua bulan.")
        note = f"{words} {note}"
    stepped = signal_words.step(limits.row(-1, named=True)) if limits.height else ""
    note = " ".join(part for part in (stepped, unit_changes.sentences(changes), note) if part)
    roles: dict[str, Any] = {"previous": "like_patients_last_year"}
    if is_judged:
        roles = {"limits": ("lower", "upper"), "mean": "mean", "segment": "begun"}
        roles |= {"signal": "signal", "signal_note": "happened"}
    chart = charts.line(
        frame,
        "month",
        "patients",
        title=_monthly_title(frame),
        unit=measure_words.unit_over_time("visits"),
        alt=_("Garis kunjungan per bulan dengan batas wajarnya; bulan tanpa laporan dibiarkan kosong."),
        provisional="is_tentative",
        link="link",
        height=340,
        notes=unit_changes.marks(changes),
        **roles,
    )
    columns = (
        Column("month", _("Bulan"), "month", link="link", role="period"),
        Column("patients", _("Jumlah kunjungan"), "int", is_additive=True),
        Column("reporting", _("Unit melapor")),
        *(usual_columns.judged() if is_judged else ()),
        Column("like_units", _("Unit yang dibandingkan"), "int", role="derived"),
        Column("like_patients", _("Pasien, unit yang dibandingkan"), "int", role="derived", is_additive=True),
        Column("like_patients_last_year", _("Tahun lalu, unit yang sama"), "int", role="derived", is_additive=True),
        Column("change_pct", _("Perubahan"), "pct", role="derived", follows=_GROWTH),
    )
    rests = keys(units_reporting="reports")
    return ChartBlock(
        "bulanan", chart, frame.sort("month", descending=True), columns, note, complete, shows=ITSELF, keys=rests
    )


def _reporting(row: Row) -> str:
    received, expected = text.number(row["units_reporting"]), text.number(row["units_expected"])
    return _("{received} dari {expected} unit", received=received, expected=expected)


def _monthly_title(frame: pl.DataFrame) -> str:
    """Return the newest month's figure, what its limits say of it, or else the change on last year."""
    known = frame.filter(pl.col("patients").is_not_null())
    if known.is_empty():
        return _("Belum ada laporan kunjungan")
    last = known.row(-1, named=True)
    title = _(
        "{patients} kunjungan pada {month}",
        month=text.month_name(last["month"]),
        patients=text.number(last["patients"]),
    )
    if last["units_reporting"] < last["units_expected"]:
        title += ", " + _("{reporting} melapor", reporting=_reporting(last))
        return f"{title}; {last['happened']}" if last["happened"] else title
    if last["happened"]:
        return f"{title}, {last['happened']}"
    if last["lower"] is not None:
        return title + _(", dalam batas wajar {limits}", limits=between(last["lower"], last["upper"], 0))
    if last["change_pct"] is not None:
        title += _(", {change} dibanding bulan yang sama tahun lalu", change=text.change(last["change_pct"]))
    return title


def by_unit(series: pl.DataFrame, units: pl.DataFrame, chosen: Filters) -> ChartBlock:
    """Return a small line a unit at its own level, what stands out first; the table has them all, with their limits."""
    ranked = with_text(
        units.with_row_index("place"),
        link=lambda row: chosen.toggle(registry.VISITS, unit=row["unit_id"]),
        limits=lambda row: between(row["usual_lower"], row["usual_upper"], 0),
        happened=lambda row: signal_words.happened(row) if row["rule"] else _no_signal(row),
    )
    some = ranked.head(MOST_FACETS).select("unit_id", "place", "signal", "link", "usual")
    frame = series.join(some, on="unit_id").sort("place", "month")
    strong = ranked.filter(pl.col("signal").is_in(STANDS_OUT) & pl.col("is_clear"))
    weak = ranked.filter(pl.col("signal").is_in(STANDS_OUT) & ~pl.col("is_clear")).height
    title = _("Tidak ada unit yang di luar batas wajarnya pada bulan terakhir")
    if strong.height:
        first = strong.row(0, named=True)
        title = _("{unit} paling menonjol: {happened}", unit=first["short_name"], happened=first["happened"])
    elif weak:
        title = n_(
            "Tidak ada unit yang jelas menonjol; {n} sinyal lemah dapat muncul karena kebetulan",
            "Tidak ada unit yang jelas menonjol; {n} sinyal lemah dapat muncul karena kebetulan",
            weak,
        )
    elif (units["signal"] == "none").all():
        title = _("Kunjungan tiap unit; batas wajarnya belum dapat dihitung")
    chart = charts.multiples(
        frame,
        "month",
        "patients",
        "short_name",
        title=title,
        unit=_("kunjungan per bulan"),
        alt=_("Satu garis kecil untuk setiap unit, diurutkan dari yang paling menonjol."),
        colour="signal",
        link="link",
        level="usual",
    )
    columns = (
        Column("short_name", _("Unit"), link="link", role="name"),
        Column("happened", _("Sinyal"), role="finding"),
        Column("signal_month", _("Bulan terakhir"), "month", role="as_of"),
        Column("signal_patients", _("Kunjungan bulan itu"), "int"),
        Column("limits", _("Batas wajar"), role="derived"),
        Column("since", _("Sejak"), "month"),
        Column("patients", _("Jumlah kunjungan"), "int", is_additive=True),
        Column("change_pct", _("Perubahan periode"), "pct", role="derived"),
        Column("months_reported", _("Bulan dilaporkan"), "int", role="reports"),
    )
    note = _(
        "Jingga atau biru: di luar batas wajar unit itu sendiri, yang terkuat lebih dahulu. Abu-abu: perubahan wajar."
    )
    if units.height > MOST_FACETS:
        note += " " + _(
            "{n} dari {total} unit digambar; selebihnya di tabel.",
            n=text.number(MOST_FACETS),
            total=text.number(units.height),
        )
    return ChartBlock(
        "unit",
        chart,
        ranked,
        columns,
        note,
        shows=VISITS,
        keys=keys("unit_id", last_reported_month="as_of", signal="signal"),
    )


def _no_signal(row: Row) -> str:
    return _("perubahan wajar") if row["signal"] == "ordinary" else _("belum dapat dinilai")


def _picked(key: str, picked: str | None) -> pl.Expr:
    """Return the colour of a bar: all dark where nothing is picked, else only the picked one."""
    if picked is None:
        return pl.lit("1")
    return pl.when(pl.col(key) == picked).then(pl.lit("1")).otherwise(pl.lit("missing"))


def ranked(
    block: str, frame: pl.DataFrame, field: Literal["service", "payer"], label: str, complete: str, chosen: Filters
) -> ChartBlock:
    """Return bars of services or payers, most patients first, with the change on last year; a click picks one."""
    key = frame.columns[0]
    frame = with_text(
        frame.with_columns(colour=_picked(key, getattr(chosen, field))),
        link=lambda row: None if row[key] == "merged" else chosen.toggle(registry.VISITS, **{field: row[key]}),
        label=lambda row: text.named(row["name"], row["name_en"]),
        words=lambda row: " ".join(
            [text.number(row["patients"])] + ([signed_pct(row["change_pct"])] if row["change_pct"] is not None else [])
        ),
    )
    title = _("Belum ada rincian menurut {label}", label=label.lower())
    if frame.height:
        first = frame.row(0, named=True)
        share = text.pct(first["share_pct"])
        title = _("{label} terbanyak: {name}, {share} kunjungan", label=label, name=first["label"], share=share)
    chart = charts.bars(
        frame,
        "label",
        "patients",
        title=title,
        unit=_("kunjungan pada periode ini, dan perubahan dibanding tahun lalu"),
        alt=_("Batang kunjungan menurut {label}, dari yang terbanyak.", label=label.lower()),
        text="words",
        colour="colour",
        link="link",
    )
    columns = (
        Column("label", label, link="link", role="name"),
        Column("patients", _("Jumlah kunjungan"), "int", is_additive=True),
        Column("share_pct", _("Bagian"), "pct", follows=Follows("share", ("patients",))),
        Column("like_patients", _("Pasien, laporan yang dibandingkan"), "int", role="derived", is_additive=True),
        Column("like_patients_last_year", _("Tahun lalu, laporan yang sama"), "int", role="derived", is_additive=True),
        Column("change_pct", _("Perubahan"), "pct", role="derived", follows=_GROWTH),
        Column("units_reporting", _("Unit melapor"), "int", role="reports"),
    )
    note = _("Perubahan hanya dari unit dan bulan yang melaporkannya pada kedua tahun.")
    return ChartBlock(block, chart, frame, columns, note, complete, shows=VISITS, keys=keys(key))


def new_and_returning(in_period: pl.DataFrame, trend: pl.DataFrame, complete: str, chosen: Filters) -> ChartBlock:
    """Return new and returning patients by month; what a report does not break down is shown as such.

    Of a single month the year that ends with it is drawn (from `trend`), so that another can be picked beside it.
    """
    new, returning = (int(in_period[c].sum()) for c in ("new_count", "returning_count"))
    is_one = chosen.period_from == chosen.period_to
    trend = trend.sort("month").tail(12) if is_one else in_period
    rest = trend["not_broken_down"].sum()
    parts = {"returning_count": _("Lama"), "new_count": _("Baru")}
    if rest:
        parts["not_broken_down"] = _("Tidak dirinci")
    title = _("Kunjungan belum dirinci baru dan lama")
    if new + returning:
        share = text.pct(100 * new / (new + returning))
        title = _("{share} kunjungan adalah kunjungan baru", share=share)
        if is_one:
            month = text.month_name(chosen.period_to)
            title = _("{share} kunjungan pada {month} adalah kunjungan baru", share=share, month=month)
    trend = with_text(trend, link=lambda row: pick_month(chosen, row["month"]))
    chart = charts.stacked(
        trend,
        "month",
        parts,
        title=title,
        unit=measure_words.unit_over_time("visits"),
        alt=_("Kolom kunjungan baru dan lama per bulan."),
        link="link",
    )
    month = Column("month", _("Bulan"), "month", link="link", role="period")
    columns = (month, *(Column(name, label, "int", is_additive=True) for name, label in parts.items()))
    note = _("Bulan tanpa kolom belum dilaporkan.") if trend["patients"].null_count() else None
    rests = keys(units_reporting="reports")
    return ChartBlock(
        "baru-lama", chart, trend.sort("month", descending=True), columns, note, complete, shows=VISITS, keys=rests
    )


def per_1000(frame: pl.DataFrame, chosen: Filters) -> ChartBlock:
    """Return the funnel of visits per 1,000 inhabitants and month: rows of visits/funnel."""
    return funnel_block(
        frame,
        "per-1000",
        shows=VISITS,
        subject=_("Kunjungan per 1.000 penduduk"),
        unit=_("kunjungan per 1.000 penduduk per bulan"),
        value_name=_("Per 1.000 penduduk per bulan"),
        size_name=_("Penduduk, menurut bagian bulan yang dilaporkan"),
        count_name=_("Jumlah kunjungan"),
        picked=chosen.unit,
        link=lambda row: chosen.toggle(registry.VISITS, unit=row["unit_id"]),
        extra_note=_("Rata-rata bulan yang dilaporkan."),
    )


def _cell_words(row: Row) -> str | None:
    """Return the patients of a month, marked where rounded, provisional or doubtful; nothing where not reported."""
    if not row["is_reported"]:
        return None
    return (
        "~" * row["is_rounded"]
        + text.number(row["patients"])
        + "*" * row["is_provisional"]
        + "!" * (row["findings"] > 0)
    )


def unit_by_month(cells: pl.DataFrame, chosen: Filters) -> ChartBlock:
    """Return unit x month, from left to right; each cell leads to its rows, a missing one says so."""
    states = {
        "reported": (_("dilaporkan"), "empty"),
        "provisional": (_("data sementara (*)"), "empty"),
        "doubtful": (_("ada temuan (!)"), "empty"),
        "missing": (_("belum melapor"), "missing"),
    }

    def _status(row: Row) -> str:
        about = [_("sekitar (~)")] if row["is_rounded"] else []
        return ", ".join([states[row["state"]][0], *about])

    state = pl.when(~pl.col("is_reported")).then(pl.lit("missing")).when(pl.col("findings") > 0)
    state = state.then(pl.lit("doubtful")).when("is_provisional").then(pl.lit("provisional"))
    frame = with_text(
        cells.sort("name", "month").with_columns(state=state.otherwise(pl.lit("reported"))),
        status=_status,
        month_label=lambda row: text.month(row["month"]),
        words=_cell_words,
        link=lambda row: chosen.toggle(
            registry.VISITS, unit=row["unit_id"], period_from=row["month"], period_to=row["month"]
        ),
        row_link=lambda row: chosen.toggle(registry.VISITS, unit=row["unit_id"]),
        column_link=lambda row: pick_month(chosen, row["month"]),
    )
    missing = frame.filter(pl.col("state") == "missing").height
    title = _("Semua laporan bulanan sudah masuk") if frame.height else _("Belum ada laporan kunjungan")
    if missing:
        title = _(
            "{n} dari {expected} laporan bulanan belum masuk",
            n=text.number(missing),
            expected=text.number(frame.height),
        )
    chart = charts.heat(
        frame,
        "short_name",
        "month_label",
        state="state",
        text="words",
        title=title,
        unit=measure_words.unit_over_time("visits"),
        alt=_("Tabel kunjungan menurut unit dan bulan; bulan yang belum dilaporkan diarsir."),
        states=states,
        link="link",
        row_link="row_link",
        column_link="column_link",
    )
    columns = (
        Column("short_name", _("Unit"), link="row_link", role="name"),
        Column("month", _("Bulan"), "month", link="column_link", role="period"),
        Column("patients", _("Jumlah kunjungan"), "int", is_additive=True),
        Column("patients_last_year", _("Bulan yang sama tahun lalu"), "int", role="derived"),
        Column(
            "change_pct",
            _("Perubahan"),
            "pct",
            role="derived",
            follows=Follows("growth", ("patients", "patients_last_year")),
        ),
        Column("status", _("Keadaan laporan"), link="link"),
    )
    note = _("Nol adalah nol yang dilaporkan, bukan laporan yang belum masuk.")
    if cells["is_rounded"].any():
        note += " " + _("~ berarti sekitar: jumlah kecil di dalamnya dibulatkan.")
    hint = _("Pilih satu angka untuk melihat baris laporan asalnya.")
    return ChartBlock("unit-bulan", chart, frame, columns, note, hint=hint, shows=VISITS, keys=keys("unit_id"))
