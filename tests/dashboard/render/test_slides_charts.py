"""Native charts of slides, read back: every figure, gap, label and cell."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from dashboard import charts, theme
from dashboard.words import text
from tests.dashboard.render.decks import FORMULA, alone, cells_of, native, rows_of, said_of, words_of, xs_of
from tests.dashboard.render.gallery import HOSTILE, MONTHS, UNITS, gallery


def test_a_line_keeps_its_values_gaps_limits_and_signals() -> None:
    chart = gallery()["line"]
    (drawn,) = native(alone(chart))
    rows = rows_of(drawn)
    values = chart.data["y"].to_list()
    assert rows["pasien per bulan"] == [*values[:23], None], "the last month is provisional"
    assert rows["pasien per bulan, data sementara"] == [None] * 22 + values[22:]
    assert values[9] is None
    assert drawn._chartSpace.xpath("c:chart/c:dispBlanksAs/@val") == ["gap"]
    assert list(drawn.plots[0].categories)[:3] == ["Jan 2024", "Feb 2024", "Mar 2024"]
    # the limits begin anew in January 2025: two lines each, no slope between them
    assert rows["batas bawah"] == [900.0] * 12 + [None] * 12
    assert rows["batas bawah 2"] == [None] * 12 + [780.0] * 12
    assert rows["rerata"] == [1180.0] * 12 + [None] * 12
    assert rows["tahun lalu"] == chart.data["p"].to_list()
    assert rows["data sementara"] == [None] * 23 + [values[23]]
    assert rows["membaik"] == [None] * 5 + [values[5]] + [None] * 18
    assert rows["perlu perhatian"] == [None] * 20 + values[20:]
    labels = said_of(drawn._chartSpace)
    assert set(labels) == {
        "tahun lalu 1.000", "rerata 1.090", "batas bawah 780", "batas atas 1.400", text.number(values[23]), "di luar batas",
        "4 bulan di bawah rerata",
    }  # fmt: skip


def test_a_month_that_nobody_sent_is_a_gap_even_where_it_has_no_row() -> None:
    frame = pl.DataFrame({"m": [MONTHS[0], MONTHS[1], MONTHS[4]], "y": [3.0, 4.0, 5.0]})
    slide = alone(charts.line(frame, "m", "y", title="T", unit="pasien", alt="A"))
    (drawn,) = native(slide)
    assert rows_of(drawn)["pasien"] == [3.0, 4.0, None, None, 5.0]
    assert any("belum melapor: Mar 2024, Apr 2024" in words for words in words_of(slide))


def test_a_forecast_keeps_its_ranges_and_the_target() -> None:
    chart = gallery()["line_forecast"]
    (drawn,) = native(alone(chart))
    rows = rows_of(drawn)
    assert rows["perkiraan"] == chart.data["f"].to_list()
    for level in (80, 95):
        assert rows[f"rentang {level} %, bawah"] == chart.data[f"l{level}"].to_list()
        assert rows[f"rentang {level} %"] == chart.data[f"u{level}"].to_list()
    assert rows["target"] == pytest.approx(chart.data["t"].to_list())


def test_what_happened_on_the_way_is_a_line_of_its_own() -> None:
    chart = gallery()["line_target"]
    notes = ((date(2025, 2, 10), f"Keputusan {FORMULA}"), (date(2025, 5, 2), "keputusan 2 Mei 2025"))
    noted = replace(chart, options={**chart.options, "notes": notes})
    (drawn,) = native(alone(noted))
    # the tenth of February lies in the first quarter of 2025, the fifth of the chart
    (line,) = [one for one in drawn.plots[0].series if one.name.startswith("10 Feb 2025 Keputusan =HYPERLINK")]
    low, high = (float(drawn._chartSpace.xpath(f"string(.//c:valAx//c:{end}/@val)")) for end in ("min", "max"))
    assert list(line.values) == [None] * 4 + [high] + [None] * 3
    assert [float(v) for v in line._element.xpath("c:errBars/c:minus//c:v/text()")] == [pytest.approx(high - low)]
    assert said_of(line._element) == [line.name]
    assert "keputusan 2 Mei 2025" in said_of(drawn._chartSpace), "a day that the words name is not named twice"


def test_many_things_that_happened_are_numbered_and_told_in_the_legend() -> None:
    chart = gallery()["line_target"]
    notes = tuple((date(2025, month, 10), "Surat edaran") for month in (2, 4, 8))
    (drawn,) = native(alone(replace(chart, options={**chart.options, "notes": notes})))
    lines = [one for one in drawn.plots[0].series if one.name.endswith("Surat edaran")]
    names = ["1: 10 Feb 2025 Surat edaran", "2: 10 Apr 2025 Surat edaran", "3: 10 Agu 2025 Surat edaran"]
    assert [one.name for one in lines] == names
    assert [said_of(one._element) for one in lines] == [["1"], ["2"], ["3"]]


def test_series_bands_and_a_fixed_target_are_series_of_their_own() -> None:
    (drawn,) = native(alone(gallery()["line_series"]))
    rows = rows_of(drawn)
    assert list(rows) == [*UNITS[:4], "target 500"]
    assert rows[UNITS[3]][0] == 350.0  # 1000 x 0.35
    (graded,) = native(alone(gallery()["line_target"]))
    assert set(rows_of(graded)["B · Baik mulai 76,61"]) == {76.61}
    assert set(rows_of(graded)["target 80"]) == {80.0}


def test_bars_keep_values_intervals_and_colours() -> None:
    chart = gallery()["bars"]
    slide = alone(chart)
    (drawn,) = native(slide)
    values = chart.data["v"].to_list()
    assert rows_of(drawn)["%"] == values
    first = drawn.plots[0].series[0]._element
    plus = [float(v) for v in first.xpath("c:errBars/c:plus//c:v/text()")]
    minus = [float(v) for v in first.xpath("c:errBars/c:minus//c:v/text()")]
    assert (plus, minus) == ([3.0] * 8, [4.0] * 8)  # the ninth was not reported
    fills = first.xpath("c:dPt/c:spPr/a:solidFill/a:srgbClr/@val")
    assert fills[:3] == [theme.LIGHT.bands[b - 1].lstrip("#") for b in (1, 1, 2)]
    labels = said_of(drawn._chartSpace)
    assert labels[:4] == ["98,2 %", "91,5 %", "84,0 %", "belum melapor"]
    assert "target kabupaten 85 %" in words_of(slide)


def test_rows_that_do_not_fit_are_counted() -> None:
    frame = pl.DataFrame({"n": [f"Unit {i}" for i in range(60)], "v": [float(i) for i in range(60)]})
    slide = alone(charts.bars(frame, "n", "v", title="T", unit="%", alt="A"))
    (drawn,) = native(slide)
    shown = rows_of(drawn)["%"]
    assert shown == [float(i) for i in range(len(shown))]
    assert f"{60 - len(shown)} baris lagi di lampiran/XLSX" in words_of(slide)


def test_dots_keep_values_intervals_and_the_last_period() -> None:
    chart = gallery()["dots"]
    (drawn,) = native(alone(chart))
    xs, ys = xs_of(drawn), rows_of(drawn)
    values, signals, hollow = (chart.data[c].to_list() for c in ("v", "s", "h"))
    assert xs["membaik"] == [v for v, s in zip(values, signals, strict=True) if s == "good"]
    assert xs["sampel kurang"] == [v for v, h in zip(values, hollow, strict=True) if h]
    assert xs["semester lalu"] == chart.data["prev"].drop_nulls().to_list()
    assert xs["rentang"][:3] == [94.2, 101.2, None]  # 98.2 - 4, 98.2 + 3, then a break
    for name, found in xs.items():
        assert [y is None for y in ys[name]] == [x is None for x in found], "no point at zero for want of a figure"
    assert [y for y in ys["perlu perhatian"] if y is not None] == [5.0, 8.0]  # rows counted from 0
    names = said_of(drawn.plots[0].series[0]._element)
    assert names[:2] == UNITS[:2]


def test_a_bullet_keeps_actual_target_and_what_was_due() -> None:
    chart = gallery()["bullet"]
    (drawn,) = native(alone(chart))
    rows = rows_of(drawn)
    assert rows["%"] == chart.data["v"].to_list()
    assert rows["target"] == chart.data["t"].to_list()
    assert rows["seharusnya sampai kini"] == chart.data["due"].to_list()


def test_stacked_parts_keep_their_values() -> None:
    chart = gallery()["stacked"]
    (drawn,) = native(alone(chart))
    rows = rows_of(drawn)
    assert [rows["BPJS"], rows["Umum"], rows[HOSTILE[1]]] == [chart.data[c].to_list() for c in "abc"]


def test_a_waterfall_begins_each_part_where_the_last_one_ended() -> None:
    (drawn,) = native(alone(gallery()["waterfall"]))
    rows = rows_of(drawn)
    # 54.25; + 31.5 = 85.75; - 6.75 = 79.0; nothing known; the total
    assert rows["mulai dari"] == [0.0, 54.25, 79.0, 0.0, 0.0]
    assert rows["poin"] == [54.25, 31.5, 6.75, None, 79.0]
    fills = drawn.plots[0].series[1]._element.xpath("c:dPt/c:spPr/a:solidFill/a:srgbClr/@val")
    shades = [theme.LIGHT.categories[0], theme.LIGHT.categories[0], theme.LIGHT.bad, theme.LIGHT.ink]
    assert fills == [shade.lstrip("#") for shade in shades]
    assert list(drawn.plots[0].categories)[2:4] == ["Potongan keterlambatan la…: −6,8", "Data belum ada: belum melapor"]


def test_a_waterfall_through_zero_is_parted_there() -> None:
    frame = pl.DataFrame({"n": ["a", "b"], "v": [5.0, -13.0]})
    (drawn,) = native(alone(charts.waterfall(frame, "n", "v", title="T", unit="poin", alt="A")))
    rows = rows_of(drawn)
    # from 5 down to -8: 5 above zero, 8 below
    assert (rows["mulai dari"][1], rows["poin"][1], rows["poin, di bawah nol"][1]) == (0.0, 5.0, -8.0)


def test_small_multiples_are_small_charts_and_many_are_a_table() -> None:
    whole = gallery()["multiples"]
    few = whole.data.filter(pl.col("u").is_in(UNITS[:3]))
    slide = alone(charts.multiples(few, "m", "y", "u", title="T", unit="pasien", alt="Uraian"))
    drawn = native(slide)
    assert [list(rows_of(chart)) for chart in drawn] == [["median", name] for name in UNITS[:3]]
    for chart, name in zip(drawn, UNITS, strict=False):
        assert rows_of(chart)[name] == few.filter(pl.col("u") == name)["y"].to_list()
    tops = [float(chart._chartSpace.xpath("string(.//c:valAx/c:scaling/c:max/@val)")) for chart in drawn]
    reach = {round(top / float(rows_of(chart)["median"][0] or 1), 3) for top, chart in zip(tops, drawn, strict=True)}
    assert len(reach) == 1, "one scale: each as far beyond its own level"
    cells = cells_of(alone(whole))
    assert [line[0] for line in cells[1:3]] == UNITS[:2]
    assert cells[0][-1] == "Des 2025"
    assert cells[1][-1] == text.number(whole.data.filter(pl.col("u") == UNITS[0])["y"][-1])


def test_a_funnel_keeps_curves_and_units() -> None:
    chart = gallery()["funnel"]
    slide = alone(chart)
    (drawn,) = native(slide)
    xs, ys = xs_of(drawn), rows_of(drawn)
    curves = chart.data.filter(pl.col("n").is_null())
    assert ys["95 %"] == pytest.approx(curves["u"].to_list())
    assert ys["99,8 %, bawah"] == pytest.approx(curves["ll"].to_list())
    worse = "di luar rentang wajar, lebih buruk"
    assert (xs[worse], ys[worse]) == ([250.0, 330.0, 700.0], [60.5, 80.0, 74.5])
    assert (xs["terlalu kecil untuk dinilai"], ys["terlalu kecil untuk dinilai"]) == ([25.0], [40.0])
    assert any("belum melapor: 1" in words for words in words_of(slide))


@pytest.mark.parametrize("kind", ["matrix", "heat"])
def test_cells_hold_a_figure_each_on_their_colour(kind: str) -> None:
    chart = gallery()[kind]
    slide = alone(chart)
    cells = cells_of(slide)
    wanted = ["belum melapor" if t is None else t for t in chart.data["t"].to_list()]
    assert [cell for line in cells[1:] for cell in line[1:]] == wanted
    assert [line[0] for line in cells[1:3]] == UNITS[:2]
    if kind == "matrix":
        (table,) = (shape.table for shape in slide.shapes if shape.has_table)
        # the second cell of the first row: band 2
        assert str(table.cell(1, 2).fill.fore_color.rgb) == theme.LIGHT.bands[1].lstrip("#")


def test_heat_without_words_says_the_letter_of_its_state() -> None:
    frame = pl.DataFrame({"r": ["A", "B", "C"], "c": ["Jan"] * 3, "s": ["late", "fine", "none"], "t": ["T", "", None]})
    states = {"fine": ("tepat waktu", "good"), "late": ("terlambat", "bad"), "none": ("belum ada", "missing")}
    cells = cells_of(alone(charts.heat(frame, "r", "c", state="s", text="t", states=states, title="L", alt="A")))
    assert [line[1] for line in cells[1:]] == ["T", "T", "belum melapor"]


def test_a_map_is_shapes_with_names_figures_and_letters() -> None:
    chart = gallery()["area_map"]
    slide = alone(chart)
    (group,) = (shape for shape in slide.shapes if shape.shape_type == 6)
    areas = [shape for shape in group.shapes if shape._element.xpath("p:spPr/a:custGeom")]
    assert [shape._element._nvXxPr.cNvPr.get("descr") for shape in areas[:3]] == [
        "Tebo Tengah: 96,1 % (A)",
        "Tebo Ilir: 84,2 % (B)",
        "Rimbo Bujang: belum melapor",
    ]
    assert str(areas[0].fill.fore_color.rgb) == theme.LIGHT.bands[0].lstrip("#")
    captions = [shape.text_frame.text for shape in group.shapes if shape not in areas]
    assert "Tebo Tengah\nA 96,1 %" in captions
    assert cells_of(slide)[1] == ["Tebo Tengah", "96,1 %", "A"]
    numbers = [int(n) for n in slide.shapes._spTree.xpath(".//p:cNvPr/@id")]
    assert len(numbers) == len(set(numbers))


def test_a_map_without_outlines_is_refused() -> None:
    frame = pl.DataFrame({"a": ["1"], "v": [1.0], "t": ["1"], "b": [1]})
    with pytest.raises(ValueError, match="outlines"):
        alone(charts.area_map(frame, "a", "v", text="t", band="b", title="T", unit="%", alt="A"))


def test_an_empty_chart_says_so() -> None:
    empty = charts.line(gallery()["line"].data.clear(), "m", "y", title="T", unit="x", alt="A")
    slide = alone(empty)
    assert not native(slide)
    assert "Tidak ada data untuk pilihan ini" in words_of(slide)
