"""The notes store: what is written stays, whatever happens to the writer; the present state is what the events give."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from dashboard import access, notes, roles
from dashboard.access import Viewer
from dashboard.decisions import store as decision_store
from dashboard.decisions.values import LONGEST, Decision, Event, Figure, Refused, Seen, Wording, present, remarks
from dashboard.words import text
from tests.effort import tries

PROJECT = Path(__file__).resolve().parents[3]
BUPATI = access.of("bupati")
FIGURE = Figure("kunjungan", "visits", "pkm-a", "gizi")
WORDING = Wording("Tambah jam buka", "Kepala Puskesmas A", date(2026, 12, 1), "1.500 kunjungan")
SEEN = Seen(1370.5, date(2026, 10, 1), 1, "20261124T000000-1", "2026-11-24-rapat-1")
TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPOR_DATA", str(tmp_path))
    monkeypatch.delenv("RAPOR_NOTES_URL", raising=False)


def _recorded(name: str = "d1", wording: Wording = WORDING, figure: Figure = FIGURE) -> Decision:
    decision_store.record(name, figure, wording, SEEN, Viewer("bupati"))
    return present(decision_store.history(name, BUPATI))


def test_what_is_recorded_is_read_back_whole_and_a_second_click_writes_nothing(tmp_path: Path) -> None:
    assert decision_store.stamp() == 0
    found = _recorded()
    assert (found.figure, found.wording, found.seen, found.by) == (FIGURE, WORDING, SEEN, "bupati")
    assert abs((datetime.now(UTC) - found.at).total_seconds()) < 60
    decision_store.record("d1", FIGURE, replace(WORDING, what="lain"), SEEN, Viewer("bappeda"))
    assert [event.kind for event in decision_store.history("d1", BUPATI)] == ["created"]
    assert decision_store.stamp() == 1
    assert (tmp_path / "notes.sqlite").is_file()


def test_every_change_is_kept_and_the_present_state_follows() -> None:
    _recorded()
    worded = replace(WORDING, what="Tambah dokter", due_on=date(2026, 11, 1))
    decision_store.change("d1", 1, worded, Viewer("bappeda"))
    decision_store.change("d1", 2, worded, Viewer("bappeda"))  # nothing differs: nothing happened
    decision_store.close("d1", 2, "  Dua dokter ditempatkan ", Viewer("bupati"))
    done = present(decision_store.history("d1", BUPATI))
    assert (done.state(TODAY), done.result, done.position) == ("closed", "Dua dokter ditempatkan", 3)
    assert done.ended_at is not None
    decision_store.reopen("d1", 3, Viewer("bupati"))
    events = decision_store.history("d1", BUPATI)
    assert [(event.kind, event.by) for event in events] == [
        ("created", "bupati"), ("changed", "bappeda"), ("closed", "bupati"), ("reopened", "bupati")
    ]  # fmt: skip
    assert present(events[:1]).wording == WORDING  # the words before are still there
    now = present(events)
    assert (now.wording, now.result, now.ended_at) == (worded, "", None)
    assert (now.state(TODAY), now.days_overdue(TODAY)) == ("overdue", 23)  # 1 to 24 November
    assert (now.state(date(2026, 11, 1)), now.days_overdue(date(2026, 11, 1))) == ("open", 0)  # its own day is in time


@pytest.mark.parametrize(
    ("wording", "said"),
    [
        (replace(WORDING, what="  \n "), ["Isi dulu apa yang diputuskan."]),
        (replace(WORDING, what="", who="\x00\x07"), ["apa yang diputuskan", "siapa yang melaksanakan"]),
        (replace(WORDING, what="x" * 501), ["Keputusan: paling panjang 500 huruf, ini 501."]),
        (replace(WORDING, who="x" * 121), ["Pelaksana: paling panjang 120 huruf, ini 121."]),
        (replace(WORDING, effect="x" * 501), ["Dampak yang diharapkan: paling panjang 500 huruf"]),
    ],
)
def test_what_can_t_be_taken_is_said_and_nothing_is_written(wording: Wording, said: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        decision_store.record("d1", FIGURE, wording, SEEN, Viewer("bupati"))
    assert len(refused.value.reasons) == len(said)
    assert all(part in reason for part, reason in zip(said, refused.value.reasons, strict=True))
    assert decision_store.listed(BUPATI) == []


def test_a_past_day_is_allowed_but_said() -> None:
    assert remarks(replace(WORDING, due_on=date(2026, 11, 23)), TODAY) == [
        "Tenggatnya sudah lewat; keputusan ini langsung tercatat sebagai terlambat."
    ]
    assert remarks(replace(WORDING, due_on=TODAY), TODAY) == []


def test_only_the_roles_that_decide_write() -> None:
    _recorded()
    for role in [code for code, role in roles.roles().items() if "decide" not in role.may]:
        for act in (
            lambda role=role: decision_store.record("d2", FIGURE, WORDING, SEEN, Viewer(role)),
            lambda role=role: decision_store.change("d1", 1, replace(WORDING, what="lain"), Viewer(role)),
            lambda role=role: decision_store.close("d1", 1, "selesai", Viewer(role)),
            lambda role=role: decision_store.reopen("d1", 1, Viewer(role)),
        ):
            with pytest.raises(Refused, match="hanya membaca"):
                act()
    assert decision_store.stamp() == 1


def test_a_viewer_of_some_units_sees_the_decisions_on_these_alone() -> None:
    _recorded("a")
    _recorded("b", figure=replace(FIGURE, unit_id="pkm-b"))
    _recorded("district", figure=replace(FIGURE, unit_id=None))
    of_a = Viewer("kepala-unit", units=("pkm-a",))
    assert [one.id for one in decision_store.listed(of_a)] == ["a"]
    assert decision_store.history("b", of_a) == []
    assert decision_store.of_figure(replace(FIGURE, unit_id="pkm-b"), of_a) == []
    assert [one.id for one in decision_store.listed(BUPATI, ["pkm-b"])] == ["b"]
    assert [one.id for one in decision_store.of_figure(replace(FIGURE, page="ringkasan"), BUPATI)] == ["a"]


def test_who_looked_at_an_older_state_is_told_and_changes_nothing() -> None:
    _recorded()
    decision_store.change("d1", 1, replace(WORDING, what="pertama"), Viewer("bupati"))
    for late in (
        lambda: decision_store.change("d1", 1, replace(WORDING, what="kedua"), Viewer("bappeda")),
        lambda: decision_store.close("d1", 1, "selesai", Viewer("bappeda")),
    ):
        with pytest.raises(Refused, match="baru saja diubah orang lain"):
            late()
    assert present(decision_store.history("d1", BUPATI)).wording.what == "pertama"
    with pytest.raises(Refused, match="tidak ditemukan"):
        decision_store.close("d9", 1, "selesai", Viewer("bupati"))


def test_a_past_moment_is_read_as_it_was() -> None:
    made = _recorded().at
    decision_store.change("d1", 1, replace(WORDING, what="Tambah dokter"), Viewer("bupati"))
    changed = decision_store.history("d1", BUPATI)[1].at
    decision_store.close("d1", 2, "Dua dokter", Viewer("bupati"))
    _recorded("d2", figure=replace(FIGURE, unit_id="pkm-b"))

    def told(moment: datetime) -> list[tuple[str, str, bool]]:
        with decision_store.as_of(moment):
            found = decision_store.listed(BUPATI)
            assert [len(decision_store.history(one.id, BUPATI)) for one in found] == [one.position for one in found]
            assert decision_store.history("d2", BUPATI) == []
            assert len(decision_store.of_figure(FIGURE, BUPATI)) == len(found)
        return [(one.id, one.wording.what, one.is_closed) for one in found]

    instant = timedelta(microseconds=1)
    assert told(made - instant) == []
    assert told(made) == told(changed - instant) == [("d1", "Tambah jam buka", False)]
    assert told(changed) == [("d1", "Tambah dokter", False)]
    assert {(one.id, one.is_closed) for one in decision_store.listed(BUPATI)} == {("d1", True), ("d2", False)}


def test_a_clock_that_was_put_back_hides_no_beginning(tmp_path: Path) -> None:
    made = _recorded().at
    decision_store.close("d1", 1, "Selesai", Viewer("bupati"))
    with sqlite3.connect(tmp_path / "notes.sqlite") as connection:  # the second event's time lies before the first's
        connection.execute("update decision_event set at = ? where position = 2", [str(made - timedelta(hours=1))])
    with decision_store.as_of(made - timedelta(minutes=1)):
        assert decision_store.listed(BUPATI) == []


def test_overdue_is_judged_as_of_the_moment_that_is_read() -> None:
    assert decision_store.today() == date.today()
    with decision_store.as_of(datetime(2100, 1, 2, 12, tzinfo=UTC)):
        assert decision_store.today() == date(2100, 1, 2)
        assert _recorded(wording=replace(WORDING, due_on=date(2099, 12, 30))).days_overdue(decision_store.today()) == 3


# --- any sequence of events gives what a simple model gives ---

KEPT = st.characters(
    codec="utf-8", exclude_categories=("Cc", "Cf", "Zs", "Zl", "Zp", "Cn", "Co"), exclude_characters="\ufffc\ufffd"
)
WORDS = st.text(KEPT, min_size=1, max_size=40)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("change"), WORDS, st.dates(date(2026, 1, 1), date(2027, 12, 31))),
        st.tuples(st.just("close"), WORDS),
        st.tuples(st.just("reopen")),
    ),
    max_size=8,
)


@tries(25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_sequence_of_events_gives_what_a_simple_model_gives(
    steps: list, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("notes")
    os.environ["RAPOR_DATA"] = str(folder)  # put back by the fixture above
    model: dict[str, Any] = {"wording": WORDING, "is_closed": False, "result": "", "position": 1}
    history = [dict(model)]
    _recorded()
    for step in steps:
        try:
            if step[0] == "change":
                wording = replace(WORDING, what=step[1], due_on=step[2])
                decision_store.change("d1", model["position"], wording, Viewer("bupati"))
                allowed, after = not model["is_closed"], {"wording": wording}
            elif step[0] == "close":
                decision_store.close("d1", model["position"], step[1], Viewer("bupati"))
                allowed, after = not model["is_closed"], {"is_closed": True, "result": step[1]}
            else:
                decision_store.reopen("d1", model["position"], Viewer("bupati"))
                allowed, after = model["is_closed"], {"is_closed": False, "result": ""}
            assert allowed
        except Refused:
            assert model["is_closed"] == (step[0] != "reopen")
            continue
        if model | after != model:
            model |= after | {"position": model["position"] + 1}
            history.append(dict(model))
    events = decision_store.history("d1", BUPATI)
    assert [event.position for event in events] == list(range(1, len(history) + 1))
    for n, expected in enumerate(history, 1):  # every moment can be told again, not only the last
        then = present(events[:n])
        assert {name: getattr(then, name) for name in expected} == expected


# --- writers at the same time, and writers that die ---


def test_of_two_writers_at_once_both_new_decisions_are_kept_and_one_change_wins() -> None:
    start, refused = threading.Barrier(8), []

    def write(n: int) -> None:
        start.wait()
        for k in range(5):
            decision_store.record(f"t{n}-{k}", FIGURE, WORDING, SEEN, Viewer("bupati"))

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(decision_store.listed(BUPATI)) == 40  # 8 writers, 5 decisions each

    def change(n: int) -> None:
        start.wait()
        try:
            decision_store.change("t0-0", 1, replace(WORDING, what=f"penulis {n}"), Viewer("bupati"))
        except Refused as why:
            refused.append(str(why))

    threads = [threading.Thread(target=change, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 7
    assert all("baru saja diubah" in why for why in refused)
    assert len(decision_store.history("t0-0", BUPATI)) == 2


WRITER = """
import sys
from datetime import date
from dashboard.access import Viewer
from dashboard.decisions import store as state
from dashboard.decisions.values import Figure, Seen, Wording
for n in range(100000):
    state.record(f"{sys.argv[1]}-{n}", Figure("kunjungan", "visits"), Wording("a", "b", date(2026, 1, 1)), Seen(), Viewer("bupati"))
    print(n, flush=True)
"""


def test_two_processes_write_and_one_that_is_killed_leaves_the_store_whole(tmp_path: Path) -> None:
    run = [sys.executable, "-c", WRITER]
    pipes = {"stdout": subprocess.PIPE, "text": True, "cwd": PROJECT, "env": os.environ | {"RAPOR_DATA": str(tmp_path)}}
    writers: list[Any] = [subprocess.Popen([*run, name], **pipes) for name in ("p", "q")]  # ty: ignore[no-matching-overload]
    try:
        said = {writer: [writer.stdout.readline() for _ in range(5)] for writer in writers}
        time.sleep(0.2)
    finally:
        for writer in writers:
            writer.send_signal(signal.SIGKILL)
            writer.wait()
    found = {one.id for one in decision_store.listed(BUPATI)}
    for name, writer in zip("pq", writers, strict=True):
        told = [line for line in [*said[writer], *writer.stdout.read().splitlines()] if line.strip()]
        assert {f"{name}-{int(line)}" for line in told} <= found  # what was said to be written is there
        writer.stdout.close()
    _recorded("after")
    with sqlite3.connect(tmp_path / "notes.sqlite") as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
        assert connection.execute("pragma journal_mode").fetchone() == ("wal",)


# --- stores that can't be opened ---


def test_a_store_that_can_t_be_opened_is_said_calmly_without_its_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPOR_DATA", str(tmp_path / "absent"))
    assert decision_store.listed(BUPATI) == []  # nothing was ever written: nothing is wrong
    with pytest.raises(notes.Unavailable, match="hak tulisnya"):
        _recorded()
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "notes.sqlite").write_bytes(b"this is no database at all" * 100)
    monkeypatch.setenv("RAPOR_DATA", str(broken))
    with pytest.raises(notes.Unavailable, match="belum dapat dibuka") as why:
        decision_store.listed(BUPATI)
    assert "broken" not in str(why.value)
    assert decision_store.stamp() == -1


def test_the_address_of_the_store_is_taken_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPOR_NOTES_URL", f"sqlite:///{tmp_path}/elsewhere.db")
    _recorded()
    assert (tmp_path / "elsewhere.db").is_file()
    assert not (tmp_path / "notes.sqlite").exists()
    for wrong in ("no address", "nodialect://host/db"):
        monkeypatch.setenv("RAPOR_NOTES_URL", wrong)
        with pytest.raises(notes.Unavailable, match="RAPOR_NOTES_URL"):
            decision_store.listed(BUPATI)
    monkeypatch.setenv("RAPOR_NOTES_URL", "postgresql://someone:secret@127.0.0.1:1/notes")  # no server, or no driver
    with pytest.raises(notes.Unavailable) as why:
        decision_store.listed(BUPATI)
    assert "secret" not in str(why.value)


def test_a_store_of_a_newer_version_is_neither_read_nor_written(tmp_path: Path) -> None:
    _recorded()
    with sqlite3.connect(tmp_path / "notes.sqlite") as connection:
        connection.execute("update notes_version set version = 2")
    for act in (lambda: decision_store.listed(BUPATI), lambda: _recorded("d2")):
        with pytest.raises(notes.Unavailable, match="lebih baru"):
            act()


def test_hostile_words_are_kept_as_text_without_control_characters() -> None:
    wording = Wording("<script>x</script>\n=1+1\x00\u202e", "'; drop table decision_event; --", date(2026, 12, 1))
    found = _recorded(wording=wording)
    assert found.wording.what == "<script>x</script>\n=1+1"
    assert found.wording.who == "'; drop table decision_event; --"
    assert len(decision_store.listed(BUPATI)) == 1


def test_lengths_are_those_that_the_forms_allow() -> None:
    longest = Wording("x" * LONGEST["what"], "x" * LONGEST["who"], date(2026, 12, 1), "x" * LONGEST["effect"])
    assert _recorded(wording=longest).wording == longest
    with pytest.raises(Refused):
        decision_store.close("d1", 1, "x" * (LONGEST["result"] + 1), Viewer("bupati"))
    with text.speaking("en"), pytest.raises(Refused, match="First give the result"):
        decision_store.close("d1", 1, " ", Viewer("bupati"))


def test_an_event_holds_what_was_said_in_that_moment() -> None:
    _recorded()
    (event,) = decision_store.history("d1", BUPATI)
    assert isinstance(event, Event)
    assert event.said["wording"]["due_on"] == "2026-12-01"
    assert event.said["seen"]["value"] == 1370.5


# --- who decides what ---


def test_a_head_decides_on_what_his_unit_covers_alone_and_who_has_no_such_page_reads_none() -> None:
    head = Viewer("kepala-unit", ("pkm-a",), True)
    of_b, of_all = replace(FIGURE, unit_id="pkm-b"), replace(FIGURE, unit_id=None)
    decision_store.record("own", FIGURE, WORDING, SEEN, head)
    for figure in (of_b, of_all):
        with pytest.raises(Refused, match="di luar unit"):
            decision_store.record("other", figure, WORDING, SEEN, head)
    _recorded("b", figure=of_b)
    for act in (
        lambda: decision_store.change("b", 1, replace(WORDING, what="lain"), head),
        lambda: decision_store.close("b", 1, "selesai", head),
        lambda: decision_store.reopen("b", 1, head),
    ):
        with pytest.raises(Refused, match="tidak ditemukan"):  # no more than that it is not his
            act()
    assert [one.id for one in decision_store.listed(head)] == ["own"]
    assert decision_store.listed(Viewer("publik")) == []
    assert decision_store.history("own", Viewer("publik")) == []
