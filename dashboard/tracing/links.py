"""The link from a figure to the page that says where it comes from."""

from dataclasses import replace
from urllib.parse import urlencode

from dashboard import registry
from dashboard.filters import Filters
from dashboard.snapshot import Block, Shown, Snapshot, TextBlock, Tile

# The keys of the address of the page "asal", beside those of the filters.
KIND, ELEMENT, REPORT_KIND, BACK = registry.page(registry.TRACE).asked
OWN = ("indicator", "service", "payer", "job_group", "employee")


def link(chosen: Filters, kind: str, back: str = "", **keys: str | None) -> str:
    """Return the relative URL of the page that traces a figure of that kind; everything chosen goes along.

    `back` is the page to return to; `element` (U1..U9 as u1..u9), `report_kind` and the names of filters narrow the figure.
    """
    own = {name: getattr(chosen, name) for name in OWN}
    own |= {name: value for name, value in keys.items() if name in vars(chosen)}
    query = {KIND: kind, ELEMENT: keys.get("element"), REPORT_KIND: keys.get("report_kind"), BACK: back}
    return f"{chosen.link(registry.TRACE, **own)}&{urlencode({key: value for key, value in query.items() if value})}"


def marked(snapshot: Snapshot, chosen: Filters) -> Snapshot:
    """Return the page with a link to its origin on each tile and block that says which figure it shows."""

    def tile(shown: Tile) -> Tile:
        return replace(shown, trace=_link_of(shown.shows, snapshot.page, chosen)) if shown.shows else shown

    def block(shown: Block) -> Block:
        if isinstance(shown, TextBlock) or shown.shows is None:
            return shown
        return replace(shown, trace=_link_of(shown.shows, snapshot.page, chosen))

    return snapshot.each(tile, block)


def _link_of(shows: Shown, page: str, chosen: Filters) -> str:
    return link(chosen, shows.kind, page, report_kind=shows.report_kind)
