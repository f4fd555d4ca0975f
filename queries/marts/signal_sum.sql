-- title: Visits of a district and of its agencies, over the units that reported
-- meaning: The sum over the units that reported a month, without slips; how many of how many they are, and which share of the usual patients of all units and their services they stand for; null where that is too little to speak for all, and where the sums are to no small part of few patients, whose counts are rounded
-- grain: one row an agency or district, service ('all' for none) and month
with reported as (
    select
        s.unit_id, coalesce(s.service_id, 'all') as item_id, s.month, s.is_provisional, s.is_rounded,
        case when not coalesce(g.is_slip, false) then s.patients end::double as value,
        if(s.service_id is null, coalesce(g.coverage, 1), 1) as coverage
    from mart.visit_series s
    left join mart.signal_gap g using (unit_id, month)
    where s.payer_id is null and s.service_id is distinct from 'total' -- a report without services is all of them already
),
parts as (
    select a.ancestor_id, r.*, r.value / nullif(median(r.value / r.coverage) over (partition by r.unit_id, r.item_id), 0) as ratio
    from reported r
    join unit_ancestors() a using (unit_id)
    where a.distance > 0 and a.ancestor_id not in (select unit_id from reported)
),
moved as (
    select *, median(ratio / coverage) over (partition by ancestor_id, item_id, month) as movement from parts
),
-- What a unit usually has, were all months alike: a unit that is missing in the months of a season counts as any other.
levelled as (
    select *, sum(value) over part_of / nullif(sum(if(value is null, 0, movement * coverage)) over part_of, 0) as level
    from moved
    window part_of as (partition by ancestor_id, unit_id, item_id)
),
summed as (
    select
        ancestor_id as unit_id, item_id, month, sum(value) as value, bool_or(is_provisional) as is_provisional,
        coalesce(bool_or(is_rounded) filter (value is not null), false) as is_rounded,
        sum(value) filter (is_rounded and value < threshold('signal_count_mean')) as of_few,
        count(value) as units_counted, count(*) as units_expected,
        case when count(value) = count(*) and min(coverage) = 1 then 1
            else sum(level * coverage) filter (value is not null) / nullif(sum(level), 0)
        end as coverage
    from levelled
    group by ancestor_id, item_id, month
)
select
    * exclude (of_few) replace (
        case
            when coverage >= threshold('signal_sum_coverage')
                and coalesce(sum(of_few) over series / sum(value) over series <= threshold('signal_rounded_share'), true) then value
        end as value
    )
from summed
window series as (partition by unit_id, item_id)
