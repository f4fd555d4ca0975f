-- title: Ringkasan data yang masuk
-- meaning: Files by status, rows read, accepted and rejected, and findings
-- grain: one row
select
    count(*) as files,
    count(*) filter (where status = 'accepted') as accepted,
    count(*) filter (where status = 'partly') as partly,
    count(*) filter (where status = 'refused') as refused,
    coalesce(cast(sum(rows_read) as bigint), 0) as rows_read,
    coalesce(cast(sum(rows_accepted) as bigint), 0) as rows_accepted,
    coalesce(cast(sum(rows_rejected) as bigint), 0) as rows_rejected,
    coalesce(cast(sum(rejects) as bigint), 0) as rejects,
    coalesce(cast(sum(findings) as bigint), 0) as findings,
    max(as_of) as newest_as_of
from mart.quality_file
where status <> 'unchanged' and ($units is null or (len(unit_ids) > 0 and list_has_all($units, unit_ids)))
