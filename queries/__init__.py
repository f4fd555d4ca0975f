"""Named queries: one SQL file, one result set, with a three-line header (title, meaning, grain) that tests hold it to."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from queries import formats

if TYPE_CHECKING:  # not at run time: a command's help and the process of an analyst's query start without them
    import duckdb
    import polars as pl

ROOT = Path(__file__).parent
HEADER = ("title", "meaning", "grain")
BUILDING_BLOCKS = {
    "rollups",
    "macros",
    "marts",
    "functions",
    "findings",
    "checks",
    "figures",
    "comparing",
    "versions",
    "preview",
}
# Comments, texts and quoted names; a file of SQL is looked through without DuckDB, whose parser takes longer over all of them
# than a small load has for them.
_TEXTS = re.compile(r"""--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"(?:[^"]|"")*\"""", re.DOTALL)
_PARAMETER = re.compile(r"\$(\w+)")


@dataclass(frozen=True)
class Query:
    """A SQL file: `name` is its path below queries/ without the ending, such as `visits/trend`."""

    name: str
    title: str
    meaning: str
    grain: str
    sql: str
    parameters: frozenset[str]

    def run(self, connection: "duckdb.DuckDBPyConnection", **parameters: Any) -> "pl.DataFrame":
        """Return the result set; parameters that the query does not name are ignored, those left out are null.

        Raises formats.OlderBuild where the build is in an older format, which lacks a table, column or threshold that is asked for.
        """
        import duckdb  # noqa: PLC0415  whoever has a connection has it

        bound = {name: parameters.get(name) for name in self.parameters}
        try:
            return connection.sql(self.sql, params=bound or None).pl()
        except (duckdb.BinderException, duckdb.CatalogException, duckdb.InvalidInputException):
            formats.expect_current(connection)
            raise


@cache
def load(name: str) -> Query:
    """Return the query of that name; raises KeyError, listing the names of its area, where there is none."""
    path = ROOT / f"{name}.sql"
    if not path.is_file() or ROOT not in path.resolve().parents:
        raise KeyError(f"no query {name!r}; there are: {', '.join(names())}")
    sql = path.read_text(encoding="utf-8")
    header = {}
    for line, key in zip(sql.splitlines(), HEADER, strict=False):
        prefix = f"-- {key}: "
        if not line.startswith(prefix):
            raise ValueError(f"{path.name}: the header line {prefix!r} is missing, found {line!r}")
        header[key] = line.removeprefix(prefix).strip()
    code = _TEXTS.sub("''", sql)
    if len(statements := [part for part in code.split(";") if part.strip("' \n")]) != 1:
        raise ValueError(f"{path.name}: one statement expected, found {len(statements)}")
    return Query(name=name, sql=sql, parameters=frozenset(_PARAMETER.findall(code)), **header)


@cache
def names(area: str | None = None) -> tuple[str, ...]:
    """Return the names of all queries that pages and people may run, or those of one area, sorted."""
    found = (path.relative_to(ROOT).with_suffix("").as_posix() for path in ROOT.glob("*/*.sql"))
    return tuple(
        sorted(n for n in found if n.split("/")[0] not in BUILDING_BLOCKS and (not area or n.startswith(area + "/")))
    )


@cache
def files(folder: str) -> tuple[Query, ...]:
    """Return the building blocks of one folder (rollups, marts), by name."""
    return tuple(load(f"{folder}/{path.stem}") for path in sorted((ROOT / folder).glob("*.sql")))
