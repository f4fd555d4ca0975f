"""A meeting as a PDF: A4 landscape, tagged (PDF/UA-1), our own fonts; an equal meeting gives equal bytes. Set by Typst."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from functools import cache
from itertools import chain
from math import ceil
from pathlib import Path
from typing import Any

import polars as pl

from dashboard import theme
from dashboard.render import brand, covers, html
from dashboard.render.drawing import svg
from dashboard.render.letters import FAMILIES, FONTS, advance, clean
from dashboard.snapshot import Block, ChartBlock, Column, Meeting, Snapshot, TableBlock, TextBlock, Tile
from dashboard.words import text
from dashboard.words.cells import cell, filled
from dashboard.words.text import _, n_

TEMPLATE = Path(__file__).with_name("paper.typ")
WIDTH = 762.0  # points between the margins of A4 landscape
PAGE = 503.0  # points between head and foot
TITLE = 16.0  # points of its letters
SMALLEST = 0.55  # of its height at ease that a drawing may shrink to, for the table to stay on its page
TALLEST = 372.0  # what a title of two lines and the small print leave of a page
TALLEST_OF_TWO = 200.0  # of a drawing in the brief, where two share a page
_CUT, MOST_CUT = ("target", "keadaan"), 14  # sheets of the brief that show their first rows alone
FOLLOWED, MOST_FOLLOWED = "tindak-lanjut", 24  # of its rows stand before the appendix, the others in it
WRITTEN = "putusan"  # the sheet that is filled in by hand
MOST_ROWS = 200
LONG = 8  # rows from which a narrow table goes on beside itself
MANY = 40
GUTTER = 24.0
SHORT = 64.0  # points of a column up to which its cells stay on one line
SMALL = 240.0  # points up to which a table of its own goes on under what stands before it
FEWEST = 4  # rows with their head under a drawing: a table of fewer begins on the next page
LIGHT = 44.0  # points that the head of a page takes that says nothing of its own: its first block stands under it
_FIGURES = {"int", "decimal", "pct"}
_ENDLESS = re.compile(r"[^\s-]{24}(?=\S)|[_/](?=\w)")


def pdf(meeting: Meeting) -> bytes:
    """Return the meeting as a PDF in the language of the running thread (`text.speaking`).

    Raises ValueError where a map carries no outlines, typst.TypstError where the fonts are not to be found.
    """
    import typst  # noqa: PLC0415

    moment = meeting.created_at
    seconds = int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    compiler = typst.Compiler(input=TEMPLATE.read_bytes(), font_paths=fonts(), ignore_system_fonts=True)
    data = {"data": json.dumps(_meeting(meeting), ensure_ascii=False)}
    document = compiler.compile(sys_inputs=data, format="pdf", pdf_standards="ua-1", timestamp=seconds)
    if not isinstance(document, bytes):
        raise TypeError("Typst returned pages instead of one document")
    return document


@cache
def fonts() -> Any:
    """Return our fonts alone."""
    import typst  # noqa: PLC0415

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def _words(words: object) -> str:
    """Return words that can be set: no control characters, a break allowed within what has no spaces."""
    return _ENDLESS.sub(lambda m: m[0] + "\u200b", clean(words))


def _parts(words: str) -> list[str]:
    return [_words(part) for part in words.split("\n") if part.strip()]


def _stand(as_of: Any, build_id: str, is_sample: bool) -> str:
    """Return the left part of the footer: as of when, from which build, and that it is sample data."""
    parts = [_("Data per {date}", date=text.date(as_of))] if as_of else []
    parts += [_("Versi data {build}", build=_words(build_id))] if build_id else []
    return " · ".join([*parts, *([_("Data contoh")] if is_sample else [])])


def _meeting(meeting: Meeting) -> dict[str, Any]:
    """Return all that the template sets, as JSON types."""
    (sheets, over), own = _brief(meeting), brand.current()
    pages, colours = (*over, *covers.printed(meeting)), theme.LIGHT
    is_sample = any(page.is_sample for page in meeting.pages)
    newest = covers.as_of(meeting.pages)
    facts = [(label, _words(words)) for label, words in covers.facts(meeting)]
    title = _words(meeting.title) or _("Bahan rapat")
    words = {
        "title": title,
        "name": title.replace("\u200b", ""),
        "short_title": title if len(title) <= 90 else title[:89] + "…",
        "kicker": _words(covers.kicker(meeting)),
        "description": _words(covers.periods(meeting.pages)),
        "keywords": [clean(meeting.id), clean(meeting.build_id)],
        "language": text.language(),
        "sample": _("Data contoh") if is_sample else "",
        "stand": _stand(newest, meeting.build_id, is_sample),
        "mark": _words(covers.mark(meeting)),
        "page_words": _("Halaman {page} dari {pages}", page="{page}", pages="{pages}"),
        "contents_size": 10 if sum(1 + len(list(_flat(page.blocks))) for page in pages) <= 32 else 8.5,
        "contents_title": _("Lampiran") if meeting.brief else _("Daftar isi"),
        "notes_title": _("Catatan"),
        "table_title": _("Tabel di balik gambar"),
        "definitions_title": _("Definisi dan sumber"),
        "origins_title": _("Asal tiap halaman"),
    }
    names = ("ink", "muted", "hairline", "accent", "background")
    marks = {name: (html.SIGNALS[name], getattr(colours, name)) for name in ("good", "bad", "ordinary")}
    definitions = {_words(term): _words(meaning) for page in pages for term, meaning in page.definitions}
    return words | {
        "colours": {name: getattr(colours, name) for name in names} | {"accent": own.accent},
        "logo": list(own.logo),
        "logo_kind": "jpg" if own.kind == "jpeg" else own.kind,
        "logo_name": _("Lambang daerah"),
        "signals": {name: {"mark": mark, "colour": shade} for name, (mark, shade) in marks.items()},
        "fonts": list(FAMILIES),
        "facts": facts,
        "notes": _parts(meeting.notes),
        "brief": [_sheet(sheet) for sheet in sheets],
        "pages": [_page(page) for page in pages],
        "definitions": list(definitions.items()),
        "origins": _origins(pages) if pages else None,
    }


def _origins(pages: tuple[Snapshot, ...]) -> dict[str, Any]:
    """Return which build and day each page shows."""
    heads = [_("Halaman"), _("Periode"), _("Data per"), _("Versi data")]
    lines = [[covers.name(p), p.period, text.date(p.as_of), p.build_id or text.MISSING] for p in pages]
    shown = [[_words(words) for words in line] for line in lines]
    return {
        "head": heads,
        "right": [False] * 4,
        "rows": shown,
        "rest": "",
        "size": 9,
        "fold": 1,
        "even": False,
        "widths": None,
        "fresh": False,
    }


def _brief(meeting: Meeting) -> tuple[list[Snapshot], list[Snapshot]]:
    """Return the sheets of the brief, and what of the follow-up, which is never cut, begins the appendix."""
    sheets, over = [], []
    for sheet in meeting.brief.sheets if meeting.brief else ():
        (block, *_rest) = sheet.flat()
        sheets.append(sheet)
        if sheet.page == FOLLOWED and isinstance(block, TableBlock) and block.table.height > MOST_FOLLOWED:
            first, rest = block.table.head(MOST_FOLLOWED), block.table.slice(MOST_FOLLOWED)
            note = _("{n} keputusan lagi, semuanya di lampiran.", n=text.number(rest.height))
            sheets[-1] = replace(sheet, blocks=(replace(block, table=first), TextBlock("lagi", "", note)))
            over.append(replace(sheet, blocks=(replace(block, table=rest),)))
    return sheets, over


def _sheet(sheet: Snapshot) -> dict[str, Any]:
    """Return a sheet of the brief: its drawing low enough that two sheets share a page, a table's first rows where it is long."""
    blocks = []
    for whole in _flat(sheet.blocks):
        block = whole
        left = 0
        if isinstance(whole, TableBlock) and sheet.page in _CUT:
            block, left = replace(whole, table=whole.table.head(MOST_CUT)), whole.table.height - MOST_CUT
        entry = _block(block, 0.0, TALLEST_OF_TWO)
        table = entry.get("table")
        if table and left > 0:
            table["rest"] = _("{n} baris lainnya ada di buku kerja (XLSX).", n=text.number(left))
        if table and entry["kind"] == "chart":
            entry["table"] = table = None  # it stands in the workbook
        blocks.append(
            entry
            | {
                "title": "" if entry["kind"] != "chart" else entry["title"],
                "is_long": bool(table and table["tall"] > SMALL),
            }
        )
    return {
        "title": _words(sheet.title),
        "headlines": [{"text": _words(h.text), "signal": h.signal} for h in sheet.headlines],
        "tiles": [_tile(tile) for tile in sheet.tiles],
        "blocks": blocks,
        "written": sheet.page == WRITTEN,
    }


def _page(page: Snapshot) -> dict[str, Any]:
    status = [page.completeness]
    if page.findings is not None:
        status.append(_("{found} perlu perhatian", found=n_("{n} temuan", "{n} temuan", page.findings)))
    return {
        "title": _words(covers.name(page)),
        "period": _words(page.period),
        "stand": _stand(page.as_of, page.build_id, page.is_sample),
        "headlines": [{"text": _words(h.text), "signal": h.signal} for h in page.headlines],
        "tiles": [_tile(tile) for tile in page.tiles],
        "status": " · ".join(_words(words) for words in status if words),
        "blocks": _blocks(page),
    }


def _blocks(page: Snapshot) -> list[dict[str, Any]]:
    """Return the blocks and where each begins a new page: those with much to see do, unless it is still empty."""
    found, is_empty = [], not page.headlines and not page.tiles
    for block in _flat(page.blocks):
        entry = _block(block, LIGHT if is_empty else 0.0)
        table = entry.get("table")
        is_kept = isinstance(block, TableBlock) and table is not None and table["tall"] <= SMALL
        is_small = isinstance(block, TextBlock) or is_kept or (table is None and isinstance(block, TableBlock))
        found.append(entry | {"fresh": not is_small and not is_empty, "kept": is_kept})
        is_empty = False
    return found


def _flat(blocks: tuple[Block | tuple[Block, ...], ...]) -> Iterator[Block]:
    """Return the blocks one after another: on paper each has the width to itself."""
    return chain.from_iterable(block if isinstance(block, tuple) else (block,) for block in blocks)


def _tile(tile: Tile) -> dict[str, Any]:
    known = tile.value is not None
    return {
        "label": _words(tile.label),
        "value": _words(tile.value) if known else _("belum melapor"),
        "known": known,
        "unit": _words(tile.unit) if known else "",
        "period": _words(tile.period),
        "change": _words(tile.change),
        "signal": tile.signal,
        "rest": [_words(words) for words in (tile.comparison, tile.completeness) if words],
    }


def _block(block: Block, above: float, tallest: float = TALLEST) -> dict[str, Any]:
    if isinstance(block, TextBlock):
        return {"kind": "text", "title": _words(block.title), "body": _parts(block.body)}
    if isinstance(block, TableBlock):
        small = [block.note] if block.note else []
        if block.table.is_empty():
            small = [block.empty or _("Tidak ada data untuk pilihan ini"), *small]
        head = {"kind": "table", "title": _words(block.title), "small": [_words(words) for words in small]}
        return head | {"table": _table(block.table, block.columns)}
    if block.chart.data.is_empty():
        said = [_("Tidak ada data untuk pilihan ini"), *([block.note] if block.note else [])]
        head = {"kind": "table", "title": _words(block.chart.title), "small": [_words(words) for words in said]}
        return head | {"table": _table(block.table, block.columns)}
    return _drawn(block, above, tallest)


def _drawn(block: ChartBlock, above: float, tallest: float) -> dict[str, Any]:
    chart, table = block.chart, _table(block.table, block.columns)
    title = _words(chart.title)
    small = [_words(words) for words in (block.completeness, block.note) if words]
    tall = min(svg.height(chart, WIDTH), tallest - above)
    if table:  # a table that nearly fits under the drawing shall fit
        lines = advance(title, 600) * TITLE // WIDTH + 1
        used = above + lines * TITLE * 1.3 + sum(_lines(words) for words in small) * 13 + 52
        room = PAGE - used - table["tall"]
        tall = room if tall * SMALLEST <= room < tall else tall
        rows = (PAGE - used - tall) // table["row"]
        table["fresh"] = rows < FEWEST and table["tall"] > rows * table["row"]
        table["even"] = table["tall"] <= (PAGE - 40 if table["fresh"] else rows * table["row"])
    return {
        "kind": "chart",
        "title": title,
        "alt": _words(chart.alt),
        "drawing": svg.svg(chart, WIDTH, tall),
        "width": WIDTH,
        "small": small,
        "table": table,
    }


def _lines(words: str) -> int:
    return int(advance(words, 400) * 8.5 // WIDTH) + 1


def _table(frame: pl.DataFrame, columns: tuple[Column, ...]) -> dict[str, Any] | None:
    """Return the first rows as text, and how many are left to the workbook; None where there are none."""
    if frame.is_empty() or not columns:
        return None
    picked, columns = frame.head(MOST_ROWS), filled(frame, columns)
    heads = [_words(column.label) for column in columns]
    values = [[_words(cell(value, column)) for value in picked[column.name].to_list()] for column in columns]
    left = frame.height - picked.height
    sizes = [9 if len(columns) <= 8 else 8 if len(columns) <= 12 else 6.5]
    sizes += [7.5] if picked.height > MANY and sizes[0] > 7.5 else []
    for size in sizes:  # many rows may stand smaller where that brings them side by side
        widths = [_wide(head, cells, size) for head, cells in zip(heads, values, strict=True)]
        if sum(widths) * 2 + GUTTER <= WIDTH:
            break
    else:
        size = sizes[0]
        widths = [_wide(head, cells, size) for head, cells in zip(heads, values, strict=True)]
    row = size * 0.7 + 6.6
    fold = max(min(int((WIDTH + GUTTER) / (sum(widths) + GUTTER)), 4, -(-picked.height // LONG)), 1)
    shares = _shares(heads, values, widths, size)
    tall = _tall(values, shares or widths, size, fold)
    return {
        "head": heads,
        "widths": shares,
        "right": [column.format in _FIGURES for column in columns],
        "rows": [list(row) for row in zip(*values, strict=True)],
        "rest": _("{n} baris lainnya ada di buku kerja (XLSX).", n=text.number(left)) if left else "",
        "size": size,
        "row": row,
        "tall": tall,
        "fresh": False,
        "even": tall <= SMALL,
        "fold": fold,
    }


def _tall(values: list[list[str]], widths: list[float], size: float, fold: int) -> float:
    """Return the height of a table with its head, side by side with itself `fold` times."""
    lines = _row_lines(values, widths, size)
    return (ceil(len(lines) / fold) + 1) * (size * 0.7 + 6.6) + (sum(lines) - len(lines)) / fold * size * 1.3


def _shares(heads: list[str], values: list[list[str]], widths: list[float], size: float) -> list[float] | None:
    """Return the widths of columns in points where they can't all be as wide as they want, else None.

    Heads break first, each word whole; then cells do, in whichever way takes fewer lines: the longest with the most room, or
    the widest columns all as wide as each other.
    """
    if sum(widths) <= WIDTH:
        return None
    words = [max(head.split(" "), key=len) for head in heads]
    least = [max(_wide(w, [], size), _wide("", cells, size)) for w, cells in zip(words, values, strict=True)]
    if (spare := WIDTH - sum(least)) >= 0:
        part = spare / (sum(widths) - sum(least))
        return [low + (wide - low) * part for low, wide in zip(least, widths, strict=True)]
    low, high = 0.0, max(least)
    for _step in range(30):
        middle = (low + high) / 2
        low, high = (low, middle) if sum(min(wide, middle) for wide in least) > WIDTH else (middle, high)
    found = [[min(wide, low) for wide in least]]
    longest = [max((word for content in cells for word in content.split(" ")), key=len, default="") for cells in values]
    small = [
        wide if wide <= SHORT else max(_wide(w, [word], size), SHORT)
        for w, word, wide in zip(words, longest, least, strict=True)
    ]
    if (spare := WIDTH - sum(small)) >= 0:
        hunger = [max(wide - low, 0.0) ** 0.7 for wide, low in zip(least, small, strict=True)]
        found.append([low + spare * part / sum(hunger) for low, part in zip(small, hunger, strict=True)])
    return min(found, key=lambda shares: sum(_row_lines(values, shares, size)))


def _row_lines(values: list[list[str]], widths: list[float], size: float) -> list[int]:
    """Return how many lines each row takes in columns of these widths."""
    lines = [1] * len(values[0])
    for cells, wide in zip(values, widths, strict=True):
        for n, words in enumerate(cells):
            lines[n] = max(lines[n], ceil(advance(words, 400) * size / max(wide - 11, 20) - 0.02))
    return lines


def _wide(head: str, cells: list[str], size: float) -> float:
    """Return the width in points that a column wants."""
    return max([advance(head, 600), *(advance(words, 400) for words in cells)]) * size + 11
