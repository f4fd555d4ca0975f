"""A table of a snapshot as HTML for the screen and paper, and as CSV for a spreadsheet."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from typing import Any, Literal

import polars as pl

from dashboard.render.html import sparkline
from dashboard.snapshot import IS_TOTAL, ChartBlock, Column, Snapshot, TableBlock, mark_of
from dashboard.words import text
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


@dataclass(frozen=True)
class Sort:
    """What a press on the head of a column does: the relative URL of the page sorted by it, and how it is sorted now."""

    url: str
    now: Literal["ascending", "descending", "none"] = "none"


_ARROWS = {"ascending": "▲", "descending": "▼", "none": ""}


def as_html(
    frame: pl.DataFrame, columns: tuple[Column, ...], caption: str, sorts: Mapping[str, Sort] | None = None
) -> str:
    """Return the first rows as a table that scrolls in its own box, its first column in place, its totals at the foot.

    A row with sentences in it is read across: on a phone it stands under its name, each cell after its column's label.
    """
    sides = [f"{_side(frame, c)}{' rp-beside' if sorts and c.role == 'derived' else ''}" for c in columns]
    kinds = [f" class='{side}'" if side else "" for side in sides]
    # Sentences or many words are read row by row, as figures are down a column.
    is_read = not sorts and len(columns) > 3 and ("rp-wide" in sides or sum(side != "rp-r" for side in sides) > 3)
    labels = [f" data-l='{escape(c.label)}'" if is_read else "" for c in columns]
    head = "".join(_head(c, kind, (sorts or {}).get(c.name)) for c, kind in zip(columns, kinds, strict=True))
    totals = frame.filter(pl.col(IS_TOTAL)) if IS_TOTAL in frame.columns else frame.clear()
    first = (frame.filter(~pl.col(IS_TOTAL)) if IS_TOTAL in frame.columns else frame).head(MOST_ROWS)
    cells = [kind + label for kind, label in zip(kinds, labels, strict=True)]
    lines, foot = (
        "".join(_line(row, columns, cells) for row in each.iter_rows(named=True)) for each in (first, totals)
    )
    hidden = f"<caption class='rp-hidden'>{escape(caption)}</caption>"
    foot = f"<tfoot>{foot}</tfoot>" if foot else ""
    look = "rp-table rp-read" if is_read else "rp-table"
    body = f"<table class='{look}'>{hidden}<thead><tr>{head}</tr></thead><tbody>{lines}</tbody>{foot}</table>"
    return f"<div class='rp-scroll' tabindex='0' role='region' aria-label='{escape(caption)}'>{body}</div>"


def _shown(value: Any, column: Column) -> str:
    """Return a cell; a course as a small line."""
    if column.format == "spark" and value:
        return sparkline(course(value), 96, 24)
    return escape(cell(value, column))


def _head(column: Column, kind: str, sort: Sort | None) -> str:
    if sort is None:
        return f"<th scope='col'{kind}>{escape(column.label)}</th>"
    arrow = f"<span aria-hidden='true'>{_ARROWS[sort.now]}</span>" if _ARROWS[sort.now] else ""
    link = f"<a href='{escape(sort.url)}' title='{_('Urutkan')}'>{escape(column.label)}{arrow}</a>"
    return f"<th scope='col'{kind} aria-sort='{sort.now}'>{link}</th>"


def _line(row: Mapping[str, Any], columns: tuple[Column, ...], kinds: list[str]) -> str:
    cells = []
    for i, (column, kind) in enumerate(zip(columns, kinds, strict=True)):
        url = row.get(column.link) if column.link else None
        asked = bool(url and column.asks and not row[column.name])
        shown = escape(column.asks) if asked else _shown(row[column.name], column)
        if column.fill and row[column.fill] is not None:
            shown = f"<i class='rp-chip rp-fill-{row[column.fill]}'></i>{shown}"
        if url:
            named = f' aria-label="{escape(column.asks)}: {escape(str(row[columns[0].name]))}"' if asked else ""
            shown = f'<a href="{escape(url)}"{named}>{shown}</a>'
        if words := row.get(mark_of(column.name)):
            shown += (
                f"<span class='rp-part' title='{escape(words)}'>*<span class='rp-hidden'> {escape(words)}</span></span>"
            )
        tag = "th scope='row'" if i == 0 else "td"
        nil = " data-nil" if row[column.name] is None and not asked else ""
        cells.append(f"<{tag}{kind}{nil}>{shown}</{tag[:2]}>")
    return f"<tr>{''.join(cells)}</tr>"


def safe(value: Any) -> Any:
    """Return what a CSV cell may hold: numbers as they are, an apostrophe before text that a spreadsheet would run."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return disarmed(value) if isinstance(value, str) else value


def about(block: ChartBlock | TableBlock, snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
    """Return what a file says of its table: what it is, what was chosen, of which data, what is not whole."""
    title = block.chart.title if isinstance(block, ChartBlock) else block.title
    facts = [
        (_("Tabel"), title),
        (_("Yang dipilih"), snapshot.filters),
        (_("Periode"), snapshot.period),
        (_("Data per"), text.date(snapshot.as_of) if snapshot.as_of else ""),
        (_("Versi data"), snapshot.build_id),
        (_("Data contoh"), _("ya") if snapshot.is_sample else ""),
        (_("Catatan"), block.note or ""),
    ]
    return tuple((term, words) for term, words in facts if words)


def as_csv(
    frame: pl.DataFrame, columns: tuple[Column, ...], snapshot: Snapshot, facts: Sequence[tuple[str, str]] = ()
) -> bytes:
    """Return all rows as UTF-8 CSV with a BOM, numbers with a point; sample data says so in its last column.

    Below them, after an empty line, stand the `facts` of the table.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    sample = (_("Data contoh"),) if snapshot.is_sample else ()
    writer.writerow([*(safe(c.label) for c in columns), *sample])
    names = [c.name for c in columns]
    for row in frame.select(names).iter_rows():
        writer.writerow([*("" if v is None else safe(v) for v in row), *sample])
    if facts:
        writer.writerow([])
    for term, words in facts:
        writer.writerow([safe(term), safe(words)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def file_name(snapshot: Snapshot, block: str, ending: str = "csv") -> str:
    """Return the name of a download: page and block or what the page calls it, build, and that it is sample data where it is."""
    named = [snapshot.extra["download"]] if "download" in snapshot.extra else [snapshot.page, block]
    parts = ["rapor", *named, snapshot.build_id, "data-contoh" if snapshot.is_sample else ""]
    return f"{'-'.join(p for p in parts if p)}.{ending}"
