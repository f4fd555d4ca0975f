"""The process that reads files: what happens to it refuses one file by name, and the others load."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import xlsxwriter

from etl.folder import PRODUCT_REFERENCE
from etl.intake import process
from etl.load import FileResult, LoadReport, load

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[3]
HEADER = "Bulan;Nama Puskesmas;Poli;Baru;Lama;Total Kunjungan"
# A price list of 8 MB that takes seconds: cells over two lines are read one by one.
LARGE = "\n".join(["No;Nama Obat;Satuan;Harga", *(f'{n};"Obat\nnomor {n}";tablet;{n}' for n in range(250_000))])


@pytest.fixture(autouse=True)
def _own_process() -> Iterator[None]:
    """Let each test begin and end without a living process: its limits are its own."""
    process.end()
    yield
    process.end()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(PRODUCT_REFERENCE, folder / "reference")
    (folder / "inbox").mkdir()
    (folder / "inbox" / "baik.csv").write_text(f"{HEADER}\nFebruari 2026;PKM Mengupeh;UMUM;10;20;30\n")
    return folder


def _loaded(data: Path) -> tuple[LoadReport, dict[str, FileResult]]:
    report = load(data)
    assert report.published
    return report, {file.name: file for file in report.files}


def _was_read(file: FileResult) -> bool:
    """Tell whether a price list was refused because it is none of our reports."""
    return file.status == "refused" and not any(
        words in file.reason for words in ("berhenti mendadak", "memori lebih", "detik")
    )


def _patients(report: LoadReport) -> int:
    assert report.build_path
    with duckdb.connect(report.build_path, read_only=True) as built:
        return built.execute("select sum(patients) from visit").fetchall()[0][0]


def _while_reading(number: signal.Signals) -> threading.Thread:
    """Send a signal to the process as soon as it works."""

    def strike() -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if process._living and process._living[0].is_ready:
                time.sleep(0.2)
                os.kill(process._living[0].process.pid, number)
                return
            time.sleep(0.005)

    thread = threading.Thread(target=strike)
    thread.start()
    return thread


@pytest.mark.by_turns(3)
@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL])
def test_a_crash_refuses_the_file_that_was_read_and_the_others_load(data: Path, number: signal.Signals) -> None:
    (data / "inbox" / "aneh.csv").write_text(LARGE)  # it comes first
    thread = _while_reading(number)
    report, files = _loaded(data)
    thread.join()
    assert files["aneh.csv"].status == "refused"
    assert f"({number.name})" in files["aneh.csv"].reason
    assert (files["baik.csv"].status, files["baik.csv"].rows_accepted) == ("accepted", 1)
    assert (report.exit_code, _patients(report)) == (3, 30)
    # Killed from outside it may be read the next time; a crash of its own would come again: it is remembered, nothing is read.
    again = _loaded(data)[1]["aneh.csv"]
    assert _was_read(again) == (number is signal.SIGKILL)


def test_too_much_memory_refuses_the_file_and_under_a_higher_limit_it_is_read(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (data / "inbox" / "besar.csv").write_text(
        LARGE.replace('"Obat\n', "Obat ").replace('"', "") * 4
    )  # 32 MB, read at once
    monkeypatch.setattr(process, "MEMORY_MB_PER_MB", 0)
    monkeypatch.setenv(process.MEMORY_MB, "80")
    files = _loaded(data)[1]
    assert "memori lebih dari 80 MB" in files["besar.csv"].reason
    assert files["baik.csv"].status == "accepted"
    monkeypatch.setenv(process.MEMORY_MB, "1500")
    assert _was_read(_loaded(data)[1]["besar.csv"])


def test_too_much_time_refuses_the_file(data: Path) -> None:
    _loaded(data)
    number = process._living[0].process.pid
    soft, _ = resource.prlimit(number, resource.RLIMIT_CPU)
    assert 30 < soft < 60  # what it had used before that file, a few seconds at most, and 30 more
    (data / "inbox" / "lama.csv").write_text(LARGE)
    process.end()
    thread = _while_reading(signal.SIGXCPU)  # what the system sends at that limit
    _, files = _loaded(data)
    thread.join()
    assert "lebih dari 60 detik" in files["lama.csv"].reason  # 8 MB: 30 seconds, and 30 for the 5 MB after the first
    assert files["baik.csv"].status == "unchanged"


def test_a_process_that_does_nothing_any_more_is_not_waited_for(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (data / "inbox" / "aa.csv").write_text(LARGE)
    monkeypatch.setattr(process, "WAITS", 0.05)  # eight seconds on the clock, of the sixty of work that 8 MB may take
    thread = _while_reading(signal.SIGSTOP)
    started = time.monotonic()
    files = _loaded(data)[1]
    thread.join()
    assert files["aa.csv"].status == "refused"
    assert time.monotonic() - started < 60
    assert files["baik.csv"].status == "accepted"


def test_of_a_large_workbook_it_is_told_how_far_it_is(data: Path) -> None:
    with xlsxwriter.Workbook(data / "inbox" / "harga.xlsx", {"constant_memory": True}) as book:
        for name in ("satu", "dua"):
            sheet = book.add_worksheet(name)
            for row in range(30_000):
                sheet.write_row(row, 0, [row, f"Obat nomor {row}", "tablet", row * 7])
    told: list[float] = []
    load(data, progress=lambda now: told.append(now.share) if now.item == "harga.xlsx" and now.share else None)
    assert told == sorted(told)
    assert len(told) >= 2  # of about three seconds' work, each quarter of one
    assert 0 < told[0] < 0.7
    assert told[-1] <= 1


def test_limits_grow_with_the_file_and_nonsense_sets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(process.SECONDS, "sebentar")
    monkeypatch.setenv(process.MEMORY_MB, "0")
    usual = process.Limits()
    assert process.limits() == usual
    # 256 MB: 1 + 256 // 5 = 52 times the seconds; 8 MB of memory more for each MB
    assert process.limits().of(256 << 20) == process.Limits(30 * 52, 1536 + 8 * 256)
    monkeypatch.setenv(process.SECONDS, "7")
    assert process.limits().of(1000).seconds == 7


def test_one_process_serves_many_loads_and_ends_with_its_program(data: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from etl.load import load; from etl.intake import process\n"
        "data = Path(sys.argv[1])\n"
        "for n in range(2):\n"
        "    (data / 'inbox' / f'{n}.csv').write_text((data / 'inbox' / 'baik.csv').read_text().replace('UMUM', f'POLI {n}'))\n"
        "    load(data)\n"
        "    print(process._living[0].process.pid)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(data)], check=True, capture_output=True, text=True, cwd=PROJECT
    )
    (number,) = set(map(int, run.stdout.split()))
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_a_load_of_nothing_new_starts_no_process(data: Path) -> None:
    _loaded(data)
    process.end()
    _loaded(data)
    assert not process._living


def test_the_process_can_write_nothing_and_read_no_report_of_another(data: Path, tmp_path: Path) -> None:
    """What stands in `worker.py` holds: tried by a program that goes behind the same wall."""
    code = (
        "import sys, socket; from queries.sandbox import confine\n"
        "if not confine.confine(None): print('no wall'); sys.exit()\n"
        "for what in (lambda: open(sys.argv[1]), lambda: open(sys.argv[2], 'w'), lambda: open('/etc/passwd')):\n"
        "    try: what(); print('open')\n"
        "    except PermissionError: print('shut')\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(data / "inbox" / "baik.csv"), str(tmp_path / "x")],
        check=True, capture_output=True, text=True, cwd=PROJECT,
    )  # fmt: skip
    if run.stdout.strip() == "no wall":
        pytest.skip("the kernel has no Landlock")
    assert run.stdout.split() == ["shut"] * 3


def test_a_program_that_is_killed_takes_its_process_along(data: Path) -> None:
    (data / "inbox" / "besar.csv").write_text(LARGE)
    code = (
        "import sys, threading, time; from pathlib import Path; from etl.load import load; from etl.intake import process\n"
        "threading.Thread(target=load, args=(Path(sys.argv[1]),)).start()\n"
        "while not process._living: time.sleep(0.01)\n"
        "print(process._living[0].process.pid, flush=True); time.sleep(60)\n"
    )
    program = subprocess.Popen([sys.executable, "-c", code, str(data)], stdout=subprocess.PIPE, cwd=PROJECT)
    assert program.stdout
    number = int(program.stdout.readline())
    program.kill()
    program.wait()
    until = time.monotonic() + 10
    while Path(f"/proc/{number}").exists() and "Z" not in Path(f"/proc/{number}/stat").read_text().rpartition(")")[2]:
        assert time.monotonic() < until
        time.sleep(0.05)
