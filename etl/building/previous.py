"""The build before, attached as `before`: a table whose inputs both builds have the same is copied from it and not made anew.

Tables are held against each other row by row, in their stored order; nothing is inferred from a hash of them. So a build is the
same, table by table, as one made from nothing.
"""

from collections.abc import Iterable

import duckdb

from etl.building import order
from etl.kinds import KINDS

# The tables that say of names in one kind of rows what rows of other kinds say too (etl/building/engine.py); what the other
# tables of names say is in the registers alone.
NAMED_BY = {
    "indicator_name": ("indicator", "performance"), "job_group_name": ("employee",), "term": ("indicator",),
    "unresolved": tuple(KINDS),
}  # fmt: skip
# Columns of load.build that differ from build to build whatever it says: no mart may read them.
STAMPS = ("build_id", "built_at", "fingerprint")


class Previous:
    """What a build in the making has in common with the one attached as `before`, which the same software and reference tables made."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, kinds: Iterable[str]) -> None:
        """`kinds` are those of whose rows both builds have the same readings."""
        self._connection = connection
        self._kinds = frozenset(kinds)
        self._facts: frozenset[str] = frozenset()
        self._same: dict[str, bool] = {}
        self._can_be_read = True

    def holds(self, reads: Iterable[str]) -> bool:
        """Tell whether both builds have all the same that a query reads, as `order.read_by` names it."""
        return all(self._can_be_read and self._is_same(name) for name in sorted(reads))

    def copy(self, connection: duckdb.DuckDBPyConnection, table: str, into: bool = False) -> bool:
        """Make a table as the build before has it, or fill one that is there; False, and nothing done, where it can't be read."""
        verb = "insert into" if into else "create table"
        try:
            connection.execute(f"{verb} {table} {'' if into else 'as '}select * from {_before(table)}")  # noqa: S608
        except duckdb.Error:
            self._can_be_read = False
            return False
        self._same[table] = True
        return True

    def _is_same(self, name: str) -> bool:
        if name not in self._same:
            self._same[name] = self._compared(name)
        return self._same[name]

    def _compared(self, name: str) -> bool:
        schema, _, table = name.rpartition(".")
        if name.endswith("()"):
            part = order.parts().get(name)
            # A macro that reads no mart reads reference tables and the units that are made of them.
            return self._is_same("unit") if part is None else self.holds(part.reads)
        if schema == "reference":
            return True
        if schema == "lake":
            return self._kinds >= set(NAMED_BY.get(table, (table,) if table in KINDS else ()))
        if not schema and name not in self._known_facts():
            return True  # a part of the query itself
        columns = f"* exclude ({', '.join(STAMPS)})" if name == "load.build" else "*"
        here, there = (f"(select {columns} from {of})" for of in (name, _before(name)))  # noqa: S608
        try:
            return not self._connection.execute(
                f"select 1 where (select count(*) from {here}) <> (select count(*) from {there}) union all "  # noqa: S608
                f"(select 1 from {here} as here positional join {there} as there where here is distinct from there limit 1)"
            ).fetchall()
        except duckdb.Error:
            return False

    def _known_facts(self) -> frozenset[str]:
        if not self._facts:
            rows = self._connection.execute(
                "select table_name from duckdb_tables() where database_name = current_database() and schema_name = 'main'"
            ).fetchall()
            self._facts = frozenset(name for (name,) in rows)
        return self._facts


def _before(table: str) -> str:
    return f"before.{table}" if "." in table else f"before.main.{table}"
