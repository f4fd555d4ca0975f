"""Saying less never gives a better place: every way to hide, tried on one person of generated job groups, against having said all.

Each way is a job group of its own in one build, the same people and reports but for what one of them hides.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.building import blank, build
from queries.months import moved_by
from queries.rank_estimate import estimate
from queries.rank_simulation import rank
from tests.effort import tries
from tests.queries.test_rank_estimate import FIRST

REFERENCE = Path(__file__).parents[2] / "data" / "reference"
INDICATORS = ("Asuhan", "Kunjungan rumah", "Penyuluhan", "Rujukan")
SILENT = {"realisation": None, "is_on_time": None, "is_evidence_verified": None}
TIERS = {"above": 0, "comparable": 1, "below": 2, "open": 2, "unranked": 3}
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def empty() -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a build with its reference tables, macros and empty tables of facts."""
    with duckdb.connect() as opened:
        blank.begin(opened, REFERENCE)
        yield opened


def group(seed: int, people: int, quarters: int, *, some_late: bool) -> Rows:
    """Return the individual indicators of a job group; one in ten is not achieved at all, some people began later."""
    random = np.random.default_rng(seed)
    spread, noise = random.choice([0, 3, 8, 15]), random.choice([2, 6, 12])
    rows = []
    for i in range(people):
        level = random.normal(80, spread)
        began = int(random.integers(0, quarters - 3)) if some_late and random.random() < 0.3 else 0
        for quarter in range(began, quarters):
            for k, name in enumerate(INDICATORS):
                reach = max(0.0, random.normal(level, noise) + 5 * k) if random.random() < 0.9 else 0.0
                rows.append(
                    {
                        "employee_id": f"p{i:02d}", "period": moved_by(FIRST, 3 * quarter), "period_months": 3,
                        "indicator": name, "target": 100.0, "realisation": reach,
                        "is_on_time": bool(random.random() < 0.85), "is_evidence_verified": bool(random.random() < 0.8),
                        "has_time_column": True, "has_evidence_column": True, "sheet": "TW", "row": len(rows),
                    }
                )  # fmt: skip
    return rows


def ways(rows: Rows, who: str) -> dict[str, Rows]:
    """Return the reports of the group by what one of its people hides: always what is worst."""
    mine = [row for row in rows if row["employee_id"] == who]
    others = [row for row in rows if row["employee_id"] != who]

    def changed(which: Callable[[dict[str, Any]], bool], **new: Any) -> Rows:
        return others + [{**row, **new} if which(row) else row for row in mine]

    def without(which: Callable[[dict[str, Any]], bool]) -> Rows:
        return others + [row for row in mine if not which(row)]

    def mean(key: str, value: Any) -> float:
        return float(np.mean([row["realisation"] for row in mine if row[key] == value]))

    found = {"all is said": rows}
    for many in (1, 2, 3):
        worst = {row["row"] for row in sorted(mine, key=lambda row: row["realisation"])[:many]}
        hidden = lambda row, worst=worst: row["row"] in worst  # noqa: E731
        found |= {
            f"{many} results": changed(hidden, realisation=None), f"{many} targets": changed(hidden, target=None),
            f"{many} targets of 0": changed(hidden, target=0.0), f"{many} rows": without(hidden),
            f"{many} silent": changed(hidden, **SILENT),
            f"{many} owned up": changed(hidden, realisation=None, is_on_time=False, is_evidence_verified=False),
        }  # fmt: skip
    best = max(INDICATORS, key=lambda name: mean("indicator", name))
    split = [{**row, "indicator": f"{best} {part}"} for row in mine if row["indicator"] == best for part in "ABC"]
    easy = {"realisation": 100.0, "is_on_time": True, "is_evidence_verified": True}
    found |= {"the best, split": rows + split, "easy ones of his own": rows + [{**row, **easy} for row in split]}
    weakest = min(INDICATORS, key=lambda name: mean("indicator", name))
    begun = sorted({row["period"] for row in mine})[1:]  # beginning later is no gap
    poorest = min(begun, key=lambda period: mean("period", period))
    return found | {
        "the indicator, all the year": without(lambda row: row["indicator"] == weakest),
        "its evidence": changed(lambda row: row["is_evidence_verified"] is False, is_evidence_verified=None),
        "all evidence": changed(lambda _row: True, is_evidence_verified=None),
        "being late": changed(lambda row: row["is_on_time"] is False, is_on_time=None),
        "a quarter": without(lambda row: row["period"] == poorest),
        "the last quarter": without(lambda row: row["period"] == begun[-1]),
        "a silent quarter": changed(lambda row: row["period"] == poorest, **SILENT),
    }


def standings(empty: duckdb.DuckDBPyConnection, groups: dict[str, Rows], who: str) -> dict[str, dict[str, Any]]:
    """Return the last standing of one person in each group: place where ranked, tier. Each is ranked as if alone in its district."""
    rows = [
        {**row, "employee_id": f"{name}/{row['employee_id']}", "file_id": name}
        for name, g in groups.items()
        for row in g
    ]
    people = {row["employee_id"]: row["file_id"] for row in rows}
    employees = [
        {"employee_id": e, "nip": "1", "name": e, "job_group": g, "unit_id": "u", "file_id": "f"}
        for e, g in people.items()
    ]
    empty.execute("begin")
    try:
        for table, facts in (("employee", employees), ("evaluation_indicator", rows)):
            empty.register("facts", pl.DataFrame(facts, infer_schema_length=None))
            empty.execute(f"insert into {table} by name select * from facts")
            empty.unregister("facts")
        build.make_marts(empty, "from mart.accountability_ranking")
        spoken = empty.sql("from mart.accountability_spoken order by all").pl()
        tiers = dict(
            empty.sql(
                "select employee_id, tier from mart.accountability_ranking qualify window_end = max(window_end) over ()"
            ).fetchall()
        )
    finally:
        empty.execute("rollback")
    found: dict[str, dict[str, Any]] = {}
    end: Any = max(row["period"] for row in rows)
    for name in groups:
        same_luck = spoken.filter(job_group=name).with_columns(
            job_group=pl.lit("nurse"), employee_id=pl.col("employee_id").str.split("/").list.last()
        )
        estimates = estimate(same_luck, at=end)
        placed = (
            estimates.join(rank(estimates), on="employee_id", how="left").filter(employee_id=who).row(0, named=True)
        )
        found[name] = {
            "place": placed["rank_median"] if placed["is_ranked"] else None, "tier": tiers[f"{name}/{who}"],
            "is_compared": placed["is_comparable"], "signal": placed["signal_mean"],
        }  # fmt: skip
    return found


@tries(3)
@given(st.integers(0, 10**6), st.sampled_from([4, 6, 12, 25]), st.sampled_from([4, 5, 8]), st.booleans())
def test_no_way_to_hide_gives_a_better_place(
    empty: duckdb.DuckDBPyConnection, seed: int, people: int, quarters: int, some_late: bool
) -> None:
    rows = group(seed, people, quarters, some_late=some_late)
    who = f"p{seed % people:02d}"
    found = standings(empty, ways(rows, who), who)
    honest = found["all is said"]
    for way, hidden in found.items():
        if honest["place"] is not None and hidden["place"] is not None:
            assert hidden["place"] >= honest["place"], way
        if honest["is_compared"]:
            assert TIERS[hidden["tier"]] >= TIERS[honest["tier"]], way
    for many in (1, 2, 3):
        silent, owned = found[f"{many} silent"], found[f"{many} owned up"]
        if silent["place"] is not None and owned["place"] is not None:
            assert owned["place"] <= silent["place"]
        assert TIERS[owned["tier"]] <= TIERS[silent["tier"]]


def test_the_example_of_one_indicator_in_four(empty: duckdb.DuckDBPyConnection) -> None:
    """The worked example: 90, 90, 90 and 30 against hiding the 30; all of 90 with evidence, without, and not saying."""
    base = {
        "period_months": 3,
        "target": 100.0,
        "has_time_column": True,
        "has_evidence_column": True,
        "sheet": "TW",
        "row": 1,
    }
    rows: Rows = [
        {**base, "employee_id": f"p{i:02d}", "period": moved_by(FIRST, 3 * q), "indicator": name,
         "realisation": 30.0 if i == 0 and name == "Rujukan" else 88.0 + i / 4 + q % 2, "is_on_time": True, "is_evidence_verified": True}
        for i in range(25) for q in range(4) for name in INDICATORS
    ]  # fmt: skip
    mine = lambda row: row["employee_id"] == "p00" and row["indicator"] == "Rujukan"  # noqa: E731
    kept = [row for row in rows if not mine(row)]
    found = standings(
        empty,
        {
            "honest": rows, "left out": kept,
            "not reported": kept + [{**row, "realisation": None} for row in rows if mine(row)],
            "once": [{**row, "realisation": None} if mine(row) and row["period"] == FIRST else row for row in rows],
        },
        "p00",
    )  # fmt: skip
    # Own three others 88 + 0 or 1: the result (3 * 88.5 + 30) / 4 = 73.875 of half the weight, the rest is full: 86.9375. One of four
    # indicators unsaid in all quarters is 25 %, over the fifth: shown (44.25 + 20 + 15 * 3/4 + 15) = 90.5 of what was said, and not ranked.
    assert found["honest"]["signal"] == pytest.approx(86.9375)
    assert found["honest"]["place"] == 25
    assert found["not reported"]["signal"] == pytest.approx(90.5)
    assert found["left out"]["signal"] == pytest.approx(94.25)  # as the form has it: three of three reported
    assert [found[way]["tier"] for way in ("left out", "not reported")] == ["unranked", "unranked"]
    # In one quarter alone it is 1 of 16, and the place is that of the least.
    assert found["once"]["place"] == 25
