"""Why a person stands where he stands: components, shrinkage, rank and its interval, neighbours, what to check."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboard import charts, registry
from dashboard.areas.accountability.ranking import LEAST, rank_range
from dashboard.areas.accountability.words import flags, missing_reasons, own_signal, ratings, tiers, unsaid
from dashboard.filters import Filters
from dashboard.parts import row_links
from dashboard.parts.row_words import with_text
from dashboard.snapshot import ChartBlock, Column, Shown, TableBlock, TextBlock, keys
from dashboard.words import text
from dashboard.words.text import _, n_
from queries.rank_simulation import quarter

MEAN = Shown("accountability_mean")

NEAREST = 15


def place(who: Mapping[str, Any]) -> str | None:
    """Return 'peringkat 4, antara 2 dan 9 dari 31'; None without a rank."""
    if who["rank_median"] is None:
        return None
    median, low, high, people = (
        text.number(who[name]) for name in ("rank_median", "rank_lower", "rank_upper", "group_ranked")
    )
    if who["rank_lower"] == who["rank_upper"]:
        return _("peringkat {median} dari {people}", median=median, people=people)
    return _(
        "peringkat {median}, antara {low} dan {high} dari {people}", median=median, low=low, high=high, people=people
    )


def standing(who: Mapping[str, Any]) -> str:
    """Return where the person stands in the job group, in one sentence; without a rank, why there is none."""
    group = text.named(who["job_group_name"], who["job_group_name_en"])
    if who["unranked_reason"] == "small_group":
        return _(
            "Belum diperingkat: di kelompok {group} baru {n} orang mempunyai cukup penilaian, perlu {needed}.",
            group=group,
            n=text.number(who["group_ranked"]),
            needed=text.number(who["people_needed"]),
        )
    if who["unranked_reason"] == "unreported":
        return _(
            "Belum diperingkat di kelompok {group}: {share} dari indikator yang jatuh tempo tidak mempunyai hasil, paling "
            "banyak {most} ({what}).",
            group=group,
            share=text.pct(who["unreported_pct"], 0),
            most=text.pct(who["unreported_most_pct"], 0),
            what="; ".join(unsaid(who)),
        )
    if who["tier"] in (None, "unranked"):
        return _(
            "Belum diperingkat di kelompok {group}: ada {n} penilaian, perlu {needed}.",
            group=group,
            n=text.number(who["evaluations"] or 0),
            needed=text.number(who["evaluations_needed"]),
        )
    if not who["is_ranked"]:
        return _(
            "Setara: di kelompok {group} tidak ada perbedaan yang dapat dibedakan, jadi tidak ada peringkat.",
            group=group,
        )
    return _("{tier} di kelompok {group}: {place}.", tier=tiers()[who["tier"]], group=group, place=place(who))


def reasons_block(
    who: Mapping[str, Any], parts: pl.DataFrame, history: pl.DataFrame, neighbours: pl.DataFrame
) -> TextBlock:
    """Return in words why the rank, the signal and the predicate are what they are."""
    paragraphs = [
        " ".join([standing(who), *rank_sentences(who, neighbours)]),
        *bound_sentences(who),
        *shrinkage_sentences(who),
        *component_sentences(parts),
    ]
    last = history.row(-1, named=True) if not history.is_empty() else None
    if last is not None:
        paragraphs.append(" ".join([predicate_sentence(last), *silence_sentences(last)]))
    paragraphs.extend(flag_sentences(who))
    return TextBlock("reasons", _("Mengapa di tempat ini?"), "\n\n".join([*paragraphs, own_signal()]))


def rank_sentences(who: Mapping[str, Any], neighbours: pl.DataFrame) -> list[str]:
    """Return how likely the ends of the group are, and how many people can't be told apart; nothing without a rank."""
    if not who["is_ranked"]:
        return []
    sentences = [
        _(
            "Peluang termasuk {size} teratas {top}, termasuk {size} terbawah {bottom}.",
            size=text.number(quarter(who["group_ranked"])),
            top=text.pct(who["top_quarter_pct"], 0),
            bottom=text.pct(who["bottom_quarter_pct"], 0),
        )
    ]
    if who["rank_shared_with"]:
        sentences.append(
            n_(
                "{n} orang lain berada pada peringkat tengah yang sama.",
                "{n} orang lain berada pada peringkat tengah yang sama.",
                who["rank_shared_with"],
            )
        )
    alike = neighbours["alike_people"][0] if not neighbours.is_empty() else 0
    sentences.append(
        n_(
            "Dari {n} orang lain ia tidak dapat dibedakan.",
            "Dari {n} orang lain ia tidak dapat dibedakan.",
            alike,
        )
        if alike
        else _("Dari semua orang lain ia dapat dibedakan.")
    )
    return sentences


def bound_sentences(who: Mapping[str, Any]) -> list[str]:
    """Return by how much the place is bounded, and why; nothing where all that is due was said."""
    if not who["is_bounded"] or not who["is_comparable"] or who["open_points"] < LEAST:
        return []
    return [
        _(
            "Yang jatuh tempo belum semuanya dilaporkan ({what}). Hasil yang ditampilkan tetap hasil yang dilaporkan, tetapi "
            "tempatnya dihitung dari nilai terendah yang mungkin, {bound} poin lebih rendah. Bila semuanya dilaporkan dan "
            "tercapai, nilainya naik {open} poin dari sana.",
            what="; ".join(unsaid(who))
            or _("ada sel yang kosong, misalnya tepat waktu, atau indikator sendiri di luar daftar kelompok"),
            bound=text.number(max(who["bound_points"], 0), 1),
            open=text.number(who["open_points"], 1),
        )
    ]


def shrinkage_sentences(who: Mapping[str, Any]) -> list[str]:
    """Return what the pull toward the group did to the person's own mean, and why; nothing where nobody is compared."""
    if not who["is_ranked"]:
        return []
    shift = who["signal_shrunken"] - who["signal_adjusted"]
    alike = (
        _(
            "Periode yang ia jalani disamakan dengan periode orang lain: {points} poin.",
            points=text.signed(who["period_points"], 1),
        )
        if abs(who["period_points"]) >= LEAST
        else None
    )
    drawn = [
        _(
            "Rata-rata sendiri {mean} dari {n} penilaian (kisaran 95 %: {low}–{high}). Sekitar {share} jaraknya ke rata-rata "
            "kelompok ({group_mean}) dapat berasal dari kebetulan; sebanyak itu ({shift} poin) ia ditarik ke sana, menjadi "
            "{shrunken}.",
            mean=text.number(who["signal_mean"], 1),
            n=text.number(who["evaluations"]),
            low=text.number(who["mean_lower"], 1),
            high=text.number(who["mean_upper"], 1),
            group_mean=text.number(who["group_mean"], 1),
            share=text.pct(who["shrinkage_pct"], 0),
            shift=text.signed(shift, 1),
            shrunken=text.number(who["signal_shrunken"], 1),
        )
    ]
    return [" ".join([*drawn, *([alike] if alike else [])])]


def component_sentences(parts: pl.DataFrame) -> list[str]:
    """Return which component costs most, which is most whole, and which are missing."""
    present = parts.filter(pl.col("evaluations_present") > 0)
    if present.is_empty():
        return [_("Belum ada komponen yang dapat dinilai, jadi belum ada sinyal.")]
    lost = present.with_columns(lost=pl.col("weight_used_pct") - pl.col("contribution")).sort("lost", "component")
    low, high = lost.row(-1, named=True), lost.row(0, named=True)
    sentences = []
    if low["lost"] >= 0.05:
        sentences.append(
            _(
                "Yang paling menurunkan sinyal: {component}, nilai {score}, hilang {lost} dari {weight} poin.",
                component=text.named(low["component_name"], low["component_name_en"]),
                score=text.number(low["score"], 1),
                lost=text.number(low["lost"], 1),
                weight=text.number(low["weight_used_pct"], 1),
            )
        )
    if high["component"] != low["component"]:
        sentences.append(
            _(
                "Yang paling utuh: {component}, nilai {score}.",
                component=text.named(high["component_name"], high["component_name_en"]),
                score=text.number(high["score"], 1),
            )
        )
    reasons = missing_reasons()
    for row in parts.filter(pl.col("evaluations_present") == 0).iter_rows(named=True):
        name = text.named(row["component_name"], row["component_name_en"])
        sentences.append(
            _("{component} tidak dihitung: {reason}.", component=name, reason=reasons[row["missing_reason"]].lower())
        )
    return [" ".join(sentences)]


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
    sentence = _(
        "Predikat resmi {period}: {predicate}, karena hasil kerja {result} dan perilaku kerja {behaviour}.",
        period=period,
        predicate=text.named(last["predicate"], last["predicate_en"]),
        result=names[last["result_rating"]].lower(),
        behaviour=names[last["behaviour_rating"]].lower(),
    )
    if not last["is_reported_different"]:
        return sentence
    return (
        sentence + " " + _("Yang dilaporkan: {predicate}, berbeda dari matriks.", predicate=last["predicate_reported"])
    )


def silence_sentences(last: Mapping[str, Any]) -> list[str]:
    """Return how many indicators of a period are not reported, which is not the same as not achieved."""
    kept = last["indicators"] - last["indicators_reported"]
    if not kept:
        return []
    return [
        n_(
            "{n} indikator belum dilaporkan pada {period}; tidak dihitung sebagai nol.",
            "{n} indikator belum dilaporkan pada {period}; tidak dihitung sebagai nol.",
            kept,
            period=text.span(last["period"], last["period_months"]),
        )
    ]


def flag_sentences(who: Mapping[str, Any]) -> list[str]:
    """Return what to check before the signal is used; nothing where nothing is odd."""
    found = flags(who) if who["window_end"] else []
    return [_("Yang perlu diperiksa: {flags}.", flags="; ".join(found))] if found else []


def components_block(who: Mapping[str, Any], parts: pl.DataFrame) -> ChartBlock:
    """Return what the components add to the person's mean, then the pull toward the group: together the ranked signal."""
    reasons = missing_reasons()
    table = with_text(
        parts,
        name=lambda row: text.named(row["component_name"], row["component_name_en"]),
        reason=lambda row: reasons.get(row["missing_reason"], row["missing_reason"]) if row["missing_reason"] else None,
    )
    steps = table.filter(pl.col("evaluations_present") > 0).select("name", "contribution")
    n = parts["evaluations"][0]
    mean = float(steps["contribution"].sum())
    period = text.through(who["window_start"], parts.sort("last_period")["last_period"][-1], parts["period_months"][0])
    if who["is_ranked"]:
        shift, alike = who["signal_shrunken"] - who["signal_adjusted"], who["signal_adjusted"] - mean
        more = {_("Periode disamakan"): alike} if abs(alike) >= LEAST else {}
        more[_("Tarikan ke kelompok")] = shift if more else shift + alike
        steps = pl.concat([steps, pl.DataFrame({"name": list(more), "contribution": list(more.values())})])
        title = _(
            "Sinyal {signal}: rata-rata {n} penilaian {mean}, lalu {shift} poin ke arah kelompok",
            signal=text.number(who["signal_shrunken"], 1),
            n=text.number(n),
            mean=text.number(mean, 1),
            shift=text.signed(shift, 1),
        )
    else:
        title = n_(
            "Sinyal {mean}, rata-rata {n} penilaian",
            "Sinyal {mean}, rata-rata {n} penilaian",
            n,
            mean=text.number(mean, 1),
        )
    chart = charts.waterfall(
        steps,
        "name",
        "contribution",
        title=title,
        unit=_("poin dari 100, {period}", period=period),
        alt=_("Sumbangan tiap komponen yang berjumlah menjadi sinyal. {finding}", finding=title),
        total=_("Sinyal"),
    )
    columns = (
        Column("name", _("Komponen"), role="name"),
        Column("score", _("Nilai 0–100"), "decimal", 1),
        Column("weight_pct", _("Bobot"), "pct", 1),
        Column("weight_used_pct", _("Bobot terpakai"), "pct", 1),
        Column("contribution", _("Sumbangan"), "decimal", 1, is_additive=True),
        Column("evaluations_present", _("Ada pada penilaian"), "int"),
        Column("reason", _("Sebab tidak ada")),
    )
    gone = table.filter(pl.col("evaluations_present") < n)["name"].to_list()
    note = (
        _(
            "Tidak ada pada sebagian penilaian: {components}. Bobotnya dibagi kepada komponen yang ada.",
            components=", ".join(gone),
        )
        if gone
        else None
    )
    return ChartBlock("components", chart, table, columns, own_signal(), note, shows=MEAN, keys=keys("component"))


def neighbours_block(neighbours: pl.DataFrame, who: Mapping[str, Any], chosen: Filters) -> tuple[TableBlock, ...]:
    """Return the people nearest to this one who can't be told apart; nothing where there are none."""
    if neighbours.is_empty():
        return ()
    everyone = neighbours["alike_people"][0]
    near = neighbours.sort(pl.col("difference_points").abs(), maintain_order=True).head(NEAREST)
    near = near.sort("difference_points", descending=True)
    group = who["job_group"]
    table = with_text(
        near.with_columns(
            link=row_links.each(chosen, registry.ACCOUNTABILITY, "employee", near["employee_id"], job_group=group)
        ),
        rank_words=rank_range,
        flag_words=lambda row: "; ".join(flags(row)) or None,
    )
    title = n_(
        "{n} orang tidak dapat dibedakan dari {name}",
        "{n} orang tidak dapat dibedakan dari {name}",
        everyone,
        name=who["employee_name"],
    )
    return (
        TableBlock(
            "neighbours",
            title,
            table,
            (
                Column("employee_name", _("Pegawai"), link="link", role="name"),
                Column("unit_short_name", _("Unit"), role="name"),
                Column("rank_median", _("Peringkat"), "int", role="derived"),
                Column("rank_words", _("Kisaran peringkat"), role="derived"),
                Column("signal_shrunken", _("Sinyal"), "decimal", 1),
                Column("difference_points", _("Selisih"), "decimal", 1),
                Column("flag_words", _("Catatan")),
            ),
            note=_(
                "{shown} yang terdekat ditampilkan. Selisihnya tidak melebihi ketidakpastian keduanya (95 %).",
                shown=text.number(table.height),
            ),
            shows=MEAN,
            keys=keys("employee_id", "unit_id"),
        ),
    )
