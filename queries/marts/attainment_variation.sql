-- title: Ordinary variation of an attainment
-- meaning: How far the attainment of a year to date moves although nothing changed, as a standard deviation in points after its cap: of a series with XmR limits a third of the distance from the mean to the limit, divided by the root of the number of periods that the figure adds up; of a share of too few people for such limits the chance of their count; null where neither is known
-- grain: one row an indicator, unit and as-of month with an attainment
with limits as (
    select unit_id, item_id as indicator_id, period, period_months, (upper - mean) / 3 as sigma
    from mart.signal_point
    where measure = 'attainment' and has_limits
),
counted as (
    select
        indicator_id, unit_id, period, period_months,
        sum(numerator) filter (denominator > 0) over year_to_date as x,
        sum(denominator) filter (numerator is not null) over year_to_date as n
    from mart.attainment_period
    window year_to_date as (partition by indicator_id, unit_id, year, period_months order by period)
),
chance as (
    select
        p.indicator_id, p.unit_id, p.as_of, p.period, p.period_months, p.reported_months, p.aggregation,
        p.attainment_pct, p.cap_pct, p.value_ytd, p.rule, p.target_ytd, p.target_max,
        if(p.aggregation = 'ratio', count_spread(c.x, c.n) * ratio_factor(p.unit_of_measure), null) as step
    from mart.attainment_position p
    left join counted c using (indicator_id, unit_id, period, period_months)
    where p.attainment_pct is not null
),
known as (
    select
        c.indicator_id, c.unit_id, c.as_of, c.attainment_pct, c.cap_pct,
        -- a level is the figure of its last period alone
        l.sigma / sqrt(if(c.aggregation in ('sum', 'ratio'), greatest(c.reported_months / c.period_months, 1), 1)) as of_series,
        abs(
            attainment_pct(c.rule, c.value_ytd + c.step, c.target_ytd, c.target_max, null, null)
            - attainment_pct(c.rule, greatest(c.value_ytd - c.step, 0), c.target_ytd, c.target_max, null, null)
        ) / 2 as of_chance
    from chance c
    asof left join limits l
        on l.unit_id = c.unit_id and l.indicator_id = c.indicator_id and l.period_months = c.period_months and l.period <= c.period
)
select
    indicator_id, unit_id, as_of, coalesce(of_series, of_chance) as spread_points,
    case when of_series is not null then 'series' when of_chance is not null then 'count' end as known_from,
    capped_spread(attainment_pct, coalesce(of_series, of_chance), cap_pct) as capped_spread_points
from known
