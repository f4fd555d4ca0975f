"""Which role the groups of an identity provider give, as `reference/role_groups.csv` says: that of the data folder, else the one shipped.

The first row of the table whose group a person has counts; who has none of them is let in as nobody.
"""

import csv
from collections.abc import Collection
from datetime import date
from functools import cache
from pathlib import Path

from dashboard.folder import PROJECT, data_dir

COLUMNS = ("group", "role", "of", "valid_from", "valid_until")


def role_of(told: Collection[str]) -> tuple[str, str]:
    """Return the role of one who has these groups, and the unit or employee that it is for; two empty words where there is none."""
    return next(((role, of) for group, role, of in table() if group in told), ("", ""))


def table() -> tuple[tuple[str, str, str], ...]:
    """Return the rows that are valid today: group, role, unit or employee."""
    own = data_dir() / "reference" / "role_groups.csv"
    path = own if own.is_file() else PROJECT / "data" / "reference" / "role_groups.csv"
    return _read(path, path.stat().st_mtime_ns, date.today()) if path.is_file() else ()


@cache
def _read(path: Path, _modified: int, today: date) -> tuple[tuple[str, str, str], ...]:
    """Read a table; one that lacks a column lets nobody in."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if not set(COLUMNS) <= set(rows.fieldnames or ()):
            return ()
        return tuple(
            ((row["group"] or "").strip(), (row["role"] or "").strip(), (row["of"] or "").strip())
            for row in rows
            if (row["group"] or "").strip()
            and (row["valid_from"] or "0000") <= today.isoformat() <= (row["valid_until"] or "9999")
        )
