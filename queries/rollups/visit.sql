-- title: Visits
-- meaning: Visits at the finest grain reported; the newest report wins where two say something of the same service and payer
-- grain: one row a unit, month, service, payer and file
with named as (
    select
        unit_name.unit_id, report.period as month,
        case when report.service is null then 'total' else service_name.service_id end as service_id,
        case when report.payer is null then 'total' else payer_name.payer_id end as payer_id,
        report.new_count, report.returning_count,
        -- Patients are new + returning; a stated total counts only where the parts are not known.
        coalesce(report.new_count + report.returning_count, report.patients) as patients,
        file.as_of, file.sha256, report.file_id, report.sheet, report.row
    from lake.visit as report
    join lake.unit_name on unit_name.raw = report.unit
    join load.file as file on file.file_id = report.file_id
    left join lake.service_name on service_name.raw = report.service
    left join lake.payer_name on payer_name.raw = report.payer
    where (report.service is null or service_name.service_id is not null)
        and (report.payer is null or payer_name.payer_id is not null)
),
said as (
    select distinct unit_id, month, service_id, payer_id, file_id from named
),
sent as (
    select distinct unit_id, month, file_id, as_of, sha256 from named
),
-- Two files about one unit and month are rare: pair them first, then compare what the pairs say.
pair as (
    select older.unit_id, older.month, older.file_id, newer.file_id as newer_file_id
    from sent as older
    join sent as newer on newer.unit_id = older.unit_id and newer.month = older.month
    where newer.as_of > older.as_of or (newer.as_of = older.as_of and newer.sha256 > older.sha256)
),
replaced as (
    select distinct pair.unit_id, pair.month, pair.file_id
    from pair
    join said as older
        on older.unit_id = pair.unit_id and older.month = pair.month and older.file_id = pair.file_id
    join said as newer
        on newer.unit_id = pair.unit_id and newer.month = pair.month and newer.file_id = pair.newer_file_id
    where (newer.service_id = older.service_id or newer.service_id = 'total' or older.service_id = 'total')
        and (newer.payer_id = older.payer_id or newer.payer_id = 'total' or older.payer_id = 'total')
),
current_rows as (
    select named.* from named
    left join replaced on replaced.unit_id = named.unit_id and replaced.month = named.month and replaced.file_id = named.file_id
    where replaced.file_id is null
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
    cast(sum(patients) as bigint) as patients, current_rows.file_id, min(sheet) as sheet, min(row) as row
from current_rows
join grain on grain.unit_id = current_rows.unit_id and grain.month = current_rows.month and grain.file_id = current_rows.file_id
-- A total beside its parts would count twice.
where not (service_id = 'total' and by_service = 1) and not (payer_id = 'total' and by_payer = 1)
group by current_rows.unit_id, current_rows.month, service_id, payer_id, current_rows.file_id
