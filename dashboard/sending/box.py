"""What was sent: the files as they came, and what is known of each sending, in the data folder; nothing is loaded from here unasked.

A sending is a folder `sending/<id>/` with its files and a `sending/<id>.json` beside it, replaced whole. Once it is to be loaded the
files go to the inbox under the same folder's name, so that a reading of them says the same before and after.
"""

import json
import secrets
import shutil
import time
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from dashboard.asking import Asker
from dashboard.folder import data_dir
from dashboard.words.harmless import harmless
from dashboard.words.text import _
from queries import whole
from queries.endings import ENDINGS
from queries.registers import registers

FORMAT = 1
FOLDER, INBOX = "sending", "inbox/kiriman"
LETTERS = "bcdfghjklmnpqrstvwxz"  # of an id: no digit, which a reading could take for a year, and no word
MOST_BYTES = 256_000_000  # a file, as much as is read
MOST_FILES = 100
MOST_SENT_BYTES = 1_000_000_000
MOST_NAMES = 200  # unknown ones of a file that are asked about
MOST_UNANSWERED = 20  # sendings of one account that are neither loaded nor taken back
LONGEST_NAME = 120
LONGEST_WORDS = 200  # of a cell that is mended, and of why
CANCELLED_DAYS = 7  # the files of what was not loaded are kept so long

CELLS = ("mended", "undone", "in_force")

State = Literal["reading", "read", "loading", "loaded", "cancelled", "failed"]


class Refused(Exception):
    """What can't be taken in; the message says what and what would do."""


@dataclass(frozen=True)
class Stated:
    """What the sender says of a file that does not say it itself."""

    source: str = ""
    unit: str = ""
    period: str = ""


@dataclass(frozen=True)
class Mend:
    """A cell that is to be read otherwise than it stands in a file of a sending (`name`), or in a member of that (`file`), and why."""

    name: str
    file: str
    sheet: str
    row: int
    col: str
    found: str
    value: str
    why: str

    @property
    def place(self) -> tuple[str, str, str, int, str]:
        """Return which cell it is, whatever it holds."""
        return (self.name, self.file, self.sheet, self.row, self.col)


@dataclass(frozen=True)
class Sending:
    """`by` is the account that sent it, `units` those that it covered then (None: all); `tries` counts what was read and loaded, each by
    one press; `ended_at` is when its first load had ended.

    `mended` are the cells that are to be read otherwise, `undone` those that are so no longer, `in_force` those of the load before.
    """

    id: str
    by: str
    role: str
    units: tuple[str, ...] | None
    at: str
    state: State = "reading"
    names: tuple[str, ...] = ()
    stated: Mapping[str, Stated] = field(default_factory=dict)
    confirmed: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    tries: int = 0
    build_id: str = ""
    ended_at: str = ""
    mended: tuple[Mend, ...] = ()
    undone: tuple[Mend, ...] = ()
    in_force: tuple[Mend, ...] = ()

    def asked_of(self, name: str) -> dict[str, Any]:
        """Return what is said of one of its files: what is stated of it, which of its cells are to be read otherwise, or no longer."""
        cells = {
            key: [asdict(each) for each in getattr(self, key) if each.name == name] for key in ("mended", "undone")
        }
        return {"stated": asdict(self.stated.get(name, Stated())), **cells}

    def is_looked_at(self, found: Mapping[str, Any], name: str) -> bool:
        """Whether what was found of a file was found with what is said of it now."""
        said = self.asked_of(name)
        return {key: found.get(key, []) for key in said} == said

    @property
    def day(self) -> datetime:
        """When it came, where this runs."""
        return datetime.fromisoformat(self.at).astimezone()

    @property
    def folder(self) -> Path:
        """Where its files are."""
        inbox = data_dir() / INBOX / self.id
        return inbox if self.state in ("loading", "loaded") or inbox.is_dir() else data_dir() / FOLDER / self.id


def new(asker: Asker) -> Sending:
    """Return an empty sending of one who asks, its folder made."""
    sending_id = "".join(secrets.choice(LETTERS) for _letter in range(12))
    (data_dir() / FOLDER / sending_id).mkdir(parents=True, mode=0o700)
    viewer = asker.viewer
    return Sending(sending_id, asker.name, viewer.role, viewer.units, datetime.now(UTC).isoformat(timespec="seconds"))


def name_of(given: str, taken: Iterable[str]) -> str:
    """Return the name that a file is kept by: no folder, no unseen character, not twice; raises Refused for what is no report's."""
    plain = harmless(PurePosixPath(given.replace("\\", "/")).name, 400).lstrip(".")
    stem, dot, ending = plain.rpartition(".")
    if not dot or f".{ending.lower()}" not in ENDINGS:
        known = ", ".join(each.removeprefix(".") for each in ENDINGS[:9])
        shown = harmless(plain, 60) or "?"
        raise Refused(_("{name} bukan berkas laporan. Yang dapat dikirim: {known}, zip.", name=shown, known=known))
    stem = "".join("_" if letter in '/:*?"<>|' else letter for letter in stem)[:LONGEST_NAME].strip() or "laporan"
    number, name, held = 1, f"{stem}.{ending}", {each.lower() for each in taken}
    while name.lower() in held:
        number += 1
        name = f"{stem} ({number}).{ending}"
    return name


def save(sending: Sending) -> Sending:
    """Keep what is known of a sending; a reader sees the old or the new, whole."""
    whole.write(_place(sending.id), json.dumps({"format": FORMAT, **asdict(sending)}, ensure_ascii=False))
    return sending


def find(sending_id: str, asker: Asker) -> Sending | None:
    """Return a sending that one who asks may see; None for any other."""
    if not sending_id or any(letter not in LETTERS for letter in sending_id):
        return None
    sending = _read(_place(sending_id))
    return sending if sending and sees(sending, asker) else None


def sees(sending: Sending, asker: Asker) -> bool:
    """Whether one who asks sees a sending: his own, or one of units that he all covers."""
    viewer = asker.viewer
    if not viewer.may("load"):
        return False
    is_covered = viewer.units is None or (sending.units is not None and set(sending.units) <= set(viewer.units))
    return is_covered or (sending.by == asker.name and sending.units == viewer.units)


def may_cancel(sending: Sending, asker: Asker) -> bool:
    """Whether one who asks may take a sending back, and open it again: who sent it, or sees to accounts and registers."""
    return sending.by == asker.name or asker.viewer.may("manage")


def may_be_opened_again(sending: Sending) -> bool:
    """Whether what was taken back is still there, for CANCELLED_DAYS."""
    return sending.state == "cancelled" and sending.folder.is_dir()


def now(sending: Sending) -> Sending | None:
    """Return a sending as it is kept now, whatever was done to it since it was read."""
    return _read(_place(sending.id))


def unanswered(asker: Asker) -> int:
    """Return how many sendings of one who asks are neither loaded nor taken back."""
    found = [_read(path) for path in _kept()]
    return sum(one is not None and one.by == asker.name and one.state in ("reading", "read") for one in found)


def every() -> list[Sending]:
    """Return all sendings, for what is said of many of them."""
    return [one for path in _kept() if (one := _read(path)) and one.names]


def listed(asker: Asker, most: int = 50) -> list[Sending]:
    """Return the sendings that one who asks may see, the newest first."""
    found = [_read(path) for path in _kept()]
    shown = [one for one in found if one and one.names and sees(one, asker)]
    return sorted(shown, key=lambda one: (one.at, one.id), reverse=True)[:most]


def is_outside(found: Mapping[str, Any], units: Collection[str] | None) -> bool:
    """Whether a file that was looked at touches units, or persons of units, beyond those given (None: all), or any that nobody knows.

    Each report in it counts by itself: one of one's own in a zip vouches for no other. A name that nobody knows may be known tomorrow.
    """
    if units is None:
        return False
    spoken = found.get("spoken") or ()
    return not spoken or any(
        each["strangers"] or not each["unit_ids"] or not set(each["unit_ids"]) <= set(units) for each in spoken
    )


def shortened(found: Mapping[str, Any], units: Collection[str] | None, most: int) -> dict[str, Any]:
    """Return of a preview what is kept for its page: of other units' published figures nothing, of rejects so many."""
    is_far = is_outside(found, units)
    rejects = found.get("rejects") or []
    beside = [row for row in found.get("beside") or () if units is None or row["unit_id"] in units]
    files = found.get("files") or []
    return dict(
        found,
        files=[{**file, "reason": ""} if is_far and file["status"] == "held" else file for file in files],
        rejects=rejects[:most],
        rejects_count=len(rejects),
        names=unknown_names(rejects),
        beside=[] if is_far else beside,
        findings=[] if is_far else found.get("findings") or [],
    )


def is_hidden(value: str) -> bool:
    """Whether a reject tells of a cell, which is of a person, its length or last digits alone."""
    return "\u2026" in value or (value.startswith("(") and value.endswith(" karakter)"))


def unknown_names(rejects: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the names that a register does not know: its table, the name, in how many rows it stands; the commonest first."""
    tables = {register.unknown: table for table, register in registers().items() if register.unknown}
    found = Counter(
        (tables[row["code"]], str(row["value"]))
        for row in rejects
        if row["code"] in tables and row["value"] and not is_hidden(str(row["value"]))
    )
    return [{"table": table, "name": name, "rows": rows} for (table, name), rows in found.most_common(MOST_NAMES)]


def to_inbox(sending: Sending) -> Sending:
    """Move the files of a sending to the inbox, but for those left out, and return it as it is then."""
    source, target = data_dir() / FOLDER / sending.id, data_dir() / INBOX / sending.id
    target.mkdir(parents=True, exist_ok=True)
    for name in sending.names:
        if name not in sending.left_out and (source / name).is_file():
            (source / name).replace(target / name)
    return replace(sending, state="loading")


def answer_place(sending: Sending, what: Literal["preview", "load"]) -> Path:
    """Return where the answer of a run is kept."""
    return data_dir() / FOLDER / f"{sending.id}-{what}.json"


def answer(sending: Sending, what: Literal["preview", "load"]) -> dict[str, Any] | None:
    """Return what a run said; None where it has said nothing, or not all."""
    try:
        return json.loads(answer_place(sending, what).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def with_mend(sending: Sending, new: Mend) -> Sending:
    """Return a sending with one more cell to be read otherwise; of a cell that is so already it is what it stands as now."""
    before = next((each for each in sending.mended if each.place == new.place and each.value == new.found), None)
    new = replace(new, found=before.found) if before else new
    same = (new.place, new.found)
    kept = tuple(each for each in sending.mended if (each.place, each.found) != same)
    undone = tuple(each for each in sending.undone if (each.place, each.found) != same)
    return replace(sending, mended=(*kept, new), undone=undone)


def without_mend(sending: Sending, number: int) -> Sending:
    """Return a sending in which one such cell is read as it stands again."""
    if not 0 <= number < len(sending.mended):
        return sending
    gone = sending.mended[number]
    return replace(
        sending, mended=(*sending.mended[:number], *sending.mended[number + 1 :]), undone=(*sending.undone, gone)
    )


def discard(sending: Sending) -> Sending:
    """Take a sending back before it is loaded, its files are kept for a few days; one that was loaded before is so again."""
    if sending.build_id:
        return save(replace(sending, state="loaded", mended=sending.in_force, undone=()))
    return save(replace(sending, state="cancelled"))


def sweep(now: float | None = None) -> None:
    """Remove the files of what was cancelled, failed or left unanswered days ago; what is known of it stays."""
    before = (now or time.time()) - CANCELLED_DAYS * 86_400
    for left in (data_dir() / FOLDER).glob("*.back"):  # of a server that was ended while it made one
        if left.stat().st_mtime < before:
            left.unlink(missing_ok=True)
    for path in _kept():
        sending = _read(path)
        if sending and sending.state not in ("loading", "loaded") and path.stat().st_mtime < before:
            shutil.rmtree(data_dir() / FOLDER / sending.id, ignore_errors=True)
            answer_place(sending, "preview").unlink(missing_ok=True)
            if sending.state != "cancelled":
                discard(sending)


def stamp() -> int:
    """Return a number that changes with what is known of any sending."""
    return sum(path.stat().st_mtime_ns for path in _kept())


def _kept() -> list[Path]:
    """Return where what is known of each sending is; beside it lie the answers of runs."""
    return [path for path in (data_dir() / FOLDER).glob("*.json") if path.stem.isalpha()]


def _place(sending_id: str) -> Path:
    return data_dir() / FOLDER / f"{sending_id}.json"


def _read(path: Path) -> Sending | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content.pop("format") != FORMAT:
            return None
        stated = {name: Stated(**said) for name, said in content.pop("stated").items()}
        units = content.pop("units")
        cells = {key: tuple(Mend(**each) for each in content.pop(key, ())) for key in CELLS}
        plain: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in content.items()
        }
        return Sending(**plain, **cells, units=None if units is None else tuple(units), stated=stated)
    except (OSError, ValueError, KeyError, TypeError):
        return None
