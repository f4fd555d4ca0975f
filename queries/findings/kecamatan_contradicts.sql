-- title: Contradicted kecamatan
-- meaning: A report that places a unit in another kecamatan than the register does
-- grain: one row a file, unit and kecamatan written
select
    'kecamatan_contradicts' as code, unit.unit_id, cast(min(report.period) as date) as period, report.file_id,
    min({'sheet': report.sheet, 'row': report.row}).sheet as sheet,
    min({'sheet': report.sheet, 'row': report.row}).row as row,
    report.kecamatan as found,
    kecamatan.name as expected,
    cast(count(distinct(report.sheet, report.row)) as varchar) as rows
from lake.visit as report
join lake.unit_name
    on unit_name.raw = report.unit and unit_name.period = report.period and unit_name.period_months = report.period_months
join unit on unit.unit_id = unit_name.unit_id
join reference.kecamatan as kecamatan on kecamatan.kecamatan_code = unit.kecamatan_code
where report.kecamatan is not null
    and regexp_replace(lower(report.kecamatan), '[^a-z0-9]|^kec(amatan)?\b', '', 'g')
    <> regexp_replace(lower(kecamatan.name), '[^a-z0-9]', '', 'g')
group by unit.unit_id, report.file_id, report.kecamatan, kecamatan.name
