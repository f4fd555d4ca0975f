"""`rapor template`: a form to fill in, for a unit and a period, with what is known already in it."""
# ruff: noqa: PLC0415  a command imports only what it needs

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from queries import forms, whole
from queries.language import _, language, n_
from rapor import auditing
from rapor.terminal import DEFAULT_DATA, DataDir, command, fail, say

if TYPE_CHECKING:
    from dashboard.access import Viewer
    from queries.forms import Form


def template(
    name: Annotated[
        str | None, typer.Argument(metavar="FORMULIR", help="Tanpa nama: daftar formulir.", show_default=False)
    ] = None,
    unit: Annotated[str, typer.Option("--unit", metavar="UNIT", help="Unit yang mengisi.", show_default=False)] = "",
    period: Annotated[
        str,
        typer.Option(
            "--period", metavar="PERIODE", help="Misalnya 2026-11, TW IV 2026, 2027.", show_default="yang berikutnya"
        ),
    ] = "",
    is_all: Annotated[
        bool, typer.Option("--all", help="Untuk setiap unit yang laporannya belum masuk; -o adalah folder.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="BERKAS", help="Berkas XLSX, atau folder.", show_default="folder ini"),
    ] = None,
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Membuat formulir Excel untuk diisi: unit, layanan, indikator, pegawai, dan angka periode sebelumnya sudah ada di dalamnya.

    Formulir yang sudah diisi dimuat seperti laporan lain; yang masih kosong disebut belum diisi. Berkas yang sudah ada tidak ditimpa.
    """
    if name is None and not is_all:
        _list()
        return
    form = _form(name) if name else None
    viewer = _viewer(data_dir)
    wanted = _owed(viewer, form, period) if is_all else [_one(data_dir, viewer, form, unit, period)] if form else []
    if not wanted:
        say(_("Tidak ada laporan yang perlu diisi."))
    written = [_write(data_dir, viewer, each, unit_id, first, output, is_all=is_all) for each, unit_id, first in wanted]
    if is_all and wanted:
        say(n_("{n} formulir dibuat.", sum(written)))


def _list() -> None:
    is_english = language() == "en"
    say(_("Formulir:"), "bold")
    for form in forms.forms().values():
        every = {0: _("kapan saja"), 1: _("tiap bulan"), 3: _("tiap triwulan"), 12: _("tiap tahun")}[form.months]
        say(f"  {form.name:<10} {form.title_en if is_english else form.title} · {every}")
    say(_("Tanpa formulir:"), "bold")
    for source, words in forms.none().items():
        say(f"  {source}: {words[is_english]}")


def _form(name: str) -> "Form":
    known = forms.forms()
    if name.casefold() not in known:
        fail(_("Tidak ada formulir {name}.", name=name), _("Yang ada: {names}", names=", ".join(known)))
    return known[name.casefold()]


def _viewer(data_dir: Path) -> "Viewer":
    """Return who looks; fails where there is nothing to look at, or he takes no forms. Who says no role owns the folder."""
    from rapor import viewing
    from rapor.querying import opened
    from rapor.sealing import ready

    with opened(data_dir):
        ready(data_dir)
    viewer = viewing.current(data_dir)
    from dashboard.sending import offered

    if viewing.is_said() and not offered.may_take(viewer):
        fail(
            _("Peran {role} tidak membawa berkas.", role=viewer.role),
            _("Jalankan dengan peran yang membukanya: RAPOR_VIEWER=…"),
        )
    return viewer


def _owed(viewer: "Viewer", form: "Form | None", period: str) -> list[tuple["Form", str, date]]:
    """Return what is to be filled in: all that is due and not in, or what is of one period; without either the next of each unit."""
    from dashboard.sending import offered

    rows = [(each, row) for each, row in offered.owed(viewer)[0] if form in (None, each)]
    if period:
        return [(each, row["unit_id"], row["period"]) for each, row in rows if row["period"] == _begins(each, period)]
    late = [(each, row) for each, row in rows if row["state"] != "next"]
    return [(each, row["unit_id"], row["period"]) for each, row in late or rows]


def _one(data_dir: Path, viewer: "Viewer", form: "Form", unit: str, period: str) -> tuple["Form", str, date]:
    from dashboard.sending import offered

    unit_id = _unit(data_dir, viewer, unit)
    if period:
        return form, unit_id, _begins(form, period)
    rows = (row["period"] for each, row in offered.owed(viewer)[0] if each == form and row["unit_id"] == unit_id)
    return form, unit_id, next(rows, form.begins(date.today()))


def _begins(form: "Form", period: str) -> date:
    from etl.reading.periods import find_period

    first = find_period(period)[0].start()
    if first is None:
        fail(_("Periode {period} tidak terbaca.", period=period), _("Misalnya 2026-11, TW IV 2026, atau 2026."))
    return form.begins(first)


def _unit(data_dir: Path, viewer: "Viewer", name: str) -> str:
    """Return the id of a unit by its name; the only one that who looks covers where none is named."""
    from etl import reference

    known = reference.registers(data_dir / "reference").units
    covered = viewer.units
    found = known.find(name) if name else covered[0] if covered and len(covered) == 1 else None
    if found is None or (covered is not None and found not in covered):
        near = known.nearest(name) if name and covered is None else None
        names = [near] if near else [known.shown.get(each, each) for each in covered or list(known.shown)[:20]]
        what = _("Unit {name} tidak dikenal, atau bukan unit Anda.", name=name) if name else _("Sebut unitnya: --unit")
        fail(what, _("Yang ada: {names}", names=", ".join(names)))
    return found


def _write(
    data_dir: Path, viewer: "Viewer", form: "Form", unit: str, first: date, output: Path | None, *, is_all: bool
) -> bool:
    """Write one form; returns whether it was, for one that is there already is left as it is."""
    from dashboard.sending import offered
    from rapor import forming

    found = offered.contents(viewer, form, unit, first)
    if found is None:
        fail(_("Unit {name} tidak dikenal, atau bukan unit Anda.", name=unit))
    path = _path(output, forms.file_name(form, found), is_folder=is_all)
    if path.exists():
        words = _("{path} sudah ada dan tidak ditimpa.", path=path)
        if not is_all:
            fail(words, _("Sebut nama lain dengan -o."))
        say(words)
        return False
    if offered.tells_people(viewer, form):
        about: dict[str, Any] = {"table": form.name, "unit": unit, "period": first.isoformat(), "format": "xlsx"}
        auditing.tell(data_dir, "exported", about, role=viewer.role)
    whole.write(path, forming.made(data_dir, found))
    say(str(path))
    return True


def _path(output: Path | None, name: str, *, is_folder: bool) -> Path:
    if output is None:
        return Path(name)
    if is_folder or output.is_dir():
        output.mkdir(parents=True, exist_ok=True)
        return output / name
    return output


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    command(
        app, "template", "rapor template", 'rapor template kunjungan --unit "Puskesmas Maju" --period 2026-11',
        "rapor template realisasi --unit dinkes -o realisasi.xlsx", "rapor template --all -o formulir/",
    )(template)  # fmt: skip
