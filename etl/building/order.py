"""In which order marts, and the macros that read marts, are made: each after what it reads, as DuckDB's own parser finds it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import duckdb

import queries
from etl import statistics

_MACRO = re.compile(r"\s*create or replace macro (\w+)\([^)]*\)\s+as\s+(table\b)?")
_MART = re.compile(r"mart\.\w+")


@dataclass(frozen=True)
class Part:
    """A mart (`mart.<name>`), made by a query or by a step of statistics, or a macro on marts (`<name>()`), made by a statement."""

    name: str
    reads: frozenset[str]
    sql: str = ""
    step: statistics.Step | None = None


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@cache
def read_by(sql: str) -> frozenset[str]:
    """Return what a query reads: `mart.<name>` of each mart, also of one that it names to a macro, `<name>()` of each macro it calls.

    Every other table stands under its name too (`visit`, `load.file`), and so do the parts that the query itself names (`with ...`).
    Raises ValueError where DuckDB can't parse it.
    """
    found = set()

    def look(node: dict[str, Any]) -> dict[str, Any]:
        if node.get("type") == "BASE_TABLE":
            found.add(f"{node['schema_name']}.{node['table_name']}".removeprefix("."))
        elif "function_name" in node:
            found.add(f"{node['function_name']}()")
        elif node.get("kind") == "STRING" and _MART.fullmatch(node["text"]):
            found.add(node["text"])  # `query_table` reads the table of that name
        return node

    rows = _parser().execute("select json_serialize_sql($sql)", {"sql": sql}).fetchall()
    tree = json.loads(rows[0][0], object_hook=look)
    if tree["error"]:
        raise ValueError(f"{tree['error_message']} in: {sql[:80]}")
    return frozenset(found)


def read_by_macro(statement: str) -> tuple[str, frozenset[str]]:
    """Return the name of the macro that a statement makes, and what the macro reads; raises ValueError for another statement."""
    body = statement[statement.index("create or replace macro ") :].strip().removesuffix(";")
    if not (head := _MACRO.match(body)):
        raise ValueError(f"no macro: {statement[:80]}")
    rest = body[head.end() :]
    return f"{head[1]}()", read_by(rest if head[2] else f"select ({rest})")


@cache
def parts() -> Mapping[str, Part]:
    """Return all marts, and all macros that read marts, by name."""
    found = {}
    for query in queries.files("marts"):
        name = f"mart.{query.name.split('/')[1]}"
        found[name] = Part(name, read_by(query.sql) - {name}, sql=f"create table {name} as {query.sql}")
    for step in statistics.STEPS:
        found[f"mart.{step.name}"] = Part(f"mart.{step.name}", frozenset({f"mart.{step.reads}"}), step=step)
    for path in sorted((queries.ROOT / "functions").glob("*.sql")):
        for statement in duckdb.extract_statements(path.read_text(encoding="utf-8")):
            name, reads = read_by_macro(statement.query)
            found[name] = Part(name, reads, sql=statement.query)
    return found


@cache
def _names() -> frozenset[str]:
    """Return the names of all parts, without a look at what they read."""
    texts = [path.read_text(encoding="utf-8") for path in (queries.ROOT / "functions").glob("*.sql")]
    macros = (f"{found[1]}()" for text in texts for found in re.finditer(r"create or replace macro (\w+)\(", text))
    queried = [path.stem for path in (queries.ROOT / "marts").glob("*.sql")]
    marts = (f"mart.{name}" for name in (*queried, *(step.name for step in statistics.STEPS)))
    return frozenset({*macros, *marts})


def ordered(asked: str | None = None, known: Mapping[str, Part] | None = None) -> list[Part]:
    """Return the parts in the order in which they are made, all of them or those that one query needs; ValueError on a circle."""
    if asked is not None and known is None and not read_by(asked) & _names():
        return []
    known = parts() if known is None else known
    sequence: dict[str, Part] = {}

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            raise ValueError(
                f"marts that read each other in a circle: {', '.join((*above[above.index(name) :], name))}"
            )
        if name not in sequence and name in known:
            for needed in sorted(known[name].reads):
                visit(needed, (*above, name))
            sequence[name] = known[name]

    for name in sorted(known if asked is None else read_by(asked)):
        visit(name, ())
    return list(sequence.values())
