"""One indicator of Capaian: its values over time with the target's path, and the rows behind them."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboard import charts, registry
from dashboard.areas.attainment import outlook, words
from dashboard.areas.attainment.blocks import OF_CELLS
from dashboard.areas.attainment.outlook import ITSELF
from dashboard.filters import Filters
from dashboard.parts import unit_changes, usual_columns
from dashboard.parts.row_words import Row, with_text
from dashboard.snapshot import ChartBlock, Column, TableBlock, keys
from dashboard.words import measure_words, text
from dashboard.words.text import _, n_

MOST_REVISIONS = 3  # that are said one by one


def over_time(
    series: pl.DataFrame,
    foreseen: pl.DataFrame,
    about: Mapping[str, Any],
    names: words.Bands,
    chosen: Filters,
    changes: pl.DataFrame,
    note: str | None = None,
) -> ChartBlock:
    """Return one indicator against its target path, with what is foreseen; a predicate is drawn as its attainment.

    `changes` are those of visits/changes.
    """
    is_predicate = about["rule"] == "scale"
    unit = _("% dari target") if is_predicate else about["unit_of_measure"] or ""
    frame = with_text(
        series.with_columns(
            shown=pl.col("attainment_pct") if is_predicate else pl.col("value_ytd"),
            path=pl.lit(100.0) if is_predicate else pl.col("target_ytd"),
            unit_of_measure=pl.lit(about["unit_of_measure"]),
            provisional=pl.col("is_provisional").fill_null(value=False),
        ),
        when=lambda r: _("target {year}", year=r["last_month"].year)
        if r["is_ahead"]
        else text.span(r["period"], r["period_months"]),
        realised=words.realised,
        target=words.target,
        band_name=lambda r: names[r["band"]][1] if r["band"] in names else None,
        link=lambda r: None if r["is_ahead"]
        else chosen.toggle(registry.ATTAINMENT, period_from=r["last_month"], period_to=r["last_month"]),
        reason_name=lambda r: "" if r["is_ahead"] else measure_words.reasons().get(r["reason"], "") if r["reason"]
        else words.reported_units(r) or None,
    )  # fmt: skip
    known = frame.filter(pl.col("attainment_pct").is_not_null()).sort("last_month")
    title = _("{name} terhadap jalur target", name=about["name"])
    if known.height:
        met = (known["attainment_pct"] >= 100).to_list()[::-1]
        run = met.index(not met[0]) if (not met[0]) in met else len(met)
        title = (
            _("{name}: memenuhi target {n} periode berturut-turut", name=about["name"], n=text.number(run))
            if met[0]
            else _("{name}: belum memenuhi target {n} periode berturut-turut", name=about["name"], n=text.number(run))
        )
    drawn = frame.filter(~pl.col("is_ahead"))
    is_sum = about["aggregation"] == "sum"
    if is_sum and drawn.height:  # a running total begins anew each January: one year, against the year before
        earlier = drawn.select(pl.col("last_month").dt.offset_by("1y"), "period_months", previous="shown")
        drawn = drawn.filter(pl.col("last_month").dt.year() == drawn["last_month"].dt.year().max())
        drawn = drawn.join(earlier, on=["last_month", "period_months"], how="left")
    drawn = outlook.ahead(drawn, frame, foreseen)
    aims = frame["target_year"].drop_nulls()
    aim = _("target tahun {value}", value=words.amount(aims[-1], unit)) if aims.len() and not is_predicate else ""
    chart = charts.line(
        drawn,
        "last_month",
        "shown",
        title=title,
        unit=" · ".join(part for part in (unit, _("jumlah sejak Januari") if is_sum else "", aim) if part),
        alt=_("{name} dan jalur targetnya, {n} periode.", name=about["name"], n=text.number(known.height)),
        target="path",
        previous="previous" if is_sum and drawn.height else None,
        provisional="provisional",
        zero=is_sum or is_predicate,
        link="link",
        notes=unit_changes.marks(changes),
        forecast="forecast" if foreseen.height else None,
        fan={80: ("lower_80", "upper_80"), 95: ("lower_95", "upper_95")} if foreseen.height else None,
    )
    columns = (
        Column("when", _("Periode"), link="link", role="period"),
        Column("realised", _("Realisasi")),
        Column("target", _("Target s.d. periode")),
        usual_columns.attainment(words.pct_places(frame["attainment_pct"], names)),
        Column("band_name", _("Kategori")),
        Column("reason_name", _("Keterangan")),
    )
    return ChartBlock(
        "series", chart, frame.sort("last_month", descending=True), columns, note=note, shows=ITSELF, keys=OF_CELLS
    )


def revised(revisions: pl.DataFrame, subject: str | None) -> str:
    """Return which targets of the year were revised, when and from what to what, empty where none was; other units are named."""
    said = [
        _(
            "Target {period}{unit} direvisi {day}: {before} → {after}.",
            period=text.span(row["period"], row["period_months"]),
            unit="" if row["unit_id"] == subject else f" ({row['short_name']})",
            day=text.date(row["revised_on"]),
            before=words.target({**row, "target_max": row["before_max"], "target_text": row["before_text"]}, "before")
            or text.MISSING,
            after=words.target(row, "target") or text.MISSING,
        )
        for row in revisions.head(MOST_REVISIONS).to_dicts()
    ]
    more = revisions.height - len(said)
    if more > 0:
        said.append(n_("Dan {n} revisi lain.", "Dan {n} revisi lain.", more))
    if said:
        said.append(_("Periode yang sudah berakhir saat itu tetap diukur dengan target lama."))
    return " ".join(said)


def rows(found: pl.DataFrame, about: Mapping[str, Any], chosen: Filters) -> TableBlock:
    """Return the rows of files that the figure comes from, each with its file, sheet and row."""
    kinds = {"realisation": _("Realisasi"), "target": _("Target"), "target_before": _("Target sebelum direvisi")}
    unit = about["unit_of_measure"]

    def figure(row: Row) -> str | None:
        if row["value"] is None:
            return row["value_text"]
        return words.target({**row, "target_max": row["value_max"], "unit_of_measure": unit}, "value")

    frame = with_text(
        found,
        what=lambda r: kinds.get(r["kind"], r["kind"]),
        when=lambda r: text.span(r["period"], r["period_months"]),
        figure=figure,
        quotient=lambda r: f"{words.amount(r['numerator'])} / {words.amount(r['denominator'])}"
        if r["denominator"] is not None else None,
        link=lambda r: chosen.link(registry.QUALITY, file=r["file_id"]),
    )  # fmt: skip
    columns = (
        Column("what", _("Jenis"), role="name"),
        Column("when", _("Periode"), role="period"),
        Column("unit_name", _("Unit"), role="name"),
        Column("figure", _("Nilai")),
        Column("quotient", _("Pembilang / penyebut")),
        Column("evidence", _("Bukti")),
        *usual_columns.origin("link", "int"),
    )
    title = n_("Angka ini berasal dari {n} baris laporan", "Angka ini berasal dari {n} baris laporan", found.height)
    return TableBlock(
        "rows", title, frame, columns, empty=_("Tidak ada baris laporan untuk indikator ini pada tahun itu."),
        keys=keys("unit_id", "indicator_id", period="period", period_months="months"),
    )  # fmt: skip
