"""What the figures share: figures as text, month ticks, shortened labels."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from html import escape
from itertools import pairwise
from typing import Any

import polars as pl

from dashboard.charts import Chart
from dashboard.theme import Palette
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


def two_lines(label: str | None, length: int = LABEL_LENGTH) -> str:
    """Return a label as HTML, broken once where it is longer than a line, cut where two lines are not enough."""
    label = label or text.MISSING
    if len(label) <= length:
        return escape(label)
    at = label.rfind(" ", 0, length + 1)
    if at < length // 3:
        return escape(short(label, length))
    return f"{escape(label[:at])}<br>{escape(short(label[at + 1 :], length))}"


def ticks(labels: Sequence[str | None], length: int = LABEL_LENGTH) -> list[str]:
    """Return tick labels cut to length."""
    return [escape(short(label, length)) for label in labels]


def plain(words: str) -> str:
    """Return a label without its tags, a line break for each <br>."""
    return re.sub(r"<[^>]+>", "", words.replace("<br>", "\n"))


def linked(words: str, url: str | None, ink: str) -> str:
    """Return words that are HTML already as a link in their own colour, or as they are where there is no link."""
    return f'<a href="{escape(url)}" target="_self" style="color:{ink}">{words}</a>' if url else words


def leading(urls: Sequence[str | None]) -> dict[str, Any]:
    """Return what makes the marks of a trace lead to these URLs, one a mark: static/links.js follows them."""
    return {"meta": {"links": list(urls)}} if any(urls) else {}


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


def month_ticks(days: Sequence[date], most: int = 5) -> dict[str, Any]:
    """Return the ticks of a time axis: at most `most`, the last month among them, the year where it changes."""
    unique = sorted(set(days))
    step = max(1, -(-len(unique) // most))
    chosen = unique[::-1][::step][::-1]
    labels, year = [], None
    for day in chosen:
        name = period_name(unique)(day)
        word, _space, number = name.rpartition(" ")
        labels.append(f"{word}<br>{number}" if day.year != year else word)
        year = day.year
    return {"tickmode": "array", "tickvals": chosen, "ticktext": labels}


def rule(axis: str, at: float | str, colour: str, **more: Any) -> dict[str, Any]:
    """Return a thin straight line across the plot at a value (a day: as ISO text) of the x or y axis."""
    other = "y" if axis == "x" else "x"
    ends = {f"{axis}0": at, f"{axis}1": at, f"{other}0": 0, f"{other}1": 1, f"{axis}ref": axis, f"{other}ref": "paper"}
    return {"type": "line", **ends, "line": {"color": colour, "width": 1} | more, "layer": "above"}


def noted(chart: Chart) -> list[tuple[date, str]]:
    """Return the days that the chart notes, and what happened on them, oldest first."""
    first = chart.data[chart.roles["x"]].min()
    return sorted((day, words) for day, words in chart.options.get("notes", ()) if first is not None and day >= first)


def note(words: str, colours: Palette, **place: Any) -> dict[str, Any]:
    """Return a small label without an arrow."""
    base = {"text": words, "showarrow": False, "font": {"size": 12, "color": colours.muted}, "align": "left"}
    return base | place


def over_lines(label: dict[str, Any], colours: Palette) -> dict[str, Any]:
    """Return a label that stays readable where it has to lie on lines."""
    red, green, blue = (int(colours.background[i : i + 2], 16) for i in (1, 3, 5))
    return label | {"bgcolor": f"rgba({red},{green},{blue},0.82)", "borderpad": 1}


def band(edges: dict[str, Any], shade: str, words: str, colours: Palette) -> list[dict[str, Any]]:
    """Return a pale band behind a plot and its name: two shapes, so that the name keeps its contrast."""
    base = {"type": "rect", "layer": "below", "line": {"width": 0}} | edges
    label = {"text": words, "textposition": "top left", "font": {"size": 11, "color": colours.muted}}
    return [base | {"fillcolor": shade, "opacity": 0.13}, base | {"fillcolor": "rgba(0,0,0,0)", "label": label}]
