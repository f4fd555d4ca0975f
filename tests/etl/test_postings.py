"""Officials who move: two dated lists of employees, and whose an appraisal of each period is, worked out by hand."""

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from etl.building import blank, build, facts
from etl.lake import Lake
from tests.etl.lakes import Filled, tebo

DEWI, BUDI = "198912042011012901", "198503152010011002"
LIST = "NAMA;NIP;JABATAN;UNIT KERJA\n"
APPRAISAL = "NIP;Nama;Unit Kerja;Periode;Hasil Kerja;Perilaku Kerja;Predikat Kinerja\n"


def _appraised(quarter: str, *people: tuple[str, str]) -> str:
    return APPRAISAL + "".join(
        f"{nip};Nama;{unit};TW {quarter} 2026;Sesuai Ekspektasi;Sesuai Ekspektasi;Baik\n" for nip, unit in people
    )


@pytest.fixture
def lake(tmp_path: Path) -> Filled:
    """Dewi is in Dinas Kesehatan until July and in Dinas PUPR then, Budi stays."""
    lake = tebo(tmp_path)
    lake.put(
        "pegawai januari.csv",
        LIST + f"Dewi;{DEWI};Analis;Dinas Kesehatan\nBudi;{BUDI};Analis;Dinas PUPR\n",
        "2026-01-10",
    )
    lake.put(
        "pegawai juli.csv",
        LIST + f"Dewi;{DEWI};Kepala Bidang;Dinas PUPR\nBudi;{BUDI};Analis;Dinas PUPR\n",
        "2026-07-10",
    )
    for quarter, day in (("I", "2026-04-05"), ("II", "2026-07-05"), ("III", "2026-10-05")):
        people = ((DEWI, "Dinas PUPR"), (BUDI, "Dinas PUPR"))
        lake.put(f"evaluasi {quarter}.csv", _appraised(quarter, *people), day)
    return lake


def _build(lake: Filled) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    blank.begin(connection, lake.data_dir / "reference")
    facts.fill(connection, lake.data_dir, Lake(lake.data_dir), lake.manifest)
    build.make_marts(connection, "from mart.accountability_ranking")
    return connection


@pytest.fixture
def built(lake: Filled) -> Iterator[duckdb.DuckDBPyConnection]:
    with _build(lake) as connection:
        yield connection


def _of(built: duckdb.DuckDBPyConnection, sql: str) -> list[tuple]:
    ids = {
        nip: built.execute("select employee_id from lake.person where nip = ?", [nip]).fetchall()[0][0]
        for nip in (DEWI, BUDI)
    }
    names = {ids[DEWI]: "Dewi", ids[BUDI]: "Budi"}
    return [(names[who], *rest) for who, *rest in built.execute(sql).fetchall()]


def test_a_posting_holds_from_its_list_to_the_next_and_the_first_before_it(built: duckdb.DuckDBPyConnection) -> None:
    found = _of(
        built,
        "select employee_id, unit_id, valid_from, valid_until from posting order by valid_from, unit_id, employee_id",
    )
    always, july, end = date(1, 1, 1), date(2026, 7, 10), date(9999, 12, 31)
    assert sorted(found) == [
        ("Budi", "pupr", always, july), ("Budi", "pupr", july, end),
        ("Dewi", "dinkes", always, july), ("Dewi", "pupr", july, end),
    ]  # fmt: skip


def test_an_appraisal_is_of_the_unit_of_its_period(built: duckdb.DuckDBPyConnection) -> None:
    """The second quarter ended on 30 June, before the list of 10 July; the third after it."""
    found = _of(
        built, "select employee_id, month(period), unit_id, agency_id from mart.accountability_signal order by all"
    )
    assert [row for row in found if row[0] == "Dewi"] == [
        ("Dewi", 1, "dinkes", "dinkes"), ("Dewi", 4, "dinkes", "dinkes"), ("Dewi", 7, "pupr", "pupr")
    ]  # fmt: skip
    assert {row[2] for row in found if row[0] == "Budi"} == {"pupr"}
    now = _of(built, "select employee_id, unit_id, position from mart.accountability_person order by all")
    assert ("Dewi", "pupr", "Kepala Bidang") in now


def test_an_older_window_keeps_the_unit_and_position_of_then(built: duckdb.DuckDBPyConnection) -> None:
    found = _of(
        built, "select employee_id, month(window_end), unit_id, position from mart.accountability_ranking order by all"
    )
    assert [row for row in found if row[0] == "Dewi"] == [
        ("Dewi", 1, "dinkes", "Analis"), ("Dewi", 4, "dinkes", "Analis"), ("Dewi", 7, "pupr", "Kepala Bidang")
    ]  # fmt: skip


def test_each_unit_owes_the_appraisals_of_its_people_of_then(built: duckdb.DuckDBPyConnection) -> None:
    sql = (
        "select unit_id, month(period), status from load.expected_report where report_kind = 'evaluation' order by all"
    )
    found = built.execute(sql).fetchall()
    assert {(unit, month) for unit, month, status in found if status == "received"} == {
        ("dinkes", 1), ("dinkes", 4), ("pupr", 1), ("pupr", 4), ("pupr", 7)
    }  # fmt: skip


def test_a_later_list_moves_no_older_figure(lake: Filled) -> None:
    sql = "select employee_id, period, unit_id, job_group from mart.accountability_signal where period < '2026-07-01' order by all"
    with _build(lake) as before:
        older = _of(before, sql)
    lake.put("pegawai nopember.csv", LIST + f"Dewi;{DEWI};Sekretaris;Dinas Sosial\n", "2026-11-10")
    with _build(lake) as after:
        assert _of(after, sql) == older
        assert ("Dewi", "pupr") in _of(
            after, "select employee_id, unit_id from mart.accountability_signal where period = '2026-07-01'"
        )


def test_files_in_any_order_give_the_same_postings(lake: Filled) -> None:
    sql = "select * from posting order by all"
    with _build(lake) as first:
        wanted = first.execute(sql).fetchall()
    names = sorted(lake.manifest)
    random.Random(1).shuffle(names)
    lake.manifest = {name: lake.manifest[name] for name in names}
    with _build(lake) as again:
        assert again.execute(sql).fetchall() == wanted
