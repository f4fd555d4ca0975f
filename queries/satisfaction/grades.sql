-- title: Grade bands of the satisfaction index
-- meaning: Lower and upper bound of each letter in force in the year of the period's end, with the legal basis
-- grain: one row a grade
select
    grade, cast(lower as double) as lower, cast(upper as double) as upper, name, name_en, legal_basis,
    cast(valid_from as integer) as valid_from, cast(valid_to as integer) as valid_to
from reference.satisfaction_grades
where $period_to is null and valid_to is null
    or rule_holds(valid_from, valid_to, cast($period_to as date))
order by lower desc
