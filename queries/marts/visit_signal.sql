-- title: Which series of visits stand out
-- meaning: The three months up to this one against the same months of last year (only months reported in both), and for how many months in a row patients fell or rose; signal good, bad, ordinary or none (cannot be compared)
-- grain: one row a unit, month, service (null for all) and payer (null for all)
with steps as (
    select
        unit_id, agency_id, month, service_id, payer_id, patients, patients_last_year, is_comparable, change_pct,
        coalesce(patients < lag(patients) over series, false) as is_fall,
        coalesce(patients > lag(patients) over series, false) as is_rise
    from mart.visit_series
    window series as (partition by unit_id, service_id, payer_id order by month)
),
runs as (  -- a month that is missing or does not fall starts a new run, so the place in the run counts the falls
    select
        *,
        sum(cast(not is_fall as integer)) over series as fall_run,
        sum(cast(not is_rise as integer)) over series as rise_run
    from steps
    window series as (partition by unit_id, service_id, payer_id order by month)
),
compared as (
    select
        unit_id, agency_id, month, service_id, payer_id,
        count(*) filter (is_comparable) over recent as like_months,
        cast(sum(patients) filter (is_comparable) over recent as bigint) as patients_3m,
        cast(sum(patients_last_year) filter (is_comparable) over recent as bigint) as patients_3m_last_year,
        count(*) filter (is_comparable and patients < patients_last_year) over recent as months_below,
        count(*) filter (is_comparable and patients > patients_last_year) over recent as months_above,
        count(*) filter (is_comparable and change_pct <= -visit_threshold_pct()) over recent as months_far_below,
        count(*) filter (is_comparable and change_pct >= visit_threshold_pct()) over recent as months_far_above,
        row_number() over (partition by unit_id, service_id, payer_id, fall_run order by month) - 1 as falls,
        row_number() over (partition by unit_id, service_id, payer_id, rise_run order by month) - 1 as rises
    from runs
    window recent as (
        partition by unit_id, service_id, payer_id order by month rows between 2 preceding and current row
    )
),
changed as (
    select *, visit_change_pct(patients_3m, patients_3m_last_year) as change_3m_pct from compared
)
select *, visit_signal(like_months, months_below, months_above, months_far_below, months_far_above) as signal from changed
