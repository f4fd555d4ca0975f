"""A chart description -> a figure: the numbers drawn are those given, what is missing is a gap, never a zero."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from dashboard import charts, theme
from dashboard.charts import Chart
from dashboard.render import html, marks
from dashboard.render.plotly import figure as plotly_figure
from dashboard.words import text

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


def drawn(chart: Chart, look: str = "light") -> list[Any]:
    return list(plotly_figure.figure(chart, look).data)


def test_a_line_draws_its_values_and_leaves_a_gap() -> None:
    chart = charts.line(SERIES, "m", "y", previous="p", **WORDS)
    earlier, now = drawn(chart)
    assert list(now.y) == [100, None, 90, 80]
    assert now.connectgaps is False
    assert list(earlier.y) == [95, 96, 97, 98]
    assert now.customdata[1] == "Feb 2026: belum melapor"
    gaps = [shape for shape in plotly_figure.figure(chart).layout.shapes if shape.name == "gap"]
    assert len(gaps) == 1
    assert gaps[0].x0 < date(2026, 2, 1) < gaps[0].x1


def test_a_point_between_two_gaps_is_marked_or_it_would_not_be_seen() -> None:
    frame = pl.DataFrame({"m": MONTHS, "y": [None, 5, None, 7]})
    (now,) = drawn(charts.line(frame, "m", "y", **WORDS))
    assert list(now.marker.size) == [0, 7, 0, 7]


def test_the_last_known_value_is_labelled_and_the_target_is_named() -> None:
    layout = plotly_figure.figure(charts.line(SERIES, "m", "y", target=85, **WORDS)).layout
    assert [note.text for note in layout.annotations] == ["target 85", "<b>80</b>"]
    assert [shape.y0 for shape in layout.shapes if shape.type == "line"] == [85]


def test_provisional_months_are_dotted_and_hollow() -> None:
    frame = SERIES.with_columns(pl.Series("late", [False, False, False, True]))
    firm, late = drawn(charts.line(frame, "m", "y", provisional="late", **WORDS))
    assert list(firm.y) == [100, None, 90, None]
    assert list(late.y) == [None, None, 90, 80]
    assert late.line.dash == "dot"
    assert list(late.marker.size) == [0, 0, 0, 8]
    assert late.marker.color == theme.LIGHT.background


def test_only_signals_are_coloured() -> None:
    frame = SERIES.with_columns(pl.Series("s", ["ordinary", "bad", "ordinary", "bad"]))
    *_lines, mark = drawn(charts.line(frame, "m", "y", signal="s", **WORDS))
    assert list(mark.y) == [80]
    assert list(mark.marker.color) == [theme.LIGHT.bad]
    assert list(mark.marker.symbol) == ["triangle-down"], "a shape of its own, for grey print"


LIMITED = SERIES.with_columns(
    pl.Series("lo", [70.0, 72.0, 60.0, 61.0]),
    pl.Series("hi", [120.0, 125.0, 95.0, 96.0]),
    pl.Series("mid", [95.0, 97.0, 78.0, 79.0]),
    pl.Series("s", ["ordinary", None, "good", "good"]),
    pl.Series("w", [None, None, "2 di atas", "2 di atas"]),
    pl.Series("g", [0, 0, 1, 1]),
)


def test_limits_are_dotted_lines_that_break_where_they_begin_anew() -> None:
    chart = charts.line(LIMITED, "m", "y", limits=("lo", "hi"), mean="mid", segment="g", **WORDS)
    mean, lower, upper, now = drawn(chart)
    assert (lower.line.dash, upper.line.dash, mean.line.dash) == ("dot", "dot", None)
    # between February and March the limits begin anew: no slope from 72 to 60
    assert list(lower.y) == [70, 72, None, 60, 61]
    assert list(upper.y) == [120, 125, None, 95, 96]
    assert list(now.y) == [100, None, 90, 80]
    # names stand where their limit reaches farthest out, beyond every line: below 60 and above 125; the mean between has none
    names = [(note.text, note.y, note.yanchor) for note in plotly_figure.figure(chart).layout.annotations[:-1]]
    assert names == [("batas bawah", 60, "top"), ("batas atas", 125, "bottom")]


def test_a_run_of_signals_is_labelled_once_at_its_newest_point() -> None:
    chart = charts.line(LIMITED, "m", "y", signal="s", signal_note="w", **WORDS)
    *_lines, mark = drawn(chart)
    assert list(mark.y) == [90, 80]
    assert list(mark.marker.symbol) == ["triangle-up", "triangle-up"]
    labels = [note for note in plotly_figure.figure(chart).layout.annotations if note.text == "2 di atas"]
    assert [(label.x, label.y) for label in labels] == [(MONTHS[3], 80)]
    assert labels[0].font.color == theme.LIGHT.good
    assert labels[0].xanchor == "right", "towards the plot, not over the last value"


def test_lines_without_limits_leave_nothing_of_them() -> None:
    empty = LIMITED.with_columns(pl.lit(None, pl.Float64).alias("lo"), pl.lit(None, pl.Float64).alias("hi"))
    layout = plotly_figure.figure(charts.line(empty, "m", "y", limits=("lo", "hi"), **WORDS)).layout
    assert [note.text for note in layout.annotations] == ["<b>80</b>"]


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


@pytest.mark.parametrize("look", ["light", "dark"])
def test_a_funnel_draws_limits_and_points_by_what_they_mean(look: str) -> None:
    overall, lower, upper, far_lower, far_upper, points = drawn(_funnel(), look)
    assert (list(overall.y), overall.line.dash) == ([85, 85], None)
    assert [list(t.y) for t in (lower, upper, far_lower, far_upper)] == [[50, 82], [100, 88], [30, 80], [100, 90]]
    assert [t.line.dash for t in (lower, upper, far_lower, far_upper)] == ["dot", "dot", "dash", "dash"]
    colours = theme.palette(look)
    assert list(points.x) == [400, 250, 900, 5], "a unit that did not report has no point"
    assert list(points.y) == [84, 60, 96, 40]
    assert list(points.marker.symbol) == ["circle", "triangle-down", "triangle-up", "circle"]
    assert list(points.marker.color) == [colours.ordinary, colours.bad, colours.good, colours.background]
    assert points.customdata[0] == "Alai Ilir: 84,0 %"


def test_a_funnel_names_those_outside_and_nobody_else() -> None:
    texts = [note.text for note in plotly_figure.figure(_funnel()).layout.annotations]
    assert any("Suo-Suo &lt;b&gt;" in words and 'href="a?u=2"' in words for words in texts)
    assert "Muara Tebo" in texts
    assert not any("Alai Ilir" in words or "Kecil" in words for words in texts)
    # the lines by name, once each: 99.8 % and 95 % on both sides of the overall figure
    assert texts[:5] == ["99,8 %", "95 %", "<b>85,0 %</b>", "95 %", "99,8 %"]


def test_the_chosen_unit_is_named_without_being_called_out() -> None:
    frame = UNITS.with_columns(pl.col("c").replace("ordinary", "picked"))
    *_lines, points = drawn(_funnel(frame))
    assert (points.marker.symbol[0], points.marker.color[0]) == ("diamond", theme.LIGHT.accent)
    assert any("Alai Ilir" in note.text for note in plotly_figure.figure(_funnel(frame)).layout.annotations)


def test_sizes_far_apart_stand_on_a_logarithmic_axis() -> None:
    assert plotly_figure.figure(_funnel()).layout.xaxis.type == "log"  # 5 to 900 is 180 times
    near = UNITS.with_columns(pl.col("s").replace(5.0, 200.0).replace(100.0, 200.0))
    assert plotly_figure.figure(_funnel(near)).layout.xaxis.type is None


def test_a_funnel_without_limits_still_shows_its_units() -> None:
    bare = UNITS.with_columns(pl.lit(None, pl.Float64).alias(name) for name in ("l", "u", "ll", "uu"))
    overall, points = drawn(_funnel(bare))
    assert (list(overall.y), len(points.y)) == ([85, 85], 4)
    (nobody,) = drawn(_funnel(UNITS.clear()))
    assert not nobody.x


def test_series_are_drawn_one_by_one_in_the_order_given() -> None:
    frame = pl.DataFrame({"m": MONTHS[:2] * 2, "y": [1, 2, 3, None], "s": ["B", "B", "A", "A"]})
    found = drawn(charts.line(frame, "m", "y", series="s", **WORDS))
    assert [(t.name, list(t.y)) for t in found] == [("B", [1, 2]), ("A", [3, None])]


def test_bars_say_what_was_not_reported() -> None:
    words = WORDS | {"unit": "%"}
    chart = charts.bars(RANKED, "n", "v", colour="b", link="u", reference=85.0, **words)
    bar, figures = drawn(chart)
    assert list(bar.x) == [98.25, 70.0, None]
    assert list(bar.marker.color) == [theme.LIGHT.bands[0], theme.LIGHT.bands[2], theme.LIGHT.missing]
    assert [t.strip() for t in figures.text] == ["98,2 %", "70,0 %", "<i>belum melapor</i>"]
    axis = plotly_figure.figure(chart).layout.yaxis
    assert 'href="capaian?unit=a"' in axis.ticktext[0]
    assert axis.ticktext[1] == "Suo-Suo"


def test_bars_begin_at_zero() -> None:
    assert plotly_figure.figure(charts.bars(RANKED, "n", "v", **WORDS)).layout.xaxis.range[0] == 0


def test_dots_carry_their_interval() -> None:
    (point,) = drawn(charts.dots(RANKED, "n", "v", lower="lo", upper="hi", **WORDS))
    assert list(point.x) == [98.25, 70.0, None]
    # 99 - 98.25 = 0.75 and 82 - 70 = 12 above; 98.25 - 95 = 3.25 and 70 - 60 = 10 below
    assert list(point.error_x.array) == [0.75, 12.0, None]
    assert list(point.error_x.arrayminus) == [3.25, 10.0, None]


def test_long_names_and_figures_stand_over_the_dots_so_that_a_phone_has_room() -> None:
    # 7 px a letter for at most 26 letters of a name, 6.5 a letter of the figures: 182 + 6.5 x 16 = 286 > 240.
    frame = pl.DataFrame({"n": ["<b>Lestari Setiawan</b>, S.Kep."], "v": [9.0], "t": ["109 (69–123) ▼ B"]})
    figure = plotly_figure.figure(charts.dots(frame, "n", "v", text="t", **WORDS), "light")
    assert [note.text for note in figure.layout.annotations] == [
        "&lt;b&gt;Lestari Setiawan&lt;/b&gt;, S.Kep.",
        "109 (69–123) ▼ B",
    ]
    assert figure.layout.yaxis.showticklabels is False
    assert figure.data[-1].y[0] > figure.layout.annotations[0].y  # row 0 is at the top: further down, under the words
    beside = plotly_figure.figure(
        charts.dots(frame.with_columns(n=pl.lit("Ani")), "n", "v", text="t", **WORDS), "light"
    )
    assert beside.layout.yaxis.ticktext == ("Ani",)


def test_a_dot_that_is_not_sure_is_hollow() -> None:
    frame = RANKED.with_columns(pl.Series("h", [False, True, False]), pl.Series("c", ["good", "bad", None]))
    (point,) = drawn(charts.dots(frame, "n", "v", colour="c", hollow="h", **WORDS))
    assert list(point.marker.color) == [theme.LIGHT.good, theme.LIGHT.background, theme.LIGHT.missing]
    assert list(point.marker.line.color) == [theme.LIGHT.good, theme.LIGHT.bad, theme.LIGHT.missing]


def test_a_bullet_shows_actual_target_and_words() -> None:
    chart = charts.bullet(RANKED, "n", "v", "t", digits=0, **WORDS)
    bar, tick = drawn(chart)
    assert list(bar.x) == [98.25, 70.0, None]
    assert list(tick.x) == [100.0, 90.0, 80.0]
    notes = [note.text for note in plotly_figure.figure(chart).layout.annotations]
    assert notes == ["98 / 100", "70 / 90", "<i>belum melapor / 80</i>"]


def test_a_waterfall_adds_up() -> None:
    frame = pl.DataFrame({"l": ["Hasil", "Bukti", "Waktu"], "v": [40.0, -3.0, 12.5]})
    (bar,) = drawn(charts.waterfall(frame, "l", "v", total="Skor", **WORDS))
    # 40; 40 - 3 = 37; 37 + 12.5 = 49.5
    assert list(bar.x) == [40.0, -3.0, 12.5, 49.5]
    assert list(bar.base) == [0.0, 40.0, 37.0, 0.0]


def test_stacked_parts_keep_their_values() -> None:
    frame = pl.DataFrame({"m": MONTHS[:2], "a": [1, None], "b": [3, 4]})
    first, second = drawn(charts.stacked(frame, "m", {"a": "Baru", "b": "Lama"}, **WORDS))
    assert (first.name, list(first.y), second.name, list(second.y)) == ("Baru", [1, None], "Lama", [3, 4])


def test_multiples_share_one_scale_from_zero() -> None:
    frame = pl.DataFrame({"m": MONTHS[:2] * 2, "y": [1, 2, 100, None], "f": ["A", "A", "B", "B"]})
    figure = plotly_figure.figure(charts.multiples(frame, "m", "y", "f", **WORDS))
    assert [(t.name, list(t.y)) for t in figure.data] == [("A", [1, 2]), ("B", [100, None])]
    assert list(figure.layout.yaxis.range) == list(figure.layout.yaxis2.range) == [0, 105]


def test_a_map_is_drawn_from_its_own_outlines() -> None:
    frame = pl.DataFrame({"c": ["15.09.01"], "v": [81.4], "t": ["81,4"], "b": [2]})
    chart = charts.area_map(frame, "c", "v", text="t", band="b", geometry=OUTLINES, **WORDS)
    known, missing = drawn(chart)
    assert known.type == "scatter", "a geo trace would fetch its base map from another host"
    assert known.fillcolor == theme.LIGHT.bands[1]
    assert known.text == "Tebo Tengah: 81,4"
    assert missing.text == "Tebo Ilir: belum melapor"
    assert missing.fillpattern.shape == "/"
    note = plotly_figure.figure(chart).layout.annotations[0]
    assert (note.x, note.y) == (1, 1)  # the centroid of the square from (0, 0) to (2, 2)


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


def test_a_matrix_draws_its_cells_in_both_media() -> None:
    (cells,) = drawn(_matrix())
    assert list(cells.text) == ["96,0", "–"]
    assert cells.customdata[1] == "A, Dua: belum melapor"
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
    assert drawn(chart)[0].customdata[0] == "A, Jan: T"
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
        plotly_figure.figure(without)


@pytest.mark.parametrize("look", ["light", "dark"])
def test_every_figure_has_our_template_and_our_separators(look: str) -> None:
    layout = plotly_figure.figure(charts.line(SERIES, "m", "y", **WORDS), look).layout
    assert layout.font.family.startswith("Fira Sans")
    assert layout.font.color == theme.palette(look).ink
    assert layout.separators == ",."
    with text.speaking("en"):
        assert plotly_figure.figure(charts.line(SERIES, "m", "y", **WORDS), look).layout.separators == ".,"


def test_month_ticks_end_at_the_last_month_and_name_the_year_once() -> None:
    months = [date(2025, m, 1) for m in range(1, 13)] + [date(2026, m, 1) for m in range(1, 11)]
    # 22 months, at most 5 ticks: every fifth from the end: Okt, Mei 2026, Des, Jul, Feb 2025
    ticks = marks.month_ticks(months)
    assert ticks["ticktext"] == ["Feb<br>2025", "Jul", "Des", "Mei<br>2026", "Okt"]


def test_quarters_are_named_as_quarters() -> None:
    ticks = marks.month_ticks([date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1)])
    assert ticks["ticktext"] == ["TW I<br>2026", "TW II", "TW III"]


def test_each_mark_leads_where_its_row_does() -> None:
    links = ["capaian?unit=a", None, None]
    for chart in (
        charts.bars(RANKED, "n", "v", link="u", **WORDS),
        charts.dots(RANKED, "n", "v", link="u", **WORDS),
        charts.bullet(RANKED, "n", "v", "t", link="u", **WORDS),
    ):
        assert [trace.meta["links"] for trace in drawn(chart) if trace.meta] == [links]
    months = SERIES.with_columns(url=pl.Series([f"?dari={m:%Y-%m}" for m in MONTHS]), z=pl.Series([1, None, 2, 3]))
    (line,) = drawn(charts.line(months, "m", "y", link="url", **WORDS))
    assert line.meta["links"][3] == "?dari=2026-04"
    for part in drawn(charts.stacked(months, "m", {"y": "Lama", "z": "Baru"}, link="url", **WORDS)):
        assert part.meta["links"] == months["url"].to_list()
    assert not any(trace.meta for trace in drawn(charts.bars(RANKED, "n", "v", **WORDS)))


def test_a_picked_area_is_outlined_over_the_others() -> None:
    frame = pl.DataFrame({"k": ["15.09.01", "15.09.02"], "v": [90.0, 60.0], "t": ["90", "60"], "b": [2, 4]})
    frame = frame.with_columns(u=pl.Series(["?kecamatan=15.09.01", "?kecamatan=15.09.02"]))
    chart = charts.area_map(
        frame, "k", "v", text="t", band="b", link="u", geometry=OUTLINES, picked="15.09.01", **WORDS
    )
    *areas, edge = drawn(chart)
    assert [area.meta["links"] for area in areas] == [["?kecamatan=15.09.01"], ["?kecamatan=15.09.02"]]
    assert (edge.name, edge.line.color, edge.fill) == ("Tebo Tengah", theme.LIGHT.ink, None)


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
