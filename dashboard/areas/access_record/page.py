"""Catatan akses: who did what, when; and whether the record is as it was written. For the auditor alone."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import polars as pl

from dashboard import record, registry
from dashboard.access import Viewer
from dashboard.areas.access_record import said
from dashboard.filters import LANGUAGE_KEY, Filters
from dashboard.parts import page_frame
from dashboard.record import Entry
from dashboard.snapshot import Block, Column, Headline, Snapshot, TableBlock, TextBlock
from dashboard.words import text
from dashboard.words.text import _, n_

DAYS, KIND, ACTOR = registry.page(registry.RECORD).asked
SPANS, USUAL = ("1", "7", "30", "365", "semua"), "30"


def compose(chosen: Filters, viewer: Viewer, asked: Mapping[str, str]) -> Snapshot:
    """Return the page; `asked` says of which days, kind and account, each of those that there are where it says nothing."""
    frame = page_frame.frame(chosen, viewer)
    frame.update(filters="", completeness="", findings=None, extra={})
    if not viewer.may("audit"):
        body = _("Catatan akses hanya untuk peran dengan hak audit.")
        return Snapshot(
            registry.RECORD,
            _("Catatan akses"),
            blocks=(TextBlock("ditutup", _("Tidak dapat ditampilkan"), body),),
            **frame,
        )
    days = asked.get(DAYS, USUAL) if asked.get(DAYS, USUAL) in SPANS else USUAL
    since = None if days == "semua" else datetime.now(UTC) - timedelta(days=int(days))
    span = list(record.entries(since))
    found = [e for e in span if asked.get(KIND) in (None, e.kind) and asked.get(ACTOR) in (None, e.actor)]
    now = {DAYS: days} | {key: asked[key] for key in (KIND, ACTOR) if asked.get(key)}
    frame["period"] = _span(days)
    return Snapshot(
        page=registry.RECORD,
        title=_("Catatan akses"),
        headlines=(_whole(), _found(found, now)),
        blocks=(_lines(found), (_counts(_kinds(span), KIND, now), _counts(_actors(span), ACTOR, now)), _spans(now)),
        definitions=((_("Catatan akses"), _definition()),),
        **frame,
    )


def _whole() -> Headline:
    try:
        wrong = record.wrong()
    except record.Unwritable as unreadable:
        return Headline(str(unreadable), signal="bad")
    if wrong is None:
        return Headline(_("Catatan ini utuh: tidak ada baris yang diubah, disisipkan atau hilang."), signal="good")
    return Headline(said.broken(wrong), signal="bad")


def _found(found: list[Entry], now: Mapping[str, str]) -> Headline:
    names = sum(entry.kind == "named_ranking_viewed" for entry in found)
    people = len({entry.actor for entry in found})
    words = n_("{n} baris oleh {people} akun; {names} kali nama pegawai dilihat.",
               "{n} baris oleh {people} akun; {names} kali nama pegawai dilihat.",
               len(found), people=text.number(people), names=text.number(names))  # fmt: skip
    return Headline(words, "#baris" if found else _link({DAYS: now[DAYS]}))


def _lines(found: list[Entry]) -> Block:
    rows = [
        (entry.number, said.moment(entry.at), said.who(entry), entry.role, said.title(entry.kind), said.told(entry))
        for entry in reversed(found)
    ]
    schema = ["number", "at", "actor", "role", "kind", "about"]
    return TableBlock(
        "baris",
        _("Siapa melakukan apa"),
        pl.DataFrame(rows, schema=dict.fromkeys(schema, pl.String) | {"number": pl.Int64}, orient="row"),
        (
            Column("at", _("Waktu"), role="as_of"),
            Column("actor", _("Akun"), role="name"),
            Column("role", _("Peran")),
            Column("kind", _("Apa")),
            Column("about", _("Tentang")),
            Column("number", _("Nomor baris"), "int", role="id"),
        ),
        empty=_("Tidak ada baris untuk pilihan ini. Pilih hari, jenis atau akun lain di bawah."),
    )


def _kinds(span: list[Entry]) -> list[tuple[str, str, int]]:
    return [(kind, said.title(kind), count) for kind, count in _counted(entry.kind for entry in span)]


def _actors(span: list[Entry]) -> list[tuple[str, str, int]]:
    return [(actor, actor or _("di luar Rapor"), count) for actor, count in _counted(entry.actor for entry in span)]


def _counted(values: Iterable[str]) -> list[tuple[str, int]]:
    return sorted(Counter(values).items(), key=lambda pair: (-pair[1], pair[0]))


def _counts(rows: list[tuple[str, str, int]], key: str, now: Mapping[str, str]) -> TableBlock:
    """Return how often each is there; a press shows it alone, a press on the one that is shown alone shows all again."""
    listed = [
        (
            name if now.get(key) != code else _("{name} (hanya ini)", name=name),
            count,
            _link({**now, key: code} if now.get(key) != code else {k: v for k, v in now.items() if k != key}),
        )
        for code, name, count in rows
    ]
    label = _("Jenis") if key == KIND else _("Akun")
    return TableBlock(
        "jenis" if key == KIND else "akun",
        _("Menurut jenis") if key == KIND else _("Menurut akun"),
        pl.DataFrame(listed, schema={"name": pl.String, "count": pl.Int64, "link": pl.String}, orient="row"),
        (Column("name", label, link="link", role="name"), Column("count", _("Banyaknya catatan"), "int")),
        empty=_("Tidak ada baris dalam hari-hari ini."),
    )


def _spans(now: Mapping[str, str]) -> TableBlock:
    listed = [
        (_span(days) if days != now[DAYS] else _("{name} (sekarang)", name=_span(days)), _link({**now, DAYS: days}))
        for days in SPANS
    ]
    return TableBlock(
        "hari",
        _("Hari lain"),
        pl.DataFrame(listed, schema={"name": pl.String, "link": pl.String}, orient="row"),
        (Column("name", _("Hari"), link="link", role="name"),),
    )


def _span(days: str) -> str:
    if days == "semua":
        return _("Sejak awal")
    return n_("{n} hari terakhir", "{n} hari terakhir", int(days))


def _link(asked: Mapping[str, str]) -> str:
    language = {LANGUAGE_KEY: text.language()} if text.language() != "id" else {}
    return f"{registry.RECORD}?{urlencode({**language, **asked})}"


def _definition() -> str:
    return _(
        "Setiap masuk, tampilan nama, unduhan, cuplikan, keputusan, pemuatan dan perubahan hak ditulis satu baris, yang tidak dapat diubah "
        "tanpa ketahuan. Tampilan yang sama oleh akun yang sama ditulis sekali sehari."
    )
