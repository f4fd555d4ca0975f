-- title: Monthly visits across changes of units
-- meaning: What mart.visit_series has, of the units that were merged, split or otherwise changed: before a merger that is declared comparable the sum of the units that it was made of (is_of_parts), null where one of them did not report; nothing before a change that is not comparable
-- grain: one row a changed unit, month, service (null for all) and payer (null for all)
with changed as (
    select distinct unit_id from mart.unit_line where part_id <> unit_id or since is not null
),
summed as (
    select
        line.unit_id, own.parent_id as agency_id, series.month, series.service_id, series.payer_id,
        cast(sum(series.patients) as bigint) as patients, cast(sum(series.new_count) as bigint) as new_count,
        cast(sum(series.returning_count) as bigint) as returning_count, cast(sum(series.missing_cells) as bigint) as missing_cells,
        bool_or(series.is_provisional) as is_provisional,
        bool_or(series.is_rounded) as is_rounded,
        bool_or(line.part_id <> line.unit_id) as is_of_parts,
        -- A service that one of the units never had is no gap; a month that one of them did not report is.
        bool_and(whole.is_reported) as is_whole
    from mart.unit_line as line
    semi join changed using (unit_id)
    join mart.visit_slice as series
        on series.unit_id = line.part_id and series.month >= coalesce(line.since, series.month)
            and (line.until is null or series.month < line.until)
    join mart.visit_slice as whole
        on whole.unit_id = series.unit_id and whole.month = series.month and whole.service_id is null and whole.payer_id is null
    join unit as own on own.unit_id = line.unit_id
    group by all
),
complete as (
    select
        unit_id, agency_id, month, service_id, payer_id, case when is_whole then patients end as patients,
        case when is_whole then new_count end as new_count, case when is_whole then returning_count end as returning_count,
        missing_cells, is_rounded, is_provisional, is_of_parts
    from summed
)
select
    now.*, now.patients is not null as is_reported, before.patients as patients_last_year,
    now.patients is not null and before.patients is not null as is_comparable,
    visit_change_pct(now.patients, before.patients) as change_pct
from complete as now
left join complete as before
    on before.unit_id = now.unit_id and before.month = now.month - to_months(12)
        and before.service_id is not distinct from now.service_id and before.payer_id is not distinct from now.payer_id
