"""What became of the rows and cells of each file, also of those whose names no register knows; each is in one account alone."""

from collections.abc import Iterable

import duckdb
import polars as pl

from etl import reference
from etl.building.engine import named, row_view
from etl.kinds import KINDS, REGISTERS, UNITS, holders, names

# The tables whose rows bear the row of the report that they are of; of visits several rows may be one.
_FACTS = (
    "response",
    "indicator",
    "realisation",
    "target",
    "target_before",
    "employee",
    "evaluation",
    "evaluation_indicator",
    "submission",
)
_VISITS = """
    select report.file_id, report.sheet, report.row
    from lake.{view} as report
    join lake.unit_name
        on unit_name.raw = report.unit and unit_name.period = report.period and unit_name.period_months = report.period_months
    left join lake.service_name on service_name.raw = report.service
    left join lake.payer_name on payer_name.raw = report.payer
    {join} join visit
        on visit.file_id = report.file_id and visit.unit_id = unit_name.unit_id and visit.month = report.period
            and visit.service_id = if(report.service is null, 'total', service_name.service_id)
            and visit.payer_id = if(report.payer is null, 'total', payer_name.payer_id)
"""
_REGISTERS = {register.code for register in REGISTERS} | {"unit_ended", "unit_not_begun", "unit_of_two_times"}
MOST_REASONS = 3  # of a file of which every row is refused
MOST_WORDS = 3  # of those that a reason speaks of


def settle(connection: duckdb.DuckDBPyConnection) -> None:
    """Move the rows and cells that the registers refuse from accepted to partly or rejected; a file of which no row is left is refused.

    A row is a row of the sheet, also where a record counts or joins several (`lake.member`). Of a row with another record that is
    known the cells of the refused record's figures are moved, else all. Reads `lake.unresolved`, `lake.reject` and `load.reject`,
    changes `load.file`.
    """
    records = " union all ".join(
        f"select file_id, sheet, row, {' and '.join(_known(kind))} as is_known, {_figures(kind)} as figures "  # noqa: S608
        f"from ({named(kind, row_view(kind))}) as record semi join refused using (file_id, sheet, row)"
        for kind in KINDS
    )
    connection.execute(
        f"""
        with refused as (select distinct file_id, sheet, row from lake.unresolved),
        asked as (
            select file_id, sheet, row, bool_or(is_known) as is_kept, sum(figures) filter (where not is_known) as figures
            from ({records}) group by all
        ),
        own as (
            select
                refused.file_id, refused.sheet, coalesce(member.row, refused.row) as row,
                coalesce(asked.is_kept, false) as is_kept, coalesce(member.cells, asked.figures) as figures
            from refused
            left join asked using (file_id, sheet, row)
            left join lake.member as member
                on member.file_id = refused.file_id and member.sheet = refused.sheet and member.record_row = refused.row
        ),
        before as (select distinct file_id, sheet, row from lake.reject),
        moved as (
            select
                own.file_id, own.sheet, own.row, bool_or(own.is_kept) as is_kept, sum(own.figures) as figures,
                bool_or(before.row is not null) as was_partly
            from own left join before using (file_id, sheet, row)
            group by all
        ),
        filled as (
            select moved.file_id, moved.sheet, moved.row, sum(cell.cells) as cells
            from moved
            join lake.cell as cell
                on cell.file_id = moved.file_id and cell.sheet = moved.sheet and moved.row between cell.first_row and cell.last_row
            group by all
        ),
        moves as (
            select
                file_id, count(*) filter (where not was_partly) as accepted,
                count(*) filter (where is_kept) - count(*) filter (where was_partly) as partly,
                count(*) filter (where not is_kept) as rejected,
                coalesce(cast(sum(if(is_kept, least(greatest(figures, 1), cells), cells)) as bigint), 0) as cells
            from moved left join filled using (file_id, sheet, row)
            group by file_id
        )
        update load.file set
            status = if(status = 'held', status, 'partly'), rows_accepted = rows_accepted - moves.accepted,
            rows_partly = rows_partly + moves.partly, rows_rejected = rows_rejected + moves.rejected,
            cells_accepted = cells_accepted - moves.cells, cells_rejected = cells_rejected + moves.cells
        from moves where moves.file_id = load.file.file_id
        """  # noqa: S608  names of our own
    )
    _refuse(connection)


def _figures(kind: str) -> str:
    """Return how many figures a record of this kind has, as SQL."""
    numbers = [c for c, dtype in KINDS[kind].items() if dtype in (pl.Int64, pl.Float64) and c != "target_max"]
    there = [
        f"cast({c} is not null{f' or {c}_text is not null' if f'{c}_text' in KINDS[kind] else ''} as integer)"
        for c in numbers
    ]
    return " + ".join(there) or "1"


def publish(connection: duckdb.DuckDBPyConnection) -> None:
    """Say of the rows that each file gave how many are published, superseded by another file, or not published.

    Not published is what is held or withdrawn, and what is set aside: a total beside its parts, a month not yet reported. Reads the
    facts, changes `load.file`.
    """
    visits = _VISITS.format(view=row_view("visit"), join="semi") + " where report.file_id in (from partial)"
    published = " union ".join([visits, *(f"select file_id, sheet, row from {table}" for table in _FACTS)])  # noqa: S608
    left_out = _VISITS.format(view="visit", join="anti")
    others = " union ".join(f"select file_id from lake.{kind}" for kind in KINDS if kind != "visit")  # noqa: S608
    connection.execute(
        f"""
        with whole as materialized ( -- of visits alone, and each record that is known is published: so is each row that has one
            select distinct file_id from lake.visit
            where file_id not in (select file_id from ({left_out})) and file_id not in ({others})
        ),
        partial as materialized (select distinct file_id from lake.visit where file_id not in (from whole)),
        published as ({published}),
        own as (
            select distinct published.file_id, published.sheet, coalesce(member.row, published.row) as row
            from published
            left join lake.member as member
                on member.file_id = published.file_id and member.sheet = published.sheet and member.record_row = published.row
            where published.file_id is not null
        ),
        counted as (
            select file_id, count(*) as rows from own group by file_id
            union all
            select file_id, rows_accepted + rows_partly from load.file where file_id in (from whole)
        ),
        replaced as (select distinct file_id from lake.replaced)
        update load.file set
            rows_published = coalesce(given.rows, 0),
            rows_superseded = if(given.is_replaced, given.left_over, 0),
            rows_unpublished = if(given.is_replaced, 0, given.left_over)
        from (
            select
                file.file_id, counted.rows, file.rows_accepted + file.rows_partly - coalesce(counted.rows, 0) as left_over,
                replaced.file_id is not null and file.status not in ('held', 'withdrawn') as is_replaced
            from load.file as file
            left join counted using (file_id)
            left join replaced using (file_id)
        ) as given
        where given.file_id = load.file.file_id
        """  # noqa: S608  names of our own
    )


def _known(kind: str) -> Iterable[str]:
    """Yield the conditions under which a register knows all that a record of this kind names."""
    for of_kind, column, of in names():
        if of_kind == kind and of.register is UNITS:
            yield (
                "(record.unit is null or exists (from lake.unit_name as known where known.raw = record.raw "
                "and known.period = record.named_in and known.period_months = record.named_months))"
            )
        elif of_kind == kind and not of.may_be_unknown:
            yield f"(record.{column} is null or record.{column} in (select raw from lake.{of.register.name}_name))"  # noqa: S608
    if kind in holders("nip") and kind != "employee":
        yield "record.nip in (select nip from lake.employee)"
    yield "true"


def _refuse(connection: duckdb.DuckDBPyConnection) -> None:
    """Refuse the files of which every row was rejected; the commonest reasons of their rows, and what mends them, are their reason."""
    rows = connection.execute("""
        select
            file_id, any_value(file.source_title), any_value(file.source_title_en), any_value(file.rows_rejected),
            list({'rows': said.rows, 'col': said.col, 'words': said.words, 'values': said.values, 'code': said.code,
                  'message': said.reason, 'message_en': said.reason_en, 'mend': said.mend, 'mend_en': said.mend_en}
                 order by said.rows desc, said.code, said.col)
        from load.file as file
        join (
            select
                file_id, code, col, min(reason) as reason, arg_min(reason_en, reason) as reason_en, min(mend) as mend,
                arg_min(mend_en, mend) as mend_en, count(distinct (sheet, row)) as rows, count(distinct value) as values,
                list(distinct value order by value) filter (where value <> '') as words
            from load.reject group by all
        ) as said using (file_id)
        where file.rows_accepted + file.rows_partly = 0 and file.rows_rejected > 0 and file.status <> 'held'
        group by file_id order by file_id
        """).fetchall()
    for file_id, title, title_en, rejected, reasons in rows:
        details = {
            "source": title,
            "source_en": title_en,
            "rows": str(rejected),
            "reasons": _reasons(reasons, ""),
            "reasons_en": _reasons(reasons, "_en"),
        }
        words = reference.say("all_rows_refused", details)
        connection.execute(
            "update load.file set status = 'refused', reason = $message, reason_en = $message_en where file_id = $file_id",
            {"file_id": file_id, "message": words["message"], "message_en": words["message_en"]},
        )


def _reasons(reasons: list[dict], language: str) -> str:
    """Return the commonest reasons, each with how many rows, in which column, some of the words that stood there, and what mends it."""
    said = []
    for each in reasons[:MOST_REASONS]:
        words = ", ".join(f"“{word}”" for word in (each["words"] or [])[:MOST_WORDS])
        more = ", …" if each["values"] > MOST_WORDS else ""
        place = " ".join(part for part in (each["col"], f"({words}{more})" if words else "") if part)
        of_all = (
            each["code"] in _REGISTERS and each["values"] > 1
        )  # a name that one of them may mean is none of the others'
        message = reference.say(each["code"], {})[f"message{language}"] if of_all else each[f"message{language}"]
        text = f"{message} {each[f'mend{language}']}"
        said.append(f"{each['rows']} × {place}: {text}" if place else f"{each['rows']} × {text}")
    return " ".join(said)
