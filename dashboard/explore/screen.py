"""Jelajah on a screen: the question as a sentence, its answer right below it, the files of the table one press away."""

from collections.abc import Mapping
from dataclasses import replace
from html import escape

from dashboard.explore import question
from dashboard.explore.page import MOST_AT_ONCE
from dashboard.explore.question import Asked
from dashboard.filters import Filters
from dashboard.render import body, html, table
from dashboard.render.body import Parts
from dashboard.render.table import Sort
from dashboard.snapshot import Snapshot, TableBlock, Tile
from dashboard.words.text import _

FILES = {"xlsx": "XLSX", "csv": "CSV"}


def as_html(
    snapshot: Snapshot, ask: str, chips: str, asked: Asked, chosen: Filters, parts: Parts, sight: str, sql: str | None
) -> str:
    """Return the page; `ask` is the sentence, `chips` what else was chosen, `sql` the relative URL of its SELECT."""
    rows = "".join(_row(row, snapshot, asked, chosen, parts, sql) for row in snapshot.blocks)
    ways = "".join(
        html.way(snapshot.extra[name], words.format(n=question.ROWS_A_PART))
        for name, words in (("before_link", _("← {n} baris sebelumnya")), ("after_link", _("{n} baris berikutnya →")))
        if name in snapshot.extra
    )
    title = f"<div class='rp-title rp-hidden'><h1>{escape(snapshot.title)}</h1></div>"
    back = snapshot.extra.get("back_link")
    back = (
        f"<p class='rp-back'><a href='{escape(back)}'>← {escape(snapshot.extra['back_words'])}</a></p>" if back else ""
    )
    inner = f"{title}{ask}{chips}{back}{_answer(snapshot)}{rows}{ways}{html.status(snapshot)}{html.footer(snapshot)}"
    return f"<div class='rp-page rp-explore' data-sight='{sight}'>{inner}</div>"


def _answer(snapshot: Snapshot) -> str:
    """Return the finding, and under it the figures of the whole, a line each, with the way to the rows behind them."""
    totals = [tile for tile in snapshot.tiles if not tile.link]
    ways = [tile for tile in snapshot.tiles if tile.link]
    lines = "".join(map(_total, totals, ways))
    # With two groupings the first sentence only says the whole, which the line below does as well.
    findings = [
        h
        for h in snapshot.headlines
        if not (totals and h.link == "#tabel" and not isinstance(snapshot.blocks[0], tuple))
    ]
    return html.headlines(tuple(findings)) + lines


def _total(tile: Tile, way: Tile) -> str:
    """Return a figure of the whole with its period, its change, how complete it is, and the way to its rows."""
    figure = html.whole(tile.value) if tile.value is not None else _("belum melapor")
    rest = [tile.period, " ".join(words for words in (tile.change, tile.comparison) if words), tile.completeness]
    about = [html.whole(words) for words in rest if words]
    words = _("{n} baris di baliknya", n=way.value or "")
    about.append(f"<a href='{escape(way.link or '')}'>{escape(words)}</a>")
    return f"<p class='rp-total'>{escape(tile.label)} <strong>{figure}</strong> {escape(tile.unit)} · {' · '.join(about)}</p>"


def _row(row: object, snapshot: Snapshot, asked: Asked, chosen: Filters, parts: Parts, sql: str | None) -> str:
    if isinstance(row, tuple):
        return f"<div class='rp-pair'>{''.join(_row(b, snapshot, asked, chosen, parts, sql) for b in row)}</div>"
    if not isinstance(row, TableBlock) or row.id == "berkas" or row.table.is_empty():
        return body.row(row, snapshot, parts)  # ty: ignore[invalid-argument-type]
    sorts = _sorts(row, asked, chosen) if asked.look == "groups" else {}
    shown = table.as_html(row.table, row.columns, row.title, sorts)
    notes = html.note(body.hinted(row), None) + html.note(body.rest(row, has_files=parts.has_files), None)
    head = f"<div class='rp-over'>{body.head(row)}{_files(row, snapshot, parts, sql)}</div>"
    inner = f"{head}{shown}{notes}"
    return f"<section class='rp-block st-key-block_{escape(row.id)}' data-blok='{escape(row.id)}'>{inner}</section>"


def _files(block: TableBlock, snapshot: Snapshot, parts: Parts, sql: str | None) -> str:
    """Return the ways to take a table along: each one press."""
    is_whole = parts.has_files and int(snapshot.extra.get("rows", 0)) <= MOST_AT_ONCE
    links = [
        f"<a href='{escape(parts.url(block.id, kind))}' download='{escape(table.file_name(snapshot, block.id, kind))}'"
        f" aria-label='{_('Unduh {kind}', kind=words)}: {escape(block.title)}'>{words}</a>"
        for kind, words in FILES.items()
        if is_whole
    ]
    links += [f"<a href='{escape(sql)}'>{_('Buka di SQL')}</a>"] if sql else []
    head = f"<span>{_('Unduh')}</span> " if is_whole else ""
    return f"<p class='rp-files'>{head}{' '.join(links)}</p>" if links else ""


def _sorts(block: TableBlock, asked: Asked, chosen: Filters) -> Mapping[str, Sort]:
    """Return what a press on each head does: the largest first, then the smallest, then the usual order again."""
    now, is_down = question.sorted_by(asked.sort)
    found = {}
    for column in block.columns:
        is_now = column.name == now
        first = column.name != "d0"  # names from A to Z, figures from the largest
        following = (
            None
            if is_now and is_down != first
            else question.sort_of(column.name, is_down=is_down != is_now if is_now else first)
        )
        words = ("descending" if is_down else "ascending") if is_now else "none"
        found[column.name] = Sort(question.link(chosen, replace(asked, sort=following, part=1)), words)
    return found
