-- title: Visits of each unit in the chosen period, what stands out first
-- meaning: Patients, reports received, change on the same months of last year reported in both, patients per 1,000 inhabitants and month, and the signal of the newest three months
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
newest as (
    select * from mart.visit_signal
    where service_id is not distinct from $service and payer_id is not distinct from $payer
        and month = (select max(month) from chosen)
)
select
    totals.*, coalesce(unit.short_name, totals.unit_id) as short_name, coalesce(unit.name, totals.unit_id) as name,
    visit_change_pct(totals.like_patients, totals.like_patients_last_year) as change_pct,
    visit_per_1000(totals.patients, unit.population, totals.months_reported) as per_1000_month,
    unit.population, unit.population_year, unit.population_source,
    newest.like_months as like_months_3m, newest.patients_3m, newest.patients_3m_last_year, newest.change_3m_pct,
    newest.falls, newest.rises, newest.signal, visit_threshold_pct() as threshold_pct
from totals
left join unit using (unit_id)
left join newest using (unit_id)
order by
    list_position(['bad', 'good', 'ordinary', 'none'], newest.signal), abs(newest.change_3m_pct) desc nulls last, name
