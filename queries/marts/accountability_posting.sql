-- title: Penempatan pegawai
-- meaning: The unit, position and job group of each employee by name, from the day of a list until that of the next; a period is of the newest list on or before its last day
-- grain: one row an employee and list
with given as (
    select employee_id, position, job_group, unit_id, valid_from, valid_until from posting
    union all
    select employee_id, position, job_group, unit_id, date '0001-01-01', date '9999-12-31'
    from employee
    anti join posting using (employee_id)
)
select
    given.employee_id, given.valid_from, given.valid_until, given.position, given.job_group,
    coalesce(job.name, given.job_group) as job_group_name, coalesce(job.name_en, job.name, given.job_group) as job_group_name_en,
    given.unit_id, coalesce(unit.unit_name, given.unit_id) as unit_name,
    coalesce(unit.unit_short_name, given.unit_id) as unit_short_name,
    coalesce(unit.agency_id, given.unit_id) as agency_id
from given
left join reference.job_groups as job on job.job_group = given.job_group
left join mart.reporting_unit as unit on unit.unit_id = given.unit_id
