"""Attacks on a running server: each is refused, and each gets through where the guard that refuses it is taken away."""

import re
import time

import pyotp
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from dashboard.access import Asker, Viewer
from dashboard.messages import subscriptions
from dashboard.signin import accounts, sessions
from tests.dashboard.signin.place import PAGE, PASSWORD, Place, place, sign_in, token_of
from tests.dashboard.signin.server import WITHOUT

__all__ = ["place"]
pytestmark = pytest.mark.slow

PATHS = [
    "/", "/ringkasan", "/pegawai?bahasa=en", "/awal", "/kirim", "/formulir",
    "/formulir/berkas?formulir=evaluasi", "/bagian/kunjungan/bulanan.csv", "/unduh/x", "/static/js/x.js",
    "/media/x.csv", "/_stcore/health", "/_stcore/metrics", "/_stcore/host-config", "/_stcore/stream",
    "/_stcore/upload_file/a/b", "/component/x/y", "/_stcore/script-health-check", "/_stcore/agent",
    "/_stcore/bidi-components/x", "/akun", "/keluar", "/pengelola/akun", "/oauth2callback", "/auth/login",
    "/app/static/page.js", "/app/static/fonts/LICENSE-x.txt", "/masuk/", "//ringkasan", "/Masuk", "/masuk/../ringkasan",
    "/masuk%2f..%2fringkasan", "/favicon.png", "/robots.txt", "/pesan", "/pesan/pkm-a.png", "/langganan", "/langganan/unduh.ics",
    "/langganan/x.ics", f"/langganan/{'a' * 43}.ics/", f"/langganan/{'a' * 43}", f"/langganan/{'a' * 42}%0a.ics", "/kalender", "/beban",
    "/bantuan", "/healthz/", "/metrics", "/metrics/x",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_nothing_answers_before_one_has_signed_in(place: Place, path: str) -> None:
    refused = place.raw(path, "")
    status = int(refused.split(b" ")[1])
    assert status in (401, 404)  # 404: what Gate closes to everybody
    assert b"rp-page" not in refused
    assert int(place.raw(path, "guard gate").split(b" ")[1]) not in (401, 303)
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE"):
        if path not in ("/_stcore/metrics",):
            assert place.client().request(method, path).status_code in (401, 404, 405)


def test_a_calendars_address_opens_with_its_secret_alone(place: Place) -> None:
    secret = subscriptions.make(Asker("bupati", Viewer("bupati")), "")
    at = f"/langganan/{secret}.ics"
    known = place.client().get(at)
    assert known.status_code == 503  # there is no build here: the secret was looked at, and is good
    guessed = place.client().get(f"/langganan/{'a' * 43}.ics")
    assert (guessed.status_code, guessed.headers["cache-control"]) == (404, "no-store")
    signed_in = place.client(cookie=f"rapor={token_of('bupati')}").get(f"/langganan/{'a' * 43}.ics")
    assert (signed_in.status_code, signed_in.text) == (404, guessed.text)  # a session opens no calendar
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert place.client().request(method, at).status_code == 401
    for more in ("/", "?unit=pkm-x", "/../../ringkasan"):
        assert b"rp-page" not in place.raw(f"{at}{more}", "")
    with pytest.raises(InvalidStatus):
        place.socket("", run=secret)
    (kept,) = subscriptions.listed()
    assert place.client().get(f"/langganan/{kept.hash[:43]}.ics").status_code == 404  # what is kept opens nothing
    subscriptions.revoke(kept.hash, None)
    assert place.client().get(at).status_code == 404


def test_a_page_leads_to_signing_in_and_back(place: Place) -> None:
    answer = place.client().get("/kunjungan?unit=pkm-x&bahasa=en", headers=PAGE)
    assert answer.status_code == 303
    assert answer.headers["location"] == "./masuk?bahasa=en&next=kunjungan%3Funit%3Dpkm-x%26bahasa%3Den"
    signed = sign_in(place.client(), "bupati", PASSWORD, next="kunjungan?unit=pkm-x")
    assert (signed.status_code, signed.headers["location"]) == (303, "./kunjungan?unit=pkm-x")


def test_a_socket_needs_a_session(place: Place) -> None:
    for token in ("", "salah", "ditanam"):
        with pytest.raises(InvalidStatus):
            place.socket(token)
    place.socket("", without="guard").close()
    place.socket(token_of("bupati")).close()


def _is_open(opened: ClientConnection, seconds: float) -> bool:
    try:
        opened.recv(timeout=seconds)
    except TimeoutError:
        return True
    except ConnectionClosed:
        return False
    return _is_open(opened, seconds)


@pytest.mark.parametrize("how", ["sign-out", "disabled", "role", "password"])
def test_an_open_socket_closes_with_its_session(place: Place, how: str) -> None:
    token, account = token_of("korban"), accounts.find("korban")
    assert account
    kept = [place.socket(token), *([place.socket(token, without="follow")] if how == "sign-out" else [])]
    assert _is_open(kept[0], 1.5)
    if how == "sign-out":
        answer = place.client(cookie=f"rapor={token}").get("/keluar", headers={**PAGE, "sec-fetch-site": "same-origin"})
        assert answer.status_code == 303
    elif how == "disabled":
        accounts.disable(account)
        accounts.disable(account, False)
    elif how == "role":
        accounts.change_role(account, "bupati", "")
    else:
        accounts.change_password(account, f"{PASSWORD}!", "")
    assert not _is_open(kept[0], 2.5)
    assert place.client(cookie=f"rapor={token}").get("/").status_code == 401
    for without_guard in kept[1:]:
        assert _is_open(without_guard, 0.2)
        without_guard.close()


def _talk(opened: ClientConnection) -> None:
    for _each in range(3):
        opened.send(b"")
        opened.recv(timeout=3)


def test_a_message_after_the_end_reaches_nobody(place: Place) -> None:
    token = token_of("korban")
    with place.socket(token) as opened:
        sessions.end(sessions.hash_of(token))
        time.sleep(1.1)
        with pytest.raises(ConnectionClosed):
            _talk(opened)


def _run(opened: ClientConnection) -> str:
    """Ask for a page and return the id of the run that answers."""
    opened.send(BackMsg(rerun_script=ClientState()).SerializeToString())
    while True:
        message = ForwardMsg.FromString(opened.recv(timeout=30))
        if message.WhichOneof("type") == "new_session":
            return message.new_session.initialize.session_id


def test_a_run_is_given_back_to_its_own_person_alone(place: Place) -> None:
    with place.socket(token_of("korban")) as opened:
        run = _run(opened)
    for token, without, is_given in (
        (token_of("bupati"), "", False),
        (token_of("korban"), "", True),
        (token_of("bupati"), "own-run", True),
    ):
        with place.socket(token, without, run) as opened:
            assert (_run(opened) == run) is is_given


def test_a_session_that_another_fixed_is_not_taken(place: Place) -> None:
    for without in ("", "new-token"):
        client = place.client(without, cookie="rapor=ditanam")
        assert sign_in(client, "bupati", PASSWORD).status_code == 303
        taken = place.client(cookie="rapor=ditanam").get("/akun").status_code
        assert taken == (200 if without else 401)


def test_guessing_takes_longer_each_time_and_locks_nobody_else_out(place: Place) -> None:
    known = place.client()
    device = sign_in(known, "korban", f"{PASSWORD}!").cookies.get("rapor-peramban") or ""
    if not device:  # the order of tests
        device = sign_in(known, "korban", PASSWORD).cookies["rapor-peramban"]
    stranger = place.client()
    codes = [sign_in(stranger, "korban", f"tebakan {n}").status_code for n in range(8)]
    assert codes[:5] == [401] * 5
    assert 429 in codes
    account = accounts.find("korban")
    assert account
    right = next(word for word in (PASSWORD, f"{PASSWORD}!") if accounts.passwords.is_right(account.password, word))
    assert sign_in(stranger, "korban", right).status_code == 429  # even the right one waits here
    assert sign_in(place.client("delays"), "korban", right).status_code == 303
    assert (
        sign_in(place.client(cookie=f"rapor-peramban={device}"), "korban", right).status_code == 303
    )  # the owner's browser does not
    assert sign_in(stranger, "bupati", PASSWORD).status_code == 303  # nor do others from the same address
    ghost = [sign_in(stranger, "tidak-ada", f"tebakan {n}").status_code for n in range(8)]
    assert ghost == codes  # what is said does not tell whether there is such an account


@pytest.mark.parametrize(
    ("headers", "without"),
    [
        ({"sec-fetch-site": "cross-site"}, "from-here"),
        ({"sec-fetch-site": "same-site"}, "from-here"),
        ({}, "from-here"),
        ({"origin": "null"}, "gate from-here"),
        ({"origin": "http://evil.example", "sec-fetch-site": "cross-site"}, "gate from-here"),
    ],
)
def test_a_form_of_another_site_does_nothing(place: Place, headers: dict[str, str], without: str) -> None:
    token, other = token_of("bupati"), token_of("bupati")

    def send(without: str) -> int:
        return (
            place.client(without, cookie=f"rapor={token}")
            .post("/akun", data={"apa": "sesi"}, headers=headers)
            .status_code
        )

    assert send("") == 403
    assert sessions.still_open([sessions.hash_of(other)])
    assert send(without) == 200
    assert not sessions.still_open([sessions.hash_of(other)])


def test_a_link_of_another_site_signs_nobody_out(place: Place) -> None:
    token = token_of("bupati")
    client = place.client(cookie=f"rapor={token}")
    assert client.get("/keluar", headers={**PAGE, "sec-fetch-site": "cross-site"}).status_code == 200
    assert client.get("/akun").status_code == 200


def test_head_does_nothing(place: Place) -> None:
    client = place.client(cookie=f"rapor={token_of('bupati')}", **{"sec-fetch-site": "same-origin"})
    assert client.head("/keluar").status_code == 200
    assert client.head("/akun").status_code == 200
    assert client.get("/akun").status_code == 200
    stranger = place.client()
    assert [stranger.head("/masuk").status_code for _each in range(8)] == [200] * 8  # no wrong try


def test_a_socket_of_another_site_is_refused(place: Place) -> None:
    token = token_of("bupati")
    for origin in ("http://evil.example", "null", f"http://evil.example:{place.port}"):
        with pytest.raises(InvalidStatus):
            place.socket(token, origin=origin)
        place.socket(token, without="gate", origin=origin).close()


def test_a_name_that_is_not_ours_leads_nowhere(place: Place) -> None:
    for without, status in (("", 421), ("gate", 200)):
        client = place.client(without, host="evil.example", cookie=f"rapor={token_of('bupati')}")
        assert client.get("/akun").status_code == status


@pytest.mark.parametrize("path", ["/masuk", "/akun", "/ringkasan", "/zzz"])
def test_no_other_page_may_frame_it(place: Place, path: str) -> None:
    client = place.client(cookie=f"rapor={token_of('bupati')}")
    assert "frame-ancestors 'none'" in client.get(path).headers["content-security-policy"]
    assert "content-security-policy" not in client.get(path, headers={WITHOUT: "headers"}).headers


@pytest.mark.parametrize("path", ["/akun", "/ringkasan", "/bagian/kunjungan/x.csv", "/media/x.csv", "/_stcore/health"])
def test_no_browser_keeps_what_depends_on_who_asks(place: Place, path: str) -> None:
    client = place.client(cookie=f"rapor={token_of('bupati')}")
    assert client.get(path).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "back",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\evil.example",
        "javascript:alert(1)",
        "a//b:c\r\nx: y",
        "%2f/e",
    ],
)
def test_signing_in_leads_to_no_other_site(place: Place, back: str) -> None:
    assert sign_in(place.client(), "bupati", PASSWORD, next=back).headers["location"] in ("./", "././")
    assert sign_in(place.client("way-back"), "bupati", PASSWORD, next=back).headers["location"] != "./"
    shown = place.client().get("/masuk", params={"next": back}).text
    assert "evil" not in shown.split("<main>")[1]


@pytest.mark.parametrize("path", ["/app/static/../app.py", "/app/static/..%2fapp.py", "/app/static/fonts/../../app.py"])
def test_no_path_leads_out_of_a_folder(place: Place, path: str) -> None:
    assert b"The entry: page config" not in place.raw(path, "guard")
    assert b"The entry: page config" in place.raw(path, "guard paths")


def test_cookies_are_for_the_server_alone(place: Place) -> None:
    plain = sign_in(place.client(), "bupati", PASSWORD).headers.get_list("set-cookie")
    assert len(plain) == 2
    assert all(
        "HttpOnly" in each and "SameSite=lax" in each and "Path=/" in each and "Domain" not in each for each in plain
    )
    assert not [
        each for each in plain if "Secure" in each or "__Host-" in each
    ]  # without TLS a browser would not take it
    told = {"x-forwarded-proto": "https", "x-forwarded-for": "10.1.2.3"}
    assert not [
        each
        for each in sign_in(place.client(**told), "bupati", PASSWORD).headers.get_list("set-cookie")
        if "Secure" in each
    ]
    behind = sign_in(place.client("proxy", **told), "bupati", PASSWORD).headers.get_list("set-cookie")
    assert all(each.startswith("__Host-") and "Secure" in each for each in behind)


def test_behind_tls_a_cookie_without_the_prefix_is_not_taken(place: Place) -> None:
    token = token_of("bupati")
    client = place.client("proxy", **{"x-forwarded-proto": "https"})
    assert client.get("/akun", headers={"cookie": f"rapor={token}"}).status_code == 401
    assert client.get("/akun", headers={"cookie": f"__Host-rapor={token}"}).status_code == 200


def test_the_first_password_is_changed_before_anything_else(place: Place) -> None:
    client = place.client(cookie=f"rapor={token_of('baru')}")
    assert client.get("/ringkasan", headers=PAGE).headers["location"] == "./akun"
    assert client.get("/_stcore/health").status_code == 403
    with pytest.raises(InvalidStatus):
        place.socket(token_of("baru"))
    page = client.get("/akun").text
    assert "Pilih kata sandi" in page
    assert "siapkan" not in page


def test_the_page_of_accounts_is_for_administrators(place: Place) -> None:
    form = {"apa": "matikan", "nama": "admin"}
    client = place.client(cookie=f"rapor={token_of('bupati')}", **{"sec-fetch-site": "same-origin"})
    assert client.get("/pengelola/akun").status_code == 404
    assert client.post("/pengelola/akun", data=form).status_code == 404
    account = accounts.find("admin")
    assert account
    assert not account.is_disabled
    admin = place.client(cookie=f"rapor={token_of('admin')}", **{"sec-fetch-site": "same-origin"})
    assert "korban" in admin.get("/pengelola/akun").text
    assert admin.post("/pengelola/akun", data=form).status_code == 400  # not oneself
    odd = admin.post("/pengelola/akun", data={"apa": "tambah", "nama": "<b>x", "peran": "<script>"})
    assert odd.status_code == 400
    assert "<script>" not in odd.text
    made = admin.post("/pengelola/akun", data={"apa": "tambah", "nama": "clerk", "peran": "operator", "untuk": "<i>"})
    assert "&lt;i&gt;" in made.text
    assert "rp-secret" in made.text


def test_a_second_step_is_turned_on_asked_for_and_recovered(place: Place) -> None:
    accounts.add("berdua", "bupati", password=PASSWORD + " satu")
    account = accounts.find("berdua")
    assert account
    accounts.change_password(account, PASSWORD, "")
    here = {"sec-fetch-site": "same-origin"}
    client = place.client(**here)
    assert sign_in(client, "berdua", PASSWORD).status_code == 303
    page = client.post("/akun", data={"apa": "siapkan"}).text
    assert "<svg" in page
    (secret,) = re.findall(r"name='rahasia' value='(\w+)'", page)
    form = {"apa": "nyalakan", "rahasia": secret, "kode": pyotp.TOTP(secret).now()}
    assert client.post("/akun", data=form | {"sandi": "salah"}).status_code == 403
    codes = re.findall(r"<li><code>([^<]+)</code>", client.post("/akun", data=form | {"sandi": PASSWORD}).text)
    assert len(codes) == 10
    other = place.client(**here)
    asked = sign_in(other, "berdua", PASSWORD, next="kunjungan")
    assert asked.headers["location"] == "./masuk/kode?next=kunjungan"
    half = other.cookies["rapor"]
    assert other.get("/ringkasan").status_code == 401  # the password alone opens nothing
    with pytest.raises(InvalidStatus):
        place.socket(half)
    assert other.post("/masuk/kode", data={"kode": form["kode"]}).status_code == 401  # it was used
    signed = other.post("/masuk/kode", data={"kode": codes[0], "next": "kunjungan"})
    assert (signed.status_code, signed.headers["location"]) == (303, "../kunjungan")
    assert other.cookies["rapor"] != half
    assert other.get("/akun").status_code == 200
    again = place.client(**here)
    sign_in(again, "berdua", PASSWORD)
    tries = [again.post("/masuk/kode", data={"kode": f"00000{n}"}).status_code for n in range(8)]
    assert 429 in tries
    assert again.post("/masuk/kode", data={"kode": codes[1]}).status_code == 429
    assert again.post("/masuk/kode", data={"kode": codes[1]}, headers={WITHOUT: "delays"}).status_code == 303
