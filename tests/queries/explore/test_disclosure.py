"""No small count of patients can be read, or worked out, from the tables for analysis; and no patient is lost."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import queries
from etl.building import build
from tests.effort import tries

REFERENCE = Path(__file__).parents[3] / "data" / "reference"
SMALLEST = 5  # reference/thresholds.csv, suppression_min_patients
SERVICES, PAYERS = ("gigi", "umum", "kia", "vct"), ("gratis", "umum", "jkn_pbi")
MARTS = ("visit_service", "visit_open", "visit_new_open")


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        build.create_tables(opened, REFERENCE)
        for path in sorted((queries.ROOT / "macros").glob("*.sql")):
            opened.execute(path.read_text(encoding="utf-8"))
        yield opened


def _open(connection: duckdb.DuckDBPyConnection, cells: list[dict]) -> tuple[list[dict], list[dict]]:
    """Return visit_open and visit_new_open of reported cells."""
    connection.execute("delete from visit")
    rows = pl.DataFrame(
        cells, schema_overrides={"new_count": pl.Int64, "returning_count": pl.Int64, "patients": pl.Int64}
    )
    connection.register("cells", rows)
    connection.execute("insert into visit by name select *, 'f' as file_id from cells")
    for name in MARTS:
        connection.execute(f"create or replace table mart.{name} as {queries.load(f'marts/{name}').sql}")
    return tuple(connection.sql(f"from mart.{name}").pl().to_dicts() for name in MARTS[1:])


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


def _place(row: dict) -> tuple[str, str]:
    return row["unit_id"], str(row["month"])


def _is_small(count: int | None) -> bool:
    return count is not None and 0 < count < SMALLEST


@tries(40)  # of four units each
@given(cells=DISTRICTS)
def test_nothing_small_is_shown_and_nothing_is_lost(connection, cells: list[dict]) -> None:
    shown, parts = _open(connection, cells)
    assert not [row for row in shown if _is_small(row["patients"])]
    assert not [row for row in parts if _is_small(row["new_count"]) or _is_small(row["returning_count"])]
    for place in {_place(cell) for cell in cells}:
        known = [cell["patients"] for cell in cells if _place(cell) == place and cell["patients"] is not None]
        rows = [row for row in shown if _place(row) == place]
        if any(row["is_withheld"] for row in rows):
            assert _is_small(sum(known))
            assert not [row for row in rows if row["patients"]]
        else:
            assert sum(row["patients"] or 0 for row in rows) == sum(known)
    assert sum(row["report_rows"] for row in shown) == len(cells)
    assert sum(row["missing_cells"] for row in shown) == sum(cell["patients"] is None for cell in cells)


@tries(40)  # of four units each
@given(cells=DISTRICTS)
def test_nothing_small_can_be_worked_out(connection, cells: list[dict]) -> None:
    """Each row is one whole cell that is not small, or a sum of at least two with patients; no other total cuts across those."""
    shown, parts = _open(connection, cells)
    original = {(_place(c), c["service_id"], c["payer_id"]): c["patients"] for c in cells}
    hidden: dict[tuple[str, str], list[int]] = defaultdict(list)
    by_service: dict[tuple[tuple[str, str], str], int] = defaultdict(int)
    for row in shown:
        key = (_place(row), row["service_id"], row["payer_id"])
        by_service[key[:2]] += row["patients"] or 0
        if not row["is_merged"]:
            assert row["patients"] == original.pop(key)
        elif not row["is_withheld"]:
            assert row["report_rows"] >= 2  # each of them a cell with patients that stands nowhere else
            hidden[key[0]].append(row["patients"])
    for place, sums in hidden.items():
        assert sum(sums) == sum(patients or 0 for (at, _service, _payer), patients in original.items() if at == place)
        assert len([p for (at, _service, _payer), p in original.items() if at == place and p]) >= 2 * len(sums)
    for row in parts:
        if not row["is_withheld"] and row["new_count"] is not None and row["returning_count"] is not None:
            # what new and returning add up to is what the other table shows already, so their difference tells nothing
            assert row["new_count"] + row["returning_count"] == by_service[_place(row), row["service_id"]]


def test_the_district_sets_the_threshold(connection) -> None:
    """With a threshold of 12, 9 and 7 of one service go together; with 5 both stand for themselves."""
    cells = [
        {"unit_id": "a", "month": "2026-01-01", "service_id": "gigi", "payer_id": payer, "new_count": None,
         "returning_count": None, "patients": patients}
        for payer, patients in (("gratis", 9), ("umum", 7), ("jkn_pbi", 40))
    ]  # fmt: skip
    assert sorted(row["patients"] for row in _open(connection, cells)[0]) == [7, 9, 40]
    connection.execute("update reference.thresholds set value = 12 where key = 'suppression_min_patients'")
    try:
        assert sorted(row["patients"] for row in _open(connection, cells)[0]) == [16, 40]
    finally:
        connection.execute("update reference.thresholds set value = 5 where key = 'suppression_min_patients'")
