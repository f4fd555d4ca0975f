"""Learning the unit register from files: only spellings that surely mean one unit are merged, and known units stay."""

import shutil
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl import folder, units
from etl.reference import core, names, read_table, registers


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    folder.init(tmp_path / "data", "Kabupaten Uji")
    return tmp_path / "data"


def visits(path: Path, *names: str, kecamatan: str = "Sumay") -> Path:
    rows = [f"{kecamatan};{name};Januari 2024;{n};{n}" for n, name in enumerate(names, start=1)]
    path.write_text(
        "Kecamatan;Nama Puskesmas;Bulan;Kunjungan Baru;Kunjungan Lama\n" + "\n".join(rows), encoding="utf-8"
    )
    return path


def test_spellings_that_differ_in_case_spaces_punctuation_and_prefix_are_one(data_dir: Path, tmp_path: Path) -> None:
    same = ["Puskesmas Suo-Suo", "PUSKESMAS SUO SUO", "PKM Suosuo", "UPTD Puskesmas Suo Suo", "Pusk. Suo - Suo"]
    files = [visits(tmp_path / f"kunjungan {n}.csv", name) for n, name in enumerate(same)]
    proposal = units.learn(data_dir, files)
    assert proposal.height == 1
    row = proposal.row(0, named=True)
    assert {row["name"], *row["aliases"].split("|")} == set(same)
    assert (row["kind"], row["files"], row["rows"], row["kecamatan"]) == ("health_centre", 5, 5, "Sumay")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Puskesmas Rimbo Bujang II", "Puskesmas Rimbo Bujang IX"),
        ("Puskesmas Rimbo Bujang II", "Puskesmas Rimbo Bujang I"),
        ("Puskesmas Rimbo Bujang II", "Puskesmas Rimbo Bujang"),
        ("Puskesmas Teluk Rendah", "Puskesmas Teluk Rendang"),
        ("Puskesmas Kalianak", "Puskesmas Kali Anak 2"),
        ("Puskesmas Sumay", "Kecamatan Sumay"),  # a kecamatan often bears the name of a centre
    ],
)
def test_names_that_only_resemble_each_other_are_two(data_dir: Path, tmp_path: Path, one: str, other: str) -> None:
    proposal = units.learn(data_dir, [visits(tmp_path / "kunjungan.csv", one, other)])
    assert sorted(proposal["name"]) == sorted([one, other])
    assert proposal["unit_id"].n_unique() == 2
    assert set(proposal["aliases"]) == {""}


def test_the_commonest_spelling_is_the_name_and_of_equal_ones_the_one_with_spaces(
    data_dir: Path, tmp_path: Path
) -> None:
    names = ["Asemrowo", "Asem Rowo", "Asem Rowo", "Mojo", "MOJO", "Morokrembangan", "Moro Krembangan"]
    files = [visits(tmp_path / f"kunjungan {n}.csv", name) for n, name in enumerate(names)]
    proposal = units.learn(data_dir, files)
    assert {"Asem Rowo", "Moro Krembangan"} < set(proposal["name"])
    assert proposal.height == 3


def test_the_kecamatan_is_the_one_that_most_files_name(data_dir: Path, tmp_path: Path) -> None:
    places = ["Tebo Ulu", "Tebo Ulu", "Tebo Ilir"]
    files = [visits(tmp_path / f"k{n}.csv", "Suo Suo", kecamatan=place) for n, place in enumerate(places)]
    # Many rows in one file are still one file: a report by service repeats its mistake on each row.
    rows = "".join(f"Tebo Ilir;Suo Suo;Januari 2024;P{n};1;2\n" for n in range(20))
    more = tmp_path / "kunjungan per poli.csv"
    more.write_text("Kecamatan;Puskesmas;Bulan;Poli;Kunjungan Baru;Kunjungan Lama\n" + rows, encoding="utf-8")
    assert units.learn(data_dir, [*files[:2], more])["kecamatan"].to_list() == ["Tebo Ulu"]
    assert units.learn(data_dir, files)["kecamatan"].to_list() == ["Tebo Ulu"]


def test_names_that_the_register_knows_are_not_proposed(data_dir: Path, tmp_path: Path) -> None:
    shutil.copytree(folder.PRODUCT_REFERENCE, data_dir / "reference", dirs_exist_ok=True)
    known = visits(tmp_path / "kunjungan.csv", "PKM Ma. Tebo", "UPTD Puskesmas Rimbo Bujang 9", "Puskesmas Baru Sekali")
    assert units.learn(data_dir, [known])["name"].to_list() == ["Puskesmas Baru Sekali"]


def test_files_that_are_no_reports_teach_nothing(data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "kosong.csv").write_text("", encoding="utf-8")
    (tmp_path / "catatan.md").write_text("Puskesmas Sumay", encoding="utf-8")
    (tmp_path / "rusak.xlsx").write_bytes(b"PK\x03\x04")
    assert units.learn(data_dir, [tmp_path / name for name in ("kosong.csv", "catatan.md", "rusak.xlsx")]).height == 0


def test_accepting_adds_the_new_and_leaves_the_known_as_they_are(data_dir: Path, tmp_path: Path) -> None:
    shutil.copytree(folder.PRODUCT_REFERENCE, data_dir / "reference", dirs_exist_ok=True)
    reference = data_dir / "reference"
    before = read_table(reference, "units")
    places = read_table(reference, "kecamatan")
    file = visits(tmp_path / "a.csv", "Puskesmas Mengupeh", "Puskesmas Baru Sekali", kecamatan="Kecamatan Anyar")
    proposal = units.learn(data_dir, [file])
    units.accept(data_dir, proposal)
    after = read_table(reference, "units")
    assert after.head(before.height).equals(before)
    added = after.tail(after.height - before.height).to_dicts()
    assert [(row["name"], row["kind"], row["short_name"]) for row in added] == [
        ("Puskesmas Baru Sekali", "health_centre", "Baru Sekali")
    ]
    assert registers(reference).units.find("PKM Baru Sekali") == added[0]["unit_id"]
    now = read_table(reference, "kecamatan")
    assert now.head(places.height).equals(places)
    new = now.tail(now.height - places.height)
    assert new["name"].to_list() == ["Kecamatan Anyar"]
    assert added[0]["kecamatan_code"] == new["kecamatan_code"][0]
    # A second time there is nothing new, and accepting the same proposal again adds nothing.
    assert units.learn(data_dir, [file]).height == 0
    units.accept(data_dir, proposal)
    assert read_table(reference, "units").equals(after)


def test_a_unit_whose_id_is_taken_is_not_overwritten(data_dir: Path, tmp_path: Path) -> None:
    proposal = units.learn(data_dir, [visits(tmp_path / "a.csv", "Puskesmas Mojo")])
    units.accept(data_dir, proposal)
    units.accept(data_dir, proposal.with_columns(pl.lit("Nama lain").alias("name")))
    assert "Nama lain" not in set(read_table(data_dir / "reference", "units")["name"])


PART = st.text(
    st.sampled_from("abcdefghyz"), min_size=1, max_size=6
)  # of these letters no numeral and no short word is made
NAME = st.lists(PART, min_size=1, max_size=3)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    NAME, st.sampled_from(["", "Puskesmas ", "PKM ", "UPTD Puskesmas ", "UPT "]), st.sampled_from([" ", "-", ". ", ""])
)
def test_case_spaces_punctuation_and_prefix_never_make_a_difference(
    parts: list[str], prefix: str, between: str
) -> None:
    assert core(prefix + between.join(parts).upper()) == core("".join(parts))


@given(NAME, NAME)
def test_nothing_else_is_ever_merged(one: list[str], other: list[str]) -> None:
    same = "".join(one) == "".join(other)
    assert (core("PKM " + " ".join(one)) == core("Puskesmas " + " ".join(other))) == same


def test_a_near_spelling_is_offered_and_never_taken() -> None:
    table = pl.DataFrame(
        {"unit_id": ["rb2", "rb9"], "name": ["Rimbo Bujang II", "Rimbo Bujang IX"], "aliases": ["RB II", None]}
    )
    known = names(table, "unit_id")
    assert known.find("PKM RIMBO-BUJANG II") == "rb2"
    assert known.find("RB-II") == "rb2"
    assert known.find("Rimbo Bujang III") is None
    assert known.nearest("Rimbo Bujng IX") == "Rimbo Bujang IX"
    assert known.nearest("Entah") is None


def test_a_spelling_that_means_two_units_means_none() -> None:
    table = pl.DataFrame({"unit_id": ["a", "b"], "name": ["Puskesmas Su May", "Puskesmas Sum Ay"], "aliases": ["", ""]})
    known = names(table, "unit_id")
    assert known.find("Puskesmas Sumay") is None
    assert known.find("Puskesmas Su May") == "a"


def questions(proposal: pl.DataFrame) -> dict[str, str | None]:
    return dict(proposal.select("name", "question").rows())


def test_what_is_no_health_centre_by_its_name_is_asked_about_and_not_accepted(data_dir: Path, tmp_path: Path) -> None:
    names = [
        "Puskesmas Mojo",
        "RSUD Uji",
        "Klinik Sehat",
        "Dinas Kesehatan",
        "Kabupaten Uji",
        "Luar wilayah",
        "Puskesmas",
    ]
    proposal = units.learn(data_dir, [visits(tmp_path / "kunjungan.csv", *names)])
    asked = questions(proposal)
    assert set(asked) == {"Puskesmas Mojo", "RSUD Uji", "Klinik Sehat", "Dinas Kesehatan"}
    assert [name for name, question in asked.items() if question is None] == ["Puskesmas Mojo"]
    units.accept(data_dir, proposal)
    assert registers(data_dir / "reference").units.find("RSUD Uji") is None
    units.accept(data_dir, proposal, unsure=True)
    register = read_table(data_dir / "reference", "units")
    assert dict(register.select("name", "kind").rows())["RSUD Uji"] == "agency"


def test_a_near_spelling_in_another_file_is_asked_about_and_one_in_the_same_list_is_not(
    data_dir: Path, tmp_path: Path
) -> None:
    both = units.learn(data_dir, [visits(tmp_path / "kunjungan.csv", "Puskesmas Karanganyar", "Puskesmas Karanganyer")])
    assert set(both["question"]) == {None}  # they report side by side: two health centres
    apart = [
        visits(tmp_path / "kunjungan a.csv", "Puskesmas Karanganyar", "Puskesmas Mojo"),
        visits(tmp_path / "kunjungan b.csv", "Puskesmas Karanganyar"),
        visits(tmp_path / "kunjungan c.csv", "Puskesmas Karanganyer"),
    ]
    asked = questions(units.learn(data_dir, apart))
    assert asked["Puskesmas Karanganyer"] == "Sama dengan Puskesmas Karanganyar?"
    assert asked["Puskesmas Karanganyar"] is None
    units.accept(data_dir, units.learn(data_dir, apart))
    later = questions(units.learn(data_dir, apart))
    assert later == {"Puskesmas Karanganyer": "Sama dengan Puskesmas Karanganyar yang terdaftar?"}


def test_a_short_word_is_one_unit_where_one_is_meant_and_a_question_where_two_may_be(
    data_dir: Path, tmp_path: Path
) -> None:
    files = [
        visits(tmp_path / "kunjungan a.csv", "Puskesmas Batu Raja", "Puskesmas Batu Lawang", "Puskesmas Bukit Lawang"),
        visits(tmp_path / "kunjungan b.csv", "Puskesmas Bt. Raja", "Puskesmas Bt. Lawang"),
    ]
    proposal = units.learn(data_dir, files)
    assert questions(proposal) == {
        "Puskesmas Batu Lawang": None,
        "Puskesmas Batu Raja": None,
        "Puskesmas Bt. Lawang": "Singkatan dari Puskesmas Batu Lawang, Puskesmas Bukit Lawang?",
        "Puskesmas Bukit Lawang": None,
    }
    units.accept(data_dir, proposal)
    known = registers(data_dir / "reference").units
    assert known.find("PKM Bt. Raja") == "pkm-batu-raja"
    assert known.find("PKM Bt. Lawang") is None


def test_the_district_behind_a_name_says_nothing_and_another_one_does(data_dir: Path, tmp_path: Path) -> None:
    units.accept(data_dir, units.learn(data_dir, [visits(tmp_path / "a.csv", "Puskesmas Mojo Kab. Uji")]))
    known = registers(data_dir / "reference").units
    assert known.find("PKM Mojo") == known.find("Puskesmas Mojo Kabupaten Uji") is not None
    assert known.find("Puskesmas Mojo Kab. Lain") is None
