"""What the looks of a chart mean, in words: its legend, its figures, its signals."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from dashboard.charts import Chart
from dashboard.render import marks
from dashboard.render.letters import clean
from dashboard.render.scenes import scales
from dashboard.render.scenes.scene import Entry, Scene, Shape, Stripe
from dashboard.words.text import _

SHAPES: dict[str, Shape] = {"good": "up", "bad": "down", "attention": "down"}
GRADES = {str(n): letter for n, letter in enumerate("ABCDE", 1)}
MOST_NAMED = 6  # of the periods that nobody reported
WORST = ("4", "5", "bad", "attention")  # cells of these carry a corner, too: in grey they would look like the best


def missing() -> Entry:
    """Return what the hatching says."""
    return Entry("missing", "missing", _("belum melapor"))


def column(chart: Chart, role: str) -> list[Any]:
    """Return the values of a role, or nulls where the chart has none."""
    return chart.data[chart.roles[role]].to_list() if role in chart.roles else [None] * chart.data.height


def figures(chart: Chart, *roles: str) -> int:
    """Return how many decimals the figures of these roles need."""
    known = [v for role in roles if role in chart.roles for v in chart.data[chart.roles[role]].to_list()]
    return marks.digits(known, chart.unit, chart.options.get("digits"))


def words(chart: Chart, places: int) -> list[str]:
    """Return the figure of each row as it is written beside its mark."""
    pairs = zip(column(chart, "text"), column(chart, "value"), strict=True)
    return [clean(own) if own is not None else marks.figure_text(v, chart.unit, places) for own, v in pairs]


def legend(chart: Chart) -> tuple[Entry, ...]:
    """Return what the colours of a chart mean, those that occur in it."""
    role = next((r for r in ("state", "band", "colour", "signal", "side") if r in chart.roles), None)
    if role is None:
        return ()
    used = {None if v is None else str(v) for v in column(chart, role)}
    return tuple(_entry(chart, role, fill, names) for fill, names in _grouped(_pairs(chart, role, used)))


def _pairs(chart: Chart, role: str, used: set[str | None]) -> list[tuple[str, str]]:
    """Return (fill, what it means) of the fills that occur."""
    if role == "state":
        return [(fill, name) for state, (name, fill) in chart.options["states"].items() if state in used]
    names = marks.signal_names()
    names |= {str(band): name for band, name in (chart.options.get("band_names") or {}).items()}
    if role == "side":
        names = {"good": _("di luar rentang wajar, lebih baik"), "bad": _("di luar rentang wajar, lebih buruk")}
    elif role == "signal":
        del names["ordinary"]
    pairs = [(fill, name) for fill, name in names.items() if fill in used]
    return pairs + ([("missing", _("belum melapor"))] if role == "band" and None in used else [])


def _grouped(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the pairs, neighbours of one fill as one."""
    return [
        (fill, ", ".join(dict.fromkeys(clean(name) for _fill, name in group)))
        for fill, group in groupby(pairs, key=lambda pair: pair[0])
    ]


def _entry(chart: Chart, role: str, fill: str, name: str) -> Entry:
    if fill == "missing":
        return Entry("missing", "missing", name)
    if fill in SHAPES and (role in {"signal", "side"} or chart.kind in {"dots", "multiples"}):
        return Entry(SHAPES[fill], fill, name)
    if role == "state" and fill in {"good", "ordinary"}:  # what is as it should be stays quiet
        return Entry("pale", fill, name)
    return Entry("square", fill, name, is_worst=fill in WORST and chart.kind in {"matrix", "heat"})


def grade(scene: Scene, fill: str | None) -> str:
    """Return the letter of a fill for where its colour may be lost: that before its name (ST · Sangat tinggi), or A (best) .. E."""
    if fill is None or fill not in GRADES:
        return ""
    named = next((entry.words for entry in scene.legend if entry.shade == fill), "")
    start, dot, _name = named.partition(" · ")
    return start if dot and start.isalnum() and len(start) <= 3 else GRADES[fill]


def said(scene: Scene) -> list[tuple[Entry, str]]:
    """Return the legend with its words, what was not reported with its periods, as where no hatching can be drawn."""
    places = {tick.at: name for tick, name in zip(scene.x.ticks, scales.periods(scene.x), strict=True)}
    gaps = [places.get((stripe.low + stripe.high) / 2) for stripe in scene.of(Stripe) if stripe.is_gap]
    names = [name for name in gaps if name]
    shown = ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
    return [
        (entry, f"{entry.words}: {shown}" if entry.look == "missing" and names else entry.words)
        for entry in scene.legend
    ]
