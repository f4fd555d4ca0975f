-- title: Employees
-- meaning: The newest record of each employee
-- grain: one row an employee
with ranked as (
    select
        person.employee_id, report.*, unit_name.unit_id, job_group_name.job_group as known_group, superior.employee_id as superior_id,
        -- What stands beside an appraisal says less than a list of employees: it counts where no list has the person.
        row_number() over (
            partition by report.nip order by report.is_beside is true, file.as_of desc, file.sha256 desc, report.row
        ) as newest,
        root.unit_id as root_id
    from lake.employee as report
    join lake.person on person.nip = report.nip
    join load.file as file on file.file_id = report.file_id
    left join lake.unit_name
        on unit_name.raw = report.unit and unit_name.period = cast(date_trunc('month', file.as_of) as date)
            and unit_name.period_months = 1
    left join lake.job_group_name
        on job_group_name.raw is not distinct from report.job_group
            and job_group_name.position is not distinct from report.position
    left join lake.person as superior on superior.nip = report.superior_nip
    cross join lake.root_unit as root
    where report.unit is null or unit_name.unit_id is not null
)
select
    employee_id,
    case when starts_with(nip, ':') then '' else nip end as nip,
    name,
    position,
    coalesce(known_group, 'other') as job_group,
    grade,
    coalesce(unit_id, root_id) as unit_id, superior_id, file_id, sheet, row
from ranked
where newest = 1
