-- title: Yang tidak dapat dibedakan dari seorang pegawai
-- meaning: People of the job group whose signal can't be told apart from this person's at 95 %, in the order of the group; those whom the viewer may not see are left out but counted
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
    where ranking.is_ranked
)
select
    other.employee_id,
    other.employee_name,
    other.unit_id,
    other.unit_short_name,
    other.signal_shrunken,
    other.signal_lower,
    other.signal_upper,
    other.rank_median,
    other.rank_lower,
    other.rank_upper,
    other.tier,
    other.indicators,
    other.not_reported,
    other.no_target,
    other.dropped,
    other.skipped,
    other.without_evidence,
    other.evidence_due,
    other.easy_targets,
    other.signal_shrunken - one.signal_shrunken as difference_points,
    count(*) over () as alike_people
from peers as one
join peers as other on other.job_group = one.job_group and other.employee_id <> one.employee_id
where one.employee_id = $employee
    and ($units is null or list_contains($units, one.unit_id))
    and not are_told_apart(one.place_signal, one.place_error, other.place_signal, other.place_error)
qualify $units is null or list_contains($units, other.unit_id)
order by other.display_order
