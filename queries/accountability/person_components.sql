-- title: Komponen sinyal seorang pegawai
-- meaning: What each component adds to the person's mean signal of the last window up to the chosen period, with its mean score and weight, and why it is missing
-- grain: one row a component
with last_window as (
    select max(window_end) as window_end
    from mart.accountability_ranking
    where window_end <= coalesce($period_to, window_end)
),
counted as (
    select period, period_months
    from mart.accountability_signal
    join last_window on in_ranking_window(period, window_end)
    where employee_id = $employee and signal is not null and not is_covered
)
select
    part.component,
    arg_max(part.component_name, part.period) as component_name,
    arg_max(part.component_name_en, part.period) as component_name_en,
    min(part.period) as first_period,
    max(part.period) as last_period,
    arg_max(part.period_months, part.period) as period_months,
    (select count(*) from counted) as evaluations,
    count(part.score) as evaluations_present,
    avg(part.score order by part.period) as score,
    arg_max(part.weight_pct, part.period) as weight_pct,
    -- Over all evaluations: a component that an evaluation lacks adds nothing there, its weight went to the others.
    sum(coalesce(part.weight_used_pct, 0) order by part.period) / (select count(*) from counted) as weight_used_pct,
    sum(coalesce(part.contribution, 0) order by part.period) / (select count(*) from counted) as contribution,
    arg_max(part.missing_reason, part.period) filter (where part.missing_reason is not null) as missing_reason
from mart.accountability_component as part
join counted using (period, period_months)
where part.employee_id = $employee and (
        $units is null or exists (
            from mart.accountability_person as whose
            where whose.employee_id = $employee and list_contains($units, whose.unit_id)
        )
    )
group by part.component
order by weight_pct desc, part.component
