"""Native charts of a workbook that rank names: bars, dots, bullets, and parts that add up to a total."""

from typing import Any

from dashboard import theme
from dashboard.charts import Chart
from dashboard.render import marks
from dashboard.render.workbook.series import (
    COLOURS,
    HEIGHT,
    LETTERS,
    add,
    axis,
    filled,
    framed,
    labels,
    lowest,
    marked,
    places_of,
    points,
    short_name,
)
from dashboard.render.workbook.sheet import Area, Book, Place, Source, figures
from dashboard.words.text import _

_ROW = 26  # pixels that a ranked row takes
_LABELLED = 14  # upright names up to which each has its figure beside it


def bars(book: Book, chart: Chart, place: Place) -> Any:
    """Draw horizontal bars in the order of the frame, each with its figure or words."""
    area, drawn = Area(place, chart.data.height), book.file.add_chart({"type": "bar"})
    at, source, number = _ranked(area, chart)
    look: dict[str, Any] = {"gap": 35, "points": points(chart), "fill": {"color": COLOURS.ordinary}}
    interval = _interval(area, chart, "y", number)
    data_labels: dict[str, Any] = {"value": True, "num_format": number, "font": LETTERS}
    if "text" in chart.roles:
        data_labels["custom"] = labels(chart.data[chart.roles["text"]].to_list())
    elif interval:
        data_labels |= {"position": "inside_base", "custom": _inside(chart)}
    add(drawn, at, source, look | {"data_labels": data_labels} | interval)
    drawn.set_y_axis(axis("") | {"reverse": True, "interval_unit": 1})
    unit = chart.unit
    if (reference := chart.options.get("reference")) is not None:
        figure = marks.figure_text(reference, chart.unit, marks.digits([reference], chart.unit))
        unit = f"{unit} · {chart.options.get('reference_name') or _('acuan')} {figure}".strip(" ·")
    drawn.set_x_axis(
        axis(unit, number) | {"label_position": "high"} | _from_zero(chart)
    )  # high: below, as the names run down
    drawn.set_legend({"none": True})
    return framed(drawn, place, max(240, chart.data.height * _ROW + 110), is_alone=True)


def dots(book: Book, chart: Chart, place: Place) -> Any:
    """Draw a point a row with its interval, and that of the last period."""
    area, drawn = Area(place, chart.data.height), book.file.add_chart({"type": "line"})
    at, source, number = _ranked(area, chart)
    look = marked(COLOURS.ordinary, "circle", 8) | {"points": points(chart)}
    if chart.data.height <= _LABELLED:
        look["data_labels"] = {"value": True, "num_format": number, "font": LETTERS, "position": "right"}
    add(drawn, at, source, look | _interval(area, chart, "y", number))
    if "previous" in chart.roles:
        label = chart.options.get("previous_name") or _("periode lalu")
        earlier = area.add(label, chart.data[chart.roles["previous"]].to_list(), number)
        hollow = {"type": "diamond", "size": 7, "fill": {"none": True}, "border": {"color": COLOURS.missing}}
        add(drawn, at, earlier, {"line": {"none": True}, "marker": hollow})
    if (reference := chart.options.get("reference")) is not None:
        label = chart.options.get("reference_name") or _("acuan")
        constant = area.add(label, [reference] * chart.data.height, number)
        add(drawn, at, constant, {"line": {"color": COLOURS.ink, "width": 1}})
    _upright(drawn, chart, number, {"min": lowest(chart)})
    drawn.show_blanks_as("gap")
    return framed(drawn, place, 440)


def bullet(book: Book, chart: Chart, place: Place) -> Any:
    """Draw what was reached as columns, the target and what was due by now as marks across them."""
    area, drawn = Area(place, chart.data.height), book.file.add_chart({"type": "column"})
    at, source, number = _ranked(area, chart)
    look: dict[str, Any] = {"gap": 60, "points": points(chart), "fill": {"color": COLOURS.ordinary}}
    if chart.data.height <= _LABELLED:
        look["data_labels"] = {"value": True, "position": "inside_base", "custom": _inside(chart)}
    add(drawn, at, source, look)
    over = book.file.add_chart({"type": "line"})
    for role, label, shape, shade in (
        ("target", _("target"), "long_dash", COLOURS.ink),
        ("path", _("seharusnya sampai kini"), "diamond", COLOURS.missing),
    ):
        if role in chart.roles:
            goal = area.add(label, chart.data[chart.roles[role]].to_list(), number)
            add(over, at, goal, marked(shade, shape, 12 if role == "target" else 7))
    drawn.combine(over)
    _upright(drawn, chart, number, _from_zero(chart))
    return framed(drawn, place, 420)


def waterfall(book: Book, chart: Chart, place: Place) -> Any:
    """Draw parts that add up to a total as columns that float where the one before ended."""
    names, values = (chart.data[chart.roles[role]].to_list() for role in ("label", "value"))
    places = marks.digits(values, chart.unit)
    number, spans, level = figures(chart.unit, places), [], 0.0
    for value in values:
        spans.append((level, level + (value or 0.0), "up" if (value or 0.0) >= 0 else "down"))
        level += value or 0.0
    silent = _("belum melapor")
    shown = [
        short_name(n) if v is not None else f"{short_name(n)} ({silent})" for n, v in zip(names, values, strict=True)
    ]
    written: list[Any] = list(values)
    if chart.options.get("total"):
        spans.append((0.0, level, "total"))
        shown.append(chart.options["total"])
        written.append(level)
    area, drawn = Area(place, len(spans)), book.file.add_chart({"type": "column", "subtype": "stacked"})
    at = area.add(_("Nama"), shown)
    area.add(_("Nilai"), written, number)
    base = [a if a * b > 0 and abs(a) < abs(b) else b if a * b > 0 else 0.0 for a, b, _kind in spans]
    unseen = {"fill": {"none": True}, "border": {"none": True}, "gap": 40}
    add(drawn, at, area.add(_("dasar"), base, number), unseen)
    looks = {"up": (_("menambah"), COLOURS.good), "down": (_("mengurangi"), COLOURS.bad)}
    looks["total"] = (chart.options.get("total") or "", COLOURS.accent)
    labelled = labels([None if v is None else marks.figure_text(v, chart.unit, places) for v in written])
    for kind, (name, shade) in looks.items():
        for is_above in (True, False):
            parts = [_part(a, b, is_above=is_above) if k == kind else None for a, b, k in spans]
            if not any(parts):
                continue
            source = area.add(name if is_above else f"{name} (< 0)", parts, number)
            custom = [label if part else {"delete": True} for label, part in zip(labelled, parts, strict=True)]
            inside = LETTERS | {"color": theme.text_on(shade)}
            data_labels = {"value": True, "custom": custom, "num_format": number, "font": inside}
            add(drawn, at, source, filled(shade) | {"data_labels": data_labels})
    drawn.set_x_axis(axis("") | {"label_position": "low"})
    drawn.set_y_axis(axis(chart.unit, number))
    drawn.set_legend({"position": "bottom", "delete_series": [0], "font": LETTERS})
    return framed(drawn, place, HEIGHT, is_alone=True)


def _part(start: float, end: float, *, is_above: bool) -> float | None:
    """Return the piece of a column from start to end that lies above (or below) zero, without what lies under it."""
    low, high = min(start, end), max(start, end)
    piece = max(high, 0.0) - max(low, 0.0) if is_above else min(low, 0.0) - min(high, 0.0)
    return piece or None


def _ranked(area: Area, chart: Chart) -> tuple[Source, Source, str]:
    """Write names and figures; a name whose figure nobody reported says so."""
    names, values = (chart.data[chart.roles[role]].to_list() for role in ("label", "value"))
    number = figures(chart.unit, places_of(chart, "value"))
    silent = _("belum melapor")
    shown = [f"{short_name(n)} ({silent})" if v is None else short_name(n) for n, v in zip(names, values, strict=True)]
    return area.add(_("Nama"), shown), area.add(_("Nilai"), values, number), number


def _interval(area: Area, chart: Chart, axis: str, number: str) -> dict[str, Any]:
    """Write how far the interval reaches either way and return it as error bars."""
    if not {"lower", "upper"} <= set(chart.roles):
        return {}
    value, lower, upper = (chart.data[chart.roles[role]].to_list() for role in ("value", "lower", "upper"))
    less = [None if None in pair else pair[0] - pair[1] for pair in zip(value, lower, strict=True)]
    more = [None if None in pair else pair[1] - pair[0] for pair in zip(value, upper, strict=True)]
    minus = area.add(_("sampai batas bawah"), less, number)
    plus = area.add(_("sampai batas atas"), more, number)
    ends = {"minus_values": _formula(minus), "plus_values": _formula(plus), "minus_data": less, "plus_data": more}
    look = {"line": {"color": COLOURS.muted, "width": 1}}
    return {f"{axis}_error_bars": {"type": "custom"} | ends | look}


def _formula(source: Source) -> str:
    from xlsxwriter.utility import xl_range_formula  # noqa: PLC0415

    return xl_range_formula(*source.values)


def _inside(chart: Chart) -> list[dict[str, Any]]:
    """Return figures that stand in their bar, readable on its colour; nothing where nobody reported."""
    values, places = chart.data[chart.roles["value"]].to_list(), places_of(chart, "value")
    shades = [point["fill"]["color"] for point in points(chart)]
    return [
        {"delete": True}
        if value is None
        else {
            "value": marks.figure_text(value, chart.unit, places),
            "font": LETTERS | {"color": theme.text_on(shade)},
        }
        for value, shade in zip(values, shades, strict=True)
    ]


def _upright(drawn: Any, chart: Chart, number: str, scale: dict[str, Any]) -> None:
    names = {"num_font": LETTERS | {"rotation": -45}, "label_position": "low", "interval_unit": 1}
    drawn.set_x_axis(axis("") | names)
    drawn.set_y_axis(axis(chart.unit, number) | scale)


def _from_zero(chart: Chart) -> dict[str, Any]:
    """Return the scale of bars: their length says something from zero only."""
    known = [v for v in chart.data[chart.roles["value"]].to_list() if v is not None]
    return {"min": 0} if min(known, default=0.0) >= 0 else {}
