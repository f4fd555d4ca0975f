"""A disk that is full or read-only: what is kept is served, what was half written goes at once, and what is said names the disk."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from dashboard import notes, registry
from etl import check
from etl.load import load
from etl.trouble import Damaged, explain
from queries import builds, whole
from rapor import app
from tests import disks, effort
from tests.etl.test_load import _district, _patients, _report

pytestmark = pytest.mark.slow
DID = notes.events_table("faults_tried", "thing")


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.delenv("RAPOR_NOTES_URL", raising=False)
    with disks.small(tmp_path / "disk", 80) as made:
        monkeypatch.setenv("RAPOR_DATA", str(made))
        yield made


def _write(thing: str) -> None:
    with notes.writing() as connection:
        row = {"thing": thing, "position": 1, "kind": "k", "at": "", "by": "", "said": {}}
        connection.execute(sa.insert(DID).values(**row))


def _things() -> list[str]:
    with notes.reading(DID) as connection:
        assert connection is not None
        return [row.thing for row in connection.execute(sa.select(DID.c.thing).order_by(DID.c.number))]


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "full": (disks.fill, "penuh"),
    "read-only": (disks.make_read_only, "hanya dapat dibaca"),
}


@pytest.mark.parametrize("how", BROKEN)
@pytest.mark.parametrize("is_killed", [False, True])
def test_notes_are_read_on_a_disk_that_takes_nothing_and_a_writer_is_told_which(
    disk: Path, how: str, *, is_killed: bool
) -> None:
    _write("a")
    if is_killed:  # as a killed writer leaves it: what was written last stands beside the store alone
        store, left = disk / "notes.sqlite", disk / "left"
        with sqlite3.connect(store) as connection:
            connection.execute(
                "insert into faults_tried (thing, position, kind, at, by, said) values ('b', 1, '', '', '', '{}')"
            )
            connection.commit()
            left.mkdir()
            for path in disk.glob("notes.sqlite*"):
                shutil.copy(path, left)
        connection.close()
        for path in left.iterdir():
            if not path.name.endswith("-shm"):
                path.replace(disk / path.name)
        shutil.rmtree(left)
    broken, word = BROKEN[how]
    broken(disk)
    assert _things() == ["a", *["b"] * is_killed]
    with pytest.raises(notes.Unavailable, match=f"{disk}.*{word}"):
        _write("c")
    assert _things() == ["a", *["b"] * is_killed]


@pytest.mark.parametrize("left_kb", effort.of([3000], [0, 4, 40, 100, 400, 1000, 2000, 4000, 6000, 8000, 10_000]))
def test_a_build_that_finds_no_room_leaves_none_of_itself_and_the_published_one(disk: Path, left_kb: int) -> None:
    data = _district(disk / "data")
    first = load(data, [_report(disk / "in/1.csv", "01-2025", ["PKM Mengupeh;UMUM;1;0;1"])]).build_path
    second = _report(disk / "in/2.csv", "02-2025", ["PKM Mengupeh;UMUM;2;0;2"])
    filler = disks.fill(disk, left_kb=left_kb)
    before = shutil.disk_usage(disk).free
    with pytest.raises(Damaged, match=f"Disk {disk} penuh"):
        load(data, [second])
    assert "penuh" in CliRunner().invoke(app, ["check", "--data-dir", str(data)]).output
    assert builds.current(data) == first
    assert _patients(data) == {("pkm-mengupeh", "2025-01"): 1}
    left = [path for path in (data / "warehouse").iterdir() if path.name.startswith(".")]
    assert not left
    assert shutil.disk_usage(disk).free > before - (1 << 20)  # the reading may stay, no build does
    filler.unlink()
    assert load(data, [second]).published
    assert _patients(data) == {("pkm-mengupeh", "2025-01"): 1, ("pkm-mengupeh", "2025-02"): 2}


def test_every_page_is_shown_on_a_disk_that_takes_nothing(page: Callable, sample_data: Path, tmp_path: Path) -> None:
    with disks.small(tmp_path / "large", 400) as large:
        shutil.copytree(sample_data, large / "data")
        disks.make_read_only(large)
        for address in effort.of(
            ["kunjungan", "jelajah", "keputusan"], [each.address for each in registry.PAGES if not each.needs]
        ):
            page(address, viewer="pimpinan", data_dir=large / "data")  # one that could not be shown fails there


def test_a_file_that_finds_no_room_leaves_nothing_and_is_named_with_its_disk(disk: Path) -> None:
    disks.fill(disk, left_kb=64)
    with pytest.raises(OSError) as fault:  # noqa: PT011  any number: what it says is asked below
        whole.write(disk / "rapat.pdf", bytes(1 << 20))
    assert [path.name for path in disk.iterdir()] == ["penuh"]
    what, mend = explain(fault.value)
    assert what == f"Disk {disk} penuh."
    assert str(disk / "rapat.pdf") in mend


@pytest.mark.parametrize(
    ("left_kb", "severity"), [(40_000, "warning"), (0, "error")], ids=["before it is full", "full"]
)
def test_check_tells_of_a_disk_before_it_is_full(disk: Path, left_kb: int, severity: str) -> None:
    disks.fill(disk, left_kb=left_kb)
    found = [each for each in check.problems(disk) if each.where == str(disk)]
    assert [each.severity for each in found] == [severity]
    disks.make_read_only(disk)
    (told,) = [each for each in check.problems(disk) if each.where == str(disk)]
    assert (told.severity, "hanya dapat dibaca" in told.what) == ("error", True)
