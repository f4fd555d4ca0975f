-- title: Komponen sinyal akuntabilitas
-- meaning: Each component 0..100, its weight shared out over the components that the person has, and why a component is missing; what it could be at least and at most once all that is due were known, and whether the whole job group has it
-- grain: one row an employee, period and component
with listed as (
    select
        *,
        count(distinct employee_id) over (partition by job_group, period, period_months) as people,
        count(distinct employee_id) over (partition by job_group, period, period_months, indicator_key) as holders
    from mart.accountability_indicator
),
-- Beside the list of the job group a person may have more of his own, or one split into several: they are in the result, and
-- may not raise a place, so that the least is that of the group's list where it is less.
told as (
    select *, false as is_of_list from listed
    union all
    select *, true from listed where is_group_indicator(holders - 1, people - 1)
),
counted_lists as (
    select
        employee_id,
        period,
        period_months,
        is_of_list,
        count(*) as indicators,
        sum(score) filter (where state = 'measured') as scored,
        count(*) filter (where state <> 'not_reported') as reported,
        count(*) filter (where is_on_time) as on_time,
        count(*) filter (where has_time_column) as timed_due,
        count(*) filter (where is_evidence_verified) as verified,
        -- A blank cell in a column for evidence is not verified; of an indicator that is not reported nobody knows.
        count(*) filter (where is_evidence_verified is null and has_evidence_column and state = 'not_reported') as evidence_open,
        count(*) filter (where is_evidence_verified is not null or has_evidence_column) - evidence_open as evidence_used,
        avg(score) filter (where state = 'measured') as result_score,
        count(*) filter (where state = 'measured') as result_used,
        100.0 * count(*) filter (where state <> 'not_reported') / count(*) as completeness_score,
        100.0 * count(*) filter (where is_on_time) / nullif(count(is_on_time), 0) as timeliness_score,
        count(is_on_time) as timeliness_used,
        100.0 * verified / nullif(evidence_used, 0) as evidence_score
    from told
    group by employee_id, period, period_months, is_of_list
),
counted as (select * from counted_lists where not is_of_list),
dropped as (
    select employee_id, period, period_months, count(*) as absent
    from mart.accountability_due
    group by employee_id, period, period_months
),
lowest as (
    select
        employee_id,
        period,
        period_months,
        min(coalesce(scored, 0) / (indicators + coalesce(absent, 0))) as result,
        min(100.0 * on_time / nullif(timed_due + coalesce(absent, 0), 0)) as timeliness,
        min(100.0 * reported / (indicators + coalesce(absent, 0))) as completeness,
        min(100.0 * verified / nullif(evidence_used + evidence_open + coalesce(absent, 0), 0)) as evidence
    from counted_lists
    left join dropped using (employee_id, period, period_months)
    group by employee_id, period, period_months
),
-- Whether the form with the ratings has any of behaviour; a person without such a form has a blank one.
rated as (
    select *, file_id is null or bool_or(behaviour_rating is not null) over (partition by file_id, sheet) as has_behaviour_column
    from mart.accountability_predicate
),
due as (
    select
        rated.*,
        coalesce(counted.indicators, 0) as listed,
        coalesce(dropped.absent, 0) as absent,
        coalesce(counted.indicators, 0) + coalesce(dropped.absent, 0) as due
    from rated
    left join counted using (employee_id, period, period_months)
    left join dropped using (employee_id, period, period_months)
),
scored as (
    select
        predicate.employee_id,
        predicate.job_group,
        predicate.unit_id,
        predicate.agency_id,
        predicate.period,
        predicate.period_months,
        weight.component,
        weight.name as component_name,
        coalesce(weight.name_en, weight.name) as component_name_en,
        cast(weight.weight_pct as double) as weight_pct,
        coalesce(counted.indicators, 0) as indicators,
        case weight.component
            when 'result' then counted.result_score
            when 'behaviour' then rating_score(predicate.behaviour_rating)
            when 'timeliness' then counted.timeliness_score
            when 'completeness' then counted.completeness_score
            when 'evidence' then counted.evidence_score
        end as score,
        case weight.component
            when 'result' then coalesce(counted.result_used, 0)
            when 'behaviour' then cast(predicate.behaviour_rating is not null as bigint)
            when 'timeliness' then coalesce(counted.timeliness_used, 0)
            when 'completeness' then coalesce(counted.indicators, 0)
            when 'evidence' then coalesce(counted.evidence_used, 0)
        end as used,
        predicate.due,
        -- What is due and unknown counts nothing at the least and full at the most.
        case
            when weight.component = 'behaviour' then coalesce(rating_score(predicate.behaviour_rating), rating_score('below'))
            when predicate.due = 0 then null
            when predicate.listed = 0 then 0
            when weight.component = 'result' then lowest.result
            when weight.component = 'timeliness' then lowest.timeliness
            when weight.component = 'completeness' then lowest.completeness
            when weight.component = 'evidence' then lowest.evidence
        end as score_lowest,
        case
            when weight.component = 'behaviour' then coalesce(rating_score(predicate.behaviour_rating), rating_score('above'))
            when predicate.due = 0 then null
            when weight.component = 'result'
                then (coalesce(counted.scored, 0) + 100 * (predicate.due - coalesce(counted.result_used, 0))) / predicate.due
            when weight.component = 'timeliness'
                then 100.0 * (coalesce(counted.on_time, 0) + coalesce(counted.timed_due, 0) + absent - coalesce(counted.timeliness_used, 0))
                    / nullif(coalesce(counted.timed_due, 0) + absent, 0)
            when weight.component = 'completeness' then 100.0
            when weight.component = 'evidence'
                then 100.0 * (coalesce(counted.verified, 0) + coalesce(counted.evidence_open, 0) + absent)
                    / nullif(coalesce(counted.evidence_used, 0) + coalesce(counted.evidence_open, 0) + absent, 0)
        end as score_highest,
        -- A form that has no such column says nothing; a person who sent no form has said less than that.
        case
            when weight.component = 'behaviour' then predicate.has_behaviour_column
            when weight.component = 'timeliness' then predicate.listed = 0 or coalesce(counted.timed_due, 0) > 0
            when weight.component = 'evidence' then predicate.listed = 0 or counted.evidence_used + counted.evidence_open > 0
            else true
        end as is_asked
    from due as predicate
    join reference.accountability_weights as weight
        on rule_holds(weight.valid_from, weight.valid_to, predicate.period)
    left join counted using (employee_id, period, period_months)
    left join lowest using (employee_id, period, period_months)
),
present as (
    select
        *,
        -- People of a group are compared on what all of their forms ask for in a period.
        bool_and(is_asked) filter (where due > 0) over peers and bool_or(score is not null) over peers as is_compared,
        signal_share(
            weight_pct, sum(weight_pct) filter (where score is not null) over person, sum(weight_pct) over person
        ) as share
    from scored
    window
        person as (partition by employee_id, period, period_months),
        peers as (partition by job_group, period, period_months, component)
)
select
    * exclude (share, is_asked, due),
    due as indicators_due,
    case
        when score is not null then null
        when component = 'behaviour' then 'no_rating'
        when indicators = 0 then 'no_indicators'
        when component = 'result' then 'none_measured'
        else 'not_stated'
    end as missing_reason,
    case when score is not null then 100 * share end as weight_used_pct,
    score * share as contribution
from present
