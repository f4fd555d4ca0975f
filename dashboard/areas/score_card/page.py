"""Kartu skor: the statutory and strategic indicators on one sheet, what missing them weighs most first."""

import polars as pl

from dashboard import db, registry
from dashboard.access import Viewer
from dashboard.areas.attainment import outlook
from dashboard.areas.attainment import words as attainment_words
from dashboard.areas.attainment.words import Bands
from dashboard.areas.overview import matters, verdict
from dashboard.decisions import marks
from dashboard.filters import Filters
from dashboard.parts import page_frame, signals
from dashboard.parts.row_words import Row, with_text
from dashboard.snapshot import Column, Snapshot, TableBlock, keys
from dashboard.tracing import links as trace_links
from dashboard.words import text
from dashboard.words.text import _, n_

STRATEGIC = ("statutory", "strategic")
COURSE = 12  # periods of a sparkline, at most
BLOCK = "kartu"


def compose(chosen: Filters, viewer: Viewer) -> Snapshot:
    """Return the page: one table, sorted by consequence."""
    given = chosen.parameters()
    card = db.fetch("overview/score_card", viewer, **given)
    strategic = card.filter(pl.col("tier").is_in(STRATEGIC))
    rows = strategic if strategic.height else card
    bands = attainment_words.band_names(db.fetch("attainment/bands", viewer, **given))
    pending = matters.in_all(db.fetch("overview/attention", viewer, **given))
    targets = db.fetch("overview/verdict", viewer, **given).row(0, named=True)
    return Snapshot(
        page=registry.SCORE_CARD,
        title=_("Kartu skor"),
        headlines=verdict.headlines(targets, pending, (), chosen, link=f"#{BLOCK}") if card.height else (),
        blocks=(table(rows, card.height - rows.height, bands, chosen, viewer),),
        definitions=definitions(viewer),
        **page_frame.frame(chosen, viewer),
    )


def table(rows: pl.DataFrame, others: int, bands: Bands, chosen: Filters, viewer: Viewer) -> TableBlock:
    """Return the sheet: name, owner, now, target, band, course, variation, assurance, chance, cause, open decision."""

    def trace(row: Row) -> str:
        whose = "agency" if row["unit_kind"] == "agency" else "unit"
        return trace_links.link(
            chosen, "attainment", registry.SCORE_CARD, **{whose: row["unit_id"]}, indicator=row["indicator_id"]
        )

    frame = with_text(
        rows,
        now=attainment_words.realised,
        year_target=_target,
        judged=lambda row: _judged(row, bands),
        shape=_course,
        variation=_variation,
        assured=_assurance,
        chance_text=_chance,
        cause=lambda row: row["obstacle"],
        decided=lambda row: marks.still_open(trace(row), viewer),
        decide=lambda row: marks.form(trace(row), viewer),
        link=lambda row: chosen.link(
            registry.ATTAINMENT,
            **{"agency" if row["unit_kind"] == "agency" else "unit": row["unit_id"]},
            indicator=row["indicator_id"],
        ),
    ).drop("course")
    title = _("Indikator wajib dan strategis")
    if rows.height:
        title = _("{title}, sampai {month}", title=title, month=text.month(rows["as_of"][0]))
    left_out = n_(
        "{n} indikator lain ada pada halaman Capaian.", "{n} indikator lain ada pada halaman Capaian.", others
    )
    return TableBlock(
        id=BLOCK,
        title=title,
        table=frame,
        columns=(
            Column("indicator_name", _("Indikator"), link="link", role="name"),
            Column("judged", _("Capaian"), fill="band"),
            Column("chance_text", _("Peluang tercapai"), role="derived"),
            Column("now", _("Kini")),
            Column("year_target", _("Target tahun")),
            Column("unit_short_name", _("Instansi"), role="name"),
            Column("shape", _("Jalannya"), "spark", role="derived"),
            Column("variation", _("Gerak"), role="derived"),
            Column("assured", _("Mencapai target"), role="derived"),
            Column("cause", _("Penyebab menurut instansi")),
            Column("decided", _("Keputusan"), link="decide", asks=_("Catat")),
        ),
        note=left_out if others else None,
        empty=_(
            "Belum ada indikator dengan realisasi pada pilihan ini: muat daftar indikator, target, dan realisasinya."
        ),
        keys=keys("unit_id", "indicator_id", period="period", period_months="months"),
    )


def _target(row: Row) -> str | None:
    return attainment_words.target(row, "target_year") or attainment_words.target(row)


def _judged(row: Row, bands: Bands) -> str | None:
    """Return 'R · 59,0 %', or why there is none."""
    if row["attainment_pct"] is None:
        return attainment_words.judged(row, bands)
    band = bands.get(row["band"])
    pct = attainment_words.percent(row["attainment_pct"], bands)
    return f"{band.letter} · {pct}" if band else pct


def _course(row: Row) -> str | None:
    """Return the attainments of the last periods as a column of figures, '-' where one is missing."""
    values = (row["course"] or [])[-COURSE:]
    return " ".join("-" if value is None else f"{value:.1f}" for value in values) or None


def _variation(row: Row) -> str | None:
    """Return one mark for how the newest point stands to the usual level; None where there are no limits yet."""
    moves = {
        "good": f"{signals.MARKS['good']} {_('membaik')}",
        "bad": f"{signals.MARKS['bad']} {_('memburuk')}",
        "ordinary": f"● {_('biasa')}",
    }
    return moves.get(row["signal"])


def _assurance(row: Row) -> str | None:
    """Return one mark for whether its own variation leaves room for the target; None where that is not known."""
    if row["assurance"] == "failing" and (row["attainment_pct"] or 0) >= 100:
        return None  # its usual ups and downs are of a time before this
    words = {"passing": _("✓ biasanya ya"), "failing": _("✗ biasanya tidak"), "uncertain": _("± kadang")}
    return words.get(row["assurance"])


def _chance(row: Row) -> str | None:
    own = {"out_of_reach": _("tidak terkejar"), "missed": _("tidak tercapai"), "met": _("tercapai")}
    return (outlook.chances() | own).get(row["chance"])


def definitions(viewer: Viewer) -> tuple[tuple[str, str], ...]:
    """Return how the sheet is to be read."""
    return (
        (
            _("Urutan"),
            _(
                "Yang kecil kemungkinannya tercapai dahulu, menurut bobot indikator × selisih dari target × kepastian; "
                "wajib dan strategis menurut dasar hukumnya."
            ),
        ),
        (
            _("Gerak dan mencapai target"),
            _(
                "Gerak: titik terbaru di luar yang biasa bagi indikator itu sendiri (▲ membaik, ▼ memburuk) atau tidak (●). "
                "Mencapai target: menurut naik turunnya yang biasa, indikator itu mencapai targetnya (✓), kadang (±), atau tidak (✗)."
            ),
        ),
        *signals.definitions(viewer),
    )
