"""Pure: a frame -> a Chart, a description that any medium can draw. One constructor a kind; no drawing library here.

Every constructor names columns of the frame and raises ValueError where one is missing, or where title or alt is empty.
Colour columns hold a signal (good, bad, ordinary, missing) or a band 1 (best) .. 5, which `band_names` names;
link columns hold relative URLs, of a row and column of cells those of their heads.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import polars as pl

Kind = Literal[
    "line", "bars", "dots", "stacked", "bullet", "matrix", "multiples", "area_map", "waterfall", "heat", "funnel"
]
AREA_CODE = "kecamatan_code"  # the property of an outline by which a map knows an area
Band = tuple[float, float, str, str]  # lower, upper, letter, name


@dataclass(frozen=True, eq=False)
class Chart:
    """`roles`: which column of `data` plays which part; `options`: what is not a column; `height` in pixels."""

    kind: Kind
    title: str
    unit: str
    alt: str
    data: pl.DataFrame
    roles: Mapping[str, str]
    options: Mapping[str, Any] = field(default_factory=dict)
    height: int | None = None


def _chart(
    kind: Kind,
    frame: pl.DataFrame,
    roles: Mapping[str, str | None],
    *,
    title: str,
    unit: str,
    alt: str,
    height: int | None = None,
    **options: Any,
) -> Chart:
    """Return the chart of the named columns alone."""
    chosen = {role: column for role, column in roles.items() if column is not None}
    missing = ", ".join(sorted(set(chosen.values()) - set(frame.columns)))
    if missing:
        raise ValueError(f"a {kind} chart needs the columns {missing}; there are: {', '.join(frame.columns)}")
    if not title.strip() or not alt.strip():
        raise ValueError(f"a {kind} chart needs a title and a text alternative")
    data = frame.select(list(dict.fromkeys(chosen.values())))
    return Chart(kind, title, unit, alt, data, chosen, options, height)


def line(
    frame: pl.DataFrame,
    x: str,
    y: str,
    *,
    title: str,
    unit: str,
    alt: str,
    series: str | None = None,
    target: str | float | None = None,
    previous: str | None = None,
    bands: Sequence[Band] | None = None,
    limits: tuple[str, str] | None = None,
    signal: str | None = None,
    missing: Literal["gap"] = "gap",
    height: int | None = None,
    provisional: str | None = None,
    mean: str | None = None,
    zero: bool = False,
    digits: int | None = None,
    signal_note: str | None = None,
    segment: str | None = None,
    forecast: str | None = None,
    fan: Mapping[int, tuple[str, str]] | None = None,
    notes: Sequence[tuple[date, str]] = (),
    link: str | None = None,
) -> Chart:
    """A development over time: x is a date column, a null y a visible gap.

    `target` is a column or one figure, `previous` the column of the same month of last year, `bands` the background,
    `limits` the columns of a lower and an upper limit, `mean` that of the centre line, `provisional` one of booleans.
    `signal_note` holds the few words written beside a signal, `segment` changes where limits begin anew.
    `forecast` is the column of what is foreseen, from the last known value on; `fan` the columns of its intervals by level in %,
    narrowest first. `notes` are days, none before the first x, and what happened on them: each a vertical line with its words.
    """
    lower, upper = limits or (None, None)
    roles = {"x": x, "y": y, "series": series, "previous": previous, "lower": lower, "upper": upper, "signal": signal}
    roles |= {"provisional": provisional, "mean": mean, "target": target if isinstance(target, str) else None}
    roles |= {"signal_note": signal_note, "segment": segment, "forecast": forecast, "link": link}
    for level, (below, above) in (fan or {}).items():
        roles |= {f"fan_lower_{level}": below, f"fan_upper_{level}": above}
    options: dict[str, Any] = {
        "target": None if isinstance(target, str) else target,
        "bands": tuple(bands or ()),
        "missing": missing,
    }
    options |= {"zero": zero, "digits": digits, "fan_levels": tuple(fan or ())}
    options |= {"notes": tuple(notes)} if notes else {}
    return _chart("line", frame, roles, title=title, unit=unit, alt=alt, height=height, **options)


def bars(
    frame: pl.DataFrame,
    label: str,
    value: str,
    *,
    title: str,
    unit: str,
    alt: str,
    colour: str | None = None,
    lower: str | None = None,
    upper: str | None = None,
    reference: float | None = None,
    text: str | None = None,
    link: str | None = None,
    height: int | None = None,
    reference_name: str = "",
    digits: int | None = None,
    band_names: Mapping[int, str] | None = None,
) -> Chart:
    """Horizontal bars, ranked as the frame is; a null value was not reported; `text` holds the words beside a bar."""
    roles = {"label": label, "value": value, "colour": colour, "text": text, "link": link}
    roles |= {"lower": lower, "upper": upper}
    options = {"reference": reference, "reference_name": reference_name, "digits": digits}
    return _chart(
        "bars", frame, roles, title=title, unit=unit, alt=alt, height=height, **options, band_names=band_names
    )


def dots(
    frame: pl.DataFrame,
    label: str,
    value: str,
    *,
    title: str,
    unit: str,
    alt: str,
    lower: str | None = None,
    upper: str | None = None,
    previous: str | None = None,
    colour: str | None = None,
    reference: float | None = None,
    height: int | None = None,
    reference_name: str = "",
    bands: Sequence[Band] | None = None,
    previous_name: str = "",
    text: str | None = None,
    link: str | None = None,
    digits: int | None = None,
    hollow: str | None = None,
    colour_names: Mapping[str, str] | None = None,
) -> Chart:
    """A point a row with its interval and the value of the last period; the axis may start above zero.

    `hollow` (booleans) marks values that are not sure enough to be judged; `colour_names` says what the signals mean here.
    """
    roles = {"label": label, "value": value, "colour": colour, "text": text, "link": link}
    roles |= {"lower": lower, "upper": upper, "previous": previous, "hollow": hollow}
    options: dict[str, Any] = {"reference": reference, "reference_name": reference_name, "bands": tuple(bands or ())}
    options |= {"previous_name": previous_name, "digits": digits, "band_names": colour_names}
    return _chart("dots", frame, roles, title=title, unit=unit, alt=alt, height=height, **options)


def stacked(
    frame: pl.DataFrame,
    x: str,
    parts: Mapping[str, str],
    *,
    title: str,
    unit: str,
    alt: str,
    height: int | None = None,
    link: str | None = None,
) -> Chart:
    """Columns made of parts (column -> label), from the bottom up; x is a column of dates or of words."""
    roles = {"x": x, "link": link} | {f"part:{column}": column for column in parts}
    return _chart("stacked", frame, roles, title=title, unit=unit, alt=alt, height=height, parts=dict(parts))


def bullet(
    frame: pl.DataFrame,
    label: str,
    value: str,
    target: str,
    *,
    title: str,
    unit: str,
    alt: str,
    colour: str | None = None,
    height: int | None = None,
    path: str | None = None,
    text: str | None = None,
    link: str | None = None,
    digits: int | None = None,
    band_names: Mapping[int, str] | None = None,
) -> Chart:
    """Actual as a bar against its target as a mark; `path` is the column of what was due by now."""
    roles = {"label": label, "value": value, "target": target, "colour": colour, "path": path, "text": text}
    roles |= {"link": link}
    return _chart(
        "bullet", frame, roles, title=title, unit=unit, alt=alt, height=height, digits=digits, band_names=band_names
    )


def matrix(
    frame: pl.DataFrame,
    row: str,
    column: str,
    *,
    value: str,
    text: str,
    band: str,
    title: str,
    unit: str,
    alt: str,
    height: int | None = None,
    link: str | None = None,
    hover: str | None = None,
    band_names: Mapping[int, str] | None = None,
    column_title: str | None = None,
    row_link: str | None = None,
    column_link: str | None = None,
    band_links: Mapping[int, str] | None = None,
) -> Chart:
    """Cells by band, rows and columns in the order in which they first appear; a null band was not reported.

    `column_title` stands over all columns instead of their names, where these are mere places. `band_links` are the URLs
    of the bands in the legend.
    """
    roles = {"row": row, "column": column, "value": value, "text": text, "band": band, "link": link, "hover": hover}
    roles |= {"row_link": row_link, "column_link": column_link}
    options: dict[str, Any] = {"height": height, "band_names": band_names, "column_title": column_title}
    options |= {"band_links": band_links} if band_links else {}
    return _chart("matrix", frame, roles, title=title, unit=unit, alt=alt, **options)


def multiples(
    frame: pl.DataFrame,
    x: str,
    y: str,
    facet: str,
    *,
    title: str,
    unit: str,
    alt: str,
    colour: str | None = None,
    height: int | None = None,
    link: str | None = None,
    level: str | None = None,
) -> Chart:
    """One small line a facet at its own level (`level`, else its median), facets in the order in which they first appear."""
    roles = {"x": x, "y": y, "facet": facet, "colour": colour, "link": link, "level": level}
    return _chart("multiples", frame, roles, title=title, unit=unit, alt=alt, height=height)


def area_map(
    frame: pl.DataFrame,
    area: str,
    value: str,
    *,
    text: str,
    band: str,
    title: str,
    unit: str,
    alt: str,
    height: int | None = None,
    geometry: Mapping[str, Any] | None = None,
    link: str | None = None,
    band_names: Mapping[int, str] | None = None,
    picked: str | None = None,
) -> Chart:
    """Areas (kecamatan codes) by band on the outlines of `geometry` (GeoJSON), one of them picked; a null band was not reported."""
    roles = {"area": area, "value": value, "text": text, "band": band, "link": link}
    return _chart(
        "area_map",
        frame,
        roles,
        title=title,
        unit=unit,
        alt=alt,
        height=height,
        geometry=geometry,
        band_names=band_names,
        **({"picked": picked} if picked else {}),
    )


def waterfall(
    frame: pl.DataFrame,
    label: str,
    value: str,
    *,
    title: str,
    unit: str,
    alt: str,
    height: int | None = None,
    total: str = "",
) -> Chart:
    """Parts that add up to a total, top down; `total` names the last bar (empty: no total bar)."""
    roles = {"label": label, "value": value}
    return _chart("waterfall", frame, roles, title=title, unit=unit, alt=alt, height=height, total=total)


def heat(
    frame: pl.DataFrame,
    row: str,
    column: str,
    *,
    state: str,
    text: str,
    title: str,
    alt: str,
    states: Mapping[str, tuple[str, str]],
    unit: str = "",
    height: int | None = None,
    link: str | None = None,
    hover: str | None = None,
    row_link: str | None = None,
    column_link: str | None = None,
    is_course: bool = True,
) -> Chart:
    """Cells by state, a column a period (`is_course`: the newest is looked for first) or a kind.

    state -> (name, role): good, bad, attention, ordinary, missing, none or a band '1'..'5'.
    """
    roles = {"row": row, "column": column, "state": state, "text": text, "link": link, "hover": hover}
    roles |= {"row_link": row_link, "column_link": column_link}
    return _chart(
        "heat", frame, roles, title=title, unit=unit, alt=alt, height=height, states=dict(states), is_course=is_course
    )


def funnel(
    frame: pl.DataFrame,
    label: str,
    size: str,
    value: str,
    *,
    overall: str,
    limits: tuple[str, str],
    far_limits: tuple[str, str],
    colour: str,
    title: str,
    unit: str,
    alt: str,
    size_name: str,
    text: str | None = None,
    hollow: str | None = None,
    link: str | None = None,
    height: int | None = None,
    digits: int | None = None,
) -> Chart:
    """Units of unlike size against what size alone makes likely: `limits` hold 95 %, `far_limits` 99.8 % of chance.

    Rows without a label are the steps of the limit curves. `colour` (good, bad, picked, ordinary) says which units stand
    out or were chosen: these are named beside their point, the others when touched. `hollow` (booleans) marks units too small to be judged.
    """
    roles = {"label": label, "size": size, "value": value, "overall": overall, "side": colour, "text": text}
    roles |= {"lower": limits[0], "upper": limits[1], "far_lower": far_limits[0], "far_upper": far_limits[1]}
    roles |= {"hollow": hollow, "link": link}
    options = {"size_name": size_name, "digits": digits}
    return _chart("funnel", frame, roles, title=title, unit=unit, alt=alt, height=height, **options)
