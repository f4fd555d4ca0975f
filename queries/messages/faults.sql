-- title: Yang perlu dibetulkan unit
-- meaning: Files of each unit that were refused or are held, and what was refused in those that count, of twelve months; a file of several units is of those above that have them all
-- grain: one row a unit, file and reject
with ancestors as (from unit_ancestors()),
lately as (
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
    where file.as_of > build.as_of - interval 12 months and (file.status in ('refused', 'held') or file.rows_published > 0)
),
spoken_of as (select file_id, unnest(unit_ids) as unit_id, len(unit_ids) as units from lately),
mended_by as (
    select file_id, unit_id from spoken_of where units = 1
    union all
    select spoken_of.file_id, above.ancestor_id
    from spoken_of
    join ancestors as above using (unit_id)
    where spoken_of.units > 1
    group by spoken_of.file_id, above.ancestor_id, spoken_of.units
    having count(distinct spoken_of.unit_id) = spoken_of.units
)
select
    mended_by.unit_id,
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
join mended_by on mended_by.file_id = lately.file_id
left join mart.quality_issue as issue on issue.file_id = lately.file_id and issue.issue = 'reject'
where (lately.status in ('refused', 'held') or issue.code is not null) and in_scope(mended_by.unit_id, $agency, $unit, $units)
order by mended_by.unit_id, lately.as_of desc, lately.file_id, issue.sheet, issue.row, issue.col, issue.code
