"""`rapor return`: the sender's own file, with what is wrong in it marked."""
# ruff: noqa: PLC0415  a command imports only what it needs

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from queries import whole
from queries.language import _, n_
from rapor import auditing
from rapor.loading import AsPeriod, AsSource, AsUnit, expect_reference, stated_of
from rapor.terminal import DEFAULT_DATA, DataDir, command, fail, say

if TYPE_CHECKING:
    from etl.returning.giving import Given

OUT = Path("dikembalikan")


def give_back(
    file: Annotated[
        str, typer.Argument(metavar="BERKAS", help="Berkasnya, atau nama atau kode berkas yang pernah dimuat.")
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="FOLDER", help="Tempat hasilnya; berkas asal tidak pernah ditimpa.")
    ] = OUT,
    stated_source: AsSource = "",
    stated_unit: AsUnit = "",
    stated_period: AsPeriod = "",
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Membuat berkas untuk dikirim kembali: berkas asal, sel yang salah diberi komentar, daftarnya di lembar pertama.

    Isi, rumus, dan tampilan berkas Excel tidak berubah; berkas lain (CSV, XLS, ODS) menjadi buku kerja Excel yang menyebutkannya. Makro
    tidak pernah ikut. Dikirim lagi setelah diperbaiki, berkas itu dikenali sebagai perbaikan laporan yang sama.

    Selesai dengan kode 0: tidak ada yang perlu diperbaiki; 3: ada, dan berkasnya dibuat.
    """
    expect_reference(data_dir)
    from etl.intake import process

    process.expect()
    from etl.returning import giving
    from etl.rulings import Asked
    from queries import scratch

    stated = stated_of(data_dir, stated_source, stated_unit, stated_period)
    with scratch.folder() as folder:
        path = _found(data_dir, file, Path(folder))
        try:
            given, left = giving.give_back(data_dir, path, Asked(stated=stated))
        except process.Stopped:
            fail(_("Berkas ini tidak dapat dibaca."), _("Lihat alasannya: rapor load --preview"))
    for name in left:
        say(_("{name} tidak dapat dibuka, jadi tidak dapat ditandai.", name=name), "yellow", aside=True)
        say(_("Lihat alasannya: rapor load --preview"), aside=True)
    if not given and not left:
        say(_("Tidak ada yang perlu ditandai di berkas ini."))
        return
    for each in given:
        say(f"{_written(out, each)}: {n_('{n} tanda', each.faults)}")
        if not each.is_own:
            say(_("Dibuat ulang dari berkas asal: isi selnya sama, rumus dan tampilannya tidak ikut."), aside=True)
    if given:
        auditing.tell(data_dir, "returned", {"files": str(len(given))})
    raise typer.Exit(3)


def _found(data_dir: Path, file: str, copies: Path) -> Path:
    """Return the file that is meant, one that was loaded from what is kept of it as it came."""
    if (path := Path(file)).is_file():
        return path
    from etl import rulings
    from etl.lake import Lake

    lake = Lake(data_dir)
    manifest = lake.manifest()
    try:
        sha = rulings.find(manifest, file)
    except rulings.Unclear as unclear:
        listed = "".join(f"\n  {file_id}  {name}" for file_id, name in unclear.matches)
        fail(_("Tidak ditemukan: {names}", names=file) + listed, _("Periksa nama berkas atau foldernya."))
    original = lake.original(sha)
    if original is None:
        fail(
            _("Berkas {name} tidak lagi disimpan seperti datangnya.", name=manifest[sha].named.name),
            _("Sebut letak berkasnya: rapor return BERKAS"),
        )
    named = manifest[sha].named
    copy = copies / named.folder / named.name
    copy.parent.mkdir(exist_ok=True)
    copy.write_bytes(original.read_bytes())
    return copy


def _written(out: Path, given: "Given") -> Path:
    """Write a workbook into a folder under its own name, beside what is there, and return where it is."""
    out.mkdir(parents=True, exist_ok=True)
    number, path = 1, out / given.name
    while path.exists():
        number += 1
        path = out / f"{Path(given.name).stem} ({number}){Path(given.name).suffix}"
    return whole.write(path, given.content)


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    command(
        app, "return", "rapor return laporan/oktober.xlsx", "rapor return laporan/oktober.xlsx --out kembali",
        "rapor return 3f9a21c07b1e --data-dir /srv/rapor/data",
    )(give_back)  # fmt: skip
