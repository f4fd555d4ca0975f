"""Names and numbers of people are hidden unless the role may see them."""

import polars as pl

from dashboard import access

PEOPLE = pl.DataFrame(
    {
        "employee_id": ["e1", "e2", "e1"],
        "employee_name": ["Siti Contoh", "Budi Contoh", "Siti Contoh"],
        "superior_id": ["e2", None, "e2"],
        "superior_name": ["Budi Contoh", None, "Budi Contoh"],
        "nip": ["199001012015012003", "198512312010011007", "199001012015012003"],
    }
)


def test_names_become_pseudonyms_that_stay_the_same_for_the_same_person() -> None:
    shown = access.protect(PEOPLE, access.Viewer("pimpinan"))
    # the first six digits of sha256("e1") and of sha256("e2")
    assert shown["employee_name"].to_list() == ["Pegawai 8B5CC4", "Pegawai AC0F09", "Pegawai 8B5CC4"]
    assert shown["superior_name"].to_list() == ["Pegawai AC0F09", None, "Pegawai AC0F09"]
    assert "Contoh" not in str(shown.to_dicts())


def test_a_nip_is_cut_to_three_digits_even_for_those_who_see_names() -> None:
    for viewer in (access.Viewer("pimpinan"), access.Viewer("bkpsdm", sees_names=True)):
        assert access.protect(PEOPLE, viewer)["nip"].to_list() == ["…003", "…007", "…003"]


def test_a_role_that_sees_names_sees_them(monkeypatch) -> None:
    monkeypatch.setenv("RAPOR_VIEWER", "BKPSDM")
    shown = access.protect(PEOPLE, access.current())
    assert shown["employee_name"].to_list() == ["Siti Contoh", "Budi Contoh", "Siti Contoh"]


def test_no_role_and_an_unknown_role_see_no_names(monkeypatch) -> None:
    monkeypatch.delenv("RAPOR_VIEWER", raising=False)
    assert not access.current().sees_names
    monkeypatch.setenv("RAPOR_VIEWER", "admin")
    assert not access.current().sees_names


def test_who_is_out_of_sight_is_not_told_one_by_one() -> None:
    """Of accountability/trial two people are in sight and one has a number alone; other result sets stay as they are."""
    trial = pl.DataFrame({"person": [1, 2, 3], "employee_id": ["a", None, "c"], "signal": [80.0, 41.0, 90.0]})
    assert access.in_sight(trial)["person"].to_list() == [1, 3]
    units = pl.DataFrame({"employee_id": [None, "a"]})
    assert access.in_sight(units).equals(units)


def test_a_name_without_its_key_is_hidden_too() -> None:
    shown = access.protect(PEOPLE.select("employee_name"), access.Viewer("pimpinan"))
    assert shown["employee_name"].to_list() == [None, None, None]
