-- title: Pegawai, kelompok jabatan, dan unitnya
-- meaning: Each employee with job group, unit, agency and superior by name
-- grain: one row an employee
select
    employee.employee_id,
    employee.name as employee_name,
    employee.nip,
    employee.position,
    employee.job_group,
    coalesce(job.name, employee.job_group) as job_group_name,
    coalesce(job.name_en, job.name, employee.job_group) as job_group_name_en,
    employee.grade,
    employee.unit_id,
    coalesce(unit.unit_name, employee.unit_id) as unit_name,
    coalesce(unit.unit_short_name, employee.unit_id) as unit_short_name,
    coalesce(unit.agency_id, employee.unit_id) as agency_id,
    unit.agency_name,
    employee.superior_id,
    superior.name as superior_name,
    employee.file_id,
    employee.sheet,
    employee.row
from employee
left join reference.job_groups as job on job.job_group = employee.job_group
left join mart.reporting_unit as unit on unit.unit_id = employee.unit_id
left join employee as superior on superior.employee_id = employee.superior_id
