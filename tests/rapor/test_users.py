"""`rapor user`, and what `rapor serve` does without accounts: accounts at the terminal, and no other address before anybody signs in."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dashboard import record
from dashboard.signin import accounts, passwords, provider, sessions
from rapor import app, serving

RUNNER = CliRunner()
WORDS = "kuda baterai staples"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RAPOR_DATA", str(tmp_path))
    for name in ("RAPOR_SIGN_IN", provider.ISSUER, provider.CLIENT, provider.URL):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def _ran(*words: str, data_dir: Path, typed: str | None = None) -> tuple[int, str]:
    result = RUNNER.invoke(app, [*words, "--data-dir", str(data_dir)], input=typed)
    return result.exit_code, result.output


def test_the_first_administrator_is_made_at_the_terminal(data: Path) -> None:
    code, told = _ran("user", "add", "Siti.Aminah", "--role", "pengelola", data_dir=data)
    assert code == 0
    (first,) = re.findall(r"tampil sekali ini saja: (\S+)", told)
    account = accounts.find("siti.aminah")
    assert account
    assert passwords.is_right(account.password, first)
    assert account.must_change
    assert "jalankan ulang" in told
    (entry,) = record.entries(kind="account_added")
    assert entry.actor.startswith("terminal:")
    assert dict(entry.about) == {"account": "siti.aminah", "role": "pengelola"}


def test_a_password_that_is_typed_is_not_shown(data: Path) -> None:
    code, told = _ran(
        "user", "add", "budi", "--role", "bupati", "--ask-password", data_dir=data, typed=f"{WORDS}\n{WORDS}\n"
    )
    assert code == 0
    assert WORDS not in told
    account = accounts.find("budi")
    assert account
    assert passwords.is_right(account.password, WORDS)


def test_what_is_done_to_an_account_ends_its_sessions(data: Path) -> None:
    _ran("user", "add", "budi", "--role", "kepala-dinas", "--of", "dinkes", data_dir=data)
    steps = (("disable", "budi"), ("enable", "budi"), ("reset", "budi"), ("role", "budi", "--role", "pimpinan"))
    for step in steps:
        account = accounts.find("budi")
        assert account
        sessions.begin(account, "whole", "")
        assert _ran("user", *step, data_dir=data)[0] == 0
        assert sessions.of_person(account.id) == []
    account = accounts.find("budi")
    assert account
    assert (account.role, account.of, account.is_disabled) == ("pimpinan", "", False)
    assert "pimpinan" in _ran("user", "list", data_dir=data)[1]
    kinds = [entry.kind for entry in record.entries() if entry.kind != "roles_changed"]
    assert kinds == ["account_added", "account_changed", "account_changed", "account_changed", "role_changed"]


@pytest.mark.parametrize(
    "words",
    [
        ("add", "x y", "--role", "bupati"), ("add", "budi", "--role", "raja"), ("add", "budi", "--role", "kepala-dinas"),
        ("disable", "tidak-ada"), ("role", "tidak-ada", "--role", "bupati"),
    ],
)  # fmt: skip
def test_what_can_t_be_is_said_in_a_line(data: Path, words: tuple[str, ...]) -> None:
    code, told = _ran("user", *words, data_dir=data)
    assert code == 1
    assert told.strip()
    assert "Traceback" not in told
    assert accounts.listed() == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--address", "0.0.0.0"), "rapor user add"), (("--address", "::"), "rapor user add"),
        (("--address", "10.1.2.3"), "rapor user add"),
        (("--proxy", "127.0.0.1"), "rapor user add"),
        (("--sign-in", "local"), "rapor user add"), (("--sign-in", "oidc"), "RAPOR_OIDC_ISSUER"),
    ],
)  # fmt: skip
def test_without_accounts_it_serves_this_machine_alone(data: Path, words: tuple[str, ...], told: str) -> None:
    code, said = _ran("serve", "--no-browser", *words, data_dir=data)
    assert code == 1
    assert told in said


def test_how_people_sign_in_follows_what_there_is(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert serving._way_in(None, "127.0.0.1", ()) == ""
    account, _first = accounts.add("budi", "bupati")
    assert serving._way_in(None, "0.0.0.0", ()) == "local"
    accounts.disable(account)
    assert serving._way_in(None, "127.0.0.1", ()) == ""
    for name, value in (
        (provider.ISSUER, "https://masuk.example"), (provider.CLIENT, "rapor"), (provider.SECRET, "x"), (provider.URL, "https://rapor.example"),
    ):  # fmt: skip
        monkeypatch.setenv(name, value)
    assert serving._way_in(None, "0.0.0.0", ("127.0.0.1",)) == "oidc"
