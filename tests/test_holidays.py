"""The table of holidays is what the library says, and other tables say nothing else of the same days."""

import csv

import duckdb
import pytest

from etl.building import blank
from etl.folder import PRODUCT_REFERENCE
from tests.holidays import TABLE, table


def test_the_holidays_are_those_of_the_library() -> None:
    assert TABLE.read_text(encoding="utf-8") == table(), "uv run python -m tests.holidays --write"


def test_a_moving_day_that_is_a_holiday_is_the_same_in_both_tables() -> None:
    with (PRODUCT_REFERENCE / "moving_days.csv").open() as file:
        days = {
            row[key] for row in csv.DictReader(file) if row["name"] == "Idul Fitri" for key in ("first_on", "last_on")
        }
    with TABLE.open() as file:
        feasts = {
            row["holiday_on"]
            for row in csv.DictReader(file)
            if "Idul Fitri" in row["name"] and row["kind"] == "national"
        }
    assert days <= feasts


@pytest.mark.parametrize(
    ("day", "moved"),
    [
        ("2026-12-10", "2026-12-10"),  # a Thursday
        ("2026-12-24", "2026-12-28"),  # joint leave, Christmas, Saturday, Sunday
        ("2026-03-18", "2026-03-25"),  # Nyepi and Idul Fitri, with joint leave and a weekend
        ("2025-12-25", "2025-12-25"),  # before the rule
    ],
)
def test_a_due_date_moves_to_the_next_working_day_where_a_rule_says_so(day: str, moved: str) -> None:
    with duckdb.connect() as connection:
        blank.begin(connection, PRODUCT_REFERENCE)
        connection.execute("insert into reference.due_moves values ('visit', '5', 'x', 2026, null)")
        found = connection.execute(f"select due_moved('visit', date '{day}'), due_moved('realisation', date '{day}')")
        assert [str(each) for each in found.fetchall()[0]] == [moved, day]
