"""What an analyst may ask of: the tables queries/explore/<name>.sql, their columns and measures, as tables.toml declares them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

import queries
from queries.measures import Measure, Pair, measures

DECLARED = Path(__file__).with_name("tables.toml")
FOLDER = "explore"
KINDS = ("time", "category", "number", "text", "flag", "origin", "key")


@dataclass(frozen=True)
class Column:
    """A column of a table: its kind (one of KINDS), and what it is called and means."""

    name: str
    kind: str
    label: Pair
    meaning: Pair


@dataclass(frozen=True, kw_only=True)
class SliceMeasure(Measure):
    """A measure of a table, called `key` there: `sql` is the aggregate that works it out for a group of rows.

    `column` is the number behind it, if it is one; `refused` are other ways to put rows together that would mislead.
    """

    key: str
    sql: str
    column: str | None = None
    refused: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """`time` is the column of months, `grain` and `row` are what a fresh view groups by.

    Where `latest` names columns, only the last period of each of them counts within a group: such figures are to date.
    `report_kind` is the kind of report (`report_kind_id` of submissions) that each unit owes, whose rows these are; `facet`
    the category that a fresh view filters by.
    `follows` says by which formula a column follows from which others: column -> (formula, others ...).
    """

    name: str
    title: Pair
    meaning: str
    time: str
    grain: str
    row: str
    columns: Mapping[str, Column]
    measures: Mapping[str, SliceMeasure]
    latest: tuple[str, ...] = ()
    note: Pair = ("", "")
    report_kind: str = ""
    facet: str = ""
    follows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of_kind(self, *kinds: str) -> tuple[Column, ...]:
        """Return the columns of these kinds, in the order of the declaration."""
        return tuple(column for column in self.columns.values() if column.kind in kinds)


def tables() -> dict[str, Table]:
    """Return all tables by name; raises ValueError where the declaration makes no sense."""
    return _read(DECLARED)


@cache
def _read(path: Path) -> dict[str, Table]:
    with path.open("rb") as file:
        return {name: _table(name, entry) for name, entry in tomllib.load(file).items()}


def _table(name: str, entry: Mapping[str, Any]) -> Table:
    columns = {
        key: Column(key, kind, (label, label_en), (meaning, meaning_en))
        for key, (kind, label, label_en, meaning, meaning_en) in entry["columns"].items()
    }
    of = {key: _measure(name, key, about) for key, about in entry["measures"].items()}
    wrong = [c.name for c in columns.values() if c.kind not in KINDS]
    wrong += [c for c in (entry["time"], entry["row"], entry["facet"], *entry.get("latest", ())) if c not in columns]
    if wrong:
        raise ValueError(f"tables.toml, {name}: {', '.join(wrong)}")
    return Table(
        name=name,
        title=(entry["title"], entry["title_en"]),
        meaning=queries.load(f"{FOLDER}/{name}").meaning,
        time=entry["time"],
        grain=entry["grain"],
        row=entry["row"],
        columns=columns,
        measures=of,
        latest=tuple(entry.get("latest", ())),
        note=(entry.get("note", ""), entry.get("note_en", "")),
        report_kind=entry.get("report_kind", ""),
        facet=entry["facet"],
        follows={key: tuple(of) for key, of in entry.get("follows", {}).items()},
    )


def _measure(table: str, key: str, entry: Mapping[str, Any]) -> SliceMeasure:
    unknown = sorted(set(entry) - {"of", "sql", "column", "refused"})
    measure = measures().get(entry.get("of", ""))
    if measure is None or unknown or not entry.get("sql"):
        what = (
            f"nobody reads {', '.join(unknown)}"
            if unknown
            else f"of = {entry.get('of')!r} is no measure, or sql is missing"
        )
        raise ValueError(f"tables.toml, {table}.measures.{key}: {what}")
    about = {field.name: getattr(measure, field.name) for field in fields(Measure)}
    return SliceMeasure(
        **about, key=key, sql=entry["sql"], column=entry.get("column"), refused=tuple(entry.get("refused", ()))
    )
