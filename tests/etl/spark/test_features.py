"""No rollup says what DuckDB and Spark answer differently; each thing that may not be said has a case, which finds it."""

import pytest

import queries

sqlglot = pytest.importorskip("sqlglot")

from etl.spark.dialect import parsed, translated  # noqa: E402
from tests.etl.spark.features import ALLOWED, NOT_ALLOWED, Feature, functions, not_allowed  # noqa: E402

ROLLUPS = {query.name.split("/")[1]: query.sql for query in queries.files("rollups")}


@pytest.mark.parametrize("name", ROLLUPS)
def test_a_rollup_says_nothing_that_spark_answers_otherwise(name: str) -> None:
    assert not list(not_allowed(parsed(ROLLUPS[name])))


@pytest.mark.parametrize("name", ROLLUPS)
def test_a_rollup_calls_only_functions_that_were_tried_on_both(name: str) -> None:
    assert (
        functions(parsed(ROLLUPS[name])) <= ALLOWED.keys()
    )  # a new one: a line in features.py, and the tests with Spark


@pytest.mark.parametrize("feature", NOT_ALLOWED, ids=lambda feature: feature.name)
def test_what_may_not_be_said_is_found(feature: Feature) -> None:
    assert feature.name in not_allowed(parsed(feature.case))


@pytest.mark.parametrize("name", ALLOWED)
def test_what_may_be_said_is_not_found(name: str) -> None:
    assert not list(not_allowed(parsed(ALLOWED[name])))


@pytest.mark.parametrize("name", ROLLUPS)
def test_a_rollup_reads_views_in_spark(name: str) -> None:
    rollup = translated(ROLLUPS[name])
    assert rollup.reads
    assert not [table for table in rollup.reads if "." in table and f" {table}" in rollup.sql]


def test_tables_become_views_and_intervals_have_their_names() -> None:
    sql = "with kept as (select * from lake.visit) select kept.month + to_months(1), file.day - to_days(2) from kept, load.file"
    assert translated(sql).sql == (
        "WITH kept AS (SELECT * FROM lake_visit AS visit) "
        "SELECT kept.month + MAKE_YM_INTERVAL(0, 1), file.day - MAKE_DT_INTERVAL(2) FROM kept, load_file AS file"
    )
    assert translated(sql).reads == {"lake.visit": "lake_visit", "load.file": "load_file"}
