"""Workbooks written part by part, as no library would write them: XLSX and XLSB of given XML or records, ODS of given rows."""

import io
import struct
import zipfile
from collections.abc import Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_ODF = "urn:oasis:names:tc:opendocument:xmlns:"


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def _relations(*entries: tuple[str, str, str], kind: str) -> str:
    rows = "".join(f'<Relationship Id="{i}" Type="{kind}/{of}" Target="{target}"/>' for i, of, target in entries)
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def xlsx(
    *rows: str,
    part: str = "xl/worksheets/sheet1.xml",
    before: str = "",
    after: str = "",
    styles: str = "",
    strings: str = "",
    settings: str = "",
    kind: str = RELATIONS,
    names: tuple[str, ...] = ("A",),
    prefix: str = "",
) -> bytes:
    """Return an XLSX of one part for all its sheets, with these rows as XML."""
    p = f"{prefix}:" if prefix else ""
    space = f'xmlns{":" + prefix if prefix else ""}="{MAIN}" xmlns:r="{RELATIONS}"'
    sheets = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="s"/>' for n, name in enumerate(names, 1))
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
            "_rels/.rels": _relations(("r", "officeDocument", "/xl/workbook.xml"), kind=kind),
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{settings}<sheets>{sheets}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": _relations(
                ("s", "worksheet", f"/{part}"), ("t", "sharedStrings", "sharedStrings.xml"), ("u", "styles", "styles.xml"),
                kind=kind,
            ),
            "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
            "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
            part: f"<{p}worksheet {space}>{before}<{p}sheetData>{''.join(rows)}</{p}sheetData>{after}</{p}worksheet>",
        }
    )  # fmt: skip


def styles(*codes: str) -> str:
    """Return a style sheet whose style 1, 2, ... have these number formats; style 0 is General."""
    formats = "".join(f'<numFmt numFmtId="{164 + n}" formatCode="{code}"/>' for n, code in enumerate(codes))
    uses = "".join(f'<xf numFmtId="{164 + n}"/>' for n in range(len(codes)))
    other = '<dxfs><dxf><numFmt numFmtId="164" formatCode="0%"/></dxf></dxfs>'  # of conditions, not of cells
    return f'<numFmts>{formats}</numFmts><cellXfs><xf numFmtId="0"/>{uses}</cellXfs>{other}'


def ods(rows: str, styles: str = "", manifest: str = "", name: str = "A") -> bytes:
    """Return an ODS of one sheet with these rows as XML."""
    spaces = " ".join(f'xmlns:{p}="{_ODF}{p}:1.0"' for p in ("office", "table", "text", "style", "manifest"))
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f"<manifest:manifest {spaces}>{manifest}</manifest:manifest>",
            "content.xml": f"<office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles>"
            f'<office:body><office:spreadsheet><table:table table:name="{name}" table:style-name="t">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        }
    )


# --- XLSB ------------------------------------------------------------------------------------------------------------


def record(kind: int, content: bytes = b"") -> bytes:
    """Return a record of [MS-XLSB]: kind and length in groups of seven bits, then its content."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, size = b"", len(content)
    while True:
        size, digit = size >> 7, size & 0x7F
        length += bytes([digit | (0x80 if size else 0)])
        if not size:
            return head + length + content


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb(
    rows: Mapping[int, list[tuple[int, int, float | str]]], codes: tuple[str, ...] = (), hidden: tuple[int, ...] = ()
) -> bytes:
    """Return an XLSB: by row (from 0) cells of column, style and value; style 1, 2, ... have these formats."""
    sheet = record(129) + record(148, struct.pack("<4I", 0, 1 << 20, 0, 1 << 14)) + record(145)
    for row, cells in rows.items():
        flags = 0x10 if row in hidden else 0
        sheet += record(0, struct.pack("<IIHBBBI", row, 0, 300, 0, flags, 0, 0))
        for column, style, value in cells:
            head = struct.pack("<II", column, style)
            sheet += (
                record(6, head + wide(value)) if isinstance(value, str) else record(5, head + struct.pack("<d", value))
            )
    sheet += record(146) + record(130)
    formats = b"".join(record(44, struct.pack("<H", 164 + n) + wide(code)) for n, code in enumerate(codes))
    uses = b"".join(
        record(47, struct.pack("<HH", 0, use) + bytes(12)) for use in (0, *(164 + n for n in range(len(codes))))
    )
    names = record(156, struct.pack("<II", 0, 1) + wide("s") + wide("A"))
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
            "_rels/.rels": _relations(("r", "officeDocument", "xl/workbook.bin"), kind=RELATIONS),
            "xl/_rels/workbook.bin.rels": _relations(
                ("s", "worksheet", "worksheets/sheet1.bin"), ("u", "styles", "styles.bin"), kind=RELATIONS
            ),
            "xl/workbook.bin": record(131) + record(143) + names + record(144) + record(132),
            "xl/styles.bin": record(278) + formats + record(617, struct.pack("<I", 1)) + uses + record(618) + record(279),
            "xl/worksheets/sheet1.bin": sheet,
        }
    )  # fmt: skip
