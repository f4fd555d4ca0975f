"""The four tiles of the Ringkasan, from the result sets of the pages behind them."""

from dataclasses import replace

import polars as pl

from dashboard import registry
from dashboard.filters import Filters
from dashboard.parts import signal_words
from dashboard.parts.row_words import Row
from dashboard.snapshot import Shown, Tile
from dashboard.words import measure_words, text
from dashboard.words.said import filled, joined
from dashboard.words.text import _


def attainment(summary: pl.DataFrame, targets: Row, trend: pl.DataFrame, chosen: Filters) -> Tile:
    """Return the mean attainment at the last reporting period and how many targets are reached, against last year."""
    base = Tile(
        "capaian",
        measure_words.name("attainment"),
        None,
        link=chosen.link(registry.ATTAINMENT),
        shows=Shown("attainment", is_itself=True),
    )
    row = summary.row(0, named=True) if summary.height else {}
    if row.get("attainment_pct") is None:
        return base
    moved = text.change(row["change_points"], 1, _("poin")) if row["change_points"] is not None else ""
    complete = _of(row["reported_indicators"], row["indicators"], _("{known} dari {due} indikator melapor"))
    return Tile(
        base.id,
        base.label,
        text.pct(row["attainment_pct"]),
        unit=_("rata-rata"),
        period=_("sampai {month}", month=text.month(row["as_of"])),
        change=_("{change} dibanding posisi yang sama tahun lalu", change=moved) if moved else "",
        comparison=_of(targets["reached"], targets["targets"], _("{known} dari {due} tercapai")),
        signal="ordinary" if moved else "none",
        completeness=joined(filter(None, (complete, measure_words.open_range(row))), " · "),
        sparkline=tuple(trend["attainment_pct"]),
        link=base.link,
        shows=base.shows,
    )


def set_up(tile: Tile, there: int) -> Tile:
    """Return a tile that has no figure and never had one, told from one that only has none in the period: nothing is set up."""
    return replace(tile, completeness=_("belum disiapkan")) if tile.value is None and not there else tile


def visits(summary: pl.DataFrame, months: pl.DataFrame, chosen: Filters) -> Tile:
    """Return the patients of the period, against the same months of last year that were reported too."""
    base = Tile(
        "kunjungan",
        measure_words.name("visits"),
        None,
        link=chosen.link(registry.VISITS),
        shows=Shown("visits", is_itself=True),
    )
    row = summary.row(0, named=True) if summary.height else {}
    if row.get("patients") is None:
        return base
    change = row["change_pct"]
    per_1000 = text.number(row["per_1000_month"], 1)
    return Tile(
        base.id,
        base.label,
        text.number(row["patients"]),
        measure_words.unit("visits"),
        text.period(row["first_month"], row["last_month"]),
        _("{change} dibanding periode yang sama tahun lalu", change=text.change(change)) if change is not None else "",
        _("{n} per 1.000 penduduk per bulan", n=per_1000) if row["per_1000_month"] is not None else "",
        "ordinary" if change is not None else "none",
        _of(row["reports_received"], row["reports_expected"], _("{known} dari {due} laporan bulanan"))
        + (" · " + _("data sementara") if row["is_provisional"] else ""),
        tuple(months["patients"]),
        base.link,
        shows=base.shows,
    )


def satisfaction(survey: pl.DataFrame, quarters: pl.DataFrame, grades: pl.DataFrame, chosen: Filters) -> Tile:
    """Return the index of the last period that is complete, with its grade."""
    base = Tile(
        "kepuasan",
        _("Kepuasan (IKM)"),
        None,
        link=chosen.link(registry.SATISFACTION),
        shows=Shown("satisfaction", is_itself=True),
    )
    done = survey.filter(pl.col("index").is_not_null() & ~pl.col("is_running"))
    if done.is_empty():
        return base
    row = done.row(-1, named=True)
    names = {g["grade"]: text.named(g["name"], g["name_en"]) for g in grades.iter_rows(named=True)}
    change = row["change_points"]
    enough = _of(
        row["units_representative"], row["units_with_requirement"], _("{known} dari {due} unit dengan sampel cukup")
    )
    return Tile(
        base.id,
        base.label,
        text.number(row["index_rounded"], 2),
        f"{row['grade']} · {names[row['grade']]}" if row["grade"] in names else row["grade"] or "",
        text.span(row["period"], row["period_months"]),
        _("{change} dibanding periode sebelumnya", change=text.change(change, 2, _("poin")))
        if change is not None
        else "",
        enough,
        "ordinary" if change is not None else "none",
        _of(row["units_reporting"], row["units_expected"], _("{known} dari {due} unit melapor")),
        tuple(quarters["index"]),
        base.link,
        shows=base.shows,
    )


def reporting(reports: pl.DataFrame, history: pl.DataFrame, chosen: Filters) -> Tile:
    """Return the share of due reports that came in time, and its change over those known last year too, in points."""
    base = Tile(
        "ketepatan",
        measure_words.name("reporting"),
        None,
        link=chosen.link(registry.QUALITY),
        shows=Shown("reporting", is_itself=True),
    )
    expected, on_time, received, timed, late = (
        int(reports[column].sum()) for column in ("expected", "on_time", "received", "timed", "late")
    )
    if not timed:
        return base
    share = 100 * on_time / timed
    alike, alike_on_time, before_on_time = (
        int(reports[column].sum()) for column in ("like_timed", "like_on_time", "like_on_time_last_year")
    )
    moved = 100 * (alike_on_time - before_on_time) / alike if alike else None
    change = text.change(moved, 1, _("poin")) if moved is not None else ""
    return Tile(
        base.id,
        base.label,
        text.pct(share),
        _("tepat waktu"),
        text.period(reports["month"][0], reports["month"][-1]),
        _("{change} dibanding periode yang sama tahun lalu", change=change) if change else "",
        _("{n} laporan terlambat", n=text.number(late)),
        "ordinary" if moved is not None else "none",
        _of(received, expected, _("{known} dari {due} laporan sudah masuk")),
        tuple(history["on_time_pct"]),
        base.link,
        shows=base.shows,
    )


def signalled(tile: Tile, newest: Row | None) -> Tile:
    """Return the tile coloured where the newest point of its series is a signal, which then comes before the comparison."""
    if tile.value is None or newest is None or newest["signal"] not in {"good", "bad"}:
        return tile
    comparison = joined(filter(None, (tile.change, tile.comparison)), " · ")
    return replace(tile, signal=newest["signal"], change=signal_words.brief(newest), comparison=comparison)


def _of(known: int, due: int, words: str) -> str:
    return filled(words, {"known": text.number(known), "due": text.number(due)})
