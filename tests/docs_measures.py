"""docs/measures.md, written from the declarations; tests/docs.py makes it with the others."""

import csv
from pathlib import Path

from queries.explore.tables import tables
from queries.measures import Measure, facts, measures

PROJECT = Path(__file__).resolve().parents[1]
RULES = PROJECT / "data" / "reference" / "signal_measures.csv"
_HEAD = """\
# Measures

Written from `queries/measures.toml` and `queries/explore/tables.toml` by `python -m tests.docs`; don't edit it by hand.

A measure has one entry. Explore's tables, traces, signals, decisions and the definitions at the foot of pages read it, so
adding one touches four things: its entry in `queries/measures.toml` (its words in both languages are part of it), the SQL of a
slice in `queries/explore/tables.toml` under a table that has its rows, the same figure written a second way in
`tests/queries/explore/test_slices.py`, and this file. One that is traced also names its parts, inputs and rows under `[x.trace]`:
those that are there will often do, a new one is a function in `queries/tracing.py` and one in `dashboard/tracing/columns.py`; how
its value comes out of its parts is an entry of `EQUATIONS` in `dashboard/tracing/words.py`.

**In a district's own words.** A row in the district's `reference/figure_definitions.csv` (figure, name, definition, formula,
legal_basis) wins over the entry, cell by cell, in the definitions at the foot of pages and in traces; what it leaves empty is
said as declared here, and headings of tiles and tables stay as they are. The table comes empty. A data
folder of an earlier version holds a full copy: what came with the product, now or before (`former`), is not taken for the
district's own words.

**Rules of signals.** Weight, least change and comparison with peers are set by the district in `reference/signal_measures.csv`
(a row for all of a unit, and one for each item), as are limits in `thresholds.csv`. Its column polarity is what the build reads;
a test holds the table that comes with the product to the polarity declared here.
"""
_FORMATS = {"int": "whole number", "decimal": "number", "amount": "number, decimals where it has any", "pct": "percent"}
_POLARITIES = {
    "higher": "higher is better",
    "lower": "lower is better",
    "none": "neither way is better",
    "item": "as the indicator says",
}


def text() -> str:
    """Return the whole document."""
    return "\n".join([_HEAD, *(part for measure in measures().values() for part in _section(measure))])


def _section(measure: Measure) -> list[str]:
    decimals = f", {measure.digits} decimal{'s' * (measure.digits > 1)}" if measure.format in ("decimal", "pct") else ""
    unit = f"{measure.unit[1]} ({measure.unit[0]}); {_FORMATS[measure.format]}{decimals}"
    added = "may be added" if measure.is_additive else f"not added: {measure.sum_refused[1]}"
    lines = [
        f"## {measure.name[1]} (`{measure.code}`)\n",
        f"*{measure.name[0]}*. {measure.definition[1]}\n",
        f"- **Formula**: {measure.formula[1]}",
        f"- **Unit**: {unit}",
        f"- **Direction**: {_POLARITIES[measure.polarity]}{'; counted from January' if measure.is_to_date else ''}",
        f"- **Sum**: {added}",
        f"- **Grain**: {measure.grain}",
        f"- **Shown**: {'; '.join(_places(measure))}",
        f"- **Basis**: {measure.legal_basis[1]}",
    ]
    return [*lines, ""]


def _places(measure: Measure) -> list[str]:
    """Return where a measure is shown: its page, the tables of Jelajah, its trace, signals, decisions."""
    found = [f"page `{measure.page}`"]
    found += [
        f"Jelajah `{table.name}.{one.key}`"
        for table in tables().values()
        for one in table.measures.values()
        if one.code == measure.code
    ]
    if measure.trace:
        of = [facts()[kind][1].lower() for kind in measure.trace.facts]
        found.append(f"`rapor trace {measure.code}`" + (f", what changed in {', '.join(of)}" if of else ""))
    if measure.signal:
        rules = [row for row in csv.DictReader(RULES.open(encoding="utf-8")) if row["measure"] == measure.code]
        weights = [f"{row['weight']} ({row['item_kind']})" for row in rules]
        found.append(f"signals at `#{measure.signal.block}`, weight {', '.join(weights)}")
    if measure.series:
        found.append("decisions")
    return found
