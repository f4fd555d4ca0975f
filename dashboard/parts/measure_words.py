"""Measures in words, as queries/measures.toml declares them; a definition in the district's own words where it has some."""

from dashboard import db
from dashboard.access import Viewer
from dashboard.words import text
from dashboard.words.text import _
from queries.measures import Measure, measures, reworded


def of(code: str, viewer: Viewer) -> Measure:
    """Return a measure with the words of the district."""
    return reworded(db.fetch("trace/definition", viewer, code=code).rows(named=True))[code]


def definition(code: str, viewer: Viewer, basis: str | None = None) -> tuple[str, str]:
    """Return name and meaning of a measure for the foot of a page, with its legal basis: `basis` where the data names it."""
    found = of(code, viewer)
    words = _(
        "{definition} Dasar: {basis}.",
        definition=text.named(*found.definition),
        basis=basis or text.named(*found.legal_basis),
    )
    return text.named(*found.name), words


def name(code: str) -> str:
    """Return what a measure is called."""
    return text.named(*measures()[code].name)


def label(code: str) -> str:
    """Return what a measure is called where room is short."""
    return text.named(*measures()[code].label)


def unit(code: str) -> str:
    """Return the unit of a measure."""
    return text.named(*measures()[code].unit)


def unit_over_time(code: str) -> str:
    """Return the unit of the values of a measure's series, as it stands at a chart."""
    series = measures()[code].series
    return text.named(*series.unit) if series else unit(code)


def written(code: str, value: float | None, digits: int | None = None) -> str:
    """Return a value of a measure as it is read: whole counts, scores with their decimals, shares in %."""
    entry = measures()[code]
    digits = entry.digits if digits is None else digits
    return text.pct(value, digits) if entry.format == "pct" else text.number(value, digits)
