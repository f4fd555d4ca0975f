-- title: Periode penilaian yang dilewati
-- meaning: Periods in which others of the job group were evaluated and a person was not, after the person's own first one; nothing where the unit's report is not due yet
-- grain: one row an employee and period
with judged as (
    select employee_id, job_group, unit_id, period, period_months
    from mart.accountability_signal
    where indicators_due > 0 and not is_covered
),
person as (
    select employee_id, job_group, any_value(unit_id) as unit_id, min(period) as first_period, mode(period_months) as period_months
    from judged
    group by employee_id, job_group
),
spoken as (select distinct job_group, period, period_months from judged)
select person.employee_id, person.job_group, person.unit_id, spoken.period, spoken.period_months
from person
join spoken
    on spoken.job_group = person.job_group
        and spoken.period_months = person.period_months
        and spoken.period > person.first_period
where not exists (
        select 1
        from judged as own
        where own.employee_id = person.employee_id
            and own.period < spoken.period + to_months(spoken.period_months)
            and spoken.period < own.period + to_months(own.period_months)
    )
    and not exists (
        select 1
        from load.expected_report as report
        where report.unit_id = person.unit_id
            and report.report_kind = 'evaluation'
            and report.status = 'not_due'
            and report.period < spoken.period + to_months(spoken.period_months)
            and spoken.period < report.period + to_months(report.period_months)
    )
