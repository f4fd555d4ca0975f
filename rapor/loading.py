"""`rapor load`: reports in, a published build out."""
# ruff: noqa: PLC0415  a command imports only what it needs

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from queries.language import _
from rapor.terminal import DEFAULT_DATA, DataDir, command, err, fail, say

if TYPE_CHECKING:
    from etl.load import LoadReport


def expect_reference(data_dir: Path) -> None:
    """Fail where a folder is no data folder."""
    if not (data_dir / "reference").is_dir():
        fail(
            _("{folder} bukan folder data: tidak ada folder reference.", folder=data_dir),
            _("Siapkan dulu: rapor init {folder}", folder=data_dir),
        )


def run(data_dir: Path, paths: list[Path] | None) -> "LoadReport":
    """Load files or the inbox with progress on the screen; fail where another load is running or there is nothing."""
    from etl import load as loading
    from rapor import summary

    expect_reference(data_dir)
    inbox = data_dir / "inbox"
    if not paths and not inbox.is_dir():
        fail(
            _("Folder {folder} tidak ada.", folder=inbox),
            _("Buat folder itu dan taruh laporan di sana, atau: rapor load BERKAS..."),
        )
    try:
        with summary.progress(err()) as show:
            return loading.load(data_dir, paths, progress=show)
    except loading.LoadBusy as busy:
        fail(str(busy), _("Tunggu sampai pemuatan itu selesai, lalu ulangi perintah ini."))
    except KeyboardInterrupt:
        say(_("Dihentikan; data terbitan sebelumnya tetap dipakai."), aside=True)
        raise typer.Exit(130) from None


def show(report: "LoadReport") -> None:
    """Print what was accepted, rejected and found."""
    from rapor import summary

    for style, line in summary.lines(report):
        say(line, style)


def preview(data_dir: Path, paths: list[Path], *, as_json: bool) -> NoReturn:
    """Print what loading these files would do, and end with the code that says so."""
    from etl import preview as previewing
    from rapor import summary

    expect_reference(data_dir)
    with summary.progress(err()) as progress:
        found = previewing.preview(data_dir, paths, progress)
    if as_json:
        sys.stdout.write(summary.as_json(found) + "\n")
    else:
        for style, line in summary.preview_lines(found):
            say(line, style)
    raise typer.Exit(found.exit_code)


def load(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="BERKAS", help="Berkas atau folder; tanpa ini: folder inbox.", show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Hasil sebagai JSON.")] = False,
    is_preview: Annotated[
        bool, typer.Option("--preview", help="Tunjukkan apa yang akan terjadi; tidak ada yang disimpan.")
    ] = False,
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Memuat laporan, menerbitkan data, dan menjelaskan apa yang diterima, ditolak, dan ditemukan.

    Selesai dengan kode 0: terbit tanpa penolakan; 3: terbit, ada yang ditolak; 1: tidak ada yang terbit.
    """
    missing = [path for path in paths or [] if not path.exists()]
    if missing:
        names = ", ".join(map(str, missing))
        fail(_("Tidak ditemukan: {names}", names=names), _("Periksa nama berkas atau foldernya."))
    if is_preview:
        preview(data_dir, paths or [data_dir / "inbox"], as_json=as_json)
    report = run(data_dir, paths or None)
    if as_json:
        from rapor import summary

        sys.stdout.write(summary.as_json(report) + "\n")
    else:
        show(report)
    raise typer.Exit(report.exit_code)


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    command(
        app, "load", "rapor load", "rapor load laporan/oktober.xlsx laporan/2026/", "rapor load --json > hasil.json",
        "rapor load --preview laporan/oktober.xlsx",
    )(load)
