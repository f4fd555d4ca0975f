-- title: Postings
-- meaning: Where each list of employees has a person, from its day until that of the next one; the first holds before it, too
-- grain: one row an employee and day of a list
with appraised as ( -- what stands beside an appraisal is of its periods, whenever it was sent
    select file_id, max(cast(period + to_months(period_months) as date)) as end_on from lake.evaluation group by file_id
),
dated as (
    select
        person.employee_id, report.*, unit_name.unit_id, job_group_name.job_group as known_group, root.unit_id as root_id,
        file.as_of, file.sha256,
        case
            when report.is_beside is true and appraised.end_on <= cast(file.as_of as date) then cast(appraised.end_on - to_days(1) as date)
            else cast(file.as_of as date)
        end as day
    from lake.employee as report
    join lake.person on person.nip = report.nip
    join load.file as file on file.file_id = report.file_id
    left join appraised on appraised.file_id = report.file_id
    left join lake.unit_name
        on unit_name.raw = report.unit and unit_name.period = cast(date_trunc('month', file.as_of) as date)
            and unit_name.period_months = 1
    left join lake.job_group_name
        on job_group_name.raw is not distinct from report.job_group
            and job_group_name.position is not distinct from report.position
    cross join lake.root_unit as root
    where report.unit is null or unit_name.unit_id is not null
),
ranked as (
    select
        *,
        -- What stands beside an appraisal counts where no list has the person.
        max(case when is_beside is true then 0 else 1 end) over (partition by nip) as is_listed,
        row_number() over (
            partition by nip, day order by is_beside is true, as_of desc, sha256 desc, row
        ) as newest_of_day
    from dated
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
