"""SQL: what a SELECT of an analyst gave, as a page: its first rows, and a chart of two or three of its columns."""

import re
from dataclasses import replace
from typing import Any

import polars as pl

from dashboard import charts, registry
from dashboard.access import Viewer
from dashboard.filters import Filters
from dashboard.parts import page_frame
from dashboard.snapshot import Block, ChartBlock, Column, Headline, Snapshot, TableBlock
from dashboard.words import text
from dashboard.words.text import _, n_
from queries.explore.tables import tables

MOST_BARS = 60
MOST_LINES = 4
EXAMPLES = (
    (
        "Kunjungan per bulan dan layanan",
        "Visits by month and service",
        "select month, service, sum(patients) as patients\nfrom visits\ngroup by month, service\norder by month, patients desc",
    ),
    (
        "Sepuluh unit dengan kenaikan terbesar dari tahun lalu",
        "Ten units with the largest rise on last year",
        "with yearly as (\n    select unit, year(month) as year, sum(patients) as patients\n    from visits\n    where month(month) <= 10\n"
        "    group by all\n)\nselect now.unit, now.patients, before.patients as last_year,\n"
        "    100.0 * (now.patients - before.patients) / before.patients as change_pct\nfrom yearly as now\n"
        "join yearly as before on before.unit = now.unit and before.year = now.year - 1\n"
        "where now.year = (select max(year) from yearly)\norder by change_pct desc\nlimit 10",
    ),
    (
        "Ketepatan laporan menurut unit",
        "Timeliness by unit",
        "select unit, count(*) as due, count(*) filter (is_on_time) as on_time,\n"
        "    100.0 * count(*) filter (is_on_time) / count(*) filter (is_timed) as timeliness_pct\n"
        "from submissions\ngroup by unit\norder by timeliness_pct",
    ),
    (
        "Indikator yang belum mencapai target pada periode terakhir",
        "Indicators below target in the last period",
        "select agency, unit, indicator, value_ytd, target_ytd, attainment_pct, file, row\nfrom attainment\n"
        "qualify period = max(period) over (partition by indicator_id, unit_id) and attainment_pct < 100\norder by attainment_pct",
    ),
    (
        "Sebaran predikat menurut kelompok jabatan",
        "Predicates by job group",
        "pivot (select job_group, predicate from accountability)\non predicate\nusing count(*)\ngroup by job_group\norder by job_group",
    ),
)


def examples(viewer: Viewer) -> list[tuple[str, str, str]]:
    """Return the examples on tables that a viewer's role has: Indonesian name, English name, SQL."""
    closed = [name for name in tables() if not viewer.asks(name)]
    return [one for one in EXAMPLES if not any(re.search(rf"\bfrom {name}\b", one[2]) for name in closed)]


def compose(chosen: Filters, viewer: Viewer) -> Snapshot:
    """Return the page before anything was run."""
    return page(None, {}, chosen, viewer)


def page(frame: pl.DataFrame | None, about: dict[str, Any], chosen: Filters, viewer: Viewer) -> Snapshot:
    """Return the page; `about` says how long the run took, whether rows were left out, and which columns are drawn."""
    blocks: list[Block] = []
    headlines: tuple[Headline, ...] = ()
    if frame is not None:
        drawn = chart(frame, about.get("chart") or "", about.get("x"), about.get("y"), about.get("series"))
        blocks = [*([drawn] if drawn is not None else []), table(frame, bool(about.get("is_cut")))]
        headlines = (Headline(_summary(frame, about), "#hasil"),)
    snapshot = Snapshot(
        page=registry.SQL,
        title=_("SQL: bertanya langsung pada data"),
        headlines=headlines,
        blocks=tuple(blocks),
        **page_frame.frame(chosen, viewer),
    )
    return replace(snapshot, period="", filters="")  # a SELECT chooses for itself


def _summary(frame: pl.DataFrame, about: dict[str, Any]) -> str:
    seconds = text.number(about["seconds"], 1)
    if about["is_cut"]:
        return _(
            "{n} baris pertama dalam {seconds} detik; hasilnya lebih panjang. Unduh untuk mendapat semuanya.",
            n=text.number(frame.height),
            seconds=seconds,
        )
    return n_("{n} baris dalam {seconds} detik.", "{n} baris dalam {seconds} detik.", frame.height, seconds=seconds)


def table(frame: pl.DataFrame, is_cut: bool = False) -> TableBlock:
    """Return the rows as they came, columns by their own names; where rows were left out it says so."""
    plain = frame.select(_plain(frame[name]) for name in frame.columns)
    return TableBlock(
        "hasil",
        _("Hasil"),
        plain,
        tuple(_column(plain[name]) for name in plain.columns),
        empty=_("Perintah ini tidak memberi baris. Longgarkan syarat WHERE-nya."),
        hint=_(
            "Tabel ini memuat {n} baris; seluruhnya lewat “Unduh semua baris sebagai” di bawah.",
            n=text.number(frame.height),
        )
        if is_cut
        else None,
    )


def _plain(column: pl.Series) -> pl.Series:
    """Return a column that a table can show: numbers, days and texts; anything else as text."""
    kind = column.dtype
    if isinstance(kind, pl.Decimal):
        return column.cast(pl.Float64)
    if kind.is_numeric() or kind in (pl.String, pl.Date):
        return column
    if isinstance(kind, pl.Datetime):
        return column.dt.to_string("%Y-%m-%d %H:%M")
    if kind == pl.Boolean:
        words = {True: _("ya"), False: _("tidak")}
        return pl.Series(column.name, [words.get(value) for value in column], dtype=pl.String)
    return pl.Series(column.name, [None if v is None else str(v) for v in column.to_list()], dtype=pl.String)


def _column(column: pl.Series) -> Column:
    if column.dtype == pl.Date:
        return Column(column.name, column.name, "date", role="period")
    if column.dtype.is_float():
        return Column(column.name, column.name, "amount")
    is_name = _is_name(column) or not column.dtype.is_integer()
    return Column(column.name, column.name, "text" if is_name else "int", role="name" if is_name else "value")


def _is_name(column: pl.Series) -> bool:
    """Return whether whole numbers are names rather than amounts: years get no thousands mark."""
    return column.name.lower() in {"year", "tahun"}


def drawable(frame: pl.DataFrame) -> dict[str, list[str]]:
    """Return which columns may stand along the axis (`x`), as figures (`y`), and as series."""
    figures = [name for name in frame.columns if frame[name].dtype.is_numeric() and not _is_name(frame[name])]
    days = [
        name for name in frame.columns if frame[name].dtype == pl.Date or isinstance(frame[name].dtype, pl.Datetime)
    ]
    words = [name for name in frame.columns if name not in figures and name not in days]
    return {"x": [*days, *words], "y": figures, "series": words, "days": days}


def chart(frame: pl.DataFrame, kind: str, x: str | None, y: str | None, series: str | None) -> ChartBlock | None:
    """Return a chart of the kind `line`, `bars` or `dots`; None where the columns do not make one."""
    may = drawable(frame)
    if frame.is_empty() or x not in may["x"] or y not in may["y"]:
        return None
    about: dict[str, Any] = {
        "title": _("{y} menurut {x}", y=y, x=x),
        "unit": y,
        "alt": _("Grafik dari hasil perintah SQL."),
    }
    note = None
    if kind == "line" and x in may["days"]:
        chosen = {"at": pl.col(x).cast(pl.Date), "value": pl.col(y).cast(pl.Float64)}
        is_parted = series in may["series"]
        if is_parted:
            largest = frame.group_by(series).agg(pl.col(y).sum()).sort(y, descending=True, nulls_last=True)[series]
            frame = frame.filter(pl.col(series).is_in(largest.head(MOST_LINES).implode()))
            chosen["series"] = pl.col(series).cast(pl.String)
            note = _left(largest.len() - MOST_LINES)
        drawn = frame.select(**chosen).drop_nulls("at").sort("at")
        drawing = charts.line(drawn, "at", "value", series="series" if is_parted else None, height=340, **about)
    elif kind in ("bars", "dots"):
        drawn = frame.select(label=_plain(frame[x]).cast(pl.String), value=pl.col(y).cast(pl.Float64)).drop_nulls(
            "label"
        )
        note = _left(drawn.height - MOST_BARS)
        draw = charts.bars if kind == "bars" else charts.dots
        drawing = draw(drawn.unique("label", maintain_order=True).head(MOST_BARS), "label", "value", **about)
    else:
        return None
    return ChartBlock(
        "grafik", drawing, drawing.data, tuple(_column(drawing.data[name]) for name in drawing.data.columns), note
    )


def _left(count: int) -> str | None:
    return _("{n} lagi hanya ada di tabel.", n=text.number(count)) if count > 0 else None
