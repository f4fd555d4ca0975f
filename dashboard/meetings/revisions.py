"""Which past values a newer build says otherwise than an older one, and the file that made it so."""

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from dashboard import db, filters, registry
from dashboard.access import Viewer
from dashboard.snapshot import Meeting
from queries.measures import measures

_READ = ("what", "short_name", "file", "row", "file_id", "state", "unit_id", "period")


@dataclass(frozen=True, eq=False)
class Revisions:
    """Rows of trace/changes from the older build to the newer, those revised or gone, each figure once; and new figures.

    `is_known` is False where the older build is no longer kept or of another Rapor: then nothing could be compared.
    """

    rows: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=dict.fromkeys(_READ, pl.String)))
    new_figures: int = 0
    is_known: bool = True

    @property
    def files(self) -> pl.Series:
        """The names of the files that the revisions come from, as often as they made one."""
        return self.rows["file"].drop_nulls()


def between(before: Meeting, now: Meeting, viewer: Viewer) -> Revisions:
    """Return what the build of `now` says otherwise than the build of `before`, of the pages of `now`."""
    if before.build_id == now.build_id:
        return Revisions()
    older, newer = _file(before.build_id), _file(now.build_id)
    changes = db.changes(older, newer) if older and newer else None
    if changes is None or newer is None:
        return Revisions(is_known=False)
    with db.using(newer):
        rows = _asked(now, viewer, changes)
    new = rows.filter(pl.col("state") == "new")
    return Revisions(rows.filter(pl.col("state") != "new"), int(new["figures"].sum()))


def _file(build_id: str) -> Path | None:
    path = db.current_path().parent / f"{Path(build_id).name}.duckdb"
    return path if path.is_file() else None


def _asked(now: Meeting, viewer: Viewer, changes: str) -> pl.DataFrame:
    """Return the changes that concern a page, with its filters; a change once.

    Values of months before a page's period count too: what is compared with last year rests on them.
    """
    build = db.build()
    settings = now.settings or tuple((page.page, ()) for page in now.pages)
    found = []
    for address, query in dict.fromkeys(settings):
        page = registry.find(address)
        if page is None or page.measure is None:
            continue  # its figures are counted from a register, not from reports
        values = dict(query)
        chosen = filters.read(values, build.first_month, build.last_month).parameters()
        until = chosen["period_to"] if filters.KEYS["period_to"] in values else None
        facts = list(measures()[page.measure].traced.facts) if page.measure in measures() else None
        asked = chosen | {"facts": facts, "period_from": None, "period_to": until}
        found.append(db.fetch("trace/changes", viewer, **asked, changes=changes))
    if not found:
        none = dict.fromkeys(filters.KEYS)
        return db.fetch("trace/changes", viewer, **none).clear()
    return pl.concat(found, how="vertical_relaxed").unique(maintain_order=True)
