-- title: Individual indicators
-- meaning: The newest target and realisation of each employee's individual indicator and period
-- grain: one row an employee, indicator and period
with ranked as (
    select
        person.employee_id, report.*,
        row_number() over (
            partition by report.nip, report.period, report.period_months, report.indicator
            order by file.as_of desc, file.sha256 desc, report.row
        ) as newest
    from lake.evaluation_indicator as report
    join lake.person on person.nip = report.nip
    join employee on employee.employee_id = person.employee_id
    join load.file as file on file.file_id = report.file_id
)
select
    employee_id, period, period_months, indicator, target, realisation, unit_of_measure, is_evidence_verified, is_on_time,
    has_evidence_column, has_time_column,
    file_id, sheet, row
from ranked
where newest = 1
