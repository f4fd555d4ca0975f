"""What every page's snapshot carries: as-of, build, completeness, findings, what was chosen."""

from collections.abc import Mapping
from typing import Any

from dashboard import db, filters, registry
from dashboard.access import Viewer
from dashboard.filters import Filters
from dashboard.words import text
from dashboard.words.text import _


def frame(chosen: Filters, viewer: Viewer) -> dict[str, Any]:
    """Return the fields of Snapshot that are the same on every page: Snapshot(page="x", **frame(chosen, viewer))."""
    build = db.build()
    row = db.fetch("overview/status", viewer, month=build.last_month).row(0, named=True)
    completeness = ""
    if row["expected"]:
        completeness = _(
            "{received} dari {expected} puskesmas sudah melapor {month}",
            received=text.number(row["received"]),
            expected=text.number(row["expected"]),
            month=text.month_name(build.last_month),
        )
    return {
        "period": text.period(chosen.period_from, chosen.period_to),
        "filters": filters.summary(chosen, viewer),
        "as_of": build.as_of,
        "build_id": build.id,
        "is_sample": build.is_sample,
        "completeness": completeness,
        "findings": row["findings"],
        "extra": {"quality_link": chosen.link(registry.QUALITY)},
    }


def reports(summary: Mapping[str, Any]) -> str:
    """Return how complete a period is: '198 dari 200 laporan bulanan diterima'."""
    received, expected = text.number(summary["reports_received"]), text.number(summary["reports_expected"])
    return _("{received} dari {expected} laporan bulanan diterima", received=received, expected=expected)
