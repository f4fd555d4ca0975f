"""Tables of indicators: what a column holds by what stands beside it, whose the figures are, and what is written beside them."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from etl import folder
from etl.load import load
from etl.recognising.agency import agency_in, ownership
from tests.etl.sheets import read, records

YEAR = date(2024, 1, 1)


def observed(found) -> set[str]:
    return {o.code for o in found.observations}


def test_attainment_beside_a_realisation_is_neither_stored_nor_remarked_upon() -> None:
    found = read(
        ["PENGUKURAN KINERJA DINAS KESEHATAN TAHUN 2024"],
        ["Indikator", "Satuan", "Capaian (%)", "Target", "Realisasi"],
        ["Rumah sehat", "%", 96, 80, 76.8],
    )
    assert records(found, "period", "target", "realisation") == [(YEAR, 80, 76.8)]
    assert not observed(found) & {"share_without_figure", "share_as_figure", "column_unread"}


@pytest.mark.parametrize("heading", ["Capaian", "% Capaian", "Tingkat capaian", "Capaian Kinerja", "Persentase (%)"])
def test_attainment_beside_a_target_alone_asks_for_the_realisation(heading: str) -> None:
    found = read(["DINAS KESEHATAN 2024"], ["Indikator", "Target", heading], ["Rumah sehat", 80, 96])
    assert records(found, "target") == [(80,)]
    assert "realisation" not in found.records.columns
    assert "share_without_figure" in observed(found)


def test_money_beside_figures_is_not_taken_for_them() -> None:
    found = read(
        ["DINAS KESEHATAN 2024"],
        ["Indikator", "Anggaran", "", "Kinerja", ""],
        ["", "Target", "Realisasi", "Target", "Realisasi"],
        ["Rumah sehat", 1000000, 900000, 80, 76],
    )
    assert records(found, "target", "realisation") == [(80, 76)]
    assert [o.details["column"] for o in found.observations if o.code == "column_unread"] == [
        "anggaran / target",
        "anggaran / realisasi",
    ]


def test_two_columns_that_say_the_same_are_read_as_neither() -> None:
    found = read(
        ["DINAS KESEHATAN 2024"],
        ["Indikator", "Tahap awal", "", "Tahap akhir", ""],
        ["", "Target", "Realisasi", "Target", "Realisasi"],
        ["Rumah sehat", 10, 9, 80, ""],
    )
    # Two targets are filled in, which one counts nothing tells; of the realisations one is.
    assert "target" not in found.records.columns
    assert records(found, "realisation") == [(9,)]
    assert "columns_rival" in observed(found)


def test_a_denominator_beside_a_realisation_without_a_numerator_is_said() -> None:
    found = read(["DINAS KESEHATAN 2024"], ["Indikator", "Sasaran", "Realisasi"], ["Ibu hamil dilayani", 500, 450])
    assert records(found, "denominator", "realisation") == [(500, 450)]
    assert "denominator_alone" in observed(found)


def test_notes_belong_to_their_quarter_or_to_the_whole_row() -> None:
    found = read(
        ["DINAS KESEHATAN 2024"],
        ["Indikator", "TW I", "", "TW II", "", "PIC"],
        ["", "Realisasi", "Kendala", "Realisasi", "Kendala", ""],
        ["Rumah sehat", 10, "Hujan", 20, "-", "Kabid Kesling 198409172010011007"],
    )
    assert records(found, "period", "realisation", "obstacle", "follow_up_by") == [
        (date(2024, 1, 1), 10, "Hujan", "Kabid Kesling …007"),
        (date(2024, 4, 1), 20, None, "Kabid Kesling …007"),
    ]


def test_obstacle_and_follow_up_reach_the_build_with_the_realisation(tmp_path: Path) -> None:
    folder.init(tmp_path, "Kabupaten Uji")
    head = "Indikator;Tahun;Target;Realisasi;Permasalahan;Upaya yang dilakukan;RTL;PIC;Batas Waktu"
    row = "Indeks mutu;2024;80;70;Data telat;Surat edaran;Pelatihan;Sekretaris;30 Juni 2024"
    path = tmp_path / "inbox" / "IKU Kabupaten Uji.csv"
    path.write_text(f"IKU KABUPATEN UJI;;;;;;;;\n{head}\n{row}\n", encoding="utf-8")
    report = load(tmp_path, [path])
    assert report.build_path
    with duckdb.connect(report.build_path, read_only=True) as build:
        sql = "select unit_id, value, obstacle, solution, follow_up, follow_up_by, follow_up_due from realisation"
        assert build.sql(sql).fetchall() == [
            ("kabupaten", 70, "Data telat", "Surat edaran", "Pelatihan", "Sekretaris", "30 Juni 2024")
        ]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("PENGUKURAN KINERJA DINAS PENDIDIKAN TAHUN 2024", "DINAS PENDIDIKAN"),
        ("Realisasi_IKU_Dinas Sosial_2024", "Dinas Sosial"),
        ("LKjIP INSPEKTORAT DAERAH KABUPATEN UJI", "INSPEKTORAT DAERAH"),
        ("DINAS KESEHATAN UPTD PUSKESMAS MELATI KECAMATAN SATU", "UPTD PUSKESMAS MELATI"),
        ("Pengukuran Kinerja Satpol PP TW II", "Satpol PP"),
        ("IKU BAPPEDA 2024", "BAPPEDA"),
        ("Bayi dengan berat badan lahir rendah menurut kecamatan", None),
        ("KINERJA DINAS TAHUN 2024", None),
        ("Kunjungan puskesmas dan rumah sakit", None),
        ("INDIKATOR KINERJA UTAMA", None),
    ],
)
def test_a_title_names_an_agency(text: str, named: str | None) -> None:
    assert agency_in([text]) == named


@pytest.mark.parametrize(
    ("title", "whose"),
    [
        ("INDIKATOR KINERJA UTAMA KABUPATEN UJI TAHUN 2024", None),
        ("PEMERINTAH KABUPATEN UJI LAPORAN KINERJA INSTANSI PEMERINTAH 2024", None),
        ("CAPAIAN PROGRAM JALAN MULUS KABUPATEN UJI", "doubtful"),
        ("CAPAIAN KINERJA TAHUN 2024", "missing"),
        ("", "doubtful"),
    ],
)
def test_whose_a_report_is_that_names_no_agency(title: str, whose: str | None) -> None:
    assert ownership(title) == whose


def test_an_owner_in_the_register_stands_for_the_agency_that_a_report_does_not_name(tmp_path: Path) -> None:
    folder.init(tmp_path, "Kabupaten Uji")
    units = tmp_path / "reference" / "units.csv"
    columns = units.read_text(encoding="utf-8").splitlines()[0].split(",")
    dinas = {
        "unit_id": "dinsos",
        "name": "Dinas Sosial",
        "short_name": "Dinsos",
        "kind": "agency",
        "parent_id": "kabupaten",
    }
    with units.open("a", encoding="utf-8") as file:
        file.write(",".join(dinas.get(column, "") for column in columns) + "\n")
    inbox = tmp_path / "inbox"
    (inbox / "daftar.csv").write_text("Indikator;Formula;OPD\nWarga dibina;jumlah;Dinas Sosial\n", encoding="utf-8")
    (inbox / "capaian.csv").write_text(
        "CAPAIAN KINERJA 2024;;\nIndikator;Target;Realisasi\nWarga dibina;10;9\nWarga lain;5;4\n", encoding="utf-8"
    )
    report = load(tmp_path, [inbox])
    assert [(row["row"], row["col"]) for row in report.rejects.to_dicts()] == [(4, "Perangkat daerah")]
    assert report.build_path
    with duckdb.connect(report.build_path, read_only=True) as build:
        assert build.sql("select unit_id, value from realisation").fetchall() == [("dinsos", 9)]
