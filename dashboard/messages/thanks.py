"""Whom to thank, and for what: only what is true of all that was due, is more than chance, and rests on enough reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb
from typing import Any, Literal

from dashboard.words import text
from dashboard.words.text import _, n_

FEWEST = 12  # reports of a year: of fewer nothing is said
CHANCE = 0.05  # that any unit of the district would be named the most improved though none is
Why = Literal["on_time", "clean", "improved"]


@dataclass(frozen=True)
class Thanks:
    """What a unit is thanked for: of so many reports; with how many others it shares the first place."""

    why: Why
    reports: int
    others: int = 0

    @property
    def words(self) -> str:
        """Return it in a sentence."""
        if self.why == "on_time":
            return _("{n} laporan setahun ini semuanya tepat waktu", n=text.number(self.reports))
        if self.why == "clean":
            return _("{n} laporan setahun ini tanpa satu pun yang perlu dibetulkan", n=text.number(self.reports))
        if self.others:
            return n_("ketepatan lapor paling banyak membaik, bersama {n} unit lain",
                      "ketepatan lapor paling banyak membaik, bersama {n} unit lain", self.others)  # fmt: skip
        return _("ketepatan lapor paling banyak membaik di kabupaten")


def of_units(years: Sequence[Mapping[str, Any]]) -> dict[str, list[Thanks]]:
    """Return what each unit is thanked for, from the rows of messages/years of all units of the district."""
    found: dict[str, list[Thanks]] = {}
    for row in years:
        thanks = []
        if row["expected"] >= FEWEST and row["expected"] == row["timed"] == row["on_time"]:
            thanks.append(Thanks("on_time", row["expected"]))
        if row["expected"] >= FEWEST and row["expected"] == row["received"] and not row["attention"]:
            thanks.append(Thanks("clean", row["expected"]))
        if thanks:
            found[row["unit_id"]] = thanks
    best = _most_improved(years)
    for unit in best:
        found.setdefault(unit, []).append(Thanks("improved", 0, len(best) - 1))
    return found


def _most_improved(years: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the units whose share on time rose most, where that is more than the chance of so many units explains.

    Both years have to be whole: all that was due is known by its time.
    """
    known = [
        row
        for row in years
        if row["timed"] == row["expected"] >= FEWEST and row["timed_before"] == row["expected_before"] >= FEWEST
    ]
    risen = {
        row["unit_id"]: row["on_time"] / row["timed"] - row["on_time_before"] / row["timed_before"]
        for row in known
        if chance(row["on_time"], row["timed"], row["on_time_before"], row["timed_before"]) < CHANCE / len(known)
    }
    most = max(risen.values(), default=0.0)
    return sorted(unit for unit, rise in risen.items() if rise > 0 and abs(rise - most) < 1e-9)


def chance(hits: int, of: int, hits_before: int, of_before: int) -> float:
    """Return how likely so many hits or more would be were both years alike (Fisher's exact test, one-sided)."""
    every, all_hits = of + of_before, hits + hits_before
    ways = sum(comb(of, k) * comb(of_before, all_hits - k) for k in range(hits, min(of, all_hits) + 1))
    return ways / comb(every, all_hits)
