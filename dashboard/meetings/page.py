"""Rapat: the list of meeting snapshots."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import polars as pl

from dashboard import db, registry, roles
from dashboard.access import Viewer
from dashboard.filters import Filters
from dashboard.meetings.store import Entry, listed, may_open, newer
from dashboard.parts import page_frame
from dashboard.roles import Role
from dashboard.snapshot import Column, Headline, Snapshot, TableBlock, keys
from dashboard.words import text
from dashboard.words.text import _, n_

(SEARCH,) = registry.page(registry.MEETINGS).asked  # names the words looked for


def folder() -> Path:
    """Return where the meeting snapshots of the data folder are."""
    return db.data_dir() / "snapshots"


def count(viewer: Viewer) -> int:
    """Return how many meeting snapshots the viewer may open."""
    try:
        changed = folder().stat().st_mtime_ns
    except FileNotFoundError:
        return 0
    return _counted(folder(), changed, viewer, roles.known(viewer.role))


@lru_cache(maxsize=100)
def _counted(place: Path, _changed: int, viewer: Viewer, _role: Role | None) -> int:
    return sum(may_open(entry, viewer) for entry in listed(place) if entry.is_readable)


def openable(viewer: Viewer) -> list[Entry]:
    """Return the meeting snapshots that the viewer may open, the newest first."""
    return [entry for entry in listed(folder()) if entry.is_readable and may_open(entry, viewer)]


def compose(chosen: Filters, viewer: Viewer, query: Mapping[str, str]) -> Snapshot:
    """Return the list of those that the viewer may open and that hold all the words looked for, the newest first."""
    entries, words = listed(folder()), query.get(SEARCH, "").strip()
    # the id of one that can't be read holds its title, and nothing says whose it is
    seen = [e for e in entries if (may_open(e, viewer) if e.is_readable else viewer.units is None)]
    wanted = words.lower().split()
    found = [e for e in seen if all(w in " ".join((e.id, e.title, *e.pages)).lower() for w in wanted)]
    rows = [
        {
            "id": entry.id,
            "day": entry.held_on or (entry.created_at.date() if entry.created_at else None),
            "title": entry.title if entry.is_readable else _unread(entry),
            "link": link(chosen, entry.id) if entry.is_readable else None,
            "pages": ", ".join(entry.pages),
            "build": entry.build_id,
            "made": entry.created_at.date() if entry.created_at else None,
        }
        for entry in found
    ]
    schema = {
        "id": pl.String,
        "day": pl.Date,
        "title": pl.String,
        "link": pl.String,
        "pages": pl.String,
        "build": pl.String,
        "made": pl.Date,
    }
    table = TableBlock(
        "daftar",
        _("Cuplikan rapat"),
        pl.DataFrame(rows, schema=schema),
        (
            Column("day", _("Tanggal rapat"), "date", role="as_of"),
            Column("title", _("Judul"), link="link", role="name"),
            Column("pages", _("Halaman")),
            Column("made", _("Dibekukan"), "date"),
            Column("build", _("Data terbitan")),
        ),
        empty=_empty(seen, words),
        keys=keys("id"),
    )
    return Snapshot(
        page=registry.MEETINGS,
        title=_("Rapat"),
        headlines=(Headline(_headline(seen, found, words), "#daftar"),),
        blocks=(table,),
        **page_frame.frame(chosen, viewer),
    )


def link(chosen: Filters, meeting_id: str, position: int = 1) -> str:
    """Return the relative URL of one page of a meeting snapshot."""
    return f"{chosen.link(registry.MEETINGS)}&rapat={meeting_id}&halaman={position}"


def _unread(entry: Entry) -> str:
    return newer(entry.id) if entry.is_newer else _("{id}: manifest tidak terbaca", id=entry.id)


def _headline(seen: list[Entry], found: list[Entry], words: str) -> str:
    if not seen:
        return _("Belum ada cuplikan: buka sebuah halaman, lalu pilih “Bekukan untuk rapat”.")
    if words:
        return n_("{n} cuplikan memuat “{words}”.", "{n} cuplikan memuat “{words}”.", len(found), words=words)
    newest = found[0]
    return n_(
        "{n} cuplikan; yang terakhir {title}, {day}.",
        "{n} cuplikan; yang terakhir {title}, {day}.",
        len(found),
        title=newest.title or newest.id,
        day=text.date(newest.held_on or newest.created_at),
    )


def _empty(seen: list[Entry], words: str) -> str:
    if words and seen:
        return _("Tidak ada cuplikan yang memuat “{words}”. Kosongkan pencarian untuk melihat semuanya.", words=words)
    return _("Buka sebuah halaman, pilih saringannya, lalu pilih “Bekukan untuk rapat” di atas judulnya.")
