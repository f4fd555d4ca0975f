-- title: Visits of the chosen period in one line
-- meaning: Patients and reports received of those expected, whether small counts among them are rounded, and the change on the same period of last year over the months that a unit reported in both years
-- grain: one row
with chosen as (
    select series.*, unit.population
    from mart.visit_series as series
    left join unit using (unit_id)
    where service_id is not distinct from $service and payer_id is not distinct from $payer
        and in_scope(unit_id, $agency, $unit, $units)
        and ($period_from is null or month >= $period_from) and ($period_to is null or month <= $period_to)
)
select
    min(month) as first_month, max(month) as last_month,
    max(month) filter (is_reported) as last_reported_month,
    cast(sum(patients) as bigint) as patients,
    cast(sum(new_count) as bigint) as new_count,
    cast(sum(returning_count) as bigint) as returning_count,
    count(*) as reports_expected,
    count(patients) as reports_received,
    count(distinct unit_id) as units_expected,
    count(distinct unit_id) filter (month = (select max(month) from chosen)) as units_expected_last_month,
    count(distinct unit_id) filter (is_reported and month = (select max(month) from chosen)) as units_reporting_last_month,
    count(*) filter (is_comparable) as like_reports,
    cast(sum(patients) filter (is_comparable) as bigint) as like_patients,
    cast(sum(patients_last_year) filter (is_comparable) as bigint) as like_patients_last_year,
    visit_change_pct(
        sum(patients) filter (is_comparable), sum(patients_last_year) filter (is_comparable)
    ) as change_pct,
    -- patients and inhabitants over the same unit-months, so that a missing report does not lower the rate
    sum(patients) filter (population is not null) * 1000.0
    / nullif(sum(population) filter (is_reported), 0) as per_1000_month,
    bool_or(is_provisional) as is_provisional,
    coalesce(bool_or(is_rounded), false) as is_rounded
from chosen
