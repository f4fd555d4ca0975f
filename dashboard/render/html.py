"""The words and cells of a page as HTML: everything of the reader's data is escaped here."""

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from dashboard import theme
from dashboard.charts import Chart
from dashboard.render import covers, marks
from dashboard.snapshot import Headline, Meeting, Snapshot, TextBlock, Tile
from dashboard.words import text
from dashboard.words.text import _, n_

_PERCENT = re.compile(r"(?<=\d) %")
_SPARK_STYLE = (
    f"<style>path{{stroke:{theme.LIGHT.missing}}}circle{{fill:{theme.LIGHT.accent}}}@media (prefers-color-scheme:dark)"
    f"{{path{{stroke:{theme.DARK.missing}}}circle{{fill:{theme.DARK.accent}}}}}</style>"
)
SIGNALS = {"good": "▲", "bad": "▼", "ordinary": "●", "none": ""}


def whole(words: str) -> str:
    """Return words as HTML in which a figure and its percent sign stay on one line."""
    return _PERCENT.sub("\u00a0%", escape(words))


def _link(url: str | None, inner: str, css: str = "") -> str:
    return f'<a class="{css}" href="{escape(url)}">{inner}</a>' if url else inner


def _origin(url: str | None, figure: str, decide: str | None = None) -> str:
    """Return the small links from a figure to where it comes from and to a decision on it, each told what figure it stands at."""
    origin = _small(url, _("Asal angka"), figure, "rp-origin")
    form = _small(decide, _("Catat keputusan"), figure, "rp-origin rp-decide", _("Catat"))
    return f"<span class='rp-ways'>{origin}{form}</span>" if form else origin


def _small(url: str | None, words: str, figure: str, css: str, short: str = "") -> str:
    if not url:
        return ""
    shown = f'<span class="rp-long">{words}</span><span class="rp-short">{short}</span>' if short else words
    return f'<a class="{css}" href="{escape(url)}" aria-label="{words}: {escape(figure)}">{shown}</a>'


def named(place: str, words: str) -> str:
    """Return what a part beside the page is called, where a link lands."""
    return f"<div class='rp-head' id='{place}'><b>{escape(words)}</b></div>"


def message(
    head: str, body: str, lines: str = "", ways: Sequence[tuple[str, str]] = (), *, is_loaded: bool = False
) -> str:
    """Return a calm notice: what is so, and what to do; `words in backticks` are commands, `lines` stand as they are written.

    `ways` on are words and where they lead; with `is_loaded` a browser loads those pages whole.
    """
    pieces = escape(body).split("`")
    shown = "".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(pieces))
    quoted = f"<pre>{escape(lines)}</pre>" if lines else ""
    links = " ".join(_link(url, escape(words)) for words, url in ways)
    links = links.replace("<a ", "<a data-muat='' ") if is_loaded else links
    led = f"<p class='rp-ways-on'>{links}</p>" if ways else ""
    return f"<div class='rp-message' role='status'><b>{escape(head)}</b><p>{shown}</p>{quoted}{led}</div>"


def line(block: str, head: str, words: str, more: tuple[str, str] | None) -> str:
    """Return a block that has little to say as one line: its finding, what is so, the way on."""
    way_on = f" {_link(more[0], more[1])}" if more else ""
    said = f" <span>{escape(words)}</span>" if words else ""
    return f"<div class='rp-head rp-line' id='{escape(block)}'><h2>{whole(head)}</h2>{said}{way_on}</div>"


def unfold(head: str) -> str:
    """Return what opens the rest of a block on a phone."""
    return f"<details class='rp-unfold'><summary>{_('Lihat')}<span class='rp-hidden'>: {escape(head)}</span></summary></details>"


def download(url: str, name: str, about: str) -> str:
    """Return the link to a file that is ready."""
    return f"<p class='rp-download'><a href='{escape(url)}' download='{escape(name)}'>{escape(name)}</a> {escape(about)}</p>"


def way(url: str, words: str, about: str = "") -> str:
    """Return a link that stands by itself, with a line about where it leads."""
    below = f"<br><small>{escape(about)}</small>" if about else ""
    return f"<p class='rp-download'><a href='{escape(url)}'>{escape(words)}</a>{below}</p>"


def widen(chosen: str) -> str:
    """Return what to do where a choice has no rows."""
    start = _("Yang dipilih: {chosen}.", chosen=chosen) + " " if chosen else ""
    return start + _("Perpanjang periodenya, atau pilih semua unit.")


@dataclass(frozen=True)
class Chip:
    """A filter in words, and the relative URL without it."""

    label: str
    value: str
    url: str


def chips(shown: Sequence[Chip], nothing: str) -> str:
    """Return what is chosen as a row of links that each take one away; `nothing` is the URL without any of them."""
    items = ""
    for chip in shown:
        words = escape(f"{chip.label}: {chip.value}" if chip.value else chip.label)
        name = f"{_('Hapus saringan')} {words}"
        items += f"<a href='{escape(chip.url)}' aria-label='{name}'>{words}<span aria-hidden='true'> ×</span></a>"
    if len(shown) > 1:
        items += f"<a class='rp-clear' href='{escape(nothing)}'>{_('Hapus semua')}</a>"
    return f"<nav class='rp-chips' aria-label='{_('Yang dipilih')}'>{items}</nav>"


@dataclass(frozen=True)
class Look:
    """A filter as it looks: its key, its label, what is chosen."""

    name: str
    label: str
    value: str


def fold(values: Sequence[str]) -> str:
    """Return what folds the filters on a phone, and says what is chosen."""
    said = escape(" · ".join(values)) or _("Saring")
    return f"<details class='rp-fold'><summary aria-label='{_('Saring')}: {said}'>{said}</summary></details>"


def looks(shown: Sequence[Look], chips: str) -> str:
    """Return filters as they look before they can be used, each a button that says which one was wanted."""
    buttons = "".join(
        f"<div class='rp-look rp-look-{look.name}'><span class='rp-label'>{escape(look.label)}</span>"
        f"<button type='button' data-saringan='{look.name}' aria-label='{escape(look.label)}: {escape(look.value)}'>"
        f"<span>{escape(look.value)}</span></button></div>"
        for look in shown
    )
    body = f"<div class='rp-looks'><div class='st-key-filters_body'>{buttons}</div></div>"
    return f"<div class='st-key-filters'>{fold([look.value for look in shown])}{body}{chips}</div>"


def status(snapshot: Snapshot) -> str:
    """Return the line that says as of when, how complete and with how many findings; at its end how to freeze the page."""
    parts = [_("Data per {date}", date=text.date(snapshot.as_of))] if snapshot.as_of else []
    parts += [escape(snapshot.completeness)] if snapshot.completeness else []
    if snapshot.findings is not None:
        found = _("{found} perlu perhatian", found=n_("{n} temuan", "{n} temuan", snapshot.findings))
        parts.append(_link(snapshot.extra.get("quality_link"), found))
    if setup := snapshot.extra.get("setup_link"):
        words = _("Penyiapan: {n} hal belum", n=snapshot.extra["setup_left"])
        english = "?bahasa=en" if text.language() == "en" else ""
        parts.append(f"<a href='{escape(setup + english)}' data-muat=''>{words}</a>")
    if file := snapshot.extra.get("file_link"):
        parts.append(f"<a href='{escape(file)}' download>{_('Unduh data saya (XLSX)')}</a>")
    if explore := snapshot.extra.get("explore_link"):
        parts.append(_link(explore, _("Jelajahi datanya")))
    if freeze := snapshot.extra.get("freeze_link"):
        parts += [_link(freeze, _("Bekukan untuk rapat")), _link(snapshot.extra["meetings_link"], _("Cuplikan rapat"))]
    return f"<div class='rp-status'>{' · '.join(parts)}</div>"


def meeting(frozen: Meeting, position: int, links: Sequence[str], since: str) -> str:
    """Return what a frozen page stands in: the meeting, its build, its notes, its other pages, and what changed since."""
    day = text.date(frozen.held_on or frozen.created_at)
    origin = _("dibekukan {date} dari data terbitan {build}", date=text.date(frozen.created_at), build=frozen.build_id)
    items = ""
    for n, (page, url) in enumerate(zip(covers.shown(frozen), links, strict=True), 1):
        on = " aria-current='page'" if n == position else ""
        items += f"<a href='{escape(url)}'{on}>{n}. {escape(covers.name(page))}</a>"
    items += f"<a href='{escape(since)}'>{_('Yang berubah sejak rapat ini')}</a>"
    notes = f"<p class='rp-note'>{escape(frozen.notes)}</p>" if frozen.notes else ""
    return (
        f"<section class='rp-meeting'><h2>{escape(frozen.title)}</h2><p>{escape(day)} · {escape(origin)}</p>{notes}"
        f"<nav aria-label='{_('Halaman cuplikan')}'>{items}</nav></section>"
    )


def title(snapshot: Snapshot) -> str:
    """Return the title, what was chosen, and the headlines."""
    chosen = snapshot.filters or snapshot.period
    answer = headlines(snapshot.headlines)
    if back := snapshot.extra.get("back_link"):
        answer = f"<p class='rp-back'>{_link(back, '← ' + escape(snapshot.extra['back_words']))}</p>{answer}"
    return f"<div class='rp-title'><h1>{escape(snapshot.title)}</h1><p>{escape(chosen)}</p></div>{answer}"


def headlines(shown: tuple[Headline, ...]) -> str:
    """Return the sentences of the answer, one below the other."""
    lines = "".join(_headline(h) for h in shown)
    return f"<ul class='rp-headlines'>{lines}</ul>" if lines else ""


def _headline(headline: Headline) -> str:
    mark = f"<span class='rp-mark rp-{headline.signal}' aria-hidden='true'>{SIGNALS[headline.signal]}</span>"
    words = f"<span>{_link(headline.link, whole(headline.text))} {_origin(headline.trace, headline.text)}</span>"
    kind = " class='rp-verdict'" if headline.is_verdict else ""
    return f"<li{kind}>{mark}{words if headline.trace else _link(headline.link, whole(headline.text))}</li>"


def tiles(shown: tuple[Tile, ...]) -> str:
    """Return the tiles side by side; two by two on a phone."""
    return f"<div class='rp-tiles'>{''.join(map(_tile, shown))}</div>"


def _tile(tile: Tile) -> str:
    figure = whole(tile.value) if tile.value is not None else _("belum melapor")
    unit = f"<small>{escape(tile.unit)}</small>" if tile.unit and tile.value is not None else ""
    sign = SIGNALS[tile.signal]
    mark = f"<span class='rp-mark rp-{tile.signal}' aria-hidden='true'>{sign}</span>" if sign else ""
    change = f"<div class='rp-change rp-{tile.signal}'>{mark}{whole(tile.change)}</div>" if tile.change else ""
    rest = "".join(f"<div class='rp-quiet'>{escape(t)}</div>" for t in (tile.comparison, tile.completeness) if t)
    head = f"<div class='rp-label'>{escape(tile.label)}</div>"
    value = f"<div class='rp-value{'' if tile.value is not None else ' rp-none'}'>{figure} {unit}</div>"
    period = f"<div class='rp-quiet'>{escape(tile.period)}</div>"
    inner = f"{head}{value}{period}{sparkline(tile.sparkline)}{change}{rest}"
    shown = _link(tile.link, inner, "rp-tile") if tile.link else f"<div class='rp-tile'>{inner}</div>"
    return f"<div class='rp-tile-box'>{shown}{_origin(tile.trace, tile.label, tile.decide)}</div>"


def sparkline(values: tuple[float | None, ...], width: int = 160, height: int = 32) -> str:
    """Return the values as a small line, gaps left open, the last one marked; nothing where fewer than two are known.

    It is an image of its own because Streamlit strips drawings from HTML, and follows the colour scheme by itself.
    """
    known = [v for v in values if v is not None]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    scale = (height - 8) / (high - low) if high > low else 0
    step = (width - 8) / (len(values) - 1)
    path, pen, end = "", "M", (0.0, 0.0)
    for i, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        end = (4 + i * step, height - 4 - (value - low) * scale)
        path += f"{pen}{end[0]:.1f} {end[1]:.1f}"
        pen = "L"
    line = f"<path d='{path}' fill='none' stroke-width='1.5' stroke-linecap='round'/>"
    dot = f"<circle cx='{end[0]:.1f}' cy='{end[1]:.1f}' r='3'/>"
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}'>{_SPARK_STYLE}{line}{dot}</svg>"
    source = f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
    return f"<img class='rp-spark' alt='' width='{width}' height='{height}' src='{source}'>"


def block_head(
    block: str, head: str, unit: str, legend: str | None, trace: str | None = None, decide: str | None = None
) -> str:
    """Return the head of a block: its finding with the links to its origin and to a decision, its unit, its legend."""
    under = f"<p>{escape(unit)}</p>" if unit else ""
    first = f"<div class='rp-finding'><h2>{whole(head)}</h2>{_origin(trace, head, decide)}</div>"
    return f"<div class='rp-head' id='{escape(block)}'>{first}{under}{legend or ''}</div>"


def legend(chart: Chart) -> str:
    """Return what the colours of a chart mean, those that occur in it."""
    role = next((r for r in ("state", "band", "colour", "signal") if r in chart.roles), None)
    if role is None:
        return ""
    used = {None if v is None else str(v) for v in chart.data[chart.roles[role]].to_list()}
    if role == "state":
        pairs = [(fill, name) for state, (name, fill) in chart.options["states"].items() if state in used]
    else:
        names = marks.signal_names()
        names |= {str(band): name for band, name in (chart.options.get("band_names") or {}).items()}
        pairs = [(fill, name) for fill, name in names.items() if fill in used]
        pairs += [("missing", _("belum melapor"))] if role == "band" and None in used else []
    links = {str(band): url for band, url in (chart.options.get("band_links") or {}).items()}
    if links:  # bands to choose from: all of them, whichever are chosen
        pairs = [(fill, name) for fill, name in names.items() if fill in links or fill in used] + pairs[-1:] * (
            None in used
        )
    chips = "".join(
        _legend_entry(fill, name, links.get(fill), is_off=bool(links) and fill not in used | {"missing"})
        for fill, name in pairs
    )
    inside = "rp-cells" if chart.kind in {"heat", "matrix"} else ""
    return f"<div class='rp-legend {inside}'>{chips}</div>" if chips else ""


def _legend_entry(fill: str, name: str, url: str | None, is_off: bool) -> str:
    shown = f"<i class='rp-chip rp-fill-{fill}'></i>{escape(name)}"
    return f"<span class='rp-off'>{_link(url, shown)}</span>" if is_off else f"<span>{_link(url, shown)}</span>"


def note(words: str | None, completeness: str | None) -> str:
    """Return the small print under a block."""
    return "".join(f"<p class='rp-note'>{whole(w)}</p>" for w in (completeness, words) if w)


def cells(chart: Chart) -> str:
    """Return a matrix or heat chart as a table: each cell its band or state, its words, its link."""
    data, roles = chart.data, chart.roles
    rows = list(dict.fromkeys(data[roles["row"]].to_list()))
    columns = list(dict.fromkeys(data[roles["column"]].to_list()))
    at = {(r[roles["row"]], r[roles["column"]]): r for r in data.iter_rows(named=True)}
    down, across = _heads(chart, "row"), _heads(chart, "column")
    head = "".join(f"<th scope='col'>{_link(across.get(c), f'<span>{escape(str(c))}</span>')}</th>" for c in columns)
    if over := chart.options.get("column_title"):
        head = f"<th scope='colgroup' colspan='{len(columns)}'><span class='rp-columns'>{escape(over)}</span></th>"
    body = ""
    for row in rows:
        line = "".join(_cell(chart, at.get((row, column)), row, column) for column in columns)
        body += (
            f"<tr><th scope='row' title='{escape(str(row))}'>{_link(down.get(row), escape(str(row)))}</th>{line}</tr>"
        )
    table = f"<table class='rp-cells'><thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table>"
    ends = (
        " data-akhir" if chart.options.get("is_course") else ""
    )  # time runs to the right: the newest is what is looked for
    return f"<div class='rp-scroll'{ends} tabindex='0' role='region' aria-label='{escape(chart.alt)}'>{table}</div>"


def _heads(chart: Chart, role: str) -> dict[str, str | None]:
    """Return the name of each row or column that has a link -> the link."""
    link = chart.roles.get(f"{role}_link")
    return dict(chart.data.select(chart.roles[role], link).iter_rows()) if link else {}


def _cell(chart: Chart, row: dict | None, name: str, column: str) -> str:
    if row is None:
        return "<td class='rp-fill-empty'></td>"
    words = row[chart.roles["text"]]
    if chart.kind == "heat":
        state = chart.options["states"].get(row[chart.roles["state"]])
        role, meaning = (state[1], state[0]) if state else ("missing", _("belum melapor"))
    else:
        band = row[chart.roles["band"]]
        role, meaning = ("missing", _("belum melapor")) if band is None else (str(band), words or "")
    hover = row.get(chart.roles.get("hover", "")) or f"{name}, {column}: {meaning}"
    shown = escape(str(words)) if words is not None else f"<span class='rp-hidden'>{escape(meaning)}</span>"
    inner = _link(row.get(chart.roles.get("link", "")), shown)
    return f"<td class='rp-fill-{role}' title='{escape(hover)}'>{inner}</td>"


def text_block(block: TextBlock) -> str:
    """Return a block of words, a paragraph a part."""
    parts = "".join(f"<p>{whole(part)}</p>" for part in block.body.split("\n\n"))
    return f"{block_head(block.id, block.title, '', None)}<div class='rp-text'>{parts}</div>"


def footer(snapshot: Snapshot) -> str:
    """Return the definitions, folded, and the build that the figures come from."""
    pairs = "".join(f"<dt>{escape(term)}</dt><dd>{escape(meaning)}</dd>" for term, meaning in snapshot.definitions)
    head = _("Definisi, sumber, cara membaca")
    folded = f"<details class='rp-definitions'><summary>{head}</summary><dl>{pairs}</dl></details>"
    build = _("Versi data {build}", build=snapshot.build_id) if snapshot.build_id else ""
    help_at = "bantuan" + ("?bahasa=en" if text.language() == "en" else "")  # as dashboard/registry.py has it
    help_way = f"<a href='{help_at}' data-muat=''>{_('Bantuan')}</a>"
    return (folded if pairs else "") + f"<p class='rp-note rp-foot'><span>{escape(build)}</span>{help_way}</p>"
