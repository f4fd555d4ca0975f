"""Signing in through an identity provider: OpenID Connect, the code flow with PKCE, state and nonce; groups become a role.

What a round to the provider has to be held against lies in a cookie of the browser that began it, for ten minutes, and is used once.
"""

import asyncio
import base64
import os
import secrets
import stat
import time
from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dashboard.signin import cookies, groups, guard, html, sessions, told
from dashboard.words.text import _

ISSUER, CLIENT, URL = "RAPOR_OIDC_ISSUER", "RAPOR_OIDC_CLIENT", "RAPOR_URL"
SECRET, SECRET_FILE = "RAPOR_OIDC_SECRET", "RAPOR_OIDC_SECRET_FILE"
GROUPS_CLAIM, NAME_CLAIM = "RAPOR_OIDC_GROUPS", "RAPOR_OIDC_NAME"
SCOPE = "openid profile email groups"
ALGORITHMS = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
]  # none with a shared key
SECONDS, ROUND_SECONDS, KNOWN_SECONDS, LEEWAY = 10, 600, 3600.0, 60
_metadata: dict[str, tuple[dict[str, Any], float]] = {}


class Unset(Exception):
    """The provider is not set up; the message says what is missing."""


class NotLetIn(Exception):
    """The provider's answer can't be believed; the message, for the log alone, says why."""


@dataclass(frozen=True)
class Provider:
    """Where people sign in, and as what Rapor is known there; `url` is the address at which browsers reach Rapor."""

    issuer: str
    client: str
    secret: str
    url: str

    @property
    def back(self) -> str:
        """Return the address that the provider sends people back to, which has to be registered there."""
        return f"{self.url}/{guard.BACK}"

    def session(self) -> OAuth2Session:
        """Return the client of a round."""
        return OAuth2Session(
            self.client, self.secret, scope=SCOPE, redirect_uri=self.back, code_challenge_method="S256",
            default_timeout=SECONDS,
        )  # fmt: skip


def configured(environment: Mapping[str, str] = os.environ) -> Provider:
    """Return the provider that the environment names; raises Unset."""
    missing = [name for name in (ISSUER, CLIENT, URL) if not environment.get(name)]
    if missing:
        raise Unset(_("Belum diisi: {names}.", names=", ".join(missing)))
    for name in (ISSUER, URL):
        _expect_tls(name, environment[name])
    return Provider(environment[ISSUER], environment[CLIENT], _secret(environment), environment[URL].rstrip("/"))


def _expect_tls(name: str, address: str) -> None:
    parts = urlsplit(address)
    try:
        is_here = parts.hostname == "localhost" or ip_address(parts.hostname or "").is_loopback
    except ValueError:
        is_here = False
    if parts.scheme != "https" and not (is_here and parts.scheme == "http"):
        raise Unset(_("{name} harus berupa alamat https.", name=name))


def _secret(environment: Mapping[str, str]) -> str:
    """Return the client's secret, of a file that nobody but its owner may read, or of the environment."""
    named = environment.get(SECRET_FILE)
    if not named:
        if not environment.get(SECRET):
            raise Unset(_("Belum diisi: {names}.", names=f"{SECRET_FILE} / {SECRET}"))
        return environment[SECRET]
    try:
        mode = Path(named).stat().st_mode
        words = Path(named).read_text(encoding="utf-8").strip()
    except OSError:
        raise Unset(_("Berkas {path} tidak dapat dibaca.", path=named)) from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Unset(_("Berkas {path} dapat dibaca orang lain. Jalankan: chmod 600 {path}", path=named))
    if not words:
        raise Unset(_("Berkas {path} kosong.", path=named))
    return words


def _told_by(provider: Provider) -> dict[str, Any]:
    """Return what the provider says of itself, asked once an hour."""
    found, at = _metadata.get(provider.issuer, ({}, 0.0))
    if not found or time.monotonic() - at > KNOWN_SECONDS:
        found = _got(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer", "").rstrip("/") != provider.issuer.rstrip("/"):
            raise NotLetIn("the provider calls itself otherwise")
        _metadata[provider.issuer] = (found, time.monotonic())
    return found


def _got(url: str) -> dict[str, Any]:
    answer = requests.get(url, timeout=SECONDS, allow_redirects=False)
    answer.raise_for_status()
    return answer.json()


# --- there and back ---


async def go(request: Request, _form: dict[str, str]) -> Response:
    """Answer /masuk/penyedia: lead to the provider."""
    query = dict(request.query_params)
    back = cookies.way_back(query.get("next", ""))
    state, nonce, verifier = (secrets.token_urlsafe(32) for _each in range(3))
    try:
        provider = configured()
        endpoint = (await asyncio.to_thread(_told_by, provider))["authorization_endpoint"]
        url, _state = provider.session().create_authorization_url(
            endpoint, state=state, nonce=nonce, code_verifier=verifier
        )
    except (Unset, NotLetIn, requests.RequestException, AuthlibBaseError, ValueError, KeyError) as fault:
        return _failed(request, fault)
    answer = RedirectResponse(url, 303)
    kept = base64.urlsafe_b64encode(f"{query.get('bahasa', '')} {back}".encode()).decode().rstrip("=")
    cookies.put(answer, cookies.PROVIDER, ".".join((state, nonce, verifier, kept)), request.scope, ROUND_SECONDS)
    return answer


async def come_back(request: Request, _form: dict[str, str]) -> Response:
    """Answer /masuk/kembali: the provider has sent somebody back."""
    kept = cookies.read(cookies.PROVIDER, request.scope).split(".")
    asked = request.query_params
    if len(kept) != 4 or not compare_digest(kept[0].encode(), asked.get("state", "").encode()) or "code" not in asked:
        return _dropped(request, _failed(request, NotLetIn("no round of this browser")))
    try:
        provider = configured()
        claims = await asyncio.to_thread(_claims, provider, asked["code"], kept[1], kept[2])
    except (Unset, NotLetIn, requests.RequestException, AuthlibBaseError, JoseError, ValueError, KeyError) as fault:
        await asyncio.to_thread(told.of_person, "sign_in_failed", "", way="oidc", reason=type(fault).__name__)
        return _dropped(request, _failed(request, fault))
    subject, name, belongs = f"oidc:{claims['sub']}"[:255], _name(claims), _groups(claims)
    before, person = cookies.read(cookies.SESSION, request.scope), request.scope.get(guard.PERSON)
    instead_of = person.session if person else sessions.hash_of(before) if before else ""
    token = await asyncio.to_thread(
        sessions.begin_of_groups, subject, name, belongs, cookies.browser(request.headers), instead_of
    )
    await asyncio.to_thread(told.of_person, "sign_in", name, groups.role_of(belongs)[0], way="oidc")
    is_somebody = bool(groups.role_of(belongs)[0])
    language, _blank, back = base64.urlsafe_b64decode(kept[3] + "==").decode().partition(" ")
    english = "?bahasa=en" if language == "en" else ""
    to = (cookies.way_back(back) or english) if is_somebody else f"{guard.ACCOUNT}{english}"
    answer = RedirectResponse(f"{guard.up(request.scope)}{to}", 303)
    cookies.put(answer, cookies.SESSION, token, request.scope)
    return _dropped(request, answer)


def _dropped(request: Request, answer: Response) -> Response:
    cookies.drop(answer, cookies.PROVIDER, request.scope)
    return answer


def _failed(request: Request, fault: Exception) -> Response:
    """Say calmly that it did not work; the log names the kind of fault, and nothing that the provider said."""
    from dashboard.signin import pages  # noqa: PLC0415  it draws, and knows the addresses of this module's neighbours

    guard.log.warning(
        "no sign-in through the provider: %s%s",
        type(fault).__name__,
        f": {fault}" if isinstance(fault, NotLetIn) else "",
    )
    words = _("Masuk lewat layanan kabupaten belum berhasil. Coba lagi; bila tetap terjadi, hubungi pengelola.")
    again = html.way(pages.here(guard.SIGN_IN, dict(request.query_params)), _("Coba lagi"))
    return pages.show(request, _("Belum berhasil"), html.notice(words) + again, 502)


def _claims(provider: Provider, code: str, nonce: str, verifier: str) -> dict[str, Any]:
    """Return what the provider says of a person, once it is sure that it says so to us, now, of this round."""
    about = _told_by(provider)
    client = provider.session()
    token = client.fetch_token(about["token_endpoint"], code=code, code_verifier=verifier)
    keys = KeySet.import_key_set(_got(about["jwks_uri"]))  # ty: ignore[invalid-argument-type]  as the provider writes it
    claims = jwt.decode(token["id_token"], keys, algorithms=ALGORITHMS).claims
    rules = jwt.JWTClaimsRegistry(
        leeway=LEEWAY,
        iss={"essential": True, "value": about["issuer"]},
        aud={"essential": True, "value": provider.client},
        exp={"essential": True}, iat={"essential": True}, sub={"essential": True}, nonce={"essential": True, "value": nonce},
    )  # fmt: skip
    rules.validate(claims)
    if claims.get("azp", provider.client) != provider.client:
        raise NotLetIn("the token is another client's")
    if _claim(GROUPS_CLAIM, "groups") not in claims and about.get("userinfo_endpoint"):
        answer = client.get(about["userinfo_endpoint"], timeout=SECONDS, allow_redirects=False)
        answer.raise_for_status()
        more = answer.json()
        if more.get("sub") != claims["sub"]:
            raise NotLetIn("what is told of the person is told of another")
        claims = more | claims
    return claims


def _claim(variable: str, usual: str) -> str:
    return os.environ.get(variable) or usual


def _name(claims: Mapping[str, Any]) -> str:
    """Return what a person is called in the head of pages and in the record of access."""
    named = claims.get(_claim(NAME_CLAIM, "preferred_username")) or claims.get("email") or claims["sub"]
    return str(named)[:64]


def _groups(claims: Mapping[str, Any]) -> list[str]:
    """Return the groups that the provider told; nothing where it tells them in another shape than a list of words."""
    found = claims.get(_claim(GROUPS_CLAIM, "groups"))
    named = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    return [each for each in named if isinstance(each, str)][:500]


def way_out() -> str | None:
    """Return the address at which the provider ends its own session; None where it has none, or can't be asked."""
    try:
        provider = configured()
        endpoint = _told_by(provider).get("end_session_endpoint")
    except (Unset, NotLetIn, requests.RequestException, ValueError):
        return None
    asked = urlencode({"client_id": provider.client, "post_logout_redirect_uri": f"{provider.url}/{guard.SIGN_IN}"})
    return f"{endpoint}?{asked}" if endpoint else None
