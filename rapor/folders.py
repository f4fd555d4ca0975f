"""`rapor check`, `rapor init` and `rapor units learn`: a data folder and its registers."""
# ruff: noqa: PLC0415  a command imports only what it needs

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from queries.language import _, n_
from rapor.loading import expect_reference
from rapor.querying import print_table
from rapor.terminal import DEFAULT_DATA, SETTINGS, DataDir, command, fail, say

if TYPE_CHECKING:
    from etl.check import Problem

units_app = typer.Typer(
    help="Daftar unit kerja.",
    epilog="Contoh:\nrapor units learn laporan/2026 --accept",
    **SETTINGS,
)


def check(data_dir: DataDir = DEFAULT_DATA) -> None:
    """Memeriksa pengaturan, tabel rujukan, dan data terbitan: apa yang salah dan cara memperbaikinya."""
    from etl import check as checking

    problems = [*_of_roles(data_dir), *_of_contacts(data_dir), *_of_stores(data_dir), *_of_letters()]
    problems += checking.problems(data_dir)
    for problem in problems:
        style = "red" if problem.severity == "error" else "yellow"
        say(f"{problem.where}: {problem.what}", style)
        say(f"  {problem.mend}")
    serious = sum(problem.severity == "error" for problem in problems)
    say(n_("{n} hal perlu dilihat.", len(problems)) if problems else _("Tidak ada masalah."))
    raise typer.Exit(1 if serious else 0)


def _of_roles(data_dir: Path) -> "list[Problem]":
    from dashboard import registry, roles
    from etl.check import Problem
    from queries.explore.tables import tables

    os.environ["RAPOR_DATA"] = str(data_dir.resolve())
    mend = _(
        "Betulkan baris itu di reference/roles.csv; selama belum, peran yang tidak terbaca tidak dapat membuka apa pun."
    )
    found = roles.problems([page.address for page in registry.PAGES], list(tables()))
    return [Problem("reference/roles.csv", what, mend) for what in found]


def _of_stores(data_dir: Path) -> "list[Problem]":
    """Return the stores that are in an older format than this version writes; one that can't be read says why itself."""
    from etl.check import Problem
    from etl.trouble import Damaged
    from rapor.keeping import stores

    try:
        older = stores.older(data_dir) if (data_dir / "reference").is_dir() else []
    except Damaged as damaged:
        return [Problem(str(data_dir), damaged.what, damaged.mend)]
    return [
        Problem(
            str(data_dir),
            _(
                "{store}: format {found}, sekarang {known}.",
                store=stores.title(each),
                found=each.lowest,
                known=each.known,
            ),
            _("Tetap dibaca; untuk membaruinya: rapor upgrade"),
            "warning",
        )
        for each in older
    ]


def _of_letters() -> "list[Problem]":
    """Return the fonts that paper and slides are set with and that are not there or can't be read."""
    from fontTools.ttLib import TTFont, TTLibError

    from dashboard.render import letters
    from etl.check import Problem

    found = []
    for name in letters.FILES:
        try:
            TTFont(letters.FONTS / name, lazy=True).close()
        except (OSError, TTLibError):
            what = _("Huruf {name} tidak ada atau rusak; PDF dan salindia memerlukannya.", name=name)
            found.append(Problem(str(letters.FONTS), what, _("Pasang ulang Rapor.")))
    return found


def _of_contacts(data_dir: Path) -> "list[Problem]":
    from dashboard.messages import contacts
    from etl.check import Problem
    from etl.reference import read_table
    from etl.trouble import Damaged

    try:
        units = set(read_table(data_dir / "reference", "units")["unit_id"])
    except (Damaged, KeyError):
        units = None
    mend = _("Betulkan baris itu di reference/contacts.csv; selama belum, tidak ada surel ke alamat itu.")
    return [Problem("reference/contacts.csv", what, mend, "warning") for what in contacts.problems(units)]


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder data yang baru.")],
    district: Annotated[
        str | None, typer.Option("--district", metavar="NAMA", help="Nama kabupaten atau kota; tanpa ini: ditanyakan.")
    ] = None,
    code: Annotated[
        str | None,
        typer.Option(
            "--kode",
            metavar="KODE",
            help="Kode Kemendagri, misalnya 15.09: mengisi kecamatan, dinas kesehatan, puskesmas.",
        ),
    ] = None,
) -> None:
    """Menyiapkan folder data kosong untuk kabupaten atau kota lain."""
    from etl import folder as folders
    from etl import regions

    found = regions.find(code) if code else None
    if code and found is None:
        near = "; ".join(f"{each.code} {each.name}" for each in regions.named(district or code)[:5])
        mend = _("Yang namanya mirip: {names}", names=near) if near else _("Atau tanpa --kode: --district NAMA")
        fail(_("Tidak ada kabupaten atau kota dengan kode {code}.", code=code), mend)
    if not found and district and len(near := [each for each in regions.named(district) if each.name == district]) == 1:
        say(_("Dengan --kode {code} kecamatan dan puskesmasnya terisi.", code=near[0].code), aside=True)
    try:
        name = district or (found.name if found else typer.prompt(_("Nama kabupaten/kota")))
        filled = regions.filled(found) if found else None
        paths = folders.init(folder, name, filled)
    except FileExistsError as exists:
        fail(str(exists), _("Pilih folder lain; isi yang sudah ada tidak ditimpa."))
    for path in paths:
        say(_("dibuat: {path}", path=path))
    if filled:
        words = _("Terisi dari daftar bebas: {areas} kecamatan, {n} puskesmas; periksa, sebab daftar itu tidak resmi.",
                  areas=filled.kecamatan.height, n=len(filled.units) - 1)  # fmt: skip
        say(words)
    say(_("Berikutnya: rapor serve --data-dir {folder}, lalu buka halaman Penyiapan.", folder=folder))


def learn(
    paths: Annotated[list[Path], typer.Argument(metavar="BERKAS", help="Berkas atau folder laporan.", exists=True)],
    accept: Annotated[
        bool, typer.Option("--accept", help="Terima usulan yang pasti; yang diragukan dibiarkan.")
    ] = False,
    unsure: Annotated[bool, typer.Option("--unsure", help="Dengan --accept: terima juga yang diragukan.")] = False,
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Mengusulkan daftar unit dari laporan; ejaan yang hampir sama digabung, untuk Anda periksa."""
    from etl import units

    expect_reference(data_dir)
    proposal = units.learn(data_dir, paths)
    print_table(proposal)
    asked = proposal.filter(proposal["question"].is_not_null())
    for name, question in asked.select("name", "question").rows():
        say(_("Diragukan: {name}. {question}", name=name, question=question), "yellow")
    if accept:
        say(_("Disimpan: {path}", path=units.accept(data_dir, proposal, unsure)), "green")
        if asked.height and not unsure:
            say(n_("{n} unit diragukan tidak disimpan. Isi units.csv sendiri, atau tambahkan --unsure.", asked.height))
    else:
        say(n_("{n} unit diusulkan, belum disimpan. Tambahkan --accept bila sudah benar.", proposal.height))


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.add_typer(units_app, name="units")
    command(app, "check", "rapor check", "rapor check --data-dir /srv/rapor/data")(check)
    command(
        app,
        "init",
        "rapor init /srv/rapor/data --kode 15.09",
        'rapor init /srv/rapor/data --district "Kabupaten Contoh"',
    )(init)
    command(units_app, "learn", "rapor units learn laporan/2026", "rapor units learn laporan/2026 --accept")(learn)
