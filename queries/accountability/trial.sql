-- title: Percobaan bobot lain
-- meaning: A job group's signals by other weights (weights: 'result:40,timeliness:30'; none: the official ones), shrunken as the official ones are; people out of the viewer's sight have no name, for the ranks need all
-- grain: one row an employee with an evaluation in the last window up to the chosen period
with last_window as (
    select max(window_end) as window_end
    from mart.accountability_ranking
    where window_end <= coalesce($period_to, window_end)
),
tried as (
    select composite.*
    from accountability_signals('mart.accountability_component', $weights, $job_group) as composite
    join last_window on composite.period <= last_window.window_end
    semi join (
        select employee_id from mart.accountability_ranking join last_window using (window_end) where job_group = $job_group
    ) as peers on peers.employee_id = composite.employee_id
),
estimated as (
    select estimate.*
    from accountability_estimates('tried', null) as estimate
    join last_window using (window_end)
    where estimate.job_group = $job_group
)
select
    estimated.* exclude (employee_id),
    case when in_scope(ranking.unit_id, $agency, $unit, $units) then estimated.employee_id end as employee_id
from estimated
join mart.accountability_ranking as ranking using (employee_id, window_end)
order by estimated.employee_id
