"""Accounts, sessions, the second step and the waits after wrong tries, each by itself."""

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyotp
import pytest

from dashboard import access, asking, notes, record
from dashboard.signin import accounts, cookies, groups, limits, passwords, second, sessions, told
from dashboard.signin.accounts import Account

WORDS = "kuda baterai staples"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("RAPOR_DATA", str(tmp_path))
    monkeypatch.delenv("RAPOR_NOTES_URL", raising=False)
    sessions.changed()
    yield
    sessions.changed()


@pytest.fixture
def siti() -> Account:
    account, _first = accounts.add("Siti.Aminah ", "bupati", password=WORDS)
    return account


def test_an_account_is_as_it_was_asked_for_and_its_password_is_kept_as_a_hash(siti: Account, tmp_path: Path) -> None:
    assert accounts.find("SITI.aminah") == siti
    assert (siti.role, siti.of, siti.must_change, siti.is_disabled) == ("bupati", "", True, False)
    assert siti.password.startswith("$argon2id$")
    assert passwords.is_right(siti.password, WORDS)
    assert not passwords.is_right(siti.password, WORDS + "!")
    assert not passwords.is_right(None, WORDS)
    assert WORDS.encode() not in (tmp_path / "notes.sqlite").read_bytes()


@pytest.mark.parametrize(
    ("name", "role", "of", "password"),
    [
        ("siti.aminah", "bupati", "", None), ("a", "bupati", "", None), ("dua kata", "bupati", "", None), ("budi", "raja", "", None),
        ("budi", "kepala-dinas", " ", None), ("budi", "bupati", "", "pendek"), ("budi", "bupati", "", "budi1234567890"),
        ("budi", "bupati", "", "aaaaaaaaaaaaaaaa"), ("<b>", "bupati", "", None),
    ],
)  # fmt: skip
def test_an_account_that_can_t_be_is_refused(
    siti: Account, name: str, role: str, of: str, password: str | None
) -> None:
    with pytest.raises(accounts.Refused):
        accounts.add(name, role, of, password)
    assert [account.name for account in accounts.listed()] == ["siti.aminah"]


def test_made_passwords_differ_and_can_be_read_out() -> None:
    made = {passwords.made() for _each in range(100)}
    assert len(made) == 100
    assert all(len(each) == 23 and not set(each) & set("il1o0IO") for each in made)


def test_only_the_hash_of_a_token_is_kept(siti: Account, tmp_path: Path) -> None:
    token = sessions.begin(siti, "whole", "Firefox · Linux")
    person = sessions.look(token)
    assert person
    assert (person.name, person.role, person.step, person.is_local) == ("siti.aminah", "bupati", "whole", True)
    assert person.asker() == asking.Asker("siti.aminah", access.Viewer("bupati", sees_names=True))
    assert not [path for path in tmp_path.glob("notes*") if token.encode() in path.read_bytes()]
    assert sessions.look("") is None
    assert sessions.look(person.session) is None


@pytest.mark.parametrize(
    ("change", "is_over"),
    [
        (accounts.disable, True), (lambda siti: accounts.change_role(siti, "pimpinan", ""), True),
        (accounts.reset, True), (lambda siti: accounts.change_password(siti, WORDS + " 2", ""), True),
        (lambda siti: sessions.end_others(siti.id, ""), True), (lambda siti: accounts.add("lain", "bupati"), False),
    ],
)  # fmt: skip
def test_a_change_of_an_account_ends_its_sessions(
    siti: Account, change: Callable[[Account], object], is_over: bool
) -> None:
    tokens = [sessions.begin(siti, "whole", "") for _each in range(2)]
    change(siti)
    sessions.changed()
    assert [sessions.look(token) is None for token in tokens] == [is_over] * 2


def test_another_process_ends_a_session_within_a_second(siti: Account) -> None:
    token = sessions.begin(siti, "whole", "")
    assert sessions.look(token)
    with notes.writing() as connection:  # as `rapor user disable` does elsewhere
        connection.execute(accounts.session_table.delete())
    time.sleep(sessions.FRESH_SECONDS + 0.05)
    assert sessions.look(token) is None


@pytest.mark.parametrize(
    ("column", "seconds", "step", "is_open"),
    [
        ("seen_at", 3500, "whole", True), ("seen_at", 3601, "whole", False), ("began_at", 12 * 3600 - 60, "whole", True),
        ("began_at", 12 * 3600 + 1, "whole", False), ("began_at", 299, "code", True), ("began_at", 301, "code", False),
        ("began_at", -120, "whole", False),
    ],
)  # fmt: skip
def test_a_session_ends_by_itself(siti: Account, column: str, seconds: int, step: sessions.Step, is_open: bool) -> None:
    token = sessions.begin(siti, step, "")
    with notes.writing() as connection:
        connection.execute(accounts.session_table.update().values({column: int(time.time()) - seconds}))
    sessions.changed()
    assert (sessions.look(token) is not None) is is_open


def test_a_second_step_takes_a_code_once_and_a_recovery_code_once(siti: Account) -> None:
    secret = second.new_secret()
    code = pyotp.TOTP(secret).now()
    assert second.turn_on(siti, secret, "000000" if code != "000000" else "111111", "") is None
    codes = second.turn_on(siti, secret, code, "")
    account = accounts.by_id(siti.id)
    assert account
    assert codes
    assert (len(set(codes)), second.recovery_left(account)) == (10, 10)
    assert not second.take(account, code)  # it turned the step on, and is used
    later = pyotp.TOTP(secret).at(int(time.time()) + 30)
    assert second.take(account, f" {later[:3]} {later[3:]} ")
    assert not second.take(account, later)  # not read anew: the store refuses it
    assert second.take(account, codes[3].upper())
    assert not second.take(account, codes[3])
    assert not second.take(account, "")
    assert second.recovery_left(account) == 9
    again = second.new_recovery(account)
    assert not second.take(account, codes[4])
    assert second.take(account, again[4])
    accounts.reset(account)
    assert second.recovery_left(account) == 0


def test_the_secret_of_an_app_is_of_no_use_to_who_has_a_copy_of_the_store(
    siti: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not plain, not with another key, not for another account; the recovery codes go on working."""
    secret, now = second.new_secret(), int(time.time())
    codes = second.turn_on(siti, secret, pyotp.TOTP(secret).at(now - 30), "")
    account, budi = accounts.by_id(siti.id), accounts.add("budi", "bupati", password=WORDS)[0]
    assert account
    assert codes
    assert account.totp_secret
    assert secret not in account.totp_secret
    accounts.change(budi, {"totp_secret": account.totp_secret, "totp_used": 0}, keep="")
    other = accounts.by_id(budi.id)
    assert other
    assert not second.take(other, pyotp.TOTP(secret).at(now))
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("RAPOR_SIGNING_KEY", str(tmp_path.parent / "elsewhere" / "signing.key"))
        assert not second.take(account, pyotp.TOTP(secret).at(now))
        assert second.take(account, codes[0])
    assert second.take(account, pyotp.TOTP(secret).at(now))


def test_a_secret_that_was_kept_plain_goes_on_working_and_is_sealed(siti: Account) -> None:
    secret, now = second.new_secret(), int(time.time())
    accounts.change(siti, {"totp_secret": secret, "totp_used": 0}, keep="")
    for step, at in enumerate((now, now + 30)):
        account = accounts.by_id(siti.id)
        assert account
        assert (account.totp_secret == secret) is (step == 0)
        assert second.take(account, pyotp.TOTP(secret).at(at))


def test_the_picture_for_the_app_is_svg_and_tells_whose_it_is() -> None:
    assert second.picture("A" * 32, "siti", "Kabupaten Tebo").startswith("<svg")


def test_waits_grow_for_one_key_alone_and_are_forgotten() -> None:
    now = [1e9]
    delays, elsewhere = (limits.Delays("password", clock=lambda: now[0]) for _process in range(2))
    waits = []
    for _each in range(16):
        waits.append(elsewhere.take("siti", "10.0.0.1"))
        if waits[-1]:
            now[0] += waits[-1]
            assert delays.take("siti", "10.0.0.1") == 0
    assert waits == [0, 0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    assert delays.take("siti", "10.0.0.2") == delays.take("budi", "10.0.0.1") == 0
    assert limits.Delays("code", clock=lambda: now[0]).take("siti", "10.0.0.1") == 0
    now[0] -= 10_000  # a clock that was set back keeps nobody out for longer
    assert 0 < delays.take("siti", "10.0.0.1") <= limits.LONGEST_SECONDS
    now[0] += 10_000 + 3601
    assert [delays.take("siti", "10.0.0.1") for _each in range(5)] == [0] * 5


def test_what_is_counted_has_an_end_and_names_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(limits, "MOST", 20)
    now = [1e9]
    delays = limits.Delays("password", free=0, clock=lambda: now[0])
    for n in range(25):
        now[0] += 0.001
        delays.take("siti.aminah", str(n))
    assert [delays.take("siti.aminah", str(n)) > 0 for n in (4, 5, 24)] == [False, False, True]
    assert b"siti.aminah" not in (tmp_path / "notes.sqlite").read_bytes()


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("10.1.2.3", "10.1.2.3"), ("::ffff:10.1.2.3", "10.1.2.3"), ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"), ("", ""),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"), ("unix", "unix"),
    ],
)  # fmt: skip
def test_an_address_is_of_a_place(address: str, place: str) -> None:
    assert limits.place(address) == place


def test_hashes_are_few_at_once_and_each_lane_waits_behind_itself() -> None:
    async def run() -> tuple[int, list[str]]:
        at_once, most, done = 0, 0, []
        turns = passwords.Turns(asyncio.Semaphore(1))

        async def work(lane: str) -> None:
            nonlocal at_once, most
            async with turns.turn(lane):
                at_once += 1
                most = max(most, at_once)
                await asyncio.sleep(0.005)
                at_once -= 1
                done.append(lane)

        busy = asyncio.gather(*(work("penyerang") for _each in range(20)), return_exceptions=True)
        await asyncio.sleep(0)
        await work("siti")
        refused = [each for each in await busy if isinstance(each, passwords.Busy)]
        assert len(refused) == 20 - passwords.WAITING - 1
        assert not turns.lanes
        return most, done

    with ThreadPoolExecutor(1) as own:  # a browser of another test may have left a loop running in this thread
        most, done = own.submit(lambda: asyncio.run(run())).result()
    assert most == 1
    assert done.index("siti") <= 2


def test_it_takes_as_long_to_say_that_there_is_no_such_account(siti: Account) -> None:
    def seconds(kept: str | None) -> float:
        started = time.perf_counter()
        passwords.is_right(kept, "salah salah salah")
        return time.perf_counter() - started

    there, not_there = (min(seconds(kept) for _each in range(3)) for kept in (siti.password, None))
    assert 0.5 < there / not_there < 2


@pytest.mark.parametrize(
    "back",
    ["", "ringkasan", "kunjungan?unit=pkm-x&dari=2026-01", "pengelola/akun", "?bahasa=en", "unduh/abc_-DEF"],
)
def test_a_way_back_of_ours_is_taken(back: str) -> None:
    assert cookies.way_back(back) == back


@pytest.mark.parametrize(
    "back",
    [
        "//x",
        "/x",
        "https://x",
        "x:y",
        "\\x",
        "a\\b",
        "a\r\nb",
        "?a#b",
        "..",
        "../x",
        "a/../b",
        "a//b",
        "a?x\n",
        "A" * 2000,
    ],
)
def test_any_other_way_back_is_not(back: str) -> None:
    assert cookies.way_back(back) == ""


def test_groups_become_a_role_in_the_order_of_the_table(tmp_path: Path) -> None:
    table = tmp_path / "reference" / "role_groups.csv"
    assert groups.role_of(["pimpinan"]) == ("", "")  # the shipped one has no rows
    table.parent.mkdir()
    table.write_text(
        "group,role,of,valid_from,valid_until\nkepala,kepala-unit,pkm-x,,\nsemua,publik,,,\nlama,bupati,,,2020-12-31\n",
        encoding="utf-8",
    )
    assert groups.role_of(["semua", "kepala"]) == ("kepala-unit", "pkm-x")
    assert groups.role_of(["semua"]) == ("publik", "")
    assert groups.role_of(["lama", "lain"]) == ("", "")
    token = sessions.begin_of_groups("oidc:1", "siti", ["lain"], "")
    person = sessions.look(token)
    assert person
    assert person.asker() == asking.Asker("siti", access.NOBODY)
    table.write_text("group,role\nlain,bupati\n", encoding="utf-8")  # a table that can't be understood lets nobody in
    assert groups.role_of(["lain"]) == ("", "")


def test_who_asks_is_nobody_where_people_sign_in_and_nobody_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPOR_VIEWER", "bupati")
    assert asking.current() == access.of("bupati")
    monkeypatch.setenv("RAPOR_SIGN_IN", "local")
    monkeypatch.setattr(asking, "established", None)
    assert asking.asker() == asking.NOBODY


def test_what_was_typed_goes_with_the_person(
    page: Callable, monkeypatch: pytest.MonkeyPatch, sample_data: Path
) -> None:
    test = page("ringkasan", viewer="bupati")
    test.session_state["rahasia"] = "catatan"
    test.run()
    assert test.session_state["rahasia"] == "catatan"
    monkeypatch.setenv("RAPOR_VIEWER", "pimpinan")
    test.run()
    assert "rahasia" not in test.session_state


def test_what_is_done_is_told_to_the_record(siti: Account) -> None:
    told.of_person("sign_in", siti.name, siti.role, way="local")
    (entry,) = record.entries(kind="sign_in")
    assert (entry.actor, entry.role, entry.about) == ("siti.aminah", "bupati", (("way", "local"),))
