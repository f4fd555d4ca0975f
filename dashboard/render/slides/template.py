"""The file of a deck: our layout on a 16:9 page, our colours and font, bytes that stay equal. Private calls stand here and in `xml`."""

import io
import re
import zipfile
from datetime import datetime
from typing import Any

from dashboard.render import brand
from dashboard.render.slides.sheet import ACROSS, FONT, HEIGHT, INK, LEFT, WIDTH
from dashboard.render.slides.xml import DRAWING, SHAPED, emu, parsed, solid


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
    own = brand.current()
    series = (*own.series, *INK.categories[len(own.series) :])
    roles = {"dk1": INK.ink, "lt1": INK.background, "dk2": own.accent, "lt2": INK.surface}
    roles |= {f"accent{n}": series[n - 1] for n in range(1, 7)} | {"hlink": own.accent, "folHlink": INK.muted}
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
