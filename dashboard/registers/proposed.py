"""What names in reports mean, as those who send them say: kept until somebody who may change the register takes or declines it.

An event a line in `names.jsonl`; the last of a proposal is its state.
"""

import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from dashboard.access import Asker
from dashboard.folder import data_dir

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
    path = data_dir() / PLACE
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for line in file:
            try:
                said = json.loads(line)
            except ValueError:
                continue  # a line that was never finished
            if said.pop("format", None) == FORMAT:
                yield Meaning(**said)


def _written(meaning: Meaning) -> Meaning:
    line = json.dumps({"format": FORMAT, **asdict(meaning)}, ensure_ascii=False) + "\n"
    handle = os.open(data_dir() / PLACE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
    return meaning
