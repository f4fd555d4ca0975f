"""One table as a workbook: real numbers under their periods, totals below, and what was chosen and is not whole beside it.

An equal table gives equal bytes. Whatever came from a file is written as a string or a number, never as a formula.
"""

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import polars as pl

from dashboard import theme
from dashboard.render.table import about
from dashboard.render.workbook.sheet import Book, pattern, width
from dashboard.snapshot import IS_TOTAL, ChartBlock, Column, Meeting, Snapshot, TableBlock, mark_of
from dashboard.words import text
from dashboard.words.cells import cell
from dashboard.words.harmless import harmless
from dashboard.words.text import _

TOP = 4  # the row of the head, under title, choice and date
MUTED = theme.LIGHT.muted
_MEASURED = 100  # rows that the width of a column is taken from


def xlsx(block: ChartBlock | TableBlock, snapshot: Snapshot) -> bytes:
    """Return the table of a block as a workbook in the language of the running thread."""
    import xlsxwriter  # noqa: PLC0415

    out = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    meeting = alone(snapshot)
    book = Book(xlsxwriter.Workbook(out, {"in_memory": True} | plain), meeting)
    facts = about(block, snapshot)
    book.file.set_properties(
        {"title": harmless(dict(facts)[_("Tabel")], 200), "author": "Rapor", "created": meeting.created_at}
    )
    _table(book, block.table, block.columns, facts)
    _notes(book, facts, snapshot.definitions)
    book.file.close()
    return out.getvalue()


def alone(snapshot: Snapshot) -> Meeting:
    """Return a page as what a workbook is made of, as of the data of the page."""
    as_of = snapshot.as_of
    created = datetime(as_of.year, as_of.month, as_of.day) if as_of else datetime(2000, 1, 1)
    return Meeting("", snapshot.title, None, "", text.language(), "", (snapshot,), snapshot.build_id, created)


def _table(book: Book, frame: pl.DataFrame, columns: Sequence[Column], facts: Sequence[tuple[str, str]]) -> None:
    sheet = book.file.add_worksheet(book.name(_("Tabel")))
    said = dict(facts)
    book.write(sheet, 0, 0, said[_("Tabel")], bold=True, font_size=14)
    chosen = [said.get(_("Yang dipilih"), ""), said.get(_("Periode"), "")]
    data = [f"{term}: {said[term]}" for term in (_("Data per"), _("Versi data"), _("Data contoh")) if term in said]
    book.write(sheet, 1, 0, " · ".join(dict.fromkeys(words for words in chosen if words)), font_color=MUTED)
    book.write(sheet, 2, 0, " · ".join(data), font_color=MUTED)
    for n, column in enumerate(columns):
        right = {"align": "right"} if column.format not in ("text", "month", "date") else {}
        book.write(
            sheet, TOP, n, column.label, bold=True, text_wrap=True, bottom=1, bg_color=theme.LIGHT.surface, **right
        )
        shown = [cell(v, column) for v in frame[column.name].head(_MEASURED) if v is not None]
        sheet.set_column(n, n, width(column.label if n else "", shown or [column.label]))
    last = TOP
    for last, row in enumerate(frame.iter_rows(named=True), TOP + 1):
        look = {"bold": True, "top": 1} if row.get(IS_TOTAL) else {}
        for n, column in enumerate(columns):
            _cell(book, sheet, (last, n), row[column.name], column, row.get(mark_of(column.name)), look)
    totals = int(frame[IS_TOTAL].sum()) if IS_TOTAL in frame.columns else 0
    if frame.height > totals:
        sheet.autofilter(TOP, 0, last - totals, len(columns) - 1)
    sheet.freeze_panes(TOP + 1, 1)
    if note := said.get(_("Catatan")):
        book.passage(sheet, last + 2, note, 90, last=min(len(columns) - 1, 8), font_color=MUTED, italic=True)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(TOP)
    sheet.hide_gridlines(2)


def _cell(
    book: Book, sheet: Any, at: tuple[int, int], value: Any, column: Column, mark: str | None, look: dict[str, Any]
) -> None:
    """Write a cell; a figure that is not whole stays a number, with a star behind it."""
    if value is None and mark:
        book.write(sheet, *at, mark, italic=True, align="right", font_color=MUTED, **look)
    elif isinstance(value, (int, float, date)):
        number = pattern(column, value if isinstance(value, (int, float)) else None)
        book.write(sheet, *at, value, num_format=f'{number}"*"' if mark else number, **look)
    else:
        book.write(sheet, *at, value, **look)


def _notes(book: Book, facts: Sequence[tuple[str, str]], definitions: Sequence[tuple[str, str]]) -> None:
    """Write what was chosen and what the terms mean."""
    sheet = book.file.add_worksheet(book.name(_("Keterangan")))
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    for row, (term, words) in enumerate([*facts, ("", ""), *definitions]):
        book.write(sheet, row, 0, term, bold=True)
        book.write(sheet, row, 1, words, text_wrap=True)
        book.grow(sheet, row, [(words, 90)])
