"""What a measure means, for the foot of a page: as declared, or in the district's own words where it has some."""

from dashboard import db
from dashboard.access import Viewer
from dashboard.words import text
from dashboard.words.text import _
from queries.measures import Measure, reworded


def measure(code: str, viewer: Viewer) -> Measure:
    """Return a measure with the words of the district."""
    return reworded(db.fetch("trace/definition", viewer, code=code).rows(named=True))[code]


def of(code: str, viewer: Viewer, basis: str | None = None) -> tuple[str, str]:
    """Return name and meaning of a measure with its legal basis: `basis` where the data names it."""
    found = measure(code, viewer)
    words = _(
        "{definition} Dasar: {basis}.",
        definition=text.named(*found.definition),
        basis=basis or text.named(*found.legal_basis),
    )
    return text.named(*found.name), words
