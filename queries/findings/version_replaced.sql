-- title: Replaced versions
-- meaning: A unit's month that a newer report replaced, and how many figures changed; where both have one date, a tie
-- grain: one row a unit, month and older file
with named as (
    select
        unit_name.unit_id, report.period as month, coalesce(service_name.service_id, 'total') as service_id,
        coalesce(payer_name.payer_id, 'total') as payer_id, report.file_id,
        sum(coalesce(report.new_count + report.returning_count, report.patients)) as patients
    from lake.visit as report
    join lake.unit_name on unit_name.raw = report.unit
    left join lake.service_name on service_name.raw = report.service
    left join lake.payer_name on payer_name.raw = report.payer
    group by all
),
used as (
    select distinct unit_id, month, file_id from visit
),
older as (
    select distinct named.unit_id, named.month, named.file_id, used.file_id as new_file_id
    from named
    join used on used.unit_id = named.unit_id and used.month = named.month
    left join used as itself on itself.unit_id = named.unit_id and itself.month = named.month and itself.file_id = named.file_id
    where itself.file_id is null
),
changed as (
    select
        older.unit_id, older.month, older.file_id, older.new_file_id,
        count(*) filter (where before.patients is distinct from after.patients) as changed
    from older
    join named as before on before.unit_id = older.unit_id and before.month = older.month and before.file_id = older.file_id
    left join named as after
        on after.unit_id = older.unit_id and after.month = older.month and after.file_id = older.new_file_id
            and after.service_id = before.service_id and after.payer_id = before.payer_id
    group by older.unit_id, older.month, older.file_id, older.new_file_id
)
select
    case when old_file.as_of = new_file.as_of then 'version_tie' else 'version_replaced' end as code,
    unit_id, month as period, old_file.file_id, cast(null as varchar) as sheet, cast(null as integer) as row,
    strftime(month, '%Y-%m') as month, new_file.name as file_new, cast(changed as varchar) as changed
from changed
join load.file as old_file on old_file.file_id = changed.file_id
join load.file as new_file on new_file.file_id = changed.new_file_id
