"""What a build says differently from the one before it: the corrected figures and their file, and nothing else."""

import csv
import hashlib
import os
import shutil
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from etl import folder
from etl.load import load
from queries import builds
from queries.builds import seal_of

pytestmark = pytest.mark.slow

VISITS = "Bulan;Nama Puskesmas;Poli;Baru;Lama;Total Kunjungan"
JANUARY = "kunjungan_2026-01_20260205.csv"
MARCH = datetime(2026, 3, 5, tzinfo=UTC).timestamp()


@pytest.fixture
def district(tmp_path: Path) -> Path:
    data_dir = tmp_path / "data"
    shutil.copytree(folder.PRODUCT_REFERENCE, data_dir / "reference")
    return data_dir


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a district with one report of January, loaded: to be copied."""
    data_dir = tmp_path_factory.mktemp("template")
    shutil.copytree(folder.PRODUCT_REFERENCE, data_dir / "reference")
    load(data_dir, [_report(data_dir / JANUARY, ["Januari;PKM Mengupeh;UMUM;7;7;14"])])
    return data_dir


@pytest.fixture
def loaded(template: Path, tmp_path: Path) -> Path:
    """Return a district of the test's own with one report of January, loaded."""
    return shutil.copytree(template, tmp_path / "data")


def _report(path: Path, rows: Sequence[str], header: str = VISITS) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    os.utime(path, (MARCH, MARCH))
    return path


def _current(data_dir: Path) -> Path:
    path = builds.current(data_dir)
    assert path is not None
    return path


def _ask(data_dir: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(_current(data_dir), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def _changes(data_dir: Path) -> list[tuple[Any, ...]]:
    return _ask(
        data_dir,
        "select kind, state, cause, unit_id, item_id, period, figures, value_before, value_after, file from load.change order by all",
    )


def test_a_correction_lists_exactly_the_figures_that_it_changed_and_its_file(district: Path, tmp_path: Path) -> None:
    files = [
        _report(
            tmp_path / "in" / "kunjungan_2026-02_20260305.csv",
            [
                "Februari;PKM Mengupeh;UMUM;10;20;30",
                "Februari;PKM Mengupeh;GIGI;1;2;3",
                "Februari;PKM Suo-Suo;UMUM;4;4;8",
            ],
        ),
        _report(tmp_path / "in" / "kunjungan_2026-01_20260205.csv", ["Januari;PKM Mengupeh;UMUM;7;7;14"]),
    ]
    load(district, files)
    assert _changes(district) == []
    assert _ask(district, "select state, previous_build_id from load.comparison") == [("none", None)]
    first = _current(district).stem

    # Mengupeh's UMUM of February 30 -> 33 and GIGI stays 3; Suo-Suo is not spoken of and stays; KIA is a figure that is new.
    correction = _report(
        tmp_path / "in" / "perbaikan_2026-02_20260401.csv",
        [
            "Februari;PKM Mengupeh;UMUM;11;22;33",
            "Februari;PKM Mengupeh;GIGI;1;2;3",
            "Februari;PKM Mengupeh;KIA;5;5;10",
        ],
    )
    load(district, [correction])
    february = date(2026, 2, 1)
    assert _changes(district) == [
        ("visit", "new", "file", None, None, february, 1, None, None, correction.name),
        ("visit", "revised", "file", "pkm-mengupeh", "umum", february, 1, 30.0, 33.0, correction.name),
    ]
    assert _ask(district, "select text_before, text_after, sheet, row from load.change where state = 'revised'")[0][
        :2
    ] == (
        "10 + 20",
        "11 + 22",
    )
    assert _ask(district, "select state, previous_build_id from load.comparison") == [("compared", first)]


def test_a_new_month_is_one_row_for_its_file_however_many_figures_it_brings(loaded: Path, tmp_path: Path) -> None:
    new = _report(
        tmp_path / "kunjungan_2026-02_20260305.csv",
        [f"Februari;{unit};UMUM;1;1;2" for unit in ("PKM Mengupeh", "PKM Suo-Suo", "PKM Alai Ilir")],
    )
    load(loaded, [new])
    assert _changes(loaded) == [("visit", "new", "file", None, None, date(2026, 2, 1), 3, None, None, new.name)]


def test_a_service_that_the_register_learns_to_name_is_new_because_of_the_reference(
    district: Path, tmp_path: Path
) -> None:
    path = _report(
        tmp_path / "kunjungan_2026-01_20260205.csv",
        ["Januari;PKM Mengupeh;UMUM;7;7;14", "Januari;PKM Mengupeh;POLI BINTANG;1;1;2"],
    )
    load(district, [path])
    services = district / "reference" / "services.csv"
    services.write_text(
        services.read_text(encoding="utf-8").replace("GIGI|POLI GIGI|", "GIGI|POLI BINTANG|POLI GIGI|", 1),
        encoding="utf-8",
    )
    load(district, [path])
    assert _changes(district) == [("visit", "new", "reference", None, None, date(2026, 1, 1), 1, None, None, path.name)]


def test_weights_that_move_signals_are_revisions_that_the_reference_caused(sample_data: Path, tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    shutil.copytree(sample_data / "reference", data_dir / "reference")
    files = sorted(p for p in (sample_data / "inbox" / "pegawai").rglob("*") if p.is_file())
    load(data_dir, files)
    sql = "select employee_id || period, signal from mart.accountability_signal where signal is not null"
    before = dict(_ask(data_dir, sql))
    table = data_dir / "reference" / "accountability_weights.csv"
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            {**r, "weight_pct": str(float(r["weight_pct"]) + (20 if r["component"] == "result" else 0))} for r in rows
        )
    load(data_dir, files)
    after = dict(_ask(data_dir, sql))
    moved = {key for key in before if abs(before[key] - after[key]) > 1e-6}
    found = _ask(data_dir, "select kind, state, cause, item_id || period, value_before, value_after from load.change")
    assert moved
    assert {row[:3] for row in found} == {("signal", "revised", "reference")}
    assert {row[3] for row in found} == moved
    assert all(row[4] == pytest.approx(before[row[3]]) and row[5] == pytest.approx(after[row[3]]) for row in found)


def _seal(path: Path) -> None:
    """Write down that these are the bytes that were published."""
    seal_of(path).write_text(hashlib.sha256(path.read_bytes()).hexdigest(), encoding="utf-8")


def test_software_is_the_cause_where_nothing_else_changed(loaded: Path) -> None:
    path = loaded / JANUARY
    with duckdb.connect(_current(loaded)) as connection:  # as if an older program had counted otherwise
        connection.execute("update visit set patients = 13")
        connection.execute("update load.comparison set software_version = 'older'")
        connection.execute("update load.build set fingerprint = 'older'")
    _seal(_current(loaded))
    load(loaded, [path])
    assert _changes(loaded) == [
        ("visit", "revised", "software", "pkm-mengupeh", "umum", date(2026, 1, 1), 1, 13.0, 14.0, path.name)
    ]


@pytest.mark.by_turns(2)
@pytest.mark.parametrize("state", ["damaged", "other_schema"])
def test_a_build_that_cannot_be_read_is_not_compared_and_that_is_said(loaded: Path, tmp_path: Path, state: str) -> None:
    if state == "damaged":
        _current(loaded).write_bytes(b"bukan DuckDB")
    else:
        with duckdb.connect(_current(loaded)) as connection:
            connection.execute("drop table load.comparison")
        _seal(_current(loaded))
    new = _report(tmp_path / "kunjungan_2026-02_20260305.csv", ["Februari;PKM Mengupeh;UMUM;1;1;2"])
    report = load(loaded, [new])
    assert report.published
    assert _ask(loaded, "select state, previous_build_id from load.comparison") == [(state, None)]
    assert _changes(loaded) == []
