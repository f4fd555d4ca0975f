"""Two states of one table, row by row: which figures moved, which rows are new or gone. Pure."""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

import polars as pl

from dashboard.snapshot import Column, Key, Role
from dashboard.words import text
from dashboard.words.cells import cell

Kind = Literal["revised", "completed", "withdrawn", "moved"]
Row = dict[str, Any]

_FIGURES = {"int", "decimal", "amount", "pct"}
_NAMING = {"id", "name", "period", "as_of", "origin"}  # the roles of columns that tell rows apart
_ORDER: tuple[Role, ...] = ("id", "period", "name", "origin")  # what tells rows apart, the surest first
_STILL = {"derived", "origin"}  # and of those that hold no figure of their own that could have moved
_FIGURE = re.compile(r"([+−-]?)(\d[\d.,]*)\s*(\D*)")


@dataclass(frozen=True)
class Figure:
    """A figure as a reader sees it; `value` and the `measure` behind it ('%', '') where it is a number."""

    words: str | None
    value: float | None
    measure: str


@dataclass(frozen=True)
class Change:
    """A figure of a row that is not what it was.

    kind: 'revised' (same period, other value), 'completed' (it had no value, or more reports are in), 'withdrawn' (the
    other way round), 'moved' (the figure of another period).
    """

    what: str
    figure: str
    period: str
    before: Figure
    now: Figure
    kind: Kind


@dataclass(frozen=True)
class Lone:
    """A row that one side alone has; `is_period` where it alone has that period."""

    what: str
    is_period: bool


@dataclass(frozen=True, eq=False)
class Side:
    """One state of a table, with what its page says: the language, the period, and how many reports are in."""

    frame: pl.DataFrame
    columns: tuple[Column, ...]
    keys: tuple[Key, ...]
    language: str
    period: str
    reports: str

    def of(self, *roles: Role) -> list[str]:
        """Return the columns of these roles that the table has, those that are not shown first."""
        return [each.name for each in (*self.keys, *self.columns) if each.role in roles and each.name in self.frame]


def figure(words: str | None, language: str) -> Figure:
    """Return the number in '1.071', '95,3 %' or '−0.2 points' as the language writes it; any other words have no value."""
    found = _FIGURE.fullmatch(words.replace("\u00a0", " ").strip()) if words else None
    if found is None:
        return Figure(words, None, "")
    sign, digits, measure = found.groups()
    plain = digits.replace(".", "").replace(",", ".") if language == "id" else digits.replace(",", "")
    try:
        value = float(plain)
    except ValueError:
        return Figure(words, None, "")
    return Figure(words, -value if sign and sign != "+" else value, measure.strip())


def compare(before: Side, now: Side) -> tuple[list[Change], list[Lone], list[Lone]]:
    """Return the figures that moved in rows of both, and the rows that only now or only before has; order says nothing.

    What a column is to its row is what `now` says of it.
    """
    before = replace(before, columns=now.columns, keys=now.keys)
    shown = [c for c in now.columns if c.name in before.frame.columns and c.name in now.frame.columns]
    key, label = _key(before, now), _label(before.frame, now.frame, shown)
    old, fresh = _by_key(before.frame, now.frame, key)
    changes = []
    for at in fresh:
        if at in old:
            changes += _row(old[at], fresh[at], (before, now), shown, label)
    return changes, _lone(fresh, old, label, now, before), _lone(old, fresh, label, before, now)


def label_of(frame: pl.DataFrame, columns: Sequence[Column], row: Row) -> str:
    """Return the words that tell this row from the others of its table."""
    return _words(_label(frame, frame, columns), row)


def _key(before: Side, now: Side) -> list[str]:
    """Return what says which rows are the same: all ids, or the first name, and as much else as tells the rows apart."""
    both = [n for n in now.frame.columns if n in before.frame.columns]
    ids, periods, names, origin = ([n for n in now.of(role) if n in both] for role in _ORDER)
    key = [n for n in ids if now.frame[n].count() + before.frame[n].count()] or names[:1]
    for name in (n for n in (*periods, *names, *origin) if n not in key):
        if _is_unique(before.frame, key) and _is_unique(now.frame, key):
            break
        if any(_count(f, [*key, name]) > _count(f, key) for f in (before.frame, now.frame)):
            key.append(name)
    return key


def _label(before: pl.DataFrame, now: pl.DataFrame, shown: Sequence[Column]) -> list[Column]:
    """Return the first shown columns that tell the rows apart, leaving out what tells no more."""
    chosen: list[str] = []
    for name in (c.name for c in shown if c.role in _NAMING and c.format not in _FIGURES):
        if chosen and _is_unique(before, chosen) and _is_unique(now, chosen):
            break
        more = [*chosen, name]
        if any(_count(f, more) > _count(f, chosen) for f in (before, now)):
            chosen = more
        if len(chosen) == 3:
            break
    return [c for c in shown if c.name in chosen]


def _is_unique(frame: pl.DataFrame, key: list[str]) -> bool:
    return bool(key) and _count(frame, key) == frame.height


def _count(frame: pl.DataFrame, key: list[str]) -> int:
    """Return how many rows a key tells apart; without one none."""
    return frame.select(key).n_unique() if key else 0


Rows = dict[tuple[Hashable, ...], Row]


def _by_key(before: pl.DataFrame, now: pl.DataFrame, key: list[str]) -> tuple[Rows, Rows]:
    """Return the rows of both by their key; where several bear the same, those that are most alike go together."""
    old, fresh = _grouped(before, key), _grouped(now, key)
    found: tuple[Rows, Rows] = {}, {}
    for at in {**old, **fresh}:
        rest, mine = list(old.get(at, [])), fresh.get(at, [])
        for n, row in enumerate(sorted(mine, key=lambda r: -max((_alike(r, other) for other in rest), default=0))):
            found[1][*at, n] = row
            if rest:
                closest = max(rest, key=lambda other: _alike(row, other))
                rest = [other for other in rest if other is not closest]
                found[0][*at, n] = closest
        found[0].update({(*at, len(mine) + n): row for n, row in enumerate(rest)})
    return found


def _grouped(frame: pl.DataFrame, key: list[str]) -> dict[tuple[Hashable, ...], list[Row]]:
    groups: dict[tuple[Hashable, ...], list[Row]] = defaultdict(list)
    for row in frame.rows(named=True):
        groups[tuple(None if row[n] is None else str(row[n]) for n in key)].append(row)
    return {
        at: rows if len(rows) == 1 else sorted(rows, key=lambda r: repr(sorted(r.items())))
        for at, rows in groups.items()
    }


def _alike(row: Row, other: Row) -> int:
    """Return how many cells two rows share."""
    return sum(row[name] == other.get(name) for name in row)


def _row(old: Row, fresh: Row, sides: tuple[Side, Side], shown: Sequence[Column], label: list[Column]) -> list[Change]:
    before, now = sides
    is_same_period = _when(old, before) == _when(fresh, now)
    fewer, more = _growth(_reports(old, before), _reports(fresh, now))
    with text.speaking(now.language):
        what, period = _words(label, fresh), _period(fresh, now)
    found = []
    for column in shown:
        if column.role in _STILL or column in label:
            continue
        a, b = _figure(old, column, before.language, now.language), _figure(fresh, column, now.language, now.language)
        if _is_same(a, b) or (a.value is None and b.value is None):
            continue
        if (a.value is None and a.words) or (b.value is None and b.words):
            continue  # words on one side: no figure that moved
        kind: Kind = (
            "moved" if not is_same_period
            else "completed" if a.value is None
            else "withdrawn" if b.value is None
            else "completed" if more
            else "withdrawn" if fewer
            else "revised"
        )  # fmt: skip
        found.append(Change(what, column.label, period, a, b, kind))
    return found


def _figure(row: Row, column: Column, language: str, shown_in: str) -> Figure:
    """Return the figure of a cell as a reader sees it: a number in the language of now, words as they were."""
    value = row[column.name]
    if value is None:
        return Figure(None, None, "")
    if column.format not in _FIGURES:
        return figure(str(value), language) if column.format == "text" else Figure(str(value), None, "")
    with text.speaking(shown_in):
        return Figure(cell(float(value), column), float(value), "%" if column.format == "pct" else "")


def _is_same(a: Figure, b: Figure) -> bool:
    """Return whether a reader sees the same: what differs in decimals that are not shown has not moved."""
    return a.words == b.words or (a.value is not None and (a.value, a.measure) == (b.value, b.measure))


def _when(row: Row, side: Side) -> tuple[str, ...]:
    """Return the moments that a row speaks of, and the page's period where the row has none of its own."""
    own = tuple(str(row[n]) for n in side.of("period", "as_of") if row[n] is not None)
    return own if _periods([row], side) else (*own, side.period)


def _period(row: Row, side: Side) -> str:
    """Return the period of a row in words, the page's where the row has none of its own."""
    own = [row[n] for n in side.of("period") if row[n] is not None]
    words, starts = (next((v for v in own if isinstance(v, kind)), None) for kind in (str, date))
    if words is not None or starts is None:
        return words or side.period
    months = next((row[n] for n in side.of("months") if row[n]), 1)
    return text.span(starts, months)


def _reports(row: Row, side: Side) -> list[float]:
    """Return how many reports a row rests on, for each way in which it says so, else how many the page says are in."""
    found = [float(row[n]) for n in side.of("reports") if isinstance(row[n], int | float)]
    if found or _periods([row], side):
        return found
    return [float(n.replace(".", "").replace(",", "")) for n in re.findall(r"\d[\d.,]*", side.reports)[:1]]


def _growth(before: list[float], now: list[float]) -> tuple[bool, bool]:
    """Return whether fewer, whether more reports are in; neither where both is the case."""
    if len(before) != len(now):
        return False, False
    fewer, more = (
        any(a > b for a, b in zip(before, now, strict=True)),
        any(a < b for a, b in zip(before, now, strict=True)),
    )
    return fewer and not more, more and not fewer


def _lone(
    own: dict[tuple[Hashable, ...], Row], other: dict[tuple[Hashable, ...], Row], label: list[Column],
    side: Side, beside: Side,
) -> list[Lone]:  # fmt: skip
    """Return the rows of a side that the side beside it does not have."""
    known = _periods(other.values(), beside)
    with text.speaking(side.language):
        return [
            Lone(_words(label, row), bool(known) and not _periods([row], side) <= known)
            for at, row in own.items()
            if at not in other
        ]


def _periods(rows: Iterable[Row], side: Side) -> set[str]:
    names = side.of("period")
    return {str(row[n]) for row in rows for n in names if row[n] is not None}


def _words(label: Sequence[Column], row: Row) -> str:
    """Return the label of a row, every part said once."""
    parts = (cell(row.get(c.name), c) for c in label if row.get(c.name) is not None)
    return " · ".join(dict.fromkeys(parts)) or text.MISSING
