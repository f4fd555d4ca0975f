"""Akuntabilitas pegawai, on six people whose figures are worked out by hand, and on the sample district."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import filters
from dashboard.areas.accountability import ranking as blocks
from dashboard.areas.accountability import trial, why
from tests.dashboard.builds import begin, publish, shown
from tests.effort import tries

QUARTERS = ("2025-01-01", "2025-04-01", "2025-07-01", "2025-10-01")
# Only individual indicators of a target of 100 are reported, all of them: result and completeness are there, nothing is
# said of time and evidence, so the signal is (50 * attainment + 15 * 100) / 65.
ATTAINED = {"n1": (92, 96, 92, 96), "n2": (82, 78, 82, 78), "n3": (58, 62, 58, 62), "n5": (99, 99, 99)}
NIP = "198001012005011001"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with four nurses of a health centre; n5 has one evaluation too few."""
    return _filled(tmp_path_factory.mktemp("nurses"), ATTAINED)


def _filled(
    folder: Path, attained: dict[str, tuple], late: dict[str, tuple[int, ...]] | None = None, second: int = 0
) -> Path:
    """Return the folder with nurses who attained so much of 100 in the quarters of 2025; `late` says in which (1).

    With `second` all but n4 have so many more indicators like the first; n1 left one of them unreported in the first quarter.
    """
    connection = begin(folder)
    connection.execute(
        "insert into unit (unit_id, name, short_name, kind, parent_id) values"
        " ('tebo', 'Kabupaten Tebo', 'Kab. Tebo', 'district', null), ('dinkes', 'Dinkes', 'Dinkes', 'agency', 'tebo'),"
        " ('pkm-a', 'PKM A', 'PKM A', 'health_centre', 'dinkes')"
    )
    connection.execute(
        "insert into load.file (file_id, sha256, name, status) values ('f1', 'x', 'evaluasi <2025>.xlsx', 'accepted')"
    )
    for row, (who, values) in enumerate(attained.items(), 4):
        connection.execute(
            "insert into employee (employee_id, nip, name, position, job_group, unit_id, file_id, sheet, row)"
            " values (?, ?, ?, 'Perawat', 'nurse', 'pkm-a', 'f1', 'Pegawai', ?)",
            [who, NIP[:-3] + f"{row:03d}", f"Contoh {who}", row],
        )
        for i, (quarter, value) in enumerate(zip(QUARTERS, values, strict=False)):
            is_on_time = None if late is None else not late.get(who, (0, 0, 0, 0))[i]
            connection.execute(
                "insert into evaluation_indicator (employee_id, period, period_months, indicator, target, realisation,"
                " is_on_time, file_id, sheet, row) values (?, ?, 3, 'Kunjungan rumah', 100, ?, ?, 'f1', 'Indikator', ?)",
                [who, quarter, value, is_on_time, row],
            )
            for k in range(0 if who == "n4" else second):
                is_silent = (who, i, k) == ("n1", 0, 0)
                connection.execute(
                    "insert into evaluation_indicator (employee_id, period, period_months, indicator, target, realisation,"
                    " file_id, sheet, row) values (?, ?, 3, ?, 100, ?, 'f1', 'Indikator', ?)",
                    [who, quarter, f"Tugas {k}", None if is_silent else value, row],
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
    return publish(folder, connection)


def test_a_group_shows_tiers_and_leaves_out_who_has_too_few_evaluations(page: Callable, data: Path) -> None:
    words = shown(page("pegawai", data_dir=data, kelompok="nurse"))
    # Means: n1 (50 * 94 + 1500) / 65 = 95.4, n2 84.6, n3 69.2: group mean 83.1; n5 skipped one of four quarters. Quarters move
    # by 2/3 of 50/65; left 4 * (16 + 64 + 16) / 9 * (50 / 65)^2 = 25.2. Lasting chance 9 / 39 + (1 - 0.231^2) / sqrt(39) = 0.382
    # (the usual, with one error): within 25.2 / 4.50 = 5.60, four are worth 1.79: error 1.77, of 3.4 degrees: 1.53 times as wide.
    # tau2 = (1.79 * 345.6 - 2 * 5.60) / 3.57 = 170: n1 and n3 lie outside 1.96 * 1.53 * 1.77 = 5.3 of the mean, n2 84.6 holds it.
    assert "Perawat: dari 3 orang, 1 jelas di atas rata-rata kelompok dan 1 jelas di bawah (" in words
    assert "83,1 <small>dari 100" in words
    assert "3 dari 4 orang diperingkat" in words
    assert "1 orang belum diperingkat karena penilaiannya kurang dari 4; mereka bukan yang terakhir." in words
    assert "bukan predikat resmi" in words
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
    # Own mean (50 * 60 + 1500) / 65 = 69.2; 3.14 / (3.14 + 170) = 1.8 % of the 13.8 to the group's 83.1 is 0.3: 69.5.
    # The result adds 60 * 50/65 = 46.2 of 76.9 points and loses 30.8; the ratings have no part in the signal.
    assert (
        "Jelas di bawah di kelompok Perawat: peringkat 3 dari 3. Peluang termasuk 1 teratas 0 %, termasuk 1 terbawah 100 %."
        in words
    )
    assert "Dari semua orang lain ia dapat dibedakan." in words
    assert "Rata-rata sendiri 69,2 dari 4 penilaian (kisaran 95 %: 63,9–74,5)." in words
    assert "sebanyak itu (+0,3 poin) ia ditarik ke sana, menjadi 69,5." in words
    assert "Sinyal 69,5: rata-rata 4 penilaian 69,2, lalu +0,3 poin ke arah kelompok" in words
    assert "Yang paling menurunkan sinyal: Hasil kerja, nilai 60,0, hilang 30,8 dari 76,9 poin." in words
    assert "Ketepatan waktu tidak dihitung: tidak disebut dalam laporan." in words
    assert "Yang perlu diperiksa" not in words  # the form asks for no evidence
    assert "Predikat resmi TW IV 2025: Baik" in words
    assert "Yang dilaporkan: Sangat Baik, berbeda dari matriks." in words
    assert "evaluasi &lt;2025&gt;.xlsx" in words
    assert "bukan predikat resmi" in words


def test_a_person_of_another_group_gives_way_to_the_group(page: Callable, data: Path) -> None:
    assert "Pilih kelompok jabatan" in shown(page("pegawai", data_dir=data, pegawai="n3", kelompok="midwife"))


def test_nobody_by_that_id_gets_a_calm_word(page: Callable, data: Path) -> None:
    assert "Pegawai ini tidak ditemukan" in shown(page("pegawai", data_dir=data, pegawai="nobody"))


def test_people_who_can_not_be_told_apart_get_no_ranks_and_go_by_name(page: Callable, tmp_path: Path) -> None:
    # The yearly means of all three are 80, with 10 points between quarters: nothing between them but chance.
    values = {"n1": (75, 85, 75, 85), "n2": (85, 75, 85, 75), "n3": (75, 75, 85, 85)}
    words = shown(page("pegawai", viewer="bupati", data_dir=_filled(tmp_path, values), kelompok="nurse"))
    assert "Perawat: tidak ada perbedaan yang dapat dibedakan di antara 3 orang; urutannya menurut nama (" in words
    assert "jelas di atas rata-rata kelompok" not in words
    one = shown(page("pegawai", data_dir=tmp_path, pegawai="n2"))
    assert "Setara: di kelompok Perawat tidak ada perbedaan yang dapat dibedakan, jadi tidak ada peringkat." in one
    assert "Peluang termasuk" not in one


def test_two_people_are_too_few_for_ranks(page: Callable, tmp_path: Path) -> None:
    _filled(tmp_path, {"n1": (90, 92, 90, 92), "n2": (60, 62, 60, 62)})
    words = shown(page("pegawai", data_dir=tmp_path, kelompok="nurse"))
    assert "Perawat: baru 2 orang mempunyai cukup penilaian; perlu 3 orang agar dapat diperingkat." in words
    one = shown(page("pegawai", data_dir=tmp_path, pegawai="n1"))
    assert "Belum diperingkat: di kelompok Perawat baru 2 orang mempunyai cukup penilaian, perlu 3." in one


def test_neighbours_flags_and_silence_are_said(page: Callable, tmp_path: Path) -> None:
    values = {"n1": (130, 120, 140, None), "n2": (99, 98, 99, 98), "n3": (60, 64, 60, 64), "n4": (97, 96, 99, 99)}
    words = shown(page("pegawai", viewer="bupati", data_dir=_filled(tmp_path, values), pegawai="n2"))
    # n2's mean is 98.5, n4's 97.75, three quarters of a point apart; n1 is capped at 100 and has three periods only.
    assert "1 orang tidak dapat dibedakan dari Contoh n2" in words
    assert "Dari 1 orang lain ia tidak dapat dibedakan." in words
    silent = shown(page("pegawai", viewer="bupati", data_dir=tmp_path, pegawai="n1"))
    # Over 100 in all three measured periods. The fourth is not reported: no zero, and too little to speak of a signal.
    assert "Belum diperingkat di kelompok Perawat: ada 3 penilaian, perlu 4." in silent
    assert "Yang perlu diperiksa: 1 target mudah; belum melapor 1 indikator" in silent
    assert "1 indikator belum dilaporkan pada TW IV 2025; tidak dihitung sebagai nol." in silent


def test_other_weights_are_tried_beside_the_official_ranking(page: Callable, tmp_path: Path) -> None:
    # n1 achieves most, 97, and always reports late: officially (50 * 97 + 20 * 0 + 15 * 100) / 85 = 74.7, behind n4's
    # (50 * 71 + 35 * 100) / 85 = 82.9. By the result alone n1 leads, and each of the others goes one place down; nobody varies
    # by more than two points between quarters, so no interval holds another place.
    values = {"n1": (96, 98, 96, 98), "n2": (80, 82, 80, 82), "n3": (88, 90, 88, 90), "n4": (70, 72, 70, 72)}
    _filled(tmp_path, values, {"n1": (1, 1, 1, 1)})
    official = shown(page("pegawai", viewer="bupati", data_dir=tmp_path, kelompok="nurse"))
    assert "Percobaan" not in official.replace("Percobaan bobot</label>", "")
    words = shown(page("pegawai", viewer="bupati", data_dir=tmp_path, kelompok="nurse", bobot="result:100"))
    assert "Percobaan, bukan peringkat resmi: Hasil kerja 100, Ketepatan waktu 0," in words
    assert "Percobaan: 4 dari 4 orang berpindah melampaui kisarannya" in words
    assert "Kembali ke bobot resmi." in words
    assert "Ini percobaan; peringkat resmi di bawah dan predikat resmi tidak berubah." in words
    # The official figures are those of the page without a trial.
    said = next(part for part in official.split("<li>") if "Perawat: dari" in part).split("</li>")[0]
    assert said in words


@pytest.mark.parametrize(
    "weights", ["result", "result:nan", "result:-1,timeliness:2", "result:0", "luck:50", "result:101"]
)
def test_weights_that_make_no_sense_are_not_tried(page: Callable, data: Path, weights: str) -> None:
    words = shown(page("pegawai", data_dir=data, kelompok="nurse", bobot=weights))
    assert "Bobot percobaan tidak dapat dibaca, jadi tidak dicoba." in words
    assert "Perawat: dari 3 orang, 1 jelas di atas" in words
    assert "Ini percobaan" not in words


def test_the_form_writes_the_weights_into_the_address(page: Callable, data: Path) -> None:
    test = page("pegawai", data_dir=data, kelompok="nurse")
    fields = {field.label: field for field in test.number_input}
    assert {name: field.value for name, field in fields.items()} == {
        "Hasil kerja": 50, "Ketepatan waktu": 20, "Kelengkapan laporan": 15, "Bukti kerja": 15
    }  # fmt: skip
    fields["Hasil kerja"].set_value(80.0)
    next(button for button in test.button if button.label == "Coba").click()
    test.run()
    assert test.query_params["bobot"] == "result:80,timeliness:20,completeness:15,evidence:15"
    assert "Percobaan, bukan peringkat resmi: Hasil kerja 80, Ketepatan waktu 20," in shown(test)


def _ranking(*people: tuple[str, int | None, int | None, int | None]) -> pl.DataFrame:
    names = ("employee_id", "rank_median", "rank_lower", "rank_upper")
    frame = pl.DataFrame(people, schema=names, orient="row")
    return frame.with_columns(pl.col(names[1:]).cast(pl.Int32))


def _estimates(**signals: float) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "employee_id": list(signals), "is_ranked": True, "signal_shrunken": list(signals.values()),
            "place_signal": list(signals.values()), "best_signal": list(signals.values()), "place_error": 0.1,
            "is_bounded": False, "job_group": "nurse",
        }
    )  # fmt: skip


GROUP = {"job_group": "nurse", "window_end": date(2025, 10, 1)}


def test_only_a_move_beyond_both_intervals_is_a_move() -> None:
    estimates = _estimates(a=90, b=80, c=70, d=60)  # 100 errors apart: tried places 1, 2, 3, 4 beyond doubt
    official = _ranking(("a", 4, 3, 4), ("b", 2, 1, 3), ("c", 2, 1, 3), ("d", 1, 1, 4))
    found = trial.moves(estimates, official, GROUP)
    assert found["employee_id"].to_list() == ["a", "d", "c", "b"]
    # a from 4 (3-4) to 1. d from 1 to 4, but official 1-4 holds 4. c from 2 to 3, which 1-3 holds. b stays.
    assert found["is_move"].to_list() == [True, False, False, False]
    assert found["places"].to_list() == [3, -3, -1, 0]


def test_who_is_out_of_sight_shapes_the_ranks_and_is_not_shown() -> None:
    estimates = _estimates(a=90, b=80, c=70).with_columns(employee_id=pl.Series([None, "b", None]))
    found = trial.moves(estimates, _ranking(("b", 3, 3, 3)), GROUP)
    assert found.select("employee_id", "tried_median", "is_move").rows() == [("b", 2, True)]


def test_without_official_ranks_nobody_moves() -> None:
    found = trial.moves(_estimates(a=90, b=80), _ranking(("a", None, None, None), ("b", None, None, None)), GROUP)
    assert found["is_move"].to_list() == [False, False]
    assert found["tried_median"].to_list() == [1, 2]


@tries(50)
@given(st.dictionaries(st.sampled_from("abcd"), st.integers(0, 10_000).map(lambda n: n / 100), min_size=1))
def test_weights_come_back_from_the_address(weights: dict[str, float]) -> None:
    assert filters.weights_of(filters.weights_text(weights)) == (weights if sum(weights.values()) else None)


def _ranked(tiers: str) -> pl.DataFrame:
    order = {"a": ("above", 1), "c": ("comparable", 2), "b": ("below", 3), "u": ("unranked", 4)}
    rows = [
        {
            "tier": order[t][0], "tier_order": order[t][1], "display_order": i,
            "signal_shrunken": 100.0 - i, "group_mean": 90.0,
        }
        for i, t in enumerate(tiers, 1)
    ]  # fmt: skip
    return pl.DataFrame(rows)


def test_the_chart_keeps_who_stands_out_and_takes_the_others_at_even_steps() -> None:
    # 12 ranked, room for 7: both above, both below, 3 of the 8 comparable: steps 0, round(3.5) = 4, 7: places 3, 7, 10.
    kept = blocks.drawn(_ranked("aaccccccccbbu"), most=7)
    assert kept["display_order"].to_list() == [1, 2, 3, 7, 10, 11, 12]
    # Too many stand out: those furthest from the mean of 90 stay, 99 and 98; the two below, 89 and 88, go.
    assert blocks.drawn(_ranked("aaccccccccbb"), most=2)["display_order"].to_list() == [1, 2]
    assert blocks.drawn(_ranked("acbu"))["display_order"].to_list() == [1, 2, 3]


def test_two_people_of_one_name_get_a_row_each() -> None:
    people = pl.DataFrame({"employee_name": ["Contoh", "Contoh", None]})
    assert blocks.labelled(people)["label"].to_list() == ["Contoh", "Contoh (2)", "–"]


def test_a_missing_predicate_says_why() -> None:
    last = {"period": date(2026, 7, 1), "period_months": 3, "predicate": None, "missing_reason": "no_behaviour"}
    assert why.predicate_sentence(last) == "Belum ada predikat resmi pada TW III 2026: perilaku kerja belum dinilai."


def test_the_sample_district_shows_who_reports_late_and_masks_its_people(page: Callable) -> None:
    words = shown(page("pegawai", kelompok="nurse"))
    assert "Suo-Suo paling sering terlambat atau belum melapor" in words
    assert "Perawat: dari " in words
    assert "Data contoh" in words


def test_a_place_that_silence_bounds_is_marked_and_explained(page: Callable, tmp_path: Path) -> None:
    _filled(tmp_path, {"n1": (92, 96, 92, 96), "n2": (82, 78, 82, 78), "n3": (58, 62, 58, 62)}, second=8)
    words = shown(page("pegawai", viewer="bupati", data_dir=tmp_path, kelompok="nurse"))
    # Each has nine indicators a quarter, of which n1 did not report one: 1 / 9 = 11 %, no more than the fifth that may be unsaid.
    assert "◇ 1 tempat dihitung dari nilai terendah yang mungkin" in words
    one = shown(page("pegawai", viewer="bupati", data_dir=tmp_path, pegawai="n1"))
    # Shown: the result is the mean of those reported. At the least it loses a ninth of the result in the first quarter:
    # 92 / 9 * 50 / 65 / 4 = 2.0;
    # all of it achieved would give 100 / 9 more of the result and 100 / 9 of completeness: (100 * 50 + 100 * 15) / 9 / 65 / 4 = 2.8.
    assert "(belum melapor 1 indikator)" in one
    assert "2,0 poin lebih rendah" in one
    assert "nilainya naik 2,8 poin dari sana" in one


def test_who_left_too_much_unsaid_is_told_why_there_is_no_place(page: Callable, tmp_path: Path) -> None:
    values = {"n1": (92, 96, 92, 96), "n2": (82, 78, 82, 78), "n3": (58, 62, 58, 62), "n4": (70, 70, 70, 70)}
    _filled(tmp_path, values, second=1)
    words = shown(page("pegawai", viewer="bupati", data_dir=tmp_path, kelompok="nurse"))
    # Of n1's two indicators one is not reported in the first quarter: half of one of four quarters, 12.5 %. n4 lists one of two in
    # all quarters, and all three others both: half of what is due.
    assert "1 orang belum diperingkat karena lebih dari 20 % indikator yang jatuh tempo tidak mempunyai hasil." in words
    one = shown(page("pegawai", viewer="bupati", data_dir=tmp_path, pegawai="n4"))
    assert (
        "50 % dari indikator yang jatuh tempo tidak mempunyai hasil, paling banyak 20 % (4 indikator hilang dari daftar)."
        in one
    )
