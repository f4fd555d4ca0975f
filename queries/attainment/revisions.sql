-- title: Target yang direvisi
-- meaning: The targets of an indicator in the year of its latest period up to the end of the range that were revised: when, from what to what, and the rows of both versions; of the chosen unit, or of the agency and its units.
-- grain: one row an indicator, unit, period and revision
with latest as (
    select max(last_month) as last_month from mart.attainment_period
    where indicator_id = $indicator and last_month <= $period_to
),
version as (
    select * from target_before
    union all by name
    select * from target
),
followed as (
    select
        *, lead(value) over after as next_value, lead(value_max) over after as next_max, lead(value_text) over after as next_text,
        lead(file_id) over after as next_file_id, lead(sheet) over after as next_sheet, lead(row) over after as next_row
    from version
    where indicator_id = $indicator
    window after as (partition by unit_id, period, period_months order by valid_until nulls last, valid_from nulls first)
)
select
    f.indicator_id, f.unit_id, u.name as unit_name, u.short_name, i.unit_of_measure, f.period, f.period_months, f.valid_until as revised_on,
    f.value as before, f.value_max as before_max, f.value_text as before_text, f.next_value as target, f.next_max as target_max,
    f.next_text as target_text, old.name as file_before, f.sheet as sheet_before, f.row as row_before,
    new.name as file, f.next_sheet as sheet, f.next_row as row
from followed f
left join unit u using (unit_id)
left join indicator i using (indicator_id)
left join load.file old on old.file_id = f.file_id
left join load.file new on new.file_id = f.next_file_id
where f.valid_until is not null and year(f.period) = (select year(last_month) from latest)
    and in_scope(f.unit_id, $agency, $unit, $units)
order by f.valid_until desc, u.name, f.period
