"""Two states of one table, row by row: which figures moved, which rows are new or gone. Pure."""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import polars as pl

from dashboard.render import table as tables
from dashboard.snapshot import Column
from dashboard.words import text

Kind = Literal["revised", "completed", "withdrawn", "moved"]
Row = dict[str, Any]

# Columns that say which thing a row is about; a name beside them may be written otherwise without its being another row.
_IDS = (
    "measure", "part", "report_kind", "unit_id", "indicator_id", "item_id", "service_id", "payer_id", "employee_id",
    "job_group", "kecamatan_code", "element", "component", "result", "behaviour", "code", "field", "other_id",
)  # fmt: skip
_LESSER_IDS = ("owner_unit_id", "file_id")  # of a row about something else they are no more than properties
_PERIODS = ("period", "month")
_WHEN = (
    *_PERIODS, "when", "as_of", "last_month", "signal_month", "last_reported_month", "window_end", "newest_period",
    "latest_month",
)  # fmt: skip
_REPORTS = (
    "units_reporting", "reported_units", "months_reported", "reported_months", "reported_indicators",
    "rated_indicators", "received",
)  # fmt: skip
_FIGURES = {"int", "decimal", "amount", "pct"}
# Columns that hold the figure against another one, or the limits of what is usual: they follow from figures told already.
_DERIVED = re.compile(r"^(change|like_|usual|limits|lower|upper|chance|needed|so_far|rank)|(_previous|_last_year)$")
_SAID = re.compile(r"([+−-]?)(\d[\d.,]*)\s*(\D*)")


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
    unit_id: str | None
    item_id: str | None
    month: date | None


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
    language: str
    period: str
    reports: str


def figure(words: str | None, language: str) -> Figure:
    """Return the number in '1.071', '95,3 %' or '−0.2 points' as the language writes it; any other words have no value."""
    found = _SAID.fullmatch(words.replace("\u00a0", " ").strip()) if words else None
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
    """Return the figures that moved in rows of both, and the rows that only now or only before has; order says nothing."""
    names = [c.name for c in now.columns if c.name in before.frame.columns and c.name in now.frame.columns]
    shown = [c for c in now.columns if c.name in names]
    key, label = _key(before.frame, now.frame, shown), _label(before.frame, now.frame, shown)
    old, fresh = _by_key(before.frame, key), _by_key(now.frame, key)
    said = {c.name: c for c in shown}
    changes = []
    for at in fresh:
        if at in old:
            changes += _row(old[at], fresh[at], (before, now), shown, [said[n] for n in label])
    new = _lone(fresh, old, [said[n] for n in label], now.language)
    return changes, new, _lone(old, fresh, [said[n] for n in label], before.language)


def label_of(frame: pl.DataFrame, columns: Sequence[Column], row: Row) -> str:
    """Return the words that tell this row from the others of its table."""
    return _words([c for c in columns if c.name in _label(frame, frame, columns)], row)


def _key(before: pl.DataFrame, now: pl.DataFrame, shown: Sequence[Column]) -> list[str]:
    both = [n for n in now.columns if n in before.columns]
    texts = [c.name for c in shown if c.format not in _FIGURES]
    ids = [n for n in _IDS if n in both] or [n for n in _LESSER_IDS if n in both]
    key = [n for n in ids if now[n].count() + before[n].count()] or texts[:1]
    for name in (*(n for n in _PERIODS if n in both), *texts):
        if _is_unique(before, key) and _is_unique(now, key):
            break
        if name not in key:
            key.append(name)
    return key


def _label(before: pl.DataFrame, now: pl.DataFrame, shown: Sequence[Column]) -> list[str]:
    """Return the first shown columns of words or dates that tell the rows apart, leaving out what tells no more."""
    chosen: list[str] = []
    for name in (c.name for c in shown if c.format not in _FIGURES):
        if chosen and _is_unique(before, chosen) and _is_unique(now, chosen):
            break
        more = [*chosen, name]
        if not chosen or any(f.select(more).n_unique() > f.select(chosen).n_unique() for f in (before, now)):
            chosen = more
        if len(chosen) == 3:
            break
    return chosen


def _is_unique(frame: pl.DataFrame, key: list[str]) -> bool:
    return bool(key) and frame.select(key).n_unique() == frame.height


def _by_key(frame: pl.DataFrame, key: list[str]) -> dict[tuple[Hashable, ...], Row]:
    """Return the rows by their key and, where several bear the same, by their place among them once these are sorted."""
    groups: dict[tuple[Hashable, ...], list[Row]] = defaultdict(list)
    for row in frame.rows(named=True):
        groups[tuple(None if row[n] is None else str(row[n]) for n in key)].append(row)
    return {
        (*at, n): row
        for at, rows in groups.items()
        for n, row in enumerate(rows if len(rows) == 1 else sorted(rows, key=lambda r: repr(sorted(r.items()))))
    }


def _row(old: Row, fresh: Row, sides: tuple[Side, Side], shown: Sequence[Column], label: list[Column]) -> list[Change]:
    before, now = sides
    is_same_period = _when(old, before) == _when(fresh, now)
    fewer, more = _growth(_reports(old, before), _reports(fresh, now))
    with text.speaking(now.language):
        what, period = _words(label, fresh), _period(fresh, now)
    found = []
    for column in shown:
        if _DERIVED.search(column.name) or column.name in {c.name for c in label}:
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
        month = next((fresh[n] for n in _PERIODS if isinstance(fresh.get(n), date)), None)
        item = next((fresh[n] for n in ("indicator_id", "item_id", "service_id", "employee_id") if fresh.get(n)), None)
        found.append(
            Change(what, column.label, period, a, b, kind, fresh.get("unit_id"), item, month)
        )  # fmt: skip
    return found


def _figure(row: Row, column: Column, language: str, shown_in: str) -> Figure:
    """Return the figure of a cell as a reader sees it: a number in the language of now, words as they were."""
    value = row[column.name]
    if value is None:
        return Figure(None, None, "")
    if column.format not in _FIGURES:
        return figure(str(value), language) if column.format == "text" else Figure(str(value), None, "")
    with text.speaking(shown_in):
        return Figure(tables.cell(float(value), column), float(value), "%" if column.format == "pct" else "")


def _is_same(a: Figure, b: Figure) -> bool:
    """Return whether a reader sees the same: what differs in decimals that are not shown has not moved."""
    return a.words == b.words or (a.value is not None and (a.value, a.measure) == (b.value, b.measure))


def _when(row: Row, side: Side) -> tuple[str, ...]:
    """Return the periods that a row speaks of, and the page's where the row has none of its own."""
    own = tuple(str(row[n]) for n in _WHEN if row.get(n) is not None)
    return own if any(row.get(n) is not None for n in (*_PERIODS, "when")) else (*own, side.period)


def _period(row: Row, side: Side) -> str:
    """Return the period of a row in words, the page's where the row has none of its own."""
    if isinstance(row.get("when"), str):
        return row["when"]
    start = next((row[n] for n in _PERIODS if isinstance(row.get(n), date)), None)
    return side.period if start is None else text.span(start, row.get("period_months") or 1)


def _reports(row: Row, side: Side) -> list[float]:
    """Return how many reports a row rests on, for each way in which it says so, else how many the page says are in."""
    found = [float(row[n]) for n in _REPORTS if isinstance(row.get(n), int | float)]
    if found or any(row.get(n) is not None for n in _PERIODS):
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
    own: dict[tuple[Hashable, ...], Row], other: dict[tuple[Hashable, ...], Row], label: list[Column], language: str
) -> list[Lone]:
    known = _periods(other.values())
    with text.speaking(language):
        return [
            Lone(_words(label, row), bool(known) and not _periods([row]) <= known)
            for at, row in own.items()
            if at not in other
        ]


def _periods(rows: Iterable[Row]) -> set[str]:
    return {str(row[n]) for row in rows for n in (*_PERIODS, "when") if row.get(n) is not None}


def _words(label: Sequence[Column], row: Row) -> str:
    """Return the label of a row, every part said once."""
    parts = (tables.cell(row.get(c.name), c) for c in label if row.get(c.name) is not None)
    return " · ".join(dict.fromkeys(parts)) or text.MISSING
