-- title: Riwayat penilaian seorang pegawai
-- meaning: Signal, ratings and official predicate of each period up to the chosen one, with the mean of the job group in that period, unless it would tell the figure of somebody out of the viewer's sight, and where the rows stand
-- grain: one row a period
with peers as (
    select
        job_group, period, period_months, avg(signal order by signal) as group_mean, count(signal) as group_people,
        count(signal) filter (not coalesce(list_contains($units, unit_id), true)) as unseen_people
    from mart.accountability_signal
    group by job_group, period, period_months
)
select
    fact.period,
    fact.period_months,
    fact.signal,
    -- with one or two people out of sight in the group, its mean and those in sight would tell theirs
    if(peers.unseen_people = 0 or peers.unseen_people >= threshold('ranking_min_people'), peers.group_mean, null) as group_mean,
    peers.group_people,
    fact.components_present,
    fact.components,
    fact.components_missing,
    fact.weight_present_pct,
    fact.result_rating,
    fact.behaviour_rating,
    fact.predicate,
    fact.predicate_en,
    fact.predicate_reported,
    fact.is_reported_different,
    fact.missing_reason,
    fact.indicators,
    fact.indicators_reported,
    fact.indicators_achieved,
    fact.file,
    fact.sheet,
    fact.row
from mart.accountability_signal as fact
left join peers using (job_group, period, period_months)
where fact.employee_id = $employee and fact.period <= coalesce($period_to, fact.period)
    and (
        $units is null or exists (
            from mart.accountability_person as whose
            where whose.employee_id = $employee and list_contains($units, whose.unit_id)
        )
    )
order by fact.period, fact.period_months
