"""A chart description -> a static drawing: every kind, the figures in it, the same bytes each time, nothing harmful."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from typing import get_args
from xml.etree import ElementTree

import polars as pl
import pytest

from dashboard import charts, theme
from dashboard.charts import Chart
from dashboard.render.drawing import svg as drawing_svg
from dashboard.render.drawing.sheet import spread
from dashboard.render.letters import clean, measure
from dashboard.render.scenes.kinds import scene
from dashboard.render.scenes.scene import Line
from dashboard.words import text
from tests.dashboard.render.gallery import HOSTILE, UNITS, gallery

GALLERY = gallery()
SVG = "{http://www.w3.org/2000/svg}"
# Figures of each chart as a reader sees them: last values, labels, targets.
FIGURES = {
    "line": ["684", "batas atas 1.400", "batas bawah 780", "rerata 1.090", "4 bulan di bawah rerata", "data sementara"],
    "line_target": ["75,2", "target 80", "B · Baik", "C · Kurang baik", "TW IV"],
    "line_forecast": ["64,8 %", "84,2 % perkiraan", "target 100,0 %", "rentang 80 %", "rentang 95 %"],
    "line_series": ["684 Puskesmas Muara Tebo", "239 RSUD Sultan Thaha Saifuddin", "target 500"],
    "bars": ["98,2 %", "42,9 %", "belum melapor", "target kabupaten 85 %", "Sangat rendah"],
    "dots": ["98,2", "42,9", "belum melapor", "semester lalu"],
    "stacked": ["580", "870", "620+", "BPJS", "belum melapor"],
    "stacked_words": ["147,3", "RSUD Sultan Thaha"],
    "bullet": ["98,2 % / 100,0 %", "belum melapor / 90,0 %", "seharusnya sampai kini"],
    "matrix": ["81,6", "nomor 8 menurut", "belum melapor", "Sangat tinggi"],
    "multiples": ["684", "137", "pasien · garis mendatar: median; tinggi "],
    "area_map": ["96,1 %", "Tebo Tengah", "belum melapor"],
    "waterfall": ["54,2", "−6,8", "belum melapor", "79,0", "Nilai akhir"],
    "heat": ["81,6", "tepat waktu", "tidak lengkap"],
    "funnel": ["Puskesmas Alai Ilir 96,0 %", "99,8 %", "rerata 85,0 %", "belum melapor: 1"],
}


@pytest.fixture(autouse=True)
def _indonesian():
    with text.speaking("id"):
        yield


def words(svg: str) -> list[str]:
    return ["".join(node.itertext()).strip() for node in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_the_gallery_holds_every_kind() -> None:
    assert {chart.kind for chart in GALLERY.values()} == set(get_args(charts.Kind))
    assert set(FIGURES) == set(GALLERY)


@pytest.mark.parametrize("name", GALLERY)
def test_a_drawing_shows_its_figures_and_nothing_but_a_picture(name: str) -> None:
    chart = GALLERY[name]
    svg = drawing_svg.svg(chart, 560, 300)
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    assert (root.findtext(f"{SVG}title"), root.findtext(f"{SVG}desc")) == (chart.title, chart.alt)
    said = "\n".join(words(svg))
    assert [figure for figure in FIGURES[name] if figure not in said] == []
    assert {node.tag for node in root.iter()}.isdisjoint({f"{SVG}script", f"{SVG}foreignObject", f"{SVG}image"})
    assert not [key for node in root.iter() for key in node.attrib if key.startswith("on")]
    assert re.findall(r'(?:href|src)="(?!#)', svg) == []


@pytest.mark.by_turns(3)
@pytest.mark.parametrize("name", GALLERY)
def test_a_drawing_is_small_and_the_same_each_time(name: str) -> None:
    first = drawing_svg.svg(GALLERY[name], 560, 300)
    assert drawing_svg.svg(GALLERY[name], 560, 300) == first
    # a matrix of 72 cells with their words is the largest
    assert len(first) < (20_000 if GALLERY[name].kind in {"matrix", "heat"} else 11_000)


@pytest.mark.parametrize("name", GALLERY)
def test_no_words_leave_the_drawing_or_cover_each_other(name: str) -> None:
    """Boxes of all words, by the widths of our fonts' letters, lie within the sheet and apart."""
    for width, height in ((760, 330), (360, 260)):
        boxes = _boxes(GALLERY[name], width, height)
        out = [w for w, b in boxes if b[0] < -1 or b[1] < -3 or b[2] > width + 1 or b[3] > height + 3]
        assert out == [], f"cut at {width}"
        covered = [
            (a, b)
            for i, (a, p) in enumerate(boxes)
            for b, q in boxes[i + 1 :]
            if min(p[2], q[2]) - max(p[0], q[0]) > 1 and min(p[3], q[3]) - max(p[1], q[1]) > 2.5
        ]
        assert covered == [], f"at {width}"


def _boxes(chart: Chart, width: float, height: float) -> list[tuple[str, tuple[float, float, float, float]]]:
    """Return the words of a drawing with left, top, right and bottom of their letters."""
    found = []
    for node in ElementTree.fromstring(drawing_svg.svg(chart, width, height)).iter(f"{SVG}text"):
        size, said = float(node.get("font-size", 9)), "".join(node.itertext())
        wide = measure(said, size, int(node.get("font-weight", 400)))
        back = {"start": 0.0, "middle": 0.5, "end": 1.0}[node.get("text-anchor", "start")] * wide
        if turned := re.match(r"translate\(([\d.]+) ([\d.]+)\)", node.get("transform", "")):
            x, y = float(turned[1]), float(turned[2])
            found.append((said, (x - size * 0.75, y + back - wide, x + size * 0.2, y + back)))
        else:
            x, y = float(node.get("x", 0)), float(node.get("y", 0))
            found.append((said, (x - back, y - size * 0.75, x - back + wide, y + size * 0.2)))
    return found


def _placed(root: ElementTree.Element, words: str, at: str) -> float:
    """Return where words stand: x is their middle, y their line."""
    return next(float(node.get(at, 0)) for node in root.iter(f"{SVG}text") if "".join(node.itertext()) == words)


@pytest.mark.parametrize(("name", "part"), [("line", "mean"), ("line_target", "value"), ("line_forecast", "forecast")])
def test_the_line_that_is_drawn_is_the_line_that_was_decided(name: str, part: str) -> None:
    """Places read back from the drawing by two ticks of its own axis are the values of the scene, to a third of a point."""
    decided = scene(GALLERY[name])
    root = ElementTree.fromstring(drawing_svg.svg(GALLERY[name], 560, 300))
    low, high = decided.y.ticks[0], decided.y.ticks[-1]
    (a, b) = (_placed(root, tick.words, "y") for tick in (low, high))
    line = next(item for item in decided.items if isinstance(item, Line) and item.part == part)
    wanted = [y for _x, y in line.points if y is not None]
    per_point = (high.at - low.at) / (a - b)
    # letters stand 0.35 of their size lower than their middle: 0.35 x 9 x 0.92 = 2.898
    runs = [
        [low.at + (a - 2.898 - y) * per_point for y in ys]
        for ys in _strokes(root, theme.shade(line.shade, theme.LIGHT))
    ]
    drawn = next(ys for ys in runs if len(ys) == len(wanted) and abs(ys[0] - wanted[0]) < per_point)
    assert all(abs(d - w) < per_point / 3 for d, w in zip(drawn, wanted, strict=True))


def _strokes(root: ElementTree.Element, colour: str) -> list[list[float]]:
    """Return the heights of the points of each stroke of a colour."""
    found = [node.get("d", "") for node in root.iter(f"{SVG}path") if node.get("stroke") == colour]
    return [[float(y) for _x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", d)] for d in found]


def test_marks_of_a_page_say_their_words_and_lead_where_they_lead() -> None:
    frame = pl.DataFrame({"n": ["A <b>", "B"], "v": [3.0, None], "u": ["capaian?unit=a&x=1", None]})
    chart = charts.bars(frame, "n", "v", link="u", title="T", unit="pasien", alt="A")
    page, file, paper = (drawing_svg.svg(chart, 300, 120, look=look) for look in ("page", "file", "paper"))
    assert page.count('<a href="capaian?unit=a&amp;x=1">') == 2, "the bar and its name"
    assert "<title>A &lt;b&gt;: 3</title>" in page
    assert "var(--rp-ink)" in page
    assert "<title>A &lt;b&gt;: 3</title>" in file
    assert "<a " not in file + paper
    assert "var(" not in paper


def test_words_follow_the_language() -> None:
    with text.speaking("en"):
        said = words(drawing_svg.svg(GALLERY["bars"], 560, 300))
    assert "98.2%" in said
    assert "belum melapor" not in said


def test_hostile_names_are_words_without_what_steers_a_terminal_or_turns_the_text() -> None:
    said = "\n".join(words(drawing_svg.svg(GALLERY["bars"], 900, 400)))
    for name in (HOSTILE[0], HOSTILE[1], "مركز الصحة", "#panic() $x$ *b*"):
        assert name in said
    assert not re.search("[\x00-\x09\x0b-\x1f\u202a-\u202e\u2066-\u2069]", said)
    assert clean("a\u202eb\x00c\U000f0000") == "a b c□"
    assert "…" in said, "a name of 200 characters is cut"


def test_grey_has_no_colour_and_bands_that_differ_by_lightness() -> None:
    svg = drawing_svg.svg(GALLERY["matrix"], 560, 300, look="grey")
    shades = set(re.findall(r"#[0-9a-fA-F]{6}", svg)) - {theme.text_on("#FFFFFF")}
    assert [s for s in shades if not s[1:3].lower() == s[3:5].lower() == s[5:7].lower()] == []
    levels = [theme.luminance(band) for band in theme.grey(theme.LIGHT).bands]
    assert levels == sorted(levels, reverse=True)
    assert all(a - b > 0.05 for a, b in pairwise(levels))


def test_a_drawing_with_more_rows_than_room_says_how_many_are_left() -> None:
    frame = pl.DataFrame({"n": [f"Unit {n}" for n in range(80)], "v": [float(n) for n in range(80)]})
    chart = charts.bars(frame, "n", "v", title="T", unit="pasien", alt="A")
    said = words(drawing_svg.svg(chart, 500, 200))
    shown = sum(1 for w in said if w.startswith("Unit "))
    assert 10 < shown < 80
    assert f"{80 - shown} baris lainnya ada di tabel" in said
    everything = words(drawing_svg.svg(chart, 500, drawing_svg.height(chart, 500)))
    assert sum(1 for w in everything if w.startswith("Unit ")) == 80


@pytest.mark.parametrize("name", [n for n, c in GALLERY.items() if c.kind != "area_map"])
def test_a_chart_without_a_known_value_still_draws(name: str) -> None:
    chart = GALLERY[name]
    value = next(chart.roles[r] for r in ("y", "value", "text", "x") if r in chart.roles)
    if chart.kind == "stacked":
        nothing = [pl.lit(None, pl.Float64).alias(c) for c in chart.options["parts"]]
    else:
        nothing = [pl.lit(None, chart.data.schema[value]).alias(value)]
    ElementTree.fromstring(drawing_svg.svg(replace(chart, data=chart.data.with_columns(nothing)), 500, 260))


def test_a_map_without_outlines_is_refused() -> None:
    chart = GALLERY["area_map"]
    with pytest.raises(ValueError, match="outlines"):
        drawing_svg.svg(replace(chart, options=dict(chart.options) | {"geometry": None}), 500, 300)


def test_drawings_made_at_the_same_time_are_those_made_in_turn() -> None:
    names = list(GALLERY)[:6]
    with ThreadPoolExecutor(3) as pool:
        together = list(pool.map(_in_indonesian, names))
    assert together == [_in_indonesian(name) for name in names]


def _in_indonesian(name: str) -> str:
    with text.speaking("id"):
        return drawing_svg.svg(GALLERY[name], 400, 240)


def test_ids_of_two_drawings_on_a_page_differ() -> None:
    first, second = (set(re.findall(r' id="([^"]+)"', drawing_svg.svg(GALLERY[n], 500, 260))) for n in ("bars", "dots"))
    assert first
    assert first.isdisjoint(second)


def test_labels_are_spread_in_order_and_within_their_edges() -> None:
    # wanted 50, 52, 53 with 10 each between 0 and 100: pushed up from the lowest
    assert spread([50, 52, 53], [10, 10, 10], 0, 100) == [50, 60, 70]
    # at the top edge they are pushed back down: the highest ends at 100
    assert spread([95, 97], [10, 10], 0, 100) == [85, 95]


def test_the_gallery_has_hostile_names() -> None:
    assert set(HOSTILE) <= set(UNITS)
