-- title: What each file says of evaluations
-- meaning: Each employee's ratings and predicate of a period in each file
-- grain: one row a file, employee and period
select
    report.file_id, cast(null as varchar) as unit_id, report.period, report.period_months, person.employee_id as part,
    cast(null as double) as figure, lower(concat_ws('/', result_rating, behaviour_rating, predicate_reported)) as word
from lake.evaluation as report
join lake.person on person.nip = report.nip
