-- title: New and returning visits as they may be shown
-- meaning: New and returning patients of a service, all payers together but those of whom one of the two is small
-- grain: one row a unit, month and service
select
    unit_id, month, service_id,
    cast(case when sum(unsplit_cells) = 0 then sum(new_count) end as bigint) as new_count,
    cast(case when sum(unsplit_cells) = 0 then sum(returning_count) end as bigint) as returning_count,
    sum(closed_cells) > 0 as is_withheld
from mart.visit_open
group by unit_id, month, service_id
