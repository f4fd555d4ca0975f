"""Which unit a name means in a period: names and units are taken as they were in its months, never as they are today."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from etl import reference
from etl.kinds import UNITS
from etl.reading.words import label
from etl.reference import Names, Registers
from etl.validity import ALWAYS, Months, Validity
from queries.months import moved_by


@dataclass(frozen=True)
class Timeline:
    """The names of units by time: `epochs` are the months from each change on, with the names of units in them."""

    epochs: Sequence[tuple[Months, Names]]
    all_time: Names
    validity: Validity

    def find(self, raw: str, period: date, months: int) -> str | None:
        """Return the unit that a name means in a period; None where it means none that was there in it, or more than one."""
        found = self._meant(raw, period, months)
        return found.pop() if len(found) == 1 else None

    def why_not(self, raw: str, period: date, months: int) -> tuple[str, str] | None:
        """Return (code, details as JSON) of why a registered name means no unit in a period; None of a name that is not known."""
        claims = self._meant(raw, period, months)
        if len(claims) < 2:  # otherwise the period itself has both of two meanings
            claims = {unit for _, names in self.epochs if (unit := names.find(raw))}
        if len(claims) > 1:
            names = ", ".join(sorted(self.all_time.shown[unit] for unit in claims))
            return "unit_of_two_times", json.dumps({"found": names}, ensure_ascii=False)
        unit = next(iter(claims), None)
        if unit is None:
            return None
        of, details = self.validity.of(unit), {"unit": self.all_time.shown[unit]}
        if of.last and of.last < period:
            code, after = "unit_ended", self.validity.after(unit)
            details |= _words("succeeded", [self.all_time.shown[each.new] for each in after], "Sejak itu", "Since then")
            details["month"] = f"{of.last:%Y-%m}"
        else:
            code, before = "unit_not_begun", self.validity.before(unit)
            names = [self.all_time.shown[each.old] for each in before]
            details |= _words("preceded", names, "Sebelumnya", "Before that")
            details["month"] = f"{of.first:%Y-%m}"
        return code, json.dumps(details, ensure_ascii=False)

    def _meant(self, raw: str, period: date, months: int) -> set[str]:
        found = {names.find(raw) for when, names in self.epochs if when.meet(period, months)}
        return {unit for unit in found if unit is not None}


def _words(key: str, names: Sequence[str], word: str, word_en: str) -> dict[str, str]:
    if not names:
        return {}
    return {key: f"{word}: {', '.join(names)}.", f"{key}_en": f"{word_en}: {', '.join(names)}."}


def timeline(folder: Path, registers: Registers) -> Timeline:
    """Return the timeline of a reference folder's units."""
    validity = registers.validity
    if not validity.months and not validity.successions:
        return Timeline([(ALWAYS, registers.units)], registers.units, validity)
    table = reference.units_in_order(reference.complete(folder, UNITS))
    limits = [
        each for unit in table["unit_id"] for each in (validity.of(unit), *(of for _, of in validity.names(unit)))
    ]
    starts = sorted(
        {each.first for each in limits if each.first} | {moved_by(each.last, 1) for each in limits if each.last}
    )
    ends = [*(moved_by(start, -1) for start in starts), None]
    claims: dict[str, set[str]] = {}
    for row in reference.with_former_names(table, validity).rows(named=True):
        for spelling in filter(None, (row["name"], row.get("short_name"), *(row.get("aliases") or "").split("|"))):
            claims.setdefault(label(spelling), set()).add(row["unit_id"])
    epochs = [
        (when := Months(first, last), _names(table, registers.units, validity, when, claims))
        for first, last in zip([None, *starts], ends, strict=True)
    ]
    return Timeline(epochs, registers.units, validity)


def _names(
    table: pl.DataFrame, all_time: Names, validity: Validity, when: Months, claims: dict[str, set[str]]
) -> Names:
    """Return the names of the units that are there in an epoch: those they bear in it, then those of other times that no other unit had."""
    rows = []
    for row in table.rows(named=True):
        unit = row["unit_id"]
        if not validity.of(unit).overlap(when):
            continue
        former = [name for name, of in validity.names(unit) if of.overlap(when)]
        rows.append(row | {"name": former[0], "short_name": None} if former else row)
    borne = reference.names(pl.DataFrame(rows, schema=table.schema), UNITS.key, UNITS.also)
    here = set(borne.shown)
    exact = {text: unit for text, unit in all_time.exact.items() if unit in here and len(claims.get(text, ())) <= 1}
    loose = {text: unit for text, unit in all_time.loose.items() if unit in here}
    return replace(all_time, exact={**exact, **borne.exact}, loose={**loose, **borne.loose}, shown=all_time.shown)
