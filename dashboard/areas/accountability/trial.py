"""Other weights tried out on a job group: who would move, beside the official ranking, which stays as it is."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboard import charts, db, filters, registry
from dashboard.access import Viewer
from dashboard.areas.accountability.blocks import EVALUATIONS
from dashboard.areas.accountability.ranking import rank_range
from dashboard.areas.accountability.words import flags
from dashboard.charts import Chart
from dashboard.filters import Filters
from dashboard.parts.row_words import with_text
from dashboard.snapshot import Block, ChartBlock, Column, Headline, TextBlock, keys
from dashboard.words import text
from dashboard.words.text import _, n_
from queries import rank_estimate, rank_simulation

MOST_DRAWN = 20


def compose(
    chosen: Filters, viewer: Viewer, official: pl.DataFrame, ranking: pl.DataFrame, group: Mapping[str, Any]
) -> tuple[tuple[Headline, ...], tuple[Block, ...]]:
    """Return the headline that marks the trial, with the way back, and the block that says who moves.

    `official` are the weights in force, `ranking` the official one of the group. Weights that can't be read, that name an
    unknown component, or of which none counts are said to be so, and nothing is tried.
    """
    back = chosen.link(registry.ACCOUNTABILITY, job_group=chosen.job_group)
    weights = filters.weights_of(chosen.weights)
    if weights is None or not set(weights) <= set(official["component"]):
        words = _("Bobot percobaan tidak dapat dibaca, jadi tidak dicoba. Kembali ke bobot resmi.")
        return (Headline(words, back, "bad"),), ()
    given = chosen.parameters() | {"weights": filters.weights_text(weights)}
    found = moves(estimated(db.fetch("accountability/trial", viewer, **given)), ranking, group)
    names = {c: text.named(n, e) for c, n, e in official.select("component", "name", "name_en").iter_rows()}
    listing = ", ".join(f"{name} {text.number(weights.get(c, 0))}" for c, name in names.items())
    marked = Headline(
        _("Percobaan, bukan peringkat resmi: {weights}. Kembali ke bobot resmi.", weights=listing), back, "bad"
    )
    return (marked,), (block(found, listing),)


def estimated(spoken: pl.DataFrame) -> pl.DataFrame:
    """Return what is known of each person with the tried weights, in the order of their ids; employee_id is null out of sight."""
    if spoken.is_empty():
        return rank_estimate.estimate(spoken).with_columns(pl.col("employee_id").cast(pl.String))
    people = spoken.select("person", known_id="employee_id").unique()
    found = rank_estimate.estimate(
        spoken.drop("employee_id").rename({"person": "employee_id"}),
        at=spoken["window_end"][0],
        autocorrelation=spoken["autocorrelation"][0],
    )
    joined = found.join(people, left_on="employee_id", right_on="person", how="left", maintain_order="left")
    return joined.drop("employee_id").rename({"known_id": "employee_id"})


def moves(estimates: pl.DataFrame, ranking: pl.DataFrame, group: Mapping[str, Any]) -> pl.DataFrame:
    """Return the people in sight with official and tried rank, the furthest move first.

    A move is one beyond what both intervals share: neither median lies within the other's interval. `estimates` are all
    people of the group in the order of their ids, as the official draws are: the same luck, so that only weights differ.
    """
    kept = estimates.filter(pl.col("is_ranked"))
    drawn = rank_simulation.placed(
        *(kept[name].to_numpy() for name in ("place_signal", "place_error", "best_signal", "is_bounded")),
        rank_simulation.seed(group["job_group"], group["window_end"]),
    )
    tried = kept.select("employee_id", tried_signal="signal_shrunken").with_columns(
        pl.Series("tried_median", drawn.median),
        pl.Series("tried_lower", drawn.lower),
        pl.Series("tried_upper", drawn.upper),
    )
    one, other = pl.col("rank_median"), pl.col("tried_median")
    joined = ranking.join(tried.filter(pl.col("employee_id").is_not_null()), on="employee_id", how="inner")
    return joined.with_columns(
        places=one.cast(pl.Int64) - other,
        is_move=(
            ~one.is_between("tried_lower", "tried_upper") & ~other.is_between("rank_lower", "rank_upper")
        ).fill_null(value=False),
    ).sort("is_move", pl.col("places").abs(), descending=True, nulls_last=True, maintain_order=True)


def block(found: pl.DataFrame, weights: str) -> ChartBlock | TextBlock:
    """Return who would move with the tried weights; without ranks on one of the two sides it says so."""
    if found.is_empty():
        words = _("Dengan bobot ini tidak ada perbedaan yang dapat dibedakan, jadi tidak ada peringkat percobaan.")
        return TextBlock("trial", _("Percobaan bobot"), f"{words}\n\n{official_stays()}")
    moved = found.filter(pl.col("is_move")).height
    if found["rank_median"].null_count() == found.height:
        title = _("Percobaan: bobot resmi tidak memberi peringkat, jadi tidak ada yang disebut berpindah")
    elif moved:
        title = n_(
            "Percobaan: {n} dari {all} orang berpindah melampaui kisarannya",
            "Percobaan: {n} dari {all} orang berpindah melampaui kisarannya",
            moved,
            all=text.number(found.height),
        )
    else:
        title = _("Percobaan: tidak ada yang berpindah melampaui kisarannya")
    table = with_text(
        found,
        official_range=rank_range,
        tried_range=lambda row: rank_range(row, "tried_lower", "tried_upper"),
        verdict=lambda row: _("berpindah") if row["is_move"] else _("dalam kisaran"),
        flag_words=lambda row: "; ".join(flags(row)) or None,
    )
    columns = (
        Column("label", _("Pegawai"), role="name"),
        Column("unit_short_name", _("Unit"), role="name"),
        Column("rank_median", _("Peringkat resmi"), "int", role="derived"),
        Column("official_range", _("Kisaran peringkat resmi")),
        Column("tried_median", _("Peringkat percobaan"), "int"),
        Column("tried_range", _("Kisaran percobaan")),
        Column("verdict", _("Perpindahan")),
        Column("tried_signal", _("Sinyal percobaan"), "decimal", 1),
        Column("flag_words", _("Catatan")),
    )
    note = _(
        "Berpindah: peringkat tengah yang satu di luar kisaran 95 % yang lain. Selain itu perubahannya tidak dapat "
        "dibedakan dari kebetulan."
    )
    left_out = _("{n} orang lain tidak digambar; semuanya ada di tabel.", n=text.number(found.height - MOST_DRAWN))
    return ChartBlock(
        "trial",
        chart(table.head(MOST_DRAWN), title, weights),
        table,
        columns,
        f"{note} {official_stays()}",
        left_out if found.height > MOST_DRAWN else None,
        shows=EVALUATIONS,
        keys=keys("employee_id", "unit_id"),
    )


def chart(shown: pl.DataFrame, title: str, weights: str) -> Chart:
    """Return each person's tried rank with its interval, the official one as a hollow point."""
    data = with_text(
        shown.with_columns(colour=pl.when("is_move").then(pl.lit("attention")).otherwise(pl.lit("plain"))),
        words=lambda row: f"{text.number(row['rank_median'])} → {text.number(row['tried_median'])}",
    )
    return charts.dots(
        data,
        "label",
        "tried_median",
        lower="tried_lower",
        upper="tried_upper",
        previous="rank_median",
        previous_name=_("resmi"),
        colour="colour",
        text="words",
        title=title,
        unit=_("peringkat percobaan dengan kisaran 95 %, makin kiri makin tinggi; titik kosong: peringkat resmi"),
        alt=_("Peringkat tiap orang dengan bobot percobaan {weights}. {finding}", weights=weights, finding=title),
        digits=0,
    )


def official_stays() -> str:
    """Return the sentence that stands under every trial."""
    return _("Ini percobaan; peringkat resmi di bawah dan predikat resmi tidak berubah.")
