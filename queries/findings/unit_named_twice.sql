-- title: Units named twice
-- meaning: Where a file gives figures of one unit, month, service and payer under two names of the unit: they are summed
-- grain: one row a file, unit and month
select
    'unit_named_twice' as code, unit_name.unit_id, report.period, report.file_id,
    max({'sheet': report.sheet, 'row': report.row}).sheet as sheet, max({'sheet': report.sheet, 'row': report.row}).row as row,
    array_to_string(list_sort(list(distinct report.unit)), '" + "') as found, unit.name as unit_name,
    strftime(report.period, '%Y-%m') as month
from lake.visit as report
join lake.unit_name
    on unit_name.raw = report.unit and unit_name.period = report.period and unit_name.period_months = report.period_months
join unit on unit.unit_id = unit_name.unit_id
group by unit_name.unit_id, unit.name, report.period, report.file_id
having count(distinct report.unit) > 1 and count(*) > count(distinct(report.service, report.payer))
