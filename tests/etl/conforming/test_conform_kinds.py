"""Registers, surveys, indicators and DHIS2 become records; a sheet of several units is several tables."""

import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from etl.folder import PRODUCT_REFERENCE
from etl.load import load
from tests.etl.sheets import faults, read, records


def test_a_patient_register_is_counted_and_no_personal_text_is_left() -> None:
    secrets = ["PASIEN CONTOH", "E-778", "0000000000000001", "dr. Contoh", "J06.9", "Jl. Melati 5"]
    name, record, nik, doctor, diagnosis, address = secrets
    head = ["Tanggal", "Nama Pasien", "No. eRM", "NIK", "Alamat", "Jenis Kunjungan", "Poli/Ruangan", "Asuransi",
            "Dokter / Tenaga Medis", "Diagnosa 1"]  # fmt: skip

    def visit(day: str, kind: str, service: str) -> list:
        return [day, name, record, nik, address, kind, service, "UMUM", doctor, diagnosis]

    found = read(
        ["Laporan Harian - Pelayanan Pasien"],
        ["Puskesmas", "Mengupeh"],
        head,
        visit("05/02/2024", "BARU", "UMUM"),
        visit("06/02/2024", "LAMA", "UMUM"),
        visit("07/02/2024", "LAMA", "GIGI"),
        visit("rusak", "LAMA", "GIGI"),
    )
    assert records(found, "unit", "period", "service", "payer", "new_count", "returning_count", "patients") == [
        ("Mengupeh", date(2024, 2, 1), "UMUM", "UMUM", 1, 1, 2),
        ("Mengupeh", date(2024, 2, 1), "GIGI", "UMUM", 0, 1, 1),
    ]
    assert faults(found) == [(7, "not_a_period")]
    everything = f"{found.records.rows()} {found.records.columns} {found.rejects} {found.observations}"
    assert not [secret for secret in secrets if secret.casefold() in everything.casefold()]
    assert "personal_dropped" in {o.code for o in found.observations}


def test_a_faulty_nip_is_not_repeated_in_its_reject() -> None:
    found = read(["NIP", "Nama", "Jabatan"], ["19911206201112103", "Seseorang", "Bidan"])
    assert [(r.code, r.value) for r in found.rejects] == [("nip_length", "(17 karakter)")]
    assert "Seseorang" not in str(found.rejects)


def test_dhis2_options_are_parted_into_measure_and_payer() -> None:
    head = ["dataelement", "period", "orgunit", "catoptcombo", "attroptcombo", "value", "storedby"]
    found = read(
        head,
        ["Kunjungan - UMUM", "202608", "Mengupeh", "Baru, JKN PBI", "default", "10", "a"],
        ["Kunjungan - UMUM", "202608", "Mengupeh", "JKN PBI, Lama", "default", "20", "a"],
        ["Kunjungan - GIGI", "202608", "Mengupeh", "default", "default", "7", "a"],
        ["Kunjungan - GIGI", "202608", "Mengupeh", "Laki-laki", "default", "3", "a"],
    )
    assert records(found, "period", "service", "payer", "new_count", "returning_count", "patients") == [
        (date(2026, 8, 1), "UMUM", "JKN PBI", 10, 20, None),
        (date(2026, 8, 1), "GIGI", None, None, None, 7),
    ]
    assert faults(found) == [(5, "detail_alone")]  # men without women are no sum


ELEMENTS = [f"U{i}" for i in range(1, 10)]


def test_answers_in_words_with_numbers_and_out_of_the_scale() -> None:
    found = read(
        ["Unit Layanan", "Periode", *ELEMENTS],
        ["Mengupeh", "Maret 2024", "4. Sangat baik", "Baik", "kurang baik", "1", 2, 3, 4, "Sangat Puas", ""],
        ["Mengupeh", "Maret 2024", 5, *[3] * 8],
        ["Mengupeh", "Maret 2024", "5. Sangat setuju", *[3] * 8],
        ["Mengupeh", "Maret 2024", 0, *[3] * 8],
        ["Mengupeh", "Maret 2024", 3.5, *[3] * 8],
        ["Mengupeh", "Maret 2024", "entah", *[3] * 8],
    )
    assert records(found, *(e.lower() for e in ELEMENTS)) == [(4, 3, 2, 1, 2, 3, 4, 4, None)]
    assert faults(found) == [
        (3, "out_of_range"),
        (4, "out_of_range"),
        (5, "out_of_range"),
        (6, "not_a_score"),
        (7, "not_a_score"),
    ]


def test_a_recap_with_means_written_with_a_dot() -> None:
    found = read(
        ["REKAP IKM TRIWULAN II 2026"],
        ["Unit Layanan", "Jumlah Responden", *ELEMENTS, "IKM"],
        ["Mengupeh", "1.200", *["3.532"] * 9, "88.300"],
    )
    assert records(found, "period", "period_months", "respondents", "u1", "u9", "reported_index") == [
        (date(2026, 4, 1), 3, 1200, 3.532, 3.532, 88.3)
    ]


def test_years_across_with_predicates_ranges_negatives_and_comma_decimals() -> None:
    found = read(
        ["No", "Indikator Kinerja", "Satuan", "Target", "", "Realisasi", ""],
        ["", "", "", "2023", "2024", "2023", "2024"],
        [1, "Opini BPK", "Predikat", "WTP", "WTP", "WTP", "WDP"],
        [2, "Angka kematian", "per 1000", "20 - 28", "18", "22,5", "-"],
        [3, "Pertumbuhan", "%", "1,5", "2", "-3,2", "#REF!"],
    )
    columns = ("row", "period", "target", "target_max", "target_text", "realisation", "realisation_text")
    of_2023, of_2024 = date(2023, 1, 1), date(2024, 1, 1)
    assert sorted(records(found, *columns), key=str) == [
        (3, of_2023, None, None, "WTP", None, "WTP"),
        (3, of_2024, None, None, "WTP", None, "WDP"),
        (4, of_2023, 20.0, 28.0, None, 22.5, None),
        (4, of_2024, 18.0, None, None, None, None),
        (5, of_2023, 1.5, None, None, -3.2, None),
        (5, of_2024, 2.0, None, None, None, None),
    ]
    assert set(found.records["period_months"]) == {12}
    assert faults(found) == [(5, "formula_error")]


def test_several_units_a_sheet_each_under_its_own_header_block(tmp_path: Path) -> None:
    shutil.copytree(PRODUCT_REFERENCE, tmp_path / "reference")
    rows = []
    for unit, first in (("MENGUPEH", 10), ("MUARA TEBO", 30)):
        rows += [["LAPORAN KUNJUNGAN PASIEN 2024"], ["PUSKESMAS", unit], ["BULAN", "BARU", "LAMA", "JUMLAH"]]
        rows += [["Januari", first, first + 1, 2 * first + 1], ["Februari", first + 2, first + 3, 2 * first + 5]]
        rows += [["JUMLAH", 2 * first + 2, 2 * first + 4, 4 * first + 6], []]
    text = "\n".join(";".join(map(str, row)) for row in rows)
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "kunjungan.csv").write_text(text, encoding="utf-8")
    report = load(tmp_path)
    assert (report.exit_code, report.files[0].status, report.files[0].rows_accepted) == (0, "accepted", 4)
    assert report.build_path
    with duckdb.connect(report.build_path, read_only=True) as build:
        loaded = build.sql("select unit_id, month, new_count, returning_count, patients, row from visit order by row")
        assert loaded.fetchall() == [
            ("pkm-mengupeh", date(2024, 1, 1), 10, 11, 21, 4),
            ("pkm-mengupeh", date(2024, 2, 1), 12, 13, 25, 5),
            ("pkm-muara-tebo", date(2024, 1, 1), 30, 31, 61, 11),
            ("pkm-muara-tebo", date(2024, 2, 1), 32, 33, 65, 12),
        ]


def test_a_register_keeps_entries_that_lack_something_and_formulas_that_begin_like_a_total() -> None:
    found = read(
        ["Kode", "Indikator", "Satuan", "Formula", "Polaritas", "Frekuensi"],
        [
            "A",
            "Jumlah puskesmas terakreditasi",
            "puskesmas",
            "Jumlah puskesmas yang terakreditasi",
            "naik",
            "Triwulanan",
        ],
        ["B", "Waktu tunggu", "", "Rata-rata", "turun", ""],
        ["C", "JUMLAH", "", "", "", ""],
    )
    assert records(found, "code", "indicator", "unit_of_measure", "formula", "frequency") == [
        ("A", "Jumlah puskesmas terakreditasi", "puskesmas", "Jumlah puskesmas yang terakreditasi", "Triwulanan"),
        ("B", "Waktu tunggu", None, "Rata-rata", None),
    ]
    assert faults(found) == []
    assert found.rows.totals == 1


HEADINGS = ("Periode Pelaporan", "Frekuensi Pelaporan", "Periodisasi", "WAKTU PELAPORAN")
RHYTHMS = (("tiap bulan", "monthly"), ("Semester", "half_yearly"), ("?", None), ("kadang", None))


@pytest.fixture(scope="module")
def frequencies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str | None]:
    """Return how often each indicator is reported: one for each heading and rhythm, in a register of its own."""
    data = tmp_path_factory.mktemp("frequencies")
    shutil.copytree(PRODUCT_REFERENCE, data / "reference")
    for heading in HEADINGS:
        for said, _ in RHYTHMS:
            rows = f"Kode,Indikator,Satuan,Formula,{heading}\n{heading} {said},Angka {heading} {said},%,a / b x 100,{said}\n"
            name = f"daftar indikator {HEADINGS.index(heading)}{len(said)}.csv"
            (data / name).write_text(rows, encoding="utf-8")
    report = load(data, sorted(data.glob("*.csv")))
    assert report.build_path
    with duckdb.connect(report.build_path, read_only=True) as connection:
        return dict(connection.execute("select name, frequency from indicator").fetchall())


@pytest.mark.parametrize("heading", HEADINGS)
@pytest.mark.parametrize(("said", "meant"), RHYTHMS)
def test_how_often_an_indicator_is_reported_is_learnt(
    frequencies: dict[str, str | None], heading: str, said: str, meant: str | None
) -> None:
    assert len(frequencies) == len(HEADINGS) * len(RHYTHMS)
    assert frequencies[f"Angka {heading} {said}"] == meant
