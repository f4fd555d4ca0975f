"""What a rollup may not say, since DuckDB and Spark answer differently, each with a case; and what it says, tried on both.

All was found by trying: of DuckDB 2.0, sqlglot 30 and Spark 4.3. Where a newer one agrees, the test says so, and the line may go.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polars as pl
from sqlglot import exp

from etl.kinds import KINDS

T = "(values (1, 2, 'a'), (2, null, 'B'), (3, 5, null), (-7, 2, 'é')) as t (a, b, c)"
Tree = exp.Expr

# Columns that hold whole numbers: of the kinds, and those that rollups make of them. Only they are summed or cast to integers.
_WHOLE = {name for columns in KINDS.values() for name, dtype in columns.items() if dtype in (pl.Int64, pl.Int32)} | {
    *("frequency_months", "due_day", "months", "period", "part_respondents", "versions", "files", "a", "b"),
}
_NEVER_NULL = {"file_id", "row"}  # of every row of the lake


@dataclass(frozen=True)
class Feature:
    """Something that a rollup may not hold: how it is found in its tree, and a query that both engines answer differently."""

    name: str
    case: str
    finds: Callable[[Tree], bool]


def _kinds(*classes: type[Tree]) -> Callable[[Tree], bool]:
    return lambda node: isinstance(node, classes)


def _called(*names: str) -> Callable[[Tree], bool]:
    return lambda node: isinstance(node, exp.Anonymous) and node.name.lower() in names


def _not_whole(node: Tree) -> bool:
    inexact = (exp.Div, exp.Avg)
    return any(node.find_all(*inexact)) or any(
        (isinstance(each, exp.Column) and each.name not in _WHOLE)
        or (isinstance(each, exp.Literal) and not each.is_string and not each.is_int)
        or (isinstance(each, exp.Cast) and not each.is_type(*exp.DataType.INTEGER_TYPES))
        for each in node.walk()
    )


def _sums_doubles(node: Tree) -> bool:
    is_decimal = isinstance(node, exp.Sum) and isinstance(node.this, exp.Cast) and node.this.is_type("decimal")
    return isinstance(node, exp.Sum) and not is_decimal and _not_whole(node.this)


def _rounds(node: Tree) -> bool:
    return isinstance(node, exp.Cast) and node.is_type(*exp.DataType.INTEGER_TYPES) and _not_whole(node.this)


def _compares_nulls(node: Tree) -> bool:
    if not isinstance(node, exp.Min | exp.Max) or not isinstance(node.this, exp.Struct):
        return False
    fields = [each.expression for each in node.this.expressions]
    return any(
        not isinstance(each, exp.Coalesce) and not (isinstance(each, exp.Column) and each.name in _NEVER_NULL)
        for each in fields
    )


def _is_interval(node: Tree) -> bool:
    return isinstance(node, exp.ToDays | exp.Interval) or (
        isinstance(node, exp.Anonymous) and node.name.lower() == "to_months"
    )


def _subtracts_dates(node: Tree) -> bool:
    return isinstance(node, exp.Sub) and not (isinstance(node.expression, exp.Literal) or _is_interval(node.expression))


def _filters_by_alias(node: Tree) -> bool:
    if not isinstance(node, exp.Where) or not isinstance(node.parent, exp.Select):
        return False
    made = {
        each.alias for each in node.parent.expressions if isinstance(each, exp.Alias) and each.alias != each.this.name
    }
    return any(not column.table and column.name in made for column in node.find_all(exp.Column))


def _unnests_within(node: Tree) -> bool:
    if not isinstance(node, exp.Unnest | exp.Explode):
        return False
    above = node.parent.parent if isinstance(node.parent, exp.Alias) else node.parent
    return not isinstance(above, exp.Select)


def _is_table_function(node: Tree) -> bool:
    return isinstance(node, exp.Table) and isinstance(node.this, exp.Func)


def _is_untruncated(node: Tree) -> bool:
    is_date = isinstance(node.parent, exp.Cast) and node.parent.is_type("date")
    return isinstance(node, exp.DateTrunc | exp.TimestampTrunc) and not is_date


def _writes_numbers(node: Tree) -> bool:
    return isinstance(node, exp.Cast) and node.is_type(*exp.DataType.TEXT_TYPES)


def _says(node: Tree) -> bool:
    return isinstance(node, exp.Star) and bool(node.args.get("replace"))


def _is_joined_by_position(node: Tree) -> bool:
    return isinstance(node, exp.Join) and str(node.args.get("method", "")).upper() in ("ASOF", "POSITIONAL")


def _is_by_name(node: Tree) -> bool:
    return isinstance(node, exp.SetOperation) and bool(node.args.get("by_name"))


NOT_ALLOWED = (
    Feature("division: by zero infinite here, an error there", f"select 1 / (a - a) from {T}", _kinds(exp.Div)),
    Feature("a decimal cast to an integer: rounded here, cut off there", "select cast(2.5 as integer)", _rounds),
    Feature("a sum of doubles: its last digits follow the order of rows", "select sum(v) from (values (cast(0.1 as double)), "
            "(cast(0.2 as double)), (cast(0.3 as double)), (cast(1e16 as double)), (cast(-1e16 as double))) as t (v)",
            _sums_doubles),
    Feature("a mean: a double here, a decimal there", "select avg(cast(v as decimal(18, 2))) from (values (1.5), (2.25), (1)) as t (v)",
            _kinds(exp.Avg)),
    Feature("months between dates", "select date_diff('month', date '2024-01-31', date '2024-02-01')",
            _kinds(exp.DateDiff, exp.TimestampDiff)),
    Feature("a date less a date: days here, an interval there", "select date '2024-03-01' - date '2024-02-01'", _subtracts_dates),
    Feature("a day of the week", "select isodow(date '2024-01-07'), dayofweek(date '2024-01-07')",
            _kinds(exp.DayOfWeek, exp.DayOfWeekIso)),
    Feature("a week of the year", "select week(date '2024-12-30')", _kinds(exp.Week, exp.WeekOfYear)),
    Feature("a truncated date that is not cast to a date", "select date_trunc('quarter', date '2024-05-02')", _is_untruncated),
    Feature("a list: in another order, without its nulls", f"select list(b) from {T}", _kinds(exp.ArrayAgg, exp.List)),
    Feature("min and max of a struct with a field that may be null: nulls last here, first there",
            f"select min({{'b': b, 'a': a}}).a from {T}", _compares_nulls),
    Feature("the first of a group", f"select first(b order by a desc) from {T}", _kinds(exp.First, exp.Last, exp.AnyValue)),
    Feature("a quantile", f"select quantile_cont(a, 0.3) from {T}", _kinds(exp.PercentileCont, exp.PercentileDisc, exp.Quantile)),
    Feature("lower and upper case", "select lower('İSTANBUL'), upper('straße')", _kinds(exp.Lower, exp.Upper)),
    Feature("a collation", f"select c from {T} order by c collate nocase limit 1", _kinds(exp.Collate)),
    Feature("LIKE: a backslash escapes there", "select 'a\\b' like 'a\\%'", _kinds(exp.Like, exp.ILike)),
    Feature("a regular expression: of RE2 here, of Java there; the first match is replaced here, all are there",
            "select regexp_replace('a1b2', '[0-9]', '')",
            _kinds(exp.RegexpReplace, exp.RegexpLike, exp.RegexpExtract, exp.RegexpFullMatch)),
    Feature("a part of a text: one from 0 is shorter here", "select substring('abc', 0, 2)", _kinds(exp.Substring)),
    Feature("the length of a text", "select strlen('é')", lambda n: _called("strlen")(n) or isinstance(n, exp.ByteLength | exp.Length)),
    Feature("a number as text", "select cast(cast(1e20 as double) as varchar)", _writes_numbers),
    Feature("a hash", "select hash('a')", lambda n: _called("hash")(n) or type(n).__name__ in ("Hash", "MD5")),
    Feature("rounding to even", "select round_even(2.5, 0)", _called("round_even")),
    Feature("an alias in WHERE", f"select a + 1 as d from {T} where d > 2", _filters_by_alias),
    Feature("* REPLACE", f"select * replace (a + 1 as a) from {T}", _says),
    Feature("COLUMNS(*)", f"select min(columns(*)) from {T}",
            lambda n: _called("columns")(n) or type(n).__name__ == "Columns"),
    Feature("UNION BY NAME", "select 1 as a, 2 as b union by name select 3 as b, 4 as a", _is_by_name),
    Feature("an ASOF join", f"select t.a from {T} asof join (values (1), (2)) as u (q) on t.a >= u.q", _is_joined_by_position),
    Feature("PIVOT", f"pivot (select * from {T}) on c using sum(a)", _kinds(exp.Pivot)),
    Feature("a sample", f"select count(*) from {T} using sample 50%", _kinds(exp.TableSample)),
    Feature("a function in the place of a table", "select i from generate_series(1, 3) as g (i)", _is_table_function),
    Feature("an UNNEST within an expression", "select cast(unnest([1, 2]) as bigint)", _unnests_within),
)  # fmt: skip

# What rollups do say, tried on both engines: functions by the names of sqlglot, and a query each.
ALLOWED = {
    "Sum": f"select cast(sum(a) as bigint), cast(sum(b) as bigint) from {T}",
    "Count": f"select count(*), count(b), count(distinct b) from {T}",
    "Min": f"select min(c), min(b), min({{'b': coalesce(b, 0), 'c': coalesce(c, '')}}).c from {T}",
    "Max": f"select max(c), max(b), max(case when a > 1 then 1 else 0 end) from {T}",
    "Struct": "select {'a': 1, 'b': 'x'}.b",
    "Coalesce": f"select coalesce(b, 0), coalesce(c, 'x') from {T}",
    "Greatest": f"select greatest(a, b), greatest(a, 2) from {T}",
    "Least": f"select least(a, b), least(date '2024-01-01', null) from {T}",
    "Case": f"select case a when 1 then 'x' end, case when a > 1 then 'y' else 'z' end from {T}",
    "If": f"select case when a > 1 then 1 end from {T}",
    "StartsWith": f"select starts_with(c, 'a') from {T}",
    "RowNumber": f"select a, row_number() over (order by c, a), row_number() over (order by c desc, a) from {T}",
    "Lag": f"select a, lag(b) over w, lag(a) over w is null from {T} window w as (order by a)",
    "Lead": f"select a, coalesce(lead(b) over w, 9) from {T} window w as (partition by b order by a)",
    "Year": "select year(date '2024-02-29')",
    "Month": "select (month(date '2024-11-30') - 1) // 3 * 3 + 1, -7 // 2, 7 // -2",
    "DateFromParts": "select make_date(2024, 2, 29)",
    "TimestampTrunc": "select cast(date_trunc('month', timestamp '2024-02-29 23:59:59') as date), "
    "cast(date_trunc('quarter', date '2024-12-31') as date)",
    "DateTrunc": "select cast(date_trunc('month', date '2024-02-29') as date)",
    "Cast": "select cast(timestamp '2024-02-29 23:59:59' as date), cast('2024-02-29' as date), cast('true' as boolean), "
    "date '0001-01-01', date '9999-12-31'",
    "to_months": "select cast(date '2024-01-31' + to_months(1) as date), cast(date '2024-03-31' + to_months(-1) as date), "
    "date '2024-01-31' + to_months(1) <= date '2024-02-29'",
    "ToDays": "select cast(date '2024-02-28' + to_days(2) as date), cast(date '2024-03-01' - to_days(1) as date)",
    "GenerateSeries": "select cast(day as date) from "
    "(select unnest(generate_series(date '2024-01-01', date '2024-07-01', to_months(3))) as day) as u",
    "GenerateDateArray": "select cast(day as date) from "
    "(select unnest(generate_series(date '2024-01-01', date '2024-03-01', to_months(1))) as day) as u",
    "Unnest": "select unnest([1, 2])",
    "Explode": "select unnest([1, 2])",
    "Exists": f"select a from {T} where exists (select 1 from (values (1)) as u (q) where u.q = t.a)",
    "Or": f"select a > 1 or b > 1 from {T}",
    "And": f"select a > 1 and b > 1 from {T}",
    "DPipe": f"select c || '/' || c from {T}",
    # No function of rollups now, and the same on both: who needs one may.
    "Qualify": f"select a from {T} qualify row_number() over (order by a) = 1",
    "group by all": f"select b, cast(sum(a) as bigint) from {T} group by all",
    "group by an alias": f"select a % 2 as d, count(*) from {T} group by d",
    "filter": f"select count(*) filter (where a > 1) from {T}",
    "an alias used beside": f"select a + 1 as d, d * 2 as e from {T}",
    "a decimal sum": "select sum(cast(v as decimal(18, 2))) from (values (1.5), (2.25)) as t (v)",
    "is distinct from": f"select b is distinct from 2, b is not distinct from null, c is not true is true "
    f"from (select a, b, a > 1 as c from {T}) as s",
    "not in with a null": f"select a from {T} where a not in (select b from (values (2), (null)) as u (b))",
    "texts in their order": "select row_number() over (order by x), x "
    "from (values ('a'), ('B'), ('é'), ('z'), ('😀'), (' a'), ('')) as t (x)",
    "union of distinct rows": f"select b from {T} union select b from {T}",
}


def not_allowed(tree: Tree) -> Iterator[str]:
    """Yield the names of the features in a query that no rollup may hold."""
    for node in tree.walk():
        yield from (feature.name for feature in NOT_ALLOWED if feature.finds(node))


def functions(tree: Tree) -> set[str]:
    """Return the functions that a query calls, as sqlglot names them; one that it does not know under its own name."""
    return {
        node.name.lower() if isinstance(node, exp.Anonymous) else type(node).__name__
        for node in tree.find_all(exp.Func)
    }
