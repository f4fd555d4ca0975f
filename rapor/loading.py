"""`rapor load`: reports in, a published build out."""
# ruff: noqa: PLC0415  a command imports only what it needs

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from queries.language import _
from rapor import auditing
from rapor.terminal import DEFAULT_DATA, DataDir, command, err, fail, say

if TYPE_CHECKING:
    from etl.lake import Stated
    from etl.load import LoadReport
    from etl.rulings import Asked


AsSource = Annotated[
    str,
    typer.Option("--as", metavar="LAPORAN", help="Jenis laporan berkas ini, misalnya kunjungan.", show_default=False),
]
AsUnit = Annotated[
    str,
    typer.Option("--unit", metavar="UNIT", help="Unit berkas ini, bila berkasnya tidak menyebut.", show_default=False),
]
AsPeriod = Annotated[
    str,
    typer.Option(
        "--period",
        metavar="PERIODE",
        help="Periode berkas ini, bila tidak disebut di dalamnya: 2025-10, 2025.",
        show_default=False,
    ),
]


def expect_reference(data_dir: Path) -> None:
    """Fail where a folder is no data folder."""
    if not (data_dir / "reference").is_dir():
        fail(
            _("{folder} bukan folder data: tidak ada folder reference.", folder=data_dir),
            _("Siapkan dulu: rapor init {folder}", folder=data_dir),
        )


def run(data_dir: Path, paths: list[Path] | None, asked: "Asked | None" = None) -> "LoadReport":
    """Load files or the inbox with progress on the screen; fail where another load is running or there is nothing."""
    from etl.intake import process

    expect_reference(data_dir)
    if (
        paths
    ):  # of files that are named one at least is new, most times: what reads it gets ready while this process does
        process.expect()

    from etl import load as loading
    from etl import rulings
    from rapor import summary

    inbox = data_dir / "inbox"
    asked = asked or rulings.NOTHING
    if not paths and not asked.rulings and not inbox.is_dir():
        fail(
            _("Folder {folder} tidak ada.", folder=inbox),
            _("Buat folder itu dan taruh laporan di sana, atau: rapor load BERKAS..."),
        )
    try:
        with summary.progress(err()) as show:
            report = loading.load(data_dir, paths or None, progress=show, asked=asked)
    except rulings.Unclear as unclear:
        if unclear.matches:
            listed = "\n".join(f"  {file_id}  {name}" for file_id, name in unclear.matches)
            fail(_("Lebih dari satu berkas bernama {name}:", name=unclear.name) + f"\n{listed}", _("Sebut kodenya."))
        fail(_("Tidak ada berkas {name} di antara yang pernah dimuat.", name=unclear.name), _("Periksa namanya."))
    except loading.LoadBusy as busy:
        fail(str(busy), _("Tunggu sampai pemuatan itu selesai, lalu ulangi perintah ini."))
    except KeyboardInterrupt:
        say(_("Dihentikan; data terbitan sebelumnya tetap dipakai."), aside=True)
        raise typer.Exit(130) from None
    auditing.tell_load(data_dir, report, asked)
    return report


def show(report: "LoadReport") -> None:
    """Print what was accepted, rejected and found."""
    from rapor import summary

    for style, line in summary.lines(report):
        say(line, style)


def preview(data_dir: Path, paths: list[Path], stated: "Stated", *, as_json: bool) -> NoReturn:
    """Print what loading these files would do, and end with the code that says so."""
    from etl.intake import process

    expect_reference(data_dir)
    process.expect()  # it gets ready while this one does

    from etl import preview as previewing
    from etl.rulings import Asked
    from rapor import summary

    with summary.progress(err()) as progress:
        found = previewing.preview(data_dir, paths, progress, Asked(stated=stated))
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
    confirm: Annotated[
        list[str] | None,
        typer.Option("--confirm", metavar="BERKAS", help="Pakai versi yang ditahan: nama, kode, atau letak berkasnya."),
    ] = None,
    only_named: Annotated[
        bool,
        typer.Option(
            "--only-named", help="Dengan --confirm: hanya angka yang disebutnya yang diganti; yang lain tetap."
        ),
    ] = False,
    withdraw: Annotated[
        list[str] | None,
        typer.Option(
            "--withdraw", metavar="BERKAS", help="Tarik berkas yang sudah dimuat; disimpan, tetapi tidak dipakai."
        ),
    ] = None,
    reinstate: Annotated[
        list[str] | None,
        typer.Option("--reinstate", metavar="BERKAS", help="Batalkan penarikan, atau pengesahan, berkas itu."),
    ] = None,
    stated_source: AsSource = "",
    stated_unit: AsUnit = "",
    stated_period: AsPeriod = "",
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Memuat laporan, menerbitkan data, dan menjelaskan apa yang diterima, ditolak, dan ditemukan.

    Versi baru yang menghilangkan atau mengubah terlalu banyak ditahan: angka lama tetap dipakai sampai Anda mengesahkannya dengan
    --confirm. Yang terlanjur dimuat ditarik dengan --withdraw. Keduanya dicatat dan dapat dibatalkan dengan --reinstate.

    Selesai dengan kode 0: terbit tanpa penolakan; 3: terbit, ada yang ditolak; 4: terbit, ada yang ditahan; 1: tidak ada yang terbit.
    """
    asked = _asked(confirm or [], withdraw or [], reinstate or [], only_named=only_named)
    stated = stated_of(data_dir, stated_source, stated_unit, stated_period)
    paths = [*(paths or []), *(path for path in map(Path, confirm or []) if path.is_file())]
    missing = [path for path in paths or [] if not path.exists()]
    if missing:
        names = ", ".join(map(str, missing))
        fail(_("Tidak ditemukan: {names}", names=names), _("Periksa nama berkas atau foldernya."))
    if stated and not paths:
        fail(_("Sebut berkasnya: --as, --unit dan --period berlaku bagi berkas yang disebut."))
    if is_preview:
        preview(data_dir, paths or [data_dir / "inbox"], stated, as_json=as_json)
    report = run(data_dir, paths or None, replace(asked, stated=stated))
    if as_json:
        from rapor import summary

        sys.stdout.write(summary.as_json(report) + "\n")
    else:
        show(report)
    raise typer.Exit(report.exit_code)


def _asked(confirm: list[str], withdraw: list[str], reinstate: list[str], *, only_named: bool) -> "Asked":
    from etl import rulings

    how = rulings.CONFIRM_IN_PART if only_named else rulings.CONFIRM
    groups = ((how, confirm), (rulings.WITHDRAW, withdraw), (rulings.REINSTATE, reinstate))
    if only_named and not confirm:
        fail(_("--only-named berlaku bersama --confirm."))
    return rulings.Asked(tuple((what, name) for what, names in groups for name in names))


def stated_of(data_dir: Path, source: str, unit: str, period: str) -> "Stated":
    """Return what is stated of the files given; fail where nobody knows such a report, unit or period."""
    from etl import stating
    from etl.lake import Stated

    stated = Stated(source.strip(), unit.strip(), period.strip())
    if stated:
        expect_reference(data_dir)
        try:
            stating.check(data_dir, stated)
        except stating.Unknown as unknown:
            fail(
                _("Tidak dikenal: {name}", name=unknown.name),
                _("Yang dikenal: {names}", names=", ".join(unknown.known)),
            )
    return stated


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    command(
        app, "load", "rapor load", "rapor load laporan/oktober.xlsx laporan/2026/", "rapor load --json > hasil.json",
        "rapor load --preview laporan/oktober.xlsx",
        'rapor load --confirm "kunjungan oktober.xlsx"', "rapor load --withdraw 3f9a21c07b1e",
        'rapor load --as kunjungan --unit "Puskesmas Maju" --period 2025-10 rekap.xlsx',
    )(load)  # fmt: skip
