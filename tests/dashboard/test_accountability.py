"""Akuntabilitas pegawai, on six people whose figures are worked out by hand, and on the sample district."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from dashboard.views import accountability_blocks as blocks
from dashboard.views import accountability_person as person
from tests.dashboard.builds import begin, publish, shown

QUARTERS = ("2025-01-01", "2025-04-01", "2025-07-01", "2025-10-01")
# Only individual indicators are reported, so the signal is their attainment of a target of 100.
ATTAINED = {"n1": (92, 96, 92, 96), "n2": (78, 82, 78, 82), "n3": (58, 62, 58, 62), "n5": (99, 99, 99)}
NIP = "198001012005011001"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a data folder with four nurses of two health centres; n5 has one evaluation too few."""
    connection = begin(tmp_path)
    connection.execute(
        "insert into unit (unit_id, name, short_name, kind, parent_id) values"
        " ('tebo', 'Kabupaten Tebo', 'Kab. Tebo', 'district', null), ('dinkes', 'Dinkes', 'Dinkes', 'agency', 'tebo'),"
        " ('pkm-a', 'PKM A', 'PKM A', 'health_centre', 'dinkes')"
    )
    connection.execute(
        "insert into load.file (file_id, sha256, name, status) values ('f1', 'x', 'evaluasi <2025>.xlsx', 'accepted')"
    )
    for row, (who, values) in enumerate(ATTAINED.items(), 4):
        connection.execute(
            "insert into employee (employee_id, nip, name, position, job_group, unit_id, file_id, sheet, row)"
            " values (?, ?, ?, 'Perawat', 'nurse', 'pkm-a', 'f1', 'Pegawai', ?)",
            [who, NIP[:-3] + f"{row:03d}", f"Contoh {who}", row],
        )
        for quarter, value in zip(QUARTERS, values, strict=False):
            connection.execute(
                "insert into evaluation_indicator (employee_id, period, period_months, indicator, target, realisation,"
                " file_id, sheet, row) values (?, ?, 3, 'Kunjungan rumah', 100, ?, 'f1', 'Indikator', ?)",
                [who, quarter, value, row],
            )
    # The report says Sangat Baik where the matrix says Baik.
    connection.execute(
        "insert into evaluation values ('n3', '2025-10-01', 3, 'meets', 'meets', 'Sangat Baik', 'f1', 'Nilai', 9)"
    )
    connection.execute(
        "insert into load.expected_report values"
        " ('pkm-a', 'visit', '2025-10-01', 1, '2025-11-10', '2025-11-09', 'on_time', false, 1),"
        " ('pkm-a', 'visit', '2025-11-01', 1, '2025-12-10', '2025-12-12', 'late', false, 1),"
        " ('pkm-a', 'visit', '2025-12-01', 1, '2026-01-10', null, 'missing', false, 0)"
    )
    connection.execute(
        "insert into load.build values"
        " ('b1', '2026-01-12', '2026-01-12', 'Kabupaten Tebo', true, '2025-01-01', '2025-12-01', 'x')"
    )
    return publish(tmp_path, connection)


def test_a_group_shows_tiers_and_leaves_out_who_has_too_few_evaluations(page: Callable, data: Path) -> None:
    words = shown(page("pegawai", data_dir=data, kelompok="nurse"))
    # Means: n1 94, n2 80, n3 58.7 (its October is 56.9, see below): group mean (94 + 80 + 58.7) / 3 = 77.6.
    # Half width of n1 and n2 3.1824 * 2.3094 / 2 = 3.67: n1 from 90.3 is above, n2 from 76.3 to 83.7 holds 77.6.
    assert "Perawat: dari 3 orang, 1 jelas di atas rata-rata kelompok dan 1 jelas di bawah." in words
    assert "77,6 <small>dari 100" in words
    assert "3 dari 4 orang diperingkat" in words
    assert "1 orang belum diperingkat karena penilaiannya kurang dari 4" in words
    # 4 + 4 + 4 + 3 indicators, all reported. One of three reports on time: 33.3 %, one missing.
    assert "15 dari 15 indikator" in words
    assert "33,3 %" in words
    assert "1 belum masuk" in words


def test_names_and_nip_are_masked_unless_the_role_may_see_names(page: Callable, data: Path) -> None:
    hidden = shown(page("pegawai", data_dir=data, kelompok="nurse"))
    assert "Contoh n1" not in hidden
    assert "Pegawai " in hidden
    named = shown(page("pegawai", viewer="bkpsdm", data_dir=data, kelompok="nurse"))
    assert "Contoh n1" in named
    assert NIP[:12] not in hidden + named


def test_a_person_shows_reasons_and_the_rows_behind(page: Callable, data: Path) -> None:
    words = shown(page("pegawai", data_dir=data, pegawai="n3"))
    # October: result 62 and behaviour meets = 50, weights 40 and 30 of 70: 62 * 4/7 + 50 * 3/7 = 56.9; the result loses
    # 57.1 - 35.4 = 21.7, the behaviour 42.9 - 21.4 = 21.4. The mean is (58 + 62 + 58 + 56.857) / 4 = 58.7.
    assert "Sinyal 56,9 pada TW IV 2025" in words
    assert "Jelas di bawah di kelompok Perawat: sinyal 58,7" in words
    assert "Yang paling menurunkan sinyal: Hasil kerja, nilai 62,0, hilang 21,7 dari 57,1 poin." in words
    assert "Ketepatan waktu tidak dihitung: tidak disebut dalam laporan." in words
    assert "Yang dilaporkan: Sangat Baik, berbeda dari matriks." in words
    assert "evaluasi &lt;2025&gt;.xlsx" in words
    assert "bukan predikat resmi" in words


def test_a_person_of_another_group_gives_way_to_the_group(page: Callable, data: Path) -> None:
    assert "Pilih kelompok jabatan" in shown(page("pegawai", data_dir=data, pegawai="n3", kelompok="midwife"))


def test_nobody_by_that_id_gets_a_calm_word(page: Callable, data: Path) -> None:
    assert "Pegawai ini tidak ditemukan" in shown(page("pegawai", data_dir=data, pegawai="nobody"))


def _ranked(tiers: str) -> pl.DataFrame:
    order = {"a": ("above", 1), "c": ("comparable", 2), "b": ("below", 3), "u": ("unranked", 4)}
    rows = [
        {"tier": order[t][0], "tier_order": order[t][1], "place": i, "signal_mean": 100.0 - i, "group_mean": 90.0}
        for i, t in enumerate(tiers, 1)
    ]
    return pl.DataFrame(rows)


def test_the_chart_keeps_who_stands_out_and_takes_the_others_at_even_steps() -> None:
    # 12 ranked, room for 7: both above, both below, 3 of the 8 comparable: steps 0, round(3.5) = 4, 7: places 3, 7, 10.
    kept = blocks.drawn(_ranked("aaccccccccbbu"), most=7)
    assert kept["place"].to_list() == [1, 2, 3, 7, 10, 11, 12]
    # Too many stand out: those furthest from the mean of 90 stay, 99 and 98; the two below, 89 and 88, go.
    assert blocks.drawn(_ranked("aaccccccccbb"), most=2)["place"].to_list() == [1, 2]
    assert blocks.drawn(_ranked("acbu"))["place"].to_list() == [1, 2, 3]


def test_two_people_of_one_name_get_a_row_each() -> None:
    assert blocks.unique_labels(["Contoh", "Contoh", None]) == ["Contoh", "Contoh (2)", "–"]


def test_a_missing_predicate_says_why() -> None:
    last = {"period": date(2026, 7, 1), "period_months": 3, "predicate": None, "missing_reason": "no_behaviour"}
    assert person.predicate_sentence(last) == "Belum ada predikat resmi pada TW III 2026: perilaku kerja belum dinilai."


def test_the_sample_district_shows_who_reports_late_and_masks_its_people(page: Callable) -> None:
    words = shown(page("pegawai", kelompok="nurse"))
    assert "Suo-Suo paling sering terlambat atau belum melapor" in words
    assert "Perawat: dari " in words
    assert "Data contoh" in words
