"""Attempts to break out of the process of an analyst's query, or to take the machine with it: none gets through."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import duckdb
import polars as pl
import pytest

from queries.sandbox.process import PROJECT, Limits, Refused, run
from tests import effort
from tests.queries.sandbox.conftest import AMPLE, left_behind

pytestmark = pytest.mark.slow

DEEP = 100_000
SHORT = Limits(seconds=2, memory_mb=256, threads=1)

FILES = {
    "from '/etc/passwd'": {"forbidden", "unknown_name"},
    "from '/etc/passwd.csv'": {"forbidden"},
    "from 'x.parquet'": {"forbidden"},
    "from 'https://example.org/x.csv'": {"forbidden"},
    "from 's3://bucket/x.parquet'": {"forbidden"},
    "from read_csv('/etc/passwd')": {"forbidden"},
    "from read_text('/etc/passwd')": {"forbidden"},
    "from read_blob('/etc/passwd')": {"forbidden"},
    "from read_text('/proc/self/environ')": {"forbidden"},
    "from read_json('/etc/passwd')": {"forbidden"},
    "from read_parquet('/etc/passwd')": {"forbidden"},
    "from parquet_metadata('/etc/passwd')": {"forbidden"},
    "from sniff_csv('/etc/passwd')": {"forbidden"},
    "from read_duckdb('data.duckdb')": {"forbidden", "other"},  # the file itself: nothing that is not there anyway
    "from read_duckdb('../other.duckdb')": {"forbidden"},
    "from glob('/*')": {"forbidden"},
    "from query_table('/etc/passwd')": {"forbidden", "unknown_name"},
    "from query('from read_text(''/etc/passwd'')')": {"forbidden"},
    "select (select content from read_text('/etc/passwd'))": {"forbidden"},
    "with a as (copy (select 1) to 'x.csv') from a": {"forbidden"},
    "copy unit to 'x.csv'": {"forbidden"},
    "copy unit from 'x.csv'": {"forbidden"},
    "export database 'x'": {"forbidden"},
    "import database 'x'": {"forbidden"},
    "attach 'x.duckdb'": {"forbidden"},
    "attach ':memory:' as m": {"forbidden"},
    "detach data": {"forbidden"},
    "use data": {"forbidden"},
    "install httpfs": {"forbidden"},
    "load 'x.so'": {"forbidden"},
}
SETTINGS = {
    "set memory_limit = '64GB'": {"forbidden"},
    "set enable_external_access = true": {"forbidden"},
    "set variable x = 1": {"forbidden"},
    "reset memory_limit": {"forbidden"},
    "pragma memory_limit = '64GB'": {"forbidden"},
    "pragma database_list": {"forbidden"},
    "call pragma_version()": {"forbidden"},
    "checkpoint": {"forbidden"},
    "vacuum": {"forbidden"},
    "from enable_logging(storage = 'file')": {"forbidden"},
    "from enable_profiling()": {"forbidden", "unknown_name", "other"},
    "select getenv('HOME')": {"unknown_name"},
    "create secret s (type http, bearer_token 'x')": {"not_select"},
    "prepare p as select 1": {"forbidden"},
    "execute p": {"forbidden"},
}
CHANGES = {
    "create table x as select 1": {"not_select"},
    "create temp table x as select 1": {"not_select"},
    "create table x as pivot visit on unit": {"not_select"},
    "create macro m() as 1": {"not_select"},
    "insert into unit values ('x', 'y')": {"not_select"},
    "update unit set name = 'x'": {"not_select"},
    "delete from unit": {"not_select"},
    "merge into unit using visit on false when not matched then insert values ('x', 'y')": {"not_select"},
    "truncate unit": {"not_select"},
    "drop table unit": {"not_select"},
    "alter table unit add column x int": {"not_select"},
    "comment on table unit is 'x'": {"not_select"},
    "begin": {"not_select"},
    "explain analyze select 1": {"not_select"},
    "with a as (insert into unit values ('x', 'y') returning *) from a": {"forbidden"},
    "with a as (delete from unit returning *) from a": {"forbidden"},
    "select nextval('numbers')": {"forbidden"},
    "from query('drop table unit')": {"syntax"},
    "from query('select 1; select 2')": {"syntax"},
}
STATEMENTS = {
    "": {"empty"},
    " ;; -- nothing\n/* at all */ ;": {"empty"},
    "select 1; select 2": {"not_one"},
    "select 1; drop table unit": {"not_one"},
    "select ';' /* ; */; -- ;\n drop table unit": {"not_one"},
    "select $$;$$; set threads = 8": {"not_one"},
    "select 1 /* */; drop table unit -- */": {"not_one"},
    "select 1\0; drop table unit": {"syntax"},
    "select '\0'": {"syntax"},
    "select '\ud800'": {"syntax"},
    "\ufeffselect nothing": {"syntax", "unknown_name"},
    "select 1 as \U0001f4a9, from": {"syntax"},
    "select * from frame": {"unknown_name"},
    "select * from job": {"unknown_name"},  # a variable of the process
    "select * from SETTINGS": {"unknown_name"},
    "from arrow_scan(1, 2, 3)": {"other"},
    "from pandas_scan(94035043)": {"other"},
    "from python_map_function(1)": {"other"},
}
LARGE = {  # ends by itself
    "select repeat('abc', 1400000000)": {"memory"},
    "select repeat(repeat('abc', 100000), 100000)": {"memory", "other"},
    "select string_agg(repeat('abc', 1000000), '') from range(10000)": {"memory"},
    "select range(10000000000)": {"other", "memory"},
    "select range(4000000000)": {"memory"},
    "select list_sum(range(1000000000))": {"memory"},
    "select list(range) from range(1000000000)": {"memory"},
    "select bitstring('1', 2000000000)": {"memory"},
    "select " + "+".join(["1"] * DEEP): {"syntax"},
    "select " + "not " * DEEP + "true": {"syntax"},
}
BROKEN = {"time", "syntax", "memory", "died"}
ENDLESS = {  # or nearly so
    "select lpad('x', 2000000000, 'y')": {"memory", "time"},
    "select count(*) from range(1000000000) a, range(1000000000) b": {"memory", "time"},
    "from range(1000000000) a, range(1000000000) b order by random()": {"memory", "time"},
    "select count(*) from visit a, visit b, visit c, visit d where hash(a.patients + b.patients, c.patients) = 1": {
        "time"
    },
    "with recursive a as (select 1 as i union all select i + 1 from a) select max(i) from a": {"time"},
    "with recursive a as (select 1 as i union all select i + 1 from a) from a order by i": {"memory", "time"},
    "select regexp_replace(repeat('a', 30000000), '(a?){1000}a', '', 'g')": {"time", "memory"},
    "select " + "(" * DEEP + "1" + ")" * DEEP: BROKEN,
    "select " + "[" * DEEP + "]" * DEEP: BROKEN,
    "select " + "1+(" * DEEP + "1" + ")" * DEEP: BROKEN,
    "from (" * DEEP + "select 1" + ")" * DEEP: BROKEN,
    "select " + "case when true then " * DEEP + "1" + " end" * DEEP: BROKEN,
    "select " + "1," * 3_000_000 + "1": BROKEN,
    "select '" + "x" * 10_000_000 + "'": {"time", "memory", "done"},
}


def tried(attempts: dict[str, set[str]], every: int) -> dict[str, set[str]]:
    """Return each second or third attempt on a push, all of them with `--nightly`."""
    return dict(islice(attempts.items(), 0, None, effort.of(every, 1)))


@pytest.mark.parametrize(
    "attempts", [FILES, SETTINGS, CHANGES, STATEMENTS], ids=["files", "settings", "changes", "text"]
)
def test_every_attempt_is_refused(
    attempts: dict[str, set[str]], code_of: Callable[..., str], database: Path, room: Path
) -> None:
    attempts = tried(attempts, 2)
    before = database.read_bytes()
    with ThreadPoolExecutor(4) as pool:
        found = dict(zip(attempts, pool.map(code_of, attempts), strict=True))
    assert not {ascii(sql): code for sql, code in found.items() if code not in attempts[sql]}
    assert database.read_bytes() == before
    assert left_behind(room) == []


def test_what_is_too_heavy_ends_and_this_process_goes_on(
    code_of: Callable[..., str], database: Path, room: Path
) -> None:
    heavy, long = tried(LARGE, 3), tried(ENDLESS, 3)
    with ThreadPoolExecutor(4) as pool:
        large = dict(zip(heavy, pool.map(code_of, heavy), strict=True))
        endless = dict(zip(long, pool.map(lambda sql: code_of(sql, SHORT), long), strict=True))
    assert not {sql[:80]: code for sql, code in large.items() if code not in LARGE[sql]}
    assert not {sql[:80]: code for sql, code in endless.items() if code not in ENDLESS[sql]}
    assert run(database, "select 1", room / "after", AMPLE).rows == 1


def test_rows_that_pass_one_by_one_are_held_to_the_memory_together(code_of: Callable[..., str]) -> None:
    assert code_of("select repeat('x', 20000000 + range::int) as x from range(1000)", AMPLE, "csv") == "memory"


def test_a_frame_of_this_process_is_no_table(database: Path, room: Path) -> None:
    frame = pl.DataFrame({"secret": [1]})
    assert duckdb.execute("select secret from frame").fetchall() == [(1,)]  # so a plain connection would read it
    assert frame.height == 1
    with pytest.raises(Refused, match="frame"):
        run(database, "select * from frame", room / "x", AMPLE)


def test_the_environment_is_empty(database: Path, room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPOR_SECRET", "hunter2")
    monkeypatch.setenv("MEMORY_LIMIT", "1TB")
    monkeypatch.setenv("DUCKDB_MEMORY_LIMIT", "1TB")
    text = run(database, "from duckdb_settings()", room / "x.json", AMPLE, "json").path.read_text()
    assert "hunter2" not in text
    assert '"name": "lock_configuration", "value": "true"' in text
    assert '"name": "memory_limit", "value": "256.0 MiB"' in text
    assert '"name": "temp_directory", "value": ""' in text
    assert run(database, "from duckdb_secrets()", room / "y", AMPLE).rows == 0


CONFINED = """
import os, socket, sys
from queries.sandbox.confine import confine

port, database = int(sys.argv[1]), sys.argv[2]
if not confine(".", database):
    raise SystemExit("no landlock")

def attempt(name, act):
    try:
        act()
    except OSError:
        return
    print(name)

attempt("own folder", lambda: open("mine", "w").close())
attempt("database", lambda: open(database, "rb").read(1))
attempt("system file", lambda: open("/etc/passwd").read(1))
attempt("project", lambda: open(sys.argv[3] + "/README.md").read(1))
attempt("parent's environment", lambda: open(f"/proc/{os.getppid()}/environ").read(1))
attempt("write to database", lambda: open(database, "ab").close())
attempt("write elsewhere", lambda: open(sys.argv[3] + "/escaped", "w").close())
attempt("network", lambda: socket.create_connection(("127.0.0.1", port), 2))
attempt("listen", lambda: socket.create_server(("127.0.0.1", 0)))
"""


def test_the_second_wall_holds_without_duckdb(database: Path, room: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-c", CONFINED, str(port), str(database), str(PROJECT)],
            cwd=room,
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
            capture_output=True,
            text=True,
            timeout=50,
            check=False,
        )
    if "no landlock" in done.stderr:
        pytest.skip("this kernel has no Landlock")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[:-1] == ["own folder", "database"]
