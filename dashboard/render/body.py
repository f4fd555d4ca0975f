"""A page as one piece of HTML: the live page shows it, and what an address answers at once holds the same with its drawings inside.

Streamlit strips drawings from HTML, so a drawing of the live page is a box that static/page.js fills from an address of its own;
a table behind a drawing is fetched when it is opened.
"""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from dashboard.charts import Chart
from dashboard.render import figure, html, plotly, table
from dashboard.snapshot import Block, ChartBlock, Snapshot, TableBlock, TextBlock
from dashboard.words import text
from dashboard.words.cells import MOST_ROWS
from dashboard.words.text import _

FOLDER = "bagian"  # the addresses of pieces: bagian/<page>/<block>.svg, .html (the table), .csv and .xlsx
# Keys of these addresses: the width of a drawing, light or dark for a chart to zoom into, and what both were made from.
WIDTH, LOOK, VERSION = "lebar", "rupa", "versi"
WHOLE_ON_A_PHONE = 3  # blocks; of those after them it shows the finding alone until it is opened
Draw = Callable[[str, Chart, int], str]  # block, chart, width -> the drawing


@dataclass(frozen=True)
class Parts:
    """Where the pieces of a page are fetched: its address, and the query that they share; `has_files`: its reader may take files along."""

    page: str
    query: str
    has_files: bool = True

    def url(self, block: str, kind: str) -> str:
        """Return the relative URL of a piece: 'svg', 'html', 'csv' or 'xlsx' of a block."""
        return f"{FOLDER}/{self.page}/{quote(block, safe='')}.{kind}?{self.query}"


@dataclass(frozen=True)
class Inline:
    """Drawings that stand in the page at once: who draws, and whether for a phone."""

    draw: Draw
    is_phone: bool

    def figure(self, block: str, chart: Chart, *, is_beside: bool) -> str:
        """Return the drawing for the width that its box most likely has."""
        return self.draw(block, chart, figure.PHONE if self.is_phone else figure.PAIR if is_beside else figure.FULL)


def page(snapshot: Snapshot, parts: Parts, sight: str, inline: Inline | None = None) -> str:
    """Return the page; `sight` is a word that two drawings of it share where they show the same."""
    tiles = html.tiles(snapshot.tiles) if snapshot.tiles else ""
    rows, before = "", 0
    for each in snapshot.blocks:
        rows += row(each, snapshot, parts, inline, before)
        before += len(each) if isinstance(each, tuple) else 1
    inner = f"{html.status(snapshot)}{html.title(snapshot)}{tiles}{rows}{html.footer(snapshot)}"
    return f"<div class='rp-page' data-sight='{sight}'>{inner}</div>"


def row(
    row: Block | tuple[Block, ...], snapshot: Snapshot, parts: Parts, inline: Inline | None = None, before: int = 0
) -> str:
    """Return a block, or several side by side, `before` of them being above on the page."""
    if not isinstance(row, tuple):
        return _block(row, snapshot, parts, inline, is_late=before >= WHOLE_ON_A_PHONE)
    beside = "".join(
        _block(block, snapshot, parts, inline, is_beside=len(row) > 1, is_late=before + n >= WHOLE_ON_A_PHONE)
        for n, block in enumerate(row)
    )
    return f"<div class='rp-pair'>{beside}</div>"


def _block(
    block: Block, snapshot: Snapshot, parts: Parts, inline: Inline | None, *, is_beside: bool = False, is_late: bool
) -> str:
    """Return a block; of one that comes late on its page a phone shows the finding alone until it is opened."""
    if isinstance(block, TextBlock):
        first, rest = html.text_block(block), ""
    elif isinstance(block, TableBlock) and block.table.is_empty() and block.empty:
        first, rest = html.line(block.id, block.title, block.empty, block.more), ""
    elif isinstance(block, TableBlock) and block.is_folded:
        way = html.line(block.id, block.title, "", block.more)
        first, rest = way + _folded(block, parts) + html.note(hinted(block), None), ""
    elif isinstance(block, TableBlock):
        more = html.way(*block.more) if block.more else ""
        first, rest = head(block), f"{behind(block, snapshot, parts)}{html.note(hinted(block), None)}{more}"
    elif block.chart.data.is_empty():
        first, rest = head(block) + nothing(snapshot), ""
    else:
        shown = _figure(block, parts, inline, is_beside=is_beside)
        words = html.note(hinted(block), block.completeness)
        first = head(block, is_drawn=block.chart.kind not in figure.CELLS)
        rest = shown + words + _folded(block, parts) + _interactive(block, parts)
    unfold = (
        html.unfold(block.chart.title if isinstance(block, ChartBlock) else block.title) if is_late and rest else ""
    )
    about = f"class='rp-block st-key-block_{escape(block.id)}' data-blok='{escape(block.id)}'"
    return f"<section {about}>{first}{unfold}{rest}</section>"


def head(block: ChartBlock | TableBlock, *, is_drawn: bool = False) -> str:
    """Return the finding of a block, its unit and what its colours mean; a drawing says these two itself."""
    if isinstance(block, TableBlock):
        return html.block_head(block.id, block.title, "", None, block.trace, block.decide)
    chart = block.chart
    if is_drawn:
        return html.block_head(block.id, chart.title, "", None, block.trace, block.decide)
    legend = None if chart.data.is_empty() else html.legend(chart)
    return html.block_head(block.id, chart.title, chart.unit, legend, block.trace, block.decide)


def nothing(snapshot: Snapshot, words: str | None = None) -> str:
    """Return what stands where a block has no rows."""
    return html.message(words or _("Tidak ada data untuk pilihan ini"), "" if words else html.widen(snapshot.filters))


def hinted(block: ChartBlock | TableBlock) -> str | None:
    """Return the small print of a block on a screen."""
    return " ".join(words for words in (block.note, block.hint) if words) or None


def _figure(block: ChartBlock, parts: Parts, inline: Inline | None, *, is_beside: bool) -> str:
    """Return the cells of a chart as a table, its drawing, or the box for it, which knows its height at each width."""
    chart = block.chart
    if chart.kind in figure.CELLS:
        return html.cells(chart)
    sizes = " ".join(f"{width}:{figure.tall(chart, width)}" for width in figure.WIDTHS)
    place = f"class='rp-figure' data-gambar='{escape(parts.url(block.id, 'svg'))}' data-ukuran='{sizes}'"
    if inline:
        return f"<figure {place}>{inline.figure(block.id, chart, is_beside=is_beside)}</figure>"
    return f"<figure {place} role='img' aria-label='{escape(chart.alt)}'></figure>"


def carried(chart: Chart) -> str:
    """Return the box of a drawing that brings it along, where no address has it: for a phone and for a wide window."""
    sizes = " ".join(f"{width}:{figure.tall(chart, width)}" for width in figure.CARRIED)
    drawings = "".join(f" data-isi{w}='{b64encode(figure.drawn(chart, w).encode()).decode()}'" for w in figure.CARRIED)
    return f"<figure class='rp-figure' data-ukuran='{sizes}'{drawings} role='img' aria-label='{escape(chart.alt)}'></figure>"


def plot(chart: Chart, look: str) -> str:
    """Return the box of a chart that is interactive from the start, with what it shows."""
    shown = b64encode(plotly.as_json(chart, look).encode()).decode()
    about = f"role='group' aria-label='{escape(chart.alt)}' data-pustaka='{plotly.BUNDLE}'"
    return f"<div class='rp-plot' {about} data-gambaran='{shown}'></div>"


def _interactive(block: ChartBlock, parts: Parts) -> str:
    """Return the button that turns a drawing into a chart to zoom into, where there is something to zoom into."""
    if block.chart.kind not in plotly.KINDS:
        return ""
    about = f"data-interaktif='{escape(parts.url(block.id, 'json'))}' data-pustaka='{plotly.BUNDLE}'"
    name = f"<span class='rp-hidden'>: {escape(block.chart.title)}</span>"
    return f"<button type='button' class='rp-zoom' {about}>{_('Buat interaktif')}{name}</button>"


def _folded(block: ChartBlock | TableBlock, parts: Parts) -> str:
    """Return the table of a block, folded: made and fetched when somebody opens it."""
    title = block.chart.title if isinstance(block, ChartBlock) else block.title
    name = f"<span class='rp-hidden'>: {escape(title)}</span>"
    place = f"class='rp-behind' data-tabel='{escape(parts.url(block.id, 'html'))}'"
    words = _("Lihat tabel") if isinstance(block, ChartBlock) else _("Lihat semua")
    return f"<details {place}><summary>{words}{name}</summary><div></div></details>"


def behind(block: ChartBlock | TableBlock, snapshot: Snapshot, parts: Parts) -> str:
    """Return the table of a block, how many rows it has beyond those shown, and the way to all of them as a file."""
    if block.table.is_empty():
        return nothing(snapshot, block.empty if isinstance(block, TableBlock) else None)
    title = block.chart.title if isinstance(block, ChartBlock) else block.title
    shown = table.as_html(block.table, block.columns, title) + html.note(rest(block, has_files=parts.has_files), None)
    if not parts.has_files:
        return shown
    url, name = parts.url(block.id, "csv"), table.file_name(snapshot, block.id)
    words = f"{_('Unduh CSV')}<span class='rp-hidden'>: {escape(title)}</span>"
    return f"{shown}<p class='rp-csv'><a href='{escape(url)}' download='{escape(name)}'>{words}</a></p>"


def rest(block: ChartBlock | TableBlock, *, has_files: bool = True) -> str | None:
    """Return how many rows a table has beyond those shown; None where it shows all."""
    if block.table.height <= MOST_ROWS:
        return None
    most, count = text.number(MOST_ROWS), text.number(block.table.height)
    if not has_files:
        return _("{count} baris; {most} yang pertama ditampilkan.", count=count, most=most)
    return _("{count} baris; {most} yang pertama ditampilkan, semuanya ada di unduhan.", count=count, most=most)
