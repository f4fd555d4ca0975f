-- title: Jalur indikator ke target tahun
-- meaning: Each indicator whose year has a target to reach by degrees (amounts, quotients, levels): what each period brought alone and to date, the path of its target, the rate needed and the best rate ever reached. A series has one length of period, the longest in which its units report in its latest year, so that all of them can be put together; shorter reports are put together to it. A year's total of an agency is only as good as its units' reports: a period in which some are missing counts as not known.
-- grain: one row an indicator, unit and period that was due or reported, at the length of its series
with rhythm as ( -- reports that say again what shorter ones said make no rhythm
    select f.indicator_id, f.unit_id, f.year, max(f.period_months) as period_months
    from mart.attainment_figure f
    anti join mart.attainment_figure shorter
        on shorter.indicator_id = f.indicator_id and shorter.unit_id = f.unit_id and shorter.year = f.year and shorter.is_reported
            and shorter.period_months < f.period_months and (shorter.months & f.months) <> 0
    group by all
),
latest as (
    select indicator_id, unit_id, max(year) as year from mart.attainment_period where rate_kind is not null group by all
),
series as (
    select l.indicator_id, l.unit_id, max(r.period_months) as length
    from latest l
    join (
        select distinct indicator_id, unit_id, year, member_id
        from mart.attainment_member where member_id <> unit_id or source = 'own'
    ) m using (indicator_id, unit_id, year)
    join rhythm r on r.indicator_id = l.indicator_id and r.unit_id = m.member_id and r.year = l.year
    group by all
),
seen as ( -- at the end of each period of that length
    select p.*, s.length, (p.last_month - to_months(s.length - 1))::date as since, p.period_months = s.length as is_alone
    from mart.attainment_period p
    join series s using (indicator_id, unit_id)
    left join mart.unit_line line on line.unit_id = p.unit_id and line.part_id = p.unit_id
    where p.rate_kind is not null and coalesce(p.last_month >= line.since, true) and month(p.last_month) % s.length = 0
    qualify row_number() over (
            partition by p.indicator_id, p.unit_id, p.last_month
            order by p.is_reported desc, p.period_months = s.length desc, p.period_months desc
        ) = 1
),
of_unit as ( -- shorter reports put together, of each unit that has them all
    select
        s.indicator_id, s.unit_id, s.last_month, sum(p.value) as value, sum(p.numerator) as numerator, sum(p.denominator) as denominator
    from seen s
    join mart.attainment_member m using (indicator_id, unit_id, period, period_months)
    join mart.attainment_part p
        on p.indicator_id = s.indicator_id and p.unit_id = s.unit_id and p.period = s.period
            and p.period_months = s.period_months and p.part_unit_id = m.member_id
    where not s.is_alone and p.is_counted and (p.part_months & ~month_bits(s.since, s.length)) = 0
    group by s.indicator_id, s.unit_id, s.last_month, m.member_id
    having (any_value(m.due_months & month_bits(s.since, s.length)) & ~bit_or(p.part_months)) = 0
),
together as (
    select
        indicator_id, unit_id, last_month, count(*) as units, sum(value) as value, sum(numerator) as numerator,
        sum(denominator) as denominator
    from of_unit
    group by all
),
figure as (
    select
        s.* replace (
            s.since as period, s.length as period_months,
            case
                when s.is_alone or s.aggregation not in ('sum', 'ratio') then s.value
                when s.aggregation = 'sum' then t.value
                else t.numerator / nullif(t.denominator, 0) * ratio_factor(s.unit_of_measure)
            end as value,
            if(s.is_alone, s.numerator, t.numerator) as numerator, if(s.is_alone, s.denominator, t.denominator) as denominator,
            if(s.is_alone, s.period_units, coalesce(t.units, 0)) as period_units,
            if(s.rate_kind = 'level', 1, s.length / s.period_months) * s.required_rate as required_rate,
            if(s.rate_kind = 'level', 1, s.length / s.period_months) * s.achieved_rate as achieved_rate,
            s.target_year_told as target_year
        ),
        s.rule in ('distance', 'inverse') as is_lower_better,
        case
            when s.aggregation = 'sum' then 'sum'
            when s.aggregation = 'ratio' and coalesce(
                    bool_and(s.denominator > 0 and s.numerator is not null) filter (s.is_reported and s.denominator is distinct from 0)
                        over series,
                    false
                ) then 'ratio'
            else 'last'
        end as kind
    from seen s
    left join together t using (indicator_id, unit_id, last_month)
    window series as (partition by s.indicator_id, s.unit_id)
),
told as (
    select
        * replace (
            case -- what an amount that is known whole at both ends came to between them
                when value is not null or kind <> 'sum' or is_provisional or not is_reported then value
                when month(period) = 1 then value_ytd
                when lag(is_reported and not is_provisional) over within_year then value_ytd - lag(value_ytd) over within_year
            end as value,
            if(value is null, expected_units, period_units) as period_units
        )
    from figure
    window within_year as (partition by indicator_id, unit_id, year order by period)
),
moved as (
    select
        *,
        case when kind = 'sum' then whole_value else value end as period_value,
        -- a change is one between neighbouring periods of a year: some levels begin at nought each January
        case rate_kind when 'change' then whole_value - lag(whole_value) over within_year else value end as rate
    from (select *, case when period_units >= expected_units then value end as whole_value from told)
    window within_year as (partition by indicator_id, unit_id, year order by period)
)
select
    indicator_id, unit_id, year, period, period_months, last_month, kind, rate_kind, is_lower_better,
    is_percentage(unit_of_measure) as is_percentage, is_reported, is_provisional,
    period_value as value, denominator, value_ytd, target_ytd, target_year, open_months, required_rate, achieved_rate, rate_state,
    case when is_lower_better then min(rate) over so_far else max(rate) over so_far end as best_rate
from moved
window so_far as (partition by indicator_id, unit_id order by period)
