"""Kalender laporan: which report is due when, who is late, who is missing, as of today; the way to one's own calendar."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from itertools import groupby

import polars as pl

from dashboard import charts, registry
from dashboard.access import Viewer
from dashboard.areas.quality.blocks import states
from dashboard.filters import LANGUAGE_KEY, Filters
from dashboard.parts import due, page_frame
from dashboard.parts.due import Due
from dashboard.snapshot import ChartBlock, Column, Headline, Snapshot, TableBlock, Tile
from dashboard.words import text
from dashboard.words.text import _, n_
from queries.months import first_of_month, moved_by

(KIND,) = registry.page(registry.DUE).asked
SOON_DAYS = 14
MOST_NAMED = 3
LETTERS = {"on_time": "✓", "received": "•", "corrected": "✎", "due": "·", "": ""}


def compose(chosen: Filters, viewer: Viewer, asked: Mapping[str, str]) -> Snapshot:
    """Return the page; `asked` may name the one kind of report that it is about."""
    day = due.today()
    every = due.around(viewer, day, agency=chosen.agency, unit=chosen.unit)
    kind = asked.get(KIND) if asked.get(KIND) in {one.kind for one in every} else None
    dues = [one for one in every if kind in (None, one.kind)]
    missing = [one for one in reversed(dues) if one.state == "missing"]
    late = [one for one in dues if one.state == "late"]
    ahead = [one for one in dues if one.state == "due"]
    frame = page_frame.frame(chosen, viewer)
    month = first_of_month(day)
    span = text.period(moved_by(month, -due.MONTHS_BEFORE), moved_by(month, due.MONTHS_AHEAD))
    frame["filters"] = frame["filters"].replace(
        frame["period"], span, 1
    )  # what falls due around today, whatever the period
    frame["period"] = span
    return Snapshot(
        page=registry.DUE,
        title=_("Kalender laporan"),
        headlines=_headlines(dues, missing, ahead, day),
        tiles=_tiles(missing, late, ahead, day),
        blocks=(
            _missing(missing, chosen, day),
            _ahead(ahead, chosen, kind),
            _matrix(dues, chosen, kind),
            _late(late, chosen),
        ),
        definitions=_definitions(),
        **frame,
    )


def _headlines(dues: list[Due], missing: list[Due], ahead: list[Due], day: date) -> tuple[Headline, ...]:
    if not dues:
        words = _("Belum ada laporan yang jatuh tempo: kalender terisi begitu laporan pertama dimuat.")
        return (Headline(words),)
    lines = []
    if missing:
        units = text.some(one.unit_short for one in missing)
        words = n_("{n} laporan lewat tenggat dan belum masuk: {units}.", "{n} laporan lewat tenggat dan belum masuk: {units}.",
                   len(missing), units=units)  # fmt: skip
        lines.append(Headline(words, "#missing", "bad"))
    else:
        lines.append(
            Headline(_("Tidak ada laporan yang lewat tenggat: semua yang jatuh tempo sudah masuk."), signal="good")
        )
    if ahead:
        first = ahead[0]
        count = sum((one.due_on, one.kind) == (first.due_on, first.kind) for one in ahead)
        words = n_("Berikutnya {day}: {what}, {n} unit.", "Berikutnya {day}: {what}, {n} unit.", count,
                   day=text.day(first.due_on), what=first.what)  # fmt: skip
        lines.append(Headline(words, "#ahead"))
    return tuple(lines)


def _tiles(missing: list[Due], late: list[Due], ahead: list[Due], day: date) -> tuple[Tile, ...]:
    near = due.soon(ahead, day, SOON_DAYS)
    units = len({one.unit_id for one in missing})
    return (
        Tile("missing", _("Lewat tenggat, belum masuk"), text.number(len(missing)), _("laporan"), "",
             completeness=n_("dari {n} unit", "dari {n} unit", units), signal="bad" if missing else "none", link="#missing"),
        Tile("soon", _("Jatuh tempo dalam 14 hari"), text.number(len(near)), _("laporan"),
             text.day(near[0].due_on) if near else "", link="#ahead"),
        Tile("late", _("Masuk terlambat"), text.number(len(late)), _("laporan"), _("sejak tiga bulan lalu"), link="#late"),
    )  # fmt: skip


def _named(chosen: Filters, one: Due) -> dict[str, object]:
    """Return what each row of a table has: unit, report, period, due date, and the page of that unit."""
    return {
        "unit_id": one.unit_id,
        "unit": one.unit,
        "link": chosen.toggle(registry.DUE, unit=one.unit_id),
        "kind": one.kind_name,
        "span": text.span(one.period, one.months),
        "due_on": one.due_on,
    }


_SCHEMA: dict[str, type[pl.DataType]] = {
    "unit_id": pl.String,
    "unit": pl.String,
    "link": pl.String,
    "kind": pl.String,
    "span": pl.String,
    "due_on": pl.Date,
}


def _columns(*more: Column) -> tuple[Column, ...]:
    return (
        Column("unit", _("Unit"), link="link", role="name"),
        Column("kind", _("Laporan"), role="name"),
        Column("span", _("Periode"), role="period"),
        *more,
    )


def _missing(missing: list[Due], chosen: Filters, day: date) -> TableBlock:
    rows = [_named(chosen, one) | {"days": (day - one.due_on).days} for one in missing]
    english = f"?{LANGUAGE_KEY}=en" if text.language() == "en" else ""
    return TableBlock(
        "missing",
        _("Lewat tenggat dan belum masuk"),
        pl.DataFrame(rows, schema=_SCHEMA | {"days": pl.Int64}),
        _columns(
            Column("due_on", _("Tenggat"), "date", role="as_of"), Column("days", _("Hari lewat"), "int", role="derived")
        ),
        empty=_("Tidak ada."),
        more=(f"{registry.MESSAGES}{english}", _("Pesan siap tempel untuk setiap unit")),
    )


def _ahead(ahead: list[Due], chosen: Filters, kind: str | None) -> TableBlock:
    """Return what falls due next, a line for each day, report and period; a day off is said, and whether it moves."""
    lines = []
    keyed = sorted(ahead, key=lambda one: (one.due_on, one.kind, one.period))
    for (on, code, period), same in groupby(keyed, key=lambda one: (one.due_on, one.kind, one.period)):
        each = list(same)
        lines.append(
            {
                "day": text.day(on), "kind": each[0].kind_name, "link": _of_kind(chosen, None if kind == code else code),
                "span": text.span(period, each[0].months), "count": len(each),
                "units": text.some((one.unit_short for one in each), MOST_NAMED), "note": note(each[0]),
            }
        )  # fmt: skip
    schema = dict.fromkeys(("day", "kind", "link", "span", "units", "note"), pl.String) | {"count": pl.Int64}
    english = f"?{LANGUAGE_KEY}=en" if text.language() == "en" else ""
    return TableBlock(
        "ahead",
        _("Yang akan jatuh tempo"),
        pl.DataFrame(lines, schema=schema),
        (
            Column("day", _("Tenggat"), role="as_of"),
            Column("kind", _("Laporan"), link="link", role="name"),
            Column("span", _("Periode"), role="period"),
            Column("count", _("Unit"), "int"),
            Column("units", _("Siapa")),
            Column("note", _("Catatan")),
        ),
        empty=_("Tidak ada yang jatuh tempo dalam tiga bulan."),
        hint=_("Pilih jenis laporan untuk melihat yang itu saja."),
        more=(f"{registry.SUBSCRIBE}{english}", _("Pasang tenggat di kalender ponsel")),
    )


def note(one: Due) -> str | None:
    """Return what is to be known of a due date: that it was moved, or falls on a holiday or the weekend and was not."""
    if one.moved_from:
        return _("digeser dari {day}: hari libur", day=text.day(one.moved_from))
    if one.holiday:
        return _("hari libur: {name}; tenggat tidak bergeser", name=one.holiday)
    return _("akhir pekan; tenggat tidak bergeser") if one.due_on.isoweekday() > 5 else None


def _of_kind(chosen: Filters, kind: str | None) -> str:
    return f"{chosen.link(registry.DUE)}{f'&{KIND}={kind}' if kind else ''}"


def _matrix(dues: list[Due], chosen: Filters, kind: str | None) -> ChartBlock:
    """Return units by kinds of report: what became of the last one that was due."""
    last: dict[tuple[str, str], Due] = {}
    for one in dues:
        if one.state != "due":
            last[one.unit_id, one.kind] = one
    kinds = {one.kind: one.kind_name for one in dues}
    gaps = Counter(one.unit_id for one in last.values() if one.state == "missing")
    units = {
        one.unit_id: one for one in sorted(dues, key=lambda one: (-gaps[one.unit_id], one.unit_short, one.unit_id))
    }
    names = states() | {"due": states()["not_due"]}
    rows = []
    for unit in units.values():
        for code, name in kinds.items():
            found = last.get((unit.unit_id, code))
            state = found.state if found else "not_owed"
            said = text.span(found.period, found.months) if found else ""
            rows.append(
                {
                    "unit_id": unit.unit_id, "unit": unit.unit, "unit_short": unit.unit_short, "kind": name, "state": state,
                    "state_name": names[state][0], "words": _words(found), "span": said or None,
                    "hover": f"{unit.unit_short}, {name}: {names[state][0]}{f' ({said})' if said else ''}",
                    "row_link": chosen.toggle(registry.DUE, unit=unit.unit_id),
                    "column_link": _of_kind(chosen, None if kind == code else code),
                }
            )  # fmt: skip
    table = pl.DataFrame(rows, schema=dict.fromkeys(_MATRIX, pl.String))
    missing = sum(gaps.values())
    title = (
        n_("Laporan terakhir: {n} belum masuk", "Laporan terakhir: {n} belum masuk", missing)
        if missing
        else _("Laporan terakhir setiap unit sudah masuk")
    )
    chart = charts.heat(
        table, "unit_short", "kind", state="state", text="words", hover="hover", states=names, row_link="row_link",
        column_link="column_link", is_course=False, title=title, unit=_("unit × jenis laporan; + hari setelah tenggat"),
        alt=_("Matriks unit dan jenis laporan dengan keadaan laporan terakhir yang jatuh tempo. {finding}", finding=title),
    )  # fmt: skip
    columns = (
        Column("unit", _("Unit"), link="row_link", role="name"),
        Column("kind", _("Laporan"), link="column_link", role="name"),
        Column("span", _("Periode"), role="period"),
        Column("state_name", _("Keadaan")),
    )
    words = _("✓ tepat waktu · + hari terlambat · ✎ diganti versi baru · belum: lewat tenggat dan belum masuk.")
    return ChartBlock("matrix", chart, table.filter(pl.col("state") != "not_owed"), columns, words)


_MATRIX = (
    "unit_id",
    "unit",
    "unit_short",
    "kind",
    "state",
    "state_name",
    "words",
    "span",
    "hover",
    "row_link",
    "column_link",
)


def _words(found: Due | None) -> str:
    if found is None:
        return ""
    if found.state == "missing":
        return _("belum")
    if found.state == "late" and found.received_on:
        return f"+{(found.received_on - found.due_on).days}"
    return LETTERS.get(found.state, "")


def _late(late: list[Due], chosen: Filters) -> TableBlock:
    newest = sorted(late, key=lambda one: (one.due_on, one.unit_short), reverse=True)
    rows = [
        _named(chosen, one)
        | {
            "received_on": one.received_on,
            "days": (one.received_on - one.due_on).days if one.received_on else None,
        }
        for one in newest
    ]
    return TableBlock(
        "late",
        _("Masuk terlambat dalam tiga bulan terakhir"),
        pl.DataFrame(rows, schema=_SCHEMA | {"received_on": pl.Date, "days": pl.Int64}),
        _columns(
            Column("due_on", _("Tenggat"), "date", role="as_of"),
            Column("received_on", _("Diterima"), "date"),
            Column("days", _("Hari terlambat"), "int", role="derived"),
        ),
        empty=_("Tidak ada."),
        is_folded=True,
    )


def _definitions() -> tuple[tuple[str, str], ...]:
    return (
        (
            _("Tenggat"),
            _("Tanggal di report_kinds.csv, atau yang disebut catatan penerimaan. Yang jatuh pada hari libur, cuti bersama atau akhir "
              "pekan bergeser ke hari kerja berikutnya hanya bila due_moves.csv menetapkannya untuk jenis laporan itu."),
        ),
        (
            _("Siapa yang wajib"),
            _("Unit yang pernah mengirim jenis laporan itu dan masih ada. Yang belum pernah mengirim belum ada di kalender."),
        ),
        (
            _("Hari libur"),
            _("Hari libur nasional dan cuti bersama menurut SKB 3 Menteri (holidays.csv); tahun yang belum ditetapkan belum ada."),
        ),
    )  # fmt: skip
