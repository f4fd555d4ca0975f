"""What changed since a meeting, as text for a terminal or as JSON."""
# ruff: noqa: PLC0415  a command imports only what it needs

import json
import sys
from typing import TYPE_CHECKING

from queries.language import _
from rapor.terminal import out, say

if TYPE_CHECKING:
    from dashboard.snapshot import Snapshot, TableBlock


def write(page: "Snapshot", *, is_json: bool) -> None:
    """Write the page of a comparison; sample data says so on the error stream."""
    if page.is_sample:
        print(_("Data contoh"), file=sys.stderr)
    if is_json:
        sys.stdout.write(_as_json(page))
        return
    say(page.title, "bold")
    for headline in page.headlines:
        say(headline.text)
    for block in _tables(page):
        print_block(block, "json")


def _tables(page: "Snapshot") -> "list[TableBlock]":
    from dashboard.snapshot import TableBlock

    return [block for block in page.blocks if isinstance(block, TableBlock)]


def _as_json(page: "Snapshot") -> str:
    """Return the page as JSON: its sentences, and each table under its id with all rows."""
    values = {
        "title": page.title,
        "build_id": page.build_id,
        "headlines": [headline.text for headline in page.headlines],
        "counts": {tile.id: tile.value for tile in page.tiles},
    }
    for block in _tables(page):
        rows = block.table.rows(named=True)
        values[block.id] = [{column.label: row[column.name] for column in block.columns} for row in rows]
    return json.dumps(values, ensure_ascii=False, indent=2) + "\n"


def print_block(block: "TableBlock", whole: str) -> None:
    """Print a table as far as the screen goes, nothing where it is empty; `whole` is the format that holds all of its rows."""
    import polars as pl

    from dashboard.words.cells import MOST_ROWS, cell
    from queries import output

    if block.table.is_empty():
        return
    sys.stdout.write(f"\n{block.title}\n")
    shown = block.table.head(MOST_ROWS).rows(named=True)
    cells = {c.label: [cell(row[c.name], c) for row in shown] for c in block.columns}
    written, hidden = output.as_text(pl.DataFrame(cells), out().width if out().is_terminal else None)
    sys.stdout.write(written)
    if hidden:
        say(_("{n} kolom lagi tidak muat di layar; semuanya ada dengan --format json.", n=hidden), aside=True)
    if block.table.height > MOST_ROWS:
        n, of = MOST_ROWS, block.table.height
        say(_("{n} dari {of} baris; semuanya ada dengan --format {form}.", n=n, of=of, form=whole))
