"""What is published stays, and stays whole: whatever the clock says, and whatever happened to a file meanwhile."""

import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from etl.building import build, shelf
from etl.load import load
from queries import builds
from tests import effort
from tests.etl.test_load import _district, _patients, _report

pytestmark = pytest.mark.slow


class _Clock(datetime):
    """A clock that can be set back."""

    offset = timedelta(0)

    @classmethod
    def now(cls, tz: object = None) -> "_Clock":
        return cls.fromtimestamp(datetime.now(UTC).timestamp() + cls.offset.total_seconds(), UTC)


def _loaded(data: Path, month: int) -> Path:
    report = load(
        data, [_report(data / f"in/{month}.csv", f"{month:02}-2025", [f"PKM Mengupeh;UMUM;{month};0;{month}"])]
    )
    assert report.build_path
    return report.build_path


def test_a_clock_set_back_removes_no_build_that_was_just_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = _district(tmp_path / "data")
    monkeypatch.setattr(build, "datetime", _Clock)
    monkeypatch.setattr(shelf, "KEPT_BUILDS", 2)
    order = []
    for month, days in enumerate(effort.of((0, -400, -800), (0, 0, 0, -400, -800)), start=1):
        monkeypatch.setattr(_Clock, "offset", timedelta(days=days, seconds=month))
        order.append(_loaded(data, month))
        assert builds.current(data) == order[-1]
        assert builds.is_whole(order[-1])
    assert order[-1].name < order[-2].name < order[0].name  # by name the newest is the oldest
    # Two are kept: the newest published, and the one before.
    assert sorted((data / "warehouse").glob("*.duckdb")) == sorted(order[-2:])
    assert sorted((data / "warehouse").glob("*.sha256")) == sorted(builds.seal_of(path) for path in order[-2:])


def test_a_build_of_a_folder_without_a_record_counts_as_older_than_those_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = _district(tmp_path / "data")
    monkeypatch.setattr(shelf, "KEPT_BUILDS", 2)
    first, second = _loaded(data, 1), _loaded(data, 2)
    (data / "warehouse" / shelf.RECORD).unlink()
    third = _loaded(data, 3)
    assert [path.is_file() for path in (first, second, third)] == [False, True, True]


@pytest.mark.by_turns(3)
@pytest.mark.parametrize("how", ["cut", "altered", "emptied"])
def test_a_build_that_is_not_as_it_was_published_is_made_anew(tmp_path: Path, how: str) -> None:
    data = _district(tmp_path / "data")
    path = _loaded(data, 1)
    before = path.stat().st_mtime_ns
    content = bytearray(path.read_bytes())
    match how:
        case "cut":
            content = content[: len(content) // 2]
        case "altered":
            content[len(content) // 2] ^= 1
        case _:
            content = bytearray()
    path.write_bytes(content)
    os.utime(path, ns=(before, before))  # as a copy that keeps times leaves it
    assert not builds.is_whole(path)
    report = load(data, [data / "in/1.csv"])
    assert report.build_path
    assert builds.is_whole(report.build_path)
    assert _patients(data) == {("pkm-mengupeh", "2025-01"): 1}
    with duckdb.connect(report.build_path, read_only=True) as made:
        assert made.execute("select state from load.comparison").fetchall() == [("damaged",)]


def test_the_hash_beside_a_build_is_that_of_its_file(tmp_path: Path) -> None:
    path = _loaded(_district(tmp_path / "data"), 1)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert builds.seal_of(path).read_text() == f"{digest}  {path.name}\n"
    builds.seal_of(path).unlink()
    assert builds.is_whole(path)  # of an earlier version: nothing else is known


def test_what_killed_loads_left_is_swept_even_where_nothing_is_new(tmp_path: Path) -> None:
    data = _district(tmp_path / "data")
    path = _loaded(data, 1)
    warehouse = data / "warehouse"
    for left in (
        ".building-9.duckdb",
        ".building-9.duckdb.wal",
        ".current-9",
        ".published-9",
        "20200101T000000-x.sha256",
    ):
        (warehouse / left).write_bytes(b"half")
    (warehouse / ".building-9.duckdb.tmp").mkdir()
    (data / "lake" / ".manifest.json-9").write_text("half")
    (data / "lake" / "pool" / ".abc-9").mkdir()
    assert load(data, [data / "in/1.csv"]).build_path == path
    assert sorted(p.name for p in warehouse.iterdir()) == [
        path.with_suffix(".duckdb").name,
        f"{path.stem}.sha256",
        "current",
        "published",
    ]
    assert not list((data / "lake").glob(".*-*"))
    assert not list((data / "lake" / "pool").glob(".*"))
