-- title: Held versions
-- meaning: Why a newer file is held: what it takes away from an older one or changes, both figures side by side
-- grain: one row a newer and an older file, unit and kind of objection, and a period where it is one
with named as (
    select
        objection.code, objection.kind, objection.file_id, objection.older_file_id, objection.unit_id, objection.period,
        objection.before, objection.after, objection.what, trim(part) as part
    from lake.objection as objection
    cross join unnest(string_split(objection.what, ', ')) as parts (part)
),
told as (
    select
        named.*,
        coalesce(
            unit.name,
            nullif(
                concat_ws(
                    ' / ',
                    case when split_part(part, '/', 1) = 'total' then null else coalesce(services.name, split_part(part, '/', 1)) end,
                    case when split_part(part, '/', 2) in ('', 'total') then null else coalesce(payers.name, split_part(part, '/', 2)) end
                ), ''
            ),
            case when part = 'total/total' then 'Total' else part end
        ) as words
    from named
    left join unit on unit.unit_id = named.part and named.code = 'version_takes_away_units'
    left join reference.services as services on services.service_id = split_part(named.part, '/', 1) and named.code = 'version_takes_away'
    left join reference.payers as payers on payers.payer_id = split_part(named.part, '/', 2) and named.code = 'version_takes_away'
)
select
    told.code, told.unit_id, told.period, told.file_id, cast(null as varchar) as sheet, cast(null as integer) as row,
    coalesce(unit.name, '') as unit_name, coalesce(strftime(told.period, '%Y-%m'), '') as month,
    array_to_string(list_sort(list(distinct words))[:3], ', ') || case when count(distinct words) > 3 then ', …' else '' end as lost,
    count(distinct words) as lost_count,
    -- one small count of patients alone is only said to be one
    case when told.kind = 'visit' and before > 0 and before < least_shown then '1–' || (least_shown - 1)
        else coalesce(cast(cast(before as bigint) as varchar), '–')
    end as before,
    case when told.kind = 'visit' and after > 0 and after < least_shown then '1–' || (least_shown - 1)
        else coalesce(cast(cast(after as bigint) as varchar), '–')
    end as after,
    old_file.name as file_old, new_file.name as file_new
from told
cross join (
    select max(cast(value as bigint)) as least_shown from reference.thresholds where key = 'suppression_min_patients'
) as limits
join load.file as old_file on old_file.file_id = told.older_file_id
join load.file as new_file on new_file.file_id = told.file_id
left join unit on unit.unit_id = told.unit_id
group by all
