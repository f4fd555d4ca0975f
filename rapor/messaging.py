"""`rapor calendar` and `rapor messages`: due dates as a calendar file, and what each unit is to be told, as files or by e-mail."""
# ruff: noqa: PLC0415  a command imports only what it needs

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from queries import whole
from queries.language import _, language, n_
from rapor import auditing, viewing
from rapor.sealing import ready
from rapor.terminal import DEFAULT_DATA, DataDir, command, fail, say

if TYPE_CHECKING:
    from dashboard.access import Viewer
    from dashboard.messages.facts import Facts

Made = TypeVar("Made")
Unit = Annotated[str | None, typer.Option("--unit", metavar="UNIT", help="Kode atau nama unit; tanpa ini: semua unit.")]


def calendar(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="BERKAS", help="Berkas .ics yang ditulis.")],
    unit: Unit = None,
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Menulis tenggat laporan sebagai kalender (iCalendar), dengan pengingat tiga hari sebelumnya."""
    viewer = _viewer(data_dir)
    from dashboard import registry
    from dashboard.messages import facts, feed

    if viewing.is_said() and not viewer.opens(registry.DUE):
        fail(_("Peran ini tidak membuka kalender laporan."))
    made = _calm(lambda: feed.ics(viewer, _found(unit, facts.units(viewer)) if unit else None))
    whole.write(output, made)
    say(str(output))


def messages(
    unit: Unit = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FOLDER", help="Folder untuk pesan (.txt) dan kartunya (.png)."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Semua unit.")] = False,
    send: Annotated[
        bool,
        typer.Option("--send", help="Kirim yang baru lewat surel ke alamat di reference/contacts.csv, sekali saja."),
    ] = False,
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Menyusun pesan untuk unit: apa yang belum masuk, perlu dibetulkan, jatuh tempo, dan sudah diterima.

    Dengan --send dikirim lewat surel (RAPOR_SMTP): tidak pernah dua kali untuk keadaan yang sama; yang gagal dicoba lagi pada
    panggilan berikutnya. Selesai dengan kode 3 bila ada yang gagal.
    """
    if not (unit or every or send):
        fail(_("Sebut --unit UNIT, --all, atau --send."))
    viewer = _viewer(data_dir)
    if viewing.is_said() and not viewer.may("load"):
        fail(_("Pesan adalah untuk yang mengirim laporan atau mengelolanya."))
    if unit or every:
        _write(_asked(viewer, unit), output)
    if send:
        if viewer.units is not None:
            fail(_("Surel dikirim untuk semua unit: jalankan tanpa RAPOR_VIEWER."))
        _send()


def _viewer(data_dir: Path) -> "Viewer":
    ready(data_dir)
    from dashboard.words import text

    text.use(language())
    return viewing.current(data_dir)


def _asked(viewer: "Viewer", unit: str | None) -> "list[Facts]":
    from dashboard.messages import facts

    def ask() -> "list[Facts]":
        if unit is None:
            return facts.of_all(viewer)
        found = facts.of_unit(_found(unit, facts.units(viewer)), viewer)
        return [found] if found else []

    return _calm(ask)


def _found(asked: str, units: "dict[str, str]") -> str:
    """Return the unit that a code or a name means; fails where it is none that owes a report."""
    plain = asked.strip().casefold()
    found = [code for code, name in units.items() if plain in (code.casefold(), name.casefold())]
    found = found or [code for code, name in units.items() if plain and plain in name.casefold()]
    if len(found) == 1:
        return found[0]
    fail(_("Unit tidak dikenal: {name}", name=asked), _("Yang ada: {names}", names=", ".join(units)))


def _write(every: "list[Facts]", folder: Path | None) -> None:
    """Write messages and cards into a folder, or print the messages."""
    from dashboard.messages import card, wording

    if folder is None:
        for one in every:
            say(wording.message(one) + "\n")
        return
    folder.mkdir(parents=True, exist_ok=True)
    for one in every:
        whole.write(folder / f"pesan-{one.unit_id}.txt", wording.message(one) + "\n")
        whole.write(folder / f"pesan-{one.unit_id}.png", card.png(one))
    say(n_("{n} pesan di {folder}", len(every), folder=folder))


def _send() -> None:
    from dashboard import mail
    from dashboard.access import Asker, Viewer
    from dashboard.messages import contacts, mailing, told

    if not mail.is_set():
        fail(_("Surel belum disiapkan: setel RAPOR_SMTP."), _("Lihat docs/operating.md, bagian Messages by e-mail."))
    for wrong in contacts.problems(None):
        say(wrong, "yellow", aside=True)
    outcomes = _calm(lambda: list(mailing.send(Asker(auditing.sender(), Viewer("terminal", units=())))))
    for one in outcomes:
        if one.outcome == "failed":
            say(
                _("{unit}: gagal ({why}); dicoba lagi nanti.", unit=one.contact.unit_id, why=one.fault),
                "red",
                aside=True,
            )
        elif one.outcome == "unknown":
            words = _("{unit}: unit ini belum wajib melapor, atau tidak ada.", unit=one.contact.unit_id)
            say(words, "yellow", aside=True)
    unsure = told.unsettled()
    if unsure:
        words = _("Tidak pasti terkirim, jadi tidak dikirim lagi: {names}.", names=", ".join(unsure))
        say(words, "yellow", aside=True)
    count = Counter(one.outcome for one in outcomes)
    say(_("{sent} terkirim, {same} tanpa kabar baru, {failed} gagal.",
          sent=count["sent"], same=count["unchanged"], failed=count["failed"]))  # fmt: skip
    if count["failed"]:
        raise typer.Exit(3)


def _calm(ask: Callable[[], Made]) -> Made:
    """Return what is asked for; fails in one line where there is no build that can be read, or no store."""
    from dashboard import db, mail, notes

    try:
        return ask()
    except db.NoBuild:
        fail(_("Belum ada data yang diterbitkan."), _("Jalankan `rapor load`, atau `rapor demo`."))
    except db.OlderBuild as older:
        fail(older.what, older.mend)
    except (notes.Unavailable, mail.Unset) as fault:
        fail(str(fault))


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    command(app, "calendar", "rapor calendar -o tenggat.ics", "rapor calendar --unit pkm-mengupeh -o tenggat.ics")(
        calendar
    )
    command(
        app, "messages", "rapor messages --all -o pesan", "rapor messages --unit pkm-mengupeh", "rapor messages --send"
    )(messages)
