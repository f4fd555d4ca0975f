"""`rapor snapshot verify` and `rapor snapshot key`: whether meetings and their files are as they were frozen, and who signed them."""
# ruff: noqa: PLC0415  a command imports only what it needs

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from queries import builds
from queries.language import _
from rapor.terminal import DEFAULT_DATA, DataDir, command, fail, say

if TYPE_CHECKING:
    from dashboard.snapshot import Meeting


def no_snapshot(name: str) -> tuple[str, str]:
    """Return what is said where there is no such snapshot, and what to do."""
    return _("Tidak ada cuplikan {name}.", name=name), _("Daftarnya: rapor snapshot list")


def ready(data_dir: Path) -> None:
    """Name the data folder for the dashboard, and keep Streamlit, whose cache is used without its server, from speaking of that.

    Before the dashboard is imported.
    """
    os.environ["RAPOR_DATA"] = str(data_dir.resolve())
    from streamlit import logger

    logger.set_log_level(logging.ERROR)


def verify(
    name: Annotated[
        str | None,
        typer.Argument(metavar="CUPLIKAN", help="Nama cuplikan, atau berkas yang diekspor; tanpa ini: semuanya."),
    ] = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Susun ulang dari datanya dan bandingkan isinya.")] = False,
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Memeriksa setiap bita, tanda tangan dan rantai cuplikan rapat, atau sebuah berkas hasil ekspor.

    Selesai dengan kode 3 bila ada yang berubah.
    """
    ready(data_dir)
    from dashboard.meetings import chain, signing
    from dashboard.meetings import store as meeting_store

    folder = data_dir / "snapshots"
    if name and Path(name).is_file():
        _verify_file(Path(name), folder)
    names = [name] if name else [entry.id for entry in meeting_store.listed(folder)]
    wrong = 0
    for each in names:
        try:
            problems = meeting_store.altered(folder, each)
        except KeyError:
            fail(*no_snapshot(each))
        key = meeting_store.key_of(folder, each) if not problems else ""
        state = _("utuh, ditandatangani {key}", key=signing.fingerprint(key)) if key else _("utuh, tanpa tanda tangan")
        if key and not signing.is_known(key):
            problems = [
                _(
                    "kunci {key} tidak dikenal di mesin ini; cocokkan dengan sidik pada cetakan rapat, lalu: "
                    'rapor snapshot key --trust "{key}"',
                    key=signing.fingerprint(key),
                )
            ]
        if rebuild and not problems and meeting_store.format_of(folder, each) < meeting_store.SIGNED:
            state = _("utuh; dari format lama, yang tidak disusun ulang")
        elif rebuild and _is_readable(folder, each):
            problems += _differences(meeting_store.read(folder, each, is_any=True), data_dir)
        wrong += bool(problems)
        say(f"{each}: {'; '.join(problems) if problems else state}", "red" if problems else "green")
    for problem in chain.broken(folder) if name is None else ():
        wrong += 1
        say(problem, "red")
    raise typer.Exit(3 if wrong else 0)


def _is_readable(folder: Path, name: str) -> bool:
    from dashboard.meetings import store as meeting_store

    try:
        meeting_store.read(folder, name, is_any=True)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, meeting_store.Newer):
        return False
    return True


def _verify_file(path: Path, folder: Path) -> None:
    """Say whether a file is one that was exported from a snapshot, and end the command."""
    from dashboard.meetings import exported
    from dashboard.meetings import store as meeting_store

    try:
        found = exported.told(path, folder)
    except meeting_store.Altered as wrong:
        fail(
            _("Cuplikan berkas ini tidak lagi seperti saat dibekukan: {files}.", files=wrong),
            _("Pulihkan dari cadangan."),
        )
    if found.meeting_id is None:
        say(_("{file}: bukan berkas rapat dari folder data ini", file=path.name), "red")
    elif found.is_equal:
        say(_("{file}: sama bita demi bita dengan cuplikan {id}", file=path.name, id=found.meeting_id), "green")
    else:
        words = _(
            "{file}: bukan berkas yang dibuat Rapor ini dari cuplikan {id} (diubah, atau dari versi Rapor lain); {parts}",
            file=path.name, id=found.meeting_id, parts=found.differs,
        )  # fmt: skip
        say(words, "red")
    raise typer.Exit(0 if found.is_equal else 3)


def key(
    new: Annotated[bool, typer.Option("--new", help="Ganti dengan kunci baru; yang lama tetap dikenal.")] = False,
    trust: Annotated[
        str | None, typer.Option("--trust", metavar="SIDIK", help="Kenali kunci sebuah cuplikan menurut sidiknya.")
    ] = None,
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Menyebut sidik kunci yang menandatangani rapat dan tempatnya; menggantinya, atau mengenali kunci mesin lain."""
    ready(data_dir)
    from dashboard.meetings import signing
    from dashboard.meetings import store as meeting_store

    folder = data_dir / "snapshots"
    try:
        if trust:
            ids = [entry.id for entry in meeting_store.listed(folder) if entry.is_readable]
            found = {meeting_store.key_of(folder, each) for each in ids} - {""}
            wanted = trust.replace(" ", "").upper()
            known = next((each for each in found if signing.fingerprint(each).replace(" ", "") == wanted), None)
            if known is None:
                fail(
                    _("Tidak ada cuplikan dengan kunci {key}.", key=trust),
                    _("Sidiknya disebut oleh: rapor snapshot verify"),
                )
            signing.trust(known)
            say(_("Dikenal sejak sekarang: {key}", key=signing.fingerprint(known)))
            return
        mine = signing.renewed(data_dir) if new else signing.fingerprint(signing.public(signing.key(data_dir)))
    except signing.Unsigned as wrong:
        fail(str(wrong), _("Sesudah itu ulangi perintah ini."))
    say(_("Sidik kunci: {key}", key=mine))
    say(_("Tempatnya: {path}", path=signing.place()))


def _differences(frozen: "Meeting", data_dir: Path) -> list[str]:
    """Return what is not the same in the snapshot made anew from its own build, as of the moment that it was made."""
    from dashboard import db
    from dashboard.meetings import agenda as agendas
    from dashboard.meetings import differences

    build = builds.find(data_dir, f"{Path(frozen.build_id).name}.duckdb")
    if build is None:
        return [_("data {build} tidak disimpan lagi, tidak dapat disusun ulang", build=frozen.build_id)]
    try:
        with db.using(build):
            again = agendas.again(frozen, frozen.created_at)
    except agendas.Unclear as wrong:
        return [_("tidak dapat disusun ulang: {why}", why=wrong)]
    except db.Damaged:
        return [
            _("data {build} rusak atau dari versi Rapor yang lain, tidak dapat disusun ulang", build=frozen.build_id)
        ]
    if again.id == frozen.id:
        return []
    words = _(
        "susunan ulang dari data {build} berbeda: versi Rapor atau penyimpanan catatan yang lain, atau isinya diubah",
        build=frozen.build_id,
    )
    return [words, *differences.told(frozen, again)]


def register(group: typer.Typer) -> None:
    """Add the commands of this module."""
    command(
        group, "verify", "rapor snapshot verify", "rapor snapshot verify CUPLIKAN --rebuild",
        "rapor snapshot verify rapat.pptx",
    )(verify)  # fmt: skip
    command(group, "key", "rapor snapshot key", "rapor snapshot key --new")(key)
