"""The blocks of Capaian: the matrix by band, units compared, one indicator over time, its rows."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from dashboard import charts, registry
from dashboard.areas.attainment import words
from dashboard.areas.attainment.outlook import ATTAINMENT, ITSELF
from dashboard.filters import Filters
from dashboard.parts import league, usual_columns
from dashboard.parts.row_words import Row, with_text
from dashboard.snapshot import ChartBlock, Column, TextBlock, keys
from dashboard.words import measure_words, text
from dashboard.words.text import _, n_

Bands = words.Bands
WORST = 12
OF_CELLS = keys("unit_id", "indicator_id", period="period", period_months="months", reported_units="reports")


def nothing(*, is_set_up: bool) -> TextBlock:
    """Return what to do where no indicator was reported, or there is none."""
    if not is_set_up:
        body = _(
            "Belum disiapkan: kirim daftar indikator, targetnya, lalu realisasinya di halaman Kirim. "
            "Paket indikator yang umum (SPM, IKU) ada di halaman Penyiapan."
        )
    else:
        body = _(
            "Belum ada realisasi indikator sampai akhir periode ini untuk pilihan Anda. "
            "Perpanjang periodenya, pilih semua unit, atau kirim laporan realisasi."
        )
    return TextBlock("empty", _("Belum ada capaian"), body)


def place(chosen: Filters, row: Mapping[str, Any], indicator: str | None = None) -> str:
    """Return the link to this page about an agency or a unit below one, and about an indicator where one is named."""
    if row.get("agency_id"):
        return chosen.link(registry.ATTAINMENT, agency=row["agency_id"], unit=row["unit_id"], indicator=indicator)
    return chosen.link(registry.ATTAINMENT, agency=row["unit_id"], unit=None, indicator=indicator)


def pick(chosen: Filters, row: Mapping[str, Any]) -> str:
    """Return the link that picks a unit on this page, or lets go of it where it is chosen; all else stays."""
    if row["agency_id"]:
        return replace(chosen, agency=row["agency_id"]).toggle(registry.ATTAINMENT, unit=row["unit_id"])
    return replace(chosen, unit=None).toggle(registry.ATTAINMENT, agency=row["unit_id"])


def until(frame: pl.DataFrame) -> str:
    """Return the year to date of the rows: 'Jan–Sep 2026'."""
    return words.to_date(frame["as_of"][0] if frame.height else None)


def _cell_text(row: Row, names: Bands) -> str | None:
    if row["attainment_pct"] is not None:
        figure = text.number(row["attainment_pct"], words.places(row["attainment_pct"], names, 0))
        return figure + ("*" if row["is_provisional"] else "")
    return None if row["reason"] == "not_reported" else text.MISSING


def legend_names(names: Bands) -> dict[int, str]:
    """Return band -> 'ST · Sangat Tinggi', as the other pages write it."""
    return {band: f"{each.letter} · {each.name}" for band, each in names.items()}


def _cell_columns(first: Column, frame: pl.DataFrame, names: Bands) -> tuple[Column, ...]:
    return (
        first,
        Column("indicator_name", _("Indikator"), link="link", role="name"),
        Column("realised", _("Realisasi")),
        Column("target", _("Target")),
        usual_columns.attainment(words.pct_places(frame["attainment_pct"], names)),
        Column("band_name", _("Kategori")),
        Column("when", _("Periode"), role="period"),
        Column("reason_name", _("Keterangan")),
    )


def _described(frame: pl.DataFrame, names: Bands, chosen: Filters) -> pl.DataFrame:
    """Return the frame with what a reader sees of each figure in words, and its link."""
    whys = measure_words.reasons()
    return with_text(
        frame,
        realised=words.realised,
        target=words.target,
        when=lambda r: text.span(r["period"], r["period_months"]),
        band_name=lambda r: names[r["band"]][1] if r["band"] in names else None,
        reason_name=lambda r: whys.get(r["reason"], "") if r["reason"] else words.reported_units(r) or None,
        link=lambda r: place(chosen, r, r["indicator_id"]),
    )


def _as_cells(frame: pl.DataFrame, names: Bands, chosen: Filters) -> pl.DataFrame:
    """Return the frame with what stands in each cell and what it says on hovering."""
    frame = _described(frame, names, chosen)
    return with_text(frame, cell=lambda r: _cell_text(r, names), hover=lambda r: words.cell_words(r, names))


def matrix(cells: pl.DataFrame, units: pl.DataFrame, bands: pl.DataFrame, chosen: Filters) -> ChartBlock:
    """Return units by indicators: those that the units share as columns, else each unit's own ones, lowest first."""
    names = words.band_names(bands)
    frame = with_text(
        _as_cells(words.of_bands(cells, chosen, names), names, chosen),
        row_link=lambda r: pick(chosen, r),
        column_link=lambda r: chosen.toggle(registry.ATTAINMENT, indicator=r["indicator_id"]),
    )
    ranked = units.sort("attainment_pct", nulls_last=True)["unit_id"]
    order = {unit: i for i, unit in enumerate(ranked)}
    frame = frame.with_columns(
        unit_order=pl.col("unit_id").replace_strict(order, default=len(order), return_dtype=pl.Int64)
    )
    is_shared = cells.height > 1.5 * cells["indicator_id"].n_unique()
    if is_shared:
        labels = words.unlike(sorted(set(frame["indicator_name"].to_list())))
        means = frame.group_by("indicator_id").agg(column_order=pl.col("attainment_pct").mean())
        frame = frame.join(means, on="indicator_id").with_columns(
            column=pl.col("indicator_name").replace_strict(labels, return_dtype=pl.String)
        )
        # Rows and columns appear in the order of their first cell: the worst unit's row has all columns, worst first.
        frame = frame.sort("unit_order", "column_order", "indicator_id", nulls_last=True)
    else:
        frame = frame.sort("place_in_unit").with_columns(place=pl.int_range(1, pl.len() + 1).over("unit_id"))
        frame = frame.with_columns(column=pl.col("place").cast(pl.String)).sort("place", "unit_order")
    categories = words.picked(chosen, names) if chosen.band else [b for b in names if b >= words.LOW_BAND]
    low = cells.filter(pl.col("band").is_in(categories)).height
    rated = cells["attainment_pct"].count()
    title = (
        _(
            "{low} dari {rated} capaian berkategori {bands}",
            low=text.number(low),
            rated=text.number(rated),
            bands=words.either(categories, names),
        )
        if low
        else _("Tidak ada capaian berkategori {bands}", bands=words.either(categories, names))
    )
    chart = charts.matrix(
        frame, "short_name", "column", value="attainment_pct", text="cell", band="band", title=title,
        unit=_("capaian, % dari target, {period}", period=until(cells)),
        alt=_("Matriks capaian: {units} unit, {cells} capaian, {low} perlu perhatian.",
              units=text.number(cells["unit_id"].n_unique()), cells=text.number(cells.height), low=text.number(low)),
        link="link", hover="hover", band_names=legend_names(names), row_link="row_link",
        column_link="column_link" if is_shared else None, band_links=_band_links(cells, names, chosen),
        column_title=None if is_shared else _("Indikator tiap unit, dari capaian terendah ke tertinggi →"),
    )  # fmt: skip
    return ChartBlock(
        "matrix",
        chart,
        frame,
        _cell_columns(Column("unit_name", _("Unit"), role="name"), frame, names),
        note=words.reading_of_cells(bands, is_shared),
        hint=words.hint_of_cells(),
        shows=ITSELF,
        keys=OF_CELLS,
    )


def history(cells: pl.DataFrame, bands: pl.DataFrame, chosen: Filters) -> ChartBlock:
    """Return the indicators of one unit by reporting period."""
    names = words.band_names(bands)
    newest = words.of_bands(cells.filter(pl.col("as_of") == pl.col("as_of").max()), chosen, names)
    every, cells = cells, cells.join(newest.select("indicator_id"), on="indicator_id", how="semi")
    frame = _as_cells(cells.with_columns(agency_id=pl.lit(chosen.agency if chosen.unit else None)), names, chosen)
    labels = words.shorter(frame["indicator_name"].to_list())
    frame = with_text(frame, column=lambda r: text.month(r["as_of"]), label=lambda r: labels[r["indicator_name"]])
    last = frame.filter(pl.col("as_of") == pl.col("as_of").max())
    fallen = _worse_than_a_year_ago(frame)
    title = (
        n_(
            "{n} indikator turun kategori dibanding setahun lalu",
            "{n} indikator turun kategori dibanding setahun lalu",
            fallen,
        )
        if fallen
        else _("Tidak ada indikator yang turun kategori dibanding setahun lalu")
    )  # fmt: skip
    low_first = last.sort("attainment_pct", nulls_last=True)["indicator_id"].to_list()
    order = {indicator: i for i, indicator in enumerate(low_first)}
    frame = frame.with_columns(
        row_order=pl.col("indicator_id").replace_strict(order, default=len(order), return_dtype=pl.Int64)
    ).sort("as_of", "row_order")
    chart = charts.matrix(
        frame, "label", "column", value="attainment_pct", text="cell", band="band", title=title,
        unit=_("capaian sejak Januari, % dari target, menurut akhir periode"),
        alt=_("Matriks capaian {n} indikator menurut periode.", n=text.number(frame["indicator_id"].n_unique())),
        link="link", hover="hover", band_names=legend_names(names), row_link="link",
        band_links=_band_links(every.filter(pl.col("as_of") == pl.col("as_of").max()), names, chosen),
    )  # fmt: skip
    columns = _cell_columns(Column("as_of", _("Sampai dengan"), "month", role="as_of"), frame, names)
    return ChartBlock(
        "matrix",
        chart,
        frame.sort("as_of", descending=True),
        columns,
        note=words.reading_of_cells(bands, is_shared=True),
        hint=words.hint_of_cells(),
        shows=ITSELF,
        keys=OF_CELLS,
    )


def _band_links(cells: pl.DataFrame, names: Bands, chosen: Filters) -> dict[int, str]:
    """Return band -> the link that picks it, of the bands that there are."""
    there = set(cells["band"].drop_nulls().to_list())
    return {b: chosen.toggle(registry.ATTAINMENT, band=each.letter) for b, each in names.items() if b in there}


def _worse_than_a_year_ago(frame: pl.DataFrame) -> int:
    now = frame.filter(pl.col("as_of") == pl.col("as_of").max()).select("indicator_id", "as_of", "band")
    before = frame.select("indicator_id", pl.col("as_of").dt.offset_by("1y"), earlier="band")
    return now.join(before, on=["indicator_id", "as_of"]).filter(pl.col("band") > pl.col("earlier")).height


def ranking(units: pl.DataFrame, cells: pl.DataFrame, names: Bands, chosen: Filters) -> ChartBlock:
    """Return the units compared, best first; those without an attainment stand last and say so.

    `cells` are their single attainments: where bands are chosen, only units that have one of them are shown.
    """
    shown = units.join(words.of_bands(cells, chosen, names), on="unit_id", how="semi") if chosen.band else units
    frame = with_text(
        shown.with_columns(colour=pl.coalesce(pl.col("band").cast(pl.String), pl.lit("missing"))),
        link=lambda r: pick(chosen, r),
        label=lambda r: f"▸ {r['short_name']}" if r["is_chosen"] else r["short_name"],
        complete=lambda r: f"{text.number(r['reported_indicators'])}/{text.number(r['indicators'])}",
        met=lambda r: f"{text.number(r['met_indicators'])}/{text.number(r['rated_indicators'])}",
        still=measure_words.open_range,
        words=lambda r: words.percent(r["attainment_pct"], names) + ("*" if r["is_provisional"] else "")
        if r["attainment_pct"] is not None else None,
        band_name=lambda r: names[r["band"]][1] if r["band"] in names else None,
        interval=league.interval,
    )  # fmt: skip
    title = league.title(units, lambda pct: words.percent(pct, names)) or _("Capaian unit")
    if chosen.band:
        title = _(
            "{n} dari {all} unit mempunyai capaian berkategori {bands}",
            n=text.number(shown.height),
            all=text.number(units.height),
            bands=words.either(words.picked(chosen, names), names),
        )
    chart = charts.bars(
        frame, "label", "attainment_pct", title=title,
        unit=_("100 % = target; rata-rata tertimbang, {period}", period=until(units))
        if chosen.indicator is None else _("100 % = target; {period}", period=until(units)),
        alt=_("Peringkat {n} unit menurut capaian.", n=text.number(units.height)),
        colour="colour", lower="lower_pct", upper="upper_pct", text="words", link="link",
    )  # fmt: skip
    columns = (
        Column("rank", _("Peringkat"), "int", role="derived"),
        Column("unit_name", _("Unit"), link="link", role="name"),
        Column("attainment_pct", _("Capaian"), "pct", words.pct_places(frame["attainment_pct"], names)),
        Column("interval", _("Kisaran 95 %")),
        Column("band_name", _("Kategori")),
        Column("change_points", _("Perubahan (poin)"), "decimal", 1, role="derived"),
        Column("met", _("Mencapai target")),
        Column("capped_100_pct", _("Paling tinggi 100"), "pct", 1),
        Column("complete", _("Indikator melapor")),
        Column("still", _("Kisaran")),
        Column("low_indicators", words.low(names), "int"),
    )
    note = _("*: data sementara, ada yang belum melapor. Perubahan: dibanding tahun lalu, indikator yang sama.")
    note, about = f"{league.note(units)} {note}", keys("unit_id", as_of="as_of", reported_indicators="reports")
    return ChartBlock("units", chart, frame, columns, note=note, shows=ATTAINMENT, keys=about)


def furthest(indicators: pl.DataFrame, names: Bands, chosen: Filters) -> ChartBlock:
    """Return the indicators furthest from their target, with all of them in the table behind."""
    many = indicators["unit_id"].n_unique() > 1
    states = words.rate_states()
    frame = with_text(
        _described(words.of_bands(indicators, chosen, names), names, chosen).with_columns(
            colour=pl.coalesce(pl.col("band").cast(pl.String), pl.lit("missing"))
        ),
        words=lambda r: words.percent(r["attainment_pct"], names) + (f" {r['unit_short_name']}" if many else ""),
        year_target=lambda r: words.target(r, "target_year"),
        needed=lambda r: words.rate(r, "required_rate"),
        state=lambda r: states.get(r["rate_state"]),
    )
    rated = frame.filter(pl.col("attainment_pct").is_not_null())
    shown = rated.head(WORST)
    labels = words.shorter(shown["indicator_name"].to_list())
    shown = with_text(shown, label=lambda r: labels[r["indicator_name"]])
    below = rated.filter(pl.col("attainment_pct") < 100)
    title = (
        _("{n} dari {all} indikator belum memenuhi target", n=text.number(below.height), all=text.number(rated.height))
        if rated.height
        else _("Belum ada capaian yang dapat dihitung")
    )
    chart = charts.bars(
        shown, "label", "attainment_pct", title=title,
        unit=_("100 % = target; {n} indikator terendah", n=text.number(shown.height)),
        alt=_("Indikator dengan capaian terendah: {names}.", names="; ".join(rated["indicator_name"].head(3))),
        colour="colour", text="words", link="link",
    )  # fmt: skip
    columns = (
        Column("indicator_name", _("Indikator"), link="link", role="name"),
        usual_columns.attainment(words.pct_places(frame["attainment_pct"], names)),
        Column("band_name", _("Kategori")),
        Column("realised", _("Realisasi")),
        Column("target", _("Target s.d. periode")),
        Column("year_target", _("Target tahun")),
        Column("unit_short_name", _("Unit"), role="name"),
        Column("change_points", _("Perubahan (poin)"), "decimal", 1, role="derived"),
        Column("when", _("Periode"), role="period"),
        Column("reason_name", _("Keterangan")),
    )
    return ChartBlock("indicators", chart, frame, columns, shows=ATTAINMENT, keys=OF_CELLS)
