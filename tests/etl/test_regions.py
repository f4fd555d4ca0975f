"""The free lists of regions: what they hold, and the register that a new folder gets from them."""

from pathlib import Path

import polars as pl
import pytest

from etl import folder, reference, regions


def test_a_district_is_found_by_its_code_and_by_its_words() -> None:
    tebo = regions.find("1509")
    assert tebo == regions.find("15.09") == regions.District("15.09", "Kabupaten Tebo", "Jambi", "7")
    assert regions.find("99.99") is None
    assert regions.find("") is None
    assert [each.code for each in regions.named("tebo")] == ["15.09"]
    assert [each.name for each in regions.named("sorong")] == [
        "Kabupaten Sorong", "Kabupaten Sorong Selatan", "Kota Sorong",
    ]  # fmt: skip
    assert regions.named("") == []


@pytest.mark.parametrize(
    ("code", "hours"), [("15.09", "7"), ("51.71", "8"), ("61.71", "7"), ("73.71", "8"), ("94.01", "9")]
)
def test_the_time_of_a_district_is_that_of_its_province(code: str, hours: str) -> None:
    """Keppres 41/1987: Jambi and West Kalimantan western, Bali and Sulawesi central, Papua eastern time."""
    found = regions.find(code)
    assert found is not None
    assert found.utc_offset_hours == hours


def test_every_district_has_kecamatan_and_health_centres_under_its_own_code() -> None:
    codes = set(regions.districts())
    assert len(codes) == 514
    kecamatan = pl.read_csv(regions.REGIONS / "kecamatan.csv", infer_schema=False)
    centres = pl.read_csv(regions.REGIONS / "health_centres.csv", infer_schema=False)
    assert set(kecamatan["kecamatan_code"].str.slice(0, 5)) == codes
    assert set(centres["district_code"]) == codes
    assert kecamatan["kecamatan_code"].is_unique().all()


@pytest.mark.parametrize("code", ["15.09", "31.71", "35.78", "94.01"])
def test_a_new_folder_knows_its_units(tmp_path: Path, code: str) -> None:
    district = regions.find(code)
    assert district is not None
    filled = regions.filled(district)
    folder.init(tmp_path, district.name, filled)
    register = reference.read_table(tmp_path / "reference", "units")
    centres = register.filter(pl.col("kind") == "health_centre")
    assert register["unit_id"].is_unique().all()
    assert centres.height == len(filled.units) - 1 > 0
    known = reference.registers(tmp_path / "reference")
    for name, unit_id in centres.select("name", "unit_id").rows():
        assert known.units.find(name.upper()) == unit_id
    assert known.utc_offset_hours == float(district.utc_offset_hours)
    has_map = (tmp_path / "reference" / "kecamatan.geojson").exists()
    assert has_map == (code == "15.09")


def test_a_health_centre_that_bears_the_name_of_a_kecamatan_lies_in_it() -> None:
    district = regions.find("11.01")
    assert district is not None
    units = {each["name"]: each.get("kecamatan_code") for each in regions.filled(district).units}
    areas = {name: code for code, name, _bps in regions.filled(district).kecamatan.rows()}
    same = [name for name in areas if f"Puskesmas {name}" in units]
    assert same
    assert all(units[f"Puskesmas {name}"] == areas[name] for name in same)
