"""What an analyst may ask of: the tables queries/explore/<name>.sql, their columns and measures, as tables.toml declares them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import queries

DECLARED = Path(__file__).with_name("tables.toml")
FOLDER = "explore"
KINDS = ("time", "category", "number", "text", "flag", "origin", "key")
FORMATS = ("int", "decimal", "amount", "pct")
Pair = tuple[str, str]  # Indonesian, English


@dataclass(frozen=True)
class Column:
    """A column of a table: its kind (one of KINDS), and what it is called and means."""

    name: str
    kind: str
    label: Pair
    meaning: Pair


@dataclass(frozen=True)
class Measure:
    """What is worked out anew for every group of rows: `sql` is an aggregate, `column` the number behind it, if it is one.

    `is_additive` says that the values of groups may be added; where they may not, `sum_refused` says why. `refused` are other
    ways to put rows together (mean, median, min, max) that would mislead. A change of a share or an index (`is_points`) is a
    difference, that of an amount a percentage. `formula` says in words what the SQL would tell nobody.
    """

    name: str
    label: Pair
    unit: Pair
    format: str
    sql: str
    digits: int = 0
    column: str | None = None
    is_additive: bool = False
    sum_refused: Pair = ("", "")
    refused: tuple[str, ...] = ()
    is_points: bool = False
    formula: Pair | None = None


@dataclass(frozen=True)
class Table:
    """`time` is the column of months, `grain` and `row` are what a fresh view groups by.

    Where `latest` names columns, only the last period of each of them counts within a group: such figures are to date.
    `follows` says by which formula a column follows from which others: column -> (formula, others ...).
    """

    name: str
    title: Pair
    meaning: str
    time: str
    grain: str
    row: str
    columns: Mapping[str, Column]
    measures: Mapping[str, Measure]
    latest: tuple[str, ...] = ()
    note: Pair = ("", "")
    follows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of_kind(self, *kinds: str) -> tuple[Column, ...]:
        """Return the columns of these kinds, in the order of the declaration."""
        return tuple(column for column in self.columns.values() if column.kind in kinds)


@cache
def tables() -> dict[str, Table]:
    """Return all tables by name; raises ValueError where the declaration makes no sense."""
    with DECLARED.open("rb") as file:
        return {name: _table(name, said) for name, said in tomllib.load(file).items()}


def _table(name: str, said: Mapping[str, Any]) -> Table:
    columns = {
        key: Column(key, kind, (label, label_en), (meaning, meaning_en))
        for key, (kind, label, label_en, meaning, meaning_en) in said["columns"].items()
    }
    measures = {key: _measure(key, of) for key, of in said["measures"].items()}
    wrong = [c.name for c in columns.values() if c.kind not in KINDS]
    wrong += [m.name for m in measures.values() if m.format not in FORMATS or not (m.is_additive or all(m.sum_refused))]
    wrong += [c for c in (said["time"], said["row"], *said.get("latest", ())) if c not in columns]
    if wrong:
        raise ValueError(f"tables.toml, {name}: {', '.join(wrong)}")
    return Table(
        name=name,
        title=(said["title"], said["title_en"]),
        meaning=queries.load(f"{FOLDER}/{name}").meaning,
        time=said["time"],
        grain=said["grain"],
        row=said["row"],
        columns=columns,
        measures=measures,
        latest=tuple(said.get("latest", ())),
        note=(said.get("note", ""), said.get("note_en", "")),
        follows={key: tuple(of) for key, of in said.get("follows", {}).items()},
    )


def _measure(name: str, said: Mapping[str, Any]) -> Measure:
    return Measure(
        name=name,
        label=(said["label"][0], said["label"][1]),
        unit=(said["unit"][0], said["unit"][1]),
        format=said["format"],
        sql=said["sql"],
        digits=said.get("digits", 0),
        column=said.get("column"),
        is_additive=said.get("additive", False),
        sum_refused=tuple(said.get("sum_refused", ("", ""))),
        refused=tuple(said.get("refused", ())),
        formula=(said["formula"][0], said["formula"][1]) if "formula" in said else None,
        is_points=said.get("points", said["format"] == "pct"),
    )
