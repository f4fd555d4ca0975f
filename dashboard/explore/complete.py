"""How complete the reports behind each group of a slice are: a period without a report is never a small figure."""

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from dashboard import db
from dashboard.access import Viewer
from dashboard.words import text
from dashboard.words.text import _, number
from queries.explore.beside import owed, owed_sql
from queries.explore.slices import GRAINS, Slice, moved_by


@dataclass(frozen=True)
class Complete:
    """`counts` holds (missing, due) of the reports by (row, column), `...` standing for any; `places` say which of both count.

    `months` is by how much its times lie before those that are asked for. `names` are the reports that are missing.
    """

    counts: dict[tuple[Any, Any], tuple[int, int]]
    places: tuple[bool, bool] = (False, False)
    times: tuple[bool, bool] = (False, False)
    months: int = 0
    names: tuple[str, ...] = ()

    def words(self, row: Any = ..., column: Any = ...) -> str | None:
        """Return how many of the reports behind a group are in; None where all are, or none is due."""
        key = tuple(
            moved_by(value, -self.months) if is_time and value not in (..., None) else value if is_known else ...
            for value, is_known, is_time in zip((row, column), self.places, self.times, strict=True)
        )
        missing, due = self.counts.get(key, (0, 0))
        if not missing:
            return None
        if missing == due:
            return _("belum melapor")
        return _("{received} dari {due} laporan", received=number(due - missing), due=number(due))


def of(slice_: Slice, viewer: Viewer, months: int = 0) -> Complete:
    """Return how complete a slice is whose times lie so many months before those of the page."""
    asked = owed(slice_)
    if asked is None:
        return Complete({})
    counts: defaultdict[tuple[Any, Any], list[int]] = defaultdict(lambda: [0, 0])
    for line in db.ask(viewer, owed_sql(asked)).iter_rows(named=True):
        row, column = (line[name] if name else ... for name in (asked.row, asked.column))
        for key in {(row, column), (row, ...), (..., column), (..., ...)}:
            counts[key][0] += line["value"]
            counts[key][1] += line["row_count"]
    columns = asked.of.columns
    times = tuple(bool(name) and columns[name].kind == "time" for name in (asked.row, asked.column))
    return Complete(
        counts={key: (missing, due) for key, (missing, due) in counts.items()},
        places=(asked.row is not None, asked.column is not None),
        times=(times[0], times[1]),
        months=months,
        names=_names(asked, viewer) if counts and counts[..., ...][0] else (),
    )


def _names(asked: Slice, viewer: Viewer) -> tuple[str, ...]:
    """Return the reports that are missing: unit and period, the newest first."""
    each = replace(asked, row="unit", column=asked.of.time, grain="month")
    lines = [line for line in db.ask(viewer, owed_sql(each)).iter_rows(named=True) if line["value"]]
    months = 1 if asked.of.grain == "month" else GRAINS[asked.of.grain]
    lines.sort(key=lambda line: (-line[each.of.time].toordinal(), str(line["unit"])))
    return tuple(f"{line['unit']} ({text.span(line[each.of.time], months)})" for line in lines)
