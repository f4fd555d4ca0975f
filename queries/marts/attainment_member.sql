-- title: Unit di balik angka indikator
-- meaning: What each unit brought to a figure of the year to date, beside its target for the very same reports (weighted by their denominators, where the figure is a quotient) and its target of the year, reported or not; alone also of the reports within the period (period_*). held_target is that of the figure's own unit for the same reports. An agency's figure is the sum of these rows, and so are both sides of a change.
-- grain: one row a figure (indicator, unit, period) and unit that it is of
with moment as (
    select distinct
        indicator_id, unit_id, year, period, period_months, last_month, source, months, own_months, aggregation, seen_on,
        year_seen_on
    from mart.attainment_part
),
calendar as (
    select indicator_id, unit_id, year, bit_or(months) as year_months from mart.attainment_figure group by all
),
part as (
    select
        p.*, is_quotient(p.numerator, p.denominator) as has_parts,
        p.is_counted and (p.aggregation in ('sum', 'ratio') or p.part_last_month = p.last_month) as is_taken,
        (p.part_months & ~p.months) = 0 as is_inside,
        coalesce(if(p.aggregation = 'sum', p.value <> 0, has_parts and p.denominator > 0), false) as is_weighty,
        case when p.aggregation = 'sum' then if(p.value is null, null, 1) when has_parts then p.denominator end as weight,
        t.target, t.target_max, h.target as held_target, h.target_max as held_target_max
    from mart.attainment_part p
    left join mart.attainment_target t
        on t.indicator_id = p.indicator_id and t.unit_id = p.part_unit_id and t.year = p.year and t.period = p.part_period
            and t.period_months = p.part_period_months and t.seen_on is not distinct from p.seen_on
    left join mart.attainment_target h
        on h.indicator_id = p.indicator_id and h.unit_id = p.unit_id and h.year = p.year and h.period = p.part_period
            and h.period_months = p.part_period_months and h.seen_on is not distinct from p.seen_on
    where p.part_period is not null
),
brought as (
    select
        indicator_id, unit_id, period, period_months, part_unit_id as member_id, aggregation,
        bit_or(part_months) filter (is_counted) as covered_months,
        count_if(is_counted and part_last_month = last_month) > 0 as is_at_end,
        bool_or(part_last_month >= period) as is_reported,
        bool_and(has_parts) filter (is_taken) as has_parts, bool_or(is_rounded) filter (is_taken) as is_rounded,
        sum(value) filter (is_taken) as value,
        sum(numerator) filter (is_taken and has_parts) as numerator,
        sum(denominator) filter (is_taken and has_parts) as denominator,
        sum(target * weight) filter (is_taken) as target_sum,
        sum(target_max * weight) filter (is_taken) as target_max_sum,
        sum(held_target * weight) filter (is_taken) as held_target_sum,
        sum(held_target_max * weight) filter (is_taken) as held_target_max_sum,
        coalesce(bool_or(is_taken and is_weighty and coalesce(target, target_max) is null), false) as is_lacking,
        coalesce(bool_or(is_taken and is_weighty and coalesce(held_target, held_target_max) is null), false) as is_held_lacking,
        bit_or(part_months) filter (is_counted and is_inside) as period_covered_months,
        sum(value) filter (is_taken and is_inside) as period_value,
        sum(numerator) filter (is_taken and is_inside and has_parts) as period_numerator,
        sum(denominator) filter (is_taken and is_inside and has_parts) as period_denominator,
        sum(target * weight) filter (is_taken and is_inside) as period_target_sum,
        sum(target_max * weight) filter (is_taken and is_inside) as period_target_max_sum
    from part
    group by all
),
member as (
    select m.*, m.unit_id as member_id
    from moment m
    where m.source = 'own' or m.own_months <> 0
    union
    select m.*, f.unit_id
    from moment m
    join unit_agencies() a on a.agency_id = m.unit_id
    join calendar f on f.indicator_id = m.indicator_id and f.unit_id = a.unit_id and f.year = m.year
    where m.source = 'units'
    union
    select m.*, b.member_id
    from moment m
    join brought b using (indicator_id, unit_id, period, period_months)
),
asked as ( -- what the periods that end within the figure's own ask, reported or not
    select m.indicator_id, m.unit_id, m.period, m.period_months, m.member_id, sum(t.target) as due_target
    from member m
    join mart.attainment_figure f
        on f.indicator_id = m.indicator_id and f.unit_id = m.member_id and f.year = m.year and f.is_due
            and f.last_month between m.period and m.last_month
    join mart.attainment_target t
        on t.indicator_id = f.indicator_id and t.unit_id = f.unit_id and t.year = f.year and t.period = f.period
            and t.period_months = f.period_months
            and t.seen_on is not distinct from if(m.seen_on is null, null, (f.last_month + interval 1 month)::date)
    where m.source = 'units'
    group by all
)
select
    m.* exclude (own_months, seen_on, year_seen_on), coalesce(c.year_months, 0) as year_months,
    coalesce(c.year_months, 0) & month_bits_until(m.last_month) as due_months,
    coalesce(b.covered_months, 0) | if(m.source = 'units', m.own_months, 0) as covered_months,
    m.member_id <> m.unit_id and (year_months & month_bits(m.last_month, 1)) <> 0 as is_expected,
    case when m.aggregation in ('sum', 'ratio') then (due_months & ~(covered_months)) = 0 else coalesce(b.is_at_end, false) end
        as is_whole,
    coalesce(b.is_reported, false) as is_reported,
    coalesce(b.is_rounded, false) as is_rounded,
    b.has_parts,
    b.value,
    b.numerator,
    b.denominator,
    b.target_sum, b.target_max_sum, b.held_target_sum, b.held_target_max_sum, coalesce(b.is_lacking, false) as is_lacking,
    coalesce(b.is_held_lacking, false) as is_held_lacking,
    coalesce((m.months & due_months & ~b.period_covered_months) = 0, false) as is_period_whole,
    b.period_value, b.period_numerator, b.period_denominator, b.period_target_sum, b.period_target_max_sum,
    q.due_target, y.target_year
from member m
left join calendar c on c.indicator_id = m.indicator_id and c.unit_id = m.member_id and c.year = m.year
left join brought b
    on b.indicator_id = m.indicator_id and b.unit_id = m.unit_id and b.period = m.period
        and b.period_months = m.period_months and b.member_id = m.member_id
left join asked q
    on q.indicator_id = m.indicator_id and q.unit_id = m.unit_id and q.period = m.period
        and q.period_months = m.period_months and q.member_id = m.member_id
left join mart.attainment_target y
    on y.indicator_id = m.indicator_id and y.unit_id = m.member_id and y.year = m.year and y.period is null
        and y.seen_on is not distinct from m.year_seen_on
