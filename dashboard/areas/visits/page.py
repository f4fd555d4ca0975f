"""Kunjungan: what the visits of the chosen units, service and payer say. A missing month stays missing."""

from datetime import date

import polars as pl

from dashboard import db, registry
from dashboard.access import Viewer
from dashboard.areas.visits import blocks, rows
from dashboard.areas.visits.blocks import ITSELF, VISITS
from dashboard.filters import Filters
from dashboard.parts import funnel, measure_definitions, page_frame, signals
from dashboard.parts.row_words import Row
from dashboard.snapshot import Block, Headline, Shown, Snapshot, Tile
from dashboard.words import measure_words, text
from dashboard.words.said import joined
from dashboard.words.text import _
from queries.months import moved_by

LONGEST_WINDOW = 24  # months that the monthly line looks back, so that a season is seen twice


def compose(chosen: Filters, viewer: Viewer) -> Snapshot:
    """Return the page of visits for what was chosen: at most seven blocks."""
    parameters = chosen.parameters()
    window = parameters | {"period_from": min(chosen.period_from, moved_by(chosen.period_to, 1 - LONGEST_WINDOW))}
    summary = db.fetch("visits/summary", viewer, **parameters).row(0, named=True)
    trend = db.fetch("visits/trend", viewer, **window)
    changes = db.fetch_if_there("visits/changes", viewer, **parameters)
    line = db.fetch("visits/line", viewer, **window) if changes.height else changes
    in_period = trend.filter(pl.col("month") >= chosen.period_from)
    units = db.fetch("visits/units", viewer, **parameters)
    peers = units if chosen.unit is None else db.fetch("visits/units", viewer, **parameters | {"unit": None})
    cells = db.fetch("visits/unit_months", viewer, **parameters)
    services = db.fetch("visits/services", viewer, **parameters | {"service": None})
    payers = db.fetch("visits/payers", viewer, **parameters | {"payer": None})
    limits = db.fetch("signals/series", viewer, **window | {"measure": "visits", "service": chosen.service})
    sizes = db.fetch("visits/funnel", viewer, **parameters | {"unit": None, "area": None})
    complete = page_frame.reports(summary)
    shown: list[Block | tuple[Block, ...]] = [
        blocks.monthly(
            line if line.height else trend, limits.clear() if chosen.payer else limits, changes, complete, chosen
        )
    ]
    if units.height > 1:
        shown.append(blocks.by_unit(db.fetch("visits/unit_months", viewer, **window), units, chosen))
    shown += [
        blocks.per_1000(sizes, chosen),
        (
            blocks.ranked("layanan", services, "service", _("Layanan"), complete, chosen),
            blocks.ranked("pembayar", payers, "payer", _("Pembayar"), complete, chosen),
        ),
        blocks.new_and_returning(in_period, trend, complete, chosen),
        blocks.unit_by_month(cells, chosen),
    ]
    if chosen.unit is not None:
        shown.append(rows.origin(db.fetch("visits/rows", viewer, **parameters)))
    return Snapshot(
        page=registry.VISITS,
        title=_("Kunjungan pasien"),
        headlines=headlines(summary, cells, chosen, viewer),
        tiles=tiles(summary, in_period, chosen, db.fetch_if_there("visits/calendar", viewer, **parameters)),
        blocks=tuple(shown),
        definitions=definitions(peers, viewer),
        **page_frame.frame(chosen, viewer),
    )


def headlines(summary: Row, cells: pl.DataFrame, chosen: Filters, viewer: Viewer) -> tuple[Headline, ...]:
    """Return the answer in two to four sentences: the signals, the total, and who is missing."""
    if summary["patients"] is None:
        return (Headline(_("Belum ada laporan kunjungan untuk pilihan ini."), chosen.link(registry.QUALITY)),)
    context = [_total(summary, text.period(chosen.period_from, chosen.period_to))]
    last = cells.filter(pl.col("month") == summary["last_month"])
    absent = last.filter(~pl.col("is_reported"))["short_name"].to_list()
    if absent:
        context.append(_absent(absent, last.height, summary["last_month"], chosen))
    return signals.headlines(chosen, viewer, "visits", context, at_most=1 if absent else 2)


def _total(summary: Row, span: str) -> Headline:
    patients = text.number(summary["patients"])
    if summary["change_pct"] is None:
        words = _(
            "{patients} kunjungan pada {span}; belum dapat dibandingkan dengan tahun lalu.",
            patients=patients,
            span=span,
        )
        return Headline(words, "#bulanan")
    words = _(
        "{patients} kunjungan pada {span}; {change} dibanding tahun lalu pada laporan yang ada di kedua tahun.",
        patients=patients,
        span=span,
        change=text.change(summary["change_pct"]),
    )
    return Headline(words, "#bulanan", "ordinary")


def _absent(absent: list[str], expected: int, month: date, chosen: Filters) -> Headline:
    if expected == 1:
        words = _("{unit} belum melapor {month}.", unit=absent[0], month=text.month_name(month))
    else:
        words = _(
            "{n} dari {expected} unit belum melapor {month}: {names}. Jumlah bulan itu belum lengkap.",
            n=text.number(len(absent)),
            expected=text.number(expected),
            month=text.month_name(month),
            names=text.some(absent),
        )
    return Headline(words, chosen.link(registry.QUALITY))


def calendar(differing: pl.DataFrame) -> str:
    """Return which days of the chosen months are more or fewer than a year before: rows of visits/calendar; empty where none are."""
    parts = [
        _(
            "{name} {days} hari (tahun lalu {before})",
            name=text.named(row["name"], row["name_en"]) if row["name"] else _("kalender"),
            days=text.number(row["days"]),
            before=text.number(row["days_before"]),
        )
        for row in differing.iter_rows(named=True)
    ]
    return _("beda kalender: {days}", days=", ".join(parts)) if parts else ""


def tiles(summary: Row, trend: pl.DataFrame, chosen: Filters, differing: pl.DataFrame) -> tuple[Tile, ...]:
    """Return patients, new patients, the rate per 1,000 and the reports received; `differing` are rows of visits/calendar."""
    span = text.period(chosen.period_from, chosen.period_to)
    new, returning = summary["new_count"], summary["returning_count"]
    broken_down = (new or 0) + (returning or 0)
    received, expected = summary["reports_received"], summary["reports_expected"]
    comparable = summary["change_pct"] is not None
    like = _("dibanding tahun lalu, dari {n} laporan yang ada di kedua tahun", n=text.number(summary["like_reports"]))
    like = joined(filter(None, (like, calendar(differing))), "; ")
    shares = trend.select(pl.col("new_count") * 100 / (pl.col("new_count") + pl.col("returning_count")))
    return (
        Tile(
            "pasien",
            measure_words.name("visits"),
            None if summary["patients"] is None else text.number(summary["patients"]),
            unit=measure_words.unit("visits"),
            period=span,
            change=text.change(summary["change_pct"]) if comparable else "",
            comparison=like if comparable else _("tidak dapat dibandingkan"),
            signal="ordinary" if comparable else "none",
            completeness=page_frame.reports(summary),
            sparkline=tuple(trend["patients"].to_list()),
            link="#bulanan",
            shows=ITSELF,
        ),
        Tile(
            "baru",
            _("Kunjungan baru"),
            text.pct(100 * (new or 0) / broken_down) if broken_down else text.MISSING,
            unit=_("dari kunjungan"),
            period=span,
            comparison=_("{new} baru, {returning} lama", new=text.number(new), returning=text.number(returning)),
            completeness=_("dari kunjungan yang dirinci baru dan lama"),
            sparkline=tuple(shares.to_series().to_list()),
            link="#baru-lama",
            shows=VISITS,
        ),
        Tile(
            "per-1000",
            _("Per 1.000 penduduk"),
            text.number(summary["per_1000_month"], 1),
            unit=measure_words.unit_over_time("visits"),
            period=span,
            comparison=_("rata-rata bulan yang dilaporkan"),
            link="#per-1000",
            shows=VISITS,
        ),
        Tile(
            "laporan",
            _("Laporan diterima"),
            text.pct(100 * received / expected) if expected else text.MISSING,
            period=span,
            comparison=page_frame.reports(summary),
            completeness=_(
                "{month}: {received} dari {expected} unit",
                month=text.month(summary["last_month"]),
                received=text.number(summary["units_reporting_last_month"]),
                expected=text.number(summary["units_expected_last_month"]),
            ),
            link="#unit-bulan",
            shows=Shown("completeness", "visit"),
        ),
    )


def definitions(units: pl.DataFrame, viewer: Viewer) -> tuple[tuple[str, str], ...]:
    """Return what the figures mean and where they come from."""
    return (
        measure_definitions.of("visits", viewer),
        (
            _("Belum melapor"),
            _("Laporan bulan itu belum diterima. Angkanya kosong dan tidak pernah dianggap nol."),
        ),
        (
            _("Data sementara"),
            _("Bulan yang bulan berikutnya belum berakhir; koreksi masih dapat masuk."),
        ),
        small_counts(),
        (
            _("Ada temuan"),
            _(
                "Angka bulan itu jauh di luar riwayat unit, sama persis dengan bulan lain, atau tidak sama dengan "
                "jumlah rinciannya. Angkanya tetap dihitung; periksa di halaman Mutu data."
            ),
        ),
        (
            _("Dibanding tahun lalu"),
            _(
                "Hanya bulan yang dilaporkan unit pada tahun ini dan tahun lalu, sehingga unit yang tidak melapor pada "
                "salah satunya tidak mengubah hasilnya. Bila Ramadan, Idul Fitri atau banyaknya hari berbeda antara keduanya, "
                "itu disebut di samping perubahannya; angkanya tidak disesuaikan."
            ),
        ),
        *signals.definitions(viewer),
        (
            _("Per 1.000 penduduk"),
            _(
                "Kunjungan dibagi penduduk wilayah kerja, dikali 1.000, dibagi jumlah bulan yang dilaporkan. "
                "Penduduk: {source}.",
                source=_population_sources(units),
            ),
        ),
        funnel.definition(),
        (
            _("Sumber"),
            _("Laporan kunjungan bulanan; setiap angka dapat ditelusuri ke berkas, lembar, dan barisnya."),
        ),
    )


def small_counts() -> tuple[str, str]:
    """Return how small counts are shown."""
    return (
        _("Sekitar (~), jumlah kecil"),
        _(
            "Jumlah pasien di bawah ambang kabupaten dapat menunjuk orang, jadi tidak ditampilkan: yang kecil dari satu "
            "layanan digabung (yang hanya satu bersama pembayar terkecil berikutnya) dan dibulatkan. Semua jumlah dihitung "
            "dari yang ditampilkan, jadi cocok satu sama lain dan dapat berbeda beberapa pasien dari laporan. Baru dan "
            "lama tidak ikut bila salah satunya kecil."
        ),
    )


def _population_sources(units: pl.DataFrame) -> str:
    """Return where the population comes from, with its year."""
    known = units.filter(pl.col("population").is_not_null())
    found = known.select("population_source", "population_year").unique(maintain_order=True).rows()
    return "; ".join(f"{source or _('sumber tidak disebut')}, {year or text.MISSING}" for source, year in found) or (
        text.MISSING
    )
