"""A native chart of a slide: series in, a chart that PowerPoint can edit out, with the workbook of its data."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from math import ceil
from typing import Any

from dashboard import theme
from dashboard.render.slides.series import SHEET, Label, Mark, Placed, Scale, Series, placed, workbook
from dashboard.render.slides.sheet import (
    DRAWING,
    INK,
    LINKED,
    Run,
    Stage,
    clean,
    describe,
    emu,
    language,
    run,
    solid,
    wide,
)
from dashboard.words import text

THICKEST = 0.42  # inches of a bar
CHARTED = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
_NOTHING = "<a:noFill/>"
_UPWARDS = '<c:errDir val="y"/>'
_VEIL = '><a:alpha val="75000"/></a:srgbClr></a:solid'  # labels stay readable where they lie on lines
_SILENT = "".join(
    f'<c:show{what} val="0"/>' for what in ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize")
)


def lines(
    place: Stage, categories: Sequence[str], series: Sequence[Series], axis: Scale, *, name: str, alt: str,
    legend: bool = True, skip: int = 1, letters: float = 11.0, right: float = 0.0,
) -> Any:  # fmt: skip
    """Draw lines over named places; `right` inches stay free for what is written beside the last points."""
    drawn = "".join(_line(i, one, at) for i, (one, at) in enumerate(zip(series, placed(series), strict=True)))
    body = f'<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{drawn}<c:marker val="1"/>{_IDS}</c:lineChart>'
    axes = _names_axis("b", skip, letters, is_silent=not legend) + _figures_axis(axis, "l", letters)
    head = _legend_tall(series, place.width) if legend else 0.06
    foot = 0.42 if legend else 0.08
    left = _axis_room(axis, letters) if axis.is_shown else 0.06
    inner = (left, head + 0.06, place.width - left - right - 0.1, place.height - head - foot - 0.06)
    return _add(place, body, axes, categories, series, inner, name=name, alt=alt, legend=legend, letters=letters)


def columns(
    place: Stage, categories: Sequence[str], series: Sequence[Series], axis: Scale, *, name: str, alt: str,
    skip: int = 1,
) -> Any:  # fmt: skip
    """Draw columns made of parts."""
    drawn = "".join(_bar(i, one, at) for i, (one, at) in enumerate(zip(series, placed(series), strict=True)))
    body = (
        '<c:barChart><c:barDir val="col"/><c:grouping val="stacked"/><c:varyColors val="0"/>'
        f'{drawn}<c:gapWidth val="35"/><c:overlap val="100"/>{_IDS}</c:barChart>'
    )
    axes = _names_axis("b", skip, 11) + _figures_axis(axis, "l", 11)
    head, left = _legend_tall(series, place.width), _axis_room(axis, 11)
    inner = (left, head + 0.06, place.width - left - 0.1, place.height - head - 0.5)
    return _add(place, body, axes, categories, series, inner, name=name, alt=alt, legend=True)


def rows(
    place: Stage, categories: Sequence[str], series: Sequence[Series], axis: Scale, *, name: str, alt: str,
    stacked: bool = False, left: float = 2.8, right: float = 1.4, letters: float = 11.0,
    least: int = 45,
) -> tuple[float, float, float, float]:  # fmt: skip
    """Draw horizontal bars, the first row on top; return where the plot itself lies: left, top, width, height in inches."""
    drawn = "".join(_bar(i, one, at) for i, (one, at) in enumerate(zip(series, placed(series), strict=True)))
    kind = "stacked" if stacked else "clustered"
    head, foot = 0.05, 0.35 if axis.is_shown else 0.05
    inner = (left, head, place.width - left - right, place.height - head - foot)
    each = inner[3] / max(len(categories), 1)
    gap = min(max(round((each / THICKEST - 1) * 100), least), 500)
    body = (
        f'<c:barChart><c:barDir val="bar"/><c:grouping val="{kind}"/><c:varyColors val="0"/>'
        f'{drawn}<c:gapWidth val="{gap}"/><c:overlap val="100"/>{_IDS}</c:barChart>'
    )
    axes = _names_axis("l", 1, letters, is_down=True) + _figures_axis(axis, "b", letters, is_last=True)
    _add(place, body, axes, categories, series, inner, name=name, alt=alt, legend=False, letters=letters)
    return inner


def scatter(
    place: Stage, series: Sequence[Series], across: Scale, down: Scale, *, name: str, alt: str,
    inner: tuple[float, float, float, float], is_down: bool = False, legend: bool = False,
) -> Any:  # fmt: skip
    """Draw points and curves over two axes of figures; `is_down`: the second begins on top."""
    if legend:
        head = _legend_tall(series, place.width) + 0.06
        inner = (inner[0], inner[1] + head, inner[2], inner[3] - head)
    longest = max(len(one.xs) for one in series)
    # LibreOffice loses all series before a longer one
    series = [_paired(one, longest if n == 0 else 0) for n, one in enumerate(series)]
    places = placed(series, is_scatter=True)
    drawn = "".join(_points(i, one, at) for i, (one, at) in enumerate(zip(series, places, strict=True)))
    body = f'<c:scatterChart><c:scatterStyle val="lineMarker"/><c:varyColors val="0"/>{drawn}{_IDS}</c:scatterChart>'
    axes = _figures_axis(across, "b", 11, own="1", other="2", is_last=is_down, is_across=True)
    axes += _figures_axis(down, "l", 11, own="2", other="1", is_down=is_down, is_across=True)
    return _add(place, body, axes, None, series, inner, name=name, alt=alt, legend=legend)


def _paired(one: Series, count: int) -> Series:
    """Return the series with as many places as asked, empty where either figure is: a lone one would stand at zero."""
    pairs = [
        (x, y) if x is not None and y is not None else (None, None) for x, y in zip(one.xs, one.values, strict=True)
    ]
    pairs += [(None, None)] * (count - len(pairs))
    return replace(one, xs=[x for x, _y in pairs], values=[y for _x, y in pairs])


_IDS = '<c:axId val="1"/><c:axId val="2"/>'


def _legend_tall(series: Sequence[Series], width: float) -> float:
    """Return the inches that a legend takes; its entries all get the room of the longest."""
    named = [0.8 + wide(clean(one.name), 11) for one in series if one.is_named]
    across = max(int((width - 0.3) / max(named, default=1.0)), 1)
    return 0.08 + 0.22 * ceil(len(named) / across)


def _axis_room(axis: Scale, letters: float) -> float:
    longest = max(len(text.number(v, 0 if axis.step % 1 == 0 else 1)) for v in (axis.low, axis.high))
    return (longest + (2 if "%" in axis.form else 0)) * letters * 0.0078 + 0.2


# --- pieces of the XML ---


def _stroke(colour: str | None, points: float, dash: str = "solid") -> str:
    if colour is None:
        return f"<a:ln>{_NOTHING}</a:ln>"
    return f'<a:ln w="{round(points * 12700)}" cap="rnd">{solid(colour)}<a:prstDash val="{dash}"/><a:round/></a:ln>'


def _mark(mark: Mark | None) -> str:
    if mark is None:
        return '<c:marker><c:symbol val="none"/></c:marker>'
    fill = solid(
        mark.fill or theme.pale(mark.line, 0.3, INK)
    )  # LibreOffice draws no edges: a hollow mark would be gone
    look = f"<c:spPr>{fill}{_stroke(mark.line, 1.5)}</c:spPr>"
    return f'<c:marker><c:symbol val="{mark.form}"/><c:size val="{mark.size}"/>{look}</c:marker>'


def _title(name: str, column: str) -> str:
    heading = escape(clean(name), quote=False)
    place = f"{SHEET}!${column}$1"
    cache = f'<c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>{heading}</c:v></c:pt></c:strCache>'
    return f"<c:tx><c:strRef><c:f>{place}</c:f>{cache}</c:strRef></c:tx>"


def _numbers(values: Sequence[float | None], column: str) -> str:
    cached = "".join(f'<c:pt idx="{i}"><c:v>{float(v)!r}</c:v></c:pt>' for i, v in enumerate(values) if v is not None)
    place = f"{SHEET}!${column}$2:${column}${len(values) + 1}"
    count = f'<c:formatCode>General</c:formatCode><c:ptCount val="{len(values)}"/>'
    return f"<c:numRef><c:f>{place}</c:f><c:numCache>{count}{cached}</c:numCache></c:numRef>"


def _labels(labels: Mapping[int, Label]) -> str:
    veil = f"<c:spPr>{solid(INK.background).replace('/></a:solid', _VEIL)}<a:ln>{_NOTHING}</a:ln></c:spPr>"
    found = ""
    for at, label in sorted(labels.items()):
        body = '<a:bodyPr wrap="none" lIns="38100" tIns="19050" rIns="38100" bIns="19050" anchor="ctr"><a:spAutoFit/></a:bodyPr>'
        content = run(Run(clean(label.words), label.size, label.colour, label.bold))
        rich = f"<c:rich>{body}<a:lstStyle/><a:p>{content}</a:p></c:rich>"
        shown = _SILENT.replace('Val val="0"', 'Val val="1"')
        found += f'<c:dLbl><c:idx val="{at}"/><c:tx>{rich}</c:tx>{veil}<c:dLblPos val="{label.place}"/>{shown}</c:dLbl>'
    return f"<c:dLbls>{found}{_SILENT}</c:dLbls>" if found else ""


def _line(order: int, one: Series, at: Placed) -> str:
    look = f"<c:spPr>{_stroke(one.line, one.points, one.dash)}</c:spPr>"
    return (
        f'<c:ser><c:idx val="{order}"/><c:order val="{order}"/>{_title(one.name, at.y)}{look}{_mark(one.mark)}'
        f"{_labels(one.labels)}{_errors(one, at, _UPWARDS)}<c:cat>@CATEGORIES@</c:cat>"
        f'<c:val>{_numbers(one.values, at.y)}</c:val><c:smooth val="0"/></c:ser>'
    )


def _bar(order: int, one: Series, at: Placed) -> str:
    fill = solid(one.fill) if one.fill else _NOTHING
    edge = _stroke(one.edge, one.edge_points) if one.edge else f"<a:ln>{_NOTHING}</a:ln>"
    spots = "".join(
        f'<c:dPt><c:idx val="{n}"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/>'
        f"<c:spPr>{solid(colour)}{edge}</c:spPr></c:dPt>"
        for n, colour in sorted(one.fills.items())
    )
    return (
        f'<c:ser><c:idx val="{order}"/><c:order val="{order}"/>{_title(one.name, at.y)}'
        f'<c:spPr>{fill}{edge}</c:spPr><c:invertIfNegative val="0"/>{spots}{_labels(one.labels)}'
        f"{_errors(one, at)}<c:cat>@CATEGORIES@</c:cat><c:val>{_numbers(one.values, at.y)}</c:val></c:ser>"
    )


def _points(order: int, one: Series, at: Placed) -> str:
    look = f"<c:spPr>{_stroke(one.line, one.points, one.dash)}</c:spPr>"
    return (
        f'<c:ser><c:idx val="{order}"/><c:order val="{order}"/>{_title(one.name, at.y)}{look}{_mark(one.mark)}'
        f"{_labels(one.labels)}<c:xVal>{_numbers(one.xs, at.x)}</c:xVal>"
        f'<c:yVal>{_numbers(one.values, at.y)}</c:yVal><c:smooth val="0"/></c:ser>'
    )


def _errors(one: Series, at: Placed, way: str = "") -> str:
    """Return bars from below to above along the axis of the figures; on a line they are the days that are noted."""
    if not one.above:
        return ""
    plus, minus = _numbers(one.above, at.plus), _numbers(one.below, at.minus)
    look = _stroke(INK.accent, 1.25, "dash") if way else _stroke(INK.ink, 1)
    return (
        f'<c:errBars>{way}<c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="{int(bool(way))}"/>'
        f"<c:plus>{plus}</c:plus><c:minus>{minus}</c:minus><c:spPr>{look}</c:spPr></c:errBars>"
    )


def _letters(size: float, colour: str = INK.muted, turn: str = "") -> str:
    look = f'<a:defRPr lang="{language()}" sz="{round(size * 100)}" b="0">{solid(colour)}</a:defRPr>'
    return f'<c:txPr><a:bodyPr{turn}/><a:lstStyle/><a:p><a:pPr>{look}</a:pPr><a:endParaRPr lang="{language()}"/></a:p></c:txPr>'


def _names_axis(side: str, skip: int, letters: float, *, is_down: bool = False, is_silent: bool = False) -> str:
    way, place = "maxMin" if is_down else "minMax", "none" if is_silent else "low"
    colour = INK.ink if is_down else INK.muted
    steps = f'<c:tickLblSkip val="{skip}"/><c:tickMarkSkip val="{skip}"/>'
    return (
        f'<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="{way}"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{side}"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="{place}"/><c:spPr>{_stroke(INK.hairline, 0.75)}</c:spPr>'
        f'{_letters(letters, colour, "" if is_down else _FLAT)}<c:crossAx val="2"/><c:crosses val="autoZero"/>'
        f'<c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="60"/>{steps}<c:noMultiLvlLbl val="1"/></c:catAx>'
    )


_FLAT = ' rot="0" vert="horz"'


def _figures_axis(
    axis: Scale, side: str, letters: float, *, own: str = "2", other: str = "1", is_last: bool = False,
    is_down: bool = False, is_across: bool = False,
) -> str:  # fmt: skip
    """Return an axis of figures; `is_last`: it stands at the end of the other one, which runs downwards."""
    base = f'<c:logBase val="{axis.base:g}"/>' if axis.base else ""
    way = "maxMin" if is_down else "minMax"
    ends = f'<c:max val="{axis.high!r}"/><c:min val="{axis.low!r}"/>'
    grid = f"<c:majorGridlines><c:spPr>{_stroke(INK.grid, 0.75)}</c:spPr></c:majorGridlines>" if axis.is_ruled else ""
    step = "" if axis.base else f'<c:majorUnit val="{axis.step!r}"/>'
    head = ""
    if axis.title:
        content = run(Run(clean(axis.title), letters, INK.muted))
        head = f'<c:title><c:tx><c:rich><a:bodyPr/><a:lstStyle/><a:p>{content}</a:p></c:rich></c:tx><c:overlay val="0"/></c:title>'
    return (
        f'<c:valAx><c:axId val="{own}"/><c:scaling>{base}<c:orientation val="{way}"/>{ends}</c:scaling>'
        f'<c:delete val="{int(not axis.is_shown)}"/><c:axPos val="{side}"/>{grid}{head}'
        f'<c:numFmt formatCode="{escape(axis.form)}" sourceLinked="0"/><c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="{"nextTo" if is_last else "low"}"/>'
        f'<c:spPr>{_stroke(None, 0)}</c:spPr>{_letters(letters)}<c:crossAx val="{other}"/>'
        f'<c:crosses val="{"max" if is_last else "min"}"/>'
        f'<c:crossBetween val="{"midCat" if is_across else "between"}"/>{step}</c:valAx>'
    )


def _strings(categories: Sequence[str]) -> str:
    points = "".join(
        f'<c:pt idx="{i}"><c:v>{escape(clean(name), quote=False)}</c:v></c:pt>' for i, name in enumerate(categories)
    )
    cache = f'<c:strCache><c:ptCount val="{len(categories)}"/>{points}</c:strCache>'
    return f"<c:strRef><c:f>{SHEET}!$A$2:$A${len(categories) + 1}</c:f>{cache}</c:strRef>"


def _legend(series: Sequence[Series], letters: float, tall: float, width: float) -> str:
    silent = "".join(
        f'<c:legendEntry><c:idx val="{i}"/><c:delete val="1"/></c:legendEntry>'
        for i, one in enumerate(series)
        if not one.is_named
    )
    across = min(sum(0.85 + wide(clean(one.name), 11) for one in series if one.is_named) / width, 1.0)
    sizes = f'<c:x val="0"/><c:y val="0"/><c:w val="{across:.5f}"/><c:h val="{tall:.5f}"/>'
    spot = f'<c:xMode val="edge"/><c:yMode val="edge"/>{sizes}'
    layout = f"<c:layout><c:manualLayout>{spot}</c:manualLayout></c:layout>"
    return (
        f'<c:legend><c:legendPos val="t"/>{silent}{layout}<c:overlay val="0"/>{_letters(letters, INK.ink)}</c:legend>'
    )


def _layout(inner: tuple[float, float, float, float], place: Stage) -> str:
    shares = (inner[0] / place.width, inner[1] / place.height, inner[2] / place.width, inner[3] / place.height)
    sizes = "".join(f'<c:{key} val="{max(share, 0.01):.5f}"/>' for key, share in zip("xywh", shares, strict=True))
    modes = '<c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
    return f"<c:layout><c:manualLayout>{modes}{sizes}</c:manualLayout></c:layout>"


def _add(
    place: Stage, body: str, axes: str, categories: Sequence[str] | None, series: Sequence[Series],
    inner: tuple[float, float, float, float], *, name: str, alt: str, legend: bool, letters: float = 11.0,
) -> Any:  # fmt: skip
    """Put a chart and its workbook on the slide and return its frame."""
    from pptx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE  # noqa: PLC0415
    from pptx.parts.chart import ChartPart  # noqa: PLC0415
    from pptx.parts.embeddedpackage import EmbeddedXlsxPart  # noqa: PLC0415

    body = body.replace("@CATEGORIES@", _strings(categories)) if categories is not None else body
    words = _legend(series, letters, _legend_tall(series, place.width) / place.height, place.width) if legend else ""
    xml = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<c:chartSpace {CHARTED} {DRAWING} {LINKED}>'
        f'<c:date1904 val="0"/><c:lang val="{language()}"/><c:roundedCorners val="0"/><c:chart>'
        f'<c:autoTitleDeleted val="1"/><c:plotArea>{_layout(inner, place)}{body}{axes}'
        f"<c:spPr>{_NOTHING}<a:ln>{_NOTHING}</a:ln></c:spPr></c:plotArea>{words}"
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f"<c:spPr>{_NOTHING}<a:ln>{_NOTHING}</a:ln></c:spPr>{_letters(letters)}</c:chartSpace>"
    )
    package = place.slide.part.package
    part = ChartPart.load(
        package.next_partname(ChartPart.partname_template), CONTENT_TYPE.DML_CHART, package, xml.encode()
    )
    book = EmbeddedXlsxPart.new(workbook(categories, series, place.created_at), package)
    part.chart_workbook._chartSpace._add_externalData().rId = part.relate_to(book, RELATIONSHIP_TYPE.PACKAGE)
    key = place.slide.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
    corner = (emu(place.left), emu(place.top), emu(place.width), emu(place.height))
    frame = place.slide.shapes._add_chart_graphicFrame(key, *corner)
    describe(place.slide.shapes[-1], name, alt)
    return frame
