"""Ringkasan: the verdict, what needs a decision, four figures, the district's map beside its ranked units."""

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from dashboard import charts, db, registry
from dashboard.access import Viewer
from dashboard.areas.overview import matters, verdict, words
from dashboard.areas.overview import tiles as overview_tiles
from dashboard.decisions import page as decisions_page
from dashboard.filters import Filters
from dashboard.parts import league, measure_definitions, page_frame, signals
from dashboard.parts.row_words import Row
from dashboard.snapshot import ChartBlock, Column, Snapshot, Tile, keys
from dashboard.tracing.changes import changes_block
from dashboard.words import text
from dashboard.words.text import _, n_


def compose(chosen: Filters, viewer: Viewer) -> Snapshot:
    """Return the page: its figures are those of the pages behind it, from the same queries."""
    parameters = chosen.parameters()
    areas = db.fetch("overview/areas", viewer, **parameters | {"area": None})
    units = db.fetch("overview/ranked_units", viewer, **parameters)
    bands = db.fetch("attainment/bands", viewer, **parameters)
    outlines = db.areas()
    mapped = outlines is not None and areas["attainment_pct"].count() > 0
    place = (map_block(areas, bands, outlines, chosen),) if mapped else ()
    ranking = (ranking_block(units, bands, chosen),) if units.height else ()
    newest = signals.latest(chosen, viewer, "overview")
    pending = db.fetch("overview/attention", viewer, **parameters)
    found = matters.of(pending, newest, chosen)
    targets = db.fetch("overview/verdict", viewer, **parameters).row(0, named=True)
    shown = tiles(newest, targets, chosen, viewer)
    steps = signals.steps_block(newest, chosen)
    return Snapshot(
        page=registry.OVERVIEW,
        title=_("Ringkasan"),
        headlines=verdict.headlines(targets, matters.in_all(pending), found, chosen),
        tiles=shown,
        blocks=(
            matters.block(found, chosen, viewer),
            *((decisions_page.block(chosen, viewer),) if viewer.opens(registry.DECISIONS) else ()),
            *((place + ranking,) if place or ranking else ()),
            changes_block(chosen, viewer),
            replace(signals.table_block(chosen, viewer, "overview"), is_folded=True),
            *((steps,) if steps else ()),
        ),
        definitions=definitions(bands, viewer),
        **page_frame.frame(chosen, viewer),
    )


def tiles(newest: pl.DataFrame, targets: Row, chosen: Filters, viewer: Viewer) -> tuple[Tile, ...]:
    """Return the four figures, coloured by the newest point of their series; each sparkline shows the two years up to the end."""
    parameters = chosen.parameters()
    long = replace(chosen, period_from=date(chosen.period_to.year - 2, chosen.period_to.month, 1)).parameters()

    def both(query: str) -> tuple[pl.DataFrame, pl.DataFrame]:
        return db.fetch(query, viewer, **parameters), db.fetch(query, viewer, **long)

    summary, trend = db.fetch("attainment/summary", viewer, **parameters), db.fetch("attainment/trend", viewer, **long)
    visits, months = db.fetch("visits/summary", viewer, **parameters), db.fetch("visits/trend", viewer, **long)
    survey, quarters = both("satisfaction/trend")
    reports, history = both("overview/reporting")
    grades = db.fetch("satisfaction/grades", viewer, **parameters)
    whose = chosen.unit or chosen.agency
    has = db.fetch("quality/setup", viewer).row(0, named=True)
    shown = (
        overview_tiles.attainment(summary, targets, trend, chosen),
        overview_tiles.signalled(overview_tiles.visits(visits, months, chosen), signals.of(newest, "visits", whose)),
        overview_tiles.signalled(
            overview_tiles.satisfaction(survey, quarters, grades, chosen), signals.of(newest, "satisfaction", whose)
        ),
        overview_tiles.reporting(reports, history, chosen),
    )
    needs = ("targets", "visit_months", "survey_periods")
    return (*(overview_tiles.set_up(tile, has[need]) for tile, need in zip(shown, needs, strict=False)), shown[-1])


def map_block(areas: pl.DataFrame, bands: pl.DataFrame, outlines: dict[str, Any], chosen: Filters) -> ChartBlock:
    """Return the kecamatan by the attainment of their service units."""
    within = replace(chosen, unit=None)  # a unit elsewhere would leave nothing to see
    links = [
        within.toggle(registry.OVERVIEW, area=row["kecamatan_code"]) if row["units"] else None
        for row in areas.iter_rows(named=True)
    ]
    table = areas.with_columns(
        pl.Series("words", [text.number(v, 1) if v is not None else None for v in areas["attainment_pct"]], pl.String),
        pl.Series("interval", [league.interval(row) for row in areas.iter_rows(named=True)], pl.String),
        pl.Series("link", links, pl.String),
    )
    title = map_title(areas)
    rated, due = (int(areas[column].fill_null(0).sum()) for column in ("rated_indicators", "indicators"))
    chart = charts.area_map(
        table,
        "kecamatan_code",
        "attainment_pct",
        text="words",
        band="band",
        title=title,
        unit=_("% capaian unit pelayanan tiap kecamatan, rata-rata tertimbang"),
        alt=_("Peta {n} kecamatan, diwarnai menurut kategori capaian. {title}.", n=areas.height, title=title),
        geometry=outlines,
        link="link",
        band_names=band_names(bands),
        picked=chosen.area,
    )
    columns = (
        Column("name", _("Kecamatan"), link="link", role="name"),
        Column("attainment_pct", _("Capaian"), "pct"),
        Column("interval", _("Kisaran 95 %")),
        Column("units", _("Unit pelayanan"), "int"),
        Column("rated_indicators", _("Indikator dinilai"), "int", role="reports"),
        Column("indicators", _("Indikator"), "int"),
    )
    return ChartBlock("peta", chart, table, columns, completeness=words.rated(rated, due), keys=keys("kecamatan_code"))


def map_title(areas: pl.DataFrame) -> str:
    """Return which kecamatan has the lowest attainment, and how many others can't be told from it; the lowest stands last."""
    *others, low = areas.drop_nulls("attainment_pct").rows(named=True)
    alike = sum(league.is_alike(low, row) for row in others)
    value = text.pct(low["attainment_pct"])
    if not alike:
        return _("Capaian terendah di Kecamatan {name}: {value}", name=low["name"], value=value)
    return n_(
        "Capaian terendah di Kecamatan {name} ({value}) dan {n} kecamatan lain yang tidak dapat dibedakan",
        "Capaian terendah di Kecamatan {name} ({value}) dan {n} kecamatan lain yang tidak dapat dibedakan",
        alike,
        name=low["name"],
        value=value,
    )


def ranking_block(units: pl.DataFrame, bands: pl.DataFrame, chosen: Filters) -> ChartBlock:
    """Return the service units, best first, by band."""
    links = [chosen.toggle(registry.OVERVIEW, unit=unit) for unit in units["unit_id"]]
    marked = [
        ("▸ " if row["unit_id"] == chosen.unit else "") + row["short_name"] for row in units.iter_rows(named=True)
    ]
    between = [league.interval(row) for row in units.iter_rows(named=True)]
    table = units.with_columns(
        pl.Series("link", links, pl.String),
        pl.Series("label", marked, pl.String),
        pl.Series("interval", between, pl.String),
    )
    title = ranking_title(units, chosen)
    rated, due = (int(units[column].sum()) for column in ("rated_indicators", "indicators"))
    as_of = units["as_of"].max()
    until = _("sampai {month}", month=text.month(as_of)) if isinstance(as_of, date) else ""
    chart = charts.bars(
        table,
        "label",
        "attainment_pct",
        title=title,
        unit=_("% capaian tiap unit pelayanan, rata-rata tertimbang") + (f", {until}" if until else ""),
        alt=_("Batang mendatar capaian {n} unit pelayanan, tertinggi di atas. {title}.", n=units.height, title=title),
        colour="band",
        lower="lower_pct",
        upper="upper_pct",
        link="link",
        band_names=band_names(bands),
        height=28 * max(units.height, 1) + 24 if units.height <= 12 else 20 * units.height + 24,
    )
    columns = (
        Column("unit_name", _("Unit"), link="link", role="name"),
        Column("attainment_pct", _("Capaian"), "pct"),
        Column("interval", _("Kisaran 95 %")),
        Column("change_points", _("Perubahan setahun (poin)"), "decimal", 1, role="derived"),
        Column("rated_indicators", _("Indikator dinilai"), "int", role="reports"),
        Column("indicators", _("Indikator"), "int"),
    )
    about = keys("unit_id", as_of="as_of", reported_indicators="reports")
    complete = words.rated(rated, due)
    return ChartBlock("peringkat", chart, table, columns, note=league.note(units), completeness=complete, keys=about)


def ranking_title(units: pl.DataFrame, chosen: Filters) -> str:
    """Return what the ranking says: the place of the unit chosen, else who is told from the others at either end."""
    known = units.drop_nulls("attainment_pct")
    mine = known.filter(pl.col("unit_id").eq_missing(pl.lit(chosen.unit)))
    if known.is_empty():
        return _("Belum ada unit pelayanan dengan capaian pada pilihan ini")
    if mine.height:
        row = mine.row(0, named=True)
        return league.place(units, row)
    return league.title(units, text.pct) or _("Capaian unit")


def band_names(bands: pl.DataFrame) -> dict[int, str]:
    """Return band -> 'ST · Sangat Tinggi'."""
    return {
        row["band"]: f"{row['letter']} · {text.named(row['name'], row['name_en'])}"
        for row in bands.iter_rows(named=True)
    }


def definitions(bands: pl.DataFrame, viewer: Viewer) -> tuple[tuple[str, str], ...]:
    """Return what the figures mean and where the rules come from."""
    source = ", ".join(bands["legal_basis"].drop_nulls().unique(maintain_order=True))
    return (
        measure_definitions.of("attainment_mean", viewer),
        (_("Kategori capaian"), _("Menurut {source}.", source=source)),
        (
            _("Perubahan kunjungan"),
            _(
                "Dibanding bulan yang sama tahun lalu, hanya bulan yang dilaporkan pada kedua tahun. "
                "Bulan tanpa laporan bukan nol."
            ),
        ),
        measure_definitions.of("reporting", viewer),
        (
            _("Urutan keputusan"),
            _(
                "Bobot × selisih × kepastian: target tahun yang kecil kemungkinannya tercapai (kali bobot indikator, wajib dan "
                "strategis dahulu), mutu C atau D yang bertahan, unit yang jarang tepat waktu, laporan lewat tenggat, perubahan "
                "buruk yang kuat, sampel yang kurang, temuan. Paling banyak dua sejenis dan dua dari satu unit; bobotnya "
                "ditetapkan kabupaten (matters, indicator_tiers). Kepastian: hampir pasti mulai 99 %, kuat mulai 90 %."
            ),
        ),
        league.definition(),
        *signals.definitions(viewer),
    )
