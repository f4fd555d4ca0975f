"""What the charts share: figures as text, the names of periods, what signals mean."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import pairwise

import polars as pl

from dashboard.charts import Chart
from dashboard.words import text
from dashboard.words.text import _

LABEL_LENGTH = 26


def digits(values: Iterable[float | None], unit: str, asked: int | None = None) -> int:
    """Return how many decimals a set of figures needs unless they are asked for: none for whole or large numbers."""
    if asked is not None:
        return asked
    known = [abs(v) for v in values if v is not None]
    if unit.strip().startswith("%"):
        return 1
    if not known or all(float(v).is_integer() for v in known) or max(known) >= 1000:
        return 0
    return 2 if max(known) < 10 else 1


def figure_text(value: float | None, unit: str, places: int) -> str:
    """Return a figure as it is written beside its mark; a null one says that nothing was reported."""
    if value is None:
        return _("belum melapor")
    return text.pct(value, places) if unit.strip().startswith("%") else text.number(value, places)


def short(label: str | None, length: int = LABEL_LENGTH) -> str:
    """Return a label cut to what fits beside a chart on a phone."""
    label = label or text.MISSING
    return label if len(label) <= length else label[: length - 1].rstrip() + "…"


def signal_names() -> dict[str, str]:
    """Return what the colours of signals mean in words."""
    return {"good": _("membaik"), "bad": _("perlu perhatian"), "ordinary": _("perubahan wajar")}


def line_values(chart: Chart, frame: pl.DataFrame) -> list[float]:
    """Return all figures that a line over time draws: the line, its limits, its target, what is foreseen."""
    roles = [r for r in chart.roles if r in {"y", "lower", "upper", "target", "previous", "mean", "forecast"}]
    roles += [r for r in chart.roles if r.startswith("fan_")]
    values = [v for r in roles for v in frame[chart.roles[r]].to_list() if v is not None]
    return values + ([chart.options["target"]] if chart.options.get("target") is not None else [])


def period_name(days: Sequence[date]) -> Callable[[date | None], str]:
    """Return how the days of an axis are named: as quarters where all of them begin one and none is nearer."""
    unique = sorted(set(days))
    apart = all((b - a).days > 80 for a, b in pairwise(unique))
    return text.quarter if len(unique) > 1 and apart and all(d.month % 3 == 1 for d in unique) else text.month


def noted(chart: Chart) -> list[tuple[date, str]]:
    """Return the days that the chart notes, and what happened on them, oldest first."""
    first = chart.data[chart.roles["x"]].min()
    return sorted((day, words) for day, words in chart.options.get("notes", ()) if first is not None and day >= first)
