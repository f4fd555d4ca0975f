"""Rows as people and programs take them: text for a screen, CSV that a spreadsheet opens safely, JSON, Parquet."""

import io
import json
import math
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import polars as pl
from babel.numbers import format_decimal

import queries
from queries.escape import FORMULA, on_one_line
from queries.language import _, language

MISSING = "–"
LONGEST_CELL = 60  # on a screen
YEARS = {"year", "population_year", "valid_from", "valid_to"}  # numbers that are names: no thousands mark


def catalogue() -> pl.DataFrame:
    """Return one row a query that people may run: its name, title and parameters."""
    loaded = [queries.load(name) for name in queries.names()]
    rows = [
        {"name": q.name, "title": q.title, "parameters": " ".join(sorted(q.parameters - {"units"}))} for q in loaded
    ]
    return pl.DataFrame(rows, schema={"name": pl.String, "title": pl.String, "parameters": pl.String})


def as_text(frame: pl.DataFrame, room: int | None = None) -> tuple[str, int]:
    """Return the rows as a text table, numbers to the right, and how many columns found no room in a line.

    `room` is the width of the screen in characters; without it every column and every cell is whole.
    """
    right = [kind.is_numeric() for kind in frame.schema.values()]
    rows = [frame.columns, *text_rows(frame)]
    if room:
        rows = [[cell if len(cell) <= LONGEST_CELL else cell[: LONGEST_CELL - 1] + "…" for cell in row] for row in rows]
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    shown = len(widths)
    while room and shown > 1 and sum(widths[:shown]) + 2 * (shown - 1) > room:
        shown -= 1
    lines = []
    for row in rows:
        cells = zip(row[:shown], widths, right, strict=False)
        lines.append(
            "  ".join(f"{c:>{width}}" if is_right else f"{c:<{width}}" for c, width, is_right in cells).rstrip()
        )
    return "\n".join(lines) + "\n", len(widths) - shown


def text_rows(frame: pl.DataFrame) -> Iterator[list[str]]:
    """Yield each row as text in the reader's language on one line that steers no terminal: `1.234,5`, an en dash for none."""
    for row in frame.iter_rows():
        yield [
            str(value) if name in YEARS and value is not None else on_one_line(_text(value))
            for name, value in zip(frame.columns, row, strict=True)
        ]


def write(frame: pl.DataFrame, form: str) -> bytes:
    """Return the rows as `csv`, `json` or `parquet`; raises ValueError for another form.

    In CSV a text that a spreadsheet would run as a formula gets an apostrophe in front; JSON and Parquet keep it.
    """
    if form == "csv":
        return harmless(frame).write_csv().encode()
    if form == "json":
        rows = [{name: _plain(value) for name, value in row.items()} for row in frame.iter_rows(named=True)]
        return (json.dumps(rows, ensure_ascii=False, indent=2) + "\n").encode()
    if form == "parquet":
        buffer = io.BytesIO()
        frame.write_parquet(buffer)
        return buffer.getvalue()
    raise ValueError(f"no format {form!r}; there are: csv, json, parquet")


def harmless(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows for a spreadsheet: texts that would run as formulas with an apostrophe, lists joined by `|`."""
    joined = [
        pl.col(name).list.eval(pl.element().cast(pl.String)).list.join("|")
        for name, kind in frame.schema.items()
        if isinstance(kind, pl.List)
    ]
    flat = frame.with_columns(joined)
    texts = [name for name, kind in flat.schema.items() if kind == pl.String]
    return flat.with_columns(
        pl.when(pl.col(name).str.contains(FORMULA)).then("'" + pl.col(name)).otherwise(name).alias(name)
        for name in texts
    )


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, str | int | float | bool | list | None):
        return value
    return str(value)


def _text(value: Any) -> str:
    if value is None:
        return MISSING
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    if isinstance(value, float):
        return format_decimal(value, format="#,##0.##", locale=language()) if math.isfinite(value) else MISSING
    if isinstance(value, int):
        return format_decimal(value, locale=language())
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return str(value)
