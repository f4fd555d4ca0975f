"""Amounts that look like sums since January, worked out on rows made by hand; no page reads the finding, so it has no case of a query."""

from collections.abc import Iterator, Sequence

import duckdb
import pytest

import queries
from etl.building import blank
from tests.queries.test_queries import REFERENCE

# Year -> figures of the quarters, and the target of the year.
Years = dict[int, tuple[Sequence[float], float]]
CUMULATIVE: Years = {2025: ([20, 45, 70, 98], 100), 2026: ([30, 60, 90], 120)}
CASES: dict[str, tuple[Years, str | None, tuple[str, ...] | None]] = {
    # 2025 ends at 98 of 100, added up 20+45+70+98 = 233; 2026 begins at 30 < 98 and stands at 90 of 120*9/12 = 90, added up 180
    "since January": (CUMULATIVE, None, ("2026", "30", "90", "180", "90")),
    "the register says so": (CUMULATIVE, "to_date", None),
    "the register says otherwise": (CUMULATIVE, "by_period", None),
    # 5+10+20+65 = 100 is the target, 65 is not; so is 5+15+50 = 70 of 75
    "rising within each year": ({2025: ([5, 10, 20, 65], 100), 2026: ([5, 15, 50], 100)}, None, None),
    "one rising year is no proof": ({2026: ([25, 50, 75], 100)}, None, None),
    "flat": ({2025: ([25, 25, 25, 25], 100), 2026: ([25, 25, 25], 100)}, None, None),
    # 2025 rises to 100 of 100 (sum 250), 2026 begins at 26
    "the first quarter after a year": (
        {2025: ([25, 50, 75, 100], 100), 2026: ([26], 100)}, None, ("2025", "25", "100", "250", "100"),
    ),
    "it goes on rising": ({2025: ([25, 50, 75, 100], 100), 2026: ([110, 120, 130], 140)}, None, None),
    "a fall within the year": ({2025: ([25, 50, 40, 98], 100), 2026: ([30, 60, 90], 120)}, None, None),
}  # fmt: skip


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        blank.begin(opened, REFERENCE)
        opened.execute(
            "insert into unit by name select 'dinkes' as unit_id, 'D' as name, 'D' as short_name, 'agency' as kind"
        )
        for unit in ("u1", "u2"):
            opened.execute(
                "insert into unit by name select ? as unit_id, ? as name, ? as short_name, 'health_centre' as kind, "
                "'dinkes' as parent_id",
                [unit] * 3,
            )
        yield opened


def _tell(
    connection: duckdb.DuckDBPyConnection, years: Years, amounts: str | None, tellers: Sequence[str], holder: str
) -> list[tuple]:
    connection.execute(
        "insert into indicator by name select 'i' as indicator_id, 'I' as name, 'sum' as aggregation, ? as amounts, true as is_registered",
        [amounts],
    )
    for year, (figures, target) in years.items():
        connection.execute(
            "insert into target by name select 'i' as indicator_id, ? as unit_id, make_date(?, 1, 1) as period, "
            "12 as period_months, ? as value, 'f' as file_id",
            [holder, year, target],
        )
        for unit in tellers:
            for quarter, figure in enumerate(figures):
                connection.execute(
                    "insert into realisation by name select 'i' as indicator_id, ? as unit_id, make_date(?, ?, 1) as period, "
                    "3 as period_months, ? as value, 'f' as file_id",
                    [unit, year, 1 + 3 * quarter, figure],
                )
    found = queries.load("findings/amount_looks_cumulative").run(connection)
    return found.select("unit_id", "year", "first", "last", "total", "target").rows()


@pytest.mark.parametrize("name", CASES)
def test_a_year_that_rises_to_its_target_and_begins_anew_looks_cumulative(
    connection: duckdb.DuckDBPyConnection, name: str
) -> None:
    years, amounts, expected = CASES[name]
    assert _tell(connection, years, amounts, ["u1"], "u1") == ([("u1", *expected)] if expected else [])


def test_units_without_a_target_are_held_against_that_of_their_agency(connection: duckdb.DuckDBPyConnection) -> None:
    """Two units bring 40, 90, 140, 196 of 200 (sum 466) together, then 60, 120, 180 of 240*9/12 = 180 (sum 360)."""
    years = {year: (figures, 2 * target) for year, (figures, target) in CUMULATIVE.items()}
    assert _tell(connection, years, None, ["u1", "u2"], "dinkes") == [("dinkes", "2026", "60", "180", "360", "180")]
