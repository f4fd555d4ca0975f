"""The first sheet of a workbook that goes back, as XML: what is to be mended, each line with a link to its cell; no formula."""

from collections.abc import Mapping, Sequence

from etl.returning.note import HEADINGS, MOST_LISTED, WIDTHS, Note, address, heading, letters, line, more
from etl.returning.xml import attribute, text


def sheet(
    sha: str,
    notes: Sequence[Note],
    also: Sequence[str],
    links: Mapping[str, str],
    is_strict: bool,
    wrap: int | None,
) -> bytes:
    """Return the sheet; `links` are the true names of sheets by those that a reading gives them, `wrap` the style of long texts."""
    main = (
        "purl.oclc.org/ooxml/spreadsheetml/main" if is_strict else "schemas.openxmlformats.org/spreadsheetml/2006/main"
    )
    rows: list[str] = []
    linked: list[str] = []

    def put(*cells: str, is_bold: bool = False, is_long: bool = False) -> None:
        number = len(rows) + 1
        style = f' s="{wrap}"' if wrap is not None and is_long else ""
        bold = "<rPr><b/></rPr>" if is_bold else ""
        rows.append(f'<row r="{number}">' + "".join(
            f'<c r="{address(number, n)}" t="inlineStr"{style}><is><r>{bold}<t xml:space="preserve">{text(each)}</t></r></is></c>'
            for n, each in enumerate(cells)
        ) + "</row>")  # fmt: skip

    for n, words in enumerate(heading(sha, len(notes), also)):
        put(words, is_bold=not n)
    put()
    put(*HEADINGS, is_bold=True)
    for number, note in enumerate(notes[:MOST_LISTED], 1):
        put(*line(number, note), is_long=True)
        if note.row is not None and note.sheet in links:
            name = links[note.sheet].replace("'", "''")
            place = attribute(f"'{name}'!{address(note.row, note.column or 0)}")
            linked.append(f'<hyperlink ref="{letters(1)}{len(rows)}" location="{place}"/>')
    if rest := more(len(notes)):
        put(rest)
    widths = "".join(f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(WIDTHS, 1))
    links_said = f"<hyperlinks>{''.join(linked)}</hyperlinks>" if linked else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="http://{main}">'
        f'<sheetViews><sheetView tabSelected="1" workbookViewId="0"/></sheetViews><cols>{widths}</cols>'
        f"<sheetData>{''.join(rows)}</sheetData>{links_said}</worksheet>"
    ).encode()
