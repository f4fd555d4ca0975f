"""Ringkasan: four figures, what stands out, the map of the district."""

from dashboard.access import Viewer
from dashboard.filters import Filters
from dashboard.snapshot import Snapshot
from dashboard.text import _
from dashboard.views import common


def compose(chosen: Filters, viewer: Viewer) -> Snapshot:
    """Return the page."""
    return Snapshot(page="ringkasan", title=_("Ringkasan"), **common.frame(chosen, viewer))
