-- title: The rows behind the satisfaction index
-- meaning: Every accepted survey row of the chosen units and periods (1 respondent, or a recap line of n with means) with the file, sheet and row it came from
-- grain: one row an accepted row of a report
select
    coalesce(unit.short_name, response.unit_id) as short_name, response.unit_id, response.month, response.period_months,
    coalesce(services.name, response.service_id) as service, coalesce(services.name_en, response.service_id) as service_en,
    response.respondents, u1, u2, u3, u4, u5, u6, u7, u8, u9, response.reported_index,
    response.file_id, coalesce(file.name, response.file_id) as file, response.sheet, response.row, file.as_of
from response
left join unit using (unit_id)
left join load.file as file using (file_id)
left join reference.services on services.service_id = response.service_id
where ($service is null or coalesce(response.service_id, 'total') = $service)
    and in_scope(response.unit_id, $agency, $unit, $units)
    and (
        $period_from is null
        or cast(date_trunc('quarter', month) as date) + to_months(greatest(period_months, 3)) > $period_from
    )
    and ($period_to is null or cast(date_trunc('quarter', month) as date) <= $period_to)
order by short_name, month desc, file, sheet, row
