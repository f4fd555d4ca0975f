"""Jelajah: any slice of a table as a page, its groups or the rows behind them."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from dashboard import db, registry
from dashboard.access import Viewer
from dashboard.explore import charts, groups, question
from dashboard.explore.question import ROWS_A_PART, Asked, named
from dashboard.explore.words import bare, origin_columns, seen, shape
from dashboard.filters import Filters
from dashboard.parts import measure_definitions, page_frame
from dashboard.snapshot import Block, Column, Headline, Snapshot, TableBlock, Tile
from dashboard.words import text
from dashboard.words.text import _, n_
from queries.explore.slices import Refused, Slice, count_sql, files_sql, rows_sql


def compose(chosen: Filters, viewer: Viewer, query: Mapping[str, str]) -> Snapshot:
    """Return the page of what the address asks for under question.KEYS."""
    asked = question.read(query, chosen)
    chosen = question.applying(chosen)
    slice_, unknown, waiting = asked.slice, list(asked.ignored), False
    if slice_.compare == "unit":
        if slice_.compare_unit and slice_.compare_unit not in groups.units(viewer, chosen):
            unknown.append(f"{question.COMPARE_UNIT}={slice_.compare_unit}")
            asked = replace(asked, slice=replace(slice_, compare_unit=None))
        waiting = asked.slice.compare_unit is None
        asked = question.answerable(asked)
        slice_ = asked.slice
    ignored = tuple(Headline(_("Bagian alamat yang tidak dikenal dan diabaikan: {part}", part=p)) for p in unknown)
    if waiting:
        ignored += (Headline(_("Pilih unit pembandingnya; sebelum itu tidak ada yang dibandingkan.")),)
    page = Snapshot(
        page=registry.EXPLORE,
        title=_("Jelajah: {table}", table=named(slice_.of.title)),
        headlines=ignored,
        definitions=definitions(slice_, viewer),
        **page_frame.frame(chosen, viewer),
    )
    try:
        return _rows(page, asked, chosen, viewer) if asked.look == "rows" else _groups(page, asked, chosen, viewer)
    except Refused as refused:
        return replace(page, headlines=(*ignored, Headline(named(refused.why), signal="bad")))


def _groups(page: Snapshot, asked: Asked, chosen: Filters, viewer: Viewer) -> Snapshot:
    found = groups.ask(asked, viewer, chosen)
    blocks: list[Block] = []
    drawn = charts.block(asked, found, chosen)
    if drawn is not None:
        blocks.append(drawn)
    blocks.append(groups.table(asked, found, chosen))
    return replace(
        page,
        headlines=(Headline(charts.title(asked, found), f"#{blocks[0].id}"), *page.headlines),
        tiles=_tiles(asked, found, chosen, viewer),
        blocks=tuple(blocks),
    )


def _tiles(asked: Asked, found: groups.Found, chosen: Filters, viewer: Viewer) -> tuple[Tile, ...]:
    slice_ = asked.slice
    whole = found.whole
    measure = slice_.what
    unit, period = named(measure.unit).removeprefix("% "), page_period(slice_)  # the figure itself says %
    comparison, change = "", ""
    if slice_.compare and whole.get("compared") is not None:
        comparison = _(
            "dibanding {name}: {value}",
            name=found.other,
            value=bare(whole["compared"], slice_),
        )
        difference = whole["change"] if measure.is_points else whole["change_pct"]
        digits = measure.digits if measure.is_points else 1
        change = text.change(difference, digits, "poin" if measure.is_points else "%") if difference is not None else ""
    complete = ""
    if slice_.table in ("visits", "new_visits"):
        summary = db.fetch("visits/summary", viewer, **chosen.parameters()).row(0, named=True)
        complete = page_frame.reports(summary)
    rows = question.link(chosen, replace(asked, look="rows", part=1))
    return (
        Tile(
            "seluruhnya", groups.measure_name(slice_), bare(whole["value"], slice_) if whole["value"] is not None else None,
            unit=unit, period=period, change=change, comparison=comparison, completeness=complete,
        ),
        Tile(
            "baris", _("Baris di baliknya"), text.number(whole["row_count"]), unit=_("baris"), period=period,
            comparison=_("lihat baris dan berkasnya"), link=rows,
        ),
    )  # fmt: skip


def page_period(slice_: Slice) -> str:
    """Return the months that were chosen."""
    return text.period(slice_.period_from, slice_.period_to)


def _rows(page: Snapshot, asked: Asked, chosen: Filters, viewer: Viewer) -> Snapshot:
    slice_ = asked.slice
    count = int(db.ask(viewer, count_sql(slice_)).item())
    parts = max(-(-count // ROWS_A_PART), 1)
    part = min(asked.part, parts)
    rows = db.ask(viewer, rows_sql(slice_, ROWS_A_PART, (part - 1) * ROWS_A_PART))
    files = db.ask(viewer, files_sql(slice_))
    back = question.link(chosen, replace(asked, look="groups", part=1))
    first = (part - 1) * ROWS_A_PART + 1
    words = n_("{n} baris memenuhi saringan ini.", "{n} baris memenuhi saringan ini.", count)
    if parts > 1:
        words = _(
            "{count} baris memenuhi saringan ini; ditampilkan baris {first} sampai {last}.",
            count=text.number(count),
            first=text.number(first),
            last=text.number(first + rows.height - 1),
        )
    shown = rows.with_columns(
        *(
            seen(rows[c.name]).alias(c.name)
            for c in slice_.of.of_kind("category", "text")
            if rows[c.name].dtype == pl.String
        ),
        *(
            pl.when(pl.col(c.name)).then(pl.lit(_("ya"))).when(~pl.col(c.name)).then(pl.lit(_("tidak"))).alias(c.name)
            for c in slice_.of.of_kind("flag")
        ),
    )
    table = TableBlock(
        "baris",
        _("Baris {table}", table=named(slice_.of.title)),
        shown,
        tuple(shape(slice_.of, name, rows.schema[name]) for name in rows.columns),
        note=named(slice_.of.note) if slice_.of.note[0] else None,
        empty=_("Tidak ada baris untuk pilihan ini. Hapus salah satu saringan, atau perpanjang periodenya."),
        hint=_("Tabel ini memuat {n} baris; seluruhnya lewat “Unduh sebagai” di bawah.", n=text.number(rows.height))
        if parts > 1
        else None,
    )
    sources = TableBlock(
        "berkas",
        _("Berkas asal"),
        files.with_columns(pl.col("file").fill_null(_("beberapa berkas"))),
        (Column("file", _("Berkas"), role="name"), Column("row_count", _("Baris"), "int")),
        empty=_("Tidak ada berkas untuk pilihan ini."),
    )
    ways = {
        "back_link": back,
        "back_words": _("Kembali ke hitungan"),
    }  # on the screen alone: a frozen page leads nowhere
    if part > 1:
        ways["before_link"] = question.link(chosen, replace(asked, part=part - 1))
    if part < parts:
        ways["after_link"] = question.link(chosen, replace(asked, part=part + 1))
    return replace(
        page,
        headlines=(Headline(words, "#baris"), *page.headlines),
        blocks=(table, sources) if origin_columns(slice_) else (table,),
        extra=page.extra | ways,
    )


def definitions(slice_: Slice, viewer: Viewer) -> tuple[tuple[str, str], ...]:
    """Return what the table, the measure and its columns mean."""
    measure, of = slice_.what, slice_.of
    own = measure_definitions.measure(measure.code, viewer)
    words = _(
        "{definition} Satuan: {unit}. Rumus: {formula}",
        definition=named(own.definition),
        unit=named(own.unit),
        formula=named(own.formula),
    )
    found = [(groups.measure_name(slice_), words)]
    if not measure.is_additive:
        found.append((_("Mengapa tidak dijumlahkan"), named(measure.sum_refused)))
    if of.note[0]:
        found.append((named(of.title), named(of.note)))
    found += [(named(column.label), named(column.meaning)) for column in slice_.dimensions]
    found.append(
        (
            _("Sumber"),
            _("Tabel {name} dari data terbitan; setiap baris menyebut berkas, lembar, dan barisnya.", name=of.name),
        )
    )
    return tuple(found)
