"""No small count of patients can be read, or worked out, from what is shown: from one build, from two, or from the rule itself."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, product
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import queries
from etl.building import blank, build
from tests import effort
from tests.effort import tries

REFERENCE = Path(__file__).parents[3] / "data" / "reference"
SMALLEST = 5  # reference/thresholds.csv, suppression_min_patients
LEFT = 3  # values that must remain for every hidden count
SERVICES, PAYERS = ("gigi", "umum", "kia", "vct"), ("gratis", "umum", "jkn_pbi")
# Who may read the rows of visits themselves: what leaves small counts out (the first three), and what tells none of them.
READS_ROWS = {
    "marts/visit_open", "figures/visit", "findings/outlier",
    "marts/quality_file", "rollups/expected_report", "marts/signal_gap", "findings/stale_copy", "findings/service_closed",
    "findings/month_gap", "checks/visits_are_unique", "checks/visits_lose_nothing", "checks/units_are_known",
    "forms/visits",  # which services and payers a unit reports, no count
}  # fmt: skip

Month = tuple[Any, ...]  # what a unit reported in one month, cell by cell


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        blank.begin(opened, REFERENCE)
        yield opened


def _fill(connection: duckdb.DuckDBPyConnection, cells: pl.DataFrame) -> None:
    """Fill the visits of a build with cells."""
    connection.execute("delete from visit; delete from load.build")
    connection.register("cells", cells)
    connection.execute("insert into visit by name select *, 'f' as file_id from cells")
    connection.execute(
        "insert into load.build select 'b', now()::timestamp, null, 'x', true, min(month), max(month), '' from visit"
    )
    connection.execute(
        "insert or ignore into unit (unit_id, name, short_name, kind) select distinct unit_id, '', '', '' from visit"
    )


def _open(connection: duckdb.DuckDBPyConnection, cells: list[dict]) -> tuple[list[dict], list[dict]]:
    """Return visit_open and visit_new_open of reported cells."""
    types = {name: pl.Int64 for name in ("new_count", "returning_count", "patients")}
    _fill(connection, pl.DataFrame(cells, schema_overrides=types).with_columns(pl.col("month").str.to_date()))
    names = ("visit_open", "visit_new_open")
    for name in names:
        connection.execute(f"create or replace table mart.{name} as {queries.load(f'marts/{name}').sql}")
    return tuple(connection.sql(f"from mart.{name}").pl().to_dicts() for name in names)


@st.composite
def reports(draw: st.DrawFn, unit: str) -> list[dict]:
    """Cells of one unit in two months, many of them small, some zero, some not readable, some without new and returning."""
    cells = []
    for month in ("2026-01-01", "2026-02-01"):
        for service in SERVICES:
            for payer in draw(st.lists(st.sampled_from(PAYERS), unique=True)):
                new = draw(st.integers(0, 6) | st.integers(0, 40))
                returning = draw(st.integers(0, 6) | st.integers(0, 40))
                kind = draw(st.sampled_from(["parts", "parts", "parts", "total", "unreadable"]))
                cell: dict = {"unit_id": unit, "month": month, "service_id": service, "payer_id": payer}
                cell |= {
                    "new_count": new if kind == "parts" else None,
                    "returning_count": returning if kind == "parts" else None,
                    "patients": None if kind == "unreadable" else new + returning,
                }
                cells.append(cell)
    return cells


DISTRICTS = st.tuples(*(reports(unit) for unit in "abcd")).map(lambda units: list(chain(*units))).filter(bool)


def _is_small(count: int | None) -> bool:
    return count is not None and 0 < count < SMALLEST


@tries(20)  # of four units each
@given(cells=DISTRICTS)
def test_nothing_small_is_shown_and_sums_stray_by_a_few(connection, cells: list[dict]) -> None:
    shown, parts = _open(connection, cells)
    assert not [row for row in shown if _is_small(row["patients"])]
    assert not [row for row in (*shown, *parts) if _is_small(row["new_count"]) or _is_small(row["returning_count"])]
    assert sum(row["report_rows"] for row in shown) == len(cells)
    assert sum(row["missing_cells"] for row in shown) == sum(cell["patients"] is None for cell in cells)
    reported: dict[tuple, list[int]] = defaultdict(list)
    printed: dict[tuple, int] = defaultdict(int)
    for cell in cells:
        reported[cell["unit_id"], cell["month"], cell["service_id"]].append(cell["patients"] or 0)
    for row in shown:
        printed[row["unit_id"], str(row["month"]), row["service_id"]] += row["patients"] or 0
    for place, counts in reported.items():
        # a service strays by 4 at the most: one patient alone, shown as 5; without a small count it does not
        astray = abs(printed[place] - sum(counts))
        assert astray <= (SMALLEST - 1 if any(map(_is_small, counts)) else 0)


# --- the attacker: he knows the rule and all that is shown, and tries every month that there could be ---


def _views(connection: duckdb.DuckDBPyConnection, months: Sequence[Month], cells: pl.DataFrame) -> list[str]:
    """Return all that is shown of each month: what pages, explore, the SQL page, traces and comparisons of builds are made of.

    Each month is that of a unit of its own, whose id is its number.
    """
    _fill(connection, cells)
    connection.execute("drop schema mart cascade; create schema mart")
    build.make_marts(connection, "from mart.visit_series, mart.visit_new_open, mart.reporting_unit")
    connection.execute("create or replace temp table shown (unit_id varchar, line varchar)")
    tables = {
        "slices": "select * from mart.visit_series",
        "visits": "select * from mart.visit_open",
        "new": "select * from mart.visit_new_open",
        "explore": queries.load("explore/visits").sql.replace("$units", "null"),
        "figures": queries.load("figures/visit").sql,
    }  # fmt: skip
    for name, sql in tables.items():
        connection.execute(
            f"insert into shown select unit_id, '{name} ' || to_json(row_of)::varchar from "
            f"(select unit_id, row_of from (select unit_id, columns(* exclude (unit_id)) from ({sql})) as row_of)"
        )
    found = connection.execute(
        "select string_agg(replace(line, '\"' || unit_id || '\"', ''), '\n' order by line) from shown "
        "group by unit_id order by cast(unit_id as integer)"
    ).fetchall()
    return [view for (view,) in found]


def _cells(months: Sequence[Month], places: Sequence[tuple[str, str]]) -> pl.DataFrame:
    """Return the rows of visits: of each month one unit, whose counts are patients or (new, returning)."""
    rows = [
        (
            str(number),
            service,
            payer,
            *(count if isinstance(count, tuple) else (None, None)),
            sum(count) if isinstance(count, tuple) else count,
        )
        for number, month in enumerate(months)
        for (service, payer), count in zip(places, month, strict=True)
    ]
    names = ["unit_id", "service_id", "payer_id", "new_count", "returning_count", "patients"]
    types = dict.fromkeys(names[:3], pl.String) | dict.fromkeys(names[3:], pl.Int64)
    return pl.DataFrame(rows, schema=types, orient="row").with_columns(pl.date(2026, 1, 1).alias("month"))


def _flat(month: Month) -> tuple[int, ...]:
    return tuple(chain.from_iterable(count if isinstance(count, tuple) else (count,) for count in month))


def _told(known: Iterable[tuple[Any, tuple[int, ...]]]) -> list[tuple]:
    """Return the hidden counts for which less than LEFT values fit what is shown: (view and counts, place, values)."""
    fits: dict[Any, list[set[int]]] = {}
    every = list(known)
    for view, counts in every:
        fit = fits.setdefault(view, [set() for _ in counts])
        for values, count in zip(fit, counts, strict=True):
            values.add(count)
    return [
        (counts, place, fits[view][place])
        for view, counts in every
        for place, count in enumerate(counts)
        if _is_small(count) and len(fits[view][place]) < LEFT
    ]


def _corrected(months: Sequence[Month]) -> Iterator[tuple[int, int]]:
    """Give all pairs of months of which one row differs, as numbers: a correction."""
    numbers = {month: number for number, month in enumerate(months)}
    values = [sorted({month[place] for month in months}) for place in range(len(months[0]))]
    for month, number in numbers.items():
        for place, others in enumerate(values):
            for other in others:
                if other != month[place]:
                    yield number, numbers[(*month[:place], other, *month[place + 1 :])]


# One service by payer and one without: every combination of their patients.
PATIENTS = (
    [("gigi", "umum"), ("gigi", "gratis"), ("gigi", "jkn_pbi"), ("vct", "total")],
    effort.of((0, 1, 2, 3, 4, 5, 8), range(9)),
)
# Two payers of a service: every combination of new and returning up to a sum.
MOST = effort.of(8, 11)
PARTS = ([("gigi", "umum"), ("gigi", "gratis")], [(new, r) for new in range(MOST + 1) for r in range(MOST + 1 - new)])
# Many small counts of a service in one build: their sum is near its least or its most.
MANY = (
    [("gigi", payer) for payer in ("umum", "gratis", "jkn_pbi", "jkn_non_pbi", "asuransi", "lainnya")],
    (1, 2, 3, 4),
)


@pytest.mark.parametrize(
    ("places", "values", "builds"), [(*PATIENTS, 2), (*PARTS, 2), (*MANY, 1)], ids=("patients", "parts", "many")
)
def test_an_attacker_who_knows_the_rule_learns_no_small_count(connection, places, values, builds: int) -> None:
    """Of one build, and of two between which one row was corrected, at least three values fit each small count.

    Services of 3, 5 and 20 of which 20 becomes 4, and a month (4, 5, 4), are among the months tried.
    """
    months = list(product(values, repeat=len(places)))
    views = [hash(view) for view in _views(connection, months, _cells(months, places))]
    assert len(views) == len(months)
    flat = [_flat(month) for month in months]
    assert not _told(zip(views, flat, strict=True))
    if builds == 2:
        pairs = _corrected(months)
        assert not _told(((views[one], views[other]), flat[one] + flat[other]) for one, other in pairs)


def test_only_what_leaves_small_counts_out_reads_the_rows_of_visits() -> None:
    reads = {
        query.relative_to(queries.ROOT).with_suffix("").as_posix()
        for query in queries.ROOT.glob("*/*.sql")
        if {"visit", "main.visit"} & set(_tables(query.read_text(encoding="utf-8")))
    }
    assert reads == READS_ROWS


def _tables(sql: str) -> list[str]:
    return re.findall(r"\b(?:from|join)\s+([\w.]+)", sql)


def test_the_district_sets_the_threshold(connection) -> None:
    """With a threshold of 12, 9 and 7 of one service are two small ones: 12, whatever they are; with 5 both stand for themselves."""
    cells = [
        {"unit_id": "a", "month": "2026-01-01", "service_id": "gigi", "payer_id": payer, "new_count": None,
         "returning_count": None, "patients": patients}
        for payer, patients in (("gratis", 9), ("umum", 7), ("jkn_pbi", 40))
    ]  # fmt: skip
    assert sorted(row["patients"] for row in _open(connection, cells)[0]) == [7, 9, 40]
    connection.execute("update reference.thresholds set value = 12 where key = 'suppression_min_patients'")
    try:
        assert sorted(row["patients"] for row in _open(connection, cells)[0]) == [12, 40]
    finally:
        connection.execute("update reference.thresholds set value = 5 where key = 'suppression_min_patients'")
