-- title: Predikat kinerja resmi
-- meaning: The official predicate from the matrix of result and behaviour, null with a reason where a rating is missing, beside the reported one
-- grain: one row an employee and period
with spoken_of as (
    select employee_id, period, period_months from evaluation
    union
    select employee_id, period, period_months from evaluation_indicator
)
select
    spoken_of.employee_id,
    person.job_group,
    person.unit_id,
    person.agency_id,
    spoken_of.period,
    spoken_of.period_months,
    evaluation.result_rating,
    evaluation.behaviour_rating,
    matrix.predicate,
    coalesce(matrix.predicate_en, matrix.predicate) as predicate_en,
    matrix.rank as predicate_rank,
    case
        when matrix.predicate is not null then null
        when evaluation.employee_id is null then 'no_evaluation'
        when evaluation.result_rating is null and evaluation.behaviour_rating is null then 'no_ratings'
        when evaluation.result_rating is null then 'no_result'
        when evaluation.behaviour_rating is null then 'no_behaviour'
        else 'no_rule'
    end as missing_reason,
    evaluation.predicate_reported,
    coalesce(plain_predicate(evaluation.predicate_reported) <> plain_predicate(matrix.predicate), false) as is_reported_different,
    matrix.legal_basis,
    evaluation.file_id,
    file.name as file,
    evaluation.sheet,
    evaluation.row
from spoken_of
left join evaluation
    on evaluation.employee_id = spoken_of.employee_id
        and evaluation.period = spoken_of.period
        and evaluation.period_months = spoken_of.period_months
left join mart.accountability_posting as person
    on person.employee_id = spoken_of.employee_id
        and is_posted(person.valid_from, person.valid_until, spoken_of.period, spoken_of.period_months)
left join reference.predicate_matrix as matrix
    on matrix.result = evaluation.result_rating
        and matrix.behaviour = evaluation.behaviour_rating
        and rule_holds(matrix.valid_from, matrix.valid_to, spoken_of.period)
left join load.file as file on file.file_id = evaluation.file_id
