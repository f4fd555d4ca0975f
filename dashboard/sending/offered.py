"""Which forms one who asks can have filled in, for whom and of when, and what may stand in them."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import polars as pl

from dashboard import db, registry
from dashboard.access import Viewer
from queries import forms
from queries.forms import Contents, Form, Sight
from queries.months import moved_by

PERIODS_BACK = 12  # that may be chosen before the one that runs


def may_take(viewer: Viewer) -> bool:
    """Whether one who asks takes forms: who sends reports, or keeps those of employees."""
    return any(address == registry.FORMS for _title, address in registry.small(viewer))


def owed(viewer: Viewer, most: int | None = None) -> tuple[list[tuple[Form, dict[str, Any]]], int]:
    """Return what the units that a viewer covers have to fill in, by the day that it is due: the form, and the row of the query.

    Of so many the first `most`, and how many they are.
    """
    of = {form.report_kind: form for form in forms.forms().values() if form.report_kind}
    rows = db.fetch("forms/owed", viewer, agency=None, unit=None).filter(pl.col("report_kind").is_in(list(of)))
    return [
        (of[row["report_kind"]], row) for row in rows.head(rows.height if most is None else most).rows(named=True)
    ], rows.height


def units(viewer: Viewer, period: date) -> dict[str, str]:
    """Return the units that are there in a month, by name, and that a viewer covers."""
    found = db.fetch("forms/units", viewer, agency=None, unit=None, month=period)
    return dict(found.select("unit_id", "unit_name").rows())


def periods(form: Form, today: date) -> list[date]:
    """Return the periods that may be chosen, the newest first: those before, the one that runs, and the next."""
    months = form.months or 1
    first = form.begins(today)
    return [moved_by(first, -months * back) for back in range(-1, PERIODS_BACK)] if form.months else [first]


def contents(viewer: Viewer, form: Form, unit: str, period: date) -> Contents | None:
    """Return what stands in a form for one who asks; None where the unit is not his."""

    def fetch(name: str, **parameters: Any) -> Any:
        return db.fetch(name, viewer, **({"agency": None, "unit": None} | parameters))

    return forms.contents(fetch, form, unit, period, _sight(viewer, form))


def tells_people(viewer: Viewer, form: Form) -> bool:
    """Whether names of employees stand in a form for one who asks."""
    return form.of_people and viewer.sees_names and viewer.opens(form.page)


def _sight(viewer: Viewer, form: Form) -> Callable[[Sequence[str]], Sight]:
    """Return what a viewer may be told: figures of a page that he has; whole numbers of staff by the right to them alone."""

    def told(employees: Sequence[str]) -> Sight:
        numbers = (
            {each: db.nip(viewer, each) or "" for each in dict.fromkeys(employees)} if viewer.may("reveal") else {}
        )
        return Sight(viewer.opens(form.page), viewer.sees_names, {each: nip for each, nip in numbers.items() if nip})

    return told
