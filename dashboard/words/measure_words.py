"""Measures in words, as queries/measures.toml declares them: what they are called, their units, their values."""

from dashboard.words import text
from queries.measures import measures


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
