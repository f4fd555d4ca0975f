-- title: Satu pegawai
-- meaning: Who the person is, with signal, what shrinkage did to it, tier, rank and its interval, and what to check, in the last window up to the chosen period
-- grain: one row an employee
with last_window as (
    select max(window_end) as window_end
    from mart.accountability_ranking
    where window_end <= coalesce($period_to, window_end)
)
select
    person.* exclude (agency_id) replace (
        if(superior.employee_id is not null, person.superior_id, null) as superior_id,
        if(superior.employee_id is not null, person.superior_name, null) as superior_name
    ),
    ranking.window_start,
    ranking.window_end,
    ranking.latest_month,
    ranking.evaluations,
    ranking.evaluations_needed,
    ranking.people_needed,
    ranking.signal_mean,
    ranking.signal_error,
    ranking.signal_adjusted,
    ranking.period_points,
    ranking.signal_shrunken,
    ranking.shrunken_error,
    ranking.shrinkage_pct,
    ranking.signal_lower,
    ranking.signal_upper,
    ranking.mean_lower,
    ranking.mean_upper,
    ranking.between_spread,
    ranking.within_spread,
    ranking.group_mean,
    ranking.group_ranked,
    ranking.group_people,
    ranking.is_comparable,
    ranking.is_ranked,
    ranking.is_bounded,
    ranking.bound_points,
    ranking.open_points,
    ranking.unreported_pct,
    ranking.unreported_most_pct,
    ranking.autocorrelation,
    ranking.unranked_reason,
    ranking.tier,
    ranking.rank_median,
    ranking.rank_lower,
    ranking.rank_upper,
    ranking.rank_shared_with,
    ranking.top_quarter_pct,
    ranking.bottom_quarter_pct,
    ranking.indicators,
    ranking.not_reported,
    ranking.no_target,
    ranking.dropped,
    ranking.skipped,
    ranking.without_evidence,
    ranking.evidence_due,
    ranking.easy_targets
from mart.accountability_person as person
left join (select * from mart.accountability_ranking join last_window using (window_end)) as ranking using (employee_id)
left join employee as superior
    on superior.employee_id = person.superior_id and ($units is null or list_contains($units, superior.unit_id))
where person.employee_id = $employee and ($units is null or list_contains($units, person.unit_id))
