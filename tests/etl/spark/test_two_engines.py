"""DuckDB and Spark give the same: what rollups may say and what they may not, and every table of facts."""
# ruff: noqa: PLC0415  of the group `spark`, which a machine may lack

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from etl.building import blank, engines, facts
from etl.kinds import KINDS
from etl.lake import Entry, Lake, Outcome, Reading, Sighting
from tests.etl.lakes import tebo
from tests.etl.spark.features import ALLOWED, NOT_ALLOWED, Feature

pytestmark = pytest.mark.nightly
FACTS = """
    select schema_name, table_name from duckdb_tables()
    where schema_name in ('main', 'load') and database_name = current_database() order by all
"""


@pytest.fixture(scope="module")
def session(remote: str) -> Iterator[Any]:
    from etl.spark.rollups import _session

    with _session(remote) as session:
        yield session


def _answers(session: Any, sql: str) -> tuple[Any, Any]:
    """Return the rows of both engines, in no order; of Spark the kind of its error where it has none."""
    from pyspark.errors import PySparkException
    from sqlglot.errors import SqlglotError

    from etl.spark.dialect import translated

    here = duckdb.execute(sql).fetchall()
    try:
        there = [tuple(row) for row in session.sql(translated(sql).sql).collect()]
    except (PySparkException, SqlglotError) as error:
        return sorted(here, key=str), str(error)[:80]
    return sorted(here, key=str), sorted(there, key=str)


@pytest.mark.parametrize("name", ALLOWED)
def test_what_rollups_say_both_engines_answer_alike(session: Any, name: str) -> None:
    here, there = _answers(session, ALLOWED[name])
    assert here == there


@pytest.mark.parametrize("feature", NOT_ALLOWED, ids=lambda feature: feature.name)
def test_what_rollups_may_not_say_they_answer_differently(session: Any, feature: Feature) -> None:
    here, there = _answers(session, feature.case)
    assert here != there


def _filled(
    data: Path, lake: Lake, manifest: dict[str, Entry], engine: engines.Engine | None
) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    blank.begin(connection, data / "reference")
    facts.fill(connection, data, lake, manifest, engine=engine)
    return connection


def _assert_equal(data: Path, remote: str, scratch: Path, manifest: dict[str, Entry]) -> dict[str, int]:
    """Hold every table of facts of both engines against each other, row by row, and the types that Spark gave; return their rows."""
    from etl.spark import rollups

    types: dict[str, dict[str, str]] = {}
    lake = Lake(data)
    here = _filled(data, lake, manifest, None)
    with rollups.opened(remote, "1g", scratch) as spark:

        def noted(*given: Any) -> engines.Rollup:
            run = spark(*given)

            def rolled_up(name: str, sql: str) -> str:
                rows = run(name, sql)
                types[name] = dict(here.execute(f"select column_name, column_type from (describe {rows})").fetchall())
                return rows

            return rolled_up

        there = _filled(data, lake, manifest, noted)
    assert not scratch.exists()
    counts = {}
    for schema, table in here.execute(FACTS).fetchall():
        rows, others = (each.execute(f'from "{schema}".{table}').fetchall() for each in (here, there))
        assert rows == others, f"{schema}.{table}"
        counts[table] = len(rows)
    for name, given in types.items():
        declared = dict(
            here.execute(f"select column_name, data_type from duckdb_columns() where table_name = '{name}'").fetchall()
        )
        assert given.items() <= declared.items(), name
    assert len(types) == 12
    return counts


def test_all_facts_of_the_sample_district_are_equal(sample_data: Path, remote: str, tmp_path: Path) -> None:
    counts = _assert_equal(sample_data, remote, tmp_path / "scratch", Lake(sample_data).manifest())
    assert min(counts[name] for name in ("visit", "response", "realisation", "evaluation", "expected_report")) > 1000


def test_all_facts_of_odd_records_are_equal(remote: str, tmp_path: Path) -> None:
    """Nulls, ties, names that nobody knows, periods within periods, targets revised, due days that move: in files of every kind."""
    data, manifest = _odd(tmp_path / "it's [odd]")
    counts = _assert_equal(data, remote, tmp_path / "scratch", manifest)
    names = (
        "visit",
        "response",
        "target",
        "target_before",
        "realisation",
        "indicator",
        "posting",
        "evaluation",
        "submission",
    )
    assert all(counts[name] > 3 for name in names), counts


def _odd(folder: Path) -> tuple[Path, dict[str, Entry]]:
    data = tebo(folder).data_dir
    with (data / "reference" / "due_moves.csv").open("a") as moves:
        moves.write("visit,5,uji,,\nsatisfaction,6,uji,2025,\n")
    dice, lake, manifest = random.Random(18), Lake(data), {}
    for number in range(12):
        sha = f"{dice.getrandbits(256):064x}"
        day = datetime(2025, 2, 1) + timedelta(days=29 * number, hours=number)
        records = {
            kind: pl.DataFrame(
                [_record(dice, kind, columns, sha[:12], row) for row in range(1, 61)], schema=dict(columns)
            )
            for kind, columns in KINDS.items()
            if not (kind == "employee" and number % 2)
        }
        source = ("visits", "visit_register", "survey_recap")[number % 3]
        reading = Reading(sha[:24], sha, f"{number}.csv", "", 1, "accepted", sources=(source,), titles=(source,), titles_en=(source,),
                          kinds=tuple(records), as_of=day.isoformat(), as_of_from="content")  # fmt: skip
        lake.add(Outcome(reading, records))
        manifest[sha] = Entry(sha[:24], (Sighting("", f"{number}.csv", day.timestamp()),))
    return data, manifest


def _record(dice: random.Random, kind: str, columns: Any, file_id: str, row: int) -> dict[str, Any]:
    month = date(dice.choice((2024, 2025)), dice.randint(1, 12), 1)
    words: dict[str, tuple[Any, ...]] = {
        "unit": ("Puskesmas Mengupeh", "Puskesmas Rimbo Bujang II", "Dinas Kesehatan", "Puskesmas Tak Ada", None),
        "service": ("Rawat Jalan", "Gigi", "KIA", "Tak Ada", None),
        "payer": ("Umum", "JKN PBI", "Tak Ada", None),
        "code": ("IKU-1", "IKU-2", None),
        "indicator": ("Angka A", "Angka B", "angka  a"),
        "nip": tuple(f"19800101200501100{n}" for n in range(9)),
        "superior_nip": ("198001012005011000", "198001012005011099", None),
        "result_rating": ("Sesuai ekspektasi", "Di atas ekspektasi", "Tak Ada", None),
        "behaviour_rating": ("Sesuai ekspektasi", "Di bawah ekspektasi", None),
        "report_kind": ("Kunjungan", "SKM", "Tak Ada"),
        "ownership": ("missing", None),
        "period_months": (1, 1, 3, 6, 12),
        "polarity": ("naik lebih baik", "tak ada", None),
        "aggregation": ("sum", "last", None),
        "valid_from": ("Januari 2024", "?", None),
        "sheet": ("", "Ém", "b", "B"),
        "position": ("Perawat", "Dokter", None),
    }
    record: dict[str, Any] = {}
    for name, dtype in columns.items():
        pool: tuple[Any, ...] = (
            words.get(name)
            or {
                pl.String: ("é", "z", "A", None),
                pl.Int64: (0, 1, 7, 250, None),
                pl.Int32: (1, 3),
                pl.Float64: (0.0, 0.1, 12.5, None),
                pl.Boolean: (True, False, None),
                pl.Date: (date(2024, 1, 31), None),
                pl.Datetime("us"): (datetime(2025, 3, 10, 23, 59, 59, 999999), datetime(2025, 4, 9), None),
            }[dtype]
        )
        record[name] = dice.choice(pool)
    kept = {
        "period": month,
        "file_id": file_id,
        "row": row,
        "respondents": dice.choice((1, 1, 40)),
        "name": f"Orang {row}",
    }
    return record | {name: value for name, value in kept.items() if name in columns}
