"""The sheet Data: every figure of a meeting, one a row, for whoever works on with them in a pivot or a program."""

from collections.abc import Sequence
from datetime import date
from math import isfinite

import polars as pl

from dashboard.render.workbook.sheet import Book
from dashboard.snapshot import Block, Column, Snapshot, TextBlock
from dashboard.words.cells import cell
from dashboard.words.harmless import harmless
from dashboard.words.text import _

SHEET = "Data"
_FIGURES = {"int", "decimal", "amount", "pct"}
_WIDTHS = (18, 18, 40, 16, 34, 16, 8)


def write(book: Book, planned: Sequence[tuple[Snapshot, Block, str]], summary: str) -> None:
    """Write page, block, row, period, column, figure and whether it is a percentage; what nobody reported has no row."""
    rows = [
        (page.page, block.id, *about, column.label, float(value), "%" if column.format == "pct" else "")
        for page, block, _name in planned
        if not isinstance(block, TextBlock)
        for column in block.columns
        if column.format in _FIGURES and block.table[column.name].dtype.is_numeric()
        for value, about in zip(block.table[column.name].to_list(), _about(block.table, block.columns), strict=True)
        if value is not None and isfinite(value)
    ]
    if not rows:
        return
    sheet = book.file.add_worksheet(book.name(SHEET))
    heads = [_("Halaman"), _("Blok"), _("Baris"), _("Periode"), _("Kolom"), _("Nilai"), _("Satuan")]
    sheet.add_table(
        0,
        0,
        len(rows),
        len(heads) - 1,
        {"name": "Data_panjang", "columns": [{"header": h} for h in heads], "style": None},
    )
    for n, wide in enumerate(_WIDTHS):
        sheet.set_column(n, n, wide)
    for at, row in enumerate(rows, 1):
        for n, value in enumerate(row):
            if isinstance(value, float):
                sheet.write_number(at, n, value)
            else:
                sheet.write_string(at, n, value)
    sheet.freeze_panes(1, 0)
    book.file.define_name("Data", f"=Data!$A$1:$G${len(rows) + 1}")


def _about(frame: pl.DataFrame, columns: Sequence[Column]) -> list[tuple[str, str]]:
    """Return of each row the words that name it and its period."""
    names = [c for c in columns if c.role in {"name", "id"} and c.format not in _FIGURES][:3]
    periods = [c for c in columns if c.role == "period"][:1]
    found = []
    for row in frame.iter_rows(named=True):
        name = " · ".join(harmless(cell(row[c.name], c), 200) for c in names)
        period = "".join(
            f"{row[c.name]:%Y-%m}" if isinstance(row[c.name], date) else cell(row[c.name], c) for c in periods
        )
        found.append((name, period))
    return found
