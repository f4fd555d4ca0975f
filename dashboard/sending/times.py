"""How long sending takes: from the upload to the load, and how many presses; of units and months, never of a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

from dashboard.access import Viewer
from dashboard.sending import box
from dashboard.sending.box import Sending

FEWEST = 3  # sendings: of fewer no median is told


@dataclass(frozen=True)
class Times:
    """What is known of the sendings of a unit; None where too few of them say."""

    sendings: int
    loaded: int
    minutes: float | None
    presses: float | None


def of_units(viewer: Viewer, first: date, last: date, until: date) -> dict[str, Times]:
    """Return the times of what was sent from `first` to the end of the month `last` and before the day `until`, by units.

    '' stands for what accounts sent that cover several units: nobody knows for which.
    """
    found: dict[str, list[Sending]] = {}
    for one in box.every():
        day = one.day.date()
        if not first <= day < until or (day.year, day.month) > (last.year, last.month):
            continue
        if viewer.units is not None and not (one.units and set(one.units) <= set(viewer.units)):
            continue
        found.setdefault(one.units[0] if one.units and len(one.units) == 1 else "", []).append(one)
    return {unit: of(sendings) for unit, sendings in sorted(found.items())}


def of(sendings: Iterable[Sending]) -> Times:
    """Return the times of sendings; what was taken back counts as sent and not as loaded."""
    every = list(sendings)
    loaded = [one for one in every if one.state == "loaded"]
    took = [minutes for one in loaded if (minutes := _minutes(one)) is not None]
    return Times(
        len(every), len(loaded),
        median(took) if len(took) >= FEWEST else None,
        sum(one.tries for one in loaded) / len(loaded) if len(loaded) >= FEWEST else None,
    )  # fmt: skip


def _minutes(one: Sending) -> float | None:
    """Return how long it was from the upload until the load had ended; None of one whose end was not kept."""
    if not one.ended_at:
        return None
    return max((datetime.fromisoformat(one.ended_at) - datetime.fromisoformat(one.at)).total_seconds() / 60, 0.0)
