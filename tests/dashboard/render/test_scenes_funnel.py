"""Funnels as scenes: limits, points by what they mean, the names of those outside."""

from typing import Any

import polars as pl

from dashboard import charts
from dashboard.charts import Chart
from dashboard.render.scenes.kinds import scene
from dashboard.render.scenes.scene import Line
from tests.dashboard.render.test_scenes import WORDS, heights, notes, units

UNITS = pl.DataFrame(
    {
        "n": ["Alai Ilir", "Suo-Suo <b>", "Muara Tebo", "Kecil", "Diam", None, None],
        "s": [400.0, 250.0, 900.0, 5.0, 100.0, 5.0, 900.0],
        "v": [84.0, 60.0, 96.0, 40.0, None, None, None],
        "o": [85.0] * 7,
        "l": [None] * 5 + [50.0, 82.0],
        "u": [None] * 5 + [100.0, 88.0],
        "ll": [None] * 5 + [30.0, 80.0],
        "uu": [None] * 5 + [100.0, 90.0],
        "c": ["ordinary", "bad", "good", "none", "none", "none", "none"],
        "h": [False, False, False, True, False, False, False],
        "k": ["a?u=1", "a?u=2", None, None, None, None, None],
    }
)


def _funnel(frame: pl.DataFrame = UNITS) -> Chart:
    roles: dict[str, Any] = {"overall": "o", "limits": ("l", "u"), "far_limits": ("ll", "uu"), "colour": "c"}
    words = WORDS | {"unit": "%"}
    return charts.funnel(frame, "n", "s", "v", **roles, hollow="h", link="k", size_name="laporan", **words)


def test_a_funnel_has_limits_and_points_by_what_they_mean() -> None:
    decided = scene(_funnel())
    found = {line.part: (heights(line), line.dash) for line in decided.of(Line)}
    assert found["overall"] == ([85, 85], "solid")
    assert (found["lower"], found["upper"]) == (([50, 82], "dot"), ([100, 88], "dot"))
    assert (found["far_lower"], found["far_upper"]) == (([30, 80], "dash"), ([100, 90], "dash"))
    dots = units(decided).dots
    assert [dot.x for dot in dots] == [400, 250, 900, 5], "a unit that did not report has no point"
    assert [(dot.y, dot.shape, dot.shade, dot.is_hollow) for dot in dots] == [
        (84, "circle", "ordinary", False),
        (60, "down", "bad", False),
        (96, "up", "good", False),
        (40, "circle", "ordinary", True),
    ]
    assert dots[0].tip == "Alai Ilir: 84,0 %"
    assert decided.legend[-1].words == "belum melapor: 1"


def test_a_funnel_names_those_outside_and_nobody_else() -> None:
    decided = scene(_funnel())
    assert [(n.words, n.figure, n.url) for n in notes(decided, "beside")] == [
        ("Suo-Suo <b>", "60,0 %", "a?u=2"),
        ("Muara Tebo", "96,0 %", None),
    ]
    # the lines by name, once each: 99.8 % and 95 % on both sides of the overall figure
    assert [n.words for n in notes(decided, "end")] == ["rerata 85,0 %", "99,8 %", "95 %", "95 %", "99,8 %"]


def test_the_chosen_unit_is_named_without_being_called_out() -> None:
    decided = scene(_funnel(UNITS.with_columns(pl.col("c").replace("ordinary", "picked"))))
    assert (units(decided).dots[0].shape, units(decided).dots[0].shade) == ("diamond", "accent")
    assert "Alai Ilir" in [note.words for note in notes(decided, "beside")]


def test_sizes_far_apart_stand_on_a_logarithmic_axis() -> None:
    assert scene(_funnel()).x.kind == "logarithm"  # 5 to 900 is 180 times
    near = UNITS.with_columns(pl.col("s").replace(5.0, 200.0).replace(100.0, 200.0))
    assert scene(_funnel(near)).x.kind == "value"


def test_a_funnel_without_limits_still_shows_itsunits() -> None:
    bare = scene(_funnel(UNITS.with_columns(pl.lit(None, pl.Float64).alias(name) for name in ("l", "u", "ll", "uu"))))
    assert [(line.part, heights(line)) for line in bare.of(Line)] == [("overall", [85, 85])]
    assert len(units(bare).dots) == 4
    nobody = scene(_funnel(UNITS.clear()))
    assert (units(nobody).dots, nobody.of(Line)) == ((), [])
