"""`rapor audit verify` and `rapor audit list`: whether the record of access is as it was written, and what it says."""
# ruff: noqa: PLC0415  a command imports only what it needs

import getpass
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from etl.load import LoadReport
    from etl.rulings import Asked

from queries.language import _, language, n_
from rapor.terminal import DEFAULT_DATA, SETTINGS, DataDir, command, fail, say

BAD, WELL = "red", "green"


def tell(data_dir: Path, kind: str, about: Mapping[str, str], by: str = "", role: str = "") -> None:
    """Write down what a command did, as done by who runs it or for whom (`by`, of a `role`); else it says so and goes on."""
    os.environ["RAPOR_DATA"] = str(data_dir.resolve())
    from dashboard import record
    from dashboard.access import Asker, Viewer

    try:
        record.add(kind, about, asker=Asker(by or sender(), Viewer(role or "terminal", units=())))
    except record.Unwritable:
        say(_("Catatan akses tidak dapat ditulis."), "yellow", aside=True)


def tell_load(data_dir: Path, report: "LoadReport", asked: "Asked", by: str = "", role: str = "") -> None:
    """Write down what a load did; of its files how many, since a name may be of a person."""
    for ruling, _file in asked.rulings:
        tell(data_dir, "ruled", {"ruling": ruling}, by, role)
    if asked.corrections:
        tell(data_dir, "corrected", {"change": str(len(asked.corrections))}, by, role)
    about = {"files": str(len(report.files)), "result": str(report.exit_code), "build": report.published or ""}
    tell(data_dir, "loaded", about, by, role)


def sender() -> str:
    """Return under which name the record has who runs a command."""
    return f"terminal:{_user()}"


def _user() -> str:
    """Return the name of the account of this machine that runs the command."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return str(os.getuid())


def verify(data_dir: DataDir = DEFAULT_DATA) -> None:
    """Memeriksa apakah catatan akses masih seperti saat ditulis, sampai baris terakhir.

    Selesai dengan kode 3 bila ada baris yang diubah, disisipkan, dihapus, atau dipotong; yang pertama disebut.
    """
    os.environ["RAPOR_DATA"] = str(data_dir.resolve())
    from dashboard import record
    from dashboard.areas.access_record import said
    from dashboard.words import text

    text.use(language())
    try:
        wrong = record.wrong()
    except record.Unwritable as unreadable:
        fail(str(unreadable))
    if wrong is not None:
        say(said.broken(wrong), BAD)
        raise typer.Exit(3)
    lines = sum(1 for _entry in record.entries())
    say(n_("Utuh: {n} baris.", lines), WELL)


def listing(
    since: Annotated[
        datetime | None,
        typer.Option("--since", formats=["%Y-%m-%d"], metavar="TANGGAL", help="Sejak tanggal ini: 2026-11-01."),
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="JENIS", help="Hanya jenis ini: exported, revealed.")
    ] = None,
    actor: Annotated[str | None, typer.Option("--actor", metavar="AKUN", help="Hanya akun ini.")] = None,
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Menyebut isi catatan akses: kapan, siapa, apa, tentang apa; yang terlama di atas."""
    os.environ["RAPOR_DATA"] = str(data_dir.resolve())
    from dashboard import record
    from dashboard.areas.access_record import said
    from dashboard.record_kinds import KINDS
    from dashboard.words import text

    text.use(language())
    if kind is not None and kind not in KINDS:
        fail(_("Tidak dikenal: {name}", name=kind), _("Yang dikenal: {names}", names=", ".join(KINDS)))
    for entry in record.entries(since.astimezone(UTC) if since else None, kind, actor):
        say(f"{entry.number}  {said.line(entry)}")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(
        help="Catatan akses: siapa melakukan apa, kapan.", epilog="Contoh:\nrapor audit verify", **SETTINGS
    )
    app.add_typer(group, name="audit")
    command(group, "verify", "rapor audit verify", "rapor audit verify --data-dir /srv/rapor/data")(verify)
    command(group, "list", "rapor audit list --since 2026-11-01", "rapor audit list --kind exported --actor siti")(
        listing
    )
