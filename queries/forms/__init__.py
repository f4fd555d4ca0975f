"""The forms that are handed out, as forms.toml declares them, and what stands in one for who asks."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from queries.escape import without_controls
from queries.language import MONTHS
from queries.months import moved_by, quarter

if TYPE_CHECKING:
    import polars as pl

DECLARED = Path(__file__).with_name("forms.toml")
# The last word of a heading, or of the name of a sheet, of which nothing is read: what a form only shows.
REFERENCE = "acuan"
BEFORE, ASKS = "_before", "asks_"  # of the columns that a query of rows gives
NUMBER_OF_STAFF = "nip"
ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True)
class Form:
    """One form; forms.toml says what each of its keys means."""

    name: str
    title: str
    title_en: str
    source: str
    page: str
    rows: str
    months: int
    asked: tuple[str, ...]
    given: tuple[str, ...] = ()
    report_kind: str | None = None
    shown: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)
    spare: int = 0
    of_people: bool = False

    def begins(self, day: date) -> date:
        """Return the first month of the period of this form that a day falls in."""
        months = self.months or 1
        return date(day.year, (day.month - 1) // months * months + 1, 1)


@dataclass(frozen=True)
class Contents:
    """What stands in a form: its unit and first month, the day that it is due, its rows, and the closed lists by name.

    A figure more than `factor` times that of the period before is asked about; None where nothing is.
    """

    form: str
    unit: str
    unit_kind: str
    period: date
    due_on: date | None
    factor: float | None
    rows: Sequence[Mapping[str, Any]]
    choices: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Sight:
    """What one who asks may be told in a form: the figures beside, names, and numbers of staff by `employee_id`."""

    figures: bool
    names: bool
    numbers: Mapping[str, str] = field(default_factory=dict)


@cache
def forms() -> Mapping[str, Form]:
    """Return the forms by name, in their order."""
    return {name: _form(name, dict(said)) for name, said in _declared().items() if name != "none"}


def none() -> Mapping[str, tuple[str, str]]:
    """Return the sources of which there is no form, each with the reason, Indonesian and English."""
    return {name: (words[0], words[1]) for name, words in _declared()["none"].items()}


def contents(
    fetch: "Callable[..., pl.DataFrame]", form: Form, unit: str, period: date, sight: Callable[[Sequence[str]], Sight]
) -> Contents | None:
    """Return what stands in a form, as `fetch` (a query's name, its parameters) gives it; None where the unit is out of sight.

    `sight` says what may be told, of the employees that the form has.
    """
    about = fetch("forms/sheet", unit=unit, month=period, report_kind=form.report_kind).to_dicts()
    if not about:
        return None
    before = moved_by(period, -(form.months or 1))
    rows = fetch(form.rows, unit=unit, month=period, period_from=before).to_dicts()
    lists = fetch("forms/choices").group_by("list", maintain_order=True).agg("value").rows()
    told = sight([row["employee_id"] for row in rows] if form.of_people else [])
    return Contents(
        form=form.name,
        unit=about[0]["unit_name"],
        unit_kind=about[0]["unit_kind"],
        period=period,
        due_on=about[0]["due_on"] if form.report_kind else None,
        factor=about[0]["question_factor"],
        rows=[_told(form, row, told) for row in rows],
        choices=dict(lists),
    )


def period_words(form: Form, first: date) -> str:
    """Return a period as an office writes it: November 2026, Triwulan IV 2026, 2027; nothing where a form has none."""
    match form.months:
        case 0:
            return ""
        case 12:
            return str(first.year)
        case 3:
            return f"Triwulan {ROMAN[quarter(first) - 1]} {first.year}"
    return f"{MONTHS['id'][first.month - 1]} {first.year}"


def file_name(form: Form, contents: Contents) -> str:
    """Return what the file of a form is called: the form, the unit and the period, and nothing that a folder can't hold."""
    words = f"{form.name} {contents.unit} {period_words(form, contents.period)}"
    return "".join(c for c in without_controls(words) if c.isalnum() or c in " -.,()").strip()[:120] + ".xlsx"


def _told(form: Form, row: Mapping[str, Any], sight: Sight) -> dict[str, Any]:
    """Return of a row what may be told: of people whom one may not name an empty one, to be filled in."""
    if form.of_people:
        if not (sight.names and sight.figures):
            return {}
        row = {**row, NUMBER_OF_STAFF: sight.numbers.get(row["employee_id"]), "name": row["employee_name"]}
    kept = {*form.given, *form.asked, *form.shown, *form.lists, "scale", "unit_of_measure"}
    if sight.figures:
        return {key: value for key, value in row.items() if key in kept or key.endswith(BEFORE) or key.startswith(ASKS)}
    figures = {"target_now", *(form.asked if form.given else ())}
    return {key: value for key, value in row.items() if (key in kept and key not in figures) or key.startswith(ASKS)}


def _form(name: str, said: dict[str, Any]) -> Form:
    keys: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in said.items()}
    return Form(name, **keys)


@cache
def _declared() -> Mapping[str, Mapping[str, Any]]:
    with DECLARED.open("rb") as file:
        return tomllib.load(file)
