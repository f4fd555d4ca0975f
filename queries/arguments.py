"""Parameters of a query as a person types them, `name=value`, turned into what the query takes."""

import difflib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import duckdb

from queries.months import first_of_year


def parse(given: Sequence[str], known: Iterable[str]) -> dict[str, Any]:
    """Return the values by name: months as dates, `units` (a,b,c) as a list, an empty value as null.

    Raises ValueError(what, mend), both Indonesian: an item without `=`, an unknown name, a month that is none.
    """
    names = sorted(known)
    values: dict[str, Any] = {}
    for item in given:
        name, equals, text = item.partition("=")
        if not equals:
            raise ValueError(
                f"Parameter {item!r} tanpa nilai.", "Tulis: -p nama=nilai, misalnya -p period_from=2026-01"
            )
        if name not in known:
            there = f"Yang ada: {', '.join(names)}" if names else "Kueri ini tanpa parameter."
            raise ValueError(f"Kueri ini tidak mengenal parameter {name!r}.", f"{nearest(name, names)}{there}")
        values[name] = _value(name, text)
    return values


def usual_period(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Return the period that a page opens with, January to the last month of the build; nothing where there is none."""
    rows = connection.execute("select last_month from load.build where last_month is not null").fetchall()
    return {"period_from": first_of_year(rows[0][0]), "period_to": rows[0][0]} if rows else {}


def nearest(name: str, names: Sequence[str]) -> str:
    """Return a sentence that names what is spelt most alike, or nothing where nothing is."""
    near = difflib.get_close_matches(name, names, 3)
    return f"Mungkin maksud Anda: {', '.join(near)}. " if near else ""


def _value(name: str, text: str) -> Any:
    if not text:
        return None
    if name in ("units", "files"):
        return text.split(",")
    if not name.startswith("period") and name != "month":
        return text
    try:
        return date.fromisoformat(f"{text}-01" if len(text) == len("2026-01") else text)
    except ValueError:
        raise ValueError(f"{text!r} bukan bulan.", f"Tulis {name}=2026-01 atau {name}=2026-01-01") from None
