-- title: Whom each list of employees names
-- meaning: Each employee of each list and the unit that it places him in
-- grain: one row a file and employee
select
    report.file_id, cast(null as varchar) as unit_id, date '0001-01-01' as period, cast(0 as integer) as period_months,
    person.employee_id as part, cast(null as double) as figure, coalesce(unit_name.unit_id, root.unit_id) as word
from lake.employee as report
join lake.person on person.nip = report.nip
join load.file as file on file.file_id = report.file_id
left join lake.unit_name
    on unit_name.raw = report.unit and unit_name.period = cast(date_trunc('month', file.as_of) as date)
        and unit_name.period_months = 1
cross join lake.root_unit as root
where report.unit is null or unit_name.unit_id is not null
