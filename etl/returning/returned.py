"""From a file as it came and what is wrong in it to the workbook that goes back to its sender."""

from collections.abc import Mapping, Sequence
from mmap import mmap
from typing import Any

from etl.lake import Sighting
from etl.reading.files import Document, Sheet, read
from etl.recognising.places import Place, cells_of
from etl.recognising.source import Source
from etl.recognising.tables import tables_of
from etl.reference import Registers
from etl.returning import package, plain
from etl.returning.note import HIDDEN, MADE_ANEW, Note, Unable
from etl.stating import meant

_WORKBOOK = b"PK\x03\x04"


def given_back(
    content: bytes | mmap,
    sha: str,
    named: Sighting,
    wrong: Sequence[Mapping[str, Any]],
    sources: Sequence[Source],
    registers: Registers,
) -> tuple[bytes, bool]:
    """Return the workbook, and whether it is the file itself with marks (else it was made anew); raises Unreadable and Unable.

    `wrong` has of each fault the sheet, row, col, value, reason and mend, as a build tells rejects; what is of the whole file has no row.
    """
    document = read(content)
    notes = _notes(document, named, wrong, sources, registers)
    try:
        if content[:4] != _WORKBOOK:
            raise Unable("format")
        return package.marked(bytes(content), sha, notes, (), document.returned), True
    except Unable:
        also = [MADE_ANEW.format(name=named.name)]
        also += [HIDDEN.format(names=", ".join(document.hidden))] if document.hidden else []
        return plain.made(document, sha, notes, also), False


def _notes(
    document: Document,
    named: Sighting,
    wrong: Sequence[Mapping[str, Any]],
    sources: Sequence[Source],
    registers: Registers,
) -> list[Note]:
    if named.stated_source:
        sources = meant(sources, named.stated_source)
    tables = tables_of(document, sources, registers, named)[0] if any(each["row"] for each in wrong) else []
    sheets = {sheet.name: sheet for sheet in document.sheets}
    notes = []
    for each in wrong:
        sheet, row, value = sheets.get(each["sheet"] or ""), each["row"], each["value"] or ""
        at = cells_of(sheet, tables, row, each["col"] or "", value) if sheet and row else []
        places = [_seen(sheet, place) for place in at] if sheet and at else [(row, None)]
        notes += [
            Note(each["sheet"] or "", cell_row, column, value, each["reason"] or "", each["mend"] or "")
            for cell_row, column in places
        ]
    return list(dict.fromkeys(notes))


def _seen(sheet: Sheet, place: Place) -> Place:
    """Return the cell in which a person sees a cell: of a merged area its first."""
    row, column = place
    areas = (a for a in sheet.merged if a[0] <= row <= a[2] and a[1] <= column <= a[3])
    return next(((top, left) for top, left, _bottom, _right in areas), place)
