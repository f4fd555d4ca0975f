"""What a funnel shows in every medium: which rows are its curves and its points, and how far its axes reach."""

from collections.abc import Sequence

import polars as pl

from dashboard.charts import Chart

LOG_FROM = 30  # times: sizes further apart than this would crowd the small units at one edge


def curves(chart: Chart) -> pl.DataFrame:
    """Return the rows of the limits and of the overall line, by size."""
    label, size = pl.col(chart.roles["label"]), pl.col(chart.roles["size"])
    return chart.data.filter(label.is_null() & size.is_not_null()).sort(chart.roles["size"])


def points(chart: Chart) -> pl.DataFrame:
    """Return the rows of the units that have both a value and a size."""
    label, size, value = (pl.col(chart.roles[role]) for role in ("label", "size", "value"))
    return chart.data.filter(label.is_not_null() & value.is_not_null() & size.is_not_null())


def is_logarithmic(sizes: Sequence[float]) -> bool:
    """Return whether sizes lie so far apart that their axis has to be logarithmic."""
    return min(sizes) > 0 and max(sizes) / min(sizes) > LOG_FROM


def span(chart: Chart, limits: pl.DataFrame, units: pl.DataFrame) -> tuple[float, float]:
    """Return the span of the points and the limits of 95 %, and of 99.8 % as far as these leave the points room."""
    inner = [units[chart.roles["value"]].to_list()]
    inner += [limits[chart.roles[role]].to_list() for role in ("lower", "upper", "overall")]
    known = [v for part in inner for v in part if v is not None] or [0.0, 1.0]
    low, high = min(known), max(known)
    room = (high - low) or abs(high) or 1.0
    edges = [v for role in ("far_lower", "far_upper") for v in limits[chart.roles[role]].to_list() if v is not None]
    far = [v for v in edges if low - room <= v <= high + room]
    low, high = min([low, *far]), max([high, *far])
    edge = ((high - low) or 1.0) * 0.06
    return (max(low - edge, -edge / 2) if low >= 0 else low - edge), high + edge
