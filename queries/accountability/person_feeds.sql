-- title: Indikator unit yang disumbang seorang pegawai
-- meaning: The indicators of the unit, else of its agency, that the individual indicators of a person feed (reference cascade), each with the newest attainment of both up to the chosen period
-- grain: one row an individual indicator and indicator
with person as (
    select employee_id, unit_id, agency_id
    from mart.accountability_person
    where employee_id = $employee and ($units is null or list_contains($units, unit_id))
),
own as (
    select indicator_key, indicator, period, period_months, attainment_pct, state
    from mart.accountability_indicator
    where employee_id in (select employee_id from person) and period <= coalesce($period_to, period)
    qualify row_number() over (partition by indicator_key order by period desc, period_months desc) = 1
),
theirs as (
    select indicator_id, indicator_name, unit_id, last_month, attainment_pct, band, reason
    from mart.attainment_period
    where unit_id in (select unnest([unit_id, agency_id]) from person) and last_month <= coalesce($period_to, last_month)
    qualify row_number() over (partition by indicator_id, unit_id order by last_month desc, period_months desc) = 1
)
select
    own.indicator,
    own.period,
    own.period_months,
    own.attainment_pct,
    own.state,
    theirs.indicator_id,
    theirs.indicator_name,
    theirs.unit_id,
    unit.short_name as unit_short_name,
    theirs.last_month,
    theirs.attainment_pct as unit_attainment_pct,
    theirs.band as unit_band,
    theirs.reason as unit_reason
from own
join reference.cascade as cascade on plain_indicator(cascade.individual_indicator) = own.indicator_key
join theirs on lower(trim(theirs.indicator_name)) = lower(trim(cascade.indicator))
join person on true
join unit on unit.unit_id = theirs.unit_id
qualify row_number() over (partition by own.indicator_key, theirs.indicator_id order by theirs.unit_id = person.unit_id desc) = 1
order by own.indicator, theirs.indicator_id
