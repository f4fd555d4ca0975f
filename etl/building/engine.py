"""Where rollups run: the accepted rows of the lake as tables `lake.*`, with the registers' answer to every name that they use."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from etl.building import frames
from etl.building.timeline import Timeline
from etl.kinds import KINDS, REGISTERS, SUMMED, TERMS, UNITS, holders
from etl.kinds import names as columns_of_names
from etl.lake import CELLS, MEMBER, REJECT, Entry, Lake
from etl.people import People, id_of
from etl.reading.guard import as_pattern
from etl.reading.words import label
from etl.reference import Names, Registers, names
from etl.validity import month_of

_SQL = {pl.String: "varchar", pl.Int64: "bigint", pl.Int32: "integer", pl.Float64: "double", pl.Boolean: "boolean",
        pl.Date: "date", pl.Datetime("us"): "timestamp"}  # fmt: skip


def create_accepted(connection: duckdb.DuckDBPyConnection, lake: Lake, manifest: Mapping[str, Entry]) -> None:
    """Make the accepted rows of the files that count readable as `lake.<kind>`, with `lake.member`,
    `lake.cell` and `lake.reject`.

    Of a kind of which readings may have sums `lake.<kind>` has these, and `lake.<kind>_row` the records as they were read. May be
    said again, of fewer files. A reading of an older version may lack a column that its kind has now: there it is null.
    """
    if not connection.execute("select 1 from duckdb_databases() where database_name = 'lake'").fetchall():
        connection.execute("attach ':memory:' as lake")
    views = [(kind, kind, KINDS[kind]) for kind in KINDS] + [(row_view(kind), kind, KINDS[kind]) for kind in SUMMED]
    for kind, stored, columns in (
        *views,
        ("member", "members", MEMBER),
        ("cell", "cells", CELLS),
        ("reject", "rejects", REJECT),
    ):
        paths = lake.paths(manifest, stored, in_sums=kind in SUMMED)
        parts = [
            f"select {_wanted(columns, there)} from read_parquet({_listed(alike)})"  # noqa: S608  names of our own
            for there, alike in _by_columns(connection, paths)
        ]
        for number, frame in enumerate(lake.frames(manifest, stored)):
            frames.put(connection, f"create or replace table lake.{kind}_in_memory_{number} as", frame)
            there = frozenset(frame.columns)
            parts.append(f"select {_wanted(columns, there)} from lake.{kind}_in_memory_{number}")  # noqa: S608
        parts = parts or [f"select {_wanted(columns, frozenset())} where false"]
        connection.execute(f"create or replace view lake.{kind} as {' union all '.join(parts)}")


def row_view(kind: str) -> str:
    """Return the name of the view of a kind that has each record as it was read."""
    return f"{kind}_row" if kind in SUMMED else kind


def _by_columns(
    connection: duckdb.DuckDBPyConnection, paths: Sequence[Path]
) -> list[tuple[frozenset[str], list[Path]]]:
    """Return the files that have the same columns together, in the order of the files; nearly always one group."""
    if not paths:
        return []
    columns = "select file_name, list(name) from parquet_schema({}) where num_children is null or num_children = 0 group by all"
    found = {name: frozenset(there) for name, there in connection.execute(columns.format(_listed(paths))).fetchall()}
    groups: dict[frozenset[str], list[Path]] = {}
    for path in paths:
        groups.setdefault(found[str(path)], []).append(path)
    return list(groups.items())


def _listed(paths: Iterable[Path]) -> str:
    return "[" + ", ".join(f"'{as_pattern(path).replace(chr(39), chr(39) * 2)}'" for path in paths) + "]"


def _wanted(columns: Mapping[str, Any], there: frozenset[str]) -> str:
    """Return the columns of a kind as they are selected from files that have some of them."""
    return ", ".join(
        f"cast({name if name in there else 'null'} as {_SQL[dtype]}) as {name}" for name, dtype in columns.items()
    )


def _table(connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    frames.put(connection, f"create table lake.{name} as", frame)


def _distinct(connection: duckdb.DuckDBPyConnection, pairs: Iterable[tuple[str, str]]) -> list[str]:
    union = " union ".join(
        f"select distinct {column} as raw from lake.{kind} where {column} is not null"  # noqa: S608  names of our own
        for kind, column in pairs
    )
    return [row[0] for row in connection.execute(f"{union} order by raw").fetchall()]


def resolve(
    connection: duckdb.DuckDBPyConnection, registers: Registers, units: Timeline, salt: bytes, people: People
) -> None:
    """Create `lake.<name>_name` (raw name, id) for all registers, `lake.person`, `lake.term` and `lake.unresolved`.

    A name of a unit means one in a period (`lake.unit_name`). Names that a register lacks and yet refuses nothing for stand in
    `lake.counted_otherwise`.
    """
    counted: list[tuple[str, str]] = []
    _units(connection, units)
    for register in REGISTERS:
        if register is UNITS:
            continue
        pairs = [(kind, column) for kind, column, of in columns_of_names() if of.register == register]
        if pairs:
            known = registers.of(register)
            texts = _distinct(connection, pairs)
            rows = [(raw, found) for raw in texts if (found := known.find(raw) or register.otherwise)]
            counted += [(register.name, raw) for raw in texts if register.otherwise and not known.find(raw)]
            schema = {"raw": pl.String, register.key: pl.String}
            _table(connection, f"{register.name}_name", pl.DataFrame(rows, schema=schema, orient="row"))
    schema = {"register": pl.String, "raw": pl.String}
    _table(connection, "counted_otherwise", pl.DataFrame(counted, schema=schema, orient="row"))
    _table(connection, "root_unit", pl.DataFrame({"unit_id": [registers.root_unit]}))
    _people(connection, salt, people)
    _job_groups(connection, registers.job_groups)
    _indicators(connection)
    _terms(connection)
    _due_days(connection)
    _unresolved(connection)


def named(kind: str, view: str | None = None) -> str:
    """Return each record of a kind with the unit that it names, `raw`, and the period in which that is a name; else that of its file.

    `view` is where the records stand in `lake`, without it their sums.
    """
    view = view or kind
    if "unit" not in KINDS[kind]:
        return f"from lake.{view}"
    if "period" in KINDS[kind]:
        return f"select *, unit as raw, period as named_in, period_months as named_months from lake.{view}"  # noqa: S608
    return (
        "select report.*, unit as raw, cast(date_trunc('month', file.as_of) as date) as named_in, 1 as named_months "  # noqa: S608
        f"from lake.{view} as report join load.file as file on file.file_id = report.file_id"
    )


def _units(connection: duckdb.DuckDBPyConnection, units: Timeline) -> None:
    """Create `lake.unit_name` (name, period, unit) and, of names of units that are not there in a period, `lake.unit_outside`."""
    union = " union ".join(
        f"select distinct raw, named_in, named_months from ({named(kind)}) where raw is not null"  # noqa: S608
        for kind in holders("unit")
    )
    found = [(*row, units.find(*row)) for row in connection.execute(f"{union} order by all").fetchall()]
    schema = {"raw": pl.String, "period": pl.Date, "period_months": pl.Int32, "unit_id": pl.String}
    known = [(*row, unit) for *row, unit in found if unit]
    _table(connection, "unit_name", pl.DataFrame(known, schema=schema, orient="row"))
    schema = {"raw": pl.String, "period": pl.Date, "period_months": pl.Int32, "code": pl.String, "details": pl.String}
    outside = [(*row, *why) for *row, unit in found if not unit and (why := units.why_not(*row))]
    _table(connection, "unit_outside", pl.DataFrame(outside, schema=schema, orient="row"))


def _people(connection: duckdb.DuckDBPyConnection, salt: bytes, people: People) -> None:
    """Give every NIP its id; whose rows are withheld gets none."""
    columns = ("nip", "superior_nip")
    nips = _distinct(connection, [(kind, column) for column in columns for kind in holders(column)])
    rows = [(nip, id_of(nip, salt, people)) for nip in nips if not people.withholds(nip)]
    _table(connection, "person", pl.DataFrame(rows, schema={"nip": pl.String, "employee_id": pl.String}, orient="row"))


def _job_groups(connection: duckdb.DuckDBPyConnection, groups: Names) -> None:
    """Place a job in its group: by the group that the report names, by the position, or by the longest job name within it."""

    def place(group: str | None, position: str | None) -> str | None:
        for text in (group, position):
            if text and (found := groups.find(text)):
                return found
        words = f" {label(position or '')} "
        within = [name for name in groups.exact if f" {name} " in words]
        return groups.exact[max(within, key=len)] if within else None

    pairs = connection.execute("select distinct job_group, position from lake.employee order by all").fetchall()
    rows = [(group, position, found) for group, position in pairs if (found := place(group, position))]
    schema = {"raw": pl.String, "position": pl.String, "job_group": pl.String}
    _table(connection, "job_group_name", pl.DataFrame(rows, schema=schema, orient="row"))


def _indicators(connection: duckdb.DuckDBPyConnection) -> None:
    """Give every indicator an id: its code; without one the code of the registered indicator of that name, else one made of the name."""
    register = connection.execute("select distinct code, indicator from lake.indicator order by all").fetchall()
    by_name = {label(name): code for code, name in register if code and name}
    pairs = connection.execute(
        "select code, indicator from lake.indicator union select code, indicator from lake.performance order by all"
    ).fetchall()

    apart = _sharing_a_code(connection, register)

    def identify(code: str | None, name: str | None) -> str:
        of_name = hashlib.sha256(label(name or "").encode()).hexdigest()[:8]
        if code and (code, label(name or "")) in apart:
            return f"{code}-{of_name}"
        return code or by_name.get(label(name or "")) or f"x-{of_name}"

    rows = [(code, name, identify(code, name)) for code, name in pairs]
    schema = {"code": pl.String, "indicator": pl.String, "indicator_id": pl.String}
    _table(connection, "indicator_name", pl.DataFrame(rows, schema=schema, orient="row"))


def _sharing_a_code(
    connection: duckdb.DuckDBPyConnection, register: Sequence[tuple[str | None, str | None]]
) -> set[tuple[str, str]]:
    """Return the indicators, as (code, label of the name), that stand in some table under the code of another and don't keep it.

    The registered name keeps the code, else the one in most rows.
    """
    rows = connection.execute(
        "select file_id, sheet, code, indicator, count(*) as rows from (select file_id, sheet, code, indicator from lake.indicator "
        "union all select file_id, sheet, code, indicator from lake.performance) where code is not null and indicator is not null "
        "group by all order by all"
    ).fetchall()
    tables: dict[tuple, set[str]] = {}
    amounts: Counter[tuple[str, str]] = Counter()
    for file_id, sheet, code, name, count in rows:
        tables.setdefault((code, file_id, sheet), set()).add(label(name))
        amounts[code, label(name)] += count
    clashing: dict[str, set[str]] = {}
    for (code, *_), names_there in tables.items():
        if len(names_there) > 1:
            clashing.setdefault(code, set()).update(names_there)
    registered = {(code, label(name)) for code, name in register if code and name}
    keepers = {
        (code, max(sorted(clash), key=lambda name, code=code: ((code, name) in registered, amounts[code, name])))
        for code, clash in clashing.items()
    }
    return {(code, name) for code, clash in clashing.items() for name in clash} - keepers


def _terms(connection: duckdb.DuckDBPyConnection) -> None:
    terms = frames.of(connection, "select attribute, value, name, aliases from reference.indicator_terms")
    rows = []
    for attribute in TERMS:
        known = names(terms.filter(pl.col("attribute") == attribute), "value")
        rows += [(attribute, raw, known.find(raw)) for raw in _distinct(connection, [("indicator", attribute)])]
    for attribute in ("valid_from", "valid_until"):
        found = [
            (raw, month_of(raw, is_end=attribute == "valid_until"))
            for raw in _distinct(connection, [("indicator", attribute)])
        ]
        rows += [(attribute, raw, month.isoformat() if month else None) for raw, month in found]
    schema = {"attribute": pl.String, "raw": pl.String, "value": pl.String}
    _table(connection, "term", pl.DataFrame(rows, schema=schema, orient="row"))


def _due_days(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `lake.due_day`: of each kind of report whose due days move, the day that each would be and the day that it is."""
    connection.execute(
        "create table lake.due_day as select report_kind, day, due_moved(report_kind, day) as due_on from ("
        "select distinct report_kind, cast(month + to_days(cast(due_day as integer) - 1) as date) as day "
        "from reference.report_kinds semi join reference.due_moves using (report_kind) cross join ("
        "select unnest(generate_series(date '1900-01-01', cast(max(as_of) as date), interval 1 month)) as month from load.file))"
    )


# Rows of a report that names no unit, of an indicator whose newest entry in the register names none either.
_OWNERLESS = """
    select report.file_id, report.sheet, report.row, 'Perangkat daerah' as col, coalesce(report.indicator, report.code) as value,
        'unit_missing' as code, null as details
    from lake.performance as report
    join lake.indicator_name as named
        on named.code is not distinct from report.code and named.indicator is not distinct from report.indicator
    where report.unit is null and report.ownership = 'missing' and named.indicator_id not in (
        select indicator_id
        from (
            select owned.indicator_id, unit_name.unit_id, row_number() over (
                partition by owned.indicator_id
                order by entry.is_beside is true, file.as_of desc, file.sha256 desc, entry.row
            ) as newest
            from lake.indicator as entry
            join load.file as file on file.file_id = entry.file_id
            join lake.indicator_name as owned
                on owned.code is not distinct from entry.code and owned.indicator is not distinct from entry.indicator
            left join lake.unit_name
                on unit_name.raw = entry.unit and unit_name.period = cast(date_trunc('month', file.as_of) as date)
                    and unit_name.period_months = 1
        )
        where newest = 1 and unit_id is not null
    )
"""


def _unresolved(connection: duckdb.DuckDBPyConnection) -> None:
    """Collect the rows whose names no register knows; of people only how long what stood there was."""

    def rows(kind: str, said: str, unknown: str) -> str:
        """Return what is said of the records of a kind that are unknown, each where it stands; sums tell in which files to look."""
        asked = f"select {said} from ({{}}) as report {unknown}"  # noqa: S608  names of our own
        if kind not in SUMMED:
            return asked.format(named(kind))
        files = f"select file_id from ({named(kind)}) as report {unknown}"  # noqa: S608
        return asked.format(f"from ({named(kind, row_view(kind))}) where file_id in ({files})")

    parts = [
        rows(
            kind, f"file_id, sheet, row, '{of.title}' as col, {column} as value, '{of.register.code}' as code, null as details",
            f"where {column} is not null and {column} not in (select raw from lake.{of.register.name}_name)",  # noqa: S608
        )
        for kind, column, of in columns_of_names()
        if not of.may_be_unknown and of.register is not UNITS
    ]  # fmt: skip
    at = "{0}.raw = report.raw and {0}.period = named_in and {0}.period_months = named_months"
    parts += [
        rows(
            kind, f"file_id, sheet, row, '{of.title}', report.raw, coalesce(outside.code, '{UNITS.code}'), outside.details",
            f"left join lake.unit_outside as outside on {at.format('outside')} "
            f"anti join lake.unit_name as known on {at.format('known')} where report.raw is not null",
        )
        for kind, _, of in columns_of_names()
        if of.register is UNITS
    ]  # fmt: skip
    parts += [
        f"select file_id, sheet, row, 'NIP', '(18 karakter)', 'employee_unregistered', null from lake.{kind} "  # noqa: S608
        "where nip not in (select nip from lake.employee)"
        for kind in holders("nip")
        if kind != "employee"
    ]
    parts.append(_OWNERLESS)
    connection.execute(
        f"create table lake.unresolved as select distinct * from ({' union all '.join(parts)}) order by all"  # noqa: S608
    )
