"""A table of a snapshot as HTML for the screen and paper, and as CSV for a spreadsheet."""

import csv
import io
from datetime import date, datetime
from html import escape
from typing import Any

import polars as pl

from dashboard.render.html import sparkline
from dashboard.snapshot import Column, Snapshot
from dashboard.words.cells import MOST_ROWS, cell, course
from dashboard.words.text import _
from queries.escape import disarmed

SENTENCE = 28  # characters, from which a cell is prose rather than a name
SHORT = 14  # characters, up to which a cell stays on one line
_RIGHT = {"int", "decimal", "amount", "pct"}


def _side(frame: pl.DataFrame, column: Column) -> str:
    """Return the class of a column: figures to the right, sentences with room for a few lines, what is short on one line."""
    if column.format in _RIGHT:
        return "rp-r"
    if column.format == "spark":
        return ""
    texts = frame[column.name].head(MOST_ROWS)
    longest = texts.str.len_chars().max() if texts.dtype == pl.String else None
    if not isinstance(longest, int):
        return ""
    return "rp-wide" if longest > SENTENCE else "rp-tight" if longest <= SHORT else ""


def _shown(value: Any, column: Column) -> str:
    """Return a cell; a course as a small line, its last figure in words."""
    if column.format == "spark" and value:
        return sparkline(course(value), 96, 24)
    return escape(cell(value, column))


def as_html(frame: pl.DataFrame, columns: tuple[Column, ...], caption: str) -> str:
    """Return the first rows as a table that scrolls in its own box, its first column in place."""
    sides = [_side(frame, c) for c in columns]
    kinds = [f" class='{side}'" if side else "" for side in sides]
    head = "".join(f"<th scope='col'{kind}>{escape(c.label)}</th>" for c, kind in zip(columns, kinds, strict=True))
    lines = []
    for row in frame.head(MOST_ROWS).iter_rows(named=True):
        cells = []
        for i, (column, side, kind) in enumerate(zip(columns, sides, kinds, strict=True)):
            url = row.get(column.link) if column.link else None
            asked = url and column.asks and not row[column.name]
            shown = _shown(row[column.name], column) if not asked else escape(column.asks)
            if column.fill and row[column.fill] is not None:
                shown = f"<i class='rp-chip rp-fill-{row[column.fill]}'></i>{shown}"
            if url:
                shown = f'<a href="{escape(url)}">{shown}</a>'
            is_nil = not asked and row[column.name] is None
            classes = f" class='{side} rp-nil'" if is_nil else kind
            tag = "th scope='row'" if i == 0 else "td"
            cells.append(f"<{tag}{classes}>{shown}</{tag[:2]}>")
        lines.append(f"<tr>{''.join(cells)}</tr>")
    hidden = f"<caption class='rp-hidden'>{escape(caption)}</caption>"
    body = f"<table class='rp-table'>{hidden}<thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
    return f"<div class='rp-scroll' tabindex='0' role='region' aria-label='{escape(caption)}'>{body}</div>"


def safe(value: Any) -> Any:
    """Return what a CSV cell may hold: numbers as they are, an apostrophe before text that a spreadsheet would run."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return disarmed(value) if isinstance(value, str) else value


def as_csv(frame: pl.DataFrame, columns: tuple[Column, ...], snapshot: Snapshot) -> bytes:
    """Return all rows as UTF-8 CSV with a BOM, numbers with a point; sample data says so in its last column."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    sample = (_("Data contoh"),) if snapshot.is_sample else ()
    writer.writerow([*(safe(c.label) for c in columns), *sample])
    names = [c.name for c in columns]
    for row in frame.select(names).iter_rows():
        writer.writerow([*("" if v is None else safe(v) for v in row), *sample])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def file_name(snapshot: Snapshot, block: str) -> str:
    """Return the name of a download: page, block, build, and that it is sample data where it is."""
    parts = ["rapor", snapshot.page, block, snapshot.build_id, "data-contoh" if snapshot.is_sample else ""]
    return "-".join(p for p in parts if p) + ".csv"
