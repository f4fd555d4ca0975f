-- title: Komponen sinyal satu periode
-- meaning: What the signal of a person comes from in the latest period with a signal up to the chosen one: score, weight used, contribution, or why it is missing
-- grain: one row a component
with latest as (
    select period, period_months
    from mart.accountability_signal
    where employee_id = $employee and signal is not null and period <= coalesce($period_to, period)
    order by period desc, period_months
    limit 1
)
select
    part.component,
    part.component_name,
    part.component_name_en,
    part.period,
    part.period_months,
    part.score,
    part.used,
    part.indicators,
    part.weight_pct,
    part.weight_used_pct,
    part.contribution,
    part.missing_reason
from mart.accountability_component as part
join latest using (period, period_months)
where part.employee_id = $employee and ($units is null or list_contains($units, part.unit_id))
order by part.weight_pct desc, part.component
