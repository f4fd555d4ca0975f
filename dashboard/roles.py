"""The roles that there are and what each may, as `reference/roles.csv` says: that of the data folder, else the one shipped.

They are read as they are now, never from a build: what a role may is the same on an old build as on the current one.
"""

import csv
import logging
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from dashboard.folder import PROJECT, data_dir
from dashboard.words import text
from dashboard.words.text import _
from queries import replicas

Scope = Literal["district", "agency", "unit", "self"]
Right = Literal["export", "freeze", "decide", "approve", "load", "reveal", "manage", "audit"]
SCOPES, RIGHTS = frozenset(get_args(Scope)), frozenset(get_args(Right))
EVERY = "*"
OF_LOADING = {"load", "manage", "approve", "freeze"}  # what nobody may where the data are a copy of another machine's
log = logging.getLogger("rapor")
COLUMNS = (
    "role",
    "name",
    "name_en",
    "scope",
    "sees_names",
    "pages",
    "tables",
    "may",
    "legal_basis",
    "valid_from",
    "valid_until",
)


class Unclear(Exception):
    """The table of roles can't be understood: nobody is let in by it; the message says where and why."""


class Withheld(Exception):
    """What was asked for is not of the asker's role: a page, a table, a file; the message is its name."""


@dataclass(frozen=True)
class Role:
    """`scope` is which units it covers: all, those of its agency, its own, or nothing but one's own record.

    pages: addresses, tables: those of Jelajah; EVERY for all. may: what it does beside looking.
    """

    code: str
    name: str
    name_en: str
    scope: Scope
    sees_names: bool
    pages: frozenset[str]
    tables: frozenset[str]
    may: frozenset[str]
    legal_basis: str

    def title(self) -> str:
        """Return what the role is called, in the reader's language."""
        return self.name_en if text.language() == "en" else self.name

    def opens(self, address: str) -> bool:
        """Whether the role has the page at an address."""
        return EVERY in self.pages or address in self.pages

    def asks(self, table: str) -> bool:
        """Whether the role has a table of Jelajah."""
        return EVERY in self.tables or table in self.tables


def roles() -> Mapping[str, Role]:
    """Return the roles that are valid today by their codes; raises Unclear."""
    path = f"{data_dir()}/reference/roles.csv"  # asked some fifty times a page: no more of paths than is needed
    try:
        modified = os.stat(path).st_mtime_ns
    except OSError:
        path = str(_path())
        modified = os.stat(path).st_mtime_ns
    found = _read(path, modified, date.today())
    if not replicas.is_one(data_dir()):
        return found
    return {code: replace(role, may=role.may - OF_LOADING) for code, role in found.items()}


def _path() -> Path:
    own = data_dir() / "reference" / "roles.csv"
    return own if own.is_file() else PROJECT / "data" / "reference" / "roles.csv"


def find(code: str) -> Role | None:
    """Return a role by its code; None where there is none today. Raises Unclear."""
    return roles().get(code)


def known(code: str) -> Role | None:
    """Return a role by its code; None where there is none today.

    Of a table that can't be understood the log says so, and nobody has a role.
    """
    try:
        return find(code)
    except (Unclear, OSError, UnicodeDecodeError) as wrong:
        log.error("roles.csv: %s", wrong if isinstance(wrong, Unclear) else type(wrong).__name__)
        return None


def problems(pages: Collection[str], tables: Collection[str]) -> list[str]:
    """Return what is wrong with the table of roles: what can't be understood, else what it names that is no page and no table."""
    try:
        every = roles()
    except Unclear as wrong:
        return [str(wrong)]
    with _path().open(encoding="utf-8-sig", newline="") as file:
        rows = {(row["role"] or "").strip(): number for number, row in enumerate(csv.DictReader(file), 2)}
    return [
        _("roles.csv baris {n}, {column}: {found} tidak dikenal; yang ada: {names}",
          n=rows[role.code], column=column, found=", ".join(sorted(unknown)), names=", ".join([EVERY, *known]))
        for role in every.values()
        for column, given, known in (("pages", role.pages, pages), ("tables", role.tables, tables))
        if (unknown := given - {EVERY, *known})
    ]  # fmt: skip


@cache
def _read(path: str, _modified: int, today: date) -> dict[str, Role]:
    found: dict[str, Role] = {}
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if missing := [column for column in COLUMNS if column not in (rows.fieldnames or ())]:
            raise Unclear(_("roles.csv: kolom tidak ada: {names}", names=", ".join(missing)))
        for number, row in enumerate(rows, 2):
            role = _role(row, number)
            if role.code in found:
                raise Unclear(_("roles.csv baris {n}: peran {role} muncul dua kali", n=number, role=role.code))
            if (row["valid_from"] or "0000") <= today.isoformat() <= (row["valid_until"] or "9999"):
                found[role.code] = role
    return found


def _role(row: Mapping[str, str], number: int) -> Role:
    words = {column: (row[column] or "").strip() for column in COLUMNS}
    may = frozenset(words["may"].split())
    for column, given, known in (
        ("scope", {words["scope"]}, SCOPES), ("may", may, RIGHTS), ("sees_names", {words["sees_names"]}, {"true", "false"}),
        ("role", {words["role"]} & {""}, set()),
    ):  # fmt: skip
        if unknown := given - known:
            named = ", ".join(sorted(unknown))
            raise Unclear(_("roles.csv baris {n}, {column}: {found} tidak dikenal; yang ada: {names}",
                            n=number, column=column, found=named, names=", ".join(sorted(known))))  # fmt: skip
    return Role(
        words["role"], words["name"], words["name_en"], words["scope"], words["sees_names"] == "true",  # ty: ignore[invalid-argument-type]  checked
        frozenset(words["pages"].split()), frozenset(words["tables"].split()), may, words["legal_basis"],
    )  # fmt: skip
