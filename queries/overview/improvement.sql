-- title: Yang membaik
-- meaning: Units whose visits rose beyond the threshold against the same three months of last year, or whose satisfaction rose beyond chance.
-- grain: one row a unit and matter
with visits as (
    select 'visits' as kind, unit_id, change_3m_pct as value, abs(change_3m_pct) / visit_threshold_pct() as weight
    from mart.visit_signal
    where month = $period_to and service_id is null and payer_id is null and signal = 'good'
),
surveys as (
    select 'satisfaction' as kind, unit_id, change_points as value, abs(change_points) / threshold('attention_satisfaction_points') as weight
    from mart.satisfaction_index
    where service_id is null and signal = 'good'
        and period = (select max(period) from mart.satisfaction_index where period <= $period_to and not is_running)
),
everything as (select * from visits union all select * from surveys)
select e.*, u.name as unit_name
from everything e
join unit u using (unit_id)
where in_scope(e.unit_id, $agency, $unit, $units)
order by weight desc, unit_id, kind
limit 3
