"""`rapor query`: a named query on the published build, protected as in the dashboard."""
# ruff: noqa: PLC0415  a command imports only what it needs

import sys
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from queries import builds
from queries.builds import current
from queries.language import _
from rapor.terminal import DEFAULT_DATA, DataDir, command, fail, out, say

if TYPE_CHECKING:
    import duckdb
    import polars as pl

    from dashboard.access import Few, Viewer
    from queries.sandbox import process as sandbox


class Format(StrEnum):
    """How rows are written."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"
    xlsx = "xlsx"


MOST_ON_SCREEN = 1000  # rows of --sql as a table; the other forms write all


@dataclass(frozen=True)
class Published:
    """The published build: a way to run a query for the viewer, (name, **parameters) -> rows, and the period of a fresh page."""

    path: Path
    connection: "duckdb.DuckDBPyConnection"
    fetch: "Callable[..., pl.DataFrame]"
    usual_period: dict[str, Any]
    is_sample: bool
    viewer: "Viewer"
    few: "Few"


@contextmanager
def published(data_dir: Path) -> Generator[Published]:
    """Open the published build; fails where there is none or it is damaged. Sample data says so on the error stream."""
    import queries
    from dashboard import access
    from queries import arguments
    from rapor import viewing

    build = _published(data_dir)
    with opened(data_dir):
        pass  # one that is damaged says so before anybody is looked for in it
    viewer = viewing.current(data_dir)

    def fetch(name: str, **values: Any) -> "pl.DataFrame":
        if viewer.units is not None:
            asked = values.get("units")
            values["units"] = [unit for unit in viewer.units if asked is None or unit in asked]
        return access.protect(queries.load(name).run(connection, **values), viewer, few)

    with opened(data_dir) as connection:
        expect_known(build, connection)
        few = access.few_of(queries.load("accountability/held_by_few").run(connection))
        is_sample = connection.execute("select is_sample from load.build").fetchall()[0][0]
        if is_sample:
            print(_("Data contoh"), file=sys.stderr)
        yield Published(build, connection, fetch, arguments.usual_period(connection), is_sample, viewer, few)


def _published(data_dir: Path) -> Path:
    build = current(data_dir)
    if build is None:
        fail(
            _("Belum ada data yang diterbitkan di {folder}.", folder=data_dir),
            _("Jalankan: rapor load  (atau rapor demo untuk data contoh)"),
        )
    return build


@contextmanager
def opened(data_dir: Path) -> "Generator[duckdb.DuckDBPyConnection]":
    """Open the published build, whoever looks; fails where there is none or it is damaged."""
    import duckdb

    build = _published(data_dir)
    try:
        connected = duckdb.connect(str(build), read_only=True, config=builds.OPENED)
    except duckdb.Error as error:
        fail(
            _("Data terbitan {build} rusak ({error}).", build=build, error=type(error).__name__),
            _("Buat lagi dari laporan: rapor load"),
        )
    with connected as connection:
        yield connection


def expect_known(build: Path, connection: "duckdb.DuckDBPyConnection") -> None:
    """Fail where a newer Rapor made the build."""
    from queries import formats

    if (found := formats.of_build(connection)) > formats.BUILD:
        words = "{what}: format {found}, sedangkan Rapor ini mengenal sampai format {known}."
        fail(_(words, what=build, found=found, known=formats.BUILD), _("Perbarui Rapor dulu."))


def asked_for(given: Sequence[str], known: Iterable[str]) -> dict[str, Any]:
    """Return the parameters that were typed; fails on one that is not known or not readable."""
    from queries import arguments

    try:
        return arguments.parse(given, known)
    except ValueError as wrong:
        fail(*wrong.args)


def expect_page(viewer: "Viewer", area: str) -> None:
    """Fail where the role that looks does not have the page of an area; what belongs to no page is for any."""
    from dashboard import registry

    page = next((page for page in registry.PAGES if page.area == area), None)
    if page is not None and not viewer.opens(page.address):
        fail(
            _("Peran {role} tidak membuka halaman {page}.", role=viewer.role, page=page.title()),
            _("Jalankan dengan peran yang membukanya: RAPOR_VIEWER=…"),
        )


def expect_export(viewer: "Viewer") -> None:
    """Fail where the role that looks takes no files along."""
    if not viewer.may("export"):
        fail(_("Peran {role} tidak membawa berkas.", role=viewer.role), _("Tanpa --format: tabel di layar."))


def _run_query(data_dir: Path, name: str, given: list[str]) -> "pl.DataFrame":
    import queries
    from queries import arguments

    if name not in queries.names():
        near = arguments.nearest(name, queries.names())
        fail(_("Tidak ada kueri {name!r}.", name=name), f"{near}{_('Daftar semuanya: rapor query')}")
    from dashboard import access

    with published(data_dir) as build:
        expect_page(build.viewer, name.split("/", maxsplit=1)[0])
        found = build.fetch(name, **build.usual_period | asked_for(given, queries.load(name).parameters))
    return access.in_sight(found)


def print_table(frame: "pl.DataFrame") -> None:
    """Print rows as a text table, as many columns as fit the screen."""
    from queries import output

    table, hidden = output.as_text(frame, out().width if out().is_terminal else None)
    sys.stdout.write(table)
    if hidden:
        say(_("{n} kolom lagi tidak muat di layar; semuanya ada dengan --format csv.", n=hidden), aside=True)


def query(
    name: Annotated[str | None, typer.Argument(metavar="NAMA", help="Tanpa nama: daftar kueri.")] = None,
    parameters: Annotated[
        list[str] | None,
        typer.Option("-p", "--parameter", metavar="NAMA=NILAI", help="Parameter; boleh berulang. Bulan: 2026-01."),
    ] = None,
    sql: Annotated[
        str | None,
        typer.Option(
            "--sql", metavar="SELECT", help="Satu SELECT pada tabel analisis; “-” membacanya dari masukan baku."
        ),
    ] = None,
    path: Annotated[
        bool, typer.Option("--path", help="Sebut berkas DuckDB untuk analisis, hanya baca, bagi notebook dan skrip.")
    ] = False,
    seconds: Annotated[
        float, typer.Option("--seconds", metavar="DETIK", min=1, help="Batas waktu --sql, dalam detik.")
    ] = 60,
    form: Annotated[Format, typer.Option("--format", help="Bentuk hasil.")] = Format.table,
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Menjalankan kueri bernama pada data terbitan; nama dan NIP pegawai disamarkan seperti di dasbor.

    Tanpa period_from dan period_to, periodenya seperti di dasbor: Januari sampai bulan terakhir yang ada.
    Dengan --sql: satu SELECT pada tabel visits, new_visits, satisfaction, attainment, submissions, accountability, dengan
    batas yang sama seperti di halaman SQL.
    """
    from queries import output
    from rapor import viewing

    if sum((name is not None, sql is not None, path)) > 1:
        fail(
            _("Pilih satu: nama kueri, --sql, atau --path."),
            _("Contoh: {command}", command='rapor query --sql "from visits limit 5"'),
        )
    if path or form is not Format.table:
        expect_export(viewing.current(data_dir))
    if path:
        say(str(_analysis_file(data_dir)))
        return
    if form in (Format.parquet, Format.xlsx) and sys.stdout.isatty():
        fail(
            _("{form} bukan teks untuk layar.", form=form.value),
            _("Simpan ke berkas: rapor query … --format {form} > hasil.{form}", form=form.value),
        )
    if sql is not None:
        _run_sql(data_dir, sys.stdin.read() if sql == "-" else sql, form, seconds)
        return
    frame = _run_query(data_dir, name, parameters or []) if name else output.catalogue()
    if form is Format.table:
        print_table(frame)
        return
    if form is Format.xlsx:
        fail(_("Kueri bernama tidak ditulis sebagai XLSX."), _("Pilih --format csv, json, atau parquet."))
    sys.stdout.buffer.write(output.write(frame, form.value))
    sys.stdout.buffer.flush()


def _analysis_file(data_dir: Path) -> Path:
    """Return the file of the tables for analysis, of the published build and for the viewer; made where it is not there yet."""
    from dashboard import access
    from queries.explore import viewer_file
    from queries.explore.tables import tables

    with published(data_dir) as build:
        viewer = build.viewer
        expect_page(viewer, "sql")
        asked = [name for name in tables() if viewer.asks(name)]
        target = viewer_file.place(data_dir, build.path.stem, viewer.units, viewer.sees_names, asked)
        viewer_file.tidy(data_dir)
        return viewer_file.make(
            build.connection.cursor(),
            target,
            viewer.units,
            lambda frame: access.protect(frame, viewer, build.few),
            asked,
        )


def _run_sql(data_dir: Path, sql: str, form: Format, seconds: float) -> None:
    """Write what a SELECT gives; fails on one that can't be run, with code 1."""
    import shutil

    import polars as pl

    from queries import scratch
    from queries.sandbox import process as sandbox

    file = _analysis_file(data_dir)
    rows = MOST_ON_SCREEN if form is Format.table else None
    limits = sandbox.Limits(seconds=seconds, memory_mb=1536, rows=rows)
    with scratch.folder() as folder:
        target = Path(folder) / "hasil"
        try:
            result = sandbox.run(file, sql, target, limits, "parquet" if form is Format.table else form.value)
        except sandbox.Refused as wrong:
            fail(*_refusal(wrong, sql))
        if form is not Format.table:
            with result.path.open("rb") as written:
                shutil.copyfileobj(written, sys.stdout.buffer)
            sys.stdout.buffer.flush()
            return
        print_table(pl.read_parquet(result.path))
        if result.is_cut:
            say(_("Hanya {n} baris pertama; semuanya dengan --format csv.", n=MOST_ON_SCREEN), aside=True)


def _refusal(wrong: "sandbox.Refused", sql: str) -> tuple[str, str]:
    """Return what went wrong with a run of a text and what to do, as the page says it."""
    from dashboard.explore import refusals

    head, todo, lines = refusals.say(wrong, sql)
    return head, f"{todo}\n{lines}".strip()


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    command(
        app,
        "query",
        "rapor query",
        "rapor query visits/trend -p period_from=2026-01 -p unit=pkm-mengupeh",
        "rapor query visits/units --format csv > kunjungan.csv",
        'rapor query --sql "select unit, sum(patients) as patients from visits group by unit" --format xlsx > kunjungan.xlsx',
    )(query)
