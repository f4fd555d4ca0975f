"""Signing in through an identity provider: Canaille, a real one, on loopback; what it says is believed only where it says so to us, now."""

import base64
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from dashboard import asking, record
from dashboard.signin import guard, provider, routes, sessions
from dashboard.web import gate

URL = "http://localhost:8599"
PAGE = {"accept": "text/html"}
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def iam() -> Iterator[Any]:
    """Yield Canaille as pytest-iam sets it up, with a client for Rapor, people and groups."""
    import pytest_iam  # noqa: PLC0415  it imports a whole provider

    port = pytest_iam.portpicker.pick_unused_port()
    before = dict(os.environ)
    settings = pytest_iam.iam_configuration.__wrapped__(None, port)  # ty: ignore[missing-attribute]  the fixture as a function
    app = pytest_iam.create_app(config=settings, env_file=".pytest-iam.env", env_prefix="PYTEST_IAM_")
    server = pytest_iam.Server(app, port, pytest_iam.Backend.instance)
    thread = threading.Thread(target=server.httpd.serve_forever)
    thread.start()
    try:
        with app.app_context():
            yield _filled(server)
    finally:
        server.httpd.shutdown()
        thread.join()
        os.environ.clear()
        os.environ.update(before)


def _filled(server: Any) -> Any:
    client = server.models.Client(
        client_id="rapor", client_secret="rahasia-klien", client_name="Rapor", client_uri=URL,
        redirect_uris=[f"{URL}/masuk/kembali"], post_logout_redirect_uris=[f"{URL}/masuk"],
        grant_types=["authorization_code"], response_types=["code"], token_endpoint_auth_method="client_secret_basic",
        scope=["openid", "profile", "email", "groups"],
    )  # fmt: skip
    server.backend.save(client)
    client.audience = [client]
    server.backend.save(client)
    people = {}
    for name, group in (("siti", "rapor-bupati"), ("budi", "lain")):
        person = server.models.User(
            user_name=name, formatted_name=name, family_name=name, emails=[f"{name}@example.com"], password="x"
        )
        server.backend.save(person)
        server.backend.save(server.models.Group(display_name=group, members=[person]))
        people[name] = person
    return SimpleNamespace(server=server, client=client, people=people, issuer=server.url.rstrip("/"))


@pytest.fixture
def browser(iam: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    table = tmp_path / "reference" / "role_groups.csv"
    table.parent.mkdir()
    table.write_text("group,role,of,valid_from,valid_until\nrapor-bupati,bupati,,,\n", encoding="utf-8")
    secret = tmp_path / "secret"
    secret.touch(0o600)
    secret.write_text("rahasia-klien\n", encoding="utf-8")
    issuer = requests.get(f"{iam.issuer}/.well-known/openid-configuration", timeout=10).json()["issuer"]
    for name, value in {
        "RAPOR_DATA": str(tmp_path), "RAPOR_SIGN_IN": "oidc", provider.ISSUER: issuer, provider.CLIENT: "rapor",
        provider.SECRET_FILE: str(secret), provider.URL: URL,
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    sessions.changed()
    app = Starlette(routes=routes.ROUTES, middleware=[Middleware(gate.Gate), Middleware(guard.Guard)])
    return TestClient(app, base_url=URL, follow_redirects=False)


def _round(iam: Any, browser: TestClient, name: str, back: str = "", change: Callable[[str], str] = str) -> Any:
    """Go to the provider as one who is signed in there, and come back; `change` alters what it sends back."""
    for code in iam.server.backend.query(iam.server.models.AuthorizationCode):
        iam.server.backend.delete(code)  # of several unused ones Canaille, in memory, may take another
    there = browser.get("/masuk/penyedia", params={"next": back})
    assert there.status_code == 303
    asked = parse_qs(urlsplit(there.headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["state"]
    assert asked["nonce"]
    iam.server.login(iam.people[name])
    iam.server.consent(iam.people[name], iam.client)
    answer = requests.get(there.headers["location"], allow_redirects=False, timeout=20)
    assert answer.headers["location"].startswith(f"{URL}/masuk/kembali?"), answer.text[:500]
    return browser.get(change(answer.headers["location"]).removeprefix(URL))


def test_a_group_becomes_a_role_and_one_goes_where_one_wanted(iam: Any, browser: TestClient) -> None:
    shown = browser.get("/masuk?next=kunjungan")
    assert "penyedia?next=kunjungan" in shown.text
    assert "type='password'" not in shown.text
    back = _round(iam, browser, "siti", "kunjungan?unit=x")
    assert (back.status_code, back.headers["location"]) == (303, "../kunjungan?unit=x")
    person = sessions.look(browser.cookies["rapor"])
    assert person
    assert (person.name, person.role, person.is_local) == ("siti@example.com", "bupati", False)
    assert person.asker().viewer.sees_names
    mine = browser.get("/akun").text
    assert "Kepala daerah" in mine
    assert "Kata sandi" not in mine
    (entry,) = record.entries(kind="sign_in")
    assert (entry.actor, entry.about) == ("siti@example.com", (("way", "oidc"),))


def test_who_has_no_group_of_ours_is_nobody_and_told_so(iam: Any, browser: TestClient) -> None:
    back = _round(iam, browser, "budi", "kunjungan")
    assert back.headers["location"] == "../akun"
    assert "belum diberi peran" in browser.get("/akun").text
    person = sessions.look(browser.cookies["rapor"])
    assert person
    assert person.asker().viewer == asking.NOBODY.viewer


def test_a_row_taken_out_of_the_table_ends_what_one_sees(iam: Any, browser: TestClient, tmp_path: Path) -> None:
    _round(iam, browser, "siti")
    (tmp_path / "reference" / "role_groups.csv").write_text("group,role,of,valid_from,valid_until\n", encoding="utf-8")
    time.sleep(sessions.FRESH_SECONDS + 0.05)
    person = sessions.look(browser.cookies["rapor"])
    assert person
    assert person.asker().viewer == asking.NOBODY.viewer


@pytest.mark.parametrize(
    "change",
    [
        lambda url: url.replace("state=", "state=x"), lambda url: url.split("state=")[0],
        lambda url: url.replace("code=", "error=access_denied&x="),
    ],
)  # fmt: skip
def test_another_answer_lets_nobody_in(iam: Any, browser: TestClient, change: Callable[[str], str]) -> None:
    back = _round(iam, browser, "siti", change=change)
    assert back.status_code == 502
    assert "belum berhasil" in back.text
    assert "rapor" not in browser.cookies
    assert browser.get("/akun", headers=PAGE).headers["location"] == "./masuk?next=akun"


def test_a_round_that_another_browser_began_lets_nobody_in(iam: Any, browser: TestClient) -> None:
    """What a sign-in forced upon somebody would be: the attacker's code in the victim's browser."""
    assert _round(iam, browser, "siti", change=lambda url: (browser.cookies.clear(), url)[1]).status_code == 502


def test_a_code_is_taken_once(iam: Any, browser: TestClient) -> None:
    seen: list[str] = []
    _round(iam, browser, "siti", change=lambda url: (seen.append(url), url)[1])
    assert browser.get(seen[0].removeprefix(URL)).status_code == 502


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "lain"}, {"iss": "https://evil.example"}, {"nonce": "lain"}, {"exp": 1}, {"sub": None}, {"azp": "lain"},
        {},
    ],
)  # fmt: skip
def test_a_token_of_another_or_of_another_time_is_not_believed(
    iam: Any, browser: TestClient, monkeypatch: pytest.MonkeyPatch, claims: dict[str, Any]
) -> None:
    """The provider's own tokens, decoded and changed, signed by a key that it has; with no change they are believed."""
    decode = jwt.decode

    def changed(token: str, *arguments: Any, **named: Any) -> Any:
        found = decode(token, *arguments, **named)
        found.claims = {key: value for key, value in (found.claims | claims).items() if value is not None}
        return found

    monkeypatch.setattr(jwt, "decode", changed)
    assert _round(iam, browser, "siti").status_code == (502 if claims else 303)


@pytest.mark.parametrize(("key", "algorithm"), [(RSAKey.generate_key(2048), "RS256"), (None, "none")])
def test_a_token_of_another_key_is_not_believed(
    iam: Any, browser: TestClient, monkeypatch: pytest.MonkeyPatch, key: RSAKey | None, algorithm: str
) -> None:
    """As if somebody stood between: the token endpoint's answer carries a token that another signed, or nobody."""
    fetch = provider.OAuth2Session.fetch_token

    def forged(session: Any, *arguments: Any, **named: Any) -> Any:
        token = fetch(session, *arguments, **named)
        _head, body, _signature = token["id_token"].split(".")
        if key is None:
            return token | {"id_token": f"eyJhbGciOiJub25lIn0.{body}."}
        claims = base64.urlsafe_b64decode(body + "==")
        return token | {"id_token": jwt.encode({"alg": algorithm}, json.loads(claims), key)}

    monkeypatch.setattr(provider.OAuth2Session, "fetch_token", forged)
    assert _round(iam, browser, "siti").status_code == 502


def test_signing_out_ends_the_provider_s_session_too(iam: Any, browser: TestClient) -> None:
    _round(iam, browser, "siti")
    token = browser.cookies["rapor"]
    out = browser.get("/keluar", headers={"sec-fetch-site": "same-origin", **PAGE})
    assert out.headers["location"].startswith(f"{iam.issuer}/oauth/end_session?client_id=rapor")
    assert sessions.look(token) is None


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("RAPOR_OIDC_ISSUER", "", "RAPOR_OIDC_ISSUER"), ("RAPOR_OIDC_ISSUER", "http://masuk.example", "https"),
        ("RAPOR_URL", "http://rapor.example", "https"), ("RAPOR_OIDC_SECRET_FILE", "/tidak/ada", "tidak dapat dibaca"),
        ("RAPOR_OIDC_SECRET_FILE", "", "RAPOR_OIDC_SECRET"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, words: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(provider.Unset, match=words):
        provider.configured()


def test_a_secret_that_others_may_read_is_refused(browser: TestClient, tmp_path: Path) -> None:
    assert provider.configured().secret == "rahasia-klien"
    (tmp_path / "secret").chmod(0o640)
    with pytest.raises(provider.Unset, match="chmod 600"):
        provider.configured()


def test_a_provider_that_does_not_answer_is_said_calmly(browser: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(provider.ISSUER, "http://127.0.0.1:9")
    answer = browser.get("/masuk/penyedia")
    assert answer.status_code == 502
    assert "belum berhasil" in answer.text
