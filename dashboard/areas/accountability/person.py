"""One person's page, "why this place?": parts of the signal, shrinkage, rank, neighbours, history, and the rows behind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl

from dashboard import charts, db, registry
from dashboard.access import Viewer
from dashboard.areas.accountability import feeds, why
from dashboard.areas.accountability.ranking import windowed
from dashboard.areas.accountability.why import MEAN
from dashboard.areas.accountability.words import definitions, missing_reasons, ratings, states, tiers
from dashboard.filters import Filters
from dashboard.parts import page_frame, usual_columns
from dashboard.snapshot import Block, ChartBlock, Column, Headline, Shown, Snapshot, TableBlock, TextBlock, Tile, keys
from dashboard.words import measure_words, text
from dashboard.words.text import _, n_

PERSON = Shown("accountability")


@dataclass(frozen=True, eq=False)
class Record:
    """What there is of one person: who he is, then frames."""

    who: Mapping[str, Any]
    found: pl.DataFrame
    parts: pl.DataFrame
    history: pl.DataFrame
    indicators: pl.DataFrame
    neighbours: pl.DataFrame
    feeds: pl.DataFrame


def read(fetch: Callable[[str], pl.DataFrame]) -> Record | None:
    """Return the record of a person; None where there is no such person, or not to be seen."""
    found = fetch("accountability/person")
    if found.is_empty():
        return None
    names = ("person_components", "person_history", "person_indicators", "person_neighbours", "person_feeds")
    return Record(found.row(0, named=True), found, *(fetch(f"accountability/{name}") for name in names))


def is_elsewhere(chosen: Filters, viewer: Viewer) -> bool:
    """Return whether the chosen job group is not the person's: then the reader has moved on to another group."""
    found = db.fetch("accountability/person", viewer, **chosen.parameters())
    return bool(chosen.job_group) and not found.is_empty() and found["job_group"][0] != chosen.job_group


def compose(chosen: Filters, viewer: Viewer) -> Snapshot:
    """Return the page of the chosen person; a person who is not there, or not to be seen, gets a calm word."""
    record = read(partial(db.fetch, viewer=viewer, **chosen.parameters()))
    group = chosen.job_group or (record.who["job_group"] if record else None)
    frame = page_frame.frame(chosen, viewer)
    frame["extra"] |= {
        "back_link": chosen.link(registry.ACCOUNTABILITY, job_group=group),
        "back_words": _("Kembali ke kelompok jabatan"),
    }
    if record is None:
        missing = TextBlock(
            "person",
            _("Pegawai ini tidak ditemukan"),
            _("Pegawai tidak ada dalam data ini, atau berada di unit yang tidak dapat Anda lihat."),
        )
        return Snapshot(
            page=registry.ACCOUNTABILITY,
            title=_("Akuntabilitas pegawai"),
            blocks=(missing,),
            **frame,
        )
    who = record.who
    return Snapshot(
        page=registry.ACCOUNTABILITY,
        title=who["employee_name"],
        headlines=(
            Headline(windowed(why.standing(who), record.found), "#reasons", SIGNALS[who["tier"]]),
            Headline(identity(who)),
        ),
        tiles=tiles(who, record.history),
        blocks=(
            why.reasons_block(who, record.parts, record.history, record.neighbours),
            *blocks(who, record.parts, record.history),
            *why.neighbours_block(record.neighbours, who, chosen),
            history_table(record.history),
            indicators_table(record.indicators),
            *feeds.block(record.feeds),
        ),
        definitions=definitions(viewer),
        **frame,
    )


SIGNALS: dict[str | None, Any] = {"above": "good", "below": "bad", "comparable": "ordinary"} | dict.fromkeys(
    ("unranked", "open", None), "none"
)


def identity(who: Mapping[str, Any]) -> str:
    """Return position, unit, masked NIP and superior in one line."""
    parts = [who["position"], who["unit_name"], _("NIP {nip}", nip=who["nip"]) if who["nip"] else None]
    parts.append(_("atasan {name}", name=who["superior_name"]) if who["superior_id"] else None)
    return " · ".join(part for part in parts if part)


def whole(values: pl.Series) -> bool:
    """Return whether all values are whole numbers, so that no decimals need to be shown."""
    return all(value is None or float(value).is_integer() for value in values)


def tiles(who: Mapping[str, Any], history: pl.DataFrame) -> tuple[Tile, ...]:
    """Return the last official predicate, the last signal, the standing and the reporting of the person."""
    judged = history.filter(pl.col("predicate").is_not_null())
    last = judged.row(-1, named=True) if not judged.is_empty() else None
    signals = history.filter(pl.col("signal").is_not_null())
    now = signals.row(-1, named=True) if not signals.is_empty() else None
    before = signals["signal"][-2] if signals.height > 1 else None
    change = text.change(now["signal"] - before, 1, "poin") if now is not None and before is not None else ""
    indicators, reported = (int(history[name].sum() or 0) for name in ("indicators", "indicators_reported"))
    return (
        Tile(
            "predicate",
            _("Predikat resmi"),
            text.named(last["predicate"], last["predicate_en"]) if last else None,
            "",
            text.span(last["period"], last["period_months"]) if last else "",
            comparison=_("dilaporkan: {predicate}", predicate=last["predicate_reported"])
            if last and last["predicate_reported"]
            else "",
            signal="bad" if last and last["is_reported_different"] else "none",
            shows=PERSON,
        ),
        Tile(
            "signal",
            measure_words.name("accountability"),
            text.number(now["signal"], 1) if now else None,
            _("dari 100"),
            text.span(now["period"], now["period_months"]) if now else "",
            change=_("{change} dari penilaian sebelumnya", change=change) if change else "",
            completeness=_(
                "{present} dari {all} komponen",
                present=text.number(now["components_present"]),
                all=text.number(now["components"]),
            )
            if now
            else "",
            sparkline=tuple(history["signal"].to_list()),
            shows=PERSON,
        ),
        Tile(
            "standing",
            _("Dalam kelompok jabatan"),
            tiers().get(who["tier"] or "unranked"),
            "",
            text.period(who["window_start"], who["latest_month"]) if who["window_start"] else "",
            comparison=why.place(who) or text.named(who["job_group_name"], who["job_group_name_en"]),
            completeness=n_("{n} penilaian", "{n} penilaian", who["evaluations"] or 0),
            shows=MEAN,
        ),
        Tile(
            "reported",
            _("Indikator individu dilaporkan"),
            text.pct(100 * reported / indicators) if indicators else None,
            "",
            text.through(history["period"][0], history["period"][-1], history["period_months"][-1])
            if not history.is_empty()
            else "",
            completeness=_("{n} dari {all} indikator", n=text.number(reported), all=text.number(indicators))
            if indicators
            else "",
            shows=PERSON,
        ),
    )


def blocks(who: Mapping[str, Any], parts: pl.DataFrame, history: pl.DataFrame) -> tuple[Block | tuple[Block, ...], ...]:
    """Return the parts of the signal beside its history; nothing where the person has no signal yet."""
    if parts.is_empty():
        return ()
    return ((why.components_block(who, parts), history_block(history)),)


def history_block(history: pl.DataFrame) -> ChartBlock:
    """Return the person's signal by period beside the mean of the job group; a period without a signal is a gap."""
    known = history.filter(pl.col("signal").is_not_null() & pl.col("group_mean").is_not_null())
    over = known.filter(pl.col("signal") >= pl.col("group_mean")).height
    title = n_(
        "{over} dari {n} penilaian di atas rata-rata kelompok",
        "{over} dari {n} penilaian di atas rata-rata kelompok",
        known.height,
        over=text.number(over),
    )
    chart = charts.line(
        history,
        "period",
        "signal",
        mean="group_mean",
        title=title,
        unit=_("sinyal akuntabilitas 0–100, beserta rata-rata kelompok jabatan"),
        alt=_("Garis sinyal tiap periode beserta rata-rata kelompok jabatan. {finding}", finding=title),
    )
    columns = (
        Column("period", _("Periode"), "month", role="period"),
        Column("signal", _("Sinyal"), "decimal", 1),
        Column("group_mean", _("Rata-rata kelompok"), "decimal", 1),
        Column("group_people", _("Orang dalam kelompok"), "int"),
    )
    return ChartBlock("history", chart, history, columns, shows=PERSON, keys=keys(period_months="months"))


def history_table(history: pl.DataFrame) -> TableBlock:
    """Return the evaluations with the file, sheet and row of each."""
    names, reasons = ratings(), missing_reasons()
    rows = list(history.reverse().iter_rows(named=True))
    table = history.reverse().with_columns(
        span=pl.Series([text.span(r["period"], r["period_months"]) for r in rows], dtype=pl.String),
        result_name=pl.Series([names.get(r["result_rating"]) for r in rows], dtype=pl.String),
        behaviour_name=pl.Series([names.get(r["behaviour_rating"]) for r in rows], dtype=pl.String),
        predicate_name=pl.Series(
            [
                text.named(r["predicate"], r["predicate_en"]) if r["predicate"] else reasons[r["missing_reason"]]
                for r in rows
            ],
            dtype=pl.String,
        ),
    )
    return TableBlock(
        "evaluations",
        _("Riwayat penilaian"),
        table,
        (
            Column("span", _("Periode"), role="period"),
            Column("result_name", _("Hasil kerja"), role="name"),
            Column("behaviour_name", _("Perilaku kerja"), role="name"),
            Column("predicate_name", _("Predikat resmi")),
            Column("predicate_reported", _("Predikat dilaporkan")),
            Column("signal", _("Sinyal"), "decimal", 1),
            *usual_columns.origin(row="int"),
        ),
        empty=_("Belum ada penilaian sampai periode ini."),
        shows=PERSON,
        keys=keys(period="period", period_months="months"),
    )


def indicators_table(indicators: pl.DataFrame) -> TableBlock:
    """Return the individual indicators with attainment or why there is none, and the row behind each."""
    names = states()
    answers = {True: _("ya"), False: _("tidak"), None: _("tidak disebut")}
    rows = list(indicators.iter_rows(named=True))
    table = indicators.with_columns(
        span=pl.Series([text.span(r["period"], r["period_months"]) for r in rows], dtype=pl.String),
        state_name=pl.Series([names[r["state"]] for r in rows], dtype=pl.String),
        on_time_name=pl.Series([answers[r["is_on_time"]] for r in rows], dtype=pl.String),
        evidence_name=pl.Series([answers[r["is_evidence_verified"]] for r in rows], dtype=pl.String),
        easy_name=pl.Series([_("target mudah") if r["is_easy"] else None for r in rows], dtype=pl.String),
    )
    return TableBlock(
        "indicators",
        _("Indikator individu dan baris asalnya"),
        table,
        (
            Column("indicator", _("Indikator"), role="name"),
            Column("span", _("Periode"), role="period"),
            Column("target", _("Target"), "int" if whole(table["target"]) else "decimal", 1),
            Column("realisation", _("Realisasi"), "int" if whole(table["realisation"]) else "decimal", 1),
            Column("unit_of_measure", _("Satuan")),
            Column("attainment_pct", _("Capaian"), "pct", 1),
            Column("state_name", _("Keadaan")),
            Column("easy_name", _("Catatan")),
            Column("on_time_name", _("Tepat waktu")),
            Column("evidence_name", _("Bukti diverifikasi")),
            *usual_columns.origin(row="int"),
        ),
        note=_("Capaian ditampilkan apa adanya; di dalam sinyal dihitung paling banyak 100."),
        empty=_("Belum ada indikator individu sampai periode ini."),
        shows=PERSON,
        keys=keys(period="period", period_months="months"),
    )
