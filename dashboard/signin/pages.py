"""What /masuk, /masuk/kode and /keluar answer: signing in, its second step, signing out."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import wraps
from math import ceil
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Scope

from dashboard import asking, notes
from dashboard.signin import accounts, cookies, guard, html, limits, passwords, provider, second, sessions, told
from dashboard.signin.accounts import Account
from dashboard.words import text
from dashboard.words.text import _, n_

LONGEST_FORM = 20_000
Answer = Callable[[Request, dict[str, str]], Awaitable[Response]]


def own(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    """Return what answers a request in the reader's language, with the form that a page of ours sent; one of another site is refused."""

    @wraps(answer)
    async def answered(request: Request) -> Response:
        if not asking.signs_in():
            return RedirectResponse(guard.up(request.scope), 303)
        with text.speaking(request.query_params.get("bahasa", "id")):
            if request.method == "POST" and not cookies.is_from_here(request.scope):
                return show(request, _("Ditolak"), html.notice(_("Formulir ini bukan dari halaman Rapor.")), status=403)
            try:
                made = await answer(request, await form_of(request))
            except notes.Unavailable as fault:
                made = show(request, _("Belum bisa"), html.notice(str(fault)), status=503)
        made.headers["referrer-policy"] = "same-origin"  # else a browser does not say that a form is from here
        made.headers["cache-control"] = "no-store"
        return made

    return answered


async def form_of(request: Request) -> dict[str, str]:
    """Return the fields of a form; nothing of one that is larger than ours are."""
    body = b""
    if request.method == "POST":
        async for chunk in request.stream():
            body += chunk
            if len(body) > LONGEST_FORM:
                return {}
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=50))


def show(
    request: Request,
    title: str,
    body: str,
    status: int = 200,
    *,
    is_out: bool = False,
    ways: Sequence[tuple[str, str]] = (),
) -> HTMLResponse:
    """Return a small page; who is signed in finds the ways on in its head, after those given (words, address)."""
    person, query = None if is_out else request.scope.get(guard.PERSON), dict(request.query_params)
    links: list[tuple[str, str]] = [*ways]
    if person and not person.must_change:
        links += [] if ways else [(_("Dasbor"), here("", query))]
        links.append((person.name, here(guard.ACCOUNT, query)))
        if asking.current().may("manage") and person.is_local:
            links.append((_("Semua akun"), here(guard.MANAGE, query)))
    if person:
        links.append((_("Keluar"), here(guard.SIGN_OUT, query)))
    return HTMLResponse(html.page(title, body, request.url.path, query, links=links), status)


def here(path: str, query: Mapping[str, str], **more: str) -> str:
    """Return an address relative to the first page, in the reader's language."""
    asked = {key: value for key, value in query.items() if key == "bahasa"} | {k: v for k, v in more.items() if v}
    return f"{path or './'}{f'?{urlencode(asked)}' if asked else ''}"


def lead(scope: Scope, to: str) -> RedirectResponse:
    """Lead to an address that is relative to the first page."""
    return RedirectResponse(f"{guard.up(scope)}{to.removeprefix('./')}", 303)


def _onward(back: str, query: Mapping[str, str]) -> str:
    return cookies.way_back(back) or here("", query)


# --- signing in ---


async def sign_in(request: Request, form: dict[str, str]) -> Response:
    """Answer /masuk."""
    query = dict(request.query_params)
    back = cookies.way_back(form.get("next") or query.get("next", ""))
    if request.scope.get(guard.PERSON) and request.method != "POST":
        return lead(request.scope, _onward(back, query))
    if os.environ[asking.SIGN_IN] == "oidc":
        words = html.paragraph(_("Masuk dengan akun Anda di layanan kabupaten."))
        return show(
            request, _("Masuk ke Rapor"), words + html.way(here(guard.PROVIDER, query, next=back), _("Masuk ke Rapor"))
        )
    if request.method != "POST":
        return _asked(request, back)
    return await _tried(request, form, back)


def _asked(request: Request, back: str, trouble: str = "", name: str = "", status: int = 200) -> Response:
    query = dict(request.query_params)
    fields = html.field(
        "nama", _("Nama akun"), value=name, autocomplete="username", autocapitalize="none", spellcheck="false", maxlength="64",
        **({} if name else {"autofocus": ""}),
    ) + html.field(
        "sandi", _("Kata sandi"), "password", autocomplete="current-password", **({"autofocus": ""} if name else {})
    )  # fmt: skip
    body = (html.notice(trouble) if trouble else "") + html.form(
        here(guard.SIGN_IN, query), fields, _("Masuk ke Rapor"), {"next": back}
    )
    lost = _("Lupa kata sandi? Minta yang baru kepada pengelola.")
    return show(request, _("Masuk ke Rapor"), body + f"<section>{html.paragraph(lost)}</section>", status)


async def _tried(request: Request, form: dict[str, str], back: str) -> Response:
    """Answer a name and a password; the words, and the time that they take, do not tell whether there is such an account."""
    name, password = accounts.plain(form.get("nama", ""))[:64], form.get("sandi", "")
    scope, query = request.scope, dict(request.query_params)
    account = await asyncio.to_thread(accounts.find, name)
    lane, is_known = await asyncio.to_thread(_lane, scope, account)
    key = (name, account.password_at if account else "", lane)
    try:
        async with passwords.turns(is_known).turn(lane):
            if seconds := await asyncio.to_thread(limits.PASSWORDS.take, *key):
                return _asked(request, back, _wait(seconds), name, 429)
            right = await asyncio.to_thread(passwords.is_right, account.password if account else None, password)
            if not right or account is None or account.is_disabled:
                await asyncio.to_thread(_told_wrong, account)
                return _asked(request, back, _("Nama akun atau kata sandi keliru."), name, 401)
    except passwords.Busy:
        return _asked(request, back, _("Terlalu banyak yang mencoba masuk. Coba lagi sebentar lagi."), name, 503)
    await asyncio.to_thread(limits.PASSWORDS.right, *key)
    if account.totp_secret:
        answer = lead(scope, here(guard.SECOND, query, next=back))
        await _begin(answer, request, account, "code", is_known=True)
        return answer
    answer = lead(scope, here(guard.ACCOUNT, query) if account.must_change else _onward(back, query))
    await _begin(answer, request, account, "whole", is_known=is_known)
    return answer


def _told_wrong(account: Account | None) -> None:
    if account is None:
        told.of_nobody()
    else:
        told.of_person("sign_in_failed", account.name, account.role, way="local", reason="password")


def _lane(scope: Scope, account: Account | None) -> tuple[str, bool]:
    """Return the lane in which one tries, and whether it is that of a browser from which the account has signed in."""
    device = cookies.read(cookies.DEVICE, scope)
    if sessions.is_known(account, device):
        return f"browser:{sessions.hash_of(device)}", True
    return limits.place(cookies.address(scope)), False


def _wait(seconds: float) -> str:
    if seconds < 90:
        return n_("Terlalu sering keliru. Tunggu {n} detik.", "Terlalu sering keliru. Tunggu {n} detik.", ceil(seconds))
    minutes = ceil(seconds / 60)
    return n_("Terlalu sering keliru. Tunggu {n} menit.", "Terlalu sering keliru. Tunggu {n} menit.", minutes)


async def _begin(answer: Response, request: Request, account: Account, step: sessions.Step, *, is_known: bool) -> None:
    """Give a browser a session with a token of its own; the one that it had ends, so that nobody can have fixed it before."""
    scope = request.scope
    before, person = cookies.read(cookies.SESSION, scope), scope.get(guard.PERSON)
    instead_of = person.session if person else sessions.hash_of(before) if before else ""
    token = await asyncio.to_thread(sessions.begin, account, step, cookies.browser(request.headers), instead_of)
    cookies.put(answer, cookies.SESSION, token, scope)
    if step == "whole":
        await asyncio.to_thread(told.of_person, "sign_in", account.name, account.role, way="local")
    if not is_known:
        device = await asyncio.to_thread(sessions.remember, account)
        cookies.put(answer, cookies.DEVICE, device, scope, cookies.DEVICE_SECONDS)


# --- the second step ---


async def second_step(request: Request, form: dict[str, str]) -> Response:
    """Answer /masuk/kode: the password was right, the code is asked for."""
    scope, query = request.scope, dict(request.query_params)
    back = cookies.way_back(form.get("next") or query.get("next", ""))
    person = await asyncio.to_thread(sessions.look, cookies.read(cookies.SESSION, scope))
    account = await asyncio.to_thread(accounts.by_id, person.subject) if person and person.step == "code" else None
    if person is None or account is None:
        return lead(scope, here(guard.SIGN_IN, query, next=back))
    if request.method != "POST":
        return _code_asked(request, back)
    lane, is_known = await asyncio.to_thread(_lane, scope, account)
    key = (account.id, lane)
    if seconds := await asyncio.to_thread(limits.CODES.take, *key):
        return _code_asked(request, back, _wait(seconds), 429)
    if not await asyncio.to_thread(second.take, account, form.get("kode", "")):
        await asyncio.to_thread(
            told.of_person, "sign_in_failed", account.name, account.role, way="local", reason="code"
        )
        return _code_asked(request, back, _("Kode keliru, sudah dipakai, atau sudah lewat waktunya."), 401)
    await asyncio.to_thread(limits.CODES.right, *key)
    answer = lead(scope, here(guard.ACCOUNT, query) if account.must_change else _onward(back, query))
    await _begin(answer, request, account, "whole", is_known=is_known)
    return answer


def _code_asked(request: Request, back: str, trouble: str = "", status: int = 200) -> Response:
    query = dict(request.query_params)
    fields = html.field(
        "kode", _("Kode dari aplikasi di ponsel"), hint=_("Ponsel hilang? Isi salah satu kode pemulihan."),
        autocomplete="one-time-code", autofocus="", maxlength="40", autocapitalize="none", spellcheck="false",
    )  # fmt: skip
    body = (html.notice(trouble) if trouble else "") + html.form(
        here(guard.SECOND, query), fields, _("Lanjut"), {"next": back}
    )
    return show(request, _("Langkah kedua"), body, status)


# --- signing out ---


async def sign_out(request: Request, _form: dict[str, str]) -> Response:
    """Answer /keluar: a link of ours signs out at once, any other asks first."""
    person, query = request.scope[guard.PERSON], dict(request.query_params)
    is_link = request.method == "GET" and request.headers.get("sec-fetch-site") == "same-origin"
    if request.method != "POST" and not is_link:  # nor does HEAD act, whatever it says of itself
        return show(request, _("Keluar"), html.form(here(guard.SIGN_OUT, query), "", _("Keluar dari Rapor")))
    await asyncio.to_thread(sessions.end, person.session)
    await asyncio.to_thread(told.of_person, "sign_out", person.name, person.role)
    url = None if person.is_local else await asyncio.to_thread(provider.way_out)
    if url and request.method == "POST":  # a form of ours may not lead elsewhere, a link may
        answer: Response = show(
            request, _("Keluar"), html.way(url, _("Keluar juga dari layanan kabupaten")), is_out=True
        )
    else:
        answer = RedirectResponse(url, 303) if url else lead(request.scope, here(guard.SIGN_IN, query))
    cookies.drop(answer, cookies.SESSION, request.scope)
    answer.headers["clear-site-data"] = '"storage"'  # what he typed and did not save, in any tab (static/draft.js)
    return answer
