"""Surveys on other scales, in words, and recaps that name an element in each row; lists that write name and NIP in one column."""

from datetime import date

import pytest

from tests.etl.sheets import faults, read, records

NINE = [f"U{i}" for i in range(1, 10)]


def test_a_recap_on_the_scale_of_the_index_is_read_where_the_index_proves_it() -> None:
    head = ["Unit Layanan", "Periode", "Jumlah Responden", "U1", "U2", "IKM"]
    found = read(head, ["Mengupeh", "Maret 2024", 10, 75, 80, 77.5])  # (75 + 80) / 2 = 77.5; 75 / 25 = 3, 80 / 25 = 3.2
    assert records(found, "u1", "u2", "reported_index") == [(3.0, 3.2, 77.5)]
    assert "scale_of_index" in {o.code for o in found.observations}
    unproven = read(head, ["Mengupeh", "Maret 2024", 10, 75, 80, 60])
    assert faults(unproven) == [(2, "scale_unproven")]
    assert not unproven.records.height


@pytest.mark.parametrize(
    "answers",
    [
        [[5, 4, 5], [4, 5, 3]],  # of five
        [[8, 9, 7], [10, 6, 8]],  # of ten
        [["Netral", "Puas", "Puas"], ["Puas", "Tidak puas", "Puas"]],
        [["Sangat tidak puas", "Puas", "Puas"], ["Puas", "Tidak puas", "Puas"]],
    ],
)
def test_a_table_on_another_scale_is_refused_whole(answers: list[list]) -> None:
    found = read(["Unit Layanan", "Periode", "U1", "U2", "U3"], *(["Mengupeh", "Maret 2024", *row] for row in answers))
    assert faults(found) == [(2, "scale_differs"), (3, "scale_differs")]
    assert (found.rows.accepted, found.rows.rejected) == (0, 2)


def test_words_and_number_of_an_answer_have_to_agree() -> None:
    found = read(
        ["Unit Layanan", "Periode", "U1"],
        ["Mengupeh", "Maret 2024", "3. Sesuai"],
        ["Mengupeh", "Maret 2024", "1. Sangat sesuai"],
        ["Mengupeh", "Maret 2024", "Sesuai (3)"],
        ["Mengupeh", "Maret 2024", "d. Sangat sesuai"],
    )
    assert records(found, "row", "u1") == [(2, 3), (4, 3), (5, 4)]
    assert faults(found) == [(3, "score_contradicts")]


def test_closing_rows_are_no_respondents() -> None:
    rows = [[1, *[3] * 9], [2, *[4] * 9]]
    closing = [["Σ Nilai/Unsur", *[7] * 9], ["Rata-rata per unsur", *[3.5] * 9], ["NRR tertimbang", *[0.39] * 9],
               ["∑", *[7] * 9], ["Mutu pelayanan", *["B"] * 9]]  # fmt: skip
    found = read(["Puskesmas : Mengupeh"], ["Periode : TW I 2024"], ["NO. RESP", *NINE], *rows, *closing)
    assert (found.rows.accepted, found.rows.totals, found.rows.rejected) == (2, 5, 0)


def test_elements_down_make_one_line_and_an_unknown_one_is_refused() -> None:
    found = read(
        ["Unit Pelayanan : Mengupeh"],
        ["Periode : Semester I 2024"],
        ["Jumlah responden", ":", "150 orang"],
        ["No", "Unsur Pelayanan", "NRR"],
        [1, "U1. Persyaratan Pelayanan", 3.1],
        [2, "Sarana dan Prasarana", 3.2],
        [3, "Kebersihan taman", 3.3],
        ["", "IKM Unit Pelayanan", 78.75],
    )
    assert records(found, "period", "period_months", "respondents", "u1", "u9") == [
        (date(2024, 1, 1), 6, 150, 3.1, 3.2)
    ]
    assert faults(found) == [(7, "survey_element_unknown")]
    assert (found.rows.accepted, found.rows.rejected, found.rows.totals) == (2, 1, 1)


@pytest.mark.parametrize(
    "rows",
    [
        [["Pegawai Uji 1, S.KM", "Perawat"], ["19840917 201001 1 021", ""]],
        [["Pegawai Uji 1, S.KM / 198409172010011021", "Perawat"]],
        [["Pegawai Uji 1, S.KM NIP. 19840917 201001 1 021", "Perawat"]],
        [["198409172010011021 Pegawai Uji 1, S.KM", "Perawat"]],
    ],
)
def test_name_and_nip_of_one_column_are_parted(rows: list[list[str]]) -> None:
    found = read(["DAFTAR PEGAWAI"], ["Nama / NIP", "Jabatan"], *rows)
    assert records(found, "name", "nip", "position") == [("Pegawai Uji 1, S.KM", "198409172010011021", "Perawat")]
    assert not found.rejects


def test_appraisals_of_a_first_and_a_last_day() -> None:
    head = ["NIP", "Periode Mulai", "Periode Selesai", "Predikat Kinerja"]
    found = read(
        head,
        ["198409172010011021", "2025-01-01", "2025-06-30", "Baik"],
        ["198409172010011021", "2025-07-01", "2025-09-30", "Baik"],
        ["198409172010011021", "2025-10-01", "2025-08-31", "Baik"],
    )
    assert records(found, "period", "period_months") == [(date(2025, 1, 1), 6), (date(2025, 7, 1), 3)]
    assert [row for row, _ in faults(found)] == [4]
