"""What there is to tell one unit: nothing of any other, no name of anybody, no cell's content."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, Literal

import polars as pl

from dashboard import access, db
from dashboard.access import Viewer
from dashboard.kept import Kept
from dashboard.messages.thanks import Thanks, of_units
from dashboard.parts import due
from dashboard.parts.due import Due
from dashboard.words import text
from dashboard.words.harmless import harmless
from dashboard.words.text import _

RECEIVED_DAYS = 31  # what came in so lately is acknowledged
REMIND_DAYS = 7  # so long before its day a report to come is news
LONGEST_FILE, LONGEST_PLACE = 60, 24
Kind = Literal["missing", "fault", "due", "received", "thanks"]


@dataclass(frozen=True)
class Fault:
    """A file that was refused or is held, or one of its cells: `file` names it, `where` the cell, `why` and `how` in words."""

    key: str
    file: str
    where: str
    why: str
    how: str


@dataclass(frozen=True)
class Facts:
    """What is known of a unit on a day, the data being of `as_of`."""

    unit_id: str
    unit: str
    as_of: date
    day: date
    missing: tuple[Due, ...] = ()
    faults: tuple[Fault, ...] = ()
    ahead: tuple[Due, ...] = ()
    received: tuple[Due, ...] = ()
    thanks: tuple[Thanks, ...] = ()
    is_sample: bool = False
    items: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Work out what tells one state from another: the facts alone, not the day on which they are told."""
        object.__setattr__(self, "items", frozenset(_items(self)))

    @property
    def digest(self) -> str:
        """Return what is the same for the same state."""
        return sha256("\n".join([self.unit_id, *sorted(self.items)]).encode()).hexdigest()[:32]

    @property
    def is_news(self) -> bool:
        """Whether there is anything that a unit has to be told."""
        return bool(self.items)


def _items(facts: Facts) -> list[str]:
    def of(kind: Kind, one: Due) -> str:
        return f"{kind}:{one.kind}:{one.period.isoformat()}:{one.months}"

    near = due.soon(list(facts.ahead), facts.day, REMIND_DAYS)
    return [
        *(of("missing", one) for one in facts.missing),
        *(f"fault:{one.key}" for one in facts.faults),
        *(f"{of('due', one)}:{one.due_on.isoformat()}" for one in near),
        *(f"{of('received', one)}:{one.received_on}" for one in facts.received),
        *(f"thanks:{one.why}:{facts.as_of.year}" for one in facts.thanks),
    ]


def units(viewer: Viewer) -> dict[str, str]:
    """Return the units that a viewer covers and that owe reports, by their names."""
    return due.units(viewer, due.today())


_every: Kept[list[Facts]] = Kept(50_000, len)  # so many units


def of_all(viewer: Viewer) -> list[Facts]:
    """Return what there is to tell each unit that a viewer covers, by their names. Raises db.NoBuild, db.OlderBuild."""
    day = due.today()
    return _every.of((str(db.current_path()), viewer, day, text.language()), lambda: _of_all(viewer, day))


def _of_all(viewer: Viewer, day: date) -> list[Facts]:
    dues: dict[str, list[Due]] = {}
    for one in due.around(viewer, day):
        dues.setdefault(one.unit_id, []).append(one)
    thanks = _thanks()
    rows = db.fetch("messages/faults", Viewer("", units=viewer.units))
    faults = {unit: _faults(own) for (unit,), own in rows.group_by("unit_id", maintain_order=True)}
    build = db.build()
    found = (_of(unit, build, own, day, faults.get(unit, ()), thanks) for unit, own in dues.items())
    return sorted(found, key=lambda facts: facts.unit)


def of_unit(unit: str, viewer: Viewer) -> Facts | None:
    """Return what there is to tell a unit; None of one that the viewer does not cover, or that owes nothing."""
    if viewer.units is not None and unit not in viewer.units:
        return None
    day = due.today()
    dues = due.around(Viewer(viewer.role, units=(unit,)), day)
    if not dues:
        return None
    faults = _faults(db.fetch("messages/faults", Viewer("", units=(unit,))))
    return _of(unit, db.build(), dues, day, faults, _thanks())


def _of(
    unit: str,
    build: db.Build,
    dues: list[Due],
    day: date,
    faults: tuple[Fault, ...],
    thanks: Mapping[str, list[Thanks]],
) -> Facts:
    as_of = build.as_of.date() if build.as_of else day
    since = as_of - timedelta(days=RECEIVED_DAYS)
    return Facts(
        unit, dues[0].unit, as_of, day,
        missing=tuple(one for one in reversed(dues) if one.state == "missing"),
        faults=faults,
        ahead=tuple(one for one in dues if one.state == "due"),
        received=tuple(
            one for one in reversed(dues) if one.state in due.IN and one.received_on and one.received_on >= since
        ),
        thanks=tuple(thanks.get(unit, ())),
        is_sample=build.is_sample,
    )  # fmt: skip


def _thanks() -> Mapping[str, list[Thanks]]:
    """Return what all units are thanked for: who is the first is known from all; of each only its own is told."""
    return of_units(db.fetch("messages/years", access.Viewer("", units=None)).rows(named=True))


def _faults(rows: pl.DataFrame) -> tuple[Fault, ...]:
    """Return what is to be mended, cells of one column with the same fault of a file once, with how many there are."""
    each = [_fault(row) for row in rows.iter_rows(named=True)]
    counts = Counter((one.file, one.why, one.how) for one, _place in each)
    found: dict[tuple[str, str, str], Fault] = {}
    for one, place in each:
        same = (one.file, one.why, one.how)
        if same not in found:
            more = counts[same] - 1
            where = _("{place} dan {n} lagi", place=place, n=text.number(more)) if more and place else place
            key = sha256(f"{one.key}:{one.why}:{counts[same]}".encode()).hexdigest()[:16]
            found[same] = Fault(key, one.file, where, one.why, one.how)
    return tuple(found.values())


def _fault(row: Mapping[str, Any]) -> tuple[Fault, str]:
    title = text.named(row["source_title"], row["source_title_en"]) if row["source_title"] else _("berkas laporan")
    is_personal = row["is_personal"]
    file = title if is_personal else plain(row["file"], LONGEST_FILE)
    if row["code"] is None:
        why = text.named(row["reason"], row["reason_en"]) if row["reason"] and not is_personal else _("ditolak")
        why = _("ditahan: mengubah banyak angka lama") if row["status"] == "held" else why
        return Fault(row["file_id"], file, "", plain(why), _("Hubungi pengelola Rapor.")), ""
    parts = (
        _("lembar {name}", name=plain(row["sheet"], LONGEST_PLACE)) if row["sheet"] and not is_personal else "",
        _("baris {n}", n=row["row"]) if row["row"] else "",
        _("kolom {name}", name=plain(row["col"], LONGEST_PLACE)) if row["col"] else "",
    )
    why, how = text.named(row["message"], row["message_en"]), text.named(row["mend"], row["mend_en"])
    return Fault(f"{row['file_id']}:{row['code']}", file, "", plain(why), plain(how)), " ".join(filter(None, parts))


def plain(words: str, longest: int = 160) -> str:
    """Return words on one line without what a chat takes for bold, italics or code."""
    return harmless(words.translate(str.maketrans("", "", "*~`")).replace("_", " "), longest)
