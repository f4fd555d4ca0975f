"""Saved views of an analysis: a name for an address, kept as events that are only ever added, so that nothing is lost.

A view that is pinned to a build keeps that build: a file of its name in warehouse/pins, which a load respects.
"""

import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa

from dashboard import db
from dashboard.access import Viewer
from dashboard.notes import Taken, Unavailable, events_table, reading, writing
from dashboard.words.harmless import harmless
from dashboard.words.text import _

FORMAT = 1  # of what is kept of a view; without a number it is 1
LONGEST_NAME = 120
LONGEST_QUERY = 60_000
LONG_NUMBER = re.compile(r"\d{15,}")  # a NIP or NIK that somebody typed: it must not stand in an address
Kind = Literal["saved", "removed", "restored"]
TABLE = "saved_view_event"
_event = events_table(TABLE, "view_id")


class Refused(Exception):
    """What can't be saved so; the message says why and what would do."""


@dataclass(frozen=True)
class View:
    """`query` is the address below `page` without its question mark; `build_id` None means always the current build.

    `role` is who saved it, `of` the unit or agency where the role covers no more, `owner` the person or office named. A view is seen by
    its role of its unit; one that is shared also by who covers these units and has its page.
    """

    id: str
    name: str
    owner: str
    role: str
    page: str
    query: str
    build_id: str | None
    is_shared: bool
    at: datetime
    position: int
    is_removed: bool = False
    of: str = ""

    def is_of(self, viewer: Viewer) -> bool:
        """Whether a viewer's role, of his unit, saved it."""
        return (self.role, self.of) == (viewer.role, viewer.of)

    def is_for(self, viewer: Viewer) -> bool:
        """Whether a viewer sees it."""
        units = db.units_of(self.of) if self.of else ()
        is_covered = viewer.units is None or (bool(units) and set(units) <= set(viewer.units))
        return viewer.opens(self.page) and (self.is_of(viewer) or (self.is_shared and is_covered))


def save(name: str, owner: str, page: str, query: str, build_id: str | None, is_shared: bool, viewer: Viewer) -> str:
    """Keep a view and return its id; raises Refused, notes.Unavailable."""
    name, owner = harmless(name.strip())[:LONGEST_NAME], harmless(owner.strip())[:LONGEST_NAME]
    if not name:
        raise Refused(_("Beri nama tampilan ini dulu."))
    if len(query) > LONGEST_QUERY:
        raise Refused(_("Tampilan ini terlalu panjang untuk disimpan; persingkat SQL atau saringannya."))
    if LONG_NUMBER.search(query):
        raise Refused(_("Tampilan ini memuat angka panjang seperti NIP atau NIK; hapus dulu, baru simpan."))
    _free(name, viewer)
    if build_id:
        _keep(build_id)  # first: a load that comes in between must not remove it
    view_id = secrets.token_hex(8)
    content = {
        "format": FORMAT,
        "name": name,
        "owner": owner or viewer.role,
        "page": page,
        "query": query,
        "build_id": build_id,
        "is_shared": is_shared,
        "of": viewer.of,
    }
    _add(view_id, 1, "saved", viewer, content)
    _pin()
    return view_id


def remove(view: View, viewer: Viewer) -> None:
    """Take a view off the list; it can be restored. Raises Refused, notes.Unavailable."""
    _may_change(view, viewer)
    _add(view.id, view.position + 1, "removed", viewer, {})
    _pin()


def restore(view: View, viewer: Viewer) -> None:
    """Put a removed view back; raises Refused, notes.Unavailable."""
    _may_change(view, viewer)
    _free(view.name, viewer)
    if view.build_id:
        _keep(view.build_id)
    _add(view.id, view.position + 1, "restored", viewer, {})
    _pin()


def listed(viewer: Viewer, removed: bool = False) -> list[View]:
    """Return the views that the viewer may see, by name; with `removed` those that its role took off the list."""
    seen = [
        view
        for view in _all()
        if view.is_removed == removed and (view.is_of(viewer) if removed else view.is_for(viewer))
    ]
    return sorted(seen, key=lambda view: (view.name.lower(), view.id))


def pins(data_dir: Path) -> Path:
    """Return the folder of the builds that are kept for a view."""
    return data_dir / "warehouse" / "pins"


def _may_change(view: View, viewer: Viewer) -> None:
    if not view.is_of(viewer):
        raise Refused(_("Tampilan ini disimpan oleh peran {role}; hanya peran itu yang mengubahnya.", role=view.role))


def _free(name: str, viewer: Viewer) -> None:
    if any(view.name == name and view.is_of(viewer) for view in listed(viewer)):
        raise Refused(_("Nama “{name}” sudah dipakai; pilih nama lain.", name=name))


def _keep(build_id: str) -> None:
    """Write down that a build is needed; raises Refused where it is gone, notes.Unavailable where that can't be written."""
    try:
        db.kept(build_id)
    except db.NoBuild:
        raise Refused(_("Data terbitan {build} tidak disimpan lagi", build=build_id)) from None
    folder = pins(db.data_dir())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / Path(build_id).name).touch()
    except OSError:
        raise Unavailable(_("Data terbitan belum dapat dikunci; periksa hak tulis folder data.")) from None


def _pin() -> None:
    """Forget the builds that no view needs any more."""
    needed = {view.build_id for view in _all() if view.build_id and not view.is_removed}
    for path in pins(db.data_dir()).glob("*"):
        if path.name not in needed:
            with suppress(OSError):  # a build that is kept too long does no harm
                path.unlink(missing_ok=True)


def _add(view_id: str, position: int, kind: Kind, viewer: Viewer, content: dict[str, Any]) -> None:
    at = datetime.now(UTC).isoformat(timespec="microseconds")
    row = {"view_id": view_id, "position": position, "kind": kind, "at": at, "by": viewer.role, "said": content}
    try:
        with writing() as connection:
            connection.execute(sa.insert(_event).values(**row))
    except Taken:
        raise Refused(_("Tampilan ini baru saja diubah orang lain; muat ulang halaman.")) from None


def _all() -> list[View]:
    with reading(_event) as connection:
        asked = sa.select(_event).order_by(_event.c.view_id, _event.c.position)
        rows = connection.execute(asked).all() if connection is not None else []
    return [_present(list(events)) for _id, events in groupby(rows, key=lambda row: row.view_id)]


def _present(events: list[Any]) -> View:
    first, last = events[0], events[-1]
    content = first.said
    if (found := content.get("format", 1)) > FORMAT:
        words = _(
            "Tampilan tersimpan dibuat oleh Rapor yang lebih baru (format {found}); perbarui Rapor dulu.", found=found
        )
        raise Unavailable(words)
    kept = {key: content[key] for key in ("name", "owner", "page", "query", "build_id", "is_shared")}
    at, is_removed = datetime.fromisoformat(first.at), last.kind == "removed"
    return View(
        id=first.view_id,
        role=first.by,
        at=at,
        position=last.position,
        is_removed=is_removed,
        of=content.get("of", ""),
        **kept,
    )
