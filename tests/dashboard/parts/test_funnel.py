"""The fair comparison of units in words: its title is the finding, in every case that can occur."""

from typing import Any

import polars as pl

from dashboard.parts import funnel
from dashboard.snapshot import ChartBlock, Shown
from dashboard.words import text


def _frame(standings: list[str | None], values: list[float | None] | None = None, limits: bool = True) -> pl.DataFrame:
    count = len(standings)
    units = pl.DataFrame(
        {
            "part": ["unit"] * count,
            "unit_id": [f"u{i}" for i in range(count)],
            "short_name": [f"Unit {i}" for i in range(count)],
            "x": [8.0] * count,
            "n": [10.0] * count,
            "value": pl.Series(values or [80.0] * count, dtype=pl.Float64),
            "lower": [49.0] * count,
            "upper": [94.0] * count,
            "overall": [80.0] * count,
            "standing": pl.Series(standings, dtype=pl.String),
            "signal": [{"far_above": "good", "far_below": "bad", None: "none"}.get(s, "ordinary") for s in standings],
            "is_small": [False] * count,
            "tau2": [0.0] * count,
            "units": [count] * count,
            "min_units": [8.0] * count,
            "min_size": [10.0] * count,
        }
    )
    lines = {
        name: pl.lit(50.0 if limits else None, pl.Float64)
        for name in ("lower_95", "upper_95", "lower_998", "upper_998")
    }
    units = units.with_columns(**lines)
    return pl.concat([units, units.head(1).with_columns(part=pl.lit("limit"), value=pl.lit(None, pl.Float64))])


def _block(frame: pl.DataFrame, picked: str | None = None) -> ChartBlock:
    words: dict[str, Any] = {
        "shows": Shown("reporting"),
        "subject": "Ketepatan",
        "unit": "%",
        "value_name": "Nilai",
        "size_name": "laporan",
        "count_name": "tepat",
    }
    return funnel.funnel_block(frame, "b", **words, picked=picked)


def test_the_title_counts_and_names_those_outside() -> None:
    inside: list[str | None] = ["within", "above", "below", "within"]
    assert _block(_frame(inside)).chart.title == "Ketepatan: tidak ada unit di luar rentang wajar"
    one = _block(_frame([*inside, "far_below"])).chart.title
    assert one == "Ketepatan: 1 dari 5 unit di luar rentang wajar (Unit 4)"
    three = _block(_frame([*inside, "far_below", "far_above", "far_above"])).chart.title
    assert three == "Ketepatan: 3 dari 7 unit di luar rentang wajar (Unit 4, Unit 5…)"
    with text.speaking("en"):
        assert _block(_frame([*inside, "far_below"])).chart.title == (
            "Ketepatan: 1 of 5 units outside the ordinary range (Unit 4)"
        )


def test_the_chosen_unit_speaks_first() -> None:
    block = _block(_frame(["within", "far_below"]), picked="u0")
    assert block.chart.title == "Ketepatan: Unit 0 dalam rentang wajar"
    assert block.chart.data.filter(pl.col("short_name") == "Unit 0")["side"].to_list() == ["picked"]
    assert _block(_frame(["within", "far_below"]), picked="u1").chart.title == "Ketepatan: Unit 1 jelas di bawah"


def test_too_little_data_makes_no_limits_and_says_why() -> None:
    few = _block(_frame([None, None], limits=False))
    assert few.chart.title == "Ketepatan: terlalu sedikit unit untuk batas kewajaran"
    assert "baru dihitung dari 8 unit" in (few.note or "")
    nothing = _block(_frame([None, None], [None, None], limits=False))
    assert nothing.chart.title == "Ketepatan: belum ada data untuk dibandingkan"
    assert nothing.chart.data.is_empty()
    assert _block(_frame(["within"]).clear()).chart.data.is_empty()


def test_the_table_holds_intervals_and_no_order_within_the_ordinary_range() -> None:
    block = _block(_frame(["within", "far_below", "within"], [90.0, 10.0, 95.0]))
    # the unit outside first, then by name: 90 before 95, whose order means nothing
    assert block.table["short_name"].to_list() == ["Unit 1", "Unit 0", "Unit 2"]
    assert block.table["interval"][0] == "antara 49,0 dan 94,0"
    assert "urutan nilai tidak berarti" in (block.note or "")
    # 3 units * 5 % = 0.15, said as one at most
    assert "dari 3 unit, sekitar 1 di luar 95 %" in (block.note or "")
