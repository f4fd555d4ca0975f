"""All that slides need of PowerPoint's XML because python-pptx has no public call for it, in one place.

Words with a language and a way to another slide (`run`, `paragraph`); cells with edges (`table`); shapes of any outline (`shape`);
in charts where the plot lies, a logarithm, every n-th name, bars of an interval, labels moved and on a ground of their own.
`tests/dashboard/render/test_packages.py` holds the version that this was tried with, and the order of the elements.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from xml.sax.saxutils import quoteattr

from dashboard import theme
from dashboard.words import text

INK = theme.LIGHT
DRAWING = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
LINKED = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
SHAPED = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
CHARTED = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
NOTHING = "<a:noFill/>"
# Control characters, and those that turn the direction of all that follows.
HARMFUL = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]+")
HATCHED = (
    f'<a:pattFill prst="ltUpDiag"><a:fgClr><a:srgbClr val="{INK.hairline.lstrip("#")}"/></a:fgClr>'
    f'<a:bgClr><a:srgbClr val="{INK.background.lstrip("#")}"/></a:bgClr></a:pattFill>'
)


@dataclass(frozen=True)
class Run:
    """Words of one look, `size` in points; `jump` is the relation id of a slide to go to."""

    words: str
    size: float = 12.0
    colour: str = INK.ink
    bold: bool = False
    jump: str | None = None


def emu(inches: float) -> int:
    """Return inches in the format's own unit."""
    return round(inches * 914400)


def language() -> str:
    """Return the language that spelling is checked in."""
    return "id-ID" if text.language() == "id" else "en-US"


def parsed(xml: str) -> Any:
    """Return the element of a piece of XML, as python-pptx wants it."""
    from pptx.oxml import parse_xml  # noqa: PLC0415

    return parse_xml(xml)


def solid(colour: str, more: str = "") -> str:
    """Return a fill of one colour."""
    return f'<a:solidFill><a:srgbClr val="{colour.lstrip("#")}">{more}</a:srgbClr></a:solidFill>'


def run(part: Run) -> str:
    """Return a run of a paragraph."""
    look = f'lang="{language()}" sz="{round(part.size * 100)}" b="{int(part.bold)}" dirty="0"'
    jump = f'<a:hlinkClick r:id="{part.jump}" action="ppaction://hlinksldjump"/>' if part.jump else ""
    return (
        f"<a:r><a:rPr {look}>{solid(part.colour)}{jump}</a:rPr>"
        f"<a:t>{escape(HARMFUL.sub(' ', part.words), quote=False)}</a:t></a:r>"
    )


def paragraph(parts: Sequence[Run], align: str = "l", after: float = 0.0, indent: float = 0.0) -> str:
    """Return a paragraph: 'l', 'ctr' or 'r', so many points before the next, so many inches from the edge."""
    space = f'<a:spcBef><a:spcPts val="0"/></a:spcBef><a:spcAft><a:spcPts val="{round(after * 100)}"/></a:spcAft>'
    inner = "".join(run(part) for part in parts)
    end = "" if parts else f'<a:endParaRPr lang="{language()}" sz="800" dirty="0"/>'
    return f'<a:p><a:pPr marL="{emu(indent)}" indent="0" algn="{align}">{space}<a:buNone/></a:pPr>{inner}{end}</a:p>'


def fill(box: Any, paragraphs: Sequence[str], anchor: str, inset: float) -> None:
    """Put paragraphs into a box that keeps its size."""
    side, own = emu(inset), box._element
    body = f'<a:bodyPr wrap="square" lIns="{side}" tIns="{side}" rIns="{side}" bIns="{side}" anchor="{anchor}"><a:noAutofit/>'
    frame = f"<p:txBody {SHAPED} {DRAWING} {LINKED}>{body}</a:bodyPr><a:lstStyle/>{''.join(paragraphs)}</p:txBody>"
    own.replace(own.txBody, parsed(frame))


def describe(shape: Any, name: str, alt: str = "") -> None:
    """Say what is to be seen in a shape to those who can't see it."""
    own = shape._element._nvXxPr.cNvPr
    own.set("name", name)
    if alt:
        own.set("descr", alt)


def unstyled(shape: Any) -> None:
    """Take away the theme's style of a shape: its shadow and its effects."""
    own = shape._element
    for style in own.findall("{*}style"):
        own.remove(style)


def table(frame: Any, columns: Sequence[float], rows: Sequence[tuple[float, str]]) -> None:
    """Put columns of widths and rows of (height, cells) into the frame of a table."""
    look = '<a:tblPr firstRow="1"><a:tableStyleId>{2D5ABB26-0587-4C30-8999-92F81FD0307C}</a:tableStyleId></a:tblPr>'
    grid = "".join(f'<a:gridCol w="{emu(width)}"/>' for width in columns)
    body = "".join(f'<a:tr h="{emu(tall)}">{cells}</a:tr>' for tall, cells in rows)
    made = parsed(f"<a:tbl {DRAWING} {LINKED}>{look}<a:tblGrid>{grid}</a:tblGrid>{body}</a:tbl>")
    old = frame._element.graphic.graphicData.tbl
    old.getparent().replace(old, made)


def cell(content: str, filled: str, *, span: int, side: float, is_framed: bool, is_turned: bool) -> str:
    """Return a cell of a table: hairlines under it, or around it."""
    line = solid(INK.background if is_framed else INK.hairline)
    edges = (("lnL", is_framed), ("lnR", is_framed), ("lnT", is_framed), ("lnB", True))
    drawn = "".join(f'<a:{e} w="{9525 if shown else 0}">{line if shown else NOTHING}</a:{e}>' for e, shown in edges)
    margins = f'marL="{emu(side)}" marR="{emu(side)}" marT="{emu(0.02)}" marB="{emu(0.02)}"'
    turn = ' vert="vert270"' if is_turned else ""
    over = f' gridSpan="{span}"' if span > 1 else ' hMerge="1"' if span == 0 else ""
    return (
        f'<a:tc{over}><a:txBody><a:bodyPr/><a:lstStyle/>{content}</a:txBody><a:tcPr {margins}{turn} anchor="ctr">'
        f"{drawn}{filled}</a:tcPr></a:tc>"
    )


def shape(group: Any, name: str, alt: str, at: Sequence[int], look: str, paragraphs: str = "") -> None:
    """Add a shape at (left, top, width, height) to a group."""
    descr = f" descr={quoteattr(alt)}" if alt else ""
    body = '<a:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"/><a:lstStyle/>'
    kind = ' txBox="1"' if paragraphs else ""
    made = (
        f'<p:sp {SHAPED} {DRAWING}><p:nvSpPr><p:cNvPr id="{number(group)}" name={quoteattr(name)}{descr}/>'
        f'<p:cNvSpPr{kind}/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm><a:off x="{at[0]}" y="{at[1]}"/>'
        f'<a:ext cx="{at[2]}" cy="{at[3]}"/></a:xfrm>{look}</p:spPr>'
        f"<p:txBody>{body}{paragraphs or paragraph([])}</p:txBody></p:sp>"
    )
    group._element.append(parsed(made))
    group._element.recalculate_extents()


def outline(paths: Sequence[Sequence[tuple[int, int]]], at: Sequence[int]) -> str:
    """Return the outline of a shape that lies at (left, top, width, height)."""
    drawn = ""
    for path in paths:
        first, *others = [f'<a:pt x="{x - at[0]}" y="{y - at[1]}"/>' for x, y in path]
        drawn += f"<a:moveTo>{first}</a:moveTo>" + "".join(f"<a:lnTo>{spot}</a:lnTo>" for spot in others) + "<a:close/>"
    guides = '<a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l="0" t="0" r="r" b="b"/>'
    path = f'<a:path w="{at[2]}" h="{at[3]}">{drawn}</a:path>'
    line = f'<a:ln w="19050">{solid(INK.background)}</a:ln>'
    return f"<a:custGeom>{guides}<a:pathLst>{path}</a:pathLst></a:custGeom>@FILL@{line}"


def title(place: Any, part: Run) -> None:
    """Put words into the placeholder of a title, which makes them smaller rather than leaving its place."""
    body = f"<a:bodyPr><a:normAutofit/></a:bodyPr><a:lstStyle/><a:p>{run(part)}</a:p>"
    own = place._element
    own.replace(own.txBody, parsed(f"<p:txBody {SHAPED} {DRAWING}>{body}</p:txBody>"))


def foot(slide: Any, stand: Run, number: int, count: int) -> None:
    """Add the placeholders of footer and number, which python-pptx leaves out of a new slide."""
    look = f'<a:rPr lang="{language()}" dirty="0"/>'
    field = f'<a:fld id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum">{look}<a:t>{number}</a:t></a:fld>'
    numbered = f"{field}<a:r>{look}<a:t>/{count}</a:t></a:r>"
    for kind, place, inner, name in (("ftr", 11, run(stand), "Kaki"), ("sldNum", 12, numbered, "Nomor")):
        made = (
            f'<p:sp {SHAPED} {DRAWING}><p:nvSpPr><p:cNvPr id="{slide.shapes._next_shape_id}" name="{name}"/><p:cNvSpPr>'
            f'<a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph type="{kind}" sz="quarter" idx="{place}"/></p:nvPr></p:nvSpPr>'
            f"<p:spPr/><p:txBody><a:bodyPr/><a:lstStyle/><a:p>{inner}</a:p></p:txBody></p:sp>"
        )
        slide.shapes._spTree.append(parsed(made))


def notes(slide: Any, lines: Sequence[str]) -> None:
    """Write the speaker notes, a paragraph a line; empty placeholders of their page are taken away."""
    page = slide.notes_slide
    for shape in list(page.placeholders):
        own = shape._element
        if own.xpath(".//p:ph/@type")[0] not in {"body", "sldImg"}:
            own.getparent().remove(own)
    frame = page.notes_text_frame._txBody
    for old in frame.findall("{*}p"):
        frame.remove(old)
    for line in lines or [""]:
        words = (
            f'<a:r><a:rPr lang="{language()}" dirty="0"/><a:t>{escape(line, quote=False)}</a:t></a:r>' if line else ""
        )
        frame.append(parsed(f"<a:p {DRAWING}>{words}</a:p>"))


def number(group: Any) -> int:
    """Return a number that no shape of the slide has."""
    return 1 + max(int(own) for own in group._element.getroottree().xpath("//@id") if own.isdigit())


# --- charts ---


def laid(chart: Any, inner: Sequence[float]) -> None:
    """Say where in its frame the plot itself lies: left, top, width, height as shares."""
    sizes = "".join(f'<c:{key} val="{max(share, 0.01):.5f}"/>' for key, share in zip("xywh", inner, strict=True))
    modes = '<c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
    plot = chart._chartSpace.chart.plotArea
    for old in plot.findall("{*}layout"):
        plot.remove(old)
    plot.insert(0, parsed(f"<c:layout {CHARTED}><c:manualLayout>{modes}{sizes}</c:manualLayout></c:layout>"))


def spaced(axis: Any, skip: int) -> None:
    """Write every n-th name of an axis, level, however little room there is."""
    own = axis._element
    for tag in ("tickLblSkip", "tickMarkSkip"):
        own.find("{*}noMultiLvlLbl").addprevious(parsed(f'<c:{tag} {CHARTED} val="{skip}"/>'))
    own.find("{*}txPr/{*}bodyPr").set("rot", "0")
    own.find("{*}auto").set("val", "0")  # names stay names, even those that look like days


def crossing(axis: Any, at: str) -> None:
    """Say at which end of the other axis an axis stands: min or max."""
    axis._element.find("{*}crosses").set("val", at)


def logarithmic(axis: Any) -> None:
    """Make an axis logarithmic."""
    axis._element.find("{*}scaling").insert(0, parsed(f'<c:logBase {CHARTED} val="10"/>'))


def reach(
    series: Any, columns: tuple[str, str], ends: Sequence[tuple[float, float] | None], look: tuple[str, str]
) -> None:
    """Add bars from below to above each figure; `columns` are the places of their lengths in the workbook, `look` colour and dash."""
    is_line = series._element.getparent().tag.endswith("lineChart")
    parts = ""
    for tag, side, column in (("plus", 1, columns[1]), ("minus", 0, columns[0])):
        shown = "".join(f'<c:pt idx="{n}"><c:v>{e[side]!r}</c:v></c:pt>' for n, e in enumerate(ends) if e)
        count = f'<c:formatCode>General</c:formatCode><c:ptCount val="{len(ends)}"/>'
        parts += f"<c:{tag}><c:numRef><c:f>{column}</c:f><c:numCache>{count}{shown}</c:numCache></c:numRef></c:{tag}>"
    line = f'<a:ln w="{15875 if is_line else 12700}">{solid(look[0])}<a:prstDash val="{look[1]}"/></a:ln>'
    way = '<c:errDir val="y"/>' if is_line else ""
    made = (
        f'<c:errBars {CHARTED} {DRAWING}>{way}<c:errBarType val="both"/><c:errValType val="cust"/>'
        f'<c:noEndCap val="{int(is_line)}"/>{parts}<c:spPr>{line}</c:spPr></c:errBars>'
    )
    series._element.find("{*}cat").addprevious(parsed(made))


def label(series: Any, at: int, moved: tuple[float, float], *, is_veiled: bool) -> None:
    """Move the label of a point right and down by shares of the chart, on a ground of its own that lines don't show through."""
    own = series._element.get_dLbl(at)
    if is_veiled:
        ground = solid(INK.background, '<a:alpha val="75000"/>')
        veil = f"<c:spPr {CHARTED} {DRAWING}>{ground}<a:ln>{NOTHING}</a:ln></c:spPr>"
        own.find("{*}tx").addnext(parsed(veil))
    own.getparent().find("{*}showLeaderLines").set("val", "0")
    if max(map(abs, moved)) > 0.002:
        place = f'<c:manualLayout><c:x val="{moved[0]:.5f}"/><c:y val="{moved[1]:.5f}"/></c:manualLayout>'
        own.find("{*}idx").addnext(parsed(f"<c:layout {CHARTED}>{place}</c:layout>"))
