"""What a page shows, as a value: the screen draws it, an export prints it, a meeting freezes it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

import polars as pl

from dashboard.charts import Chart

Signal = Literal["good", "bad", "ordinary", "none"]
Format = Literal["text", "int", "decimal", "amount", "pct", "month", "date"]  # amount: decimals only where it has any


@dataclass(frozen=True)
class Tile:
    """One figure: `value` is formatted text (None: nothing was reported), `sparkline` its last values, oldest first.

    `trace` is the relative URL of the page that says where the figure comes from, `decide` of the form that records a
    decision on it, here and below.
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
    trace: str | None = None
    decide: str | None = None


@dataclass(frozen=True)
class Headline:
    """One sentence of the answer; `link` is a relative URL, or '#block-id' on the same page."""

    text: str
    link: str | None = None
    signal: Signal = "none"
    trace: str | None = None


@dataclass(frozen=True)
class Column:
    """How a column is shown; `link` names the column of the same table that holds the relative URL of the cell."""

    name: str
    label: str
    format: Format = "text"
    digits: int = 0
    link: str | None = None


@dataclass(frozen=True, eq=False)
class ChartBlock:
    """A chart, and the table behind it; `hint` says what a click does, for the screen alone, here and below."""

    id: str
    chart: Chart
    table: pl.DataFrame
    columns: tuple[Column, ...]
    note: str | None = None
    completeness: str | None = None
    trace: str | None = None
    decide: str | None = None
    hint: str | None = None


@dataclass(frozen=True, eq=False)
class TableBlock:
    """A table; `empty` says what to do where it has no rows."""

    id: str
    title: str
    table: pl.DataFrame
    columns: tuple[Column, ...]
    note: str | None = None
    empty: str | None = None
    trace: str | None = None
    decide: str | None = None
    hint: str | None = None


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
