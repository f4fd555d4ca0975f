"""A load with Spark: it starts a server of its own and ends it; where that dies, or is not there, what was published stays."""
# ruff: noqa: PLC0415  of the group `spark`, which a machine may lack

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from etl import load
from etl.building import engines
from etl.trouble import Damaged
from queries.builds import current

pytestmark = [
    pytest.mark.nightly,
    pytest.mark.timeout(1800),
]  # on a machine that does other work Spark begins in minutes
PROJECT = Path(__file__).resolve().parents[3]


def _copied(sample_data: Path, to: Path, *, spark: bool = True, remote: str = "") -> Path:
    """Return a copy of the sample district of which every rollup is made anew, with Spark: days when a report is due move from now on."""
    shutil.copytree(sample_data, to, ignore=shutil.ignore_patterns("inbox"))
    (to / "inbox").mkdir()
    with (to / "reference" / "due_moves.csv").open("a") as moves:
        moves.write("visit,5,uji,,\n")
    if spark:
        said = 'engine = "spark"\nmemory = "1g"\n' + (f'remote = "{remote}"\n' if remote else "")
        (to / engines.FILE).write_text(said)
    return to


def _tables(data: Path) -> dict[str, str]:
    path = current(data)
    assert path
    with duckdb.connect(path, read_only=True) as build:
        named = "select schema_name, table_name from duckdb_tables() where schema_name in ('main', 'mart') or table_name like 'expected%'"
        names = build.execute(named).fetchall()
        # As text: lists of forecasts hold NaN, which equals nothing.
        return {
            f"{schema}.{name}": repr(build.execute(f'from "{schema}"."{name}"').fetchall()) for schema, name in names
        }


def test_a_load_with_a_server_of_its_own_publishes_the_same_build(
    spark: None, sample_data: Path, tmp_path: Path
) -> None:
    on_spark, here = _copied(sample_data, tmp_path / "spark"), _copied(sample_data, tmp_path / "here", spark=False)
    for data in (on_spark, here):
        before = current(data)
        assert load.load(data).published
        assert current(data) != before
    tables = _tables(here)
    assert len(tables) > 50
    assert [name for name, rows in _tables(on_spark).items() if rows != tables[name]] == []
    assert not list((on_spark / "warehouse").glob(".*"))  # nothing of Spark's is left


@pytest.mark.parametrize("after", ["employee", "target"])
def test_a_server_that_dies_in_the_middle_leaves_what_was_published(
    spark: None, sample_data: Path, tmp_path: Path, after: str
) -> None:
    """The load fails whole and says so; the build, what is current and the lake's list of files are as they were."""
    data = _copied(sample_data, tmp_path / "data")
    kept = [data / "lake" / "manifest.json", data / "warehouse" / "current", *(data / "warehouse").glob("*.duckdb")]
    before = {path: path.read_bytes() for path in kept}
    command = [sys.executable, "-m", "rapor", "load", "--data-dir", str(data)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as loading:
        while loading.poll() is None and not list((data / "warehouse").glob(f".*.engine/made/{after}/_SUCCESS")):
            time.sleep(0.05)
        (server,) = _children(loading.pid, "java")
        os.kill(server, signal.SIGKILL)
        words, _ = loading.communicate()
    assert loading.returncode == 1, words
    assert "Rollup tidak selesai di server Spark" in words
    assert "Data terbitan sebelumnya tetap dipakai" in " ".join(words.split())
    assert "Traceback" not in words
    assert {path: path.read_bytes() for path in kept} == before
    assert not list((data / "warehouse").glob("*.engine"))


def _children(parent: int, name: str) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            before, _, after = path.read_text().rpartition(")")
        except OSError:
            continue
        if int(after.split()[1]) == parent and before.endswith(f"({name}"):
            found.append(int(path.parent.name))
    return found


def test_a_server_that_is_not_there_is_named_at_once(spark: None, sample_data: Path, tmp_path: Path) -> None:
    data = _copied(sample_data, tmp_path / "data", remote="sc://127.0.0.1:9")
    with pytest.raises(Damaged, match=r"127\.0\.0\.1:9"):
        load.load(data)


def test_nobody_without_its_token_is_answered(remote: str) -> None:
    from grpc import RpcError
    from pyspark.errors import PySparkException
    from pyspark.sql.connect.session import SparkSession

    address, _, _ = remote.partition("/;")
    with pytest.raises((PySparkException, RpcError), match=r"(?i)unauthenticated|token"):
        SparkSession.builder.remote(f"{address}/;token=wrong").create().sql("select 1").collect()


def test_a_killed_load_takes_its_server_with_it(spark: None, tmp_path: Path) -> None:
    from etl.spark import server

    script = (
        "import sys; from pathlib import Path; from etl.spark import server\n"
        "with server.started('512m', Path(sys.argv[1])) as address:\n"
        "    print(address, flush=True); sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        port = int(holder.stdout.readline().split(":")[2].split("/")[0])
        assert server.answers("127.0.0.1", port, 1)
        holder.kill()
    end = time.monotonic() + 20
    while server.answers("127.0.0.1", port, 0.2) and time.monotonic() < end:
        time.sleep(0.1)
    assert not server.answers("127.0.0.1", port, 1)
