"""Figures that decisions are made on: which one stands at a tile or block, its series today, and the marks it wears there.

A figure's series is the one of its own page, from the same query; what has none (people, rows, counts of files) takes no decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import polars as pl

from dashboard import db, filters, registry
from dashboard.access import Viewer
from dashboard.decisions import store
from dashboard.decisions.values import Decision, Figure, Seen
from dashboard.filters import KEYS, Filters
from dashboard.notes import Unavailable
from dashboard.snapshot import Block, ChartBlock, Snapshot, TableBlock, TextBlock, Tile
from dashboard.tracing import links as trace_links
from dashboard.words import measure_words, text
from dashboard.words.text import _, n_
from queries.measures import Series, measures

NEW = "baru"  # the key of the address that asks for the form
MEETING = "rapat"  # the key that names the meeting that a decision is made in
LOOKS_BACK_YEARS = 2
SHOWS_LATER = timedelta(days=100)  # past the last value of a page's own chart a decision is still shown
# Measure -> the series that decisions on it are made on.
_SERIES: Mapping[str, Series] = {code: entry.series for code, entry in measures().items() if entry.series}
# What narrows a figure further than its series does.
_TOO_NARROW = (KEYS["payer"], KEYS["job_group"], KEYS["employee"], trace_links.ELEMENT, trace_links.REPORT_KIND)


@dataclass(frozen=True)
class Names:
    """What a figure is called: its measure, its unit, its indicator or service; '' where it has none."""

    measure: str
    unit: str
    item: str

    def __str__(self) -> str:
        """Return 'Kunjungan: Gizi · Puskesmas Mengupeh'."""
        return f"{self.measure}: {self.item} · {self.unit}" if self.item else f"{self.measure} · {self.unit}"


def read(query: Mapping[str, str]) -> Figure | None:
    """Return the figure that an address names, as the links to the origin do; None where no decision is made on it."""
    measure = query.get(trace_links.KIND, "")
    if measure not in _SERIES or any(query.get(key) for key in _TOO_NARROW):
        return None
    if query.get(KEYS["area"]) and not query.get(KEYS["unit"]):
        return None  # an area has no series of its own
    item = _SERIES[measure].item
    return Figure(
        (registry.find(query.get(trace_links.BACK)) or registry.HOME).address,
        measure,
        query.get(KEYS["unit"]) or query.get(KEYS["agency"]) or None,
        (query.get(KEYS[item]) if item else None) or None,
    )


def of_link(url: str | None) -> Figure | None:
    """Return the figure of a link to the origin."""
    return read(dict(parse_qsl(urlsplit(url).query))) if url else None


def is_known(figure: Figure, viewer: Viewer, chosen: Filters) -> bool:
    """Return whether unit and item are in the register and the viewer covers the unit."""
    item = _SERIES[figure.measure].item
    unit_ok = viewer.units is None if figure.unit_id is None else figure.unit_id in _units(viewer, chosen)
    return unit_ok and (
        item is None or figure.item_id is None or figure.item_id in filters.options(item, viewer, _all(chosen))
    )


def names(figure: Figure, viewer: Viewer, chosen: Filters) -> Names:
    """Return what the figure is called; an id that the register no longer has stays an id."""
    item = _SERIES[figure.measure].item
    unit = db.build().district if figure.unit_id is None else _units(viewer, chosen).get(figure.unit_id, figure.unit_id)
    known = filters.options(item, viewer, _all(chosen)) if item and figure.item_id else {}
    return Names(measure_words.label(figure.measure), unit, known.get(figure.item_id or "", figure.item_id or ""))


def _all(chosen: Filters) -> Filters:
    return replace(chosen, agency=None, unit=None, area=None)


def _units(viewer: Viewer, chosen: Filters) -> dict[str, str]:
    return filters.options("unit", viewer, _all(chosen))


def series(figure: Figure, viewer: Viewer, chosen: Filters) -> pl.DataFrame:
    """Return period, period_months, value (null: not reported) of the figure over all that the build holds, oldest first."""
    own = _SERIES[figure.measure]
    build = db.build()
    agencies = filters.options("agency", viewer, _all(chosen))
    whose = "agency" if figure.unit_id in agencies else "unit"
    every = Filters(date(build.first_month.year, 1, 1), build.last_month, **{whose: figure.unit_id})
    asked = replace(every, **{own.item: figure.item_id}) if own.item else every
    found = db.fetch(own.query, viewer, **asked.parameters())
    months = pl.col("period_months") if "period_months" in found.columns else pl.lit(1)
    return found.select(
        period=pl.col(own.period), period_months=months.cast(pl.Int64), value=pl.col(own.value).cast(pl.Float64)
    ).sort("period")


def newest(found: pl.DataFrame) -> Seen:
    """Return the newest value of a series; its period is empty where nothing was ever reported."""
    known = found.drop_nulls("value")
    if known.is_empty():
        return Seen()
    period, months, value = known.select("period", "period_months", "value").row(-1)
    return Seen(value, period, months)


def unit_of(figure: Figure) -> str:
    """Return the unit of the values, as it stands at a chart."""
    return measure_words.unit_over_time(figure.measure)


def value(figure: Figure, found: float | None) -> str:
    """Return a value as it is read: whole counts, scores with their decimals, shares in %."""
    return _("belum melapor") if found is None else measure_words.written(figure.measure, found)


def at(figure: Figure, seen: Seen) -> str:
    """Return a value with its period: '1.234 · Okt 2026'."""
    return _("belum melapor") if seen.period is None else value(figure, seen.value) + " · " + when(figure, seen)


def within(figure: Figure, seen: Seen) -> str:
    """Return a value with its period as it stands within a sentence: '1.234 (Okt 2026)'."""
    return _("belum melapor") if seen.period is None else value(figure, seen.value) + " (" + when(figure, seen) + ")"


def when(figure: Figure, seen: Seen) -> str:
    """Return the period of a value; an attainment stands at the end of a month."""
    if figure.measure == "attainment":
        return _("sampai {month}", month=text.month(seen.period))
    return text.span(seen.period, seen.period_months)


def change(figure: Figure, then: Seen, now: Seen) -> str:
    """Return what became of the value: '–' where one is missing or no newer one has come."""
    if then.value is None or now.value is None or then.period is None or now.period is None:
        return text.MISSING
    if now.period == then.period and now.value == then.value:
        return unchanged()
    entry = measures()[figure.measure]
    if entry.is_points:
        return text.change(now.value - then.value, entry.digits, _("poin"))
    return text.change(100 * (now.value / then.value - 1)) if then.value else text.MISSING


def unchanged() -> str:
    """Return what is said where nothing has come since the decision."""
    return _("belum ada data baru")


def marked(snapshot: Snapshot, chosen: Filters, viewer: Viewer, *, links: bool = True) -> Snapshot:
    """Return the page with its decisions on the blocks they were made on, and (`links`) the way to record one for who may."""
    writes = links and viewer.may("decide")
    by_figure: dict[Figure, list[Decision]] = {}
    try:
        for one in store.listed(viewer):
            by_figure.setdefault(replace(one.figure, page=""), []).append(one)
    except Unavailable:
        writes = False

    def still_open(trace: str | None) -> list[Decision]:
        figure = of_link(trace)
        found = by_figure.get(replace(figure, page=""), []) if figure else []
        return [one for one in found if not one.is_closed]

    def tile(shown: Tile) -> Tile:
        if shown.shows is None or not shown.shows.is_itself:
            return shown
        found = still_open(shown.trace)
        worn = [n_("{n} keputusan terbuka", "{n} keputusan terbuka", len(found))] if found else []
        completeness = " · ".join([shown.completeness, *worn] if shown.completeness else worn)
        return replace(shown, completeness=completeness, decide=_form(shown.trace) if writes else None)

    def block(shown: Block) -> Block:
        if isinstance(shown, TextBlock) or shown.shows is None or not shown.shows.is_itself:
            return shown
        return _worn(replace(shown, decide=_form(shown.trace) if writes else None), still_open(shown.trace))

    return snapshot.each(tile, block)


def form(trace: str | None, viewer: Viewer) -> str | None:
    """Return the form for a decision on the figure of a link to the origin; None for who may not, or where it takes none."""
    return _form(trace) if viewer.may("decide") else None


def still_open(trace: str | None, viewer: Viewer) -> str | None:
    """Return the open decisions on the figure of a link to the origin, in words: '1 keputusan terbuka, tenggat 30 Nov 2026'."""
    figure = of_link(trace)
    if figure is None:
        return None
    try:
        found = [one for one in store.of_figure(figure, viewer) if not one.is_closed]
    except Unavailable:
        return _("catatan tidak terbaca")
    if not found:
        return None
    count = n_("{n} keputusan terbuka", "{n} keputusan terbuka", len(found))
    return _("{count}, tenggat {due}", count=count, due=text.date(min(one.wording.due_on for one in found)))


def with_forms(snapshot: Snapshot, viewer: Viewer, meeting_id: str) -> Snapshot:
    """Return a frozen page with the way to record a decision in its meeting, and nothing else that was not on it."""
    if not viewer.may("decide"):
        return snapshot

    def tile(shown: Tile) -> Tile:
        is_itself = shown.shows is not None and shown.shows.is_itself
        return replace(shown, decide=_form(shown.trace, meeting_id)) if is_itself else shown

    def block(shown: Block) -> Block:
        if isinstance(shown, TextBlock) or shown.shows is None or not shown.shows.is_itself:
            return shown
        return replace(shown, decide=_form(shown.trace, meeting_id))

    return snapshot.each(tile, block)


def _form(trace: str | None, meeting_id: str | None = None) -> str | None:
    figure = of_link(trace)
    if figure is None or trace is None:
        return None
    keys = {
        *(KEYS[name] for name in ("agency", "unit", "indicator", "service")),
        trace_links.KIND,
        trace_links.BACK,
        "bahasa",
    }
    query = [(key, entry) for key, entry in parse_qsl(urlsplit(trace).query) if key in keys]
    query += [(MEETING, meeting_id)] if meeting_id else []
    return f"{registry.DECISIONS}?{urlencode([(NEW, '1'), *query])}"


def _worn(block: ChartBlock | TableBlock, found: list[Decision]) -> Block:
    """Return the block with its open decisions under it, and on its chart where that is a line over time."""
    if not found:
        return block
    words = " ".join(brief(one) for one in found)
    block = replace(block, note=f"{block.note} {words}" if block.note else words)
    if not isinstance(block, ChartBlock) or block.chart.kind != "line" or "series" in block.chart.roles:
        return block
    days = block.chart.data[block.chart.roles["x"]]
    last = days.max()
    if not isinstance(last, date):
        return block
    notes = tuple((one.decided_on, noted(one)) for one in found if one.decided_on <= last + SHOWS_LATER)
    options = {**block.chart.options, "notes": (*block.chart.options.get("notes", ()), *notes)}
    return replace(block, chart=replace(block.chart, options=options))


def noted(one: Decision) -> str:
    """Return the few words beside a decision's line on a chart."""
    return _("keputusan {date}", date=text.date(one.decided_on))


def brief(one: Decision) -> str:
    """Return the decision in one sentence, as it stands under a figure."""
    return _(
        "Keputusan {date}: {what} ({who}, tenggat {due}).",
        date=text.date(one.decided_on),
        what=one.wording.what.rstrip(".").replace("\n", " "),
        who=one.wording.who,
        due=text.date(one.wording.due_on),
    )
