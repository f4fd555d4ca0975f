"""What each unit owes and by when, as seen on a day: in, late, missing, still to come."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import polars as pl

from dashboard import db
from dashboard.access import Viewer
from dashboard.words import text
from dashboard.words.said import joined
from queries.months import first_of_month, moved_by

State = Literal["missing", "late", "on_time", "received", "corrected", "due"]
IN = frozenset({"late", "on_time", "received", "corrected"})
MONTHS_BEFORE, MONTHS_AHEAD = 3, 3  # of the calendar, around today's month


@dataclass(frozen=True)
class Due:
    """A report of a unit: `due_on`, the day that it was moved from where it was, the holiday that it falls on.

    state: missing once its day has passed without it, due until then.
    """

    unit_id: str
    unit: str
    unit_short: str
    kind: str
    kind_name: str
    period: date
    months: int
    due_on: date
    moved_from: date | None
    holiday: str | None
    received_on: date | None
    state: State

    @property
    def what(self) -> str:
        """Return the report and its period in words: 'Laporan kunjungan bulanan Okt 2026'."""
        return joined((self.kind_name, text.span(self.period, self.months)), " ")


def today() -> date:
    """Return the day that due dates are held against; of a sample, whose reports end, the day that it speaks of."""
    build = db.build()
    return build.as_of.date() if build.is_sample and build.as_of else date.today()


def around(viewer: Viewer, day: date, **only: str | None) -> list[Due]:
    """Return what falls due in the months around a day, by due date and unit, and what is missing however long.

    `only` narrows it: agency, unit, report_kind.
    """
    return list(_dues(_around(viewer, day, **only), day))


def units(viewer: Viewer, day: date) -> dict[str, str]:
    """Return the units of which something falls due in the months around a day, or is missing, by their names."""
    found = _around(viewer, day).select("unit_id", "unit_name").unique("unit_id").sort("unit_name", "unit_id")
    return dict(found.iter_rows())


def _around(viewer: Viewer, day: date, **only: str | None) -> pl.DataFrame:
    month = first_of_month(day)
    since = moved_by(month, -MONTHS_BEFORE)
    rows = db.fetch("quality/calendar", viewer, period_from=date.min, period_to=moved_by(month, MONTHS_AHEAD), **only)
    is_missing = pl.col("state").is_in(["not_due", "missing"]) & (pl.col("due_on") < day)
    return rows.filter((pl.col("due_on") >= since) | is_missing)


def between(viewer: Viewer, first: date, last: date, day: date, **only: str | None) -> list[Due]:
    """Return what falls due in the months from `first` to `last`, as of a day. Raises db.NoBuild, db.OlderBuild."""
    return list(_dues(db.fetch("quality/calendar", viewer, period_from=first, period_to=last, **only), day))


def _dues(rows: pl.DataFrame, day: date) -> Iterator[Due]:
    for row in rows.iter_rows(named=True):
        state = row["state"]
        if state in ("not_due", "missing"):
            state = "missing" if row["due_on"] < day else "due"
        yield Due(
            row["unit_id"], row["unit_name"], row["unit_short_name"], row["report_kind"],
            text.named(row["report_kind_name"], row["report_kind_name_en"]), row["period"], row["period_months"], row["due_on"],
            row["moved_from"], text.named(row["holiday"], row["holiday_en"]) if row["holiday"] else None, row["received_on"], state,
        )  # fmt: skip


def soon(dues: list[Due], day: date, days: int) -> list[Due]:
    """Return what falls due within so many days from a day on and is not in."""
    return [one for one in dues if one.state == "due" and one.due_on <= day + timedelta(days=days)]
