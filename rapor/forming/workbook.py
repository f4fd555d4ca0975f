"""A form as a workbook: one sheet that prints on A4, its cells checked, locked but for those to fill in; nothing in it is run."""

import io
from collections.abc import Mapping
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from queries.forms import REFERENCE
from rapor.forming.compose import YES_NO, Check, Column, Sheet, check, is_asked

SHEET = "Formulir"
LISTS = f"Daftar ({REFERENCE})"  # whose name says that nothing is read from it
MOST_ROWS_OF_A_PAGE = 70  # more would be too small to read on one sheet of paper
LINE = 15  # points of a line of words
_NARROW = 1.05  # of the characters of a column, how many a line of words takes on average
_WIDE_PAPER, _LONG_PAPER = 95, 40  # characters across from which, and rows below which, a sheet lies on its side
_FONT = {"font_name": "Calibri", "font_size": 11, "valign": "vcenter"}
_EDGE = {"border": 1, "border_color": "#B8BEC6"}
_LOOKS: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "place": {"bold": True},
    "line": {"font_color": "#4A5560", "text_wrap": True, "valign": "top"},
    "heading": {"bold": True, "text_wrap": True, "bg_color": "#DCE6EF", "valign": "top", **_EDGE},
    "heading_shown": {"text_wrap": True, "bg_color": "#EBEDF0", "font_color": "#5A646E", "valign": "top", **_EDGE},
    "given": {"bg_color": "#EBEDF0", "text_wrap": True, **_EDGE},
    "shown": {"bg_color": "#F4F5F7", "font_color": "#5A646E", "text_wrap": True, **_EDGE},
    "asked": {"bg_color": "#FFF8D6", "locked": False, "text_wrap": True, **_EDGE},
    "number": {"bg_color": "#FFF8D6", "locked": False, "num_format": "#,##0.###;-#,##0.###;0", **_EDGE},
    "whole": {"bg_color": "#FFF8D6", "locked": False, "num_format": "#,##0", **_EDGE},
    "text": {"bg_color": "#FFF8D6", "locked": False, "num_format": "@", "text_wrap": True, **_EDGE},
    "question": {"bg_color": "#F9B572"},
}
_WIDTHS = {"count": 11, "decimal": 12, "figure": 13, "score": 9, "yes_no": 12, "nip": 21}
_WIDE = {"indicator": 38, "definition": 34, "formula": 34, "element": 38, "service": 30, "payer": 22, "employee_name": 26,
         "name": 26, "position": 26, "job_group": 24, "code": 10, "unit_of_measure": 11, "data_source": 22}  # fmt: skip
# What a locked sheet still lets people do: make columns and rows larger.
_ALLOWED = {"format_columns": True, "format_rows": True, "select_locked_cells": True, "select_unlocked_cells": True}


def xlsx(sheet: Sheet) -> bytes:
    """Return the form as a workbook."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": sheet.title, "author": "Rapor"})
    looks = {name: book.add_format({**_FONT, **look}) for name, look in _LOOKS.items()}
    page = book.add_worksheet(SHEET)
    ranges = _lists(book.add_worksheet(LISTS), sheet, looks)
    head = _above(page, sheet, looks)
    _table(page, sheet, looks, head, ranges)
    _paper(page, sheet, head)
    book.close()
    return out.getvalue()


def _above(page: Worksheet, sheet: Sheet, looks: Mapping[str, Any]) -> int:
    """Write the title and the lines above the table; return the row of its headings."""
    last = max(len(sheet.columns) - 1, 1)
    width = sum(_width(column) for column in sheet.columns)
    page.merge_range(0, 0, 0, last, sheet.title, looks["title"])
    page.set_row(0, 24)
    for row, words in enumerate(sheet.lines, 1):
        look = looks["line" if words[0].isdigit() else "place"]
        page.merge_range(row, 0, row, last, words, look)
        page.set_row(row, LINE * _lines(words, 1.15 * width))
    return len(sheet.lines) + 1


def _table(page: Worksheet, sheet: Sheet, looks: Mapping[str, Any], head: int, ranges: Mapping[str, str]) -> None:
    for index, column in enumerate(sheet.columns):
        page.set_column(index, index, _width(column))
        page.write_string(head, index, column.heading, looks["heading_shown" if column.role == "shown" else "heading"])
    page.set_row(head, LINE * max(_lines(column.heading, _width(column)) for column in sheet.columns) + 4)
    for number, values in enumerate(sheet.rows, head + 1):
        texts = [
            (value, _width(column)) for column in sheet.columns if isinstance(value := values.get(column.key), str)
        ]
        page.set_row(number, LINE * max((_lines(*text) for text in texts), default=1) + 2)
        for index, column in enumerate(sheet.columns):
            value = values.get(column.key)
            is_open = _is_open(column, values)
            found = check(sheet, column, values) if is_open else None
            _write(page, number, index, value, looks[_look(column, found) if is_open else _closed(column)])
            if found:
                page.data_validation(number, index, number, index, _validation(found, ranges, number, index))
    _questions(page, sheet, looks, head)


def _lines(words: str, width: float) -> int:
    """Return how many lines words need in a column, words never parted."""
    lines, room = 1, _NARROW * width
    left = room
    for word in words.split():
        if len(word) > left and left < room:
            lines, left = lines + 1, room
        left -= len(word) + 1
    return lines


def _is_open(column: Column, values: Mapping[str, Any]) -> bool:
    """Whether a cell is to be filled in: one that is asked for, or one of what is given that nobody has said yet."""
    if column.role == "asked":
        return is_asked(values, column.key)
    return column.role == "given" and values.get(column.key) is None


def _closed(column: Column) -> str:
    return "given" if column.role == "given" else "shown"


def _look(column: Column, found: Check | None) -> str:
    kind = column.field.type if column.field else "text"
    if kind == "count":
        return "whole"
    if kind in ("decimal", "figure", "score") and not (found and found.kind == "list"):
        return "number"
    return "asked" if found and found.kind == "list" else "text"


def _write(page: Worksheet, row: int, column: int, value: Any, look: Any) -> None:
    if value is None or value == "":
        page.write_blank(row, column, None, look)
    elif isinstance(value, bool):
        page.write_string(row, column, YES_NO[0] if value else YES_NO[1], look)
    elif isinstance(value, int | float):
        page.write_number(row, column, value, look)
    else:
        page.write_string(row, column, str(value), look)


def _validation(found: Check, ranges: Mapping[str, str], row: int, column: int) -> dict[str, Any]:
    words = {
        "input_title": found.title, "input_message": found.message, "error_title": "Periksa isian", "error_message": found.error,
        "error_type": "stop" if found.stops else "warning", "ignore_blank": True,
    }  # fmt: skip
    if found.kind == "list":
        return {"validate": "list", "source": ranges[found.choices], **words}
    if found.kind == "number_of_staff":
        cell = xl_rowcol_to_cell(row, column)
        return {"validate": "custom", "value": f'=LEN(SUBSTITUTE({cell}," ",""))=18', **words}
    kind = "integer" if found.kind == "whole" else "decimal"
    if found.high is None:
        return {"validate": kind, "criteria": ">=", "value": found.low, **words}
    return {"validate": kind, "criteria": "between", "minimum": found.low, "maximum": found.high, **words}


def _questions(page: Worksheet, sheet: Sheet, looks: Mapping[str, Any], head: int) -> None:
    """Colour a figure that is far from that of the period before: a question, and never a block."""
    if not sheet.factor or not sheet.rows:
        return
    places = {column.key: index for index, column in enumerate(sheet.columns)}
    first, last = head + 1, head + len(sheet.rows)
    for column in sheet.columns:
        if column.beside is None:
            continue
        now = xl_rowcol_to_cell(first, places[column.key], col_abs=True)
        then = xl_rowcol_to_cell(first, places[column.beside], col_abs=True)
        far = f"OR({now}>{sheet.factor:g}*{then},{now}*{sheet.factor:g}<{then})"
        rule = {
            "type": "formula",
            "criteria": f"=AND(ISNUMBER({now}),ISNUMBER({then}),{far})",
            "format": looks["question"],
        }
        page.conditional_format(first, places[column.key], last, places[column.key], rule)


def _lists(page: Worksheet, sheet: Sheet, looks: Mapping[str, Any]) -> dict[str, str]:
    """Write the closed lists that the form uses on a sheet of their own; return where each stands."""
    used = {found.choices for column in sheet.columns for row in sheet.rows if (found := check(sheet, column, row))} - {
        ""
    }
    known = {**sheet.choices, "yes_no": YES_NO}
    ranges = {}
    for index, name in enumerate(sorted(used)):
        page.write_string(0, index, f"Pilihan {index + 1} ({REFERENCE})", looks["heading_shown"])
        for row, value in enumerate(known[name], 1):
            page.write_string(row, index, value, looks["shown"])
        first, last = (xl_rowcol_to_cell(row, index, row_abs=True, col_abs=True) for row in (1, len(known[name])))
        ranges[name] = f"='{LISTS}'!{first}:{last}"
        page.set_column(index, index, 34)
    page.protect("", _ALLOWED)
    if not used:
        page.write_string(0, 0, f"Formulir ini tanpa daftar pilihan ({REFERENCE})", looks["heading_shown"])
    return ranges


def _paper(page: Worksheet, sheet: Sheet, head: int) -> None:
    """Freeze the headings, lock what is not to be filled in, set the paper, and put the cursor on the first cell to fill in."""
    last, width = head + len(sheet.rows), len(sheet.columns) - 1
    fixed = sum(column.role == "given" for column in sheet.columns)
    page.freeze_panes(head + 1, fixed if sum(map(_width, sheet.columns[:fixed])) <= 60 else 0)
    page.protect("", _ALLOWED)
    page.set_paper(9)  # A4
    across = sum(map(_width, sheet.columns))
    if across > _WIDE_PAPER and (len(sheet.rows) < _LONG_PAPER or across > 2 * _WIDE_PAPER):
        page.set_landscape()
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    page.print_area(0, 0, last, max(width, 1))
    page.repeat_rows(head)
    page.fit_to_pages(1, 1 if last <= MOST_ROWS_OF_A_PAGE else 0)
    page.set_footer("&L&8&F&R&8&P/&N")
    empty = (
        (row, index)
        for row, values in enumerate(sheet.rows, head + 1)
        for index, column in enumerate(sheet.columns)
        if _is_open(column, values) and values.get(column.key) is None
    )
    first = next(empty, None)
    if first:
        page.set_selection(*first, *first)


def _width(column: Column) -> int:
    key = column.key
    if column.field is None:
        return _WIDE.get(key, 13)
    return _WIDE.get(key) or _WIDTHS.get(column.field.type, 18)
