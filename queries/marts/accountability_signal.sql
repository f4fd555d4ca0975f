-- title: Sinyal akuntabilitas per periode
-- meaning: The district's own signal 0..100: components by weight, shared out over those present; the official predicate stands beside it
-- grain: one row an employee and period
with summed as (
    select
        employee_id,
        period,
        period_months,
        count(score) as components_present,
        count(*) as components,
        sum(weight_pct) filter (where score is not null) as weight_present_pct,
        string_agg(component, '|' order by component) filter (where score is null) as components_missing
    from mart.accountability_component
    group by employee_id, period, period_months
),
counted as (
    select
        employee_id,
        period,
        period_months,
        count(*) as indicators,
        count(*) filter (where state <> 'not_reported') as indicators_reported,
        count(*) filter (where state = 'measured') as indicators_measured,
        count(*) filter (where state = 'measured' and attainment_pct >= 100) as indicators_achieved
    from mart.accountability_indicator
    group by employee_id, period, period_months
),
dropped as (
    select employee_id, period, period_months, count(*) as absent
    from mart.accountability_due
    group by employee_id, period, period_months
)
select
    predicate.* exclude (legal_basis),
    composite.signal,
    composite.signal_compared,
    composite.signal_lowest,
    composite.signal_highest,
    coalesce(composite.is_covered, false) as is_covered,
    coalesce(summed.components_present, 0) as components_present,
    coalesce(summed.components, 0) as components,
    coalesce(summed.weight_present_pct, 0) as weight_present_pct,
    summed.components_missing,
    coalesce(counted.indicators, 0) as indicators,
    coalesce(counted.indicators_reported, 0) as indicators_reported,
    coalesce(counted.indicators_measured, 0) as indicators_measured,
    coalesce(counted.indicators, 0) + coalesce(dropped.absent, 0) as indicators_due,
    coalesce(counted.indicators_achieved, 0) as indicators_achieved
from mart.accountability_predicate as predicate
left join accountability_signals('mart.accountability_component', null, null) as composite
    on composite.employee_id = predicate.employee_id
        and composite.period = predicate.period
        and composite.period_months = predicate.period_months
left join summed
    on summed.employee_id = predicate.employee_id
        and summed.period = predicate.period
        and summed.period_months = predicate.period_months
left join counted
    on counted.employee_id = predicate.employee_id
        and counted.period = predicate.period
        and counted.period_months = predicate.period_months
left join dropped
    on dropped.employee_id = predicate.employee_id
        and dropped.period = predicate.period
        and dropped.period_months = predicate.period_months
