"""The slides that a deck is made of: our layout on a 16:9 page, words that fit, shapes in inches, bytes that stay equal.

The letters are Arial (the theme's only font): it is on every office computer, and Liberation Sans, which stands in for it
elsewhere, has its widths, so that what fits here fits there. Fira Sans would be replaced by whatever the machine has.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape
from typing import Any

from dashboard import theme
from dashboard.words import text

FONT = "Arial"
WIDTH, HEIGHT = 13.333, 7.5  # inches
LEFT, ACROSS = 0.5, 12.333  # of all that stands on a slide
TITLE_SIZES = (24.0, 22.0, 20.0, 18.0)
INK = theme.LIGHT
DRAWING = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
LINKED = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
SHAPED = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
# Control characters, and those that turn the direction of all that follows.
_HARMFUL = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]+")
_PERCENT = re.compile(r"(?<=\d) %")
# Thousandths of the size of the letters, from the space to the tilde: Helvetica's metrics (Adobe AFM), which Arial shares.
_WIDTHS = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 "
    "584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 "
    "667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 "
    "556 500 722 500 500 500 334 260 334 584"
)
_KNOWN = {chr(32 + i): int(width) / 1000 for i, width in enumerate(_WIDTHS.split())} | {"\u00a0": 0.278, "…": 1.0}
_BOLD = 1.07


def emu(inches: float) -> int:
    """Return inches in the format's own unit."""
    return round(inches * 914400)


def clean(words: object) -> str:
    """Return words on one line without control characters and those that turn the direction of what follows."""
    return _HARMFUL.sub(" ", str(words)).strip()


def whole(words: object) -> str:
    """Return clean words in which a figure and its percent sign stay on one line."""
    return _PERCENT.sub("\u00a0%", clean(words))


def wide(words: str, size: float, *, bold: bool = False) -> float:
    """Return the width of words in inches, letters of `size` points."""
    return sum(_KNOWN.get(c, 0.6) for c in words) * size / 72 * (_BOLD if bold else 1.0)


@cache
def fit(words: str, room: float, size: float, bold: bool = False) -> str:
    """Return clean words cut to `room` inches."""
    shown = clean(words)
    if wide(shown, size, bold=bold) <= room:
        return shown
    low, high = 0, len(shown)
    while low < high:
        middle = (low + high + 1) // 2
        fits = wide(shown[:middle].rstrip() + "…", size, bold=bold) <= room
        low, high = (middle, high) if fits else (low, middle - 1)
    return shown[:low].rstrip() + "…"


def broken(words: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """Return the lines that a word processor would make of clean words in `room` inches."""
    lines, line = [], ""
    for word in clean(words).split(" "):
        longer = f"{line} {word}" if line else word
        if wide(longer, size, bold=bold) <= room:
            line = longer
            continue
        lines += [line] if line else []
        line = word
        while wide(line, size, bold=bold) > room:  # one word wider than the line is broken anywhere
            cut = max(len(fit(line, room, size, bold)) - 1, 1)
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line] if line else lines


def within(words: str, room: float, size: float, lines: int, *, bold: bool = False) -> str:
    """Return clean words that take at most so many lines of `room` inches, cut where they would take more."""
    parts = broken(words, room, size, bold=bold)
    if len(parts) <= lines:
        return clean(words)
    head = " ".join(parts[: lines - 1])
    rest = clean(words)[len(head) :].strip()
    return f"{head} {fit(rest, room, size, bold)}".strip()


@dataclass(frozen=True)
class Run:
    """Words of one look, `size` in points; `jump` is the relation id of a slide to go to."""

    words: str
    size: float = 12.0
    colour: str = INK.ink
    bold: bool = False
    jump: str | None = None


def language() -> str:
    """Return the language that spelling is checked in."""
    return "id-ID" if text.language() == "id" else "en-US"


def solid(colour: str) -> str:
    """Return a fill of one colour."""
    return f'<a:solidFill><a:srgbClr val="{colour.lstrip("#")}"/></a:solidFill>'


def run(part: Run) -> str:
    """Return a run of a paragraph as XML."""
    look = f'lang="{language()}" sz="{round(part.size * 100)}" b="{int(part.bold)}" dirty="0"'
    jump = f'<a:hlinkClick r:id="{part.jump}" action="ppaction://hlinksldjump"/>' if part.jump else ""
    return (
        f"<a:r><a:rPr {look}>{solid(part.colour)}{jump}</a:rPr>"
        f"<a:t>{escape(_HARMFUL.sub(' ', part.words), quote=False)}</a:t></a:r>"
    )


def paragraph(parts: Sequence[Run], align: str = "l", after: float = 0.0, indent: float = 0.0) -> str:
    """Return a paragraph as XML: 'l', 'ctr' or 'r', so many points before the next, so many inches from the edge."""
    space = f'<a:spcBef><a:spcPts val="0"/></a:spcBef><a:spcAft><a:spcPts val="{round(after * 100)}"/></a:spcAft>'
    inner = "".join(run(part) for part in parts)
    end = "" if parts else f'<a:endParaRPr lang="{language()}" sz="800" dirty="0"/>'
    return f'<a:p><a:pPr marL="{emu(indent)}" indent="0" algn="{align}">{space}<a:buNone/></a:pPr>{inner}{end}</a:p>'


@dataclass(frozen=True)
class Stage:
    """The part of a slide that a block is drawn on, in inches from the slide's corner."""

    slide: Any
    left: float
    top: float
    width: float
    height: float
    created_at: datetime

    def part(self, left: float, top: float, width: float, height: float) -> "Stage":
        """Return a piece of it, its corner counted from this one's."""
        return Stage(self.slide, self.left + left, self.top + top, width, height, self.created_at)


def parsed(xml: str) -> Any:
    """Return the element of a piece of XML, as python-pptx wants it."""
    from pptx.oxml import parse_xml  # noqa: PLC0415

    return parse_xml(xml)


def describe(shape: Any, name: str, alt: str = "") -> None:
    """Name a shape, and say what is to be seen in it to those who can't see it."""
    own = shape._element._nvXxPr.cNvPr
    own.set("name", clean(name))
    if alt:
        own.set("descr", clean(alt))


def words(
    place: Stage,
    paragraphs: Iterable[str],
    name: str,
    *,
    anchor: str = "t",
    fill: str | None = None,
    inset: float = 0.0,
) -> Any:
    """Write paragraphs (XML of `paragraph`) into a box that keeps its size."""
    box = place.slide.shapes.add_textbox(emu(place.left), emu(place.top), emu(place.width), emu(place.height))
    describe(box, name)
    side = emu(inset)
    ends = f'lIns="{side}" tIns="{side}" rIns="{side}" bIns="{side}"'
    body = f'<a:bodyPr wrap="square" {ends} anchor="{anchor}"><a:noAutofit/></a:bodyPr><a:lstStyle/>'
    frame = parsed(f"<p:txBody {SHAPED} {DRAWING} {LINKED}>{body}{''.join(paragraphs)}</p:txBody>")
    own = box._element
    own.replace(own.txBody, frame)
    if fill:
        box.fill.solid()
        box.fill.fore_color.rgb = _rgb(fill)
    return box


def stroke(place: Stage, colour: str, name: str, *, alt: str = "", points: float = 0.75) -> None:
    """Draw a straight line over the diagonal of a place without height or without width."""
    from pptx.util import Pt  # noqa: PLC0415

    ends = (place.left, place.top, place.left + place.width, place.top + place.height)
    line = place.slide.shapes.add_connector(1, *(emu(end) for end in ends))
    line.line.color.rgb = _rgb(colour)
    line.line.width = Pt(points)
    _unstyled(line)
    describe(line, name, alt)


def box(place: Stage, colour: str, name: str) -> None:
    """Draw a filled rectangle."""
    shape = place.slide.shapes.add_shape(1, emu(place.left), emu(place.top), emu(place.width), emu(place.height))
    shape.fill.solid()
    shape.fill.fore_color.rgb = _rgb(colour)
    shape.line.fill.background()
    _unstyled(shape)
    describe(shape, name)


def _unstyled(shape: Any) -> None:
    """Take away the theme's style of a shape: its shadow and its effects."""
    own = shape._element
    for style in own.findall("{*}style"):
        own.remove(style)


def _rgb(colour: str) -> Any:
    from pptx.dml.color import RGBColor  # noqa: PLC0415

    return RGBColor.from_string(colour.lstrip("#"))


# --- the deck ---


def deck() -> Any:
    """Return an empty 16:9 presentation with one layout: a title, a footer, a slide number."""
    from pptx import Presentation  # noqa: PLC0415
    from pptx.opc.constants import RELATIONSHIP_TYPE  # noqa: PLC0415
    from pptx.util import Inches  # noqa: PLC0415

    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Inches(WIDTH), Inches(HEIGHT)
    keep = presentation.slide_layouts.get_by_name("Title Only")
    for layout in list(presentation.slide_layouts):
        if layout is not keep and layout.name != "Title Only":
            presentation.slide_layouts.remove(layout)
    for owner, kind in ((presentation.part, "printerSettings"), (presentation.part.package, "thumbnail")):
        rels = owner._rels
        for key in [key for key, rel in rels.items() if rel.reltype.endswith(kind)]:
            rels.pop(key)
    master = presentation.slide_master
    _place_placeholders(master, is_master=True)
    _place_placeholders(keep, is_master=False)
    _style(master)
    del presentation.part._element.sldSz.attrib["type"]  # it said 4:3
    coloured = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    coloured._blob = _theme(coloured.blob)
    return presentation


def _place_placeholders(sheet: Any, *, is_master: bool) -> None:
    """Put title, footer and number where 16:9 has them; what no slide uses is taken away."""
    places = {
        "title": (LEFT, 0.35, ACROSS - 1.5, 0.85),
        "ftr": (LEFT, 7.03, ACROSS - 1.5, 0.3),
        "sldNum": (LEFT + ACROSS - 1.4, 7.03, 1.4, 0.3),
    }
    for shape in list(sheet.placeholders):
        own = shape._element
        kind = own.xpath(".//p:ph/@type")[0]
        if kind not in places:
            own.getparent().remove(own)
            continue
        if is_master:
            shape.left, shape.top, shape.width, shape.height = (emu(v) for v in places[kind])
            body = own.txBody.find("{*}bodyPr")
            for side in ("lIns", "tIns", "rIns", "bIns"):
                body.set(side, "0")
            body.set("anchor", "b" if kind == "title" else "ctr")
            for look in own.xpath(".//a:lstStyle/a:lvl1pPr"):
                look.set("algn", "r" if kind == "sldNum" else "l")
                look.replace(
                    look.find("{*}defRPr"), parsed(f'<a:defRPr {DRAWING} sz="1000">{solid(INK.muted)}</a:defRPr>')
                )


def _style(master: Any) -> None:
    own = master._element
    ends = f'<a:off x="{emu(LEFT)}" y="{emu(6.98)}"/><a:ext cx="{emu(ACROSS)}" cy="0"/>'
    line = f'<a:prstGeom prst="line"><a:avLst/></a:prstGeom><a:ln w="9525">{solid(INK.hairline)}</a:ln>'
    own.cSld.spTree.append(
        parsed(
            f'<p:cxnSp {SHAPED} {DRAWING}><p:nvCxnSpPr><p:cNvPr id="99" name="Line"/><p:cNvCxnSpPr/><p:nvPr userDrawn="1"/>'
            f"</p:nvCxnSpPr><p:spPr><a:xfrm>{ends}</a:xfrm>{line}</p:spPr></p:cxnSp>"
        )
    )
    title = own.find("{*}txStyles/{*}titleStyle/{*}lvl1pPr")
    title.set("algn", "l")
    letters = title.find("{*}defRPr")
    letters.set("sz", "2400")
    letters.set("b", "1")


def _theme(blob: bytes) -> bytes:
    """Return the theme with our colours and our font."""
    roles = {"dk1": INK.ink, "lt1": INK.background, "dk2": INK.accent, "lt2": INK.surface}
    roles |= {f"accent{n}": INK.categories[n - 1] for n in range(1, 7)} | {"hlink": INK.accent, "folHlink": INK.muted}
    xml = blob.decode("utf-8")
    for role, colour in roles.items():
        fill = f'<a:{role}><a:srgbClr val="{colour.lstrip("#")}"/></a:{role}>'
        xml = re.sub(rf"<a:{role}>.*?</a:{role}>", fill, xml, count=1, flags=re.DOTALL)
    xml = re.sub(r'(<a:(?:major|minor)Font>\s*<a:latin typeface=")[^"]*', rf"\g<1>{FONT}", xml)
    return re.sub(r'(<a:clrScheme name|<a:fontScheme name|<a:theme [^>]*?name)="[^"]*"', r'\1="Rapor"', xml).encode()


def packed(presentation: Any, at: datetime) -> bytes:
    """Return the file, each entry stamped with the moment the meeting was made."""
    raw, out = io.BytesIO(), io.BytesIO()
    presentation.save(raw)
    stamp = (max(at.year, 1980), at.month, at.day, at.hour, at.minute, at.second)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            info = zipfile.ZipInfo(entry.filename, stamp)
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 0, 0
            target.writestr(info, source.read(entry))
    return out.getvalue()
