-- title: Units named twice
-- meaning: Where a file gives figures of one unit, month, service and payer under two names of the unit: they are summed
-- grain: one row a file, unit and month
with twice as ( -- the sums say where to look
    select unit_name.unit_id, report.period, report.file_id
    from lake.visit as report
    join lake.unit_name
        on unit_name.raw = report.unit and unit_name.period = report.period and unit_name.period_months = report.period_months
    group by all
    having min(report.unit) <> max(report.unit)
),
named as (
    select unit_name.unit_id, report.period, report.file_id, report.sheet, report.row, report.unit, report.service, report.payer
    from lake.visit_row as report
    join lake.unit_name
        on unit_name.raw = report.unit and unit_name.period = report.period and unit_name.period_months = report.period_months
    where report.file_id in (select file_id from twice)
)
select
    'unit_named_twice' as code, named.unit_id, named.period, named.file_id,
    max({'sheet': named.sheet, 'row': named.row}).sheet as sheet, max({'sheet': named.sheet, 'row': named.row}).row as row,
    array_to_string(list_sort(list(distinct named.unit)), '" + "') as found, unit.name as unit_name,
    strftime(named.period, '%Y-%m') as month
from named
join twice using (unit_id, period, file_id)
join unit on unit.unit_id = named.unit_id
group by named.unit_id, unit.name, named.period, named.file_id
having count(*) > count(distinct(named.service, named.payer))
