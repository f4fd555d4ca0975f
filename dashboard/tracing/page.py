"""Asal angka: where one figure comes from, from its definition down to the rows of files."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from dashboard import db, registry
from dashboard.access import Viewer
from dashboard.filters import Filters
from dashboard.parts import page_frame
from dashboard.parts.row_words import Row
from dashboard.snapshot import Headline, Snapshot, TextBlock, Tile
from dashboard.tracing import links as trace_links
from dashboard.tracing import tables, words
from dashboard.words import text
from dashboard.words.measure_words import reasons
from dashboard.words.said import joined
from dashboard.words.text import _, n_
from queries import tracing
from queries.measures import measures
from queries.tracing import Trace

USUAL = "attainment"


@dataclass(frozen=True)
class Asked:
    """What the address asks for beside the filters: the kind of figure, and what narrows it."""

    kind: str = USUAL
    element: str | None = None
    report_kind: str | None = None
    back: str = ""


def read(query: Mapping[str, str]) -> Asked:
    """Return what an address asks for; an unknown kind of figure is the usual one, an unknown page to go back to none."""
    kind = query.get(trace_links.KIND, USUAL)
    back = registry.find(query.get(trace_links.BACK))
    return Asked(
        kind if kind in tracing.kinds() else USUAL,
        query.get(trace_links.ELEMENT) or None,
        query.get(trace_links.REPORT_KIND) or None,
        back.address if back else "",
    )


def more_filters(asked: Asked) -> tuple[str, ...]:
    """Return the filters that a figure of this kind has beside period and unit."""
    return measures()[asked.kind].traced.filters


def compose(chosen: Filters, viewer: Viewer, query: Mapping[str, str]) -> Snapshot:
    """Return the page of one figure: its value and parts, how complete and fresh, what changed, what was found, its rows."""
    asked = read(query)
    given = chosen.parameters() | {"element": asked.element, "report_kind": asked.report_kind}
    found = tracing.collect(asked.kind, partial(db.fetch, viewer=viewer, area=chosen.area), given)
    links = tables.Links(
        origin=partial(_deeper, chosen, found, asked),
        file=lambda file_id: f"{chosen.link(registry.QUALITY, file=file_id)}#issues",
    )
    frame = page_frame.frame(chosen, viewer)
    if asked.back:
        own = {name: getattr(chosen, name) for name in trace_links.OWN}
        words_back = _("Kembali ke {page}", page=registry.page(asked.back).title())
        frame["extra"] |= {"back_link": chosen.link(asked.back, **own), "back_words": words_back}
    return Snapshot(
        page=registry.TRACE,
        title=_("Asal angka: {figure}", figure=words.subject(found)),
        headlines=headlines(found),
        tiles=tiles(found),
        blocks=(
            definition(found),
            tables.inputs(found, links),
            tables.reports(found),
            tables.files(found, links),
            tables.changes(found.comparison, found.changes, links),
            tables.issues(found, links),
            *tables.corrections(found, links),
            tables.rows(found, links),
        ),
        **frame,
    )


def _deeper(chosen: Filters, found: Trace, asked: Asked, row: Row) -> str | None:
    """Return the trace of one input of the figure, where it is a figure of its own."""
    traced = found.measure.traced
    narrowed: dict[str, str | None] = {}
    for name in traced.narrows:
        if name == "month" and row["month"] is not None:
            narrowed |= {"period_from": row["month"], "period_to": row["month"]}
        elif name in {"unit", "indicator"} and row.get(f"{name}_id") is not None:
            narrowed[name] = row[f"{name}_id"]
        elif name in {"element", "report_kind"} and getattr(asked, name) is None:
            narrowed[name] = row[name]
    return trace_links.link(chosen, traced.into, asked.back, **narrowed) if traced.into and narrowed else None


def headlines(found: Trace) -> tuple[Headline, ...]:
    """Return the answer: how the figure comes out, from how many rows, how complete, what changed."""
    equation = words.equation(found)
    complete, complete_signal = words.completeness(found)
    changed, changed_signal = words.changed(found.comparison, found.changes)
    if equation is None and found.parts.value is None:
        reason = found.parts.about.get("reason")
        why = reasons().get(reason, "") if reason else ""
        sentence = _("Angka ini belum dapat dihitung: {why}.", why=why) if why else _("Belum ada data untuk angka ini.")
        first = (Headline(sentence, "#masukan"),)
    else:
        first = (Headline(_("Perhitungan: {equation}", equation=equation), "#masukan"),) if equation else ()
    return (
        *first,
        Headline(words.freshness(found), "#baris"),
        Headline(complete, "#kelengkapan", complete_signal),
        Headline(changed, "#changes", changed_signal),
    )


def tiles(found: Trace) -> tuple[Tile, ...]:
    """Return the figure itself, the rows and reports behind it, and the date of the newest file."""
    parts = found.parts
    newest = found.files.row(0, named=True) if found.files.height else None
    received = found.reports.height - found.missing.height
    return (
        Tile(
            "angka",
            text.named(*found.measure.name),
            words.value(found),
            words.measure(found),
            words.period(found),
            completeness=_("data sementara") if parts.is_provisional else "",
            link="#masukan",
        ),
        Tile(
            "baris-asal",
            _("Baris laporan"),
            text.number(parts.rows.height),
            comparison=n_("dari {n} berkas", "dari {n} berkas", found.files.height),
            link="#baris",
        ),
        Tile(
            "laporan-asal",
            _("Laporan diterima"),
            joined((text.number(received), text.number(found.reports.height)), " / ")
            if found.reports.height
            else text.MISSING,
            comparison=n_("{n} belum melapor", "{n} belum melapor", found.missing.height)
            if found.reports.height
            else "",
            link="#kelengkapan",
        ),
        Tile(
            "terbaru",
            _("Berkas terbaru"),
            text.date(newest["as_of"]) if newest and newest["as_of"] else text.MISSING,
            comparison=newest["file"] if newest else "",
            link="#berkas",
        ),
    )


def definition(found: Trace) -> TextBlock:
    """Return what the figure means, its formula and its legal basis."""
    body = "\n\n".join(f"{term}: {meaning}" for term, meaning in words.definition(found))
    return TextBlock("definisi", _("Definisi, rumus, dan dasar"), body)
