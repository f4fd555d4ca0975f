-- title: Yang perlu diputuskan
-- meaning: What needs a decision, by consequence: the weight of its kind (reference.matters) times how far it is off times how sure it is. Yearly targets of the level in view that are unlikely to be met (times the weight and tier of the indicator), grades C and D that last, units that are rarely on time, reports overdue, changes for the worse that are strong enough for a headline, surveys that are too small, indicators of single units in the two lowest bands, figures that contradict themselves. Few of a kind and, where there are several, of a unit (attention_* of reference.thresholds); in_all counts those left out too. item_id is the service, the indicator, the kind of report or the finding; cause is what the agency itself gave.
-- grain: one row a matter
with targets as (
    select
        'forecast' as matter, unit_id, indicator_id as item_id, attainment_pct as value, year_target as reference, forecast, chance,
        1 - probability as certainty,
        coalesce(since, seen_from) as since, coalesce(since_months, period_months) as period_months,
        gap_pct as gap, matter_weight as factor,
        indicator_name as message, indicator_name as message_en, unit_of_measure, obstacle as cause, follow_up
    from indicators_in_view($period_to, $agency, $unit, $units)
    where is_unlikely
),
signals as (
    select
        'signal' as matter, measure, unit_id, item_id, 1 - p_value as certainty, since, period_months,
        abs(change_pct) as gap, weight * if(is_sum, threshold('attention_sum_factor'), 1) as factor
    from latest_signals($period_to, $agency, $unit, $units, null, null, null)
    where is_headline and signal = 'bad'
    qualify row_number() over (partition by measure, unit_id order by strength desc, item_id) = 1
),
graded as (
    select
        unit_id, period, period_months, grade, index, upper, is_representative,
        max(period) filter (not is_low_grade(grade)) over (partition by unit_id) as last_good,
        max(period) over (partition by unit_id) as newest,
        max(period) over () as newest_of_all
    from mart.satisfaction_index
    where service_id is null and not is_running and grade is not null and period <= $period_to
        and in_scope(unit_id, $agency, $unit, $units)
),
grades as (
    select
        'grade' as matter, unit_id, max(period_months) as period_months, min(period) as since, count(*) as count,
        sum(period_months * if(grade = 'D', 2, 1)) as gap,
        arg_max(grade, period) as grade, arg_max(index, period) as value,
        case
            when is_low_grade(arg_max(satisfaction_grade(upper, year(period)), period)) then 1
            when bool_or(is_representative and period = newest) then threshold('certainty_strong')
            else threshold('certainty_weak')
        end as certainty
    from graded
    -- a unit that stopped to report says nothing of today
    where period > coalesce(last_good, period - interval 1 day)
        and newest + to_months(period_months * (1 + threshold('signal_patience_periods')::integer)) > newest_of_all
    group by unit_id
),
timed as (
    select unit_id, count(*) as total, count(*) filter (not is_on_time) as count, min(period) filter (not is_on_time) as since
    from mart.reporting_status
    where is_expected and is_timed and period <= $period_to
        and period > $period_to - to_months(threshold('attention_late_months')::integer)
    group by unit_id
),
late as (
    select 'late' as matter, unit_id, count, total, since, 1 as certainty, 100 * count / total as gap
    from timed
    where total >= threshold('attention_late_reports') and 100 * (total - count) / total < threshold('attention_late_pct')
),
overdue as (
    select
        'reports' as matter, unit_id, report_kind as item_id, count(*) as count, min(period) as since, 1 as certainty,
        count(*) + sum(greatest(date_diff('day', due_on, (select as_of::date from load.build)), 0))
        / threshold('attention_overdue_days') as gap,
        any_value(report_kind_name) as message, any_value(report_kind_name_en) as message_en
    from mart.reporting_status
    where state = 'missing' and period between $period_from and $period_to
    group by unit_id, report_kind
),
surveys as (
    select
        'sample' as matter, unit_id, respondents as value, required as reference, period as since, period_months, 1 as certainty,
        100 * (1 - respondents / required) as gap
    from mart.satisfaction_index
    where service_id is null and not is_representative
        and period = (select max(period) from mart.satisfaction_index where period <= $period_to and not is_running)
),
indicators as (
    select
        'indicator' as matter, p.unit_id, p.indicator_id as item_id, p.attainment_pct as value, p.period as since, p.period_months,
        1 as certainty, 100 - p.attainment_pct as gap, w.weight as factor,
        p.indicator_name as message, p.indicator_name as message_en
    from mart.attainment_position p
    left join mart.indicator_weight w using (indicator_id)
    where p.as_of = (select max(as_of) from mart.attainment_position where as_of <= $period_to) and p.band >= 4
),
findings as (
    select
        'finding' as matter, unit_id, code as item_id, count(*) as count, min(period) as since, threshold('certainty_weak') as certainty,
        1 as gap, min(message) as message, min(message_en) as message_en
    from load.finding
    where severity = 'attention' and unit_id is not null and period between $period_from and $period_to
    group by unit_id, code
),
everything as (
    from targets
    union all by name from signals
    union all by name from grades
    union all by name from late
    union all by name from overdue
    union all by name from surveys
    union all by name from indicators
    union all by name from findings
),
weighed as (
    select e.*, coalesce(e.factor, 1) * consequence(m.weight, m.full_gap, e.gap, e.certainty) as consequence
    from everything e
    join reference.matters m using (matter)
),
seen as (
    select * from weighed
    where in_scope(unit_id, $agency, $unit, $units)
    -- an indicator of a unit is one matter, for what weighs more
    qualify row_number() over (
            partition by
                unit_id, item_id,
                if(matter in ('indicator', 'forecast') or measure = 'attainment', 'indicator', concat_ws(' ', matter, measure))
            order by consequence desc, matter
        ) = 1
),
of_kinds as (
    select *, count(*) over () as in_all, count(distinct unit_id) over () as units from seen
    qualify row_number() over (partition by matter order by consequence desc, measure, unit_id, item_id)
        <= threshold('attention_per_kind')
),
of_units as (
    select * from of_kinds
    qualify row_number() over (partition by unit_id order by consequence desc, matter, measure, item_id)
        <= if(units = 1, 5, threshold('attention_per_unit'))
)
select
    m.*, u.name as unit_name, u.short_name, u.kind as unit_kind,
    case
        when certainty >= threshold('certainty_sure') then 'sure' when certainty >= threshold('certainty_strong') then 'strong'
        else 'weak'
    end as sure
from of_units m
join unit u using (unit_id)
order by consequence desc, matter, measure, unit_id, item_id
limit 5
