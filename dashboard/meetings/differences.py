"""Where two meetings say different things: the page, the block, the cell, and both values."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

import polars as pl

from dashboard.snapshot import Block, ChartBlock, Meeting, Snapshot, TextBlock, Tile
from dashboard.words import text
from dashboard.words.text import _, n_

NAMED = 20  # the rest is counted


def told(frozen: Meeting, again: Meeting) -> list[str]:
    """Return what differs, a sentence each, the first NAMED of them; nothing where both say the same."""
    found = list(_meeting(frozen, again))
    left = len(found) - NAMED
    return found[:NAMED] + ([n_("dan {n} perbedaan lagi", "dan {n} perbedaan lagi", left)] if left > 0 else [])


def _said(place: str, before: object, now: object) -> str:
    return _(
        "{place}: dibekukan “{before}”, disusun ulang “{now}”", place=place, before=_words(before), now=_words(now)
    )


def _words(value: object) -> str:
    return text.MISSING if value is None else str(value)


def _meeting(frozen: Meeting, again: Meeting) -> Iterator[str]:
    pages = [("", one, other) for one, other in zip_longest(frozen.pages, again.pages)]
    sheets = [(_("ringkas, "), one, other) for one, other in zip_longest(_sheets(frozen), _sheets(again))]
    for before, one, other in (*pages, *sheets):
        if one is None or other is None:
            yield _said(_("halaman"), one and one.title, other and other.title)
        else:
            yield from _page(f"{before}{one.title}", one, other)


def _sheets(meeting: Meeting) -> tuple[Snapshot, ...]:
    return meeting.brief.sheets if meeting.brief else ()


def _page(place: str, one: Snapshot, other: Snapshot) -> Iterator[str]:
    for name in (
        "title",
        "period",
        "filters",
        "completeness",
        "findings",
        "as_of",
        "build_id",
        "is_sample",
        "definitions",
    ):
        if (a := getattr(one, name)) != (b := getattr(other, name)):
            yield _said(place, a, b)
    for a, b in zip_longest(one.headlines, other.headlines):
        if a != b:
            yield _said(_("{place}, kalimat", place=place), a and a.text, b and b.text)
    for a, b in zip_longest(one.tiles, other.tiles):
        if a != b:
            yield from _tile(place, a, b)
    for a, b in zip_longest(one.flat(), other.flat()):
        if a is None or b is None or a.id != b.id or type(a) is not type(b):
            yield _said(_("{place}, blok", place=place), a and a.id, b and b.id)
        else:
            yield from _block(f"{place}, {_title(a)} ({a.id})", a, b)


def _tile(place: str, one: Tile | None, other: Tile | None) -> Iterator[str]:
    if one is None or other is None:
        yield _said(place, one and one.label, other and other.label)
        return
    for name in vars(one):
        if (a := getattr(one, name)) != (b := getattr(other, name)):
            yield _said(f"{place}, {one.label}", a, b)


def _title(block: Block) -> str:
    return block.chart.title if isinstance(block, ChartBlock) else block.title


def _block(place: str, one: Any, other: Any) -> Iterator[str]:
    for name in vars(one):
        a, b = getattr(one, name), getattr(other, name)
        if name in {"table", "chart"} or a == b:
            continue
        yield _said(place, a, b)
    if isinstance(one, TextBlock):
        return
    label = next((c.name for c in one.columns if c.role == "name"), one.table.columns[0] if one.table.columns else "")
    names = {c.name: c.label for c in one.columns}
    yield from _frame(place, one.table, other.table, label, names)
    if isinstance(one, ChartBlock):
        for name in vars(one.chart):
            a, b = getattr(one.chart, name), getattr(other.chart, name)
            if isinstance(a, pl.DataFrame):
                same = one.table.equals(other.table)  # else it was told already
                yield from _frame(_("{place}, gambar", place=place), a, b, label, names) if same else ()
            elif repr(a) != repr(b):
                yield _said(_("{place}, gambar", place=place), a, b)


def _frame(place: str, one: pl.DataFrame, other: pl.DataFrame, label: str, names: dict[str, str]) -> Iterator[str]:
    if one.columns != other.columns or one.height != other.height:
        yield _said(
            _("{place}, baris dan kolom", place=place), f"{one.height} × {one.width}", f"{other.height} × {other.width}"
        )
        return
    for name in one.columns:
        for n, (a, b) in enumerate(zip(one[name].to_list(), other[name].to_list(), strict=True)):
            if repr(a) != repr(b):
                row = one[label][n] if label in one.columns else n + 1
                yield _said(f"{place}, {row} · {names.get(name, name)}", a, b)
