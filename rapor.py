"""The command line: the front door that joins etl and dashboard, importing each only when asked.

Every text is Indonesian: the clerk who loads the reports reads it.
Exit codes: 0 well, 1 nothing done, 2 wrong usage, 3 partly done.
"""
# ruff: noqa: PLC0415  a command imports only what it needs: `--help` answers at once, a load never imports Streamlit

import os
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.text import Text
from typer import rich_utils
from typer.core import TyperCommand, TyperGroup

if TYPE_CHECKING:
    import polars as pl

    from etl.load import LoadReport

PROJECT = Path(__file__).resolve().parent
ENTRY = PROJECT / "dashboard" / "app.py"

out = Console(highlight=False, soft_wrap=True)
err = Console(highlight=False, soft_wrap=True, stderr=True)

rich_utils.ARGUMENTS_PANEL_TITLE, rich_utils.OPTIONS_PANEL_TITLE = "Argumen", "Opsi"
rich_utils.COMMANDS_PANEL_TITLE, rich_utils.ERRORS_PANEL_TITLE = "Perintah", "Tidak dapat dijalankan"
rich_utils.DEFAULT_STRING, rich_utils.ENVVAR_STRING = "[bawaan: {}]", "[variabel lingkungan: {}]"
rich_utils.REQUIRED_LONG_STRING, rich_utils.ABORTED_TEXT = "[wajib]", "Dihentikan."
rich_utils.RICH_HELP = "Lihat [blue]'{command_path} {help_option}'[/]."


class _Command(TyperCommand):
    def get_usage(self, ctx: Any) -> str:
        return super().get_usage(ctx).replace("Usage:", "Cara pakai:", 1)

    def get_help_option(self, ctx: Any) -> Any:
        return _in_indonesian(super().get_help_option(ctx))


class _Group(TyperGroup):
    def get_usage(self, ctx: Any) -> str:
        return super().get_usage(ctx).replace("Usage:", "Cara pakai:", 1)

    def get_help_option(self, ctx: Any) -> Any:
        return _in_indonesian(super().get_help_option(ctx))


def _in_indonesian(option: Any) -> Any:
    if option is not None:
        option.help = "Tampilkan bantuan ini."
    return option


_settings: dict[str, Any] = {
    "context_settings": {"help_option_names": ["-h", "--help"]},
    "add_completion": False,
    "no_args_is_help": True,
    "rich_markup_mode": "rich",
    "pretty_exceptions_enable": False,
    "options_metavar": "[OPSI]",
    "subcommand_metavar": "PERINTAH [ARGUMEN]...",
    "cls": _Group,
}
app = typer.Typer(
    help="Rapor mengubah laporan yang sudah dimiliki perangkat daerah menjadi satu gambaran tepercaya bagi pimpinan.",
    epilog="Mulai dari sini: [bold]rapor demo[/] membuka dasbor dengan data contoh.\n\n"
    "Data sendiri: [bold]rapor init DIR[/], taruh laporan di DIR/inbox, lalu [bold]rapor load[/] dan "
    "[bold]rapor serve[/].",
    **_settings,
)
units_app = typer.Typer(
    help="Daftar unit kerja.",
    epilog="Contoh: [bold]rapor units learn laporan/2026 --accept[/]",
    **_settings,
)
app.add_typer(units_app, name="units")

DataDir = Annotated[
    Path,
    typer.Option(
        "--data-dir",
        envvar="RAPOR_DATA",
        help="Folder data: reference, inbox, lake, warehouse.",
        show_default="data/ di samping proyek",
    ),
]
Port = Annotated[int | None, typer.Option("--port", min=1, max=65535, help="Porta; tanpa ini: yang bebas mulai 8501.")]
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Jangan membuka peramban.")]
DEFAULT_DATA = PROJECT / "data"


def _command(group: typer.Typer, name: str, *examples: str) -> Callable:
    epilog = "\n\n".join(["Contoh:", *(f"  [bold]{example}[/]" for example in examples)])
    return group.command(name, epilog=epilog, options_metavar="[OPSI]", cls=_Command)


def _fail(what: str, mend: str = "") -> NoReturn:
    err.print(Text(what, "red"))
    if mend:
        err.print(Text(mend))
    raise typer.Exit(1)


def _expect_reference(data_dir: Path) -> None:
    if not (data_dir / "reference").is_dir():
        _fail(f"{data_dir} bukan folder data: tidak ada folder reference.", f"Siapkan dulu: rapor init {data_dir}")


def _load(data_dir: Path, paths: list[Path] | None) -> "LoadReport":
    from etl import load as loading
    from etl import summary

    _expect_reference(data_dir)
    inbox = data_dir / "inbox"
    if not paths and not inbox.is_dir():
        _fail(f"Folder {inbox} tidak ada.", "Buat folder itu dan taruh laporan di sana, atau: rapor load BERKAS...")
    try:
        with summary.progress(err) as show:
            return loading.load(data_dir, paths, progress=show)
    except loading.LoadBusy as busy:
        _fail(str(busy), "Tunggu sampai pemuatan itu selesai, lalu ulangi perintah ini.")
    except KeyboardInterrupt:
        err.print("Dihentikan; data terbitan sebelumnya tetap dipakai.")
        raise typer.Exit(130) from None


def _show_report(report: "LoadReport") -> None:
    from etl import summary

    for style, line in summary.lines(report):
        out.print(Text(line, style))


@_command(app, "load", "rapor load", "rapor load laporan/oktober.xlsx laporan/2026/", "rapor load --json > hasil.json")
def load(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="BERKAS...", help="Berkas atau folder; tanpa ini: folder inbox.", show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Hasil sebagai JSON.")] = False,
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Memuat laporan, menerbitkan data, dan menjelaskan apa yang diterima, ditolak, dan ditemukan.

    Selesai dengan kode 0: terbit tanpa penolakan; 3: terbit, ada yang ditolak; 1: tidak ada yang terbit.
    """
    missing = [path for path in paths or [] if not path.exists()]
    if missing:
        _fail(f"Tidak ditemukan: {', '.join(map(str, missing))}", "Periksa nama berkas atau foldernya.")
    report = _load(data_dir, paths or None)
    if as_json:
        from etl import summary

        sys.stdout.write(summary.as_json(report) + "\n")
    else:
        _show_report(report)
    raise typer.Exit(report.exit_code)


def _choose_port(address: str, port: int | None) -> int:
    from dashboard import listen

    free = listen.free_port(address, [port] if port else listen.PORTS)
    if free is None:
        taken = port or f"{listen.PORTS.start} sampai {listen.PORTS.stop - 1}"
        _fail(f"Porta {taken} sedang dipakai program lain.", "Coba porta lain, misalnya: --port 8600")
    return free


def _serve(data_dir: Path, address: str, port: int, browser: bool) -> None:
    """Serve the dashboard until Ctrl-C, from the project's folder: Streamlit looks for its configuration there."""
    os.environ["RAPOR_DATA"] = str(data_dir.resolve())
    os.chdir(PROJECT)
    reach = "127.0.0.1" if address in ("0.0.0.0", "::") else address  # noqa: S104  compared, not bound
    url = f"http://{reach}:{port}"
    out.print(f"Dasbor: [bold]{url}[/]  (Ctrl-C untuk berhenti)")
    from streamlit.web import cli

    from dashboard import listen

    if browser and out.is_terminal:
        listen.open_when_ready(reach, port, url)

    flags = {
        "server.address": address,
        "server.port": port,
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        "logger.hideWelcomeMessage": "true",
    }
    cli.main(["run", str(ENTRY), *(f"--{name}={value}" for name, value in flags.items())], prog_name="rapor serve")


@_command(app, "serve", "rapor serve", "rapor serve --port 8600 --data-dir /srv/rapor/data")
def serve(
    port: Port = None,
    address: Annotated[str, typer.Option("--address", help="Alamat; bawaannya hanya komputer ini.")] = "127.0.0.1",
    no_browser: NoBrowser = False,
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Menampilkan data yang terakhir diterbitkan sebagai dasbor di peramban."""
    if not _current(data_dir):
        err.print(Text(f"Belum ada data yang diterbitkan di {data_dir}. Jalankan: rapor load", "yellow"))
    _serve(data_dir, address, _choose_port(address, port), not no_browser)


@_command(app, "demo", "rapor demo", "rapor demo --port 8600", "rapor demo --no-serve")
def demo(
    port: Port = None,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Hanya menyiapkan data, tanpa dasbor.")] = False,
    no_browser: NoBrowser = False,
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Menulis laporan kabupaten contoh, memuatnya, dan membuka dasbornya.

    Data contoh disimpan tersendiri di folder demo; data yang sebenarnya tidak tersentuh.
    """
    from etl import sample

    chosen = None if no_serve else _choose_port("127.0.0.1", port)
    folder = data_dir / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    report = _load(folder, sample.prepare(folder))
    _show_report(report)
    if not _current(folder):
        raise typer.Exit(1)
    if chosen:
        _serve(folder, "127.0.0.1", chosen, not no_browser)


class Format(StrEnum):
    """How rows are written."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


def _current(data_dir: Path) -> Path | None:
    """Return the published build, None where nothing was published yet."""
    pointer = data_dir / "warehouse" / "current"
    said = pointer.read_text(encoding="utf-8", errors="replace").strip() if pointer.is_file() else ""
    path = pointer.parent / Path(said).name
    return path if path.suffix == ".duckdb" and path.is_file() else None


def _run_query(data_dir: Path, name: str, given: list[str]) -> "pl.DataFrame":
    import duckdb

    import queries
    from dashboard import access
    from queries import arguments

    if name not in queries.names():
        _fail(f"Tidak ada kueri {name!r}.", f"{arguments.nearest(name, queries.names())}Daftar semuanya: rapor query")
    query = queries.load(name)
    build = _current(data_dir)
    if build is None:
        _fail(
            f"Belum ada data yang diterbitkan di {data_dir}.",
            "Jalankan: rapor load  (atau rapor demo untuk data contoh)",
        )
    try:
        asked_for = arguments.parse(given, query.parameters)
    except ValueError as wrong:
        _fail(*wrong.args)
    viewer = access.current()
    try:
        connected = duckdb.connect(str(build), read_only=True)
    except duckdb.Error as error:
        _fail(f"Data terbitan {build} rusak ({type(error).__name__}).", "Buat lagi dari laporan: rapor load")
    with connected as connection:
        values = arguments.usual_period(connection) | asked_for
        if viewer.units is not None:
            asked_units = values.get("units")
            values["units"] = [unit for unit in viewer.units if asked_units is None or unit in asked_units]
        if connection.execute("select is_sample from load.build").fetchall()[0][0]:
            print("Data contoh", file=sys.stderr)
        return access.protect(query.run(connection, **values), viewer)


def _print_table(frame: "pl.DataFrame") -> None:
    from queries import output

    table, hidden = output.as_text(frame, out.width if out.is_terminal else None)
    sys.stdout.write(table)
    if hidden:
        err.print(f"{hidden} kolom lagi tidak muat di layar; semuanya ada dengan --format csv.")


@_command(
    app,
    "query",
    "rapor query",
    "rapor query visits/trend -p period_from=2026-01 -p unit=pkm-mengupeh",
    "rapor query visits/units --format csv > kunjungan.csv",
)
def query(
    name: Annotated[str | None, typer.Argument(metavar="NAMA", help="Tanpa nama: daftar kueri.")] = None,
    parameters: Annotated[
        list[str] | None,
        typer.Option("-p", "--parameter", metavar="NAMA=NILAI", help="Parameter; boleh berulang. Bulan: 2026-01."),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="Bentuk hasil.")] = Format.table,
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Menjalankan kueri bernama pada data terbitan; nama dan NIP pegawai disamarkan seperti di dasbor.

    Tanpa period_from dan period_to, periodenya seperti di dasbor: Januari sampai bulan terakhir yang ada.
    """
    from queries import output

    frame = _run_query(data_dir, name, parameters or []) if name else output.catalogue()
    if form is Format.table:
        _print_table(frame)
        return
    if form is Format.parquet and sys.stdout.isatty():
        _fail("Parquet bukan teks untuk layar.", "Simpan ke berkas: rapor query NAMA --format parquet > hasil.parquet")
    sys.stdout.buffer.write(output.write(frame, form.value))
    sys.stdout.buffer.flush()


@_command(app, "check", "rapor check", "rapor check --data-dir /srv/rapor/data")
def check(data_dir: DataDir = DEFAULT_DATA) -> None:
    """Memeriksa pengaturan, tabel rujukan, dan data terbitan: apa yang salah dan cara memperbaikinya."""
    from etl import check as checking

    problems = checking.problems(data_dir)
    for problem in problems:
        style = "red" if problem.severity == "error" else "yellow"
        out.print(Text(f"{problem.where}: {problem.what}", style))
        out.print(Text(f"  {problem.mend}"))
    serious = sum(problem.severity == "error" for problem in problems)
    out.print(f"{len(problems)} hal perlu dilihat." if problems else "Tidak ada masalah.", markup=False)
    raise typer.Exit(1 if serious else 0)


@_command(app, "init", 'rapor init /srv/rapor/data --district "Kabupaten Contoh"')
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder data yang baru.")],
    district: Annotated[
        str, typer.Option("--district", help="Nama kabupaten atau kota.", prompt="Nama kabupaten/kota")
    ],
) -> None:
    """Menyiapkan folder data kosong untuk kabupaten atau kota lain."""
    from etl import folder as folders

    try:
        made = folders.init(folder, district)
    except FileExistsError as exists:
        _fail(str(exists), "Pilih folder lain; isi yang sudah ada tidak ditimpa.")
    for path in made:
        out.print(f"dibuat: {path}", markup=False)
    out.print(Text(f"Berikutnya: rapor units learn BERKAS... --data-dir {folder}"))


@_command(units_app, "learn", "rapor units learn laporan/2026", "rapor units learn laporan/2026 --accept")
def learn(
    paths: Annotated[list[Path], typer.Argument(metavar="BERKAS...", help="Berkas atau folder laporan.", exists=True)],
    accept: Annotated[bool, typer.Option("--accept", help="Terima usulan sebagaimana adanya.")] = False,
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Mengusulkan daftar unit dari laporan; ejaan yang hampir sama digabung, untuk Anda periksa."""
    from etl import units

    _expect_reference(data_dir)
    proposal = units.learn(data_dir, paths)
    _print_table(proposal)
    if accept:
        out.print(Text(f"Disimpan: {units.accept(data_dir, proposal)}", "green"))
    else:
        out.print(Text(f"{proposal.height} unit diusulkan, belum disimpan. Tambahkan --accept bila sudah benar."))


def main() -> None:
    """Run the command line; what nobody foresaw is said in one line, in full with RAPOR_DEBUG=1."""
    try:
        app()
    except Exception as unexpected:
        if os.environ.get("RAPOR_DEBUG"):
            raise
        from etl.trouble import explain

        what, mend = explain(unexpected)
        err.print(Text(what, "red"))
        err.print(Text(mend))
        sys.exit(1)


if __name__ == "__main__":
    main()
