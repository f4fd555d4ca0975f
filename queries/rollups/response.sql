-- title: Survey answers
-- meaning: Respondents' answers, or the element means of a recap form; the newest report of a unit and period wins
-- grain: one row a respondent, or a line of a recap form
with named as (
    select
        unit_name.unit_id, report.*, service_name.service_id,
        dense_rank() over (partition by unit_name.unit_id, report.period order by file.as_of desc, file.sha256 desc) as newest
    from lake.response as report
    join lake.unit_name on unit_name.raw = report.unit
    join load.file as file on file.file_id = report.file_id
    left join lake.service_name on service_name.raw = report.service
)
select
    unit_id, period as month, period_months, service_id, respondents, u1, u2, u3, u4, u5, u6, u7, u8, u9,
    reported_index, file_id, sheet, row
from named
where newest = 1
