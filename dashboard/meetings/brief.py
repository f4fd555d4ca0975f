"""The brief of a meeting: what is asked of its leader, what became of the last decisions, and the state of the district, a sheet each.

Its sheets are made of the pages that stand behind it whole, and name nobody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from dashboard import db, filters, registry
from dashboard.access import Viewer
from dashboard.areas.attainment import outlook
from dashboard.decisions import blocks as decision_blocks
from dashboard.decisions import page as decisions_page
from dashboard.decisions import store as decision_store
from dashboard.filters import Filters
from dashboard.meetings import comparison
from dashboard.notes import Unavailable
from dashboard.parts import page_frame, signals
from dashboard.snapshot import (
    Ask,
    Block,
    Brief,
    ChartBlock,
    Column,
    Headline,
    Snapshot,
    TableBlock,
    TextBlock,
    keys,
)
from dashboard.words import text
from dashboard.words.text import _, n_

BLOCKS = "blok"  # the key that names the blocks of a page, parted by commas; without it a form chooses
# What the brief is made of, so that all that it counts stands whole behind it.
NEEDED = (
    registry.OVERVIEW, registry.ATTAINMENT, registry.VISITS, registry.SATISFACTION, registry.QUALITY, registry.DECISIONS,
)  # fmt: skip
MOST_ASKS, MOST_LINES, MOST_MOVED = 5, 2, 4
EMPTY_LINES = 3  # to write on, beside those that the asks take
BLANK = "\u00a0"  # what a cell holds that is to be written in
OF_A_PAGE = 2  # charts of each page that go along where the agenda names none

Query = tuple[tuple[str, str], ...]
Asked = tuple[str, Query]
_CHANCE = "#sinyal"  # where the sentence on signals by chance leads


def scope(pages: Sequence[Asked]) -> Query:
    """Return the filters of the first page that go along to the others: the district, agency or unit that the brief is of."""
    shared = {filters.KEYS[name] for name in filters.SHARED}
    first = next((query for address, query in pages if address != registry.MEETINGS), ())
    return tuple(pair for pair in first if pair[0] in shared)


def with_needed(pages: Sequence[Asked]) -> tuple[Asked, ...]:
    """Return the pages, and after them those that the brief is made of and nobody asked for, which none of it goes along of."""
    shared = scope(pages)
    have = {(address, _unblocked(query)) for address, query in pages}
    more = ((address, tuple(sorted((*shared, (BLOCKS, ""))))) for address in NEEDED if (address, shared) not in have)
    return (*pages, *more)


def _unblocked(query: Query) -> Query:
    return tuple(pair for pair in query if pair[0] != BLOCKS)


def compose(
    asks: Sequence[Ask], settings: Sequence[Asked], pages: Sequence[Snapshot], chosen: Filters, viewer: Viewer
) -> Brief:
    """Return the brief of pages that were made as `settings` say (`with_needed`); `chosen` are its filters."""
    shared = scope(settings)
    of = {a: page for (a, query), page in zip(settings, pages, strict=True) if _unblocked(query) == shared}
    since = next((page for page in pages if page.page == comparison.PAGE), None)
    wanted = tuple(asks) or _derived(of[registry.OVERVIEW])
    sheets = (
        _asks(wanted),
        _followed(chosen, viewer),
        _state(of[registry.OVERVIEW], since),
        _missed(of[registry.ATTAINMENT]),
        _one_chart("kunjungan", of[registry.VISITS], "bulanan"),
        _one_chart("kepuasan", of[registry.SATISFACTION], "ikm"),
        _one_chart("laporan", of[registry.QUALITY], "reports", is_titled_by_it=True),
    )
    drawn = {(sheet.extra["page"], b.id) for sheet in sheets for b in sheet.flat() if isinstance(b, ChartBlock)}
    appendix = tuple(_appendix(settings, pages, drawn))
    left = sum(not is_empty(block) for page in pages for block in page.flat()) - len(appendix)
    tested = db.fetch("attainment/backtest", viewer, **chosen.parameters())
    trusted = (_trust(of, outlook.trust(tested), left), _to_fill_in(wanted))
    framed = page_frame.frame(chosen, viewer)
    framed.pop("extra")
    of_all = tuple(replace(sheet, **framed, extra={}) for sheet in (*sheets, *trusted))
    return Brief(db.build().district, filters.summary(chosen, viewer), tuple(asks), of_all, appendix)


def is_empty(block: Block) -> bool:
    """Return whether a block has nothing to show."""
    if isinstance(block, TextBlock):
        return not block.body.strip()
    return (block.chart.data if isinstance(block, ChartBlock) else block.table).is_empty()


def _sheet(kind: str, title: str, *shown: Block, **more: object) -> Snapshot:
    source = more.pop("source", "")
    return Snapshot(page=kind, title=title, period="", blocks=shown, extra={"page": source}, **more)  # ty: ignore[invalid-argument-type]


def _said(page: Snapshot) -> list[Headline]:
    """Return what a page says, without the chance of false signals, which is one click away."""
    return [line for line in page.headlines if not (line.link or "").endswith(_CHANCE)]


# --- what is asked, and what is to be written ---


def _derived(overview: Snapshot) -> tuple[Ask, ...]:
    """Return what needs a decision on the Ringkasan as asks, which stand open: assign, ask back, or leave."""
    options = (_("tugaskan dengan tenggat"), _("minta penjelasan"), _("tidak ditindaklanjuti"))
    block = next((b for b in overview.flat() if b.id == "perhatian"), None)
    if not isinstance(block, TableBlock):
        return ()
    beside = [c for c in block.columns if c.role != "name" and c.format == "text"]
    return tuple(
        Ask(
            row["what"],
            options,
            " · ".join(f"{c.label}: {row[c.name]}" for c in beside if row[c.name] not in {None, "", text.MISSING}),
            row["unit"] or "",
        )
        for row in block.table.head(MOST_ASKS).iter_rows(named=True)
    )


def _asks(asks: Sequence[Ask]) -> Snapshot:
    rows = [
        {
            "what": f"{n}. {one.what}", "figure": one.figure, "owner": one.owner,
            "options": " / ".join(one.options),
        }
        for n, one in enumerate(asks, 1)
    ]  # fmt: skip
    columns = (
        Column("what", _("Yang perlu diputuskan"), role="name"),
        Column("owner", _("Unit atau pelaksana")),
        Column("figure", _("Angkanya")),
        Column("options", _("Pilihan")),
    )
    title = n_("{n} hal menunggu putusan", "{n} hal menunggu putusan", len(rows))
    title = title if rows else _("Tidak ada yang menunggu putusan")
    empty = _("Tidak ada yang perlu diputuskan pada pilihan ini.")
    frame = pl.DataFrame(rows, schema=dict.fromkeys(("what", "owner", "figure", "options"), pl.String))
    table = TableBlock("permintaan", _("Yang diminta"), frame, columns, empty=empty)
    return _sheet("permintaan", title, table)


def _to_fill_in(asks: Sequence[Ask]) -> Snapshot:
    about = [f"{n}. {_about(one)}" for n, one in enumerate(asks, 1)] + [BLANK] * EMPTY_LINES
    blank = dict.fromkeys(("decision", "who", "due"), BLANK)
    columns = (
        Column("about", _("Tentang"), role="name"),
        Column("decision", _("Keputusan")),
        Column("who", _("Pelaksana (jabatan atau unit)")),
        Column("due", _("Tenggat")),
    )
    frame = pl.DataFrame([{"about": each} | blank for each in about])
    table = TableBlock("putusan", _("Keputusan hari ini"), frame, columns, keys=keys("about"))
    return _sheet("putusan", _("Keputusan hari ini, untuk diisi"), table)


def _about(one: Ask) -> str:
    return decision_blocks.short(f"{one.owner}: {one.what}" if one.owner else one.what, 110)


def _followed(chosen: Filters, viewer: Viewer) -> Snapshot:
    """Return every decision that is open, the latest past its day first, with its figure then and now."""
    kind, today = "tindak-lanjut", decision_store.today()
    try:
        every = decisions_page.in_scope(chosen, viewer)
    except Unavailable as why:
        return _sheet(
            kind, _("Tindak lanjut rapat lalu"), TextBlock("catatan", _("Catatan belum dapat dibuka"), str(why))
        )
    rows = [one for one in every if not one.is_closed]
    late = sum(one.state(today) == "overdue" for one in rows)
    done = sum(one.is_closed for one in every)
    title = _("Tidak ada keputusan yang terbuka; {done} selesai", done=text.number(done))
    if rows:
        title = n_("Tindak lanjut: {n} keputusan terbuka, {late} terlambat",
                   "Tindak lanjut: {n} keputusan terbuka, {late} terlambat", len(rows), late=text.number(late))  # fmt: skip
    return _sheet(kind, title, decision_blocks.followed(kind, rows, chosen, viewer, today))


# --- the state ---


def _state(overview: Snapshot, since: Snapshot | None) -> Snapshot:
    """Return the figures of the Ringkasan, what its first sentence says, and what moved most, or since the meeting before."""
    said, ago = _said(overview) or [Headline(overview.title)], since.headlines[:1] if since else ()
    of_district = (line for line in said if f"{filters.KEYS['unit']}=" not in (line.link or ""))
    first = next(of_district, said[0])
    tiles = tuple(replace(tile, completeness="") for tile in overview.tiles)  # the sheet on trust says it
    block = next((b for b in overview.flat() if b.id == "sinyal"), None)
    moved = ()
    if isinstance(block, TableBlock) and not block.table.is_empty():
        moved = (signals.first_rows(block, MOST_MOVED),)
    lines = ago if moved else tuple(line for line in said if line is not first)[:MOST_LINES]
    return _sheet("keadaan", first.text, *moved, headlines=lines, tiles=tiles)


def _missed(attainment: Snapshot) -> Snapshot:
    """Return the targets that will not be reached, the least likely first."""
    title, kind = _("Target yang tidak akan tercapai"), "target"
    block = next((b for b in attainment.flat() if b.id == "outlook"), None)
    if not isinstance(block, TableBlock) or block.table.is_empty():
        return _sheet(kind, title, TextBlock(kind, title, _("Belum ada ramalan akhir tahun.")))
    head = next((line for line in attainment.headlines if line.link == "#outlook"), None)
    return _sheet(kind, head.text.rstrip(".") if head else block.title, outlook.missed(block))


def _one_chart(kind: str, page: Snapshot, block: str, *, is_titled_by_it: bool = False) -> Snapshot:
    """Return a page's sentences over one of its charts, or over the first that shows anything."""
    drawn = [b for b in page.flat() if isinstance(b, ChartBlock) and not is_empty(b)]
    found = next((b for b in drawn if b.id == block), drawn[0] if drawn else None)
    lines = _said(page) or [Headline(page.title)]
    lines = [Headline(found.chart.title), *lines] if found and is_titled_by_it else lines
    shown: Block = found or TextBlock(kind, page.title, _("Belum ada data untuk pilihan ini."))
    return _sheet(kind, lines[0].text, shown, headlines=tuple(lines[1 : MOST_LINES + 1]), source=page.page)


def _trust(of: Mapping[str, Snapshot], forecasts: str, left: int) -> Snapshot:
    """Return on how much data each figure rests, what a forecast is worth, and what stands in the workbook alone."""
    overview, quality = of[registry.OVERVIEW], of[registry.QUALITY]
    rows = [(tile.label, " · ".join(p for p in (tile.period, tile.completeness) if p)) for tile in overview.tiles]
    sample = next((t for t in of[registry.SATISFACTION].tiles if t.signal == "bad"), None)
    rows += [(sample.label, f"{sample.value} {sample.unit}")] if sample else []
    known = {tile.label for tile in overview.tiles}
    more = [tile for tile in quality.tiles if tile.completeness and tile.label not in known]
    rows += [(tile.label, " · ".join(p for p in (tile.value, tile.period, tile.completeness) if p)) for tile in more]
    rows.append((_("Ramalan akhir tahun"), forecasts))
    rows.append((_("Versi data"), " · ".join(p for p in (overview.build_id, _asof(overview)) if p)))
    rows += [(_("Data contoh"), _("Orang, angka, dan laporan di sini karangan."))] if overview.is_sample else []
    whole = n_("{n} blok lain tidak dicetak di sini; semuanya utuh di buku kerja (XLSX).",
               "{n} blok lain tidak dicetak di sini; semuanya utuh di buku kerja (XLSX).", left)  # fmt: skip
    rows.append((_("Selebihnya"), whole))
    columns = (Column("what", _("Yang menentukan"), role="name"), Column("state", _("Keadaannya")))
    frame = pl.DataFrame(rows, schema={"what": pl.String, "state": pl.String}, orient="row")
    found = n_("{n} temuan perlu perhatian", "{n} temuan perlu perhatian", overview.findings or 0)
    title = _(
        "Seberapa dapat dipercaya: {state}", state=text.joined([p for p in (overview.completeness, found) if p], ", ")
    )
    return _sheet(
        "kepercayaan",
        title,
        TableBlock("kepercayaan", _("Seberapa dapat dipercaya"), frame, columns, keys=keys("what")),
    )


def _asof(page: Snapshot) -> str:
    return _("Data per {date}", date=text.date(page.as_of)) if page.as_of else ""


# --- what goes along ---


def _appendix(
    settings: Sequence[Asked], pages: Sequence[Snapshot], drawn: set[tuple[str, str]]
) -> Sequence[tuple[int, str]]:
    """Return the blocks that go along: those that the agenda names, else the first charts of a page; none empty, none twice."""
    found, seen = [], set()
    for n, ((address, query), page) in enumerate(zip(settings, pages, strict=True)):
        named = dict(query).get(BLOCKS)
        flat = {block.id: block for block in page.flat() if not is_empty(block)}
        is_own = _unblocked(query) == scope(settings)
        if named is None:
            charts = [
                b for b in flat.values() if isinstance(b, ChartBlock) and not (is_own and (address, b.id) in drawn)
            ]
            first = charts[:OF_A_PAGE] or (
                [] if address in NEEDED else list(flat.values())[:1]
            )  # a page of tables alone
            wanted = [b.id for b in first] if address != registry.MEETINGS else list(flat)
        else:
            wanted = [name.strip() for name in named.split(",") if name.strip()]
        for name in wanted:
            key = (address, _unblocked(query), name)
            if name in flat and key not in seen and not (is_own and (address, name) in drawn):
                seen.add(key)
                found.append((n, name))
    return found
