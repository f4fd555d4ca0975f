-- title: Contradicted kecamatan
-- meaning: A report that places a unit in another kecamatan than the register does
-- grain: one row a file, unit and kecamatan written
with contradicted as ( -- the sums say where to look
    select distinct unit.unit_id, report.file_id, report.unit, report.period, report.period_months, report.kecamatan, kecamatan.name
    from lake.visit as report
    join lake.unit_name
        on unit_name.raw = report.unit and unit_name.period = report.period and unit_name.period_months = report.period_months
    join unit on unit.unit_id = unit_name.unit_id
    join reference.kecamatan as kecamatan on kecamatan.kecamatan_code = unit.kecamatan_code
    where report.kecamatan is not null
        and regexp_replace(lower(report.kecamatan), '[^a-z0-9]|^kec(amatan)?\b', '', 'g')
        <> regexp_replace(lower(kecamatan.name), '[^a-z0-9]', '', 'g')
)
select
    'kecamatan_contradicts' as code, contradicted.unit_id, cast(min(report.period) as date) as period, report.file_id,
    min({'sheet': report.sheet, 'row': report.row}).sheet as sheet,
    min({'sheet': report.sheet, 'row': report.row}).row as row,
    report.kecamatan as found,
    contradicted.name as expected,
    cast(count(distinct(report.sheet, report.row)) as varchar) as rows
from lake.visit_row as report
join contradicted using (file_id, unit, period, period_months, kecamatan)
group by contradicted.unit_id, report.file_id, report.kecamatan, contradicted.name
