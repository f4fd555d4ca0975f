"""One unit in many spellings, and no two units in one: what a name is without its dress, and what kind of unit it says."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.reading.names import bare, core, kind_said, readings
from etl.reading.totals import said


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Puskesmas Muara Tebo", "PKM Ma. Tebo"),
        ("Puskesmas Sungai Abang", "Puskesmas Sei. Abang *)"),
        ("Puskesmas Kampung Baru", "UPTD Puskesmas Kp. Baru"),
        ("Puskesmas Tanjung Harapan", "Pusk. Tj. Harapan"),
        ("Puskesmas Simpang Periuk", "PKM Sp. Periuk"),
        ("Puskesmas Teluk Lancang", "UPT. Puskesmas Tlk. Lancang"),
        ("Puskesmas Rimbo Bujang II", "PUSKESMAS  RIMBO  BUJANG  02"),
        ("Puskesmas SP II Sekutur Jaya", "PKM SP.2 Sekutur Jaya"),
        ("Puskesmas VII Koto", "Puskesmas 7 Koto"),
        ("Puskesmas Sumay", "Puskesmas Kecamatan Sumay"),
        ("Puskesmas Sumay", "Sumay (Puskesmas)"),
        ("Puskesmas Sumay", "Pusat Kesehatan Masyarakat Sumay"),
        ("Puskesmas Sumay", "1. Puskesmas Sumay 2)"),
        ("Puskesmas Sumay", "Puskesmas Sumay (*)"),
        ("Puskesmas Sumay", "Puskesmas Sumay¹"),
    ],
)
def test_spellings_of_one_unit(one: str, other: str) -> None:
    assert core(one) == core(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Puskesmas Rimbo Bujang II", "Puskesmas Rimbo Bujang IX"),
        ("Puskesmas Rimbo Bujang II", "Puskesmas Rimbo Bujang VIII"),
        ("Puskesmas Rimbo Bujang", "Puskesmas Rimbo Bujang (2)"),
        ("Puskesmas Sumay", "Puskesmas Pembantu Sumay"),
        ("Puskesmas Sumay", "Kecamatan Sumay"),
        ("Puskesmas Batu Raja", "Puskesmas Bukit Raja"),
        ("SP II Sekutur Jaya", "Simpang II Sekutur Jaya"),
        ("Dinas Kesehatan", "Dinas Kesehatan UPTD"),
    ],
)
def test_names_of_two_units(one: str, other: str) -> None:
    assert core(one) != core(other)


def test_a_short_word_for_several_is_read_each_way_and_settles_for_none() -> None:
    assert readings("PKM Bt. Raja") == ("btraja", "baturaja", "batangraja", "bukitraja")
    assert readings("Puskesmas Batu Raja") == ("baturaja",)


@given(
    st.sampled_from(["*)", "(*)", "**", " 1)", " 12)", "¹", " *"]),
    st.sampled_from(["Puskesmas Sumay", "Rimbo Bujang II"]),
)
def test_a_mark_of_a_note_is_no_part_of_a_name(mark: str, name: str) -> None:
    assert bare(f" {name} {mark} ") == bare(name + mark) == name


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("UPT. Puskesmas Sumay", "health_centre"), ("PKM Balai Karangan", "health_centre"), ("Dinas Kesehatan", "agency"),
        ("Disdukcapil", "agency"), ("RSUD Tebo", "facility"), ("Labkesda", "facility"), ("UPTD Instalasi Farmasi", "facility"),
        ("Gudang Farmasi", "facility"), ("Klinik Sehat", "facility"), ("Kec. Sumay", "subdistrict"), ("KABUPATEN TEBO", "district"),
        ("Se-Kabupaten", "district"), ("Sumay", None), ("Kota Baru", None),
    ],
)  # fmt: skip
def test_what_kind_a_name_says(name: str, kind: str | None) -> None:
    assert kind_said(name) == kind


def test_no_two_health_centres_of_one_regency_are_taken_for_one(exports: Path) -> None:
    with (exports / "reference-puskesmas" / "puskesmas.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        for reading in readings(row["unit_kerja"]):
            names[row["kode_kab"], reading].add(" ".join(row["unit_kerja"].split()))
    assert len(rows) > 10_000
    assert not [found for found in names.values() if len(found) > 1]
    assert {kind_said(row["unit_kerja"]) for row in rows} == {"health_centre"}
    assert not [row["unit_kerja"] for row in rows if said(row["unit_kerja"])]
