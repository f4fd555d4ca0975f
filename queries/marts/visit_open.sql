-- title: Visits as they may be shown
-- meaning: Patients in which no count is small enough to point at a person: a small one is merged with the next smallest of its service, then of its month, so that plain sums stay right; where a whole month is small it is withheld
-- grain: one row a unit, month, service and payer; `merged` stands for the services or payers that were taken together
with cell as (
    select
        unit_id, month, service_id, payer_id,
        cast(sum(visit_patients(patients, new_count, returning_count)) as bigint) as patients,
        count(*) - count(visit_patients(patients, new_count, returning_count)) as missing_cells,
        count(*) as report_rows,
        case when min(file_id) = max(file_id) then min(file_id) end as file_id,
        case when min(sheet) = max(sheet) then min(sheet) end as sheet,
        case when count(*) = 1 then min(row) end as row
    from visit
    group by unit_id, month, service_id, payer_id
),
marked as (
    select *, is_small_count(patients) as is_small, false as is_merged from cell
),
-- Within a service, the payers that are too small and then the next smallest, until their sum is no longer small.
-- A payer without patients adds nothing to the sum and stays as it is.
payers_in_line as (
    select
        *,
        row_number() over in_line as place,
        sum(patients) over in_line as so_far,
        count(*) filter (is_small) over (partition by unit_id, month, service_id) as small_ones
    from marked
    semi join (select unit_id, month, service_id from marked where is_small) as small using (unit_id, month, service_id)
    where patients > 0
    window in_line as (
        partition by unit_id, month, service_id order by is_small desc, patients, payer_id
        rows between unbounded preceding and current row
    )
),
payers_taken as (
    select unit_id, month, service_id, payer_id
    from payers_in_line
    qualify place <= coalesce(
            min(place) filter (place >= greatest(small_ones, 2) and not is_small_count(so_far))
                over (partition by unit_id, month, service_id),
            place
        )
),
by_service as (
    select * from marked anti join payers_taken using (unit_id, month, service_id, payer_id)
    union all by name
    select
        unit_id, month, service_id, 'merged' as payer_id,
        cast(sum(patients) as bigint) as patients,
        cast(sum(missing_cells) as bigint) as missing_cells,
        cast(sum(report_rows) as bigint) as report_rows,
        case when min(file_id) = max(file_id) then min(file_id) end as file_id,
        case when min(sheet) = max(sheet) then min(sheet) end as sheet,
        cast(null as integer) as row,
        is_small_count(sum(patients)) as is_small,
        true as is_merged
    from marked
    semi join payers_taken using (unit_id, month, service_id, payer_id)
    group by unit_id, month, service_id
),
-- Where a whole service is small, it is merged with the next smallest of the month in the same way.
services_in_line as (
    select
        *,
        row_number() over in_line as place,
        sum(patients) over in_line as so_far,
        count(*) filter (is_small) over (partition by unit_id, month) as small_ones
    from by_service
    semi join (select unit_id, month from by_service where is_small) as small using (unit_id, month)
    where patients > 0
    window in_line as (
        partition by unit_id, month order by is_small desc, patients, service_id, payer_id
        rows between unbounded preceding and current row
    )
),
services_taken as (
    select unit_id, month, service_id, payer_id
    from services_in_line
    qualify place <= coalesce(
            min(place) filter (place >= greatest(small_ones, 2) and not is_small_count(so_far)) over (partition by unit_id, month),
            place
        )
)
select
    unit_id, month, service_id, payer_id, patients, missing_cells, report_rows, is_merged, false as is_withheld,
    file_id, sheet, row
from by_service
anti join services_taken using (unit_id, month, service_id, payer_id)
union all by name
select
    unit_id, month, 'merged' as service_id, 'merged' as payer_id,
    case when not is_small_count(sum(patients)) then cast(sum(patients) as bigint) end as patients,
    cast(sum(missing_cells) as bigint) as missing_cells,
    cast(sum(report_rows) as bigint) as report_rows,
    true as is_merged,
    is_small_count(sum(patients)) as is_withheld,
    case when min(file_id) = max(file_id) then min(file_id) end as file_id,
    case when min(sheet) = max(sheet) then min(sheet) end as sheet,
    cast(null as integer) as row
from by_service
semi join services_taken using (unit_id, month, service_id, payer_id)
group by unit_id, month
