-- title: Nothing lost on the way
-- meaning: Patients of every file are the same before and after the rollup, but for what a newer version or another form replaced
-- grain: one row a file, unit and month whose patients differ
with gone as (
    select distinct file_id, unit_id, period, part from lake.replaced where kind = 'visit'
),
before as (
    select
        report.file_id, unit_name.unit_id, report.period as month,
        sum(coalesce(report.new_count + report.returning_count, report.patients)) as patients,
        bool_or(report.service is null) and bool_or(report.service is not null) as has_total_beside_services,
        bool_or(report.payer is null) and bool_or(report.payer is not null) as has_total_beside_payers
    from lake.visit as report
    join lake.unit_name
        on unit_name.raw = report.unit and unit_name.period = report.period and unit_name.period_months = report.period_months
    left join lake.service_name on service_name.raw = report.service
    left join lake.payer_name on payer_name.raw = report.payer
    left join gone as wholly
        on wholly.file_id = report.file_id and wholly.unit_id = unit_name.unit_id and wholly.period = report.period and wholly.part is null
    left join gone as partly
        on partly.file_id = report.file_id and partly.unit_id = unit_name.unit_id and partly.period = report.period
            and partly.part = coalesce(service_name.service_id, 'total') || '/' || coalesce(payer_name.payer_id, 'total')
    where (report.service is null or service_name.service_id is not null) and (report.payer is null or payer_name.payer_id is not null)
        and wholly.file_id is null and partly.file_id is null
    group by report.file_id, unit_name.unit_id, report.period
),
after as (
    select file_id, unit_id, month, sum(patients) as patients from visit group by file_id, unit_id, month
)
select
    coalesce(after.file_id, before.file_id) as file_id, coalesce(after.unit_id, before.unit_id) as unit_id,
    coalesce(after.month, before.month) as month, before.patients as before_patients, after.patients as after_patients
from before
full join after on before.file_id = after.file_id and before.unit_id = after.unit_id and before.month = after.month
where before.patients is distinct from after.patients
    and not coalesce(before.has_total_beside_services or before.has_total_beside_payers, false)
