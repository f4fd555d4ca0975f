"""The indicators of a noise-only district: a constant level, targets near it, and realisations that chance moves about it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

import numpy as np
import polars as pl

from queries.months import moved_by
from rapor.sample.district import table
from rapor.sample.indicators import recorded, spread
from rapor.sample.noise.plan import Plan
from rapor.sample.register import BY_RANGE, BY_SCALE, RANGE_UPPER, RATIO, SPM_SERVICES, Indicator
from rapor.sample.register_words import WORDS

# How far a target lies from the level at most, as a share of it. Were all targets the levels themselves, every forecast sure of
# missing or meeting one would be chance alone, and no forecast knows that.
TARGET_SPREAD = 0.1
COVERAGE_SPREAD = 0.015  # standard deviation of a quarter's coverage, in shares, beside the chance of the count
RHYTHMS = {1: "monthly", 3: "quarterly", 6: "half_yearly", 12: "yearly"}
PREDICATE_DUE = {"BP-01": (10, "BB"), "KU-01": (4, "WTP")}  # first month of the quarter in which it is given, and which


@cache
def _terms() -> dict[tuple[str, str], str]:
    """Return the code of each word of the indicator register, by attribute and word."""
    return {
        (row["attribute"], word.casefold()): row["value"]
        for row in table("indicator_terms")
        for word in (row["value"], row["name"], *row["aliases"].split("|"))
    }


def indicators(plan: Plan) -> pl.DataFrame:
    """Return the rows of the register, in the codes of a build."""
    rhythm = RHYTHMS[plan.reporting_months]
    rows = []
    for item in plan.indicators:
        definition, formula = WORDS.get(_base(item), (item.definition, item.formula))
        rows.append(
            {
                "indicator_id": item.code, "name": item.name if "/" not in item.code else f"{item.name} ({item.code})",
                "definition": definition, "formula": formula, "unit_of_measure": item.unit_of_measure,
                "polarity": _terms()["polarity", item.polarity.casefold()],
                "aggregation": _terms()["aggregation", item.aggregation.casefold()],
                "attainment_rule": _terms()["attainment_rule", item.rule.casefold()],
                "scale": _terms()["scale", item.scale.casefold()] if item.scale else None,
                "weight": float(item.weight), "owner_unit_id": item.owner, "data_source": item.source,
                "legal_basis": item.legal_basis, "baseline": None if item.rule == BY_SCALE else _level(item),
                "frequency": "yearly" if item.rule == BY_SCALE else rhythm, "is_registered": True,
            }
        )  # fmt: skip
    return pl.DataFrame(rows, schema_overrides={"scale": pl.String, "baseline": pl.Float64})


def _level(item: Indicator) -> float:
    """Return the constant level of an indicator, of a range target the middle."""
    if item.aggregation == RATIO:
        return round(100 * SPM_SERVICES[int(item.code[-2:]) - 1][2], 2)
    return (item.start + RANGE_UPPER[_base(item)]) / 2 if item.rule == BY_RANGE else item.start


def _base(item: Indicator) -> str:
    return item.code.partition("/")[0]


def _due(item: Indicator, plan: Plan, periods: Iterable[date]) -> list[date]:
    """Return the periods in which an indicator is reported: a predicate is given once a year."""
    if item.rule != BY_SCALE:
        return list(periods)
    month = PREDICATE_DUE[_base(item)][0]
    return [period for period in periods if period.month <= month < period.month + plan.reporting_months]


def _target(item: Indicator, unit_id: str, seed: int) -> float | None:
    if item.rule == BY_SCALE:
        return None
    if item.rule == BY_RANGE:
        return item.start
    drawn = Random(f"noise {seed} target {item.code} {unit_id}")  # noqa: S311  not for secrets
    value = _level(item) * drawn.uniform(1 - TARGET_SPREAD, 1 + TARGET_SPREAD)
    return round(min(value, 100) if item.unit_of_measure == "%" else value, 2)


def targets(plan: Plan, seed: int) -> pl.DataFrame:
    """Return the targets of all periods of the years in which anything is reported, those to come as well."""
    years = sorted({period.year for period in plan.periods(plan.reporting_months)})
    periods = [date(year, month, 1) for year in years for month in range(1, 13, plan.reporting_months)]
    rows = [
        {
            "indicator_id": item.code, "unit_id": unit_id, "period": period, "period_months": plan.reporting_months,
            "value": value,
            "value_max": float(RANGE_UPPER[_base(item)]) if item.rule == BY_RANGE else None,
            "value_text": PREDICATE_DUE[_base(item)][1] if item.rule == BY_SCALE else None,
        }
        for item in plan.indicators
        for unit_id in _reporters(item, plan)
        for value in [_target(item, unit_id, seed)]
        for period in _due(item, plan, periods)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema_overrides={"value": pl.Float64, "value_max": pl.Float64, "value_text": pl.String})


def _reporters(item: Indicator, plan: Plan) -> Sequence[str]:
    return [unit.unit_id for unit in plan.centres] if item.aggregation == RATIO else [item.owner]


def realisations(plan: Plan, random: np.random.Generator) -> pl.DataFrame:
    """Return what was reached: a count about its level, a share of the people due, a predicate as it was aimed at."""
    population = {unit.unit_id: unit.population for unit in plan.centres}
    rows: list[dict[str, Any]] = []
    for item in plan.indicators:
        for unit_id in _reporters(item, plan):
            for period in _due(item, plan, plan.periods(plan.reporting_months)):
                row: dict[str, Any] = dict.fromkeys(("value", "numerator", "denominator", "value_text"))
                if item.rule == BY_SCALE:
                    row["value_text"] = PREDICATE_DUE[_base(item)][1]
                elif item.aggregation == RATIO:
                    rate = SPM_SERVICES[int(item.code[-2:]) - 1][1]
                    due = max(1, round(population[unit_id] * rate * plan.reporting_months / 12))
                    share = _level(item) / 100 + COVERAGE_SPREAD * random.standard_normal()
                    served = random.binomial(due, min(1, max(0, share)))
                    row |= {
                        "numerator": float(served),
                        "denominator": float(due),
                        "value": round(100 * served / due, 2),
                    }
                else:
                    row["value"] = recorded(item, _level(item) * random.normal(1, spread(item)))
                at = datetime.combine(moved_by(period, plan.reporting_months), datetime.min.time()) + timedelta(days=9)
                rows.append(
                    {**row, "indicator_id": item.code, "unit_id": unit_id, "period": period,
                     "period_months": plan.reporting_months, "evidence": "Laporan (contoh)", "submitted_at": at}
                )  # fmt: skip
    numbers = dict.fromkeys(("value", "numerator", "denominator"), pl.Float64)
    return pl.DataFrame(rows, schema_overrides={**numbers, "value_text": pl.String})
