"""What names in reports mean, as those who send them say: kept until somebody who may change the register takes or declines it.

An event a line in `names.jsonl`; the last of a proposal is its state.
"""

import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from dashboard.access import Asker
from dashboard.folder import data_dir
from queries import journal

PLACE, FORMAT = "names.jsonl", 1
State = Literal["proposed", "taken", "declined"]


@dataclass(frozen=True)
class Meaning:
    """`name`, as a report writes it, means the row `key` of a register."""

    table: str
    name: str
    key: str
    by: str
    role: str
    at: str
    id: str
    state: State = "proposed"


def propose(table: str, name: str, key: str, asker: Asker) -> Meaning:
    """Keep what a name means for who may change the register to look at; the same said twice is kept once."""
    for known in waiting():
        if (known.table, known.name, known.key) == (table, name, key):
            return known
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return _written(Meaning(table, name, key, asker.name, asker.viewer.role, now, secrets.token_hex(6)))


def settle(meaning: Meaning, *, is_taken: bool) -> Meaning:
    """Write down that a proposal was taken or declined."""
    return _written(replace(meaning, state="taken" if is_taken else "declined"))


def waiting() -> list[Meaning]:
    """Return the proposals that nobody has looked at, the oldest first."""
    last = {meaning.id: meaning for meaning in _events()}
    return [meaning for meaning in last.values() if meaning.state == "proposed"]


def _events() -> Iterator[Meaning]:
    return (Meaning(**said) for said in journal.lines(data_dir() / PLACE, FORMAT))


def _written(meaning: Meaning) -> Meaning:
    journal.add(data_dir() / PLACE, FORMAT, asdict(meaning))
    return meaning
