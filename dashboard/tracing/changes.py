"""What changed since the last build, as a block for any page."""

from dashboard import db, registry
from dashboard.access import Viewer
from dashboard.filters import Filters
from dashboard.snapshot import TableBlock
from dashboard.tracing import tables


def changes_block(chosen: Filters, viewer: Viewer) -> TableBlock:
    """Return what the build says differently from the one before it, for the units chosen, in every period: block 'changes'.

    Revised past values come first, then figures that are gone, then new ones counted by file. An empty table says why.
    """
    links = tables.Links(file=lambda file_id: f"{chosen.link(registry.QUALITY, file=file_id)}#files")
    comparison = db.fetch("trace/comparison", viewer).row(0, named=True)
    found = db.fetch("trace/changes", viewer, agency=chosen.agency, unit=chosen.unit, area=chosen.area)
    return tables.changes(comparison, found, links)
