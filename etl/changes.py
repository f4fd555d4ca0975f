"""What a build says differently from the build before it: each figure that is new, revised or gone, and what caused it.

The only part of a build that is not a function of lake and reference alone: it also depends on the build it is held against.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

import queries

# One kind's figures of both builds, in temporary tables of the same shape. A value is the row's that gives it now, where
# it is gone the row's that gave it. A file that the build before did not have is the cause; else what did change.
_COMPARE = """
insert into load.change
with pair as (
    select
        coalesce(now.unit_id, old.unit_id) as unit_id, coalesce(now.item_id, old.item_id) as item_id,
        coalesce(now.part_id, old.part_id) as part_id, coalesce(now.period, old.period) as period,
        coalesce(now.period_months, old.period_months) as period_months,
        old.value as value_before, now.value as value_after, old.text as text_before, now.text as text_after,
        case when old.period is null then 'new' when now.period is null then 'gone' else 'revised' end as state,
        case when now.period is null then old.place else now.place end as place
    from figures_now as now
    full join figures_before as old
        on old.unit_id is not distinct from now.unit_id and old.item_id = now.item_id
        and old.part_id is not distinct from now.part_id and old.period = now.period and old.period_months = now.period_months
    where old.period is null or now.period is null
        or old.value is distinct from now.value or old.text is distinct from now.text
),
caused as (
    select
        pair.* exclude (place), pair.place.file_id as file_id, pair.place.sheet as sheet, pair.place.row as "row",
        case
            when pair.place.file_id not in (select file_id from before.load.file where file_id is not null) then 'file'
            when $is_reference_changed then 'reference'
            when $is_software_changed then 'software'
            else 'file'
        end as cause
    from pair
)
select
    $kind, state, cause, unit_id, item_id, part_id, period, period, period_months, 1, value_before, value_after,
    text_before, text_after, file_id, (select name from load.file where load.file.file_id = caused.file_id), sheet, "row"
from caused
where state <> 'new'
union all
select
    $kind, state, cause, null, null, null, min(period), max(period), max(period_months), count(*), null, null,
    null, null, file_id, (select name from load.file where load.file.file_id = caused.file_id), null, null
from caused
where state = 'new'
group by state, cause, file_id
order by all
"""


@dataclass(frozen=True)
class Versions:
    """Hashes of what makes a build out of its files: the reference tables, and the software."""

    reference: str
    software: str


def insert(connection: duckdb.DuckDBPyConnection, previous: Path | None, versions: Versions) -> None:
    """Fill load.comparison and load.change of the build that is being made; `previous` is opened read-only.

    Where there is no previous build, or it is damaged or of another schema, nothing is compared and load.comparison says which.
    """
    state, found = ("none", (None, None)) if previous is None else _hold_against(connection, previous, versions)
    connection.execute(
        "insert into load.comparison values ($state, $id, $at, $reference, $software)",
        {
            "state": state,
            "id": found[0],
            "at": found[1],
            "reference": versions.reference,
            "software": versions.software,
        },
    )


def _hold_against(
    connection: duckdb.DuckDBPyConnection, previous: Path, versions: Versions
) -> tuple[str, tuple[str | None, datetime | None]]:
    quoted = str(previous).replace("'", "''")
    try:
        connection.execute(f"attach '{quoted}' as before (read_only)")
    except duckdb.Error:
        return "damaged", (None, None)
    here = connection.sql("select current_database()").fetchall()[0][0]
    connection.execute("begin")
    try:
        found = _compare(connection, here, versions)
        connection.execute("commit")
    except (duckdb.CatalogException, duckdb.BinderException):
        connection.execute("rollback")
        return "other_schema", (None, None)
    except duckdb.Error:
        connection.execute("rollback")
        return "damaged", (None, None)
    finally:
        connection.execute(f'use "{here}"')
        connection.execute("detach before")
    return "compared", found


def _compare(connection: duckdb.DuckDBPyConnection, here: str, versions: Versions) -> tuple[str, datetime]:
    ((build_id, built_at, reference, software),) = connection.execute(
        "select build_id, built_at, reference_version, software_version from before.load.build, before.load.comparison"
    ).fetchall()
    causes = {
        "is_reference_changed": reference != versions.reference,
        "is_software_changed": software != versions.software,
    }
    for query in queries.files("figures"):
        for name, database in (("figures_before", "before"), ("figures_now", here)):
            connection.execute(f'use "{database}"')
            connection.execute(f"create or replace temp table {name} as {query.sql}")
        connection.execute(_COMPARE, {"kind": query.name.split("/")[1], **causes})
    connection.execute("drop table temp.figures_before")
    connection.execute("drop table temp.figures_now")
    return build_id, built_at
