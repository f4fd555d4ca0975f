-- title: Baris di balik penilaian pegawai
-- meaning: The rows of evaluations and of individual indicators of the people chosen whose periods begin in the range, without names
-- grain: one row a row of a file
with fact as (
    select
        'evaluation' as kind, employee_id, period, period_months, result_rating, behaviour_rating, predicate_reported,
        file_id, sheet, "row"
    from evaluation
    union all by name
    select
        'indicator' as kind, employee_id, period, period_months, indicator, target, realisation, unit_of_measure,
        is_on_time, is_evidence_verified, file_id, sheet, "row"
    from evaluation_indicator
)
select
    fact.kind, fact.employee_id, person.unit_id, person.unit_short_name, fact.period, fact.period_months,
    fact.result_rating, fact.behaviour_rating, fact.predicate_reported, fact.indicator, fact.target, fact.realisation,
    fact.unit_of_measure, fact.is_on_time, fact.is_evidence_verified,
    fact.file_id, coalesce(file.name, fact.file_id) as file, fact.sheet, fact.row, file.as_of
from fact
join mart.accountability_posting as person
    on person.employee_id = fact.employee_id and is_posted(person.valid_from, person.valid_until, fact.period, fact.period_months)
left join load.file as file on file.file_id = fact.file_id
where ($employee is null or fact.employee_id = $employee)
    and ($job_group is null or person.job_group = $job_group)
    and ($period_from is null or fact.period >= $period_from) and ($period_to is null or fact.period <= $period_to)
    and in_scope(person.unit_id, $agency, $unit, $units)
order by fact.period desc, fact.employee_id, fact.kind, fact.indicator, fact.file_id, fact.sheet, fact.row
