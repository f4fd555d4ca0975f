"""`rapor backup`, `rapor restore` and `rapor upgrade`: a data folder kept safe, and brought to the formats of today."""
# ruff: noqa: PLC0415  a command imports only what it needs

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from queries import private
from queries.language import _, n_, number
from rapor import sealing
from rapor.loading import expect_reference
from rapor.terminal import DEFAULT_DATA, DataDir, command, fail, say

if TYPE_CHECKING:
    from etl.check import Problem
    from rapor.keeping.archive import Altered, Backup

MOST_NAMED = 10  # altered files


def backup(
    target: Annotated[
        Path, typer.Argument(metavar="TUJUAN", help="Berkas .tar.gz, atau folder, yang belum ada.", show_default=False)
    ],
    with_build: Annotated[
        bool,
        typer.Option("--with-build", help="Sertakan data terbitan yang sekarang; tanpa ini dibuat lagi dari laporan."),
    ] = False,
    with_inbox: Annotated[
        bool, typer.Option("--with-inbox", help="Sertakan berkas laporan aslinya, yang dapat memuat data pribadi.")
    ] = False,
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Membuat cadangan semua yang tidak dapat dibuat lagi, lalu membacanya kembali untuk memeriksanya.

    Isinya: reference, sources, laporan yang dimuat, catatan keputusan dan tampilan tersimpan, cuplikan rapat, dan data
    terbitan yang disebut olehnya. Boleh dijalankan selagi dasbor atau pemuatan berjalan.
    """
    from rapor.keeping import archive

    expect_reference(data_dir)
    archive.tidy(data_dir)
    try:
        manifest = archive.write(data_dir, target, with_build=with_build, with_inbox=with_inbox)
    except FileExistsError as exists:
        fail(str(exists), _("Pilih nama lain."))
    except archive.Altered as altered:
        fail(_listed(altered), _("Ada yang mengubah berkas itu selagi disalin; ulangi perintah ini."))
    say(_("Cadangan: {path} ({size})", path=target, size=_size(manifest)), "green")
    _say_where_notes_are(manifest)


def restore(
    source: Annotated[
        Path, typer.Argument(metavar="CADANGAN", help="Berkas atau folder cadangan.", show_default=False)
    ],
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Memulihkan cadangan ke folder data yang baru atau kosong, sesudah memeriksa setiap bitanya.

    Yang sudah ada tidak pernah ditimpa; cadangan yang berubah tidak dipulihkan, dan berkasnya disebut.
    """
    from rapor.keeping import archive

    if not source.exists():
        fail(_("Tidak ditemukan: {names}", names=source), _("Periksa nama berkas atau foldernya."))
    try:
        manifest = archive.restore(source, data_dir)
    except FileExistsError as exists:
        fail(str(exists), _("Pilih folder lain: --data-dir FOLDER"))
    except archive.Altered as altered:
        fail(_listed(altered), _("Tidak ada yang dipulihkan; pakai cadangan yang lain."))
    say(
        _(
            "Dipulihkan: {path} ({size}), cadangan tanggal {at}",
            path=data_dir,
            size=_size(manifest),
            at=manifest.made_at,
        ),
        "green",
    )
    _say_where_notes_are(manifest)
    if "warehouse/current" not in manifest.files:
        say(_("Berikutnya: rapor load --data-dir {folder}", folder=data_dir))


def upgrade(
    undo: Annotated[bool, typer.Option("--undo", help="Kembali ke sebelum peningkatan yang terakhir.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Hanya menyebut apa yang akan dilakukan.")] = False,
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Meningkatkan folder data dari versi Rapor yang lama ke format sekarang, sesudah membuat cadangan.

    Bila semuanya sudah sesuai, tidak ada yang dilakukan. Setiap peningkatan dicatat dan dapat dikembalikan.
    """
    expect_reference(data_dir)
    sealing.ready(data_dir)
    from rapor.keeping import archive, stores

    if not dry_run:
        archive.tidy(data_dir)
    if undo:
        _undo(data_dir)
        return
    ahead = stores.older(data_dir)
    for each in stores.found(data_dir):
        name, found = stores.title(each), each.lowest
        if found < each.known and each not in ahead:
            say(_("{store}: format {found}, dibaca apa adanya", store=name, found=found))
        else:
            say(_("{store}: format {found}, sekarang {known}", store=name, found=found, known=each.known))
    if opened := private.open_to_others(data_dir):
        if not dry_run:
            private.close(data_dir)
        say(_("Hanya untuk pemilik folder data: {names}", names=", ".join(path.name for path in opened)))
    if not ahead:
        say(_("Semuanya sudah dalam format sekarang; tidak ada yang dilakukan."), "green")
        return
    names = ", ".join(map(stores.title, ahead))
    say(_("Yang ditingkatkan, sesudah cadangan dibuat: {names}", names=names), "bold")
    if dry_run:
        return
    known = _expect_room(data_dir)
    try:
        place = stores.upgrade(data_dir, lambda words: say(f"{words} …", aside=True))
    except archive.Altered as altered:
        fail(_listed(altered), _("Ada yang mengubah berkas itu selagi disalin; ulangi perintah ini."))
    say(_("Selesai. Cadangannya: {path}", path=place), "green")
    say(_("Untuk kembali: rapor upgrade --undo --data-dir {folder}", folder=data_dir))
    _tell_new(data_dir, {each.what for each in known})


def _expect_room(data_dir: Path) -> "list[Problem]":
    """Return what is wrong with the folder before it is changed; fail where its disk takes nothing."""
    from etl import check

    known = check.problems(data_dir)
    if in_the_way := [each for each in known if each.severity == "error" and each.where == str(data_dir)]:
        fail(in_the_way[0].what, in_the_way[0].mend)
    return known


def _tell_new(data_dir: Path, known: set[str]) -> None:
    """Say what is wrong with the folder and was not before it was changed."""
    from etl import check

    new = [each for each in check.problems(data_dir) if each.what not in known]
    for each in new:
        say(f"{each.where}: {each.what}\n  {each.mend}", "yellow")
    if not new:
        say(_("Diperiksa sebelum dan sesudahnya: tidak ada masalah baru."))


def _undo(data_dir: Path) -> None:
    from rapor.keeping import archive, stores

    try:
        back = stores.undo(data_dir)
    except stores.Moved as moved:
        words = _("Sudah berubah lagi sejak peningkatan itu: {files}", files=", ".join(moved.files))
        mend = _("Pulihkan ke folder baru: rapor restore {backup} --data-dir FOLDER", backup=moved.backup)
        fail(words, mend)
    except FileNotFoundError as missing:
        fail(_("Tidak ditemukan: {names}", names=missing.filename), _("Cadangan itu diperlukan untuk kembali."))
    except archive.Altered as altered:
        fail(_listed(altered), _("Tidak ada yang dipulihkan; pakai cadangan yang lain."))
    if not back:
        fail(_("Tidak ada peningkatan yang dapat dikembalikan."))
    say(_("Dikembalikan: {files}", files=", ".join(back)), "green")


def _size(manifest: "Backup") -> str:
    return n_("{n} berkas, {size} MB", len(manifest.files), size=number(manifest.bytes / 1e6, 1))


def _listed(altered: "Altered") -> str:
    """Return what is wrong with a backup, the first files named."""
    more = len(altered.files) - MOST_NAMED
    rest = [n_("dan {n} berkas lagi", more)] if more > 0 else []
    return "\n".join([_("Cadangan ini tidak utuh:"), *(f"  {each}" for each in (*altered.files[:MOST_NAMED], *rest))])


def _say_where_notes_are(manifest: "Backup") -> None:
    if manifest.notes == "elsewhere":
        words = _(
            "Catatan keputusan disimpan di tempat lain (RAPOR_NOTES_URL) dan tidak ada di cadangan ini; cadangkan di sana."
        )
        say(words, "yellow")


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    command(app, "backup", "rapor backup cadangan.tar.gz", "rapor backup /mnt/cadangan/2026-11 --with-build")(backup)
    command(app, "restore", "rapor restore cadangan.tar.gz --data-dir /srv/rapor/baru")(restore)
    command(app, "upgrade", "rapor upgrade --dry-run", "rapor upgrade", "rapor upgrade --undo")(upgrade)
