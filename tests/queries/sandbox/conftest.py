"""A small database, and a place where it can be seen that a run leaves nothing behind."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from queries import scratch
from queries.sandbox.process import Limits, Refused, run

AMPLE = Limits(seconds=60, memory_mb=256)  # for what ends by itself: a busy machine may take seconds to start a process


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database with two tables, a view and a sequence; visit.patients are 0 to 999, together 499,500."""
    path = tmp_path_factory.mktemp("somewhere-secret") / "build-of-today.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table unit as select * from (values ('pkm-a', 'A'), ('pkm-b', 'B')) t(id, name)")
        connection.execute("create table visit as select 'pkm-a' as unit, range as patients from range(1000)")
        connection.execute("create view busy as select * from visit where patients >= 900")
        connection.execute("create sequence numbers")
    return path


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder for results; temporary folders of runs are made beside it, in `temporary/`."""
    scratch.own()  # this process's own, which outlives its runs
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    results = tmp_path / "results"
    results.mkdir()
    return results


@pytest.fixture
def code_of(database: Path, room: Path) -> Callable[..., str]:
    """Return a function that says how a statement is refused, or "done"."""

    def code(sql: str, limits: Limits = AMPLE, form: str = "parquet") -> str:
        try:
            run(database, sql, room / f"{hash(sql)}", limits, form)
        except Refused as refused:
            return refused.code
        return "done"

    return code


def left_behind(room: Path) -> list[str]:
    """Return the names of what lies in the folder of results and in that of temporary folders."""
    return sorted(path.name for folder in (room, room.parent / "temporary") for path in folder.iterdir())
