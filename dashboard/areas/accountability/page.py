"""Akuntabilitas pegawai: a job group's people compared, the official predicates, reporting discipline, the weights."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboard import db, registry
from dashboard.access import Viewer
from dashboard.areas.accountability import person, trial
from dashboard.areas.accountability.blocks import (
    EVALUATIONS,
    REPORTING,
    discipline_block,
    gaps_block,
    matrix_block,
    weights_block,
)
from dashboard.areas.accountability.ranking import (
    group_finding,
    group_table,
    groups_finding,
    labelled,
    ranking_block,
    windowed,
)
from dashboard.areas.accountability.words import definitions
from dashboard.filters import Filters
from dashboard.parts import page_frame
from dashboard.snapshot import Block, Headline, Snapshot, Tile
from dashboard.words import text
from dashboard.words.text import _, n_


def compose(chosen: Filters, viewer: Viewer) -> Snapshot:
    """Return the page: a person where one is chosen, else a job group, else the choice of a job group."""
    if chosen.employee and not person.is_elsewhere(chosen, viewer):
        return person.compose(chosen, viewer)
    given = chosen.parameters()
    facts = db.fetch("accountability/summary", viewer, **given).row(0, named=True)
    groups = db.fetch("accountability/groups", viewer, **given)
    group = next((g for g in groups.iter_rows(named=True) if g["job_group"] == chosen.job_group), None)
    matrix = db.fetch("accountability/predicate_matrix", viewer, **given)
    gaps = db.fetch("accountability/predicate_gaps", viewer, **given)
    reports = db.fetch("accountability/reporting_discipline", viewer, **given)
    weights = db.fetch("accountability/weights", viewer, **given)
    tried: tuple[Headline, ...] = ()
    if group is None:
        first: tuple[Block, ...] = (group_table(groups, chosen),)
    else:
        ranking = labelled(db.fetch("accountability/ranking", viewer, **given))
        first = (ranking_block(ranking, group, chosen),)
        if chosen.weights:
            tried, more = trial.compose(chosen, viewer, weights, ranking, group)
            first = (*more, *first)
    return Snapshot(
        page=registry.ACCOUNTABILITY,
        title=_("Akuntabilitas pegawai"),
        headlines=(*tried, *headlines(group, groups, facts, reports, chosen)),
        tiles=tiles(group, facts, reports, chosen),
        blocks=(
            *first,
            (matrix_block(matrix, facts), weights_block(weights)),
            discipline_block(reports, chosen),
            gaps_block(gaps, chosen),
        ),
        definitions=definitions(viewer),
        **page_frame.frame(chosen, viewer),
    )


def headlines(
    group: Mapping[str, Any] | None,
    groups: pl.DataFrame,
    facts: Mapping[str, Any],
    reports: pl.DataFrame,
    chosen: Filters,
) -> tuple[Headline, ...]:
    """Return the answer: who stands out in the group, whose reports are missing, where predicates differ."""
    lines = []
    period = text.period(chosen.period_from, chosen.period_to)
    if group is None:
        if finding := groups_finding(groups):
            lines.append(Headline(windowed(finding, groups), "#groups"))
        lines.append(
            Headline(
                _("Pilih kelompok jabatan: pegawai hanya dibandingkan dengan yang pekerjaannya sejenis."), "#groups"
            )
        )
    else:
        finding = windowed(group_finding(group), groups.filter(pl.col("job_group") == group["job_group"]))
        lines.append(Headline(finding, "#ranking", "bad" if group["below"] else "none"))
    if facts["evaluations"] == 0:
        lines.append(Headline(_("Belum ada penilaian pegawai pada periode ini."), None, "none"))
    elif facts["reported_different"]:
        sentence = n_(
            "{n} dari {all} penilaian pada {period} melaporkan predikat yang berbeda dari matriks resmi.",
            "{n} dari {all} penilaian pada {period} melaporkan predikat yang berbeda dari matriks resmi.",
            facts["reported_different"],
            all=text.number(facts["evaluations"]),
            period=period,
        )
        lines.append(Headline(sentence, "#gaps", "bad"))
    late = reports.filter(pl.col("missing") + pl.col("late") > 0)
    if not late.is_empty():
        worst = late.row(0, named=True)
        sentence = _(
            "{unit} paling sering terlambat atau belum melapor: {on_time} dari {expected} laporan pada {period} tepat waktu.",
            unit=worst["unit_short_name"],
            on_time=text.number(worst["on_time"]),
            expected=text.number(worst["timed"]),
            period=period,
        )
        lines.append(Headline(sentence, "#discipline", "bad"))
    elif reports["timed"].sum():
        sentence = _("Semua laporan yang jatuh tempo pada {period} masuk tepat waktu.", period=period)
        lines.append(Headline(sentence, "#discipline", "good"))
    return tuple(lines)


def tiles(
    group: Mapping[str, Any] | None, facts: Mapping[str, Any], reports: pl.DataFrame, chosen: Filters
) -> tuple[Tile, ...]:
    """Return four figures: evaluated, signal of the group or predicates, individual indicators, reports."""
    period = text.period(chosen.period_from, chosen.period_to)
    shown = [
        Tile(
            "evaluated",
            _("Pegawai dinilai"),
            text.number(facts["evaluated"]) if facts["people"] else None,
            _("dari {n} orang", n=text.number(facts["people"])),
            period,
            completeness=_(
                "penilaian terakhir {period}", period=text.span(facts["last_period"], facts["period_months"])
            )
            if facts["last_period"]
            else "",
            shows=EVALUATIONS,
        )
    ]
    if group is not None and group["group_mean"] is not None:
        shown.append(
            Tile(
                "group_mean",
                _("Rata-rata sinyal kelompok"),
                text.number(group["group_mean"], 1),
                _("dari 100"),
                text.period(group["window_start"], group["latest_month"]),
                comparison=_("sinyal kabupaten, bukan predikat resmi"),
                completeness=_(
                    "{ranked} dari {people} orang diperingkat",
                    ranked=text.number(group["group_ranked"]),
                    people=text.number(group["group_people"]),
                ),
                link="#ranking",
                shows=EVALUATIONS,
            )
        )
    else:
        shown.append(
            Tile(
                "predicates",
                _("Predikat resmi tersedia"),
                text.number(facts["predicates"]) if facts["evaluations"] else None,
                _("dari {n} penilaian", n=text.number(facts["evaluations"])),
                period,
                link="#matrix",
                shows=EVALUATIONS,
            )
        )
    reported, indicators = facts["indicators_reported"], facts["indicators"]
    shown.append(
        Tile(
            "indicators",
            _("Indikator individu dilaporkan"),
            text.pct(100 * reported / indicators) if indicators else None,
            "",
            period,
            comparison=_("{n} mencapai target", n=text.number(facts["indicators_achieved"])) if indicators else "",
            completeness=_("{n} dari {all} indikator", n=text.number(reported), all=text.number(indicators))
            if indicators
            else "",
            shows=EVALUATIONS,
        )
    )
    timed, on_time, missing = (int(reports[name].sum() or 0) for name in ("timed", "on_time", "missing"))
    shown.append(
        Tile(
            "reports",
            _("Laporan unit tepat waktu"),
            text.pct(100 * on_time / timed) if timed else None,
            "",
            period,
            comparison=n_("{n} belum masuk", "{n} belum masuk", missing) if missing else "",
            signal="bad" if missing else "none",
            completeness=_("{n} dari {all} laporan", n=text.number(on_time), all=text.number(timed)),
            link="#discipline",
            shows=REPORTING,
        )
    )
    return tuple(shown)
