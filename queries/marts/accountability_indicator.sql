-- title: Indikator kinerja individu
-- meaning: Each individual indicator with its attainment; not reported, no target and a target of zero are states of their own
-- grain: one row an employee, period and individual indicator
select
    fact.employee_id,
    person.job_group,
    person.unit_id,
    person.agency_id,
    fact.period,
    fact.period_months,
    fact.indicator,
    fact.target,
    fact.realisation,
    fact.unit_of_measure,
    individual_attainment_pct(fact.target, fact.realisation) as attainment_pct,
    individual_score(fact.target, fact.realisation) as score,
    case
        when fact.realisation is null then 'not_reported'
        when fact.target is null then 'no_target'
        when fact.target = 0 then 'zero_target'
        else 'measured'
    end as state,
    fact.is_on_time,
    fact.is_evidence_verified,
    fact.file_id,
    file.name as file,
    fact.sheet,
    fact.row
from evaluation_indicator as fact
left join mart.accountability_posting as person
    on person.employee_id = fact.employee_id
        and is_posted(person.valid_from, person.valid_until, fact.period, fact.period_months)
left join load.file as file on file.file_id = fact.file_id
