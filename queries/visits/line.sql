-- title: Monthly visits of a unit across its changes
-- meaning: What visits/trend has, of one unit that was merged, split or otherwise changed: before a merger that is declared comparable the sum of the units that it was made of, nothing before a change that is not; no row of any other unit
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
from mart.visit_line
where service_id is not distinct from $service and payer_id is not distinct from $payer
    and unit_id = $unit and ($units is null or list_contains($units, unit_id))
    and ($period_from is null or month >= $period_from) and ($period_to is null or month <= $period_to)
group by month
order by month
