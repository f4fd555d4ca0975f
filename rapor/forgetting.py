"""`rapor forget`: a person's number and name go, and the key that leads to them; his rows stay under a pseudonym."""
# ruff: noqa: PLC0415  a command imports only what it needs

import re
from typing import Annotated

import typer

from queries.language import _, n_
from rapor import auditing
from rapor.loading import expect_reference
from rapor.sealing import ready
from rapor.terminal import DEFAULT_DATA, DataDir, command, fail, say


def forget(
    employee: Annotated[
        str | None,
        typer.Argument(metavar="PEGAWAI", help="Kode pegawai, dari alamat halamannya (P…); bukan NIP atau namanya."),
    ] = None,
    final: Annotated[bool, typer.Option("--final", help="Lakukan sekarang; tidak dapat dibatalkan lagi.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Batalkan permintaan yang belum dilakukan.")] = False,
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Melupakan seorang pegawai: NIP dan namanya dihapus, dan kunci yang menghubungkan NIP dengan kodenya dimusnahkan.

    Yang pertama hanya mencatat permintaan; --final melakukannya. Barisnya tetap dihitung dengan nama samaran. Tanpa kode: yang menunggu.
    """
    expect_reference(data_dir)
    from etl import forgetting
    from etl.lock import LoadBusy

    waiting = forgetting.asked(data_dir)
    if employee is None:
        for each, since in waiting.items():
            say(_("{employee}: diminta {since}", employee=each, since=since))
        if not waiting:
            say(_("Tidak ada permintaan yang menunggu."))
        return
    if not re.fullmatch(r"P[0-9A-F]{10}", employee):
        fail(_("Bukan kode pegawai."), _("Kodenya ada di alamat halaman pegawai itu: ...?pegawai=P0123456789"))
    try:
        if undo:
            if not forgetting.undo(data_dir, employee):
                fail(_("Tidak ada permintaan yang menunggu untuk {employee}.", employee=employee))
            _tell(data_dir, employee, "undone")
            say(_("Dibatalkan: {employee}", employee=employee), "green")
        elif not final:
            forgetting.ask(data_dir, employee)
            _tell(data_dir, employee, "asked")
            say(_("Dicatat. Lakukan dengan: rapor forget {employee} --final", employee=employee))
            say(_("Batalkan dengan: rapor forget {employee} --undo", employee=employee))
        elif employee not in waiting:
            fail(_("Minta dulu tanpa --final; itu masih dapat dibatalkan."), f"rapor forget {employee}")
        else:
            _finish(data_dir, employee)
    except forgetting.NotFound as missing:
        fail(_("Tidak ada pegawai {employee} di data terbitan.", employee=employee), str(missing))
    except LoadBusy as busy:
        fail(str(busy), _("Tunggu sampai pemuatan itu selesai, lalu ulangi perintah ini."))


def _finish(data_dir: DataDir, employee: str) -> None:
    from etl import forgetting

    ready(data_dir)
    from dashboard.meetings import people
    from dashboard.replies import store as replies
    from dashboard.signin import accounts

    accounts.forget(employee)
    replies.forget(employee)
    people.forget(data_dir / "snapshots", employee)
    left = forgetting.finish(data_dir, employee)
    _tell(data_dir, employee, "final")
    say(n_("Dilupakan; {n} berkas terbaca tidak lagi menyebutnya, dan data baru terbit.", left.readings), "green")
    for names, words in (
        (left.snapshots, _("Cuplikan yang dibekukan dengan namanya tetap seperti dulu; hapus foldernya bila harus hilang: {names}")),
        (left.builds, _("Data terbitan yang dipakai cuplikan atau tampilan tersimpan masih memuat namanya: {names}")),
    ):  # fmt: skip
        if names:
            say(words.format(names=", ".join(names)), "yellow")
    say(
        _("Berkas asli di inbox dan di tempat lain, serta cadangan lama, masih memuat namanya; hapus di sana."),
        "yellow",
    )


def _tell(data_dir: DataDir, employee: str, state: str) -> None:
    import hashlib

    pseudonym = hashlib.sha256(employee.encode()).hexdigest()[:6].upper()
    auditing.tell(data_dir, "forgotten", {"employee": f"Pegawai {pseudonym}", "state": state})


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    command(app, "forget", "rapor forget P0123456789", "rapor forget P0123456789 --final")(forget)
