"""How many units a chart draws: of hundreds those that stand out first, in their order; the table behind has them all."""

from dataclasses import replace

import polars as pl

from dashboard.charts import Chart
from dashboard.snapshot import Block, ChartBlock, Snapshot
from dashboard.words import text
from dashboard.words.text import _

MOST_LINES = 50  # rows of a matrix or a league
BARS = 24  # of a league of more: its first and its last, no higher than what stands beside it
MOST_POINTS = 300  # of a funnel; those outside its limits are always among them
# What stands out the more, the more it weighs: roles of states, and colours of lines and points.
_WEIGHTS = {"bad": 100, "picked": 1000, "good": 50, "attention": 20, "missing": 10, "5": 3, "4": 2}


def drawn(page: Snapshot) -> Snapshot:
    """Return the page with charts that somebody can read; what is left out is said beneath."""

    def block(one: Block) -> Block:
        if not isinstance(one, ChartBlock):
            return one
        chart = _fewer(one.chart)
        return one if chart is one.chart else replace(one, chart=chart, note=_said(one, chart))

    return page.each(lambda tile: tile, block)


def _said(block: ChartBlock, chart: Chart) -> str:
    by = chart.roles["row" if "row" in chart.roles else "label"]
    shown, count = (text.number(each.data[by].drop_nulls().n_unique()) for each in (chart, block.chart))
    words = _(
        "{shown} dari {count} digambar, yang menonjol lebih dulu; semuanya ada di tabel. Pilih satu unit untuk melihatnya.",
        shown=shown, count=count,
    )  # fmt: skip
    return f"{block.note} {words}" if block.note else words


def _fewer(chart: Chart) -> Chart:
    """Return the chart with at most so many lines or points; itself where it has no more."""
    match chart.kind:
        case "matrix" | "heat":
            by, most, few = chart.roles["row"], MOST_LINES, MOST_LINES
        case "bars" | "dots" | "bullet":
            by, most, few = chart.roles["label"], MOST_LINES, BARS
        case "funnel":
            by, most, few = chart.roles["label"], MOST_POINTS, MOST_POINTS
        case _:
            return chart
    named = chart.data.filter(pl.col(by).is_not_null())
    if named[by].n_unique() <= most:
        return chart
    lines = (
        named.with_columns(_weight(chart).alias("_weight"))
        .group_by(by, maintain_order=True)
        .agg(pl.col("_weight").sum())
    )
    place, last = pl.int_range(pl.len()), lines.height - 1
    # A league is read from both ends, a matrix from its first row, a cloud of points anywhere in it.
    near = {"funnel": (place * 7919) % lines.height, "matrix": place, "heat": place}.get(
        chart.kind, pl.min_horizontal(place, last - place)
    )
    placed = lines.with_columns(near.alias("_near"))
    if few == BARS:  # by turns: the good ones are not to take the places of the bad, nor both those of the ends
        turn = pl.col("_near").rank("ordinal").over("_weight")
        placed = placed.with_columns(turn.alias("_near"), (pl.col("_weight") // _WEIGHTS["picked"]).alias("_weight"))
    chosen = placed.sort("_weight", "_near", descending=[True, False], maintain_order=True).head(few)[by]
    return replace(chart, data=chart.data.filter(pl.col(by).is_null() | pl.col(by).is_in(chosen.to_list())))


def _weight(chart: Chart) -> pl.Expr:
    """Return how much a row of the chart's data stands out."""
    name = next((chart.roles[role] for role in ("state", "side", "colour", "band") if role in chart.roles), None)
    if name is None:
        return pl.lit(0)
    role = pl.col(name).cast(pl.String)
    if chart.kind == "heat":
        role = role.replace_strict(
            {state: kind for state, (_words, kind) in chart.options["states"].items()}, default=None
        )
    weights = _WEIGHTS if chart.kind != "funnel" else {"bad": 1, "good": 1, "picked": 2}
    return role.replace_strict(weights, default=0, return_dtype=pl.Int64)
