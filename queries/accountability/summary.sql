-- title: Ringkasan penilaian pegawai
-- meaning: People in scope, how many were evaluated in the chosen period, how many have an official predicate, and the individual indicators reported and achieved
-- grain: one row
with people as (
    select employee_id
    from mart.accountability_posting
    where is_posted(valid_from, valid_until, coalesce(cast($period_to as date), date '9999-11-01'), 1)
        and ($job_group is null or job_group = $job_group)
        and in_scope(unit_id, $agency, $unit, $units)
),
judged as (
    select fact.*
    from mart.accountability_signal as fact
    where ($job_group is null or fact.job_group = $job_group) and in_scope(fact.unit_id, $agency, $unit, $units)
        and fact.period >= coalesce($period_from, fact.period) and fact.period <= coalesce($period_to, fact.period)
)
select
    (select count(*) from people) as people,
    count(distinct judged.employee_id) filter (where judged.missing_reason is null or judged.missing_reason <> 'no_evaluation')
        as evaluated,
    count(*) as evaluations,
    count(*) filter (where judged.predicate is not null) as predicates,
    count(*) filter (where judged.is_reported_different) as reported_different,
    coalesce(cast(sum(judged.indicators) as bigint), 0) as indicators,
    coalesce(cast(sum(judged.indicators_reported) as bigint), 0) as indicators_reported,
    coalesce(cast(sum(judged.indicators_measured) as bigint), 0) as indicators_measured,
    coalesce(cast(sum(judged.indicators_achieved) as bigint), 0) as indicators_achieved,
    min(judged.period) as first_period,
    max(judged.period) as last_period,
    max(judged.period_months) as period_months
from judged
