"""The names of employees in a frozen meeting stand beside what is sealed, so that a person can be forgotten and the seal holds.

A page of the snapshot says ⟦orang:P0123456789⟧ in the place of a name. `names.json` says who that is; the manifest holds a hash of each
name with a random number, which stands in names.json alone: so no name can be exchanged, and of one that is gone nothing can be found out.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from dashboard import access
from dashboard.snapshot import Block, ChartBlock, Meeting, TextBlock
from dashboard.words import text
from queries import whole

FILE = "names.json"
_TOKEN = re.compile(r"⟦orang:([^⟦⟧]+)⟧")
_NO_NAME = re.compile(r"[a-z_]*")  # as encoded pages name their kinds; nobody is written so


def named(meeting: Meeting) -> dict[str, str]:
    """Return each name of an employee in the tables of a meeting -> whose it is: his id, or the ids of all who are called so."""
    pages = (*meeting.pages, *(meeting.brief.sheets if meeting.brief else ()))
    found: dict[str, set[str]] = {}
    with text.speaking(meeting.language):  # in which its pseudonyms are
        for frame in (frame for page in pages for block in page.flat() for frame in _frames(block)):
            for name, employee_id in _pairs(frame):
                found.setdefault(name, set()).add(employee_id)
    return {name: "+".join(sorted(ids)) for name, ids in found.items()}


def _frames(block: Block) -> Iterator[pl.DataFrame]:
    if not isinstance(block, TextBlock):
        yield block.table
    if isinstance(block, ChartBlock):
        yield block.chart.data


def _pairs(frame: pl.DataFrame) -> Iterator[tuple[str, str]]:
    for name, key in access.NAME_COLUMNS.items():
        if {name, key} <= set(frame.columns):
            for who, employee_id in frame.select(name, key).unique().drop_nulls().iter_rows():
                pseudonym = access.pseudonym(str(employee_id))
                if who and who != pseudonym and not _NO_NAME.fullmatch(who):
                    yield who, str(employee_id)


def pseudonyms(whose: str) -> str:
    """Return what stands for a name of `named` where it is not to be read."""
    return " / ".join(access.pseudonym(each) or "" for each in whose.split("+"))


def replaced(value: Any, by: Mapping[str, str]) -> Any:
    """Return an encoded page with each of some names replaced, wherever one stands in its words."""
    if not by:
        return value
    found = re.compile("|".join(map(re.escape, sorted(by, key=len, reverse=True))))

    def put(each: Any) -> Any:
        if isinstance(each, str):
            return found.sub(lambda match: by[match[0]], each)
        if isinstance(each, list):
            return [put(item) for item in each]
        return {key: put(item) for key, item in each.items()} if isinstance(each, dict) else each

    return put(value)


def token(whose: str) -> str:
    """Return what stands in a sealed page for a name."""
    return f"⟦orang:{whose}⟧"


def apart(names: Mapping[str, str]) -> tuple[dict[str, str], bytes]:
    """Return what the manifest says of the names of a meeting, by whose they are, and the content of names.json."""
    kept = {whose: (secrets.token_hex(16), name) for name, whose in sorted(names.items())}
    return {whose: _hash(*pair) for whose, pair in kept.items()}, _dump(kept)


def read(place: Path, said: Mapping[str, str]) -> dict[str, str]:
    """Return the names that a snapshot still holds, by whose they are; raises ValueError where one is not as it was sealed."""
    if not said:
        return {}
    kept = json.loads((place / FILE).read_text(encoding="utf-8"))
    if not isinstance(kept, dict) or any(_hash(*pair) != said.get(whose) for whose, pair in kept.items()):
        raise ValueError(FILE)
    return {whose: name for whose, (_number, name) in kept.items()}


def restored(words: str, names: Mapping[str, str], language: str) -> str:
    """Return the JSON of a sealed page with its names, and the pseudonym of who was forgotten."""
    with text.speaking(language):
        return _TOKEN.sub(lambda match: json.dumps(names.get(match[1]) or pseudonyms(match[1]))[1:-1], words)


def forget(snapshots: Path, employee_id: str) -> int:
    """Take a person's name out of all snapshots that keep names apart; return of how many. What can't be read is left as it is."""
    changed = 0
    for path in sorted(snapshots.glob(f"[!.]*/{FILE}")):
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            left = {whose: pair for whose, pair in kept.items() if employee_id not in whose.split("+")}
        except (OSError, ValueError, AttributeError):
            continue
        if len(left) < len(kept):
            whole.write(path, _dump(left))
            changed += 1
    return changed


def _hash(number: str, name: str) -> str:
    return hashlib.sha256(f"{number} {name}".encode()).hexdigest()


def _dump(kept: Mapping[str, Any]) -> bytes:
    return (json.dumps(kept, ensure_ascii=False, indent=1) + "\n").encode()
