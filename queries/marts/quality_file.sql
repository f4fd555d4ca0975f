-- title: Berkas yang masuk
-- meaning: Each file that came in: accepted, partly, refused, held or withdrawn, its rows, its rejects and findings, and the units it speaks of
-- grain: one row a file
with spoken_of as (
    select file_id, unit_id from visit
    union
    select file_id, unit_id from contact
    union
    select file_id, unit_id from response
    union
    select file_id, unit_id from target
    union
    select file_id, unit_id from realisation
    union
    select file_id, unit_id from employee
    union
    select file_id, unit_id from submission
    union
    select fact.file_id, employee.unit_id from evaluation as fact join employee using (employee_id)
    union
    select fact.file_id, employee.unit_id from evaluation_indicator as fact join employee using (employee_id)
    union
    select file_id, unit_id from load.finding
),
named as (
    select file_id, list(unit_id order by unit_id) as unit_ids
    from spoken_of
    where file_id is not null and unit_id is not null
    group by file_id
),
rejected as (select file_id, count(*) as rejects from load.reject group by file_id),
found as (
    select file_id, count(*) as findings, count(*) filter (where severity = 'attention') as findings_attention
    from load.finding
    group by file_id
)
select
    file.file_id,
    file.name as file,
    file.folder,
    file.bytes,
    file.source,
    coalesce(file.source_title, file.source) as source_title,
    coalesce(file.source_title_en, file.source_title, file.source) as source_title_en,
    file.status,
    case file.status when 'held' then 0 when 'refused' then 1 when 'partly' then 2 when 'accepted' then 3 else 4 end as status_order,
    without_numbers_of_people(file.reason) as reason,
    without_numbers_of_people(file.reason_en) as reason_en,
    file.rows_read,
    file.rows_accepted,
    file.rows_partly,
    file.rows_rejected,
    file.rows_total,
    file.rows_other,
    file.cells_read,
    file.cells_accepted,
    file.cells_rejected,
    file.cells_total,
    file.cells_other,
    file.rows_published,
    file.rows_superseded,
    file.rows_unpublished,
    file.as_of,
    file.as_of_from,
    coalesce(rejected.rejects, 0) as rejects,
    coalesce(found.findings, 0) as findings,
    coalesce(found.findings_attention, 0) as findings_attention,
    coalesce(named.unit_ids, []) as unit_ids
from load.file as file
left join named using (file_id)
left join rejected using (file_id)
left join found using (file_id)
