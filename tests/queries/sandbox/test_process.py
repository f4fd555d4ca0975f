"""A run of an analyst's SELECT: what it gives, how it ends, and that nothing of it stays."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest

from queries.sandbox import turns
from queries.sandbox.process import CODES, PROJECT, Limits, Refused, Result, Run, run
from tests import effort
from tests.queries.sandbox.conftest import AMPLE, left_behind

pytestmark = pytest.mark.slow

ENDLESS = "with recursive a as (select 1 as i union all select i + 1 from a) select max(i) from a"


def _refused(database: Path, sql: str, target: Path, limits: Limits = AMPLE, form: str = "parquet") -> Refused:
    with pytest.raises(Refused) as caught:
        run(database, sql, target, limits, form)
    assert caught.value.code in CODES
    return caught.value


def _until(is_so: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.01)


def _is_gone(number: int) -> bool:
    for ask in (os.kill, os.killpg):
        try:
            ask(number, 0)
        except ProcessLookupError:
            continue
        return False
    return True


def test_a_select_becomes_a_file_with_its_columns_and_rows(database: Path, room: Path) -> None:
    sql = "select u.name, sum(v.patients) as patients from visit v join unit u on u.id = v.unit group by all"
    result = run(database, sql, room / "sum.parquet", AMPLE)
    assert result.columns == (("name", "VARCHAR"), ("patients", "HUGEINT"))
    assert (result.path, result.rows, result.is_cut) == (room / "sum.parquet", 1, False)
    assert 0 < result.seconds < 60
    assert pl.read_parquet(result.path).rows() == [("A", 499_500)]  # 0 + 1 + ... + 999
    assert left_behind(room) == ["sum.parquet"]


READING = {  # and how many rows it gives
    "with a as (from busy) select * from a": 100,
    "from unit": 2,
    "table unit": 2,
    "values (1), (2), (3)": 3,
    "(select 1)": 1,
    "/* ; */ select ';' -- drop table unit;\n;": 1,
    "pivot visit on unit using sum(patients)": 1,
    "pivot visit on unit in ('pkm-a') using sum(patients)": 1,
    "with v as (from visit) pivot v on unit using sum(patients);": 1,
    "describe visit": 2,
    "summarize visit": 2,
    "show tables": 3,
    "select * from unit where false": 0,
    "from query('select 1')": 1,
}


def test_what_reads_is_run(database: Path, room: Path) -> None:
    def ask(sql: str) -> int:
        result = run(database, sql, room / f"{hash(sql)}", AMPLE)
        assert pl.read_parquet(result.path).height == result.rows
        return result.rows

    with ThreadPoolExecutor(4) as pool:
        assert dict(zip(READING, pool.map(ask, READING), strict=True)) == READING


def test_an_explanation_is_the_plan_and_nothing_is_run(database: Path, room: Path) -> None:
    result = run(database, "select count(*) from range(1000000000000)", room / "x.parquet", AMPLE, explain=True)
    assert [name for name, _ in result.columns] == ["explain_key", "explain_value"]
    assert "Aggregate" in pl.read_parquet(result.path)["explain_value"][0]
    with pytest.raises(Refused) as caught:
        run(database, "analyze select 1", room / "x.parquet", AMPLE, explain=True)
    assert caught.value.code == "syntax"


@pytest.mark.parametrize(
    ("most", "rows", "is_cut"), [(999, 999, True), (1000, 1000, False), (0, 0, True), (None, 1000, False)]
)
def test_a_limit_of_rows_says_whether_there_were_more(
    database: Path, room: Path, most: int | None, rows: int, is_cut: bool
) -> None:
    limits = Limits(seconds=60, memory_mb=256, rows=most)
    result = run(database, "from visit order by patients", room / "x.parquet", limits)
    assert (result.rows, result.is_cut) == (rows, is_cut)
    assert pl.read_parquet(result.path)["patients"].to_list() == list(range(rows))


def test_a_limit_ends_a_result_without_end(database: Path, room: Path) -> None:
    result = run(database, "from range(10000000000)", room / "x.parquet", AMPLE)
    assert (result.rows, result.is_cut) == (100_000, True)


def test_columns_of_one_name_get_names_of_their_own(database: Path, room: Path) -> None:
    result = run(database, 'select 1 as a, 2 as "A", 3 as a_2, 4 as "x ""y"""', room / "x.parquet", AMPLE)
    assert [name for name, _ in result.columns] == ["a", "A_2", "a_2_2", 'x "y"']
    assert pl.read_parquet(result.path).row(0) == (1, 2, 3, 4)


def test_a_refusal_points_to_the_place_and_names_no_path_of_the_machine(database: Path, room: Path) -> None:
    syntax = _refused(database, "select 1 from\n unit whre 1 = 1", room / "x")
    assert syntax.code == "syntax"
    assert "LINE 2" in syntax.detail
    assert syntax.detail.splitlines()[-1].strip().startswith("^")
    unknown = _refused(database, "select patient from visit, " + ",".join(["unit"] * 3000), room / "x")
    assert len(unknown.detail) <= 1000
    place = str(database.parent)
    for sql in (
        "from force_checkpoint('nope')",
        f"from read_csv('{database}')",
        "from '../x.csv'",
        "select error('a')",
    ):
        refused = _refused(database, sql, room / "x")
        assert refused.detail
        assert place not in refused.detail
        assert str(PROJECT) not in refused.detail
        assert str(room.parent) not in refused.detail
    assert left_behind(room) == []


def test_no_table_or_setting_tells_where_the_file_is(database: Path, room: Path) -> None:
    for sql in ("from duckdb_databases()", "from duckdb_settings()", "show all tables"):
        text = run(database, sql, room / "x.json", AMPLE, "json").path.read_text()
        assert "build-of-today" not in text
        assert "somewhere-secret" not in text
        assert os.environ["HOME"] + "/" not in text


def test_time_ends_a_run_that_nobody_asks_for(database: Path, room: Path) -> None:
    started = Run.start(database, ENDLESS, room / "x", Limits(seconds=1, memory_mb=256))
    _until(lambda: started.process_id)
    _until(lambda: _is_gone(started.process_id or 0), 10)
    _until(lambda: started.is_over, 5)
    assert started.state == "failed"
    assert 1 <= started.seconds < 5
    with pytest.raises(Refused, match="time"):
        started.result()
    assert left_behind(room) == []


LONG = {
    "counting": ENDLESS,
    "writing": "select range, repeat('x', 3000) as x from range(10000000000)",
    "sorting": "select * from range(30000000) order by hash(range)",
    "joining": "select count(*) from visit a, visit b, visit c, visit d where hash(a.patients + b.patients * c.patients - d.patients) = 1",
    "planning": "select 1" + " union all select 1" * 20_000,  # takes minutes before the first row
    "matching": "select regexp_replace(repeat('a', 30000000), '(a?){1000}a', '', 'g')",
}


@pytest.mark.parametrize("what", LONG)
def test_stopping_really_stops(database: Path, room: Path, what: str) -> None:
    form = "xlsx" if what == "writing" else "parquet"  # an XLSX keeps its rows in a temporary file
    started = Run.start(database, LONG[what], room / "x", Limits(seconds=60, memory_mb=1024, rows=None), form)
    _until(lambda: started.process_id)
    _until(lambda: started.rows if what == "writing" else started.seconds > 1)
    assert started.state == "running"
    started.stop()
    started.stop()
    assert started.state == "stopped"
    assert _is_gone(started.process_id or 0)
    with pytest.raises(Refused, match="stopped"):
        started.result(1)
    assert left_behind(room) == []


def test_stopping_before_the_process_is_there_or_after_it_ended(database: Path, room: Path) -> None:
    early = Run.start(database, "select 1", room / "early", AMPLE)
    early.stop()
    assert early.state == "stopped"
    late = Run.start(database, "select 1", room / "late", AMPLE)
    late.result()
    late.stop()
    assert late.state == "done"
    assert late.rows == 1
    assert left_behind(room) == ["late"]


def test_a_result_that_is_not_there_yet_is_a_timeout(database: Path, room: Path) -> None:
    started = Run.start(database, ENDLESS, room / "x", AMPLE)
    with pytest.raises(TimeoutError):
        started.result(0.05)
    started.stop()


def test_a_process_that_the_system_kills_is_told_and_the_next_run_works(database: Path, room: Path) -> None:
    for number in (signal.SIGKILL, signal.SIGSEGV):
        started = Run.start(database, ENDLESS, room / "x", AMPLE)
        _until(lambda: started.process_id)  # noqa: B023
        os.kill(started.process_id or 0, number)
        with pytest.raises(Refused) as caught:
            started.result(10)
        assert (caught.value.code, caught.value.detail) == ("died", number.name)
        assert started.state == "failed"
    assert run(database, "from unit", room / "y", AMPLE).rows == 2
    assert left_behind(room) == ["y"]


def test_a_run_goes_on_when_the_thread_that_began_it_ends(database: Path, room: Path) -> None:
    runs: list[Run] = []
    sql = "select count(*) as n from visit a, visit b, range(100) c where hash(a.patients, b.patients, range) = 7"
    thread = threading.Thread(target=lambda: runs.append(Run.start(database, sql, room / "x", AMPLE)))
    thread.start()
    thread.join()
    assert runs[0].result().rows == 1


def test_the_process_ends_with_its_parent(database: Path, room: Path) -> None:
    script = (
        "import tempfile, time; from pathlib import Path; from queries.sandbox.process import Limits, Run\n"
        f"tempfile.tempdir = {str(room.parent / 'temporary')!r}\n"
        f"run = Run.start(Path({str(database)!r}), {ENDLESS!r}, Path({str(room / 'x')!r}), Limits(seconds=60))\n"
        "while not run.process_id: time.sleep(0.01)\n"
        "while run.seconds < 2 and not run.is_over: time.sleep(0.01)\n"
        "print(run.process_id, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=PROJECT) as parent:
        assert parent.stdout
        number = int(parent.stdout.readline())
        assert not _is_gone(number)
        parent.kill()
    _until(lambda: _is_gone(number), 5)
    assert not list(room.parent.rglob("*.duckdb"))


def test_a_program_that_ends_leaves_no_process_and_no_folder(database: Path, room: Path) -> None:
    script = (
        "import tempfile, time; from pathlib import Path; from queries.sandbox.process import Limits, Run\n"
        f"tempfile.tempdir = {str(room.parent / 'temporary')!r}\n"
        f"run = Run.start(Path({str(database)!r}), {ENDLESS!r}, Path({str(room / 'x')!r}), Limits(seconds=60))\n"
        "while not run.process_id: time.sleep(0.01)\n"
        "print(run.process_id)"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=PROJECT, timeout=50)
    assert done.returncode == 0, done.stderr
    assert _is_gone(int(done.stdout))
    assert left_behind(room) == []


def test_many_runs_at_once_get_each_its_own_answer(database: Path, room: Path) -> None:
    def ask(number: int) -> Result:
        return run(database, f"select {number} as n from range({number})", room / f"{number}.parquet", AMPLE)

    runs = effort.of(8, 20)
    with ThreadPoolExecutor(runs) as pool:
        results = list(pool.map(ask, range(runs)))
    assert [result.rows for result in results] == list(range(runs))
    for number, result in enumerate(results):
        assert pl.read_parquet(result.path)["n"].to_list() == [number] * number


def test_the_rows_so_far_are_told(database: Path, room: Path) -> None:
    started = Run.start(database, "from range(10000000000)", room / "x", Limits(60, 256, rows=None))
    seen: set[int] = set()
    _until(lambda: seen.add(started.rows) or len(seen) > 3)
    assert sorted(seen)[0] == 0
    started.stop()


def test_an_older_result_stays_until_the_new_one_is_whole(database: Path, room: Path) -> None:
    target = room / "x.csv"
    target.write_text("old")
    _refused(database, "select * from nothing", target, form="csv")
    assert target.read_text() == "old"
    run(database, "select 1 as a", target, AMPLE, "csv")
    assert target.read_text(encoding="utf-8-sig").split() == ["a", "1"]


def test_a_wrong_call_is_an_error_of_the_program(database: Path, room: Path) -> None:
    with pytest.raises(ValueError, match="there are: parquet, csv"):
        Run.start(database, "select 1", room / "x", form="pdf")
    with pytest.raises(FileNotFoundError):
        Run.start(database.with_name("none"), "select 1", room / "x")
    with pytest.raises(FileNotFoundError):
        Run.start(database, "select 1", room / "none" / "x")


def test_a_file_that_is_no_database_is_refused(room: Path) -> None:
    (room / "x.duckdb").write_text("no database")
    refused = _refused(room / "x.duckdb", "select 1", room / "x")
    assert refused.code == "other"
    assert str(room) not in refused.detail


def test_a_file_on_another_disk_is_read_too(database: Path, room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK) or memory.stat().st_dev == database.stat().st_dev:
        pytest.skip("there is no other disk")
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        assert run(database, "from busy", room / "x", AMPLE).rows == 100
        refused = _refused(database, f"select error('in {database}')", room / "y")
        assert str(database.parent) not in refused.detail
        assert not list(Path(folder).iterdir())


def test_so_many_run_at_once_and_the_others_wait_in_line(
    database: Path, room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(turns.SETTING, "1")
    first, second, third = (Run.start(database, ENDLESS, room / f"{n}.parquet", AMPLE) for n in range(3))
    _until(lambda: first.process_id)
    assert [each.place for each in (first, second, third)] == [0, 1, 2]
    assert (second.state, second.process_id) == ("waiting", None)
    second.stop()  # who leaves the line
    assert (second.state, third.place) == ("stopped", 1)
    first.stop()
    _until(lambda: third.process_id)
    assert third.state == "running"
    third.stop()


def test_a_run_ends_with_what_holds_it(database: Path, room: Path) -> None:
    owner = threading.Event()
    started = Run.start(database, ENDLESS, room / "x.parquet", AMPLE)
    started.belongs_to(owner)
    _until(lambda: started.process_id)
    assert started.state == "running"
    del owner
    _until(lambda: started.is_over, 5)
    assert started.state == "stopped"
    assert left_behind(room) == []
