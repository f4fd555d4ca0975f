"""`rapor replica`: what one machine loads, shown by several."""
# ruff: noqa: PLC0415  a command imports only what it needs

import time
from typing import Annotated

import typer

from queries.language import _, n_, number
from rapor.terminal import DEFAULT_DATA, SETTINGS, DataDir, command, fail, say

Address = Annotated[
    str,
    typer.Argument(
        metavar="TEMPAT", envvar="RAPOR_STORE", help="Folder bersama, atau s3://bucket/tempat.", show_default=False
    ),
]
WithLake = Annotated[bool, typer.Option("--lake", help="Beserta semua laporan yang dimuat, untuk komputer cadangan.")]
group = typer.Typer(
    help="Menyalin data terbitan ke komputer lain yang ikut menampilkannya.",
    epilog="Contoh:\nrapor replica push /mnt/bersama/tebo",
    **SETTINGS,
)


def push(address: Address, lake: WithLake = False, data_dir: DataDir = DEFAULT_DATA) -> None:
    """Mengirim data terbitan, tabel acuan dan cuplikan rapat ke tempat bersama; yang sudah ada di sana tidak dikirim lagi."""
    from etl.lock import LoadBusy
    from rapor import replicas
    from rapor.loading import expect_reference

    expect_reference(data_dir)
    try:
        done = replicas.push(data_dir, replicas.store(address), with_lake=lake)
    except (replicas.Unusable, LoadBusy) as fault:
        fail(str(fault))
    except OSError as fault:
        fail(_("Tempat bersama tidak dapat ditulis: {kind}.", kind=type(fault).__name__), _unreached())
    say(_carried(done), "green")


def pull(
    address: Address,
    lake: WithLake = False,
    every: Annotated[
        float | None,
        typer.Option("--every", metavar="DETIK", min=1, help="Terus mengambil, setiap sekian detik; tanpa ini sekali."),
    ] = None,
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Mengambil dari tempat bersama yang belum ada di sini; setiap berkas dicocokkan dengan hash-nya sebelum dipakai.

    Folder data ini lalu salinan: ditampilkan dengan rapor serve, dan tidak dimuat di sini.
    """
    from rapor import replicas

    told = ""
    while True:
        try:
            done = replicas.pull(data_dir, replicas.store(address), address, with_lake=lake)
            words, mend = (_carried(done), "") if done.files or not told else (told, "")
        except replicas.Unusable as fault:
            words, mend, done = str(fault), "", None
        except OSError as fault:
            words = _("Tempat bersama tidak dapat dibaca: {kind}.", kind=type(fault).__name__)
            mend, done = _unreached(), None
        if not done and not every:
            fail(words, mend)
        if words != told:
            say(words, "green" if done else "yellow", aside=not done)
            told = words
        if not every:
            return
        time.sleep(every)


def _carried(done: object) -> str:
    from rapor.replicas import Done

    assert isinstance(done, Done)  # noqa: S101  of the two functions above
    size = number(done.size / 1e6, 1)
    words = n_("{n} berkas disalin ({size} MB).", done.files, size=size)
    return f"{words} {_('Data terbitan yang dipakai: {build}', build=done.build or '-')}"


def _unreached() -> str:
    return _("Periksa alamat, jaringan dan hak (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY); lalu ulangi.")


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    command(group, "push", "rapor replica push /mnt/bersama/tebo", "rapor replica push s3://rapor/tebo --lake")(push)
    command(group, "pull", "rapor replica pull /mnt/bersama/tebo --data-dir /srv/rapor/salinan",
            "rapor replica pull s3://rapor/tebo --every 30 --data-dir /srv/rapor/salinan")(pull)  # fmt: skip
    app.add_typer(group, name="replica")
