"""Which past values a newer build says otherwise than an older one, and the file that made it so."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from dashboard import access, db, filters
from dashboard.access import Viewer
from dashboard.meeting import Meeting

_KINDS = {"kunjungan": "visits", "capaian": "attainment", "kepuasan": "satisfaction", "pegawai": "accountability"}
_NONE = ("register-indikator",)  # its figures are counted from the register, not from reports
_SAME = ("kind", "unit_id", "item_id", "part_name", "period", "period_months")
_EMPTY = dict.fromkeys(("what", "short_name", "file", "row", "file_id", "state", *_SAME), pl.String)
_OLD = ("value_before", "text_before")


@dataclass(frozen=True, eq=False)
class Revisions:
    """Rows of trace/changes from the older build to the newer, those revised or gone, each figure once; and new figures.

    `is_complete` is False where a build between the two is no longer kept: what that one changed is not among the rows.
    """

    rows: pl.DataFrame
    new_figures: int
    is_complete: bool


def between(before: Meeting, now: Meeting, viewer: Viewer) -> Revisions:
    """Return what the build of `now` and those between say otherwise than the build of `before`, of the pages of `now`."""
    builds, is_complete = _chain(before.build_id, now.build_id)
    found = []
    for path in builds:
        with db.using(path):
            found.append(_asked(now, viewer))
    if not found:
        return Revisions(pl.DataFrame(schema=_EMPTY), 0, is_complete)
    rows = pl.concat(found, how="vertical_relaxed")
    new = rows.filter(pl.col("state") == "new")
    return Revisions(_merged(rows.filter(pl.col("state") != "new")), int(new["figures"].sum()), is_complete)


def _chain(older: str, newer: str) -> tuple[list[Path], bool]:
    """Return the builds after the older one up to the newer, oldest first, and whether none is missing."""
    builds: list[Path] = []
    at: str | None = newer
    while at != older:
        path = _file(at) if at else None
        previous = _previous(path) if path else None
        if path is None or previous is None or path in builds:
            return builds[::-1], False
        builds.append(path)
        at = previous
    return builds[::-1], True


def _file(build_id: str) -> Path | None:
    current = db.current_path()
    path = current.parent / f"{Path(build_id).name}.duckdb"
    return path if path.is_file() else None


def _previous(path: Path) -> str | None:
    """Return the build that a build was held against; None where it was held against none, or can't be read."""
    try:
        with db.using(path):
            return db.fetch("trace/comparison", access.ROLES["pimpinan"])["previous_build_id"].item()
    except db.Damaged:
        return None


def _asked(now: Meeting, viewer: Viewer) -> pl.DataFrame:
    """Return the changes of the build that is read now that concern a page, with its filters; a change once.

    Values of months before a page's period count too: what is compared with last year rests on them.
    """
    build = db.build()
    settings = now.settings or tuple((page.page, ()) for page in now.pages)
    found = []
    for address, query in dict.fromkeys(settings):
        if address in _NONE:
            continue
        values = dict(query)
        chosen = filters.read(values, build.first_month, build.last_month).parameters()
        until = chosen["period_to"] if filters.KEYS["period_to"] in values else None
        asked = chosen | {"kind": _KINDS.get(address, "all"), "period_from": None, "period_to": until}
        found.append(db.fetch("trace/changes", viewer, **asked))
    if not found:
        none = dict.fromkeys(filters.KEYS)
        return db.fetch("trace/changes", viewer, **none, kind="all").clear()
    return pl.concat(found, how="vertical_relaxed").unique(maintain_order=True)


def _merged(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row a figure: the value before the first change, all else of the last; none where it is as it was."""
    if rows.is_empty():
        return rows
    first = rows.unique(_SAME, keep="first", maintain_order=True).select(*_SAME, *_OLD)
    last = rows.unique(_SAME, keep="last", maintain_order=True).drop(*_OLD)
    joined = last.join(first, on=_SAME, how="left", nulls_equal=True, maintain_order="left").select(rows.columns)
    is_as_it_was = pl.col("value_before").eq_missing(pl.col("value_after")) & pl.col("text_before").eq_missing(
        pl.col("text_after")
    )
    return joined.filter(~is_as_it_was)
