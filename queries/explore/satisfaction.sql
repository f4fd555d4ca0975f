-- title: Survey answers for analysis
-- meaning: Answers U1 to U9 on the scale 1 to 4, one respondent or a recap of several with their means; the index is made anew from them for every slice
-- grain: one row a row of a survey report
select
    response.month, response.period_months, response.unit_id,
    coalesce(place.unit_short_name, response.unit_id) as unit, place.agency_id,
    coalesce(place.agency_name, response.unit_id) as agency, kecamatan.name as kecamatan, unit.kecamatan_code,
    coalesce(services.name, response.service_id, 'Semua layanan (tidak dirinci)') as service,
    response.respondents, u1, u2, u3, u4, u5, u6, u7, u8, u9, response.reported_index,
    file.name as file, response.sheet, response.row
from (
    -- A build of an earlier version has no column is_counted: there it means the one outside, and all rows count.
    select said.* from (values (true)) as always (is_counted), lateral (select *, is_counted as counts from response) as said
) as response
left join mart.reporting_unit as place using (unit_id)
left join unit using (unit_id)
left join reference.kecamatan on kecamatan.kecamatan_code = unit.kecamatan_code
left join reference.services on services.service_id = response.service_id
left join load.file as file using (file_id)
where response.counts and in_scope(response.unit_id, null, null, $units)
order by response.unit_id, response.month, file, response.sheet, response.row
