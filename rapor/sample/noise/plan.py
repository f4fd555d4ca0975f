"""What a noise-only district has: its units, people, indicators and months, out of those of the sample district."""

from dataclasses import dataclass, replace
from datetime import date

from queries.months import between, first_of_year, moved_by
from rapor.sample import employees as people
from rapor.sample.district import MONTHS, Unit, agencies
from rapor.sample.district import centres as all_centres
from rapor.sample.register import INDICATORS, RATIO, Indicator


@dataclass(frozen=True)
class Plan:
    """What a district has: its centres, employees and agency indicators, its months, and how often it reports."""

    centres: tuple[Unit, ...]
    employees: tuple[people.Employee, ...]
    indicators: tuple[Indicator, ...]
    months: tuple[date, ...]
    reporting_months: int  # of indicators and evaluations; surveys are quarterly, visits monthly
    evaluated_from: date

    @property
    def units(self) -> tuple[Unit, ...]:
        """All units that report."""
        return (*agencies(), *self.centres)

    def periods(self, length: int, since: date = date.min) -> list[date]:
        """Return the starts of the whole periods of so many months within the plan's months, from a day on."""
        inside = set(self.months)
        return [
            month
            for month in self.months
            if between(first_of_year(month), month) % length == 0
            and month >= since
            and moved_by(month, length - 1) in inside
        ]


def plan(
    centres: int,
    months: int,
    employees: int | None,
    indicators: int | None,
    reporting_months: int,
    evaluated_from: date,
) -> Plan:
    """Return what a district of that size has; raises ValueError where the sample has not so much (see noise.fill)."""
    chosen = all_centres()[:centres]
    reporting = {unit.unit_id for unit in (*agencies(), *chosen)}
    staff = [person for person in people.everyone() if person.unit_id in reporting and not person.is_nip_ruined]
    wanted = len(staff) if employees is None else employees
    if len(chosen) != centres or not 0 < months <= len(MONTHS) or wanted > len(staff):
        raise ValueError(
            f"the sample has {len(all_centres())} centres, {len(staff)} employees in them, {len(MONTHS)} months"
        )
    own = [item for item in INDICATORS if item.aggregation != RATIO and not item.is_monthly]
    repeated = [
        own[i % len(own)]
        if i < len(own)
        else replace(own[i % len(own)], code=f"{own[i % len(own)].code}/{i // len(own) + 1}")
        for i in range(len(own) if indicators is None else indicators)
    ]
    spm = [item for item in INDICATORS if item.aggregation == RATIO]
    return Plan(
        chosen,
        tuple(_ordinary(staff[i * len(staff) // wanted], evaluated_from) for i in range(wanted)),
        (*spm, *repeated),
        MONTHS[-months:],
        reporting_months,
        evaluated_from,
    )


def _ordinary(person: people.Employee, since: date) -> people.Employee:
    """Return a person of everybody's ability, evaluated from a day on where the sample evaluates him from the first."""
    return replace(person, ability=0, since=since if person.since == people.RATED[0] else person.since)
