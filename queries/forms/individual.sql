-- title: Isi formulir indikator individu
-- meaning: The individual indicators of the people of a unit in the last period that has some before a month, and the target and result of each where it is the period before
-- grain: one row an employee and indicator
with last as (
    select employee_id, max(period) as period
    from evaluation_indicator
    where period < $month
    group by employee_id
)
select
    person.unit_id, person.employee_id, employee.name as employee_name, employee.nip, fact.indicator,
    any_value(fact.unit_of_measure) as unit_of_measure, any_value(fact.target) filter (last.period >= $period_from) as target_before,
    any_value(fact.realisation) filter (last.period >= $period_from) as realisation_before
from mart.accountability_posting as person
join employee on employee.employee_id = person.employee_id
join last on last.employee_id = person.employee_id
join evaluation_indicator as fact on fact.employee_id = last.employee_id and fact.period = last.period
where is_posted(person.valid_from, person.valid_until, $month, 1) and in_scope(person.unit_id, $agency, $unit, $units)
group by person.unit_id, person.employee_id, employee.name, employee.nip, fact.indicator
order by person.unit_id, employee.name, person.employee_id, fact.indicator
