"""A load succeeds whole or leaves the published build untouched; the same files give the same build, whatever their order."""

import os
import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from etl import check, folder
from etl.building import blank
from etl.lake import Lake
from etl.load import LoadBusy, load
from queries import builds
from tests.etl.lakes import Filled, tebo

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[2]
HEADER = "Bulan;Nama Puskesmas;Poli;Baru;Lama;Total Kunjungan"
NOT_DATA = {"build", "comparison", "change"}  # they say when the build was made, and what the one before it said


def _district(path: Path) -> Path:
    """Make a data folder with the register of Kabupaten Tebo and an empty lake."""
    shutil.copytree(folder.PRODUCT_REFERENCE, path / "reference")
    (path / "lake").mkdir()
    (path / "lake" / "salt").write_text("uji")
    return path


def _report(path: Path, month: str, rows: Sequence[str], modified: datetime = datetime(2026, 3, 5, tzinfo=UTC)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([HEADER, *(f"{month};{row}" for row in rows)]) + "\n", encoding="utf-8")
    os.utime(path, (modified.timestamp(), modified.timestamp()))
    return path


def _tables(path: Path) -> dict[str, list[str]]:
    with duckdb.connect(path, read_only=True) as connection:
        names = connection.execute("select schema_name, table_name from duckdb_tables() order by all").fetchall()
        return {
            f"{schema}.{name}": sorted(map(repr, connection.execute(f'select * from "{schema}"."{name}"').fetchall()))
            for schema, name in names
            if name not in NOT_DATA
        }


def _current(data_dir: Path) -> Path:
    path = builds.current(data_dir)
    assert path is not None
    return path


def _patients(data_dir: Path) -> dict[tuple[str, str], int]:
    with duckdb.connect(_current(data_dir), read_only=True) as connection:
        rows = connection.execute("select unit_id, month, sum(patients) from visit group by all").fetchall()
    return {(unit, f"{month:%Y-%m}"): int(patients) for unit, month, patients in rows}


@pytest.mark.nightly  # on a push small lakes stand for it: building/test_versions.py, building/test_incremental.py
def test_the_same_files_give_the_same_build_in_any_order(sample_data: Path, tmp_path: Path) -> None:
    whole = _district(tmp_path / "whole")
    every = sorted(p for p in (sample_data / "inbox").rglob("*") if p.is_file())
    # One of each form, with the corrected report, the copy and the wrong file among them.
    wanted = (
        "2024/maret",
        "DHIS2",
        "dhis2",
        "perbaikan",
        "semester_1",
        "Alai Ilir",
        "Harga",
        "TW II 2026",
        "Daftar",
        "2026/real",
    )
    files = [p for p in every if any(word in str(p) for word in wanted)]
    assert len(files) >= 10
    assert load(whole, files).published
    expected = _tables(_current(whole))
    shuffled = files.copy()
    random.Random(1).shuffle(shuffled)
    piecemeal = _district(tmp_path / "piecemeal")
    for start in range(0, len(shuffled), 5):
        load(piecemeal, shuffled[start : start + 5])
    assert _tables(_current(piecemeal)) == expected


def _put(lake: Filled, name: str, *rows: str) -> None:
    """Put a report of February into a lake, with no build made: what counts of it is settled without its marts."""
    lake.put(name, "\n".join([HEADER, *(f"Februari;{row}" for row in rows)]) + "\n", "2026-03-05")


def test_the_newer_report_wins_by_the_date_in_its_name_and_the_older_one_is_kept(tmp_path: Path) -> None:
    old = ("kunjungan_2026-02_20260305.csv", "PKM Mengupeh;UMUM;10;20;30")
    new = ("kunjungan_2026-02_20260401.csv", "PKM Mengupeh;UMUM;11;22;33")
    for name, order in (("a", (old, new)), ("b", (new, old))):
        lake = tebo(tmp_path / name)
        for file, row in order:
            _put(lake, file, row)
        said = lake.said()
        assert said.patients() == {("pkm-mengupeh", "2026-02"): 33}
        assert [found["message"] for found in said.findings("version_replaced")] == [
            "Laporan Februari 2026 diganti versi lebih baru (kunjungan_2026-02_20260401.csv); 1 angka berubah (30 → 33)."
        ]
        assert len(said.statuses()) == 2


def test_a_correction_replaces_only_what_it_speaks_of(tmp_path: Path) -> None:
    lake = tebo(tmp_path)
    _put(lake, "kunjungan_2026-02_20260305.csv", "PKM Mengupeh;UMUM;10;20;30", "PKM Suo-Suo;UMUM;1;2;3")
    _put(lake, "perbaikan_2026-02_20260401.csv", "PKM Mengupeh;UMUM;5;5;10")
    _put(lake, "gigi_2026-02_20260402.csv", "PKM Suo-Suo;GIGI;4;4;8")
    # Mengupeh is replaced (30 -> 10). Suo-Suo keeps its 3: the later report speaks of another service, so 3 + 8 = 11.
    assert lake.said().patients() == {("pkm-mengupeh", "2026-02"): 10, ("pkm-suo-suo", "2026-02"): 11}


def test_a_total_never_stands_beside_its_parts(tmp_path: Path) -> None:
    lake = tebo(tmp_path)
    _put(lake, "rinci_2026-02_20260305.csv", "PKM Mengupeh;UMUM;10;20;30", "PKM Mengupeh;GIGI;1;1;2")
    total = "Bulan;Nama Puskesmas;Jumlah Kunjungan\nFebruari;PKM Mengupeh;32\n"
    lake.put("total_2026-02_20260310.csv", total)
    assert lake.said().patients() == {("pkm-mengupeh", "2026-02"): 32}


def test_a_month_that_a_newer_version_leaves_out_is_kept_and_told(tmp_path: Path) -> None:
    lake = tebo(tmp_path)
    for day, months in (("20260305", "Januari;Februari"), ("20260401", "Februari;Maret")):
        lake.put(f"kunjungan_2026_{day}.csv", f"Nama Puskesmas;{months}\nPKM Mengupeh;7;8\n")
    said = lake.said()
    assert said.patients() == {
        ("pkm-mengupeh", "2026-01"): 7,
        ("pkm-mengupeh", "2026-02"): 7,
        ("pkm-mengupeh", "2026-03"): 8,
    }
    (lost,) = said.findings("month_disappeared")
    assert (lost["file"], lost["period"]) == ("kunjungan_2026_20260305.csv", date(2026, 1, 1))


def test_two_versions_of_one_date_are_a_finding_and_broken_the_same_way(tmp_path: Path) -> None:
    one = ("satu_2026-02.csv", "PKM Mengupeh;UMUM;10;20;30")
    two = ("dua_2026-02.csv", "PKM Mengupeh;UMUM;11;22;33")
    seen = []
    for name, order in (("a", (one, two)), ("b", (two, one))):
        lake = tebo(tmp_path / name)
        for file, row in order:
            _put(lake, file, row)
        said = lake.said()
        assert len(said.findings("version_tie")) == 1
        seen.append(said.patients())
    assert seen[0] == seen[1]


def test_the_same_bytes_twice_are_no_new_build(tmp_path: Path) -> None:
    data_dir = _district(tmp_path / "data")
    path = _report(tmp_path / "in" / "kunjungan_2026-02.csv", "Februari", ["PKM Mengupeh;UMUM;10;20;30"])
    first = load(data_dir, [path])
    again = load(data_dir, [path])
    copy = Path(shutil.copy2(path, path.with_name("kunjungan_2026-02 (2).csv")))
    copied = load(data_dir, [copy])
    assert first.published == again.published
    assert [f.status for f in again.files] == ["unchanged"]
    assert [(f.status, f.reason) for f in copied.files] == [
        ("unchanged", "Isi berkas ini sama persis dengan kunjungan_2026-02.csv; dimuat sekali.")
    ]
    assert _patients(data_dir) == {("pkm-mengupeh", "2026-02"): 30}


def test_exit_codes_say_whether_something_was_published_or_refused(tmp_path: Path) -> None:
    data_dir = _district(tmp_path / "data")
    good = _report(tmp_path / "in" / "kunjungan_2026-02.csv", "Februari", ["PKM Mengupeh;UMUM;10;20;30"])
    bad = _report(
        tmp_path / "in" / "kunjungan_2026-01.csv",
        "Januari",
        ["PKM Mengupeh;UMUM;-1;20;19", "PKM Entah Berantah;UMUM;1;1;2"],
    )
    assert load(data_dir, [good]).exit_code == 0
    report = load(data_dir, [bad])
    assert report.exit_code == 3
    assert report.rejects.select("row", "col", "value", "code").rows() == [
        (2, "Baru", "-1", "negative"),
        (3, "Unit", "PKM Entah Berantah", "unit_unregistered"),
    ]
    assert ("pkm-mengupeh", "2026-01") not in _patients(data_dir)


def test_a_failed_check_leaves_the_published_build_and_the_lake_as_they_were(tmp_path: Path) -> None:
    data_dir = _district(tmp_path / "data")
    first = load(data_dir, [_report(tmp_path / "in" / "a_2026-02.csv", "Februari", ["PKM Mengupeh;UMUM;10;20;30"])])
    units = data_dir / "reference" / "units.csv"
    kept = units.read_text(encoding="utf-8")
    # Without a root unit an indicator that names no unit belongs to nobody: the build's own check has to stop it.
    units.write_text(
        kept.replace("tebo,Kabupaten Tebo,Kab. Tebo,district,,", "tebo,Kabupaten Tebo,Kab. Tebo,district,tebo,"),
        encoding="utf-8",
    )
    orphan = tmp_path / "in" / "capaian 2025.csv"
    orphan.write_text("Indikator;Realisasi 2025\nAngka contoh;12,5\n", encoding="utf-8")
    report = load(data_dir, [orphan])
    assert report.exit_code == 1
    assert report.published is None
    assert "Every fact belongs to a unit of the register" in report.failed_checks[0]
    assert builds.current(data_dir) == first.build_path
    assert len(Lake(data_dir).manifest()) == 1
    units.write_text(kept, encoding="utf-8")
    assert load(data_dir, [orphan]).exit_code == 0


def test_a_second_load_waits_or_says_why_not(tmp_path: Path) -> None:
    data_dir = _district(tmp_path / "data")
    path = _report(tmp_path / "in" / "a_2026-02.csv", "Februari", ["PKM Mengupeh;UMUM;10;20;30"])
    other = _report(tmp_path / "in" / "b_2026-03.csv", "Maret", ["PKM Mengupeh;UMUM;1;2;3"])
    entered, leave = threading.Event(), threading.Event()

    def hold(progress: object) -> None:
        entered.set()
        leave.wait(20)

    holder = threading.Thread(target=load, args=(data_dir, [path], hold))
    holder.start()
    assert entered.wait(20)
    with pytest.raises(LoadBusy, match="Pemuatan lain sedang berjalan"):
        load(data_dir, [other], wait_seconds=0)
    waiting = threading.Thread(target=load, args=(data_dir, [other]))
    waiting.start()
    leave.set()
    holder.join(60)
    waiting.join(60)
    assert _patients(data_dir) == {("pkm-mengupeh", "2026-02"): 30, ("pkm-mengupeh", "2026-03"): 3}


def test_a_new_alias_mends_rows_that_were_loaded_before(tmp_path: Path) -> None:
    data_dir = _district(tmp_path / "data")
    path = _report(tmp_path / "in" / "a_2026-02.csv", "Februari", ["Pusat Sehat Mengupeh;UMUM;10;20;30"])
    report = load(data_dir, [path])
    assert report.rejects["code"].to_list() == ["unit_unregistered"]
    units = data_dir / "reference" / "units.csv"
    text = units.read_text(encoding="utf-8")
    lines = [f"{line}|Pusat Sehat Mengupeh" if line.startswith("pkm-mengupeh,") else line for line in text.splitlines()]
    units.write_text("\n".join(lines) + "\n", encoding="utf-8")
    load(data_dir, [path])
    assert _patients(data_dir) == {("pkm-mengupeh", "2026-02"): 30}


def test_personal_columns_of_the_register_are_written_nowhere(sample_data: Path) -> None:
    for path in (sample_data / "lake" / "pool").rglob("*.parquet"):
        frame = pl.read_parquet(path)
        for column in frame.select(pl.col(pl.String)).columns:
            assert not frame[column].str.contains("Pasien Contoh").any(), (path.parent.name, column)
    with duckdb.connect(_current(sample_data), read_only=True) as connection:
        texts = connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns() where data_type = 'VARCHAR' and not internal"
        ).fetchall()
        assert len(texts) > 50
        for schema, table, column in texts:
            found = connection.execute(
                f'select count(*) from "{schema}"."{table}" '
                f"where \"{column}\" like '%Pasien Contoh%' or \"{column}\" similar to '0{{12,}}\\d+'"
            ).fetchone()
            assert found == (0,), (schema, table, column)
        assert connection.execute("select count(*) from load.finding where code = 'personal_dropped'").fetchone() != (
            0,
        )
        # A NIP stands in its own columns alone: never among the rejects, whose values people read aloud.
        assert connection.execute(
            "select count(*) from load.reject where regexp_matches(value, '\\d{15,}')"
        ).fetchone() == (0,)


def test_a_folder_of_an_earlier_version_gets_the_thresholds_that_it_lacks(tmp_path: Path) -> None:
    data_dir = _district(tmp_path / "data")
    path = data_dir / "reference" / "thresholds.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(("visit_provisional_months,", "outlier_min_months,"))]
    path.write_text("".join(kept) + "outlier_min_months,3,bulan,Riwayat terpendek,Kabupaten\n", encoding="utf-8")
    with duckdb.connect() as connection:
        blank.begin(connection, data_dir / "reference")
        found = dict(connection.execute("select key, value from reference.thresholds").fetchall())
    assert len(found) == len(lines) - 1
    assert (found["visit_provisional_months"], found["outlier_min_months"]) == (2, 3)  # shipped, and the district's own
    (problem,) = [found for found in check.problems(data_dir) if "visit_provisional_months" in found.what]
    assert problem.severity == "warning"


def test_a_load_of_nothing_new_waits_for_no_library_that_only_reading_and_building_need(tmp_path: Path) -> None:
    data_dir = _district(tmp_path / "data")
    report = _report(data_dir / "inbox" / "januari.csv", "01-2026", ["Puskesmas Muara Tebo;BP umum;3;4;7"])
    first = load(data_dir, [report])
    code = (
        "import sys; from pathlib import Path; from etl.load import load\n"
        "print(load(Path(sys.argv[1])).published, *sorted({'numpy', 'pyarrow'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(data_dir)], check=True, capture_output=True, text=True, cwd=PROJECT
    )
    assert run.stdout.split() == [first.published]
    again = load(data_dir)
    for now, before in ((again.rejects, first.rejects), (again.findings, first.findings)):
        assert now.schema == before.schema
        assert now.equals(before)
