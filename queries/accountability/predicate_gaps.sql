-- title: Predikat yang belum ada atau berbeda
-- meaning: Evaluations of the chosen period without an official predicate, with the reason, or whose reported predicate differs from the matrix
-- grain: one row an employee and period
select
    fact.employee_id,
    person.employee_name,
    posting.unit_short_name,
    fact.unit_id,
    fact.period,
    fact.period_months,
    fact.result_rating,
    fact.behaviour_rating,
    fact.predicate,
    fact.predicate_en,
    fact.predicate_reported,
    fact.missing_reason,
    fact.is_reported_different,
    fact.file,
    fact.sheet,
    fact.row
from mart.accountability_predicate as fact
left join mart.accountability_person as person using (employee_id)
left join mart.accountability_posting as posting
    on posting.employee_id = fact.employee_id
        and is_posted(posting.valid_from, posting.valid_until, fact.period, fact.period_months)
where (fact.missing_reason is not null or fact.is_reported_different)
    and ($job_group is null or fact.job_group = $job_group)
    and fact.period >= coalesce($period_from, fact.period) and fact.period <= coalesce($period_to, fact.period)
    and in_scope(fact.unit_id, $agency, $unit, $units)
order by fact.period desc, fact.is_reported_different desc, person.employee_name, fact.employee_id
