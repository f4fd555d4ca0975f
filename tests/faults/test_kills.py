"""kill -9 at moments by chance: of a load, a watch, a register's edit, a declaration, mails; what is kept is what was before, or after.

`RAPOR_KILLS=200 uv run pytest tests/faults/test_kills.py -n 0` kills each so many times.
"""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller

from dashboard import notes
from dashboard.messages import told
from etl import check, folder, regions
from etl.lake import Lake
from etl.load import load
from etl.recognising.source import load_all, own_folders
from queries import builds, edits
from tests import effort
from tests.dashboard.messages import district
from tests.etl.test_load import _district, _patients, _report
from tests.faults.killing import killed, seconds
from tests.rapor.test_declaring import OWN

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
LOADS, A_LAKE = 1000, 100  # loads that are killed at night, and in one lake
LOAD = "import sys; from pathlib import Path; from etl.load import load; load(Path(sys.argv[1]), [Path(sys.argv[2])])"
MONTHS = [f"{month:02}-{year}" for year in range(2016, 2026) for month in range(1, 13)]


def _expect_sound(data: Path) -> None:
    """What is published is whole, and each reading of the lake can be read back."""
    current = builds.current(data)
    assert current is not None
    assert builds.is_whole(current)
    lake = Lake(data)
    assert not lake.damaged(lake.manifest())


def _parts() -> list[tuple[int, int]]:
    """Return (number, kills) of each lake in which loads are killed, at most so many as it has months for."""
    count = effort.kills(3, LOADS)
    return [(part, min(A_LAKE, count - part * A_LAKE)) for part in range(-(-count // A_LAKE))]


@pytest.mark.parametrize(("part", "count"), _parts())
def test_a_load_killed_at_any_moment(tmp_path: Path, part: int, count: int) -> None:
    data = _district(tmp_path / "data")
    started = time.monotonic()
    load(data, [_report(data / "in/0.csv", MONTHS[0], ["PKM Mengupeh;UMUM;1;0;1"])])
    known, kills = _patients(data), 0
    longest = 1.2 * (time.monotonic() - started) + 1
    for number in range(1, count + 1):
        month = MONTHS[number]
        path = _report(data / f"in/{number}.csv", month, [f"PKM Mengupeh;UMUM;{number};0;{number}"])
        after = known | {("pkm-mengupeh", f"{month[3:]}-{month[:2]}"): number}
        kills += killed(["-c", LOAD, str(data), str(path)], seconds(f"{part}.{number}", 0.2, longest))
        _expect_sound(data)
        found = _patients(data)
        assert found in (known, after), f"seed {part}.{number}"
        known = found
    assert kills
    load(data, [data / "in"])
    assert len(_patients(data)) == number + 1
    left = [path for room in ("warehouse", "lake", "lake/pool") for path in (data / room).glob(".*")]
    assert left == [data / "lake" / ".lock"]


def _folder(tmp_path: Path) -> Path:
    tebo = regions.find("15.09")
    assert tebo is not None
    folder.init(tmp_path / "data", tebo.name, regions.filled(tebo))
    return tmp_path / "data"


EDITS = """
import sys
from pathlib import Path
from etl.registers import keep
from queries.edits import Change, Edit, rows
data, unit, begin = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
for number in range(begin, begin + int(sys.argv[4])):
    before = next(row for row in rows(data, "units") if row["unit_id"] == unit)
    keep(data, Edit("units", (Change(before, {**before, "population": str(number)}),)))
"""


def _population(data: Path, unit: str) -> int:
    return int(next(row["population"] for row in edits.rows(data, "units") if row["unit_id"] == unit) or 0)


def test_a_register_whose_edit_is_killed_is_whole_and_its_history_tells_of_what_stands_there(tmp_path: Path) -> None:
    data = _folder(tmp_path)
    begin, journal = 1000, data / edits.HISTORY
    for number in range(effort.kills(2, 40)):
        size = journal.stat().st_size if journal.is_file() else 0
        words = ["-c", EDITS, str(data), "pkm-mengupeh", str(begin), "500"]
        assert killed(
            words,
            seconds(f"{number}", 0, 0.5),
            at=lambda size=size: journal.is_file() and journal.stat().st_size > size,
        )
        assert not [each for each in check.of_tables(data / "reference") if each.severity == "error"]
        said = [int(row["population"] or 0) for each in edits.history(data) if (row := each.changes[0].after)]
        assert said
        stands = _population(
            data, "pkm-mengupeh"
        )  # what is written down first may be one ahead of the table, never behind
        assert stands in [0, *said][-2:], f"seed {number}"
        begin = max(said) + 1


def test_two_who_edit_at_once_lose_nothing(tmp_path: Path) -> None:
    data, each = _folder(tmp_path), 6
    units = ("pkm-mengupeh", "pkm-suo-suo")
    running = [
        subprocess.Popen(
            [sys.executable, "-c", EDITS, str(data), unit, "100", str(each)], cwd=Path(__file__).parents[2]
        )
        for unit in units
    ]
    assert [process.wait(120) for process in running] == [0, 0]
    assert [_population(data, unit) for unit in units] == [100 + each - 1] * 2
    assert len(list(edits.history(data))) == 2 * each


def test_a_declaration_that_is_killed_stops_no_load(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(folder.PRODUCT_REFERENCE, data / "reference")
    example = tmp_path / "contoh.csv"
    example.write_text(OWN, encoding="utf-8")
    for number in range(effort.kills(1, 30)):
        shutil.rmtree(data / "sources", ignore_errors=True)
        words = [
            "-m",
            "rapor",
            "declare",
            str(example),
            "--yes",
            "-a",
            "name=kunjungan_poskesdes",
            "--data-dir",
            str(data),
        ]
        moment = seconds(f"{number}", 0.0, 0.3)
        is_begun = killed(words, moment, at=lambda: any((data / "sources").rglob("*")))
        load_all(*own_folders(data))  # raises where a declaration is half there
        is_there = (data / "sources" / "kunjungan_poskesdes.toml").is_file()
        assert is_there or is_begun


@pytest.mark.nightly
def test_a_watch_that_is_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    data = _folder(tmp_path)
    words = ["-m", "rapor", "watch", "--load", "--every", "0.2", "--data-dir", str(data)]
    count = 12
    killed(words, 0.0, at=(data / "log" / "watched.json").is_file)
    for number in range(count):
        _report(data / f"inbox/{number}.csv", MONTHS[number], [f"PKM Mengupeh;UMUM;{number + 1};0;{number + 1}"])
        killed(words, seconds(f"{number}", 0.5, 6.0))
        if builds.current(data):
            _expect_sound(data)
    wanted = {("pkm-mengupeh", f"{MONTHS[n][3:]}-{MONTHS[n][:2]}"): n + 1 for n in range(count)}
    killed(words, 0.5, at=lambda: builds.current(data) is not None and _patients(data) == wanted)
    assert _patients(data) == wanted


class _Mails:
    def __init__(self) -> None:
        self.to: list[str] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:
        time.sleep(0.05)  # so that a kill may fall between the mail and what is said of it
        self.to += envelope.rcpt_tos  # ty: ignore[missing-attribute]
        return "250 OK"


@pytest.fixture
def mails() -> Iterator[tuple[_Mails, int]]:
    box = _Mails()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()


def test_mails_whose_sending_is_killed_go_out_once_or_are_named(
    mails: tuple[_Mails, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box, port = mails
    (tmp_path / "data" / "reference").mkdir(parents=True)
    data = district.make(tmp_path / "data")
    addresses = [f"unit{n}@contoh.go.id" for n in range(8)]
    lines = [f"{'pkm-a' if n % 2 else 'pkm-b'},{address},messages,2026-01-01," for n, address in enumerate(addresses)]
    (data / "reference" / "contacts.csv").write_text(
        "unit_id,email,receives,valid_from,valid_until\n" + "\n".join(lines) + "\n"
    )
    monkeypatch.setenv("RAPOR_DATA", str(data))
    monkeypatch.delenv("RAPOR_NOTES_URL", raising=False)
    more = {
        "RAPOR_SMTP": f"127.0.0.1:{port}",
        "RAPOR_SMTP_FROM": "rapor@contoh.go.id",
        "RAPOR_SMTP_TLS": "none",
        "RAPOR_DATA": str(data),
    }
    words = ["-m", "rapor", "messages", "--send", "--data-dir", str(data)]
    for number in range(effort.kills(1, 25)):
        (data / "notes.sqlite").unlink(missing_ok=True)
        box.to.clear()
        before = len(box.to)
        killed(words, seconds(f"{number}", 0.0, 0.6), more, at=lambda before=before: len(box.to) > before)
        killed(words, 60, more)  # to its end
        time.sleep(0.1)
        unknown = _claimed()
        assert max((box.to.count(each) for each in addresses), default=0) <= 1
        assert len(set(box.to)) + len(unknown) >= len(addresses), f"seed {number}"


def _claimed() -> list[str]:
    """Return the hashes of the addresses of which nobody knows whether a mail went out."""
    with notes.reading(told._told) as connection:
        assert connection is not None
        return list(connection.scalars(sa.select(told._told.c.recipient).where(told._told.c.state == "claimed")))
