"""A meeting snapshot: pages as they were, frozen into a folder whose every byte is accounted for.

The folder holds one JSON file a page and manifest.json, which names the hash of each, is signed, and names the snapshot before it.
It is written whole or not at all.
"""

import hashlib
import json
import os
import re
import secrets
import shutil
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from dashboard import access, registry
from dashboard.access import Viewer
from dashboard.meetings import chain, people, signing, upgrade
from dashboard.meetings.encoding import decode, encode
from dashboard.snapshot import Ask, Brief, Meeting, Snapshot
from dashboard.words import text
from dashboard.words.text import _

# From 2 on a column says what it is to its row, from 3 on a sentence has its claim, from 4 on a meeting its brief and signature, from 5
# on the names of employees stand apart.
FORMAT = 5
SIGNED = (
    4  # the first format that is signed, chained, and named by 64 bits; what it says is made again the same to this day
)
DIGITS = 16  # of the hash in an id: 64 bits; 8 before
SHEET = "ringkas-"  # how the files of the brief are called
MANIFEST = "manifest.json"


class Altered(Exception):
    """A meeting snapshot is not what its manifest says; `files` name what was altered, is missing, or was added."""

    def __init__(self, files: list[str]) -> None:
        self.files = files
        super().__init__(", ".join(files))


class Newer(Exception):
    """A meeting snapshot is in a format that only a newer Rapor knows, and nothing of it is read; the message says so."""


@dataclass(frozen=True)
class Entry:
    """What a list of meeting snapshots says of one; `is_readable` is False where its manifest can't be read.

    `is_newer` says that this is so because a newer Rapor wrote it: its id is all that is known of it.
    """

    id: str
    title: str = ""
    held_on: date | None = None
    created_at: datetime | None = None
    build_id: str = ""
    viewer: str = ""
    pages: tuple[str, ...] = ()
    settings: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    units: tuple[str, ...] | None = None
    is_readable: bool = True
    is_newer: bool = False


def may_open(frozen: Entry | Meeting, viewer: Viewer) -> bool:
    """Return whether a viewer may open a meeting, or be told that there is one: its role, units and pages are his."""
    found = {page.address for address, _query in frozen.settings if (page := registry.find(address))}
    return access.may_open(frozen.viewer, viewer, frozen.units, found)


def identify(
    title: str, held_on: date | None, notes: str, language: str, viewer: str, pages: tuple[Snapshot, ...],
    created_at: datetime, settings: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (), brief: Brief | None = None,
    of: str = "", units: tuple[str, ...] | None = None,
) -> Meeting:  # fmt: skip
    """Return the meeting with its id: day, title and the hash of its content, which the moment of creation is no part of."""
    if not pages:
        raise ValueError("a meeting snapshot needs at least one page")
    build_id = pages[0].build_id
    unnamed = Meeting(
        "", title, held_on, notes, language, viewer, pages, build_id, created_at, settings, brief, of=of, units=units
    )
    digest = _content(_head(unnamed), {name: _sha(data) for name, data in _files(unnamed).items()})
    day = held_on or created_at.date()
    return replace(unnamed, id=f"{day:%Y-%m-%d}-{_slug(title)}-{digest[:DIGITS]}")


def write(folder: Path, meeting: Meeting) -> Path:
    """Write a meeting snapshot below the folder, signed and chained to the last one, and return its own folder.

    One with the same content is left as it is. Raises signing.Unsigned where there is no key.
    """
    final = folder / meeting.id
    if final.is_dir():
        return final
    folder.mkdir(parents=True, exist_ok=True)
    signing.key(folder.parent)  # there is a place beside it from here on
    with chain.alone():
        return _written(folder, final, meeting)


def _written(folder: Path, final: Path, meeting: Meeting) -> Path:
    making = folder / f".making-{secrets.token_hex(4)}"
    making.mkdir()
    try:
        files = _files(meeting)
        hashes = {name: _sha(data) for name, data in files.items()}
        head = _head(meeting)
        private = signing.key(folder.parent)
        before = chain.head(folder)
        manifest = {
            "format": FORMAT, "id": meeting.id, **head, "created_at": meeting.created_at.isoformat(),
            "files": hashes, "content": _content(head, hashes), "key": signing.public(private),
            "number": before.number + 1 if before else 1,
            "before": {"id": before.id, "seal": before.seal} if before else None,
        }  # fmt: skip
        if names := people.named(meeting):
            manifest["people"], files[people.FILE] = people.apart(names)
        manifest["signature"] = signing.signed(private, _dump(manifest))
        seal = _sha(_dump(manifest))
        files[MANIFEST] = _dump(manifest | {"seal": seal})
        for name, data in files.items():
            with (making / name).open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        making.rename(final)
        signing.keep_head(folder.parent, signing.Head(manifest["number"], meeting.id, seal))
    except FileExistsError:  # somebody else froze the same in this moment
        return final
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return final


def listed(folder: Path) -> list[Entry]:
    """Return what there is, the newest meeting first; leftovers of a killed creation are no snapshots."""
    found = [_entry(path) for path in folder.glob("[!.]*") if path.is_dir()]
    return sorted(found, key=lambda entry: (entry.held_on or date.min, entry.created_at or datetime.min), reverse=True)


def altered(folder: Path, meeting_id: str) -> list[str]:
    """Return what was altered, is missing or was added, with a word on it each; nothing where every byte is as it was.

    Of one in a newer format, whose bytes can't be judged, that alone is said.
    """
    place = _place(folder, meeting_id)
    if _entry(place).is_newer:
        return [newer(MANIFEST)]
    try:
        written = (place / MANIFEST).read_bytes()
        manifest = json.loads(written)
        hashes: dict[str, str] = manifest["files"]
        heads = (
            _HEAD
            + (_SINCE_4 if manifest["format"] >= 4 else ())
            + tuple(name for name in _OF_UNITS if name in manifest)
        )
        own = _content({name: manifest[name] for name in heads}, hashes)
        unsealed = {name: value for name, value in manifest.items() if name != "seal"}
        is_whole = (
            upgrade.FIRST <= manifest["format"] <= FORMAT
            and written == _dump(manifest)
            and manifest["seal"] == _sha(_dump(unsealed))
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return [_("{file}: tidak terbaca", file=MANIFEST)]
    wrong = []
    if not is_whole or own != manifest.get("content") or not place.name.endswith(f"-{own[: _digits(manifest)]}"):
        wrong.append(_("{file}: berubah", file=MANIFEST))
    elif manifest["format"] >= SIGNED and not _is_signed(manifest):
        wrong.append(_("{file}: tanda tangan tidak sah: isinya bukan yang dibekukan", file=MANIFEST))
    for name, expected in sorted(hashes.items()):
        path = place / Path(name).name
        if not path.is_file():
            wrong.append(_("{file}: hilang", file=name))
        elif _sha(path.read_bytes()) != expected:
            wrong.append(_("{file}: berubah", file=name))
    names = {people.FILE} if manifest.get("people") else set()
    try:
        people.read(place, manifest.get("people") or {})
    except FileNotFoundError:
        wrong.append(_("{file}: hilang", file=people.FILE))
    except (OSError, ValueError, TypeError, AttributeError):
        wrong.append(_("{file}: berubah", file=people.FILE))
    extra = {path.name for path in place.iterdir()} - set(hashes) - {MANIFEST} - names
    return wrong + [_("{file}: bukan bagian cuplikan", file=name) for name in sorted(extra)]


def read(folder: Path, meeting_id: str, *, is_any: bool = False) -> Meeting:
    """Return a meeting snapshot as it was, or (`is_any`) as it stands there, whoever altered it.

    Raises KeyError where there is none, Newer where only a newer Rapor can read it, Altered where it is not as it was.
    """
    place = _place(folder, meeting_id)
    if _entry(place).is_newer:
        raise Newer(newer(meeting_id))
    if not is_any and (wrong := altered(folder, meeting_id)):
        raise Altered(wrong)
    manifest = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    try:
        names = people.read(place, manifest.get("people") or {})
    except (OSError, ValueError, TypeError, AttributeError):
        names = {}  # as it stands there: nobody can tell whose names they are
    found = {
        name: decode(json.loads(people.restored((place / name).read_text("utf-8"), names, manifest["language"])))
        for name in sorted(manifest["files"])
    }
    pages, sheets = (tuple(p for name, p in found.items() if name.startswith(SHEET) is of) for of in (False, True))
    if manifest["format"] == upgrade.FIRST:
        with text.speaking(manifest["language"]):
            pages = tuple(map(upgrade.page, pages))
    held_on = manifest["held_on"]
    return Meeting(
        manifest["id"], manifest["title"], date.fromisoformat(held_on) if held_on else None, manifest["notes"],
        manifest["language"], manifest["viewer"], pages, manifest["build_id"],
        datetime.fromisoformat(manifest["created_at"]),
        tuple((address, tuple((k, v) for k, v in query)) for address, query in manifest["settings"]),
        _brief(manifest.get("brief"), sheets),
        signing.fingerprint(manifest["key"]) if manifest.get("key") else "",
        manifest.get("of", ""), _units(manifest),
    )  # fmt: skip


def _units(manifest: Mapping[str, Any]) -> tuple[str, ...] | None:
    return tuple(manifest["units"]) if manifest.get("units") is not None else None


def _digits(manifest: Mapping[str, Any]) -> int:
    return DIGITS if manifest["format"] >= SIGNED else 8


def _is_signed(manifest: Mapping[str, Any]) -> bool:
    message = {name: value for name, value in manifest.items() if name not in {"seal", "signature"}}
    return signing.is_signed(str(manifest.get("key")), str(manifest.get("signature")), _dump(message))


def key_of(folder: Path, meeting_id: str) -> str:
    """Return the public key that signed a snapshot, '' of one that nobody signed; raises KeyError where there is none."""
    return json.loads((_place(folder, meeting_id) / MANIFEST).read_text(encoding="utf-8")).get("key", "")


def format_of(folder: Path, meeting_id: str) -> int:
    """Return the number of the format of a snapshot that is whole; raises KeyError where there is none."""
    return json.loads((_place(folder, meeting_id) / MANIFEST).read_text(encoding="utf-8"))["format"]


def newer(name: str) -> str:
    """Return what is said of something that only a newer Rapor can read."""
    return _("{name}: dibuat oleh Rapor yang lebih baru; perbarui Rapor dulu", name=name)


_HEAD = ("title", "held_on", "notes", "language", "viewer", "build_id", "settings", "titles")
_SINCE_4 = ("brief",)
_OF_UNITS = ("of", "units")  # of a meeting for who covers some units alone


def _head(meeting: Meeting) -> dict[str, Any]:
    return {
        "title": meeting.title,
        "held_on": meeting.held_on.isoformat() if meeting.held_on else None,
        "notes": meeting.notes,
        "language": meeting.language,
        "viewer": meeting.viewer,
        "build_id": meeting.build_id,
        "settings": [[address, [list(pair) for pair in query]] for address, query in meeting.settings],
        "titles": [page.title for page in meeting.pages],
        "brief": _brief_head(meeting.brief),
    } | ({} if meeting.units is None else {"of": meeting.of, "units": list(meeting.units)})


def _brief_head(brief: Brief | None) -> dict[str, Any] | None:
    if brief is None:
        return None
    asks = [asdict(ask) | {"options": list(ask.options)} for ask in brief.asks]
    return {
        "district": brief.district, "scope": brief.scope, "asks": asks,
        "appendix": [list(place) for place in brief.appendix],
    }  # fmt: skip


def _brief(said: Mapping[str, Any] | None, sheets: tuple[Snapshot, ...]) -> Brief | None:
    if said is None:
        return None
    asks = tuple(Ask(**ask | {"options": tuple(ask["options"])}) for ask in said["asks"])
    return Brief(said["district"], said["scope"], asks, sheets, tuple((n, block) for n, block in said["appendix"]))


def _content(head: Mapping[str, Any], hashes: Mapping[str, str]) -> str:
    return _sha(json.dumps([head, hashes], ensure_ascii=False, sort_keys=True).encode())


def _files(meeting: Meeting) -> dict[str, bytes]:
    sheets = meeting.brief.sheets if meeting.brief else ()
    names = {name: people.token(whose) for name, whose in people.named(meeting).items()}
    return {
        f"{before}{position:02}-{_slug(page.page)}.json": (
            json.dumps(people.replaced(encode(page), names), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
            + "\n"
        ).encode()
        for before, many in (("", meeting.pages), (SHEET, sheets))
        for position, page in enumerate(many, 1)
    }


def _dump(manifest: Mapping[str, Any]) -> bytes:
    return (json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _slug(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:48].rstrip("-") or "rapat"


def _place(folder: Path, meeting_id: str) -> Path:
    place = folder / Path(meeting_id).name  # of a spoilt id nothing outside the folder is opened
    if place.name != meeting_id or meeting_id.startswith(".") or not place.is_dir():
        raise KeyError(meeting_id)
    return place


def _entry(place: Path) -> Entry:
    try:
        manifest = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
        if manifest["format"] > FORMAT:
            return Entry(place.name, is_readable=False, is_newer=True)
        held_on = manifest["held_on"]
        return Entry(
            place.name, manifest["title"], date.fromisoformat(held_on) if held_on else None,
            datetime.fromisoformat(manifest["created_at"]), manifest["build_id"], manifest["viewer"],
            tuple(manifest["titles"]), tuple((address, ()) for address, _query in manifest["settings"]), _units(manifest),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        return Entry(place.name, is_readable=False)
