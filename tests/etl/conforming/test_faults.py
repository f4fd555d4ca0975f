"""Forms that once lost or bent a figure without a word: each stays mended."""

import io
import shutil
from datetime import date, datetime

import duckdb
import xlsxwriter

from etl.folder import PRODUCT_REFERENCE
from etl.load import load
from etl.reading.dates import find_moment
from etl.reading.files import read as read_file
from etl.reading.periods import find_period
from etl.reading.words import count, decimal_mark, nip, number
from tests.etl.sheets import faults, read, records


def test_a_foot_word_in_a_name_does_not_end_the_table():
    found = read(
        ["Puskesmas", "Bulan", "Kunjungan Baru", "Kunjungan Lama"],
        ["Mengupeh", "Jan 2024", 1, 2],
        ["Sumber Sari", "Jan 2024", "-", "-"],
        ["Muara Tebo", "Jan 2024", 3, 4],
    )
    assert [r[0] for r in records(found, "unit")] == ["Mengupeh", "Muara Tebo"]


def test_an_employee_at_sumber_sari_does_not_end_the_list():
    found = read(
        ["NIP", "Nama", "Jabatan", "Unit kerja"],
        ["199112062011121032", "A", "Perawat", "Mengupeh"],
        ["199112062011121033", "B", "Bidan", "Sumber Sari"],
        ["199112062011121034", "C", "Bidan", "Mengupeh"],
    )
    assert found.rows.accepted == 3


def test_a_definition_that_begins_with_sumber_does_not_end_the_register():
    found = read(
        ["Kode", "Indikator", "Satuan", "Definisi"],
        ["1", "AHH", "Tahun", "x"],
        ["2", "ASN", "Persen", "Sumber daya aparatur"],
        ["3", "IPM", "Indeks", "y"],
    )
    assert found.rows.accepted == 3


def test_an_address_in_a_dropped_column_does_not_end_the_register():
    def row(address: str) -> list[str]:
        return ["Mengupeh", "05/02/2024", "A", address, "BARU", "UMUM"]

    found = read(
        ["Puskesmas", "Tanggal", "Nama Pasien", "Alamat", "Jenis Kunjungan", "Poli/Ruangan"],
        row("Jl. X"),
        row("Sumber Sari RT 1"),
        row("Jl. Y"),
    )
    assert found.rows.accepted == 3


def test_a_payer_called_umum_beside_a_service_column_is_a_payer():
    found = read(
        ["KUNJUNGAN PASIEN"],
        ["PUSKESMAS", "MENGUPEH"],
        ["BULAN", "JANUARI 2024"],
        ["LAYANAN", "JKN PBI", "", "UMUM", ""],
        ["", "BARU", "LAMA", "BARU", "LAMA"],
        ["GIGI", 5, 6, 7, 8],
    )
    assert records(found, "service", "payer", "new_count") == [("GIGI", "jkn pbi", 5), ("GIGI", "umum", 7)]


def test_quarters_written_as_numbers_are_no_months():
    found = read(
        ["Tahun", "Triwulan", "Indikator", "Target", "Realisasi"],
        ["2024", 1, "K4", 90, 80],
        ["2024", 2, "K4", 90, 81],
        ["2024", "III", "K4", 90, 82],
    )
    assert records(found, "period", "period_months") == [
        (date(2024, 1, 1), 3),
        (date(2024, 4, 1), 3),
        (date(2024, 7, 1), 3),
    ]


def test_a_time_with_a_dot_leaves_the_date_alone():
    assert find_moment("12/11/2026 08.15") == datetime(2026, 11, 12, 8, 15)
    assert find_period("12/11/2026 08.15")[0].month == 11


def test_a_nip_of_15_kept_digits_and_three_zeros_is_rounded():
    assert nip("199112062011121000").code == "nip_rounded"


def test_zero_point_something_is_no_thousand():
    assert number("0.123").value == 0.123
    assert number("0.875", None, 0, None).value == 0.875
    assert number("0.500", ",").code == "not_a_number"
    assert count("0.125").code == "not_whole"
    assert decimal_mark(["0.123", "0.250"]) == "."


def test_repeated_groups_prove_the_mark():
    column = ["12,500", "1,250,000"]
    assert [number(c, decimal_mark(column)).value for c in column] == [12500, 1250000]


def test_day_first_and_month_first_in_one_column():
    found = read(
        ["Unit Layanan", "Tanggal", *(f"U{i}" for i in range(1, 10))],
        ["Mengupeh", "25/03/2024", *[3] * 9],
        ["Mengupeh", "05/03/2024", *[3] * 9],
    )
    assert [r[0] for r in records(found, "period")] == [date(2024, 3, 1)] * 2


def test_two_last_rows_without_a_name_are_not_lost_without_a_word():
    found = read(["Puskesmas", "Bulan", "Jumlah Kunjungan"], ["Mengupeh", "Jan 2024", 10], ["", "", 5], ["", "", 7])
    assert found.rejects or found.observations


def test_a_last_row_without_an_indicator_is_not_lost_without_a_word():
    found = read(["Indikator", "Satuan", "Target 2024", "Realisasi 2024"], ["AHH", "tahun", 70, "71,5"], ["", "", 5, 6])
    assert found.rejects or found.observations


def test_a_blank_first_month_is_no_header_row():
    found = read(
        ["LAPORAN KUNJUNGAN 2024"],
        ["PUSKESMAS", "MENGUPEH"],
        ["BULAN", "UMUM", "GIGI"],
        ["Januari", "", ""],
        ["Februari", 1, 2],
        ["Maret", 3, 4],
    )
    assert found.rows.accepted == 2


def test_january_as_1_is_no_row_of_column_numbers():
    found = read(["KUNJUNGAN 2024"], ["PUSKESMAS", "MENGUPEH"], ["BULAN", "BARU", "LAMA"], [1, 12, 34], [2, 13, 35])
    assert found.rows.accepted == 2


def test_a_subtotal_is_not_filled_down_into_the_last_centre():
    found = read(
        ["KUNJUNGAN 2024"],
        ["Kecamatan", "Puskesmas", "Januari", "Februari"],
        ["Tengah Ilir", "Mengupeh", 1, 2],
        ["", "Muara Tebo", 3, ""],
        ["Jumlah Kec. Tengah Ilir", "", 4, 2],
    )
    assert ("Muara Tebo", date(2024, 2, 1), 2) not in records(found, "unit", "period", "patients")
    assert ("Muara Tebo", date(2024, 1, 1), 3) in records(found, "unit", "period", "patients")


def test_dhis2_rows_said_twice_and_rows_folded_are_accounted_for():
    head = ["dataelement", "period", "orgunit", "catoptcombo", "value"]
    found = read(
        head,
        ["Kunjungan - UMUM", "202608", "Mengupeh", "Baru, JKN PBI", "10"],
        ["Kunjungan - UMUM", "202608", "Mengupeh", "Lama, JKN PBI", "20"],
        ["Kunjungan - GIGI", "202608", "Mengupeh", "Baru, Umum", "3"],
        ["Kunjungan - GIGI", "202608", "Mengupeh", "Baru, Umum", "4"],
    )
    assert faults(found) == [(4, "key_contradicts"), (5, "key_contradicts")]
    assert (found.rows.accepted, found.rows.other) == (2, 0)


def test_a_superscript_digit_is_a_reject():
    found = read(["NIP", "Nama", "Jabatan"], ["199112062011\u00b221032", "A", "B"])
    assert [reject.code for reject in found.rejects] == ["nip_malformed"]


def test_a_superscript_month_is_a_reject():
    found = read(["Puskesmas", "Bulan", "Tahun", "Kunjungan Baru"], ["Mengupeh", "\u00b2", "2024", 5])
    assert [reject.code for reject in found.rejects] == ["not_a_month"]


def test_a_range_of_months_is_no_year():
    found = read(["Realisasi Januari s/d Juni 2024"], ["Indikator", "Target", "Realisasi"], ["K4", 90, 80])
    assert records(found, "period_months") != [(12,)]


def test_row_numbers_after_a_quoted_line_break():
    assert read_file(b'a;b\n"x\ny";1\nz;2\n').sheets[0].cells["row"].to_list() == [1, 2, 3]


def test_formula_errors_of_workbooks_keep_their_name():
    b = io.BytesIO()
    w = xlsxwriter.Workbook(b)
    s = w.add_worksheet()
    s.write_formula(0, 0, "=1/0", None, "#DIV/0!")
    s.write(0, 1, "x")
    w.close()
    assert read_file(b.getvalue()).sheets[0].cells.row(0)[1] == "#DIV/0!"


def test_a_year_total_across_that_its_months_do_not_make_is_observed():
    found = read(["KUNJUNGAN 2024"], ["Puskesmas", "Januari", "Februari", "Jumlah"], ["Mengupeh", 1, 2, 999])
    assert found.observations


def test_nihil_at_the_end_is_a_true_zero(tmp_path):
    shutil.copytree(PRODUCT_REFERENCE, tmp_path / "reference")
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "kunjungan 2024.csv").write_text(
        "KUNJUNGAN\nPuskesmas;Januari;Februari;Maret\nMengupeh;1;2;NIHIL\nMuara Tebo;1;2;3\n"
    )
    built = load(tmp_path).build_path
    assert built is not None
    with duckdb.connect(built, read_only=True) as b:
        assert b.sql("select patients from visit where unit_id='pkm-mengupeh' and month='2024-03-01'").fetchall() == [
            (0,)
        ]


def test_an_impossible_date_is_no_month():
    assert not find_period("31/02/2026")[0].month
