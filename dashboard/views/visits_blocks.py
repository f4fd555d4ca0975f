"""The blocks of Kunjungan: frames of the visit queries in, charts and tables out."""

import polars as pl

from dashboard import charts, text
from dashboard.filters import Filters
from dashboard.snapshot import ChartBlock, Column, TableBlock
from dashboard.text import _
from dashboard.views.frames import Row, with_text

STANDS_OUT = ("bad", "good")


def here(chosen: Filters, **changes: object) -> str:
    """Return a link to this page that keeps the chosen service and payer."""
    return chosen.link("visits", **{"service": chosen.service, "payer": chosen.payer} | changes)


def signed_pct(x: float) -> str:
    """Return '+3,2 %' or '−3,2 %': short enough to stand beside a bar on a phone."""
    return ("+" if round(x, 1) > 0 else "") + text.pct(x)


def monthly(trend: pl.DataFrame, complete: str) -> ChartBlock:
    """Return the monthly line with last year's same months; a month that is not complete is hollow."""
    partial = pl.col("units_reporting") < pl.col("units_expected")
    frame = with_text(
        trend.with_columns(is_tentative=pl.col("is_provisional") | partial),
        reporting=lambda row: _(
            "{received} dari {expected} unit",
            received=text.number(row["units_reporting"]),
            expected=text.number(row["units_expected"]),
        ),
    )
    known = frame.filter(pl.col("patients").is_not_null())
    title = _("Belum ada laporan kunjungan")
    if known.height:
        last = known.row(-1, named=True)
        title = _(
            "{patients} kunjungan pada {month}",
            month=text.month_name(last["month"]),
            patients=text.number(last["patients"]),
        )
        if last["change_pct"] is not None:
            title += _(", {change} dibanding bulan yang sama tahun lalu", change=text.change(last["change_pct"]))
    note = _(
        "Garis putus: bulan yang sama tahun lalu, hanya unit yang melapor pada kedua bulan; begitu pula perubahannya. "
        "Titik berongga: data sementara atau belum semua unit melapor. Skala tidak mulai dari nol."
    )
    chart = charts.line(
        frame,
        "month",
        "patients",
        title=title,
        unit=_("kunjungan per bulan"),
        alt=_("Garis kunjungan per bulan di samping bulan yang sama tahun lalu; bulan tanpa laporan dibiarkan kosong."),
        previous="like_patients_last_year",
        provisional="is_tentative",
        height=340,
    )
    columns = (
        Column("month", _("Bulan"), "month"),
        Column("patients", _("Jumlah kunjungan"), "int"),
        Column("reporting", _("Unit melapor")),
        Column("like_units", _("Unit yang dibandingkan"), "int"),
        Column("like_patients", _("Pasien, unit yang dibandingkan"), "int"),
        Column("like_patients_last_year", _("Tahun lalu, unit yang sama"), "int"),
        Column("change_pct", _("Perubahan"), "pct"),
    )
    return ChartBlock("bulanan", chart, frame.sort("month", descending=True), columns, note, complete)


def stands_out_rule(units: pl.DataFrame) -> str:
    """Return the rule by which a unit stands out, with the threshold in force."""
    threshold = units["threshold_pct"][0] if units.height else None
    return _(
        "Tiga bulan terakhir semuanya berubah ke arah yang sama terhadap bulan yang sama tahun lalu, sedikitnya dua "
        "di antaranya sebesar {threshold} atau lebih; hanya bulan yang dilaporkan pada kedua tahun. "
        "Selebihnya perubahan wajar.",
        threshold=text.pct(threshold, 0),
    )


def by_unit(series: pl.DataFrame, units: pl.DataFrame, chosen: Filters) -> ChartBlock:
    """Return a small line a unit on one scale, what stands out first."""
    ranked = with_text(units.with_row_index("place"), link=lambda row: here(chosen, unit=row["unit_id"]))
    frame = series.join(ranked.select("unit_id", "place", "signal", "link"), on="unit_id").sort("place", "month")
    title = _("Tidak ada unit yang menonjol dalam tiga bulan terakhir")
    strong = units.filter(pl.col("signal").is_in(STANDS_OUT))
    if strong.height:
        first = strong.row(0, named=True)
        change = text.change(first["change_3m_pct"])
        title = _("{unit} paling menonjol: {change} dalam tiga bulan", unit=first["short_name"], change=change)
    chart = charts.multiples(
        frame,
        "month",
        "patients",
        "short_name",
        title=title,
        unit=_("kunjungan per bulan, skala yang sama untuk semua unit"),
        alt=_("Satu garis kecil untuk setiap unit, diurutkan dari yang paling menonjol."),
        colour="signal",
        link="link",
    )
    columns = (
        Column("short_name", _("Unit"), link="link"),
        Column("patients", _("Jumlah kunjungan"), "int"),
        Column("change_pct", _("Perubahan periode"), "pct"),
        Column("patients_3m", _("Tiga bulan terakhir"), "int"),
        Column("patients_3m_last_year", _("Bulan yang sama tahun lalu"), "int"),
        Column("change_3m_pct", _("Perubahan tiga bulan"), "pct"),
        Column("falls", _("Bulan turun berturut-turut"), "int"),
        Column("rises", _("Bulan naik berturut-turut"), "int"),
        Column("months_reported", _("Bulan dilaporkan"), "int"),
    )
    return ChartBlock("unit", chart, ranked, columns, _("Menonjol: {rule}", rule=stands_out_rule(units)))


def _picked(key: str, picked: str | None) -> pl.Expr:
    """Return the colour of a bar: all dark where nothing is picked, else only the picked one."""
    if picked is None:
        return pl.lit("1")
    return pl.when(pl.col(key) == picked).then(pl.lit("1")).otherwise(pl.lit("missing"))


def ranked(block: str, frame: pl.DataFrame, picked: str | None, label: str, complete: str) -> ChartBlock:
    """Return bars of services or payers, most patients first, with the change on last year."""
    frame = with_text(
        frame.with_columns(colour=_picked(frame.columns[0], picked)),
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
    )
    columns = (
        Column("label", label),
        Column("patients", _("Jumlah kunjungan"), "int"),
        Column("share_pct", _("Bagian"), "pct"),
        Column("like_patients", _("Pasien, laporan yang dibandingkan"), "int"),
        Column("like_patients_last_year", _("Tahun lalu, laporan yang sama"), "int"),
        Column("change_pct", _("Perubahan"), "pct"),
        Column("units_reporting", _("Unit melapor"), "int"),
    )
    note = _("Perubahan hanya dari unit dan bulan yang melaporkannya pada kedua tahun.")
    return ChartBlock(block, chart, frame, columns, note, complete)


def new_and_returning(trend: pl.DataFrame, complete: str) -> ChartBlock:
    """Return new and returning patients by month; what a report does not break down is shown as such."""
    new, returning, rest = (int(trend[c].sum()) for c in ("new_count", "returning_count", "not_broken_down"))
    parts = {"returning_count": _("Lama"), "new_count": _("Baru")}
    if rest:
        parts["not_broken_down"] = _("Tidak dirinci")
    title = _("Kunjungan belum dirinci baru dan lama")
    if new + returning:
        title = _("{share} kunjungan adalah kunjungan baru", share=text.pct(100 * new / (new + returning)))
    chart = charts.stacked(
        trend,
        "month",
        parts,
        title=title,
        unit=_("kunjungan per bulan"),
        alt=_("Kolom kunjungan baru dan lama per bulan."),
    )
    columns = (Column("month", _("Bulan"), "month"), *(Column(name, label, "int") for name, label in parts.items()))
    note = _("Bulan tanpa kolom belum dilaporkan.") if trend["patients"].null_count() else None
    return ChartBlock("baru-lama", chart, trend.sort("month", descending=True), columns, note, complete)


def per_1000(units: pl.DataFrame, chosen: Filters) -> ChartBlock:
    """Return visits per 1,000 inhabitants and month by unit; a chosen unit is dark among the others."""
    frame = units.filter(pl.col("population").is_not_null()).sort("per_1000_month", descending=True, nulls_last=True)
    frame = with_text(
        frame.with_columns(colour=_picked("unit_id", chosen.unit)),
        link=lambda row: here(chosen, unit=row["unit_id"]),
        months=lambda row: _(
            "{received} dari {expected} bulan",
            received=text.number(row["months_reported"]),
            expected=text.number(row["months_expected"]),
        ),
        year=lambda row: text.MISSING if row["population_year"] is None else str(row["population_year"]),
    )
    chart = charts.bars(
        frame,
        "short_name",
        "per_1000_month",
        title=_rate_title(frame.filter(pl.col("per_1000_month").is_not_null()), chosen.unit),
        unit=_("kunjungan per 1.000 penduduk per bulan"),
        alt=_("Batang kunjungan per 1.000 penduduk menurut unit, dari yang tertinggi."),
        colour="colour",
        link="link",
    )
    columns = (
        Column("short_name", _("Unit"), link="link"),
        Column("per_1000_month", _("Per 1.000 penduduk per bulan"), "decimal", 1),
        Column("patients", _("Jumlah kunjungan"), "int"),
        Column("months", _("Bulan dilaporkan")),
        Column("population", _("Penduduk"), "int"),
        Column("year", _("Tahun penduduk")),
        Column("population_source", _("Sumber penduduk")),
    )
    note = _("Rata-rata bulan yang dilaporkan. Penduduk: {source}.", source=population_sources(units))
    return ChartBlock("per-1000", chart, frame, columns, note)


def _rate_title(known: pl.DataFrame, unit: str | None) -> str:
    """Return the place of the chosen unit among the others, or the highest and lowest."""
    if known.is_empty():
        return _("Kunjungan per 1.000 penduduk belum dapat dihitung")
    rows = known.rows(named=True)
    for place, row in enumerate(rows, 1):
        if row["unit_id"] == unit:
            return _(
                "{unit}: {rate} kunjungan per 1.000 penduduk per bulan, urutan {place} dari {n} unit",
                unit=row["short_name"],
                rate=text.number(row["per_1000_month"], 1),
                place=text.number(place),
                n=text.number(len(rows)),
            )
    return _(
        "Per 1.000 penduduk: tertinggi {high} ({most}), terendah {low} ({least})",
        high=rows[0]["short_name"],
        most=text.number(rows[0]["per_1000_month"], 1),
        low=rows[-1]["short_name"],
        least=text.number(rows[-1]["per_1000_month"], 1),
    )


def population_sources(units: pl.DataFrame) -> str:
    """Return where the population comes from, with its year."""
    known = units.filter(pl.col("population").is_not_null())
    found = known.select("population_source", "population_year").unique(maintain_order=True).rows()
    return "; ".join(f"{source or _('sumber tidak disebut')}, {year or text.MISSING}" for source, year in found) or (
        text.MISSING
    )


def _cell_words(row: Row) -> str | None:
    """Return the patients of a month, marked where provisional or doubtful; nothing where not reported."""
    if not row["is_reported"]:
        return None
    return text.number(row["patients"]) + "*" * row["is_provisional"] + "!" * (row["findings"] > 0)


def unit_by_month(cells: pl.DataFrame, chosen: Filters) -> ChartBlock:
    """Return unit x month; each cell leads to the rows behind it, a missing one says so."""
    states = {
        "reported": (_("dilaporkan"), "empty"),
        "provisional": (_("data sementara (*)"), "empty"),
        "doubtful": (_("ada temuan (!)"), "empty"),
        "missing": (_("belum melapor"), "missing"),
    }
    state = pl.when(~pl.col("is_reported")).then(pl.lit("missing")).when(pl.col("findings") > 0)
    state = state.then(pl.lit("doubtful")).when("is_provisional").then(pl.lit("provisional"))
    frame = with_text(
        cells.with_columns(state=state.otherwise(pl.lit("reported"))),
        status=lambda row: states[row["state"]][0],
        month_label=lambda row: text.month(row["month"]),
        words=_cell_words,
        link=lambda row: here(chosen, unit=row["unit_id"], period_from=row["month"], period_to=row["month"]),
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
        unit=_("kunjungan per bulan"),
        alt=_("Tabel kunjungan menurut unit dan bulan; bulan yang belum dilaporkan diarsir."),
        states=states,
        link="link",
    )
    columns = (
        Column("short_name", _("Unit")),
        Column("month", _("Bulan"), "month"),
        Column("patients", _("Jumlah kunjungan"), "int"),
        Column("patients_last_year", _("Bulan yang sama tahun lalu"), "int"),
        Column("change_pct", _("Perubahan"), "pct"),
        Column("status", _("Keadaan laporan"), link="link"),
    )
    note = _(
        "Pilih satu angka untuk melihat baris laporan asalnya. "
        "Nol adalah nol yang dilaporkan, bukan laporan yang belum masuk."
    )
    return ChartBlock("unit-bulan", chart, frame, columns, note)


def origin(rows: pl.DataFrame) -> TableBlock:
    """Return the rows of the reports behind the figures of the chosen unit."""
    frame = with_text(
        rows,
        service_label=lambda row: text.named(row["service"], row["service_en"]),
        payer_label=lambda row: text.named(row["payer"], row["payer_en"]),
    )
    columns = (
        Column("month", _("Bulan"), "month"),
        Column("service_label", _("Layanan")),
        Column("payer_label", _("Pembayar")),
        Column("new_count", _("Baru"), "int"),
        Column("returning_count", _("Lama"), "int"),
        Column("patients", _("Jumlah kunjungan"), "int"),
        Column("file", _("Berkas")),
        Column("sheet", _("Lembar")),
        Column("row", _("Baris")),
    )
    empty = _("Belum ada baris laporan untuk unit dan periode ini. Periksa halaman Mutu data.")
    return TableBlock("baris", _("Baris laporan di balik angka ini"), frame, columns, empty=empty)
