-- title: Kolom yang paling sering ditolak
-- meaning: Which column of which form is refused most in the files of the chosen months, why, in how many files of how many that came
-- grain: one row a form, column and cause
with files as (
    select file.*
    from mart.quality_file as file
    where file.as_of >= cast($period_from as date) and file.as_of < cast($period_to as date) + interval 1 month
        and file.source is not null
        and ($units is null or (len(file.unit_ids) > 0 and list_has_all($units, file.unit_ids)))
),
forms as (select source, count(*) as files from files group by source)
select
    files.source,
    any_value(files.source_title) as source_title,
    any_value(files.source_title_en) as source_title_en,
    coalesce(issue.col, '') as col,
    issue.code,
    any_value(issue.message) as message,
    any_value(issue.message_en) as message_en,
    count(*) as rejects,
    count(distinct issue.file_id) as files_with,
    any_value(forms.files) as files
from mart.quality_issue as issue
join files on files.file_id = issue.file_id
join forms on forms.source = files.source
where issue.issue = 'reject'
group by files.source, issue.col, issue.code
order by rejects desc, files.source, col, issue.code
