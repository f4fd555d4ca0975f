"""The build before, attached as `before`: a table whose inputs both builds have the same is copied from it and not made anew.

Tables are held against each other row by row, in their stored order; nothing is inferred from a hash of them. So a build is the
same, table by table, as one made from nothing.
"""

from collections.abc import Iterable, Mapping, Sequence

import duckdb

from etl.building import order
from etl.kinds import KINDS, REGISTERS, SUMMED
from etl.lake import Entry, Lake

# What each table of the lake that a rollup or a check reads besides the rows of its kinds is made of: the rows of these kinds, or
# nothing but registers and what a file says of those rows (etl/building/engine.py, holding.py). Others are never the same.
MADE_OF: Mapping[str, Sequence[str]] = {
    **{f"{register.name}_name": () for register in REGISTERS}, **{kind: (kind,) for kind in KINDS},
    **{f"{kind}_row": (kind,) for kind in SUMMED}, "person": (), "root_unit": (), "due_day": tuple(KINDS),
    "replaced": (), "job_group_name": ("employee",), "indicator_name": ("indicator", "performance"), "term": ("indicator",),
}  # fmt: skip
# Columns of load.build that differ from build to build whatever it says: no mart may read them.
STAMPS = ("build_id", "built_at", "fingerprint")


class Previous:
    """What a build in the making has in common with the one attached as `before`, which the same software and reference tables made."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, files: Mapping[str, Entry] | None) -> None:
        """`files` are those that the build before was made of, None where that is not known."""
        self._connection = connection
        self._files = files
        self._kinds: frozenset[str] = frozenset()
        self._facts: frozenset[str] = frozenset()
        self._same: dict[str, bool] = {}
        self._can_be_read = True

    def compare_readings(self, lake: Lake, files: Mapping[str, Entry]) -> None:
        """Find the kinds of whose rows both builds have the same, once load.file says which of the files given are held."""
        if self._files is None:
            return
        both = []
        for table, given in (("load.file", files), (_before("load.file"), self._files)):
            rows = self._connection.execute(f"select file_id from {table} where status = 'held'").fetchall()  # noqa: S608
            left_out = {file_id for (file_id,) in rows}
            both.append({sha: e for sha, e in given.items() if not e.is_withdrawn and sha[:12] not in left_out})
        self._kinds = frozenset(lake.kinds_alike(*both))

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
            return table in MADE_OF and self._kinds.issuperset(MADE_OF[table])
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
