-- title: Yang perlu perhatian
-- meaning: What stands out, worst first, at most two of a kind: visits that fall, reports overdue, surveys that are too small or worse, indicators in the two lowest bands, figures that contradict themselves. weight says how many times beyond what is ordinary: a fall per threshold, reports missing and the time that they are overdue, the missing share of a sample, points of a fall in satisfaction, points below the lowest middle band, a finding; each by its row attention_* of reference.thresholds.
-- grain: one row a matter
with as_of as (select max(as_of) as as_of from mart.attainment_position where as_of <= $period_to),
visits as (
    select
        'visits' as kind, unit_id, null::varchar as indicator_id, change_3m_pct as value, null::double as reference,
        falls as count, (month - to_months(greatest(falls, months_below, 1)::integer - 1))::date as since,
        abs(change_3m_pct) / visit_threshold_pct() as weight, null::varchar as message, null::varchar as message_en
    from mart.visit_signal
    where month = $period_to and service_id is null and payer_id is null and signal = 'bad'
),
overdue as (
    select
        'reports' as kind, unit_id, report_kind as indicator_id, null::double as value, null::double as reference,
        count(*) as count, min(period) as since,
        count(*) + sum(greatest(date_diff('day', due_on, (select as_of::date from load.build)), 0))
            / threshold('attention_overdue_days') as weight,
        any_value(report_kind_name) as message, any_value(report_kind_name_en) as message_en
    from mart.reporting_status
    where state = 'missing' and period between $period_from and $period_to
    group by unit_id, report_kind
),
surveys as (
    select
        case when signal = 'bad' then 'satisfaction' else 'sample' end as kind, unit_id, null as indicator_id,
        case when signal = 'bad' then change_points else respondents end as value,
        case when signal = 'bad' then index_rounded else required end as reference, null::bigint as count, period as since,
        case
            when signal = 'bad' then abs(change_points) / threshold('attention_satisfaction_points')
            else threshold('attention_sample_weight') * (1 - respondents / required)
        end as weight,
        null as message, null as message_en
    from mart.satisfaction_index
    where service_id is null
        and period = (select max(period) from mart.satisfaction_index where period <= $period_to and not is_running)
        and (signal = 'bad' or not is_representative)
),
indicators as (
    select
        'indicator' as kind, p.unit_id, p.indicator_id, p.attainment_pct as value, null as reference, null as count,
        p.period as since, (middle.lower_pct - p.attainment_pct) / threshold('attention_attainment_points') as weight,
        p.indicator_name as message, p.indicator_name as message_en
    from mart.attainment_position p
    join as_of a using (as_of)
    join reference.attainment_bands middle
        on middle.scheme = attainment_scheme(p.year) and middle.band = 3 and holds_in(middle.valid_from, middle.valid_to, p.year)
    where p.band >= 4
),
findings as (
    select
        'finding' as kind, unit_id, code as indicator_id, null as value, null as reference, count(*) as count,
        min(period) as since, threshold('attention_finding_weight') as weight, min(message) as message, min(message_en) as message_en
    from load.finding
    where severity = 'attention' and unit_id is not null and period between $period_from and $period_to
    group by unit_id, code
),
everything as (
    select * from visits union all select * from overdue union all select * from surveys
    union all select * from indicators union all select * from findings
),
visible as (
    select *, row_number() over (partition by kind order by weight desc, unit_id, indicator_id) as place
    from everything
    where in_scope(unit_id, $agency, $unit, $units)
)
select v.*, u.name as unit_name, u.short_name
from visible v
join unit u using (unit_id)
where place <= 2
order by weight desc, kind, unit_id
limit 5
