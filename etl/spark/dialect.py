"""The SQL of a rollup, written for DuckDB, as Spark runs it, translated by sqlglot; the tables that it reads become views of one name."""

from dataclasses import dataclass
from functools import cache

import sqlglot
from sqlglot import exp

# Functions of DuckDB that sqlglot hands on as they are and Spark has under other names: of months and days, the interval of so many.
_INTERVALS = {"TO_MONTHS": "MAKE_YM_INTERVAL(0, {})", "TO_DAYS": "MAKE_DT_INTERVAL({})"}


@dataclass(frozen=True)
class Translated:
    """A rollup as Spark runs it, and the tables that it reads, each with the name of its view: `lake.visit` is `lake_visit`."""

    sql: str
    reads: dict[str, str]


@cache
def translated(sql: str) -> Translated:
    """Return a rollup in Spark's dialect; raises sqlglot.errors.SqlglotError where it can't be parsed or translated."""
    tree = parsed(sql)
    own = {part.alias for part in tree.find_all(exp.CTE)}
    reads = {}
    for table in list(tree.find_all(exp.Table)):
        if not table.db and table.name in own:
            continue
        whole = f"{table.db}.{table.name}".removeprefix(".")
        reads[whole] = whole.replace(".", "_")
        table.replace(exp.alias_(exp.to_table(reads[whole]), table.alias or table.name, table=True))
    for call in list(tree.find_all(exp.Anonymous, exp.ToDays)):
        name = "TO_DAYS" if isinstance(call, exp.ToDays) else call.name.upper()
        if shape := _INTERVALS.get(name):
            amount = call.this if isinstance(call, exp.ToDays) else call.expressions[0]
            call.replace(sqlglot.parse_one(shape.format(amount.sql("spark")), read="spark"))
    return Translated(tree.sql("spark", unsupported_level=sqlglot.ErrorLevel.RAISE, comments=False), reads)


def parsed(sql: str) -> exp.Expr:
    """Return the tree of a query in DuckDB's dialect."""
    return sqlglot.parse_one(sql, read="duckdb")
