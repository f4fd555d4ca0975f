"""Slides and workbooks as packages that an office opens without a repair: parts, relations, ids, the order of elements."""

import ast
import io
import posixpath
import re
import zipfile
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from dashboard.meetings import media
from dashboard.render.slides import deck
from dashboard.words import text
from tests.dashboard.render.decks import chart_block, meeting_of
from tests.dashboard.render.gallery import gallery

pytestmark = pytest.mark.slow

RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
LINKED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
# Element -> its children in the order of ECMA-376 part 1 (the transitional schema), those that we write.
_ANY = re.compile(r"^[a-z]+(?=(Chart|Ax)$)")  # charts and axes of a plot come in any order
FIGURES = "axId scaling delete axPos majorGridlines title numFmt majorTickMark minorTickMark tickLblPos spPr txPr crossAx crosses"
ORDER = {
    "chartSpace": "date1904 lang roundedCorners style chart spPr txPr externalData printSettings",
    "chart": "title autoTitleDeleted plotArea legend plotVisOnly dispBlanksAs showDLblsOverMax",
    "plotArea": "layout anyChart anyAx spPr",
    "lineChart": "grouping varyColors ser dLbls marker smooth axId",
    "barChart": "barDir grouping varyColors ser dLbls gapWidth overlap axId",
    "scatterChart": "scatterStyle varyColors ser dLbls axId",
    "ser": "idx order tx spPr invertIfNegative marker dPt dLbls errBars cat val xVal yVal smooth",
    "dPt": "idx invertIfNegative marker bubble3D spPr",
    "dLbls": "dLbl delete numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName showPercent showBubbleSize "
    "showLeaderLines",
    "dLbl": "idx delete layout tx numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName showPercent showBubbleSize",
    "errBars": "errDir errBarType errValType noEndCap plus minus val spPr",
    "catAx": f"{FIGURES} auto lblAlgn lblOffset tickLblSkip tickMarkSkip noMultiLvlLbl",
    "valAx": f"{FIGURES} crossBetween majorUnit minorUnit dispUnits",
    "scaling": "logBase orientation max min",
    "legend": "legendPos legendEntry layout overlay spPr txPr",
    "worksheet": "sheetPr dimension sheetViews sheetFormatPr cols sheetData autoFilter mergeCells conditionalFormatting "
    "hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks drawing legacyDrawing tableParts extLst",
    "tc": "txBody tcPr",
    "tcPr": "lnL lnR lnT lnB noFill solidFill pattFill",
    "tbl": "tblPr tblGrid tr",
    "sp": "nvSpPr spPr style txBody",
    "txBody": "bodyPr lstStyle p",
}  # fmt: skip
# Where labels may stand: PowerPoint repairs a chart that says otherwise.
PLACES = {
    "lineChart": "b ctr l r t",
    "scatterChart": "b ctr l r t",
    "stacked": "ctr inBase inEnd",
    "clustered": "ctr inBase inEnd outEnd",
}


@cache
def _made(medium: str) -> bytes:
    blocks = tuple(chart_block(name, chart) for name, chart in gallery().items())
    with text.speaking("id"):
        return media.export(meeting_of(*blocks), medium)


def _books(data: bytes) -> list[bytes]:
    """Return the package and the workbooks inside it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [data, *(archive.read(name) for name in archive.namelist() if name.endswith(".xlsx"))]


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def test_private_calls_of_the_library_of_slides_stand_in_two_modules_and_were_tried_with_its_version() -> None:
    """After an upgrade: look at the slides of a meeting in PowerPoint, then name the new version here."""
    assert version("python-pptx") == "1.0.2"
    wrong = []
    for path in Path(deck.__file__).parent.glob("*.py"):
        if path.name in {"xml.py", "template.py"}:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_own = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
            if isinstance(node, ast.Attribute) and not is_own and re.match("_[a-z]", node.attr):
                wrong.append(f"{path.name}:{node.lineno} {node.attr}")
    assert not wrong


@pytest.mark.parametrize("medium", ["pptx", "xlsx"])
def test_every_part_has_a_type_and_every_relation_a_part(medium: str) -> None:
    for data in _books(_made(medium)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            assert len(names) == len({name.lower() for name in names}), "no part twice"
            types = ElementTree.fromstring(archive.read("[Content_Types].xml"))
            extensions = {each.get("Extension", "").lower() for each in types if _name(each) == "Default"}
            parts = [each.get("PartName", "")[1:] for each in types if _name(each) == "Override"]
            assert len(parts) == len(set(parts))
            assert set(parts) <= set(names), "a type for a part that is not there"
            untyped = [n for n in names if n not in parts and n.rpartition(".")[2].lower() not in extensions]
            assert untyped in ([], ["[Content_Types].xml"])
            for name in names:
                if name.endswith(".rels"):
                    _related(archive, name)


def _related(archive: zipfile.ZipFile, name: str) -> None:
    folder = posixpath.dirname(posixpath.dirname(name))
    relations = list(ElementTree.fromstring(archive.read(name)).iter(RELATION))
    ids = [each.get("Id") for each in relations]
    assert len(ids) == len(set(ids)), name
    for each in relations:
        assert each.get("TargetMode") != "External", name
        target = each.get("Target", "").partition("#")[0]
        place = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        assert not target or place in archive.namelist(), (name, target)
    owner = posixpath.join(folder, posixpath.basename(name).removesuffix(".rels"))
    if owner in archive.namelist():
        root = ElementTree.fromstring(archive.read(owner))
        used = {value for each in root.iter() for key, value in each.attrib.items() if key.startswith(LINKED) and value}
        assert used <= set(ids), owner


@pytest.mark.parametrize("medium", ["pptx", "xlsx"])
def test_elements_stand_in_the_order_of_the_standard(medium: str) -> None:
    wrong = []
    for data in _books(_made(medium)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                if not name.endswith(".xml") or "/theme/" in name:
                    continue
                for element in ElementTree.fromstring(archive.read(name)).iter():
                    order = ORDER.get(_name(element), "").split()
                    if order and not (_name(element) == "chart" and not len(element)):
                        found = [
                            _ANY.sub("any", _name(child)) if _name(element) == "plotArea" else _name(child)
                            for child in element
                        ]
                        places = [order.index(child) if child in order else None for child in found]
                        if None in places or places != sorted(p for p in places if p is not None):
                            wrong.append((name, _name(element), found))
    assert not wrong[:5]


def test_shapes_have_ids_of_their_own_and_labels_stand_where_their_chart_allows() -> None:
    with zipfile.ZipFile(io.BytesIO(_made("pptx"))) as archive:
        for name in archive.namelist():
            if name.startswith(("ppt/slides/slide", "ppt/notesSlides/notes")) and name.endswith(".xml"):
                root = ElementTree.fromstring(archive.read(name))
                ids = [each.get("id") for each in root.iter() if _name(each) == "cNvPr"]
                assert len(ids) == len(set(ids)), name
    charts = 0
    for medium in ("pptx", "xlsx"):
        with zipfile.ZipFile(io.BytesIO(_made(medium))) as archive:
            for name in archive.namelist():
                if "/charts/chart" in name and name.endswith(".xml"):
                    charts += 1
                    _labelled(ElementTree.fromstring(archive.read(name)), name)
    assert charts > 20


def _labelled(root: Any, name: str) -> None:
    for plot in (each for each in root.iter() if _name(each) in {"lineChart", "barChart", "scatterChart"}):
        grouping = next((c.get("val") for c in plot if _name(c) == "grouping"), "")
        allowed = PLACES[grouping if _name(plot) == "barChart" else _name(plot)].split()
        said = [each.get("val") for each in plot.iter() if _name(each) == "dLblPos"]
        assert set(said) <= set(allowed), (name, _name(plot), grouping, said)
        orders = [each.get("val") for ser in plot if _name(ser) == "ser" for each in ser if _name(each) in {"idx"}]
        assert len(orders) == len(set(orders)), name
    axes = [
        c.get("val") for each in root.iter() if _name(each) in {"catAx", "valAx"} for c in each if _name(c) == "axId"
    ]
    used = [
        each.get("val")
        for plot in root.iter()
        if _name(plot).endswith("Chart")
        for each in plot
        if _name(each) == "axId"
    ]
    assert set(used) == set(axes), name


def test_a_table_has_as_many_cells_a_row_as_columns() -> None:
    with zipfile.ZipFile(io.BytesIO(_made("pptx"))) as archive:
        for name in archive.namelist():
            if name.startswith("ppt/slides/slide"):
                for table in (e for e in ElementTree.fromstring(archive.read(name)).iter() if _name(e) == "tbl"):
                    columns = sum(_name(e) == "gridCol" for e in table.iter())
                    rows = [sum(_name(c) == "tc" for c in row) for row in table if _name(row) == "tr"]
                    assert set(rows) == {columns}, name
