"""What is said of a sheet while it is read: what could not be understood, and what was, yet looks wrong."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Reject:
    """A cell or row that could not be understood; `value` is what stood there (of a personal column only its length)."""

    sheet: str
    row: int
    col: str
    value: str
    code: str
    details: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Observation:
    """Something that loaded, yet looks wrong; becomes a finding with the message of its code."""

    code: str
    sheet: str = ""
    row: int | None = None
    unit: str | None = None
    details: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sent:
    """When a report was made: the day that it bears itself (or its name), and the day on which its file was last modified."""

    dated: date
    modified: date

    @property
    def latest(self) -> date:
        """Return the later of both: a form used again may bear an old date, what came after the file itself is not yet reported."""
        return max(self.dated, self.modified)
