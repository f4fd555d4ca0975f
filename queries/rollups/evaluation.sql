-- title: Periodic evaluations
-- meaning: The newest evaluation of each employee and period
-- grain: one row an employee and period
with ranked as (
    select
        person.employee_id, report.*, result.rating as result, behaviour.rating as behaviour,
        row_number() over (
            partition by report.nip, report.period, report.period_months order by file.as_of desc, file.sha256 desc, report.row
        ) as newest
    from lake.evaluation as report
    join lake.person on person.nip = report.nip
    join employee on employee.employee_id = person.employee_id
    join load.file as file on file.file_id = report.file_id
    left join lake.rating_name as result on result.raw = report.result_rating
    left join lake.rating_name as behaviour on behaviour.raw = report.behaviour_rating
    where (report.result_rating is null or result.rating is not null)
        and (report.behaviour_rating is null or behaviour.rating is not null)
)
select
    employee_id, period, period_months, result as result_rating, behaviour as behaviour_rating, predicate_reported,
    file_id, sheet, row
from ranked
where newest = 1
