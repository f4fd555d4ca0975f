-- title: Peringkat dalam kelompok jabatan
-- meaning: Each person of a job group with mean signal, interval and tier in the last window up to the chosen period, the official predicate beside it
-- grain: one row an employee
with last_window as (
    select max(window_end) as window_end
    from mart.accountability_ranking
    where window_end <= coalesce($period_to, window_end)
),
official as (
    select
        employee_id,
        max(period) as predicate_period,
        arg_max(predicate, period) as predicate,
        arg_max(predicate_en, period) as predicate_en
    from mart.accountability_predicate
    where predicate is not null and period <= coalesce($period_to, period)
    group by employee_id
)
select
    ranking.* exclude (signal_sd, agency_id),
    official.predicate,
    official.predicate_en,
    official.predicate_period
from mart.accountability_ranking as ranking
join last_window using (window_end)
left join official using (employee_id)
where ranking.job_group = $job_group
    and in_scope(ranking.unit_id, $agency, $unit, $units)
order by ranking.tier_order, ranking.place nulls last, ranking.employee_name, ranking.employee_id
