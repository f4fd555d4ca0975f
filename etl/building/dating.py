"""The date by which a file is newer or older than another: its own, and of a correction never before what it corrects."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from etl.lake import Reading

_STEP = timedelta(microseconds=1)


def corrected_after(readings: Mapping[str, Reading]) -> dict[str, datetime]:
    """Return the date of each file by its hash; a correction that bears no later date comes right after what it corrects."""
    own = {sha: datetime.fromisoformat(reading.as_of) for sha, reading in readings.items()}

    def dated(sha: str, seen: frozenset[str] = frozenset()) -> datetime:
        before = readings[sha].corrects
        if before not in readings or before in seen or not set(readings[before].kinds) & set(readings[sha].kinds):
            return own[sha]
        return max(own[sha], dated(before, seen | {sha}) + _STEP)

    return {sha: dated(sha) for sha in readings}
