-- title: Peringkat dalam kelompok jabatan
-- meaning: Each person of a job group with shrunken signal, rank and its interval, tier, how many others can't be told apart, and what to check, in the last window up to the chosen period; the official predicate beside it
-- grain: one row an employee
with last_window as (
    select max(window_end) as window_end
    from mart.accountability_ranking
    where window_end <= coalesce($period_to, window_end)
),
peers as (
    select ranking.*
    from mart.accountability_ranking as ranking
    join last_window using (window_end)
    where ranking.job_group = $job_group
),
-- Counted over the whole group, also over people whom the viewer may not see.
likened as (
    select one.employee_id, count(*) as alike_people
    from peers as one
    join peers as other on other.employee_id <> one.employee_id
    where one.is_ranked and other.is_ranked
        and not are_told_apart(one.place_signal, one.place_error, other.place_signal, other.place_error)
    group by one.employee_id
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
    peers.* exclude (agency_id),
    case when peers.is_ranked then coalesce(likened.alike_people, 0) end as alike_people,
    official.predicate,
    official.predicate_en,
    official.predicate_period
from peers
left join likened using (employee_id)
left join official using (employee_id)
where in_scope(peers.unit_id, $agency, $unit, $units)
order by peers.tier_order, peers.display_order
