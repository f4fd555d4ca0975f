"""The blocks of the page Keputusan: lists, the figure before and after, what was decided, and all that happened since."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from dashboard import charts, registry
from dashboard.access import Viewer
from dashboard.decisions import marks
from dashboard.decisions.values import Decision, Event, present
from dashboard.filters import Filters
from dashboard.parts.row_words import with_text
from dashboard.snapshot import ChartBlock, Column, TableBlock, TextBlock, keys
from dashboard.words import text
from dashboard.words.text import _, n_
from queries.measures import measures

(OPENED,) = registry.page(registry.DECISIONS).asked  # names the decision to open


def link(one: Decision, chosen: Filters) -> str:
    """Return the relative URL of a decision."""
    return f"{chosen.link(registry.DECISIONS)}&{OPENED}={one.id}"


def short(words: str, longest: int = 90) -> str:
    """Return words on one line, cut between two of them where they are longer."""
    line = " ".join(words.split())
    if len(line) <= longest:
        return line
    head, _space, _rest = line[:longest].rpartition(" ")
    return (head if len(head) > longest / 2 else line[: longest - 1]).rstrip(" ,;:.") + "…"


def days(count: int) -> str:
    """Return '1 hari', '12 hari'."""
    return n_("{n} hari", "{n} hari", count)


def table(block: str, title: str, rows: Sequence[Decision], chosen: Filters, viewer: Viewer, today: date) -> TableBlock:
    """Return decisions as a table, each with its figure then and now; `block` is 'terlambat', 'terbuka' or 'selesai'."""
    cells = []
    for one in rows:
        now = marks.newest(marks.series(one.figure, viewer, chosen))
        named = marks.names(one.figure, viewer, chosen)
        cells.append(
            {
                "id": one.id,
                "what": one.wording.what,
                "unit": named.unit,
                "figure": f"{named.measure}: {named.item}" if named.item else named.measure,
                "then": marks.at(one.figure, one.seen),
                "now": marks.at(one.figure, now),
                "change": marks.change(one.figure, one.seen, now),
                "due_on": one.wording.due_on,
                "days": one.days_overdue(today),
                "who": one.wording.who,
                "effect": one.wording.effect,
                "result": one.result,
                "link": link(one, chosen),
            }
        )
    words = ("id", "what", "unit", "figure", "then", "now", "change", "who", "effect", "result", "link")
    schema = dict.fromkeys(words, pl.String) | {"due_on": pl.Date, "days": pl.Int64}
    empty = {
        "terlambat": _("Tidak ada keputusan yang melewati tenggat."),
        "terbuka": _("Tidak ada keputusan yang terbuka."),
        "selesai": _("Belum ada keputusan yang selesai."),
    }
    ends = {
        "terlambat": (Column("days", _("Terlambat (hari)"), "int"), Column("effect", _("Dampak yang diharapkan"))),
        "terbuka": (Column("effect", _("Dampak yang diharapkan")),),
        "selesai": (Column("result", _("Hasil")),),
    }
    columns = (
        Column("what", _("Keputusan"), link="link", role="name"),
        Column("unit", _("Unit"), role="name"),
        Column("figure", _("Angka")),
        Column("then", _("Saat diputuskan")),
        Column("now", _("Sekarang")),
        Column("change", _("Perubahan"), role="derived"),
        Column("who", _("Pelaksana")),
        Column("due_on", _("Tenggat"), "date"),
    )
    head = f"{title}: " + text.number(len(rows))
    table = pl.DataFrame(cells, schema=schema)
    return TableBlock(block, head, table, columns + ends[block], empty=empty[block], keys=keys("id"))


def followed(block: str, rows: Sequence[Decision], chosen: Filters, viewer: Viewer, today: date) -> TableBlock:
    """Return open decisions as a meeting goes through them: how late, what, who, and the figure then and now."""
    found = table("terbuka", "", rows, chosen, viewer, today)
    states = [_("terlambat {days}", days=days(late)) if late else _("berjalan") for late in found.table["days"]]
    frame = found.table.with_columns(
        about=pl.format("{} · {}", "figure", "unit"),
        moved=pl.format("{} → {}", "then", "now"),
        state=pl.Series(states, dtype=pl.String),
    )
    columns = (
        Column("state", _("Keadaan")),
        Column("what", _("Keputusan"), role="name"),
        Column("who", _("Pelaksana")),
        Column("due_on", _("Tenggat"), "date"),
        Column("about", _("Angka")),
        Column("moved", _("Saat diputuskan → sekarang")),
    )
    empty = _("Catat keputusan dari angkanya: “Catat keputusan” di samping “Asal angka”.")
    return TableBlock(block, _("Tindak lanjut keputusan"), frame, columns, empty=empty, keys=keys("id"))


def chart(one: Decision, chosen: Filters, viewer: Viewer, block: str | None = None) -> ChartBlock | None:
    """Return the figure's series before and after the decision; None where nothing was ever reported."""
    found = marks.series(one.figure, viewer, chosen)
    since = one.decided_on.replace(year=one.decided_on.year - marks.LOOKS_BACK_YEARS, day=1)
    recent = found.filter(pl.col("period") >= since)
    if recent.drop_nulls("value").is_empty():
        return None
    named = marks.names(one.figure, viewer, chosen)
    then, now = marks.within(one.figure, one.seen), marks.within(one.figure, marks.newest(found))
    title = _("{figure}: {then} saat diputuskan, {now} sekarang", figure=str(named), then=then, now=now)
    if marks.change(one.figure, one.seen, marks.newest(found)) == marks.unchanged():
        title = _("{figure}: {then}, belum ada data baru sejak keputusan", figure=str(named), then=then)
    events = [(one.decided_on, marks.noted(one))]
    if one.ended_at:
        events.append((one.ended_at.astimezone().date(), _("selesai {date}", date=text.date(one.ended_at))))
    drawn = charts.line(
        recent,
        "period",
        "value",
        title=title,
        unit=marks.unit_of(one.figure),
        alt=_(
            "Garis {figure} sebelum dan sesudah keputusan {date}.", figure=str(named), date=text.date(one.decided_on)
        ),
        notes=events,
        digits=measures()[one.figure.measure].digits,
    )
    rows = with_text(recent.sort("period", descending=True), shown=lambda row: marks.value(one.figure, row["value"]))
    columns = (Column("period", _("Mulai periode"), "month", role="period"), Column("shown", _("Nilai")))
    note = _("Garis putus-putus tegak: hari keputusan. Skala tidak mulai dari nol.")
    return ChartBlock(block or f"deret-{one.id}", drawn, rows, columns, f"{marks.brief(one)} {note}")


def details(one: Decision) -> TextBlock:
    """Return what was decided, as it is worded now."""
    paragraphs = [one.wording.what, _("Pelaksana: {who}", who=one.wording.who)]
    if one.wording.effect:
        paragraphs.append(_("Dampak yang diharapkan: {effect}", effect=one.wording.effect))
    if one.seen.meeting_id:
        paragraphs.append(_("Rapat: {meeting}", meeting=one.seen.meeting_id))
    build = one.seen.build_id or text.MISSING
    date_text = text.date(one.decided_on)
    paragraphs.append(_("Dicatat {date} oleh {role}, versi data {build}.", date=date_text, role=one.by, build=build))
    return TextBlock("isi", _("Yang diputuskan"), "\n\n".join(paragraphs))


def history(events: Sequence[Event]) -> TableBlock:
    """Return all that happened to a decision, the newest first."""
    kinds = {
        "created": _("Dicatat"), "changed": _("Diubah"), "closed": _("Selesai"), "reopened": _("Dibuka kembali")
    }  # fmt: skip
    rows = [
        {
            "number": n,
            "at": f"{text.date(event.at.astimezone())} {event.at.astimezone():%H.%M}",
            "kind": kinds[event.kind],
            "by": event.by,
            "said": _content(events[: n + 1]),
        }
        for n, event in enumerate(events)
    ]
    schema = {"number": pl.Int64} | dict.fromkeys(("at", "kind", "by", "said"), pl.String)
    return TableBlock(
        id="riwayat",
        title=_("Riwayat: tidak ada yang dihapus"),
        table=pl.DataFrame(rows[::-1], schema=schema),
        columns=(
            Column("at", _("Waktu"), role="name"), Column("kind", _("Kejadian"), role="name"),
            Column("by", _("Peran")), Column("said", _("Isi")),
        ),
        keys=keys("number"),
    )  # fmt: skip


def _content(events: Sequence[Event]) -> str:
    """Return what the last event wrote down; of a change only what differs, with the words before."""
    last = events[-1]
    now = present(events)
    if last.kind == "closed":
        return now.result
    if last.kind == "reopened":
        return text.MISSING
    labels = {
        "what": _("Keputusan"),
        "who": _("Pelaksana"),
        "due_on": _("Tenggat"),
        "effect": _("Dampak yang diharapkan"),
    }
    shown = {name: _shown(getattr(now.wording, name)) for name in labels}
    if last.kind == "created":
        return " · ".join(f"{labels[name]}: {words}" for name, words in shown.items() if words)
    before = present(events[:-1]).wording
    old = {name: _shown(getattr(before, name)) for name in labels}
    return " · ".join(
        _(
            "{field}: {new} (sebelumnya {old})",
            field=labels[name],
            new=words or text.MISSING,
            old=old[name] or text.MISSING,
        )
        for name, words in shown.items()
        if words != old[name]
    )


def _shown(value: str | date) -> str:
    return text.date(value) if isinstance(value, date) else value
