-- title: Ringkasan data yang masuk
-- meaning: Files by status, rows read, accepted and rejected, and all findings, also those that belong to no file
-- grain: one row
with seen as (
    select *
    from mart.quality_file
    where status <> 'unchanged' and ($units is null or (len(unit_ids) > 0 and list_has_all($units, unit_ids)))
),
found as (
    select
        count(*) as findings,
        count(*) filter (where issue.severity = 'attention') as findings_attention
    from mart.quality_issue as issue
    left join mart.quality_file as file using (file_id)
    where issue.issue = 'finding' and issue_in_sight(issue.unit_id, issue.file_id, file.unit_ids, $units)
)
select
    count(*) as files,
    count(*) filter (where status = 'accepted') as accepted,
    count(*) filter (where status = 'partly') as partly,
    count(*) filter (where status = 'refused') as refused,
    count(*) filter (where status = 'held') as held,
    coalesce(cast(sum(rows_read) as bigint), 0) as rows_read,
    coalesce(cast(sum(rows_accepted) as bigint), 0) as rows_accepted,
    coalesce(cast(sum(rows_partly) as bigint), 0) as rows_partly,
    coalesce(cast(sum(rows_rejected) as bigint), 0) as rows_rejected,
    coalesce(cast(sum(rejects) as bigint), 0) as rejects,
    (select findings from found) as findings,
    (select findings_attention from found) as findings_attention,
    max(as_of) as newest_as_of
from seen
