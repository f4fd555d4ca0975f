"""A slice of a table as a value, and the plain SQL that answers it. Everything is worked out from rows, nothing from groups."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from math import isfinite

from queries.explore.tables import Column, SliceMeasure, Table, tables
from queries.measures import Pair
from queries.months import between, moved_by

GRAINS = {"month": 1, "quarter": 3, "half": 6, "year": 12}  # months
AGGREGATIONS = ("usual", "sum", "mean", "median", "min", "max")
OPERATORS = ("in", "not_in", "between", "contains", "missing", "present")
COMPARISONS = ("before", "year_ago", "unit", "district")
PLACES = (
    "unit",
    "agency",
    "kecamatan",
)  # dimensions that say where: they fall away where one place is held against another
MISSING = ""  # stands for the missing value among the values of a condition
_ROW_AGGREGATES = {"mean": "avg", "median": "median", "min": "min", "max": "max"}


class Refused(Exception):
    """A question that has no right answer; `why` says so in Indonesian and English, and what would do."""

    def __init__(self, why: Pair) -> None:
        self.why = why
        super().__init__(why[0])


@dataclass(frozen=True)
class Condition:
    """A filter on one column; `values` are texts as in an address, two for `between` (either may be empty), none for missing."""

    column: str
    operator: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Slice:
    """What is asked: a measure of a table, by at most two dimensions, of the rows that meet all conditions.

    `row` and `column` name columns of kind category or time; a time is cut into `grain`. `compare` is one of COMPARISONS,
    `compare_unit` the unit id of the comparison `unit`. Months are inclusive. `paired` keeps the units and months alone that
    have rows so many months before, too (after, where it is negative).
    """

    table: str
    measure: str
    row: str | None = None
    column: str | None = None
    grain: str = "month"
    aggregation: str = "usual"
    conditions: tuple[Condition, ...] = ()
    period_from: date | None = None
    period_to: date | None = None
    agency: str | None = None
    unit: str | None = None
    area: str | None = None
    compare: str | None = None
    compare_unit: str | None = None
    paired: int | None = None

    @property
    def of(self) -> Table:
        """Return the table."""
        return tables()[self.table]

    @property
    def what(self) -> SliceMeasure:
        """Return the measure."""
        return self.of.measures[self.measure]

    @property
    def dimensions(self) -> tuple[Column, ...]:
        """Return the columns that the groups are made by, rows before columns."""
        return tuple(self.of.columns[name] for name in (self.row, self.column) if name)


def cells_sql(asked: Slice) -> str:
    """Return the SELECT of one row a group: the dimensions by their names, `value`, and `row_count`; raises Refused."""
    names = [dimension.name for dimension in asked.dimensions]
    shown = [f"{_dimension(asked, dimension)} as {dimension.name}" for dimension in asked.dimensions]
    chosen = [*shown, f"{aggregate(asked)} as value", "count(*) as row_count"]
    grouped = f"\ngroup by {', '.join(str(n + 1) for n in range(len(names)))}" if names else ""
    ordered = f"\norder by {', '.join(f'{n + 1} nulls last' for n in range(len(names)))}" if names else ""
    return f"select\n    {_lines(chosen)}\nfrom {_counted(asked)}{grouped}{ordered}"


def answer_sql(asked: Slice) -> str:
    """Return the SELECT of the whole answer: `cells_sql`, and where there is a comparison `compared`, `change`, `change_pct`.

    A group that only one of the two has is in it, the other figure missing. Of a table of reports the change between two
    times is that of the units and periods that both have: a report that is missing makes no decline. Raises Refused.
    """
    other = compared(asked)
    if other is None:
        return cells_sql(asked)
    before, months = other
    shared = [dimension.name for dimension in before.dimensions]
    names = [dimension.name for dimension in asked.dimensions]
    theirs = {name: _later(asked, f"other.{name}", name, months) for name in shared}
    met = [f"here.{name} is not distinct from {theirs[name]}" for name in shared]
    # With nothing to match, one figure stands beside all; a group of the other side alone has no place then.
    join = f"full join there as other\n    on {' and '.join(met)}" if names == shared and met else ""
    join = join or f"left join there as other\n    on {' and '.join(met) or 'true'}"
    keys = {name: f"coalesce(here.{name}, {theirs[name]})" if name in shared else f"here.{name}" for name in names}
    parts, now, then = {"here": asked, "there": before}, "here.value", "other.value"
    if months and asked.of.report_kind:
        parts |= {"here_alike": replace(asked, paired=months), "there_alike": replace(before, paired=-months)}
        now, then = "here_alike.value", "there_alike.value"
        for part, moved in (("here_alike", 0), ("there_alike", months)):
            alike = [
                f"{_later(asked, f'{part}.{name}', name, moved)} is not distinct from {keys[name]}" for name in names
            ]
            join += f"\nleft join {part}\n    on {' and '.join(alike) or 'true'}"
    figures = [
        "here.value",
        "other.value as compared",
        f"{now} - {then} as change",
        f"({now} - {then}) * 100.0 / nullif(abs({then}), 0) as change_pct",
        "coalesce(here.row_count, 0) as row_count",
    ]
    order = f"\norder by {', '.join(f'{n + 1} nulls last' for n in range(len(names)))}" if names else ""
    told = ",\n".join(f"{part} as (\n{_indented(cells_sql(each))}\n)" for part, each in parts.items())
    shown = [f"{key} as {name}" if name in shared else key for name, key in keys.items()]
    return f"with {told}\nselect\n    {_lines([*shown, *figures])}\nfrom here\n{join}{order}"


def _later(asked: Slice, column: str, name: str, months: int) -> str:
    """Return a dimension of the other side as this side calls it: a time so many months later."""
    is_time = asked.of.columns[name].kind == "time"
    return f"cast({column} + to_months({months}) as date)" if is_time and months else column


def labelled_sql(sql: str, labels: Mapping[str, str], mark: str | None = None) -> str:
    """Return a SELECT with its columns called as a reader knows them; `mark` is a last column that says what the data is."""
    shown = [f'{name} as "{label.replace(chr(34), "")}"' for name, label in labels.items()]
    if mark:
        shown.append(f'{literal(mark)} as "{mark}"')
    return f"select\n    {_lines(shown)}\nfrom (\n{_indented(sql)}\n) as answer"


def rows_sql(asked: Slice, limit: int | None = None, offset: int = 0) -> str:
    """Return the SELECT of the rows behind the figure, all columns of the table but its keys, in the order of the table."""
    names = [column.name for column in asked.of.columns.values() if column.kind != "key"]
    paged = f"\nlimit {limit} offset {offset}" if limit is not None else ""
    order = ", ".join([asked.of.time, "unit_id", *(n for n in ("file", "sheet", "row") if n in names), "all_columns"])
    order = order.replace(
        "all_columns", ", ".join(n for n in names if n not in ("file", "sheet", "row", asked.of.time))
    )
    return f"select\n    {_lines(names)}\nfrom {_rows(asked)}\norder by {order}{paged}"


def count_sql(asked: Slice) -> str:
    """Return the SELECT of how many rows there are."""
    return f"select count(*) as row_count\nfrom {_rows(asked)}"


def files_sql(asked: Slice) -> str:
    """Return the SELECT of the files that the rows come from, those with most rows first."""
    grouped = "\ngroup by file\norder by row_count desc, file"
    return f"select file, count(*) as row_count\nfrom {_rows(asked)}{grouped}"


def facet_sql(asked: Slice, column: str, limit: int = 1000) -> str:
    """Return the SELECT of the values of a column with their rows, under all conditions but those on the column itself."""
    others = tuple(condition for condition in asked.conditions if condition.column != column)
    chosen = where(replace(asked, conditions=others))
    return (
        f"select {column} as value, count(*) as row_count\nfrom {asked.table}{chosen}\n"
        f"group by 1\norder by row_count desc, value\nlimit {limit}"
    )


def compared(asked: Slice) -> tuple[Slice, int] | None:
    """Return the slice that this one is held against, and by how many months its times lie before; None without comparison.

    A comparison with another place has no dimensions that say where: one value stands beside all. Raises Refused.
    """
    if asked.compare is None:
        return None
    if asked.compare in ("unit", "district"):
        dimensions = {
            name: None if getattr(asked, name) in PLACES else getattr(asked, name) for name in ("row", "column")
        }
        kept = tuple(condition for condition in asked.conditions if condition.column not in PLACES)
        unit = asked.compare_unit if asked.compare == "unit" else None
        places = {"agency": None, "area": None, "unit": unit}
        return replace(asked, **dimensions, **places, conditions=kept, compare=None, compare_unit=None), 0
    months = 12 if asked.compare == "year_ago" else _months(asked)
    if any(dimension.kind == "time" for dimension in asked.dimensions) and months % GRAINS[asked.grain]:
        raise Refused(
            (
                "Periode sebelumnya tidak dapat disejajarkan dengan butir waktu ini; bandingkan dengan tahun lalu, atau pilih butir bulan.",
                "The period before can't be lined up with this grain of time; compare with last year, or choose months.",
            )
        )
    start, end = asked.period_from, asked.period_to
    return (
        replace(
            asked,
            period_from=start and moved_by(start, -months),
            period_to=end and moved_by(end, -months),
            compare=None,
            compare_unit=None,
        ),
        months,
    )


def aggregate(asked: Slice) -> str:
    """Return the aggregate expression of the measure; raises Refused where it would say something wrong."""
    measure = asked.what
    if asked.aggregation == "usual" or (asked.aggregation == "sum" and measure.is_additive):
        return measure.sql
    if asked.aggregation == "sum":
        raise Refused(measure.sum_refused)
    if measure.column is None or asked.aggregation in measure.refused:
        raise Refused(
            (
                f"{measure.label[0]} dihitung dari seluruh baris kelompoknya; rata-rata atau nilai tengah baris tidak "
                "berarti di sini. Pilih hitungan “menurut definisi”.",
                f"{measure.label[1]} is made of all rows of its group; a mean or median of rows says nothing here. "
                "Choose “by definition”.",
            )
        )
    return f"{_ROW_AGGREGATES[asked.aggregation]}({measure.column})"


def where(asked: Slice) -> str:
    """Return the WHERE clause with what was chosen; values stand in it as literals, so that the text runs by itself."""
    time = asked.of.time
    parts = []
    if asked.period_from:
        begins = f"{time} + to_months(period_months) > " if "period_months" in asked.of.columns else f"{time} >= "
        parts.append(begins + literal(asked.period_from))
    if asked.period_to:
        parts.append(f"{time} <= {literal(asked.period_to)}")
    if asked.agency:
        parts.append(f"(agency_id = {literal(asked.agency)} or unit_id = {literal(asked.agency)})")
    if asked.area:
        parts.append(f"kecamatan_code = {literal(asked.area)}")
    if asked.unit:
        parts.append(f"unit_id = {literal(asked.unit)}")
    parts += [condition_sql(asked.of.columns[c.column], c) for c in asked.conditions]
    if asked.paired:
        moved = f"cast({time} + to_months({asked.paired}) as date)"
        parts.append(f"(unit_id, {time}) in (select unit_id, {moved} from {asked.table})")  # noqa: S608  names of our own
    return f"\nwhere {(chr(10) + '    and ').join(parts)}" if parts else ""


def condition_sql(column: Column, condition: Condition) -> str:
    """Return a condition as SQL; raises Refused for an operator or a value that its column does not take."""
    name, values = column.name, condition.values
    match condition.operator:
        case "missing":
            return f"{name} is null"
        case "present":
            return f"{name} is not null"
        case "in" | "not_in" if values:
            known = ", ".join(_value(column, value) for value in values if value != MISSING)
            is_not = "not " if condition.operator == "not_in" else ""
            takes_missing = (MISSING in values) == (condition.operator == "in")
            parts = [f"{name} {is_not}in ({known})"] if known else []
            if takes_missing:
                return f"({' or '.join([*parts, f'{name} is null'])})"
            return " and ".join([*parts, f"{name} is not null"])
        case "between" if len(values) == 2 and any(values):
            lower, upper = values
            parts = [f"{name} >= {_value(column, lower)}"] if lower else []
            parts += [f"{name} <= {_value(column, upper)}"] if upper else []
            return " and ".join(parts)
        case "contains" if len(values) == 1 and column.kind in ("category", "text", "origin"):
            return f"contains(lower(cast({name} as varchar)), lower({literal(values[0])}))"
    raise Refused(
        (
            f"Saringan pada {column.label[0]} tidak dapat dipahami; hapus saringan itu dan pilih lagi.",
            f"The filter on {column.label[1]} can't be understood; remove it and choose again.",
        )
    )


def _value(column: Column, text: str) -> str:
    try:
        match column.kind:
            case "number":
                return literal(float(text.replace(",", ".")))
            case "flag":
                return {"true": "true", "false": "false"}[text]
            case "time":
                return literal(date.fromisoformat(text))
    except (ValueError, KeyError):
        raise Refused(
            (
                f"“{text}” bukan nilai untuk {column.label[0]}; periksa saringannya.",
                f"“{text}” is no value for {column.label[1]}; look at the filter.",
            )
        ) from None
    return literal(text)


def literal(value: str | float | date) -> str:
    """Return a value as a SQL literal; raises ValueError for a number that has none."""
    if isinstance(value, date):
        return f"date '{value:%Y-%m-%d}'"
    if isinstance(value, str):
        return "'" + value.replace("\0", "").replace("'", "''") + "'"
    if not isfinite(value):
        raise ValueError(f"no SQL literal for {value}")
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def _dimension(asked: Slice, dimension: Column) -> str:
    if dimension.kind != "time":
        return dimension.name
    if asked.grain == "half":
        return f"make_date(year({dimension.name}), if(month({dimension.name}) <= 6, 1, 7), 1)"
    return f"cast(date_trunc('{asked.grain}', {dimension.name}) as date)"


def _rows(asked: Slice) -> str:
    """Return the rows that count for the slice as a whole: those behind its figure."""
    return _counted(replace(asked, row=None, column=None))


def _counted(asked: Slice) -> str:
    """Return the rows that count: all that were chosen, or the last period of each where figures are to date."""
    table = asked.of
    if not table.latest:
        return f"{asked.table}{where(asked)}"
    groups = [_dimension(asked, dimension) for dimension in asked.dimensions]
    last = ", ".join(dict.fromkeys([*groups, *table.latest]))
    inner = where(asked).replace("\n", "\n    ")
    return (
        f"(\n    select * from {asked.table}{inner}\n"  # noqa: S608  names of our own, literals by literal()
        f"    qualify {table.time} = max({table.time}) over (partition by {last})\n)"
    )


def _indented(sql: str) -> str:
    return "\n".join(f"    {line}" for line in sql.splitlines())


def _lines(items: Iterable[str]) -> str:
    return ",\n    ".join(items)


def _months(asked: Slice) -> int:
    if not asked.period_from or not asked.period_to:
        raise Refused(("Pilih periodenya dulu.", "Choose the period first."))
    return between(asked.period_from, asked.period_to) + 1
