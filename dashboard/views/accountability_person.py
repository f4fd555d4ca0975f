"""One person's page: the parts of the signal, the history, the individual indicators and the rows behind them."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboard import charts, db, text
from dashboard.access import Viewer
from dashboard.filters import Filters
from dashboard.snapshot import Block, ChartBlock, Column, Headline, Snapshot, TableBlock, TextBlock, Tile
from dashboard.text import _, n_
from dashboard.views import common
from dashboard.views.accountability_words import definitions, missing_reasons, own_signal, ratings, states, tiers


def is_elsewhere(chosen: Filters, viewer: Viewer) -> bool:
    """Return whether the chosen job group is not the person's: then the reader has moved on to another group."""
    found = db.fetch("accountability/person", viewer, **chosen.parameters())
    return bool(chosen.job_group) and not found.is_empty() and found["job_group"][0] != chosen.job_group


def compose(chosen: Filters, viewer: Viewer) -> Snapshot:
    """Return the page of the chosen person; a person who is not there, or not to be seen, gets a calm word."""
    given = chosen.parameters()
    found = db.fetch("accountability/person", viewer, **given)
    group = chosen.job_group or (found["job_group"][0] if not found.is_empty() else None)
    back = Headline(_("Kembali ke kelompok jabatan"), chosen.link("accountability", job_group=group))
    if found.is_empty():
        missing = TextBlock(
            "person",
            _("Pegawai ini tidak ditemukan"),
            _("Pegawai tidak ada dalam data ini, atau berada di unit yang tidak dapat Anda lihat."),
        )
        return Snapshot(
            page="accountability",
            title=_("Akuntabilitas pegawai"),
            headlines=(back,),
            blocks=(missing,),
            **common.frame(chosen, viewer),
        )
    who = found.row(0, named=True)
    parts = db.fetch("accountability/person_components", viewer, **given)
    history = db.fetch("accountability/person_history", viewer, **given)
    indicators = db.fetch("accountability/person_indicators", viewer, **given)
    return Snapshot(
        page="accountability",
        title=who["employee_name"],
        headlines=(Headline(standing(who), "#reasons", SIGNALS[who["tier"]]), Headline(identity(who)), back),
        tiles=tiles(who, history),
        blocks=(
            *blocks(parts, history),
            reasons_block(who, parts, history),
            history_table(history),
            indicators_table(indicators),
        ),
        definitions=definitions(),
        **common.frame(chosen, viewer),
    )


SIGNALS: dict[str | None, Any] = {"above": "good", "below": "bad", "comparable": "ordinary"} | dict.fromkeys(
    ("unranked", None), "none"
)


def identity(who: Mapping[str, Any]) -> str:
    """Return position, unit, masked NIP and superior in one line."""
    parts = [who["position"], who["unit_name"], _("NIP {nip}", nip=who["nip"]) if who["nip"] else None]
    parts.append(_("atasan {name}", name=who["superior_name"]) if who["superior_id"] else None)
    return " · ".join(part for part in parts if part)


def whole(values: pl.Series) -> bool:
    """Return whether all values are whole numbers, so that no decimals need to be shown."""
    return all(value is None or float(value).is_integer() for value in values)


def standing(who: Mapping[str, Any]) -> str:
    """Return where the person stands in the job group, in one sentence."""
    group = text.named(who["job_group_name"], who["job_group_name_en"])
    if who["tier"] in (None, "unranked"):
        return _(
            "Belum diperingkat di kelompok {group}: ada {n} penilaian, perlu {needed}.",
            group=group,
            n=text.number(who["evaluations"] or 0),
            needed=text.number(who["evaluations_needed"]),
        )
    return _(
        "{tier} di kelompok {group}: sinyal {mean} (selang 95 %: {lower}–{upper}), rata-rata kelompok {group_mean}.",
        tier=tiers()[who["tier"]],
        group=group,
        mean=text.number(who["signal_mean"], 1),
        lower=text.number(who["signal_lower"], 1),
        upper=text.number(who["signal_upper"], 1),
        group_mean=text.number(who["group_mean"], 1),
    )


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
        ),
        Tile(
            "signal",
            _("Sinyal akuntabilitas"),
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
        ),
        Tile(
            "standing",
            _("Dalam kelompok jabatan"),
            tiers().get(who["tier"] or "unranked"),
            "",
            text.period(who["window_start"], who["latest_month"]) if who["window_start"] else "",
            comparison=text.named(who["job_group_name"], who["job_group_name_en"]),
            completeness=n_("{n} penilaian", "{n} penilaian", who["evaluations"] or 0),
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
        ),
    )


def blocks(parts: pl.DataFrame, history: pl.DataFrame) -> tuple[Block | tuple[Block, ...], ...]:
    """Return the parts of the signal beside its history; nothing where the person has no signal yet."""
    if parts.is_empty():
        return ()
    return ((components_block(parts), history_block(history)),)


def components_block(parts: pl.DataFrame) -> ChartBlock:
    """Return the contributions that add up to the signal of the latest period."""
    why = missing_reasons()
    names = [
        text.named(name, name_en) for name, name_en in parts.select("component_name", "component_name_en").iter_rows()
    ]
    table = parts.with_columns(
        name=pl.Series(names, dtype=pl.String),
        reason=pl.Series([why.get(r, r) if r else None for r in parts["missing_reason"]], dtype=pl.String),
    )
    present = table.filter(pl.col("score").is_not_null())
    period = text.span(parts["period"][0], parts["period_months"][0])
    total = float(present["contribution"].sum())
    title = _("Sinyal {signal} pada {period}", signal=text.number(total, 1), period=period)
    chart = charts.waterfall(
        present,
        "name",
        "contribution",
        title=title,
        unit=_("poin dari 100"),
        alt=_("Sumbangan tiap komponen yang berjumlah menjadi sinyal. {finding}", finding=title),
        total=_("Sinyal"),
    )
    columns = (
        Column("name", _("Komponen")),
        Column("score", _("Nilai 0–100"), "decimal", 1),
        Column("weight_pct", _("Bobot"), "pct", 1),
        Column("weight_used_pct", _("Bobot terpakai"), "pct", 1),
        Column("contribution", _("Sumbangan"), "decimal", 1),
        Column("reason", _("Sebab tidak ada")),
    )
    gone = table.filter(pl.col("score").is_null())["name"].to_list()
    note = (
        _("Tidak ada: {components}. Bobotnya dibagi kepada komponen yang ada.", components=", ".join(gone))
        if gone
        else None
    )
    return ChartBlock("components", chart, table, columns, own_signal(), note)


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
        Column("period", _("Periode"), "month"),
        Column("signal", _("Sinyal"), "decimal", 1),
        Column("group_mean", _("Rata-rata kelompok"), "decimal", 1),
        Column("group_people", _("Orang dalam kelompok"), "int"),
    )
    return ChartBlock("history", chart, history, columns)


def reasons_block(who: Mapping[str, Any], parts: pl.DataFrame, history: pl.DataFrame) -> TextBlock:
    """Return in words why the signal and the predicate are what they are."""
    said = [standing(who)]
    present = parts.filter(pl.col("score").is_not_null())
    if present.is_empty():
        said.append(_("Belum ada komponen yang dapat dinilai, jadi belum ada sinyal."))
    else:
        lost = present.with_columns(lost=pl.col("weight_used_pct") - pl.col("contribution")).sort("lost", "component")
        low, high = lost.row(-1, named=True), lost.row(0, named=True)
        if low["lost"] >= 0.05:
            said.append(
                _(
                    "Yang paling menurunkan sinyal: {component}, nilai {score}, hilang {lost} dari {weight} poin.",
                    component=text.named(low["component_name"], low["component_name_en"]),
                    score=text.number(low["score"], 1),
                    lost=text.number(low["lost"], 1),
                    weight=text.number(low["weight_used_pct"], 1),
                )
            )
        if high["component"] != low["component"]:
            said.append(
                _(
                    "Yang paling utuh: {component}, nilai {score}.",
                    component=text.named(high["component_name"], high["component_name_en"]),
                    score=text.number(high["score"], 1),
                )
            )
    why = missing_reasons()
    for row in parts.filter(pl.col("score").is_null()).iter_rows(named=True):
        name = text.named(row["component_name"], row["component_name_en"])
        said.append(
            _("{component} tidak dihitung: {reason}.", component=name, reason=why[row["missing_reason"]].lower())
        )
    last = history.row(-1, named=True) if not history.is_empty() else None
    if last is not None:
        said.append(predicate_sentence(last))
        kept = last["indicators"] - last["indicators_reported"]
        if kept:
            said.append(
                n_(
                    "{n} indikator belum dilaporkan pada {period}; tidak dihitung sebagai nol.",
                    "{n} indikator belum dilaporkan pada {period}; tidak dihitung sebagai nol.",
                    kept,
                    period=text.span(last["period"], last["period_months"]),
                )
            )
    return TextBlock("reasons", _("Mengapa demikian"), "\n\n".join([*said, own_signal()]))


def predicate_sentence(last: Mapping[str, Any]) -> str:
    """Return how the official predicate of a period came about, or why there is none."""
    period = text.span(last["period"], last["period_months"])
    if last["predicate"] is None:
        return _(
            "Belum ada predikat resmi pada {period}: {reason}.",
            period=period,
            reason=missing_reasons()[last["missing_reason"]].lower(),
        )
    names = ratings()
    told = _(
        "Predikat resmi {period}: {predicate}, karena hasil kerja {result} dan perilaku kerja {behaviour}.",
        period=period,
        predicate=text.named(last["predicate"], last["predicate_en"]),
        result=names[last["result_rating"]].lower(),
        behaviour=names[last["behaviour_rating"]].lower(),
    )
    if not last["is_reported_different"]:
        return told
    return told + " " + _("Yang dilaporkan: {predicate}, berbeda dari matriks.", predicate=last["predicate_reported"])


def history_table(history: pl.DataFrame) -> TableBlock:
    """Return the evaluations with the file, sheet and row of each."""
    names, why = ratings(), missing_reasons()
    rows = list(history.reverse().iter_rows(named=True))
    table = history.reverse().with_columns(
        span=pl.Series([text.span(r["period"], r["period_months"]) for r in rows], dtype=pl.String),
        result_name=pl.Series([names.get(r["result_rating"]) for r in rows], dtype=pl.String),
        behaviour_name=pl.Series([names.get(r["behaviour_rating"]) for r in rows], dtype=pl.String),
        predicate_name=pl.Series(
            [
                text.named(r["predicate"], r["predicate_en"]) if r["predicate"] else why[r["missing_reason"]]
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
            Column("span", _("Periode")),
            Column("result_name", _("Hasil kerja")),
            Column("behaviour_name", _("Perilaku kerja")),
            Column("predicate_name", _("Predikat resmi")),
            Column("predicate_reported", _("Predikat dilaporkan")),
            Column("signal", _("Sinyal"), "decimal", 1),
            Column("file", _("Berkas")),
            Column("sheet", _("Lembar")),
            Column("row", _("Baris"), "int"),
        ),
        empty=_("Belum ada penilaian sampai periode ini."),
    )


def indicators_table(indicators: pl.DataFrame) -> TableBlock:
    """Return the individual indicators with attainment or why there is none, and the row behind each."""
    names = states()
    said = {True: _("ya"), False: _("tidak"), None: _("tidak disebut")}
    rows = list(indicators.iter_rows(named=True))
    table = indicators.with_columns(
        span=pl.Series([text.span(r["period"], r["period_months"]) for r in rows], dtype=pl.String),
        state_name=pl.Series([names[r["state"]] for r in rows], dtype=pl.String),
        on_time_name=pl.Series([said[r["is_on_time"]] for r in rows], dtype=pl.String),
        evidence_name=pl.Series([said[r["is_evidence_verified"]] for r in rows], dtype=pl.String),
    )
    return TableBlock(
        "indicators",
        _("Indikator individu dan baris asalnya"),
        table,
        (
            Column("indicator", _("Indikator")),
            Column("span", _("Periode")),
            Column("target", _("Target"), "int" if whole(table["target"]) else "decimal", 1),
            Column("realisation", _("Realisasi"), "int" if whole(table["realisation"]) else "decimal", 1),
            Column("unit_of_measure", _("Satuan")),
            Column("attainment_pct", _("Capaian"), "pct", 1),
            Column("state_name", _("Keadaan")),
            Column("on_time_name", _("Tepat waktu")),
            Column("evidence_name", _("Bukti diverifikasi")),
            Column("file", _("Berkas")),
            Column("sheet", _("Lembar")),
            Column("row", _("Baris"), "int"),
        ),
        note=_("Capaian ditampilkan apa adanya; di dalam sinyal dihitung paling banyak 100."),
        empty=_("Belum ada indikator individu sampai periode ini."),
    )
