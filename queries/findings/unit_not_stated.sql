-- title: Rows without a unit
-- meaning: Rows of employees, targets and realisations that name no unit; they are recorded under the district itself
-- grain: one row a file and kind of report
select
    'unit_not_stated' as code, cast(null as varchar) as unit_id, cast(null as date) as period, report.file_id,
    min({'sheet': report.sheet, 'row': report.row}).sheet as sheet,
    min({'sheet': report.sheet, 'row': report.row}).row as row,
    cast(count(*) as varchar) as rows,
    min(unit.name) as expected
from lake.employee as report
cross join lake.root_unit as root
join unit on unit.unit_id = root.unit_id
where report.unit is null
group by report.file_id
union all
select
    'unit_not_stated',
    null,
    null,
    report.file_id,
    min({'sheet': report.sheet, 'row': report.row}).sheet,
    min({'sheet': report.sheet, 'row': report.row}).row,
    cast(count(distinct(report.sheet, report.row)) as varchar), min(unit.name)
from lake.performance as report
join lake.indicator_name
    on indicator_name.code is not distinct from report.code and indicator_name.indicator is not distinct from report.indicator
join indicator on indicator.indicator_id = indicator_name.indicator_id
cross join lake.root_unit as root
join unit on unit.unit_id = root.unit_id
where report.unit is null and report.ownership = 'doubtful' and indicator.owner_unit_id is null
group by report.file_id
