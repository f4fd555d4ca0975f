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
),
estimated as (
    select estimate.*
    from accountability_estimates('tried', null) as estimate
    join last_window using (window_end)
    where estimate.job_group = $job_group
)
select
    estimated.* exclude (employee_id),
    case when in_scope(person.unit_id, $agency, $unit, $units) then estimated.employee_id end as employee_id
from estimated
join mart.accountability_person as person using (employee_id)
order by estimated.employee_id
