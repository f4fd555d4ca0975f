-- title: Yang perlu diputuskan
-- meaning: What needs a decision, worst first, at most two of a kind: signals of concern that are strong enough for a headline (one a unit and measure), yearly targets that are still open but unlikely to be met (of agencies, and of a chosen unit), reports overdue, surveys that are too small, indicators in the two lowest bands, figures that contradict themselves. weight says how many times beyond what is ordinary: the strength of a signal, the chance to miss a target and by how much, reports missing and the time that they are overdue, the missing share of a sample, points below the lowest middle band, a finding; each by its row attention_* of reference.thresholds. item_id is the service, the indicator, the kind of report or the finding.
-- grain: one row a matter
with as_of as (select max(as_of) as as_of from mart.attainment_position where as_of <= $period_to),
signals as (
    select
        'signal' as kind, measure, unit_id, item_id, null::double as value, null::double as reference,
        null::double as probability,
        null::bigint as count,
        since,
        period_months,
        strength / threshold('attention_signal_strength') as weight,
        null::varchar as message, null::varchar as message_en, null::varchar as unit_of_measure
    from latest_signals($period_to, $agency, $unit, $units, null, null, null)
    where is_headline and signal = 'bad'
    qualify row_number() over (partition by measure, unit_id order by strength desc, item_id) = 1
),
targets as (
    select
        'forecast' as kind, o.unit_id, o.indicator_id as item_id, o.forecast as value, o.target_year as reference, o.probability,
        o.period as since, o.period_months,
        threshold('attention_forecast_weight') * (1 - o.probability)
        * least(abs(o.forecast - o.target_year) * 100 / nullif(abs(o.target_year), 0) / threshold('attention_forecast_pct'), 1)
            as weight,
        coalesce(i.name, o.indicator_id) as message, message as message_en, i.unit_of_measure
    from mart.attainment_outlook o
    join unit u using (unit_id)
    left join indicator i using (indicator_id)
    where o.last_month <= $period_to and o.year = (select year(as_of) from as_of)
        and (u.kind in ('agency', 'district') or $unit is not null)
    qualify o.period = max(o.period) over (partition by o.indicator_id, o.unit_id) and o.chance in ('impossible', 'unlikely')
),
overdue as (
    select
        'reports' as kind, unit_id, report_kind as item_id,
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
        'sample' as kind, unit_id, respondents as value, required as reference, period as since, period_months,
        threshold('attention_sample_weight') * (1 - respondents / required) as weight
    from mart.satisfaction_index
    where service_id is null and not is_representative
        and period = (select max(period) from mart.satisfaction_index where period <= $period_to and not is_running)
),
indicators as (
    select
        'indicator' as kind, p.unit_id, p.indicator_id as item_id, p.attainment_pct as value,
        p.period as since, p.period_months, (middle.lower_pct - p.attainment_pct) / threshold('attention_attainment_points') as weight,
        p.indicator_name as message, p.indicator_name as message_en
    from mart.attainment_position p
    join as_of a using (as_of)
    join reference.attainment_bands middle
        on middle.scheme = attainment_scheme(p.year) and middle.band = 3 and holds_in(middle.valid_from, middle.valid_to, p.year)
    where p.band >= 4
),
findings as (
    select
        'finding' as kind, unit_id, code as item_id, count(*) as count, min(period) as since,
        threshold('attention_finding_weight') as weight, min(message) as message, min(message_en) as message_en
    from load.finding
    where severity = 'attention' and unit_id is not null and period between $period_from and $period_to
    group by unit_id, code
),
everything as (
    from signals
    union all by name from targets
    union all by name from overdue
    union all by name from surveys
    union all by name from indicators
    union all by name from findings
),
visible as (
    select *, row_number() over (partition by kind order by weight desc, measure, unit_id, item_id) as place
    from everything
    where in_scope(unit_id, $agency, $unit, $units)
        -- an indicator is one matter, for what weighs more
        and not ((kind in ('indicator', 'forecast') or coalesce(measure = 'attainment', false)) and weight < (
            select max(o.weight) from everything o
            where (o.kind in ('indicator', 'forecast') or o.measure = 'attainment')
                and o.unit_id = everything.unit_id and o.item_id = everything.item_id
        ))
)
select v.*, u.name as unit_name, u.short_name
from visible v
join unit u using (unit_id)
where place <= 2
order by weight desc, kind, unit_id, item_id
limit 5
