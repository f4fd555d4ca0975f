"""A file that is no workbook of today's Excel, as one: its cells as they stood, with the marks, saying that it was made anew."""

import io
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from etl.reading.files import Document
from etl.reading.grid import MOST_COLUMNS, MOST_ROWS, Sheet
from etl.reading.words import DATE, NUMBER
from etl.returning.note import (
    AUTHOR,
    HEADINGS,
    MOST_LISTED,
    MOST_MARKED,
    TITLE,
    WIDTHS,
    Note,
    Unable,
    address,
    heading,
    line,
    more,
)
from queries.escape import on_one_line

MOST_CELLS = 3_000_000
_LONGEST = 32_767  # characters of a cell
_FIRST_DAY = date(1900, 3, 1)  # before it spreadsheets count otherwise
_OUTSIDE = re.compile(r"[\[\]:*?/\\']")


def made(document: Document, sha: str, notes: Sequence[Note], also: Sequence[str]) -> bytes:
    """Return a workbook of these sheets, with the notes; raises Unable where they do not fit in one."""
    if sum(sheet.cells.height * sheet.width for sheet in document.sheets) > MOST_CELLS:
        raise Unable("cells")
    out = io.BytesIO()
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(out, settings) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})
        listed = book.add_worksheet(TITLE)
        names = _names([sheet.name for sheet in document.sheets])
        formats: dict[str, Any] = {}
        for sheet, name in zip(document.sheets, names, strict=True):
            _write(book, book.add_worksheet(name), sheet, formats)
            _mark(book.worksheets()[-1], [note for note in notes if note.sheet == sheet.name])
        _list(book, listed, sha, notes, also, {s.name: n for s, n in zip(document.sheets, names, strict=True)})
        listed.activate()
    return out.getvalue()


def _names(given: Sequence[str]) -> list[str]:
    """Return names that a workbook may have for its sheets, each once."""
    names: list[str] = []
    for name in given:
        bare = _OUTSIDE.sub("_", on_one_line(name))[:31].strip() or "Sheet1"
        number, free = 1, bare
        while free.casefold() in {TITLE.casefold(), "history", *(each.casefold() for each in names)}:
            number += 1
            free = f"{bare[:25]} ({number})"
        names.append(free)
    return names


def _write(book: Workbook, page: Worksheet, sheet: Sheet, formats: dict[str, Any]) -> None:
    if sheet.width > MOST_COLUMNS or (sheet.cells.height and sheet.cells["row"][-1] > MOST_ROWS):
        raise Unable("cells")
    for row, *cells in sheet.cells.iter_rows():
        for column, cell in enumerate(cells):
            if cell:
                value, code = native(cell)
                style = formats.setdefault(code, book.add_format({"num_format": code})) if code else None
                if isinstance(value, str):
                    page.write_string(row - 1, column, value[:_LONGEST], style)
                elif isinstance(value, datetime):
                    page.write_datetime(row - 1, column, value, style)
                else:
                    page.write_number(row - 1, column, value, style)
    for row in sheet.hidden_rows:
        page.set_row(row - 1, None, None, {"hidden": True})
    for column in sheet.hidden_columns:
        page.set_column(column, column, None, None, {"hidden": True})


def native(cell: str) -> tuple[str | float | datetime, str]:
    """Return the value of a cell as a spreadsheet has it, and the format that shows it as it was shown; blank for the usual one."""
    said = cell[1:]
    if cell.startswith(NUMBER):
        if said.endswith("%"):
            return float(said[:-1]), "0.00%" if "." in said else "0%"
        if said.isdecimal() and said.startswith("0") and len(said) > 1:
            return float(said), "0" * len(said)
        decimals = said.partition(".")[2]
        is_shown = decimals.isdecimal() and repr(float(said)) != said
        return float(said), f"0.{'0' * len(decimals)}" if is_shown else ""
    if cell.startswith(DATE):
        moment = datetime.fromisoformat(said)
        if moment.date() < _FIRST_DAY or moment.tzinfo:
            return said, ""
        return moment, "dd/mm/yyyy hh:mm:ss" if "T" in said else "dd/mm/yyyy"
    return cell, ""


def _mark(page: Worksheet, notes: Sequence[Note]) -> None:
    texts: dict[tuple[int, int], list[str]] = {}
    for note in notes:
        if note.row is not None and note.column is not None:
            texts.setdefault((note.row - 1, note.column), []).append(note.text)
    for (row, column), said in list(texts.items())[:MOST_MARKED]:
        words = "\n\n".join(dict.fromkeys(said))
        page.write_comment(row, column, words, {"author": AUTHOR, "width": 340, "height": 150})


def _list(
    book: Workbook, page: Worksheet, sha: str, notes: Sequence[Note], also: Sequence[str], names: Mapping[str, str]
) -> None:
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    link = book.add_format({"text_wrap": True, "valign": "top", "underline": True, "font_color": "blue"})
    for column, width in enumerate(WIDTHS):
        page.set_column(column, column, width)
    above = heading(sha, len(notes), also)
    for row, words in enumerate(above):
        page.write_string(row, 0, words, None if row else bold)
    for column, words in enumerate(HEADINGS):
        page.write_string(len(above) + 1, column, words, bold)
    for number, note in enumerate(notes[:MOST_LISTED], 1):
        row = len(above) + 1 + number
        for column, words in enumerate(line(number, note)):
            page.write_string(row, column, words, wrapped)
        if note.row is not None and note.sheet in names:
            there = f"internal:'{names[note.sheet]}'!{address(note.row, note.column or 0)}"
            page.write_url(row, 1, there, link, line(number, note)[1])
    if rest := more(len(notes)):
        page.write_string(len(above) + 2 + min(len(notes), MOST_LISTED), 0, rest)
