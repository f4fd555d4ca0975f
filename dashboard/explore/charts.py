"""Which charts fit a slice, the one that fits best, and its drawing."""

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from dashboard import charts
from dashboard.explore import question
from dashboard.explore.groups import Found, linker, measure_name
from dashboard.explore.groups import title as groups_title
from dashboard.explore.question import Asked, named
from dashboard.explore.words import bare, figure_format, name_of, part_of, within
from dashboard.filters import Filters
from dashboard.snapshot import ChartBlock, Column
from dashboard.words.text import _, number
from queries.explore.slices import Slice

MOST_BARS = 30
MOST_LINES = 4  # that many are named beside their ends
MOST_FACETS = 24
MOST_PARTS = 9


def fitting(slice_: Slice) -> tuple[str, ...]:
    """Return the kinds of chart (of question.CHARTS) that can show a slice, the best first; `none` is always one."""
    kinds = [dimension.kind for dimension in slice_.dimensions]
    is_sum = slice_.what.is_additive and slice_.aggregation in ("usual", "sum")
    if slice_.compare and len(kinds) == 1:
        return (("line",) if kinds == ["time"] else ("dots",)) + ("none",)
    match sorted(kinds):
        case ["time"]:
            return ("line", "bars", "none") if is_sum else ("line", "dots", "none")
        case ["category"]:
            return ("bars", "dots", "none") if is_sum or slice_.what.format == "int" else ("dots", "bars", "none")
        case ["category", "time"]:
            return ("multiples", "line", *(("stacked",) if is_sum else ()), "none")
        case ["category", "category"] if is_sum:
            return ("stacked", "none")
    return ("none",)


def kind_of(asked: Asked) -> str:
    """Return the kind of chart that is drawn: the one asked for where it fits, else the best."""
    kinds = fitting(asked.slice)
    return asked.chart if asked.chart in kinds else kinds[0]


def title(asked: Asked, found: Found) -> str:
    """Return the finding of a slice in one sentence."""
    slice_ = asked.slice
    measure = measure_name(slice_)
    if not found.whole["row_count"]:
        return _("Tidak ada baris untuk pilihan ini.")
    kinds = [dimension.kind for dimension in slice_.dimensions]
    if kinds == ["category"]:
        known = [value for value in found.row_order or found.column_order if _value(found, value) is not None]
        if known:
            return _(
                "{measure} menurut {dimension}: tertinggi {name}, {value}.",
                measure=measure,
                dimension=within(named(slice_.dimensions[0].label)),
                name=name_of(known[0], slice_),
                value=bare(_value(found, known[0]), slice_),
            )
    if kinds == ["time"]:
        known = [value for value in found.row_order or found.column_order if _value(found, value) is not None]
        if known:
            return _(
                "{measure} per {grain}: {value} pada {when}.",
                measure=measure,
                grain=question.grain_name(slice_.grain),
                value=bare(_value(found, known[-1]), slice_),
                when=name_of(known[-1], slice_),
            )
    return _("{what}: {value} seluruhnya.", what=groups_title(slice_), value=bare(found.whole["value"], slice_))


def _value(found: Found, value: Any) -> float | None:
    return (found.by_row.get(value) or found.by_column.get(value) or {}).get("value")


def block(asked: Asked, found: Found, chosen: Filters, number: str = "") -> ChartBlock | None:
    """Return the chart with the figures behind it, of the second measure with its number; None where none is wanted or fits."""
    kind = kind_of(asked)
    if kind == "none" or not found.whole["row_count"]:
        return None
    slice_ = asked.slice
    about: dict[str, Any] = {"title": title(asked, found).rstrip("."), "unit": named(slice_.what.unit)}
    draw = {"line": _line, "multiples": _multiples, "stacked": _stacked, "bars": _ranked, "dots": _ranked}[kind]
    chart, note = draw(replace(asked, chart=kind), found, chosen, about)
    form, digits = figure_format(slice_)
    parts = chart.options.get("parts") or {}  # of a stacked chart, which only sums make
    columns = tuple(
        Column(
            name,
            label,
            *(("month", 0) if chart.data.schema.get(name) == pl.Date else (form, digits) if kind_ else ("text", 0)),
            role="derived" if name == "compared" else "value" if kind_ else "period" if name == "at" else "name",
            is_additive=name in parts,
        )
        for name, label, kind_ in _behind(slice_, chart, found.other)
    )
    return ChartBlock(f"grafik{number}", chart, chart.data, columns, note)


def _behind(slice_: Slice, chart: charts.Chart, other: str) -> list[tuple[str, str, bool]]:
    """Return the columns of a chart's own data: name, label, whether it is a figure."""
    labels = {"label": _names(slice_), "facet": _names(slice_), "at": named(slice_.of.columns[slice_.of.time].label)}
    labels |= {"value": measure_name(slice_), "series": _names(slice_)}
    labels |= {"compared": other}
    parts = chart.options.get("parts") or {}
    shown = [name for name in chart.data.columns if name in labels or name in parts]
    return [(name, labels.get(name) or parts.get(name, name), chart.data.schema[name].is_numeric()) for name in shown]


def _names(slice_: Slice) -> str:
    names = [named(dimension.label) for dimension in slice_.dimensions if dimension.kind == "category"]
    return ", ".join(names) or named(slice_.of.columns[slice_.of.time].label)


def _time_and_category(slice_: Slice, found: Found) -> tuple[str, str | None, list[Any], list[Any]]:
    """Return the names of the time and of the category, and the values of both in their order."""
    row, column = slice_.row, slice_.column
    if row and slice_.of.columns[row].kind == "time":
        return row, column, found.row_order, found.column_order
    if column and slice_.of.columns[column].kind == "time":
        return column, row, found.column_order, found.row_order
    return "", row or column, [], found.row_order or found.column_order


def _long(slice_: Slice, found: Found, most: int) -> tuple[pl.DataFrame, int]:
    """Return (at, facet, value) for every time of the first categories, gaps as nulls, and how many categories were left out."""
    time, category, times, names = _time_and_category(slice_, found)
    values = {
        (row[time], row[category] if category else None): row["value"] for row in found.cells.iter_rows(named=True)
    }
    rows = [
        {"at": at, "facet": name_of(name, slice_), "key": name, "value": values.get((at, name))}
        for name in (names[:most] if category else [None])
        for at in times
    ]
    schema = {"at": pl.Date, "facet": pl.String, "key": pl.String, "value": pl.Float64}
    return pl.DataFrame(rows, schema=schema), max(len(names) - most, 0) if category else 0


def _partial(slice_: Slice, times: list[date]) -> list[date]:
    """Return the times of which only some months were chosen."""
    return [at for at in dict.fromkeys(times) if part_of(at, slice_)]


def _partly(slice_: Slice, partial: list[date]) -> str | None:
    """Return that some times are not whole, which no decline is."""
    names = ", ".join(name_of(at, slice_) for at in partial)
    return _("Belum utuh, jangan dibaca sebagai turun: {names}.", names=names) if partial else None


def _joined(*parts: str | None) -> str | None:
    return " ".join(part for part in parts if part) or None


def _left(count: int) -> str | None:
    return _("{n} kelompok lain ada di tabel.", n=number(count)) if count else None


def _line(asked: Asked, found: Found, _chosen: Filters, about: dict[str, Any]) -> tuple[charts.Chart, str | None]:
    slice_ = asked.slice
    _time, category, _times, _categories = _time_and_category(slice_, found)
    frame, left = _long(slice_, found, MOST_LINES)
    roles: dict[str, Any] = {"series": "facet"} if category else {}
    if slice_.compare and not category:
        by_time = found.by_row or found.by_column
        frame = frame.with_columns(
            compared=pl.Series([(by_time.get(at) or {}).get("compared") for at in frame["at"]], dtype=pl.Float64)
        )
        roles = {"previous": "compared"}
    if partial := _partial(slice_, frame["at"].to_list()):
        frame = frame.with_columns(is_partial=pl.col("at").is_in(partial))
        roles |= {"provisional": "is_partial"}
    alt = _("Garis menurut waktu; waktu tanpa laporan dibiarkan kosong.")
    note = _joined(_("Skala tidak mulai dari nol."), _partly(slice_, partial), _left(left))
    chart = charts.line(frame, "at", "value", alt=alt, height=340, digits=figure_format(slice_)[1], **roles, **about)
    return chart, note


def _multiples(asked: Asked, found: Found, chosen: Filters, about: dict[str, Any]) -> tuple[charts.Chart, str | None]:
    slice_ = asked.slice
    frame, left = _long(slice_, found, MOST_FACETS)
    url = linker(asked, chosen)
    is_first = slice_.of.columns[slice_.row or ""].kind == "category" if slice_.row else False
    links = [url((key, ...) if is_first else (..., key)) for key in frame["key"]]
    frame = frame.with_columns(pl.Series("link", links, dtype=pl.String))
    alt = _("Satu garis kecil setiap kelompok.")
    note = _joined(_partly(slice_, _partial(slice_, frame["at"].to_list())), _left(left))
    return charts.multiples(frame, "at", "value", "facet", alt=alt, link="link", **about), note


def _stacked(asked: Asked, found: Found, _chosen: Filters, about: dict[str, Any]) -> tuple[charts.Chart, str | None]:
    """Return columns made of parts; the smallest parts are added up as others, which only sums allow."""
    slice_ = asked.slice
    time, category, times, names = _time_and_category(slice_, found)
    if time:
        across, along, along_name, part_name = times, names, time, category
    else:
        across, along, along_name, part_name = (
            found.row_order[:MOST_BARS],
            found.column_order,
            slice_.row,
            slice_.column,
        )
    values = {(row[str(along_name)], row[str(part_name)]): row["value"] for row in found.cells.iter_rows(named=True)}
    kept, others = along[:MOST_PARTS], along[MOST_PARTS:]
    parts = {f"p{i}": name_of(name, slice_) for i, name in enumerate(kept)}
    if others:
        parts["others"] = _("Lainnya ({n})", n=number(len(others)))
    rows = []
    for at in across:
        row: dict[str, Any] = {"at": at if time else None, "label": name_of(at, slice_)}
        row |= {f"p{i}": values.get((at, name)) for i, name in enumerate(kept)}
        rest = [values[at, name] for name in others if values.get((at, name)) is not None]
        rows.append(row | ({"others": sum(rest) if rest else None} if others else {}))
    schema = {"at": pl.Date, "label": pl.String, **dict.fromkeys(parts, pl.Float64)}
    frame = pl.DataFrame(rows, schema=schema)
    alt = _("Kolom bertumpuk; setiap bagian satu kelompok.")
    return charts.stacked(frame, "at" if time else "label", parts, alt=alt, height=380, **about), None


def _ranked(asked: Asked, found: Found, chosen: Filters, about: dict[str, Any]) -> tuple[charts.Chart, str | None]:
    slice_ = asked.slice
    order = found.row_order or found.column_order
    groups = found.by_row or found.by_column
    url = linker(asked, chosen)
    rows = [
        {
            "label": name_of(value, slice_),
            "value": groups[value]["value"] if value in groups else None,
            "compared": groups[value].get("compared") if value in groups else None,
            "text": bare(groups[value]["value"], slice_) if value in groups else None,
            "link": url((value,)),
        }
        for value in order[:MOST_BARS]
    ]
    schema = {"label": pl.String, "value": pl.Float64, "compared": pl.Float64, "text": pl.String, "link": pl.String}
    frame = pl.DataFrame(rows, schema=schema)
    digits = figure_format(slice_)[1]
    note = _left(len(order) - MOST_BARS) if len(order) > MOST_BARS else None
    if asked.chart == "bars":
        alt = _("Batang menurut besarnya.")
        return charts.bars(frame, "label", "value", alt=alt, text="text", link="link", digits=digits, **about), note
    compare: dict[str, Any] = {}
    if slice_.compare:
        compare = {"previous": "compared", "previous_name": found.other}
    alt = _("Titik menurut besarnya.")
    chart = charts.dots(frame, "label", "value", alt=alt, text="text", link="link", digits=digits, **compare, **about)
    return chart, note
