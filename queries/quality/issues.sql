-- title: Rincian yang ditolak dan yang ditemukan
-- meaning: Each reject and finding with file, sheet, row, column, value, reason and what mends it
-- grain: one row a reject or finding
select
    issue.issue,
    issue.code,
    issue.severity,
    issue.unit_id,
    unit.unit_short_name,
    issue.period,
    issue.file_id,
    issue.file,
    issue.sheet,
    issue.row,
    issue.col,
    issue.value,
    issue.message,
    issue.message_en,
    issue.mend,
    issue.mend_en
from mart.quality_issue as issue
left join mart.quality_file as file using (file_id)
left join mart.reporting_unit as unit on unit.unit_id = issue.unit_id
where issue_in_sight(issue.unit_id, issue.file_id, file.unit_ids, $units)
    and ($agency is null or issue.unit_id is null or unit.agency_id = $agency)
    and ($unit is null or issue.unit_id is null or issue.unit_id = $unit)
    and ($file is null or issue.file_id = $file)
    and ($code is null or issue.code = $code)
order by
    issue.harm,
    case issue.severity when 'attention' then 1 else 2 end,
    issue.issue desc,
    issue.file,
    issue.sheet,
    issue.row,
    issue.col,
    issue.message
