"""The national holidays and joint leave of Indonesia in `data/reference/holidays.csv`, as the library `holidays` has them.

`python -m tests.holidays` says whether they agree; with `--write` the table is made anew, after an upgrade of the library.
"""

import csv
import io
import sys
from pathlib import Path

import holidays

TABLE = Path(__file__).parents[1] / "data" / "reference" / "holidays.csv"
YEARS = range(2022, 2028)  # those whose decree the library has, joint leave too
KINDS = {"national": holidays.PUBLIC, "joint_leave": holidays.GOVERNMENT}
BASIS = "SKB 3 Menteri tentang hari libur nasional dan cuti bersama"


def table() -> str:
    """Return the table as CSV."""
    rows = [
        (day.isoformat(), kind, found["id"].get(day), found["en_US"].get(day), BASIS)
        for kind, category in KINDS.items()
        for found in [
            {
                language: holidays.Indonesia(years=YEARS, categories=category, language=language)
                for language in ("id", "en_US")
            }
        ]
        for day in found["id"]
    ]
    written = io.StringIO()
    out = csv.writer(written, lineterminator="\n")
    out.writerow(("holiday_on", "kind", "name", "name_en", "legal_basis"))
    out.writerows(sorted(rows))
    return written.getvalue()


if __name__ == "__main__":
    if "--write" in sys.argv:
        TABLE.write_text(table(), encoding="utf-8")
    sys.exit(TABLE.read_text(encoding="utf-8") != table())
