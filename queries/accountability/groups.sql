-- title: Kelompok jabatan
-- meaning: People and tiers of each job group in the last window up to the chosen period; the mean is the whole group's, in all units
-- grain: one row a job group
with last_window as (
    select max(window_end) as window_end
    from mart.accountability_ranking
    where window_end <= coalesce($period_to, window_end)
)
select
    job_group,
    any_value(job_group_name) as job_group_name,
    any_value(job_group_name_en) as job_group_name_en,
    any_value(window_end) as window_end,
    min(window_start) as window_start,
    max(latest_month) as latest_month,
    any_value(evaluations_needed) as evaluations_needed,
    any_value(people_needed) as people_needed,
    count(*) as people,
    count(*) filter (where tier = 'above') as above,
    count(*) filter (where tier = 'comparable') as comparable,
    count(*) filter (where tier = 'below') as below,
    count(*) filter (where tier = 'open') as open,
    count(*) filter (where tier = 'unranked') as unranked,
    count(*) filter (where unranked_reason = 'unreported') as unreported,
    any_value(unreported_most_pct) as unreported_most_pct,
    any_value(group_mean) as group_mean,
    any_value(group_ranked) as group_ranked,
    any_value(group_people) as group_people,
    bool_or(is_distinguishable) as is_distinguishable,
    bool_or(is_comparable) as is_compared
from mart.accountability_ranking
join last_window using (window_end)
where in_scope(unit_id, $agency, $unit, $units)
group by job_group
order by job_group_name, job_group
