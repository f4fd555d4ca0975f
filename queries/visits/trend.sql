-- title: Monthly visits of the chosen units
-- meaning: Patients, new and returning, how many of the units reported, and the same month of last year over the units that reported in both months
-- grain: one row a month
select
    month,
    cast(sum(patients) as bigint) as patients,
    cast(sum(new_count) as bigint) as new_count,
    cast(sum(returning_count) as bigint) as returning_count,
    cast(sum(patients - coalesce(new_count, 0) - coalesce(returning_count, 0)) as bigint) as not_broken_down,
    count(patients) as units_reporting,
    count(*) as units_expected,
    count(*) filter (is_comparable) as like_units,
    cast(sum(patients) filter (is_comparable) as bigint) as like_patients,
    cast(sum(patients_last_year) filter (is_comparable) as bigint) as like_patients_last_year,
    visit_change_pct(
        sum(patients) filter (is_comparable), sum(patients_last_year) filter (is_comparable)
    ) as change_pct,
    bool_or(is_provisional) as is_provisional,
    cast(sum(missing_cells) as bigint) as missing_cells
from mart.visit_series
where service_id is not distinct from $service and payer_id is not distinct from $payer
    and in_scope(unit_id, $agency, $unit, $units)
    and ($period_from is null or month >= $period_from) and ($period_to is null or month <= $period_to)
group by month
order by month
