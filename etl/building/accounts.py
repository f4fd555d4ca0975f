"""What became of the rows of each file, also of those whose names no register knows; each row of a file is in one account alone."""

from collections.abc import Iterable

import duckdb

from etl import reference
from etl.kinds import KINDS, holders, names

MOST_REASONS = 3  # of a file of which every row is refused


def settle(connection: duckdb.DuckDBPyConnection) -> None:
    """Move the rows that the registers refuse from accepted to partly or rejected; a file of which no row is left is refused.

    A row is a row of the sheet, also where a record counts or joins several (`lake.member`). Reads `lake.unresolved`,
    `lake.reject` and `load.reject`, changes `load.file`.
    """
    kept = " union ".join(
        f"select file_id, sheet, row from lake.{kind} as record semi join refused using (file_id, sheet, row) "  # noqa: S608
        f"where {' and '.join(_known(kind))}"
        for kind in KINDS
    )
    connection.execute(
        f"""
        with refused as (select distinct file_id, sheet, row from lake.unresolved),
        kept as ({kept}),
        own as (
            select refused.file_id, refused.sheet, coalesce(member.row, refused.row) as row, kept.row is not null as is_kept
            from refused
            left join kept using (file_id, sheet, row)
            left join lake.member as member
                on member.file_id = refused.file_id and member.sheet = refused.sheet and member.record_row = refused.row
        ),
        before as (select distinct file_id, sheet, row from lake.reject),
        moved as (
            select own.file_id, own.sheet, own.row, bool_or(own.is_kept) as is_kept, bool_or(before.row is not null) as was_partly
            from own left join before using (file_id, sheet, row)
            group by all
        ),
        moves as (
            select
                file_id, count(*) filter (where not was_partly) as accepted,
                count(*) filter (where is_kept) - count(*) filter (where was_partly) as partly,
                count(*) filter (where not is_kept) as rejected
            from moved group by file_id
        )
        update load.file set
            status = if(status = 'held', status, 'partly'), rows_accepted = rows_accepted - moves.accepted,
            rows_partly = rows_partly + moves.partly, rows_rejected = rows_rejected + moves.rejected
        from moves where moves.file_id = load.file.file_id
        """  # noqa: S608  names of our own
    )
    _refuse(connection)


def _known(kind: str) -> Iterable[str]:
    """Yield the conditions under which a register knows all that a record of this kind names."""
    for of_kind, column, of in names():
        if of_kind == kind and not of.may_be_unknown:
            yield f"(record.{column} is null or record.{column} in (select raw from lake.{of.register.name}_name))"  # noqa: S608
    if kind in holders("nip") and kind != "employee":
        yield "record.nip in (select nip from lake.employee)"
    yield "true"


def _refuse(connection: duckdb.DuckDBPyConnection) -> None:
    """Refuse the files of which every row was rejected; the commonest reasons of their rows are their reason."""
    rows = connection.execute("""
        select
            file_id, any_value(file.source_title), any_value(file.source_title_en), any_value(file.rows_rejected),
            list({'rows': said.rows, 'col': said.col, 'reason': said.reason, 'reason_en': said.reason_en}
                 order by said.rows desc, said.reason, said.col)
        from load.file as file
        join (
            select file_id, col, reason, reason_en, count(distinct (sheet, row)) as rows from load.reject group by all
        ) as said using (file_id)
        where file.rows_accepted + file.rows_partly = 0 and file.rows_rejected > 0
        group by file_id order by file_id
        """).fetchall()
    for file_id, title, title_en, rejected, reasons in rows:
        details = {
            "source": title,
            "source_en": title_en,
            "rows": str(rejected),
            "reasons": _reasons(reasons, "reason"),
            "reasons_en": _reasons(reasons, "reason_en"),
        }
        words = reference.say("all_rows_refused", details)
        connection.execute(
            "update load.file set status = 'refused', reason = $message, reason_en = $message_en where file_id = $file_id",
            {"file_id": file_id, "message": words["message"], "message_en": words["message_en"]},
        )


def _reasons(reasons: list[dict], key: str) -> str:
    return " ".join(
        f"{each['rows']} × {each['col']}: {each[key]}" if each["col"] else f"{each['rows']} × {each[key]}"
        for each in reasons[:MOST_REASONS]
    )
