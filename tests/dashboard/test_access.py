"""Names and numbers of people are hidden unless the role may see them."""

from pathlib import Path

import polars as pl
import pytest

from dashboard import access, asking, db, registry, roles
from dashboard.folder import PROJECT
from tests.dashboard.builds import begin

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
    shown = access.protect(PEOPLE, access.Viewer("pimpinan"), access.Few())
    # the first six digits of sha256("e1") and of sha256("e2")
    assert shown["employee_name"].to_list() == ["Pegawai 8B5CC4", "Pegawai AC0F09", "Pegawai 8B5CC4"]
    assert shown["superior_name"].to_list() == ["Pegawai AC0F09", None, "Pegawai AC0F09"]
    assert "Contoh" not in str(shown.to_dicts())


def test_a_nip_is_cut_to_three_digits_even_for_those_who_see_names() -> None:
    for viewer in (access.Viewer("pimpinan"), access.Viewer("bkpsdm", sees_names=True)):
        assert access.protect(PEOPLE, viewer, access.Few())["nip"].to_list() == ["…003", "…007", "…003"]


def test_a_role_that_sees_names_sees_them(monkeypatch) -> None:
    monkeypatch.setenv("RAPOR_VIEWER", "BKPSDM")
    shown = access.protect(PEOPLE, asking.current(), access.Few())
    assert shown["employee_name"].to_list() == ["Siti Contoh", "Budi Contoh", "Siti Contoh"]


def test_no_role_is_a_leader_and_an_unknown_role_is_nobody(monkeypatch) -> None:
    monkeypatch.delenv("RAPOR_VIEWER", raising=False)
    assert asking.current() == access.of("pimpinan")
    assert not asking.current().sees_names
    for unknown in ("admin", "kepala-dinas", "kepala-dinas:tidak-ada", "pegawai", "pegawai:"):
        monkeypatch.setenv("RAPOR_VIEWER", unknown)
        assert asking.asker() == asking.NOBODY
        assert not any(asking.current().opens(page.address) for page in registry.PAGES)


def test_a_role_covers_its_unit_and_what_is_under_it(sample_data: Path, monkeypatch) -> None:
    monkeypatch.setenv("RAPOR_DATA", str(sample_data))
    monkeypatch.setenv("RAPOR_VIEWER", "kepala-dinas:dinkes")
    units = asking.current().units or ()
    assert {"dinkes", "pkm-mengupeh"} < set(units)  # the agency and its health centres
    assert not {"tebo", "pupr", "kec-sumay"} & set(units)
    monkeypatch.setenv("RAPOR_VIEWER", "operator:pkm-mengupeh")
    assert asking.current() == access.Viewer("operator", ("pkm-mengupeh",), False)
    monkeypatch.setenv("RAPOR_VIEWER", "pegawai:e1")
    assert asking.current() == access.Viewer("pegawai", (), True, "e1")


def test_the_table_of_roles_is_read_as_it_is_now_and_not_guessed_at(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("RAPOR_DATA", str(tmp_path))
    assert access.of("bappeda").may("decide")  # as it is shipped, where the folder has none
    assert not access.of("bappeda").may("manage")
    shipped = (PROJECT / "data" / "reference" / "roles.csv").read_text(encoding="utf-8")
    own = tmp_path / "reference" / "roles.csv"
    own.parent.mkdir()
    own.write_text(shipped.replace("export freeze decide approve load", "export freeze"), encoding="utf-8")
    assert not access.of("bappeda").may("decide")
    own.write_text(shipped.replace("export freeze decide approve load", "export rule"), encoding="utf-8")
    with pytest.raises(roles.Unclear, match=r"baris 4, may: rule tidak dikenal"):  # the header is row 1
        access.of("bappeda")
    own.write_text(shipped.replace("PermenPANRB 53/2014,,", "PermenPANRB 53/2014,,2020-12-31", 1), encoding="utf-8")
    assert roles.find("kepala-dinas") is None  # its validity has ended


def test_who_is_out_of_sight_is_not_told_one_by_one() -> None:
    """Of accountability/trial two people are in sight and one has a number alone; other result sets stay as they are."""
    trial = pl.DataFrame({"person": [1, 2, 3], "employee_id": ["a", None, "c"], "signal": [80.0, 41.0, 90.0]})
    assert access.in_sight(trial)["person"].to_list() == [1, 3]
    units = pl.DataFrame({"employee_id": [None, "a"]})
    assert access.in_sight(units).equals(units)


def test_a_name_without_its_key_is_hidden_too() -> None:
    shown = access.protect(PEOPLE.select("employee_name"), access.Viewer("pimpinan"), access.Few())
    assert shown["employee_name"].to_list() == [None, None, None]


def test_a_position_that_few_hold_is_not_told_beside_a_pseudonym() -> None:
    """`e1` is the only one of his position in his unit, `e2` of his whole group; where names may be read nothing is to be hidden."""
    few = access.Few(frozenset({"e1", "e2"}), frozenset({"e2"}))
    people = pl.DataFrame({
        "employee_id": ["e1", "e2", "e3"], "employee_name": ["A", "B", "C"], "unit_id": ["u", "u", "u"],
        "unit_short_name": ["U", "U", "U"], "job_group_name": ["Perawat", "Pimpinan", "Perawat"],
        "position": ["Perawat Mahir", "Kepala", "Perawat Terampil"],
    })  # fmt: skip
    shown = access.protect(people, access.Viewer("pimpinan"), few)
    assert shown["position"].to_list() == ["Perawat", "Pimpinan", "Perawat Terampil"]
    assert shown["unit_id"].to_list() == ["u", None, "u"]
    assert shown["unit_short_name"].to_list() == ["U", "unit tidak disebut", "U"]
    assert access.protect(people, access.Viewer("bupati", sees_names=True), few).equals(people)
    rows = pl.DataFrame(
        {"employee_id": ["e1", "e2"], "unit_id": ["u", "u"], "unit": ["U", "U"], "job_group": ["x", "y"]}
    )
    shown = access.protect(rows, access.Viewer("pimpinan"), few)  # of a table for analysis units add up
    assert shown["job_group"].to_list() == ["x", "Jabatan dengan sedikit orang"]
    assert shown["unit"].to_list() == ["U", "U"]


def test_what_a_table_of_roles_names_that_is_not_there_is_said_with_its_row_and_what_there_is(
    tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setenv("RAPOR_DATA", str(tmp_path))
    pages, tables = ["ringkasan", "kunjungan"], ["visits"]
    shipped = (PROJECT / "data" / "reference" / "roles.csv").read_text(encoding="utf-8").splitlines()
    own = tmp_path / "reference" / "roles.csv"
    own.parent.mkdir()
    rows = ["a,A,A,district,true,ringkasan kunjungn,visits vists,export,x,,", "b,B,B,unit,false,*,*,,x,,"]
    own.write_text("\n".join([shipped[0], *rows]), encoding="utf-8")
    assert roles.problems(pages, tables) == [
        "roles.csv baris 2, pages: kunjungn tidak dikenal; yang ada: *, ringkasan, kunjungan",
        "roles.csv baris 2, tables: vists tidak dikenal; yang ada: *, visits",
    ]
    own.write_text("\n".join([shipped[0], "a,A,A,kabupaten,true,*,*,,x,,"]), encoding="utf-8")
    assert [line[:33] for line in roles.problems(pages, tables)] == ["roles.csv baris 2, scope: kabupat"]
    assert not access.Viewer("a").opens("ringkasan")  # a table that can't be understood lets nobody in


def test_on_an_older_build_the_rights_are_those_of_today_and_the_units_as_they_were(
    tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setenv("RAPOR_DATA", str(tmp_path))
    builds = {
        "now": [("dinkes", None), ("pkm-a", "dinkes"), ("pkm-b", "pupr"), ("pupr", None)],
        "old": [("dinkes", None), ("pkm-b", "dinkes")],
    }
    for name, units in builds.items():
        (tmp_path / name).mkdir()
        connection = begin(tmp_path / name)
        connection.executemany(
            "insert into unit (unit_id, name, short_name, kind, parent_id) values ($1, $1, $1, 'agency', $2)", units
        )
        connection.close()
    now, old = (tmp_path / name / "warehouse" / "one.duckdb" for name in builds)
    with db.using(now):
        asker = asking.Asker("budi", asking.viewer_of("kepala-dinas", "dinkes") or access.NOBODY)
        works = asking.Asker("sri", asking.viewer_of("kepala-dinas", "pupr") or access.NOBODY)
        with asking.as_(asker):
            assert asking.current().units == ("dinkes", "pkm-a")
            with db.using(old):
                assert asking.current().units == ("dinkes", "pkm-b")
        with asking.as_(works), db.using(old):
            assert asking.current().units == ()  # an agency that was not there
