"""`rapor snapshot`: meeting snapshots, made, listed, verified and exported without a browser."""
# ruff: noqa: PLC0415  a command imports only what it needs

import logging
import os
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from rapor.console import DEFAULT_DATA, SETTINGS, DataDir, command, current, err, fail, out

if TYPE_CHECKING:
    from dashboard.meetings.store import Meeting


class Form(StrEnum):
    """How a comparison is written."""

    table = "table"
    json = "json"


class Medium(StrEnum):
    """The files that a meeting snapshot can become."""

    pptx = "pptx"
    pdf = "pdf"
    xlsx = "xlsx"
    html = "html"


Media = Annotated[list[Medium] | None, typer.Option("--format", help="Berkas yang dibuat; boleh berulang.")]
Target = Annotated[Path, typer.Option("--to", help="Folder berkas yang dibuat.", show_default="folder ini")]
Id = Annotated[str, typer.Argument(metavar="CUPLIKAN", help="Nama cuplikan, dari rapor snapshot list.")]


def create(
    agenda: Annotated[Path, typer.Option("--agenda", help="Berkas TOML: judul, tanggal, halaman dan saringannya.")],
    media: Media = None,
    to: Target = Path(),
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Membekukan halaman-halaman sebuah agenda menjadi cuplikan rapat, dan membuat berkasnya bila diminta.

    Data dan agenda yang sama memberi cuplikan yang sama; yang sudah ada tidak dibuat lagi.
    """
    _ready(data_dir)
    from dashboard import db
    from dashboard.meetings import agenda as agendas
    from dashboard.meetings import store as meeting_store

    build = _build(data_dir)
    with _Step() as show:
        show("Menyusun halaman")
        try:
            with db.using(build):
                made = agendas.compose(agendas.read(agenda), datetime.now(UTC).replace(tzinfo=None))
        except agendas.Unclear as wrong:
            fail(str(wrong), "Perbaiki berkas agenda itu, lalu ulangi perintah ini.")
        show("Membekukan")
        place = meeting_store.write(data_dir / "snapshots", made)
        out.print(Text(f"Cuplikan: {place}"))
        _export(meeting_store.read(place.parent, made.id), media or [], to, show)


def listing(
    words: Annotated[str | None, typer.Argument(metavar="KATA", help="Hanya yang memuat kata ini.")] = None,
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Mendaftar cuplikan rapat, yang terbaru lebih dahulu."""
    from dashboard.meetings import store as meeting_store

    found = meeting_store.listed(data_dir / "snapshots")
    if words:
        found = [e for e in found if words.lower() in " ".join((e.id, e.title, *e.pages)).lower()]
    for entry in found:
        if entry.is_readable:
            day = f"{entry.held_on:%Y-%m-%d}" if entry.held_on else "tanpa tanggal"
            out.print(Text(f"{entry.id}\n  {day} · {entry.title} · {', '.join(entry.pages)} · data {entry.build_id}"))
        else:
            why = meeting_store.newer(entry.id) if entry.is_newer else f"{entry.id}\n  manifest.json tidak terbaca"
            out.print(Text(why, "red"))
    if not found:
        out.print(Text("Belum ada cuplikan. Buat dengan: rapor snapshot create --agenda BERKAS.toml"))


def verify(
    name: Annotated[str | None, typer.Argument(metavar="CUPLIKAN", help="Tanpa nama: semuanya.")] = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Susun ulang dari datanya dan bandingkan isinya.")] = False,
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Memeriksa setiap bita cuplikan rapat; selesai dengan kode 3 bila ada yang berubah."""
    _ready(data_dir)
    from dashboard.meetings import store as meeting_store

    folder = data_dir / "snapshots"
    names = [name] if name else [entry.id for entry in meeting_store.listed(folder)]
    wrong = 0
    for each in names:
        try:
            problems = meeting_store.altered(folder, each)
        except KeyError:
            fail(f"Tidak ada cuplikan {each}.", "Daftarnya: rapor snapshot list")
        if rebuild and not problems:
            problems = _differences(meeting_store.read(folder, each), data_dir)
        wrong += bool(problems)
        out.print(Text(f"{each}: {'; '.join(problems) if problems else 'utuh'}", "red" if problems else "green"))
    raise typer.Exit(3 if wrong else 0)


def _differences(frozen: "Meeting", data_dir: Path) -> list[str]:
    """Return what is not the same in the snapshot made anew from its own build, as of the moment that it was made."""
    from dashboard import db
    from dashboard.meetings import agenda as agendas

    build = data_dir / "warehouse" / f"{Path(frozen.build_id).name}.duckdb"
    if not build.is_file():
        return [f"data {frozen.build_id} tidak disimpan lagi, tidak dapat disusun ulang"]
    try:
        with db.using(build):
            again = agendas.again(frozen, frozen.created_at)
    except agendas.Unclear as wrong:
        return [f"tidak dapat disusun ulang: {wrong}"]
    except db.Damaged:
        return [f"data {frozen.build_id} rusak atau dari versi Rapor yang lain, tidak dapat disusun ulang"]
    if again.id == frozen.id:
        return []
    return [f"susunan ulang dari data {frozen.build_id} berbeda: versi Rapor atau penyimpanan catatan yang lain"]


def export(
    name: Id,
    media: Media = None,
    to: Target = Path(),
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Membuat berkas PPTX, PDF, XLSX, dan HTML dari cuplikan rapat; tanpa --format: keempatnya."""
    frozen = _frozen(data_dir, name)
    with _Step() as show:
        _export(frozen, media or list(Medium), to, show)


def compare(
    name: Id,
    other: Annotated[
        str | None, typer.Argument(metavar="LAIN", help="Cuplikan pembanding; tanpa ini: hari ini.")
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="Bentuk hasil; json: semua baris.")] = Form.table,
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Membandingkan cuplikan rapat dengan cuplikan lain, atau dengan hari ini.

    Yang disebut: angka yang bergerak, nilai lampau yang direvisi dan berkasnya, sinyal yang baru dan yang hilang.
    Selesai dengan kode 0, ada atau tidak ada yang berubah.
    """
    from dashboard import access, db
    from dashboard.meetings import agenda as agendas
    from dashboard.meetings import comparison_page
    from dashboard.words import text
    from rapor import comparing

    build = _build(data_dir)
    _ready(data_dir)
    viewer = access.current()
    before = _frozen(data_dir, name)
    after = _frozen(data_dir, other) if other else None
    for each in (before, after):
        if each is not None and not access.may_open(each.viewer, viewer):
            fail(
                f"Cuplikan {each.id} dibuat untuk peran {each.viewer}, dan memuat yang tidak boleh dilihat peran {viewer.role}.",
                f"Jalankan dengan peran itu: RAPOR_VIEWER={each.viewer} rapor snapshot compare {name}",
            )
    with db.using(build), text.speaking(before.language), _Step() as show:
        show("Membandingkan")
        try:
            now = after or agendas.again(before, datetime.now(UTC).replace(tzinfo=None))
        except agendas.Unclear as wrong:
            fail(f"Halaman cuplikan ini tidak dapat disusun lagi: {wrong}", "Bandingkan dengan cuplikan lain.")
        page = comparison_page.page(before, now, viewer)
    with text.speaking(before.language):
        comparing.write(page, is_json=form is Form.json)


def _frozen(data_dir: Path, name: str) -> "Meeting":
    """Return a meeting snapshot; fails where there is none, or it is not as it was."""
    from dashboard.meetings import store as meeting_store

    try:
        return meeting_store.read(data_dir / "snapshots", name)
    except KeyError:
        fail(f"Tidak ada cuplikan {name}.", "Daftarnya: rapor snapshot list")
    except meeting_store.Newer as newer:
        fail(f"Cuplikan tidak dapat dibaca: {newer}.", "Sesudah itu ulangi perintah ini.")
    except meeting_store.Altered as altered:
        fail(
            f"Cuplikan {name} tidak lagi seperti saat dibekukan: {altered}.",
            "Pulihkan dari cadangan, atau bekukan lagi.",
        )


def _export(frozen: "Meeting", media: list[Medium], to: Path, show: "_Step") -> None:
    from dashboard.meetings import media as exporting

    if media:
        to.mkdir(parents=True, exist_ok=True)
    for medium in dict.fromkeys(media):
        show(f"Membuat {medium.value}")
        path = to / exporting.file_name(frozen, medium.value)
        unfinished = path.with_name(f".{path.name}")
        unfinished.write_bytes(exporting.export(frozen, medium.value))
        unfinished.rename(path)
        out.print(Text(f"dibuat: {path}"))


class _Step:
    """A line that says what is being done and for how long; silent where the output is no screen."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description}"), TimeElapsedColumn())
        self._progress = Progress(*columns, console=err, transient=True, disable=not err.is_terminal)
        self._task = self._progress.add_task("")

    def __call__(self, words: str) -> None:
        self._progress.update(self._task, description=words)

    def __enter__(self) -> "_Step":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()


def _build(data_dir: Path) -> Path:
    build = current(data_dir)
    if build is None:
        fail(f"Belum ada data yang diterbitkan di {data_dir}.", "Jalankan: rapor load")
    return build


def _ready(data_dir: Path) -> None:
    """Name the data folder for the dashboard, and keep Streamlit, whose cache is used without its server, from speaking of that.

    Before the dashboard is imported.
    """
    os.environ["RAPOR_DATA"] = str(data_dir.resolve())
    from streamlit import logger

    logger.set_log_level(logging.ERROR)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(
        help="Cuplikan rapat: halaman yang tetap seperti saat rapat.",
        epilog="Contoh: [bold]rapor snapshot create --agenda bulanan.toml --format pptx --format pdf[/]",
        **SETTINGS,
    )
    app.add_typer(group, name="snapshot")
    command(group, "create", "rapor snapshot create --agenda bulanan.toml --format pptx --format pdf --to rapat/")(
        create
    )
    command(group, "list", "rapor snapshot list", "rapor snapshot list oktober")(listing)
    command(group, "verify", "rapor snapshot verify", "rapor snapshot verify CUPLIKAN --rebuild")(verify)
    command(group, "export", "rapor snapshot export CUPLIKAN --format pdf --to rapat/")(export)
    command(group, "compare", "rapor snapshot compare CUPLIKAN", "rapor snapshot compare CUPLIKAN LAIN --format json")(
        compare
    )
