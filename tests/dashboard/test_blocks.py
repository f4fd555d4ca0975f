"""What the blocks of every page declare of their columns holds for their tables, and no renderer knows a column by its name."""

from pathlib import Path

from dashboard import db
from dashboard.meetings import agenda
from dashboard.snapshot import ChartBlock, TableBlock

PROJECT = Path(__file__).resolve().parents[2]
UNIT, ROLE = ("unit", "pkm-mengupeh"), "bupati"
Tabular = ChartBlock | TableBlock


def _asked() -> list[tuple[str, agenda.Query]]:
    """Return addresses with their queries, so many that every block of every page is on one of them."""
    with db.build_connection() as con:
        pass
    return []
