"""What is said of a sheet while it is read: what could not be understood, and what was, yet looks wrong."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

T = TypeVar("T")


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


class Remarks:
    """What the steps of conforming say of a table, in their order."""

    def __init__(self) -> None:
        self.rejects: list[Reject] = []
        self.observations: list[Observation] = []

    def add(self, remarks: Iterable[Reject | Observation]) -> None:
        """Take what a step says."""
        for remark in remarks:
            if isinstance(remark, Reject):
                self.rejects.append(remark)
            else:
                self.observations.append(remark)

    def of(self, step: tuple[T, *tuple[Iterable[Reject | Observation], ...]]) -> T:
        """Take what a step says beside what it gives, and return what it gives."""
        found, *remarks = step
        for each in remarks:
            self.add(each)
        return found
