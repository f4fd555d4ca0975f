"""Native charts of a workbook: a scene's series as columns beside the chart, and an XlsxWriter chart drawn from them."""

from typing import Any

from dashboard import theme
from dashboard.render import marks
from dashboard.render.office.native import native
from dashboard.render.office.series import FORMS, Label, Native, Series, places, shade, step
from dashboard.render.scenes.scene import Axis, Rule, Scene
from dashboard.render.workbook.sheet import Area, Book, Place, figures
from dashboard.words.harmless import harmless
from dashboard.words.text import _

COLOURS = theme.LIGHT
WIDTH, HEIGHT = 640, 380  # pixels
ROW = 26  # pixels that a ranked row takes
LETTER = 5.6  # pixels, the width of one in labels
LETTERS = {"name": "Calibri", "size": 9, "color": COLOURS.muted}
TYPES = {
    "lines": {"type": "line"},
    "columns": {"type": "column", "subtype": "stacked"},
    "rows": {"type": "bar"},
    "points": {"type": "scatter", "subtype": "straight"},
}
DASHES = {"solid": "solid", "dash": "dash", "dot": "round_dot", "dense": "square_dot"}
SIDES = {"base": "inside_base", "past": "outside_end", "middle": "center"}
NEAR = 0.1  # of the axis: labels at the right end nearer than this would cover each other


def draw(book: Book, scene: Scene, place: Place) -> Any:
    """Write the figures of a scene from the free column on and return the chart of them."""
    drawn = native(scene)
    stacked = {"subtype": "stacked"} if drawn.is_stacked else {}
    chart = book.file.add_chart(TYPES[drawn.kind] | stacked)
    area = Area(place, max((len(one.values) for one in drawn.series), default=1))
    number = figures(scene.unit, marks.digits([v for one in drawn.series for v in one.values], scene.unit))
    at = (
        area.add(_("Periode") if drawn.across.kind == "time" else _("Nama"), _names(drawn, scene))
        if drawn.names
        else None
    )
    silent = _covered(drawn)
    for n, one in enumerate(drawn.series):
        along, form = at, number
        if drawn.kind == "points":
            along = area.add(scene.x.name or scene.unit or _("Nilai"), one.xs)
            form = "General" if scene.y.kind == "rows" else number
        source = area.add(one.name, one.values, form)
        look = _look(one, drawn, {at for m, at in silent if m == n}) | _reach(area, one, number)
        chart.add_series(
            {"name": source.head, "categories": along.values if along else None, "values": source.values} | look
        )
    _axes(chart, drawn, scene)
    chart.set_title({"name": [place.name, 0, 0], "name_font": {"size": 11, "bold": True, "color": COLOURS.ink}})
    is_tall = drawn.kind == "rows" or drawn.figures.kind == "rows"
    height = max(280, len(scene.y.ticks) * ROW + (110 if drawn.kind == "rows" else 170)) if is_tall else HEIGHT
    chart.set_size({"width": WIDTH, "height": height})
    chart.set_chartarea({"border": {"color": COLOURS.hairline}})
    unnamed = [n for n, one in enumerate(drawn.series) if not one.is_named]
    legend = (
        {"none": True} if drawn.kind == "rows" else {"position": "bottom", "font": LETTERS, "delete_series": unnamed}
    )
    chart.set_legend(legend)
    chart.set_plotarea({"layout": _layout(drawn, height)})
    chart.show_blanks_as("gap")
    chart.show_hidden_data()
    return chart


def named(scene: Scene) -> list[str]:
    """Return the series that the legend of a chart names."""
    drawn = native(scene)
    return [one.name for one in drawn.series if one.is_named] if drawn.kind != "rows" else []


def _names(drawn: Native, scene: Scene) -> list[str]:
    """Return the names of periods or rows, parts of a stack with their figure: they have none beyond their end."""
    if drawn.kind == "rows" and drawn.is_stacked:
        return [f"{_short(n)}: {tick.words}" for n, tick in zip(drawn.names, scene.figures, strict=True)]
    return [_short(name) for name in drawn.names]


def _short(words: str) -> str:
    """Return words cut to what fits beside a chart; what begins with = would be taken for a formula."""
    shown = marks.short(harmless(words), 30)
    return f" {shown}" if shown.startswith("=") else shown


def _covered(drawn: Native) -> set[tuple[int, int]]:
    """Return the labels at the right end that would cover another one: strong ones come first, the legend names the others."""
    ends = [(n, at, label) for n, one in enumerate(drawn.series) for at, label in one.labels.items() if label.is_end]
    kept: list[float] = []
    found = set()
    for n, at, _label in sorted(ends, key=lambda end: not end[2].is_strong):
        value = drawn.series[n].values[at] or 0.0
        if any(abs(value - other) < NEAR * (drawn.figures.high - drawn.figures.low) for other in kept):
            found.add((n, at))
        else:
            kept.append(value)
    return found


def _look(one: Series, drawn: Native, silent: set[int]) -> dict[str, Any]:
    """Return how a series looks, as XlsxWriter says it."""
    labels = {at: label for at, label in one.labels.items() if at not in silent}
    look: dict[str, Any] = {}
    if drawn.kind in {"columns", "rows"}:
        edge = {"border": {"color": shade(one.edge), "width": 1.25} if one.edge else {"none": True}}
        look |= {
            "gap": 40,
            "overlap": 100,
            "fill": {"color": shade(one.fills[0])} if one.fills else {"none": True},
        } | edge
        if len(set(one.fills)) > 1:
            look |= {"points": [{"fill": {"color": shade(fill)}} | edge for fill in one.fills]}
    else:
        line = (
            {"color": shade(one.line), "width": one.width * 1.25, "dash_type": DASHES[one.dash]} if one.line else None
        )
        look |= {"line": line or {"none": True}, "marker": {"type": "none"}}
    if one.mark:
        fill = {"color": COLOURS.background if one.mark.is_hollow else shade(one.mark.shade)}
        form = {"type": FORMS[one.mark.shape], "size": round(4 + one.mark.size * 6)}
        look["marker"] = form | {"fill": fill, "border": {"color": shade(one.mark.shade)}}
    if labels:
        side = next(reversed(labels.values())).side  # a series has one place for all of its labels
        custom = [_label(labels.get(n), one, n) for n in range(len(one.values))]
        look["data_labels"] = {"value": True, "custom": custom, "font": LETTERS, "position": SIDES.get(side, side)}
    return look


def _label(label: Label | None, one: Series, at: int) -> dict[str, Any]:
    if label is None:
        return {"delete": True}
    ground = shade(one.fills[min(at, len(one.fills) - 1)]) if label.side == "middle" else None
    ink = theme.text_on(ground) if ground else shade(label.shade, for_words=True)
    words = f"{_short(label.words)} {label.figure}".rstrip()
    return {"value": words, "font": LETTERS | {"color": ink, "bold": label.is_strong}}


def _reach(area: Area, one: Series, number: str) -> dict[str, Any]:
    """Write how far intervals reach either way and return them as error bars."""
    from xlsxwriter.utility import xl_range_formula  # noqa: PLC0415

    if not any(one.reach):
        return {}
    ends: dict[str, Any] = {"type": "custom", "end_style": int(not one.edge)}
    for side, name, words in ((0, "minus", _("sampai batas bawah")), (1, "plus", _("sampai batas atas"))):
        values = [reach and reach[side] for reach in one.reach]
        source = area.add(words, values, number)
        ends |= {f"{name}_values": xl_range_formula(*source.values), f"{name}_data": values}
    line = {"color": shade(one.edge or "muted"), "width": 1, "dash_type": "dash" if one.edge else "solid"}
    return {"y_error_bars": ends | {"line": line}}


def _layout(drawn: Native, height: int) -> dict[str, float]:
    """Return where the plot lies: names or ticks left, figures or words about the ends of lines right, the legend below."""
    left, right = max((len(_short(name)) for name in drawn.names), default=0) if drawn.kind == "rows" else 9.0, 1.0
    for label in (label for one in drawn.series for label in one.labels.values()):
        if label.side == "left" and drawn.figures.kind == "rows":
            left = max(left, len(_short(label.words)))
        elif label.is_end or label.side == "past" or drawn.figures.kind == "rows":
            right = max(right, len(_short(label.words)))
    across = [left * LETTER + 16, WIDTH - (left + right) * LETTER - 40]
    below = 64 if drawn.kind == "rows" else 124
    return {
        "x": across[0] / WIDTH,
        "y": 46 / height,
        "width": across[1] / WIDTH,
        "height": (height - 46 - below) / height,
    }


def _axes(chart: Any, drawn: Native, scene: Scene) -> None:
    """Give axes the ends and ticks that the scene has."""
    words = [rule.words for rule in scene.of(Rule) if rule.part == "reference"]
    unit = " · ".join(part for part in (scene.unit, *words) if part)
    if drawn.kind in {"lines", "columns"}:
        chart.set_x_axis(_axis() | {"label_position": "low", "interval_unit": _every(drawn)})
        chart.set_y_axis(_figures(drawn.figures, unit))
    elif drawn.kind == "rows":
        chart.set_y_axis(_axis() | {"reverse": True, "interval_unit": 1, "label_position": "low"})
        chart.set_x_axis(_figures(drawn.figures, unit) | {"label_position": "high" if scene.x.is_shown else "none"})
    elif drawn.figures.kind == "rows":  # high: below, as the rows run down
        chart.set_y_axis(_figures(drawn.figures, "") | {"reverse": True, "visible": False, "crossing": "min"})
        chart.set_x_axis(_figures(drawn.across, unit) | {"label_position": "high", "crossing": "min"})
    else:
        is_wide = drawn.across.kind == "logarithm"
        more = {"log_base": 10, "label_position": "none"} if is_wide else {"label_position": "low"}
        chart.set_x_axis(_figures(drawn.across, scene.x.name) | {"crossing": "min"} | more)
        chart.set_y_axis(_figures(drawn.figures, unit) | {"label_position": "low", "crossing": "min"})


def _every(drawn: Native) -> int:
    """Return of how many periods one is written."""
    longest = max((len(name) for name in drawn.names), default=1)
    return max(1, round(len(drawn.names) * longest * LETTER / WIDTH + 0.2)) if drawn.across.kind == "time" else 1


def _axis() -> dict[str, Any]:
    return {
        "num_font": LETTERS,
        "line": {"color": COLOURS.hairline},
        "major_tick_mark": "none",
        "minor_tick_mark": "none",
        "major_gridlines": {"visible": False},
    }


def _figures(axis: Axis, unit: str) -> dict[str, Any]:
    look = _axis() | {"min": axis.low, "max": axis.high}
    look["major_gridlines"] = {"visible": axis.is_ruled, "line": {"color": COLOURS.grid, "width": 0.75}}
    if axis.kind == "value" and axis.ticks:
        percent = "%" if any(tick.words.endswith("%") for tick in axis.ticks) else ""
        look |= {"major_unit": step(axis), "num_format": figures(percent, places(axis))}
    if words := harmless(unit, 120).lstrip("="):
        look |= {"name": words, "name_font": LETTERS | {"bold": False}}
    return look
