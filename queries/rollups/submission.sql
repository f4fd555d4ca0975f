-- title: Submissions
-- meaning: The log of received reports, each version once
-- grain: one row a unit, report kind, period and version
with ranked as (
    select
        unit_name.unit_id, report_kind_name.report_kind as kind, report.*,
        row_number() over (
            partition by unit_name.unit_id, report_kind_name.report_kind, report.period, coalesce(report.version, 1)
            order by file.as_of desc, file.sha256 desc, report.row
        ) as newest
    from lake.submission as report
    join lake.unit_name
        on unit_name.raw = report.unit and unit_name.period = report.period and unit_name.period_months = report.period_months
    join lake.report_kind_name on report_kind_name.raw = report.report_kind
    join load.file as file on file.file_id = report.file_id
)
select
    unit_id, kind as report_kind, period, period_months, cast(due_on as date) as due_on, received_at,
    cast(coalesce(version, 1) as integer) as version, cast(received_at as date) <= cast(due_on as date) as is_on_time, is_complete,
    file_id, sheet, row
from ranked
where newest = 1
