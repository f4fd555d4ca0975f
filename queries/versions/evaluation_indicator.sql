-- title: What each file says of individual indicators
-- meaning: Each employee's realisation of an individual indicator and period in each file
-- grain: one row a file, employee, indicator and period
select
    report.file_id, cast(null as varchar) as unit_id, report.period, report.period_months,
    person.employee_id || '/' || report.indicator as part, report.realisation as figure, cast(report.target as varchar) as word
from lake.evaluation_indicator as report
join lake.person on person.nip = report.nip
