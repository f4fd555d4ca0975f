"""Which source a sheet is, what its columns mean, and what the words around the table say."""

import pytest

from etl.reading.periods import Period
from etl.recognising.recognise import Nearest, Table, Vocabulary, recognise
from etl.recognising.source import load_all
from tests.etl.sheets import WORDS, sheet

CENTRES = {"muara tebo": "pkm-muara-tebo", "mengupeh": "pkm-mengupeh", "rimbo bujang ii": "rb2", "rimbo bujang": "rb"}
VOCABULARY = Vocabulary(WORDS.services, WORDS.payers, CENTRES)


def find(*rows: list, name: str = "", file: str = "laporan.xlsx", folder: str = "masuk") -> Table:
    found = recognise(sheet(*rows, name=name), load_all(), VOCABULARY, file, folder)
    assert isinstance(found, Table), found
    return found


def columns(table: Table) -> list[tuple]:
    """Return each column of values as (index, measure, month, months, service, payer)."""
    return [(v.index, v.measure, v.period.month, v.period.months, v.service, v.payer) for v in table.values]


def test_the_long_form_under_title_rows() -> None:
    table = find(
        ["LAPORAN KUNJUNGAN PASIEN"],
        [],
        ["No", "Nama Puskesmas", "Bulan", "Poli", "Penjamin", "Kunjungan Baru", "Kunjungan Lama", "Total Kunjungan"],
        [1, "Muara Tebo", "Januari 2024", "UMUM", "JKN PBI", 1, 2, 3],
    )
    assert (table.source.name, table.header_first, table.header_last) == ("visits", 3, 3)
    assert table.fields == {"unit": 1, "period": 2, "service": 3, "payer": 4}
    assert [(v.index, v.measure) for v in table.values] == [(5, "new_count"), (6, "returning_count"), (7, "patients")]


def test_months_across_and_their_total_beside_them() -> None:
    table = find(["REKAP KUNJUNGAN 2024"], ["Puskesmas", "Januari", "Peb", "Mar", "Jumlah"], ["Mengupeh", 1, 2, 3, 6])
    assert columns(table) == [(i, "patients", i, 1, None, None) for i in (1, 2, 3)]
    assert [v.index for v in table.totals] == [4]
    assert table.levels[0].period == Period(2024)


def test_two_levels_of_headings_reach_right_over_their_group() -> None:
    table = find(
        ["KUNJUNGAN PASIEN 2024"],
        ["Puskesmas", "Januari", "", "Februari", "", "Jumlah"],
        ["", "Baru", "Lama", "Baru", "Lama", ""],
        ["Mengupeh", 1, 2, 3, 4, 10],
    )
    assert (table.header_first, table.header_last) == (2, 3)
    assert columns(table) == [
        (1, "new_count", 1, 1, None, None),
        (2, "returning_count", 1, 1, None, None),
        (3, "new_count", 2, 1, None, None),
        (4, "returning_count", 2, 1, None, None),
    ]
    assert [v.index for v in table.totals] == [5]


def test_services_across_and_months_down_with_a_header_block() -> None:
    table = find(
        ["LAPORAN KUNJUNGAN PASIEN"],
        ["KABUPATEN", ": TEBO"],
        ["PUSKESMAS", ":", "MENGUPEH"],
        ["KECAMATAN: TENGAH ILIR"],
        [],
        ["BULAN", "UMUM", "GIGI", "KIA", "JUMLAH"],
        ["Januari 2024", 10, 5, 3, 18],
    )
    assert table.fields == {"period": 0}
    assert [(v.index, v.service) for v in table.values] == [(1, "umum"), (2, "gigi"), (3, "kia")]
    assert [v.index for v in table.totals] == [4]
    assert (table.levels[0].unit, table.levels[0].kecamatan) == ("MENGUPEH", "TENGAH ILIR")


def test_payers_across_under_their_service() -> None:
    table = find(
        ["KUNJUNGAN JANUARI 2024"],
        ["Puskesmas", "GIGI", "", "KIA", ""],
        ["", "JKN PBI", "JKN NON PBI", "JKN PBI", "JKN NON PBI"],
        ["Mengupeh", 1, 2, 3, 4],
    )
    assert [(v.index, v.service, v.payer) for v in table.values] == [
        (1, "gigi", "jkn pbi"),
        (2, "gigi", "jkn non pbi"),
        (3, "kia", "jkn pbi"),
        (4, "kia", "jkn non pbi"),
    ]


def test_the_words_of_file_folder_sheet_and_block_are_kept_apart() -> None:
    table = find(
        ["LAPORAN KUNJUNGAN BULAN MARET 2024"],
        ["Poli", "Baru", "Lama"],
        ["GIGI", 1, 2],
        name="Februari",
        file="Kunjungan PKM Mengupeh Januari 2023.xlsx",
        folder="2022",
    )
    said = {level.place: (level.period, level.unit) for level in table.levels}
    assert said == {
        "block": (Period(2024, 3, 1), None),
        "sheet": (Period(None, 2, 1), None),
        "file": (Period(2023, 1, 1), "mengupeh"),
        "folder": (Period(2022), None),
    }
    assert [level.place for level in table.levels] == [
        "block",
        "sheet",
        "file",
        "folder",
    ]  # by weight


def test_a_date_in_a_file_name_is_its_version_and_no_period() -> None:
    table = find(["Bulan", "Baru", "Lama"], ["Mei", 1, 2], file="kunjungan mengupeh 2024_20240714.xlsx")
    assert next(level for level in table.levels if level.place == "file").period == Period(2024)


def test_the_longest_unit_name_in_a_text_counts() -> None:
    assert VOCABULARY.unit_in("Kunjungan PKM Rimbo Bujang II 2024.xlsx") == "rimbo bujang ii"
    assert VOCABULARY.unit_in("Kunjungan PKM Rimbo Bujang.xlsx") == "rimbo bujang"
    assert VOCABULARY.unit_in("Kunjungan Muaratebo.xlsx") is None


QUESTIONS = [
    "kesesuaian persyaratan pelayanan dengan jenis pelayanannya",
    "kemudahan prosedur pelayanan di unit ini",
    "kecepatan waktu dalam memberikan pelayanan",
    "kewajaran biaya/tarif dalam pelayanan",
    "kesesuaian produk pelayanan antara standar dengan hasil",
    "kompetensi petugas dalam pelayanan",
    "perilaku petugas dalam pelayanan terkait kesopanan",
    "kualitas sarana dan prasarana",
    "penanganan pengaduan pengguna layanan",
]


def test_a_form_export_is_read_by_its_questions_wherever_they_stand() -> None:
    asked = [f"{n}. Bagaimana pendapat Saudara tentang {text}?" for n, text in enumerate(QUESTIONS, start=1)]
    table = find(["Timestamp", "Unit Layanan", *asked], ["3/25/2024 10:00:00", "Mengupeh", *[3] * 9])
    assert table.source.name == "survey_answers"
    # The eighth question asks for the facilities (U9), the ninth for complaints (U8): the label decides, not the place.
    expected = ["u1", "u2", "u3", "u4", "u5", "u6", "u7", "u9", "u8"]
    assert [(v.index, v.measure) for v in table.values] == list(enumerate(expected, start=2))


HEADINGS = {
    "employees": ["No", "NIP", "Nama", "Gol", "Jabatan", "Unit Kerja"],
    "evaluations": ["NIP", "Nama", "Periode", "Hasil Kerja", "Perilaku Kerja", "Predikat"],
    "evaluation_indicators": [
        "NIP",
        "Periode",
        "Indikator Kinerja Individu",
        "Target",
        "Realisasi",
        "Bukti terverifikasi",
    ],
    "indicator_register": ["Kode", "Nama Indikator", "Satuan", "Definisi Operasional", "Rumus", "Polaritas"],
    "performance": ["Kode", "Indikator", "Perangkat Daerah", "Tahun", "Triwulan", "Target", "Realisasi"],
    "submissions": ["Puskesmas", "Jenis Laporan", "Periode", "Batas Waktu", "Diterima", "Versi", "Lengkap"],
    "survey_answers": ["No Responden", "Unit Layanan", "Tanggal", *(f"U{i}" for i in range(1, 10))],
    "survey_elements": ["Unit Layanan", "Periode", "Jumlah Responden", "Unsur Pelayanan", "Nilai Rata-rata", "Mutu"],
    "survey_recap": ["Unit Layanan", "Periode", "Jumlah Responden", *(f"U{i}" for i in range(1, 10)), "IKM"],
    "visit_dhis2": [
        "dataelement",
        "period",
        "orgunit",
        "catoptcombo",
        "attroptcombo",
        "value",
        "storedby",
        "lastupdated",
    ],
    "visit_register": ["Puskesmas", "Tanggal", "Nama Pasien", "NIK", "Jenis Kunjungan", "Poli/Ruangan", "Asuransi"],
    "visits": ["Puskesmas", "Tahun", "Bulan", "Kunjungan Baru", "Kunjungan Lama"],
}


@pytest.mark.parametrize(("source", "heading"), HEADINGS.items())
def test_each_report_is_recognised_as_what_it_is(source: str, heading: list[str]) -> None:
    assert find(["Daftar"], heading, ["x"] * len(heading)).source.name == source
    shuffled = heading[::-1]
    assert find(shuffled, ["x"] * len(heading)).source.name == source


def test_every_source_but_the_one_with_its_own_workbook_is_tried_here() -> None:
    assert {s.name for s in load_all()} - set(HEADINGS) == {"low_birth_weight"}  # shown by test_exports.py


def test_what_no_source_fits_names_the_nearest_and_what_it_lacks() -> None:
    rows = sheet(["NIP", "Nama", "Alamat"], ["199112062011121032", "A", "B"])
    found = recognise(rows, load_all(), VOCABULARY, "daftar.xlsx", "masuk")
    assert isinstance(found, Nearest)
    assert found.source
    assert found.source.name == "employees"
    assert found.missing == ("Jabatan",)


def test_a_unit_column_alone_does_not_make_a_source_the_nearest() -> None:
    rows = sheet(["Puskesmas", "Jumlah perawat", "Jumlah bidan"], ["Mengupeh", 4, 7])
    found = recognise(rows, load_all(), VOCABULARY, "tenaga.xlsx", "masuk")
    assert isinstance(found, Nearest)
    assert (found.source, found.understood) == (None, ("puskesmas",))


def test_what_resembles_nothing_has_no_nearest() -> None:
    rows = sheet(["Measure ID", "Question"], ["H_COMP_1", "How often"])
    assert recognise(rows, load_all(), VOCABULARY, "x.csv", "y") is None


def test_a_visits_table_without_any_period_is_not_taken() -> None:
    rows = sheet(["LAPORAN KUNJUNGAN"], ["Puskesmas", "Baru", "Lama"], ["Mengupeh", 1, 2])
    found = recognise(rows, load_all(), VOCABULARY, "laporan.xlsx", "masuk")
    assert isinstance(found, Nearest)
    assert found.source
    assert (found.source.name, found.missing) == ("visits", ("Bulan",))
    assert isinstance(recognise(rows, load_all(), VOCABULARY, "laporan mei 2024.xlsx", "masuk"), Table)
