"""`rapor user`: accounts at the terminal; the first administrator is made here."""
# ruff: noqa: PLC0415  a command imports only what it needs

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from queries.language import _
from rapor import auditing
from rapor.terminal import DEFAULT_DATA, SETTINGS, DataDir, command, fail, out, say

if TYPE_CHECKING:
    from dashboard.signin.accounts import Account

users_app = typer.Typer(
    help="Akun orang yang boleh masuk.", epilog="Contoh:\nrapor user add siti.aminah --role pengelola", **SETTINGS
)
Name = Annotated[str, typer.Argument(metavar="NAMA", help="Nama akun.")]
RoleOption = Annotated[str, typer.Option("--role", metavar="PERAN", help="Kode peran dari reference/roles.csv.")]
OfOption = Annotated[
    str,
    typer.Option(
        "--of", metavar="UNIT", help="Unit, perangkat daerah atau pegawai, untuk peran yang tidak sekabupaten."
    ),
]
AskOption = Annotated[
    bool,
    typer.Option(
        "--ask-password", help="Ketik kata sandi pertama; tanpa ini Rapor membuatnya dan menampilkannya sekali."
    ),
]


@contextmanager
def _calm(data_dir: Path) -> Generator[None]:
    """Name the data folder for the dashboard, whose accounts these are, and say a fault in one line."""
    os.environ["RAPOR_DATA"] = str(data_dir.resolve())
    from dashboard import notes
    from dashboard.signin import accounts

    try:
        yield
    except (accounts.Refused, notes.Unavailable) as fault:
        fail(str(fault))


def _found(name: str) -> "Account":
    from dashboard.signin import accounts

    account = accounts.find(name)
    if account is None:
        fail(_("Akun {name} tidak ada.", name=name), _("Daftarnya: rapor user list"))
    return account


def _asked(is_asked: bool) -> str | None:
    """Return a password typed twice without being shown; None where Rapor is to make one."""
    return typer.prompt(_("Kata sandi pertama"), hide_input=True, confirmation_prompt=True) if is_asked else None


def _tell(first: str, is_asked: bool) -> None:
    if not is_asked:
        say(_("Kata sandi pertama, tampil sekali ini saja: {password}", password=first))
    say(_("Harus diganti saat pertama masuk."))


def _warn_of_unknown(role: str, of: str, data_dir: Path) -> None:
    """Say where the current build knows no such unit: one of it would see nothing."""
    from dashboard import asking, roles
    from rapor.sealing import ready

    found = roles.find(role)
    if found is None or found.scope == "district":
        return
    ready(data_dir)
    if asking.viewer_of(role, of) is None:
        say(_("{of} belum dikenal dalam data terbitan: akun ini belum melihat apa pun.", of=of), "yellow", aside=True)


def add(
    name: Name, role: RoleOption, of: OfOption = "", ask: AskOption = False, data_dir: DataDir = DEFAULT_DATA
) -> None:
    """Menambah akun dengan kata sandi pertama, yang harus diganti pemiliknya saat pertama masuk."""
    with _calm(data_dir):
        from dashboard.signin import accounts

        is_first = not accounts.listed()
        account, first = accounts.add(name, role, of, _asked(ask))
        auditing.tell(data_dir, "account_added", {"account": account.name, "role": account.role, "of": account.of})
        say(_("Akun {name} ditambahkan sebagai {role}.", name=account.name, role=account.role), "green")
        _tell(first, ask)
        _warn_of_unknown(account.role, account.of, data_dir)
        if is_first:
            say(_("Mulai sekarang `rapor serve` meminta orang masuk; yang sedang berjalan, jalankan ulang."))


def disable(name: Name, data_dir: DataDir = DEFAULT_DATA) -> None:
    """Mematikan akun: pemiliknya tidak dapat masuk lagi dan semua sesinya berakhir."""
    with _calm(data_dir):
        from dashboard.signin import accounts

        accounts.disable(_found(name))
        auditing.tell(data_dir, "account_changed", {"account": accounts.plain(name), "change": "disabled"})
        say(_("Akun {name} dimatikan; semua sesinya berakhir.", name=name), "green")


def enable(name: Name, data_dir: DataDir = DEFAULT_DATA) -> None:
    """Menghidupkan lagi akun yang dimatikan, dengan kata sandi yang sama."""
    with _calm(data_dir):
        from dashboard.signin import accounts

        accounts.disable(_found(name), False)
        auditing.tell(data_dir, "account_changed", {"account": accounts.plain(name), "change": "enabled"})
        say(_("Akun {name} dihidupkan lagi.", name=name), "green")


def reset(name: Name, ask: AskOption = False, data_dir: DataDir = DEFAULT_DATA) -> None:
    """Memberi akun kata sandi pertama yang baru; langkah kedua dan kode pemulihannya dihapus, semua sesinya berakhir."""
    with _calm(data_dir):
        from dashboard.signin import accounts

        first = accounts.reset(_found(name), _asked(ask))
        auditing.tell(data_dir, "account_changed", {"account": accounts.plain(name), "change": "reset"})
        say(_("Akun {name} mendapat kata sandi pertama yang baru; semua sesinya berakhir.", name=name), "green")
        _tell(first, ask)


def role(name: Name, role: RoleOption, of: OfOption = "", data_dir: DataDir = DEFAULT_DATA) -> None:
    """Mengganti peran akun; semua sesinya berakhir."""
    with _calm(data_dir):
        from dashboard.signin import accounts

        before = _found(name)
        accounts.change_role(before, role, of)
        auditing.tell(data_dir, "role_changed", {"account": before.name, "role": role, "before": before.role, "of": of})
        say(_("Akun {name} sekarang {role}; semua sesinya berakhir.", name=name, role=role), "green")
        _warn_of_unknown(role, of, data_dir)


def list_accounts(data_dir: DataDir = DEFAULT_DATA) -> None:
    """Menyebut semua akun: peran, untuk siapa, dan keadaannya."""
    with _calm(data_dir):
        from rich.table import Table

        from dashboard.signin import accounts

        every = accounts.listed()
        if not every:
            say(_("Belum ada akun."))
            return
        table = Table(_("nama"), _("peran"), _("untuk"), _("keadaan"), box=None)
        for each in every:
            state = _("kata sandi pertama") if each.must_change else _("aktif")
            steps = _("dua langkah") if each.totp_secret else ""
            shown = _("dimatikan") if each.is_disabled else ", ".join(filter(None, (state, steps)))
            table.add_row(each.name, each.role, each.of, shown)
        out().print(table)


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.add_typer(users_app, name="user")
    of_unit = "rapor user add budi --role kepala-dinas --of dinkes"
    command(users_app, "add", "rapor user add siti.aminah --role pengelola", of_unit)(add)
    command(users_app, "disable", "rapor user disable budi")(disable)
    command(users_app, "enable", "rapor user enable budi")(enable)
    command(users_app, "reset", "rapor user reset budi", "rapor user reset budi --ask-password")(reset)
    command(users_app, "list", "rapor user list")(list_accounts)
    command(users_app, "role", "rapor user role budi --role kepala-unit --of pkm-mengupeh")(role)
