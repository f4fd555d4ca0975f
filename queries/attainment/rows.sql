-- title: Baris di balik angka
-- meaning: The rows of files that the figure of an indicator comes from: realisations and targets of the chosen unit, or of the agency and its units, within the year of the last reporting period up to the end of the range.
-- grain: one row a row of a file
with as_of as (select max(as_of) as as_of from mart.attainment_position where as_of <= $period_to),
fact as (
    select
        'realisation' as kind, indicator_id, unit_id, period, period_months, value, numerator, denominator, value_text, evidence,
        file_id, sheet, row
    from realisation
    union all by name
    select 'target' as kind, indicator_id, unit_id, period, period_months, value, value_text, value_max, file_id, sheet, row
    from target
)
select
    f.kind, f.indicator_id, f.unit_id, u.name as unit_name, u.short_name, f.period, f.period_months, f.value, f.value_max,
    f.numerator, f.denominator, f.value_text, f.evidence, f.file_id, l.name as file, l.folder, f.sheet, f.row, l.as_of as sent_at
from fact f
left join unit u using (unit_id)
left join load.file l using (file_id)
where f.indicator_id = $indicator
    and in_scope(f.unit_id, $agency, $unit, $units)
    and year(f.period) = (select year(as_of) from as_of)
    and (f.kind = 'target' or f.period <= (select as_of from as_of))
order by f.kind, f.period desc, u.name, f.file_id, f.row
