"""What a meeting's cover and contents say of its pages, each thing once."""

from collections.abc import Iterator, Sequence

from dashboard.snapshot import Snapshot
from dashboard.words import text
from dashboard.words.text import _

PARTED = " · "


def periods(pages: Sequence[Snapshot]) -> str:
    """Return the periods of the pages; a page without one says nothing."""
    return PARTED.join(dict.fromkeys(page.period for page in pages if page.period not in {"", text.MISSING}))


def choices(pages: Sequence[Snapshot]) -> str:
    """Return what was chosen on the pages beside the period: units, indicators, groups; nothing where all is shown."""
    return PARTED.join(dict.fromkeys(part for page in pages for part in _chosen(page)))


def name(page: Snapshot) -> str:
    """Return the title of a page with what was chosen on it, so that two pages of one kind are told apart."""
    return PARTED.join([page.title, *_chosen(page)])


def _chosen(page: Snapshot) -> Iterator[str]:
    everything = {"", text.MISSING, page.period, _("Semua unit"), _("Semua perangkat daerah")}
    return (part for part in page.filters.split(PARTED) if part not in everything)
