-- title: Komponen sinyal akuntabilitas
-- meaning: Each component 0..100, its weight shared out over the components that the person has, and why a component is missing
-- grain: one row an employee, period and component
with counted as (
    select
        employee_id,
        period,
        period_months,
        count(*) as indicators,
        avg(score) filter (where state = 'measured') as result_score,
        count(*) filter (where state = 'measured') as result_used,
        100.0 * count(*) filter (where state <> 'not_reported') / count(*) as completeness_score,
        100.0 * count(*) filter (where is_on_time) / nullif(count(is_on_time), 0) as timeliness_score,
        count(is_on_time) as timeliness_used,
        100.0 * count(*) filter (where is_evidence_verified) / nullif(count(is_evidence_verified), 0) as evidence_score,
        count(is_evidence_verified) as evidence_used
    from mart.accountability_indicator
    group by employee_id, period, period_months
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
        end as used
    from mart.accountability_predicate as predicate
    join reference.accountability_weights as weight
        on rule_holds(weight.valid_from, weight.valid_to, predicate.period)
    left join counted using (employee_id, period, period_months)
),
present as (
    select
        *,
        signal_share(
            weight_pct, sum(weight_pct) filter (where score is not null) over person, sum(weight_pct) over person
        ) as share
    from scored
    window person as (partition by employee_id, period, period_months)
)
select
    * exclude (share),
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
