"""What an analyst asked for, as it stands in the address: a slice, how it is drawn, and which rows are looked at."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import quote, unquote, urlencode

from dashboard import registry
from dashboard.access import Viewer
from dashboard.filters import BUILD_KEY as BUILD
from dashboard.filters import KEYS as FILTER_KEYS
from dashboard.filters import LANGUAGE_KEY, SHARED, Filters
from dashboard.roles import Withheld
from dashboard.words import text
from dashboard.words.text import _
from queries.explore.slices import (
    AGGREGATIONS,
    COMPARISONS,
    GRAINS,
    OPERATORS,
    Condition,
    Refused,
    Slice,
    condition_sql,
)
from queries.explore.tables import Table, tables
from queries.measures import Pair

ASKED = registry.page(registry.EXPLORE).asked  # the keys of the address of this page, beside those of the filters
TABLE, MEASURE, AGGREGATION, ROW, COLUMN, GRAIN, COMPARE, COMPARE_UNIT, CHART, CONDITIONS, LOOK, PART, WITH, SORT = (
    ASKED
)
KEYS = (*ASKED, BUILD)
NONE = "-"  # says that there is no dimension, where leaving the key out means the usual one
CHARTS = ("line", "multiples", "stacked", "bars", "dots", "none")
# A word of the address for each name in SQL.
_WORDS: Mapping[str, Mapping[str, str]] = {
    AGGREGATION: dict(zip(AGGREGATIONS, ("definisi", "jumlah", "rata", "tengah", "terkecil", "terbesar"), strict=True)),
    GRAIN: dict(zip(GRAINS, ("bulan", "triwulan", "semester", "tahun"), strict=True)),
    COMPARE: dict(zip(COMPARISONS, ("sebelumnya", "tahun-lalu", "unit", "kabupaten"), strict=True)),
    CHART: dict(zip(CHARTS, ("garis", "kecil", "bertumpuk", "batang", "titik", "tanpa"), strict=True)),
    "operator": dict(zip(OPERATORS, ("masuk", "kecuali", "antara", "memuat", "kosong", "ada"), strict=True)),
}
ROWS_A_PART = 100
# What a table can be sorted by, as the address says it: the name of a row, or a figure; a 2 behind it is that of the second measure.
SORTS: Mapping[str, str] = {
    "nama": "d0", "nilai": "value", "pembanding": "compared", "selisih": "change", "perubahan": "change_pct", "baris": "row_count",
}  # fmt: skip
_SORT = re.compile(rf"(-?)({'|'.join(SORTS)})(2?)(?::(.*))?", re.S)


@dataclass(frozen=True)
class Asked:
    """A slice and how it is looked at; `ignored` are the parts of the address that no table knows.

    `second` is (table, measure) of another measure beside the first, `sort` how the table is sorted, as the address says it:
    '-nilai:2026-07-01' is the figure of that column, the largest first (None: as is usual).
    `chart` is one of CHARTS (None: the one that fits), `look` the groups or the rows behind them, `part` counts from 1.
    `build` is the build that it is asked of (None: the current one). `offered` are the tables that may be asked for.
    """

    slice: Slice
    chart: str | None = None
    look: Literal["groups", "rows"] = "groups"
    part: int = 1
    build: str | None = None
    ignored: tuple[str, ...] = ()
    second: tuple[str, str] | None = None
    sort: str | None = None
    offered: tuple[str, ...] = field(default=(), compare=False)


def sorted_by(sort: str | None) -> tuple[str, bool]:
    """Return the column of the table that a word of the address sorts by, and whether the largest comes first."""
    found = _SORT.fullmatch(sort or "")
    if found is None:
        return "", False
    minus, name, second, value = found.groups()
    return f"{SORTS[name]}{second}{'' if value is None else ':' + value}", bool(minus)


def sort_of(column: str, *, is_down: bool) -> str:
    """Return the word of the address that sorts by a column of the table, the largest first or last."""
    figure, colon, value = column.partition(":")
    second = "2" if figure.endswith("2") else ""
    name = next(name for name, own in SORTS.items() if own == figure.removesuffix("2"))
    return f"{'-' if is_down else ''}{name}{second}{colon}{value}"


def offered(viewer: Viewer) -> dict[str, Table]:
    """Return the tables that a viewer's role has."""
    return {name: table for name, table in tables().items() if viewer.asks(name)}


def read(query: Mapping[str, str | None], chosen: Filters, viewer: Viewer | None = None) -> Asked:
    """Return what an address asks for; what it leaves out is as usual for its table, what nobody knows is named as ignored.

    One that asks nothing at all is shown by time. To a `viewer` the tables of other roles are unknown; raises Withheld where his has none.
    """
    ignored: list[str] = []
    names = list(tables() if viewer is None else offered(viewer))
    if not names:
        raise Withheld(registry.EXPLORE)
    table = _known(query, TABLE, {name: name for name in names}, ignored) or names[0]
    of = tables()[table]
    dimensions = {column.name: column.name for column in of.of_kind("category", "time")}
    row = None if query.get(ROW) == NONE else _known(query, ROW, dimensions, ignored) or of.row
    column = None if query.get(COLUMN) == NONE else _known(query, COLUMN, dimensions, ignored)
    if not any(query.get(key) for key in ASKED):
        column = of.time
    compare = _known(query, COMPARE, _back(COMPARE), ignored)
    if compare != "unit" and query.get(COMPARE_UNIT):
        ignored.append(f"{COMPARE_UNIT}={query[COMPARE_UNIT]}")
    asked = Slice(
        table=table,
        measure=_known(query, MEASURE, {name: name for name in of.measures}, ignored) or next(iter(of.measures)),
        row=row,
        column=None if column == row else column,
        grain=_known(query, GRAIN, _back(GRAIN), ignored) or of.grain,
        aggregation=_known(query, AGGREGATION, _back(AGGREGATION), ignored) or "usual",
        conditions=_conditions(query.get(CONDITIONS) or "", of, ignored),
        period_from=chosen.period_from,
        period_to=chosen.period_to,
        agency=chosen.agency,
        unit=chosen.unit,
        area=chosen.area,
        compare=compare,
        compare_unit=(query.get(COMPARE_UNIT) or None) if compare == "unit" else None,
    )
    part = query.get(PART) or "1"
    is_part = part.isascii() and part.isdigit() and 0 < int(part) < 10**9
    if not is_part:
        ignored.append(f"{PART}={part}")
    others = {
        name: name for t in map(tables().get, names) if t for name in (f"{t.name}.{measure}" for measure in t.measures)
    }
    second = _known(query, WITH, others, ignored)
    sort = query.get(SORT) or None
    if sort and not _SORT.fullmatch(sort):
        ignored.append(f"{SORT}={sort}")
        sort = None
    look = _known(query, LOOK, {"baris": "rows"}, ignored)
    ignored += [f"{FILTER_KEYS[name]}={value}" for name, value in vars(chosen).items() if name not in SHARED and value]
    return Asked(
        slice=asked,
        chart=_known(query, CHART, _back(CHART), ignored),
        look="rows" if look == "rows" else "groups",
        part=int(part) if is_part else 1,
        build=query.get(BUILD) or None,
        second=(second.partition(".")[0], second.partition(".")[2]) if second else None,
        sort=sort,
        ignored=tuple(ignored),
        offered=tuple(names),
    )


def answerable(asked: Asked) -> Asked:
    """Return what can be answered: a comparison with another unit waits until that unit is chosen."""
    if asked.slice.compare == "unit" and not asked.slice.compare_unit:
        return replace(asked, slice=replace(asked.slice, compare=None))
    return asked


def applying(chosen: Filters) -> Filters:
    """Return the filters without those that belong to other pages and choose nothing here."""
    return replace(chosen, **dict.fromkeys(name for name in FILTER_KEYS if name not in SHARED))


def query_of(asked: Asked) -> dict[str, str]:
    """Return the keys and words of the address that ask for this, without those that are as usual; one of them always stands."""
    of, slice_ = asked.slice.of, asked.slice
    words = {
        TABLE: slice_.table if slice_.table != "visits" or (asked.offered and "visits" not in asked.offered) else "",
        MEASURE: slice_.measure if slice_.measure != next(iter(of.measures)) else "",
        AGGREGATION: _WORDS[AGGREGATION][slice_.aggregation] if slice_.aggregation != "usual" else "",
        ROW: "" if slice_.row == of.row else slice_.row or NONE,
        COLUMN: slice_.column or "",
        GRAIN: _WORDS[GRAIN][slice_.grain] if slice_.grain != of.grain else "",
        COMPARE: _WORDS[COMPARE][slice_.compare] if slice_.compare else "",
        COMPARE_UNIT: slice_.compare_unit or "",
        CHART: _WORDS[CHART][asked.chart] if asked.chart else "",
        CONDITIONS: conditions_text(slice_.conditions),
        LOOK: "baris" if asked.look == "rows" else "",
        PART: str(asked.part) if asked.part > 1 else "",
        WITH: ".".join(asked.second) if asked.second else "",
        SORT: asked.sort or "",
    }
    said = {key: word for key, word in words.items() if word} or {COLUMN: NONE}
    return said | ({BUILD: asked.build} if asked.build else {})


def link(chosen: Filters, asked: Asked) -> str:
    """Return the relative URL of the page that shows this."""
    query = urlencode(query_of(asked), quote_via=quote)
    return f"{chosen.link(registry.EXPLORE)}{'&' if query else ''}{query}"


def sql_link(sql: str, build: str | None = None) -> str:
    """Return the relative URL of the SQL page with a text, on a build where one is named."""
    query = {"sql": sql} | ({BUILD: build} if build else {}) | spoken()
    return f"{registry.SQL}?{urlencode(query, quote_via=quote)}"


def spoken() -> dict[str, str]:
    """Return the key and word of the address that keep the reader's language; none for Indonesian."""
    return {} if text.language() == "id" else {LANGUAGE_KEY: text.language()}


def conditions_text(conditions: Sequence[Condition]) -> str:
    """Return conditions as they stand in the address: 'payer:masuk:Umum,Gratis;patients:antara:5,'."""
    operators = _WORDS["operator"]
    return ";".join(
        ":".join((c.column, operators[c.operator], ",".join(quote(v, safe="") for v in c.values))) for c in conditions
    )


def with_condition(conditions: tuple[Condition, ...], new: Condition | None, column: str) -> tuple[Condition, ...]:
    """Return the conditions with that on `column` replaced, or removed where there is no new one."""
    kept = tuple(condition for condition in conditions if condition.column != column)
    return kept if new is None else (*kept, new)


def named(pair: Pair) -> str:
    """Return the words of a declaration in the reader's language."""
    return text.named(*pair)


def aggregation_name(aggregation: str) -> str:
    """Return what a way to put rows together is called."""
    return {
        "usual": _("menurut definisi"),
        "sum": _("jumlah"),
        "mean": _("rata-rata baris"),
        "median": _("nilai tengah baris"),
        "min": _("baris terkecil"),
        "max": _("baris terbesar"),
    }[aggregation]


def grain_name(grain: str) -> str:
    """Return what a grain of time is called."""
    return {"month": _("bulan"), "quarter": _("triwulan"), "half": _("semester"), "year": _("tahun")}[grain]


def comparison_name(compare: str) -> str:
    """Return what a comparison is called."""
    return {
        "before": _("periode sebelumnya"),
        "year_ago": _("tahun lalu"),
        "unit": _("unit lain"),
        "district": _("seluruh kabupaten"),
    }[compare]


def chart_name(chart: str) -> str:
    """Return what a kind of chart is called."""
    return {
        "line": _("Garis"),
        "multiples": _("Garis kecil per kelompok"),
        "stacked": _("Kolom bertumpuk"),
        "bars": _("Batang"),
        "dots": _("Titik"),
        "none": _("Tanpa grafik"),
    }[chart]


def operator_name(operator: str) -> str:
    """Return what an operator is called between a column and its values."""
    return {
        "in": _("adalah"),
        "not_in": _("bukan"),
        "between": _("antara"),
        "contains": _("memuat"),
        "missing": _("kosong"),
        "present": _("terisi"),
    }[operator]


def _back(key: str) -> dict[str, str]:
    return {word: name for name, word in _WORDS[key].items()}


def _known(query: Mapping[str, str | None], key: str, known: Mapping[str, str], ignored: list[str]) -> str | None:
    word = query.get(key)
    if not word:
        return None
    if word not in known:
        ignored.append(f"{key}={word}")
    return known.get(word)


def _conditions(clauses: str, table: Table, ignored: list[str]) -> tuple[Condition, ...]:
    found = []
    for part in filter(None, clauses.split(";")):
        column, operator, values = (*part.split(":", 2), "", "")[:3]
        name = _back("operator").get(operator)
        if name is None or column not in table.columns:
            ignored.append(f"{CONDITIONS}={part}")
            continue
        condition = Condition(column, name, tuple(unquote(v) for v in values.split(",")) if values else ())
        if operator in ("masuk", "kecuali") and not values:
            condition = Condition(column, name, ("",))
        try:
            condition_sql(table.columns[column], condition)
            found.append(condition)
        except Refused:
            ignored.append(f"{CONDITIONS}={part}")
    return tuple(found)
