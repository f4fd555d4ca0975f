-- title: New and returning visits as they may be shown
-- meaning: New and returning patients of a service, all payers together; withheld where one of the two is small, since the other would tell it, and where part of the service was merged with another
-- grain: one row a unit, month and service; `merged` stands for the services that were taken together
with shown as (
    select unit_id, month, service_id, sum(patients) as patients from mart.visit_open group by unit_id, month, service_id
),
summed as (
    select
        unit_id, month, case when shown.service_id is null then 'merged' else service_id end as service_id,
        sum(cell.patients) as patients,
        case when count(new_count) = count(cell.patients) then sum(new_count) end as new_sum,
        case when count(returning_count) = count(cell.patients) then sum(returning_count) end as returning_sum
    from mart.visit_service as cell
    left join shown using (unit_id, month, service_id)
    group by all
),
judged as (
    select
        summed.*,
        summed.patients is distinct from shown.patients or is_small_count(new_sum) or is_small_count(returning_sum)
            as is_withheld
    from summed
    left join shown using (unit_id, month, service_id)
)
select
    unit_id, month, service_id,
    case when not is_withheld then cast(new_sum as bigint) end as new_count,
    case when not is_withheld then cast(returning_sum as bigint) end as returning_count,
    is_withheld
from judged
