-- title: Series that are watched
-- meaning: Every unit x measure series: monthly visits in all and by service, the satisfaction index by quarter, the attainment of each indicator in each reporting period alone; and of the visits the sum of the units under an agency or the district, null in a month that one of them did not report
-- grain: one row a measure, unit, item and period; a missing value is null
with own as (
    select
        'visits' as measure, unit_id, coalesce(service_id, 'all') as item_id, month as period, 1 as period_months,
        cast(patients as double) as value, is_provisional
    from mart.visit_series
    where payer_id is null and service_id is distinct from 'total' -- a report without services is all of them already
),
visits as (
    select * from own
    where unit_id not in (select unit_id from mart.visit_line)
    union all
    select
        'visits', unit_id, coalesce(service_id, 'all'), month, 1, cast(patients as double), is_provisional
    from mart.visit_line
    where payer_id is null and service_id is distinct from 'total'
),
sums as (
    select
        measure, a.ancestor_id as unit_id, item_id, period, period_months,
        case when count(value) = count(*) then sum(value) end as value, bool_or(is_provisional) as is_provisional
    from own
    join unit_ancestors() a using (unit_id)
    where a.distance > 0 and a.ancestor_id not in (select unit_id from own)
    group by all
),
indicators as (
    select
        'attainment' as measure, p.unit_id, p.indicator_id as item_id, p.period, p.period_months,
        attainment_pct(p.rule, p.value, p.target, p.target_max, null, null) as value, p.is_provisional,
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
select *, false as is_sum, null::double as target from visits
union all by name
select *, true as is_sum from sums
union all by name
select
    'satisfaction' as measure, unit_id, 'all' as item_id, period, period_months,
    case when not is_running then index end as value, is_running as is_provisional, false as is_sum
from mart.satisfaction_index
where service_id is null
union all by name
select *, false as is_sum from indicators
