-- title: The rows behind the visits
-- meaning: The accepted rows of the chosen units and months with the file, sheet and row they came from, as they may be shown: the small counts of a service are one row with their rounded sum, so that the rows add up to the figure, and new and returning are left out where one of them is small
-- grain: one row an accepted row of a report, or the merged ones of a unit, month and service
select
    coalesce(unit.short_name, visit.unit_id) as short_name, visit.unit_id, visit.month,
    coalesce(services.name, visit.service_id) as service, coalesce(services.name_en, visit.service_id) as service_en,
    if(visit.is_merged, 'Digabung (jumlah kecil)', coalesce(payers.name, visit.payer_id)) as payer,
    if(visit.is_merged, 'Merged (small counts)', coalesce(payers.name_en, visit.payer_id)) as payer_en,
    visit.new_count, visit.returning_count, visit.patients, visit.is_merged, visit.report_rows,
    visit.file_id, coalesce(file.name, visit.file_id) as file, visit.sheet, visit.row, file.as_of
from mart.visit_open as visit
left join unit using (unit_id)
left join load.file as file using (file_id)
left join reference.services on services.service_id = visit.service_id
left join reference.payers on payers.payer_id = visit.payer_id
where ($service is null or visit.service_id = $service) and ($payer is null or visit.payer_id = $payer)
    and in_scope(visit.unit_id, $agency, $unit, $units)
    and ($period_from is null or visit.month >= $period_from) and ($period_to is null or visit.month <= $period_to)
order by short_name, visit.month desc, file, visit.sheet, visit.row, service, payer
