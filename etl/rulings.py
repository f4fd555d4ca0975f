"""What people rule of a file of the lake: that it counts although it takes away, or that it does not count. Nothing is deleted."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from etl.lake import NOTHING_STATED, Entry, Stated, canonical
from etl.reading import guard
from etl.ruled import Correction, Ruling

SHORTEST_ID = 6
CORRECT, TAKE_BACK = "correct", "take_back"
CONFIRM, CONFIRM_IN_PART, REVOKE, WITHDRAW, REINSTATE = "confirm", "confirm_in_part", "revoke", "withdraw", "reinstate"


@dataclass(frozen=True)
class Asked:
    """What is asked of a load beside its files: rulings as (what, file as it was named), and of the files given what is stated.

    `corrections` are of cells of the files given, each with the name of its file; without a time they are of now.
    """

    rulings: tuple[tuple[str, str], ...] = ()
    stated: Stated = NOTHING_STATED
    corrections: tuple[tuple[str, Correction], ...] = ()


NOTHING = Asked()


class Unclear(Exception):
    """A name means no file of the lake, or several: `matches` are their ids and names."""

    def __init__(self, name: str, matches: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(name)
        self.name, self.matches = name, list(matches)


def find(manifest: Mapping[str, Entry], name: str, likely: Collection[str] = ()) -> str:
    """Return the hash of the file that is meant: one at that path, of that id, or of that name; raises Unclear.

    Of several of one name the one among the likely ones is meant.
    """
    path = Path(name)
    if path.is_file() and (sha := guard.hashed(path)[0]) in manifest:
        return str(sha)
    if len(name) >= SHORTEST_ID and re.fullmatch("[0-9a-f]+", name.casefold()):
        found = [sha for sha in manifest if sha.startswith(name.casefold())]
    else:
        found = []
    wanted = guard.shown_name(path.name).casefold()
    folder = path.parent.name.casefold()
    for sha, entry in manifest.items():
        names = {(s.folder.casefold(), s.name.casefold()) for s in entry.sightings}
        if any(called == wanted and (not folder or of == folder) for of, called in names):
            found.append(sha)
    found = list(dict.fromkeys(found))
    if len(found) > 1 and len(those := [sha for sha in found if sha in likely]) == 1:
        return those[0]
    if len(found) != 1:
        seen = ((sha, canonical(manifest[sha].sightings)) for sha in sorted(found))
        raise Unclear(name, [(sha[:12], f"{at.folder}/{at.name}") for sha, at in seen])
    return found[0]


def ruled(
    manifest: Mapping[str, Entry], rulings: Iterable[tuple[str, str]], held: Collection[str]
) -> tuple[dict[str, Entry], list[str]]:
    """Return the files with what is ruled of them added, and the hashes of those that it was ruled of; raises Unclear.

    `held` are the hashes of the files that are held now. To reinstate is to take back what still holds: a withdrawal, else a
    confirmation.
    """
    at = datetime.now(UTC).isoformat(timespec="seconds")
    entries, of = dict(manifest), []
    for what, name in rulings:
        likely = {
            CONFIRM: held,
            CONFIRM_IN_PART: held,
            WITHDRAW: {sha for sha, each in entries.items() if not each.is_withdrawn},
            REINSTATE: {sha for sha, each in entries.items() if each.is_withdrawn or each.confirmed},
        }
        sha = find(manifest, name, likely[what])
        entry = entries[sha]
        if what == REINSTATE and not entry.is_withdrawn:
            what = REVOKE  # noqa: PLW2901  a person takes back; what, the record says
        entries[sha] = replace(entry, rulings=(*entry.rulings, Ruling(what, at)))
        of.append(sha)
    return entries, of


def corrected(entry: Entry, given: Iterable[Correction]) -> Entry:
    """Return a file with corrections of its cells added; one that says what holds already adds nothing.

    No number of a person is kept, nor more of a text than a reject quotes.
    """
    now = datetime.now(UTC).isoformat(timespec="seconds")
    for each in given:
        texts = {name: guard.quoted(getattr(each, name)) for name in ("found", "value", "why")}
        new = replace(each, at=each.at or now, **texts)
        held = next((c for c in entry.corrected if c.place == new.place), None)
        is_new = (held is None or held.value != new.value) if new.what == CORRECT else held is not None
        if is_new:
            entry = replace(entry, corrections=(*entry.corrections, new))
    return entry
