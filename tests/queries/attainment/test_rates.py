"""The rates achieved and still required, worked out a second time from the reports of the sample district."""

import shutil
from collections import defaultdict
from pathlib import Path

import duckdb
import pytest


@pytest.fixture(scope="module")
def build(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    pointer = sample_data / "warehouse" / "current"
    copy = tmp_path_factory.mktemp("rates") / "copy.duckdb"
    shutil.copy(pointer.parent / pointer.read_text(encoding="utf-8").strip(), copy)
    return duckdb.connect(str(copy), read_only=True)


def _reports(build: duckdb.DuckDBPyConnection, aggregation: str) -> dict[tuple[str, str, int], dict[int, tuple]]:
    """Return (indicator, unit, year) -> {last month of a period: (value, numerator, denominator, months)}."""
    found: dict[tuple[str, str, int], dict[int, tuple]] = defaultdict(dict)
    rows = build.execute(
        "select r.indicator_id, r.unit_id, r.period, r.period_months, r.value, r.numerator, r.denominator"
        " from mart.realisation_open r join indicator i using (indicator_id)"
        " where i.aggregation = ? and i.attainment_rule in ('ratio', 'distance', 'inverse')",
        [aggregation],
    ).fetchall()
    for indicator, unit, period, months, value, numerator, denominator in rows:
        if value is not None or numerator is not None:
            found[indicator, unit, period.year][period.month + months - 1] = (value, numerator, denominator, months)
    return found


def _targets(build: duckdb.DuckDBPyConnection) -> dict[tuple[str, str, int], dict[int, float]]:
    """Return (indicator, unit, year) -> {last month: target of the period}."""
    found: dict[tuple[str, str, int], dict[int, float]] = defaultdict(dict)
    for indicator, unit, period, months, value in build.execute(
        "select indicator_id, unit_id, period, period_months, value from target where value is not null"
    ).fetchall():
        found[indicator, unit, period.year][period.month + months - 1] = value
    return found


def _rates(build: duckdb.DuckDBPyConnection) -> dict[tuple[str, str, int, int], tuple]:
    rows = build.execute(
        "select indicator_id, unit_id, year, month(last_month), required_rate, achieved_rate, rate_state, target_year"
        " from mart.attainment_path where is_reported"
    ).fetchall()
    return {row[:4]: row[4:] for row in rows}


def test_an_amount_needs_what_is_left_spread_over_the_periods_left(build: duckdb.DuckDBPyConnection) -> None:
    targets, rates, seen = _targets(build), _rates(build), 0
    for key, reports in _reports(build, "sum").items():
        for month in reports:
            so_far = [report[0] for last, report in reports.items() if last <= month]
            left = [last for last in targets[key] if last > max(reports)] + [m for m in reports if m > month]
            required, achieved, state, target = rates[*key, month]
            assert target == pytest.approx(sum(targets[key].values()))
            # Step by step: so much each period still to come, and the year's end is the target.
            if left:
                assert sum(so_far) + required * len(left) == pytest.approx(sum(targets[key].values()))
                expected = "on_pace" if achieved >= required - 1e-9 else "behind"
                assert state == ("reached" if sum(so_far) >= sum(targets[key].values()) else expected)
            else:
                assert required is None
            assert achieved == pytest.approx(sum(so_far) / len(so_far))
            seen += 1
    assert seen > 40


def test_a_quotient_needs_the_mean_that_lifts_the_year_to_its_target(build: duckdb.DuckDBPyConnection) -> None:
    targets, rates, seen = _targets(build), _rates(build), 0
    for key, reports in _reports(build, "ratio").items():
        target = targets[key][12]
        for month in reports:
            parts = [r for last, r in reports.items() if last <= month]
            to_date = 100 * sum(r[1] for r in parts) / sum(r[2] for r in parts)
            required, achieved, state, _ = rates[*key, month]
            assert achieved == pytest.approx(to_date)
            if month == 12:
                assert required is None
                continue
            # Every month weighs the same: so many at the quotient so far, the others at what is required.
            months = sum(r[3] for r in parts)
            assert (months * to_date + (12 - months) * required) / 12 == pytest.approx(target)
            if to_date >= target - 1e-9:
                assert state == "reached"
            else:
                assert state == ("out_of_reach" if required > 100 else "behind")
            seen += 1
    assert seen > 2000


def test_a_level_has_to_move_so_far_each_period(build: duckdb.DuckDBPyConnection) -> None:
    targets, rates, seen = _targets(build), _rates(build), 0
    polarity = dict(build.execute("select indicator_id, polarity from indicator").fetchall())
    for key, reports in _reports(build, "last").items():
        target = targets[key][12]
        first = min(reports)
        for month, (value, _, _, months) in reports.items():
            required, achieved, state, _ = rates[*key, month]
            if month < 12:
                level = value
                for _ in range((12 - month) // months):
                    level += required
                assert level == pytest.approx(target)
                is_met = value <= target if polarity[key[0]] == "lower" else value >= target
                assert (state == "reached") == is_met
            if month > first:
                level = reports[first][0]
                for _ in range((month - first) // months):
                    level += achieved
                assert level == pytest.approx(value)
            else:
                assert achieved is None
            seen += 1
    assert seen > 250


def test_the_path_of_an_amount_ends_at_the_years_target(build: duckdb.DuckDBPyConnection) -> None:
    wrong = build.execute(
        "select count(*) from mart.attainment_path where kind = 'sum' and month(last_month) = 12"
        " and not is_provisional and abs(target_ytd - target_year) > 1e-9"
    ).fetchone()
    assert wrong == (0,)
