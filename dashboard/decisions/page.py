"""Keputusan: what was decided on a figure, by when, and what became of the figure since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from dashboard import db, filters, notes, registry
from dashboard.access import Viewer
from dashboard.decisions import blocks, marks, store
from dashboard.decisions.values import Decision, Figure, State, present
from dashboard.filters import Filters
from dashboard.parts import page_frame
from dashboard.snapshot import Block, Column, Headline, Snapshot, TableBlock, TextBlock, keys
from dashboard.words import text
from dashboard.words.text import _, n_
from queries.measures import measures

OPENED = blocks.OPENED
# The keys of the address of the form for a new decision: it names the figure as the links to the origin do.
NEW_KEYS = (marks.NEW, *registry.page(registry.TRACE).asked, *filters.KEYS.values())
NEW_PAGE = "keputusan-baru"  # a form: nothing to freeze
MOST_CHARTS = 4
MOST_URGENT = 3
BLOCK = "keputusan"  # on the Ringkasan


@dataclass(frozen=True)
class Asked:
    """What the address asks for: one decision, the form for a new one on a figure, or (neither) the lists."""

    opened: str | None = None
    figure: Figure | None = None
    is_new: bool = False


def read(query: Mapping[str, str]) -> Asked:
    """Return what an address asks for."""
    is_new = query.get(marks.NEW) == "1"
    return Asked(query.get(OPENED) or None, marks.read(query) if is_new else None, is_new)


def compose(chosen: Filters, viewer: Viewer, query: Mapping[str, str], today: date | None = None) -> Snapshot:
    """Return the lists, one decision, or the figure that a new one is made on; `today` is what overdue is reckoned from."""
    asked = read(query)
    today = today or store.today()
    try:
        if asked.is_new:
            return _new(asked.figure, chosen, viewer)
        if asked.opened:
            return _one(asked.opened, chosen, viewer, today)
        return _lists(chosen, viewer, today)
    except notes.Unavailable as why:
        return _page(_("Keputusan"), chosen, viewer, (TextBlock("catatan", _("Catatan belum dapat dibuka"), str(why)),))


def _page(
    title: str,
    chosen: Filters,
    viewer: Viewer,
    shown: Sequence[Block | tuple[Block, ...]],
    page: str = registry.DECISIONS,
    **more: Any,
) -> Snapshot:
    frame: dict[str, Any] = page_frame.frame(chosen, viewer) | {"filters": _scope(chosen, viewer)}
    frame["extra"] = frame["extra"] | more.pop("extra", {})
    frame |= more
    return Snapshot(page=page, title=title, blocks=tuple(shown), **frame)


def _scope(chosen: Filters, viewer: Viewer) -> str:
    """Return what was chosen; the months play no part here."""
    name = "unit" if chosen.unit else "agency"
    code = chosen.unit or chosen.agency
    return filters.options(name, viewer, chosen).get(code, code) if code else _("Semua unit")


def _back(chosen: Filters) -> dict[str, str]:
    return {"back_link": chosen.link(registry.DECISIONS), "back_words": _("Semua keputusan")}


# --- the lists ---


def count(viewer: Viewer) -> int:
    """Return how many decisions are open that the viewer may see; none where the notes can't be opened."""
    return _counted(store.stamp(), db.data_dir(), viewer)


@lru_cache(maxsize=100)
def _counted(_stamp: int, _place: Path, viewer: Viewer) -> int:
    try:
        return sum(not one.is_closed for one in store.listed(viewer))
    except notes.Unavailable:
        return 0


def in_scope(chosen: Filters, viewer: Viewer) -> list[Decision]:
    """Return the decisions on the unit chosen, else on the agency and its units, else all; raises Unavailable."""
    units = None
    if chosen.unit:
        units = [chosen.unit]
    elif chosen.agency:
        units = [*filters.options("unit", viewer, chosen), chosen.agency]
    return store.listed(viewer, units)


def _lists(chosen: Filters, viewer: Viewer, today: date) -> Snapshot:
    grouped: dict[State, list[Decision]] = {"overdue": [], "open": [], "closed": []}
    for one in in_scope(chosen, viewer):
        grouped[one.state(today)].append(one)
    drawn = [chart for one in grouped["overdue"] + grouped["open"] if (chart := blocks.chart(one, chosen, viewer))]
    drawn = drawn[:MOST_CHARTS]
    pairs = [tuple(drawn[i : i + 2]) if i + 1 < len(drawn) else drawn[i] for i in range(0, len(drawn), 2)]
    tables = {
        "overdue": blocks.table("terlambat", _("Keputusan terlambat"), grouped["overdue"], chosen, viewer, today),
        "open": blocks.table(
            "terbuka", _("Keputusan yang belum lewat tenggat"), grouped["open"], chosen, viewer, today
        ),
        "closed": blocks.table("selesai", _("Keputusan yang selesai"), grouped["closed"][::-1], chosen, viewer, today),
    }
    return _page(
        _("Keputusan"),
        chosen,
        viewer,
        [tables["overdue"], tables["open"], *pairs, tables["closed"]],
        headlines=_answer(grouped),
        definitions=_definitions(),
        extra={"back_link": chosen.link(registry.OVERVIEW), "back_words": _("Ringkasan")},
    )


def _answer(grouped: Mapping[State, Sequence[Decision]]) -> tuple[Headline, ...]:
    late, coming, done = (grouped[name] for name in ("overdue", "open", "closed"))
    if not late and not coming and not done:
        sentence = _(
            "Belum ada keputusan pada pilihan ini. Catat dari angkanya: “Catat keputusan” di samping “Asal angka”."
        )
        return (Headline(sentence),)
    count = n_("{n} keputusan terbuka", "{n} keputusan terbuka", len(late) + len(coming))
    lines = [Headline(_("{open}, {done} selesai.", open=count, done=text.number(len(done))), "#terbuka")]
    if late:
        oldest = late[0]
        sentence = _(
            "{n} melewati tenggat; yang terlama “{what}” ({who}), tenggat {due}.",
            n=text.number(len(late)),
            what=blocks.short(oldest.wording.what),
            who=oldest.wording.who,
            due=text.date(oldest.wording.due_on),
        )
        lines.append(Headline(sentence, "#terlambat", "bad"))
    elif coming:
        lines.append(Headline(_("Tidak ada yang melewati tenggat."), None, "ordinary"))
    return tuple(lines)


# --- one decision ---


def _one(decision_id: str, chosen: Filters, viewer: Viewer, today: date) -> Snapshot:
    events = store.history(decision_id, viewer)
    if not events:
        body = _("Mungkin alamatnya terpotong, atau keputusan itu di luar unit yang Anda lihat.")
        block = TextBlock("kosong", _("Keputusan ini tidak ditemukan"), body)
        return _page(_("Keputusan"), chosen, viewer, (block,), extra=_back(chosen))
    one = present(events)
    chart = blocks.chart(one, chosen, viewer, "deret")
    drawn: list[Block] = [chart] if chart else []
    return _page(
        blocks.short(one.wording.what),
        chosen,
        viewer,
        [blocks.details(one), *drawn, blocks.history(events)],
        headlines=_state_of(one, chosen, viewer, today),
        filters=marks.names(one.figure, viewer, chosen).unit,
        extra=_back(chosen),
    )


def _state_of(one: Decision, chosen: Filters, viewer: Viewer, today: date) -> tuple[Headline, ...]:
    late = one.days_overdue(today)
    if one.is_closed:
        head = Headline(_("Selesai {date}: {result}", date=text.date(one.ended_at), result=one.result), None, "good")
    elif late:
        sentence = _("Terlambat {days}, tenggat {due}.", days=blocks.days(late), due=text.date(one.wording.due_on))
        head = Headline(sentence, None, "bad")
    else:
        head = Headline(_("Terbuka, tenggat {due}.", due=text.date(one.wording.due_on)), None, "ordinary")
    now = marks.newest(marks.series(one.figure, viewer, chosen))
    figure = _(
        "{figure}: {then} saat diputuskan, {now} sekarang ({change}).",
        figure=str(marks.names(one.figure, viewer, chosen)),
        then=marks.at(one.figure, one.seen),
        now=marks.at(one.figure, now),
        change=marks.change(one.figure, one.seen, now),
    )
    return (head, Headline(figure, _to_figure(one.figure, chosen, viewer)))


def _to_figure(figure: Figure, chosen: Filters, viewer: Viewer) -> str:
    """Return the page of the figure, its unit and item chosen."""
    entry = measures()[figure.measure]
    item = entry.series.item if entry.series else None
    whose = "agency" if figure.unit_id in filters.options("agency", viewer, chosen) else "unit"
    narrowed = {"agency": None, "unit": None, whose: figure.unit_id} | ({item: figure.item_id} if item else {})
    return chosen.link(entry.page, **narrowed)


# --- a new one ---


def why_not(figure: Figure | None, chosen: Filters, viewer: Viewer) -> str | None:
    """Return why the viewer can't record a decision on the figure; None where he can."""
    if not viewer.may("decide"):
        return _("Peran {role} hanya membaca keputusan.", role=viewer.role)
    if figure is None:
        return _("Buka halaman angkanya, lalu pilih “Catat keputusan” di samping “Asal angka”.")
    if not marks.is_known(figure, viewer, chosen):
        return _("Unit, indikator, atau layanan pada alamat ini tidak dikenal.")
    return None


def _new(figure: Figure | None, chosen: Filters, viewer: Viewer) -> Snapshot:
    """Return what stands over the form: the figure as it is now and what is decided on it already; or why there is no form."""
    title = _("Catat keputusan")
    why = why_not(figure, chosen, viewer)
    if figure is None or why is not None:
        return _page(
            title,
            chosen,
            viewer,
            (TextBlock("alasan", _("Belum dapat dicatat"), why or ""),),
            NEW_PAGE,
            extra=_back(chosen),
        )
    now = marks.at(figure, marks.newest(marks.series(figure, viewer, chosen)))
    lines = [Headline(_("Tentang {figure}: {now}.", figure=str(marks.names(figure, viewer, chosen)), now=now))]
    for one in store.of_figure(figure, viewer)[:2]:
        state_of = _("selesai") if one.is_closed else _("terbuka")
        lines.append(Headline(marks.brief(one) + f" ({state_of})", blocks.link(one, chosen)))
    return _page(title, chosen, viewer, (), NEW_PAGE, headlines=tuple(lines), extra=_back(chosen))


# --- on the Ringkasan ---


def block(chosen: Filters, viewer: Viewer, today: date | None = None) -> TableBlock:
    """Return how many decisions are open and late, the most urgent ones, and the way to all of them."""
    today = today or store.today()
    try:
        rows = [one for one in in_scope(chosen, viewer) if not one.is_closed]
    except notes.Unavailable as why:
        return TableBlock(BLOCK, _("Keputusan"), pl.DataFrame(schema={"what": pl.String}), (), empty=str(why))
    late = sum(one.state(today) == "overdue" for one in rows)
    cells: list[dict[str, str | None]] = [
        {
            "id": one.id,
            "what": blocks.short(one.wording.what),
            "figure": str(marks.names(one.figure, viewer, chosen)),
            "who": one.wording.who,
            "due": text.date(one.wording.due_on)
            + (
                f" · {_('terlambat {days}', days=blocks.days(one.days_overdue(today)))}"
                if one.days_overdue(today)
                else ""
            ),
            "link": blocks.link(one, chosen),
        }
        for one in rows[:MOST_URGENT]
    ]
    columns = (
        Column("what", _("Keputusan"), link="link", role="name"),
        Column("figure", _("Angka")),
        Column("who", _("Pelaksana")),
        Column("due", _("Tenggat")),
    )
    title = _("Keputusan: {open} terbuka, {late} terlambat", open=text.number(len(rows)), late=text.number(late))
    table = pl.DataFrame(cells, schema=dict.fromkeys(("id", "what", "figure", "who", "due", "link"), pl.String))
    empty, more = _("Tidak ada keputusan yang terbuka."), (chosen.link(registry.DECISIONS), _("Semua keputusan"))
    return TableBlock(BLOCK, title, table, columns, empty=empty, more=more, keys=keys("id"))


def _definitions() -> tuple[tuple[str, str], ...]:
    return (
        (
            _("Saat diputuskan dan sekarang"),
            _(
                "Nilai terbaru deret angka itu pada hari keputusan dan pada data ini, dari perhitungan yang sama dengan "
                "halamannya. Perubahan sesudah keputusan belum tentu karena keputusan itu."
            ),
        ),
        (
            _("Riwayat"),
            _(
                "Keputusan tidak dihapus: setiap perubahan, penyelesaian, dan pembukaan kembali disimpan dengan waktu dan peran."
            ),
        ),
    )
