"""Capaian indikator: units against their indicators by band, units compared, the year's end, one indicator in depth."""

from dataclasses import replace

import polars as pl

from dashboard import db, registry
from dashboard.access import Viewer
from dashboard.areas.attainment import blocks, indicator, outlook, words
from dashboard.areas.attainment.outlook import ATTAINMENT, ITSELF
from dashboard.areas.register import page as register
from dashboard.filters import Filters
from dashboard.parts import funnel as funnels
from dashboard.parts import league, page_frame, signal_chart, signals, unit_changes
from dashboard.parts.row_words import Row
from dashboard.snapshot import Block, Headline, Signal, Snapshot, Tile
from dashboard.words import measure_words, text
from dashboard.words.text import _, n_


def compose(chosen: Filters, viewer: Viewer) -> Snapshot:
    """Return the page: one indicator where one is chosen, else all indicators of what was chosen."""
    given = chosen.parameters()
    bands = db.fetch("attainment/bands", viewer, **given)
    names = words.band_names(bands)
    summary = db.fetch("attainment/summary", viewer, **given).row(0, named=True)
    found = db.fetch("attainment/definition", viewer, **given) if chosen.indicator else None
    about = found.row(0, named=True) if found is not None and found.height else None
    if summary["as_of"] is None:
        lines, shown, body = (), (), (blocks.nothing(is_set_up=db.fetch("quality/setup", viewer)["indicators"][0] > 0),)
    elif about is not None:
        lines, shown, body = _one(chosen, viewer, about, names)
    else:
        lines, shown, body = _all(chosen, viewer, summary, bands)
    frame = page_frame.frame(chosen, viewer)
    if chosen.indicator:
        frame["extra"] |= {"back_link": chosen.link(registry.ATTAINMENT), "back_words": _("Semua indikator")}
    return Snapshot(
        page=registry.ATTAINMENT,
        title=_("Capaian indikator"),
        headlines=lines,
        tiles=shown,
        blocks=body,
        definitions=(
            *words.definitions(db.fetch("attainment/rules", viewer, **given), bands, about, viewer),
            *outlook.definitions(db.fetch("attainment/backtest", viewer, **given)),
            league.definition(),
            *signals.definitions(viewer),
            *([funnels.definition()] if chosen.indicator else []),
        ),
        **frame,
    )


def _all(
    chosen: Filters, viewer: Viewer, summary: Row, bands: pl.DataFrame
) -> tuple[tuple[Headline, ...], tuple[Tile, ...], tuple[Block | tuple[Block, ...], ...]]:
    given = chosen.parameters()
    names = words.band_names(bands)
    indicators = db.fetch("attainment/indicators", viewer, **given)
    units = db.fetch("attainment/units", viewer, **given)
    trend = db.fetch("attainment/trend", viewer, **given)
    easy = db.fetch("attainment/easy_targets", viewer, **given)
    cells = db.fetch("attainment/matrix", viewer, **given)
    foreseen = db.fetch("attainment/outlook", viewer, **given)
    backtest = db.fetch("attainment/backtest", viewer, **given)
    if chosen.unit or (chosen.agency and chosen.agency not in cells["agency_id"].to_list()):
        matrix = blocks.history(db.fetch("attainment/history", viewer, **given), bands, chosen)
    else:
        matrix = blocks.matrix(cells, units, bands, chosen)
    targets = db.fetch("overview/verdict", viewer, **given)["targets"][0]
    key = ["indicator_id", "unit_id"]
    shown = words.of_bands(indicators, chosen, names).select(key) if chosen.band else foreseen.select(key)
    end = outlook.table(
        foreseen.join(shown, on=key, how="semi"),
        backtest,
        lambda r: blocks.place(chosen, r, r["indicator_id"]),
        None if chosen.band else targets,
    )
    body: tuple[Block | tuple[Block, ...], ...] = (
        matrix,
        (blocks.ranking(units, cells, names, chosen), blocks.furthest(indicators, names, chosen)),
        replace(end, note=" ".join(part for part in (too_easy(easy), end.note) if part)),
    )
    sparkline = tuple(trend["attainment_pct"].tail(8).to_list())
    context = headlines(chosen, summary, indicators, names, outlook.headline(foreseen, targets))
    context = (*context, *register.pointer(chosen, viewer))
    lines = signals.headlines(chosen, viewer, "attainment", context, at_most=1)
    return lines, tiles(summary, targets, sparkline, names, chosen), body


def _signal(summary: Row) -> Signal:
    """Return whether the mean moved to another band since a year ago; movement within a band is ordinary."""
    now, before = summary["band"], summary["previous_band"]
    if now is None or before is None or now == before:
        return "ordinary"
    return "good" if now < before else "bad"


def headlines(
    chosen: Filters,
    summary: Row,
    indicators: pl.DataFrame,
    names: blocks.Bands,
    at_year_end: Headline | None,
) -> tuple[Headline, ...]:
    """Return what there is to say beside signals: the mean, the year's end, what is furthest from target or missing."""
    lines = []
    if summary["attainment_pct"] is not None:
        sentence = _(
            "Capaian rata-rata {pct} dari target ({band}) pada {period}",
            pct=words.percent(summary["attainment_pct"], names),
            band=names.get(summary["band"], ("", text.MISSING))[1],
            period=words.to_date(summary["as_of"]),
        )
        if summary["change_points"] is not None:
            moved = text.change(summary["change_points"], 1, "poin")
            sentence = _("{sentence}, {moved} dibanding tahun lalu", sentence=sentence, moved=moved)
            if summary["compared_indicators"] < summary["rated_indicators"]:
                same = text.number(summary["compared_indicators"])
                sentence = _("{sentence} pada {n} indikator yang sama", sentence=sentence, n=same)
        lines.append(Headline(sentence + ".", "#units", _signal(summary)))
    if at_year_end:
        lines.append(at_year_end)
    elif summary["out_of_reach_indicators"]:
        sentence = n_(
            "{n} dari {all} indikator tidak lagi dapat mencapai target tahun ini.",
            "{n} dari {all} indikator tidak lagi dapat mencapai target tahun ini.",
            summary["out_of_reach_indicators"],
            all=text.number(summary["paced_indicators"]),
        )
        lines.append(Headline(sentence, "#outlook", "bad"))
    elif summary["behind_indicators"]:
        sentence = _(
            "{n} dari {all} indikator harus dipercepat agar target tahun tercapai.",
            n=text.number(summary["behind_indicators"]),
            all=text.number(summary["paced_indicators"]),
        )
        lines.append(Headline(sentence, "#outlook", "bad"))
    low = indicators.filter(pl.col("band") >= words.LOW_BAND)
    if low.height:
        worst = low.row(0, named=True)
        sentence = _(
            "Terjauh dari target: {name} ({unit}), {pct}.",
            name=worst["indicator_name"],
            unit=worst["unit_short_name"],
            pct=words.percent(worst["attainment_pct"], names),
        )
        lines.append(Headline(sentence, blocks.place(chosen, worst, worst["indicator_id"]), "bad"))
    silent = indicators.filter(~pl.col("is_reported"))
    if silent.height and len(lines) < 4:
        sentence = n_(
            "{n} indikator belum dilaporkan pada {period}: {name}.",
            "{n} indikator belum dilaporkan pada {period}, antara lain {name}.",
            silent.height,
            period=words.to_date(summary["as_of"]),
            name=silent["indicator_name"][0],
        )
        lines.append(Headline(sentence, "#indicators", "none"))
    return tuple(lines)


def too_easy(easy: pl.DataFrame) -> str:
    """Return the sentence on the target that was far exceeded for the most years, empty where there is none."""
    if easy.is_empty():
        return ""
    top = easy.row(0, named=True)
    return _(
        "Target {name} terlampaui jauh {years} tahun berturut-turut ({pct}): targetnya perlu ditinjau.",
        name=top["indicator_name"],
        years=text.number(top["years"]),
        pct=text.pct(top["attainment_pct"], 0),
    )


def tiles(
    summary: Row, targets: int, sparkline: tuple[float | None, ...], names: blocks.Bands, chosen: Filters
) -> tuple[Tile, ...]:
    """Return four figures: the mean, targets met, the two lowest bands (which picks them), the rate that is not enough."""
    lowest = chosen.toggle(
        registry.ATTAINMENT, band=",".join(names[b].letter for b in sorted(names) if b >= words.LOW_BAND)
    )
    period = words.to_date(summary["as_of"])
    rated = summary["rated_indicators"]
    of_rated = _("dari {n} yang dapat dihitung", n=text.number(rated))
    of_targets = _("dari {n} target", n=text.number(targets))
    moved = ""
    if summary["change_points"] is not None:
        moved = text.change(summary["change_points"], 1, "poin")
    low = summary["band_4"] + summary["band_5"]
    complete = _(
        "{n} dari {all} indikator melapor",
        n=text.number(summary["reported_indicators"]),
        all=text.number(summary["indicators"]),
    )
    if summary["provisional_indicators"]:
        complete += " · " + _("{n} data sementara", n=text.number(summary["provisional_indicators"]))
    if still := measure_words.open_range(summary):
        complete += " · " + still
    at_100 = ""
    if summary["capped_100_pct"] is not None:
        at_100 = _("rata-rata bila paling tinggi 100: {pct}", pct=words.percent(summary["capped_100_pct"], names))
    band = names.get(summary["band"])
    mean = Tile(
        "attainment",
        measure_words.name("attainment_mean"),
        None if summary["attainment_pct"] is None else words.percent(summary["attainment_pct"], names),
        band[1] if band else "",
        period,
        change=moved,
        comparison=_("dibanding tahun lalu, {n} indikator yang sama", n=text.number(summary["compared_indicators"]))
        if moved
        else "",
        signal=_signal(summary) if moved else "none",
        completeness=complete,
        sparkline=sparkline,
        link="#units",
        shows=ITSELF,
    )
    counts = (
        ("met", _("Mencapai target"), summary["met_indicators"], of_targets, "#indicators", rated),
        ("low", words.low(names), low, of_rated, lowest, rated),
        (
            "behind",
            _("Harus dipercepat"),
            summary["behind_indicators"],
            _("dari {n} dengan target tahun", n=text.number(summary["paced_indicators"])),
            "#outlook",
            summary["paced_indicators"],
        ),
    )
    return (
        mean,
        *(
            Tile(
                key,
                label,
                text.number(n) if all_ else None,
                _("indikator"),
                period,
                comparison=part,
                completeness=at_100 if key == "met" else "",
                link=link,
                shows=ATTAINMENT,
            )
            for key, label, n, part, link, all_ in counts
        ),
    )


def _one(
    chosen: Filters, viewer: Viewer, about: Row, names: blocks.Bands
) -> tuple[tuple[Headline, ...], tuple[Tile, ...], tuple[Block | tuple[Block, ...], ...]]:
    given = chosen.parameters()
    latest = db.fetch("attainment/indicator", viewer, **given)
    now = latest.row(0, named=True) if latest.height else None
    series = db.fetch("attainment/series", viewer, **given)
    units = db.fetch("attainment/units", viewer, **given)
    found = db.fetch("attainment/rows", viewer, **given)
    revisions = db.fetch_if_there("attainment/revisions", viewer, **given)
    told = indicator.revised(revisions, now["unit_id"] if now else None)
    whose = chosen.unit or (now["unit_id"] if now else None)
    changes = db.fetch_if_there("visits/changes", viewer, **given | {"unit": whose})
    became = unit_changes.sentences(changes, is_summed=False)
    path = indicator.over_time(
        series,
        db.fetch("attainment/outlook_path", viewer, **given),
        about,
        names,
        chosen,
        changes,
        " ".join(
            part for part in (became, told, outlook.trust(db.fetch("attainment/backtest", viewer, **given))) if part
        )
        or None,
    )
    first = (path, blocks.ranking(units, units, names, chosen)) if units.height > 1 else path
    between = db.fetch("attainment/funnel", viewer, **given | {"unit": None, "area": None})
    funnel = funnels.indicator_block(between, chosen, about["unit_of_measure"] or "")
    alone = db.fetch(
        "signals/series",
        viewer,
        measure="attainment",
        indicator=chosen.indicator,
        unit=whose,
        period_to=chosen.period_to,
    )
    ordinary = signal_chart.attainment(alone)
    body = (first, *(block for block in (ordinary, funnel) if block), indicator.rows(found, about, chosen))
    if now is None:
        return (), (), body
    end = db.fetch("attainment/outlook", viewer, **{**given, "agency": None, "unit": now["unit_id"]})
    row = end.row(0, named=True) if end.height else None
    context = (*one_headlines(now, names)[:1], *([each] if row and (each := outlook.one_headline(row)) else []))
    lines = signals.headlines(chosen, viewer, "attainment", (*context, *one_headlines(now, names)[1:]), at_most=1)
    return lines, one_tiles(now, names, revisions), body


def one_headlines(now: Row, names: blocks.Bands) -> tuple[Headline, ...]:
    """Return the answer about one indicator: where it stands, and what the rest of the year has to bring."""
    bad = now["band"] is not None and now["band"] >= words.LOW_BAND
    lines = [
        Headline(
            _(
                "{name} ({unit}): {judged} pada {period}.",
                name=now["indicator_name"],
                unit=now["unit_short_name"],
                judged=words.judged(now, names),
                period=words.to_date(now["last_month"]),
            ),
            "#series",
            "bad" if bad else "none",
        )
    ]
    state = now["rate_state"]
    if state in {"behind", "out_of_reach", "on_pace"}:
        sentence = _(
            "Sisa tahun memerlukan {needed}; sejauh ini {so_far}: {state}.",
            needed=words.rate(now, "required_rate"),
            so_far=words.rate(now, "achieved_rate") or text.MISSING,
            state=words.rate_states()[state],
        )
        lines.append(Headline(sentence, "#series", "none" if state == "on_pace" else "bad"))
    elif state == "reached":
        lines.append(Headline(_("Target tahun sudah tercapai."), "#series", "good"))
    return tuple(lines)


def one_tiles(now: Row, names: blocks.Bands, revisions: pl.DataFrame) -> tuple[Tile, ...]:
    """Return the figures of one indicator: realised, attainment, target, the rate needed where there is one."""
    period = words.to_date(now["last_month"])
    moved = text.change(now["change_points"], 1, "poin") if now["change_points"] is not None else ""
    needed = words.rate_parts(now, "required_rate")
    if now["rate_state"] == "reached":
        needed = (_("Tercapai"), "")
    so_far = words.rate(now, "achieved_rate")
    own = revisions.filter(unit_id=now["unit_id"]) if revisions.height else revisions
    source = _("target perangkat daerah") if now["target_source"] == "above" else ""
    if own.height:
        source = _("direvisi {day}", day=text.date(own["revised_on"][0]))
    shown = (
        Tile(
            "realised",
            _("Realisasi"),
            words.realised(now),
            "",
            period,
            completeness=words.reported_units(now),
            shows=ATTAINMENT,
        ),
        Tile(
            "attainment",
            _("Capaian"),
            None if now["attainment_pct"] is None else words.percent(now["attainment_pct"], names),
            names.get(now["band"], ("", ""))[1],
            period,
            change=moved,
            comparison=words.compared(now) if moved else measure_words.reasons().get(now["reason"], ""),
            signal="ordinary" if moved else "none",
            completeness=_("data sementara") if now["is_provisional"] else "",
            shows=ITSELF,
        ),
        Tile(
            "target",
            _("Target"),
            words.target(now) or text.MISSING,
            "",
            period,
            comparison=_("target tahun {value}", value=words.target(now, "target_year") or text.MISSING),
            completeness=source,
            shows=ATTAINMENT,
        ),
    )
    if now["rate_kind"] is None:
        return shown
    return (
        *shown,
        Tile(
            "needed",
            _("Laju yang diperlukan"),
            needed[0] if needed else text.MISSING,
            needed[1] if needed else "",
            _("sisa {year}", year=now["year"]),
            comparison=_("sejauh ini {rate}", rate=so_far) if so_far else "",
            signal="bad" if now["rate_state"] in {"behind", "out_of_reach"} else "none",
            change=words.rate_states()[now["rate_state"]] if now["rate_state"] not in {None, "reached"} else "",
            shows=ATTAINMENT,
        ),
    )
