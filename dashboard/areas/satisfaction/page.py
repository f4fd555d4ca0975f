"""Kepuasan: the satisfaction index of the chosen units, how sure it is, and what pulls it down."""

import polars as pl

from dashboard import db, registry
from dashboard.access import Viewer
from dashboard.areas.satisfaction import blocks
from dashboard.areas.satisfaction import units as satisfaction_units
from dashboard.areas.satisfaction.blocks import ITSELF, SATISFACTION
from dashboard.filters import Filters
from dashboard.parts import measure_definitions, page_frame, signals
from dashboard.parts.row_words import Row
from dashboard.snapshot import Block, Headline, Shown, Snapshot, Tile
from dashboard.words import measure_words, text
from dashboard.words.said import joined
from dashboard.words.text import _
from queries.months import moved_by

LONGEST_WINDOW = 24  # months that the trend looks back


def compose(chosen: Filters, viewer: Viewer) -> Snapshot:
    """Return the page of satisfaction for what was chosen: at most seven blocks."""
    parameters = chosen.parameters()
    window = parameters | {"period_from": min(chosen.period_from, moved_by(chosen.period_to, 1 - LONGEST_WINDOW))}
    units = db.fetch("satisfaction/units", viewer, **parameters)
    peers = units if chosen.unit is None else db.fetch("satisfaction/units", viewer, **parameters | {"unit": None})
    trend = db.fetch("satisfaction/trend", viewer, **window)
    elements = db.fetch("satisfaction/elements", viewer, **parameters)
    periods = db.fetch("satisfaction/unit_periods", viewer, **window)
    grades = db.fetch("satisfaction/grades", viewer, **parameters)
    newest = _newest(trend, units)
    everybody = trend if chosen.unit is None else db.fetch("satisfaction/trend", viewer, **window | {"unit": None})
    limits = db.fetch("signals/series", viewer, **window | {"measure": "satisfaction"})
    changes = db.fetch_if_there("visits/changes", viewer, **parameters)
    shown: list[Block | tuple[Block, ...]] = []
    if newest is not None:
        shown = [
            (
                blocks.index_over_time(
                    trend, grades, newest, limits.clear() if chosen.service else limits, changes, chosen
                ),
                blocks.elements(elements, newest),
            ),
            satisfaction_units.units_compared(peers, grades, newest, chosen, _overall(everybody, peers)),
            satisfaction_units.sample(peers, newest, chosen),
            blocks.unit_by_period(periods, grades, chosen),
        ]
        if chosen.unit is not None:
            shown.append(blocks.origin(db.fetch("satisfaction/rows", viewer, **parameters)))
    return Snapshot(
        page=registry.SATISFACTION,
        title=_("Kepuasan masyarakat"),
        headlines=headlines(newest, units, grades, chosen, viewer),
        tiles=() if newest is None else tiles(newest, units, trend, grades),
        blocks=tuple(shown),
        definitions=definitions(grades, elements, viewer),
        **page_frame.frame(chosen, viewer),
    )


def _newest(trend: pl.DataFrame, units: pl.DataFrame) -> Row | None:
    """Return the row of the trend that the page speaks of: the newest period that any chosen unit reported."""
    if units.is_empty():
        return None
    found = trend.filter(pl.col("period") == units["period"][0]).rows(named=True)
    return found[0] if found else None


def _overall(trend: pl.DataFrame, units: pl.DataFrame) -> float | None:
    """Return the index over all respondents of the units compared, in their period."""
    found = trend.filter(pl.col("period") == units["period"][0])["index"].to_list() if units.height > 1 else []
    return found[0] if found else None


def headlines(
    newest: Row | None, units: pl.DataFrame, grades: pl.DataFrame, chosen: Filters, viewer: Viewer
) -> tuple[Headline, ...]:
    """Return the answer in two to four sentences: signals, the index, samples too small and reports missing."""
    if newest is None:
        words = _(
            "Belum ada survei kepuasan untuk pilihan ini. Perpanjang periodenya, atau periksa laporan yang masuk."
        )
        return (Headline(words, chosen.link(registry.QUALITY)),)
    when = text.span(newest["period"], newest["period_months"])
    lines = [_index(newest, grades, when)]
    small = units.filter(~pl.col("is_representative"))["short_name"].to_list()
    if small:
        words = _(
            "Sampel kurang pada {n} dari {total} unit: {names}. Nilainya belum mewakili.",
            n=text.number(len(small)),
            total=text.number(units["is_representative"].count()),
            names=text.some(small),
        )
        lines.append(Headline(words, "#sampel", "bad"))
    absent = units.filter(~pl.col("is_reported"))["short_name"].to_list()
    if absent:
        words = _(
            "{n} dari {expected} unit belum melapor {period}: {names}.",
            n=text.number(len(absent)),
            expected=text.number(units.height),
            period=when,
            names=text.some(absent),
        )
        lines.append(Headline(words, chosen.link(registry.QUALITY)))
    return signals.headlines(chosen, viewer, "satisfaction", lines, at_most=1)


def _index(newest: Row, grades: pl.DataFrame, when: str) -> Headline:
    if newest["index"] is None:
        words = _("IKM {period} tidak dapat dihitung: laporannya tidak memuat nilai unsur.", period=when)
        return Headline(words, "#ikm")
    words = _(
        "IKM {period} {index}, mutu {grade}",
        period=when,
        index=text.number(newest["index_rounded"], 2),
        grade=blocks.grade_name(newest["grade"], grades),
    )
    if newest["change_points"] is None:
        words += _("; belum dapat dibandingkan dengan periode sebelumnya")
    else:
        words += _(
            "; {change} dibanding periode sebelumnya, pada unit yang melapor di keduanya",
            change=text.change(newest["change_points"], 2, "poin"),
        )
    return Headline(words + ".", "#ikm", "ordinary")


def tiles(newest: Row, units: pl.DataFrame, trend: pl.DataFrame, grades: pl.DataFrame) -> tuple[Tile, ...]:
    """Return index, respondents, sufficient samples and reports of the newest period."""
    when = text.span(newest["period"], newest["period_months"])
    known = units.filter(pl.col("required").is_not_null() & pl.col("is_reported"))
    enough = known.filter("is_representative").height
    reporting = _(
        "{received} dari {expected} unit melapor",
        received=text.number(newest["units_reporting"]),
        expected=text.number(newest["units_expected"]),
    )
    change = newest["change_points"]
    return (
        Tile(
            "ikm",
            _("Indeks kepuasan (IKM)"),
            text.number(newest["index_rounded"], 2),
            unit=blocks.grade_name(newest["grade"], grades),
            period=when,
            change="" if change is None else text.change(change, 2, "poin"),
            comparison=_("tidak dapat dibandingkan")
            if change is None
            else _("dibanding periode sebelumnya, {n} unit yang sama", n=text.number(newest["like_units"])),
            signal="none" if change is None else "ordinary",
            completeness=reporting,
            sparkline=tuple(trend["index"].to_list()),
            link="#ikm",
            shows=ITSELF,
        ),
        Tile(
            "responden",
            measure_words.name("respondents"),
            text.number(newest["respondents"]),
            unit=measure_words.unit("respondents"),
            period=when,
            completeness=reporting,
            sparkline=tuple(trend["respondents"].to_list()),
            link="#sampel",
            shows=SATISFACTION,
        ),
        Tile(
            "sampel-cukup",
            _("Sampel cukup"),
            joined((text.number(enough), text.number(known.height)), " / ") if known.height else text.MISSING,
            unit=_("unit"),
            period=when,
            comparison=_("terhadap sampel minimal Krejcie-Morgan"),
            completeness=_("unit yang jumlah penggunanya diketahui"),
            signal="bad" if enough < known.height else "none",
            link="#sampel",
            shows=SATISFACTION,
        ),
        Tile(
            "laporan",
            _("Survei diterima"),
            joined((text.number(newest["units_reporting"]), text.number(newest["units_expected"])), " / "),
            unit=_("unit"),
            period=when,
            comparison=_("periode masih berjalan") if newest["is_running"] else "",
            link="#unit-periode",
            shows=Shown("completeness", "satisfaction"),
        ),
    )


def definitions(grades: pl.DataFrame, elements: pl.DataFrame, viewer: Viewer) -> tuple[tuple[str, str], ...]:
    """Return what the figures mean, with their legal basis."""
    bands = ", ".join(
        f"{row['grade']} {text.number(row['lower'], 2)}–{text.number(row['upper'], 2)}"
        for row in grades.rows(named=True)
    )
    basis = ", ".join(grades["legal_basis"].drop_nulls().unique(maintain_order=True))
    used = ", ".join(elements["legal_basis"].drop_nulls().unique(maintain_order=True)) or basis
    return (
        measure_definitions.of("satisfaction", viewer, used),
        (
            _("Mutu pelayanan"),
            _(
                "Nilai dibulatkan dua angka, lalu dibandingkan dengan batas bawah: {bands}. Dasar: {basis}.",
                bands=bands,
                basis=basis,
            ),
        ),
        (
            _("Gabungan unit"),
            _(
                "Dihitung dari semua responden unit yang melapor, bukan rata-rata nilai unit; unit dengan responden "
                "lebih banyak berpengaruh lebih besar."
            ),
        ),
        (
            _("Kisaran 95 %"),
            _(
                "Seberapa jauh nilai dapat bergeser karena kebetulan, dari sebaran jawaban responden. Formulir rekap "
                "tidak memuat jawaban perorangan, sehingga tidak mempunyai kisaran."
            ),
        ),
        *signals.definitions(viewer),
        (
            _("Tidak representatif"),
            _(
                "Responden lebih sedikit daripada tabel Krejcie-Morgan untuk jumlah kunjungan unit pada periode itu "
                "(bulan yang dilaporkan). Tanpa data kunjungan, kecukupannya tidak diketahui."
            ),
        ),
        (
            _("IKM dilaporkan"),
            _(
                "Indeks yang tertulis di laporan. Bila berbeda dari hitungan ulang, biasanya karena bobot 0,11 dipakai "
                "sebagai ganti 1/9."
            ),
        ),
        (
            _("Sumber"),
            _("Laporan survei kepuasan masyarakat; setiap angka dapat ditelusuri ke berkas, lembar, dan barisnya."),
        ),
    )
