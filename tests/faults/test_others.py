"""What else goes wrong: two loaders, a clock that jumps, a reading cut off, a build deleted under a page, a database and a worker gone."""

import asyncio
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dashboard import access, notes
from dashboard.decisions import store as decision_store
from dashboard.sending import jobs
from etl.lake import Lake
from etl.load import load
from etl.trouble import Damaged
from queries import builds, journal
from tests import effort, postgres
from tests.dashboard.decisions import test_store
from tests.etl.test_load import _district, _patients, _report
from tests.faults.killing import PROJECT
from tests.faults.test_kills import LOAD, _expect_sound

pytestmark = pytest.mark.slow


def test_two_loaders_at_once_both_publish(tmp_path: Path) -> None:
    data = _district(tmp_path / "data")
    paths = [_report(data / f"in/{n}.csv", f"0{n}-2025", [f"PKM Mengupeh;UMUM;{n};0;{n}"]) for n in (1, 2)]
    running = [subprocess.Popen([sys.executable, "-c", LOAD, str(data), str(path)], cwd=PROJECT) for path in paths]
    assert [each.wait(180) for each in running] == [0, 0]
    assert _patients(data) == {("pkm-mengupeh", "2025-01"): 1, ("pkm-mengupeh", "2025-02"): 2}
    _expect_sound(data)


@pytest.mark.parametrize("jumps", effort.of([("-400d",)], [("-400d", "+0"), ("+400d", "-1d"), ("-1h", "+1h", "-2h")]))
def test_a_clock_that_jumps_hides_no_load_and_removes_no_build(tmp_path: Path, jumps: tuple[str, ...]) -> None:
    """The whole process lives at another time, its files too (libfaketime, which a wheel brings)."""
    found = importlib.util.find_spec("libfaketime")
    assert found
    assert found.origin
    library = Path(found.origin).parent / "vendor" / "libfaketime" / "src" / "libfaketime.so.1"
    data, wanted = _district(tmp_path / "data"), {}
    for number, jump in enumerate(("+0", *jumps), start=1):
        path = _report(data / f"in/{number}.csv", f"0{number}-2025", [f"PKM Mengupeh;UMUM;{number};0;{number}"])
        more = {"LD_PRELOAD": str(library), "FAKETIME": jump, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        subprocess.run(
            [sys.executable, "-c", LOAD, str(data), str(path)], cwd=PROJECT, env={**os.environ, **more}, check=True
        )
        wanted[("pkm-mengupeh", f"2025-0{number}")] = number
        assert _patients(data) == wanted
        _expect_sound(data)


@pytest.mark.by_turns(3)
@pytest.mark.parametrize("part", ["visit.parquet", "rejects.parquet", "file.json"])
def test_a_reading_cut_off_is_named_and_what_is_published_stays(tmp_path: Path, part: str) -> None:
    data = _district(tmp_path / "data")
    first = _report(data / "in/1.csv", "01-2025", ["PKM Mengupeh;UMUM;1;0;1"])
    published = load(data, [first]).build_path
    ((entry),) = Lake(data).manifest().values()
    cut = data / "lake" / "pool" / entry.key / part
    with cut.open("r+b") as file:
        file.truncate(cut.stat().st_size // 2)
    with pytest.raises(Damaged, match=r"1\.csv"):
        load(data, [_report(data / "in/2.csv", "02-2025", ["PKM Mengupeh;UMUM;2;0;2"])])
    assert builds.current(data) == published
    shutil.rmtree(cut.parent)  # as it is said
    assert load(data, [data / "in"]).published
    assert _patients(data) == {("pkm-mengupeh", "2025-01"): 1, ("pkm-mengupeh", "2025-02"): 2}


def test_a_build_deleted_under_an_open_page_is_told_calmly_and_the_next_load_makes_one(
    page: Callable, sample_data: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(sample_data, data, copy_function=os.link)
    assert "Kunjungan" in _words(page("kunjungan", data_dir=data))
    current = builds.current(data)
    assert current
    current.unlink()
    assert "Belum ada data yang dapat ditampilkan" in _words(page("kunjungan", data_dir=data))
    shutil.copy2(builds.current(sample_data) or "", current)
    assert "Kunjungan" in _words(page("kunjungan", data_dir=data))


def _words(shown: object) -> str:
    return " ".join(part.proto.body for part in shown.get("html"))  # ty: ignore[missing-attribute]


def test_a_line_that_was_never_finished_takes_no_other_with_it(tmp_path: Path) -> None:
    path = tmp_path / "riwayat.jsonl"
    journal.add(path, 1, {"n": 1})
    with path.open("ab") as file:
        file.write(b'{"format": 1, "n')
    journal.add(path, 1, {"n": 2})
    assert list(journal.lines(path, 1)) == [{"n": 1}, {"n": 2}]


def test_decisions_come_back_with_their_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = postgres.find_or_install()
    if programs is None:
        pytest.skip(f"PostgreSQL is not here and can't be installed: apt-get install {postgres.PACKAGE}")
    monkeypatch.setenv("RAPOR_DATA", str(tmp_path))
    with postgres.server(programs) as address:
        monkeypatch.setenv("RAPOR_NOTES_URL", address.format("postgres"))
        kept = test_store._recorded()
        with postgres.gone(programs, address):
            with pytest.raises(notes.Unavailable):
                decision_store.listed(access.of("bupati"))
            with pytest.raises(notes.Unavailable):
                test_store._recorded("d2")
        assert decision_store.listed(access.of("bupati")) == [kept]
        test_store._recorded("d2")
        assert len(decision_store.listed(access.of("bupati"))) == 2
        notes._engine(notes.url()).dispose()


def test_a_worker_that_is_killed_while_it_looks_at_an_upload_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = _district(tmp_path / "data")
    monkeypatch.setenv("RAPOR_DATA", str(data))
    path = _report(data / "in/1.csv", "01-2025", ["PKM Mengupeh;UMUM;1;0;1"])

    async def looked() -> dict[str, object]:
        reader = jobs.Reader()
        try:
            await reader.ready()
            assert reader._process
            asked = asyncio.create_task(reader.look(str(path), {"stated": {"source": "", "unit": "", "period": ""}}))
            await asyncio.sleep(0)  # it is asked by now
            reader._process.kill()
            return await asked
        finally:
            reader.end()

    with ThreadPoolExecutor(1) as own:  # where a browser was driven before, this thread has a loop
        found = own.submit(lambda: asyncio.run(looked())).result()
    assert "fault" not in found
    assert [file["status"] for file in found["files"]] == ["accepted"]  # ty: ignore[not-iterable]


def test_a_load_of_a_sending_is_not_taken_for_another_process_with_its_number(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    born = jobs._born(process.pid)
    assert born
    assert born == jobs._born(process.pid)
    assert born != jobs._born(1)
    process.kill()
    assert process.wait()
    assert jobs._born(process.pid) == ""
