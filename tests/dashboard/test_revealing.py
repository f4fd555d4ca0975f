"""A whole NIP: to who has the right, on a press with a reason, written down, for that view alone."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from dashboard import access, db, record, revealing
from queries import builds
from tests.dashboard.builds import shown
from tests.dashboard.test_recorded import data  # noqa: F401  a folder with a record of its own


@pytest.fixture(scope="module")
def person(sample_data: Path) -> tuple[str, str, str]:
    """Return id, NIP and unit of an employee."""
    with duckdb.connect(builds.current(sample_data) or "", read_only=True) as build:
        found = build.execute("select employee_id, nip, unit_id from employee order by employee_id limit 1").fetchone()
    assert found
    return found


def _form(test) -> bool:
    return any(widget.key == revealing.WORDS for widget in test.text_input)


def test_a_nip_is_shown_on_a_press_with_a_reason_that_is_written_down(page: Callable, data: Path, person) -> None:  # noqa: F811
    employee, nip, _unit = person
    whole = revealing.spaced(nip)
    test = page("pegawai", viewer="bkpsdm", data_dir=data, pegawai=employee)
    assert f"…{nip[-3:]}" in shown(test)
    for words, told in (("", "Tulis alasannya dulu"), (f"surat untuk {nip}", "tanpa nama dan nomor")):
        test.text_input(key=revealing.WORDS).set_value(words)
        next(button for button in test.button if button.label == "Tampilkan").click().run()
        assert told in shown(test)
        assert nip[:14] not in shown(test).replace(" ", "")
    test.text_input(key=revealing.WORDS).set_value("menyiapkan surat tugas")
    next(button for button in test.button if button.label == "Tampilkan").click().run()
    assert f"NIP {whole}" in shown(test)
    (line,) = record.entries(kind="revealed")
    assert dict(line.about) == {"employee": str(access.pseudonym(employee)), "reason": "menyiapkan surat tugas"}
    assert nip not in record.place().read_text()
    assert nip not in str(dict(test.query_params)) + str(test.session_state._state.filtered_state)
    test.run()
    assert whole not in shown(test)  # for that view alone


def test_a_nip_is_not_shown_where_that_cannot_be_written(page: Callable, data: Path, person) -> None:  # noqa: F811
    test = page("pegawai", viewer="bkpsdm", data_dir=data, pegawai=person[0])
    record.place().unlink()
    record.place().mkdir()
    test.text_input(key=revealing.WORDS).set_value("menyiapkan surat tugas")
    next(button for button in test.button if button.label == "Tampilkan").click().run()
    assert revealing.spaced(person[1]) not in shown(test)


def test_nobody_else_has_the_press_and_no_scope_is_left_out(page: Callable, data: Path, person, monkeypatch) -> None:  # noqa: F811
    employee, nip, unit = person
    for viewer in ("bupati", "bappeda", "auditor"):
        assert not _form(page("pegawai", viewer=viewer, data_dir=data, pegawai=employee)), viewer
    of_one = access.Viewer("bkpsdm", (unit,), sees_names=True)
    assert db.nip(of_one, employee) == nip
    assert db.nip(access.Viewer("bkpsdm", ("elsewhere",), sees_names=True), employee) is None
    assert db.nip(access.Viewer("bupati", sees_names=True), employee) is None
    assert db.nip(access.Viewer("bkpsdm", sees_names=True), "nobody") is None
