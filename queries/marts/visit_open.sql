-- title: Visits as they may be shown
-- meaning: Patients in which no count is small enough to point at a person: the small ones of a service are one row with their rounded sum, a single one with the next smallest payer of its service beside it. New and returning are left out where one of them is small. All that is shown of visits is a sum of these rows
-- grain: one row a unit, month, service and payer; `merged` stands for the payers that were taken together
with cell as (
    select
        unit_id, month, service_id, payer_id,
        cast(sum(visit_patients(patients, new_count, returning_count)) as bigint) as patients,
        cast(
            case when count(new_count) = count(visit_patients(patients, new_count, returning_count)) then sum(new_count) end
            as bigint
        ) as new_count,
        cast(
            case when count(returning_count) = count(visit_patients(patients, new_count, returning_count)) then sum(returning_count) end
            as bigint
        ) as returning_count,
        count(*) - count(visit_patients(patients, new_count, returning_count)) as missing_cells,
        count(*) as report_rows,
        case when min(file_id) = max(file_id) then min(file_id) end as file_id,
        case when min(sheet) = max(sheet) then min(sheet) end as sheet,
        case when count(*) = 1 then min(row) end as row
    from visit
    group by unit_id, month, service_id, payer_id
),
marked as (
    select
        *,
        is_small_count(patients) as is_small,
        is_small_count(patients) or is_small_count(new_count) or is_small_count(returning_count) as is_closed,
        cast(patients is not null and (new_count is null or returning_count is null) as bigint) as unsplit_cells
    from cell
),
-- The services with small counts: how many these are, and of a single one which payer goes along.
mixed as (
    select
        unit_id, month, service_id, count(*) filter (is_small) as small_cells,
        case when count(*) filter (is_small) = 1 then
                arg_min(payer_id, (patients, payer_id)) filter (patients > 0 and not is_small)
        end as partner_id
    from marked
    group by unit_id, month, service_id
    having bool_or(is_small)
)
select
    marked.unit_id, marked.month, marked.service_id, payer_id, patients,
    case when not is_closed then new_count end as new_count,
    case when not is_closed then returning_count end as returning_count,
    missing_cells, unsplit_cells, cast(is_closed as bigint) as closed_cells, report_rows, false as is_merged, file_id, sheet, row
from marked
left join mixed using (unit_id, month, service_id)
where not is_small and payer_id is distinct from mixed.partner_id
union all by name
select
    marked.unit_id, marked.month, marked.service_id, 'merged' as payer_id,
    greatest(
        coalesce(cast(sum(patients) filter (not is_small) as bigint), 0)
        + small_counts_sum(any_value(small_cells), sum(patients) filter (is_small)),
        cast(threshold('suppression_min_patients') as bigint)
    ) as patients,
    cast(sum(new_count) filter (not is_closed) as bigint) as new_count,
    cast(sum(returning_count) filter (not is_closed) as bigint) as returning_count,
    cast(sum(missing_cells) as bigint) as missing_cells,
    cast(sum(unsplit_cells) as bigint) as unsplit_cells,
    count(*) filter (is_closed) as closed_cells,
    cast(sum(report_rows) as bigint) as report_rows,
    true as is_merged,
    case when min(file_id) = max(file_id) then min(file_id) end as file_id,
    case when min(sheet) = max(sheet) then min(sheet) end as sheet,
    cast(null as integer) as row
from marked
join mixed using (unit_id, month, service_id)
where is_small or payer_id = partner_id
group by marked.unit_id, marked.month, marked.service_id
