"""What a page shows, as a value: the screen draws it, an export prints it, a meeting freezes it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

import polars as pl

from dashboard.charts import Chart
from dashboard.words.said import Figure

PSEUDONYM = re.compile(r"\w+ [0-9A-F]{6}")
Signal = Literal["good", "bad", "ordinary", "none"]
# amount: decimals only where it has any; spark: figures parted by spaces ('-': none), shown as the line of their course
Format = Literal["text", "int", "decimal", "amount", "pct", "month", "date", "spark"]
# What a column is to its row:
# id: says which thing the row is about, and stays when the thing is named otherwise; name: its name, as a reader knows it;
# period: the period that the figures are of, a month start or words; months: how many months it is long;
# as_of: another moment that they speak of; reports: how many reports they rest on;
# value: what the row says of the thing; derived: a figure that only holds others against each other or against limits;
# signal: the Signal of a row that a rule, or the limits of its size, single out; finding: the words on it;
# origin: where in a file the row stands.
Role = Literal[
    "id", "name", "period", "months", "as_of", "reports", "value", "derived", "signal", "finding", "origin",
]  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """Which figure a tile or a block shows: its kind (of queries.tracing) and, where only one counts, the kind of report.

    `is_itself` says that it shows the figure itself, on which decisions are made, and not its parts or what stands beside it.
    """

    kind: str
    report_kind: str | None = None
    is_itself: bool = False


@dataclass(frozen=True)
class Tile:
    """One figure: `value` is formatted text (None: nothing was reported), `sparkline` its last values, oldest first.

    `shows` says which figure it is (None: rows, rules or words, which have no origin of their own), `trace` is the relative
    URL of the page that says where it comes from, `decide` of the form that records a decision on it, here and below.
    """

    id: str
    label: str
    value: str | None
    unit: str = ""
    period: str = ""
    change: str = ""
    comparison: str = ""
    signal: Signal = "none"
    completeness: str = ""
    sparkline: tuple[float | None, ...] = ()
    link: str | None = None
    shows: Shown | None = None
    trace: str | None = None
    decide: str | None = None


@dataclass(frozen=True)
class Claim:
    """What a sentence says, as data: its figures in their order, and what they are of.

    `measure` is the kind of figure (queries.measures) that the block shows, or the one that a headline leads to; its unit is theirs.
    `period` is the first that the sentence names, else the page's; `scope` what the page was asked for; `certainty` how complete
    the data is, and the Signal where a rule singles something out.
    """

    figures: tuple[Figure, ...]
    measure: str = ""
    period: str = ""
    scope: str = ""
    certainty: str = ""

    @property
    def value(self) -> Figure | None:
        """Return the first figure that is no change and no period: what the sentence is about."""
        return next((figure for figure in self.figures if figure.role == "value"), None)

    @property
    def comparison(self) -> tuple[Figure, ...]:
        """Return what it is held against: the changes, and the other figures."""
        return tuple(figure for figure in self.figures if figure.role != "period" and figure is not self.value)


@dataclass(frozen=True)
class Headline:
    """One sentence of the answer; `link` is a relative URL, or '#block-id' on the same page; `is_verdict`: it sums the page up."""

    text: str
    link: str | None = None
    signal: Signal = "none"
    trace: str | None = None
    claim: Claim | None = None
    is_verdict: bool = False


@dataclass(frozen=True)
class Follows:
    """How a column follows from others of its table: the name of a formula (`render.workbook.formulas`) and what goes into it.

    `labels` name these columns where the page itself shows them only as words.
    """

    formula: str
    of: tuple[str, ...]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """How a column is shown and what it is to its row; `link` names the column of the table that holds the cell's URL.

    `fill` names the column whose band colours a mark before the cell, for the screen alone.
    `asks` are the words of that link where the cell is empty, for the screen alone: what can be done about the row.
    `is_additive`: each row holds its own share of a count, so that the rows may be added up.
    """

    name: str
    label: str
    format: Format = "text"
    digits: int = 0
    link: str | None = None
    role: Role = "value"
    is_additive: bool = False
    follows: Follows | None = None
    asks: str = ""
    fill: str | None = None


IS_TOTAL = "is_total"  # the column of a table, not shown, that tells the rows that hold all others


def mark_of(column: str) -> str:
    """Return the name of the column, not shown, that says in a few words of a cell why it is not the whole figure."""
    return f"{column}?"


@dataclass(frozen=True)
class Key:
    """A column that is not shown and says what a row is about, and what it is to the row."""

    name: str
    role: Role = "id"


def keys(*ids: str, **roles: Role) -> tuple[Key, ...]:
    """Return the keys of a block: ids, and other columns that are not shown with what they are to their row."""
    return (*map(Key, ids), *(Key(name, role) for name, role in roles.items()))


@dataclass(frozen=True, eq=False)
class ChartBlock:
    """A chart, and the table behind it; `hint` says what a click does, for the screen alone, here and below.

    `keys` are the columns that are not shown but say what a row is about, here and below.
    """

    id: str
    chart: Chart
    table: pl.DataFrame
    columns: tuple[Column, ...]
    note: str | None = None
    completeness: str | None = None
    shows: Shown | None = None
    trace: str | None = None
    decide: str | None = None
    hint: str | None = None
    keys: tuple[Key, ...] = ()
    claim: Claim | None = None


@dataclass(frozen=True, eq=False)
class TableBlock:
    """A table; `empty` says what to do where it has no rows, `more` is a way on (URL, words), for the screen alone.

    `is_folded`: few need it, so that a screen shows its title alone until it is opened.
    `is_comparison`: it compares two builds itself, so that a comparison of meetings leaves it out.
    """

    id: str
    title: str
    table: pl.DataFrame
    columns: tuple[Column, ...]
    note: str | None = None
    empty: str | None = None
    shows: Shown | None = None
    trace: str | None = None
    decide: str | None = None
    hint: str | None = None
    keys: tuple[Key, ...] = ()
    more: tuple[str, str] | None = None
    is_comparison: bool = False
    claim: Claim | None = None
    is_folded: bool = False


@dataclass(frozen=True)
class TextBlock:
    """Words, paragraphs parted by an empty line."""

    id: str
    title: str
    body: str


Block = ChartBlock | TableBlock | TextBlock


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A page: `definitions` are (term, meaning), `filters` what was chosen; blocks in a tuple stand side by side."""

    page: str
    title: str
    period: str
    headlines: tuple[Headline, ...] = ()
    tiles: tuple[Tile, ...] = ()
    blocks: tuple[Block | tuple[Block, ...], ...] = ()
    definitions: tuple[tuple[str, str], ...] = ()
    filters: str = ""
    as_of: date | datetime | None = None
    build_id: str = ""
    completeness: str = ""
    is_sample: bool = False
    findings: int | None = None
    extra: dict[str, str] = field(default_factory=dict)

    def flat(self) -> Iterator[Block]:
        """Give the blocks one after the other, those side by side too."""
        for row in self.blocks:
            yield from row if isinstance(row, tuple) else (row,)

    def each(self, tile: Callable[[Tile], Tile], block: Callable[[Block], Block]) -> "Snapshot":
        """Return the page with each tile and each block changed, where they stand."""
        rows = (tuple(map(block, row)) if isinstance(row, tuple) else block(row) for row in self.blocks)
        return replace(self, tiles=tuple(map(tile, self.tiles)), blocks=tuple(rows))


@dataclass(frozen=True)
class Ask:
    """What a meeting asks of its leader: the decision, what may be chosen, the figure that it rests on, and who carries it out."""

    what: str
    options: tuple[str, ...] = ()
    figure: str = ""
    owner: str = ""


@dataclass(frozen=True, eq=False)
class Brief:
    """What a leader is given before the pages: sheets, one message each, the asks first.

    `asks` are those that the agenda states itself. `appendix` names the blocks that go along: the position of the page in the
    meeting, from 0, and the block; all others stand in the workbook alone.
    """

    district: str
    scope: str
    asks: tuple[Ask, ...] = ()
    sheets: tuple[Snapshot, ...] = ()
    appendix: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Meeting:
    """`id` names its folder; `language` ('id', 'en') and the role `viewer` are those that it was made for.

    `settings` say how the pages were asked for: (address, ((key of the URL, value), ...)) for each. With a `brief` the pages
    stand behind it, whole. `key` is the fingerprint of the key that signed it, once it is frozen. Of one made for who covers no more
    than some units, `of` names the unit or agency and `units` are all that it held when it was frozen.
    """

    id: str
    title: str
    held_on: date | None
    notes: str
    language: str
    viewer: str
    pages: tuple[Snapshot, ...]
    build_id: str
    created_at: datetime
    settings: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    brief: Brief | None = None
    key: str = ""
    of: str = ""
    units: tuple[str, ...] | None = None

    @property
    def names_people(self) -> bool:
        """Whether a table names employees by their names, not by pseudonyms."""
        frames = [block.table for page in self.pages for block in page.flat() if not isinstance(block, TextBlock)]
        names = {
            name for frame in frames if "employee_name" in frame.columns for name in frame["employee_name"].drop_nulls()
        }
        return any(not PSEUDONYM.fullmatch(name) for name in names)
