"""Where e-mail of a unit goes, as `reference/contacts.csv` of the data folder says today: no build holds an address."""

import csv
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from dashboard.folder import data_dir
from dashboard.words.text import _

COLUMNS = ("unit_id", "email", "receives", "valid_from", "valid_until")
Receives = Literal["messages", "digest"]
# A plain address: no name beside it, no list, nothing that a line or a header could be made of.
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ADDRESS = re.compile(rf"[A-Za-z0-9][A-Za-z0-9.!#$%&'*+/=?^_{{|}}~-]{{0,63}}@(?:{_LABEL}\.){{1,8}}[A-Za-z]{{2,63}}")


@dataclass(frozen=True)
class Contact:
    """An address and what it receives: the messages of a unit, or the monthly digest of a unit with all under it."""

    unit_id: str
    email: str
    receives: Receives


def read() -> list[Contact]:
    """Return the addresses that hold today; rows that are wrong are left out, and told by `problems`."""
    today = date.today().isoformat()
    found = [
        Contact(row["unit_id"], row["email"], row["receives"])  # ty: ignore[invalid-argument-type]  looked at
        for _number, row in _rows()
        if not _wrong(row, None) and (row["valid_from"] or "0000") <= today <= (row["valid_until"] or "9999")
    ]
    return list(dict.fromkeys(found))


def problems(units: Collection[str] | None) -> list[str]:
    """Return what is wrong with the register, row by row; `units` are those that there are, None where that is not known."""
    try:
        rows = list(_rows())
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        return [_("contacts.csv tidak terbaca ({why}).", why=type(fault).__name__)]
    found = [
        _("contacts.csv baris {n}: {what}", n=number, what=what) for number, row in rows for what in _wrong(row, units)
    ]
    seen: set[tuple[str, ...]] = set()
    for number, row in rows:
        same = (row["unit_id"], row["email"].casefold(), row["receives"], row["valid_from"])
        if same in seen:
            found.append(_("contacts.csv baris {n}: sama dengan baris sebelumnya.", n=number))
        seen.add(same)
    return found


def _wrong(row: dict[str, str], units: Collection[str] | None) -> list[str]:
    """Return what is wrong with a row. An address that can't be told is not repeated."""
    wrong = []
    if not row["unit_id"] or (units is not None and row["unit_id"] not in units):
        wrong.append(_("unit_id tidak dikenal."))
    if not ADDRESS.fullmatch(row["email"]) or ".." in row["email"]:
        wrong.append(_("email bukan satu alamat yang benar, misalnya puskesmas@contoh.go.id."))
    if row["receives"] not in get_args(Receives):
        wrong.append(_("receives harus messages atau digest."))
    for column in ("valid_from", "valid_until"):
        try:
            date.fromisoformat(row[column]) if row[column] else None
        except ValueError:
            wrong.append(_("{column} harus tanggal seperti 2026-01-31.", column=column))
    return wrong


def _rows() -> Iterator[tuple[int, dict[str, str]]]:
    path = data_dir() / "reference" / "contacts.csv"
    if not path.is_file():
        return
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            yield number, {column: (row.get(column) or "").strip(" \t") for column in COLUMNS}
