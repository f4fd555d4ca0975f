"""A meeting as one HTML file that opens anywhere without a network: no script, no request, nothing beside it.

An equal meeting gives equal bytes. All that came from a file is escaped, and links lead nowhere but within the file.
"""

from base64 import b64encode
from dataclasses import replace
from functools import cache
from html import escape
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

from dashboard import theme
from dashboard.charts import Chart
from dashboard.render import covers, table
from dashboard.render import html as page_html
from dashboard.snapshot import Block, ChartBlock, Headline, Meeting, Snapshot, TableBlock, TextBlock, Tile
from dashboard.theme import Palette
from dashboard.words import text
from dashboard.words.cells import cell
from dashboard.words.harmless import harmless_lines
from dashboard.words.text import _, n_

STATIC = Path(__file__).parents[1] / "static"
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
)
MOST_ROWS = 100  # of a table: ten pages of a district stay under a megabyte, which a chat takes
_WIDTH = 400.0  # points of a drawing: what a phone shows at nearly its size
_LETTERS = 12.0
LISTED = ("permintaan", "tindak-lanjut")  # sheets of the brief whose rows stand one under the other
_CELLS = {"matrix", "heat"}  # a table reads better on a phone than a drawing of one


def html(meeting: Meeting) -> bytes:
    """Return the meeting as one file in the language of the running thread (`text.speaking`).

    Raises ValueError where a map carries no outlines.
    """
    title = meeting.title.strip() or _("Bahan rapat")
    head = (
        "<meta charset='utf-8'>"
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        "<meta name='color-scheme' content='light dark'><meta name='robots' content='noindex'>"
        "<meta name='referrer' content='no-referrer'>"
        f"<title>{escape(title)}</title><style>{_fonts()}{_variables()}{_style()}</style>"
    )
    whole, meeting = meeting, _printed(meeting)
    pages = "\n".join(_page(meeting, n, page) for n, page in enumerate(meeting.pages, 1))
    contents = _contents(meeting) if meeting.pages else ""
    definitions = _definitions(meeting) if pages else ""
    before = f"<main>{_brief(meeting)}{contents}" if meeting.brief else f"{contents}<main>"
    body = f"{_header(whole, title)}{before}{pages}{definitions}</main>{_footer(whole)}"
    document = f"<!doctype html>\n<html lang='{text.language()}'>\n<head>{head}</head>\n<body>{body}</body>\n</html>\n"
    return harmless_lines(document).encode()


# --- the frame ---


def _header(meeting: Meeting, title: str) -> str:
    pages, facts = meeting.pages, covers.facts(meeting)
    pairs = "".join(f"<div><dt>{escape(label)}</dt><dd>{escape(words)}</dd></div>" for label, words in facts if words)
    badge = f" <span class='badge'>{_('Data contoh')}</span>" if any(page.is_sample for page in pages) else ""
    notes = "".join(f"<p>{page_html.whole(part)}</p>" for part in meeting.notes.split("\n") if part.strip())
    kicker = f"<p class='quiet'>{escape(covers.kicker(meeting))}{badge}</p>"
    return f"<header>{kicker}<h1>{escape(title)}</h1><dl class='facts'>{pairs}</dl>{notes}</header>"


def _printed(meeting: Meeting) -> Meeting:
    """Return the meeting with the pages that go along, and how those were asked for."""
    if meeting.brief is None:
        return meeting
    pages = covers.printed(meeting)
    return replace(meeting, pages=pages, settings=tuple((page.page, ()) for page in pages))


def _brief(meeting: Meeting) -> str:
    """Return the sheets of the brief, the asks first."""
    sheets = meeting.brief.sheets if meeting.brief else ()
    return "".join(_sheet(meeting, n, sheet) for n, sheet in enumerate(sheets, 1))


def _sheet(meeting: Meeting, number: int, sheet: Snapshot) -> str:
    lines = "".join(f"<li>{_headline(meeting, None, line)}</li>" for line in sheet.headlines)
    inner = f"<ul class='headlines'>{lines}</ul>" if lines else ""
    inner += f"<div class='tiles'>{''.join(map(_tile, sheet.tiles))}</div>" if sheet.tiles else ""
    for m, block in enumerate(_flat(sheet), 1):
        is_list = sheet.page in LISTED and isinstance(block, TableBlock) and not block.table.is_empty()
        inner += _listed(block) if is_list else _block(f"r{number}b{m}", block, is_titled=False)
    return (
        f"<section aria-labelledby='r{number}'><h2 id='r{number}'>{page_html.whole(sheet.title)}</h2>{inner}</section>"
    )


def _listed(block: TableBlock) -> str:
    """Return the rows one under the other, each by its name and then what else there is, so that a phone shows all of it."""
    name = next(column for column in block.columns if column.role == "name")
    items = ""
    for row in block.table.iter_rows(named=True):
        rest = ((c.label, cell(row[c.name], c)) for c in block.columns if c is not name)
        pairs = "".join(
            f"<div><dt>{escape(label)}</dt><dd>{page_html.whole(words)}</dd></div>" for label, words in rest if words
        )
        items += (
            f"<li><strong>{page_html.whole(cell(row[name.name], name))}</strong><dl class='facts'>{pairs}</dl></li>"
        )
    return f"<ol class='listed'>{items}</ol>"


def _contents(meeting: Meeting) -> str:
    items = ""
    for n, page in enumerate(meeting.pages, 1):
        lines = (f"<li><a href='#p{n}b{m}'>{escape(_title(b))}</a></li>" for m, b in enumerate(_flat(page), 1))
        inner = "".join(lines)
        items += f"<li><a href='#p{n}'>{escape(covers.name(page))}</a>{f'<ul>{inner}</ul>' if inner else ''}</li>"
    items += f"<li><a href='#definisi'>{_('Definisi dan sumber')}</a></li>"
    heading = _("Lampiran") if meeting.brief else _("Daftar isi")
    return f"<nav aria-labelledby='isi'><h2 id='isi'>{heading}</h2><ol>{items}</ol></nav>"


def _definitions(meeting: Meeting) -> str:
    meanings = {term: meaning for page in meeting.pages for term, meaning in page.definitions}
    pairs = "".join(f"<dt>{escape(term)}</dt><dd>{escape(meaning)}</dd>" for term, meaning in meanings.items())
    heads = "".join(f"<th scope='col'>{w}</th>" for w in (_("Halaman"), _("Periode"), _("Data per"), _("Versi data")))
    rows = "".join(
        f"<tr><th scope='row'>{escape(covers.name(p))}</th><td>{escape(p.period)}</td><td>{text.date(p.as_of)}</td>"
        f"<td>{escape(p.build_id)}</td></tr>"
        for p in meeting.pages
    )
    name = escape(_("Asal tiap halaman"))
    origin = f"<table class='rp-table'><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    box = f"<div class='rp-scroll' tabindex='0' role='region' aria-label='{name}'>{origin}</div>"
    inner = f"{f'<dl>{pairs}</dl>' if pairs else ''}<h3>{name}</h3>{box}"
    return f"<section aria-labelledby='definisi'><h2 id='definisi'>{_('Definisi dan sumber')}</h2>{inner}</section>"


def _footer(meeting: Meeting) -> str:
    build = _("Versi data {build}", build=meeting.build_id) if meeting.build_id else ""
    stamp = _("Dibekukan {date}", date=text.date(meeting.created_at))
    sample = _("Data contoh") if any(page.is_sample for page in meeting.pages) else ""
    words = " · ".join(escape(part) for part in (stamp, build, covers.mark(meeting), sample) if part)
    return f"<footer><p>{words}</p></footer>"


# --- a page and its blocks ---


def _flat(page: Snapshot) -> list[Block]:
    return list(chain.from_iterable(block if isinstance(block, tuple) else (block,) for block in page.blocks))


def _title(block: Block) -> str:
    return block.chart.title if isinstance(block, ChartBlock) else block.title


def _page(meeting: Meeting, number: int, page: Snapshot) -> str:
    blocks = _flat(page)
    status = [covers.periods((page,)), page.completeness]
    if page.findings is not None:
        status.append(_("{found} perlu perhatian", found=n_("{n} temuan", "{n} temuan", page.findings)))
    status += [_("Data per {date}", date=text.date(page.as_of))] if page.as_of else []
    status += [_("Data contoh")] if page.is_sample else []
    lines = "".join(f"<li>{_headline(meeting, number, headline)}</li>" for headline in page.headlines)
    inner = f"<p class='quiet'>{escape(' · '.join(words for words in status if words))}</p>"
    inner += f"<ul class='headlines'>{lines}</ul>" if lines else ""
    inner += f"<div class='tiles'>{''.join(_tile(tile) for tile in page.tiles)}</div>" if page.tiles else ""
    inner += "".join(_block(f"p{number}b{m}", block) for m, block in enumerate(blocks, 1))
    return f"<section aria-labelledby='p{number}'><h2 id='p{number}'>{escape(covers.name(page))}</h2>{inner}</section>"


def _headline(meeting: Meeting, number: int | None, headline: Headline) -> str:
    mark = page_html.SIGNALS[headline.signal]
    sign = f"<span class='rp-{headline.signal}' aria-hidden='true'>{mark}</span> " if mark else ""
    words = page_html.whole(headline.text)
    place = _place(meeting, number, headline.link)
    return f"{sign}<a href='#{place}'>{words}</a>" if place else f"{sign}{words}"


def _place(meeting: Meeting, number: int | None, link: str | None) -> str | None:
    """Return the id in this file that a headline leads to: a block of its page, or another page of the meeting."""
    parts = urlsplit(link or "")
    if parts.fragment and not parts.path and not parts.query:
        if number is None:
            return None
        found = [block.id for block in _flat(meeting.pages[number - 1])]
        return f"p{number}b{found.index(parts.fragment) + 1}" if parts.fragment in found else None
    if parts.scheme or parts.netloc:
        return None
    addresses = [address for address, _query in meeting.settings] or [page.page for page in meeting.pages]
    names = [address.strip("./") for address in addresses]
    wanted = parts.path.strip("./")
    return f"p{names.index(wanted) + 1}" if wanted and wanted in names else None


def _tile(tile: Tile) -> str:
    known = tile.value is not None
    figure = page_html.whole(tile.value) if tile.value is not None else _("belum melapor")
    unit = f" <small>{escape(tile.unit)}</small>" if tile.unit and known else ""
    mark = page_html.SIGNALS[tile.signal]
    sign = f"<span aria-hidden='true'>{mark}</span> " if mark else ""
    change = f"<p class='rp-{tile.signal}'>{sign}{page_html.whole(tile.change)}</p>" if tile.change else ""
    rest = "".join(f"<p class='quiet'>{escape(words)}</p>" for words in (tile.comparison, tile.completeness) if words)
    head = f"<p class='quiet'>{escape(tile.label)}</p><p class='value{'' if known else ' none'}'>{figure}{unit}</p>"
    period = f"<p class='quiet'>{escape(tile.period)}</p>" if tile.period else ""
    return f"<div class='tile'>{head}{period}{page_html.sparkline(tile.sparkline)}{change}{rest}</div>"


def _block(place: str, block: Block, *, is_titled: bool = True) -> str:
    """Return a block under its title; in the brief the sheet has said it, and only a drawing tells what it is of."""
    is_titled = is_titled or isinstance(block, ChartBlock)
    head = f"<h3 id='{place}'>{page_html.whole(_title(block))}</h3>" if is_titled else ""
    if isinstance(block, TextBlock):
        parts = (part for part in block.body.split("\n\n") if part.strip())
        inner = "".join(f"<p>{escape(part)}</p>" for part in parts)
    elif isinstance(block, ChartBlock):
        small = page_html.note(block.note, block.completeness)
        name = f"<span class='rp-hidden'>: {escape(_title(block))}</span>"
        folded = f"<details><summary>{_('Tabel di balik gambar')}{name}</summary>{_table(block)}</details>"
        inner = _drawing(block.chart) + small + (folded if block.columns else "")
    else:
        empty = f"<p class='quiet'>{escape(block.empty or _('Tidak ada data untuk pilihan ini'))}</p>"
        inner = (empty if block.table.is_empty() else _table(block)) + page_html.note(block.note, None)
    return f"<section class='block'>{head}{inner}</section>"


def _drawing(chart: Chart) -> str:
    """Return the chart as a drawing with its text alternative, a matrix as the table that it is."""
    from dashboard.render.drawing import svg  # noqa: PLC0415

    if chart.data.is_empty():
        return f"<p class='quiet'>{_('Tidak ada data untuk pilihan ini')}</p>"
    if chart.kind in _CELLS:
        roles = {role: column for role, column in chart.roles.items() if not role.endswith("link")}
        options = {name: value for name, value in chart.options.items() if name != "band_links"}
        plain = replace(chart, roles=roles, options=options)
        unit = f"<p class='quiet'>{escape(chart.unit)}</p>" if chart.unit else ""
        return f"<div class='cells'>{unit}{page_html.legend(plain)}{page_html.cells(plain)}</div>"
    tall = svg.height(chart, _WIDTH, size=_LETTERS)
    return f"<figure>{svg.svg(chart, _WIDTH, tall, look='file', size=_LETTERS)}</figure>"


def _table(block: Block) -> str:
    """Return the first rows of a block's table without links, and how many are left to the workbook."""
    if isinstance(block, TextBlock):
        return ""
    columns = tuple(replace(column, link=None) for column in block.columns)
    shown = table.as_html(block.table.head(MOST_ROWS), columns, _title(block))
    left = block.table.height - MOST_ROWS
    rest = _("{n} baris lainnya ada di buku kerja (XLSX).", n=text.number(left)) if left > 0 else ""
    return shown + (f"<p class='rp-note'>{rest}</p>" if rest else "")


# --- how it looks ---


@cache
def _fonts() -> str:
    """Return our letters, so that drawings fit as they were measured."""
    faces = ""
    for weight in (400, 600):
        data = b64encode((STATIC / "fonts" / f"fira-sans-{weight}.woff2").read_bytes()).decode()
        source = f"url(data:font/woff2;base64,{data}) format('woff2')"
        faces += f"@font-face{{font-family:'Fira Sans';font-weight:{weight};src:{source};}}"
    return faces


def _variables() -> str:
    """Return the colours of both schemes; paper is always light."""
    return f":root{{{_colours(theme.LIGHT)}}}@media screen and (prefers-color-scheme:dark){{:root{{{_colours(theme.DARK)}}}}}"


def _colours(palette: Palette) -> str:
    return "".join(f"--rp-{name}:{shade};" for name, shade in theme.named(palette).items())


@cache
def _style() -> str:
    return (STATIC / "single.css").read_text(encoding="utf-8")
