"""Jelajah: any slice of a table as a page, its groups or the rows behind them."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from dashboard import db, registry
from dashboard.access import Viewer
from dashboard.explore import charts, file_words, groups, question, tables
from dashboard.explore.question import ROWS_A_PART, Asked, named
from dashboard.explore.words import bare, condition, origin_columns, seen, shape
from dashboard.filters import Filters
from dashboard.parts import measure_definitions, page_frame
from dashboard.snapshot import Column, Headline, Snapshot, TableBlock, Tile
from dashboard.words import text
from dashboard.words.text import _, n_
from queries.explore.beside import beside
from queries.explore.slices import Refused, Slice, count_sql, files_sql, rows_sql
from queries.explore.tables import tables as declared

MOST_AT_ONCE = 20_000  # rows that one press takes along; more are written by a process of its own


def compose(chosen: Filters, viewer: Viewer, query: Mapping[str, str]) -> Snapshot:
    """Return the page of what the address asks for under question.KEYS."""
    asked = question.read(query, chosen, viewer)
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
        definitions=definitions(asked, viewer),
        **page_frame.frame(chosen, viewer),
    )
    page = replace(page, filters=" · ".join([page.filters, *_chosen(slice_)]))
    try:
        return _rows(page, asked, chosen, viewer) if asked.look == "rows" else _groups(page, asked, chosen, viewer)
    except Refused as refused:
        return replace(page, headlines=(*ignored, Headline(named(refused.why), signal="bad")))


def _groups(page: Snapshot, asked: Asked, chosen: Filters, viewer: Viewer) -> Snapshot:
    sides, left = [tables.side(asked, viewer, chosen)], ()
    first = sides[0]
    if asked.second:
        slice_, left = beside(asked.slice, *asked.second)
        sides.append(tables.side(replace(asked, slice=slice_, chart=None), viewer, chosen, "2"))
    unused = [named(asked.slice.of.columns[c.column].label) for c in left]
    words = _(
        "Saringan {names} tidak berlaku untuk {measure}: tabelnya tidak memuatnya.",
        names=", ".join(unused), measure=groups.measure_name(sides[-1].slice),
    )  # fmt: skip
    table = tables.table(tuple(sides), chosen, words if unused else None)
    drawn = [charts.block(side.asked, _alike(side, first), chosen, side.number) for side in sides]
    shown = tuple(block for block in drawn if block is not None)
    is_beside = len(sides) == 1 and not (asked.slice.row and asked.slice.column)
    blocks = ((table, *shown),) if shown and is_beside else (table, *((shown,) if len(shown) > 1 else shown))
    rows = (tile for side in sides for tile in _tiles(side, chosen))
    return replace(
        page,
        headlines=(Headline(charts.title(asked, first.found), "#tabel"), *page.headlines),
        tiles=tuple({tile.id: tile for tile in rows}.values()),
        blocks=blocks,
        extra=page.extra | {"download": file_words.of_groups(asked)},
    )


def _alike(side: tables.Side, first: tables.Side) -> groups.Found:
    """Return an answer with its groups in the order of the first one."""
    orders = {
        name: [*getattr(first.found, name), *(v for v in getattr(side.found, name) if v not in getattr(first.found, name))]
        for name in ("row_order", "column_order")
    }  # fmt: skip
    is_time = any(dimension.kind == "time" for dimension in side.slice.dimensions)
    return side.found if side is first or is_time else replace(side.found, **orders)


def _tiles(side: tables.Side, chosen: Filters) -> tuple[Tile, ...]:
    slice_, whole = side.slice, side.found.whole
    measure = slice_.what
    unit, period = named(measure.unit).removeprefix("% "), page_period(slice_)  # the figure itself says %
    comparison, change = "", ""
    if slice_.compare and whole.get("compared") is not None:
        comparison = _(
            "dibanding {name}: {value}",
            name=side.found.other,
            value=bare(whole["compared"], slice_),
        )
        difference = whole["change"] if measure.is_points else whole["change_pct"]
        digits = measure.digits if measure.is_points else 1
        change = text.change(difference, digits, "poin" if measure.is_points else "%") if difference is not None else ""
    missing, due = side.here.counts.get((..., ...), (0, 0))
    complete = page_frame.reports({"reports_received": due - missing, "reports_expected": due})
    if slice_.of.grain != "month":
        complete = _("{received} dari {due} laporan", received=text.number(due - missing), due=text.number(due))
    rows = question.link(chosen, replace(side.asked, look="rows", part=1, second=None, sort=None))
    return (
        Tile(
            f"seluruhnya{side.number}", groups.measure_name(slice_),
            bare(whole["value"], slice_) if whole["value"] is not None else None,
            unit=unit, period=period, change=change, comparison=comparison, completeness=complete if due else "",
        ),
        Tile(
            f"baris{side.number}", _("Baris di baliknya"), text.number(whole["row_count"]), unit=_("baris"), period=period,
            comparison=_("lihat baris dan berkasnya"), link=rows,
        ),
    )  # fmt: skip


def _chosen(slice_: Slice) -> list[str]:
    """Return what a slice asks beyond the filters that all pages have."""
    return [f"{label} {words}" for label, words in (condition(c, slice_) for c in slice_.conditions)]


def page_period(slice_: Slice) -> str:
    """Return the months that were chosen."""
    return text.period(slice_.period_from, slice_.period_to)


def every_row(asked: Asked, viewer: Viewer) -> TableBlock:
    """Return the table of all rows behind an answer, of which the page shows a part; raises Refused."""
    return _row_table(asked, db.ask(viewer, rows_sql(asked.slice)))


def _row_table(asked: Asked, rows: pl.DataFrame) -> TableBlock:
    slice_ = asked.slice
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
    return TableBlock(
        "baris",
        _("Baris {table}", table=named(slice_.of.title)),
        shown,
        tuple(shape(slice_.of, name, rows.schema[name]) for name in rows.columns),
        note=named(slice_.of.note) if slice_.of.note[0] else None,
        empty=_("Tidak ada baris untuk pilihan ini. Hapus salah satu saringan, atau perpanjang periodenya."),
    )


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
    hint = _(
        "Tabel ini memuat {n} baris; seluruhnya lewat “Unduh sebagai” di bawah.", n=text.number(rows.height)
    )  # fmt: skip
    if count <= MOST_AT_ONCE:
        hint = _("Tabel ini memuat {n} baris; unduhannya memuat semuanya.", n=text.number(rows.height))
    table = replace(_row_table(asked, rows), hint=hint if parts > 1 else None)
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
        extra=page.extra | ways | {"download": file_words.of_rows(asked), "rows": str(count)},
    )


def definitions(asked: Asked, viewer: Viewer) -> tuple[tuple[str, str], ...]:
    """Return what the table, the measures and their columns mean."""
    slice_ = asked.slice
    shown = [(slice_.of, slice_.measure, groups.measure_name(slice_))]
    if asked.second and asked.look == "groups":
        of = declared()[asked.second[0]]
        shown.append((of, asked.second[1], named(of.measures[asked.second[1]].label)))
    found: list[tuple[str, str]] = []
    for of, key, name in shown:
        own = measure_definitions.measure(of.measures[key].code, viewer)
        words = _(
            "{definition} Satuan: {unit}. Rumus: {formula}",
            definition=named(own.definition),
            unit=named(own.unit),
            formula=named(own.formula),
        )
        found.append((name, words))
        if not of.measures[key].is_additive:
            found.append((_("Mengapa tidak dijumlahkan"), named(of.measures[key].sum_refused)))
        if of.note[0]:
            found.append((named(of.title), named(of.note)))
    found += [(named(column.label), named(column.meaning)) for column in slice_.dimensions]
    found.append(
        (
            _("Sumber"),
            _(
                "Tabel {name} dari data terbitan; setiap baris menyebut berkas, lembar, dan barisnya.",
                name=slice_.of.name,
            ),
        )
    )
    return tuple(dict.fromkeys(found))
