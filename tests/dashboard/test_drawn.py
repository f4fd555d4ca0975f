"""A chart of hundreds of units draws those that stand out, in their order; the table behind has all."""

from collections.abc import Callable

import polars as pl
import pytest

from dashboard import charts
from dashboard.drawn import BARS, MOST_LINES, drawn
from dashboard.snapshot import ChartBlock, Snapshot

HEAT = {"bad": ("terlambat", "bad"), "ordinary": ("tepat waktu", "ordinary")}


def _league(colours: list[str]) -> charts.Chart:
    data = pl.DataFrame(
        {"unit": [f"U{n:03}" for n in range(len(colours))], "value": range(len(colours)), "colour": colours}
    )
    return charts.bars(data, "unit", "value", colour="colour", title="Judul", unit="%", alt="Uraian")


def _matrix(states: list[str]) -> charts.Chart:
    data = pl.DataFrame(
        {"unit": [f"U{n:03}" for n in range(len(states))], "month": "Jan", "state": states, "words": "x"}
    )
    return charts.heat(data, "unit", "month", state="state", text="words", title="Judul", alt="Uraian", states=HEAT)


def _block(chart: charts.Chart) -> ChartBlock:
    page = Snapshot("x", "X", "2026", blocks=(ChartBlock("b", chart, chart.data, (), note="Catatan."),))
    (block,) = drawn(page).blocks
    assert isinstance(block, ChartBlock)
    assert block.table is chart.data
    return block


@pytest.mark.parametrize("draw", [_league, _matrix])
def test_what_a_reader_can_take_in_is_drawn_as_it_is(draw: Callable[[list[str]], charts.Chart]) -> None:
    chart = draw(["ordinary"] * MOST_LINES)
    assert (_block(chart).chart, _block(chart).note) == (chart, "Catatan.")


@pytest.mark.parametrize(
    ("draw", "count", "others"),
    [(_league, BARS, ["U000", "U001", "U398", "U399"]), (_matrix, MOST_LINES, ["U000", "U001"])],
)
def test_of_hundreds_those_that_stand_out_come_first_then_the_ends_of_a_league(
    draw: Callable[[list[str]], charts.Chart], count: int, others: list[str]
) -> None:
    block = _block(draw(["bad" if n in (150, 250) else "ordinary" for n in range(400)]))
    units = block.chart.data["unit"].to_list()
    assert len(units) == count
    assert units == sorted(units)
    assert {"U150", "U250", *others} <= set(units)
    assert f"{count} dari 400" in (block.note or "")


def test_a_league_draws_the_bad_beside_the_good_and_its_ends() -> None:
    colours = ["good"] * 100 + ["bad"] * 100 + ["picked"] + ["missing"] * 199
    drawn_colours = _block(_league(colours)).chart.data["colour"].value_counts()
    counts = dict(drawn_colours.iter_rows())
    assert counts["picked"] == 1
    assert min(counts[each] for each in ("good", "bad", "missing")) == (BARS - 1) // 3
    assert "U399" in _block(_league(colours)).chart.data["unit"].to_list()


def test_a_funnel_draws_its_curves_and_whoever_is_outside_them() -> None:
    count = 1000
    data = pl.DataFrame(
        {
            "unit": [f"U{n}" for n in range(count)] + [None],
            "n": 1.0,
            "value": 1.0,
            "overall": 1.0,
            "low": 0.0,
            "high": 2.0,
        }
    ).with_columns(colour=pl.when(pl.int_range(pl.len()) % 10 == 3).then(pl.lit("bad")).otherwise(pl.lit("ordinary")))
    chart = charts.funnel(
        data, "unit", "n", "value", overall="overall", limits=("low", "high"), far_limits=("low", "high"), colour="colour",
        title="Judul", unit="%", alt="Uraian", size_name="besar",
    )  # fmt: skip
    shown = _block(chart).chart.data
    assert shown["unit"].null_count() == 1
    assert shown.filter(pl.col("colour") == "bad").height == count // 10
    assert shown.height == 301
