"""No small count of patients can be worked out of what is shown of an indicator: its percentages, sums, rows and comparisons."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

import duckdb
import pytest

import queries
from etl.building import build
from tests.queries.test_queries import REFERENCE

SMALLEST = 5  # reference/thresholds.csv, suppression_min_patients
LEFT = 3  # values that must remain for every hidden count
SHOWN = (
    "attainment/rows",
    "attainment/units",
    "attainment/funnel",
    "trace/attainment_periods",
    "trace/attainment_rows",
)
Counts = tuple[int, int]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        build.create_tables(opened, REFERENCE)
        yield opened


def _report(connection: duckdb.DuckDBPyConnection, reports: list[Counts], said: bool | None = None) -> None:
    """Fill a build with one report of a unit of its own each."""
    connection.execute(
        "insert into unit by name select 'd' as unit_id, 'D' as name, 'D' as short_name, 'agency' as kind"
    )
    connection.execute(
        "insert into indicator by name select 'i' as indicator_id, 'Dilayani' as name, '%' as unit_of_measure, "
        "'higher' as polarity, 'ratio' as aggregation, true as is_registered, 'd' as owner_unit_id, ? as counts_patients",
        [said],
    )
    connection.execute(
        "insert into target by name select 'i' as indicator_id, 'd' as unit_id, date '2026-01-01' as period, 12 as period_months, "
        "80 as value, 'f' as file_id"
    )
    for number, (numerator, denominator) in enumerate(reports):
        connection.execute(
            "insert into unit by name select ? as unit_id, '' as name, '' as short_name, 'health_centre' as kind, 'd' as parent_id",
            [str(number)],
        )
        connection.execute(
            "insert into realisation by name select 'i' as indicator_id, ? as unit_id, date '2026-01-01' as period, "
            "3 as period_months, ? as numerator, ? as denominator, round(100 * ? / ?, 2) as value, 'f' as file_id",
            [str(number), numerator, denominator, numerator, denominator],
        )


def _views(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return all that the marts and a comparison of builds tell of each unit."""
    marts = (
        "attainment_period",
        "attainment_position",
        "attainment_unit",
        "attainment_member",
        "realisation_open",
        "signal_series",
    )
    build.materialise(connection, f"from {', '.join(f'mart.{name}' for name in marts)}")
    found: dict[str, str] = defaultdict(str)
    for sql in (*(f"from mart.{name} where unit_id <> 'd'" for name in marts), queries.load("figures/realisation").sql):
        for unit, line in connection.sql(
            f"select unit_id, to_json(row_of)::varchar from (select unit_id, row_of from (from ({sql})) as row_of) order by all"
        ).fetchall():
            found[unit] += line.replace(f'"{unit}"', "")
    return found


def test_at_least_three_values_fit_each_small_count(connection: duckdb.DuckDBPyConnection) -> None:
    """Of 4 of 17 (23.53 %) are shown 5 of 17 (29.41 %), as of 5 and of 6; all quotients of up to 26 are tried, some above 100 %."""
    reports = [(x, n) for n in range(27) for x in range(max(n, 8 if n < SMALLEST else 0) + 1)]
    _report(connection, reports)
    views = _views(connection)
    fits: dict[str, list[set[float]]] = defaultdict(lambda: [set(), set(), set()])
    for number, (x, n) in enumerate(reports):
        for values, count in zip(fits[views[str(number)]], (x, n, n - x), strict=True):
            values.add(count)
    told = [
        (reports[number], place)
        for number, (x, n) in enumerate(reports)
        for place, count in enumerate((x, n, n - x))
        if n and 0 < count < SMALLEST and len(fits[views[str(number)]][place]) < LEFT
    ]
    assert not told


def test_a_count_strays_by_two_at_most_and_large_ones_by_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    reports = [(x, n) for n in (*range(5, 27), 400) for x in range(n + 1)]
    _report(connection, reports)
    build.materialise(connection, "from mart.realisation_open")
    shown = connection.sql("select unit_id, numerator, denominator, is_rounded from mart.realisation_open").fetchall()
    for unit, numerator, denominator, is_rounded in shown:
        x, n = reports[int(unit)]
        assert denominator == n
        assert abs(numerator - x) <= (2 if is_rounded else 0)
        if n == 400:
            assert is_rounded == (0 < x < 7 or 393 < x < 400)


def test_nobody_sees_which_of_a_group_it_is() -> None:
    """Beside a unit of 40 of 90: neither a page, a trace, explore nor the sum of the agency, (40+5)/(90+17) = 42.06 %."""
    seen = []
    for few in ((4, 17), (5, 17), (6, 17)):
        with duckdb.connect() as connection:
            build.create_tables(connection, REFERENCE)
            _report(connection, [few, (40, 90)])
            explore = queries.load("explore/attainment").sql.replace("$units", "null")
            build.materialise(connection, None)
            values = {"period_from": "2026-01-01", "period_to": "2026-12-01", "indicator": "i"}
            pages = [
                queries.load(name).run(connection, **values, unit=unit).to_dicts()
                for name in SHOWN
                for unit in ("0", "d", None)
            ]
            seen.append((pages, connection.sql(explore).fetchall()))
            (of_agency,) = connection.sql("select value_ytd from mart.attainment_period where unit_id = 'd'").fetchall()
            assert of_agency[0] == pytest.approx(100 * 45 / 107)
    assert seen[0] == seen[1] == seen[2]


Report = tuple[int, int, float | None, float | None, float | None]  # month, months, numerator, denominator, value


def _unit(connection: duckdb.DuckDBPyConnection, reports: list[Report]) -> None:
    """Fill a build with the reports of one health centre."""
    build.create_tables(connection, REFERENCE)
    _report(connection, [], said=True)
    connection.execute(
        "insert into unit by name select 'a' as unit_id, '' as name, '' as short_name, 'health_centre' as kind"
    )
    connection.executemany(
        "insert into realisation by name select 'i' as indicator_id, 'a' as unit_id, make_date(2026, ?, 1) as period, "
        "? as period_months, ? as numerator, ? as denominator, ? as value, 'f' as file_id",
        reports,
    )


def _told_of(reports: list[Report], aggregation: str = "ratio") -> list[tuple]:
    """Return what is shown of the reports of one unit: month, months, numerator, denominator, value, whether rounded."""
    with duckdb.connect() as connection:
        _unit(connection, reports)
        connection.execute(
            "update indicator set aggregation = replace(?, '_to_date', ''), amounts = if(? = 'sum_to_date', 'to_date', null), "
            "unit_of_measure = if(? = 'ratio', '%', 'orang')",
            [aggregation] * 3,
        )
        build.materialise(connection, "from mart.realisation_open")
        return connection.sql(
            "select month(period), period_months, numerator, denominator, value, is_rounded from mart.realisation_open order by all"
        ).fetchall()


@pytest.mark.parametrize("few", [(4, 17), (5, 17), (6, 17)])
@pytest.mark.parametrize("is_reported", [True, False])
def test_a_quarter_beside_its_months_does_not_tell_a_small_month(few: Counts, is_reported: bool) -> None:
    """January 40 of 90, February 30 of 60 and few of 17 in March: the quarter is told with 5 of 17, 75 of 167, reported or not."""
    x, n = few
    months: list[Report] = [(1, 1, 40, 90, None), (2, 1, 30, 60, None), *([(3, 1, x, n, None)] if is_reported else [])]
    told = _told_of(
        [*months, (1, 3, 70 + x, 150 + n, round(100 * (70 + x) / (150 + n), 2)), (1, 6, 170 + x, 350 + n, None)]
    )
    (quarter,) = [row for row in told if row[:2] == (1, 3)]
    assert quarter[2:4] == (75, 167)
    assert quarter[4:] == (100 * 75 / 167, True)  # of 5 too, which moves nothing
    (half,) = [row for row in told if row[:2] == (1, 6)]
    if is_reported:  # the quarter's own difference is in the half-year too: else it could be taken from there
        assert half[2:4] == (175, 367)
    assert [row[2:4] for row in told if row[:2] in ((1, 1), (2, 1))] == [(40, 90), (30, 60)]


def test_a_comparison_of_builds_does_not_tell_it_either() -> None:
    """The quarter of which two months are known says nothing, nor the one with a small month; large months leave it as it is."""
    told = queries.load("figures/realisation").sql
    january, february = (40, 90), (30, 60)
    for months, is_told in (
        ((january, february), False),
        ((january, february, (4, 17)), False),
        ((january, february, (40, 170)), True),
    ):
        with duckdb.connect() as connection:
            quarter = (sum(x for x, _ in months) + 9, sum(n for _, n in months))
            _unit(connection, [*((k, 1, *month, None) for k, month in enumerate(months, 1)), (1, 3, *quarter, None)])
            ((value, text),) = connection.sql(f"select value, text from ({told}) where period_months = 3").fetchall()
            assert (value is not None, text is not None) == (is_told, is_told)


@pytest.mark.parametrize("few", [1, 2, 3, 4])
def test_an_amount_of_a_quarter_does_not_tell_a_small_month(few: int) -> None:
    """40 in January and few in February, of which 3 stand for all: with as few that nobody reported for March 46 in the quarter."""
    told = _told_of([(1, 1, None, None, 40), (2, 1, None, None, few), (1, 3, None, None, 40 + 2 * few)], "sum")
    assert [row[4] for row in told] == [40, 46, 3]
    told = _told_of([(1, 1, None, None, 40), (2, 1, None, None, few), (1, 2, None, None, 40 + few)], "last")
    assert [row[4] for row in told] == [40, 40 + few, 3]  # a state of its last month is no sum of months


@pytest.mark.parametrize("few", [1, 2, 3, 4])
def test_an_amount_since_january_does_not_tell_what_a_month_of_few_brought(few: int) -> None:
    """40, 40 + few and 60 more since January are told as 40, 43 and 103; a small first month and one of nobody likewise."""
    months: list[Report] = [(1, 1, None, None, 40), (2, 1, None, None, 40 + few), (3, 1, None, None, 100 + few)]
    assert [row[4:] for row in _told_of(months, "sum_to_date")] == [(40, False), (43, True), (103, True)]
    months = [
        (1, 1, None, None, few),
        (2, 1, None, None, few),
        (6, 1, None, None, few + 5),
        (1, 6, None, None, few + 5),
    ]
    assert [row[4] for row in _told_of(months, "sum_to_date")] == [
        3,
        8,
        3,
        8,
    ]  # June stands behind the half-year of January


def test_a_comparison_of_builds_tells_no_small_amount_and_no_small_increase() -> None:
    """Of 3, 40, 44 and 90 since January 3 and 44 say nothing; where each is of its own month, 3 alone."""
    told = queries.load("figures/realisation").sql
    with duckdb.connect() as connection:
        _unit(connection, [(month, 1, None, None, value) for month, value in enumerate((3, 40, 44, 90), 1)])
        for amounts, values in (("to_date", [None, 40, None, 90]), (None, [None, 40, 44, 90])):
            connection.execute("update indicator set aggregation = 'sum', amounts = ?", [amounts])
            shown = connection.sql(f"select value from ({told}) order by period").fetchall()
            assert [value for (value,) in shown] == values


def test_what_counts_events_or_is_no_quotient_of_few_stays_exact(connection: duckdb.DuckDBPyConnection) -> None:
    _report(connection, [(4, 17), (3, 3), (0, 8)], said=False)
    build.materialise(connection, "from mart.realisation_open")
    assert connection.sql("select numerator, denominator from mart.realisation_open where is_rounded").fetchall() == []


def test_only_what_leaves_small_counts_out_reads_the_rows_of_realisations() -> None:
    reads = {
        query.relative_to(queries.ROOT).with_suffix("").as_posix()
        for query in queries.ROOT.glob("*/*.sql")
        if {"from realisation", "join realisation"}
        & {line.strip()[:16] for line in _froms(query.read_text(encoding="utf-8"))}
    }
    assert reads == {
        "marts/realisation_open", "figures/realisation",
        # these tell no figure, or that of an amount
        "marts/attainment_doubt", "marts/indicator_issue", "marts/quality_file", "checks/units_are_known", "rollups/expected_report",
        "findings/amount_looks_cumulative", "findings/denominator_zero", "findings/numerator_above_denominator",
        "explore/attainment", "functions/matters", "forms/indicators", "quality/setup",
    }  # fmt: skip


def _froms(sql: str) -> list[str]:
    words = sql.split()
    return [f"{one} {two.strip('(),;')}" for one, two in pairwise(words) if one in {"from", "join"}]
