"""A job group's people with their signal, rank and how sure it is; the job groups to choose from."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboard import charts, registry
from dashboard.areas.accountability.blocks import EVALUATIONS, common_names
from dashboard.areas.accountability.words import flags, own_signal, tiers
from dashboard.charts import Chart
from dashboard.filters import Filters
from dashboard.parts import row_links
from dashboard.parts.row_words import with_text
from dashboard.snapshot import ChartBlock, Column, TableBlock, keys
from dashboard.words import text
from dashboard.words.text import _, n_

MOST_DRAWN = 30
LEAST = 0.05  # points that are worth a word: less is shown as 0.0
MARKS = {"above": "▲", "comparable": "●", "below": "▼", "open": "◇", "unranked": "○"}
COLOURS = {"above": "accent", "comparable": "plain", "below": "attention", "open": "missing", "unranked": "missing"}


def group_finding(group: Mapping[str, Any]) -> str:
    """Return what stands out in a job group, in one sentence."""
    name = text.named(group["job_group_name"], group["job_group_name_en"])
    ranked = group["people"] - group["unranked"]
    if not group["is_compared"] and group["group_ranked"]:
        return _(
            "{group}: baru {n} orang mempunyai cukup penilaian; perlu {needed} orang agar dapat diperingkat.",
            group=name,
            n=text.number(group["group_ranked"]),
            needed=text.number(group["people_needed"]),
        )
    if ranked == 0:
        return _(
            "{group}: belum ada yang dapat diperingkat; setiap orang perlu paling sedikit {needed} penilaian.",
            group=name,
            needed=text.number(group["evaluations_needed"]),
        )
    if not group["is_distinguishable"]:
        return _(
            "{group}: tidak ada perbedaan yang dapat dibedakan di antara {n} orang; urutannya menurut nama.",
            group=name,
            n=text.number(group["group_ranked"]),
        )
    if group["above"] + group["below"] == 0:
        return _(
            "{group}: dari {ranked} orang, tidak ada yang jelas di atas atau di bawah rata-rata kelompok.",
            group=name,
            ranked=text.number(ranked),
        )
    return _(
        "{group}: dari {ranked} orang, {above} jelas di atas rata-rata kelompok dan {below} jelas di bawah.",
        group=name,
        above=text.number(group["above"]),
        below=text.number(group["below"]),
        ranked=text.number(ranked),
    )


def windowed(finding: str, groups: pl.DataFrame) -> str:
    """Return a finding with the months that the signals of these groups come from: '… jelas di bawah (Jan–Sep 2026).'"""
    known = groups.drop_nulls(["window_start", "latest_month"])
    if known.is_empty():
        return finding
    first, last = known.sort("window_start")["window_start"][0], known.sort("latest_month")["latest_month"][-1]
    return finding.rstrip(".") + " (" + text.period(first, last) + ")."


def groups_finding(groups: pl.DataFrame) -> str | None:
    """Return how many people stand out in their group over all groups; None where there is nobody."""
    people, above, below = (int(groups[column].sum() or 0) for column in ("people", "above", "below"))
    if not people:
        return None
    return _(
        "Dari {people} pegawai, {above} jelas di atas dan {below} jelas di bawah rata-rata kelompoknya",
        people=text.number(people),
        above=text.number(above),
        below=text.number(below),
    )


def group_table(groups: pl.DataFrame, chosen: Filters) -> TableBlock:
    """Return the job groups to choose from, with the size of each tier."""
    table = groups.with_columns(
        name=common_names(groups, "job_group_name"),
        link=row_links.each(chosen, registry.ACCOUNTABILITY, "job_group", groups["job_group"]),
    )
    return TableBlock(
        "groups",
        groups_finding(groups) or _("Kelompok jabatan"),
        table,
        (
            Column("name", _("Kelompok jabatan"), link="link", role="name"),
            Column("below", _("Jelas di bawah"), "int", is_additive=True),
            Column("comparable", _("Setara"), "int", is_additive=True),
            Column("above", _("Jelas di atas"), "int", is_additive=True),
            Column("open", _("Belum jelas"), "int", is_additive=True),
            Column("people", _("Pegawai"), "int", is_additive=True),
            Column("unranked", _("Belum diperingkat"), "int", is_additive=True),
            Column("group_mean", _("Rata-rata sinyal"), "decimal", 1),
        ),
        note=own_signal(),
        empty=_("Belum ada daftar pegawai. Muat daftar pegawai dan penilaiannya agar kelompok jabatan tampil di sini."),
        shows=EVALUATIONS,
        keys=keys("job_group", window_end="as_of"),
    )


def drawn(ranking: pl.DataFrame, most: int = MOST_DRAWN) -> pl.DataFrame:
    """Return the ranked people that a chart has room for, in order of tier and signal.

    Who stands out comes first, the furthest from the group's mean before the others; the comparable people fill the
    rest, taken at even steps from the highest to the lowest, so that the picture does not lean to one side.
    """
    ranked = ranking.filter(pl.col("tier") != "unranked")
    if ranked.height <= most:
        return ranked
    distance = (pl.col("signal_shrunken") - pl.col("group_mean")).abs()
    outside = ranked.filter(pl.col("tier") != "comparable").sort(distance, descending=True).head(most)
    inside = ranked.filter(pl.col("tier") == "comparable").sort("display_order")
    room = most - outside.height
    steps = [round(i * (inside.height - 1) / max(room - 1, 1)) for i in range(room)] if inside.height else []
    return pl.concat([outside, inside[sorted(set(steps))]]).sort("tier_order", "display_order")


def labelled(ranking: pl.DataFrame) -> pl.DataFrame:
    """Return the people with a label each, the same in every chart; a name that comes again gets a number."""
    seen: dict[str, int] = {}
    labels = []
    for name in ranking["employee_name"]:
        label = name or text.MISSING
        seen[label] = seen.get(label, 0) + 1
        labels.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return ranking.with_columns(label=pl.Series(labels, dtype=pl.String))


def rank_range(row: Mapping[str, Any], lower: str = "rank_lower", upper: str = "rank_upper") -> str | None:
    """Return '2–9', or one number where both ends are the same; None without a rank."""
    if row[lower] is None:
        return None
    low, high = text.number(row[lower]), text.number(row[upper])
    return low if low == high else f"{low}–{high}"


def place(row: Mapping[str, Any]) -> str:
    """Return '10, mungkin 1–58', or the place alone where there is no doubt about it."""
    middle, possible = text.number(row["rank_median"]), rank_range(row)
    return middle if possible in (None, middle) else _("{place}, mungkin {range}", place=middle, range=possible)


def ranking_block(ranking: pl.DataFrame, group: Mapping[str, Any], chosen: Filters) -> ChartBlock | TableBlock:
    """Return the people of a job group with signal, rank and tier; the table has everybody, also the unranked."""
    names = tiers()
    table = with_text(
        ranking.with_columns(
            predicate_name=common_names(ranking, "predicate"),
            link=row_links.each(
                chosen, registry.ACCOUNTABILITY, "employee", ranking["employee_id"], job_group=chosen.job_group
            ),
        ),
        tier_name=lambda row: names[row["tier"]],
        rank_words=rank_range,
        flag_words=lambda row: "; ".join(flags(row)) or None,
    )
    waiting = ranking.filter(pl.col("tier") == "unranked").height
    shown, about = drawn(table), keys("employee_id", "job_group", "unit_id", window_end="as_of")
    if shown.is_empty():
        note = _("Belum diperingkat bukan berarti terakhir: penilaiannya belum cukup.") + " " + own_signal()
        empty = _("Tidak ada pegawai dalam pilihan ini.")
        return TableBlock("ranking", group_finding(group), table, columns(), note, empty, shows=EVALUATIONS, keys=about)
    notes = chart_notes(shown, ranking.height - waiting - shown.height, is_ranked=group["is_distinguishable"])
    return ChartBlock(
        "ranking",
        chart(shown, group),
        table,
        columns(),
        " ".join(notes),
        " ".join(left_out(ranking, group)) or None,
        shows=EVALUATIONS,
        keys=about,
    )


def left_out(ranking: pl.DataFrame, group: Mapping[str, Any]) -> list[str]:
    """Return who has no place yet, and why, and how many places rest on the least that a signal could be."""
    unranked = ranking.filter(pl.col("tier") == "unranked")
    silent = unranked.filter(pl.col("unranked_reason") == "unreported").height
    sentences = []
    if few := unranked.height - silent:
        sentences.append(
            n_(
                "{n} orang belum diperingkat karena penilaiannya kurang dari {needed}; mereka bukan yang terakhir.",
                "{n} orang belum diperingkat karena penilaiannya kurang dari {needed}; mereka bukan yang terakhir.",
                few,
                needed=text.number(group["evaluations_needed"]),
            )
        )
    if silent:
        sentences.append(
            n_(
                "{n} orang belum diperingkat karena lebih dari {most} indikator yang jatuh tempo tidak mempunyai hasil.",
                "{n} orang belum diperingkat karena lebih dari {most} indikator yang jatuh tempo tidak mempunyai hasil.",
                silent,
                most=text.pct(group["unreported_most_pct"], 0),
            )
        )
    if bounded := ranking.filter(is_open() & (pl.col("tier") != "unranked")).height:
        sentences.append(
            n_(
                "◇ {n} tempat dihitung dari nilai terendah yang mungkin, karena ada yang jatuh tempo dan belum dilaporkan, "
                "atau indikator sendiri di luar daftar kelompok.",
                "◇ {n} tempat dihitung dari nilai terendah yang mungkin, karena ada yang jatuh tempo dan belum dilaporkan, "
                "atau indikator sendiri di luar daftar kelompok.",
                bounded,
            )
        )
    return sentences


def columns() -> tuple[Column, ...]:
    """Return the columns of everybody's table: the official predicate stands beside the signal."""
    return (
        Column("label", _("Pegawai"), link="link", role="name"),
        Column("unit_short_name", _("Unit"), role="name"),
        Column("tier_name", _("Tingkat")),
        Column("rank_median", _("Peringkat"), "int", role="derived"),
        Column("rank_words", _("Kisaran peringkat"), role="derived"),
        Column("predicate_name", _("Predikat resmi terakhir")),
        Column("predicate_period", _("Periode predikat"), "month", role="as_of"),
        Column("alike_people", _("Orang yang tidak dapat dibedakan"), "int"),
        Column("top_quarter_pct", _("Peluang seperempat teratas"), "pct", 1),
        Column("bottom_quarter_pct", _("Peluang seperempat terbawah"), "pct", 1),
        Column("signal_shrunken", _("Sinyal"), "decimal", 1),
        Column("signal_lower", _("Batas bawah"), "decimal", 1),
        Column("signal_upper", _("Batas atas"), "decimal", 1),
        Column("signal_mean", _("Rata-rata sendiri"), "decimal", 1),
        Column("evaluations", _("Penilaian"), "int"),
        Column("unreported_pct", _("Tanpa hasil"), "pct", 1),
        Column("bound_points", _("Poin turun karena tidak dikatakan"), "decimal", 1),
        Column("open_points", _("Poin yang masih terbuka"), "decimal", 1),
        Column("flag_words", _("Catatan")),
    )


def is_open() -> pl.Expr:
    """Whether what a person left unsaid could still be achieved."""
    return pl.col("open_points").fill_null(0) >= LEAST


def mark(row: Mapping[str, Any]) -> str:
    """Return the sign of a person's tier, with that of a place by the least that is possible."""
    sign = MARKS[row["tier"]]
    return f"{sign} {MARKS['open']}" if (row["open_points"] or 0) >= LEAST and row["tier"] != "open" else sign


def chart(shown: pl.DataFrame, group: Mapping[str, Any]) -> Chart:
    """Return a dot and interval a person, beside it rank, tier and predicate; without ranks the own means by name."""
    is_ranked = group["is_distinguishable"]
    data = with_text(
        shown.with_columns(colour=pl.Series([COLOURS[tier] for tier in shown["tier"]])),
        words=lambda row: (
            (f"{place(row)} {mark(row)} " if is_ranked else f"{text.number(row['signal_mean'], 1)} ")
            + (row["predicate_name"] or "")
        ),
    )
    value, lower, upper = (
        ("signal_shrunken", "signal_lower", "signal_upper")
        if is_ranked
        else ("signal_mean", "mean_lower", "mean_upper")
    )
    period = text.period(group["window_start"], group["latest_month"])
    unit = (
        _(
            "sinyal akuntabilitas 0–100 kabupaten, {period}, dengan kisaran 95 %; di kanan: peringkat dan kisarannya",
            period=period,
        )
        if is_ranked
        else _(
            "rata-rata sinyal akuntabilitas 0–100 kabupaten, {period}, dengan kisaran 95 %; menurut nama", period=period
        )
    )
    return charts.dots(
        data,
        "label",
        value,
        lower=lower,
        upper=upper,
        colour="colour",
        text="words",
        link="link",
        reference=group["group_mean"],
        reference_name=_("rata-rata kelompok"),
        title=group_finding(group).rstrip("."),
        unit=unit,
        alt=_(
            "Titik dan kisaran 95 % sinyal akuntabilitas tiap orang, diurutkan menurut tingkat. {finding}",
            finding=group_finding(group),
        ),
    )


def chart_notes(shown: pl.DataFrame, left_out: int, *, is_ranked: bool) -> list[str]:
    """Return how to read the chart: marks, what a rank's interval means, predicates, who is not drawn."""
    notes = []
    if is_ranked:
        notes.append(
            _(
                "▲ jelas di atas · ● setara · ▼ jelas di bawah: seluruh kisaran di atas atau di bawah rata-rata kelompok; "
                "sebutan itu keliru paling banyak 1 dari 40 kali."
            )
        )
        notes.append(
            _(
                "Di kanan: peringkat, dan peringkat yang mungkin (95 %). Orang yang kisarannya bertumpang tindih belum "
                "tentu berbeda."
            )
        )
    if left_out > 0:
        notes.append(_("{n} orang lain tidak digambar; semuanya ada di tabel.", n=text.number(left_out)))
    if shown["predicate_name"].count():
        notes.append(_("Sesudahnya predikat resmi terakhir."))
    return [*notes, own_signal()]
