"""What /akun answers: one's own password, second step and open sessions."""

import asyncio
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from dashboard import roles
from dashboard.signin import accounts, cookies, guard, html, limits, passwords, second, sessions, told
from dashboard.signin.accounts import Account
from dashboard.signin.pages import here, lead, show
from dashboard.signin.sessions import Person
from dashboard.words import text
from dashboard.words.text import _, n_
from queries.secret import Exposed


async def account(request: Request, form: dict[str, str]) -> Response:
    """Answer /akun, and the forms on it."""
    person: Person = request.scope[guard.PERSON]
    mine = await asyncio.to_thread(accounts.by_id, person.subject) if person.is_local else None
    act = form.get("apa", "")
    if request.method == "POST" and act == "sesi":
        ended = await asyncio.to_thread(sessions.end_others, person.subject, person.session)
        await asyncio.to_thread(told.of_person, "sign_out", person.name, person.role, reason=f"others: {ended}")
        return await _shown(request, mine, html.notice(_("Sesi lain sudah diakhiri."), "good"))
    if request.method != "POST" or mine is None:
        return await _shown(request, mine)
    if act == "siapkan" and not mine.must_change:
        return _setting(request, mine, second.new_secret())
    if wrong := await _not_owner(request, mine, form.get("sandi", "")):
        return await _shown(request, mine, html.notice(wrong), status=403)
    if act == "sandi":
        return await _change_password(request, mine, form)
    if act in ("nyalakan", "matikan", "pemulihan") and not mine.must_change:
        return await _second(request, mine, form, act)
    return await _shown(request, mine)


async def _not_owner(request: Request, mine: Account, password: str) -> str:
    """Return why one may change nothing here: whoever sits at an open browser does not know the password. Nothing where he does."""
    key = (mine.name, "akun", request.scope[guard.PERSON].session)
    try:
        async with passwords.turns(True).turn(f"akun:{mine.id}"):
            if await asyncio.to_thread(limits.PASSWORDS.take, *key):
                return _("Terlalu sering keliru. Coba lagi nanti.")
            if await asyncio.to_thread(passwords.is_right, mine.password, password):
                await asyncio.to_thread(limits.PASSWORDS.right, *key)
                return ""
    except passwords.Busy:
        return _("Terlalu banyak yang mencoba masuk. Coba lagi sebentar lagi.")
    return _("Kata sandi yang sekarang keliru.")


async def _change_password(request: Request, mine: Account, form: dict[str, str]) -> Response:
    person, new = request.scope[guard.PERSON], form.get("baru", "")
    if new != form.get("ulang", ""):
        return await _shown(request, mine, html.notice(_("Kata sandi baru dan ulangannya tidak sama.")), status=400)
    if new == form.get("sandi"):
        return await _shown(request, mine, html.notice(_("Kata sandi baru harus lain dari yang sekarang.")), status=400)
    try:
        await _changed(accounts.change_password, mine, new, person.session)
    except accounts.Refused as wrong:
        return await _shown(request, mine, html.notice(str(wrong)), status=400)
    await asyncio.to_thread(told.of_account, "account_changed", mine.name, change="password")
    token = await asyncio.to_thread(sessions.begin, mine, "whole", cookies.browser(request.headers), person.session)
    answer = lead(request.scope, here("" if mine.must_change else guard.ACCOUNT, dict(request.query_params)))
    cookies.put(answer, cookies.SESSION, token, request.scope)
    return answer


async def _second(request: Request, mine: Account, form: dict[str, str], act: str) -> Response:
    """Turn the second step on (asking for a first code) or off, or make recovery codes anew."""
    person = request.scope[guard.PERSON]
    if act == "matikan":
        await _changed(second.turn_off, mine, person.session)
        await asyncio.to_thread(told.of_account, "account_changed", mine.name, change="second_step_off")
        return await _shown(request, None, html.notice(_("Langkah kedua dimatikan."), "good"), again=mine.id)
    if act == "pemulihan" and mine.totp_secret:
        codes: list[str] | None = await asyncio.to_thread(second.new_recovery, mine)
        await asyncio.to_thread(told.of_account, "account_changed", mine.name, change="recovery_codes")
    else:
        secret = form.get("rahasia", "")
        trouble, codes = _("Kode keliru. Periksa jam ponsel, lalu coba lagi."), None
        try:
            if _is_secret(secret):
                codes = await _changed(second.turn_on, mine, secret, form.get("kode", ""), person.session)
        except (OSError, Exposed):
            trouble = _(
                "Langkah kedua belum dapat dinyalakan: kuncinya tidak dapat disimpan. Sampaikan kepada pengelola."
            )
        if codes is None:
            return _setting(request, mine, secret or second.new_secret(), trouble)
        await asyncio.to_thread(told.of_account, "account_changed", mine.name, change="second_step_on")
    listed = "".join(f"<li><code>{code}</code></li>" for code in codes or ())
    words = _(
        "Simpan kode pemulihan ini di tempat yang aman: tiap kode menggantikan ponsel satu kali. Kode ini tidak ditampilkan lagi."
    )
    body = (
        html.notice(_("Langkah kedua menyala."), "good") + html.paragraph(words) + f"<ul class='rp-codes'>{listed}</ul>"
    )
    return show(
        request,
        _("Kode pemulihan"),
        body + html.way(here(guard.ACCOUNT, dict(request.query_params)), _("Sudah saya simpan")),
    )


def _is_secret(secret: str) -> bool:
    return re.fullmatch(r"[A-Z2-7]{32}", secret) is not None


async def _changed(change: Callable, *arguments: Any) -> Any:
    """Change an account in a thread, and look at its sessions anew."""
    made = await asyncio.to_thread(change, *arguments)
    sessions.changed()
    return made


# --- what is shown ---


def _now_field(identity: str) -> str:
    """Return the field of the present password, under a name of its own on the page."""
    field = html.field("sandi", _("Kata sandi sekarang"), "password", autocomplete="current-password")
    return field.replace("for='sandi'", f"for='{identity}'").replace("id='sandi'", f"id='{identity}'")


def _setting(request: Request, mine: Account, secret: str, trouble: str = "") -> Response:
    """Return the page that turns the second step on: a picture for the app, the secret in letters, the first code."""
    about = _(
        "Buka aplikasi autentikator di ponsel (misalnya FreeOTP, Aegis atau Google Authenticator) dan pindai gambar ini."
    )
    groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    picture = second.picture(secret, mine.name, html.district())
    fields = html.field(
        "kode", _("Kode 6 angka dari aplikasi"), autocomplete="one-time-code", inputmode="numeric", maxlength="10", autofocus=""
    ) + _now_field("sandi")  # fmt: skip
    body = (html.notice(trouble) if trouble else "") + html.paragraph(about)
    body += f"<div class='rp-qr' role='img' aria-label='{_('Kode QR untuk aplikasi')}'>{picture}</div>"
    body += html.secret(groups, _("Tidak bisa memindai? Ketik rahasia ini di aplikasi:"))
    url = here(guard.ACCOUNT, dict(request.query_params))
    body += html.form(url, fields, _("Nyalakan"), {"apa": "nyalakan", "rahasia": secret})
    return show(request, _("Langkah kedua"), body)


async def _shown(
    request: Request, mine: Account | None, notice: str = "", status: int = 200, again: str = ""
) -> Response:
    """Return the page; `again` is the id of an account that has just been changed."""
    person, query = request.scope[guard.PERSON], dict(request.query_params)
    mine = await asyncio.to_thread(accounts.by_id, again) if again else mine
    url = here(guard.ACCOUNT, query)
    if mine is not None and mine.must_change:
        words = html.paragraph(
            _("Kata sandi pertama hanya untuk sekali ini. Pilih kata sandi Anda sendiri, lalu mulai.")
        )
        return show(request, _("Pilih kata sandi"), notice + words + _password_form(url, mine.name), status)
    body = notice + _about(person)
    if mine is not None:
        body += html.part(_("Kata sandi"), html.fold(_("Ganti kata sandi"), _password_form(url, mine.name)))
        left = await asyncio.to_thread(second.recovery_left, mine)
        body += html.part(_("Langkah kedua"), _second_part(url, mine, left))
    opened = await asyncio.to_thread(sessions.of_person, person.subject)
    return show(
        request, _("Akun Anda"), body + html.part(_("Sesi terbuka"), _sessions_part(url, opened, person)), status
    )


def _about(person: Person) -> str:
    title = role_title(person.role)
    facts = [(_("Nama akun"), person.name), (_("Peran"), title), (_("Untuk"), person.of)]
    shown = "".join(f"<dt>{words}</dt><dd>{html.escape(value)}</dd>" for words, value in facts if value)
    nobody = html.notice(
        _("Akun Anda belum diberi peran di Rapor, jadi tidak ada yang dapat ditampilkan. Hubungi pengelola.")
    )
    return f"<dl>{shown}</dl>" + ("" if title else nobody)


def role_title(code: str) -> str:
    """Return what a role is called; nothing of one that is not known."""
    try:
        found = roles.find(code)
    except roles.Unclear:
        return ""
    return found.title() if found else ""


def _password_form(url: str, name: str) -> str:
    hint = _("Paling sedikit {n} huruf; beberapa kata yang tidak berhubungan sudah cukup.", n=passwords.SHORTEST)
    known = f"<input type='hidden' name='nama' value='{html.escape(name)}' autocomplete='username'>"
    fields = known + _now_field("sandi-lama")
    fields += html.field(
        "baru", _("Kata sandi baru"), "password", hint, autocomplete="new-password", minlength=str(passwords.SHORTEST)
    )
    fields += html.field("ulang", _("Kata sandi baru, sekali lagi"), "password", autocomplete="new-password")
    return html.form(url, fields, _("Simpan kata sandi"), {"apa": "sandi"})


def _second_part(url: str, mine: Account, left: int) -> str:
    if not mine.totp_secret:
        words = _(
            "Selain kata sandi, Rapor dapat meminta kode dari aplikasi di ponsel Anda. Dengan begitu kata sandi saja tidak cukup."
        )
        return html.paragraph(words) + html.form(
            url, "", _("Nyalakan langkah kedua"), {"apa": "siapkan"}, is_quiet=True
        )
    words = n_("Menyala; tersisa {n} kode pemulihan.", "Menyala; tersisa {n} kode pemulihan.", left)
    codes = html.form(url, _now_field("sandi-kode"), _("Buat kode baru"), {"apa": "pemulihan"})
    off = html.form(url, _now_field("sandi-mati"), _("Matikan"), {"apa": "matikan"})
    return (
        html.paragraph(words)
        + html.fold(_("Buat kode pemulihan baru"), codes)
        + html.fold(_("Matikan langkah kedua"), off)
    )


def _sessions_part(url: str, opened: list[Person], person: Person) -> str:
    head = (_("Peramban"), _("Mulai"), _("Terakhir dipakai"))
    cells = []
    for each in opened:
        here_now = f" <b>({_('yang ini')})</b>" if each.session == person.session else ""
        cells.append([html.escape(each.browser) + here_now, _moment(each.began_at), _moment(each.seen_at)])
    others = html.form(url, "", _("Akhiri sesi lain"), {"apa": "sesi"}, is_quiet=True) if len(opened) > 1 else ""
    return html.rows(head, cells) + others


def _moment(at: int) -> str:
    when = datetime.fromtimestamp(at)
    return html.escape(f"{text.date(when.date())} {when:%H.%M}")
