-- title: Visits for analysis
-- meaning: Patients by unit, month, service and payer as they may be shown: the small counts of a service are one rounded row, so that sums are those of the rows shown and no slice gives one away
-- grain: one row a unit, month, service and payer
select
    visit.month, visit.unit_id,
    coalesce(place.unit_short_name, visit.unit_id) as unit, place.agency_id, coalesce(place.agency_name, visit.unit_id) as agency,
    kecamatan.name as kecamatan, unit.kecamatan_code,
    coalesce(services.name, visit.service_id) as service,
    services.cluster_name as cluster,
    case visit.payer_id when 'merged' then 'Digabung (jumlah kecil)' else coalesce(payers.name, visit.payer_id) end as payer,
    visit.patients, visit.is_merged, visit.missing_cells, visit.report_rows,
    file.name as file, visit.sheet, visit.row
from mart.visit_open as visit
left join mart.reporting_unit as place using (unit_id)
left join unit using (unit_id)
left join reference.kecamatan on kecamatan.kecamatan_code = unit.kecamatan_code
left join reference.services on services.service_id = visit.service_id
left join reference.payers on payers.payer_id = visit.payer_id
left join load.file as file using (file_id)
where in_scope(visit.unit_id, null, null, $units)
order by visit.unit_id, visit.month, service, payer
