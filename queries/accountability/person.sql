-- title: Satu pegawai
-- meaning: Who the person is, with tier, place and interval in the last window up to the chosen period
-- grain: one row an employee
with last_window as (
    select max(window_end) as window_end
    from mart.accountability_ranking
    where window_end <= coalesce($period_to, window_end)
)
select
    person.* exclude (agency_id),
    ranking.window_start,
    ranking.window_end,
    ranking.latest_month,
    ranking.evaluations,
    ranking.evaluations_needed,
    ranking.signal_mean,
    ranking.signal_lower,
    ranking.signal_upper,
    ranking.group_mean,
    ranking.group_ranked,
    ranking.group_people,
    ranking.tier,
    ranking.place
from mart.accountability_person as person
left join (select * from mart.accountability_ranking join last_window using (window_end)) as ranking using (employee_id)
where person.employee_id = $employee and ($units is null or list_contains($units, person.unit_id))
