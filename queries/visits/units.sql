-- title: Visits of each unit in the chosen period, what stands out first
-- meaning: Patients, reports received, change on the same months of last year reported in both, patients per 1,000 inhabitants and month, and the signal of the newest month against the unit's own limits (none where a payer is chosen)
-- grain: one row a unit
with chosen as (
    select * from mart.visit_series
    where service_id is not distinct from $service and payer_id is not distinct from $payer
        and in_scope(unit_id, $agency, $unit, $units)
        and ($period_from is null or month >= $period_from) and ($period_to is null or month <= $period_to)
),
totals as (
    select
        unit_id,
        cast(sum(patients) as bigint) as patients,
        count(patients) as months_reported, count(*) as months_expected,
        max(month) filter (is_reported) as last_reported_month,
        count(*) filter (is_comparable) as like_months,
        cast(sum(patients) filter (is_comparable) as bigint) as like_patients,
        cast(sum(patients_last_year) filter (is_comparable) as bigint) as like_patients_last_year
    from chosen
    group by unit_id
),
newest as ( -- limits are those of all payers together
    select * from latest_signals($period_to, $agency, $unit, $units, 'visits', $service, null)
    where $payer is null and item_id = coalesce($service, 'all') and not is_sum
)
select
    totals.*, coalesce(unit.short_name, totals.unit_id) as short_name, coalesce(unit.name, totals.unit_id) as name,
    visit_change_pct(totals.like_patients, totals.like_patients_last_year) as change_pct,
    visit_per_1000(totals.patients, unit.population, totals.months_reported) as per_1000_month,
    unit.population, unit.population_year, unit.population_source,
    newest.period as signal_month, newest.value as signal_patients, newest.mean as usual,
    newest.lower as usual_lower, newest.upper as usual_upper, newest.rule, newest.direction, newest.since, newest.run_points,
    coalesce(newest.signal, 'none') as signal, coalesce(newest.is_headline, false) as is_clear
from totals
left join unit using (unit_id)
left join newest using (unit_id)
order by newest.signal is null, newest.rule is null, round(newest.strength, 3) desc nulls last, newest.signal = 'good', name
