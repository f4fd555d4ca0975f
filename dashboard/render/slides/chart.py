"""A native chart of a slide: a scene's series in, a chart that PowerPoint can edit out, with the workbook of its figures.

The workbook holds names as text and figures as numbers; nothing in it is ever a formula or a link.
"""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dashboard import theme
from dashboard.render.drawing.sheet import spread
from dashboard.render.office.series import FORMS, Label, Native, Series, places, shade, step
from dashboard.render.scenes.scene import Axis, Dot
from dashboard.render.slides import xml
from dashboard.render.slides.sheet import INK, Stage, clean, coloured, emu, fit, wide
from dashboard.words import text

THICKEST = 0.42  # inches of a bar
LONGEST = 4.5  # inches of words at a point
BESIDE = 0.3  # of the width, at most, for words at the right end of lines
SHEET = "Sheet1"  # as python-pptx names it in the places that series have
DASHES = {"solid": "SOLID", "dash": "DASH", "dot": "ROUND_DOT", "dense": "SQUARE_DOT"}
SIDES = {
    "right": "RIGHT",
    "left": "LEFT",
    "above": "ABOVE",
    "below": "BELOW",
    "middle": "CENTER",
    "base": "INSIDE_BASE",
    "past": "OUTSIDE_END",
}
Inner = tuple[float, float, float, float]  # left, top, width, height in inches


def draw(place: Stage, drawn: Native, inner: Inner, *, name: str, alt: str, size: float = 11.0) -> None:
    """Put a chart on the slide, its plot at `inner`, letters of `size` points."""
    from pptx.util import Pt  # noqa: PLC0415

    series = _equal(drawn.series) if drawn.kind == "points" else drawn.series
    corner = (emu(v) for v in (place.left, place.top, place.width, place.height))
    frame = place.slide.shapes.add_chart(_type(drawn), *corner, _data(drawn, series))
    xml.describe(frame, clean(name), clean(alt))
    chart = frame.chart
    chart.has_legend = chart.has_title = False
    chart.font.size, chart.font.color.rgb = Pt(size), coloured(INK.muted)
    chart.part.chart_workbook.update_from_xlsx_blob(_workbook(drawn, series, place.created_at))
    xml.laid(chart, (inner[0] / place.width, inner[1] / place.height, inner[2] / place.width, inner[3] / place.height))
    moved, at = _moved(drawn, inner, size), len(series) + 2
    for n, (one, made) in enumerate(zip(series, chart.plots[0].series, strict=True)):
        (_filled if drawn.kind in {"columns", "rows"} else _lined)(made, one)
        for point, label in sorted(one.labels.items()):
            ground = shade(one.fills[min(point, len(one.fills) - 1)]) if label.side == "middle" else None
            _label(made, point, label, size, ground)
            across, down = moved.get((n, point), (0.0, 0.0))
            xml.label(made, point, (across / place.width, down / place.height), is_veiled=ground is None)
        if any(one.reach):
            columns = (f"{SHEET}!${_letters(at + m)}$2:${_letters(at + m)}${len(one.values) + 1}" for m in (0, 1))
            look = (shade(one.edge or "ink"), "dash" if one.edge else "solid")
            xml.reach(made, (next(columns), next(columns)), one.reach, look)
            at += 2
    if drawn.kind in {"columns", "rows"}:
        each = inner[3] / max(len(drawn.names), 1) if drawn.kind == "rows" else 0.0
        plot = chart.plots[0]
        plot.gap_width = min(max(round((each / THICKEST - 1) * 100), 45), 500) if each else 22
        plot.overlap = 100
    _axes(chart, drawn, inner, size)


def room(axis: Axis, size: float = 11.0) -> float:
    """Return the inches that the figures of an axis take at its left."""
    return max((wide(tick.words, size) for tick in axis.ticks), default=0.0) + 0.15 if axis.is_shown else 0.06


def beside(drawn: Native, width: float, size: float = 11.0) -> float:
    """Return the inches that words beyond the right end of a plot take."""
    ends = [label for one in drawn.series for label in one.labels.values() if label.is_end]
    return min(max((wide(one.words, size, bold=one.is_strong) for one in ends), default=0.0), width * BESIDE) + 0.2


def _moved(drawn: Native, inner: Inner, size: float) -> dict[tuple[int, int], tuple[float, float]]:
    """Return how many inches further right and lower labels stand: those at the right end apart, others not beyond it."""
    axis, labels = (
        drawn.figures,
        [(n, at, label) for n, one in enumerate(drawn.series) for at, label in one.labels.items()],
    )
    ends = [(n, at) for n, at, label in labels if label.is_end]
    values = [drawn.series[n].values[at] or 0.0 for n, at in ends]
    wanted = [(axis.high - min(max(v, axis.low), axis.high)) / (axis.high - axis.low) * inner[3] for v in values]
    tall = size * 1.35 / 72
    given = spread(wanted, [tall] * len(ends), -tall / 2, inner[3] + tall * 1.5)
    found = {end: (0.0, place - want) for end, place, want in zip(ends, given, wanted, strict=True)}
    for n, at, label in labels if drawn.kind == "lines" else ():
        over = (at + 0.5) / len(drawn.names) * inner[2] + wide(label.words, size) / 2 - inner[2]
        if label.side in {"above", "below"} and over > 0:
            found[n, at] = (-over, 0.0)
    return found


def _equal(series: Sequence[Series]) -> list[Series]:
    """Return the series, the first as long as the longest: LibreOffice loses all series before a longer one."""
    from dataclasses import replace  # noqa: PLC0415

    first, more = series[0], (None,) * (max(len(one.values) for one in series) - len(series[0].values))
    return [replace(first, values=first.values + more, xs=first.xs + more), *series[1:]]


def _type(drawn: Native) -> Any:
    from pptx.enum.chart import XL_CHART_TYPE as KINDS  # noqa: PLC0415

    if drawn.kind == "rows":
        return KINDS.BAR_STACKED if drawn.is_stacked else KINDS.BAR_CLUSTERED
    return {"lines": KINDS.LINE_MARKERS, "columns": KINDS.COLUMN_STACKED, "points": KINDS.XY_SCATTER_LINES}[drawn.kind]


def _data(drawn: Native, series: Sequence[Series]) -> Any:
    from pptx.chart.data import CategoryChartData, XyChartData  # noqa: PLC0415

    if drawn.kind != "points":
        data = CategoryChartData()
        data.categories = [clean(name) for name in drawn.names]
        for one in series:
            data.add_series(clean(one.name), one.values)
        return data
    points = XyChartData()
    for one in series:
        made = points.add_series(clean(one.name))
        for x, y in zip(one.xs, one.values, strict=True):
            is_known = x is not None and y is not None  # a lone one would stand at zero
            made.add_data_point(x if is_known else None, y if is_known else None)
    return points


def _workbook(drawn: Native, series: Sequence[Series], created_at: datetime) -> bytes:
    """Return the workbook of a chart, figures where python-pptx's series look for them."""
    from xlsxwriter import Workbook  # noqa: PLC0415

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    book.set_properties({"created": created_at.replace(tzinfo=None)})
    sheet = book.add_worksheet(SHEET)

    def fill(column: int, values: Sequence[Any], top: int = 0) -> None:
        for row, value in enumerate(values, top):
            if isinstance(value, str):
                sheet.write_string(row, column, clean(value))
            elif value is not None:
                sheet.write_number(row, column, value)

    if drawn.kind == "points":
        top = 0
        for one in series:
            pairs = [
                (x, y) if x is not None and y is not None else (None, None)
                for x, y in zip(one.xs, one.values, strict=True)
            ]
            fill(0, ["x", *(x for x, _y in pairs)], top)
            fill(1, [one.name, *(y for _x, y in pairs)], top)
            fill(2, ["", *one.names], top)
            top += len(pairs) + 2
    else:
        fill(0, ["", *drawn.names])
        at = len(series) + 1
        for n, one in enumerate(series, 1):
            fill(n, [one.name, *one.values])
            if any(one.reach):
                for side, sign in ((0, "−"), (1, "+")):
                    fill(at + side, [sign, *(ends and ends[side] for ends in one.reach)])
                at += 2
    book.close()
    return out.getvalue()


def _letters(position: int) -> str:
    """Return the letters of a column, 1 -> A."""
    head, tail = divmod(position - 1, 26)
    return (_letters(head) if head else "") + chr(65 + tail)


# --- looks ---


def _lined(made: Any, one: Series) -> None:
    from pptx.enum.chart import XL_MARKER_STYLE as STYLES  # noqa: PLC0415
    from pptx.enum.dml import MSO_LINE  # noqa: PLC0415
    from pptx.util import Pt  # noqa: PLC0415

    line, mark = made.format.line, made.marker
    made.smooth = False
    if one.line is None:
        line.fill.background()
    else:
        line.color.rgb, line.width = coloured(shade(one.line)), Pt(one.width * 1.25)
        line.dash_style = getattr(MSO_LINE, DASHES[one.dash])
    mark.style = STYLES.NONE
    if one.mark:
        mark.style, mark.size = getattr(STYLES, FORMS[one.mark.shape].upper()), round(4 + one.mark.size * 7)
        mark.format.fill.solid()
        mark.format.fill.fore_color.rgb = coloured(_inside(one.mark))
        mark.format.line.color.rgb, mark.format.line.width = coloured(shade(one.mark.shade)), Pt(1.5)


def _inside(mark: Dot) -> str:
    """Return the fill of a mark; LibreOffice draws no edges, so that one in the colour of the ground would be gone."""
    return shade(f"{mark.shade}/0.3" if mark.is_hollow else mark.shade)


def _filled(made: Any, one: Series) -> None:
    from pptx.util import Pt  # noqa: PLC0415

    made.invert_if_negative = False
    looks = [(made.format, one.fills[0] if one.fills else None)]
    if len(set(one.fills)) > 1:
        known = (n for n, value in enumerate(one.values) if value is not None)
        looks = [*looks, *((made.points[n].format, one.fills[n]) for n in known)]
    for look, fill in looks:
        if fill:
            look.fill.solid()
            look.fill.fore_color.rgb = coloured(shade(fill))
        else:
            look.fill.background()
        if one.edge:
            look.line.color.rgb, look.line.width = coloured(shade(one.edge)), Pt(1.25)
        else:
            look.line.fill.background()


def _label(made: Any, at: int, label: Label, size: float, ground: str | None) -> None:
    from pptx.enum.chart import XL_LABEL_POSITION as PLACES  # noqa: PLC0415
    from pptx.enum.lang import MSO_LANGUAGE_ID  # noqa: PLC0415
    from pptx.util import Pt  # noqa: PLC0415

    own = made.points[at].data_label
    frame = own.text_frame
    frame.word_wrap = False
    letters = frame.paragraphs[0].add_run()
    letters.text = f"{fit(label.words, LONGEST - (1.2 if label.figure else 0), size)} {label.figure}".strip()
    ink = theme.text_on(ground) if ground else shade(label.shade, for_words=True)
    font = letters.font
    font.size, font.bold, font.color.rgb = Pt(size), label.is_strong, coloured(ink)
    font.language_id = MSO_LANGUAGE_ID.INDONESIAN if text.language() == "id" else MSO_LANGUAGE_ID.ENGLISH_US
    own.position = getattr(PLACES, SIDES[label.side])


# --- axes ---


def _axes(chart: Any, drawn: Native, inner: Inner, size: float) -> None:
    from pptx.enum.chart import XL_TICK_LABEL_POSITION  # noqa: PLC0415

    across, figures = chart.category_axis, chart.value_axis
    is_down = drawn.kind == "rows" or drawn.figures.kind == "rows"
    _figures(figures, drawn.figures, size)
    if drawn.kind == "points":
        _figures(across, drawn.across, size)
    else:
        _plain(across, size, is_dark=drawn.kind == "rows")
        each = size * 0.07 if drawn.across.kind == "time" else 0.0
        xml.spaced(across, max(1, round(len(drawn.names) * each / max(inner[2], 0.5) + 0.4999)))
    across.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    figures.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if drawn.across.kind == "logarithm":
        xml.logarithmic(across)
        across.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    if is_down:
        names, others = (across, figures) if drawn.kind == "rows" else (figures, across)
        names.reverse_order = True
        others.tick_label_position = XL_TICK_LABEL_POSITION.NEXT_TO_AXIS
    xml.crossing(across, "max" if is_down and drawn.kind == "points" else "min")
    xml.crossing(figures, "max" if is_down and drawn.kind == "rows" else "min")


def _plain(axis: Any, size: float, *, is_dark: bool = False) -> None:
    from pptx.enum.chart import XL_TICK_MARK  # noqa: PLC0415
    from pptx.util import Pt  # noqa: PLC0415

    axis.has_major_gridlines, axis.major_tick_mark = False, XL_TICK_MARK.NONE
    axis.format.line.color.rgb, axis.format.line.width = coloured(INK.hairline), Pt(0.75)
    letters = axis.tick_labels.font
    letters.size, letters.color.rgb = Pt(size), coloured(INK.ink if is_dark else INK.muted)


def _figures(axis: Any, decided: Axis, size: float) -> None:
    """Give an axis the ends and the ticks that the scene has."""
    from pptx.util import Pt  # noqa: PLC0415

    _plain(axis, size)
    axis.minimum_scale, axis.maximum_scale, axis.visible = decided.low, decided.high, decided.is_shown
    if decided.kind == "value" and decided.ticks:
        axis.major_unit = step(decided)
        axis.tick_labels.number_format = form(decided)
        axis.tick_labels.number_format_is_linked = False
    axis.format.line.fill.background()
    axis.has_major_gridlines = decided.is_ruled and decided.is_shown
    if axis.has_major_gridlines:
        line = axis.major_gridlines.format.line
        line.color.rgb, line.width = coloured(INK.grid), Pt(0.75)
    axis.has_title = bool(decided.name)
    if decided.name:
        axis.axis_title.text_frame.text = decided.name
        letters = axis.axis_title.text_frame.paragraphs[0].runs[0].font
        letters.size, letters.bold, letters.color.rgb = Pt(size), False, coloured(INK.muted)


def form(axis: Axis) -> str:
    """Return how an axis writes its figures; thousands as the reader's language has them, whatever the machine's is."""
    is_indonesian, digits = text.language() == "id", places(axis)
    is_percent = any(tick.words.endswith("%") for tick in axis.ticks)
    sign = "" if not is_percent else '" %"' if is_indonesian else '"%"'
    if digits:  # PowerPoint itself has the last word on the decimal comma: it takes the machine's
        return f"[$-{421 if is_indonesian else 409}]0.{'0' * digits}{sign}"
    if is_percent or max(abs(axis.low), abs(axis.high)) < 1000:
        return f"0{sign}"
    if axis.low < 0:
        return "#,##0"  # a format with conditions would lose the sign
    mark = "." if is_indonesian else ","
    return f'[>=1000000]#"{mark}"000"{mark}"000;[>=1000]#"{mark}"000;0'
