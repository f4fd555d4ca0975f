"""`rapor builds`: the builds that are kept, and going back to an earlier one until the next load."""
# ruff: noqa: PLC0415  a command imports only what it needs

from pathlib import Path
from typing import Annotated, Any

import typer

from queries.builds import current, find, is_whole
from queries.language import _
from rapor import auditing
from rapor.loading import expect_reference
from rapor.terminal import DEFAULT_DATA, SETTINGS, DataDir, command, fail, say

_SETTINGS: dict[str, Any] = SETTINGS | {"no_args_is_help": False, "invoke_without_command": True}
app = typer.Typer(
    help="Data terbitan yang disimpan; tanpa perintah: daftarnya.",
    epilog="Contoh:\nrapor builds\nrapor builds use 20261129T193118-3dfbfc65",
    **_SETTINGS,
)


@app.callback()
def builds(ctx: typer.Context, data_dir: DataDir = DEFAULT_DATA) -> None:
    """Data terbitan yang disimpan; tanpa perintah: daftarnya."""
    if ctx.invoked_subcommand is None:
        expect_reference(data_dir)
        listed(data_dir)


def listed(data_dir: Path) -> None:
    """Print the builds, the newest first: id, when it was made, files and rows, which one is current."""
    import duckdb

    now = current(data_dir)
    paths = sorted((data_dir / "warehouse").glob("[0-9]*.duckdb"), reverse=True)
    for path in paths:
        try:
            with duckdb.connect(path, read_only=True) as connection:
                ((at, files, rows),) = connection.execute(
                    "select (select any_value(built_at) from load.build), count(*), coalesce(sum(rows_accepted), 0) "
                    "from load.file where status in ('accepted', 'partly')"
                ).fetchall()
            what = _("{at:%Y-%m-%d %H:%M} UTC, {files} berkas, {rows} baris", at=at, files=files, rows=int(rows))
        except duckdb.Error:
            what = _("rusak")
        is_current = path == now
        say(
            f"{path.stem}  {what}" + (f"  ← {_('dipakai sekarang')}" if is_current else ""),
            "bold" if is_current else "",
        )
    if not paths:
        say(_("Belum ada data terbitan."))


def use(
    build_id: Annotated[str, typer.Argument(metavar="KODE", help="Kode data terbitan; daftarnya: rapor builds.")],
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Memakai lagi data terbitan yang lebih lama, sampai pemuatan berikutnya.

    Pemuatan berikutnya menyusun data dari semua berkas yang tersimpan; yang salah muat ditarik dengan rapor load --withdraw.
    """
    from etl.lake import write_atomically
    from etl.lock import only_one

    expect_reference(data_dir)
    path = find(data_dir, f"{build_id.removesuffix('.duckdb')}.duckdb")
    if path is None:
        fail(_("Tidak ada data terbitan {name}.", name=build_id), _("Daftarnya: rapor builds"))
    if not is_whole(path):
        fail(_("Data terbitan {name} rusak.", name=build_id), _("Daftarnya: rapor builds"))
    with only_one(data_dir, wait_seconds=600):
        write_atomically(path.parent / "current", path.name)
    auditing.tell(data_dir, "published", {"build": path.stem})
    say(_("Dipakai sekarang: {name}, sampai pemuatan berikutnya.", name=path.stem), "green")


def register(root: typer.Typer) -> None:
    """Add the commands to the command line."""
    root.add_typer(app, name="builds")
    command(app, "use", "rapor builds use 20261129T193118-3dfbfc65")(use)
