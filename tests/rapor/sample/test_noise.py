"""The district in which nothing happens: its facts are ordinary, its marts are whole, and the pages call out no more than they say."""

import math
from datetime import date
from typing import Any

import duckdb
import polars as pl
import pytest

import queries
from benchmarks import false_headlines
from rapor.sample import noise
from rapor.sample.district import MONTHS
from rapor.sample.register import SPM_SERVICES
from rapor.sample.visits import NOISE, season
from tests import effort

pytestmark = pytest.mark.slow

SEEDS = effort.of((1,), (1, 2, 3))


@pytest.fixture(scope="module")
def districts() -> list[duckdb.DuckDBPyConnection]:
    return [false_headlines.district(seed) for seed in SEEDS]


@pytest.fixture(scope="module")
def one(districts: list[duckdb.DuckDBPyConnection]) -> duckdb.DuckDBPyConnection:
    return districts[0]


def count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return connection.execute(f"select count(*) from {table}").fetchall()[0][0]


def test_the_district_is_as_large_as_the_sample(one: duckdb.DuckDBPyConnection) -> None:
    assert count(one, "visit") == 20 * 36 * 9 * 4
    # 26 units x 11 quarters; three units send rows, 23 a recap line.
    assert count(one, "(select distinct unit_id, month from response)") == 26 * 11
    assert count(one, "response where reported_index is not null") == 23 * 11
    # 12 SPM services x 20 centres and 29 indicators of agencies each quarter, two predicates once a year: in 2024 and 2025
    # both, in 2026 only the audit opinion by the third quarter.
    assert count(one, "realisation") == (12 * 20 + 29) * 11 + 2 * 2 + 1
    assert count(one, "realisation where coalesce(value, numerator) is null and value_text is null") == 0


def test_the_same_seed_gives_the_same_rows_and_another_seed_others() -> None:
    def rows(seed: int) -> list[Any]:
        with duckdb.connect() as connection:
            false_headlines.begin(connection)
            noise.fill(connection, seed, centres=3, months=6, employees=20)
            tables = ("visit", "response", "realisation", "evaluation_indicator")
            return [connection.execute(f"select * from {name} order by all").fetchall() for name in tables]

    first = rows(1)
    assert first == rows(1)
    assert all(mine != other for mine, other in zip(first, rows(2), strict=True))


@pytest.mark.parametrize("wish", [{"centres": 21}, {"months": 37}, {"employees": 10_000}, {"months": 0}])
def test_more_than_the_sample_has_is_refused(wish: dict[str, Any]) -> None:
    with duckdb.connect() as connection:
        false_headlines.begin(connection)
        with pytest.raises(ValueError, match="20 centres"):
            noise.fill(connection, 1, **wish)


def test_visits_follow_the_calendar_and_otherwise_only_chance(districts: list[duckdb.DuckDBPyConnection]) -> None:
    """A centre's month strays by the 3.6 % of its whole month and by the square root of its count, together and no more."""
    gaps = []
    for connection in districts:
        months = connection.execute(
            "select month, sum(patients), any_value(population) from visit join unit using (unit_id) group by unit_id, month"
        ).fetchall()
        for month, patients, population in months:
            share = 0.40 + 0.07 + 0.12 + 0.05 + 0.08 + 0.11 + 0.08 + 0.03 + 0.06
            expected = population * noise.VISIT_RATE * season(month) * share
            gaps.append((int(patients) / expected - 1) / math.sqrt(NOISE**2 + 1 / expected))
    mean = sum(gaps) / len(gaps)
    variance = sum((gap - mean) ** 2 for gap in gaps) / (len(gaps) - 1)
    # 720 of each district: the standard error of the mean of one is 1 / sqrt(720) = 0.037, that of the variance sqrt(2 / 720) = 0.053.
    assert len(gaps) == 720 * len(SEEDS)
    assert abs(mean) < 4 * 0.037 / math.sqrt(len(SEEDS))
    assert abs(variance - 1) < 4 * 0.053 / math.sqrt(len(SEEDS))
    assert max(abs(gap) for gap in gaps) > 2.5  # not cut off at two, as the sample's are


def test_every_report_is_in_time_and_nothing_is_found(one: duckdb.DuckDBPyConnection) -> None:
    assert one.execute("select distinct status from load.expected_report").fetchall() == [("on_time",)]
    assert one.execute("select max(period) from load.expected_report where report_kind = 'visit'").fetchall() == [
        (date(2026, 10, 1),)
    ]
    for code in ("answers_are_on_the_scale", "units_are_known", "visits_are_unique"):
        assert one.sql(queries.load(f"checks/{code}").sql).fetchall() == [], code
    for code in ("month_gap", "stale_copy", "index_differs"):
        found = queries.load(f"findings/{code}")
        assert one.sql(found.sql).fetchall() == [], code


def test_no_mart_stays_empty_for_want_of_facts(one: duckdb.DuckDBPyConnection) -> None:
    marts = [
        row[0] for row in one.execute("select table_name from duckdb_tables() where schema_name = 'mart'").fetchall()
    ]
    of_trouble = {
        "quality_issue",
        "indicator_twin",
        "indicator_issue",
        "attainment_doubt",
        "signal_gap",
        "accountability_due",
        "accountability_gap",
    }
    of_change = {"visit_line", "accountability_rank"}  # of merged units; of groups in which people truly differ
    of_small = {"signal_count"}  # of counts near zero, which this district has none of
    assert [
        name for name in marts if not count(one, f"mart.{name}") and name not in of_trouble | of_change | of_small
    ] == []


def test_only_people_with_too_few_evaluations_are_not_ranked(one: duckdb.DuckDBPyConnection) -> None:
    rows = one.sql(
        "select r.employee_id, r.tier, count(e.period) as evaluations from mart.accountability_ranking r "
        "join evaluation e on e.employee_id = r.employee_id and e.period <= r.window_end "
        "where r.window_end = (select max(window_end) from mart.accountability_ranking) group by all"
    ).pl()
    assert rows.height == count(one, "employee")
    few = rows.filter(pl.col("evaluations") < 4)
    assert set(few["employee_id"]) == set(rows.filter(pl.col("tier") == "unranked")["employee_id"])
    assert 0 < few.height < rows.height / 10


def test_the_pages_call_out_no_more_than_they_say(districts: list[duckdb.DuckDBPyConnection]) -> None:
    """A kind called out more often than its stated rate brings about with a chance of 1 in 1,000 is stated wrongly."""
    total: dict[str, false_headlines.Found] = {}
    for connection in districts:
        for kind, found in false_headlines.inspect(connection).items():
            total.setdefault(kind, false_headlines.Found()).add(found)
    for kind, found in total.items():
        print(f"{kind}: {len(found.said)} of {found.looked_at}, stated {found.expected:.1f}")
        print(*(f"  {line}" for line in found.said if kind.startswith("headlines")), sep="\n")
    assert {"headlines, page overview", "charts with an alarm, visits", "people clearly above or below"} <= set(total)
    assert [kind for kind, found in total.items() if not found.is_as_stated] == []


def test_the_chance_of_a_count_is_the_binomial() -> None:
    # 1 - 0.9^3 = 0.271; three of three 0.001; of ten tosses eight or more: (45 + 10 + 1) / 1024.
    assert false_headlines.at_least(1, 3, 0.3) == pytest.approx(0.271)
    assert false_headlines.at_least(3, 3, 0.3) == pytest.approx(0.001)
    assert false_headlines.at_least(8, 10, 5) == pytest.approx(56 / 1024)
    assert false_headlines.at_least(0, 10, 5) == 1
    assert false_headlines.at_least(2, 10, 0) == 0
    # Ten groups with one alarm too many each: 10 beyond what is stated, and a deviation of sqrt(10) = 3.16; 10 > 3.09 x 3.16.
    many = false_headlines.Found(100, 10, ["alarm"] * 20, [(2, 1.0)] * 10)
    assert not many.is_as_stated
    # The same 20 all in one of them: 10 beyond, a deviation of sqrt(19^2 + 9) = 19.2.
    assert false_headlines.Found(100, 10, ["alarm"] * 20, [(20, 1.0)] + [(0, 1.0)] * 9).is_as_stated


def test_fewer_months_end_with_the_same_month() -> None:
    with duckdb.connect() as connection:
        false_headlines.begin(connection)
        plan = noise.fill(connection, 1, centres=2, months=14, employees=10, reporting_months=1)
        assert plan.months == MONTHS[-14:]
        assert plan.periods(3) == [date(2025, 10, 1), *(date(2026, month, 1) for month in (1, 4, 7))]
        assert connection.execute("select count(distinct unit_id), count(distinct month) from visit").fetchall() == [
            (2, 14)
        ]
        assert count(connection, "employee") == 10
        assert connection.execute("select distinct period_months from evaluation").fetchall() == [(1,)]


def test_the_interval_of_a_unit_holds_its_true_attainment_as_often_as_said(districts) -> None:
    # The level that each service is drawn about against its target, at most the cap, weighted: known here, and in 95 of 100
    # intervals. Three moments so far apart that no quarter belongs to two of them.
    levels = {f"SPM-{number:02}": 100 * service[2] for number, service in enumerate(SPM_SERVICES, 1)}
    held = total = 0
    for connection in districts:
        connection.register("true_levels", pl.DataFrame({"indicator_id": list(levels), "level": list(levels.values())}))
        found = connection.sql(
            """
            select count_if(truth between lower_pct and upper_pct)::int, count(*) from (
                select u.lower_pct, u.upper_pct,
                    sum(least(level / target_ytd * 100, cap_pct) * weight) / sum(weight) as truth
                from mart.attainment_position p join true_levels using (indicator_id)
                join mart.attainment_unit u using (unit_id, as_of)
                where unit_kind = 'health_centre' and as_of in ('2024-09-01', '2025-06-01', '2026-09-01')
                group by u.unit_id, as_of, u.lower_pct, u.upper_pct
            )
            """
        ).fetchall()[0]
        held, total = held + found[0], total + found[1]
    assert total == 3 * 20 * len(SEEDS)
    assert 0.9 <= held / total <= 0.99
