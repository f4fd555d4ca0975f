-- title: Percobaan bobot lain
-- meaning: A job group's evaluations by other weights (weights: 'result:40,timeliness:30'; none: the official ones), of which the tried ranks are drawn as the official ones are; people out of the viewer's sight have a number and no name, for the ranks need all: only the page that draws them reads these rows, `rapor query` leaves them out
-- grain: one row an employee and evaluation, or one skipped, in the last window up to the chosen period
with last_window as (
    select max(window_end) as window_end
    from mart.accountability_ranking
    where window_end <= coalesce($period_to, window_end)
),
tried as (
    select composite.*
    from accountability_signals('mart.accountability_component', $weights, $job_group) as composite
    join last_window on in_ranking_window(composite.period, last_window.window_end)
)
select
    dense_rank() over (order by spoken.employee_id) as person,
    spoken.* exclude (employee_id),
    case when in_scope(ranking.unit_id, $agency, $unit, $units) then spoken.employee_id end as employee_id,
    last_window.window_end,
    (
        select max(estimate.autocorrelation)
        from mart.accountability_estimate as estimate
        where estimate.window_end = last_window.window_end
    ) as autocorrelation
from accountability_spoken('tried') as spoken
join last_window on in_ranking_window(spoken.period, last_window.window_end)
join mart.accountability_ranking as ranking
    on ranking.employee_id = spoken.employee_id
        and ranking.window_end = last_window.window_end
        and ranking.job_group = spoken.job_group
where spoken.job_group = $job_group
order by person, period, period_months
