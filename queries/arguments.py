"""Parameters of a query as a person types them, `name=value`, turned into what the query takes."""

import difflib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from queries.language import _

if TYPE_CHECKING:
    import duckdb

from queries.months import first_of_year


def parse(given: Sequence[str], known: Iterable[str]) -> dict[str, Any]:
    """Return the values by name: months as dates, `units`, `files`, `facts` (a,b,c) as lists, an empty value as null.

    Raises ValueError(what, mend), both in the reader's language: an item without `=`, an unknown name, a month that is none.
    """
    names = sorted(known)
    values: dict[str, Any] = {}
    for item in given:
        name, equals, text = item.partition("=")
        if not equals:
            raise ValueError(
                _("Parameter {item!r} tanpa nilai.", item=item),
                _("Tulis: -p nama=nilai, misalnya -p period_from=2026-01"),
            )
        if name not in known:
            there = _("Yang ada: {names}", names=", ".join(names)) if names else _("Kueri ini tanpa parameter.")
            wrong = _("Kueri ini tidak mengenal parameter {name!r}.", name=name)
            raise ValueError(wrong, f"{nearest(name, names)}{there}")
        values[name] = _value(name, text)
    return values


def usual_period(connection: "duckdb.DuckDBPyConnection") -> dict[str, Any]:
    """Return the period that a page opens with, January to the last month of the build; nothing where there is none."""
    rows = connection.execute("select last_month from load.build where last_month is not null").fetchall()
    return {"period_from": first_of_year(rows[0][0]), "period_to": rows[0][0]} if rows else {}


def nearest(name: str, names: Sequence[str]) -> str:
    """Return a sentence that names what is spelt most alike, or nothing where nothing is."""
    near = difflib.get_close_matches(name, names, 3)
    return _("Mungkin maksud Anda: {names}.", names=", ".join(near)) + " " if near else ""


def _value(name: str, text: str) -> Any:
    if not text:
        return None
    if name in ("units", "files", "facts"):
        return text.split(",")
    if not name.startswith("period") and name != "month":
        return text
    try:
        return date.fromisoformat(f"{text}-01" if len(text) == len("2026-01") else text)
    except ValueError:
        mend = _("Tulis {name}=2026-01 atau {name}=2026-01-01", name=name)
        raise ValueError(_("{text!r} bukan bulan.", text=text), mend) from None
