"""Data saya: an employee sees his own record whole and nobody else's; what he replies is read by who reads him by name."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashboard import access, asking, db, registry
from dashboard.access import Viewer
from dashboard.replies import store
from tests.dashboard.builds import begin, publish, shown

PEOPLE = {"e1": ("Contoh Satu", "pkm-a"), "e2": ("Contoh Dua", "pkm-a"), "e3": ("Contoh Tiga", "pkm-b")}
OWN = Viewer("pegawai", (), True, "e1")
HEAD = Viewer("kepala-unit", ("pkm-a",), True)
OTHER_HEAD = Viewer("kepala-unit", ("pkm-b",), True)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with three people of two units, and what is missing of the first."""
    folder = tmp_path_factory.mktemp("own")
    connection = begin(folder)
    connection.execute(
        "insert into unit (unit_id, name, short_name, kind, parent_id) values"
        " ('tebo', 'Kabupaten Tebo', 'Kab. Tebo', 'district', null), ('dinkes', 'Dinkes', 'Dinkes', 'agency', 'tebo'),"
        " ('pkm-a', 'PKM A', 'PKM A', 'health_centre', 'dinkes'), ('pkm-b', 'PKM B', 'PKM B', 'health_centre', 'dinkes')"
    )
    connection.execute("insert into load.file (file_id, sha256, name, status) values ('f1', 'x', 'a.xlsx', 'accepted')")
    for row, (who, (name, unit)) in enumerate(PEOPLE.items(), 4):
        connection.execute(
            "insert into employee (employee_id, nip, name, position, job_group, unit_id, file_id, sheet, row)"
            " values (?, ?, ?, 'Perawat', 'nurse', ?, 'f1', 'Pegawai', ?)",
            [who, f"198001012005011{row:03d}", name, unit, row],
        )
        for quarter, value, verified in (("2025-07-01", 90, None), ("2025-10-01", None if who == "e1" else 80, True)):
            connection.execute(
                "insert into evaluation_indicator (employee_id, period, period_months, indicator, target, realisation,"
                " is_evidence_verified, has_evidence_column, file_id, sheet, row)"
                " values (?, ?, 3, 'Kunjungan rumah', 100, ?, ?, true, 'f1', 'Indikator', ?)",
                [who, quarter, value, verified, row],
            )
    connection.execute("insert into evaluation values ('e1', '2025-10-01', 3, 'meets', null, null, 'f1', 'Nilai', 9)")
    connection.execute(
        "insert into load.build values"
        " ('b1', '2026-01-12', '2026-01-12', 'Kabupaten Tebo', true, '2025-01-01', '2025-12-01', 'x')"
    )
    return publish(folder, connection)


def test_an_employee_sees_his_record_what_is_missing_and_nobody_else(page: Callable, data: Path) -> None:
    words = shown(page("saya", viewer="pegawai:e1", data_dir=data))
    assert "Contoh Satu" in words
    # TW IV: the evaluation without behaviour, the realisation not reported; TW III: no sheet of evaluation, the cell of evidence blank
    assert "4 hal belum ada atau perlu diperbaiki." in words
    for remedy in (
        "Minta atasan mengisi perilaku kerja.",
        "Minta atasan mengirim lembar",
        "Isi realisasi indikator ini",
        "Serahkan buktinya",
    ):
        assert remedy in words
    assert not re.findall(r"Contoh Dua|Contoh Tiga|(?<!\w)e[23](?!\w)", words)
    assert "198001012005011" not in words


@pytest.mark.parametrize(("language", "way"), [("id", "saya'>Data saya"), ("en", "saya?bahasa=en'>My data")])
def test_a_page_of_another_role_leads_to_those_that_one_has(
    page: Callable, data: Path, language: str, way: str
) -> None:
    words = shown(page("kunjungan", viewer="pegawai:e1", data_dir=data, bahasa=language)).replace('"', "'")
    assert f"href='{way}</a>" in words[words.rindex("class='rp-message'") :]


def test_who_has_no_record_is_told_so(page: Callable, data: Path) -> None:
    assert "Belum ada data tentang Anda" in shown(page("saya", viewer="bupati", data_dir=data))
    assert "Belum ada data tentang Anda" in shown(page("saya", viewer="pegawai:tidak-ada", data_dir=data))


def test_only_declared_result_sets_are_told_of_oneself(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPOR_DATA", str(data))
    assert db.fetch("accountability/person", OWN, employee="e1", period_to=None).is_empty()  # it covers no unit
    assert db.fetch_own("accountability/person", OWN, employee="e2", period_to=None)["employee_id"].to_list() == ["e1"]
    assert db.fetch_own("accountability/person_neighbours", OWN, period_to=None).columns == ["alike_people"]
    for viewer, query in ((OWN, "accountability/ranking"), (HEAD, "accountability/person")):
        with pytest.raises(KeyError):
            db.fetch_own(query, viewer, period_to=None)


@pytest.fixture
def notes(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPOR_DATA", str(data))
    monkeypatch.setenv("RAPOR_NOTES_URL", f"sqlite:///{tmp_path / 'notes.sqlite'}")


@pytest.mark.usefixtures("notes")
def test_a_reply_is_read_by_who_reads_the_person_by_name_and_answered_by_who_decides_there() -> None:
    reply = store.write("  Bukti TW III sudah diserahkan.  ", "b1", OWN)
    assert [one.words for one in store.own(OWN)] == ["Bukti TW III sudah diserahkan."]
    assert [one.id for one in store.waiting(HEAD)] == [reply]
    leader = access.of("pimpinan")  # sees no names
    for viewer in (OTHER_HEAD, leader, asking.NOBODY.viewer, Viewer("pegawai", (), True, "e2")):
        assert not store.waiting(viewer)
        assert not store.of("e1", viewer)
        with pytest.raises(store.Refused, match="dijawab oleh kepala unit"):
            store.answer(reply, "Ya", viewer)
    with pytest.raises(store.Refused, match="dijawab oleh kepala unit"):
        store.answer(reply, "Ya", access.of("bkpsdm"))  # reads, but does not decide
    store.answer(reply, "Sudah diterima.", HEAD)
    assert not store.waiting(HEAD)
    assert [(one.answer, one.answered_by) for one in store.own(OWN)] == [("Sudah diterima.", "kepala-unit")]


@pytest.mark.usefixtures("notes")
def test_a_reply_can_be_taken_back_by_its_writer_alone() -> None:
    reply = store.write("Salah", "b1", OWN)
    with pytest.raises(store.Refused, match="itu sendiri yang menarik"):
        store.withdraw(reply, Viewer("pegawai", (), True, "e2"))
    store.withdraw(reply, OWN)
    assert not store.of("e1", HEAD)
    assert store.own(OWN)[0].is_withdrawn
    with pytest.raises(store.Refused, match="dijawab oleh kepala unit"):
        store.answer(reply, "Ya", HEAD)


@pytest.mark.usefixtures("notes")
@pytest.mark.parametrize(
    ("words", "viewer", "why"),
    [(" \n", OWN, "Tulis dulu"), ("a" * 1001, OWN, "1000 huruf, ini 1001"), ("a", HEAD, "itu sendiri yang menanggapi")],
)
def test_what_can_not_be_kept_is_refused(words: str, viewer: Viewer, why: str) -> None:
    with pytest.raises(store.Refused, match=why):
        store.write(words, "b1", viewer)
    assert not store.own(OWN)


def _is_above_the_page(test: Any) -> bool:
    """Whether the form, where the link to it lands, stands before the page that it is about."""
    words = shown(test)
    return words.index("id='tulis'") < words.index("data-sight=")


def _press(test: Any, label: str) -> None:
    (button,) = [one for one in test.button if one.label == label]
    button.click().run()


@pytest.mark.usefixtures("notes")
def test_the_form_writes_for_who_asks_and_the_head_answers_on_the_page_of_the_person(
    page: Callable, data: Path
) -> None:
    own = page("saya", viewer="pegawai:e1", data_dir=data, tanggapan="baru")
    assert "tanggapan=baru#tulis" in shown(own)
    assert _is_above_the_page(own)
    own.text_area[0].set_value("=cmd|x <script>")
    _press(own, "Kirim tanggapan")
    assert "Tanggapan dikirim" in shown(own)
    head = page("pegawai", viewer="kepala-unit:pkm-a", data_dir=data)
    assert "1 tanggapan pegawai menunggu jawaban" in shown(head)
    assert "=cmd|x &lt;script&gt;" in shown(head)
    (waiting,) = store.waiting(HEAD)
    head = page("pegawai", viewer="kepala-unit:pkm-a", data_dir=data, pegawai="e1", tanggapan=waiting.id)
    assert _is_above_the_page(head)
    head.text_area[0].set_value("Dicatat.")
    _press(head, "Kirim jawaban")
    assert "Jawaban dikirim" in shown(head)
    assert "Dicatat. (Kepala unit" in shown(page("saya", viewer="pegawai:e1", data_dir=data))
    other = page("pegawai", viewer="kepala-unit:pkm-b", data_dir=data, pegawai="e1", tanggapan=waiting.id)
    assert not other.text_area
    assert registry.page(registry.OWN).is_frozen is False  # and no meeting takes what people reply along
