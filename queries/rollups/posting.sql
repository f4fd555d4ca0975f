-- title: Postings
-- meaning: Where each list of employees has a person, from its day until that of the next one; the first holds before it, too
-- grain: one row an employee and day of a list
with ranked as (
    select
        person.employee_id, report.*, unit_name.unit_id, job_group_name.job_group as known_group, root.unit_id as root_id,
        cast(file.as_of as date) as day,
        -- What stands beside an appraisal counts where no list has the person.
        max(case when report.is_beside is true then 0 else 1 end) over (partition by report.nip) as is_listed,
        row_number() over (
            partition by report.nip, cast(file.as_of as date)
            order by report.is_beside is true, file.as_of desc, file.sha256 desc, report.row
        ) as newest_of_day
    from lake.employee as report
    join lake.person on person.nip = report.nip
    join load.file as file on file.file_id = report.file_id
    left join lake.unit_name
        on unit_name.raw = report.unit and unit_name.period = cast(date_trunc('month', file.as_of) as date)
            and unit_name.period_months = 1
    left join lake.job_group_name
        on job_group_name.raw is not distinct from report.job_group
            and job_group_name.position is not distinct from report.position
    cross join lake.root_unit as root
    where report.unit is null or unit_name.unit_id is not null
),
kept as (
    select * from ranked where newest_of_day = 1 and (is_listed = 0 or is_beside is not true)
)
select
    employee_id, position, coalesce(known_group, 'other') as job_group, coalesce(unit_id, root_id) as unit_id,
    case when lag(day) over list is null then date '0001-01-01' else day end as valid_from,
    coalesce(lead(day) over list, date '9999-12-31') as valid_until, file_id, sheet, row
from kept
window list as (partition by employee_id order by day)
