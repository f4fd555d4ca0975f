"""In whose place a command of the terminal looks: RAPOR_VIEWER, or `--as`, with an example where a role needs a unit or an employee."""
# ruff: noqa: PLC0415  a command imports only what it needs

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from queries.language import _
from rapor.sealing import ready
from rapor.terminal import fail, say

if TYPE_CHECKING:
    import duckdb

    from dashboard.access import Viewer
    from dashboard.roles import Role

VARIABLE = "RAPOR_VIEWER"
As = Annotated[
    str | None,
    typer.Option(
        "--as", metavar="PERAN",
        help="Melihat sebagai peran ini, misalnya bupati atau kepala-dinas:UNIT; tanpa UNIT dipilih sebuah contoh.",
    ),
]  # fmt: skip


def is_said() -> bool:
    """Whether somebody said in whose place this terminal looks; who did not owns the folder."""
    return bool(os.environ.get(VARIABLE, "").strip())


def current(data_dir: Path) -> "Viewer":
    """Return who looks; fails where his role, unit or employee is not known."""
    if is_said():
        ready(data_dir)
    os.environ["RAPOR_DATA"] = str(data_dir.resolve())
    from dashboard import access, asking

    viewer = asking.local().viewer
    if opened := sys.modules.get("dashboard.db"):
        opened.let_go()
    if viewer == access.NOBODY:
        fail(_unknown(os.environ.get(VARIABLE, "")), _known())
    return viewer


def take(data_dir: Path, whose: str) -> None:
    """Have what follows look as a role, and say as whom; where it names no unit or employee an example of the build is taken."""
    ready(data_dir)
    from dashboard import roles

    code, _colon, of = whose.strip().partition(":")
    role = roles.known(code.lower())
    if role is None:
        fail(_unknown(whose), _known())
    if role.scope == "district":
        os.environ[VARIABLE] = role.code
        say(_("Dilihat sebagai: {role}", role=role.title()))
        return
    found = of or _example(data_dir, role)
    os.environ[VARIABLE] = f"{role.code}:{found}"
    current(data_dir)
    say(_("Dilihat sebagai: {role}, {of}", role=role.title(), of=_name(data_dir, found)))
    say(f"  {VARIABLE}={os.environ[VARIABLE]}")


def _unknown(whose: str) -> str:
    return _("Peran {role} tidak dikenal di sini.", role=whose.strip() or "?")


def _known() -> str:
    from dashboard import roles

    try:
        every = [f"{role.code}{'' if role.scope == 'district' else ':…'}" for role in roles.roles().values()]
    except roles.Unclear as wrong:
        return f"{wrong}. {_('Periksa: rapor check')}"
    return _("Yang ada: {names}", names=", ".join(every))


def _rows(connection: "duckdb.DuckDBPyConnection", name: str, **values: Any) -> list[dict[str, Any]]:
    import queries

    return queries.load(name).run(connection, **values).to_dicts()


def _example(data_dir: Path, role: "Role") -> str:
    """Return the agency with most units, its lowest ranked unit, or an employee of that unit with something left to mend."""
    from rapor.querying import opened

    with opened(data_dir) as connection:
        agencies = [row["id"] for row in _rows(connection, "overview/agencies")]
        held = {
            agency: [row["id"] for row in _rows(connection, "overview/units", agency=agency)] for agency in agencies
        }
        agency = max(agencies, key=lambda each: len(held[each]), default="")
        below = [unit for unit in held.get(agency, []) if unit != agency]
        if role.scope == "agency" or not below:
            found = agency
        else:
            ranked = [
                row["unit_id"]
                for row in _rows(connection, "overview/ranked_units", agency=agency, period_to=_last(connection))
            ]
            found = next((unit for unit in reversed(ranked) if unit in below), below[0])
        if role.scope == "self":
            groups = [row["job_group"] for row in _rows(connection, "accountability/groups")]
            people = [row for group in groups for row in _rows(connection, "accountability/ranking", job_group=group)]
            own = [row for row in people if row["unit_id"] == found] or people
            found = max(
                own, key=lambda row: (row["not_reported"] or 0, row["employee_id"]), default={"employee_id": ""}
            )["employee_id"]
    if not found:
        fail(
            _("Belum ada contoh untuk peran {role} pada data ini.", role=role.code),
            _("Sebut sendiri: --as {role}:…", role=role.code),
        )
    return found


def _last(connection: "duckdb.DuckDBPyConnection") -> Any:
    from queries import arguments

    return arguments.usual_period(connection).get("period_to")


def _name(data_dir: Path, found: str) -> str:
    """Return what a unit is called; of an employee his number in the build, and his unit."""
    from rapor.querying import opened

    with opened(data_dir) as connection:
        units = {row["id"]: row["name"] for row in _rows(connection, "overview/units")}
        if found in units:
            return units[found]
        own = _rows(connection, "accountability/person", employee=found)
    return f"{found}, {own[0]['unit_name']}" if own else found
