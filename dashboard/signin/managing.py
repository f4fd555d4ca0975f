"""What /pengelola/akun answers to who may manage: all accounts, and what can be done with each."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from dashboard import asking, roles
from dashboard.signin import accounts, guard, html, sessions, told
from dashboard.signin.account import role_title
from dashboard.signin.accounts import Account
from dashboard.signin.pages import here, show
from dashboard.words.text import _

DONE = {
    "tambah": lambda: _("Akun ditambahkan."), "ulang": lambda: _("Kata sandi pertama dibuat; semua sesi akun ini berakhir."),
    "matikan": lambda: _("Akun dimatikan; semua sesinya berakhir."), "hidupkan": lambda: _("Akun dihidupkan lagi."),
    "peran": lambda: _("Peran diganti; semua sesi akun ini berakhir."),
}  # fmt: skip

RECORDED = {"ulang": "reset", "matikan": "disabled", "hidupkan": "enabled"}


async def manage(request: Request, form: dict[str, str]) -> Response:
    """Answer /pengelola/akun; it is not there for who may not manage."""
    person = request.scope[guard.PERSON]
    if not asking.current().may("manage") or not person.is_local:
        return show(request, _("Tidak ada"), html.notice(_("Halaman ini untuk pengelola.")), status=404)
    notice, status = "", 200
    if request.method == "POST":
        try:
            first = await asyncio.to_thread(_done, form, person.subject)
            sessions.changed()
            notice = html.notice(DONE[form["apa"]](), "good")
            if first:
                about = _(
                    "Kata sandi pertama {name}; sampaikan langsung, tidak ditampilkan lagi:", name=form.get("nama", "")
                )
                notice += html.secret(first, about)
        except accounts.Refused as wrong:
            notice, status = html.notice(str(wrong)), 400
    every = await asyncio.to_thread(accounts.listed)
    url = here(guard.MANAGE, dict(request.query_params))
    body = notice + _table(every, url, person.subject) + html.part(_("Akun baru"), _new(url))
    return show(request, _("Semua akun"), body, status)


def _done(form: dict[str, str], own: str) -> str | None:
    """Do what a form asks; return a first password where one was made. Raises Refused."""
    act, name = form.get("apa", ""), form.get("nama", "")
    if act not in DONE:
        raise accounts.Refused(_("Formulir ini tidak dikenal; muat ulang halamannya."))
    if act == "tambah":
        account, first = accounts.add(name, form.get("peran", ""), form.get("untuk", ""))
        told.of_account("account_added", account.name, role=account.role, of=account.of)
        return first
    account = accounts.find(name)
    if account is None:
        raise accounts.Refused(_("Akun {name} tidak ada.", name=name))
    if account.id == own:
        raise accounts.Refused(_("Akun Anda sendiri diubah di halaman Akun Anda, atau oleh pengelola lain."))
    first = None
    if act == "ulang":
        first = accounts.reset(account)
    elif act == "peran":
        accounts.change_role(account, form.get("peran", ""), form.get("untuk", ""))
    else:
        accounts.disable(account, act == "matikan")
    if act == "peran":
        told.of_account("role_changed", account.name, role=form["peran"], before=account.role, of=form.get("untuk", ""))
    else:
        told.of_account("account_changed", account.name, change=RECORDED[act])
    return first


def _options() -> list[tuple[str, str]]:
    return [(code, f"{role.title()} ({code})") for code, role in roles.roles().items()]


def _role_fields(identity: str, role: str = "", of: str = "") -> str:
    hint = _("Kode unit atau perangkat daerah, misalnya pkm-mengupeh; kosongkan untuk peran sekabupaten.")
    label = _("Unit, perangkat daerah atau pegawai")
    field = html.field(f"untuk-{identity}", label, hint=hint, value=of, maxlength="128", autocapitalize="none").replace(
        " required", ""
    )
    return html.choice("peran", _("Peran"), _options(), role, f"peran-{identity}") + field.replace(
        f"name='untuk-{identity}'", "name='untuk'"
    )


def _new(url: str) -> str:
    hint = _("Huruf kecil, angka, titik atau garis, misalnya siti.aminah.")
    fields = html.field(
        "nama", _("Nama akun"), hint=hint, maxlength="64", autocomplete="off", autocapitalize="none", spellcheck="false"
    )
    return html.form(url, fields + _role_fields("baru"), _("Tambah akun"), {"apa": "tambah"})


def _table(every: list[Account], url: str, own: str) -> str:
    head = (_("Nama akun"), _("Peran"), _("Untuk"), _("Keadaan"), _("Ubah"))
    return html.rows(head, [_row(account, url, own) for account in every])


def _row(account: Account, url: str, own: str) -> list[str]:
    if account.is_disabled:
        state = _("dimatikan")
    elif account.must_change:
        state = _("kata sandi pertama")
    else:
        state = _("aktif, dua langkah") if account.totp_secret else _("aktif")
    title = role_title(account.role) or _("tidak dikenal: {role}", role=account.role)
    shown = [html.escape(each) for each in (account.name, title, account.of or "–", state)]
    return [*shown, _("Akun Anda") if account.id == own else f"<div class='rp-acts'>{_acts(account, url)}</div>"]


def _acts(account: Account, url: str) -> str:
    def act(code: str, words: str, fields: str = "") -> str:
        return html.form(url, fields, words, {"apa": code, "nama": account.name}, is_quiet=True, about=account.name)

    switch = act("hidupkan", _("Hidupkan")) if account.is_disabled else act("matikan", _("Matikan"))
    role = html.fold(
        _("Ganti peran"), act("peran", _("Simpan peran"), _role_fields(account.id, account.role, account.of))
    )
    return switch + act("ulang", _("Kata sandi baru")) + role
