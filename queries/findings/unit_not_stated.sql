-- title: Employees without a unit
-- meaning: Employee rows that name no unit; they are recorded under the district itself
-- grain: one row a file
select
    'unit_not_stated' as code, cast(null as varchar) as unit_id, cast(null as date) as period, report.file_id,
    min(report.sheet) as sheet, min(report.row) as row, cast(count(*) as varchar) as rows, min(unit.name) as expected
from lake.employee as report
cross join lake.root_unit as root
join unit on unit.unit_id = root.unit_id
where report.unit is null
group by report.file_id
