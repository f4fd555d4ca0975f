-- title: New and returning visits for analysis
-- meaning: New and returning patients by unit, month and service, all payers together but those of whom one of the two is under the threshold
-- grain: one row a unit, month and service
select
    visit.month, visit.unit_id,
    coalesce(place.unit_short_name, visit.unit_id) as unit, place.agency_id, coalesce(place.agency_name, visit.unit_id) as agency,
    kecamatan.name as kecamatan, unit.kecamatan_code,
    coalesce(services.name, visit.service_id) as service,
    services.cluster_name as cluster,
    visit.new_count, visit.returning_count, visit.is_withheld,
    source.file, source.sheet
from mart.visit_new_open as visit
left join mart.reporting_unit as place using (unit_id)
left join unit using (unit_id)
left join reference.kecamatan on kecamatan.kecamatan_code = unit.kecamatan_code
left join reference.services on services.service_id = visit.service_id
left join (
    select
        unit_id, month,
        case when min(file.name) = max(file.name) then min(file.name) end as file,
        case when min(sheet) = max(sheet) then min(sheet) end as sheet
    from mart.visit_open
    left join load.file as file using (file_id)
    group by unit_id, month
) as source using (unit_id, month)
where in_scope(visit.unit_id, null, null, $units)
order by visit.unit_id, visit.month, service
