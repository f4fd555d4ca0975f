-- title: Visits
-- meaning: Visits at the finest grain reported; of two reports of one form the newer counts, of two forms each thing counts once (lake.replaced)
-- grain: one row a unit, month, service, payer and file
with named as (
    select
        unit_name.unit_id, report.period as month,
        case when report.service is null then 'total' else service_name.service_id end as service_id,
        case when report.payer is null then 'total' else payer_name.payer_id end as payer_id,
        report.new_count, report.returning_count,
        -- Patients are new + returning; a stated total counts only where the parts are not known.
        coalesce(report.new_count + report.returning_count, report.patients) as patients,
        report.file_id, report.sheet, report.row
    from lake.visit as report
    join lake.unit_name
        on unit_name.raw = report.unit and unit_name.period = report.period and unit_name.period_months = report.period_months
    left join lake.service_name on service_name.raw = report.service
    left join lake.payer_name on payer_name.raw = report.payer
    where (report.service is null or service_name.service_id is not null)
        and (report.payer is null or payer_name.payer_id is not null)
),
gone as (
    select distinct file_id, unit_id, period as month, part from lake.replaced where kind = 'visit'
),
current_rows as (
    select named.*
    from named
    left join gone as wholly
        on wholly.unit_id = named.unit_id and wholly.month = named.month and wholly.file_id = named.file_id and wholly.part is null
    left join gone as partly
        on partly.unit_id = named.unit_id and partly.month = named.month and partly.file_id = named.file_id
            and partly.part = named.service_id || '/' || named.payer_id
    where wholly.file_id is null and partly.file_id is null
),
grain as (
    select
        unit_id, month, file_id, max(case when service_id <> 'total' then 1 else 0 end) as by_service,
        max(case when payer_id <> 'total' then 1 else 0 end) as by_payer
    from current_rows group by unit_id, month, file_id
)
select
    current_rows.unit_id, current_rows.month, service_id, payer_id,
    cast(sum(new_count) as bigint) as new_count, cast(sum(returning_count) as bigint) as returning_count,
    cast(sum(patients) as bigint) as patients,
    current_rows.file_id,
    min({'sheet': coalesce(sheet, ''), 'row': row}).sheet as sheet,
    min({'sheet': coalesce(sheet, ''), 'row': row}).row as row
from current_rows
join grain on grain.unit_id = current_rows.unit_id and grain.month = current_rows.month and grain.file_id = current_rows.file_id
-- A total beside its parts would count twice.
where not (service_id = 'total' and by_service = 1) and not (payer_id = 'total' and by_payer = 1)
group by current_rows.unit_id, current_rows.month, service_id, payer_id, current_rows.file_id
