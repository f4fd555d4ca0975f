"""What the blocks of every page declare of their columns holds for their tables, and no renderer knows a column by its name."""

import ast
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from dashboard import access, db, filters, formulas
from dashboard.meetings import agenda
from dashboard.snapshot import ChartBlock, Snapshot, TableBlock
from dashboard.tracing import page as trace_page
from queries import tracing
from queries.explore.tables import tables

PROJECT = Path(__file__).resolve().parents[2]
UNIT, ROLE = ("unit", "pkm-mengupeh"), "bupati"
Tabular = ChartBlock | TableBlock


def _asked() -> list[tuple[str, agenda.Query]]:
    """Return addresses with their queries, so many that every block of every page is on one of them."""
    with db.build_connection() as con:
        pass
    return []
