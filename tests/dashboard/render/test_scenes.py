"""A chart -> its scene: the numbers that are drawn are those given, what is missing is a gap, never a zero."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from dashboard import charts
from dashboard.charts import Chart
from dashboard.render import html
from dashboard.render.scenes import scales
from dashboard.render.scenes.kinds import scene
from dashboard.render.scenes.scene import Area, Axis, Bars, Cell, Dots, Fan, Line, Mark, Note, Rule, Scene, Stripe

WORDS: Any = {"title": "Temuan", "unit": "pasien", "alt": "Uraian"}
MONTHS = [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)]
SERIES = pl.DataFrame({"m": MONTHS, "y": [100, None, 90, 80], "p": [95, 96, 97, 98]})
RANKED = pl.DataFrame(
    {
        "n": ["Muara Tebo", "Suo-Suo", "Alai Ilir"],
        "v": [98.25, 70.0, None],
        "t": [100.0, 90.0, 80.0],
        "lo": [95.0, 60.0, None],
        "hi": [99.0, 82.0, None],
        "b": [1, 3, None],
        "u": ["capaian?unit=a", None, None],
    }
)
SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]}
OUTLINES = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "geometry": SQUARE, "properties": {"kecamatan_code": code, "name": name}}
        for code, name in (("15.09.01", "Tebo Tengah"), ("15.09.02", "Tebo Ilir"))
    ],
}


FEBRUARY = date(2026, 2, 1).toordinal()


def lines(decided: Scene, part: str = "value") -> list[Line]:
    return [item for item in decided.items if isinstance(item, Line) and item.part == part]


def heights(line: Line) -> list[float | None]:
    return [y for _x, y in line.points]


def notes(decided: Scene, stands: str) -> list[Note]:
    return [note for note in decided.of(Note) if note.stands == stands]


def test_a_line_keeps_its_values_and_leaves_a_gap() -> None:
    decided = scene(charts.line(SERIES, "m", "y", previous="p", **WORDS))
    assert [heights(line) for line in lines(decided)] == [[100, None, 90, 80]]
    assert [heights(line) for line in lines(decided, "previous")] == [[95, 96, 97, 98]]
    assert decided.touch[1].words == "Feb 2026\nbelum melapor\ntahun lalu 96"
    (gap,) = [stripe for stripe in decided.of(Stripe) if stripe.is_gap]
    assert gap.low < FEBRUARY < gap.high
    assert decided.legend[-1].look == "missing"


def test_the_axis_holds_all_that_is_drawn_and_zero_where_it_is_near() -> None:
    # 80 to 100, 8 % of 20 to either side: 78.4 to 101.6, round steps of 5 from the tick below, 75
    decided = scene(charts.line(SERIES, "m", "y", previous="p", **WORDS))
    assert (decided.y.low, decided.y.high) == (75, 101.6)
    assert [tick.words for tick in decided.y.ticks] == ["75", "80", "85", "90", "95", "100"]
    # from 5 to 100 zero lies within 35 % of the reach: the axis begins there; 100 + 8 % of 95 = 107.6
    near = scene(charts.line(pl.DataFrame({"m": MONTHS, "y": [5, None, 90, 100]}), "m", "y", **WORDS))
    assert (near.y.low, near.y.high) == (0, 107.6)
    asked = scene(charts.line(SERIES, "m", "y", zero=True, **WORDS))
    assert asked.y.low == 0


def test_a_point_between_two_gaps_is_marked_or_it_would_not_be_seen() -> None:
    decided = scene(charts.line(pl.DataFrame({"m": MONTHS, "y": [None, 5, None, 7]}), "m", "y", **WORDS))
    (alone,) = decided.of(Dots)
    assert (alone.part, [(dot.x, dot.y) for dot in alone.dots]) == (
        "alone",
        [(FEBRUARY, 5), (MONTHS[3].toordinal(), 7)],
    )


def test_the_last_known_value_is_labelled_and_the_target_is_named() -> None:
    decided = scene(charts.line(SERIES, "m", "y", target=85, **WORDS))
    assert [note.words for note in notes(decided, "end")] == ["80", "target 85"]
    assert [(rule.axis, rule.at) for rule in decided.of(Rule)] == [("y", 85)]


def test_provisional_months_are_dotted_and_hollow() -> None:
    frame = SERIES.with_columns(pl.Series("late", [False, False, False, True]))
    decided = scene(charts.line(frame, "m", "y", provisional="late", **WORDS))
    assert heights(lines(decided)[0]) == [100, None, 90, None]
    (late,) = lines(decided, "late")
    assert (heights(late), late.dash) == ([None, None, 90, 80], "dense")
    (hollow,) = [dots for dots in decided.of(Dots) if dots.part == "late"]
    assert [(dot.y, dot.is_hollow) for dot in hollow.dots] == [(80, True)]
    assert decided.touch[3].words == "Apr 2026\n80 (data sementara)"


def test_only_signals_are_coloured() -> None:
    frame = SERIES.with_columns(pl.Series("s", ["ordinary", "bad", "ordinary", "bad"]))
    decided = scene(charts.line(frame, "m", "y", signal="s", **WORDS))
    (signals,) = [dots for dots in decided.of(Dots) if dots.part == "signal"]
    # February has no value: nothing can be marked there; a shape of its own, for grey print
    assert [(dot.y, dot.shade, dot.shape) for dot in signals.dots] == [(80, "bad", "down")]


LIMITED = SERIES.with_columns(
    pl.Series("lo", [70.0, 72.0, 60.0, 61.0]),
    pl.Series("hi", [120.0, 125.0, 95.0, 96.0]),
    pl.Series("mid", [95.0, 97.0, 78.0, 79.0]),
    pl.Series("s", ["ordinary", None, "good", "good"]),
    pl.Series("w", [None, None, "2 di atas", "2 di atas"]),
    pl.Series("g", [0, 0, 1, 1]),
)


def test_limits_are_dotted_lines_that_break_where_they_begin_anew() -> None:
    decided = scene(charts.line(LIMITED, "m", "y", limits=("lo", "hi"), mean="mid", segment="g", **WORDS))
    (lower,), (upper,), (mean,) = (lines(decided, part) for part in ("lower", "upper", "mean"))
    assert (lower.dash, upper.dash, mean.dash) == ("dot", "dot", "solid")
    # between February and March the limits begin anew: no slope from 72 to 60
    assert heights(lower) == [70, 72, None, 60, 61]
    assert heights(upper) == [120, 125, None, 95, 96]
    assert [note.words for note in notes(decided, "end")] == ["80", "rerata 79", "batas bawah 61", "batas atas 96"]


def test_a_run_of_signals_is_labelled_once_at_its_newest_point() -> None:
    decided = scene(charts.line(LIMITED, "m", "y", signal="s", signal_note="w", **WORDS))
    assert [(note.words, note.x, note.y, note.shade) for note in notes(decided, "beside")] == [
        ("2 di atas", MONTHS[3].toordinal(), 80, "good")
    ]


def test_lines_without_limits_leave_nothing_of_them() -> None:
    empty = LIMITED.with_columns(pl.lit(None, pl.Float64).alias("lo"), pl.lit(None, pl.Float64).alias("hi"))
    decided = scene(charts.line(empty, "m", "y", limits=("lo", "hi"), **WORDS))
    assert [note.words for note in notes(decided, "end")] == ["80"]


def test_the_fan_begins_at_the_last_value_and_is_no_gap() -> None:
    frame = pl.DataFrame(
        {"x": MONTHS, "y": [10.0, 20.0, None, None], "f": [None, 20.0, 30.0, 40.0], "lo": [None, 20.0, 28.0, 36.0],
         "hi": [None, 20.0, 32.0, 44.0], "lo2": [None, 20.0, 25.0, 30.0], "hi2": [None, 20.0, 35.0, 50.0]}
    )  # fmt: skip
    fan = {80: ("lo", "hi"), 95: ("lo2", "hi2")}
    decided = scene(charts.line(frame, "x", "y", forecast="f", fan=fan, **WORDS))
    (way,) = lines(decided, "forecast")
    assert (heights(way), way.dash) == ([20, 30, 40], "dash")
    outer, inner = decided.of(Fan)  # the wider one lies below
    assert (outer.edges[-1][1:], inner.edges[-1][1:]) == ((30, 50), (36, 44))
    assert not [stripe for stripe in decided.of(Stripe) if stripe.is_gap]
    assert "40 perkiraan" in [note.words for note in notes(decided, "end")]
    assert decided.touch[3].words == "Apr 2026\nperkiraan 40\nrentang 80 %: 36–44\nrentang 95 %: 30–50"


def units(decided: Scene) -> Dots:
    return next(item for item in decided.items if isinstance(item, Dots))


def test_series_are_decided_one_by_one_in_the_order_given() -> None:
    frame = pl.DataFrame({"m": MONTHS[:2] * 2, "y": [1, 2, 3, None], "s": ["B", "B", "A", "A"]})
    found = lines(scene(charts.line(frame, "m", "y", series="s", **WORDS)))
    assert [(line.name, heights(line)) for line in found] == [("B", [1, 2]), ("A", [3, None])]


def test_bars_say_what_was_not_reported() -> None:
    decided = scene(charts.bars(RANKED, "n", "v", colour="b", link="u", reference=85.0, **(WORDS | {"unit": "%"})))
    known, missing = decided.of(Bars)
    assert [(bar.at, bar.start, bar.end, bar.shade) for bar in known.bars] == [(0, 0, 98.25, "1"), (1, 0, 70, "3")]
    assert [bar.at for bar in missing.bars] == [2]
    assert [(t.words, t.is_known) for t in decided.figures] == [
        ("98,2 %", True),
        ("70,0 %", True),
        ("belum melapor", False),
    ]
    assert [(t.words, t.url) for t in decided.y.ticks] == [
        ("Muara Tebo", "capaian?unit=a"),
        ("Suo-Suo", None),
        ("Alai Ilir", None),
    ]
    assert decided.x.low == 0, "bars begin at zero"


def test_dots_carry_their_interval() -> None:
    decided = scene(charts.dots(RANKED, "n", "v", lower="lo", upper="hi", **WORDS))
    assert [(mark.at, mark.start, mark.end) for mark in decided.of(Mark)] == [(0, 95, 99), (1, 60, 82)]
    assert [(dot.x, dot.y) for dot in units(decided).dots] == [(98.25, 0), (70, 1)]


def test_a_dot_that_is_not_sure_is_hollow() -> None:
    frame = RANKED.with_columns(pl.Series("h", [False, True, False]), pl.Series("c", ["good", "bad", None]))
    decided = scene(charts.dots(frame, "n", "v", colour="c", hollow="h", **WORDS))
    assert [(d.is_hollow, d.shade, d.shape) for d in units(decided).dots] == [
        (False, "good", "up"),
        (True, "bad", "down"),
    ]


def test_a_bullet_shows_actual_target_and_words() -> None:
    decided = scene(charts.bullet(RANKED, "n", "v", "t", digits=0, **WORDS))
    assert [bar.end for bar in decided.of(Bars)[0].bars] == [98.25, 70]
    assert [(mark.at, mark.start) for mark in decided.of(Mark)] == [(0, 100), (1, 90), (2, 80)]
    assert [tick.words for tick in decided.figures] == ["98 / 100", "70 / 90", "belum melapor / 80"]


def test_a_waterfall_adds_up() -> None:
    frame = pl.DataFrame({"l": ["Hasil", "Bukti", "Waktu"], "v": [40.0, -3.0, 12.5]})
    (bars,) = scene(charts.waterfall(frame, "l", "v", total="Skor", **WORDS)).of(Bars)
    # 40; 40 - 3 = 37; 37 + 12.5 = 49.5
    assert [(bar.start, bar.end, bar.is_hatched) for bar in bars.bars] == [
        (0, 40, False),
        (40, 37, True),
        (37, 49.5, False),
        (0, 49.5, False),
    ]


def test_stacked_parts_lie_on_each_other_and_a_total_without_a_part_is_at_least() -> None:
    frame = pl.DataFrame({"m": MONTHS[:2], "a": [1, None], "b": [3, 4]})
    decided = scene(charts.stacked(frame, "m", {"a": "Baru", "b": "Lama"}, **WORDS))
    first, second = decided.of(Bars)
    assert [(bar.at, bar.start, bar.end) for bar in first.bars] == [(0, 0, 1)]
    assert [(bar.at, bar.start, bar.end) for bar in second.bars] == [(0, 1, 4), (1, 0, 4)]
    assert [note.words for note in notes(decided, "beside")] == ["4", "4+"]
    assert decided.touch[1].words == "Feb 2026: 4+\nBaru: belum melapor\nLama: 4"


def test_multiples_stand_each_at_its_own_level() -> None:
    """Levels 2 (said) and 200; 1 and 3 are 0.5 and 1.5 of it, 180 is 0.9: all are drawn from 0.4 to 1.6 of their own (rounded outward)."""
    frame = pl.DataFrame(
        {"m": MONTHS[:2] * 2, "y": [1, 3, 180, None], "f": ["A", "A", "B", "B"], "l": [2, 2, 200, 200]}
    )
    decided = scene(charts.multiples(frame, "m", "y", "f", level="l", **WORDS))
    found = [(p.name, p.figure, [heights(i) for i in p.items if isinstance(i, Line)]) for p in decided.panels]
    assert found == [("A", "3", [[1, 3]]), ("B", "180", [[180, None]])]
    assert [(p.y.low, p.y.high) for p in decided.panels] == [pytest.approx((0.8, 3.2)), pytest.approx((80, 320))]
    rules = [i for p in decided.panels for i in p.items if isinstance(i, Rule)]
    assert [(rule.at, rule.words) for rule in rules] == [(2, "biasanya"), (200, "biasanya")]
    assert "biasanya; tinggi 40–160 % darinya" in decided.unit


@pytest.mark.parametrize("values", [[1, 2, -1, 5], [1, 1, 1, 9], [0, 0, 3, 4]])
def test_multiples_without_a_level_to_compare_share_one_scale_from_zero(values: list[int]) -> None:
    """A loss, five times its median of 1 + 4 / 2, nothing at all: what is no part of a level is drawn as it is."""
    frame = pl.DataFrame({"m": MONTHS[:2] * 2, "y": values, "f": ["A", "A", "B", "B"]})
    frame = frame.with_columns(l=pl.Series([1, 1, 2, 2])) if max(values) == 9 else frame
    decided = scene(charts.multiples(frame, "m", "y", "f", level="l" if "l" in frame.columns else None, **WORDS))
    ends = {(p.y.low, p.y.high) for p in decided.panels}
    assert len(ends) == 1
    assert decided.unit.startswith(f"{WORDS['unit']} · skala sama")


def test_a_map_is_made_of_its_own_outlines() -> None:
    frame = pl.DataFrame({"c": ["15.09.01"], "v": [81.4], "t": ["81,4"], "b": [2]})
    decided = scene(charts.area_map(frame, "c", "v", text="t", band="b", geometry=OUTLINES, picked="15.09.02", **WORDS))
    known, missing = decided.of(Area)
    assert (known.fill, known.tip, known.is_picked) == ("2", "Tebo Tengah: 81,4", False)
    assert (missing.fill, missing.tip, missing.is_picked) == (None, "Tebo Ilir: belum melapor", True)
    assert known.rings[0][2] == (2, 2)
    assert isinstance(decided.x, Axis)


def _matrix() -> Chart:
    frame = pl.DataFrame(
        {
            "r": ["A", "A"],
            "c": ["Satu <b>", "Dua"],
            "v": [96.0, None],
            "t": ["96,0", None],
            "b": [1, None],
            "u": ["capaian?a=1", None],
        }
    )
    return charts.matrix(frame, "r", "c", value="v", text="t", band="b", link="u", **WORDS)


def test_a_matrix_is_the_same_cells_as_a_scene_and_as_a_table() -> None:
    first, second = scene(_matrix()).of(Cell)
    assert (first.fill, first.words, first.url) == ("1", "96,0", "capaian?a=1")
    assert (second.fill, second.words, second.tip) == (None, None, "A, Dua: belum melapor")
    shown = html.cells(_matrix())
    assert "class='rp-fill-1'" in shown
    assert 'href="capaian?a=1"' in shown
    assert "class='rp-fill-missing'" in shown
    assert "belum melapor" in shown
    assert "<b>" not in shown
    assert "Satu &lt;b&gt;" in shown


def test_heat_names_its_states_in_the_legend() -> None:
    frame = pl.DataFrame({"r": ["A", "B"], "c": ["Jan", "Jan"], "s": ["late", "fine"], "t": ["T", ""]})
    states = {"fine": ("tepat waktu", "good"), "late": ("terlambat", "bad"), "none": ("belum ada", "missing")}
    chart = charts.heat(frame, "r", "c", state="s", text="t", states=states, title="Laporan", alt="Uraian")
    decided = scene(chart)
    assert decided.of(Cell)[0].tip == "A, Jan: terlambat"
    assert [(entry.look, entry.words) for entry in decided.legend] == [("pale", "tepat waktu"), ("square", "terlambat")]
    legend = html.legend(chart)
    assert "terlambat" in legend
    assert "tepat waktu" in legend
    assert "belum ada" not in legend


def test_a_chart_that_can_not_be_drawn_is_refused_with_what_is_there() -> None:
    with pytest.raises(ValueError, match=r"needs the columns z; there are: m, y, p"):
        charts.line(SERIES, "m", "z", **WORDS)
    with pytest.raises(ValueError, match="text alternative"):
        charts.line(SERIES, "m", "y", title="Temuan", unit="", alt=" ")
    frame = pl.DataFrame({"c": ["x"], "v": [1.0], "t": ["1"], "b": [1]})
    without = charts.area_map(frame, "c", "v", text="t", band="b", **WORDS)
    with pytest.raises(ValueError, match="outlines"):
        scene(without)


def test_month_ticks_end_at_the_last_month_and_name_the_year_once() -> None:
    months = [date(2025, m, 1) for m in range(1, 13)] + [date(2026, m, 1) for m in range(1, 11)]
    axis = scales.time(months, 0, 1)
    assert [tick.words for tick in axis.ticks][:2] == ["Jan\n2025", "Feb"]
    # 22 months, at most 5 ticks: every fifth from the end: Okt, Mei 2026, Des, Jul, Feb 2025
    assert [tick.words for tick in scales.thinned(axis, 5)] == ["Feb\n2025", "Jul", "Des", "Mei\n2026", "Okt"]


def test_quarters_are_named_as_quarters() -> None:
    axis = scales.time([date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1)], 0, 1)
    assert [tick.words for tick in axis.ticks] == ["TW I\n2026", "TW II", "TW III"]


def test_ticks_are_round_and_few() -> None:
    assert scales.steps(0, 97) == [0, 20, 40, 60, 80]
    assert scales.steps(78.4, 101.6) == [75, 80, 85, 90, 95, 100]
    assert scales.steps(-0.3, 0.9) == [-0.5, -0.25, 0, 0.25, 0.5, 0.75]
    assert scales.steps(0, 3, whole=True) == [0, 1, 2, 3]
    assert scales.steps(5, 5) == [5]


def test_each_mark_leads_where_its_row_does() -> None:
    bars, dots, bullet = (
        scene(chart)
        for chart in (
            charts.bars(RANKED, "n", "v", link="u", **WORDS),
            charts.dots(RANKED, "n", "v", link="u", **WORDS),
            charts.bullet(RANKED, "n", "v", "t", link="u", **WORDS),
        )
    )
    assert [bar.url for bar in bars.of(Bars)[0].bars] == ["capaian?unit=a", None]
    assert [dot.url for dot in units(dots).dots] == ["capaian?unit=a", None]
    assert [bar.url for bar in bullet.of(Bars)[0].bars] == ["capaian?unit=a", None]
    months = SERIES.with_columns(url=pl.Series([f"?dari={m:%Y-%m}" for m in MONTHS]), z=pl.Series([1, None, 2, 3]))
    line = scene(charts.line(months, "m", "y", link="url", **WORDS))
    assert [touch.url for touch in line.touch] == months["url"].to_list()
    parts = scene(charts.stacked(months, "m", {"y": "Lama", "z": "Baru"}, link="url", **WORDS))
    assert [touch.url for touch in parts.touch] == months["url"].to_list()


def test_the_heads_of_cells_and_the_bands_of_a_legend_are_links() -> None:
    frame = pl.DataFrame(
        {"r": ["A"], "c": ["X"], "v": [60.0], "t": ["60"], "b": [4], "ru": ["?unit=a"], "cu": ["?i=x"]}
    )
    names = {1: "ST · Sangat Tinggi", 4: "R · Rendah", 5: "SR · Sangat Rendah"}
    chart = charts.matrix(
        frame, "r", "c", value="v", text="t", band="b", row_link="ru", column_link="cu", band_names=names,
        band_links={1: "?kategori=ST", 4: "?"}, **WORDS,
    )  # fmt: skip
    cells, legend = html.cells(chart), html.legend(chart)
    assert '<a class="" href="?unit=a">A</a>' in cells
    assert '<a class="" href="?i=x">' in cells
    assert 'href="?kategori=ST"' in legend
    assert legend.count("rp-off") == 1  # the one that is not drawn, but can be gone to
    assert "SR · " not in legend
