-- title: Baris di balik angka
-- meaning: The rows of files that the figure of an indicator comes from: realisations and targets, also those that were revised, of the chosen unit, or of the agency and its units, in the year of its latest period up to the end of the range; numerator and denominator are left out where they tell a small count of patients.
-- grain: one row a row of a file
with latest as (
    select max(last_month) as last_month from mart.attainment_period
    where indicator_id = $indicator and last_month <= $period_to
),
fact as (
    select
        'realisation' as kind, indicator_id, unit_id, period, period_months, value, numerator, denominator, value_text, evidence,
        file_id, sheet, row, is_rounded
    from mart.realisation_open
    union all by name
    select 'target' as kind, indicator_id, unit_id, period, period_months, value, value_text, value_max, file_id, sheet, row
    from target
    union all by name
    select 'target_before' as kind, indicator_id, unit_id, period, period_months, value, value_text, value_max, file_id, sheet, row
    from target_before
)
select
    f.kind, f.indicator_id, f.unit_id, u.name as unit_name, u.short_name, f.period, f.period_months, f.value, f.value_max,
    if(f.is_rounded, null, f.numerator) as numerator, if(f.is_rounded, null, f.denominator) as denominator,
    coalesce(f.is_rounded, false) as is_rounded,
    f.value_text, f.evidence, f.file_id, l.name as file, l.folder, f.sheet, f.row, l.as_of as sent_at
from fact f
left join unit u using (unit_id)
left join load.file l on l.file_id = f.file_id
where f.indicator_id = $indicator
    and in_scope(f.unit_id, $agency, $unit, $units)
    and year(f.period) = (select year(last_month) from latest)
    and (f.kind <> 'realisation' or f.period <= (select last_month from latest))
order by f.kind, f.period desc, u.name, f.file_id, f.row
