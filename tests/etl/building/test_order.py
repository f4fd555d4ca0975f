"""What a build depends on: marts in the order in which they read each other, and a fingerprint of the code that makes it."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl.building import build, order
from etl.building.order import Part


def test_what_a_query_reads_is_what_the_parser_says() -> None:
    sql = """
    -- mart.named_in_a_comment
    with visit_month as (select 'from mart.named_in_a_text' as x from "mart".Real_one)
    select * from visit_month, unit as mart, some_table(1) where y in (select k from mart.other as o) and $name = f(mart.x)
    """
    own = {"visit_month"}  # a part of the query has the name of a table, for all that is known here
    assert order.read_by(sql) == {"mart.Real_one", "mart.other", "unit", "some_table()", "f()"} | own
    assert order.read_by("select * from estimates('mart.signal', null)") == {"mart.signal", "estimates()"}
    with pytest.raises(ValueError, match="syntax error"):
        order.read_by("select from where")


def test_a_macro_reads_what_its_body_reads() -> None:
    table = "-- what it is\ncreate or replace macro m(a, b) as table\n    select * from mart.x where a = b;"
    assert order.read_by_macro(table)[0] == "m()"
    assert "mart.x" in order.read_by_macro(table)[1]
    assert order.read_by_macro("create or replace macro n(a) as (select max(k) from mart.y);") == (
        "n()",
        {"mart.y", "max()"},
    )


def _parts(**reads: str) -> dict[str, Part]:
    return {name: Part(name, frozenset(read.split())) for name, read in reads.items()}


def test_each_part_comes_after_what_it_reads_a_macro_between_two_marts_too() -> None:
    known = _parts(a="d macro", b="", c="b", d="c", macro="e", e="")
    names = [part.name for part in order.ordered(known=known)]
    assert sorted(names) == sorted(known)
    for part in known.values():
        assert all(names.index(needed) < names.index(part.name) for needed in part.reads)
    with pytest.raises(ValueError, match="circle: a, b, c, a"):
        order.ordered(known=_parts(a="b", b="c", c="a"))


def test_one_query_needs_the_marts_that_it_reads_and_those_that_they_read() -> None:
    names = [part.name for part in order.ordered("select * from latest_signals(null)")]
    assert names[-2:] == ["mart.signal_point", "latest_signals()"]
    assert {"mart.signal_series", "mart.signal_freed", "mart.signal_limit", "mart.signal_rule"} <= set(names)
    assert "mart.indicator_twin" not in names
    assert order.ordered("select * from unit") == []


def test_every_mart_is_read_after_it_is_made() -> None:
    made: set[str] = set()
    for part in order.ordered():
        assert {name for name in part.reads if name.startswith("mart.")} <= made, part.name
        made.add(part.name)
    assert len(made) > 40


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """Return a copy of the code that makes and reads builds."""
    ignored = shutil.ignore_patterns("__pycache__")
    for folder in ("etl", "queries", "data/reference"):
        shutil.copytree(build.ROOT / folder, tmp_path / folder, ignore=ignored)
    return tmp_path


@pytest.mark.parametrize(
    "path",
    [
        "queries/visits/trend.sql",
        "queries/explore/tables.toml",
        "queries/output.py",
        "etl/check.py",
        "etl/conforming/place.py",
    ],
)
def test_what_only_reads_a_build_or_a_report_leaves_the_fingerprint(code: Path, path: str) -> None:
    _touch(code / path)
    assert build.software(code) == build.software()


@pytest.mark.parametrize(
    "path",
    ["queries/marts/visit_month.sql", "queries/rollups/visit.sql", "queries/macros/xmr.sql", "queries/functions/signals.sql",
     "queries/findings/outlier.sql", "queries/checks/visits_are_unique.sql", "queries/figures/visit.sql",
     "queries/comparing/changes.sql", "queries/comparing/__init__.py", "queries/rank_simulation.py", "queries/rank_estimate.py",
     "etl/building/schema.sql",
     "etl/building/engine.py", "etl/statistics/forecast.py", "etl/kinds.py", "etl/lake.py", "etl/people.py",
     "etl/reference.py", "etl/messages.toml", "data/reference/thresholds.csv"],
)  # fmt: skip
def test_what_makes_a_build_changes_the_fingerprint(code: Path, path: str) -> None:
    _touch(code / path)
    assert build.software(code) != build.software()


def _touch(path: Path) -> None:
    assert path.is_file()
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")


def test_all_python_that_the_making_of_a_build_imports_counts() -> None:
    """What a step of statistics imports late is imported here."""
    code = (
        "import sys, etl.building.build, etl.statistics.forecast\n"
        "for module in list(sys.modules.values()): print(getattr(module, '__file__', None) or '')"
    )
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    found = run.stdout.splitlines()
    inside = {
        Path(line).relative_to(build.ROOT).as_posix()
        for line in found
        if line and Path(line).is_relative_to(build.ROOT)
    }
    own = {path for path in inside if path.startswith(("etl/", "queries/")) and not path.endswith("etl/__init__.py")}
    assert own - {"etl/reading/__init__.py"} <= set(_counted())
    assert "etl/building/engine.py" in own


def _counted() -> Iterator[str]:
    for pattern in build.MAKES_A_BUILD:
        yield from (path.relative_to(build.ROOT).as_posix() for path in build.ROOT.glob(pattern))
