-- title: Series that are watched
-- meaning: Every unit x measure series: monthly visits in all and by service, the satisfaction index by quarter, the attainment of each indicator in each reporting period alone; and of the visits the sum of the units under an agency or the district that reported. A month in which a unit's usual services are not all there is missing; a slip is marked; is_rounded says that small counts in it are; coverage is the share of the usual patients of all services, or units, that the reported ones stand for
-- grain: one row a measure, unit, item and period; a missing value is null
with own as (
    select
        'visits' as measure, unit_id, coalesce(service_id, 'all') as item_id, month as period, 1 as period_months,
        cast(patients as double) as value, is_provisional, is_rounded
    from mart.visit_series
    where payer_id is null and service_id is distinct from 'total' -- a report without services is all of them already
),
visits as (
    select * from own
    where unit_id not in (select unit_id from mart.visit_line)
    union all
    select
        'visits', unit_id, coalesce(service_id, 'all'), month, 1, cast(patients as double), is_provisional, is_rounded
    from mart.visit_line
    where payer_id is null and service_id is distinct from 'total'
),
indicators as (
    select
        'attainment' as measure, p.unit_id, p.indicator_id as item_id, p.period, p.period_months,
        -- what some units brought is not drawn beside limits for all of them
        case when p.period_units >= p.expected_units then attainment_pct(p.rule, p.value, p.target, p.target_max, null, null) end as value,
        p.is_provisional, p.is_rounded,
        case when coalesce(p.target, p.target_max) is not null then 100.0 end as target
    from mart.attainment_period p
    window one as (partition by p.unit_id, p.indicator_id)
    -- one rhythm a series: where a unit changed it, the commonest; no series of the share of so few people that one of them
    -- looks like a jump
    qualify p.period_months = mode(p.period_months) over one and coalesce(
            share_variance(avg(p.numerator) over one, sum(p.numerator) over one / nullif(sum(p.denominator) over one, 0))
            >= threshold('signal_min_variance'), true
        )
)
select
    v.* replace (case when v.item_id = 'all' and g.is_incomplete then null else v.value end as value),
    false as is_sum, null::double as target, coalesce(g.is_slip, false) as is_slip,
    if(v.item_id = 'all', coalesce(g.coverage, 1), 1)::double as coverage,
    null::bigint as units_counted, null::bigint as units_expected
from visits v
left join mart.signal_gap g on g.unit_id = v.unit_id and g.month = v.period
union all by name
select
    'visits' as measure, unit_id, item_id, month as period, 1 as period_months, value, is_provisional, is_rounded, true as is_sum,
    false as is_slip, coverage, units_counted, units_expected
from mart.signal_sum
union all by name
select
    'satisfaction' as measure, unit_id, 'all' as item_id, period, period_months,
    case when not is_running then index end as value, is_running as is_provisional, false as is_rounded, false as is_sum, false as is_slip,
    1 as coverage
from mart.satisfaction_index
where service_id is null
union all by name
select *, false as is_sum, false as is_slip, 1 as coverage from indicators
