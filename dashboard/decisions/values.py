"""Decisions as values: what was decided on a figure, what happened to it since, and the state that this gives. No store here."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal

from dashboard import access
from dashboard.words.harmless import harmless, harmless_lines
from dashboard.words.text import _

LONGEST = {"what": 500, "who": 120, "effect": 500, "result": 500}
REQUIRED = ("what", "who")
State = Literal["open", "overdue", "closed"]
EventKind = Literal["created", "changed", "closed", "reopened"]


class Refused(Exception):
    """What was written down can't be taken so; `reasons` say why, each a sentence for the person who wrote it."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = reasons
        super().__init__(" ".join(reasons))


@dataclass(frozen=True)
class Figure:
    """Which figure: the page it stood on, unit (None: the district), measure, and the indicator, service or kind of report."""

    page: str
    measure: str
    unit_id: str | None = None
    item_id: str | None = None


@dataclass(frozen=True)
class Wording:
    """What was decided: what, who (an office or a role), by when, the expected effect."""

    what: str
    who: str
    due_on: date
    effect: str = ""


@dataclass(frozen=True)
class Seen:
    """The figure when it was decided: its value (None: not reported), period, and the build and meeting it was seen in."""

    value: float | None = None
    period: date | None = None
    period_months: int = 1
    build_id: str = ""
    meeting_id: str | None = None


@dataclass(frozen=True)
class Event:
    """One thing that happened to a decision; `said` are the values of that moment, as JSON has them."""

    decision_id: str
    position: int
    kind: EventKind
    at: datetime
    by: str
    said: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    """The present state of a decision, which its events give; `position` counts them from 1."""

    id: str
    figure: Figure
    wording: Wording
    seen: Seen
    at: datetime
    by: str
    position: int = 1
    is_closed: bool = False
    result: str = ""
    ended_at: datetime | None = None

    @property
    def decided_on(self) -> date:
        """The day of the decision, where this runs; events keep universal time."""
        return self.at.astimezone().date()

    def days_overdue(self, today: date) -> int:
        """Return how many days an open decision is past its day; 0 for the others."""
        return 0 if self.is_closed else max((today - self.wording.due_on).days, 0)

    def state(self, today: date) -> State:
        """Return whether it is done, late, or on its way."""
        return "closed" if self.is_closed else "overdue" if self.days_overdue(today) else "open"


def new_id() -> str:
    """Return the id of a decision to be: made before it is written, so that a second click writes nothing twice."""
    return secrets.token_hex(6)


def present(events: Sequence[Event]) -> Decision:
    """Return the state that events, oldest first, lead to; the first is the creation."""
    first = events[0]
    content = first.said
    decision = Decision(
        first.decision_id,
        Figure(**content["figure"]),
        _wording(content["wording"]),
        _seen(content["seen"]),
        first.at,
        first.by,
    )
    for event in events[1:]:
        decision = replace(decision, position=event.position)
        if event.kind == "changed":
            decision = replace(decision, wording=_wording(event.said["wording"]))
        elif event.kind == "closed":
            decision = replace(decision, is_closed=True, result=event.said["result"], ended_at=event.at)
        else:
            decision = replace(decision, is_closed=False, result="", ended_at=None)
    return decision


def remarks(wording: Wording, today: date) -> list[str]:
    """Return what is allowed but worth a word."""
    if wording.due_on < today:
        return [_("Tenggatnya sudah lewat; keputusan ini langsung tercatat sebagai terlambat.")]
    return []


def may_decide(viewer: access.Viewer, figure: Figure | None = None) -> None:
    """Raise Refused unless the viewer's role decides, and covers the unit of the figure."""
    if not viewer.may("decide"):
        raise Refused(_("Peran {role} hanya membaca keputusan.", role=viewer.role))
    if figure is not None and not covers(viewer, figure):
        raise Refused(_("Angka ini di luar unit yang Anda pimpin; keputusannya dicatat oleh yang memimpinnya."))


def covers(viewer: access.Viewer, figure: Figure) -> bool:
    """Whether a viewer covers the unit of a figure; that of the district is for who covers all."""
    return viewer.units is None or figure.unit_id in viewer.units


def checked(wording: Wording) -> Wording:
    """Return the words as they are kept; raises Refused with every reason at once."""
    clean = replace(wording, **{name: text_of(name, getattr(wording, name)) for name in ("what", "who", "effect")})
    reasons = {
        "what": _("Isi dulu apa yang diputuskan."),
        "who": _("Isi dulu siapa yang melaksanakan: jabatan atau unit, bukan nama orang."),
    }
    if missing := [reasons[name] for name in REQUIRED if not getattr(clean, name)]:
        raise Refused(*missing)
    return clean


def text_of(name: str, words: str) -> str:
    """Return words without control characters and blanks around them; raises Refused where they are too long."""
    clean = harmless_lines(words).strip() if name != "who" else harmless(words)
    if len(clean) > LONGEST[name]:
        names = {
            "what": _("Keputusan"), "who": _("Pelaksana"), "effect": _("Dampak yang diharapkan"), "result": _("Hasil")
        }  # fmt: skip
        most, found = LONGEST[name], len(clean)
        raise Refused(
            _("{field}: paling panjang {most} huruf, ini {found}.", field=names[name], most=most, found=found)
        )
    return clean


def plain(value: Wording | Seen) -> dict[str, Any]:
    """Return the value as JSON has it."""
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in asdict(value).items()}


def _wording(content: Mapping[str, Any]) -> Wording:
    values: dict[str, Any] = {**content, "due_on": date.fromisoformat(content["due_on"])}
    return Wording(**values)


def _seen(content: Mapping[str, Any]) -> Seen:
    values: dict[str, Any] = {**content, "period": date.fromisoformat(content["period"]) if content["period"] else None}
    return Seen(**values)
