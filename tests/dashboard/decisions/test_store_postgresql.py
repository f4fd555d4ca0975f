"""The notes store on a real PostgreSQL server keeps decisions as the file does; skipped only where no server can be had."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pyotp
import pytest
import sqlalchemy as sa

from dashboard import access, notes
from dashboard.access import Viewer
from dashboard.decisions import store as decision_store
from dashboard.decisions.values import Seen
from dashboard.signin import accounts, passwords, second, sessions
from tests import postgres
from tests.dashboard.decisions import test_store

pytestmark = pytest.mark.slow

BUPATI = access.of("bupati")
ESSENTIALS = (
    test_store.test_every_change_is_kept_and_the_present_state_follows,
    test_store.test_only_the_roles_that_decide_write,
    test_store.test_a_viewer_of_some_units_sees_the_decisions_on_these_alone,
    test_store.test_who_looked_at_an_older_state_is_told_and_changes_nothing,
    test_store.test_a_past_moment_is_read_as_it_was,
    test_store.test_of_two_writers_at_once_both_new_decisions_are_kept_and_one_change_wins,
    test_store.test_hostile_words_are_kept_as_text_without_control_characters,
    test_store.test_lengths_are_those_that_the_forms_allow,
    test_store.test_an_event_holds_what_was_said_in_that_moment,
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    programs = postgres.find_or_install()
    if programs is None:
        pytest.skip(f"PostgreSQL is not here and can't be installed: apt-get install {postgres.PACKAGE}")
    with postgres.server(programs) as address:
        yield address


_numbers = count(1)


@pytest.fixture
def database(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Yield the address of an empty database, which the notes store stands on."""
    name = f"notes{next(_numbers)}"
    engine = sa.create_engine(server.format("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"create database {name}")
    engine.dispose()
    address = server.format(name)
    monkeypatch.setenv("RAPOR_DATA", str(tmp_path))
    monkeypatch.setenv("RAPOR_NOTES_URL", address)
    yield address
    notes._engine(notes.url()).dispose()
    assert not (tmp_path / "notes.sqlite").exists()


@pytest.mark.parametrize("essential", ESSENTIALS, ids=lambda test: test.__name__)
def test_a_server_keeps_decisions_as_a_file_does(database: str, essential: Callable[[], None]) -> None:
    essential()


def test_looking_makes_nothing_and_a_second_click_writes_nothing(database: str) -> None:
    assert decision_store.listed(BUPATI) == []
    with sa.create_engine(database).connect() as connection:
        assert sa.inspect(connection).get_table_names() == []
    for wording in (test_store.WORDING, replace(test_store.WORDING, what="lain")):
        decision_store.record("d1", test_store.FIGURE, wording, Seen(), Viewer("bupati"))
    assert [(event.kind, event.position) for event in decision_store.history("d1", BUPATI)] == [("created", 1)]
    assert decision_store.listed(BUPATI)[0].wording == test_store.WORDING


def test_accounts_and_sessions_stand_on_it_too(database: str) -> None:
    siti, first = accounts.add("siti", "bupati")
    with pytest.raises(accounts.Refused):
        accounts.add("siti", "bupati")
    assert passwords.is_right(siti.password, first)
    token = sessions.begin(siti, "whole", "")
    person = sessions.look(token)
    assert person
    assert sessions.still_open([person.session, "x"]) == {person.session}
    assert sessions.is_known(siti, sessions.remember(siti))
    secret = second.new_secret()
    codes = second.turn_on(siti, secret, pyotp.TOTP(secret).now(), "")
    account = accounts.find("siti")
    assert account
    assert codes
    assert [second.take(account, codes[0]) for _each in range(2)] == [True, False]
    sessions.changed()
    assert sessions.look(token) is None
    accounts.reset(account)
    assert second.recovery_left(account) == 0


def test_a_store_of_a_newer_version_is_neither_read_nor_written(database: str) -> None:
    decision_store.record("d1", test_store.FIGURE, test_store.WORDING, Seen(), Viewer("bupati"))
    with sa.create_engine(database).begin() as connection:
        connection.exec_driver_sql("update notes_version set version = 2")
    with pytest.raises(notes.Unavailable, match="lebih baru"):
        decision_store.listed(BUPATI)
    with pytest.raises(notes.Unavailable, match="lebih baru"):
        decision_store.record("d2", test_store.FIGURE, test_store.WORDING, Seen(), Viewer("bupati"))


def test_a_database_that_is_not_there_is_said_without_its_address(
    database: str, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPOR_NOTES_URL", server.format("absent").replace("rapor@", "rapor:secret@"))
    with pytest.raises(notes.Unavailable, match="belum dapat dibuka") as why:
        decision_store.listed(BUPATI)
    assert "secret" not in str(why.value)
    assert decision_store.stamp() == -1
