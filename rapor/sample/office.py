"""How offices store a table: CSV, XLSX and ODS files, the same bytes at every writing."""

import csv
import io
import os
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter

Value = str | int | float | None
Row = Sequence[Value]

_CREATED = datetime(2026, 1, 2, 8, 0)
_ZIP_DATE = (2026, 1, 2, 8, 0, 0)
_ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_ODS_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows of cells from A1 on; `merges` are (first row, first column, last row, last column), from 0."""

    name: str
    rows: Sequence[Row]
    merges: Sequence[tuple[int, int, int, int]] = field(default=())


def received(path: Path, at: datetime) -> Path:
    """Set the file's modification time to the moment (UTC) at which it reached the inbox; returns the path."""
    stamp = at.replace(tzinfo=UTC).timestamp()
    os.utime(path, (stamp, stamp))
    return path


def write_csv(
    path: Path, rows: Iterable[Row], at: datetime, *, delimiter: str = ";", encoding: str = "utf-8", end: str = "\r\n"
) -> Path:
    """Write a CSV file; `utf-8-sig` puts a byte order mark, `cp1252` is what older office programs save."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return received(path, at)


def write_workbook(path: Path, sheets: Sequence[Sheet], at: datetime) -> Path:
    """Write the sheets in the format that the file's ending names: .xlsx or .ods."""
    path.parent.mkdir(parents=True, exist_ok=True)
    {".xlsx": _xlsx, ".ods": _ods}[path.suffix](path, sheets)
    return received(path, at)


def _xlsx(path: Path, sheets: Sequence[Sheet]) -> None:
    book = xlsxwriter.Workbook(path, {"in_memory": True})
    book.set_properties({"created": _CREATED, "author": "Data contoh", "company": "Kabupaten Tebo (contoh)"})
    centred = book.add_format({"bold": True, "align": "center", "valign": "vcenter"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        number, text = page.write_number, page.write_string
        merged = {(top, left): (bottom, right) for top, left, bottom, right in sheet.merges}
        for r, row in enumerate(sheet.rows):
            for c, value in enumerate(row):
                if (r, c) in merged:
                    page.merge_range(r, c, *merged[r, c], value, centred)
                elif isinstance(value, str):
                    if value:
                        text(r, c, value)
                elif value is not None:
                    number(r, c, value)
    book.close()


def _ods(path: Path, sheets: Sequence[Sheet]) -> None:
    tables = "".join(
        f'<table:table table:name="{escape(sheet.name)}">{_ods_rows(sheet)}</table:table>' for sheet in sheets
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_ODS_SPACES} office:version="1.2">'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS_TYPE}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        # The format asks for the type first and not compressed, so that a reader can tell it from the first bytes.
        archive.writestr(zipfile.ZipInfo("mimetype", _ZIP_DATE), _ODS_TYPE, zipfile.ZIP_STORED)
        archive.writestr(zipfile.ZipInfo("content.xml", _ZIP_DATE), content, zipfile.ZIP_DEFLATED)
        archive.writestr(zipfile.ZipInfo("META-INF/manifest.xml", _ZIP_DATE), manifest, zipfile.ZIP_DEFLATED)


def _ods_rows(sheet: Sheet) -> str:
    spans = {(t, left): f' table:number-rows-spanned="{b - t + 1}" table:number-columns-spanned="{r - left + 1}"'
             for t, left, b, r in sheet.merges}  # fmt: skip
    lines = []
    for r, row in enumerate(sheet.rows):
        cells = "".join(_ods_cell(value, spans.get((r, c), "")) for c, value in enumerate(row))
        lines.append(f"<table:table-row>{cells or '<table:table-cell/>'}</table:table-row>")
    return "".join(lines)


def _ods_cell(value: Value, span: str) -> str:
    if value in (None, ""):
        return f"<table:table-cell{span}/>"
    if isinstance(value, str):
        kind, shown = 'office:value-type="string"', escape(value)
    else:
        kind, shown = f'office:value-type="float" office:value="{value}"', str(value)
    return f"<table:table-cell{span} {kind}><text:p>{shown}</text:p></table:table-cell>"
