-- title: Validity that can't be read
-- meaning: A register entry whose column of validity holds no month
-- grain: one row an entry and column
select
    'indicator_validity_unread' as code, cast(null as varchar) as unit_id, cast(null as date) as period, report.file_id,
    report.sheet, report.row, report.indicator as indicator, term.raw as found
from lake.indicator as report
join lake.term
    on term.value is null
        and (
            (term.attribute = 'valid_from' and term.raw = report.valid_from)
            or (term.attribute = 'valid_until' and term.raw = report.valid_until)
        )
