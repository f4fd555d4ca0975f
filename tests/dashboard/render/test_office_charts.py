"""What slides and workbooks drew, read back from the XML of their charts and held against the scene: the same in every medium."""

import io
import zipfile
from dataclasses import dataclass
from functools import cache
from typing import Any
from xml.etree import ElementTree

import pytest

from dashboard.render.drawing import svg as drawing_svg
from dashboard.render.office.native import KINDS
from dashboard.render.scenes import meanings, scales
from dashboard.render.scenes.kinds import scene
from dashboard.render.scenes.scene import Bars, Cell, Dots, Fan, Line, Mark, Note, Rule, Scene, Stripe
from dashboard.render.slides import deck
from dashboard.render.workbook import book
from dashboard.words import text
from tests.dashboard.render.decks import chart_block, meeting_of
from tests.dashboard.render.gallery import gallery

pytestmark = pytest.mark.slow

GALLERY = {name: chart for name, chart in gallery().items() if chart.kind in KINDS}
DRAWN = {"pptx": ("ppt/charts/", deck.pptx), "xlsx": ("xl/charts/", book.xlsx)}
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
LETTERS = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


@dataclass(frozen=True)
class Drawn:
    """A series of a chart: its points by (x or name, value), the words at them, how far its intervals reach."""

    name: str
    points: list[tuple[Any, float]]
    words: list[str]
    ends: list[tuple[float, float]]


@cache
def _scene(name: str) -> Scene:
    with text.speaking("id"):
        return scene(GALLERY[name])


@cache
def _root(name: str, medium: str) -> ElementTree.Element:
    folder, export = DRAWN[medium]
    with text.speaking("id"):
        data = export(meeting_of(chart_block("x", GALLERY[name])))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        (part,) = [each for each in archive.namelist() if each.startswith(folder) and each.endswith(".xml")]
        return ElementTree.fromstring(archive.read(part))


def _cached(element: ElementTree.Element | None) -> dict[int, str]:
    points = element.iter(f"{CHART}pt") if element is not None else ()
    return {int(p.get("idx", 0)): p.findtext(f"{CHART}v", "") for p in points}


def _series(root: ElementTree.Element) -> list[Drawn]:
    found = []
    for one in root.iter(f"{CHART}ser"):
        values = _cached(
            next(one.find(f"{CHART}{tag}") for tag in ("val", "yVal") if one.find(f"{CHART}{tag}") is not None)
        )
        names, xs = _cached(one.find(f"{CHART}cat")), _cached(one.find(f"{CHART}xVal"))
        places: dict[int, Any] = {n: float(x) for n, x in xs.items()} or dict(names)
        points = [(places[n], float(v)) for n, v in values.items() if v and n in places]
        words = ["".join(node.itertext()) for node in one.iter(f"{CHART}dLbl") if node.find(f"{CHART}tx") is not None]
        less, more = (_cached(one.find(f"{CHART}errBars/{CHART}{side}")) for side in ("minus", "plus"))
        ends = [(float(values[n]) - float(less[n]), float(values[n]) + float(more[n])) for n in less if n in values]
        found.append(Drawn("".join(_cached(one.find(f"{CHART}tx")).values()), points, words, ends))
    return found


def _near(wanted: Any, found: list[Any]) -> bool:
    return any(pytest.approx(wanted) == each for each in found)


@pytest.mark.parametrize("medium", DRAWN)
@pytest.mark.parametrize("name", GALLERY)
def test_axes_reach_as_far_as_the_scene_says_and_have_its_ticks(name: str, medium: str) -> None:
    decided, root = _scene(name), _root(name, medium)
    axes = [axis for axis in (decided.x, decided.y) if axis.kind in {"value", "logarithm"}]
    drawn = {}
    for axis in root.iter(f"{CHART}valAx"):
        ends = [axis.find(f"{CHART}scaling/{CHART}{end}") for end in ("min", "max")]
        low, high = (float(end.get("val", "nan")) for end in ends if end is not None)
        unit = axis.find(f"{CHART}majorUnit")
        drawn[low, high] = None if unit is None else float(unit.get("val", 0))
    for axis in axes:
        assert (axis.low, axis.high) in drawn, "a line must not climb here and lie flat there"
        if axis.kind == "value" and axis.is_shown:
            # an office counts ticks from the low end
            ticks = [axis.low + n * (drawn[axis.low, axis.high] or 0) for n in range(len(axis.ticks))]
            assert ticks == pytest.approx([tick.at for tick in axis.ticks])


@pytest.mark.parametrize("medium", DRAWN)
@pytest.mark.parametrize("name", GALLERY)
def test_every_figure_of_the_scene_is_a_figure_of_the_chart(name: str, medium: str) -> None:
    decided, drawn = _scene(name), _series(_root(name, medium))
    kind = decided.x.kind
    names = scales.periods(decided.x) if kind == "time" else []
    places = {tick.at: name for tick, name in zip(decided.x.ticks, names, strict=False)}

    def has(part: str, x: float, y: float) -> bool:
        at = places.get(x, x)
        here = [[v for place, v in one.points if place == at or kind == "columns"] for one in drawn if part in one.name]
        return any(_near(y, values) for values in here)

    for item in decided.items:
        if isinstance(item, Line):
            assert [(x, y) for x, y in item.points if y is not None and not has(item.name, x, y)] == [], item.name
        elif isinstance(item, Fan):
            assert [e for e in item.edges if not (has(item.name, e[0], e[1]) and has(item.name, e[0], e[2]))] == []
        elif isinstance(item, Dots):
            assert [dot for dot in item.dots if not has("", dot.x, dot.y)] == [], item.name
        elif isinstance(item, Bars) and not item.is_across:
            sums = [(bar.at, bar.end - bar.start) for bar in item.bars]
            assert [(x, y) for x, y in sums if not has(item.name, x, y)] == [], item.name
        elif isinstance(item, Rule) and item.axis == "y":
            assert {v for one in drawn if one.name == item.words for _x, v in one.points} == {item.at}
        elif isinstance(item, Stripe) and item.axis == "y" and decided.y.low < item.low < decided.y.high:
            assert {v for one in drawn if one.name.startswith(item.words) for _x, v in one.points} == {item.low}


@pytest.mark.parametrize("medium", DRAWN)
@pytest.mark.parametrize("name", [n for n, c in GALLERY.items() if KINDS[c.kind] == "rows" or c.kind == "dots"])
def test_rows_keep_their_bars_targets_and_intervals(name: str, medium: str) -> None:
    decided, drawn = _scene(name), _series(_root(name, medium))
    values = [v for one in drawn for _x, v in one.points]
    for item in decided.of(Bars):
        known = [bar for bar in item.bars if bar.tip or bar.shade != "missing"]
        assert [bar for bar in known if not _near(abs(bar.end - bar.start), values)] == [], item.name
        assert all(_near(min(bar.start, bar.end), [0.0, *values]) for bar in known), "each begins where it begins"
    ends = [end for one in drawn for end in one.ends]
    ends += [
        (a[0], b[0])
        for one in drawn
        if one.name == "rentang"
        for a, b in zip(one.points[::2], one.points[1::2], strict=True)
    ]
    for mark in decided.of(Mark):
        if mark.part == "interval":
            assert _near((mark.start, mark.end), ends)
        elif mark.part == "target":
            assert _near(mark.end, [v for one in drawn if one.name == "target" for _x, v in one.points])


@pytest.mark.parametrize("medium", DRAWN)
@pytest.mark.parametrize("name", GALLERY)
def test_what_the_scene_writes_about_its_points_the_chart_writes(name: str, medium: str) -> None:
    decided, root = _scene(name), _root(name, medium)
    said = [word for one in _series(root) for word in one.words]
    names = [words for one in root.iter(f"{CHART}cat") for words in _cached(one).values()]
    for tick in decided.figures:
        assert any(tick.words in words for words in [*said, *names]), tick.words
    for note in decided.of(Note):  # a long name is cut, its figure never
        shown = f"{note.words} {note.figure}".strip()
        is_cut = note.figure and any(note.figure in words and words[:8] == note.words[:8] for words in said)
        # a workbook can't move labels apart: what would cover a stronger one is in its legend alone
        is_legend = medium == "xlsx" and note.stands == "end"
        assert shown in said or is_cut or is_legend or medium == "xlsx", note


@pytest.mark.parametrize("name", [*GALLERY, "matrix", "heat", "area_map", "multiples"])
def test_the_legend_says_the_same_words_on_a_slide_a_sheet_and_paper(name: str) -> None:
    chart = gallery()[name]
    with text.speaking("id"):
        decided = scene(chart)
        slide = deck.pptx(meeting_of(chart_block("x", chart)))
        sheet = book.xlsx(meeting_of(chart_block("x", chart)))
        paper = "".join(ElementTree.fromstring(drawing_svg.svg(chart, 900, 400)).itertext())
    slides, sheets = _words(slide), _words(sheet)
    for entry, words in meanings.said(decided):
        assert entry.words in paper, words
        assert any(words in each for each in slides) or len(decided.panels) > 8, words
        assert any(words.rpartition(" · ")[2] in each for each in sheets), words


def _words(data: bytes) -> list[str]:
    """Return all words of a package."""
    found = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.endswith(".xml"):
                for node in ElementTree.fromstring(archive.read(name)).iter():
                    if node.text and node.text.strip():
                        found.append(node.text.strip())
    return found


@pytest.mark.parametrize("name", ["matrix", "heat"])
def test_cells_hold_the_words_of_the_scene(name: str) -> None:
    with text.speaking("id"):
        decided = scene(gallery()[name])
        slides = _words(deck.pptx(meeting_of(chart_block("x", gallery()[name]))))
    wanted = [cell.words or meanings.missing().words for cell in decided.of(Cell)]
    assert [word for word in wanted if word not in slides] == []
