-- title: Yang perlu dibetulkan unit
-- meaning: Files of a unit that were refused or are held, and what was refused in those that count, of twelve months; a file of several units is of the agency that has them all
-- grain: one row a file and reject
with lately as (
    select
        file.*,
        -- A file of persons bears their names, in its own or in those of its sheets: it is told by its kind.
        file.source like 'employee%'
        or file.source like 'evaluation%'
        or exists (select 1 from employee where employee.file_id = file.file_id)
        or exists (select 1 from evaluation where evaluation.file_id = file.file_id)
        or exists (select 1 from evaluation_indicator as one where one.file_id = file.file_id) as is_personal
    from mart.quality_file as file
    cross join load.build as build
    where file.as_of > build.as_of - interval 12 months
        and len(file.unit_ids) > 0
        and list_has_all($units, file.unit_ids)
        and (len(file.unit_ids) > 1 or file.unit_ids[1] = $unit)
)
select
    lately.file_id,
    lately.file,
    lately.source_title,
    lately.source_title_en,
    lately.is_personal,
    lately.status,
    lately.reason,
    lately.reason_en,
    lately.as_of,
    issue.code,
    issue.sheet,
    issue.row,
    issue.col,
    issue.message,
    issue.message_en,
    issue.mend,
    issue.mend_en
from lately
left join mart.quality_issue as issue on issue.file_id = lately.file_id and issue.issue = 'reject'
where lately.status in ('refused', 'held') or (issue.code is not null and lately.rows_published > 0)
order by lately.as_of desc, lately.file_id, issue.sheet, issue.row, issue.col, issue.code
