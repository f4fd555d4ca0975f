-- title: Jalur indikator ke target tahun
-- meaning: Each indicator whose year has a target to reach by degrees (amounts, quotients, levels): what each period brought alone and to date, the path of its target, the rate needed and the best rate ever reached. A year's total of an agency is only as good as its units' reports: a period in which some are missing counts as not known.
-- grain: one row an indicator, unit and period that was due or reported, at the unit's usual length of period
with rhythm as ( -- a series has one length of period: that of its latest year
    select indicator_id, unit_id, period_months
    from mart.attainment_period
    where rate_kind is not null
    group by indicator_id, unit_id, year, period_months
    qualify row_number() over (
            partition by indicator_id, unit_id order by year desc, count(*) filter (is_reported) desc, period_months
        ) = 1
),
figure as (
    select
        p.*, p.rule in ('distance', 'inverse') as is_lower_better,
        case
            when p.aggregation = 'sum' then 'sum'
            when p.aggregation = 'ratio' and coalesce(
                    bool_and(p.denominator > 0 and p.numerator is not null) filter (p.is_reported) over series, false
                ) then 'ratio'
            else 'last'
        end as kind
    from mart.attainment_period p
    semi join rhythm r using (indicator_id, unit_id, period_months)
    left join mart.unit_line line on line.unit_id = p.unit_id and line.part_id = p.unit_id
    where p.rate_kind is not null and coalesce(p.last_month >= line.since, true)
    window series as (partition by p.indicator_id, p.unit_id)
),
moved as (
    select
        *,
        case when kind <> 'sum' or reported_units >= expected_units then value end as period_value,
        -- a change is one between neighbouring periods of a year: some levels begin at nought each January
        case rate_kind
            when 'change' then value - lag(value) over (partition by indicator_id, unit_id, year order by period) else value
        end as rate
    from figure
)
select
    indicator_id, unit_id, year, period, period_months, last_month, kind, rate_kind, is_lower_better,
    is_percentage(unit_of_measure) as is_percentage, is_reported, is_provisional,
    period_value as value, denominator, value_ytd, target_ytd, target_year, open_months, required_rate, achieved_rate, rate_state,
    case when is_lower_better then min(rate) over so_far else max(rate) over so_far end as best_rate
from moved
window so_far as (partition by indicator_id, unit_id order by period)
