"""What a build of an older format lacks, a table, a column or a threshold, is said with what to do, and is no fault of a query."""

import duckdb
import pytest

import queries
from queries import formats

THRESHOLD = "create macro threshold(asked) as error('thresholds.csv: baris ' || asked || ' tidak ada')"


@pytest.mark.parametrize("number", [1, formats.BUILD - 1])
@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("burden/asked", ()),
        ("burden/asked", ("create schema mart", "create table mart.reporting_status (unit_id text)")),
        ("missing_threshold", (THRESHOLD,)),
    ],
)
def test_an_older_build_says_that_it_is_one(number: int, name: str, there: tuple[str, ...]) -> None:
    query = queries.Query(name, "", "", "", "select threshold('same_figure_min_periods') as n", frozenset())
    if name != "missing_threshold":
        query = queries.load(name)
    with duckdb.connect() as connection:
        connection.execute("create schema load; create table load.build as select '2026' as build_id")
        connection.execute(f"create table load.format as select {number} as number")
        for statement in there:
            connection.execute(statement)
        with pytest.raises(formats.OlderBuild, match=f"format {number}, sekarang {formats.BUILD}"):
            query.run(connection)
        connection.execute(f"update load.format set number = {formats.BUILD}")
        with pytest.raises(duckdb.Error):  # in a build of today it is a fault, and said as one
            query.run(connection)
