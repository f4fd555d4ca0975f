-- title: Perubahan capaian dari tahun sebelumnya
-- meaning: Each attainment beside that of the same months of the year before, both of the units that told the very same months in both (compared_units of them): compared_pct now, previous_pct then. None where the months differ, the unit became another, or some units are missing and the target is the agency's own for all of them.
-- grain: one row a figure (indicator, unit, period) that can be compared with the year before
with figure as (
    select *
    from mart.attainment_period
    qualify row_number() over (
            partition by indicator_id, unit_id, last_month order by is_reported desc, period_months desc
        ) = 1
),
pair as (
    select
        p.indicator_id, p.unit_id, p.period, p.period_months, p.aggregation, p.rule, ratio_factor(p.unit_of_measure) as factor,
        p.attainment_pct, p.cap_pct, p.target_source, b.period as before_period, b.period_months as before_months,
        b.attainment_pct as before_pct, b.cap_pct as before_cap_pct, b.target_source as before_target_source,
        b.value_ytd as previous_value_ytd
    from mart.attainment_period p
    join figure b
        on b.indicator_id = p.indicator_id and b.unit_id = p.unit_id and b.last_month = (p.last_month - interval 1 year)::date
    where p.attainment_pct is not null and b.attainment_pct is not null
        and not exists (from mart.unit_line l where l.unit_id = p.unit_id and l.part_id = p.unit_id and l.since > b.period)
),
told as ( -- of a level only its end is told
    select *, if(aggregation in ('sum', 'ratio'), covered_months, 0) as told_months
    from mart.attainment_member
    where if(aggregation in ('sum', 'ratio'), value is not null or denominator is not null, is_whole or member_id = unit_id)
),
counted as (
    select indicator_id, unit_id, period, period_months, count(*) as units from told group by all
),
both_told as (
    select p.indicator_id, p.unit_id, p.period, p.period_months, p.before_period, p.before_months, n.member_id
    from pair p
    join told n
        on n.indicator_id = p.indicator_id and n.unit_id = p.unit_id and n.period = p.period and n.period_months = p.period_months
    join told b
        on b.indicator_id = p.indicator_id and b.unit_id = p.unit_id and b.period = p.before_period
            and b.period_months = p.before_months and b.member_id = n.member_id and b.told_months = n.told_months
),
side as ( -- both sides over the same units
    select b.indicator_id, b.unit_id, b.period, b.period_months, true as is_now, t.* exclude (indicator_id, unit_id, period, period_months)
    from both_told b
    join told t using (indicator_id, unit_id, period, period_months, member_id)
    union all by name
    select b.indicator_id, b.unit_id, b.period, b.period_months, false as is_now, t.* exclude (indicator_id, unit_id, period, period_months)
    from both_told b
    join told t
        on t.indicator_id = b.indicator_id and t.unit_id = b.unit_id and t.period = b.before_period
            and t.period_months = b.before_months and t.member_id = b.member_id
),
summed as (
    select
        s.indicator_id, s.unit_id, s.period, s.period_months, s.is_now, p.aggregation, p.rule,
        if(s.is_now, p.cap_pct, p.before_cap_pct) as cap_pct,
        if(s.is_now, p.target_source, p.before_target_source) = 'units' as is_of_units,
        if(p.aggregation = 'sum', 1, nullif(sum(s.denominator), 0)) as weight,
        if(p.aggregation = 'sum', sum(s.value), sum(s.numerator) / nullif(sum(s.denominator), 0) * p.factor) as value,
        if(is_of_units, sum(s.target_sum), if(p.aggregation <> 'sum', sum(s.held_target_sum), null)) / weight as target,
        if(is_of_units, sum(s.target_max_sum), if(p.aggregation <> 'sum', sum(s.held_target_max_sum), null)) / weight as target_max
    from side s
    join pair p using (indicator_id, unit_id, period, period_months)
    group by
        s.indicator_id, s.unit_id, s.period, s.period_months, s.is_now, p.aggregation, p.rule, p.factor, p.cap_pct,
        p.before_cap_pct, p.target_source, p.before_target_source
),
judged as (
    select
        indicator_id, unit_id, period, period_months,
        max(pct) filter (is_now) as now_pct, max(pct) filter (not is_now) as before_pct
    from (
        select
            *, case when coalesce(target, target_max) is not null
                    then attainment_pct(rule, round(value, 9), round(target, 9), round(target_max, 9), null, null, cap_pct)
            end as pct
        from summed
    )
    group by all
),
compared as (
    select
        p.*, c.units as compared_units, n.units = c.units and b.units = c.units as is_all,
        if(is_all, p.attainment_pct, j.now_pct) as compared_pct, if(is_all, p.before_pct, j.before_pct) as previous_pct
    from pair p
    join (
        select indicator_id, unit_id, period, period_months, count(*) as units from both_told group by all
    ) c using (indicator_id, unit_id, period, period_months)
    join counted n using (indicator_id, unit_id, period, period_months)
    join counted b
        on b.indicator_id = p.indicator_id and b.unit_id = p.unit_id and b.period = p.before_period
            and b.period_months = p.before_months
    left join judged j using (indicator_id, unit_id, period, period_months)
)
select
    indicator_id, unit_id, period, period_months, compared_units, compared_pct, previous_pct, previous_value_ytd,
    attainment_in_mean(compared_pct, cap_pct) as compared_capped_pct,
    attainment_in_mean(previous_pct, before_cap_pct) as previous_capped_pct
from compared
where compared_pct is not null and previous_pct is not null
