-- title: Isi formulir pegawai
-- meaning: The people of a unit in a month with their position, and the ratings of their evaluation in the period before
-- grain: one row an employee
with last as (
    select
        employee_id, arg_max(result_rating, period) as result_rating, arg_max(behaviour_rating, period) as behaviour_rating,
        arg_max(predicate_reported, period) as predicate_reported
    from evaluation
    where period >= $period_from and period < $month
    group by employee_id
)
select
    person.unit_id, person.employee_id, employee.name as employee_name, employee.nip, person.position,
    person.job_group_name as job_group, employee.grade, person.unit_name as unit,
    result.name as result_rating_before, behaviour.name as behaviour_rating_before,
    last.predicate_reported as predicate_reported_before
from mart.accountability_posting as person
join employee on employee.employee_id = person.employee_id
left join last on last.employee_id = person.employee_id
left join reference.ratings as result on result.rating = last.result_rating
left join reference.ratings as behaviour on behaviour.rating = last.behaviour_rating
where is_posted(person.valid_from, person.valid_until, $month, 1) and in_scope(person.unit_id, $agency, $unit, $units)
order by person.unit_id, employee.name, person.employee_id
