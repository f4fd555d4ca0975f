-- title: Visits at their finest grain
-- meaning: What the reports give, with a plain sum being right; where a month was never reported there is no row
-- grain: one row a unit, month, service and payer
select
    unit_id, month, service_id, payer_id,
    cast(sum(visit_patients(patients, new_count, returning_count)) as bigint) as patients,
    cast(
        case when count(new_count) = count(visit_patients(patients, new_count, returning_count)) then sum(new_count) end
        as bigint
    ) as new_count,
    cast(case when count(returning_count) = count(visit_patients(patients, new_count, returning_count))
            then sum(returning_count)
    end as bigint) as returning_count,
    count(*) - count(visit_patients(patients, new_count, returning_count)) as missing_cells
from visit
group by unit_id, month, service_id, payer_id
