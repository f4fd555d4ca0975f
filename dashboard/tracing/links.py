"""Which figure a tile or a block shows, and the link from there to where it comes from.

Views need not know: `marked` gives every tile and block of a page its link, unless the view gave one itself.
"""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from dashboard.filters import Filters
from dashboard.snapshot import Block, Snapshot, TextBlock, Tile

# The keys of the address of the page "asal", beside those of the filters.
KIND, ELEMENT, REPORT_KIND, BACK = "angka", "unsur", "laporan", "kembali"
OWN = ("indicator", "service", "payer", "job_group", "employee")

# Page -> the kind of its figures, where nothing below says otherwise.
_USUAL: Mapping[str, str] = {
    "capaian": "attainment",
    "kunjungan": "visits",
    "kepuasan": "satisfaction",
    "accountability": "evaluations",
    "quality": "completeness",
}
# (page, tile or block) -> its kind, and the kind of report; None: rows, rules or words, which have no origin of their own.
_SPECIAL: Mapping[tuple[str, str], tuple[str, str | None] | None] = {
    ("ringkasan", "capaian"): ("attainment", None),
    ("ringkasan", "kunjungan"): ("visits", None),
    ("ringkasan", "kepuasan"): ("satisfaction", None),
    ("ringkasan", "ketepatan"): ("reporting", None),
    ("capaian", "rows"): None,
    ("kunjungan", "laporan"): ("completeness", "visit"),
    ("kunjungan", "baris"): None,
    ("kepuasan", "laporan"): ("completeness", "satisfaction"),
    ("kepuasan", "baris"): None,
    ("accountability", "reports"): ("reporting", None),
    ("accountability", "discipline"): ("reporting", None),
    ("accountability", "weights"): None,
    ("accountability", "standing"): ("accountability_mean", None),
    ("accountability", "components"): ("accountability_mean", None),
    ("accountability", "neighbours"): ("accountability_mean", None),
    ("quality", "files"): ("files", None),
    ("quality", "rows"): ("rejects", None),
    ("quality", "mending"): ("rejects", None),
    ("quality", "issues"): ("rejects", None),
    ("quality", "timeliness"): ("reporting", None),
    ("quality", "tepat-waktu"): ("reporting", None),
}
NO_ORIGIN = {"changes", "empty"}


def link(chosen: Filters, kind: str, back: str = "", **keys: str | None) -> str:
    """Return the relative URL of the page that traces a figure of that kind; everything chosen goes along.

    `back` is the page to return to; `element` (U1..U9 as u1..u9), `report_kind` and the names of filters narrow the figure.
    """
    own = {name: getattr(chosen, name) for name in OWN}
    own |= {name: value for name, value in keys.items() if name in vars(chosen)}
    query = {KIND: kind, ELEMENT: keys.get("element"), REPORT_KIND: keys.get("report_kind"), BACK: back}
    return f"{chosen.link('trace', **own)}&{urlencode({key: value for key, value in query.items() if value})}"


def marked(snapshot: Snapshot, chosen: Filters) -> Snapshot:
    """Return the page with a link to its origin on each tile and block whose figure is known."""
    if not any(page == snapshot.page for page in (*_USUAL, *(page for page, _block in _SPECIAL))):
        return snapshot

    def tile(shown: Tile) -> Tile:
        return shown if shown.trace else replace(shown, trace=_link_of(snapshot.page, shown.id, chosen))

    def block(shown: Block) -> Block:
        if isinstance(shown, TextBlock) or shown.trace:
            return shown
        return replace(shown, trace=_link_of(snapshot.page, shown.id, chosen))

    return replace(
        snapshot,
        tiles=tuple(tile(shown) for shown in snapshot.tiles),
        blocks=tuple(
            tuple(block(part) for part in row) if isinstance(row, tuple) else block(row) for row in snapshot.blocks
        ),
    )


def _link_of(page: str, shown: str, chosen: Filters) -> str | None:
    usual = "accountability" if page == "accountability" and chosen.employee else _USUAL.get(page)
    found = _SPECIAL.get((page, shown), (usual, None) if usual else None)
    if found is None or found[0] is None or shown in NO_ORIGIN:
        return None
    kind, report_kind = found
    return link(chosen, kind, page, report_kind=report_kind)
