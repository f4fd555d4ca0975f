-- title: Nothing lost on the way
-- meaning: Patients of every file that no newer one replaced are the same before and after the rollup
-- grain: one row a file and month whose patients differ
with before as (
    select
        report.file_id, unit_name.unit_id, report.period as month,
        sum(coalesce(report.new_count + report.returning_count, report.patients)) as patients,
        bool_or(report.service is null) and bool_or(report.service is not null) as has_total_beside_parts
    from lake.visit as report
    join lake.unit_name on unit_name.raw = report.unit
    left join lake.service_name on service_name.raw = report.service
    left join lake.payer_name on payer_name.raw = report.payer
    where (report.service is null or service_name.service_id is not null) and (report.payer is null or payer_name.payer_id is not null)
    group by report.file_id, unit_name.unit_id, report.period
),
after as (
    select file_id, unit_id, month, sum(patients) as patients from visit group by file_id, unit_id, month
)
select after.file_id, after.unit_id, after.month, before.patients as before_patients, after.patients as after_patients
from after
left join before on before.file_id = after.file_id and before.unit_id = after.unit_id and before.month = after.month
where before.patients is distinct from after.patients and not coalesce(before.has_total_beside_parts, false)
