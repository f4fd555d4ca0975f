"""`rapor snapshot`: meeting snapshots, made, listed, verified and exported without a browser."""
# ruff: noqa: PLC0415  a command imports only what it needs

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from queries import replicas, whole
from queries.builds import current
from queries.language import _
from rapor import auditing, querying, sealing, viewing
from rapor.sealing import no_snapshot, ready
from rapor.terminal import DEFAULT_DATA, SETTINGS, DataDir, command, err, fail, say

if TYPE_CHECKING:
    from dashboard.access import Viewer
    from dashboard.meetings.agenda import Agenda
    from dashboard.snapshot import Meeting


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
Target = Annotated[
    Path, typer.Option("--to", metavar="FOLDER", help="Folder berkas yang dibuat.", show_default="folder ini")
]
Id = Annotated[str, typer.Argument(metavar="CUPLIKAN", help="Nama cuplikan, dari rapor snapshot list.")]


def create(
    agenda: Annotated[
        Path, typer.Option("--agenda", metavar="BERKAS", help="Berkas TOML: judul, tanggal, halaman dan saringannya.")
    ],
    media: Media = None,
    to: Target = Path(),
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Membekukan halaman-halaman sebuah agenda menjadi cuplikan rapat, dan membuat berkasnya bila diminta.

    Data dan agenda yang sama memberi cuplikan yang sama; yang sudah ada tidak dibuat lagi.
    """
    if replicas.is_one(data_dir):
        words = _("Folder data ini salinan: di sini tidak ada yang dibekukan.")
        fail(words, _("Bekukan di komputer yang memuat; cuplikannya ikut rapor replica push."))
    ready(data_dir)
    from dashboard import db
    from dashboard.meetings import agenda as agendas
    from dashboard.meetings import signing
    from dashboard.meetings import store as meeting_store

    build, mend = _build(data_dir), _("Perbaiki berkas agenda itu, lalu ulangi perintah ini.")
    with _Step() as show:
        try:
            with db.using(build):
                wanted = agendas.each(agendas.read(agenda))
        except agendas.Unclear as wrong:
            fail(str(wrong), mend)
        if viewing.is_said():
            _expect_may_freeze(data_dir, wanted, build)
        for one in wanted:
            show(_("Menyusun halaman"))
            try:
                with db.using(build):
                    snapshot = agendas.compose(one, datetime.now(UTC).replace(tzinfo=None))
                show(_("Membekukan"))
                place = meeting_store.write(data_dir / "snapshots", snapshot)
                auditing.tell(data_dir, "frozen", {"meeting": snapshot.id})
            except agendas.Unclear as wrong:
                fail(str(wrong), mend)
            except signing.Unsigned as wrong:
                fail(str(wrong), _("Sesudah itu ulangi perintah ini."))
            say(_("Cuplikan: {place}", place=place))
            _export(meeting_store.read(place.parent, snapshot.id), media or [], to, show)


def listing(
    words: Annotated[str | None, typer.Argument(metavar="KATA", help="Hanya yang memuat kata ini.")] = None,
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Mendaftar cuplikan rapat, yang terbaru lebih dahulu."""
    from dashboard.meetings import store as meeting_store

    found = meeting_store.listed(data_dir / "snapshots")
    if viewing.is_said():
        viewer = viewing.current(data_dir)
        found = [entry for entry in found if entry.is_readable and meeting_store.may_open(entry, viewer)]
    if words:
        found = [e for e in found if words.lower() in " ".join((e.id, e.title, *e.pages)).lower()]
    for entry in found:
        if entry.is_readable:
            day = f"{entry.held_on:%Y-%m-%d}" if entry.held_on else _("tanpa tanggal")
            say(f"{entry.id}\n  {day} · {entry.title} · {', '.join(entry.pages)} · data {entry.build_id}")
        else:
            why = (
                meeting_store.newer(entry.id) if entry.is_newer else f"{entry.id}\n  {_('manifest.json tidak terbaca')}"
            )
            say(why, "red")
    if not found:
        say(_("Belum ada cuplikan. Buat dengan: rapor snapshot create --agenda BERKAS.toml"))


def export(
    name: Id,
    media: Media = None,
    to: Target = Path(),
    pseudonym: Annotated[bool, typer.Option("--pseudonym", help="Nama pegawai disamarkan.")] = False,
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Membuat berkas PPTX, PDF, XLSX, dan HTML dari cuplikan rapat; tanpa --format: keempatnya."""
    from dashboard.meetings import pseudonyms

    frozen = _frozen(data_dir, name)
    if viewing.is_said():
        viewer = viewing.current(data_dir)
        querying.expect_export(viewer)
        _expect_openable(frozen, viewer)
    frozen = pseudonyms.hidden(frozen) if pseudonym else frozen
    with _Step() as show:
        _export(frozen, media or list(Medium), to, show)
    for medium in media or list(Medium):
        auditing.tell(data_dir, "exported", {"meeting": frozen.id, "format": medium.value})


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
    ready(data_dir)
    from dashboard import asking, db
    from dashboard.meetings import agenda as agendas
    from dashboard.meetings import comparison_page
    from dashboard.words import text
    from rapor import comparing

    build = _build(data_dir)
    viewer = asking.local().viewer
    before = _frozen(data_dir, name)
    after = _frozen(data_dir, other) if other else None
    for each in (before, after):
        if each is not None:
            _expect_openable(each, viewer)
    with db.using(build), text.speaking(before.language), _Step() as show:
        show(_("Membandingkan"))
        try:
            now = after or agendas.again(before, datetime.now(UTC).replace(tzinfo=None))
        except agendas.Unclear as wrong:
            fail(
                _("Halaman cuplikan ini tidak dapat disusun lagi: {why}", why=wrong),
                _("Bandingkan dengan cuplikan lain."),
            )
        page = comparison_page.page(before, now, viewer)
    with text.speaking(before.language):
        comparing.write(page, is_json=form is Form.json)


def _expect_openable(frozen: "Meeting", viewer: "Viewer") -> None:
    """Fail where who looks may not open a snapshot; its title is not said."""
    from dashboard.meetings import store as meeting_store

    if meeting_store.may_open(frozen, viewer):
        return
    whose = f"{frozen.viewer}:{frozen.of}" if frozen.of else frozen.viewer
    why = _(
        "Cuplikan {id} dibuat untuk peran {its}, dan memuat yang tidak boleh dilihat peran {mine}.",
        id=frozen.id, its=whose, mine=viewer.role,
    )  # fmt: skip
    fail(why, _("Jalankan dengan peran itu: RAPOR_VIEWER={role}", role=whose))


def _expect_may_freeze(data_dir: Path, wanted: "list[Agenda]", build: Path) -> None:
    """Fail where who looks freezes nothing, or an agenda is for somebody who sees what he may not see."""
    from dashboard import access, db
    from dashboard.meetings import agenda as agendas

    viewer = viewing.current(data_dir)
    with db.using(build):
        for one in wanted:
            reader = agendas.viewer_named(one.viewer)
            addresses = [address for address, _query in one.pages]
            if not viewer.may("freeze") or not access.may_open(reader.role, viewer, reader.units, addresses):
                fail(
                    _("Peran {role} tidak membekukan rapat untuk {whose}.", role=viewer.role, whose=one.viewer),
                    _("Jalankan dengan peran yang boleh: RAPOR_VIEWER=…"),
                )


def _frozen(data_dir: Path, name: str) -> "Meeting":
    """Return a meeting snapshot; fails where there is none, or it is not as it was."""
    from dashboard.meetings import store as meeting_store

    try:
        return meeting_store.read(data_dir / "snapshots", name)
    except KeyError:
        fail(*no_snapshot(name))
    except meeting_store.Newer as newer:
        fail(_("Cuplikan tidak dapat dibaca: {why}.", why=newer), _("Sesudah itu ulangi perintah ini."))
    except meeting_store.Altered as altered:
        fail(
            _("Cuplikan {name} tidak lagi seperti saat dibekukan: {files}.", name=name, files=altered),
            _("Pulihkan dari cadangan, atau bekukan lagi."),
        )


def _export(frozen: "Meeting", media: list[Medium], to: Path, show: "_Step") -> None:
    from dashboard.meetings import media as exporting

    if media:
        to.mkdir(parents=True, exist_ok=True)
    for medium in dict.fromkeys(media):
        show(_("Membuat {medium}", medium=medium.value))
        path = to / exporting.file_name(frozen, medium.value)
        whole.write(path, exporting.export(frozen, medium.value))
        say(_("dibuat: {path}", path=path))


class _Step:
    """A line that says what is being done and for how long; silent where the output is no screen."""

    def __init__(self) -> None:
        from rich.progress import Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), TimeElapsedColumn())
        self._progress = Progress(*columns, console=err(), transient=True, disable=not err().is_terminal)
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
        fail(_("Belum ada data yang diterbitkan di {folder}.", folder=data_dir), _("Jalankan: rapor load"))
    return build


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(
        help="Cuplikan rapat: halaman yang tetap seperti saat rapat.",
        epilog="Contoh:\nrapor snapshot create --agenda bulanan.toml --format pptx --format pdf",
        **SETTINGS,
    )
    app.add_typer(group, name="snapshot")
    command(group, "create", "rapor snapshot create --agenda bulanan.toml --format pptx --format pdf --to rapat/")(
        create
    )
    command(group, "list", "rapor snapshot list", "rapor snapshot list oktober")(listing)
    sealing.register(group)
    command(group, "export", "rapor snapshot export CUPLIKAN --format pdf --to rapat/")(export)
    command(group, "compare", "rapor snapshot compare CUPLIKAN", "rapor snapshot compare CUPLIKAN LAIN --format json")(
        compare
    )
